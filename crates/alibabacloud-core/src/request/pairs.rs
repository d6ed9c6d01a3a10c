//! Names and values in one allocation.

use std::fmt;

/// Names and values of a query or form, decoded. All text is in one buffer, so that a request with
/// many parameters needs two allocations.
///
/// `Debug` shows only the names, because values can be secret.
#[derive(Clone, Default)]
pub struct Pairs {
    text: String,
    spans: Vec<PairSpan>,
}

#[derive(Clone, Copy)]
struct PairSpan {
    start: usize,
    name_end: usize,
    value_end: usize,
}

impl Pairs {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            spans: Vec::new(),
        }
    }

    /// Adds a pair.
    pub fn push(&mut self, name: &str, value: &str) {
        if self.spans.is_empty() {
            // Enough for most requests, so that nothing is reallocated.
            self.text.reserve(256);
            self.spans.reserve(8);
        }
        let start = self.text.len();
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.spans.push(PairSpan {
            start,
            name_end,
            value_end: self.text.len(),
        });
    }

    /// Returns the first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        // The length, which differs for most, is compared first.
        let span = self
            .spans
            .iter()
            .find(|span| span.name_end - span.start == name.len() && span.name(&self.text) == name);
        span.map(|span| span.pair(&self.text).1)
    }

    /// Returns whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Returns the number of pairs.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Returns the number of bytes of all names and values.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Sorts by name and then by value, byte by byte, as signatures require.
    pub fn sort(&mut self) {
        let text = &self.text;
        self.spans.sort_unstable_by_key(|span| span.pair(text));
    }

    /// Returns the pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.spans.iter().map(|span| span.pair(&self.text))
    }
}

impl PairSpan {
    fn name<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.name_end).unwrap_or_default()
    }

    fn pair<'a>(&self, text: &'a str) -> (&'a str, &'a str) {
        let value = text.get(self.name_end..self.value_end);
        (self.name(text), value.unwrap_or_default())
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Pairs {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(iter: T) -> Self {
        let mut pairs = Self::new();
        for (name, value) in iter {
            pairs.push(name.as_ref(), value.as_ref());
        }
        pairs
    }
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_sorted_by_bytes_of_name_then_value() {
        let mut pairs: Pairs = [
            ("Tag.2", "x"),
            ("Tag.10", ""),
            ("b", "2"),
            ("Tag.1", "é"),
            ("b", "1"),
        ]
        .into_iter()
        .collect();
        assert_eq!(pairs.get("b"), Some("2"));
        assert_eq!(pairs.get("Tag.10"), Some(""));
        assert_eq!(pairs.get("Tag"), None);
        pairs.sort();
        let sorted: Vec<_> = pairs.iter().collect();
        assert_eq!(
            sorted,
            [
                ("Tag.1", "é"),
                ("Tag.10", ""),
                ("Tag.2", "x"),
                ("b", "1"),
                ("b", "2")
            ]
        );
        assert_eq!(
            format!("{pairs:?}"),
            r#"["Tag.1", "Tag.10", "Tag.2", "b", "b"]"#
        );
    }
}
