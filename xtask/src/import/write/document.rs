//! Writes a [`Service`] as an OpenAPI document and a document for each operation.
//! `docs/spec-format.md` has every key.

use super::schema::{self, References};
use crate::import::infer::class_name;
use crate::yaml::Yaml;
use alibabacloud_spec::{
    ApiStyle, Change, Endpoints, ErrorCode, Example, Kind, NumberedPages, Operation, Pagination,
    Parameter, ParameterPlace, ParameterStyle, Ram, RamAction, RateLimit, Response, Service,
    Waiter,
};
use indexmap::IndexMap;
use serde_json::Value;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";
const TEXT: &str = "text/plain";
const EVENTS: &str = "text/event-stream";

/// Returns `openapi.yaml`.
pub(super) fn service(service: &Service) -> Yaml {
    let mut document = Yaml::map();
    document.put("openapi", Yaml::text("3.1.0"));
    let mut info = Yaml::map();
    info.put("title", Yaml::text(&service.title));
    info.put("version", Yaml::text(&service.version));
    info.put_prose("description", &service.description);
    info.put_some("x-acs-language", service.language.as_ref().map(Yaml::text));
    document.put("info", info);
    document.put_some("externalDocs", docs(service.docs_url.as_deref()));
    let mut product = Yaml::map();
    product.put("code", Yaml::text(&service.code));
    product.put("crate", Yaml::text(&service.crate_name));
    product.put_some(
        "crate-version",
        service.crate_version.as_deref().map(Yaml::text),
    );
    product.put_some("ram", service.ram_code.as_ref().map(Yaml::text));
    product.put_texts("known-as", &service.known_as);
    product.put("style", Yaml::text(style_name(service.style)));
    document.put("x-acs-product", product);
    document.put(
        "servers",
        Yaml::list(servers(&service.code, &service.endpoints)),
    );
    document.put("x-acs-endpoints", endpoints(&service.endpoints));
    document.put_some("tags", tags(service));
    document.put_some(
        "x-acs-showcase",
        service.showcase.as_deref().map(Yaml::text),
    );
    document.put_some("x-acs-waiters", waiters(&service.waiters));
    document.put_some("x-acs-errors", errors(&service.errors));
    document.put("paths", paths(service));
    document.put_some("components", components(service));
    document
}

fn style_name(style: ApiStyle) -> &'static str {
    match style {
        ApiStyle::Rpc => "rpc",
        ApiStyle::Roa => "roa",
    }
}

fn docs(url: Option<&str>) -> Option<Yaml> {
    let mut docs = Yaml::map();
    docs.put("url", Yaml::text(url?));
    Some(docs)
}

fn servers(code: &str, endpoints: &Endpoints) -> Vec<Yaml> {
    if !endpoints.regional {
        let mut server = Yaml::map();
        server.put("url", Yaml::text(format!("https://{code}.aliyuncs.com")));
        return vec![server];
    }
    let regional = |infix: &str, description: &str, regions: &[String]| {
        let mut region = Yaml::map();
        region.put("default", Yaml::text(default_region(&endpoints.regions)));
        if !regions.is_empty() {
            region.put("enum", Yaml::texts(regions));
        }
        let mut variables = Yaml::map();
        variables.put("region", region);
        let mut server = Yaml::map();
        server.put(
            "url",
            Yaml::text(format!("https://{code}{infix}.{{region}}.aliyuncs.com")),
        );
        server.put("description", Yaml::text(description));
        server.put("variables", variables);
        server
    };
    vec![
        regional("", "Public network", &endpoints.regions),
        regional("-vpc", "From inside a VPC of the same region", &[]),
    ]
}

fn default_region(regions: &[String]) -> &str {
    const USUAL: &str = "cn-hangzhou";
    match regions.first() {
        Some(first) if !regions.iter().any(|region| region == USUAL) => first,
        _ => USUAL,
    }
}

fn endpoints(endpoints: &Endpoints) -> Yaml {
    let mut map = Yaml::map();
    let rule = if endpoints.regional {
        "regional"
    } else {
        "central"
    };
    map.put("rule", Yaml::text(rule));
    if !endpoints.regional && !endpoints.regions.is_empty() {
        map.put("regions", Yaml::texts(&endpoints.regions));
    }
    for (key, hosts) in [("public", &endpoints.public), ("vpc", &endpoints.vpc)] {
        if !hosts.is_empty() {
            map.put(key, text_entries(hosts));
        }
    }
    map
}

fn text_entries(entries: &IndexMap<String, String>) -> Yaml {
    let mut map = Yaml::map();
    for (key, value) in entries {
        map.put(key, Yaml::text(value));
    }
    map
}

fn tags(service: &Service) -> Option<Yaml> {
    let tags = service.tags.iter().map(|tag| {
        let mut map = Yaml::map();
        map.put("name", Yaml::text(&tag.name));
        map.put_prose("description", &tag.description);
        map
    });
    some_list(tags.collect())
}

fn some_list(items: Vec<Yaml>) -> Option<Yaml> {
    (!items.is_empty()).then(|| Yaml::list(items))
}

fn waiters(waiters: &[Waiter]) -> Option<Yaml> {
    if waiters.is_empty() {
        return None;
    }
    let mut map = Yaml::map();
    for waiter in waiters {
        let mut entry = Yaml::map();
        entry.put("description", Yaml::prose(&waiter.description));
        entry.put("operation", Yaml::text(&waiter.operation));
        entry.put("parameters", Yaml::texts(&waiter.parameters));
        entry.put_some("fixed", filled(&waiter.fixed, Yaml::json));
        entry.put("state", Yaml::text(&waiter.state));
        entry.put_some("identity", filled(&waiter.identity, Yaml::text));
        if let Some(message) = &waiter.message {
            entry.put("message", Yaml::text(message));
        }
        entry.put("success", Yaml::texts(&waiter.success));
        entry.put_texts("failure", &waiter.failure);
        entry.put_texts("attention", &waiter.attention);
        entry.put_texts("pending", &waiter.pending);
        entry.put_texts("success-errors", &waiter.success_errors);
        entry.put_flag("success-if-absent", waiter.success_if_absent);
        map.put(&waiter.name, entry);
    }
    Some(map)
}

/// Returns a map as YAML; `None` if it is empty.
fn filled<'m, V>(map: &'m IndexMap<String, V>, value: impl Fn(&'m V) -> Yaml) -> Option<Yaml> {
    let mut yaml = Yaml::map();
    for (name, item) in map {
        yaml.put(name, value(item));
    }
    (!map.is_empty()).then_some(yaml)
}

fn errors(errors: &[ErrorCode]) -> Option<Yaml> {
    let errors = errors.iter().map(|error| {
        let mut map = Yaml::map();
        map.put("code", Yaml::text(&error.code));
        map.put_some("status", error.status.map(Yaml::literal));
        map.put_prose("description", &error.description);
        map
    });
    some_list(errors.collect())
}

fn paths(service: &Service) -> Yaml {
    let mut paths = Yaml::map();
    for operation in &service.operations {
        let mut reference = Yaml::map();
        reference.put(
            "$ref",
            Yaml::text(format!("operations/{}.yaml", operation.name)),
        );
        paths.put(
            format!("{}#Action={}", operation.path, operation.name),
            reference,
        );
    }
    paths
}

fn components(service: &Service) -> Option<Yaml> {
    let mut components = Yaml::map();
    if !service.parameters.is_empty() {
        let mut parameters = Yaml::map();
        for (name, shared) in &service.parameters {
            parameters.put(name, parameter(shared, References::Main));
        }
        components.put("parameters", parameters);
    }
    if !service.schemas.is_empty() {
        let mut schemas = Yaml::map();
        for (name, shared) in &service.schemas {
            schemas.put(name, schema::yaml(shared, References::Main));
        }
        components.put("schemas", schemas);
    }
    (components != Yaml::map()).then_some(components)
}

/// Returns `operations/<Operation>.yaml`.
pub(super) fn operation(service: &Service, operation: &Operation) -> Yaml {
    let mut map = Yaml::map();
    map.put("operationId", Yaml::text(&operation.name));
    map.put_some("x-acs-name", operation.rust_name.as_ref().map(Yaml::text));
    map.put_prose("summary", &operation.summary);
    map.put_prose("description", &operation.description);
    if let Some(tag) = &operation.tag {
        map.put("tags", Yaml::texts(&[tag]));
    }
    map.put_some("externalDocs", docs(operation.docs_url.as_deref()));
    map.put_flag("deprecated", operation.deprecated);
    put_decisions(&mut map, operation);
    put_parameters(&mut map, service, operation);
    map.put("responses", responses(&operation.response));
    map.put_some("x-acs-errors", errors(&operation.errors));
    map.put_some("x-acs-example", operation.example.as_ref().map(example));
    let mut document = Yaml::map();
    document.put(operation.method.to_ascii_lowercase(), map);
    document
}

/// Adds the `x-acs-*` keys, which OpenAPI has no equivalent for.
fn put_decisions(map: &mut Yaml, operation: &Operation) {
    map.put("x-acs-class", Yaml::text(class_name(operation.class)));
    if operation.methods.len() > 1 {
        let methods: Vec<String> = operation
            .methods
            .iter()
            .map(|method| method.to_ascii_lowercase())
            .collect();
        map.put("x-acs-methods", Yaml::texts(&methods));
    }
    map.put_texts("x-acs-arguments", &operation.arguments);
    map.put_some(
        "x-acs-pagination",
        operation.pagination.as_ref().map(pagination),
    );
    map.put_some(
        "x-acs-idempotency",
        operation.idempotency.as_ref().map(Yaml::text),
    );
    map.put_flag("x-acs-anonymous", operation.anonymous);
    map.put_some(
        "x-acs-success-field",
        operation.success_field.as_ref().map(Yaml::text),
    );
    map.put_some(
        "x-acs-success-value",
        operation.success_value.as_ref().map(Yaml::text),
    );
    map.put_some(
        "x-acs-unsupported",
        operation.unsupported.as_ref().map(Yaml::text),
    );
    map.put_some("x-acs-ram", operation.ram.as_ref().map(ram));
    map.put_some("x-acs-rate-limit", operation.rate_limit.map(rate_limit));
    map.put_flag("x-acs-asynchronous", operation.asynchronous);
    map.put_texts("x-acs-replaced-by", &operation.replaced_by);
    map.put_some("x-acs-changes", changes(&operation.changes));
    if let Some(provenance) = &operation.provenance {
        let mut entry = Yaml::map();
        entry.put_texts("sources", &provenance.sources);
        if !provenance.notes.is_empty() {
            let notes = provenance.notes.iter();
            entry.put("notes", Yaml::list(notes.map(|note| Yaml::prose(note))));
        }
        map.put("x-acs-provenance", entry);
    }
}

fn changes(changes: &[Change]) -> Option<Yaml> {
    let changes = changes.iter().map(|change| {
        let mut entry = Yaml::map();
        entry.put("date", Yaml::text(&change.date));
        let kinds: Vec<&str> = change.kinds.iter().map(|kind| kind.name()).collect();
        entry.put("kinds", Yaml::texts(&kinds));
        let source = change.source.map(|source| Yaml::text(source.name()));
        entry.put_some("source", source);
        entry.put("description", Yaml::prose(&change.description));
        entry
    });
    some_list(changes.collect())
}

fn pagination(pagination: &Pagination) -> Yaml {
    let mut map = Yaml::map();
    match pagination {
        Pagination::Token {
            input,
            output,
            limit,
            total,
            items,
            first,
            numbered,
        } => {
            map.put("kind", Yaml::text("token"));
            map.put("input", Yaml::text(input));
            map.put("output", Yaml::text(output));
            map.put_some("limit", limit.as_ref().map(Yaml::text));
            map.put_some("total", total.as_ref().map(Yaml::text));
            map.put("items", Yaml::text(items));
            map.put_some("first", first_values(first));
            map.put_some("numbered", numbered.as_ref().map(numbered_pages));
        }
        Pagination::PageNumber {
            page,
            limit,
            number,
            total,
            items,
            first,
        } => {
            map.put("kind", Yaml::text("page-number"));
            map.put("page", Yaml::text(page));
            map.put_some("limit", limit.as_ref().map(Yaml::text));
            map.put_some("number", number.as_ref().map(Yaml::text));
            map.put_some("total", total.as_ref().map(Yaml::text));
            map.put("items", Yaml::text(items));
            map.put_some("first", first_values(first));
        }
    }
    map
}

fn first_values(first: &IndexMap<String, Value>) -> Option<Yaml> {
    let mut map = Yaml::map();
    for (name, value) in first {
        map.put(name, Yaml::json(value));
    }
    (!first.is_empty()).then_some(map)
}

fn numbered_pages(numbered: &NumberedPages) -> Yaml {
    let mut map = Yaml::map();
    map.put("page", Yaml::text(&numbered.page));
    map.put_some("limit", numbered.limit.as_ref().map(Yaml::text));
    map.put_some("number", numbered.number.as_ref().map(Yaml::text));
    map
}

fn rate_limit(limit: RateLimit) -> Yaml {
    let mut map = Yaml::map();
    map.put("requests", Yaml::literal(limit.requests));
    map.put("seconds", Yaml::literal(limit.seconds));
    map
}

fn ram(ram: &Ram) -> Yaml {
    let mut map = Yaml::map();
    map.put("status", Yaml::text(ram.status.name()));
    if let Some(page) = &ram.page {
        map.put("page", Yaml::text(&page.url));
        map.put("read", Yaml::text(&page.read));
        map.put_some("updated", page.updated.as_ref().map(Yaml::text));
    }
    map.put_some("note", ram.note.as_ref().map(Yaml::text));
    map.put_some(
        "actions",
        some_list(ram.actions.iter().map(ram_action).collect()),
    );
    map
}

fn ram_action(action: &RamAction) -> Yaml {
    let mut map = Yaml::map();
    map.put("action", Yaml::text(&action.action));
    if !action.access.is_empty() {
        map.put("access", Yaml::text(&action.access));
    }
    let resources = action.resources.iter().map(|resource| {
        let mut entry = Yaml::map();
        entry.put("type", Yaml::text(&resource.kind));
        entry.put_flag("required", resource.required);
        entry.put("arn", Yaml::text(&resource.arn));
        entry
    });
    map.put_some("resources", some_list(resources.collect()));
    map.put_texts("conditions", &action.conditions);
    map.put_texts("dependents", &action.dependents);
    map
}

fn put_parameters(map: &mut Yaml, service: &Service, operation: &Operation) {
    let in_body = |p: &&Parameter| matches!(p.place, ParameterPlace::Form | ParameterPlace::Body);
    let (body, rest): (Vec<_>, Vec<_>) = operation.parameters.iter().partition(in_body);
    let rest = rest.into_iter().map(|p| shared_or_own(service, p));
    map.put_some("parameters", some_list(rest.collect()));
    match body.as_slice() {
        [] => {}
        [only] if only.place == ParameterPlace::Body => map.put("requestBody", request_body(only)),
        fields => map.put("requestBody", form(fields)),
    }
}

/// Returns a reference if a shared parameter is the same, apart from the description.
fn shared_or_own(service: &Service, own: &Parameter) -> Yaml {
    let same = service.parameters.iter().find(|(_, shared)| {
        let mut like = (*shared).clone();
        like.schema.description.clone_from(&own.schema.description);
        like == *own
    });
    let Some((name, shared)) = same else {
        return parameter(own, References::Operation);
    };
    let mut map = Yaml::map();
    map.put(
        "$ref",
        Yaml::text(format!("../openapi.yaml#/components/parameters/{name}")),
    );
    if shared.schema.description != own.schema.description {
        map.put_prose("description", &own.schema.description);
    }
    map
}

fn parameter(parameter: &Parameter, references: References) -> Yaml {
    let mut map = Yaml::map();
    map.put("name", Yaml::text(&parameter.name));
    map.put("in", Yaml::text(place_name(parameter.place)));
    map.put_some(
        "x-acs-name",
        parameter.schema.rust_name.as_ref().map(Yaml::text),
    );
    map.put_flag("required", parameter.required);
    map.put_prose("description", &parameter.schema.description);
    map.put_flag("deprecated", parameter.schema.deprecated);
    map.put_flag("x-acs-raw", parameter.style == ParameterStyle::Raw);
    let bare = schema::without_text(&parameter.schema, references);
    match parameter.style {
        ParameterStyle::Json => map.put("content", media(JSON, bare)),
        style => {
            map.put_some("x-acs-array-style", array_style(style).map(Yaml::text));
            map.put("schema", bare);
        }
    }
    map
}

fn place_name(place: ParameterPlace) -> &'static str {
    match place {
        ParameterPlace::Path => "path",
        ParameterPlace::Header => "header",
        ParameterPlace::Query | ParameterPlace::Form | ParameterPlace::Body => "query",
    }
}

fn array_style(style: ParameterStyle) -> Option<&'static str> {
    match style {
        ParameterStyle::RepeatList => Some("repeatList"),
        ParameterStyle::Flat => Some("flat"),
        ParameterStyle::Simple => Some("simple"),
        ParameterStyle::Plain | ParameterStyle::Json | ParameterStyle::Raw => None,
    }
}

fn media(name: &str, schema: Yaml) -> Yaml {
    let mut entry = Yaml::map();
    entry.put("schema", schema);
    let mut content = Yaml::map();
    content.put(name, entry);
    content
}

fn request_body(parameter: &Parameter) -> Yaml {
    let mut map = Yaml::map();
    if parameter.name != "body" {
        map.put("x-acs-name", Yaml::text(&parameter.name));
    }
    map.put_prose("description", &parameter.schema.description);
    map.put_flag("required", parameter.required);
    let media_type = match (parameter.style, &parameter.schema.kind) {
        (ParameterStyle::Raw, Kind::Binary) => BYTES,
        (ParameterStyle::Raw, _) => TEXT,
        _ => JSON,
    };
    let mut bare = parameter.schema.clone();
    bare.description.clear();
    map.put(
        "content",
        media(media_type, schema::yaml(&bare, References::Operation)),
    );
    map
}

fn form(fields: &[&Parameter]) -> Yaml {
    let mut form = Yaml::map();
    form.put("type", Yaml::text("object"));
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name.as_str())
        .collect();
    if !required.is_empty() {
        form.put("required", Yaml::texts(&required));
    }
    let (mut properties, mut encoding) = (Yaml::map(), Yaml::map());
    for field in fields {
        properties.put(
            &field.name,
            schema::yaml(&field.schema, References::Operation),
        );
        let mut written = Yaml::map();
        match (field.style, array_style(field.style)) {
            (ParameterStyle::Json, _) => written.put("contentType", Yaml::text(JSON)),
            (_, Some(style)) => written.put("x-acs-array-style", Yaml::text(style)),
            _ => continue,
        }
        encoding.put(&field.name, written);
    }
    form.put("properties", properties);
    let mut entry = Yaml::map();
    entry.put("schema", form);
    if encoding != Yaml::map() {
        entry.put("encoding", encoding);
    }
    let (mut content, mut body) = (Yaml::map(), Yaml::map());
    content.put(FORM, entry);
    body.put("content", content);
    body
}

fn responses(response: &Response) -> Yaml {
    let mut success = Yaml::map();
    let described = |schema: &alibabacloud_spec::Schema| {
        let mut bare = schema.clone();
        bare.description.clear();
        schema::yaml(&bare, References::Operation)
    };
    let fixed = |text: &str| Yaml::prose(text);
    match response {
        Response::Json(schema) | Response::Events(schema) => {
            let media_type = match response {
                Response::Events(_) => EVENTS,
                _ => JSON,
            };
            success.put("description", fixed(&schema.description));
            success.put("content", media(media_type, described(schema)));
        }
        Response::Empty => success.put("description", fixed("An empty response.")),
        Response::Text => {
            success.put("description", fixed("Plain text."));
            success.put("content", media(TEXT, schema::plain_string()));
        }
        Response::Binary => {
            success.put("description", fixed("Raw bytes."));
            success.put("content", media(BYTES, schema::bytes()));
        }
    }
    let mut responses = Yaml::map();
    responses.put("200", success);
    responses
}

fn example(example: &Example) -> Yaml {
    let mut map = Yaml::map();
    map.put("request", Yaml::json(&example.request));
    map.put("response", Yaml::json(&example.response));
    map
}
