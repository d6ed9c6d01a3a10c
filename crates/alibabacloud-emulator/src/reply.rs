//! Answers as JSON or XML.

use crate::refusal::Refusal;
use crate::request::Request;
use alibabacloud_spec::ApiStyle;
use serde_json::{Map, Value, json};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// What the client asks for. The old gateways answer XML to those who do not ask for JSON.
    pub(crate) fn of(request: &Request) -> Self {
        if let Some(format) = request.anywhere("Format") {
            return if format.eq_ignore_ascii_case("xml") {
                Self::Xml
            } else {
                Self::Json
            };
        }
        let authorization = request.headers.get("authorization").unwrap_or_default();
        let accept = request.headers.get("accept").unwrap_or_default();
        let is_v1_rpc =
            request.headers.get("x-acs-action").is_none() && request.anywhere("Action").is_some();
        let is_v1_roa = authorization.starts_with("acs ") && !accept.contains("json");
        if is_v1_rpc || is_v1_roa {
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

/// An answer without the headers that every answer has.
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

    /// A successful answer of an operation.
    pub(crate) fn success(format: Format, operation: &str, body: &Value) -> Self {
        let text = match format {
            Format::Json => json_text(body),
            Format::Xml => xml(&format!("{operation}Response"), body).into_bytes(),
        };
        Self::new(200, format.content_type(), text)
    }

    /// An error answer in the shape of the style.
    pub(crate) fn refusal(
        format: Format,
        style: ApiStyle,
        refusal: &Refusal,
        request_id: &str,
        host: &str,
    ) -> Self {
        let recommend = format!("https://api.aliyun.com/troubleshoot?q={}", refusal.code);
        let body = match (format, style) {
            (Format::Json, ApiStyle::Roa) => json!({
                "code": refusal.code,
                "message": refusal.message,
                "requestId": request_id,
                "status": refusal.status,
            }),
            _ => json!({
                "RequestId": request_id,
                "HostId": host,
                "Code": refusal.code,
                "Message": refusal.message,
                "Recommend": recommend,
            }),
        };
        let text = match format {
            Format::Json => json_text(&body),
            Format::Xml => xml("Error", &body).into_bytes(),
        };
        Self {
            retry_after: refusal.retry_after,
            ..Self::new(refusal.status, format.content_type(), text)
        }
    }
}

/// Writes JSON. `Value::to_string` would do the same at three times the cost.
fn json_text(value: &Value) -> Vec<u8> {
    // Most answers are shorter, so they are not moved while they grow.
    let mut text = Vec::with_capacity(4096);
    // Writing a tree into memory cannot fail.
    let _ = serde_json::to_writer(&mut text, value);
    text
}

/// Writes JSON as the gateways write XML: an element per field, a list as repeated elements.
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

/// Free keys can be anything; an element's name cannot.
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
            // XML 1.0 has no way to write other control characters.
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
    fn lists_become_repeated_elements() {
        let body = json!({"Names": ["a<b", "c"], "Tag": {"1 x": true, "n": null}});
        assert_eq!(
            xml("R", &body),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><R><Names>a&lt;b</Names><Names>c</Names><Tag><_1_x>true</_1_x><n></n></Tag></R>"
        );
    }
}
