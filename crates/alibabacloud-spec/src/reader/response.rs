//! Responses.

use super::media::{BYTES, EVENTS, JSON, TEXT};
use super::{Object, Reader};
use crate::model::{Response, Schema};
use crate::node::Node;
use crate::vocabulary::RESPONSE;

impl<'a> Reader<'a> {
    /// Reads the only successful response.
    pub(super) fn responses(&mut self, object: &Object<'a>) -> Response {
        let Some(node) = object.get("responses") else {
            return Response::Empty;
        };
        let Some(map) = self.map(node, "`responses`") else {
            return Response::Empty;
        };
        for (status, entry) in map.iter().filter(|(status, _)| !is_success(status)) {
            let message = format!("expected a status from 200 to 299, found `{status}`");
            self.error_at_key(
                entry,
                message,
                Some("list error codes under `x-acs-errors`".into()),
            );
        }
        let mut successes = map.iter().filter(|(status, _)| is_success(status));
        match (successes.next(), successes.next()) {
            (Some((status, entry)), None) => self.response(status, &entry.value),
            (None, _) => {
                self.error(node, "expected a successful response, found none");
                Response::Empty
            }
            (Some(_), Some((_, second))) => {
                self.error_at_key(
                    second,
                    "expected one successful response, found a second one",
                    None,
                );
                Response::Empty
            }
        }
    }

    fn response(&mut self, status: &str, node: &'a Node) -> Response {
        let Some(object) = self.object(node, &RESPONSE) else {
            return Response::Empty;
        };
        let description = self.prose(&object, "description");
        self.require_description(node, &description, "response", status);
        let Some(content) = object.get("content") else {
            return Response::Empty;
        };
        let Some((media_type, media)) = self.only_media(content, &[JSON, TEXT, BYTES, EVENTS])
        else {
            return Response::Empty;
        };
        match media_type {
            TEXT => {
                self.opaque_media(media);
                Response::Text
            }
            BYTES => {
                self.opaque_media(media);
                Response::Binary
            }
            EVENTS => Response::Events(self.response_schema(media, &description)),
            _ => Response::Json(self.response_schema(media, &description)),
        }
    }

    fn response_schema(&mut self, media: &'a Node, description: &str) -> Schema {
        let mut schema = self.media_schema(media).unwrap_or_default();
        if schema.description.is_empty() {
            schema.description = description.to_owned();
        }
        schema
    }
}

fn is_success(status: &str) -> bool {
    status.len() == 3 && status.starts_with('2') && status.bytes().all(|b| b.is_ascii_digit())
}
