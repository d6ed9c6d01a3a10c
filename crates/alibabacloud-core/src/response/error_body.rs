//! Whether a response is an error, and which.
//!
//! Services spell their errors in many ways, and a response may come from a proxy that knows none
//! of them. In every case the status, the request ID and an excerpt of the text are kept.

use crate::error::{AccessDenied, ServiceError};
use crate::http::{Headers, origin};
use crate::operation::SuccessField;
use alibabacloud_types::plumbing::{
    Field, FieldReader, Record, decode, lossy_text, parse_http_date,
};
use serde_json::{Map, Value};
use std::time::{Duration, SystemTime};

const CODE: [&str; 8] = [
    "Code",
    "code",
    "errorCode",
    "ErrorCode",
    "error_code",
    "errCode",
    "ErrCode",
    "error",
];
const MESSAGE: [&str; 12] = [
    "Message",
    "message",
    "errorMsg",
    "ErrorMsg",
    "errorMessage",
    "ErrorMessage",
    "error_message",
    "errMsg",
    "ErrMsg",
    "msg",
    "Msg",
    "error_description",
];
/// The spellings of the request ID in a body.
pub(crate) const REQUEST_ID: [&str; 5] = [
    "RequestId",
    "requestId",
    "RequestID",
    "requestID",
    "request_id",
];
const RECOMMEND: [&str; 2] = ["Recommend", "recommend"];
const ACCESS_DENIED: [&str; 2] = ["AccessDeniedDetail", "accessDeniedDetail"];
/// The fields in which some gateways nest the others.
const NESTED: [&str; 2] = ["Error", "error"];

/// Maximum number of characters of an unknown body that become a message.
const EXCERPT: usize = 200;

/// Reads the error in a response; `None` if the response is a success. The status decides, and with
/// `success_field` also the field of that name in the body of a 2xx response. A body without it is
/// a success.
pub(crate) fn error_of(
    status: u16,
    headers: &Headers,
    body: &[u8],
    success_field: Option<SuccessField>,
    now: impl FnOnce() -> SystemTime,
) -> Option<ServiceError> {
    if (200..300).contains(&status) {
        let expected = success_field?;
        let mut found = FoundField {
            name: expected.name,
            value: Value::Null,
        };
        // What is wrong with the rest of the body is for the output to report.
        let _ = decode(body, &mut found);
        let failed = match (expected.value, found.value) {
            (None, Value::Bool(success)) => !success,
            (None, Value::String(text)) => text.eq_ignore_ascii_case("false"),
            (Some(value), Value::String(text)) => !text.trim().eq_ignore_ascii_case(value),
            (Some(value), Value::Number(number)) => number.to_string() != value,
            _ => false,
        };
        return failed.then(|| {
            let fields = ErrorFields::of(body).0;
            complete(read_json(&fields, body), status, headers, now())
        });
    }
    let error = read_body(status, headers, body);
    Some(complete(error, status, headers, now()))
}

/// Reads the event with which a service reports that a stream has failed.
pub(crate) fn error_of_event(
    status: u16,
    headers: &Headers,
    data: &[u8],
    now: SystemTime,
) -> ServiceError {
    complete(read_body(status, headers, data), status, headers, now)
}

/// Returns the request ID in the headers of a response; `None` if there are several that differ.
pub(crate) fn request_id(headers: &Headers) -> Option<String> {
    headers
        .single("x-acs-request-id")
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// Returns the request ID in the body of a response.
pub(crate) fn request_id_in(body: &[u8]) -> Option<String> {
    request_id_of(&ErrorFields::of(body).0)
}

/// Returns the request ID among the fields of a response.
pub(crate) fn request_id_of(fields: &Map<String, Value>) -> Option<String> {
    text(fields, &REQUEST_ID)
}

fn complete(
    mut error: ServiceError,
    status: u16,
    headers: &Headers,
    now: SystemTime,
) -> ServiceError {
    error.status = Some(status);
    error.request_id = error.request_id.or_else(|| request_id(headers));
    error.retry_after = retry_after(headers, now);
    error
}

/// Returns the delay that the service requests: `x-acs-retry-after` in milliseconds, else
/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    if let Some(delay) = headers.single("x-acs-retry-after").and_then(number) {
        return (delay > 0).then(|| Duration::from_millis(delay));
    }
    let text = headers.single("retry-after")?;
    if let Some(delay) = number(text) {
        return (delay > 0).then(|| Duration::from_secs(delay));
    }
    // The date is compared with the clock of the server, if the response has it.
    let now = headers
        .single("date")
        .and_then(|d| parse_http_date(d).ok())
        .unwrap_or(now);
    parse_http_date(text.trim()).ok()?.duration_since(now).ok()
}

fn read_body(status: u16, headers: &Headers, body: &[u8]) -> ServiceError {
    let text = readable(body);
    let (fields, is_complete) = ErrorFields::of(body);
    let mut error = read_json(&fields, body);
    if !is_complete {
        error.message.get_or_insert_with(|| excerpt(&text));
    }
    // The code of a body that is cut off, or has a fault after it, still counts.
    if error.code.is_some() || (is_complete && text.starts_with('{')) {
        return error;
    }
    if let Some(error) = read_xml(&text) {
        return error;
    }
    ServiceError {
        message: Some(describe(status, headers, &text)),
        ..ServiceError::default()
    }
}

/// Returns the body as text.
fn readable(body: &[u8]) -> String {
    lossy_text(body).trim().to_owned()
}

/// The fields of a body that an error may have. Other fields are skipped, whatever they hold.
#[derive(Debug, Default)]
struct ErrorFields(Map<String, Value>);

impl ErrorFields {
    /// Reads the fields of a JSON object, and returns whether all of it is valid. Characters may be
    /// broken.
    fn of(body: &[u8]) -> (Map<String, Value>, bool) {
        let mut fields = Self::default();
        let is_complete = decode(body, &mut fields).is_ok();
        (fields.0, is_complete)
    }
}

impl Record for ErrorFields {
    fn field(&mut self, name: &str) -> Option<&mut dyn Field> {
        let known = [
            &CODE[..],
            &MESSAGE,
            &REQUEST_ID,
            &RECOMMEND,
            &ACCESS_DENIED,
            &NESTED,
        ];
        let is_known = known.iter().any(|names| names.contains(&name));
        is_known.then(|| self.0.entry(name).or_insert(Value::Null) as &mut dyn Field)
    }

    /// Only decoded, never encoded.
    fn read<'a>(&'a self, _: &mut FieldReader<'_, 'a>) {}
}

/// One field of a body.
#[derive(Debug)]
struct FoundField {
    name: &'static str,
    value: Value,
}

impl Record for FoundField {
    fn field(&mut self, name: &str) -> Option<&mut dyn Field> {
        (name == self.name).then_some(&mut self.value as &mut dyn Field)
    }

    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>) {
        reader(&[self.name], &[&self.value]);
    }
}

/// Reads the error in the object `body`, whose text is `raw`.
fn read_json(body: &Map<String, Value>, raw: &[u8]) -> ServiceError {
    // Some gateways nest the error in an object.
    let inner = NESTED.iter().find_map(|key| body.get(*key)?.as_object());
    let find = |names: &[&str]| {
        inner
            .and_then(|i| text(i, names))
            .or_else(|| text(body, names))
    };
    let detail = ACCESS_DENIED
        .iter()
        .find_map(|name| inner.and_then(|i| i.get(*name)).or_else(|| body.get(*name)))
        .and_then(Value::as_object);
    let (code, mut message) = (find(&CODE), find(&MESSAGE));
    if code.is_none() && message.is_none() {
        message = Some(excerpt(&readable(raw)));
    }
    ServiceError {
        status: None,
        access_denied: detail.map(|detail| access_denied(detail, message.as_deref())),
        code,
        message,
        request_id: find(&REQUEST_ID),
        recommend: find(&RECOMMEND),
        retry_after: None,
    }
}

/// Returns the first of `names` that holds text or a number.
fn text(body: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match body.get(*name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Reads the details of a missing permission. Some services name the resource among them, some in
/// the message.
fn access_denied(detail: &Map<String, Value>, message: Option<&str>) -> AccessDenied {
    let get = |name: &str| text(detail, &[name]);
    let in_message = || message.and_then(resource_in).map(str::to_owned);
    AccessDenied {
        auth_action: get("AuthAction"),
        auth_principal_display_name: get("AuthPrincipalDisplayName"),
        auth_principal_owner_id: get("AuthPrincipalOwnerId"),
        auth_principal_type: get("AuthPrincipalType"),
        auth_resource: get("AuthResource").or_else(in_message),
        no_permission_type: get("NoPermissionType"),
        policy_type: get("PolicyType"),
        encoded_diagnostic_message: get("EncodedDiagnosticMessage"),
        needed: None,
    }
}

/// Returns the resource of a message with an end such as
/// `Resource: acs:ram:*:1:role/* Action: ram:CreateRole`.
fn resource_in(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Resource: ")?;
    let (resource, _) = rest.split_once(" Action: ")?;
    let is_arn = resource.starts_with("acs:") && !resource.contains(char::is_whitespace);
    (is_arn || resource == "*").then_some(resource)
}

/// Reads an XML error of the gateway: `<Error><RequestId/><Code/><Message/></Error>`. The structure
/// is flat and fixed, so searching for the elements is enough, even in a truncated response.
fn read_xml(text: &str) -> Option<ServiceError> {
    if !text.starts_with('<') {
        return None;
    }
    let find = |names: &[&str]| names.iter().find_map(|name| element(text, name));
    Some(ServiceError {
        code: Some(find(&["Code", "code"])?),
        message: find(&["Message", "message"]),
        request_id: find(&["RequestId", "requestId"]),
        recommend: find(&RECOMMEND),
        ..ServiceError::default()
    })
}

/// Returns the text of the first element of this name.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (content, _) = rest.split_once(&format!("</{name}>"))?;
    let content = content.trim();
    let content = match content
        .strip_prefix("<![CDATA[")
        .and_then(|c| c.strip_suffix("]]>"))
    {
        Some(literal) => literal.to_owned(),
        // The ampersand last, so that "&amp;lt;" becomes "&lt;".
        None => content
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&"),
    };
    (!content.is_empty()).then_some(content)
}

/// Returns a message for a response of unknown structure.
fn describe(status: u16, headers: &Headers, text: &str) -> String {
    if (300..400).contains(&status) {
        return redirect(headers);
    }
    if text.is_empty() {
        return "the response is empty".to_owned();
    }
    encoding(headers)
        .or_else(|| html_page(text))
        .unwrap_or_else(|| format!("the response is not valid JSON: {}", excerpt(text)))
}

/// Returns the message for a redirect, with the host that it leads to and without the rest of its
/// address, which may hold secrets.
fn redirect(headers: &Headers) -> String {
    let location = headers.get("location").unwrap_or_default().trim();
    let target = match location.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None => location.to_owned(),
    };
    let (_, authority) = origin(&target).split_once("://").unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let leads = match (host, location) {
        (_, "") => "names no location".to_owned(),
        ("", _) => "leads to the same host".to_owned(),
        (host, _) => format!("leads to {}", excerpt(host)),
    };
    format!("redirects are not followed; the response {leads}: check the endpoint and the proxy")
}

/// Returns a message for a body that is not JSON but a known kind of document: encoded, HTML or
/// XML.
pub(crate) fn foreign_document(headers: &Headers, body: &[u8]) -> Option<String> {
    let text = lossy_text(body);
    let text = text.trim_start();
    encoding(headers).or_else(|| html_page(text)).or_else(|| {
        let root = excerpt(xml_root(text)?);
        Some(format!(
            "the response is XML ({root}) where JSON is expected"
        ))
    })
}

/// Returns a message for a body in a content encoding, none of which the SDK requests.
pub(crate) fn encoding(headers: &Headers) -> Option<String> {
    let coding = |header, plain: &[&str]| {
        let codings = headers.get(header)?.split(',').map(str::trim);
        let mut codings = codings.filter(|coding| !coding.is_empty());
        codings.find(|coding| !plain.iter().any(|plain| coding.eq_ignore_ascii_case(plain)))
    };
    // Some services write the character set here.
    let content = coding("content-encoding", &["identity", "utf-8", "utf8"]);
    // The HTTP client has read the chunks.
    let transfer = || coding("transfer-encoding", &["identity", "chunked"]);
    let (kind, coding) = content
        .map(|coding| ("content", coding))
        .or_else(|| transfer().map(|coding| ("transfer", coding)))?;
    Some(format!(
        "the response has {kind} encoding {}, which the SDK neither requests nor decodes; it \
         probably comes from a proxy",
        excerpt(coding)
    ))
}

/// Returns a message for an HTML page; `None` for any other text.
fn html_page(text: &str) -> Option<String> {
    const DOCTYPE: &str = "<!doctype html";
    let start = text.get(..DOCTYPE.len()).unwrap_or_default();
    let is_page = start.eq_ignore_ascii_case(DOCTYPE)
        || xml_root(text).is_some_and(|root| root.eq_ignore_ascii_case("html"));
    is_page.then(|| {
        let title = element(text, "title").unwrap_or_else(|| "without title".to_owned());
        format!(
            "the response is an HTML page ({}) and probably comes from a proxy, not from the \
             service",
            excerpt(&title)
        )
    })
}

/// Returns the name of the root element of an XML document; `None` for any other text.
fn xml_root(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix('<')?;
    // Skips the declaration, comments and the document type.
    while let Some(end) = match rest.as_bytes().first()? {
        b'?' => Some("?>"),
        b'!' if rest.starts_with("!--") => Some("-->"),
        b'!' => Some(">"),
        _ => None,
    } {
        let (_, after) = rest.split_once(end)?;
        rest = after.trim_start().strip_prefix('<')?;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let end = rest.find(|c| !is_part(c))?;
    rest.get(..end)
        .filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in pairs {
            headers.append(name, *value);
        }
        headers
    }

    fn read(status: u16, body: impl AsRef<[u8]>) -> ServiceError {
        let headers = headers(&[("x-acs-request-id", "from-header")]);
        error_of(status, &headers, body.as_ref(), None, || {
            SystemTime::UNIX_EPOCH
        })
        .expect("an error")
    }

    fn summary(error: &ServiceError) -> (Option<&str>, Option<&str>, Option<&str>) {
        (
            error.code.as_deref(),
            error.message.as_deref(),
            error.request_id.as_deref(),
        )
    }

    #[test]
    fn every_spelling_of_a_json_error_is_read() {
        let table = [
            r#"{"Code":"C","Message":"m","RequestId":"r"}"#,
            r#"{"code":"C","message":"m","requestId":"r"}"#,
            r#"{"errorCode":"C","errorMsg":"m","requestId":"r"}"#,
            r#"{"ErrorCode":"C","ErrorMessage":"m","RequestID":"r"}"#,
            r#"{"error_code":"C","error_message":"m","request_id":"r"}"#,
            r#"{"errCode":"C","errMsg":"m","requestID":"r"}"#,
            r#"{"Code":"C","msg":"m","RequestId":"r","Extra":{"Code":"no"}}"#,
            r#"{"error":{"code":"C","message":"m"},"requestId":"r"}"#,
            r#"{"Error":{"Code":"C","Message":"m","RequestId":"r"}}"#,
            r#"{"error":"C","error_description":"m","RequestId":"r"}"#,
            "\u{feff}{\"Code\":\"C\",\"Message\":\"m\",\"RequestId\":\"r\"}",
        ];
        for body in table {
            assert_eq!(
                summary(&read(400, body)),
                (Some("C"), Some("m"), Some("r")),
                "{body}"
            );
        }
        assert_eq!(summary(&read(400, r#"{"code":40012}"#)).0, Some("40012"));
    }

    #[test]
    fn the_request_id_falls_back_to_the_header() {
        assert_eq!(read(500, "").request_id.as_deref(), Some("from-header"));
        assert_eq!(
            read(500, r#"{"Code":"C"}"#).request_id.as_deref(),
            Some("from-header")
        );
    }

    #[test]
    fn xml_errors_are_read_even_when_truncated() {
        let error = read(
            403,
            "<?xml version='1.0'?><Error><RequestId>r</RequestId><Code>C</Code><Message>a &lt;b&gt; &amp;amp;</Message></Error>",
        );
        assert_eq!(summary(&error), (Some("C"), Some("a <b> &amp;"), Some("r")));
        let error = read(
            403,
            "<Error><Code>C</Code><Message><![CDATA[x & y]]></Message><Host",
        );
        assert_eq!(
            summary(&error),
            (Some("C"), Some("x & y"), Some("from-header"))
        );
    }

    #[test]
    fn unknown_responses_keep_an_excerpt_of_their_text() {
        let message = |status, body: &[u8]| read(status, body).message.expect("a message");
        assert_eq!(message(502, b""), "the response is empty");
        assert_eq!(message(502, b" \r\n"), "the response is empty");
        let html = message(
            502,
            b"<html><head><title>502 Bad Gateway</title></head></html>",
        );
        assert!(html.contains("HTML page (502 Bad Gateway)"), "{html}");
        assert_eq!(
            message(500, b"{\"Code\":\"Thr"),
            "the response is not valid JSON: {\"Code\":\"Thr"
        );
        assert_eq!(message(500, b"[1]"), "the response is not valid JSON: [1]");
        assert_eq!(
            message(500, b"\xff\xfe"),
            "the response is not valid JSON: \u{fffd}\u{fffd}"
        );
        let long = message(500, "\u{e9}".repeat(1000).as_bytes());
        assert_eq!(long.chars().filter(|c| *c == '\u{e9}').count(), EXCERPT);
        assert!(message(301, b"moved").starts_with("redirects are not followed"));
        for body in [r#"{"detail":"quota"}"#, r#"{"Error":"quota"}"#, "{}"] {
            assert_eq!(message(500, body.as_bytes()), body);
        }
        let failed = r#"{"Success":false,"Data":1}"#;
        let error = error_of(
            200,
            &Headers::new(),
            failed.as_bytes(),
            Some(SUCCESS),
            || SystemTime::UNIX_EPOCH,
        );
        assert_eq!(error.expect("an error").message.as_deref(), Some(failed));
    }

    #[test]
    fn one_broken_character_costs_one_character_of_an_error() {
        for (text, expected) in [
            (&br"slow down \ud83d"[..], "slow down \u{fffd}"),
            (b"line1\nline2", "line1\u{fffd}line2"),
            (b"bad name \xd6\xd8", "bad name \u{fffd}\u{fffd}"),
            (b"cut \xd5\x5c", "cut \u{fffd}"),
            (br"C:\Data", "C:\u{fffd}Data"),
        ] {
            let head = br#"{"Code":"Throttling.User","Message":""#;
            let body = [head, text, br#"","RequestId":"r"}"#].concat();
            let expected = (Some("Throttling.User"), Some(expected), Some("r"));
            assert_eq!(summary(&read(400, body)), expected);
        }
        let nested = b"{\"error\":{\"code\":\"C\",\"message\":\"\xff\"},\"request_id\":\"r\",\"x\":\"\\ud83d\"}";
        assert_eq!(
            summary(&read(400, nested)),
            (Some("C"), Some("\u{fffd}"), Some("r"))
        );
        let xml = b"<Error><Code>C</Code><Message>\xff</Message></Error>";
        assert_eq!(
            summary(&read(400, xml)),
            (Some("C"), Some("\u{fffd}"), Some("from-header"))
        );
        let utf_16: Vec<u8> = "\u{feff}{\"Code\":\"C\"}"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(read(400, utf_16).code.as_deref(), Some("C"));
    }

    #[test]
    fn the_code_of_a_body_that_is_cut_off_still_counts() {
        let start = r#"{"Code":"C","RequestId":"r","Message":"m""#;
        for rest in ["", ",", r#","Data":[{}"#, "} and more", "}}"] {
            let error = read(400, format!("{start}{rest}"));
            assert_eq!(summary(&error), (Some("C"), Some("m"), Some("r")), "{rest}");
        }
        let cut = read(400, r#"{"Code":"C","Message":"very lo"#);
        let message = r#"{"Code":"C","Message":"very lo"#;
        assert_eq!(
            summary(&cut),
            (Some("C"), Some(message), Some("from-header"))
        );
    }

    #[test]
    fn a_redirect_is_named_with_the_host_that_it_leads_to() {
        let message = |location: &[(&str, &str)], body: &str| {
            let error = error_of(302, &headers(location), body.as_bytes(), None, || {
                SystemTime::UNIX_EPOCH
            });
            error.and_then(|error| error.message).expect("a message")
        };
        for (location, leads) in [
            (
                "https://login.example/a?token=hush",
                "leads to login.example:",
            ),
            (
                "http://me:hush@login.example:8080/a",
                "leads to login.example:8080:",
            ),
            ("//login.example/hush", "leads to login.example:"),
            ("/hush?a=b", "leads to the same host:"),
            ("hush", "leads to the same host:"),
            (" ", "names no location:"),
        ] {
            for body in ["", "<html><title>302 Found</title></html>", "moved"] {
                let message = message(&[("location", location)], body);
                let expected = format!("redirects are not followed; the response {leads}");
                assert!(message.starts_with(&expected), "{message}");
                assert!(!message.contains("hush"), "{message}");
            }
        }
        assert!(message(&[], "").contains("names no location"));
        let known = message(&[("location", "/a")], r#"{"Code":"C","Message":"m"}"#);
        assert_eq!(known, "m");
    }

    #[test]
    fn documents_that_are_not_json_are_named() {
        let plain = Headers::new();
        let named = |headers: &Headers, body: &str| foreign_document(headers, body.as_bytes());
        for (body, root) in [
            (
                "<?xml version=\"1.0\"?>\n<ListThingsResponse><A/>",
                "ListThingsResponse",
            ),
            ("<!-- <a> --><!DOCTYPE x>\r\n<ns:x.y-1 a='b'>", "ns:x.y-1"),
            ("\u{feff} <Error/>", "Error"),
        ] {
            let expected = format!("the response is XML ({root}) where JSON is expected");
            assert_eq!(named(&plain, body), Some(expected), "{body}");
        }
        for body in [
            "<?xml version='1.0'?><!DOCTYPE html><HTML>",
            "<!doctype HTML><title>t",
            "<html>",
        ] {
            let message = named(&plain, body).expect(body);
            assert!(message.contains("an HTML page"), "{message}");
        }
        for body in [
            "", "{}", "<", "<>", "<1>", "<?xml", "<!-- x", "<a", "text <a>",
        ] {
            assert_eq!(named(&plain, body), None, "{body}");
        }
        for (encoding, is_named) in [
            ("gzip", true),
            (" BR ", true),
            ("identity", false),
            ("UTF-8", false),
            ("", false),
        ] {
            let headers = headers(&[("content-encoding", encoding)]);
            let message = named(&headers, "{");
            assert_eq!(message.is_some(), is_named, "{encoding}");
            let message = error_of(502, &headers, b"\x1f\x8b\x08", None, || {
                SystemTime::UNIX_EPOCH
            })
            .and_then(|error| error.message)
            .expect("a message");
            assert_eq!(message.contains("content encoding"), is_named, "{message}");
        }
    }

    #[test]
    fn headers_that_differ_from_themselves_are_not_used() {
        let now = parse_http_date("Sat, 14 Mar 2026 15:00:00 GMT").expect("a date");
        let twice = |name: &str, first: &str, second: &str| {
            headers(&[(name, first), (&name.to_uppercase(), second)])
        };
        assert_eq!(
            request_id(&twice("x-acs-request-id", "a", "a")).as_deref(),
            Some("a")
        );
        let differ = twice("x-acs-request-id", "a", "b");
        assert_eq!(request_id(&differ), None);
        let body = br#"{"RequestId":"r"}"#;
        let error = error_of(500, &differ, body, None, || now).expect("an error");
        assert_eq!(error.request_id.as_deref(), Some("r"));
        assert_eq!(retry_after(&twice("retry-after", "1", "2"), now), None);
        assert_eq!(
            retry_after(&twice("x-acs-retry-after", "1", "2"), now),
            None
        );
        assert_eq!(
            retry_after(&twice("retry-after", "1", "1"), now),
            Some(Duration::from_secs(1))
        );
    }

    const SUCCESS: SuccessField = SuccessField {
        name: "Success",
        value: None,
    };

    #[test]
    fn a_success_field_is_found_whatever_else_the_body_holds() {
        let read = |body: &[u8]| {
            error_of(200, &Headers::new(), body, Some(SUCCESS), || {
                SystemTime::UNIX_EPOCH
            })
        };
        let broken = b"{\"Message\":\"\xff\",\"Success\":false,\"Code\":\"C\"}";
        let error = read(broken).expect("an error");
        assert_eq!(summary(&error), (Some("C"), Some("\u{fffd}"), None));
        let cut = read(br#"{"Success":false,"Code":"C","Data":[{"#).expect("an error");
        assert_eq!(cut.code.as_deref(), Some("C"));
        let nested = br#"{"Success":true,"Data":{"Success":false}}"#;
        assert_eq!(read(nested), None);
    }

    #[test]
    fn a_2xx_is_an_error_only_by_its_success_field() {
        let read = |body: &str, field| {
            error_of(200, &Headers::new(), body.as_bytes(), field, || {
                SystemTime::UNIX_EPOCH
            })
        };
        let failed = r#"{"Success":false,"Code":"C","Message":"m","RequestId":"r"}"#;
        assert_eq!(read(failed, None), None);
        let error = read(failed, Some(SUCCESS)).expect("an error");
        assert_eq!(summary(&error), (Some("C"), Some("m"), Some("r")));
        assert_eq!(error.status, Some(200));
        assert!(read(r#"{"Success":"False"}"#, Some(SUCCESS)).is_some());
        assert_eq!(
            read(r#"{"Success":true,"Code":"200"}"#, Some(SUCCESS)),
            None
        );
        assert_eq!(read(r#"{"Code":"OK"}"#, Some(SUCCESS)), None);
        assert_eq!(read("no json", Some(SUCCESS)), None);
    }

    #[test]
    fn a_code_in_a_2xx_can_report_success() {
        let read = |body: &str, value| {
            let field = SuccessField {
                name: "Code",
                value: Some(value),
            };
            error_of(200, &Headers::new(), body.as_bytes(), Some(field), || {
                SystemTime::UNIX_EPOCH
            })
        };
        let failed = r#"{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"m","RequestId":"r"}"#;
        let error = read(failed, "OK").expect("an error");
        let expected = (Some("isv.BUSINESS_LIMIT_CONTROL"), Some("m"), Some("r"));
        assert_eq!(summary(&error), expected);
        assert_eq!(read(r#"{"Code":"OK","BizId":"1"}"#, "OK"), None);
        assert_eq!(read(r#"{"Code":"ok\n"}"#, "OK"), None);
        assert_eq!(read(r#"{"BizId":"1"}"#, "OK"), None);
        assert_eq!(read(r#"{"Code":200}"#, "200"), None);
        assert!(read(r#"{"Code":500}"#, "200").is_some());
    }

    #[test]
    fn delays_are_read_from_both_headers() {
        let now = parse_http_date("Sat, 14 Mar 2026 15:00:00 GMT").expect("a date");
        let wait = |pairs: &[(&str, &str)]| retry_after(&headers(pairs), now);
        assert_eq!(
            wait(&[("x-acs-retry-after", "200")]),
            Some(Duration::from_millis(200))
        );
        assert_eq!(
            wait(&[("retry-after", "9"), ("x-acs-retry-after", "200")]),
            Some(Duration::from_millis(200))
        );
        assert_eq!(
            wait(&[("x-acs-retry-after", "0"), ("retry-after", "9")]),
            None
        );
        assert_eq!(
            wait(&[("x-acs-retry-after", "soon"), ("retry-after", "2")]),
            Some(Duration::from_secs(2))
        );
        let date = ("retry-after", "Sat, 14 Mar 2026 15:00:07 GMT");
        assert_eq!(wait(&[date]), Some(Duration::from_secs(7)));
        let server = ("date", "Sat, 14 Mar 2026 15:00:05 GMT");
        assert_eq!(wait(&[date, server]), Some(Duration::from_secs(2)));
        assert_eq!(wait(&[("retry-after", "-1")]), None);
        assert_eq!(wait(&[("retry-after", "99999999999999999999999")]), None);
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn a_denied_permission_is_typed() {
        let error = read(
            403,
            r#"{"Code":"NoPermission","AccessDeniedDetail":{"AuthAction":"oos:ListExecutions","NoPermissionType":"ImplicitDeny",
                "PolicyType":"AccountLevelIdentityBasedPolicy","AuthPrincipalType":"SubUser","AuthPrincipalOwnerId":1234567890123456,
                "AuthPrincipalDisplayName":"dev","EncodedDiagnosticMessage":"AQ"}}"#,
        );
        let detail = error.access_denied.expect("a detail");
        assert_eq!(
            detail.auth_principal_owner_id.as_deref(),
            Some("1234567890123456")
        );
        assert_eq!(
            detail.policy_statement().expect("a statement"),
            r#"{"Effect":"Allow","Action":"oos:ListExecutions","Resource":"*"}"#
        );
        let denied = AccessDenied {
            no_permission_type: Some("ExplicitDeny".to_owned()),
            ..detail
        };
        assert_eq!(denied.policy_statement(), None);
    }

    #[test]
    fn a_denied_permission_names_the_resource_if_the_service_does() {
        let arn = "acs:ram:*:1:role/*";
        for (message, detail, expected) in [
            (
                format!("No. Resource: {arn} Action: ram:CreateRole"),
                "",
                arn,
            ),
            (
                "No.".to_owned(),
                r#","AuthResource":"acs:ram:*:1:role/*""#,
                arn,
            ),
            ("No. Resource: * Action: ram:CreateRole".to_owned(), "", "*"),
            ("No.".to_owned(), "", "*"),
            ("Resource: a b Action: c".to_owned(), "", "*"),
            ("Resource: acs:a b Action: c".to_owned(), "", "*"),
        ] {
            let body = format!(
                r#"{{"Code":"NoPermission","Message":"{message}","AccessDeniedDetail":
                    {{"AuthAction":"ram:CreateRole","NoPermissionType":"ImplicitDeny"{detail}}}}}"#
            );
            let denied = read(403, &body).access_denied.expect("a detail");
            assert_eq!(
                denied.policy_statement().expect("a statement"),
                format!(
                    r#"{{"Effect":"Allow","Action":"ram:CreateRole","Resource":"{expected}"}}"#
                ),
                "{message}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_is_an_error_and_no_panic(
            status in 300u16..600,
            body in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
            text in "(<html>|<Error><Code>|\\{\"Code\":|\u{feff})?\\PC{0,400}",
            wait in "\\PC{0,40}",
        ) {
            let headers = headers(&[("x-acs-retry-after", &wait), ("retry-after", &wait), ("date", &wait)]);
            for body in [&body[..], text.as_bytes()] {
                let error = error_of(status, &headers, body, Some(SUCCESS), || SystemTime::UNIX_EPOCH);
                assert_eq!(error.expect("an error").status, Some(status));
                let _ = foreign_document(&headers, body);
            }
        }
    }
}
