//! Rust programs that make a call by its names on the wire, with the core alone: they compile for
//! any product, also one without a crate.

use alibabacloud_dynamic::Preview;
use alibabacloud_spec::{ApiStyle, Operation, Service};
use serde_json::Value;
use std::fmt::Write as _;

/// Takes the place of a secret in what the core shows.
const REDACTED: &str = "REDACTED";
/// How long a line can be before a list has a line for each item.
const WIDTH: usize = 100;

/// A call as it is sent, without secrets.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    product: String,
    version: String,
    operation: String,
    is_roa: bool,
    method: String,
    /// Percent-encoded.
    path: String,
    parameters: Vec<(String, String)>,
    body: String,
    region: String,
}

/// How a program waits for a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    Async,
    Blocking,
}

impl Program {
    /// Takes the call from a preview.
    pub(crate) fn from_preview(
        service: &Service,
        operation: &Operation,
        preview: &Preview,
        region: &str,
    ) -> Self {
        let path = preview
            .url()
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)))
            .unwrap_or("/");
        let path = path.split('?').next().unwrap_or("/").to_owned();
        let pairs = preview.query().chain(preview.form());
        let parameters: Vec<(String, String)> = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        // A form holds parameters, which are in the list.
        let body = match preview.form().next() {
            Some(_) => String::new(),
            None => String::from_utf8_lossy(preview.body()).into_owned(),
        };
        Self {
            product: service.code.clone(),
            version: service.version.clone(),
            operation: operation.name.clone(),
            is_roa: service.style == ApiStyle::Roa,
            method: preview.method().as_str().to_owned(),
            path,
            parameters,
            body,
            region: region.to_owned(),
        }
    }

    /// Takes the call from the request of a cassette; `None` if that has another form.
    pub(crate) fn from_recording(
        service: &Service,
        operation: &Operation,
        request: &Value,
        region: &str,
    ) -> Option<Self> {
        let text = |name: &str| Some(request.get(name)?.as_str()?.to_owned());
        let parameters = request.get("parameters")?.as_object()?.iter();
        Some(Self {
            product: service.code.clone(),
            version: service.version.clone(),
            operation: operation.name.clone(),
            is_roa: service.style == ApiStyle::Roa,
            method: text("method")?,
            path: text("path")?,
            parameters: parameters
                .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
            body: text("body").unwrap_or_default(),
            region: region.to_owned(),
        })
    }

    /// Returns the program, with the credentials of the machine that it runs on.
    pub(crate) fn main(&self, waiting: Waiting) -> String {
        let (head, send) = match waiting {
            Waiting::Async => (
                "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n",
                "call.send().await?",
            ),
            Waiting::Blocking => (
                "fn main() -> Result<(), Box<dyn std::error::Error>> {\n",
                "call.send_blocking()?",
            ),
        };
        let mut text = self.imports("use alibabacloud_core::{Client, Config};\n");
        text.push('\n');
        text.push_str(head);
        let _ = writeln!(
            text,
            "    let client = Client::new(Config::from_env().region({:?}))?;",
            self.region
        );
        self.put_call(&mut text, false);
        let _ = writeln!(text, "    let response = {send};");
        text.push_str("    println!(\"{:#}\", response.output());\n    Ok(())\n}\n");
        text
    }

    /// Returns a test of the call with a mock that returns `response`.
    pub(crate) fn mock_test(&self, name: &str, response: &str) -> String {
        let mut text = self.imports(
            "use alibabacloud_core::credentials::Credentials;\n\
             use alibabacloud_core::test_util::{MockClient, MockResponse};\n\
             use alibabacloud_core::{Client, Config};\n",
        );
        let _ = writeln!(
            text,
            "\n#[tokio::test]\nasync fn {name}() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let response = {};\n    \
             let http = MockClient::new([MockResponse::json(200, response)]);",
            raw_text(response)
        );
        self.put_test_client(&mut text, "http");
        self.put_call(&mut text, true);
        let _ = writeln!(
            text,
            "    call.send().await?;\n\n    http.assert_calls({:?}, 1);\n    Ok(())\n}}",
            self.operation
        );
        text
    }

    /// Returns a test of the call with the recorded response in a file. `code` is the error that
    /// the service returned.
    pub(crate) fn replay_test(&self, name: &str, file: &str, code: Option<&str>) -> String {
        let mut text = self.imports(
            "use alibabacloud_core::credentials::Credentials;\n\
             use alibabacloud_core::retry::RetryConfig;\n\
             use alibabacloud_core::test_util::{Cassette, Replay};\n\
             use alibabacloud_core::{Client, Config};\n",
        );
        let _ = writeln!(
            text,
            "\n#[tokio::test]\nasync fn {name}() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let replay = Replay::new(Cassette::load({file:?})?);"
        );
        self.put_test_client(&mut text, "replay");
        text = text.replace(
            "        .http_client(",
            "        .retry(RetryConfig::off())\n        .http_client(",
        );
        self.put_call(&mut text, true);
        match code {
            None => text.push_str(
                "    let response = call.send().await?;\n\n    \
                 assert_eq!(response.status(), 200);\n",
            ),
            Some(code) => {
                let _ = writeln!(
                    text,
                    "    let error = call.send().await.unwrap_err();\n\n    \
                     assert_eq!(error.code(), Some({code:?}));"
                );
            }
        }
        text.push_str("    replay.assert_finished();\n    Ok(())\n}\n");
        text
    }

    fn imports(&self, core: &str) -> String {
        let mut text = core.to_owned();
        if self.is_roa {
            text.push_str("use alibabacloud_core::http::Method;\n");
        }
        if self.json_body().is_some() {
            text.push_str("use serde_json::json;\n");
        }
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_by_key(|line| (line.replace('{', "~"), line.len()));
        let mut sorted = lines.join("\n");
        sorted.push('\n');
        sorted
    }

    fn put_test_client(&self, text: &mut String, http: &str) {
        let _ = writeln!(
            text,
            "    let config = Config::new()\n        .region({:?})\n        \
             .credentials(Credentials::access_key(\"id\", \"secret\"))\n        \
             .http_client({http}.clone());\n    \
             let client = Client::new(config)?;\n",
            self.region
        );
    }

    /// Writes the variable `call`. In a test, secrets are words, and else variables of the
    /// environment.
    fn put_call(&self, text: &mut String, is_test: bool) {
        let mut values = Vec::new();
        for (name, value) in &self.parameters {
            let value = match value.as_str() {
                REDACTED if !is_test => {
                    let variable = environment_name(name);
                    // Not the name of another variable, nor a keyword.
                    let local = match variable.to_lowercase() {
                        local if local.starts_with("secret_") => local,
                        local => format!("secret_{local}"),
                    };
                    let _ = writeln!(text, "    let {local} = std::env::var({variable:?})?;");
                    format!("&{local}")
                }
                value => format!("{value:?}"),
            };
            values.push(format!("({name:?}, {value})"));
        }
        let parameters = match values.is_empty() {
            true => "&[]",
            false => {
                let line = format!("    let parameters = [{}];\n", values.join(", "));
                if line.len() <= WIDTH {
                    text.push_str(&line);
                } else {
                    text.push_str("    let parameters = [\n");
                    for value in &values {
                        let _ = writeln!(text, "        {value},");
                    }
                    text.push_str("    ];\n");
                }
                "&parameters"
            }
        };
        let mut arguments = vec![
            format!("{:?}", self.product),
            format!("{:?}", self.version),
            format!("{:?}", self.operation),
        ];
        let function = match self.is_roa {
            true => {
                let method = self.method.to_lowercase();
                let mut letters = method.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase());
                let method: String = first.into_iter().chain(letters).collect();
                arguments.push(format!("Method::{method}"));
                arguments.push(format!("{:?}", self.path));
                "call_raw_roa"
            }
            false => "call_raw",
        };
        arguments.push(parameters.to_owned());
        let line = format!(
            "    let call = client.{function}({});\n",
            arguments.join(", ")
        );
        if line.len() <= WIDTH + 1 {
            text.push_str(&line);
        } else {
            let _ = writeln!(text, "    let call = client.{function}(");
            for argument in arguments {
                let _ = writeln!(text, "        {argument},");
            }
            text.push_str("    );\n");
        }
        match self.json_body() {
            Some(body) => {
                let body = format!("{body:#}").replace('\n', "\n    ");
                let _ = writeln!(text, "    let call = call.json_body(&json!({body}));");
            }
            None if self.body.is_empty() => {}
            None => {
                let _ = writeln!(
                    text,
                    "    let call = call.body(\"application/octet-stream\", {:?});",
                    self.body
                );
            }
        }
    }

    /// Returns the body if it is JSON that a macro can hold: an object or a list.
    fn json_body(&self) -> Option<Value> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        (body.is_object() || body.is_array()).then_some(body)
    }
}

/// Returns the name of the variable for a secret: `DB_PASSWORD`.
fn environment_name(parameter: &str) -> String {
    let mut name = String::new();
    let mut after_lower = false;
    for c in parameter.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && after_lower {
                name.push('_');
            }
            name.push(c.to_ascii_uppercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name.to_owned(),
        _ => format!("SECRET_{name}"),
    }
}

/// Returns a text as a raw literal.
fn raw_text(text: &str) -> String {
    // A carriage return cannot be in a raw literal.
    if text.contains('\r') {
        return format!("{text:?}");
    }
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_names_of_variables() {
        let names = ["DbPassword", "Tag.1.Value", "1", "__x", "密码", "Key"].map(environment_name);
        let expected = [
            "DB_PASSWORD",
            "TAG_1_VALUE",
            "SECRET_1",
            "X",
            "SECRET_",
            "KEY",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn raw_literals_end_where_the_text_does() {
        assert_eq!(raw_text("{}"), r##"r#"{}"#"##);
        assert_eq!(raw_text("a\"#b"), "r##\"a\"#b\"##");
        assert_eq!(raw_text("a\rb"), "\"a\\rb\"");
    }
}
