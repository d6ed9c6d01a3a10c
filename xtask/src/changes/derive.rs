//! Release notes from consecutive versions of the metadata.

use super::history::Dated;
use super::published;
use super::wording::{Part, Sentences};
use crate::cli::Failure;
use crate::diff::{self, Change, entries};
use crate::import::json::Json;
use alibabacloud_spec::{self as spec, ChangeSource};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// What changed in an operation between two consecutive versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The day of the earlier version; the change came after it.
    pub after: String,
    /// The entry of the release history, with the day of the later version.
    pub change: spec::Change,
}

/// Returns the release notes by operation, oldest first. What the first version has is not new.
///
/// # Errors
/// Returns a failure when two versions cannot be compared.
pub fn derive(versions: &[Dated]) -> Result<IndexMap<String, Vec<Note>>, Failure> {
    let mut notes: IndexMap<String, Vec<Note>> = IndexMap::new();
    for pair in versions.windows(2) {
        let [old, new] = pair else { continue };
        for (operation, sentences) in compare(old, new)? {
            let (kinds, description) = sentences.finish();
            let change = spec::Change {
                date: new.date.clone(),
                kinds,
                source: Some(ChangeSource::Metadata),
                description,
            };
            let after = old.date.clone();
            notes
                .entry(operation)
                .or_default()
                .push(Note { after, change });
        }
    }
    Ok(notes)
}

/// Returns what changed between two versions, by operation.
fn compare(old: &Dated, new: &Dated) -> Result<IndexMap<String, Sentences>, Failure> {
    let changes = diff::compare(&old.version, &new.version)?;
    let (Some(old), Some(new)) = (old.document(), new.document()) else {
        return Ok(IndexMap::new());
    };
    let mut all: IndexMap<String, Sentences> = IndexMap::new();
    let mut uses = None;
    for change in changes.iter().filter(|change| counts(change)) {
        match ChangePlace::of(&change.at, new) {
            Some(ChangePlace::In(operation, part, name)) => {
                let is_known = operation_of(old, operation).or(operation_of(new, operation));
                if is_known.is_some() {
                    let sentences = all.entry(operation.to_owned()).or_default();
                    sentences.change(change, part, name, None);
                }
            }
            Some(ChangePlace::Shared(shared, name)) => {
                let uses = uses.get_or_insert_with(|| Uses::of(new));
                for (operation, part) in uses.operations(shared, change) {
                    let sentences = all.entry(operation.to_owned()).or_default();
                    sentences.change(change, part, name, Some(shared));
                }
            }
            None => {}
        }
    }
    for (name, after) in operations(new) {
        let Some(before) = operation_of(old, name) else {
            continue;
        };
        let published = published::compare(before, after);
        let sentences = all.entry(name.to_owned()).or_default();
        sentences.errors_added(&published.errors_added);
        sentences.errors_removed(&published.errors_removed);
        if published.permissions {
            sentences.permissions();
        }
        if published.rate_limit {
            sentences.rate_limit();
        }
        // Other changes come with new texts.
        if published.texts && sentences.is_empty() {
            sentences.documentation();
        }
    }
    all.retain(|_, sentences| !sentences.is_empty());
    Ok(all)
}

/// Changes that are none for a caller, or that `published` compares where both versions have the
/// key: `required` that is absent or false is the same, and whether a call is asynchronous became a
/// key of its own in 2024. What uses a shared schema changes when it appears or disappears.
const IGNORED: &[&str] = &[
    "required_noise",
    "ram_changed",
    "rate_limit_changed",
    "asynchronous_changed",
    "schema_added",
    "schema_removed",
];

fn counts(change: &Change) -> bool {
    !IGNORED.contains(&change.code.name())
}

/// The place of a change: `Op`, `Op?Param.field[]`, `Op!200.field`, `#Shared.field`.
enum ChangePlace<'a> {
    In(&'a str, Part, &'a str),
    Shared(&'a str, &'a str),
}

impl<'a> ChangePlace<'a> {
    /// Reads a place; `None` for one that is not in an operation, such as a region.
    fn of(at: &'a str, document: &'a Json) -> Option<Self> {
        if let Some(shared) = at.strip_prefix('#') {
            // A name can contain the marks of a path; the longest name of a schema counts.
            let names = schemas(document).map(|(name, _)| name);
            let name = names
                .filter(|name| {
                    let rest = shared.strip_prefix(name);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{']))
                })
                .max_by_key(|name| name.len())?;
            return Some(Self::Shared(
                name,
                shared[name.len()..].trim_start_matches('.'),
            ));
        }
        let Some(mark) = at.find(['?', '!']) else {
            return Some(Self::In(at, Part::Operation, ""));
        };
        let (operation, path) = (&at[..mark], &at[mark + 1..]);
        if at[mark..].starts_with('?') {
            return Some(Self::In(operation, Part::Request, path));
        }
        // The status is part of the place, not of the name.
        let name = path.trim_start_matches(|c: char| c.is_ascii_digit());
        Some(Self::In(
            operation,
            Part::Response,
            name.trim_start_matches('.'),
        ))
    }
}

/// The operations that use each shared schema, in requests and in responses.
struct Uses<'a>(BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<bool>>>);

impl<'a> Uses<'a> {
    fn of(document: &'a Json) -> Self {
        let schemas: BTreeMap<&str, &Json> = schemas(document).collect();
        let mut uses = Self(BTreeMap::new());
        for (name, operation) in operations(document) {
            for (key, is_request) in [("parameters", true), ("responses", false)] {
                let mut reached = BTreeSet::new();
                if let Some(part) = operation.get(key) {
                    reach(part, &schemas, &mut reached);
                }
                for shared in reached {
                    let users = uses.0.entry(shared).or_default();
                    users.entry(name).or_default().insert(is_request);
                }
            }
        }
        uses
    }

    /// Returns the operations that a change of a shared schema concerns, and where.
    fn operations(&self, shared: &str, change: &Change) -> Vec<(&'a str, Part)> {
        // The comparison judges a schema once, as part of a request if it is in any.
        let only_response = change.code.name().starts_with("response_");
        let users = self.0.get(shared).into_iter().flatten();
        users
            .map(|(name, parts)| {
                let in_request = parts.contains(&true) && !only_response;
                (
                    *name,
                    if in_request {
                        Part::Request
                    } else {
                        Part::Response
                    },
                )
            })
            .collect()
    }
}

/// Collects the shared schemas that a part of a document refers to, directly or not.
fn reach<'a>(
    json: &'a Json,
    schemas: &BTreeMap<&'a str, &'a Json>,
    reached: &mut BTreeSet<&'a str>,
) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| reach(item, schemas, reached)),
        Json::Object(entries) => {
            let target = diff::reference(json);
            if let Some((name, schema)) = target.and_then(|name| schemas.get_key_value(&*name)) {
                if reached.insert(name) {
                    reach(schema, schemas, reached);
                }
            }
            for (_, value) in entries {
                reach(value, schemas, reached);
            }
        }
        _ => {}
    }
}

fn operations(document: &Json) -> impl Iterator<Item = (&str, &Json)> {
    entries(document.get("apis"))
}

fn operation_of<'a>(document: &'a Json, name: &str) -> Option<&'a Json> {
    document.get("apis")?.get(name)
}

fn schemas(document: &Json) -> impl Iterator<Item = (&str, &Json)> {
    entries(
        document
            .get("components")
            .and_then(|components| components.get("schemas")),
    )
}
