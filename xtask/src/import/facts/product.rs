//! A document of published metadata to a [`Service`]: facts only; `infer` adds what follows from
//! them.

use super::change;
use super::context::{Context, array, string, text};
use super::endpoint;
use super::error_code;
use super::operation::{self, ProductFacts};
use super::ram;
use super::rate_limit;
use super::schema::{self, Side};
use super::shared_schemas as shared;
use super::text::{clean, one_line};
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Report, Rule};
use alibabacloud_spec::{ApiStyle, Schema, Service, Tag};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// The result of reading a document.
#[derive(Debug)]
pub struct Imported {
    /// The service, unless the document as a whole was refused. Refused operations are missing.
    pub service: Option<Service>,
    /// What was found, repaired and refused.
    pub report: Report,
}

/// Reads published metadata (`api-docs.json`). Never panics, whatever the text is: what cannot be
/// read is refused, with its path.
pub(in crate::import) fn read(text: &str) -> Imported {
    let document = match Json::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let mut report = Report::default();
            report.refusals.push(Refusal::new(
                &JsonPath::ROOT,
                format!("not valid JSON: {error}"),
            ));
            return Imported {
                service: None,
                report,
            };
        }
    };
    let mut cx = Context::new();
    let service = match read_document(&mut cx, &document) {
        Ok(service) => Some(service),
        Err(refusal) => {
            cx.report.refusals.push(refusal);
            None
        }
    };
    Imported {
        service,
        report: cx.report,
    }
}

fn read_document<'a>(cx: &mut Context<'a>, document: &'a Json) -> Result<Service, Refusal> {
    refuse_other_documents(document)?;
    check_keys(cx, document)?;
    let info = read_info(cx, document)?;
    let code = info.product.to_ascii_lowercase();
    cx.report.product.clone_from(&code);
    info.version.clone_into(&mut cx.report.version);
    let entries = schema::component_entries(cx, document)?;
    name_components(cx, entries)?;
    let (tags, tag_of) = read_directories(cx, document)?;
    let endpoints = endpoint::read(cx, document, &code)?;
    let apis_path = JsonPath::ROOT.key("apis");
    let apis = match document.get("apis") {
        Some(json) => cx.object(json, &apis_path)?,
        None => &[],
    };
    cx.report.operations = apis.len();
    let product = ProductFacts {
        style: gateway_style(info.style, apis),
        paths_count: !info.style.eq_ignore_ascii_case("RPC"),
        name: info.product,
        version: info.version,
        own_gateway: own_gateway(info.style),
    };
    let mut service = Service {
        crate_name: crate_name(&code),
        crate_version: None,
        ram_code: None,
        known_as: Vec::new(),
        code,
        version: info.version.to_owned(),
        style: product.style,
        title: Some(one_line(info.title))
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| info.product.to_owned()),
        description: clean(info.description),
        language: None,
        docs_url: None,
        endpoints,
        tags,
        showcase: None,
        operations: Vec::with_capacity(apis.len()),
        parameters: IndexMap::new(),
        schemas: read_components(cx, entries)?,
        waiters: Vec::new(),
        errors: Vec::new(),
    };
    for (name, json) in apis {
        cx.operation = Some(name);
        match operation::read(cx, name, json, &apis_path.key(name), &product) {
            Ok(mut operation) => {
                operation.tag = tag_of.get(name.as_str()).map(|tag| (*tag).to_owned());
                service.operations.push(operation);
            }
            Err(mut refusal) => {
                refusal.operation = Some(name.clone());
                cx.report.refusals.push(refusal);
            }
        }
    }
    cx.operation = None;
    add_product_facts(cx, document, &mut service)?;
    finish(cx, &mut service);
    Ok(service)
}

/// Refuses documents of the portal that are not the metadata of a product version, with their names
/// and with what to fetch instead.
fn refuse_other_documents(document: &Json) -> Result<(), Refusal> {
    const FETCH: &str = "import api-docs.json of the product version instead, which is at \
         https://api.aliyun.com/meta/v1/products/<product>/versions/<version>/api-docs.json";
    let has = |json: &Json, keys: &[&str]| keys.iter().any(|key| json.get(key).is_some());
    let is_operation = |json: &Json| {
        !has(json, &["info", "apis"]) && has(json, &["parameters", "responses", "methods"])
    };
    let message = match document {
        Json::Array(_) => format!("this is a list, such as that of all products; {FETCH}"),
        document if is_operation(document) => {
            format!("this is the metadata of one operation (api.json); {FETCH}")
        }
        document if !has(document, &["info", "apis"]) && has(document, &["data"]) => {
            match document.get("data") {
                Some(data) if has(data, &["info"]) && has(data, &["apis"]) => format!(
                    "this is a response of the portal, whose `data` is the metadata; save the \
                     value of `data` alone, or {FETCH}"
                ),
                Some(data) if is_operation(data) => format!(
                    "this is a response of the portal with the metadata of one operation; {FETCH}"
                ),
                _ => format!("this is a response of the portal; {FETCH}"),
            }
        }
        document if has(document, &["openapi", "swagger"]) => {
            format!("this is a document of OpenAPI, not published metadata; {FETCH}")
        }
        _ => return Ok(()),
    };
    Err(Refusal::new(&JsonPath::ROOT, message))
}

/// Adds what newer metadata states once for the product: limits of requests, permissions, changes,
/// error codes, and the product code of RAM actions. What an operation states itself takes
/// precedence.
fn add_product_facts<'a>(
    cx: &mut Context<'a>,
    document: &'a Json,
    service: &mut Service,
) -> Result<(), Refusal> {
    let root = JsonPath::ROOT;
    let ram_path = root.key("ram");
    let actions = document.get("ram").and_then(|ram| ram.get("ramActions"));
    let mut actions_of: HashMap<&str, Vec<(usize, &Json)>> = HashMap::new();
    if let Some(Json::Array(items)) = actions {
        for (index, item) in items.iter().enumerate() {
            if let Some(Json::String(name)) = item.get("apiName") {
                actions_of.entry(name).or_default().push((index, item));
            }
        }
    }
    let (limits, limits_path) = (document.get("flowControl"), root.key("flowControl"));
    let changes = document.get("changeSet");
    for operation in &mut service.operations {
        if let (None, Some(items)) = (&operation.ram, actions_of.get(operation.name.as_str())) {
            let list = ram_path.key("ramActions");
            for (index, item) in items {
                let read = ram::read(cx, item, &list.index(*index));
                match (&mut operation.ram, read) {
                    (Some(known), Some(read)) => known.actions.extend(read.actions),
                    (known @ None, read) => *known = read,
                    (Some(_), None) => {}
                }
            }
        }
        if let (None, Some(json)) = (operation.rate_limit, limits) {
            operation.rate_limit = rate_limit::read(cx, json, &operation.name, &limits_path, true);
        }
        if let Some(json) = changes {
            change::add(json, &operation.name, &mut operation.changes);
            change::sort(&mut operation.changes);
        }
    }
    let listed = document.get("ram").and_then(|ram| ram.get("ramCodes"));
    let documented = service.operations.iter().filter_map(|op| op.ram.as_ref());
    service.ram_code = ram::product_code(listed, &service.code, documented);
    let codes = error_code::read(cx, document.get("errorCodes"), &root.key("errorCodes"))?;
    // A code that no operation lists can come from any of them.
    let known: HashSet<&str> = service
        .operations
        .iter()
        .flat_map(|operation| &operation.errors)
        .map(|error| error.code.as_str())
        .collect();
    let shared = codes
        .into_iter()
        .filter(|error| !known.contains(error.code.as_str()));
    service.errors = shared.collect();
    Ok(())
}

/// Sorts the operations and resolves what depends on all of them.
fn finish(cx: &mut Context<'_>, service: &mut Service) {
    service.operations.sort_by(|a, b| a.name.cmp(&b.name));
    service.operations.dedup_by(|a, b| a.name == b.name);
    service.tags.retain(|tag| {
        service
            .operations
            .iter()
            .any(|op| op.tag.as_ref() == Some(&tag.name))
    });
    shared::break_cycles(cx, &mut service.schemas);
    shared::relax_answers(service);
    shared::open_cycles(cx, &mut service.schemas);
}

fn check_keys<'a>(cx: &mut Context<'a>, document: &'a Json) -> Result<(), Refusal> {
    let known = [
        "version",
        "info",
        "directories",
        "components",
        "apis",
        "endpoints",
        "ram",
        "flowControl",
        "changeSet",
        "errorCodes",
    ];
    for (key, _) in cx.object(document, &JsonPath::ROOT)? {
        if !known.contains(&key.as_str()) {
            cx.unknown_key("the document", key, &JsonPath::ROOT.key(key));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Info<'a> {
    style: &'a str,
    product: &'a str,
    version: &'a str,
    title: &'a str,
    description: &'a str,
}

fn read_info<'a>(cx: &mut Context<'a>, document: &'a Json) -> Result<Info<'a>, Refusal> {
    let path = JsonPath::ROOT.key("info");
    let Some(json) = document.get("info") else {
        return Err(Refusal::new(&path, "missing product, style and version"));
    };
    let mut info = Info::default();
    for (key, value) in cx.object(json, &path)?.iter().rev() {
        let at = path.key(key);
        match key.as_str() {
            "style" => info.style = string(value, &at)?.trim(),
            "product" => info.product = string(value, &at)?.trim(),
            "version" => info.version = string(value, &at)?.trim(),
            "title" => info.title = text(cx, value, &at),
            "description" => info.description = text(cx, value, &at),
            key => cx.unknown_key("`info`", key, &at),
        }
    }
    // Both become directory names, and the product becomes part of host names.
    if !is_name(info.product, &['-', '_']) {
        return Err(Refusal::new(
            &path.key("product"),
            format!(
                "invalid product code {:?}: expected letters, digits, `-` and `_`",
                info.product
            ),
        ));
    }
    if !is_name(info.version, &['.', '-', '_']) {
        return Err(Refusal::new(
            &path.key("version"),
            format!(
                "invalid API version {:?}: expected letters, digits, `.`, `-` and `_`",
                info.version
            ),
        ));
    }
    if info.product.starts_with(|c: char| !c.is_ascii_alphabetic()) {
        return Err(Refusal::new(
            &path.key("product"),
            format!(
                "invalid product code {:?}: expected a letter first",
                info.product
            ),
        ));
    }
    Ok(info)
}

/// Returns whether a text has only letters, digits and the given signs, and does not start with a
/// sign.
fn is_name(text: &str, signs: &[char]) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || signs.contains(&c))
}

/// Returns the default name of the crate of a product.
fn crate_name(code: &str) -> String {
    let name = format!("alibabacloud-{}", code.replace('_', "-"));
    // Hand-written crates of this SDK have these names.
    match code {
        "core" | "emulator" | "spec" | "types" => format!("{name}-service"),
        _ => name,
    }
}

/// Returns the style of the gateway. V3 is a signature and not a style: with paths it is ROA,
/// without them RPC.
fn gateway_style(style: &str, apis: &[(String, Json)]) -> ApiStyle {
    match style.to_ascii_uppercase().as_str() {
        "RPC" => ApiStyle::Rpc,
        "ROA" => ApiStyle::Roa,
        _ if !apis.is_empty() && apis.iter().all(|(_, json)| json.get("path").is_some()) => {
            ApiStyle::Roa
        }
        _ => ApiStyle::Rpc,
    }
}

/// Returns why core cannot send requests to the gateway of a product: it does not take the V3
/// signature, or no JSON. Such operations get types only. FC requires its own signature only on its
/// data hosts; the hosts in the metadata take V3.
fn own_gateway(style: &str) -> Option<&'static str> {
    match style.to_ascii_uppercase().as_str() {
        "RPC" | "ROA" | "V3" | "FC" => None,
        "OSS" => Some(
            "OSS has its own signature and XML documents, and buckets are part of the host name",
        ),
        "SLS" => Some(
            "SLS has its own signature and body formats, and projects are part of the host name",
        ),
        "PDS" => {
            Some("PDS takes bearer tokens of its own domains, which are part of the host name")
        }
        "ALIGENIE" => Some("AliGenie has its own security schemes"),
        _ => Some("the style of its gateway is unknown"),
    }
}

/// Gives every shared schema a name that OpenAPI allows: `Page<Foo>` becomes `Page_Foo`.
fn name_components<'a>(cx: &mut Context<'a>, entries: &'a [(String, Json)]) -> Result<(), Refusal> {
    let components = JsonPath::ROOT.key("components");
    let path = components.key("schemas");
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let (plain, odd): (Vec<_>, Vec<_>) =
        entries.iter().partition(|(name, _)| name.chars().all(fits));
    for (name, json) in plain {
        schema::check_name(name, &path.key(name))?;
        if !cx.components.contains_key(name) {
            cx.components.insert(name.clone(), json);
            cx.component_names.insert(name, name.clone());
        }
    }
    for (name, json) in odd {
        let at = path.key(name);
        schema::check_name(name, &at)?;
        if cx.component_names.contains_key(name.as_str()) {
            continue;
        }
        let parts: Vec<&str> = name
            .split(|c| !fits(c))
            .filter(|part| !part.is_empty())
            .collect();
        let short = if parts.is_empty() {
            "Schema".to_owned()
        } else {
            parts.join("_")
        };
        let mut given = short.clone();
        for number in 2.. {
            if !cx.components.contains_key(&given) {
                break;
            }
            given = format!("{short}_{number}");
        }
        cx.find(
            Rule::ComponentRenamed,
            &at,
            format!("`{name}` renamed to `{given}`"),
        );
        cx.components.insert(given.clone(), json);
        cx.component_names.insert(name, given);
    }
    Ok(())
}

/// Reads the shared schemas, in the published order.
fn read_components<'a>(
    cx: &mut Context<'a>,
    entries: &'a [(String, Json)],
) -> Result<IndexMap<String, Schema>, Refusal> {
    let components = JsonPath::ROOT.key("components");
    let path = components.key("schemas");
    let mut schemas = IndexMap::with_capacity(entries.len());
    for (name, json) in entries {
        let Some(given) = cx.component_names.get(name.as_str()).cloned() else {
            continue;
        };
        if !schemas.contains_key(&given) {
            let read = schema::read(cx, json, &path.key(name), Side::Request)?;
            schemas.insert(given, read.schema);
        }
    }
    Ok(schemas)
}

type TagOf<'a> = HashMap<&'a str, String>;

/// Reads the top-level directories, which become tags.
fn read_directories<'a>(
    cx: &mut Context<'a>,
    document: &'a Json,
) -> Result<(Vec<Tag>, TagOf<'a>), Refusal> {
    let path = JsonPath::ROOT.key("directories");
    let (mut tags, mut tag_of) = (Vec::<Tag>::new(), TagOf::new());
    let Some(json) = document.get("directories") else {
        return Ok((tags, tag_of));
    };
    for (index, entry) in array(json, &path)?.iter().enumerate() {
        let at = path.index(index);
        if matches!(entry, Json::String(_)) {
            continue;
        }
        let title = read_title(cx, entry, &at)?;
        let mut members = Vec::new();
        collect_members(cx, entry, &at, &mut members)?;
        if title.is_empty() {
            continue;
        }
        if !tags.iter().any(|tag| tag.name == title) {
            tags.push(Tag {
                name: title.clone(),
                description: String::new(),
            });
        }
        for member in members {
            tag_of.entry(member).or_insert_with(|| title.clone());
        }
    }
    Ok((tags, tag_of))
}

fn read_title<'a>(
    cx: &mut Context<'a>,
    entry: &'a Json,
    path: &JsonPath<'_>,
) -> Result<String, Refusal> {
    cx.object(entry, path)?;
    match entry.get("title") {
        Some(json) => Ok(one_line(text(cx, json, &path.key("title")))),
        None => Ok(String::new()),
    }
}

/// Collects the names of the operations in a directory and below it.
fn collect_members<'a>(
    cx: &mut Context<'a>,
    entry: &'a Json,
    path: &JsonPath<'_>,
    members: &mut Vec<&'a str>,
) -> Result<(), Refusal> {
    let Some(children) = entry.get("children") else {
        return Ok(());
    };
    let at = path.key("children");
    for (index, child) in array(children, &at)?.iter().enumerate() {
        let at = at.index(index);
        match child {
            Json::String(name) => members.push(name),
            Json::Object(_) => collect_members(cx, child, &at, members)?,
            other => cx.find(
                Rule::ContradictoryType,
                &at,
                format!("{} is neither an operation nor a directory", other.kind()),
            ),
        }
    }
    Ok(())
}
