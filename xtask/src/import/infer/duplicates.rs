//! Members of a request that are published in two spellings, of which one is obsolete.

use super::fields::COMPONENTS;
use crate::import::report::{Confidence, Report};
use alibabacloud_spec::{Kind, Schema, Service};

/// Parts of sentences about a member that is obsolete.
const OBSOLETE: &[&str] = &[
    "deprecated",
    "removed",
    "discontinued",
    "no longer",
    "\u{5e9f}\u{5f03}",
    "\u{5f03}\u{7528}",
];

/// Parts of sentences that recommend another member, if they name it.
const REPLACED: &[&str] = &[
    "compatib",
    "recommend",
    "\u{517c}\u{5bb9}",
    "\u{5efa}\u{8bae}",
];

/// Marks members as deprecated whose name differs from that of another member of the same type only
/// in case, and of which only the text of one says that it is obsolete: `Tag.1.key` beside
/// `Tag.1.Key`.
pub(super) fn mark(service: &mut Service, report: &mut Report) {
    for operation in &mut service.operations {
        let members: Vec<(&str, &mut Schema)> = operation
            .parameters
            .iter_mut()
            .map(|parameter| (parameter.name.as_str(), &mut parameter.schema))
            .collect();
        mark_members(&operation.name, members, report);
        for parameter in &mut operation.parameters {
            mark_within(&operation.name, &mut parameter.schema, report);
        }
    }
    for schema in service.schemas.values_mut() {
        mark_within(COMPONENTS, schema, report);
    }
}

fn mark_within(operation: &str, schema: &mut Schema, report: &mut Report) {
    match &mut schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => mark_within(operation, inner, report),
        Kind::Object(properties) => {
            let members = properties
                .iter_mut()
                .map(|(name, property)| (name.as_str(), &mut property.schema))
                .collect();
            mark_members(operation, members, report);
            for property in properties.values_mut() {
                mark_within(operation, &mut property.schema, report);
            }
        }
        _ => {}
    }
}

fn mark_members(operation: &str, mut members: Vec<(&str, &mut Schema)>, report: &mut Report) {
    // Duplicates are neighbours once the names are sorted without regard to case.
    members.sort_by_cached_key(|(name, _)| name.to_ascii_lowercase());
    let mut rest = members.as_mut_slice();
    while let [(first, a), tail @ ..] = std::mem::take(&mut rest) {
        if let Some((second, b)) = tail.first_mut() {
            let same = first.eq_ignore_ascii_case(second) && a.kind == b.kind;
            let live = !a.deprecated && !b.deprecated;
            let obsolete = is_obsolete(a, second);
            if same && live && obsolete != is_obsolete(b, first) {
                let (old, new, schema) = if obsolete {
                    (first, second, a)
                } else {
                    (second, first, b)
                };
                schema.deprecated = true;
                let message = format!("{old} is deprecated, {new} takes its place");
                report.infer("duplicate", operation, Confidence::High, message);
            }
        }
        rest = tail;
    }
}

/// Returns whether the text of a member says that it is obsolete, or that `other` takes its place.
fn is_obsolete(schema: &Schema, other: &str) -> bool {
    let text = schema.description.to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    says(OBSOLETE) || (says(REPLACED) && schema.description.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recommendation_must_name_the_other_member() {
        let obsolete = |text: &str| {
            let schema = Schema {
                description: text.to_owned(),
                ..Schema::default()
            };
            is_obsolete(&schema, "Key")
        };
        assert!(obsolete("This parameter will be removed in the future."));
        assert!(obsolete("We recommend that you use Tag.N.Key."));
        assert!(!obsolete("We recommend a short text."));
        assert!(!obsolete(
            "The key of the tag, compatible with all versions."
        ));
        assert!(!obsolete("Key of the tag."));
    }
}
