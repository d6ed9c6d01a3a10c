//! Code for a call with exactly these parameters: complete programs and a test.

use crate::ir::{Operation, OutputShape, ResponseBody, Type, TypeDef};
use crate::lower;
use crate::lower::example::{CallForm, ExactCall, body, exact_chain, exact_literal, statement};
use crate::names;
use alibabacloud_spec::{self as spec, ParameterPlace, Service, ValueError};
use serde_json::{Map, Value, json};
use std::fmt;
use std::fmt::Write as _;

/// Maximum length of a line.
const WIDTH: usize = 100;

/// The indentation of a statement.
const INDENT: &str = "    ";

/// The region of a test that no region was chosen for.
const TEST_REGION: &str = "cn-hangzhou";

/// A call to write as code.
///
/// # Examples
///
/// ```no_run
/// use alibabacloud_codegen::snippet::Call;
/// use alibabacloud_spec::Service;
/// use serde_json::json;
/// use std::path::Path;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = Service::load(Path::new("api-specs/oos/2019-06-01"))?;
/// let parameters = json!({"TemplateName": "restart-web"});
/// let snippet = Call::new(&service, "GetTemplate")
///     .parameters(parameters.as_object().expect("an object"))
///     .region("cn-shanghai")
///     .write()?;
/// println!("{}", snippet.rust_async);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Call<'a> {
    service: &'a Service,
    operation: &'a str,
    parameters: Map<String, Value>,
    region: Option<&'a str>,
    response: Option<&'a Value>,
}

/// Code that makes a call with the crate of its service.
///
/// It holds no secret: programs read secret parameters from the environment, and the test has
/// `"..."` in their place. Secrets that a name such as `DbPassword` introduces within a text are
/// `REDACTED`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snippet {
    /// The crate of the service: `alibabacloud-oos`.
    pub crate_name: String,
    /// The method of the client: `get_template`.
    pub method: String,
    /// A program that waits for the response with `await`. A list is read by item, unless the
    /// parameters choose a page.
    pub rust_async: String,
    /// The same program without async; it needs the feature `blocking`.
    pub rust_blocking: String,
    /// A test of the call with a mock; it needs the feature `test-util`.
    pub rust_test: String,
    /// Whether the code uses `serde_json`.
    pub uses_json: bool,
    /// The variables of the environment that programs read secrets from, sorted.
    pub variables: Vec<String>,
    /// What is wrong with the parameters. Values that do not have the type of their parameter are
    /// not in the code, and required ones that are missing have a synthetic value.
    pub problems: Vec<ValueError>,
}

/// Why a call cannot be written as code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnippetError {
    /// The service has no operation of this name.
    UnknownOperation(String),
    /// Clients cannot call the operation; why.
    Unsupported(String),
    /// The generator wrote code that cannot be parsed, which is a bug; what the parser reports.
    InvalidCode(String),
}

impl fmt::Display for SnippetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation(name) => write!(f, "the service has no operation `{name}`"),
            Self::Unsupported(why) => write!(f, "a client cannot call the operation: {why}"),
            Self::InvalidCode(why) => write!(f, "the generator wrote invalid code: {why}"),
        }
    }
}

impl std::error::Error for SnippetError {}

impl<'a> Call<'a> {
    /// Creates a call of an operation without parameters.
    pub fn new(service: &'a Service, operation: &'a str) -> Self {
        Self {
            service,
            operation,
            parameters: Map::new(),
            region: None,
            response: None,
        }
    }

    /// Sets the parameters, by their names in the API. A null counts as not set.
    #[must_use]
    pub fn parameters(mut self, parameters: &Map<String, Value>) -> Self {
        self.parameters.clone_from(parameters);
        self
    }

    /// Sets the region of the client; by default that of the environment.
    #[must_use]
    pub fn region(mut self, region: &'a str) -> Self {
        self.region = Some(region);
        self
    }

    /// Sets the response of the test; by default that of the specification's example, or a
    /// synthetic one.
    #[must_use]
    pub fn response(mut self, response: &'a Value) -> Self {
        self.response = Some(response);
        self
    }

    /// Writes the code.
    ///
    /// # Errors
    ///
    /// If there is no such operation, or clients cannot call it.
    pub fn write(&self) -> Result<Snippet, SnippetError> {
        let unknown = || SnippetError::UnknownOperation(self.operation.to_owned());
        let mut operations = self.service.operations.iter();
        let index = operations.position(|operation| operation.name == self.operation);
        let index = index.ok_or_else(unknown)?;
        let spec = &self.service.operations[index];
        if let Some(why) = &spec.unsupported {
            return Err(SnippetError::Unsupported(why.clone()));
        }
        let (operation, shared) = lower::operation(self.service, index).ok_or_else(unknown)?;
        let library = self.service.crate_name.replace('-', "_");
        let writer = Writer {
            call: self,
            spec,
            operation,
            shared,
            library,
        };
        let program = writer.program(false)?;
        let test = writer.test()?;
        Ok(Snippet {
            rust_blocking: writer.program(true)?.text,
            crate_name: self.service.crate_name.clone(),
            method: names::in_source(&writer.operation.module),
            uses_json: program.uses_json,
            variables: program.variables,
            rust_async: program.text,
            rust_test: test.text,
            problems: self.service.check_parameters(spec, &self.parameters),
        })
    }
}

/// Source text, and what it needs.
struct Code {
    text: String,
    uses_json: bool,
    variables: Vec<String>,
}

struct Writer<'a> {
    call: &'a Call<'a>,
    spec: &'a spec::Operation,
    operation: Operation,
    shared: Vec<TypeDef>,
    library: String,
}

impl Writer<'_> {
    /// Returns the calls of methods that make the request.
    fn chain(&self, exact: &ExactCall<'_>) -> Vec<String> {
        exact_chain(
            self.spec,
            &self.operation,
            &self.shared,
            &self.call.parameters,
            self.call.region,
            exact,
        )
    }

    fn exact(&self, reads_environment: bool) -> ExactCall<'_> {
        ExactCall::new(&self.operation.name, &self.library, reads_environment)
    }

    /// Returns whether the parameters choose a page of a list, which a paginator does itself.
    fn chooses_page(&self) -> bool {
        let Some(pagination) = &self.operation.pagination else {
            return false;
        };
        let mut chosen = pagination.numbered.iter().chain([&pagination.input]);
        chosen.any(|&index| {
            let name = &self.operation.input.fields[index].wire;
            let value = self.call.parameters.get(name);
            value.is_some_and(|value| !value.is_null())
        })
    }

    /// Returns a program that makes the call.
    fn program(&self, is_blocking: bool) -> Result<Code, SnippetError> {
        let exact = self.exact(true);
        let chain = self.chain(&exact);
        let form = match (is_blocking, self.chooses_page()) {
            (false, false) => CallForm::Async,
            (false, true) => CallForm::AsyncPage,
            (true, false) => CallForm::Blocking,
            (true, true) => CallForm::BlockingPage,
        };
        let client = match self.call.region {
            Some(region) => formatted(&[format!(
                "let client = Client::new(Config::from_env().region({}))?;",
                exact_literal(region)
            )])?,
            None => formatted(&["let client = Client::from_env()?;".to_owned()])?,
        };
        let statements = formatted(&body(&self.operation, &chain, form))?;
        let reads_environment = !exact.variables.borrow().is_empty();
        let mut imports = vec!["Client"];
        if self.call.region.is_some() {
            imports.push("Config");
        }
        let result = match reads_environment {
            true => "Result<(), Box<dyn std::error::Error>>",
            false => {
                imports.push("Result");
                "Result<()>"
            }
        };
        let mut text = self.head(&imports, &[], &chain, &exact);
        let start = match is_blocking {
            true => "fn",
            false => "#[tokio::main]\nasync fn",
        };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{start} main() -> {result} {{\n{INDENT}// {CREDENTIALS}\n{client}{statements}{INDENT}\
             Ok(())\n}}\n"
        );
        Ok(code(text, &exact))
    }

    /// Returns a test of the call with a mock.
    fn test(&self) -> Result<Code, SnippetError> {
        let exact = self.exact(false);
        let chain = self.chain(&exact);
        let response = match self.call.response.filter(|response| !response.is_null()) {
            Some(response) => response.clone(),
            None => self.example_response(),
        };
        let region = self.call.region.unwrap_or(TEST_REGION);
        let name = exact_literal(&self.operation.name);
        let mut rule = vec![format!("when({name})")];
        rule.extend(self.plain_parameters().into_iter().map(|(name, value)| {
            format!(
                "parameter({}, {})",
                exact_literal(&name),
                exact_literal(&value)
            )
        }));
        rule.push(format!("respond_with({})", self.mock_response()));
        let setup = formatted(&[
            "let http = MockClient::default();".to_owned(),
            format!("http.{};", rule.join(".")),
            format!(
                "let config = Config::new().region({})\
                 .credentials(Credentials::access_key(\"id\", \"secret\")).http_client(http.clone());",
                exact_literal(region)
            ),
            "let client = Client::new(config)?;".to_owned(),
        ])?;
        let assertion = self.assertion(&response);
        let mut call = Vec::new();
        if self.operation.output.body == ResponseBody::Events {
            call.extend(statement(
                "let mut events",
                &chain,
                &["send_stream()", "await?"],
            ));
            call.push("while let Some(event) = events.next().await { event?; }".to_owned());
        } else if assertion.is_some() {
            call.extend(statement("let output", &chain, &["send()", "await?"]));
        } else {
            call.push(format!("client.{}.send().await?;", chain.join(".")));
        }
        let call = formatted(&call)?;
        let mut checks: Vec<String> = assertion.into_iter().collect();
        checks.push(format!("http.assert_calls({name}, 1);"));
        let checks = formatted(&checks)?;
        let imports = ["Client", "Config", "Credentials", "Result"];
        let mut text = self.head(&imports, &["MockClient", "MockResponse"], &chain, &exact);
        let test = names::in_source(&self.operation.module);
        let shown = match &response {
            Value::String(text) => text.clone(),
            other => format!("{other:#}"),
        };
        let _ = write!(
            text,
            "const RESPONSE: &str = {};\n\n#[tokio::test]\nasync fn {test}() -> Result<()> {{\n\
             {setup}\n{call}\n{checks}{INDENT}Ok(())\n}}\n",
            exact_literal(&shown)
        );
        Ok(code(text, &exact))
    }

    /// Returns the first lines of a file: attributes and imports.
    fn head(
        &self,
        imports: &[&str],
        mocks: &[&str],
        chain: &[String],
        exact: &ExactCall<'_>,
    ) -> String {
        let mut text = String::new();
        if self.operation.deprecated || exact.uses_deprecated.get() {
            text.push_str("#![allow(deprecated)]\n\n");
        }
        let library = &self.library;
        if !mocks.is_empty() {
            let _ = writeln!(text, "use {library}::test_util::{{{}}};", mocks.join(", "));
        }
        let mut imports = imports.to_vec();
        if chain.iter().any(|call| call.contains("model::")) {
            imports.push("model");
        }
        let _ = match imports.as_slice() {
            [one] => writeln!(text, "use {library}::{one};\n"),
            all => writeln!(text, "use {library}::{{{}}};\n", all.join(", ")),
        };
        text
    }

    /// Returns the parameters whose text in the request is that of their value.
    fn plain_parameters(&self) -> Vec<(String, String)> {
        let known = self.spec.parameters.iter();
        let plain = known.filter_map(|parameter| {
            let index = self
                .spec
                .parameters
                .iter()
                .position(|p| p.name == parameter.name)?;
            let is_pair = matches!(
                parameter.place,
                ParameterPlace::Query | ParameterPlace::Form
            );
            let field = &self.operation.input.fields[index];
            let is_text = matches!(
                field.ty,
                Type::String | Type::Enum(_) | Type::I32 | Type::I64
            );
            let is_filled_in = parameter.is_region();
            let value = match self.call.parameters.get(&parameter.name)? {
                Value::String(text) => text.clone(),
                Value::Number(number) if number.is_i64() => number.to_string(),
                _ => return None,
            };
            // A text that the writer redacts is sent redacted.
            let is_short = value.len() <= 40 && value.chars().all(|c| !c.is_control());
            let is_kept = is_pair && is_text && !is_filled_in && is_short && !value.is_empty();
            let is_same = alibabacloud_core::plumbing::redact_text(&self.operation.name, &value)
                == value.as_str();
            (is_kept && is_same).then(|| (parameter.name.clone(), value))
        });
        plain.take(2).collect()
    }

    /// Returns the expression of the mocked response, whose body is `RESPONSE`.
    fn mock_response(&self) -> &'static str {
        match self.operation.output.body {
            ResponseBody::Json => "MockResponse::json(200, RESPONSE)",
            ResponseBody::Raw => "MockResponse::new(200, RESPONSE)",
            ResponseBody::Events => {
                "MockResponse::new(200, RESPONSE).header(\"content-type\", \"text/event-stream\")"
            }
        }
    }

    /// Returns the response of the specification's example, or a synthetic one.
    fn example_response(&self) -> Value {
        match (self.operation.output.body, &self.spec.example) {
            (ResponseBody::Raw, _) => return json!("content"),
            (ResponseBody::Events, _) => return json!("data: {}\n\n"),
            (ResponseBody::Json, Some(example)) if !example.response.is_null() => {
                return example.response.clone();
            }
            (ResponseBody::Json, _) => {}
        }
        let OutputShape::Struct(output) = &self.operation.output.shape else {
            return match &self.operation.output.shape {
                OutputShape::Alias { ty, .. } if ty.is_list() => json!([]),
                _ => json!({}),
            };
        };
        let mut response = Map::new();
        if output.fields.iter().any(|field| field.wire == "RequestId") {
            response.insert("RequestId".to_owned(), REQUEST_ID.into());
        }
        if let Some(field) = &self.spec.success_field {
            let value = match &self.spec.success_value {
                Some(text) => text.as_str().into(),
                None => true.into(),
            };
            response.insert(field.clone(), value);
        }
        Value::Object(response)
    }

    /// Returns a check of the output: of its first field that is simple to compare.
    fn assertion(&self, response: &Value) -> Option<String> {
        if self.operation.output.body != ResponseBody::Json {
            return None;
        }
        let OutputShape::Struct(output) = &self.operation.output.shape else {
            return None;
        };
        let checks = output.fields.iter().filter(|field| !field.deprecated);
        let mut checks = checks.filter_map(|field| {
            let value = response.get(&field.wire)?;
            let name = names::in_source(&field.name);
            let check = match (&field.ty, value, field.optional) {
                (Type::String, Value::String(text), optional) if text.len() <= 60 => {
                    let text = exact_literal(text);
                    match optional {
                        true => format!("assert_eq!(output.{name}.as_deref(), Some({text}));"),
                        false => format!("assert_eq!(output.{name}, {text});"),
                    }
                }
                (Type::I32 | Type::I64, Value::Number(number), optional) if number.is_i64() => {
                    match optional {
                        true => format!("assert_eq!(output.{name}, Some({number}));"),
                        false => format!("assert_eq!(output.{name}, {number});"),
                    }
                }
                (Type::List(_), Value::Array(items), false) if !items.is_empty() => {
                    format!("assert_eq!(output.{name}.len(), {});", items.len())
                }
                _ => return None,
            };
            Some((field.wire == "RequestId", check))
        });
        let mut found: Vec<(bool, String)> = checks.by_ref().collect();
        // The request ID says least about the output.
        found.sort_by_key(|(is_request_id, _)| *is_request_id);
        found.into_iter().next().map(|(_, check)| check)
    }
}

/// Where a program takes credentials from.
const CREDENTIALS: &str =
    "Credentials: the environment, the profile of the `aliyun` CLI, or the role of the machine.";

/// The request ID of synthetic responses.
const REQUEST_ID: &str = "11111111-2222-4333-8444-555555555555";

fn code(text: String, exact: &ExactCall<'_>) -> Code {
    let variables = exact.variables.borrow();
    let variables = variables.iter().flat_map(|(name, times)| {
        (1..=*times).map(move |time| match time {
            1 => name.clone(),
            time => format!("{name}_{time}"),
        })
    });
    Code {
        text,
        uses_json: exact.uses_json.get(),
        variables: variables.collect(),
    }
}

/// Formats statements as the body of a function, with its indentation.
fn formatted(lines: &[String]) -> Result<String, SnippetError> {
    let fits = |line: &String| line.len() + INDENT.len() <= WIDTH && !line.contains('\n');
    if lines.iter().all(fits) && !lines.iter().any(|line| line.contains(").http_client(")) {
        return Ok(lines
            .iter()
            .map(|line| format!("{INDENT}{line}\n"))
            .collect());
    }
    let source = format!("async fn call() {{ {} }}", lines.join("\n"));
    let invalid = |error: syn::Error| SnippetError::InvalidCode(error.to_string());
    let text = prettyplease::unparse(&syn::parse_file(&source).map_err(invalid)?);
    let inside = text.strip_prefix("async fn call() {\n");
    let inside = inside.and_then(|text| text.strip_suffix("}\n"));
    let unexpected = || SnippetError::InvalidCode("unexpected form of a function".to_owned());
    inside.map(str::to_owned).ok_or_else(unexpected)
}
