//! Checks between the parts of a specification.

use super::{Gaps, Object, Reader};
use crate::model::{Kind, NumberedPages, Operation, Pagination, Schema, Waiter};
use crate::node::{Map, Node};
use crate::query;
use crate::suggest::did_you_mean;
use std::collections::HashSet;

/// The kind of value that a name must refer to.
struct Expected {
    what: &'static str,
    fits: fn(&Kind) -> bool,
}

const ANYTHING: Expected = Expected {
    what: "anything",
    fits: |_| true,
};
const TEXT: Expected = Expected {
    what: "a string",
    fits: |kind| matches!(kind, Kind::String),
};
const FLAG: Expected = Expected {
    what: "a boolean",
    fits: |kind| matches!(kind, Kind::Boolean),
};
const ARRAY: Expected = Expected {
    what: "an array",
    fits: |kind| matches!(kind, Kind::Array(_)),
};
const TEXT_OR_INTEGER: Expected = Expected {
    what: "a string or an integer",
    fits: Kind::is_text_or_integer,
};
const SENT_AS_TEXT: Expected = Expected {
    what: "a string, an integer, an enum or a boolean",
    fits: |kind| kind.is_text_or_integer() || matches!(kind, Kind::Enum(_) | Kind::Boolean),
};
const ARGUMENT: Expected = Expected {
    what: "text, an integer or an array",
    fits: Kind::is_waiter_argument,
};
const STATE: Expected = Expected {
    what: "a string, an enum, an integer or a boolean",
    fits: Kind::is_waiter_state,
};
const FIXED: Expected = Expected {
    what: "text, a number, a boolean or an array of texts",
    fits: Kind::is_waiter_constant,
};
const IDENTITY: Expected = Expected {
    what: "a string, an integer or an array of strings",
    fits: Kind::is_waiter_identity,
};

impl<'a> Reader<'a> {
    /// Checks the extensions of an operation against its parameters and response. Removes those
    /// that are wrong, so that they have no consequences.
    pub(super) fn check_operation(&mut self, object: &Object<'a>, operation: &mut Operation) {
        self.check_arguments(object, operation);
        let arguments = std::mem::take(&mut operation.arguments);
        let exists = |name: &String| operation.parameter(name).is_some();
        operation.arguments = arguments.into_iter().filter(exists).collect();
        if let (Some(node), Some(pagination)) =
            (object.get("x-acs-pagination"), operation.pagination.take())
        {
            let losses = self.losses;
            self.check_pagination(node, &pagination, operation);
            let is_certain = self.gaps.get(&operation.name).is_none_or(Gaps::is_empty);
            operation.pagination = Some(pagination).filter(|_| is_certain && self.losses == losses);
        }
        if let (Some(node), Some(name)) = (object.get("x-acs-idempotency"), &operation.idempotency)
        {
            self.check_parameter(node, name, operation, &TEXT);
        }
        if let (Some(node), Some(name)) =
            (object.get("x-acs-success-field"), &operation.success_field)
        {
            let expected = match operation.success_value {
                Some(_) => &TEXT_OR_INTEGER,
                None => &FLAG,
            };
            self.check_response_field(node, name, operation, expected);
        }
        if let (Some(node), None) = (
            object.get("x-acs-success-value"),
            object.get("x-acs-success-field"),
        ) {
            let message =
                "`x-acs-success-value` is the value of `x-acs-success-field`, which is missing";
            self.error(node, message);
        }
        if let (Some(node), false) = (object.get("x-acs-replaced-by"), operation.deprecated) {
            self.error(node, "the operation is not deprecated");
        }
        if let Some(node) = object.get("x-acs-example") {
            self.check_example(node, operation);
        }
    }

    fn check_arguments(&mut self, object: &Object<'a>, operation: &Operation) {
        for (name, node) in self.name_nodes(object, "x-acs-arguments") {
            if self.check_parameter(node, name, operation, &ANYTHING)
                && operation
                    .parameter(name)
                    .is_some_and(|parameter| !parameter.required)
            {
                self.error(
                    node,
                    format!("the argument `{name}` is not a required parameter"),
                );
            }
        }
    }

    fn check_pagination(&mut self, node: &'a Node, pagination: &Pagination, operation: &Operation) {
        let part = |key: &str| node.get(key).unwrap_or(node);
        let (limit, total, items) = match pagination {
            Pagination::Token {
                input,
                output,
                limit,
                total,
                items,
                numbered,
                ..
            } => {
                self.check_parameter(part("input"), input, operation, &TEXT_OR_INTEGER);
                self.check_response_field(part("output"), output, operation, &TEXT_OR_INTEGER);
                if let Some(numbered) = numbered {
                    let place = part("numbered");
                    self.check_numbered(place, numbered, operation);
                    if limit.is_some() && numbered.limit == *limit {
                        let message = "`numbered` has the page size of page tokens: leave it out";
                        self.error(place.get("limit").unwrap_or(place), message);
                    }
                }
                (limit, total, items)
            }
            Pagination::PageNumber {
                page,
                limit,
                number,
                total,
                items,
                ..
            } => {
                self.check_parameter(part("page"), page, operation, &TEXT_OR_INTEGER);
                if let Some(number) = number {
                    self.check_response_field(part("number"), number, operation, &TEXT_OR_INTEGER);
                }
                (limit, total, items)
            }
        };
        if let Some(limit) = limit {
            self.check_parameter(part("limit"), limit, operation, &TEXT_OR_INTEGER);
        }
        if let Some(total) = total {
            self.check_response_field(part("total"), total, operation, &TEXT_OR_INTEGER);
        }
        self.check_response_field(part("items"), items, operation, &ARRAY);
        for name in pagination.first().keys() {
            let place = part("first").get(name).unwrap_or(node);
            self.check_first(place, name, operation, pagination);
        }
    }

    /// Checks a parameter that a paginator sends, and its value.
    fn check_first(
        &mut self,
        node: &'a Node,
        name: &str,
        operation: &Operation,
        pagination: &Pagination,
    ) {
        if !self.check_parameter(node, name, operation, &SENT_AS_TEXT) {
            return;
        }
        let Some(parameter) = operation.parameter(name) else {
            return;
        };
        let message = match pagination {
            Pagination::Token {
                input, numbered, ..
            } => {
                let is_number = numbered.iter().any(|n| n.parameters().any(|p| p == name));
                let message = format!("`{name}` is the page token or a parameter of page numbers");
                (input == name || is_number).then_some(message)
            }
            Pagination::PageNumber { page, .. } => {
                let value = node.to_json();
                let is_other = page == name && value != 1 && value != "1";
                is_other.then(|| "the first page has the number 1".to_owned())
            }
        };
        if let Some(message) = message {
            return self.error(node, message);
        }
        self.check_value(node, &parameter.schema);
    }

    /// Checks the parameters and the response field of page numbers.
    fn check_numbered(&mut self, node: &'a Node, numbered: &NumberedPages, operation: &Operation) {
        let part = |key: &str| node.get(key).unwrap_or(node);
        self.check_parameter(part("page"), &numbered.page, operation, &TEXT_OR_INTEGER);
        if let Some(limit) = &numbered.limit {
            self.check_parameter(part("limit"), limit, operation, &TEXT_OR_INTEGER);
        }
        if let Some(number) = &numbered.number {
            self.check_response_field(part("number"), number, operation, &TEXT_OR_INTEGER);
        }
        for (key, name) in [
            ("page", Some(&numbered.page)),
            ("limit", numbered.limit.as_ref()),
        ] {
            let parameter = name.and_then(|name| operation.parameter(name));
            if let Some(parameter) = parameter.filter(|parameter| parameter.required) {
                let name = &parameter.name;
                let message = format!("`{name}` is required, so no page can be requested by token");
                self.error(part(key), message);
            }
        }
    }

    /// Checks that a parameter exists and has the expected kind.
    fn check_parameter(
        &mut self,
        node: &Node,
        name: &str,
        operation: &Operation,
        expected: &Expected,
    ) -> bool {
        if name.is_empty() {
            return false;
        }
        let gaps = self.gaps.get(&operation.name);
        let is_uncertain = gaps.is_some_and(|gaps| gaps.may_have(name));
        let Some(parameter) = operation.parameter(name) else {
            if !is_uncertain {
                let (message, help) = unknown_parameter(name, operation);
                self.report(node.at, node, message, help);
            }
            return false;
        };
        let kind = &query::resolve(&self.schemas, &parameter.schema).kind;
        if !(expected.fits)(kind) {
            if *kind == Kind::Any && (is_uncertain || self.are_schemas_uncertain) {
                return true;
            }
            self.error(
                node,
                format!(
                    "expected {}, but the parameter `{name}` is {}",
                    expected.what,
                    kind.describe()
                ),
            );
            return false;
        }
        true
    }

    /// Checks that a path leads to a field of the response with the expected kind.
    fn check_response_field(
        &mut self,
        node: &Node,
        path: &str,
        operation: &Operation,
        expected: &Expected,
    ) {
        let gaps = self.gaps.get(&operation.name);
        let has_gaps = gaps.is_some_and(|gaps| gaps.response);
        let is_uncertain = has_gaps || self.are_schemas_uncertain;
        let Some(schema) = operation.response.schema() else {
            if has_gaps {
                return;
            }
            return self.error(node, "the response of the operation is not JSON");
        };
        if path.is_empty() {
            return;
        }
        let found = query::walk(&self.schemas, schema, path).map(|schema| &schema.kind);
        let message = match found {
            Ok(kind) if (expected.fits)(kind) => return,
            Ok(Kind::Any) | Err(_) if is_uncertain => return,
            Ok(kind) => format!(
                "expected {}, but `{path}` is {}",
                expected.what,
                kind.describe()
            ),
            Err(message) => message,
        };
        self.error(node, message);
    }

    /// Checks a waiter against the operation that it polls.
    pub(super) fn check_waiter(
        &mut self,
        node: &'a Node,
        waiter: &Waiter,
        operations: &[Operation],
    ) {
        let part = |key: &str| node.get(key).unwrap_or(node);
        if self.broken.contains(&waiter.operation) {
            return;
        }
        let Some(operation) = operations
            .iter()
            .find(|operation| operation.name == waiter.operation)
        else {
            let message = format!("unknown operation `{}`", waiter.operation);
            let help = did_you_mean(
                &waiter.operation,
                operations.iter().map(|operation| operation.name.as_str()),
            );
            self.error_with_help(part("operation"), message, help);
            return;
        };
        let gaps = self.gaps.get(&operation.name);
        if !operation.class.is_read() && gaps.is_none_or(|gaps| !gaps.class) {
            let message = format!(
                "a waiter cannot poll `{}`: its class is not `get` or `list`",
                waiter.operation
            );
            self.error(part("operation"), message);
        }
        self.check_waiter_parameters(part("parameters"), waiter, operation);
        self.check_fixed(node, waiter, operation);
        self.check_response_field(part("state"), &waiter.state, operation, &STATE);
        if let Some(message) = &waiter.message {
            self.check_response_field(part("message"), message, operation, &TEXT);
        }
        self.check_identity(node, waiter, operation);
        self.check_states(node, waiter, operation);
    }

    /// Checks that the resource can be found in the list with the states.
    fn check_identity(&mut self, node: &'a Node, waiter: &Waiter, operation: &Operation) {
        let Some(place) = node.get("identity") else {
            return;
        };
        let Some((list, _)) = waiter.list() else {
            return self.error(
                place,
                "`identity` needs a list with the states: `state` has no `[]`",
            );
        };
        for (name, field) in &waiter.identity {
            let place = place.get(name).unwrap_or(place);
            if !waiter.parameters.contains(name) {
                self.error(place, format!("`parameters` does not list `{name}`"));
            }
            self.check_parameter(place, name, operation, &IDENTITY);
            let path = format!("{list}[].{field}");
            self.check_response_field(place, &path, operation, &TEXT_OR_INTEGER);
        }
    }

    /// Checks the parameters with fixed values.
    fn check_fixed(&mut self, node: &'a Node, waiter: &Waiter, operation: &Operation) {
        let Some(values) = node.get("fixed") else {
            return;
        };
        for name in waiter.fixed.keys() {
            let place = values.get(name).unwrap_or(values);
            if waiter.parameters.contains(name) {
                self.error(place, format!("`{name}` is an argument: see `parameters`"));
            }
            if self.check_parameter(place, name, operation, &FIXED) {
                if let Some(parameter) = operation.parameter(name) {
                    self.check_value(place, &parameter.schema);
                }
            }
        }
    }

    /// Checks that the parameters exist and can be arguments, and that no required one is missing.
    fn check_waiter_parameters(&mut self, node: &Node, waiter: &Waiter, operation: &Operation) {
        for name in &waiter.parameters {
            self.check_parameter(node, name, operation, &ARGUMENT);
        }
        if let Some(parameter) = waiter.missing_parameter(operation) {
            let message = format!(
                "`{}` requires the parameter `{}`, which `parameters` does not list",
                waiter.operation, parameter.name
            );
            self.error(node, message);
        }
    }

    /// Checks that every state is listed once. When the response has an enum, checks that the
    /// states exist, and that the lists have each value of the enum, so that no state continues the
    /// wait only because it was forgotten.
    fn check_states(&mut self, node: &'a Node, waiter: &Waiter, operation: &Operation) {
        if waiter.success.is_empty()
            && waiter.success_errors.is_empty()
            && !waiter.success_if_absent
        {
            let message = "a waiter needs a state or an error code of success, or \
                           `success-if-absent`";
            self.error(node, message);
        }
        if waiter.success_if_absent && waiter.list().is_none() {
            let place = node.get("success-if-absent").unwrap_or(node);
            let message = "`success-if-absent` needs a list with the states: `state` has no `[]`";
            self.error(place, message);
        }
        let schema = operation
            .response
            .schema()
            .and_then(|s| query::walk(&self.schemas, s, &waiter.state).ok());
        let known: Option<Vec<String>> = match schema.map(|schema| &schema.kind) {
            Some(Kind::Enum(values)) => {
                Some(values.iter().map(|value| value.value.clone()).collect())
            }
            _ => None,
        };
        let mut seen = HashSet::new();
        let lists = [
            ("success", &waiter.success),
            ("failure", &waiter.failure),
            ("attention", &waiter.attention),
            ("pending", &waiter.pending),
        ];
        for (key, states) in lists {
            let place = node.get(key).unwrap_or(node);
            for state in states {
                if !seen.insert(state) {
                    self.error(place, format!("the state `{state}` is in two lists"));
                }
                if let Some(values) = known.as_ref().filter(|values| !values.contains(state)) {
                    let message = format!("`{}` has no value `{state}`", waiter.state);
                    let help = did_you_mean(state, values.iter().map(String::as_str));
                    self.error_with_help(place, message, help);
                }
            }
        }
        let listed = |state: &String| seen.contains(state);
        let forgotten: Vec<String> = known
            .into_iter()
            .flatten()
            .filter(|state| !listed(state))
            .collect();
        if !forgotten.is_empty() {
            let message = format!(
                "`{}` can also be `{}`: put each state in `success`, `failure`, `attention` or \
                 `pending`",
                waiter.state,
                forgotten.join("`, `")
            );
            self.error(node.get("state").unwrap_or(node), message);
        }
    }

    /// Checks that a shared schema contains itself only through an object, because a type cannot
    /// consist of arrays and maps alone, and there only through an array, a map or an optional
    /// property, because anything else has no end.
    pub(super) fn check_recursion(&mut self, nodes: &'a Map) {
        let mut found = Vec::new();
        for (name, entry) in nodes {
            let Some(schema) = self.schemas.get(name) else {
                continue;
            };
            if self.leads_to(schema, name, elements, &mut HashSet::new()) {
                let message = format!("`{name}` contains itself without an object in between");
                found.push((entry, message, "put an object in between"));
            } else if self.leads_to(schema, name, required_properties, &mut HashSet::new()) {
                let message =
                    format!("recursion without end: every `{name}` contains another `{name}`");
                let help = "remove it from `required`, or put an array or a map in between";
                found.push((entry, message, help));
            }
        }
        self.is_endless = !found.is_empty();
        for (entry, message, help) in found {
            self.error_at_key(entry, message, Some(help.to_owned()));
        }
    }

    /// Returns whether the schema leads to the shared schema `target`: through references, and
    /// through what `inside` returns for other kinds.
    fn leads_to<'s>(
        &'s self,
        schema: &'s Schema,
        target: &str,
        inside: fn(&'s Kind) -> Vec<&'s Schema>,
        visited: &mut HashSet<&'s str>,
    ) -> bool {
        let inner = match &schema.kind {
            Kind::Ref(name) if name == target => return true,
            Kind::Ref(name) if visited.insert(name) => self.schemas.get(name).into_iter().collect(),
            Kind::Ref(_) => Vec::new(),
            kind => inside(kind),
        };
        inner
            .into_iter()
            .any(|schema| self.leads_to(schema, target, inside, visited))
    }
}

/// Returns the elements of an array or a map.
fn elements(kind: &Kind) -> Vec<&Schema> {
    match kind {
        Kind::Array(inner) | Kind::Map(inner) => vec![inner],
        _ => Vec::new(),
    }
}

/// Returns the required properties.
fn required_properties(kind: &Kind) -> Vec<&Schema> {
    let Kind::Object(properties) = kind else {
        return Vec::new();
    };
    let required = properties.values().filter(|property| property.required);
    required.map(|property| &property.schema).collect()
}

/// Returns message and help for a name that is not a parameter.
pub(super) fn unknown_parameter(name: &str, operation: &Operation) -> (String, Option<String>) {
    let known = operation
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str());
    let help = did_you_mean(name, known);
    (format!("the operation has no parameter `{name}`"), help)
}
