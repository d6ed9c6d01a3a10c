//! A specification to a [`Surface`].

use super::surface::{
    EVENTS, Hosts, Node, OTHER_REGIONS, OperationSurface, ParameterSurface, Surface, WaiterSurface,
};
use crate::import::class_name;
use alibabacloud_codegen::names::{self, ApiName};
use alibabacloud_spec::{
    self as spec, ApiStyle, Kind, ParameterPlace, ParameterStyle, Response, Schema, Service,
};
use indexmap::IndexMap;
use serde_json::Value;
use std::fmt::Display;

/// Returns what callers see of a specification.
pub(super) fn surface(service: &Service) -> Surface {
    Surface {
        is_spec: true,
        product: service.code.clone(),
        version: service.version.clone(),
        style: match service.style {
            ApiStyle::Rpc => "RPC".to_owned(),
            ApiStyle::Roa => "ROA".to_owned(),
        },
        ram_code: service.ram_code.clone(),
        errors: error_codes(&service.errors),
        crate_name: Some(service.crate_name.clone()),
        operations: service
            .operations
            .iter()
            .map(|op| (op.name.clone(), operation(service, op)))
            .collect(),
        components: service
            .schemas
            .iter()
            .map(|(name, schema)| (name.clone(), node(schema, None)))
            .collect(),
        endpoints: endpoints(service),
        waiters: service
            .waiters
            .iter()
            .map(|listed| (listed.name.clone(), waiter(listed)))
            .collect(),
    }
}

fn endpoints(service: &Service) -> IndexMap<String, Hosts> {
    let spec::Endpoints {
        regions,
        public,
        vpc,
        ..
    } = &service.endpoints;
    let listed = regions.iter().chain(public.keys()).chain(vpc.keys());
    let hosts = |region: &str| Hosts {
        public: service.endpoints.public_host(&service.code, region),
        vpc: Some(service.endpoints.vpc_host(&service.code, region)),
    };
    listed
        .map(String::as_str)
        .chain([OTHER_REGIONS])
        .map(|region| (region.to_owned(), hosts(region)))
        .collect()
}

fn waiter(waiter: &spec::Waiter) -> WaiterSurface {
    WaiterSurface {
        signature: format!("{} by {}", waiter.operation, waiter.parameters.join(", ")),
        states: format!(
            "{}{}{}: {} / {} / {} / {}{}",
            waiter.state,
            pairs(" of ", &waiter.identity),
            pairs(" with ", &waiter.fixed),
            waiter.success.join(", "),
            waiter.failure.join(", "),
            waiter.attention.join(", "),
            waiter.success_errors.join(", "),
            if waiter.success_if_absent {
                " / absent"
            } else {
                ""
            },
        ),
    }
}

/// Returns `label` and the pairs of a map; nothing if the map is empty.
fn pairs(label: &str, map: &IndexMap<String, impl Display>) -> String {
    let pairs: Vec<String> = map.iter().map(|(k, v)| format!("{k}={v}")).collect();
    match pairs.as_slice() {
        [] => String::new(),
        pairs => format!("{label}{}", pairs.join(", ")),
    }
}

fn operation(service: &Service, operation: &spec::Operation) -> OperationSurface {
    let mut responses = IndexMap::new();
    let response = match &operation.response {
        Response::Json(schema) => Some(node(schema, None)),
        Response::Events(schema) => Some(Node {
            format: Some(EVENTS.to_owned()),
            ..node(schema, None)
        }),
        Response::Empty => None,
        Response::Text => Some(named("string", None)),
        Response::Binary => Some(named("string", Some("binary"))),
    };
    responses.extend(response.map(|response| ("200".to_owned(), response)));
    let setters = rust_names(operation.parameters.iter().map(|p| (&p.name, &p.schema)))
        .into_iter()
        .map(|name| names::builder_setter(&name));
    OperationSurface {
        methods: operation
            .methods
            .iter()
            .map(|method| method.to_ascii_lowercase())
            .collect(),
        path: (service.style == ApiStyle::Roa).then(|| operation.path.clone()),
        deprecated: operation.deprecated.then_some(true),
        parameters: operation
            .parameters
            .iter()
            .zip(setters)
            .map(|(p, setter)| (p.name.clone(), parameter(p, setter)))
            .collect(),
        responses,
        errors: error_codes(&operation.errors),
        decisions: decisions(operation),
    }
}

/// Returns error codes with their status, each once.
pub(super) fn error_codes(errors: &[spec::ErrorCode]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::with_capacity(errors.len());
    for error in errors {
        let code = match error.status {
            Some(status) => format!("{status} {}", error.code),
            None => error.code.clone(),
        };
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn named(type_name: &str, format: Option<&str>) -> Node {
    Node {
        type_name: Some(type_name.to_owned()),
        format: format.map(str::to_owned),
        ..Node::default()
    }
}

/// Returns the names in Rust that the generator gives to the members of a scope.
fn rust_names<'a>(members: impl Iterator<Item = (&'a String, &'a Schema)>) -> Vec<String> {
    let members: Vec<ApiName<'_>> = members
        .map(|(wire, schema)| ApiName {
            wire,
            chosen: schema.rust_name.clone(),
            deprecated: schema.deprecated,
        })
        .collect();
    names::distinct(&members, names::snake)
}

fn parameter(parameter: &spec::Parameter, setter: String) -> ParameterSurface {
    let place = match parameter.place {
        ParameterPlace::Query => "query",
        ParameterPlace::Form => "formData",
        ParameterPlace::Path => "path",
        ParameterPlace::Header => "header",
        ParameterPlace::Body => "body",
    };
    let style = match parameter.style {
        ParameterStyle::Plain | ParameterStyle::Raw => None,
        ParameterStyle::RepeatList => Some("repeatList"),
        ParameterStyle::Flat => Some("flat"),
        ParameterStyle::Simple => Some("simple"),
        ParameterStyle::Json => Some("json"),
    };
    ParameterSurface {
        place: place.to_owned(),
        style: style.map(str::to_owned),
        node: Node {
            rust_name: Some(setter),
            ..node(&parameter.schema, Some(parameter.required))
        },
    }
}

fn node(schema: &Schema, required: Option<bool>) -> Node {
    let (type_name, format) = type_of(&schema.kind);
    let mut node = Node {
        rust_name: schema.rust_name.clone(),
        type_name: type_name.map(str::to_owned),
        format: format.map(str::to_owned),
        required: required.filter(|required| *required),
        deprecated: schema.deprecated.then_some(true),
        sensitive: schema.sensitive,
        default: schema.default.as_ref().map(|default| match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
        documented: documented(schema),
        ..Node::default()
    };
    let limits = [
        ("minimum", schema.minimum.map(|n| n.to_string())),
        ("maximum", schema.maximum.map(|n| n.to_string())),
        ("minLength", schema.min_length.map(|n| n.to_string())),
        ("maxLength", schema.max_length.map(|n| n.to_string())),
        ("minItems", schema.min_items.map(|n| n.to_string())),
        ("maxItems", schema.max_items.map(|n| n.to_string())),
    ];
    node.limits.extend(
        limits
            .into_iter()
            .filter_map(|(key, limit)| Some((key, limit?))),
    );
    match &schema.kind {
        Kind::Enum(values) => {
            node.values = Some(values.iter().map(|v| v.value.clone()).collect());
            let variants: Vec<ApiName<'_>> = values
                .iter()
                .map(|value| ApiName {
                    chosen: value.rust_name.clone(),
                    ..ApiName::new(&value.value)
                })
                .collect();
            let names = names::distinct(&variants, names::variant);
            node.value_names = values.iter().map(|v| v.value.clone()).zip(names).collect();
        }
        Kind::Array(items) => node.items = Some(Box::new(self::node(items, None))),
        Kind::Map(entries) if entries.kind != Kind::Any => {
            node.entries = Some(Box::new(self::node(entries, None)));
        }
        Kind::Object(properties) => {
            let names = rust_names(properties.iter().map(|(wire, p)| (wire, &p.schema)));
            let fields = properties
                .iter()
                .zip(names)
                .map(|((wire, property), name)| {
                    let field = Node {
                        rust_name: Some(name),
                        ..self::node(&property.schema, Some(property.required))
                    };
                    (wire.clone(), field)
                });
            node.fields = fields.collect();
        }
        Kind::Ref(name) => node.reference = Some(name.clone()),
        _ => {}
    }
    node
}

fn documented(schema: &Schema) -> Option<String> {
    let values: Vec<String> = schema.values.iter().map(i64::to_string).collect();
    let parts = [
        schema.pattern.clone(),
        schema.unit.clone(),
        Some(values.join(", ")).filter(|values| !values.is_empty()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Some(parts.join("; ")).filter(|text| !text.is_empty())
}

fn type_of(kind: &Kind) -> (Option<&'static str>, Option<&'static str>) {
    match kind {
        Kind::Any => (Some("any"), None),
        Kind::String => (Some("string"), None),
        Kind::Enum(_) => (Some("string"), Some("enum")),
        Kind::JsonText => (Some("string"), Some("json text")),
        Kind::DateTime => (Some("string"), Some("timestamp")),
        Kind::Binary => (Some("string"), Some("binary")),
        Kind::Int32 => (Some("integer"), Some("int32")),
        Kind::Int64 => (Some("integer"), Some("int64")),
        Kind::Number => (Some("number"), None),
        Kind::Boolean => (Some("boolean"), None),
        Kind::Array(_) => (Some("array"), None),
        Kind::Map(_) | Kind::Object(_) => (Some("object"), None),
        Kind::Ref(_) => (None, None),
    }
}

/// Returns the `x-acs-*` keys of an operation.
fn decisions(operation: &spec::Operation) -> IndexMap<&'static str, String> {
    let mut decisions = IndexMap::new();
    let class = class_name(operation.class);
    decisions.insert("class", class.to_owned());
    decisions.insert("arguments", operation.arguments.join(", "));
    decisions.insert("method", operation.method.to_ascii_lowercase());
    let optional = [
        (
            "pagination",
            operation.pagination.as_ref().map(pagination_text),
        ),
        ("paging", operation.pagination.as_ref().map(paging_text)),
        ("name", operation.rust_name.clone()),
        ("idempotency", operation.idempotency.clone()),
        (
            "success-field",
            operation.success_field.as_ref().map(|field| {
                let value = operation.success_value.as_deref().unwrap_or("true");
                format!("{field}: {value}")
            }),
        ),
        (
            "replaced-by",
            Some(operation.replaced_by.join(", ")).filter(|names| !names.is_empty()),
        ),
        ("unsupported", operation.unsupported.clone()),
        (
            "anonymous",
            operation.anonymous.then(|| "unsigned".to_owned()),
        ),
        ("ram", operation.ram.as_ref().map(ram_text)),
        (
            "rate-limit",
            operation
                .rate_limit
                .map(|limit| format!("{} in {} s", limit.requests, limit.seconds)),
        ),
        (
            "asynchronous",
            operation.asynchronous.then(|| "asynchronous".to_owned()),
        ),
    ];
    decisions.extend(
        optional
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    decisions
}

fn ram_text(ram: &spec::Ram) -> String {
    let action = |action: &spec::RamAction| {
        let resources = action.resources.iter().map(|resource| {
            let mark = if resource.required { "*" } else { "" };
            format!("{}{mark} {}", resource.kind, resource.arn)
        });
        let parts: Vec<String> = [format!("{} ({})", action.action, action.access)]
            .into_iter()
            .chain(resources)
            .chain(action.conditions.iter().cloned())
            .chain(action.dependents.iter().cloned())
            .collect();
        parts.join(", ")
    };
    if ram.actions.is_empty() {
        return ram.status.name().to_owned();
    }
    let texts: Vec<String> = ram.actions.iter().map(action).collect();
    texts.join("; ")
}

fn pagination_text(pagination: &spec::Pagination) -> String {
    match pagination {
        spec::Pagination::Token {
            input,
            output,
            items,
            ..
        } => format!("{input} from {output}, {items}"),
        spec::Pagination::PageNumber { page, items, .. } => format!("{page}, {items}"),
    }
}

/// Returns what a pagination sends and compares beside its pages.
fn paging_text(pagination: &spec::Pagination) -> String {
    let (limit, total, other) = match pagination {
        spec::Pagination::Token {
            limit,
            total,
            numbered,
            ..
        } => (limit, total, numbered.as_ref().map(|other| &other.page)),
        spec::Pagination::PageNumber { limit, total, .. } => (limit, total, None),
    };
    let named = |name: &str, value: Option<&String>| Some(format!("{name} {}", value?));
    let first = pagination.first().iter();
    let parts: Vec<String> = [
        named("size", limit.as_ref()),
        named("total", total.as_ref()),
        named("or by", other),
    ]
    .into_iter()
    .flatten()
    .chain(first.map(|(name, value)| format!("sends {name}={value}")))
    .collect();
    parts.join(", ")
}

/// Adds the facts of a product that only the importer reads to a surface of its metadata: error
/// codes, and the decisions that follow from facts.
pub(super) fn add_facts(surface: &mut Surface, service: &Service) {
    // A new idempotency token shows as a new parameter.
    const FACTS: [&str; 6] = [
        "pagination",
        "anonymous",
        "ram",
        "rate-limit",
        "asynchronous",
        "replaced-by",
    ];
    surface.ram_code.clone_from(&service.ram_code);
    surface.errors = error_codes(&service.errors);
    for operation in &service.operations {
        if let Some(known) = surface.operations.get_mut(&operation.name) {
            known.errors = error_codes(&operation.errors);
            known.decisions = decisions(operation);
            known.decisions.retain(|key, _| FACTS.contains(key));
        }
    }
}
