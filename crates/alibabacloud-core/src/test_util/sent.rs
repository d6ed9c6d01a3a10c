//! Sent requests, as tests inspect them.

use crate::http::HttpRequest;
use crate::signing::parse_pairs;

/// The parameters that a V1 signature adds.
const SIGNING_PARAMETERS: [&str; 12] = [
    "AccessKeyId",
    "Action",
    "BearerToken",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// A request that was sent: its operation and parameters.
///
/// `Debug` shows it on one line, without secrets.
#[derive(Clone)]
pub struct SentRequest {
    operation: String,
    parameters: Vec<(String, String)>,
    is_form: bool,
    http: HttpRequest,
}

impl SentRequest {
    pub(super) fn new(http: HttpRequest) -> Self {
        let query = http.url.split_once('?').map_or("", |(_, query)| query);
        let is_form = http
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let form = match is_form {
            true => std::str::from_utf8(&http.body).unwrap_or_default(),
            false => "",
        };
        let mut parameters: Vec<(String, String)> = [query, form]
            .into_iter()
            .flat_map(parse_pairs)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let header = http.headers.get("x-acs-action").map(str::to_owned);
        let operation = header.unwrap_or_else(|| {
            // A request with a V1 signature has the operation among its parameters.
            let mut named = parameters.iter().filter(|(name, _)| name == "Action");
            let action = named.next().map(|(_, value)| value.clone());
            parameters.retain(|(name, _)| !SIGNING_PARAMETERS.contains(&name.as_str()));
            action.unwrap_or_default()
        });
        parameters.sort();
        Self {
            operation,
            parameters,
            is_form,
            http,
        }
    }

    /// Returns the operation, such as `ListExecutions`. Empty for requests to other servers, such
    /// as instance metadata.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the value of a query or form parameter by its wire name: `MaxResults`, `Tag.1.Key`.
    /// Secrets are not redacted.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters();
        parameters.find_map(|(n, value)| (n == name).then_some(value))
    }

    /// Returns the query and form parameters, sorted, without those that a signature adds. Secrets
    /// are not redacted.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.parameters.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the path, percent-encoded; `/` for RPC operations.
    pub fn path(&self) -> &str {
        let url = &self.http.url;
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
        path.split('?').next().unwrap_or(path)
    }

    /// Returns the body unless it is a form; empty if there is none.
    pub fn body(&self) -> &[u8] {
        match self.is_form {
            true => &[],
            false => &self.http.body,
        }
    }

    /// Returns the request as the transport received it, including the signature.
    pub fn http(&self) -> &HttpRequest {
        &self.http
    }
}
