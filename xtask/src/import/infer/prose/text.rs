//! Where a phrase is in a text, and what may be concluded from its place.

/// A place in a text behind a phrase, such as behind `Valid values:`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextPlace<'t> {
    /// The text after the phrase.
    pub(super) rest: &'t str,
    /// The sentence before the phrase, from its start.
    head: &'t str,
    /// The line before the phrase, from its start.
    line: &'t str,
}

impl<'t> TextPlace<'t> {
    /// Returns whether the statement holds for the field in general: it is not in a note, a table
    /// or an item of a list, and its sentence has no condition.
    pub(super) fn is_general(&self) -> bool {
        let line = self.line.trim_start();
        if line.starts_with(['>', '|', '#']) {
            return false;
        }
        let behind_bullet = after_bullet(self.line).is_some_and(|text| !text.trim().is_empty());
        !behind_bullet && !has_condition(self.head)
    }

    /// Returns whether the phrase starts its sentence.
    pub(super) fn starts_sentence(&self) -> bool {
        let head = self.head.trim_start();
        after_bullet(head).unwrap_or(head).trim().is_empty()
    }

    /// Returns the sentence before the phrase.
    pub(super) fn head(&self) -> &'t str {
        self.head
    }
}

/// A text, and the same in lower case, in which phrases are found quickly.
pub(super) struct Text<'t> {
    raw: &'t str,
    lower: String,
}

impl<'t> Text<'t> {
    /// Prepares a text for searches.
    pub(super) fn new(raw: &'t str) -> Self {
        // Only ASCII changes, so that the positions stay.
        let lower = raw.to_ascii_lowercase();
        Self { raw, lower }
    }

    /// Returns the text as it was published.
    pub(super) fn raw(&self) -> &'t str {
        self.raw
    }

    /// Returns whether the text has a word, which is given in lower case.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.lower.contains(word)
    }

    /// Returns how often a word occurs.
    pub(super) fn count(&self, word: &str) -> usize {
        self.lower.matches(word).count()
    }

    /// Returns the place after each occurrence of one of the phrases, which are in lower case. Each
    /// has the anchor, so that one search finds all of them.
    pub(super) fn places(&self, anchor: &str, phrases: &[&str]) -> Vec<TextPlace<'t>> {
        let mut found = Vec::new();
        for (at, _) in self.lower.match_indices(anchor) {
            for phrase in phrases {
                let offset = phrase.find(anchor).unwrap_or_default();
                let Some(start) = at.checked_sub(offset) else {
                    continue;
                };
                let matches = self.lower.as_bytes()[start..].starts_with(phrase.as_bytes());
                let before = self.lower.as_bytes()[..start].last();
                if matches && !before.is_some_and(u8::is_ascii_alphanumeric) {
                    found.push(self.place(start, start + phrase.len()));
                }
            }
        }
        found
    }

    fn place(&self, start: usize, end: usize) -> TextPlace<'t> {
        let before = &self.raw[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        TextPlace {
            rest: &self.raw[end..],
            head: &before[sentence_start(before)..],
            line: &before[line_start..],
        }
    }
}

/// Returns where the last sentence of a text starts: after a full stop and a blank, or after a line
/// break.
fn sentence_start(text: &str) -> usize {
    let bytes = text.as_bytes();
    for at in (0..bytes.len()).rev() {
        let ends = match bytes[at] {
            b'\n' => true,
            b' ' => at > 0 && matches!(bytes[at - 1], b'.' | b'!' | b'?' | b';'),
            _ => false,
        };
        // `i.e. ` and `e.g. ` end no sentence.
        let abbreviation = at >= 4 && matches!(&bytes[at - 4..at], b"i.e." | b"e.g.");
        if ends && !abbreviation {
            return at + 1;
        }
    }
    0
}

/// Returns whether a part of a sentence has a condition.
pub(super) fn has_condition(text: &str) -> bool {
    const CONDITIONS: &[&str] = &[
        "if",
        "when",
        "unless",
        "only",
        "for",
        "otherwise",
        "whose",
        "where",
        "each",
        "case",
        "cases",
        "depends",
        "while",
        "former",
        "after",
        "before",
        "in",
        "per",
    ];
    // `The value can contain only letters and ...` goes on with what holds in general.
    let text = text.replace("contain only ", "contain ");
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            CONDITIONS
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        })
}

/// Returns the text after the mark of a list item, without its indentation.
pub(super) fn after_bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line
        .strip_prefix(['*', '-', '+'])
        .or_else(|| line.strip_prefix('•'))?;
    // Two asterisks are bold text.
    rest.starts_with([' ', '\t', '\u{a0}'])
        .then(|| rest.trim_start())
}

/// One value at the start of a text, with what follows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) value: String,
    /// The text after the value and its quotes.
    pub(super) rest: &'t str,
    /// The quotes around it: `**`, a backtick, or nothing.
    pub(super) quote: &'static str,
    /// Whether a colon is inside of the quotes.
    pub(super) has_colon: bool,
    /// Whether the text marks the value as the default.
    pub(super) is_default: bool,
}

/// Reads a value: a word without blanks, plain, bold or in backticks.
pub(super) fn token(text: &str) -> Option<Token<'_>> {
    let text = text.trim_start();
    let mut quote = "";
    let (content, rest) = match ["**", "`", "\"", "*"]
        .into_iter()
        .find(|quote| text.starts_with(quote))
    {
        Some(mark) => {
            quote = mark;
            let inner = text[mark.len()..].trim_start_matches(['`', '"']);
            let end = inner.find(mark)?;
            (
                inner[..end].trim_end_matches(['`', '"']),
                &inner[end + mark.len()..],
            )
        }
        None => {
            let ends = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | ',' | ';');
            let end = text.find(ends).unwrap_or(text.len());
            let content = &text[..end];
            // A full stop after the word ends the sentence.
            let content = content.strip_suffix('.').unwrap_or(content);
            (content, &text[content.len()..])
        }
    };
    let content = content.trim();
    // `ICMP(IPv4)` is a name of its own; only a mark of the default is not a part of the value.
    let (content, marked) = match content.find(['(', '（']) {
        Some(at) if is_default_mark(&content[at..]) => (content[..at].trim_end(), true),
        _ => (content, false),
    };
    let has_colon = content.ends_with([':', '：']);
    let content = content.trim_end_matches([':', '.', ',', '：']);
    let value = content.replace('\\', "");
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '@');
    let is_value = value.len() <= 64
        && value.chars().all(plain)
        && value.chars().any(|c| c.is_ascii_alphanumeric());
    is_value.then(|| Token {
        is_default: marked || is_default_mark(rest.trim_start_matches(['*', ' '])),
        value,
        rest,
        quote,
        has_colon,
    })
}

/// Returns whether a text starts with `(default)`.
fn is_default_mark(text: &str) -> bool {
    let inner = text.trim_start_matches(['(', '（']).trim_start();
    let starts = inner
        .get(..7)
        .is_some_and(|word| word.eq_ignore_ascii_case("default"));
    text.starts_with(['(', '（']) && starts
}

/// Skips a remark in parentheses.
pub(super) fn after_remark(text: &str) -> Option<&str> {
    let trimmed = text.trim_start_matches(' ');
    if !trimmed.starts_with('(') {
        return Some(text);
    }
    let end = trimmed.find([')', '\n'])?;
    trimmed[end..].strip_prefix(')')
}

/// Returns whether a statement ends here: at the end of the text, of the line or of the sentence.
pub(super) fn ends_statement(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\u{a0}']);
    match rest.chars().next() {
        None | Some('\n' | ';' | '。') => true,
        Some('.') => rest[1..].chars().next().is_none_or(char::is_whitespace),
        Some(_) => false,
    }
}
