//! Media types and their schemas.

use super::{Reader, one_of};
use crate::model::{Kind, Schema};
use crate::node::{Data, Node};
use crate::vocabulary::MEDIA;

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const BYTES: &str = "application/octet-stream";
pub(super) const TEXT: &str = "text/plain";
pub(super) const EVENTS: &str = "text/event-stream";

impl<'a> Reader<'a> {
    /// Returns the only media type under `content`, which must be one of `allowed`.
    pub(super) fn only_media<'m>(
        &mut self,
        node: &'a Node,
        allowed: &[&'m str],
    ) -> Option<(&'m str, &'a Node)> {
        let map = self.map(node, "`content`")?;
        let mut entries = map.iter();
        let (Some((name, entry)), None) = (entries.next(), entries.next()) else {
            self.error(
                node,
                format!("expected one media type, found {}", map.len()),
            );
            return None;
        };
        let found = allowed
            .iter()
            .find(|media_type| **media_type == name.as_str());
        if found.is_none() {
            let message = format!(
                "expected the media type {}, found `{name}`",
                one_of(allowed)
            );
            self.error_at_key(entry, message, None);
        }
        found.map(|media_type| (*media_type, &entry.value))
    }

    /// Returns the schema of a media type that requires one.
    pub(super) fn media_schema(&mut self, node: &'a Node) -> Option<Schema> {
        let object = self.object(node, &MEDIA)?;
        match object.get("schema") {
            Some(node) if !matches!(node.data, Data::Null) => Some(self.schema(node)),
            _ => {
                self.error(node, "missing key `schema` in a media type");
                None
            }
        }
    }

    /// Checks the optional schema of text or bytes, which must be a string.
    pub(super) fn opaque_media(&mut self, node: &'a Node) {
        let Some(object) = self.object(node, &MEDIA) else {
            return;
        };
        if let Some(node) = object.get("schema") {
            let schema = self.schema(node);
            let is_uncertain = schema.kind == Kind::Any && self.are_schemas_uncertain;
            if !schema.kind.is_scalar() && !is_uncertain {
                self.error(
                    node,
                    format!("expected a string, found {}", schema.kind.describe()),
                );
            }
        }
    }
}
