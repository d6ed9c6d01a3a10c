//! The words of an error code.
//!
//! Services write the same code in many ways: `NotFound.Instance`, `InvalidInstanceId.NotFound`,
//! `INSTANCE_NOT_FOUND`. Rules over words cover all of them, and unlike rules over substrings they
//! do not find `FlowControl` in `NotInFlowController`.

/// The words of a code, in lower case: `InvalidRegionId.NotFound` is `invalid region id not found`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// Splits a code at everything that is not a letter or digit, and before each capital letter
    /// that begins a word: `DBInstanceNotFound` is `db instance not found`.
    pub(super) fn of(code: &str) -> Self {
        let chars: Vec<char> = code.chars().collect();
        let mut words = Vec::new();
        let mut word = String::new();
        for (at, c) in chars.iter().copied().enumerate() {
            let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
            let begins = c.is_uppercase()
                && (before.is_some_and(|before| !before.is_uppercase())
                    || chars.get(at + 1).is_some_and(|next| next.is_lowercase()));
            if (begins || !c.is_alphanumeric()) && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
        Self(words)
    }

    /// Returns whether the words contain those of `pattern`, one after the other. A word of the
    /// pattern that ends with `*` matches every word that starts with it.
    pub(super) fn contain(&self, pattern: &str) -> bool {
        (0..self.0.len()).any(|at| self.rest(at, pattern).is_some())
    }

    /// Returns whether the words contain any of the patterns.
    pub(super) fn contain_any(&self, patterns: &[&str]) -> bool {
        patterns.iter().any(|pattern| self.contain(pattern))
    }

    /// Returns whether the words start with those of any of the patterns.
    pub(super) fn start_with_any(&self, patterns: &[&str]) -> bool {
        patterns
            .iter()
            .any(|pattern| self.rest(0, pattern).is_some())
    }

    /// Returns whether the words end with those of any of the patterns.
    pub(super) fn end_with_any(&self, patterns: &[&str]) -> bool {
        let ends = |pattern| (0..self.0.len()).any(|at| self.rest(at, pattern) == Some(0));
        patterns.iter().any(|pattern| ends(pattern))
    }

    /// Returns whether the words are those of any of the patterns, with no others.
    pub(super) fn are_any(&self, patterns: &[&str]) -> bool {
        patterns
            .iter()
            .any(|pattern| self.rest(0, pattern) == Some(0))
    }

    /// Returns whether each word is one of `known`.
    pub(super) fn are_only(&self, known: &[&str]) -> bool {
        self.0.iter().all(|word| known.contains(&word.as_str()))
    }

    /// Returns how many words follow those of `pattern` at position `at`; `None` if others are
    /// there.
    fn rest(&self, at: usize, pattern: &str) -> Option<usize> {
        let mut words = self.0.iter().skip(at);
        let matches = pattern.split(' ').all(|pattern| {
            words
                .next()
                .is_some_and(|word| match pattern.strip_suffix('*') {
                    Some(start) => word.starts_with(start),
                    None => word == pattern,
                })
        });
        matches.then(|| words.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_spellings_have_the_same_words() {
        for (code, words) in [
            ("InvalidRegionId.NotFound", "invalid region id not found"),
            ("INSTANCE_NOT_EXIST", "instance not exist"),
            ("vswitch.not.exist", "vswitch not exist"),
            ("DBInstanceNotFound", "db instance not found"),
            ("QPSLimitExceeded", "qps limit exceeded"),
            ("iot.common.TooManyRequest", "iot common too many request"),
            ("NotInFlowController", "not in flow controller"),
            ("Ipv6-Gateway", "ipv6 gateway"),
            ("%s", "s"),
            ("", ""),
            ("..", ""),
            ("\u{4e2d}A", "\u{4e2d} a"),
        ] {
            let found = Words::of(code).0.join(" ");
            assert_eq!(found, words, "{code}");
        }
    }

    #[test]
    fn patterns_match_whole_words_in_order() {
        let words = Words::of("Rejected.FlowControlError");
        assert!(words.contain("flow control") && words.contain("flow contr*"));
        assert!(!words.contain("control flow") && !words.contain("flow contr"));
        assert!(!words.contain("error rejected"));
        assert!(words.start_with_any(&["missing", "reject*"]));
        assert!(!words.start_with_any(&["flow"]));
        assert!(words.end_with_any(&["control error"]) && !words.end_with_any(&["flow control"]));
        assert!(words.are_any(&["rejected flow control err*"]));
        assert!(!words.are_any(&["rejected flow control"]));
        assert!(words.are_only(&["error", "flow", "control", "rejected", "other"]));
        assert!(!words.are_only(&["rejected", "error"]));
        let none = Words::default();
        assert!(!none.contain("a") && !none.end_with_any(&["a"]) && none.are_only(&[]));
    }
}
