//! Where the documentation of a place comes from.

use alibabacloud_codegen::glossary::{Layer, has_own_words};
use alibabacloud_codegen::meaning::says_more;
use alibabacloud_spec::{Kind, Operation, RamStatus, Schema};

/// The source of a documentation, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TextSource {
    /// Words of its own.
    Own,
    /// Words of the service's glossary.
    ServiceGlossary,
    /// Words of the common glossary.
    CommonGlossary,
    /// Facts only: known values, limits, a default; of an operation errors, permissions, changes.
    Facts,
    /// Nothing but its name and type.
    Nothing,
}

impl TextSource {
    /// All sources, in the order of the columns.
    pub(super) const ALL: [Self; 5] = [
        Self::Own,
        Self::ServiceGlossary,
        Self::CommonGlossary,
        Self::Facts,
        Self::Nothing,
    ];

    /// Returns the name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::ServiceGlossary => "service glossary",
            Self::CommonGlossary => "common glossary",
            Self::Facts => "facts",
            Self::Nothing => "none",
        }
    }

    /// Returns whether there are words, whoever wrote them.
    pub(super) fn is_words(self) -> bool {
        matches!(
            self,
            Self::Own | Self::ServiceGlossary | Self::CommonGlossary
        )
    }
}

/// Returns the source of an operation's documentation.
pub(super) fn of_operation(operation: &Operation) -> TextSource {
    let has_words = [&operation.summary, &operation.description]
        .iter()
        .any(|text| says_more(text, &operation.name));
    let ram = operation.ram.as_ref();
    let is_documented = ram.is_some_and(|ram| ram.status != RamStatus::Unknown);
    if has_words {
        TextSource::Own
    } else if is_documented || !operation.errors.is_empty() || !operation.changes.is_empty() {
        TextSource::Facts
    } else {
        TextSource::Nothing
    }
}

/// Returns the source of the documentation of a parameter or field. `resolved` is the schema, or
/// the shared one that it refers to; `glossary` is the layer with a text for its name.
pub(super) fn of_value(
    name: &str,
    schema: &Schema,
    resolved: &Schema,
    glossary: Option<Layer>,
) -> TextSource {
    if has_own_words(name, schema, &resolved.description) {
        TextSource::Own
    } else if let Some(layer) = glossary {
        match layer {
            Layer::Service => TextSource::ServiceGlossary,
            Layer::Common => TextSource::CommonGlossary,
        }
    } else if has_facts(schema) || has_facts(resolved) {
        TextSource::Facts
    } else {
        TextSource::Nothing
    }
}

fn has_facts(schema: &Schema) -> bool {
    matches!(&schema.kind, Kind::Enum(values) if !values.is_empty())
        || schema.default.is_some()
        || schema.minimum.is_some()
        || schema.maximum.is_some()
        || schema.min_length.is_some()
        || schema.max_length.is_some()
        || schema.min_items.is_some()
        || schema.max_items.is_some()
        || schema.pattern.is_some()
        || schema.unit.is_some()
        || !schema.values.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_apart_from_words() {
        let plain = Schema {
            description: "Page size.".to_owned(),
            ..Schema::default()
        };
        let limited = Schema {
            maximum: Some(100),
            ..plain.clone()
        };
        let described = Schema {
            description: "Entries on a page.".to_owned(),
            ..limited.clone()
        };
        for (schema, expected) in [
            (&plain, TextSource::Nothing),
            (&limited, TextSource::Facts),
            (&described, TextSource::Own),
        ] {
            assert_eq!(of_value("PageSize", schema, schema, None), expected);
        }
        // A glossary is better than facts, and the own text better than a glossary.
        let service = Some(Layer::Service);
        for (schema, expected) in [
            (&plain, TextSource::ServiceGlossary),
            (&limited, TextSource::ServiceGlossary),
            (&described, TextSource::Own),
        ] {
            assert_eq!(of_value("PageSize", schema, schema, service), expected);
        }
        let in_gib = Schema {
            unit: Some("GiB".to_owned()),
            ..Schema::default()
        };
        assert_eq!(of_value("Size", &in_gib, &in_gib, None), TextSource::Facts);
        // The text of a shared schema describes a field without one.
        let reference = Schema {
            kind: Kind::Ref("PageSize".to_owned()),
            ..Schema::default()
        };
        assert_eq!(
            of_value("PageSize", &reference, &described, None),
            TextSource::Own
        );
    }
}
