//! The search over the operations of a service.

use alibabacloud_spec::{Operation, Service};

/// The products that people look for most, the first before the others: their operations come first
/// among those of the same name.
const MOST_USED: [&str; 8] = ["ecs", "vpc", "rds", "ram", "slb", "cs", "r-kvstore", "kms"];

/// Returns the place of a product among those that people look for.
pub(crate) fn popularity(product: &str) -> usize {
    let place = MOST_USED.iter().position(|name| *name == product);
    place.unwrap_or(MOST_USED.len())
}

/// Where a search word was found, the best place first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// The word is the name of the operation or of its product.
    WholeName,
    /// The name begins with it.
    NameStart,
    /// A word of the name begins with it: `Instances` in `DescribeInstances`.
    NameWord,
    /// The name contains it.
    Name,
    Action,
    Parameter,
    Summary,
    Error,
}

impl Place {
    /// Returns the word that the page has for a place.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::WholeName | Self::NameStart | Self::NameWord | Self::Name => "name",
            Self::Action => "action",
            Self::Parameter => "parameter",
            Self::Summary => "summary",
            Self::Error => "error",
        }
    }
}

/// What an operation is found by. The summary is in lower case.
#[derive(Debug)]
struct SearchEntry {
    name: Term,
    is_deprecated: bool,
    summary: String,
    parameters: Vec<Term>,
    errors: Vec<Term>,
    actions: Vec<Term>,
}

/// A text to find, and to show when it is found.
#[derive(Debug)]
struct Term {
    lower: String,
    shown: String,
}

impl Term {
    fn new(text: &str) -> Self {
        Self {
            lower: text.to_lowercase(),
            shown: text.to_owned(),
        }
    }

    /// Returns whether a word of a name in Pascal case begins at an index.
    fn has_word_at(&self, start: usize) -> bool {
        let letter = self.shown.as_bytes().get(start);
        letter.is_some_and(u8::is_ascii_uppercase)
    }
}

/// What the operations of a service are found by.
#[derive(Debug)]
pub(crate) struct Index {
    /// The code and other names of the product.
    product: Vec<String>,
    /// In the order of the specification.
    entries: Vec<SearchEntry>,
}

/// An operation that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The worst place of a word.
    pub(crate) place: Place,
    is_deprecated: bool,
    /// The length of the name: of names with the same part, the shortest is meant most often.
    length: usize,
    /// The index of the operation in the specification.
    pub(crate) operation: usize,
    /// The text at the place; empty for the name and the summary.
    pub(crate) text: String,
}

impl Hit {
    /// Returns what decides on the order of hits, the best first.
    pub(crate) fn rank(&self) -> (Place, bool, usize) {
        (self.place, self.is_deprecated, self.length)
    }
}

impl Index {
    pub(crate) fn new(service: &Service) -> Self {
        let product = std::iter::once(&service.code).chain(&service.known_as);
        Self {
            product: product.map(|name| name.to_lowercase()).collect(),
            entries: service
                .operations
                .iter()
                .map(|operation| SearchEntry::new(service, operation))
                .collect(),
        }
    }

    /// Returns the operations in which all words are found, in the order of the specification.
    /// `words` are in lower case.
    pub(crate) fn find(&self, words: &[&str]) -> Vec<Hit> {
        let entries = self.entries.iter().enumerate();
        let hits = entries.filter_map(|(operation, entry)| {
            let places = words.iter().map(|word| self.place(entry, word));
            let worst = places.collect::<Option<Vec<_>>>()?.into_iter().max();
            let (place, text) = worst.unwrap_or((Place::Name, ""));
            Some(Hit {
                place,
                is_deprecated: entry.is_deprecated,
                length: entry.name.lower.len(),
                operation,
                text: text.to_owned(),
            })
        });
        hits.collect()
    }

    /// Returns the best place of a word, and the text there.
    fn place<'e>(&self, entry: &'e SearchEntry, word: &str) -> Option<(Place, &'e str)> {
        let in_one_of = |terms: &'e [Term], place| {
            let term = terms.iter().find(|term| term.lower.contains(word))?;
            Some((place, term.shown.as_str()))
        };
        let name = &entry.name.lower;
        if name == word || self.product.iter().any(|name| name == word) {
            return Some((Place::WholeName, ""));
        }
        let in_name = name.match_indices(word).map(|(start, _)| match start {
            0 => Place::NameStart,
            _ if entry.name.has_word_at(start) => Place::NameWord,
            _ => Place::Name,
        });
        if let Some(place) = in_name.min() {
            return Some((place, ""));
        }
        in_one_of(&entry.actions, Place::Action)
            .or_else(|| in_one_of(&entry.parameters, Place::Parameter))
            .or_else(|| entry.summary.contains(word).then_some((Place::Summary, "")))
            .or_else(|| in_one_of(&entry.errors, Place::Error))
    }
}

impl SearchEntry {
    fn new(service: &Service, operation: &Operation) -> Self {
        let permissions = service.permissions(operation);
        let actions = permissions.actions.iter();
        let parameters = operation.parameters.iter();
        let errors = operation.errors.iter();
        Self {
            name: Term::new(&operation.name),
            is_deprecated: operation.deprecated,
            summary: operation.summary.to_lowercase(),
            parameters: parameters
                .map(|parameter| Term::new(&parameter.name))
                .collect(),
            errors: errors.map(|error| Term::new(&error.code)).collect(),
            actions: actions.map(|action| Term::new(&action.action)).collect(),
        }
    }
}
