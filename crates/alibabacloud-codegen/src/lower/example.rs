//! Calls as expressions: the example in the documentation of a request builder, which the tests of
//! the generated crate compile, but do not run, and code for exactly the parameters of a call.

use crate::ir::{Field, Operation, Pagination, ResponseBody, Struct, Type, TypeDef, TypeName};
use crate::names;
use alibabacloud_core::plumbing::redact_text;
use alibabacloud_core::types::Blob;
use alibabacloud_core::types::plumbing::decode_root;
use alibabacloud_spec::{self as spec, Service};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Maximum length of a line before a chain of calls is broken.
const WIDTH: usize = 90;

/// Stands for a secret.
const SECRET: &str = "...";

/// Writes the example: it sets the required parameters, and those of the specification's example.
pub(super) fn program(
    service: &Service,
    spec: &spec::Operation,
    operation: &Operation,
    shared: &[TypeDef],
) -> Vec<String> {
    let writer = ExampleWriter {
        operation,
        shared,
        exact: None,
    };
    let request = spec.example.as_ref().map(|example| &example.request);
    let value = |index: usize| -> Option<&Value> {
        let parameter = &spec.parameters[index];
        request
            .and_then(|request| request.get(&parameter.name))
            .or(parameter.schema.example.as_ref())
    };
    let chain = writer.chain(spec, &shown_parameters(spec), &value);
    let library = service.crate_name.replace('-', "_");
    let model = if chain.iter().any(|call| call.contains("model::")) {
        ", model"
    } else {
        ""
    };
    let mut lines = vec!["```no_run".to_owned()];
    if operation.deprecated {
        lines.push("# #![allow(deprecated)]".to_owned());
    }
    lines.extend([
        format!("# use {library}::{{Client, Result{model}}};"),
        "# async fn example(client: &Client) -> Result<()> {".to_owned(),
    ]);
    lines.extend(broken(body(operation, &chain, CallForm::Async)));
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

/// How a program waits for responses, and whether it reads a list by item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallForm {
    /// With `await`; lists by item.
    Async,
    /// With `await`; one page of a list.
    AsyncPage,
    /// Without async; lists by item.
    Blocking,
    /// Without async; one page of a list.
    BlockingPage,
}

/// Returns the statements that make a call and print what it returns.
pub(crate) fn body(operation: &Operation, chain: &[String], form: CallForm) -> Vec<String> {
    let is_blocking = matches!(form, CallForm::Blocking | CallForm::BlockingPage);
    let by_item = matches!(form, CallForm::Async | CallForm::Blocking);
    if let Some(pagination) = operation.pagination.as_ref().filter(|_| by_item) {
        let (all, one) = item_names(pagination);
        if is_blocking {
            let mut lines = statement(&format!("let {all}"), chain, &["by_item_blocking()"]);
            lines.extend(print_each_blocking(&all, &one));
            return lines;
        }
        let mut lines = statement(&format!("let mut {all}"), chain, &["by_item()"]);
        lines.extend(print_each(&all, &one));
        return lines;
    }
    if operation.output.body == ResponseBody::Events {
        if is_blocking {
            let mut lines = statement("let events", chain, &["send_stream_blocking()?"]);
            lines.extend(print_each_blocking("events", "event"));
            return lines;
        }
        let mut lines = statement("let mut events", chain, &["send_stream()", "await?"]);
        lines.extend(print_each("events", "event"));
        return lines;
    }
    let end: &[&str] = match is_blocking {
        true => &["send_blocking()?"],
        false => &["send()", "await?"],
    };
    let mut lines = statement("let output", chain, end);
    lines.push("println!(\"{output:?}\");".to_owned());
    lines
}

/// Breaks lines that are too long, as rustfmt does. Lines that fit stay as they are.
fn broken(lines: Vec<String>) -> Vec<String> {
    if lines.iter().all(|line| line.len() <= WIDTH) {
        return lines;
    }
    let source = format!("async fn example() {{ {} }}", lines.join("\n"));
    let Ok(file) = syn::parse_file(&source) else {
        return lines;
    };
    let text = prettyplease::unparse(&file);
    let inside = text.lines().filter_map(|line| line.strip_prefix("    "));
    inside.map(str::to_owned).collect()
}

/// Returns variable names for the items and for one of them: `executions` and `execution`.
fn item_names(pagination: &Pagination) -> (String, String) {
    let singular = |name: &str| names::snake(&names::singular(name));
    let all = match pagination.items.as_slice() {
        // `Instances.Instance`, as older services wrap their lists.
        [.., plural, one] if singular(&plural.field) == one.field => plural.field.as_str(),
        [.., last] => last.field.as_str(),
        [] => "items",
    };
    let one = singular(all);
    let usable = one != all && names::in_source(&one) == one && names::in_source(all) == all;
    if usable {
        (all.to_owned(), one)
    } else {
        ("items".to_owned(), "item".to_owned())
    }
}

fn print_each(all: &str, one: &str) -> [String; 3] {
    [
        format!("while let Some({one}) = {all}.next().await {{"),
        format!("    println!(\"{{:?}}\", {one}?);"),
        "}".to_owned(),
    ]
}

fn print_each_blocking(all: &str, one: &str) -> [String; 3] {
    [
        format!("for {one} in {all} {{"),
        format!("    println!(\"{{:?}}\", {one}?);"),
        "}".to_owned(),
    ]
}

/// Formats `variable = client.first().second().end();`, on one line if it fits.
pub(crate) fn statement(variable: &str, chain: &[String], end: &[&str]) -> Vec<String> {
    let calls: Vec<&str> = chain
        .iter()
        .map(String::as_str)
        .chain(end.iter().copied())
        .collect();
    let one = format!("{variable} = client.{};", calls.join("."));
    if one.len() <= WIDTH {
        return vec![one];
    }
    let mut lines = vec![format!("{variable} = client")];
    lines.extend(calls.iter().map(|call| format!("    .{call}")));
    if let Some(last) = lines.last_mut() {
        last.push(';');
    }
    lines
}

/// Code for exactly the values of a call, and what that code needs.
#[derive(Debug)]
pub(crate) struct ExactCall<'a> {
    /// The name of the operation in the API, which decides what sounds like a secret.
    pub(crate) operation: &'a str,
    /// The library of the service: `alibabacloud_oos`.
    pub(crate) library: &'a str,
    /// Whether secrets are read from the environment. Otherwise a placeholder represents them.
    pub(crate) reads_environment: bool,
    /// How often each variable of the environment has been wanted.
    pub(crate) variables: RefCell<BTreeMap<String, usize>>,
    /// Whether the code uses `serde_json`.
    pub(crate) uses_json: Cell<bool>,
    /// Whether the code uses a deprecated setter.
    pub(crate) uses_deprecated: Cell<bool>,
}

impl<'a> ExactCall<'a> {
    /// Creates the notes of a call of an operation.
    pub(crate) fn new(operation: &'a str, library: &'a str, reads_environment: bool) -> Self {
        Self {
            operation,
            library,
            reads_environment,
            variables: RefCell::default(),
            uses_json: Cell::new(false),
            uses_deprecated: Cell::new(false),
        }
    }

    /// Returns an expression for a secret in a field of this name.
    fn secret(&self, wire: &str) -> String {
        if !self.reads_environment {
            return literal(SECRET);
        }
        let mut name = names::snake(wire).to_ascii_uppercase();
        name.retain(|c| c.is_ascii_alphanumeric() || c == '_');
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.insert_str(0, "SECRET_");
        }
        let mut variables = self.variables.borrow_mut();
        let times = variables.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            name.push_str(&format!("_{times}"));
        }
        format!("std::env::var({name:?})?")
    }

    /// Returns a JSON value as an expression.
    fn json(&self, value: &Value) -> String {
        self.uses_json.set(true);
        let text = value.to_string();
        let text = redact_text(self.operation, &text);
        match serde_json::from_str::<Value>(&text) {
            Ok(shown) => format!("serde_json::json!({})", tokens(&shown)),
            Err(_) => format!("serde_json::json!({text:?})"),
        }
    }
}

/// Returns JSON as the tokens of the macro `json!`.
fn tokens(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(tokens).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(name, value)| format!("{name:?}: {}", tokens(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        // An integer literal would be an `i32`.
        Value::Number(number) if number.is_i64() => format!("{number}_i64"),
        Value::Number(number) if number.is_u64() => format!("{number}_u64"),
        other => other.to_string(),
    }
}

/// Returns the calls of the client's method and of the setters for exactly these parameters, which
/// are by wire name. Required ones without a value that fits are synthetic, and others without such
/// a value are left out. A parameter that is the region of the client, `region`, is left out, too.
pub(crate) fn exact_chain(
    spec: &spec::Operation,
    operation: &Operation,
    shared: &[TypeDef],
    parameters: &Map<String, Value>,
    region: Option<&str>,
    exact: &ExactCall<'_>,
) -> Vec<String> {
    let writer = ExampleWriter {
        operation,
        shared,
        exact: Some(exact),
    };
    let value = |index: usize| -> Option<&Value> {
        let parameter = &spec.parameters[index];
        let value = parameters.get(&parameter.name);
        let value = value.filter(|value| !value.is_null())?;
        let is_default = parameter.is_region() && value.as_str() == region;
        (!is_default).then_some(value)
    };
    let is_shown = |index: &usize| {
        let parameter = &spec.parameters[*index];
        let is_filled_in =
            parameter.is_region() || spec.idempotency.as_ref() == Some(&parameter.name);
        value(*index).is_some() || (parameter.required && !is_filled_in)
    };
    let shown: Vec<usize> = (0..spec.parameters.len()).filter(is_shown).collect();
    writer.chain(spec, &shown, &value)
}

struct ExampleWriter<'a> {
    operation: &'a Operation,
    shared: &'a [TypeDef],
    /// Set if all values must be written, and not only those that make a good example.
    exact: Option<&'a ExactCall<'a>>,
}

impl ExampleWriter<'_> {
    /// Returns the calls of the client's method and of the setters of the parameters with these
    /// indices.
    fn chain<'v>(
        &self,
        spec: &spec::Operation,
        shown: &[usize],
        value: &dyn Fn(usize) -> Option<&'v Value>,
    ) -> Vec<String> {
        let fields = &self.operation.input.fields;
        let arguments: Vec<String> = self
            .operation
            .arguments
            .iter()
            .map(|&index| self.required(&fields[index], &spec.parameters[index], value(index)))
            .collect();
        let method = names::in_source(&self.operation.module);
        let mut chain = vec![format!("{method}({})", arguments.join(", "))];
        for (index, parameter) in spec.parameters.iter().enumerate() {
            let field = &fields[index];
            if self.operation.arguments.contains(&index) || !shown.contains(&index) {
                continue;
            }
            let written = if parameter.required {
                Some(self.required(field, parameter, value(index)))
            } else {
                value(index).and_then(|value| self.expression(&field.ty, value, &field.wire))
            };
            if let (Some(exact), true, true) = (self.exact, field.deprecated, written.is_some()) {
                exact.uses_deprecated.set(true);
            }
            chain.extend(written.map(|value| setter(field, &value)));
        }
        chain
    }

    /// Returns an expression for a required value, synthetic if the specification has no example
    /// that fits.
    fn required(
        &self,
        field: &Field,
        parameter: &spec::Parameter,
        example: Option<&Value>,
    ) -> String {
        let least = parameter.schema.minimum.filter(|least| *least > 1);
        example
            .and_then(|example| self.expression(&field.ty, example, &field.wire))
            .or_else(|| self.expression(&field.ty, &Value::from(least?), &field.wire))
            .unwrap_or_else(|| self.synthetic(&field.ty, &parameter.name))
    }

    /// Returns an example value as an expression for a setter of this type; `None` if it does not
    /// fit the type. `wire` is the name of its field in the API.
    fn expression(&self, ty: &Type, value: &Value, wire: &str) -> Option<String> {
        match ty {
            Type::String | Type::DateTime => text(value).map(|text| self.literal(&text)),
            Type::Enum(_) => text(value)
                .filter(|text| !text.is_empty() || self.exact.is_some())
                .map(|text| self.literal(&text)),
            Type::JsonText => match value {
                Value::String(text) => Some(self.literal(text)),
                other => Some(self.literal(&other.to_string())),
            },
            Type::I32 => integer(value)
                .and_then(|n| i32::try_from(n).ok())
                .map(|n| n.to_string()),
            Type::I64 => integer(value).map(|n| match i32::try_from(n) {
                Ok(n) => n.to_string(),
                Err(_) => format!("{n}_i64"),
            }),
            Type::F64 => number(value).map(|n| format!("{n:?}")),
            Type::Bool => boolean(value).map(|b| b.to_string()),
            Type::Any => match (self.exact, value) {
                (Some(exact), value) if !value.is_string() => Some(exact.json(value)),
                (Some(_), Value::String(text)) => Some(self.literal(text)),
                (_, value) => scalar(value),
            },
            Type::List(element) => self.list(element, value, wire),
            Type::Map(element) => self.map(element, value, wire),
            Type::Struct(name) | Type::Boxed(name) => {
                self.pair(name, value).or_else(|| self.record(name, value))
            }
            Type::Sensitive(inner) => self.hidden(inner, value, wire),
            Type::Blob => self.exact.and_then(|_| bytes(value)),
        }
    }

    /// Formats a string literal. In exact code, a text of several lines has them.
    fn literal(&self, text: &str) -> String {
        match self.exact {
            Some(exact) => exact_literal(&redact_text(exact.operation, text)),
            None => literal(text),
        }
    }

    /// Returns an expression for a secret, which a program takes from elsewhere. Of a map, the keys
    /// are shown.
    fn hidden(&self, ty: &Type, value: &Value, wire: &str) -> Option<String> {
        let secret = |name: &str| match self.exact {
            Some(exact) => exact.secret(name),
            None => literal(SECRET),
        };
        match ty {
            Type::String | Type::JsonText => Some(secret(wire)),
            Type::Map(_) => {
                let keys = value
                    .as_object()
                    .filter(|members| !members.is_empty())?
                    .keys();
                let pairs: Vec<String> = keys
                    .map(|key| format!("({}, {})", self.literal(key), secret(key)))
                    .collect();
                Some(format!("[{}]", pairs.join(", ")))
            }
            Type::List(element) if self.exact.is_some() && **element == Type::String => {
                let count = value.as_array().map_or(1, Vec::len);
                let items: Vec<String> = (0..count).map(|_| secret(wire)).collect();
                Some(format!("[{}]", items.join(", "))).filter(|_| count > 0)
            }
            _ => None,
        }
    }

    fn list(&self, element: &Type, value: &Value, wire: &str) -> Option<String> {
        if self.exact.is_some() {
            return self.exact_list(element, value, wire);
        }
        let values = value.as_array().filter(|values| !values.is_empty())?;
        if matches!(element, Type::List(_) | Type::Map(_)) {
            return None;
        }
        if let Type::Struct(name) = element {
            let pairs: Option<Vec<String>> =
                values.iter().map(|value| self.pair(name, value)).collect();
            // Elements of a list have one type, which depends on the length of lists in them.
            let uniform = values.len() == 1 || !self.is_pair_with_list(name);
            if let Some(pairs) = pairs.filter(|_| uniform) {
                return Some(format!("[{}]", pairs.join(", ")));
            }
            let records: Option<Vec<String>> = values
                .iter()
                .map(|value| self.record(name, value))
                .collect();
            return Some(format!("[{}]", records?.join(", ")));
        }
        let elements: Option<Vec<String>> = values
            .iter()
            .map(|value| self.expression(element, value, wire))
            .collect();
        Some(format!("[{}]", elements?.join(", ")))
    }

    /// Returns a list without the elements that do not fit.
    fn exact_list(&self, element: &Type, value: &Value, wire: &str) -> Option<String> {
        let values = value.as_array()?;
        let written = |write: &dyn Fn(&Value) -> Option<String>| -> Vec<String> {
            values.iter().filter_map(write).collect()
        };
        let elements = match element {
            Type::List(_) | Type::Map(_) => written(&|value| self.typed(element, value, wire)),
            Type::Struct(name) => {
                let pairs = written(&|value| self.pair(name, value));
                let uniform = values.len() == 1 || !self.is_pair_with_list(name);
                match pairs.len() == values.len() && uniform {
                    true => pairs,
                    false => written(&|value| self.record(name, value)),
                }
            }
            Type::Any if !values.iter().all(Value::is_string) => {
                written(&|value| Some(self.exact?.json(value)))
            }
            _ => written(&|value| self.expression(element, value, wire)),
        };
        match elements.is_empty() {
            true => Some(format!("[] as [{}; 0]", self.item_type(element))),
            false => Some(format!("[{}]", elements.join(", "))),
        }
    }

    fn map(&self, element: &Type, value: &Value, wire: &str) -> Option<String> {
        if self.exact.is_some() {
            return self.exact_map(element, value);
        }
        let values = value.as_object().filter(|values| !values.is_empty())?;
        let one_type = values.values().all(Value::is_string) || *element != Type::Any;
        if matches!(element, Type::List(_) | Type::Map(_)) || !one_type {
            return None;
        }
        let pairs: Option<Vec<String>> = values
            .iter()
            .map(|(key, value)| {
                let value = match element {
                    Type::Struct(name) => self.record(name, value)?,
                    _ => self.expression(element, value, wire)?,
                };
                Some(format!("({}, {value})", literal(key)))
            })
            .collect();
        Some(format!("[{}]", pairs?.join(", ")))
    }

    /// Returns a map without the members that do not fit.
    fn exact_map(&self, element: &Type, value: &Value) -> Option<String> {
        let values = value.as_object()?;
        let texts = values.values().all(Value::is_string);
        let entries: Vec<String> = values
            .iter()
            .filter_map(|(key, value)| {
                let value = match element {
                    Type::Struct(name) | Type::Boxed(name) => self.record(name, value)?,
                    Type::List(_) | Type::Map(_) => self.typed(element, value, key)?,
                    Type::Any if !texts => self.exact?.json(value),
                    _ => self.expression(element, value, key)?,
                };
                Some(format!("({}, {value})", self.literal(key)))
            })
            .collect();
        match entries.is_empty() {
            true => Some(format!("[] as [(&str, {}); 0]", self.item_type(element))),
            false => Some(format!("[{}]", entries.join(", "))),
        }
    }

    /// Returns a value in exactly its type, as nested containers must have it.
    fn typed(&self, ty: &Type, value: &Value, wire: &str) -> Option<String> {
        match ty {
            Type::List(element) => {
                let items = value.as_array()?.iter();
                let items: Vec<String> = items
                    .filter_map(|value| self.typed(element, value, wire))
                    .collect();
                Some(match items.is_empty() {
                    true => format!("Vec::<{}>::new()", self.exact_type(element)),
                    false => format!("vec![{}]", items.join(", ")),
                })
            }
            Type::Map(element) => {
                let members = value.as_object()?.iter();
                let members: Vec<String> = members
                    .filter_map(|(key, value)| {
                        let value = self.typed(element, value, key)?;
                        Some(format!("({}.to_owned(), {value})", self.literal(key)))
                    })
                    .collect();
                Some(format!(
                    "<{}>::from([{}])",
                    self.exact_type(ty),
                    members.join(", ")
                ))
            }
            Type::Struct(name) => self.record(name, value),
            Type::Boxed(name) => Some(format!("Box::new({})", self.record(name, value)?)),
            Type::String => Some(format!("{}.to_owned()", self.expression(ty, value, wire)?)),
            Type::I32 | Type::I64 | Type::F64 | Type::Bool => self.expression(ty, value, wire),
            Type::Any => Some(self.exact?.json(value)),
            Type::Enum(_) | Type::JsonText | Type::DateTime | Type::Blob | Type::Sensitive(_) => {
                let value = self.expression(ty, value, wire)?;
                Some(format!("<{}>::from({value})", self.exact_type(ty)))
            }
        }
    }

    /// Returns a type of which an element of an empty list can be.
    fn item_type(&self, element: &Type) -> String {
        match element {
            Type::Sensitive(inner) => self.item_type(inner),
            Type::Boxed(name) => self.path(name),
            other => self.exact_type(other),
        }
    }

    /// Returns the path of a type in a program that imports `model`.
    fn exact_type(&self, ty: &Type) -> String {
        let types = format!("{}::types", self.library());
        match ty {
            Type::String => "String".to_owned(),
            Type::JsonText => format!("{types}::JsonText"),
            Type::DateTime => format!("{types}::DateTime"),
            Type::Blob => format!("{types}::Blob"),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::F64 => "f64".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Any => {
                if let Some(exact) = self.exact {
                    exact.uses_json.set(true);
                }
                "serde_json::Value".to_owned()
            }
            Type::Enum(name) | Type::Struct(name) => self.path(name),
            Type::Boxed(name) => format!("Box<{}>", self.path(name)),
            Type::List(element) => format!("Vec<{}>", self.exact_type(element)),
            Type::Map(element) => format!(
                "std::collections::BTreeMap<String, {}>",
                self.exact_type(element)
            ),
            Type::Sensitive(inner) => format!("{types}::Sensitive<{}>", self.exact_type(inner)),
        }
    }

    /// Returns the path of the crate of the service.
    fn library(&self) -> &str {
        self.exact.map_or("", |exact| exact.library)
    }

    fn is_pair_with_list(&self, name: &TypeName) -> bool {
        let def = self.find(name);
        def.is_some_and(|def| {
            def.pair
                .is_some_and(|(_, value)| def.fields[value].ty.is_list())
        })
    }

    /// Returns `("a", "b")` for a key and its value; `None` unless the example has both and nothing
    /// else.
    fn pair(&self, name: &TypeName, value: &Value) -> Option<String> {
        let record = self.find(name)?;
        let (key, of_key) = record.pair?;
        let members = value.as_object().filter(|members| members.len() == 2)?;
        let member = |index: usize| {
            let field = &record.fields[index];
            self.expression(&field.ty, members.get(&field.wire)?, &field.wire)
        };
        Some(format!("({}, {})", member(key)?, member(of_key)?))
    }

    /// Returns `Tag::default().key("a")`, with the members of the example that fit.
    fn record(&self, name: &TypeName, value: &Value) -> Option<String> {
        let record = self.find(name)?;
        let members = value.as_object()?;
        let mut expression = format!("{}::default()", self.path(name));
        for field in &record.fields {
            let shows_field = !field.deprecated || self.exact.is_some();
            let value = members.get(&field.wire).filter(|_| shows_field);
            let value = value.filter(|value| !value.is_null() || self.exact.is_none());
            let value = value.and_then(|value| self.expression(&field.ty, value, &field.wire));
            if let Some(value) = value {
                if let (Some(exact), true) = (self.exact, field.deprecated) {
                    exact.uses_deprecated.set(true);
                }
                expression.push_str(&format!(".{}", setter(field, &value)));
            }
        }
        Some(expression)
    }

    /// Returns an expression for a value of which there is no example: what its type and the name
    /// in the API suggest.
    fn synthetic(&self, ty: &Type, wire: &str) -> String {
        match ty {
            Type::String => literal(&placeholder(wire)),
            Type::Enum(name) => {
                literal(&self.first_value(name).unwrap_or_else(|| placeholder(wire)))
            }
            Type::JsonText => literal("{}"),
            Type::DateTime => literal("2024-05-04T11:17:28Z"),
            Type::Blob => "vec![0]".to_owned(),
            Type::I32 | Type::I64 => "1".to_owned(),
            Type::F64 => "1.0".to_owned(),
            Type::Bool | Type::Any => "true".to_owned(),
            Type::List(element) => {
                format!(
                    "[{}]",
                    self.synthetic_element(element, &names::singular(wire))
                )
            }
            Type::Map(element) => {
                format!("[(\"key\", {})]", self.synthetic_element(element, "value"))
            }
            Type::Struct(name) if name.pair => self.synthetic_pair(name),
            Type::Struct(name) | Type::Boxed(name) => format!("{}::default()", self.path(name)),
            Type::Sensitive(inner) => match **inner {
                Type::String => literal(SECRET),
                _ => self.synthetic(inner, wire),
            },
        }
    }

    fn synthetic_pair(&self, name: &TypeName) -> String {
        let fields = self.find(name).and_then(|def| {
            let (key, value) = def.pair?;
            Some((def.fields.get(key)?, def.fields.get(value)?))
        });
        match fields {
            Some((key, value)) => {
                let synthetic = |field: &Field| self.synthetic(&field.ty, &field.wire);
                format!("({}, {})", synthetic(key), synthetic(value))
            }
            None => format!("{}::default()", self.path(name)),
        }
    }

    /// Returns an expression for an element. In a nested container, it must have its exact type.
    fn synthetic_element(&self, ty: &Type, wire: &str) -> String {
        match ty {
            Type::List(inner) => format!("vec![{}.into()]", self.synthetic_element(inner, wire)),
            Type::Map(inner) => format!(
                "[(\"key\".to_owned(), {}.into())]",
                self.synthetic_element(inner, wire)
            ),
            other => self.synthetic(other, wire),
        }
    }

    fn first_value(&self, name: &TypeName) -> Option<String> {
        let found = self.types(name).iter().find_map(|def| match def {
            TypeDef::Enum(found) if found.name == name.name => found.variants.first(),
            _ => None,
        });
        let value = &found?.value;
        (!value.is_empty()).then(|| value.clone())
    }

    fn find(&self, name: &TypeName) -> Option<&Struct> {
        self.types(name).iter().find_map(|def| match def {
            TypeDef::Struct(found) if found.name == name.name => Some(found),
            _ => None,
        })
    }

    fn types(&self, name: &TypeName) -> &[TypeDef] {
        if name.shared {
            self.shared
        } else {
            &self.operation.types
        }
    }

    fn path(&self, name: &TypeName) -> String {
        let module = if name.shared {
            "shared".to_owned()
        } else {
            names::in_source(&self.operation.module)
        };
        format!("model::{module}::{}", name.name)
    }
}

/// Returns the indices of the parameters that the example sets: required ones and those of the
/// specification's example. A write with neither sets its first few, to show something useful.
fn shown_parameters(spec: &spec::Operation) -> Vec<usize> {
    let request = spec.example.as_ref().map(|example| &example.request);
    let usable = |index: &usize| {
        let parameter = &spec.parameters[*index];
        let filled_in = parameter.is_region() || spec.idempotency.as_ref() == Some(&parameter.name);
        !parameter.schema.deprecated && !filled_in
    };
    let all = || (0..spec.parameters.len()).filter(usable);
    let chosen: Vec<usize> = all()
        .filter(|&index| {
            let parameter = &spec.parameters[index];
            let in_request = |request: &Value| request.get(&parameter.name).is_some();
            parameter.required || request.is_some_and(in_request)
        })
        .collect();
    if !chosen.is_empty() || spec.class.is_read() || request.is_some() {
        return chosen;
    }
    all()
        .filter(|&index| spec.parameters[index].schema.example.is_some())
        .take(OPTIONAL_SHOWN)
        .collect()
}

/// Returns a text that a value of this name could be, by the last words of the name.
fn placeholder(wire: &str) -> String {
    let words = names::snake(wire);
    let words: Vec<&str> = words.split('_').filter(|word| !word.is_empty()).collect();
    let stem = words
        .split_last()
        .map_or("", |(_, stem)| match stem.last() {
            Some(last) => last,
            None => "",
        });
    let fixed = match words.as_slice() {
        [.., "region" | "regions"] | [.., "region", "id" | "ids"] => "cn-hangzhou",
        [.., "zone" | "zones"] | [.., "zone", "id" | "ids"] => "cn-hangzhou-h",
        [.., "time" | "timestamp"] => "2024-05-04T11:17:28Z",
        [.., "date" | "day"] => "2024-05-04",
        [.., "url" | "uri"] => "https://example.com/",
        [.., "domain" | "host" | "hostname"] | [.., "domain" | "host", "name"] => "example.com",
        [.., "email" | "mail"] => "user@example.com",
        [.., "cidr"] | [.., "cidr", "block"] => "192.0.2.0/24",
        [.., "ip"] | [.., "ip", "address"] => "192.0.2.1",
        [.., "arn"] => "acs:ram::1000000000000001:role/my-role",
        [.., "count" | "size" | "number" | "port"] => "10",
        [.., "name"] if !stem.is_empty() => return format!("my-{stem}"),
        [] => "value",
        _ => return words.join("-"),
    };
    fixed.to_owned()
}

/// Number of optional parameters in the example of a write that requires none.
const OPTIONAL_SHOWN: usize = 2;

fn setter(field: &Field, value: &str) -> String {
    format!("{}({value})", names::in_source(&field.setter))
}

/// Formats a string literal on one line, raw where escapes would obscure the text, such as JSON.
fn literal(text: &str) -> String {
    let plain = text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    if plain && text.contains('"') && !text.contains("\"#") {
        format!("r#\"{text}\"#")
    } else {
        format!("{text:?}")
    }
}

/// Formats a string literal that holds the lines of a text as they are.
pub(crate) fn exact_literal(text: &str) -> String {
    let is_readable =
        |c: char| c == '\n' || c == ' ' || c.is_alphanumeric() || c.is_ascii_graphic();
    if !text.contains('\n') || !text.chars().all(is_readable) {
        return literal(text);
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Returns Base64 text as an expression for bytes.
fn bytes(value: &Value) -> Option<String> {
    let mut blob = Blob::default();
    decode_root(value.to_string().as_bytes(), &mut blob).ok()?;
    Some(format!("b\"{}\"", blob.as_bytes().escape_ascii()))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn number(value: &Value) -> Option<f64> {
    let number: Option<f64> = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    number.filter(|n| n.is_finite())
}

fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(literal(text)),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Number(number) => number.as_i64().map(|n| format!("{n}_i64")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{broken, literal, placeholder};

    #[test]
    fn only_long_lines_are_broken() {
        let short = ["let a = client.a(1 ,2);"].map(str::to_owned).to_vec();
        assert_eq!(broken(short.clone()), short);
        let long = [
            "let output = client",
            "    .create_cluster(model::Cluster::default().name(\"production\").pools([model::Pool::default().size(3)]))",
            "    .send()",
            "    .await?;",
            "println!(\"{output:?}\");",
        ];
        let expected = [
            "let output = client",
            "    .create_cluster(",
            "        model::Cluster::default()",
            "            .name(\"production\")",
            "            .pools([model::Pool::default().size(3)]),",
            "    )",
            "    .send()",
            "    .await?;",
            "println!(\"{output:?}\");",
        ];
        assert_eq!(broken(long.map(str::to_owned).to_vec()), expected);
    }

    #[test]
    fn placeholders_follow_from_names() {
        for (wire, expected) in [
            ("InstanceId", "instance-id"),
            ("RegionId", "cn-hangzhou"),
            ("TemplateName", "my-template"),
            ("Name", "name"),
            ("EndTime", "2024-05-04T11:17:28Z"),
            ("PrivateIpAddress", "192.0.2.1"),
        ] {
            assert_eq!(placeholder(wire), expected, "{wire}");
        }
    }

    #[test]
    fn literals_are_raw_where_that_is_shorter_and_safe() {
        for (text, expected) in [
            ("cn-hangzhou", "\"cn-hangzhou\""),
            ("{\"a\":1}", "r#\"{\"a\":1}\"#"),
            ("a\"#b", "\"a\\\"#b\""),
            ("{\n\"a\":1}", "\"{\\n\\\"a\\\":1}\""),
        ] {
            assert_eq!(literal(text), expected);
        }
    }
}
