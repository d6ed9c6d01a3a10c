//! The rules of a service crate, as the generator writes them. `docs/generated-code.md` describes
//! the text.

use alibabacloud_types::plumbing::percent_decode;
use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Lines;

/// The rules of a service about the values of requests, by operation and shared schema.
///
/// Creating them finds where each operation starts; the rules of an operation are parsed when they
/// are needed.
#[derive(Debug)]
pub struct ValueRules {
    /// The names of operations, and those of shared schemas after `@`, each with its lines. Sorted.
    blocks: Vec<(&'static str, &'static str)>,
}

/// A parameter, a field, or what an array or a map contains.
#[derive(Debug, PartialEq)]
pub(super) struct Node<'t> {
    /// The name in the text: a name of the API, encoded, or [`ELEMENTS`] or [`ENTRIES`].
    word: &'t str,
    pub(super) is_required: bool,
    pub(super) rule: Option<ValueRule<'t>>,
    pub(super) inner: Vec<Node<'t>>,
}

/// A rule about a value.
#[derive(Debug, PartialEq)]
pub(super) enum ValueRule<'t> {
    /// A minimum and a maximum: of an integer, of the characters of a text, or of the items of an
    /// array.
    Limits {
        least: Option<i128>,
        most: Option<i128>,
    },
    /// The known values of an enum.
    OneOf(Vec<Cow<'t, str>>),
    /// A text is valid JSON, or empty.
    Json,
    /// The rules of the shared schema with this name in the text.
    Shared(&'t str),
}

/// The name of the elements of an array.
const ELEMENTS: &str = "[]";
/// The name of the values of a map.
const ENTRIES: &str = "{}";

impl ValueRules {
    /// Creates the rules of a service from their text.
    pub fn new(text: &'static str) -> Self {
        let mut starts = Vec::new();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with(|first: char| first != '#' && !first.is_ascii_whitespace()) {
                starts.push(offset);
            }
            offset += line.len();
        }
        let ends = starts.iter().copied().skip(1).chain([text.len()]);
        let mut blocks: Vec<_> = starts
            .iter()
            .zip(ends)
            .filter_map(|(&start, end)| {
                let block = text.get(start..end)?;
                Some((block.split_ascii_whitespace().next()?, block))
            })
            .collect();
        blocks.sort_unstable();
        Self { blocks }
    }

    /// Returns the names of the operations that have rules, and those of shared schemas after `@`.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.blocks.iter().map(|(name, _)| *name)
    }

    /// Returns the rules of an operation, or of a shared schema; `None` if it has none.
    ///
    /// # Errors
    /// If the text cannot be parsed.
    pub(super) fn find(&self, name: &str) -> Result<Option<Node<'static>>, InvalidRules> {
        let found = self.blocks.binary_search_by_key(&name, |(name, _)| name);
        let block = found.ok().and_then(|index| self.blocks.get(index));
        block.map(|(_, block)| Node::parse(block)).transpose()
    }
}

/// The text of the rules is not what the generator writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidRules;

impl<'t> Node<'t> {
    /// Parses the lines of an operation or shared schema.
    fn parse(block: &'t str) -> Result<Self, InvalidRules> {
        let mut lines = block.lines().peekable();
        let mut nodes = parse_nodes(&mut lines, 0)?;
        match (nodes.pop(), nodes.is_empty(), lines.next()) {
            (Some(node), true, None) => Ok(node),
            _ => Err(InvalidRules),
        }
    }

    /// Parses a line without what follows it.
    fn parse_line(line: &'t str) -> Result<Self, InvalidRules> {
        let mut words = line.split_ascii_whitespace().peekable();
        let mut node = Self {
            word: words.next().ok_or(InvalidRules)?,
            is_required: words.next_if_eq(&"!").is_some(),
            rule: None,
            inner: Vec::new(),
        };
        node.rule = match words.next() {
            None => None,
            Some("json") => Some(ValueRule::Json),
            Some("=") => Some(ValueRule::OneOf(words.by_ref().map(decode).collect())),
            Some(name) if name.starts_with('@') => Some(ValueRule::Shared(name)),
            Some(limits) => {
                let (least, most) = limits.split_once("..").ok_or(InvalidRules)?;
                Some(ValueRule::Limits {
                    least: parse_limit(least)?,
                    most: parse_limit(most)?,
                })
            }
        };
        match words.next() {
            None => Ok(node),
            Some(_) => Err(InvalidRules),
        }
    }

    /// Returns the name of a parameter or field.
    pub(super) fn name(&self) -> Cow<'t, str> {
        decode(self.word)
    }

    /// Returns what contains the rules of the elements of an array.
    pub(super) fn elements(&self) -> Option<&Self> {
        self.inner.iter().find(|node| node.word == ELEMENTS)
    }

    /// Returns what contains the rules of the values of a map.
    pub(super) fn entries(&self) -> Option<&Self> {
        self.inner.iter().find(|node| node.word == ENTRIES)
    }
}

/// Parses the lines that are indented by `depth` spaces, and what is below them.
fn parse_nodes<'t>(
    lines: &mut Peekable<Lines<'t>>,
    depth: usize,
) -> Result<Vec<Node<'t>>, InvalidRules> {
    let mut nodes = Vec::new();
    while let Some(line) = lines.next_if(|line| indent(line) == depth) {
        let mut node = Node::parse_line(line)?;
        node.inner = parse_nodes(lines, depth + 1)?;
        nodes.push(node);
    }
    Ok(nodes)
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

fn parse_limit(text: &str) -> Result<Option<i128>, InvalidRules> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| InvalidRules),
    }
}

/// Returns the text that a word encodes: percent-encoded, and a lone `%` for the empty text.
fn decode(word: &str) -> Cow<'_, str> {
    match word {
        "%" => Cow::Borrowed(""),
        word if word.contains('%') => percent_decode(word).map_or(Cow::Borrowed(word), Cow::Owned),
        word => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_by_name() {
        let rules = ValueRules::new(
            "# A comment.\n@Tag\n Key ! ..3\nList\n A 1..9\n  B json\nGet\n C = x %20 %\n",
        );
        assert_eq!(rules.names().collect::<Vec<_>>(), ["@Tag", "Get", "List"]);
        let list = rules.find("List").unwrap().unwrap();
        assert_eq!(list.inner.len(), 1);
        assert_eq!(list.inner[0].name(), "A");
        assert_eq!(list.inner[0].inner[0].rule, Some(ValueRule::Json));
        let get = rules.find("Get").unwrap().unwrap();
        let values = ["x", " ", ""].map(Cow::Borrowed).to_vec();
        assert_eq!(get.inner[0].rule, Some(ValueRule::OneOf(values)));
        assert_eq!(rules.find("Lis"), Ok(None));
        assert_eq!(ValueRules::new("").find("List"), Ok(None));
    }

    #[test]
    fn a_text_that_cannot_be_parsed_is_an_error() {
        for text in [
            "A\n  B 1..\n",
            "A\n B 1\n",
            "A\n B x..\n",
            "A\n B json 1..\n",
            "A\n B\n   C 1..\n",
            "A\n B ! ! 1..\n",
        ] {
            let rules = ValueRules::new(text);
            assert_eq!(rules.find("A"), Err(InvalidRules), "{text}");
        }
    }

    #[test]
    fn lines_may_end_with_a_carriage_return() {
        let rules = ValueRules::new("A\r\n B ! 1..2\r\n");
        let node = rules.find("A").unwrap().unwrap();
        assert!(node.inner[0].is_required);
    }
}
