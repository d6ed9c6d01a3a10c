//! A document of published metadata to a [`Service`]: facts only; `infer` adds what follows from them.

use super::context::{Context, array, string};
use super::endpoint;
use super::json::{Json, Path};
use super::operation::{self, Product};
use super::report::{Refusal, Report, Rule};
use super::schema::{self, Side};
use super::shared;
use super::text::clean;
use alibabacloud_spec::{ApiStyle, Service, Tag};
use indexmap::IndexMap;
use std::collections::HashMap;

/// What came of a document.
#[derive(Debug)]
pub struct Imported {
    /// The product, unless the document as a whole was refused. Refused operations are missing in it.
    pub service: Option<Service>,
    /// What was found.
    pub report: Report,
}

/// Reads published metadata (`api-docs.json`). Never panics, whatever the text is: what cannot be read is refused with its place.
pub(super) fn read(text: &str) -> Imported {
    let document = match Json::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let mut report = Report::default();
            report
                .refusals
                .push(Refusal::new(&Path::ROOT, format!("no JSON: {error}")));
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
    check_keys(cx, document)?;
    let info = read_info(cx, document)?;
    let code = info.product.to_ascii_lowercase();
    cx.report.product.clone_from(&code);
    info.version.clone_into(&mut cx.report.version);
    let entries = schema::component_entries(cx, document)?;
    name_components(cx, entries)?;
    let (tags, tag_of) = read_directories(cx, document)?;
    let endpoints = endpoint::read(cx, document, &code)?;
    let apis_path = Path::ROOT.key("apis");
    let apis = match document.get("apis") {
        Some(json) => cx.object(json, &apis_path)?,
        None => &[],
    };
    cx.report.operations = apis.len();
    let product = Product {
        style: gateway_style(info.style, apis),
        paths_count: !info.style.eq_ignore_ascii_case("RPC"),
        name: info.product,
        version: info.version,
        own_gateway: own_gateway(info.style),
    };
    let mut service = Service {
        crate_name: crate_name(&code),
        code,
        version: info.version.to_owned(),
        style: product.style,
        title: if info.title.is_empty() {
            info.product.to_owned()
        } else {
            clean(info.title)
        },
        description: clean(info.description),
        docs_url: None,
        endpoints,
        tags,
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
    finish(cx, &mut service);
    Ok(service)
}

/// Sorts, and settles what depends on the whole.
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
    shared::open_circles(cx, &mut service.schemas);
}

fn check_keys<'a>(cx: &mut Context<'a>, document: &'a Json) -> Result<(), Refusal> {
    let known = [
        "version",
        "info",
        "directories",
        "components",
        "apis",
        "endpoints",
    ];
    for (key, _) in cx.object(document, &Path::ROOT)? {
        if !known.contains(&key.as_str()) {
            cx.unknown_key("the document", key, &Path::ROOT.key(key));
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
    let path = Path::ROOT.key("info");
    let Some(json) = document.get("info") else {
        return Err(Refusal::new(
            &path,
            "expected product, style and version, found nothing",
        ));
    };
    let mut info = Info::default();
    for (key, value) in cx.object(json, &path)?.iter().rev() {
        let at = path.key(key);
        match key.as_str() {
            "style" => info.style = string(value, &at)?.trim(),
            "product" => info.product = string(value, &at)?.trim(),
            "version" => info.version = string(value, &at)?.trim(),
            "title" => info.title = string(value, &at)?,
            "description" => info.description = string(value, &at)?,
            key => cx.unknown_key("`info`", key, &at),
        }
    }
    // Both become directory names, and the product a part of host names.
    if !is_name(info.product, &['-', '_']) {
        return Err(Refusal::new(
            &path.key("product"),
            format!(
                "expected letters, digits, `-` and `_`, found {:?}",
                info.product
            ),
        ));
    }
    if !is_name(info.version, &['.', '-', '_']) {
        return Err(Refusal::new(
            &path.key("version"),
            format!(
                "expected letters, digits, `.`, `-` and `_`, found {:?}",
                info.version
            ),
        ));
    }
    if info.product.starts_with(|c: char| !c.is_ascii_alphabetic()) {
        return Err(Refusal::new(
            &path.key("product"),
            format!(
                "a product code starts with a letter, found {:?}",
                info.product
            ),
        ));
    }
    Ok(info)
}

/// Letters, digits and the given signs, but not in the first place.
fn is_name(text: &str, signs: &[char]) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || signs.contains(&c))
}

/// The crate that a product gets when nobody has chosen another.
fn crate_name(code: &str) -> String {
    format!("alibabacloud-{}", code.replace('_', "-"))
}

/// V3 is a signature, not a style: with paths it looks like ROA, without them like RPC.
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

/// Products whose gateway does not take the V3 signature, or takes no JSON. Their types are made, their operations are not.
/// FC signs in its own way only on its data hosts; the hosts in the metadata take V3.
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
        _ => Some("the style of its gateway is not known here"),
    }
}

/// Gives every shared schema a name that OpenAPI allows: `Page<Foo>` becomes `Page_Foo`.
fn name_components<'a>(cx: &mut Context<'a>, entries: &'a [(String, Json)]) -> Result<(), Refusal> {
    let components = Path::ROOT.key("components");
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
            format!("`{name}` became `{given}`"),
        );
        cx.components.insert(given.clone(), json);
        cx.component_names.insert(name, given);
    }
    Ok(())
}

/// Shared schemas, in upstream's order.
fn read_components<'a>(
    cx: &mut Context<'a>,
    entries: &'a [(String, Json)],
) -> Result<IndexMap<String, schema::Schema>, Refusal> {
    let components = Path::ROOT.key("components");
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

/// Top-level directories become tags.
fn read_directories<'a>(
    cx: &mut Context<'a>,
    document: &'a Json,
) -> Result<(Vec<Tag>, TagOf<'a>), Refusal> {
    let path = Path::ROOT.key("directories");
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
    path: &Path<'_>,
) -> Result<String, Refusal> {
    cx.object(entry, path)?;
    match entry.get("title") {
        Some(json) => {
            let title = clean(string(json, &path.key("title"))?);
            Ok(title.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        None => Ok(String::new()),
    }
}

/// Names of operations in a directory and those below it.
fn collect_members<'a>(
    cx: &mut Context<'a>,
    entry: &'a Json,
    path: &Path<'_>,
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
                format!("{} is no operation and no directory", other.kind()),
            ),
        }
    }
    Ok(())
}
