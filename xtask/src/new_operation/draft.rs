//! A first version of an operation, from its name and the other operations of its service.

use super::options::OperationOptions;
use crate::import::class_of;
use alibabacloud_codegen::names;
use alibabacloud_spec::{
    ApiStyle, Kind, Operation, OperationClass, Pagination, Parameter, ParameterPlace,
    ParameterStyle, Property, Response, Schema, Service,
};
use indexmap::IndexMap;

/// An operation, and what a person must complete.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) operation: Operation,
    pub(super) open: Vec<String>,
}

/// Drafts an operation.
///
/// # Errors
///
/// Describes what is wrong with the options.
pub(super) fn draft(service: &Service, options: &OperationOptions) -> Result<Draft, String> {
    let name = &options.name;
    let path = path(service, options)?;
    let mut operation = Operation {
        name: name.clone(),
        rust_name: None,
        summary: String::new(),
        description: String::new(),
        tag: None,
        docs_url: None,
        deprecated: false,
        method: String::new(),
        methods: Vec::new(),
        path,
        class: OperationClass::Action,
        arguments: Vec::new(),
        parameters: Vec::new(),
        response: Response::Empty,
        pagination: None,
        idempotency: None,
        anonymous: false,
        success_field: None,
        success_value: None,
        unsupported: None,
        ram: None,
        asynchronous: false,
        replaced_by: Vec::new(),
        errors: Vec::new(),
        rate_limit: None,
        changes: Vec::new(),
        provenance: None,
        example: None,
    };
    let mut open = Vec::new();
    operation.class = options.class.unwrap_or_else(|| class_of(&operation));
    operation.method = method(service, options, operation.class);
    operation.methods = vec![operation.method.clone()];
    operation.summary = match &options.summary {
        Some(summary) => summary.clone(),
        None => {
            open.push("summary: written from the name; say what the operation does".to_owned());
            summary(name)
        }
    };
    operation.tag = tag(service, options, &mut open)?;
    add_parameters(service, options, &mut operation, &mut open)?;
    let mut fields = IndexMap::new();
    fields.insert(
        "RequestId".to_owned(),
        property(Kind::String, "Request ID."),
    );
    if operation.class == OperationClass::List {
        add_pages(service, &mut operation, &mut fields, &mut open);
    }
    open.push("responses: add the fields of the response".to_owned());
    operation.response = Response::Json(Schema {
        kind: Kind::Object(fields),
        description: if operation.pagination.is_some() {
            "One page of the list.".to_owned()
        } else {
            "The result of the operation.".to_owned()
        },
        ..Schema::default()
    });
    open.push("x-acs-ram, x-acs-errors, x-acs-provenance: add what is documented".to_owned());
    Ok(Draft { operation, open })
}

fn path(service: &Service, options: &OperationOptions) -> Result<String, String> {
    match (service.style, &options.path) {
        (ApiStyle::Rpc, None) => Ok("/".to_owned()),
        (ApiStyle::Rpc, Some(_)) => Err(format!(
            "the operations of {} have no path; leave out --path",
            service.code
        )),
        (ApiStyle::Roa, None) => Err(format!(
            "the operations of {} have paths; add --path, such as --path '/clusters/{{ClusterId}}'",
            service.code
        )),
        (ApiStyle::Roa, Some(path)) if path.starts_with('/') && !path.contains(['#', ' ']) => {
            Ok(path.clone())
        }
        (ApiStyle::Roa, Some(path)) => Err(format!(
            "invalid --path {path:?}: expected a path template, such as /clusters/{{ClusterId}}"
        )),
    }
}

fn method(service: &Service, options: &OperationOptions, class: OperationClass) -> String {
    let method = match (&options.method, service.style, class) {
        (Some(method), ..) => method.as_str(),
        (None, ApiStyle::Rpc, _) => "post",
        (None, ApiStyle::Roa, OperationClass::Get | OperationClass::List) => "get",
        (None, ApiStyle::Roa, OperationClass::Create | OperationClass::Action) => "post",
        (None, ApiStyle::Roa, OperationClass::Update) => "put",
        (None, ApiStyle::Roa, OperationClass::Delete) => "delete",
    };
    method.to_ascii_uppercase()
}

/// Returns a sentence from the words of a name: `Lists instance types.`
fn summary(name: &str) -> String {
    let words = names::words(name);
    let (verb, rest) = words
        .split_first()
        .map_or(("", &[][..]), |(v, r)| (v.as_str(), r));
    let verb = match verb {
        verb if verb.ends_with(['s', 'x', 'z']) || verb.ends_with("ch") || verb.ends_with("sh") => {
            format!("{verb}es")
        }
        verb => match verb.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
            _ => format!("{verb}s"),
        },
    };
    let mut sentence: String = verb.chars().take(1).flat_map(char::to_uppercase).collect();
    sentence.extend(verb.chars().skip(1));
    for word in rest {
        sentence.push(' ');
        sentence.push_str(&cased(word));
    }
    sentence.push('.');
    sentence
}

/// Returns a description from the words of a name: `Instance ID.`
fn description(name: &str) -> String {
    let words: Vec<String> = names::words(name).iter().map(|word| cased(word)).collect();
    let text = words.join(" ");
    let mut sentence: String = text.chars().take(1).flat_map(char::to_uppercase).collect();
    sentence.extend(text.chars().skip(1));
    sentence.push('.');
    sentence
}

/// Returns a word as it is written in texts.
fn cased(word: &str) -> String {
    match word.to_ascii_lowercase().as_str() {
        "id" => "ID".to_owned(),
        "ids" => "IDs".to_owned(),
        "ip" | "url" | "vpc" | "arn" | "ram" | "api" | "oss" => word.to_ascii_uppercase(),
        word => word.to_owned(),
    }
}

/// Returns the tag of the options, or that of an operation about the same things.
fn tag(
    service: &Service,
    options: &OperationOptions,
    open: &mut Vec<String>,
) -> Result<Option<String>, String> {
    if let Some(tag) = &options.tag {
        let mut names = service.tags.iter().map(|tag| tag.name.as_str());
        if names.any(|name| name == tag) {
            return Ok(Some(tag.clone()));
        }
        let names: Vec<&str> = service.tags.iter().map(|tag| tag.name.as_str()).collect();
        return Err(format!(
            "unknown tag {tag:?}: expected {}",
            names.join(", ")
        ));
    }
    if service.tags.is_empty() {
        return Ok(None);
    }
    let things = things(&options.name);
    let alike = service.operations.iter().map(|operation| {
        let others = self::things(&operation.name);
        let common = things.iter().filter(|word| others.contains(word)).count();
        // Of equal ones, the one with the fewest other words.
        ((common, usize::MAX - others.len()), operation)
    });
    let best = alike
        .filter(|((common, _), _)| *common > 0)
        .max_by_key(|(score, _)| *score);
    let tag = best.and_then(|(_, operation)| operation.tag.clone());
    open.push(match &tag {
        Some(tag) => format!("tags: `{tag}` as for similar operations; check it, or use --tag"),
        None => "tags: choose one, or use --tag".to_owned(),
    });
    Ok(tag)
}

/// Returns the words of a name after its verb, in the singular.
fn things(name: &str) -> Vec<String> {
    let words = names::words(name);
    words
        .iter()
        .skip(1)
        .map(|word| names::singular(word).to_lowercase())
        .collect()
}

fn add_parameters(
    service: &Service,
    options: &OperationOptions,
    operation: &mut Operation,
    open: &mut Vec<String>,
) -> Result<(), String> {
    // What most operations have, this one has, too.
    for shared in service.parameters.values() {
        let has = |other: &&Operation| other.parameter(&shared.name).is_some();
        if service.operations.iter().filter(has).count() * 2 > service.operations.len() {
            operation.parameters.push(shared.clone());
        }
    }
    let path = operation.path.clone();
    for placeholder in placeholders(&path) {
        let schema = described(Kind::String, placeholder);
        add(operation, placeholder, ParameterPlace::Path, true, schema)?;
        operation.arguments.push(placeholder.to_owned());
    }
    for (parameters, is_argument) in [(&options.arguments, true), (&options.parameters, false)] {
        for text in parameters {
            let (name, kind) = parse(text)?;
            let schema = described(kind, name);
            add(operation, name, ParameterPlace::Query, is_argument, schema)?;
            if is_argument {
                operation.arguments.push(name.to_owned());
            }
        }
    }
    let names: Vec<&str> = operation
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .filter(|name| {
            !service
                .parameters
                .values()
                .any(|shared| shared.name == *name)
        })
        .collect();
    if names.is_empty() {
        open.push("parameters: add those of the operation".to_owned());
    } else {
        let names = names.join(", ");
        open.push(format!(
            "parameters: describe {names}, with limits and an example"
        ));
    }
    Ok(())
}

fn add(
    operation: &mut Operation,
    name: &str,
    place: ParameterPlace,
    required: bool,
    schema: Schema,
) -> Result<(), String> {
    if operation.parameter(name).is_some() {
        return Err(format!("the parameter {name} is given twice"));
    }
    let style = match (&schema.kind, place) {
        (Kind::Array(_), ParameterPlace::Query) => ParameterStyle::RepeatList,
        (Kind::Map(_), _) => ParameterStyle::Json,
        _ => ParameterStyle::Plain,
    };
    operation.parameters.push(Parameter {
        name: name.to_owned(),
        place,
        style,
        required,
        schema,
    });
    Ok(())
}

/// Returns the names in braces of a path template.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The types of parameters on the command line.
const TYPES: &[(&str, Kind)] = &[
    ("string", Kind::String),
    ("integer", Kind::Int32),
    ("long", Kind::Int64),
    ("number", Kind::Number),
    ("boolean", Kind::Boolean),
    ("date-time", Kind::DateTime),
];

/// Parses `Name`, `Name:type` or `Name:type[]`.
fn parse(text: &str) -> Result<(&str, Kind), String> {
    let (name, type_name) = text.split_once(':').unwrap_or((text, "string"));
    if name.is_empty()
        || !name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    {
        return Err(format!(
            "invalid parameter {text:?}: expected NAME or NAME:TYPE"
        ));
    }
    let (element, is_list) = match type_name.strip_suffix("[]") {
        Some(element) => (element, true),
        None => (type_name, false),
    };
    if let ("map", false) = (element, is_list) {
        let values = described_as(Kind::String, "");
        return Ok((name, Kind::Map(Box::new(values))));
    }
    let Some((_, kind)) = TYPES.iter().find(|(known, _)| *known == element) else {
        let known: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "invalid type {type_name:?} of {name}: expected {}, each also as a list such as \
             string[], or map",
            known.join(", ")
        ));
    };
    let kind = kind.clone();
    if is_list {
        return Ok((name, Kind::Array(Box::new(described_as(kind, "")))));
    }
    Ok((name, kind))
}

fn described(kind: Kind, name: &str) -> Schema {
    described_as(kind, &description(name))
}

fn described_as(kind: Kind, description: &str) -> Schema {
    Schema {
        kind,
        description: description.to_owned(),
        ..Schema::default()
    }
}

fn property(kind: Kind, description: &str) -> Property {
    Property {
        schema: described_as(kind, description),
        required: false,
    }
}

/// Adds pages as most other lists of the service have them.
fn add_pages(
    service: &Service,
    operation: &mut Operation,
    fields: &mut IndexMap<String, Property>,
    open: &mut Vec<String>,
) {
    let lists = || {
        service
            .operations
            .iter()
            .filter(|other| is_plain_list(other))
    };
    // Parameters and fields, without the name of the items.
    let form = |other: &Operation| other.pagination.as_ref().map(|pages| renamed(pages, ""));
    let common = |other: &&Operation| lists().filter(|o| form(o) == form(other)).count();
    let Some(model) = lists().max_by_key(common) else {
        return open.push("x-acs-pagination: add it if the operation has pages".to_owned());
    };
    let Some(pages) = &model.pagination else {
        return;
    };
    let items = items_name(&operation.name);
    let (parameters, results) = names_of(pages);
    for (index, name) in parameters.into_iter().enumerate() {
        if let (Some(parameter), None) = (model.parameter(name), operation.parameter(name)) {
            let text = match (index, pages) {
                (0, Pagination::Token { .. }) => "Pagination token from the previous page.",
                (0, Pagination::PageNumber { .. }) => "Page number.",
                _ => "Maximum number of entries per page.",
            };
            // Limits and defaults are those of the other operation.
            operation.parameters.push(Parameter {
                required: false,
                schema: described_as(parameter.schema.kind.clone(), text),
                ..parameter.clone()
            });
        }
    }
    let Some(Kind::Object(properties)) = model.response.schema().map(|schema| &schema.kind) else {
        return;
    };
    for name in results {
        if let Some(other) = properties.get(name) {
            let text = match pages {
                Pagination::Token { output, .. } if output == name => {
                    "Pagination token for the next page.".to_owned()
                }
                _ => description(name),
            };
            fields.insert(name.to_owned(), property(other.schema.kind.clone(), &text));
        }
    }
    let elements = described_as(Kind::Map(Box::default()), "");
    let list = property(Kind::Array(Box::new(elements)), &description(&items));
    fields.insert(items.clone(), list);
    operation.pagination = Some(renamed(pages, &items));
    open.push(format!(
        "x-acs-pagination: as {} has it, with the items `{items}`; check it",
        model.name
    ));
}

/// Returns whether an operation has pages whose parts are fields of the response itself.
fn is_plain_list(operation: &Operation) -> bool {
    let Some(pages) = &operation.pagination else {
        return false;
    };
    let (_, results) = names_of(pages);
    let schema = operation.response.schema().map(|schema| &schema.kind);
    let Some(Kind::Object(properties)) = schema else {
        return false;
    };
    results.iter().all(|name| properties.contains_key(*name))
}

/// Returns the parameters, and the fields of the response except for the items.
fn names_of(pages: &Pagination) -> (Vec<&str>, Vec<&str>) {
    let (parameters, results) = match pages {
        Pagination::Token {
            input,
            output,
            limit,
            total,
            ..
        } => (
            [Some(input), limit.as_ref()],
            [Some(output), total.as_ref()],
        ),
        Pagination::PageNumber {
            page,
            limit,
            number,
            total,
            ..
        } => (
            [Some(page), limit.as_ref()],
            [number.as_ref(), total.as_ref()],
        ),
    };
    (
        parameters
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect(),
        results.into_iter().flatten().map(String::as_str).collect(),
    )
}

/// Returns the pages of an operation with another name of the items.
fn renamed(pages: &Pagination, name: &str) -> Pagination {
    let mut pages = pages.clone();
    match &mut pages {
        Pagination::Token { items, .. } | Pagination::PageNumber { items, .. } => {
            *items = name.to_owned();
        }
    }
    pages
}

/// Returns the name of the items of a list: `InstanceTypes` for `ListInstanceTypes`.
fn items_name(operation: &str) -> String {
    let verb = names::words(operation).first().map_or(0, String::len);
    match operation.get(verb..) {
        Some(rest) if !rest.is_empty() => rest.trim_start_matches('_').to_owned(),
        _ => "Items".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_follow_from_names() {
        for (name, expected) in [
            ("ListInstanceTypes", "Lists instance types."),
            ("TagResources", "Tags resources."),
            ("ModifyVpcId", "Modifies VPC ID."),
            ("AttachDisk", "Attaches disk."),
            ("Deploy", "Deploys."),
        ] {
            assert_eq!(summary(name), expected);
        }
        assert_eq!(description("InstanceIds"), "Instance IDs.");
        assert_eq!(items_name("ListInstanceTypes"), "InstanceTypes");
        assert_eq!(items_name("List"), "Items");
    }

    #[test]
    fn parameters_have_a_name_and_a_type() {
        assert_eq!(parse("Name"), Ok(("Name", Kind::String)));
        assert_eq!(parse("Size:integer"), Ok(("Size", Kind::Int32)));
        let list = parse("Id:string[]").unwrap().1;
        assert!(matches!(list, Kind::Array(_)));
        for wrong in ["", ":string", "A:text", "A:[]", "A b", "A:map[]"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
