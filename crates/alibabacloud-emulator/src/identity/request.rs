//! Requests: as they arrive, and as the log keeps them.

use super::response::IdentityResponse;
use crate::server::limits::BodyMemory;
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::parse_pairs;
use bytes::Bytes;
use hyper::body::Incoming;
use std::collections::BTreeMap;

/// Maximum bytes of a request body.
const MAX_BODY_BYTES: usize = 1 << 20;
/// Parameters that are not logged.
const SECRET_PARAMETERS: [&str; 4] = ["OIDCToken", "SecurityToken", "Signature", "refresh_token"];

/// A service of an [`IdentityServer`](super::IdentityServer).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IdentityService {
    /// Instance metadata.
    Metadata,
    /// The Security Token Service.
    Sts,
    /// The credentials URI.
    Uri,
    /// CloudSSO.
    CloudSso,
    /// OAuth.
    OAuth,
}

/// A request in the log, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityRequest {
    /// The service that the request is for.
    pub service: IdentityService,
    /// The HTTP method.
    pub method: String,
    /// The header `host`.
    pub host: String,
    /// The path without the query.
    pub path: String,
    /// The parameters of query and form, except tokens and signatures.
    pub parameters: BTreeMap<String, String>,
}

/// A request, read to its end.
pub(super) struct IncomingRequest {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: Headers,
    pub(super) body: Bytes,
    parameters: BTreeMap<String, String>,
}

impl IncomingRequest {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// Returns the response to a request whose body is too large, too slow or incomplete.
    pub(super) async fn read(
        request: hyper::Request<Incoming>,
        memory: &BodyMemory,
    ) -> Result<Self, IdentityResponse> {
        let (parts, body) = request.into_parts();
        let body = memory.read(body, MAX_BODY_BYTES).await.map_err(|error| {
            let (status, code, message) = error.refusal(MAX_BODY_BYTES);
            IdentityResponse::error(status, code, &message)
        })?;
        let body = body.bytes;
        let mut headers = Headers::new();
        for (name, value) in &parts.headers {
            headers.append(name.as_str(), value.to_str().unwrap_or_default());
        }
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let form = match headers.get("content-type") {
            Some("application/x-www-form-urlencoded") => String::from_utf8_lossy(&body),
            _ => "".into(),
        };
        let parameters = [query.as_str(), &form]
            .into_iter()
            .flat_map(parse_pairs)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Ok(Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query,
            headers,
            parameters,
            body,
        })
    }

    /// Returns a parameter of the query or the form.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    pub(super) fn log_entry(&self, service: IdentityService) -> IdentityRequest {
        let mut parameters = self.parameters.clone();
        parameters.retain(|name, _| !SECRET_PARAMETERS.contains(&name.as_str()));
        IdentityRequest {
            service,
            method: self.method.clone(),
            host: self.headers.get("host").unwrap_or_default().to_owned(),
            path: self.path.clone(),
            parameters,
        }
    }
}
