//! Path and query of a request, byte for byte as they are signed.

use crate::http::TransportError;
use crate::transport::error::invalid_request;
use bytes::Bytes;
use http::uri::PathAndQuery;

/// Returns path and query of a URL whose origin has `origin` bytes. Does not copy them.
///
/// # Errors
/// Returns an error if a server or a proxy may read them differently than they are signed: it
/// resolves `/../`, and rejects or encodes other characters than those of RFC 3986.
pub(super) fn path_and_query(url: String, origin: usize) -> Result<PathAndQuery, TransportError> {
    let rest = url.get(origin..).unwrap_or_default();
    let path = rest.split('?').next().unwrap_or_default();
    if path.split('/').any(is_dot_segment) {
        return Err(invalid_request(
            "the URL would not be sent as it is signed: a path parameter must not be \".\" or \
             \"..\"",
        ));
    }
    if let Some(byte) = rest.bytes().find(|byte| !VALID[usize::from(*byte)]) {
        return Err(invalid_request(format!(
            "the URL would not be sent as it is signed: {:?} must be percent-encoded",
            char::from(byte)
        )));
    }
    let text = match path.is_empty() {
        // The slash is implied, in the signature as well.
        true => Bytes::from(format!("/{rest}")),
        false => Bytes::from(url).slice(origin..),
    };
    PathAndQuery::from_maybe_shared(text)
        .map_err(|error| invalid_request(format!("invalid URL: {error}")))
}

/// Returns whether a segment of a path is `.` or `..`, also percent-encoded.
fn is_dot_segment(segment: &str) -> bool {
    let mut rest = segment;
    let mut dots = 0;
    while !rest.is_empty() {
        let next = match rest.get(..3) {
            Some(encoded) if encoded.eq_ignore_ascii_case("%2e") => rest.get(3..),
            _ => rest.strip_prefix('.'),
        };
        match next {
            Some(next) => rest = next,
            None => return false,
        }
        dots += 1;
    }
    dots == 1 || dots == 2
}

/// Whether a byte can be in a path or query. More than RFC 3986 allows: brackets and bars are
/// common in queries, and nobody changes them.
static VALID: [bool; 256] = {
    let mut valid = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        valid[byte as usize] = !matches!(
            byte,
            b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'}'
        );
        byte += 1;
    }
    valid
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_stay_as_they_are() {
        for (url, expected) in [
            ("http://h", "/"),
            ("http://h/", "/"),
            ("http://h?a=b", "/?a=b"),
            ("http://h/a%2F..b/%20?x=%27~%2A", "/a%2F..b/%20?x=%27~%2A"),
            ("http://h/.../a.b//c?d=[1]|'/../", "/.../a.b//c?d=[1]|'/../"),
        ] {
            let path = path_and_query(url.to_owned(), "http://h".len()).expect(url);
            assert_eq!(path.as_str(), expected, "{url}");
        }
        for (path, reason) in [
            ("/a/../b", "path parameter"),
            ("/a/%2E%2e", "path parameter"),
            ("/.%2e/b", "path parameter"),
            ("/./b", "path parameter"),
            ("/%2e", "path parameter"),
            ("/a b", "' '"),
            ("/a?x=\"", "'\"'"),
            ("/a#x", "'#'"),
            ("/a\\b", "'\\\\'"),
            ("/{a}", "'{'"),
            ("/\u{e9}", "percent-encoded"),
            ("/a\r\n", "'\\r'"),
        ] {
            let url = format!("http://h{path}");
            let error = path_and_query(url, "http://h".len()).expect_err(path);
            assert!(error.to_string().contains(reason), "{path}: {error}");
        }
    }
}
