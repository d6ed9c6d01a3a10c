//! The HTTP request of one attempt: headers, identity, signature, URL.

use super::prepared::{FORM, PreparedRequest};
use super::size::{REQUEST_LINE, fits};
use crate::credentials::Credentials;
use crate::endpoint::Endpoint;
use crate::http::{Headers, HttpRequest, Method};
use crate::operation::Style;
use crate::signing::{
    Algorithm, Signature, SignedHeaders, SigningKey, body_hash, push_query, v1_roa, v1_rpc, v3,
};
use crate::text::push_all;
use alibabacloud_types::plumbing::{format_http_date, format_utc};
use bytes::Bytes;
use std::time::SystemTime;

/// How requests are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureVersion {
    /// `ACS3-HMAC-SHA256`, or `ACS3-HMAC-SM3` where it is required.
    V3(Algorithm),
    /// `HMAC-SHA1`, for gateways that do not support V3.
    V1,
}

impl Default for SignatureVersion {
    fn default() -> Self {
        Self::V3(Algorithm::default())
    }
}

/// What differs between the attempts of a call.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The endpoint.
    pub endpoint: &'a Endpoint,
    /// The credentials.
    pub credentials: &'a Credentials,
    /// The signature version.
    pub signature_version: SignatureVersion,
    /// The time, corrected by the clock skew of the service.
    pub time: SystemTime,
    /// A new nonce for each attempt ([`nonce`](crate::signing::nonce)).
    pub nonce: &'a str,
    /// The header `user-agent`.
    pub user_agent: &'a str,
    /// Further headers of this attempt, such as `x-acs-retry-attempts`; none that signing sets.
    pub headers: &'a Headers,
}

impl PreparedRequest {
    /// Returns the HTTP request of an attempt and writes its signature to `signature`; pass the
    /// same one for all attempts to reuse its memory.
    ///
    /// Bearer and anonymous requests have no signature and leave `signature` unchanged.
    ///
    /// If the request line would be too long and the request can have a form, the parameters of the
    /// query are sent in the form; [`check_size`](Self::check_size) finds what is still too long.
    pub fn sign(&self, attempt: &Attempt<'_>, signature: &mut Signature) -> HttpRequest {
        self.sign_unmoved(attempt, signature)
            .unwrap_or_else(|| self.with_query_in_form().sign_in_place(attempt, signature))
    }

    /// Returns the request with every parameter in the place where [`sign`](Self::sign) sends it.
    #[cfg(feature = "client")]
    pub(crate) fn placed(&self, attempt: &Attempt<'_>) -> Self {
        let is_v1 = self.version_of(attempt.signature_version) == SignatureVersion::V1;
        let is_moved = match self.can_move_query() && is_v1 {
            true => true,
            false => self
                .sign_unmoved(attempt, &mut Signature::default())
                .is_none(),
        };
        match is_moved {
            true => self.with_query_in_form(),
            false => self.clone(),
        }
    }

    /// Returns the signed request, or `None` if its query must be sent in the form.
    fn sign_unmoved(
        &self,
        attempt: &Attempt<'_>,
        signature: &mut Signature,
    ) -> Option<HttpRequest> {
        let can_move = self.can_move_query();
        // Text has at least as many bytes after it is encoded.
        if can_move && self.query.bytes() > REQUEST_LINE {
            return None;
        }
        let request = self.sign_in_place(attempt, signature);
        (!can_move || fits(&request)).then_some(request)
    }

    /// Returns the signed request with every parameter in its own place, whatever its size.
    pub(crate) fn sign_in_place(
        &self,
        attempt: &Attempt<'_>,
        signature: &mut Signature,
    ) -> HttpRequest {
        let identity = SigningIdentity::of(self, attempt.credentials);
        match (self.version_of(attempt.signature_version), self.style) {
            (SignatureVersion::V3(algorithm), _) => {
                self.sign_v3(attempt, &identity, algorithm, signature)
            }
            (SignatureVersion::V1, Style::Rpc) => self.sign_v1_rpc(attempt, &identity, signature),
            (SignatureVersion::V1, Style::Roa) => self.sign_v1_roa(attempt, &identity, signature),
        }
    }

    /// Returns the signature version that the request follows in a client configured for
    /// `configured`. V3 does not cover anonymous operations; official clients send them as V1 does.
    pub(crate) fn version_of(&self, configured: SignatureVersion) -> SignatureVersion {
        if self.anonymous {
            SignatureVersion::V1
        } else {
            configured
        }
    }

    fn sign_v3(
        &self,
        attempt: &Attempt<'_>,
        identity: &SigningIdentity<'_>,
        algorithm: Algorithm,
        signature: &mut Signature,
    ) -> HttpRequest {
        let mut headers = self.common_headers(attempt);
        let body = self.put_body(&mut headers);
        let hash = body_hash(algorithm, &body);
        // In signing order, so that they need no sorting.
        headers.append_lower("x-acs-action", &self.action);
        headers.append_lower("x-acs-content-sha256", &hash);
        headers.append_lower("x-acs-date", &format_utc(attempt.time));
        headers.append_lower("x-acs-signature-nonce", attempt.nonce);
        headers.append_lower("x-acs-version", &self.version);
        identity.put_headers(self.style, &mut headers);

        let extra = match (self.style, identity) {
            (Style::Roa, _) | (_, SigningIdentity::Key { .. }) => None,
            (Style::Rpc, SigningIdentity::Bearer(_)) => Some(("SignatureType", "BEARERTOKEN")),
            (Style::Rpc, SigningIdentity::Anonymous) => Some(("Format", "JSON")),
        };
        let (url, query_at) = self.url(attempt.endpoint, self.query.iter().chain(extra));
        if let SigningIdentity::Key { key, .. } = identity {
            let parts = v3::RequestParts {
                method: self.method.as_str(),
                path: &self.path,
                query: url.get(query_at..).unwrap_or_default(),
                headers: &headers,
                body_hash: &hash,
            };
            v3::sign(signature, key, algorithm, &parts, SignedHeaders::Default);
            headers.append_lower("authorization", signature.authorization());
        }
        self.http_request(url, headers, body)
    }

    fn sign_v1_rpc(
        &self,
        attempt: &Attempt<'_>,
        identity: &SigningIdentity<'_>,
        signature: &mut Signature,
    ) -> HttpRequest {
        let time = format_utc(attempt.time);
        let mut parameters: Vec<(&str, &str)> = vec![
            ("Action", &self.action),
            ("Format", "JSON"),
            ("Timestamp", &time),
            ("Version", &self.version),
        ];
        parameters.extend(self.query.iter());
        parameters.extend(self.form.iter());
        let mut signed = None;
        match identity {
            SigningIdentity::Anonymous => {}
            SigningIdentity::Bearer(token) => parameters.extend([
                ("BearerToken", *token),
                ("SignatureType", "BEARERTOKEN"),
                ("SignatureNonce", attempt.nonce),
            ]),
            SigningIdentity::Key { key, token } => {
                parameters.extend([
                    ("AccessKeyId", key.access_key_id()),
                    ("SignatureMethod", "HMAC-SHA1"),
                    ("SignatureNonce", attempt.nonce),
                    ("SignatureVersion", "1.0"),
                ]);
                parameters.extend(token.map(|token| ("SecurityToken", token)));
                v1_rpc::sign(signature, key, self.method.as_str(), &mut parameters);
                signed = Some(("Signature", signature.signature()));
            }
        }
        let mut headers = self.common_headers(attempt);
        let parameters = parameters.into_iter().chain(signed);
        // URLs are logged and a token must not be, so all parameters go into the form if there can
        // be one.
        if self.method == Method::Post && self.body.is_empty() {
            let mut form = String::new();
            push_query(parameters, &mut form);
            headers.set("content-type", FORM);
            let (url, _) = self.url(attempt.endpoint, std::iter::empty());
            return self.http_request(url, headers, Bytes::from(form));
        }
        let (url, _) = self.url(attempt.endpoint, parameters);
        self.http_request(url, headers, self.body.clone())
    }

    fn sign_v1_roa(
        &self,
        attempt: &Attempt<'_>,
        identity: &SigningIdentity<'_>,
        signature: &mut Signature,
    ) -> HttpRequest {
        let mut headers = self.common_headers(attempt);
        headers.append_lower("date", &format_http_date(attempt.time));
        headers.append_lower("x-acs-version", &self.version);
        headers.append_lower("x-acs-action", &self.action);
        headers.append_lower("x-acs-signature-nonce", attempt.nonce);
        identity.put_headers(self.style, &mut headers);
        let body = self.put_body(&mut headers);
        if let SigningIdentity::Key { key, .. } = identity {
            headers.set("x-acs-signature-method", "HMAC-SHA1");
            headers.set("x-acs-signature-version", "1.0");
            let mut query: Vec<_> = self.query.iter().collect();
            v1_roa::sign(
                signature,
                key,
                self.method.as_str(),
                &self.path,
                &mut query,
                &headers,
            );
            headers.append_lower("authorization", signature.authorization());
        }
        let (url, _) = self.url(attempt.endpoint, self.query.iter());
        self.http_request(url, headers, body)
    }

    /// Returns the headers of every attempt. Those of the operation and of the program come first,
    /// so that they can replace `accept` and `user-agent`. Headers that only the client can set are
    /// appended, because setting one searches for an earlier value.
    fn common_headers(&self, attempt: &Attempt<'_>) -> Headers {
        // Enough for a signed request, without those of the operation.
        const HEADERS: usize = 12;
        const BYTES: usize = 768;
        let mut headers =
            Headers::with_capacity(HEADERS + self.headers.len(), BYTES + self.headers.bytes());
        for (name, value) in self.headers.iter() {
            headers.append_lower(name, value);
        }
        headers.append_lower("host", attempt.endpoint.host());
        if headers.get("accept").is_none() {
            headers.append_lower("accept", "application/json");
        }
        if headers.get("user-agent").is_none() {
            headers.append_lower("user-agent", attempt.user_agent);
        }
        for (name, value) in attempt.headers.iter() {
            headers.set(name, value);
        }
        headers
    }

    /// Returns the body, and sets its `content-type` if it is a form.
    fn put_body(&self, headers: &mut Headers) -> Bytes {
        if self.form.is_empty() {
            return self.body.clone();
        }
        headers.set("content-type", FORM);
        let mut text = String::new();
        push_query(self.form.iter(), &mut text);
        Bytes::from(text)
    }

    /// Returns the URL, and where in it the query begins.
    fn url<'a>(
        &self,
        endpoint: &Endpoint,
        query: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> (String, usize) {
        // Longer than most URLs.
        const BYTES: usize = 512;
        let mut url = String::with_capacity(BYTES);
        push_all(
            &mut url,
            &[endpoint.scheme(), endpoint.host(), &self.path, "?"],
        );
        let query_at = url.len();
        push_query(query, &mut url);
        if url.len() == query_at {
            url.pop();
        }
        (url, query_at)
    }

    fn http_request(&self, url: String, headers: Headers, body: Bytes) -> HttpRequest {
        let mut request = HttpRequest::new(self.method, url);
        request.headers = headers;
        request.body = body;
        request.secret_parameters.clone_from(&self.secret);
        request
    }
}

/// The identity of the caller, as far as it matters for a signature.
enum SigningIdentity<'a> {
    Key {
        key: &'a SigningKey,
        token: Option<&'a str>,
    },
    Bearer(&'a str),
    Anonymous,
}

impl<'a> SigningIdentity<'a> {
    fn of(request: &PreparedRequest, credentials: &'a Credentials) -> Self {
        if request.anonymous {
            return Self::Anonymous;
        }
        if let Some(token) = credentials.bearer_token() {
            return Self::Bearer(token);
        }
        match credentials.signing_key() {
            Some(key) => Self::Key {
                key,
                token: credentials.security_token(),
            },
            None => Self::Anonymous,
        }
    }

    /// Sets the headers that identify the caller in addition to the signature, in V3 and in V1 of
    /// ROA.
    fn put_headers(&self, style: Style, headers: &mut Headers) {
        match self {
            Self::Key {
                key,
                token: Some(token),
            } => {
                headers.set("x-acs-accesskey-id", key.access_key_id());
                headers.set("x-acs-security-token", *token);
            }
            Self::Bearer(token) => {
                headers.set("x-acs-bearer-token", *token);
                if style == Style::Roa {
                    headers.set("x-acs-signature-type", "BEARERTOKEN");
                }
            }
            Self::Key { token: None, .. } | Self::Anonymous => {}
        }
    }
}
