//! Published operations to [`Operation`].

use super::change;
use super::context::{Context, array, flag, string, strings, text};
use super::error_code;
use super::parameter;
use super::path_template as template;
use super::ram;
use super::rate_limit;
use super::response;
use super::text::summary_and_description;
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Confidence, Refusal, Rule};
use alibabacloud_spec::{
    ApiStyle, Change, Operation, OperationClass, Parameter, ParameterPlace, Response,
};

/// What the reader of an operation needs to know about its product.
pub(super) struct ProductFacts<'p> {
    /// RPC or ROA.
    pub style: ApiStyle,
    /// Whether a path has a meaning. Operations of an RPC product can have one that does not.
    pub paths_count: bool,
    /// The published spelling of the product code, for links.
    pub name: &'p str,
    /// API version.
    pub version: &'p str,
    /// Why core cannot send requests to the gateway of the product, if it cannot.
    pub own_gateway: Option<&'static str>,
}

/// Keys that a specification does not need; `docs/import.md` has the reasons.
const NOT_CARRIED: &[&str] = &[
    "operationType",
    "systemTags",
    "tags",
    "extraInfo",
    "requestParamsDescription",
    "responseParamsDescription",
    "responseDemo",
    "visibility",
    "eventInfo",
    "translator",
];

/// The keys of one published operation, sorted but not interpreted.
#[derive(Default)]
struct RawOperation<'a> {
    title: &'a str,
    summary: &'a str,
    description: &'a str,
    path: &'a str,
    methods: Vec<&'a str>,
    schemes: Vec<&'a str>,
    consumes: Vec<&'a str>,
    produces: Vec<&'a str>,
    security: Vec<&'a str>,
    deprecated: bool,
    parameters: Option<&'a Json>,
    responses: Option<&'a Json>,
    errors: Option<&'a Json>,
    ram: Option<&'a Json>,
    limits: Option<&'a Json>,
    changes: Option<&'a Json>,
    static_info: Option<&'a Json>,
}

/// Reads one operation.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    name: &'a str,
    json: &'a Json,
    path: &JsonPath<'_>,
    product: &ProductFacts<'_>,
) -> Result<Operation, Refusal> {
    check_operation_name(name, path)?;
    let raw = sort_keys(cx, json, path)?;
    let (summary, description) = summary_and_description(raw.title, raw.summary, raw.description);
    let mut parameters = match raw.parameters {
        Some(json) => parameter::read(cx, json, &path.key("parameters"), &raw.consumes)?,
        None => parameter::Parameters::default(),
    };
    let path_template = match product.style {
        ApiStyle::Rpc => {
            if product.paths_count && !raw.path.is_empty() {
                parameters.unsupported.push(format!(
                    "it has the path `{}`, while other operations of the product have none",
                    raw.path
                ));
            }
            template::move_parameters(cx, &mut parameters.list, path);
            "/".to_owned()
        }
        ApiStyle::Roa => template::read(cx, raw.path, &mut parameters.list, &path.key("path"))?,
    };
    let methods = read_methods(cx, &raw.methods, product.style, &path.key("methods"))?;
    let method = choose_method(&methods, product.style);
    if matches!(method.as_str(), "GET" | "HEAD") {
        move_form_fields(cx, &mut parameters.list, path);
    }
    let mut response = response::read(cx, raw.responses, path, &raw.produces, &raw.schemes)?;
    if let Response::Json(schema) | Response::Events(schema) = &mut response {
        if schema.description.is_empty() {
            schema.description = format!("What `{name}` returns.");
        }
    }
    let errors = error_code::read(cx, raw.errors, &path.key("errorCodes"))?;
    let ram = match raw.ram {
        Some(json) => ram::read(cx, json, &path.key("ramActions")),
        None => None,
    };
    let rate_limit = match raw.limits {
        Some(json) => rate_limit::read(cx, json, name, &path.key("flowControl"), false),
        None => None,
    };
    let mut changes: Vec<Change> = Vec::new();
    if let Some(json) = raw.changes {
        change::add(json, name, &mut changes);
        change::sort(&mut changes);
    }
    let asynchronous = raw
        .static_info
        .is_some_and(|json| is_asynchronous(cx, name, json));
    let replaced_by = match raw.static_info {
        Some(json) if raw.deprecated => replacements(json, product),
        _ => Vec::new(),
    };
    parameters.unsupported.extend(unsupported_media(&raw));
    parameters
        .unsupported
        .extend(product.own_gateway.map(str::to_owned));
    let unsupported = unsupported_reason(cx, &parameters.unsupported, product, path);
    // A specification lists the body or the form fields last.
    let in_body = |p: &Parameter| matches!(p.place, ParameterPlace::Form | ParameterPlace::Body);
    parameters.list.sort_by_key(in_body);
    Ok(Operation {
        rust_name: None,
        name: name.to_owned(),
        summary,
        description,
        tag: None,
        docs_url: Some(format!(
            "https://api.aliyun.com/document/{}/{}/{name}",
            product.name, product.version
        )),
        deprecated: raw.deprecated,
        methods: if methods.len() > 1 {
            methods
        } else {
            vec![method.clone()]
        },
        method,
        path: path_template,
        class: OperationClass::Action,
        arguments: Vec::new(),
        parameters: parameters.list,
        response,
        pagination: None,
        idempotency: None,
        anonymous: is_anonymous(&raw.security),
        success_field: None,
        success_value: None,
        unsupported,
        ram,
        rate_limit,
        asynchronous,
        replaced_by,
        errors,
        changes,
        provenance: None,
        example: None,
    })
}

/// Checks the name, which becomes a file name and the action of the request.
fn check_operation_name(name: &str, path: &JsonPath<'_>) -> Result<(), Refusal> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= 128 {
        return Ok(());
    }
    Err(Refusal::new(
        path,
        format!(
            "invalid operation name {name:?}: expected a letter, then letters, digits and `_`, at most 128"
        ),
    ))
}

fn sort_keys<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
) -> Result<RawOperation<'a>, Refusal> {
    let mut raw = RawOperation::default();
    for (key, value) in cx.object(json, path)?.iter().rev() {
        if *value == Json::Null {
            continue;
        }
        let at = path.key(key);
        match key.as_str() {
            "title" => raw.title = text(cx, value, &at),
            "summary" => raw.summary = text(cx, value, &at),
            "description" => raw.description = text(cx, value, &at),
            "path" => raw.path = string(value, &at)?,
            "methods" => raw.methods = strings(value, &at)?,
            "schemes" => raw.schemes = strings(value, &at)?,
            "consumes" => raw.consumes = strings(value, &at)?,
            "produces" => raw.produces = strings(value, &at)?,
            "security" => raw.security = read_security(cx, value, &at)?,
            "deprecated" => raw.deprecated = flag(value, &at)?,
            "parameters" => raw.parameters = Some(value),
            "responses" => raw.responses = Some(value),
            "errorCodes" => raw.errors = Some(value),
            "ramActions" => raw.ram = Some(value),
            "flowControl" => raw.limits = Some(value),
            "changeSet" => raw.changes = Some(value),
            "staticInfo" => raw.static_info = Some(value),
            key if NOT_CARRIED.contains(&key) => {}
            key => cx.unknown_key("an operation", key, &at),
        }
    }
    Ok(raw)
}

/// Returns the operations that replace a deprecated one: `Ecs::2014-05-26::CreateBox` in
/// `staticInfo.substitutions`. What does not have this form is left out.
fn replacements(static_info: &Json, product: &ProductFacts) -> Vec<String> {
    let Some(Json::Array(listed)) = static_info.get("substitutions") else {
        return Vec::new();
    };
    let is_name = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        !text.is_empty() && text.chars().all(fits)
    };
    let mut names: Vec<String> = Vec::new();
    for text in listed.iter().filter_map(Json::scalar_text) {
        let parts: Vec<&str> = text.trim().split("::").collect();
        let &[code, version, name] = parts.as_slice() else {
            continue;
        };
        if ![code, version, name].into_iter().all(is_name) {
            continue;
        }
        let is_own = code.eq_ignore_ascii_case(product.name) && version == product.version;
        let name = match is_own {
            true => name.to_owned(),
            false => format!("{}/{version} {name}", code.to_ascii_lowercase()),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns whether an operation only starts its work, by `staticInfo.returnType`. The operation
/// that shows the progress is a candidate for a waiter.
fn is_asynchronous(cx: &mut Context<'_>, name: &str, static_info: &Json) -> bool {
    let text = |key: &str| static_info.get(key).and_then(Json::scalar_text);
    let asynchronous = text("returnType").is_some_and(|kind| kind.trim() == "asynchronous");
    if let Some(callback) = text("callback").filter(|text| asynchronous && !text.is_empty()) {
        let shown: String = callback
            .chars()
            .filter(|c| !c.is_control())
            .take(128)
            .collect();
        let conclusion = format!("the metadata names `{shown}` to follow its progress");
        cx.report.infer("waiter", name, Confidence::Low, conclusion);
    }
    asynchronous
}

/// Returns the names of the security schemes.
fn read_security<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
) -> Result<Vec<&'a str>, Refusal> {
    let mut names = Vec::new();
    for (index, item) in array(json, path)?.iter().enumerate() {
        let entries = cx.object(item, &path.index(index))?;
        names.extend(entries.iter().map(|(name, _)| name.as_str()));
    }
    Ok(names)
}

/// Returns whether requests are unsigned: only schemes other than a key or a bearer token are
/// listed (`Anonymous`, `ARS_OIDC`, tokens in parameters).
fn is_anonymous(security: &[&str]) -> bool {
    let signed = ["AK", "BearerToken", "APP", "PrivateKey"];
    !security.is_empty() && !security.iter().any(|name| signed.contains(name))
}

/// The methods of an RPC operation by preference. Official clients send POST wherever it is
/// allowed.
const RPC_ORDER: &[&str] = &["POST", "GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
/// The methods of a ROA operation by preference. One that accepts PATCH or PUT beside POST is an
/// update.
const ROA_ORDER: &[&str] = &["PATCH", "POST", "PUT", "GET", "DELETE", "HEAD", "OPTIONS"];

fn read_methods(
    cx: &mut Context<'_>,
    listed: &[&str],
    style: ApiStyle,
    path: &JsonPath<'_>,
) -> Result<Vec<String>, Refusal> {
    let mut methods: Vec<String> = Vec::new();
    for name in listed {
        let method = name.trim().to_ascii_uppercase();
        if !RPC_ORDER.contains(&method.as_str()) {
            // Some operations list every method, TRACE included. Leaving out one that no client can
            // send loses nothing.
            cx.find(
                Rule::MethodUnknown,
                path,
                format!("unknown method `{name}`"),
            );
        } else if !methods.contains(&method) {
            methods.push(method);
        }
    }
    if methods.is_empty() {
        if style == ApiStyle::Roa {
            return Err(Refusal::new(path, "missing method of a ROA operation"));
        }
        cx.find(Rule::MethodsMissing, path, "no methods; sent with POST");
        methods.push("POST".to_owned());
    }
    Ok(methods)
}

fn choose_method(methods: &[String], style: ApiStyle) -> String {
    let order = match style {
        ApiStyle::Rpc => RPC_ORDER,
        ApiStyle::Roa => ROA_ORDER,
    };
    let chosen = order
        .iter()
        .find(|method| methods.iter().any(|listed| listed == *method));
    chosen.unwrap_or(&"POST").to_string()
}

fn move_form_fields(cx: &mut Context<'_>, list: &mut [Parameter], path: &JsonPath<'_>) {
    for parameter in list.iter_mut().filter(|p| p.place == ParameterPlace::Form) {
        parameter.place = ParameterPlace::Query;
        cx.find(
            Rule::FormMovedToQuery,
            path,
            format!(
                "`{}` is a form field of an operation without a body; sent in the query",
                parameter.name
            ),
        );
    }
}

/// Returns a format or transport that core does not support.
fn unsupported_media(raw: &RawOperation<'_>) -> Option<String> {
    let only = |list: &[&str], media: &str| !list.is_empty() && list.iter().all(|m| *m == media);
    if only(&raw.consumes, "application/xml") || only(&raw.produces, "application/xml") {
        return Some("its documents are XML".to_owned());
    }
    if only(&raw.consumes, "multipart/form-data") {
        return Some("its body is multipart".to_owned());
    }
    if !raw.schemes.is_empty()
        && raw
            .schemes
            .iter()
            .all(|s| matches!(*s, "ws" | "wss" | "websocket"))
    {
        return Some("it is a WebSocket".to_owned());
    }
    None
}

/// Returns the reasons as one sentence, and reports it.
fn unsupported_reason(
    cx: &mut Context<'_>,
    reasons: &[String],
    product: &ProductFacts<'_>,
    path: &JsonPath<'_>,
) -> Option<String> {
    if reasons.is_empty() {
        return None;
    }
    let (rule, reason) = match product.own_gateway {
        Some(reason) => (Rule::OwnGateway, reason.to_owned()),
        None => (Rule::Unsupported, reasons.join("; ")),
    };
    cx.find(rule, path, reason.clone());
    if let Some(operation) = cx.operation {
        let entry = (operation.to_owned(), reason.clone());
        cx.report.unsupported.push(entry);
    }
    Some(reason)
}
