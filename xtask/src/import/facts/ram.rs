//! The permissions of an operation: `ramActions`, and the list of the same kind for a product.

use super::context::Context;
use crate::import::json::{Json, JsonPath};
use crate::import::report::Rule;
use alibabacloud_spec::{Ram, RamAction, RamResource, RamStatus};

/// Reads `ramActions`. Exports write it as a list of objects, as a single object, as a map from the
/// name of the action to its details, or as names alone. An empty one states nothing: operations
/// that change resources have it, too.
pub(super) fn read(cx: &mut Context<'_>, json: &Json, path: &JsonPath<'_>) -> Option<Ram> {
    let mut actions = Vec::new();
    read_actions(cx, json, path, &mut actions);
    (!actions.is_empty()).then_some(Ram {
        status: RamStatus::Documented,
        page: None,
        note: None,
        actions,
    })
}

fn read_actions(
    cx: &mut Context<'_>,
    json: &Json,
    path: &JsonPath<'_>,
    actions: &mut Vec<RamAction>,
) {
    match json {
        Json::Null => {}
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                read_actions(cx, item, &path.index(index), actions);
            }
        }
        Json::Object(entries) if ACTION_KEYS.iter().any(|key| json.get(key).is_some()) => {
            let access = json.get("operationType").or_else(|| json.get("access"));
            let access = access.and_then(access_level).unwrap_or_default();
            let nested = json.get("ramAction").unwrap_or(json);
            let before = actions.len();
            match nested {
                Json::Object(_) => read_action(cx, nested, path, access, actions),
                other => read_actions(cx, other, &path.key("ramAction"), actions),
            }
            let dependents = dependents(cx, json, path);
            if let Some(first) = actions.get_mut(before) {
                add_new(&mut first.dependents, dependents);
            }
            for action in &mut actions[before..] {
                if action.access.is_empty() {
                    access.clone_into(&mut action.access);
                }
            }
            for (key, _) in entries {
                if !KNOWN.contains(&key.as_str()) {
                    cx.unknown_key("a RAM action", key, &path.key(key));
                }
            }
        }
        Json::Object(entries) => {
            for (name, details) in entries {
                let at = path.key(name);
                let access = details.get("operationType").and_then(access_level);
                push(cx, name, details, &at, access.unwrap_or_default(), actions);
            }
        }
        name => push(cx, "", name, path, "", actions),
    }
}

/// Keys that an object with one action has.
const ACTION_KEYS: &[&str] = &["ramAction", "action", "additionalActions"];
/// All keys of such an object. Those without a reader here name the operation or describe it.
const KNOWN: &[&str] = &[
    "ramAction",
    "operationType",
    "access",
    "additionalActions",
    "dependentActions",
    "action",
    "authLevel",
    "actionConditions",
    "conditions",
    "resources",
    "apiName",
    "description",
];

/// Reads an object with the key `action`.
fn read_action(
    cx: &mut Context<'_>,
    json: &Json,
    path: &JsonPath<'_>,
    access: &str,
    actions: &mut Vec<RamAction>,
) {
    match json.get("action") {
        Some(Json::String(name)) => push(cx, name, json, path, access, actions),
        Some(other) => read_actions(cx, other, &path.key("action"), actions),
        None => {}
    }
}

/// Adds an action with its details. Without a name the details are the name.
fn push(
    cx: &mut Context<'_>,
    name: &str,
    details: &Json,
    path: &JsonPath<'_>,
    access: &str,
    actions: &mut Vec<RamAction>,
) {
    let name = match (name, details) {
        ("", Json::String(text)) => text.trim(),
        (name, _) => name.trim(),
    };
    if !is_action(name) {
        ignored(cx, path, &format!("invalid action {name:?}"));
        return;
    }
    let resources = resources(cx, details.get("resources"), &path.key("resources"));
    let conditions = ["actionConditions", "conditions"]
        .iter()
        .filter_map(|key| details.get(key))
        .flat_map(|json| names(json, "conditionKey"))
        .filter(|name| name.contains(':') && !name.contains(char::is_whitespace))
        .collect::<Vec<_>>();
    let dependents = dependents(cx, details, path);
    match actions.iter_mut().find(|known| known.action == name) {
        Some(known) => {
            for resource in resources {
                if !known.resources.contains(&resource) {
                    known.resources.push(resource);
                }
            }
            add_new(&mut known.conditions, conditions);
            add_new(&mut known.dependents, dependents);
        }
        None => {
            let mut action = RamAction {
                action: name.to_owned(),
                access: access.to_owned(),
                resources,
                conditions: Vec::new(),
                dependents: Vec::new(),
            };
            add_new(&mut action.conditions, conditions);
            add_new(&mut action.dependents, dependents);
            actions.push(action);
        }
    }
}

/// Returns the further actions that a caller needs.
fn dependents(cx: &mut Context<'_>, json: &Json, path: &JsonPath<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for key in ["additionalActions", "dependentActions"] {
        for name in json
            .get(key)
            .map(|json| names(json, "action"))
            .unwrap_or_default()
        {
            if is_action(&name) {
                found.push(name);
            } else {
                ignored(cx, &path.key(key), &format!("invalid action {name:?}"));
            }
        }
    }
    found
}

/// Returns the resources: a list of objects or of ARNs, or a map from type to ARN. All resources
/// together are not a type.
fn resources(cx: &mut Context<'_>, json: Option<&Json>, path: &JsonPath<'_>) -> Vec<RamResource> {
    let mut found = Vec::new();
    match json {
        Some(Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                found.extend(resource(cx, "", item, &path.index(index)));
            }
        }
        Some(Json::Object(entries)) if json.and_then(|json| json.get("arn")).is_none() => {
            for (kind, item) in entries {
                match item {
                    Json::Array(items) => {
                        for item in items {
                            found.extend(resource(cx, kind, item, &path.key(kind)));
                        }
                    }
                    item => found.extend(resource(cx, kind, item, &path.key(kind))),
                }
            }
        }
        Some(item) => found.extend(resource(cx, "", item, path)),
        None => {}
    }
    // The same resource is listed again for each value of a parameter.
    let mut distinct: Vec<RamResource> = Vec::new();
    for resource in found {
        if !distinct.contains(&resource) {
            distinct.push(resource);
        }
    }
    distinct
}

fn resource(
    cx: &mut Context<'_>,
    kind: &str,
    json: &Json,
    path: &JsonPath<'_>,
) -> Option<RamResource> {
    let text = |key: &str| json.get(key).and_then(Json::scalar_text);
    let arn = match json {
        Json::String(arn) => arn.trim().to_owned(),
        _ => text("arn").unwrap_or_default().trim().to_owned(),
    };
    let kind = text("resourceType").unwrap_or_else(|| kind.to_owned());
    let kind = super::text::one_line(&kind);
    if matches!(arn.as_str(), "*" | "") && matches!(kind.as_str(), "" | "*" | "All Resource") {
        return None;
    }
    let is_arn = arn == "*" || (arn.starts_with("acs:") && !arn.contains(char::is_whitespace));
    if !is_arn {
        ignored(cx, path, &format!("invalid ARN {arn:?}"));
        return None;
    }
    let kind = if kind.is_empty() { kind_of(&arn) } else { kind };
    Some(RamResource {
        kind,
        required: text("validationType").is_some_and(|when| when == "always"),
        arn,
    })
}

/// Returns the type of an ARN that has none: `instance` of `acs:ecs:*:*:instance/*`.
fn kind_of(arn: &str) -> String {
    let resource = arn.rsplit(':').next().unwrap_or_default();
    let kind = resource.split('/').next().unwrap_or_default();
    if kind.is_empty() || kind == "*" {
        "Resource".to_owned()
    } else {
        kind.to_owned()
    }
}

/// Returns names that are listed as texts, as objects with `key`, or as the keys of a map.
fn names(json: &Json, key: &str) -> Vec<String> {
    match json {
        Json::Array(items) => items.iter().flat_map(|item| names(item, key)).collect(),
        Json::Object(entries) => match json.get(key) {
            Some(name) => names(name, key),
            None => entries.iter().map(|(name, _)| name.clone()).collect(),
        },
        Json::String(name) => vec![name.trim().to_owned()],
        _ => Vec::new(),
    }
}

fn add_new(known: &mut Vec<String>, names: Vec<String>) {
    for name in names {
        if !known.contains(&name) {
            known.push(name);
        }
    }
}

/// Returns whether a text is `<product>:<action>`.
fn is_action(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*'))
    };
    text.split_once(':')
        .is_some_and(|(product, action)| part(product) && action.split('/').all(part))
}

fn access_level(json: &Json) -> Option<&'static str> {
    let Json::String(text) = json else {
        return None;
    };
    [
        "create", "list", "get", "update", "delete", "read", "write", "none", "patch",
    ]
    .into_iter()
    .find(|level| text.trim().eq_ignore_ascii_case(level))
}

fn ignored(cx: &mut Context<'_>, path: &JsonPath<'_>, message: &str) {
    cx.find(Rule::RamIgnored, path, format!("{message}; ignored"));
}

/// Returns the product code of RAM actions if it differs from `code`: the first one that the
/// product lists, else the one that most documented actions have.
pub(super) fn product_code<'r>(
    listed: Option<&Json>,
    code: &str,
    documented: impl Iterator<Item = &'r Ram>,
) -> Option<String> {
    let listed: Vec<String> = listed.map(|json| names(json, "code")).unwrap_or_default();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for action in documented.flat_map(|ram| ram.actions.first()) {
        let (product, _) = action.action.split_once(':')?;
        match counts.iter_mut().find(|(known, _)| known == product) {
            Some((_, count)) => *count += 1,
            None => counts.push((product.to_owned(), 1)),
        }
    }
    // Of equals, the first one.
    counts.reverse();
    let common = counts.into_iter().max_by_key(|(_, count)| *count);
    let ram_code = common
        .map(|(product, _)| product)
        .or_else(|| listed.into_iter().next())?
        .to_ascii_lowercase();
    let fits = ram_code.starts_with(|c: char| c.is_ascii_lowercase())
        && ram_code
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
    (fits && ram_code != code).then_some(ram_code)
}
