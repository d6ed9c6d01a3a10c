//! Writing and parsing the pairs of queries and forms.

use alibabacloud_types::plumbing::{percent_decode, percent_encode};
use std::borrow::Cow;

/// Appends `name=value` pairs joined by `&`, both percent-encoded: the canonical query if they are
/// sorted.
///
/// ```
/// use alibabacloud_core::signing::push_query;
///
/// let mut query = String::new();
/// push_query([("Name", "a b"), ("Tag.1.Key", "=")], &mut query);
/// assert_eq!(query, "Name=a%20b&Tag.1.Key=%3D");
/// ```
pub fn push_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, out: &mut String) {
    let mut first = true;
    for (name, value) in pairs {
        if !first {
            out.push('&');
        }
        first = false;
        percent_encode(name, out);
        out.push('=');
        percent_encode(value, out);
    }
}

/// Returns the decoded pairs of a query or a form, in their original order. A name without `=` has
/// an empty value.
///
/// ```
/// use alibabacloud_core::signing::parse_pairs;
///
/// let pairs = parse_pairs("a=1+2&b=%E2%82%AC&c");
/// assert_eq!(pairs, [("a".into(), "1 2".into()), ("b".into(), "€".into()), ("c".into(), "".into())]);
/// ```
pub fn parse_pairs(text: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

fn decode_form(text: &str) -> Cow<'_, str> {
    // Most texts have neither, and are too short for a search of each to be faster.
    if !text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    if text.contains('+') {
        Cow::Owned(decode(&text.replace('+', " ")).into_owned())
    } else {
        decode(text)
    }
}

/// Decodes percent-encoded UTF-8. Returns other text unchanged: no client signs it.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('%') {
        percent_decode(text).map_or(Cow::Borrowed(text), Cow::Owned)
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns a query with its pairs sorted, and names and values encoded in one way.
pub(super) fn canonical_query(raw: &str) -> Cow<'_, str> {
    if is_canonical(raw) {
        return Cow::Borrowed(raw);
    }
    let pairs = parse_pairs(raw);
    let mut pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (&**n, &**v)).collect();
    pairs.sort_unstable();
    let mut out = String::with_capacity(raw.len());
    push_query(pairs, &mut out);
    Cow::Owned(out)
}

/// Returns whether a query is sorted and needs no encoding, as most are that a client of ours
/// sends; `false` for some that are canonical too.
fn is_canonical(query: &str) -> bool {
    let mut previous = ("", "");
    query.is_empty()
        || query.split('&').all(|pair| {
            let Some((name, value)) = pair.split_once('=') else {
                return false;
            };
            let is_sorted = previous <= (name, value);
            previous = (name, value);
            is_sorted && is_unreserved(name) && is_unreserved(value)
        })
}

/// Returns whether all characters are unreserved in RFC 3986, so that none is encoded.
fn is_unreserved(text: &str) -> bool {
    let is_other = |byte: &u8| matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || is_other(&byte))
}

/// Decodes and encodes each segment, so that `~` and `%7E` have one form. An encoded slash, `%2F`,
/// stays encoded.
pub(crate) fn canonical_path(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 1);
    for (index, segment) in raw.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        percent_encode(&decode(segment), &mut out);
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}
