//! Published metadata to a [`Surface`], without the importer's repairs, so that every published
//! change is visible.

use super::surface::{EVENTS, Hosts, LIMITS, Node, OperationSurface, ParameterSurface, Surface};
use crate::import::{self, json::Json};
use indexmap::IndexMap;

/// Reads a document. Parts that are not valid metadata are ignored; the importer reports them.
pub(super) fn surface(document: &Json) -> Surface {
    let info = |key: &str| text(document.get("info").and_then(|info| info.get(key)));
    let style = info("style");
    // The path of an RPC operation has no meaning.
    let has_paths = !style.unwrap_or_default().eq_ignore_ascii_case("rpc");
    let schemas = document
        .get("components")
        .and_then(|components| components.get("schemas"));
    Surface {
        is_spec: false,
        product: info("product")
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
        version: info("version").unwrap_or_default().trim().to_owned(),
        style: style.unwrap_or_default().trim().to_ascii_uppercase(),
        ram_code: None,
        errors: Vec::new(),
        crate_name: None,
        operations: entries(document.get("apis"))
            .map(|(name, api)| (name.to_owned(), operation(api, has_paths)))
            .collect(),
        components: entries(schemas)
            .map(|(name, schema)| (name.to_owned(), node(schema)))
            .collect(),
        endpoints: items(document.get("endpoints"))
            .filter_map(|row| {
                let region = text(row.get("regionId"))?;
                let host = text(row.get("endpoint"))?;
                let hosts = Hosts {
                    public: host.trim().to_owned(),
                    vpc: None,
                };
                Some((region.trim().to_owned(), hosts))
            })
            .collect(),
        waiters: IndexMap::new(),
    }
}

fn operation(api: &Json, has_paths: bool) -> OperationSurface {
    let mut operation = OperationSurface {
        methods: items(api.get("methods"))
            .filter_map(|method| text(Some(method)))
            .map(str::to_ascii_lowercase)
            .collect(),
        path: text(api.get("path"))
            .filter(|_| has_paths)
            .map(str::to_owned),
        deprecated: flag(api.get("deprecated")),
        ..OperationSurface::default()
    };
    for item in items(api.get("parameters")) {
        let Some(name) = text(item.get("name")) else {
            continue;
        };
        let parameter = ParameterSurface {
            place: text(item.get("in")).unwrap_or_default().to_owned(),
            style: text(item.get("style")).map(str::to_owned),
            node: item.get("schema").map(node).unwrap_or_default(),
        };
        match operation.parameters.get_mut(name) {
            // Listed twice: `required` wins, as in the importer.
            Some(known) if parameter.node.required == Some(true) => {
                known.node.required = Some(true)
            }
            Some(_) => {}
            None => {
                operation.parameters.insert(name.to_owned(), parameter);
            }
        }
    }
    let is_stream = items(api.get("schemes")).any(|scheme| text(Some(scheme)) == Some("sse"));
    for (code, response) in entries(api.get("responses")) {
        if let Some(schema) = response.get("schema").filter(|_| code.starts_with('2')) {
            let mut node = node(schema);
            if is_stream {
                node.format = Some(EVENTS.to_owned());
            }
            operation.responses.insert(code.to_owned(), node);
        }
    }
    operation
}

fn node(schema: &Json) -> Node {
    let inner = |key: &str| {
        schema
            .get(key)
            .filter(|json| matches!(json, Json::Object(_)))
    };
    let listed =
        ["enum", "enumValues"].map(|key| items(schema.get(key)).filter_map(Json::scalar_text));
    let mut values: Vec<String> = listed.into_iter().flatten().collect();
    if values.is_empty() {
        values.extend(entries(schema.get("enumValueTitles")).map(|(value, _)| value.to_owned()));
    }
    let type_name = text(schema.get("type")).map(str::to_owned);
    let format = text(schema.get("format"))
        .filter(|_| type_name.as_deref() == Some("integer"))
        .map(str::to_owned);
    Node {
        rust_name: None,
        value_names: IndexMap::new(),
        format,
        type_name,
        reference: reference(schema),
        required: flag(schema.get("required")),
        deprecated: flag(schema.get("deprecated")),
        sensitive: false,
        values: Some(values).filter(|values| !values.is_empty()),
        default: schema.get("default").and_then(Json::scalar_text),
        documented: schema.get("pattern").and_then(Json::scalar_text),
        limits: LIMITS
            .iter()
            .filter_map(|key| Some((*key, schema.get(key)?.scalar_text()?)))
            .collect(),
        fields: entries(schema.get("properties"))
            .map(|(name, field)| (name.to_owned(), node(field)))
            .collect(),
        items: inner("items").map(|items| Box::new(node(items))),
        entries: inner("additionalProperties").map(|entries| Box::new(node(entries))),
    }
}

/// Returns the name of the shared schema that a `$ref` leads to; `ref` is the same.
pub(crate) fn reference(json: &Json) -> Option<String> {
    let path = text(json.get("$ref")).or_else(|| text(json.get("ref")))?;
    let name = path
        .strip_prefix("#/components/schemas/")
        .or_else(|| path.rsplit('/').next())
        .unwrap_or(path);
    Some(import::unescaped_name(name))
}

/// Returns the entries of an object; none of anything else.
pub(crate) fn entries(json: Option<&Json>) -> impl Iterator<Item = (&str, &Json)> {
    let entries = match json {
        Some(Json::Object(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(key, value)| (key.as_str(), value))
}

fn items(json: Option<&Json>) -> impl Iterator<Item = &Json> {
    let items = match json {
        Some(Json::Array(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}

fn text(json: Option<&Json>) -> Option<&str> {
    match json {
        Some(Json::String(text)) => Some(text),
        _ => None,
    }
}

fn flag(json: Option<&Json>) -> Option<bool> {
    match json {
        Some(Json::Bool(flag)) => Some(*flag),
        _ => None,
    }
}
