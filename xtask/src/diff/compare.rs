//! Compares two surfaces.

use super::change::Change;
use super::surface::{
    Hosts, LIMITS, Node, OperationSurface, ParameterSurface, Surface, WaiterSurface,
};
use super::verdict::ChangeCode;
use super::{rename, spec};
use alibabacloud_spec::Service;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashSet;

/// Where a schema is used; decides which code a change has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SchemaUse {
    Request,
    Response,
}

/// Returns all changes from one specification to the other.
pub fn compare_specs(old: &Service, new: &Service) -> Vec<Change> {
    compare(&spec::surface(old), &spec::surface(new))
}

/// Returns all changes from one surface to the other: removals first, then changes and additions,
/// in the order of the documents.
pub(super) fn compare(old: &Surface, new: &Surface) -> Vec<Change> {
    let has_errors = |surface: &Surface| {
        let operations = surface.operations.values();
        !surface.errors.is_empty() || operations.into_iter().any(|op| !op.errors.is_empty())
    };
    let of_specs = old.is_spec && new.is_spec;
    let mut comparison = Comparison {
        of_specs,
        with_errors: of_specs || (has_errors(old) && has_errors(new)),
        old,
        new,
        changes: Vec::new(),
    };
    comparison.product();
    if old.crate_name != new.crate_name {
        let (before, after) = (old.crate_name.clone().into(), new.crate_name.clone().into());
        comparison.add("crate", ChangeCode::CrateRenamed, before, after);
    }
    for name in old.operations.keys() {
        if !new.operations.contains_key(name) {
            comparison.add(name, ChangeCode::OpRemoved, Value::Null, Value::Null);
        }
    }
    for (name, operation) in &new.operations {
        match old.operations.get(name) {
            Some(before) => comparison.operation(name, before, operation),
            None => comparison.add(name, ChangeCode::OpAdded, Value::Null, Value::Null),
        }
    }
    comparison.error_codes("", &old.errors, &new.errors);
    // In metadata, a shared schema that appears or disappears as a whole is not a change by itself;
    // what uses it changes.
    let requested = requested(old, new);
    for (name, before) in &old.components {
        if let Some(after) = new.components.get(name) {
            let usage = if requested.contains(name.as_str()) {
                SchemaUse::Request
            } else {
                SchemaUse::Response
            };
            comparison.schema(&format!("#{name}"), before, after, usage);
        }
    }
    if of_specs {
        comparison.shared_schemas();
    }
    comparison.endpoints(&old.endpoints, &new.endpoints);
    comparison.waiters(&old.waiters, &new.waiters);
    let mut changes = comparison.changes;
    rename::annotate(&mut changes, old, new);
    changes
}

/// Returns the shared schemas that are used in requests, and those that are not used: only callers
/// can have created a value of them.
fn requested<'a>(old: &'a Surface, new: &'a Surface) -> HashSet<&'a str> {
    let (mut requested, mut responded) = (HashSet::new(), HashSet::new());
    for surface in [old, new] {
        for operation in surface.operations.values() {
            for parameter in operation.parameters.values() {
                reach(surface, &parameter.node, &mut requested);
            }
            for response in operation.responses.values() {
                reach(surface, response, &mut responded);
            }
        }
    }
    let all = old.components.keys().chain(new.components.keys());
    let unused = all
        .map(String::as_str)
        .filter(|name| !responded.contains(name));
    requested.extend(unused);
    requested
}

fn reach<'a>(surface: &'a Surface, node: &'a Node, seen: &mut HashSet<&'a str>) {
    if let Some(name) = &node.reference {
        if seen.insert(name) {
            if let Some(target) = surface.components.get(name) {
                reach(surface, target, seen);
            }
        }
    }
    let below = node
        .fields
        .values()
        .chain(node.items.as_deref())
        .chain(node.entries.as_deref());
    for child in below {
        reach(surface, child, seen);
    }
}

struct Comparison<'a> {
    /// Whether both sides are specifications.
    of_specs: bool,
    /// Whether error codes are compared: the exporter left all of them out for a while.
    with_errors: bool,
    old: &'a Surface,
    new: &'a Surface,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn add(&mut self, at: &str, code: ChangeCode, before: Value, after: Value) {
        self.changes.push(Change::between(at, code, before, after));
    }

    /// Compares the facts about the product as a whole.
    fn product(&mut self) {
        let (old, new) = (self.old, self.new);
        let facts = [
            (ChangeCode::ProductChanged, &old.product, &new.product),
            (ChangeCode::ApiVersionChanged, &old.version, &new.version),
            (ChangeCode::ApiStyleChanged, &old.style, &new.style),
        ];
        for (code, before, after) in facts {
            if before != after {
                self.add("product", code, before.clone().into(), after.clone().into());
            }
        }
        if old.ram_code != new.ram_code {
            let (before, after) = (old.ram_code.clone(), new.ram_code.clone());
            self.add(
                "product",
                ChangeCode::RamCodeChanged,
                before.into(),
                after.into(),
            );
        }
    }

    /// Compares error codes; `operation` is empty for those of all operations.
    fn error_codes(&mut self, operation: &str, old: &[String], new: &[String]) {
        if !self.with_errors {
            return;
        }
        let parts = |error: &str| -> (String, Value) {
            match error.split_once(' ') {
                Some((status, code)) => (code.to_owned(), status.into()),
                None => (error.to_owned(), Value::Null),
            }
        };
        let place = |code: &str| format!("{operation} error {code}").trim_start().to_owned();
        for error in old.iter().filter(|error| !new.contains(error)) {
            let (code, status) = parts(error);
            let change = if self.of_specs && !self.new.has_error_code(&code) {
                ChangeCode::ErrorConstantRemoved
            } else {
                ChangeCode::ErrorCodeRemoved
            };
            self.add(&place(&code), change, status, Value::Null);
        }
        for error in new.iter().filter(|error| !old.contains(error)) {
            let (code, status) = parts(error);
            self.add(
                &place(&code),
                ChangeCode::ErrorCodeAdded,
                Value::Null,
                status,
            );
        }
    }

    /// Compares which shared schemas there are.
    fn shared_schemas(&mut self) {
        let (old, new) = (&self.old.components, &self.new.components);
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            let at = format!("#{name}");
            self.add(&at, ChangeCode::SchemaRemoved, Value::Null, Value::Null);
        }
        for name in new.keys().filter(|name| !old.contains_key(*name)) {
            let at = format!("#{name}");
            self.add(&at, ChangeCode::SchemaAdded, Value::Null, Value::Null);
        }
    }

    fn operation(&mut self, name: &str, old: &OperationSurface, new: &OperationSurface) {
        let sorted = |methods: &[String]| {
            let mut methods = methods.to_vec();
            methods.sort();
            methods
        };
        if sorted(&old.methods) != sorted(&new.methods) {
            let (before, after) = (old.methods.clone().into(), new.methods.clone().into());
            self.add(name, ChangeCode::MethodsChanged, before, after);
        }
        // The path of an RPC operation is always `/`.
        let path = |operation: &OperationSurface, style: &str| match &operation.path {
            None if style == "RPC" => Some("/".to_owned()),
            path => path.clone(),
        };
        let paths = [path(old, &self.old.style), path(new, &self.new.style)];
        if let [Some(before), Some(after)] = paths {
            if before != after {
                self.add(name, ChangeCode::PathChanged, before.into(), after.into());
            }
        }
        self.deprecated(name, old.deprecated, new.deprecated);
        for (key, parameter) in &old.parameters {
            if !new.parameters.contains_key(key) {
                let before = parameter.place.clone().into();
                self.add(
                    &format!("{name}?{key}"),
                    ChangeCode::ParamRemoved,
                    before,
                    Value::Null,
                );
            }
        }
        for (key, parameter) in &new.parameters {
            self.parameter(&format!("{name}?{key}"), old.parameters.get(key), parameter);
        }
        self.responses(name, old, new);
        self.error_codes(name, &old.errors, &new.errors);
        self.decisions(name, &old.decisions, &new.decisions);
    }

    fn parameter(&mut self, at: &str, old: Option<&ParameterSurface>, new: &ParameterSurface) {
        let Some(old) = old else {
            let code = if new.node.required == Some(true) {
                ChangeCode::RequiredParamAdded
            } else {
                ChangeCode::OptionalParamAdded
            };
            return self.add(at, code, Value::Null, type_value(&new.node));
        };
        if old.place != new.place {
            let (before, after) = (old.place.clone().into(), new.place.clone().into());
            self.add(at, ChangeCode::ParamMoved, before, after);
        }
        if old.style != new.style {
            let (before, after) = (old.style.clone().into(), new.style.clone().into());
            self.add(at, ChangeCode::ParamStyleChanged, before, after);
        }
        self.schema(at, &old.node, &new.node, SchemaUse::Request);
    }

    fn responses(&mut self, name: &str, old: &OperationSurface, new: &OperationSurface) {
        for (code, before) in &old.responses {
            let at = format!("{name}!{code}");
            match new.responses.get(code) {
                Some(after) => self.schema(&at, before, after, SchemaUse::Response),
                None => self.add(
                    &at,
                    ChangeCode::ResponseTypeChanged,
                    type_value(before),
                    Value::Null,
                ),
            }
        }
        for (code, after) in &new.responses {
            if !old.responses.contains_key(code) {
                let at = format!("{name}!{code}");
                self.add(
                    &at,
                    ChangeCode::ResponseTypeChanged,
                    Value::Null,
                    type_value(after),
                );
            }
        }
    }

    /// Compares a schema and all schemas below it. Nothing is compared below a change of type.
    fn schema(&mut self, at: &str, old: &Node, new: &Node, usage: SchemaUse) {
        match usage {
            SchemaUse::Request => self.required(at, old.required, new.required),
            SchemaUse::Response => self.presence(at, old, new),
        }
        self.deprecated(at, old.deprecated, new.deprecated);
        if old.sensitive != new.sensitive {
            let (before, after) = (old.sensitive.into(), new.sensitive.into());
            self.add(at, ChangeCode::SensitiveChanged, before, after);
        }
        if self.type_changed(at, old, new, usage) {
            // What a reference hides counts, too.
            let (old, new) = (resolve(self.old, old), resolve(self.new, new));
            if old.values.is_some() && new.values.is_some() {
                self.values(at, old.values.as_deref(), new.values.as_deref());
            }
            return;
        }
        self.values(at, old.values.as_deref(), new.values.as_deref());
        self.documented(at, old, new);
        self.rust_names(at, old, new);
        for key in LIMITS {
            self.limit(at, key, old.limits.get(key), new.limits.get(key));
        }
        self.fields(at, old, new, usage);
        self.inner(
            &format!("{at}[]"),
            old.items.as_deref(),
            new.items.as_deref(),
            usage,
        );
        self.inner(
            &format!("{at}{{}}"),
            old.entries.as_deref(),
            new.entries.as_deref(),
            usage,
        );
    }

    fn required(&mut self, at: &str, old: Option<bool>, new: Option<bool>) {
        let code = match (old, new) {
            (old, new) if old == new => return,
            (Some(true), _) => ChangeCode::BecameOptional,
            (_, Some(true)) => ChangeCode::BecameRequired,
            _ => ChangeCode::RequiredNoise,
        };
        self.add(at, code, old.into(), new.into());
    }

    /// Compares whether a field of a response is a `T` or an `Option<T>`; lists and maps are
    /// neither. Metadata marks fields as required that are missing in practice.
    fn presence(&mut self, at: &str, old: &Node, new: &Node) {
        if !self.of_specs || old.required == new.required || is_list(new) || is_map(new) {
            return;
        }
        let (before, after) = (old.required.into(), new.required.into());
        self.add(at, ChangeCode::PresenceChanged, before, after);
    }

    fn deprecated(&mut self, at: &str, old: Option<bool>, new: Option<bool>) {
        let code = match (old == Some(true), new == Some(true)) {
            (false, true) => ChangeCode::DeprecatedSet,
            (true, false) => ChangeCode::DeprecatedCleared,
            _ => return,
        };
        self.add(at, code, old.into(), new.into());
    }

    /// Compares the types that callers see, and returns whether they differ. The width of an
    /// integer matters only in requests: responses are always read as 64 bits.
    fn type_changed(&mut self, at: &str, old: &Node, new: &Node, usage: SchemaUse) -> bool {
        let code = match usage {
            SchemaUse::Request => ChangeCode::RequestTypeChanged,
            SchemaUse::Response => ChangeCode::ResponseTypeChanged,
        };
        if old.type_name != new.type_name || old.reference != new.reference {
            self.add(at, code, type_or_reference(old), type_or_reference(new));
            return true;
        }
        if is_map(old) != is_map(new) {
            let named = |node: &Node| Value::from(if is_map(node) { "map" } else { "object" });
            self.add(at, code, named(old), named(new));
            return true;
        }
        let width = |node: &Node| {
            node.format.clone().filter(|format| {
                format != "int32" && format != "int64" || usage == SchemaUse::Request
            })
        };
        let (before, after) = (width(old), width(new));
        if before == after {
            return false;
        }
        let named = |node: &Node, format: Option<String>| {
            format.map_or_else(|| type_value(node), Value::String)
        };
        self.add(at, code, named(old, before), named(new, after));
        true
    }

    /// Compares what is only documented. In metadata, a default that appears or disappears says
    /// nothing: the exporter left all of them out for a while.
    fn documented(&mut self, at: &str, old: &Node, new: &Node) {
        let both = old.default.is_some() && new.default.is_some();
        if old.default != new.default && (self.of_specs || both) {
            let (before, after) = (old.default.clone(), new.default.clone());
            self.add(at, ChangeCode::DefaultChanged, before.into(), after.into());
        }
        if old.documented != new.documented && self.of_specs {
            let (before, after) = (old.documented.clone(), new.documented.clone());
            self.add(
                at,
                ChangeCode::DocumentedChanged,
                before.into(),
                after.into(),
            );
        }
    }

    /// Compares the names in Rust, which can change without `x-acs-name`: a member that is now
    /// deprecated leaves its name to another. A value of an enum that only one side has is a
    /// change of its own.
    fn rust_names(&mut self, at: &str, old: &Node, new: &Node) {
        if !self.of_specs {
            return;
        }
        let mut name = |at: &str, before: Option<&String>, after: Option<&String>| {
            if before != after {
                let (before, after) = (before.cloned().into(), after.cloned().into());
                self.add(at, ChangeCode::RustNameChanged, before, after);
            }
        };
        name(at, old.rust_name.as_ref(), new.rust_name.as_ref());
        let values = old.values.iter().flatten();
        for value in values.filter(|value| new.values.iter().flatten().any(|v| v == *value)) {
            let at = format!("{at} {value}");
            name(&at, old.value_names.get(value), new.value_names.get(value));
        }
    }

    fn values(&mut self, at: &str, old: Option<&[String]>, new: Option<&[String]>) {
        match (old, new) {
            (None, Some(new)) => {
                self.add(at, ChangeCode::EnumAdded, Value::Null, new.to_vec().into())
            }
            (Some(old), None) => self.add(
                at,
                ChangeCode::EnumRemoved,
                old.to_vec().into(),
                Value::Null,
            ),
            (Some(old), Some(new)) => {
                let removed = if self.of_specs {
                    ChangeCode::EnumVariantRemoved
                } else {
                    ChangeCode::EnumValueRemoved
                };
                for value in old.iter().filter(|value| !new.contains(value)) {
                    self.add(at, removed, value.clone().into(), Value::Null);
                }
                for value in new.iter().filter(|value| !old.contains(value)) {
                    self.add(
                        at,
                        ChangeCode::EnumValueAdded,
                        Value::Null,
                        value.clone().into(),
                    );
                }
            }
            (None, None) => {}
        }
    }

    fn limit(&mut self, at: &str, key: &str, old: Option<&String>, new: Option<&String>) {
        if old == new {
            return;
        }
        let number = |text: &String| text.trim().parse::<f64>().ok();
        let loosened = match (old, new) {
            (Some(_), None) => true,
            (None, _) => false,
            (Some(old), Some(new)) => match (number(old), number(new)) {
                (Some(old), Some(new)) if old == new => return,
                (Some(old), Some(new)) => (new > old) == key.starts_with("max"),
                _ => false,
            },
        };
        let code = if loosened {
            ChangeCode::LimitLoosened
        } else {
            ChangeCode::LimitTightened
        };
        self.add(at, code, old.cloned().into(), new.cloned().into());
    }

    fn fields(&mut self, at: &str, old: &Node, new: &Node, usage: SchemaUse) {
        for (name, field) in &old.fields {
            if !new.fields.contains_key(name) {
                let code = match usage {
                    SchemaUse::Request => ChangeCode::RequestFieldRemoved,
                    SchemaUse::Response => ChangeCode::ResponseFieldRemoved,
                };
                self.add(
                    &format!("{at}.{name}"),
                    code,
                    type_value(field),
                    Value::Null,
                );
            }
        }
        for (name, field) in &new.fields {
            let at = format!("{at}.{name}");
            match old.fields.get(name) {
                Some(before) => self.schema(&at, before, field, usage),
                None => {
                    let code = match usage {
                        SchemaUse::Response => ChangeCode::ResponseFieldAdded,
                        SchemaUse::Request if field.required == Some(true) => {
                            ChangeCode::RequiredRequestFieldAdded
                        }
                        SchemaUse::Request => ChangeCode::RequestFieldAdded,
                    };
                    self.add(&at, code, Value::Null, type_value(field));
                }
            }
        }
    }

    /// Compares the elements of an array or the values of a map. Without a schema they are any
    /// JSON.
    fn inner(&mut self, at: &str, old: Option<&Node>, new: Option<&Node>, usage: SchemaUse) {
        let code = match usage {
            SchemaUse::Request => ChangeCode::RequestTypeChanged,
            SchemaUse::Response => ChangeCode::ResponseTypeChanged,
        };
        match (old, new) {
            (Some(old), Some(new)) => self.schema(at, old, new, usage),
            (None, Some(new)) => self.add(at, code, Value::Null, type_or_reference(new)),
            (Some(old), None) => self.add(at, code, type_or_reference(old), Value::Null),
            (None, None) => {}
        }
    }

    /// Compares the decisions of specifications.
    fn decisions(
        &mut self,
        at: &str,
        old: &IndexMap<&'static str, String>,
        new: &IndexMap<&'static str, String>,
    ) {
        let keys: Vec<&'static str> = old
            .keys()
            .chain(new.keys().filter(|key| !old.contains_key(*key)))
            .copied()
            .collect();
        for key in keys {
            let (before, after) = (old.get(key), new.get(key));
            if before == after {
                continue;
            }
            let code = match (key, before.is_some(), after.is_some()) {
                ("arguments", ..) => ChangeCode::ArgumentsChanged,
                ("pagination", false, _) => ChangeCode::PaginationAdded,
                ("pagination", ..) => ChangeCode::PaginationChanged,
                ("paging", true, true) => ChangeCode::PagingChanged,
                ("method", ..) => ChangeCode::SentMethodChanged,
                ("class", ..) => ChangeCode::ClassChanged,
                ("name", ..) => ChangeCode::RustNameChanged,
                ("idempotency", ..) => ChangeCode::IdempotencyChanged,
                ("anonymous", ..) => ChangeCode::AnonymousChanged,
                ("unsupported", true, false) => ChangeCode::SupportAdded,
                ("unsupported", false, true) => ChangeCode::SupportRemoved,
                ("success-field", ..) => ChangeCode::SuccessFieldChanged,
                ("ram", ..) => ChangeCode::RamChanged,
                ("rate-limit", ..) => ChangeCode::RateLimitChanged,
                ("asynchronous", ..) => ChangeCode::AsynchronousChanged,
                ("replaced-by", ..) => ChangeCode::ReplacementChanged,
                // Another reason for the same decision.
                _ => continue,
            };
            self.add(at, code, before.cloned().into(), after.cloned().into());
        }
    }

    fn endpoints(&mut self, old: &IndexMap<String, Hosts>, new: &IndexMap<String, Hosts>) {
        for (region, before) in old {
            let at = format!("region {region}");
            let Some(after) = new.get(region) else {
                let host = before.public.clone().into();
                self.add(&at, ChangeCode::RegionRemoved, host, Value::Null);
                continue;
            };
            if before.public != after.public {
                let (before, after) = (before.public.clone(), after.public.clone());
                self.add(
                    &at,
                    ChangeCode::EndpointChanged,
                    before.into(),
                    after.into(),
                );
            }
            if before.vpc != after.vpc {
                let at = format!("{at} (VPC)");
                let (before, after) = (before.vpc.clone(), after.vpc.clone());
                self.add(
                    &at,
                    ChangeCode::EndpointChanged,
                    before.into(),
                    after.into(),
                );
            }
        }
        for (region, hosts) in new.iter().filter(|(region, _)| !old.contains_key(*region)) {
            let (at, host) = (format!("region {region}"), hosts.public.clone().into());
            self.add(&at, ChangeCode::RegionAdded, Value::Null, host);
        }
    }

    fn waiters(
        &mut self,
        old: &IndexMap<String, WaiterSurface>,
        new: &IndexMap<String, WaiterSurface>,
    ) {
        for (name, before) in old {
            let at = format!("waiter {name}");
            let Some(after) = new.get(name) else {
                self.add(&at, ChangeCode::WaiterRemoved, Value::Null, Value::Null);
                continue;
            };
            let facts = [
                (
                    ChangeCode::WaiterSignatureChanged,
                    &before.signature,
                    &after.signature,
                ),
                (ChangeCode::WaiterChanged, &before.states, &after.states),
            ];
            for (code, before, after) in facts {
                if before != after {
                    self.add(&at, code, before.clone().into(), after.clone().into());
                }
            }
        }
        for name in new.keys().filter(|name| !old.contains_key(*name)) {
            self.add(
                &format!("waiter {name}"),
                ChangeCode::WaiterAdded,
                Value::Null,
                Value::Null,
            );
        }
    }
}

fn is_list(node: &Node) -> bool {
    node.type_name.as_deref() == Some("array")
}

/// Returns whether a type is a map in Rust: an object without properties. With properties it is a
/// struct.
fn is_map(node: &Node) -> bool {
    node.type_name.as_deref() == Some("object") && node.fields.is_empty()
}

/// Returns the name of a type; none for a reference.
fn type_value(node: &Node) -> Value {
    node.type_name.clone().into()
}

/// Returns the name of a type that changed: `string`, `#Disk` for a reference.
fn type_or_reference(node: &Node) -> Value {
    match &node.reference {
        Some(name) => format!("#{name}").into(),
        None => type_value(node),
    }
}

/// Follows references.
fn resolve<'a>(surface: &'a Surface, node: &'a Node) -> &'a Node {
    let mut target = node;
    // A reference that leads to itself ends here.
    for _ in 0..=surface.components.len() {
        let next = target.reference.as_ref();
        match next.and_then(|name| surface.components.get(name)) {
            Some(next) => target = next,
            None => break,
        }
    }
    target
}
