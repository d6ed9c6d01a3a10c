//! The command lines of calls say exactly what is sent: those for `curl` are executed, those for
//! the `aliyun` CLI are read back by its rules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]
#![cfg(unix)]

mod common;

use alibabacloud_core::signing::parse_pairs;
use alibabacloud_emulator::BuiltIn;
use alibabacloud_spec::{Kind, ParameterPlace, Schema, Service};
use common::{Browser, Server, builder, with};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

/// A text with what shells, CLIs and URLs interpret.
const TEXT: &str = "-a 'b' \"c\" $d `e` \\ & = : # 中\n%20+";

/// Flags that the CLI does not hand on: what follows is its own.
const OWN_FLAGS: [&str; 4] = ["endpoint", "insecure", "version", "force"];

fn service(product: &str) -> Arc<Service> {
    let all = BuiltIn::all();
    let found = all.iter().find(|copy| copy.product() == product).unwrap();
    found.load().unwrap()
}

/// Returns a value for each parameter of an operation, and those of its example in their place.
fn parameters(service: &Service, operation: &alibabacloud_spec::Operation) -> Map<String, Value> {
    let mut values: Map<String, Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let value = match parameter.place {
                ParameterPlace::Query | ParameterPlace::Form => {
                    value(service, &parameter.schema, 0)
                }
                // A header has one line, and what a path begins with has a meaning.
                ParameterPlace::Header | ParameterPlace::Path => json!("x-1"),
                ParameterPlace::Body => value(service, &parameter.schema, 0),
            };
            (parameter.name.clone(), value)
        })
        .collect();
    let example = operation.example.as_ref();
    if let Some(example) = example.and_then(|example| example.request.as_object()) {
        values.extend(example.clone());
    }
    values
}

fn value(service: &Service, schema: &Schema, depth: usize) -> Value {
    if depth > 3 {
        return Value::Null;
    }
    match &schema.kind {
        Kind::Any => json!({"a": [TEXT]}),
        Kind::String => json!(TEXT),
        Kind::JsonText => json!("{\"a\": \"it's\"}"),
        Kind::DateTime => json!("2024-05-04T11:17:28Z"),
        Kind::Binary => json!("AAEC/w=="),
        Kind::Enum(values) => values
            .first()
            .map_or(json!("x"), |first| json!(first.value)),
        Kind::Int32 | Kind::Int64 => json!(schema.minimum.unwrap_or(-7)),
        Kind::Number => json!(0.25),
        Kind::Boolean => json!(true),
        Kind::Array(items) => json!([value(service, items, depth + 1)]),
        Kind::Map(values) => json!({"k": value(service, values, depth + 1)}),
        Kind::Object(properties) => {
            let properties = properties.iter();
            let members = properties.map(|(name, property)| {
                let inner = value(service, &property.schema, depth + 1);
                (name.clone(), inner)
            });
            Value::Object(members.collect())
        }
        Kind::Ref(_) => value(service, service.resolve(schema), depth),
    }
}

/// Has a shell split a line into words.
fn words(line: &str) -> Vec<String> {
    let script = format!("set -- {line}\nprintf '%s\\0' \"$@\"");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    assert_eq!(words.pop().as_deref(), Some(""));
    words
}

/// What the CLI understands of a line.
#[derive(Debug, Default)]
struct Understood {
    /// What is not a flag: `aliyun`, the product, and the operation or a method and a path.
    arguments: Vec<String>,
    /// The CLI's own flags.
    own: BTreeMap<String, String>,
    /// Flags that become parameters.
    parameters: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

/// Reads a line as the parser of the CLI does (`cli/parser.go` and `cli/flag.go` of
/// `aliyun/aliyun-cli`): a word that begins with `-` is a flag, also where a value is expected; a
/// flag has its value behind the first `=` or `:`, or in the next word; a flag but `--header`
/// appears once; an empty value is none; `--insecure` and `--force` have no value.
fn understand(line: &str) -> Result<Understood, String> {
    let mut understood = Understood::default();
    let mut open: Option<String> = None;
    for word in words(line) {
        if !word.starts_with('-') {
            match open.take() {
                Some(flag) => understood.assign(&flag, word)?,
                None => understood.arguments.push(word),
            }
            continue;
        }
        if let Some(flag) = open {
            return Err(format!("--{flag} has no value"));
        }
        let flag = word.strip_prefix("--").filter(|flag| !flag.is_empty());
        let flag = flag.ok_or_else(|| format!("unknown flag {word}"))?;
        open = match flag.split_once(['=', ':']) {
            Some((flag, value)) => {
                understood.assign(flag, value.to_owned())?;
                None
            }
            None if ["insecure", "force"].contains(&flag) => {
                understood.assign(flag, "true".to_owned())?;
                None
            }
            None => Some(flag.to_owned()),
        };
    }
    match open {
        Some(flag) => Err(format!("--{flag} has no value")),
        None => Ok(understood),
    }
}

impl Understood {
    fn assign(&mut self, flag: &str, value: String) -> Result<(), String> {
        if value.is_empty() {
            return Err(format!("--{flag} has an empty value"));
        }
        let before = match flag {
            "body" => self.body.replace(value),
            "header" => {
                let (name, value) = value.split_once('=').ok_or("a header without =")?;
                self.headers.insert(name.to_owned(), value.to_owned())
            }
            own if OWN_FLAGS.contains(&own) => self.own.insert(own.to_owned(), value),
            name => self.parameters.insert(name.to_owned(), value),
        };
        match before {
            Some(_) => Err(format!("--{flag} duplicated")),
            None => Ok(()),
        }
    }
}

/// Returns the latest request of the emulator's log.
async fn latest(browser: &Browser<'_>) -> Value {
    let requests = browser.get("/api/emulator/requests").await.json();
    requests[0].clone()
}

#[test]
fn lines_are_read_as_the_cli_reads_them() {
    let read = understand("aliyun oos A --endpoint h --P=-1 --Q 'a=b' --header 'x=y=z'").unwrap();
    assert_eq!(read.arguments, ["aliyun", "oos", "A"]);
    assert_eq!(read.parameters["P"], "-1");
    assert_eq!(read.parameters["Q"], "a=b");
    assert_eq!(read.headers["x"], "y=z");
    for wrong in [
        "a --P -1",
        "a --P",
        "a --P ''",
        "a --P 1 --P 2",
        "a -- b",
        "a --P --Q 1",
    ] {
        assert!(understand(wrong).is_err(), "{wrong}");
    }
}

/// Whether a line can say a request: the CLI has neither empty values nor parameters of the names
/// of its own flags.
fn can_be_said(sent: &BTreeMap<String, String>) -> bool {
    let is_own = |name: &String| OWN_FLAGS.contains(&name.as_str()) || name == "region";
    sent.iter()
        .all(|(name, value)| !value.is_empty() && !is_own(name))
}

// The emulator serves while the test waits for curl.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn command_lines_of_all_operations_say_what_is_sent() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: curl is not installed");
        return;
    }
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let (mut executed, mut read_back) = (0, 0);
    for product in ["oos", "cs", "sts"] {
        let service = service(product);
        for operation in &service.operations {
            if operation.unsupported.is_some() {
                continue;
            }
            let call = json!({
                "product": product, "version": service.version, "operation": operation.name,
                "parameters": parameters(&service, operation), "target": "emulator",
            });
            let name = &operation.name;
            let code = browser.ok("/api/code", &call).await;
            let preview = browser.ok("/api/preview", &call).await;
            let text = |form: &str| {
                let line = code[form].as_str();
                line.unwrap_or_else(|| panic!("{name}: no {form}: {code}"))
                    .to_owned()
            };

            let body = preview["body"].as_str().unwrap();
            let header = |name: &str| {
                let headers = preview["headers"].as_array().unwrap().iter();
                let mut found = headers.filter(|header| header[0] == name);
                found
                    .next()
                    .map_or("", |header| header[1].as_str().unwrap())
            };
            let url = preview["url"].as_str().unwrap();
            let (url, query) = url.split_once('?').unwrap_or((url, ""));
            let is_form = header("content-type").starts_with("application/x-www-form-urlencoded");
            let form = if is_form { body } else { "" };
            let sent: BTreeMap<String, String> = parse_pairs(query)
                .into_iter()
                .chain(parse_pairs(form))
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            // Requests without a signature have parameters that the CLI adds.
            if can_be_said(&sent) && !header("authorization").is_empty() {
                let line = text("aliyun");
                let read = understand(&line).unwrap_or_else(|why| panic!("{name}: {why}: {line}"));
                let path = url
                    .splitn(4, '/')
                    .nth(3)
                    .map(|path| format!("/{path}"))
                    .unwrap();
                let target = match path.as_str() {
                    "/" => vec![operation.name.clone()],
                    _ => vec![preview["method"].as_str().unwrap().to_owned(), path],
                };
                let expected: Vec<&str> = ["aliyun", product]
                    .into_iter()
                    .chain(target.iter().map(String::as_str))
                    .collect();
                assert_eq!(read.arguments, expected, "{line}");
                // Each request has another token, and both hide secrets in their way.
                let comparable = |all: &BTreeMap<String, String>| {
                    let mut all = all.clone();
                    all.retain(|name, value| {
                        operation.idempotency.as_ref() != Some(name) && !value.contains("REDACTED")
                    });
                    all
                };
                assert_eq!(comparable(&read.parameters), comparable(&sent), "{line}");
                if !is_form && operation.idempotency.is_none() && !line.contains("REDACTED") {
                    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
                    let read = read.body.unwrap_or_default();
                    assert!(read == body || json(&read) == json(body), "{line}\n{body}");
                }
                read_back += 1;
            }

            let outcome = browser.post("/api/call", &call).await.json();
            let with_client = latest(&browser).await;
            assert_eq!(with_client["operation"], *name, "{outcome}");
            let line = text("curl");
            let output = Command::new("sh")
                .args(["-c", &format!("{line} -s")])
                .output()
                .unwrap();
            assert!(output.status.success(), "{line}: {output:?}");
            let with_curl = latest(&browser).await;
            assert!(
                with_curl["number"].as_u64() > with_client["number"].as_u64(),
                "{name} was not sent: {outcome}"
            );
            assert_eq!(with_curl["operation"], *name, "{line}");
            let code = with_curl["code"].as_str().unwrap_or_default();
            assert!(!code.contains("Signature"), "{code}: {line}");
            // A line has `REDACTED` for secrets, which the emulator may refuse as such.
            if !line.contains("REDACTED") {
                let parameters = |request: &Value| {
                    let mut parameters = request["parameters"].clone();
                    if let (Some(all), Some(token)) =
                        (parameters.as_object_mut(), &operation.idempotency)
                    {
                        all.remove(token);
                    }
                    parameters
                };
                assert_eq!(parameters(&with_curl), parameters(&with_client), "{line}");
            }
            executed += 1;
        }
    }
    assert!(executed > 200 && read_back > 200, "{executed}, {read_back}");
    // A signature is accepted once, as the line says.
    let call = json!({
        "product": "oos", "version": "2019-06-01", "operation": "ListExecutions", "parameters": {},
    });
    let code = browser
        .ok("/api/code", &with(call, &json!({"target": "emulator"})))
        .await;
    let line = code["curl"].as_str().unwrap();
    for expected in ["Executions", "SignatureNonceUsed"] {
        let output = Command::new("sh")
            .args(["-c", &format!("{line} -s")])
            .output()
            .unwrap();
        let body = String::from_utf8(output.stdout).unwrap();
        assert!(body.contains(expected), "{body}");
    }
}
