//! Replies: responses as JSON or XML.

use super::request::Request;
use crate::api_error::ApiError;
use crate::call::ItemsJson;
use alibabacloud_spec::ApiStyle;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The format of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// Returns the format that the client asks for. The old gateways return XML unless the client
    /// asks for JSON.
    pub(crate) fn of(request: &Request) -> Self {
        if let Some(format) = request.query_or_form("Format") {
            return if format.eq_ignore_ascii_case("xml") {
                Self::Xml
            } else {
                Self::Json
            };
        }
        let sent = |name| request.headers.get(name).unwrap_or_default();
        let is_v1_rpc = || {
            request.headers.get("x-acs-action").is_none()
                && request.query_or_form("Action").is_some()
        };
        let is_v1_roa =
            || sent("authorization").starts_with("acs ") && !sent("accept").contains("json");
        if is_v1_rpc() || is_v1_roa() {
            Self::Xml
        } else {
            Self::Json
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json;charset=utf-8",
            Self::Xml => "text/xml;charset=utf-8",
        }
    }
}

/// A response without the headers that all responses share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            retry_after: None,
            body: body.into(),
        }
    }

    /// Creates the successful response of an operation.
    pub(crate) fn success(format: Format, operation: &str, body: Body) -> Self {
        let text = match format {
            Format::Json => body.json_text(),
            Format::Xml => xml(&format!("{operation}Response"), &body.into_value()).into_bytes(),
        };
        Self::new(200, format.content_type(), text)
    }

    /// Creates an error response in the form of the style.
    pub(crate) fn error(
        format: Format,
        style: ApiStyle,
        error: &ApiError,
        request_id: &str,
        host: &str,
    ) -> Self {
        let recommend = format!("https://api.aliyun.com/troubleshoot?q={}", error.code);
        let mut body = match (format, style) {
            (Format::Json, ApiStyle::Roa) => json!({
                "code": error.code,
                "message": error.message,
                "requestId": request_id,
                "status": error.status,
            }),
            _ => json!({
                "RequestId": request_id,
                "HostId": host,
                "Code": error.code,
                "Message": error.message,
                "Recommend": recommend,
            }),
        };
        if let (Some(detail), Some(body)) = (&error.access_denied, body.as_object_mut()) {
            let name = match (format, style) {
                (Format::Json, ApiStyle::Roa) => "accessDeniedDetail",
                _ => "AccessDeniedDetail",
            };
            body.insert(name.to_owned(), (**detail).clone());
        }
        let text = match format {
            Format::Json => json_text(&body),
            Format::Xml => xml("Error", &body).into_bytes(),
        };
        Self {
            retry_after: error.retry_after,
            ..Self::new(error.status, format.content_type(), text)
        }
    }
}

/// The body of a successful response.
#[derive(Debug)]
pub(crate) struct Body {
    /// The body, in which `items` have an empty list.
    pub(crate) value: Value,
    /// The items of the list, if they are JSON already.
    pub(crate) items: Option<ItemsJson>,
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self { value, items: None }
    }
}

impl Body {
    /// Returns the body with its items.
    pub(crate) fn into_value(self) -> Value {
        let mut value = self.value;
        if let Some(ItemsJson { path, json }) = self.items {
            let pointer = format!("/{}", path.replace('.', "/"));
            // The schema may have no such list.
            if let Some(list) = value.pointer_mut(&pointer) {
                *list = serde_json::from_str(&json).unwrap_or_default();
            }
        }
        value
    }

    fn json_text(&self) -> Vec<u8> {
        match &self.items {
            None => json_text(&self.value),
            Some(ItemsJson { path, json }) => {
                let mut text = Vec::with_capacity(json.len() + 512);
                write_with_items(&mut text, &self.value, path, json);
                text
            }
        }
    }
}

/// Writes JSON with other JSON in the field at a path, if it has one.
fn write_with_items(text: &mut Vec<u8>, value: &Value, path: &str, items: &str) {
    let Value::Object(fields) = value else {
        return write_json(text, value);
    };
    text.push(b'{');
    for (index, (name, field)) in fields.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        write_json(text, name);
        text.push(b':');
        match path.strip_prefix(name.as_str()) {
            Some("") => text.extend_from_slice(items.as_bytes()),
            Some(rest) if rest.starts_with('.') => {
                write_with_items(text, field, rest.get(1..).unwrap_or_default(), items);
            }
            _ => write_json(text, field),
        }
    }
    text.push(b'}');
}

fn write_json(text: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(text, value);
}

/// Writes JSON. `Value::to_string` does the same at three times the cost.
fn json_text(value: &Value) -> Vec<u8> {
    // Most responses are shorter, so the buffer is not reallocated.
    let mut text = Vec::with_capacity(4096);
    write_json(&mut text, value);
    text
}

/// Writes JSON in the XML of the gateways: an element per field, a list as repeated elements.
fn xml(root: &str, value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element(root, value, &mut out);
    out
}

fn element(name: &str, value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            for item in items {
                element(name, item, out);
            }
        }
        Value::Object(fields) => {
            let name = element_name(name);
            out.push_str(&format!("<{name}>"));
            children(fields, out);
            out.push_str(&format!("</{name}>"));
        }
        scalar => {
            let name = element_name(name);
            out.push_str(&format!("<{name}>"));
            match scalar {
                Value::Null => {}
                Value::String(text) => escape(text, out),
                other => escape(&other.to_string(), out),
            }
            out.push_str(&format!("</{name}>"));
        }
    }
}

fn children(fields: &Map<String, Value>, out: &mut String) {
    for (name, value) in fields {
        element(name, value, out);
    }
}

/// Returns a valid element name for a key, which can be any text.
fn element_name(name: &str) -> String {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let prefix = if begins { "" } else { "_" };
    let body = name.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '.' => c,
        _ => '_',
    });
    prefix.chars().chain(body).collect()
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML 1.0 cannot represent other control characters.
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_of_a_refusal_are_spelled_as_the_style_does() {
        let mut error = ApiError::new(403, "Forbidden.RAM", "No.");
        error.access_denied = Some(Box::new(json!({"AuthAction": "cs:DeleteCluster"})));
        for (style, name) in [
            (ApiStyle::Rpc, "AccessDeniedDetail"),
            (ApiStyle::Roa, "accessDeniedDetail"),
        ] {
            let reply = Reply::error(Format::Json, style, &error, "id", "host");
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!(body[name]["AuthAction"], "cs:DeleteCluster", "{body}");
        }
    }

    #[test]
    fn items_that_are_json_take_the_place_of_the_list() {
        let body = |value, path: &str| Body {
            value,
            items: Some(ItemsJson {
                path: path.to_owned(),
                json: r#"[{"b":1}]"#.to_owned(),
            }),
        };
        for (value, path, expected) in [
            (
                json!({"A": "x", "List": [], "Z": {"List": 1}}),
                "List",
                r#"{"A":"x","List":[{"b":1}],"Z":{"List":1}}"#,
            ),
            (
                json!({"Lis": [], "List": {"Item": [], "Other": 2}}),
                "List.Item",
                r#"{"Lis":[],"List":{"Item":[{"b":1}],"Other":2}}"#,
            ),
            (json!({"A": "x"}), "List", r#"{"A":"x"}"#),
        ] {
            let text = body(value.clone(), path).json_text();
            assert_eq!(String::from_utf8(text).unwrap(), expected);
            assert_eq!(body(value, path).into_value().to_string(), expected);
        }
    }

    #[test]
    fn lists_become_repeated_elements() {
        let body = json!({"Names": ["a<b", "c"], "Tag": {"1 x": true, "n": null}});
        assert_eq!(
            xml("R", &body),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><R><Names>a&lt;b</Names><Names>c</Names><Tag><_1_x>true</_1_x><n></n></Tag></R>"
        );
    }
}
