//! Operations.

use super::rust_name::NameCase;
use super::{Gaps, Object, Reader};
use crate::model::{
    ApiStyle, Operation, OperationClass, Parameter, ParameterPlace, ParameterStyle,
};
use crate::node::{Entry, Node};
use crate::source::operation_file;
use crate::suggest::did_you_mean;
use crate::vocabulary::{EXTERNAL_DOCS, OPERATION, PATH_ITEM};
use std::collections::HashSet;

const CLASSES: &[(&str, OperationClass)] = &[
    ("get", OperationClass::Get),
    ("list", OperationClass::List),
    ("create", OperationClass::Create),
    ("update", OperationClass::Update),
    ("delete", OperationClass::Delete),
    ("action", OperationClass::Action),
];

/// The separator of path and name in a key under `paths`.
const ACTION: &str = "#Action=";

impl<'a> Reader<'a> {
    /// Reads an entry of `paths`: a path item, or a reference to its file.
    pub(super) fn path(
        &mut self,
        key: &str,
        entry: &'a Entry,
        style: ApiStyle,
    ) -> Option<Operation> {
        let (path, name) = self.path_key(key, entry, style)?;
        let operation = self.path_item(path, name, entry);
        if operation.is_none() {
            self.broken.insert(name.to_owned());
        }
        operation
    }

    /// Reads the operation files that the main document does not list.
    pub(super) fn unlisted_operations(&mut self) -> Vec<Operation> {
        let sources = self.sources;
        let mut operations = Vec::new();
        for (name, item) in sources.unlisted() {
            operations.extend(self.item(None, name, item));
        }
        operations
    }

    fn path_item(&mut self, path: &str, name: &str, entry: &'a Entry) -> Option<Operation> {
        let item = match entry.value.get("$ref") {
            None => &entry.value,
            Some(reference) => self.operation_file(entry, reference, name)?,
        };
        self.item(Some(path), name, item)
    }

    /// Reads a path item; `path` is `None` if the main document does not list it.
    fn item(&mut self, path: Option<&str>, name: &str, item: &'a Node) -> Option<Operation> {
        let object = self.object(item, &PATH_ITEM)?;
        let mut methods = object.map.iter();
        let (Some((method, operation)), None) = (methods.next(), methods.next()) else {
            self.error(
                item,
                format!("expected one method, found {}", object.map.len()),
            );
            return None;
        };
        self.operation(name, path, method, &operation.value)
    }

    /// Splits `<path>#Action=<name>`.
    fn path_key<'k>(
        &mut self,
        key: &'k str,
        entry: &Entry,
        style: ApiStyle,
    ) -> Option<(&'k str, &'k str)> {
        let split = key
            .split_once(ACTION)
            .filter(|(path, name)| path.starts_with('/') && is_operation_name(name));
        let Some((path, name)) = split else {
            let message =
                format!("expected a key of the form `<path>{ACTION}<operation>`, found `{key}`");
            self.error_at_key(
                entry,
                message,
                Some(format!("write `/{ACTION}<operation>` for an RPC operation")),
            );
            return None;
        };
        if style == ApiStyle::Rpc && path != "/" {
            self.error_at_key(
                entry,
                format!("expected no path for an RPC operation, found `{path}`"),
                None,
            );
        }
        Some((path, name))
    }

    fn operation_file(
        &mut self,
        entry: &'a Entry,
        reference: &'a Node,
        name: &str,
    ) -> Option<&'a Node> {
        let expected = format!("operations/{name}.yaml");
        let text = self.text(reference)?;
        let Some(file) = operation_file(text).filter(|_| text == expected) else {
            self.error(reference, format!("expected `{expected}`, found `{text}`"));
            return None;
        };
        if let Some(map) = self.map(&entry.value, "a path item") {
            for (_, other) in map.iter().filter(|(key, _)| *key != "$ref") {
                self.error_at_key(other, "no other key is allowed next to `$ref`", None);
            }
        }
        // A file that is missing or invalid was reported when it was read.
        self.sources.operation(file)
    }

    /// Returns the summary. Imported metadata does not always have one.
    fn summary(&mut self, object: &Object<'a>, name: &str) -> String {
        match object.get("summary") {
            Some(node) => self.name(node).unwrap_or_default().to_owned(),
            None => {
                self.require_description(object.node, "", "operation", name);
                String::new()
            }
        }
    }

    fn operation(
        &mut self,
        name: &str,
        path: Option<&str>,
        method: &str,
        node: &'a Node,
    ) -> Option<Operation> {
        let object = self.object(node, &OPERATION)?;
        self.check_operation_id(&object, name);
        let method = method.to_ascii_uppercase();
        let mut gaps = Gaps::default();
        let (parameters, places) = self.operation_parameters(&object, &mut gaps);
        if let Some(path) = path {
            self.check_placeholders(path, &parameters, &places, node, &gaps);
        }
        let losses = self.losses;
        let response = self.responses(&object);
        gaps.response = self.losses > losses;
        let losses = self.losses;
        let class = self.required_word(&object, "x-acs-class", CLASSES, OperationClass::Action);
        gaps.class = self.losses > losses || object.get("x-acs-class").is_none();
        self.gaps.insert(name.to_owned(), gaps);
        self.check_form_method(&object, &method, &parameters);
        let mut operation = Operation {
            name: name.to_owned(),
            rust_name: self.rust_name(&object, NameCase::Pascal),
            summary: self.summary(&object, name),
            description: self.prose(&object, "description"),
            tag: self.tag_of(&object),
            docs_url: self.docs_url(&object),
            deprecated: self.flag(&object, "deprecated"),
            methods: self.methods(&object, &method),
            method,
            path: path.unwrap_or("/").to_owned(),
            class,
            arguments: self.names(&object, "x-acs-arguments"),
            parameters,
            response,
            pagination: self.pagination(&object),
            idempotency: self.optional_name(&object, "x-acs-idempotency"),
            anonymous: self.flag(&object, "x-acs-anonymous"),
            success_field: self.optional_name(&object, "x-acs-success-field"),
            success_value: self.optional_name(&object, "x-acs-success-value"),
            unsupported: self.optional_name(&object, "x-acs-unsupported"),
            ram: self.ram(&object),
            rate_limit: self.rate_limit(&object),
            asynchronous: self.flag(&object, "x-acs-asynchronous"),
            replaced_by: self.names(&object, "x-acs-replaced-by"),
            errors: self.error_codes(&object),
            changes: self.changes(&object),
            provenance: self.provenance(&object),
            example: self.example(&object),
        };
        self.check_operation(&object, &mut operation);
        Some(operation)
    }

    /// Checks that a GET request has no form: the gateway reads those parameters from the query.
    fn check_form_method(&mut self, object: &Object<'a>, method: &str, parameters: &[Parameter]) {
        let has_form = parameters
            .iter()
            .any(|parameter| parameter.place == ParameterPlace::Form);
        if let (Some(entry), true, "GET" | "HEAD") = (object.entry("requestBody"), has_form, method)
        {
            let message = format!("a {method} request cannot have a form");
            self.error_at_key(entry, message, Some("use query parameters".into()));
        }
    }

    fn check_operation_id(&mut self, object: &Object<'a>, name: &str) {
        let Some(node) = object.get("operationId") else {
            return;
        };
        if let Some(id) = self.name(node).filter(|id| *id != name) {
            self.error(
                node,
                format!("expected `{name}`, as under `paths`, found `{id}`"),
            );
        }
    }

    fn tag_of(&mut self, object: &Object<'a>) -> Option<String> {
        let tags = self.name_nodes(object, "tags");
        if let Some((_, second)) = tags.get(1) {
            self.error(second, "expected one tag, found more");
        }
        let (tag, node) = tags.first()?;
        if !self.is_main_unknown && !self.tags.iter().any(|known| known == tag) {
            let message = format!("unknown tag `{tag}`; `tags` of the main file does not list it");
            let help = did_you_mean(tag, self.tags.iter().map(String::as_str));
            self.error_with_help(node, message, help);
        }
        Some((*tag).to_owned())
    }

    /// Reads `externalDocs.url`.
    pub(super) fn docs_url(&mut self, object: &Object<'a>) -> Option<String> {
        let docs = self.object(object.get("externalDocs")?, &EXTERNAL_DOCS)?;
        let url = self.optional_name(&docs, "url")?;
        let is_url = ["https://", "http://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
            && url
                .chars()
                .all(|c| !c.is_whitespace() && !super::is_invisible(c) && !"<>\"`".contains(c));
        if let Some(node) = docs.get("url").filter(|_| !is_url) {
            self.error(node, format!("expected a URL, found {}", node.describe()));
        }
        Some(url)
    }

    fn methods(&mut self, object: &Object<'a>, method: &str) -> Vec<String> {
        let Some(node) = object.get("x-acs-methods") else {
            return vec![method.to_owned()];
        };
        let mut methods: Vec<String> = Vec::new();
        for (name, item) in self.name_nodes(object, "x-acs-methods") {
            if !PATH_ITEM.knows(name) {
                let known: Vec<&str> = PATH_ITEM.keys().collect();
                self.error(
                    item,
                    format!("expected {}, found `{name}`", super::one_of(&known)),
                );
            }
            methods.push(name.to_ascii_uppercase());
        }
        if !methods.iter().any(|known| known == method) {
            self.error(
                node,
                format!(
                    "`x-acs-methods` does not contain `{}`, the method of the operation",
                    method.to_ascii_lowercase()
                ),
            );
        }
        methods
    }

    /// Reads all parameters, each with its node.
    fn operation_parameters(
        &mut self,
        object: &Object<'a>,
        gaps: &mut Gaps,
    ) -> (Vec<Parameter>, Vec<&'a Node>) {
        let mut parameters = Vec::new();
        let mut places = Vec::new();
        if let Some(node) = object.get("parameters") {
            for item in self.list(node, "parameters") {
                let losses = self.losses;
                let Some(parameter) = self.parameter_or_reference(item) else {
                    gaps.has_missing_parameters = true;
                    continue;
                };
                if self.losses > losses {
                    gaps.parameters.insert(parameter.name.clone());
                }
                parameters.push(parameter);
                places.push(item);
            }
        }
        if let Some(node) = object.get("requestBody") {
            let losses = self.losses;
            for parameter in self.request_body(node) {
                parameters.push(parameter);
                places.push(node);
            }
            gaps.has_missing_parameters |= self.losses > losses;
        }
        let mut names = HashSet::new();
        for (parameter, place) in parameters.iter().zip(&places) {
            if !names.insert(parameter.name.as_str()) {
                self.error(place, format!("duplicate parameter `{}`", parameter.name));
            }
        }
        self.check_rust_names(parameters.iter().zip(&places).map(|(parameter, place)| {
            let chosen = parameter.schema.rust_name.as_deref();
            (parameter.name.as_str(), chosen, *place)
        }));
        (parameters, places)
    }

    /// Checks that the path has a placeholder for each path parameter and the reverse.
    fn check_placeholders(
        &mut self,
        path: &str,
        parameters: &[Parameter],
        places: &[&Node],
        node: &Node,
        gaps: &Gaps,
    ) {
        let placeholders = match placeholders(path) {
            Ok(placeholders) => placeholders,
            Err(message) => return self.error(node, format!("the path `{path}` {message}")),
        };
        for (parameter, place) in parameters
            .iter()
            .zip(places)
            .filter(|(p, _)| p.place == ParameterPlace::Path)
        {
            if !placeholders.contains(&parameter.name.as_str()) {
                self.error(
                    place,
                    format!(
                        "the path `{path}` has no placeholder `{{{}}}`",
                        parameter.name
                    ),
                );
            }
            if !matches!(parameter.style, ParameterStyle::Plain | ParameterStyle::Raw) {
                self.error(
                    place,
                    format!("the path parameter `{}` is not a scalar", parameter.name),
                );
            }
        }
        for name in placeholders {
            let is_found = parameters
                .iter()
                .any(|parameter| parameter.place == ParameterPlace::Path && parameter.name == name);
            if !is_found && !gaps.may_have(name) {
                self.error(
                    node,
                    format!("missing path parameter `{name}` for the path `{path}`"),
                );
            }
        }
    }
}

fn is_operation_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Returns the names in braces.
fn placeholders(path: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after_name)) = after.split_once('}') else {
            return Err("has `{` without `}`".into());
        };
        if before.contains('}') {
            return Err("has `}` without `{`".into());
        }
        if name.is_empty() || name.contains(['{', '/']) {
            return Err(format!("has the invalid placeholder `{{{name}}}`"));
        }
        if names.contains(&name) {
            return Err(format!("has the placeholder `{{{name}}}` twice"));
        }
        names.push(name);
        rest = after_name;
    }
    if rest.contains('}') {
        return Err("has `}` without `{`".into());
    }
    Ok(names)
}
