//! The size of a request: which parameters travel in the form, and what is too long to be sent.
//!
//! Gateways read the request line and each header into a buffer of 8 KiB and answer longer ones
//! with 414 or 400 and a page instead of an error. Their limits are not published.

use super::error::RequestError;
use super::prepared::PreparedRequest;
use crate::http::{Headers, HttpRequest, Method, origin};
use crate::operation::Style;
use alibabacloud_types::plumbing::percent_decode;

/// The maximum length of the request line in bytes: method, path and query, HTTP version.
pub(super) const REQUEST_LINE: usize = 8_000;
/// What a request line has besides the target: the longest method, two spaces, the version.
const LINE_EXTRA: usize = "OPTIONS  HTTP/1.1".len();
/// The maximum length of a header in bytes, as sent.
const HEADER_LINE: usize = 8_000;
/// The maximum length of all headers in bytes, as sent.
const HEADERS: usize = 32_000;
/// What a header has besides name and value: colon, space, line break.
const HEADER_EXTRA: usize = ": \r\n".len();

impl PreparedRequest {
    /// Returns whether the parameters of the query can travel in the form, where the gateway
    /// accepts them as well.
    pub(super) fn can_move_query(&self) -> bool {
        self.style == Style::Rpc
            && self.method == Method::Post
            && self.body.is_empty()
            && !self.query.is_empty()
    }

    /// Returns the request with the parameters of the query in the form.
    pub(super) fn with_query_in_form(&self) -> Self {
        let mut moved = self.clone();
        let query = std::mem::take(&mut moved.query);
        for (name, value) in query.iter() {
            moved.form.push(name, value);
        }
        moved.form.sort();
        moved
    }

    /// Checks the size of a signed request.
    ///
    /// # Errors
    /// If the request line or the headers are too long. The error names the largest parameter.
    pub fn check_size(&self, request: &HttpRequest) -> Result<(), RequestError> {
        if !fits(request) {
            let (parameter, bytes) = self.largest_parameter(request);
            let reason = match (self.style, self.method) {
                (Style::Roa, _) => "the body of a ROA request cannot hold its path and query",
                (Style::Rpc, Method::Post) => "the body, which could hold it, has other content",
                (Style::Rpc, _) => "only the body of a POST request could hold it",
            };
            return Err(RequestError::LongRequestLine {
                parameter,
                bytes,
                line: request_line(request),
                limit: REQUEST_LINE,
                reason,
            });
        }
        self.check_headers(&request.headers)
    }

    fn check_headers(&self, headers: &Headers) -> Result<(), RequestError> {
        // All headers of almost every request are shorter than one may be.
        if headers.bytes() + headers.len() * HEADER_EXTRA <= HEADER_LINE {
            return Ok(());
        }
        let line = |(name, value): (&str, &str)| name.len() + value.len() + HEADER_EXTRA;
        let total: usize = headers.iter().map(line).sum();
        let Some((name, value)) = headers.iter().max_by_key(|header| line(*header)) else {
            return Ok(());
        };
        let is_long = line((name, value)) > HEADER_LINE;
        if !is_long && total <= HEADERS {
            return Ok(());
        }
        let declared = self.parameters.iter().map(|param| param.name);
        let mut declared = declared.filter(|param| param.eq_ignore_ascii_case(name));
        Err(RequestError::LongHeaders {
            header: declared.next().unwrap_or(name).to_owned(),
            bytes: value.len(),
            limit: if is_long { HEADER_LINE } else { HEADERS },
            total: if is_long { line((name, value)) } else { total },
            is_one: is_long,
        })
    }

    /// Returns the parameter that takes most of the request line, and its size: that of its
    /// encoded value, or of all its pairs if it is a list or an object.
    fn largest_parameter(&self, request: &HttpRequest) -> (String, usize) {
        let (_, query) = request.url.split_once('?').unwrap_or_default();
        let mut parameters: Vec<(String, usize)> = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent_decode(name).unwrap_or_else(|| name.to_owned());
            let whole = self.parameter_of(&name);
            match parameters.last_mut() {
                // The pairs of a parameter are adjacent, because they are sorted.
                Some((last, bytes)) if last == whole => *bytes += pair.len() + 1,
                _ if whole == name => parameters.push((name, value.len())),
                _ => parameters.push((whole.to_owned(), pair.len())),
            }
        }
        let (path, bytes) = self.largest_in_path.unwrap_or(("path", self.path.len()));
        parameters.push((path.to_owned(), bytes));
        let largest = parameters.into_iter().max_by_key(|(_, bytes)| *bytes);
        largest.unwrap_or_default()
    }

    /// Returns the parameter that a pair belongs to: `Tag` for `Tag.1.Key`.
    fn parameter_of<'a>(&self, name: &'a str) -> &'a str {
        let mut ends = name.match_indices('.').map(|(at, _)| &name[..at]);
        let declared = |name: &str| self.parameters.iter().any(|param| param.name == name);
        if declared(name) {
            return name;
        }
        let first = ends.next().unwrap_or(name);
        if declared(first) {
            return first;
        }
        ends.find(|end| declared(end)).unwrap_or(first)
    }
}

/// Returns whether the request line is short enough.
pub(super) fn fits(request: &HttpRequest) -> bool {
    // The URL of almost every request is shorter than its request line may be.
    request.url.len() + LINE_EXTRA <= REQUEST_LINE || request_line(request) <= REQUEST_LINE
}

/// Returns the length of the request line: `POST /?a=b HTTP/1.1`.
fn request_line(request: &HttpRequest) -> usize {
    let target = request.url.len() - origin(&request.url).len();
    request.method.as_str().len() + target + "  HTTP/1.1".len()
}
