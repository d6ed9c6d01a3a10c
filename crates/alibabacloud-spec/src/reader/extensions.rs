//! What OpenAPI cannot express: the `x-acs-*` keys of operations and of the service.

use super::{Object, Reader};
use crate::model::{
    Change, ChangeKind, ChangeSource, Endpoints, ErrorCode, Example, NumberedPages, Pagination,
    Provenance, Ram, RamAction, RamPage, RamResource, RamStatus, RateLimit, Waiter,
};
use crate::node::{Data, Entry, Node};
use crate::vocabulary::{
    CHANGE, ENDPOINTS, ERROR_CODE, EXAMPLE, NUMBERED_PAGES, PAGE_NUMBER_PAGINATION, PROVENANCE,
    RAM, RAM_ACTION, RAM_RESOURCE, RATE_LIMIT, TOKEN_PAGINATION, WAITER,
};
use indexmap::IndexMap;
use serde_json::Value;

const KINDS: &[(&str, bool)] = &[("token", true), ("page-number", false)];
const STATUSES: &[(&str, RamStatus)] = &[
    ("documented", RamStatus::Documented),
    ("none", RamStatus::None),
    ("unknown", RamStatus::Unknown),
];
const RULES: &[(&str, bool)] = &[("regional", true), ("central", false)];
const ACCESS: &[(&str, &str)] = &[
    ("create", "create"),
    ("list", "list"),
    ("get", "get"),
    ("update", "update"),
    ("delete", "delete"),
    // What older pages and some metadata say instead.
    ("read", "read"),
    ("write", "write"),
    ("none", "none"),
    ("patch", "patch"),
];

impl<'a> Reader<'a> {
    pub(super) fn pagination(&mut self, operation: &Object<'a>) -> Option<Pagination> {
        let node = operation.get("x-acs-pagination")?;
        let Some(kind) = node.get("kind") else {
            self.error(node, "missing key `kind` in `x-acs-pagination`");
            return None;
        };
        if self.word(kind, KINDS)? {
            let object = self.object(node, &TOKEN_PAGINATION)?;
            Some(Pagination::Token {
                input: self.required_name(&object, "input"),
                output: self.required_name(&object, "output"),
                limit: self.optional_name(&object, "limit"),
                total: self.optional_name(&object, "total"),
                items: self.required_name(&object, "items"),
                first: self.first_values(&object),
                numbered: self.numbered_pages(&object),
            })
        } else {
            let object = self.object(node, &PAGE_NUMBER_PAGINATION)?;
            Some(Pagination::PageNumber {
                page: self.required_name(&object, "page"),
                limit: self.optional_name(&object, "limit"),
                number: self.optional_name(&object, "number"),
                total: self.optional_name(&object, "total"),
                items: self.required_name(&object, "items"),
                first: self.first_values(&object),
            })
        }
    }

    /// Returns what a paginator sends.
    fn first_values(&mut self, object: &Object<'a>) -> IndexMap<String, Value> {
        let mut values = IndexMap::new();
        let Some(node) = object.get("first") else {
            return values;
        };
        let Data::Map(map) = &node.data else {
            self.mismatch(node, "a map from parameters to values");
            return values;
        };
        if map.is_empty() {
            self.error(node, "expected at least one parameter");
        }
        for (name, entry) in map {
            let value = entry.value.to_json();
            if value.is_object() || value.is_array() || value.is_null() {
                self.mismatch(&entry.value, "text, a number, true or false");
            } else {
                values.insert(name.clone(), value);
            }
        }
        values
    }

    fn numbered_pages(&mut self, object: &Object<'a>) -> Option<NumberedPages> {
        let object = self.object(object.get("numbered")?, &NUMBERED_PAGES)?;
        Some(NumberedPages {
            page: self.required_name(&object, "page"),
            limit: self.optional_name(&object, "limit"),
            number: self.optional_name(&object, "number"),
        })
    }

    pub(super) fn ram(&mut self, operation: &Object<'a>) -> Option<Ram> {
        let whole = operation.get("x-acs-ram")?;
        let object = self.object(whole, &RAM)?;
        let status = object
            .get("status")
            .and_then(|node| self.word(node, STATUSES));
        let page = self.ram_page(whole, &object);
        let note = self.optional_name(&object, "note");
        if let Some(status) = status {
            self.check_ram_keys(whole, &object, status);
        }
        let mut actions = Vec::new();
        if let Some(node) = object.get("actions") {
            for item in self.list(node, "RAM actions") {
                actions.extend(self.ram_action(item));
            }
            if matches!(&node.data, Data::List(items) if items.is_empty()) {
                self.error(node, "expected at least one action");
            }
        }
        Some(Ram {
            status: status?,
            page,
            note,
            actions,
        })
    }

    /// Checks that the keys are those of the status.
    fn check_ram_keys(&mut self, whole: &'a Node, object: &Object<'a>, status: RamStatus) {
        let needed = match status {
            RamStatus::Documented => "actions",
            RamStatus::None => "page",
            RamStatus::Unknown => "note",
        };
        let of = format!("of status `{}`", status.name());
        if object.get(needed).is_none() {
            self.error(whole, format!("missing key `{needed}` {of}"));
        }
        for key in ["actions", "note"] {
            if let Some(node) = object.get(key).filter(|_| key != needed) {
                self.error(node, format!("unexpected `{key}` {of}"));
            }
        }
    }

    /// Reads the page and the day on which it was read: both or neither.
    fn ram_page(&mut self, whole: &'a Node, object: &Object<'a>) -> Option<RamPage> {
        let updated = self.date(object, "updated");
        let read = self.date(object, "read");
        let Some(node) = object.get("page") else {
            if read.is_some() || updated.is_some() {
                self.error(whole, "missing key `page` beside `read` or `updated`");
            }
            return None;
        };
        let url = self.name(node)?.to_owned();
        if !url.starts_with("https://") {
            self.error(node, format!("expected `https://...`, found `{url}`"));
        }
        if object.get("read").is_none() {
            self.error(whole, "missing key `read` beside `page`");
        }
        Some(RamPage {
            url,
            read: read?,
            updated,
        })
    }

    /// Reads a day, if there is one.
    fn date(&mut self, object: &Object<'a>, key: &str) -> Option<String> {
        let date = self.optional_name(object, key)?;
        if Change::is_date(&date) {
            return Some(date);
        }
        if let Some(node) = object.get(key) {
            self.error(
                node,
                format!("expected a date like `2025-09-30`, found `{date}`"),
            );
        }
        None
    }

    fn ram_action(&mut self, node: &'a Node) -> Option<RamAction> {
        let object = self.object(node, &RAM_ACTION)?;
        let mut resources = Vec::new();
        if let Some(node) = object.get("resources") {
            for item in self.list(node, "RAM resources") {
                resources.extend(self.ram_resource(item));
            }
        }
        Some(RamAction {
            action: self.action_name(&object),
            access: self.required_word(&object, "access", ACCESS, "").to_owned(),
            resources,
            conditions: self.names(&object, "conditions"),
            dependents: self.names(&object, "dependents"),
        })
    }

    fn action_name(&mut self, object: &Object<'a>) -> String {
        let name = self.required_name(object, "action");
        let well_formed = name
            .split_once(':')
            .is_some_and(|(product, action)| !product.is_empty() && !action.is_empty());
        if let Some(node) = object
            .get("action")
            .filter(|_| !name.is_empty() && !well_formed)
        {
            self.error(
                node,
                format!("expected `<product>:<action>`, found `{name}`"),
            );
        }
        name
    }

    fn ram_resource(&mut self, node: &'a Node) -> Option<RamResource> {
        let object = self.object(node, &RAM_RESOURCE)?;
        let arn = self.required_name(&object, "arn");
        if let Some(node) = object
            .get("arn")
            .filter(|_| !arn.is_empty() && arn != "*" && !arn.starts_with("acs:"))
        {
            self.error(
                node,
                format!(
                    "expected `acs:<product>:<region>:<account>:<resource>` or `*`, found `{arn}`"
                ),
            );
        }
        Some(RamResource {
            kind: self.required_name(&object, "type"),
            required: self.flag(&object, "required"),
            arn,
        })
    }

    pub(super) fn rate_limit(&mut self, operation: &Object<'a>) -> Option<RateLimit> {
        let object = self.object(operation.get("x-acs-rate-limit")?, &RATE_LIMIT)?;
        let mut positive = |key| {
            let count = self.count(&object, key)?;
            let fits = u32::try_from(count).ok().filter(|&number| number > 0);
            if let (None, Some(node)) = (fits, object.get(key)) {
                let found = node.describe();
                self.error(
                    node,
                    format!("expected a number from 1 to {}, found {found}", u32::MAX),
                );
            }
            fits
        };
        Some(RateLimit {
            requests: positive("requests")?,
            seconds: positive("seconds")?,
        })
    }

    /// Reads the error codes of an operation or of the whole product.
    pub(super) fn error_codes(&mut self, object: &Object<'a>) -> Vec<ErrorCode> {
        let mut codes: Vec<ErrorCode> = Vec::new();
        let Some(node) = object.get("x-acs-errors") else {
            return codes;
        };
        for item in self.list(node, "error codes") {
            let Some(code) = self.error_code(item) else {
                continue;
            };
            if codes
                .iter()
                .any(|known| known.code == code.code && known.status == code.status)
            {
                self.error(item, format!("duplicate error code `{}`", code.code));
            }
            codes.push(code);
        }
        codes
    }

    fn error_code(&mut self, node: &'a Node) -> Option<ErrorCode> {
        let object = self.object(node, &ERROR_CODE)?;
        let status = self
            .count(&object, "status")
            .map(|status| u16::try_from(status).unwrap_or_default());
        if let Some(node) = object
            .get("status")
            .filter(|_| status.is_some_and(|s| !(200..=599).contains(&s)))
        {
            self.error(
                node,
                format!(
                    "expected an HTTP status from 200 to 599, found {}",
                    node.describe()
                ),
            );
        }
        Some(ErrorCode {
            code: self.required_name(&object, "code"),
            status,
            description: self.prose(&object, "description"),
        })
    }

    /// Reads the release history: one entry a day, newest first.
    pub(super) fn changes(&mut self, operation: &Object<'a>) -> Vec<Change> {
        let Some(node) = operation.get("x-acs-changes") else {
            return Vec::new();
        };
        let mut changes: Vec<Change> = Vec::new();
        for item in self.list(node, "changes") {
            let Some(change) = self.change(item) else {
                continue;
            };
            match changes.last() {
                Some(last) if last.date == change.date => self.error_with_help(
                    item,
                    format!("duplicate date `{}`", change.date),
                    "put everything that changed on one day into one entry",
                ),
                Some(last) if last.date < change.date => self.error(
                    item,
                    format!(
                        "expected the newest change first, found `{}` after `{}`",
                        change.date, last.date
                    ),
                ),
                _ => {}
            }
            changes.push(change);
        }
        changes
    }

    fn change(&mut self, node: &'a Node) -> Option<Change> {
        let object = self.object(node, &CHANGE)?;
        let date = self.date(&object, "date");
        let kinds = self.change_kinds(&object);
        let source = object
            .get("source")
            .and_then(|node| self.word(node, &words(ChangeSource::ALL, ChangeSource::name)));
        let description = self.required_name(&object, "description");
        // The order of dates is only checked between valid ones.
        Some(Change {
            date: date?,
            kinds,
            source,
            description,
        })
    }

    fn change_kinds(&mut self, change: &Object<'a>) -> Vec<ChangeKind> {
        let mut kinds = Vec::new();
        let Some(list) = change.get("kinds") else {
            return kinds;
        };
        let words = words(ChangeKind::ALL, ChangeKind::name);
        for node in self.list(list, "kinds of changes") {
            let Some(kind) = self.word(node, &words) else {
                continue;
            };
            if kinds.contains(&kind) {
                self.error(node, format!("duplicate kind `{}`", kind.name()));
            }
            kinds.push(kind);
        }
        if matches!(&list.data, Data::List(items) if items.is_empty()) {
            self.error(list, "expected at least one kind");
        }
        kinds
    }

    pub(super) fn provenance(&mut self, operation: &Object<'a>) -> Option<Provenance> {
        let object = self.object(operation.get("x-acs-provenance")?, &PROVENANCE)?;
        Some(Provenance {
            sources: self.names(&object, "sources"),
            notes: self.names(&object, "notes"),
        })
    }

    pub(super) fn example(&mut self, operation: &Object<'a>) -> Option<Example> {
        let object = self.object(operation.get("x-acs-example")?, &EXAMPLE)?;
        let request = object.get("request")?;
        self.map(request, "the parameters by name")?;
        Some(Example {
            request: request.to_json(),
            response: object.get("response")?.to_json(),
        })
    }

    pub(super) fn waiter(&mut self, name: &str, entry: &'a Entry) -> Option<Waiter> {
        let object = self.object(&entry.value, &WAITER)?;
        if !name.starts_with(|c: char| c.is_ascii_uppercase())
            || !name.chars().all(|c| c.is_ascii_alphanumeric())
        {
            self.error_at_key(
                entry,
                format!("expected a name like `ExecutionFinished`, found `{name}`"),
                None,
            );
        }
        Some(Waiter {
            name: name.to_owned(),
            description: self.required_name(&object, "description"),
            operation: self.required_name(&object, "operation"),
            parameters: self.names(&object, "parameters"),
            fixed: self.fixed_values(&object),
            state: self.required_name(&object, "state"),
            identity: self.identity(&object),
            message: self.optional_name(&object, "message"),
            success: self.names(&object, "success"),
            failure: self.names(&object, "failure"),
            attention: self.names(&object, "attention"),
            pending: self.names(&object, "pending"),
            success_errors: self.names(&object, "success-errors"),
            success_if_absent: self.flag(&object, "success-if-absent"),
        })
    }

    fn fixed_values(&mut self, waiter: &Object<'a>) -> IndexMap<String, Value> {
        let values = waiter
            .get("fixed")
            .and_then(|node| self.map(node, "values by parameter"));
        values
            .into_iter()
            .flatten()
            .map(|(name, entry)| (name.clone(), entry.value.to_json()))
            .collect()
    }

    fn identity(&mut self, waiter: &Object<'a>) -> IndexMap<String, String> {
        let mut identity = IndexMap::new();
        let paths = waiter
            .get("identity")
            .and_then(|node| self.map(node, "fields by parameter"));
        for (name, entry) in paths.into_iter().flatten() {
            if let Some(path) = self.text(&entry.value) {
                identity.insert(name.clone(), path.to_owned());
            }
        }
        identity
    }

    pub(super) fn endpoints(&mut self, node: &'a Node) -> Endpoints {
        let Some(object) = self.object(node, &ENDPOINTS) else {
            return Endpoints::default();
        };
        let mut endpoints = Endpoints {
            regional: self.required_word(&object, "rule", RULES, true),
            regions: self.names(&object, "regions"),
            ..Endpoints::default()
        };
        for (key, table) in [
            ("public", &mut endpoints.public),
            ("vpc", &mut endpoints.vpc),
        ] {
            let Some(map) = object
                .get(key)
                .and_then(|node| self.map(node, "hosts by region"))
            else {
                continue;
            };
            for (region, entry) in map {
                if let Some(host) = self.host(&entry.value) {
                    table.insert(region.clone(), host.to_owned());
                }
            }
        }
        endpoints
    }

    fn host(&mut self, node: &'a Node) -> Option<&'a str> {
        let host = self.name(node)?;
        let labels_fit = host.split('.').all(is_host_label);
        if !labels_fit || !host.contains('.') || host.len() > 253 {
            self.error(
                node,
                format!("expected a lower-case host name, found `{host}`"),
            );
            return None;
        }
        Some(host)
    }
}

fn is_host_label(label: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(fits)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Returns the names of the values, as [`Reader::word`] takes them.
fn words<T: Copy>(values: &[T], name: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    values.iter().map(|&value| (name(value), value)).collect()
}
