//! Writes the canonical form of YAML.
//!
//! Every list and map is a block, except for empty ones. A text is on the line of its key if it
//! fits there, plain where possible and in double quotes where necessary; longer texts are folded
//! and texts of several lines are literal blocks.

use super::scalar::{self, Form, WIDTH};
use super::tree::{Block, Document, Entry, Yaml};

/// Writes a document.
pub(crate) fn write(document: &Document) -> String {
    let mut writer = Writer { out: String::new() };
    writer.comments(&document.head, 0);
    writer.root(&document.root);
    writer.comments(&document.tail, 0);
    writer.out
}

struct Writer {
    out: String,
}

impl Writer {
    fn root(&mut self, root: &Yaml) {
        match root {
            Yaml::Map(block) | Yaml::List(block) if !block.entries.is_empty() => {
                self.block(root, block, 0);
            }
            other => {
                self.value(other, None, 0, 0);
            }
        }
    }

    fn pad(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn comments(&mut self, lines: &[String], indent: usize) {
        for line in lines {
            if !line.is_empty() {
                self.pad(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    /// Writes the entries of a list or map, each on lines of its own.
    fn block(&mut self, value: &Yaml, block: &Block, indent: usize) {
        for entry in &block.entries {
            match value {
                Yaml::List(_) => {
                    self.comments_of_item(entry, indent);
                    self.pad(indent);
                    self.item(entry, indent);
                }
                _ => {
                    self.comments(&entry.above, indent);
                    self.pad(indent);
                    self.entry(entry, indent);
                }
            }
        }
        self.comments(&block.tail, indent);
    }

    /// Writes the comments of an item. Those of the first entry in it are above the item, since
    /// both are on one line.
    fn comments_of_item(&mut self, item: &Entry, indent: usize) {
        self.comments(&item.above, indent);
        let (Yaml::List(block) | Yaml::Map(block)) = &item.value else {
            if !has_comment_behind(item, indent) {
                self.comments(item.behind.as_slice(), indent);
            }
            return;
        };
        let Some(first) = block.entries.first() else {
            return;
        };
        self.comments(item.behind.as_slice(), indent);
        if matches!(item.value, Yaml::List(_)) {
            self.comments_of_item(first, indent);
        } else {
            self.comments(&first.above, indent);
        }
    }

    /// Writes `key: value`; the line is already indented.
    fn entry(&mut self, entry: &Entry, indent: usize) {
        let start = self.out.len();
        scalar::write_line(&mut self.out, &entry.key);
        self.out.push(':');
        let column = indent + self.out[start..].chars().count();
        let comment = entry.behind.as_deref();
        match &entry.value {
            Yaml::Map(block) | Yaml::List(block) if !block.entries.is_empty() => {
                self.behind(comment);
                self.out.push('\n');
                self.block(&entry.value, block, indent + 2);
            }
            value => {
                self.out.push(' ');
                self.value(value, comment, indent, column + 1);
            }
        }
    }

    /// Writes `- item`; the line is already indented.
    fn item(&mut self, item: &Entry, indent: usize) {
        self.out.push_str("- ");
        let inner = indent + 2;
        match &item.value {
            Yaml::Map(block) | Yaml::List(block) if !block.entries.is_empty() => {
                for (index, entry) in block.entries.iter().enumerate() {
                    let is_list = matches!(item.value, Yaml::List(_));
                    if index > 0 {
                        if is_list {
                            self.comments_of_item(entry, inner);
                        } else {
                            self.comments(&entry.above, inner);
                        }
                        self.pad(inner);
                    }
                    if is_list {
                        self.item(entry, inner);
                    } else {
                        self.entry(entry, inner);
                    }
                }
                self.comments(&block.tail, inner);
            }
            value => {
                let comment = item.behind.as_deref();
                let comment = comment.filter(|_| has_comment_behind(item, indent));
                self.value(value, comment, indent, inner);
            }
        }
    }

    /// Writes a scalar or an empty list or map, which begins at a column, to the end of its line.
    fn value(&mut self, value: &Yaml, comment: Option<&str>, indent: usize, column: usize) {
        match value {
            Yaml::Map(block) | Yaml::List(block) => {
                self.out.push_str(if matches!(value, Yaml::Map(_)) {
                    "{}"
                } else {
                    "[]"
                });
                self.behind(comment);
                self.out.push('\n');
                self.comments(&block.tail, indent);
            }
            scalar => {
                self.scalar(scalar, comment, indent, column);
                self.out.push('\n');
            }
        }
    }

    /// Writes a scalar without the last line break.
    fn scalar(&mut self, value: &Yaml, comment: Option<&str>, indent: usize, column: usize) {
        let text = match value {
            Yaml::Text(text) => text,
            Yaml::Literal(text) => {
                self.out.push_str(text);
                return self.behind(comment);
            }
            Yaml::List(_) | Yaml::Map(_) => return,
        };
        let form = scalar::form(text, column);
        let body = text.strip_suffix('\n').unwrap_or(text);
        let inner = indent + 2;
        let lines = match form {
            Form::Line => {
                scalar::write_line(&mut self.out, text);
                return self.behind(comment);
            }
            Form::Literal => {
                self.out.push('|');
                body.split('\n').collect()
            }
            Form::Folded => {
                self.out.push('>');
                scalar::fold(body, WIDTH.saturating_sub(inner))
            }
        };
        if body.len() == text.len() {
            self.out.push('-');
        }
        self.behind(comment);
        for line in lines {
            self.out.push('\n');
            if !line.is_empty() {
                self.pad(inner);
                self.out.push_str(line);
            }
        }
    }

    fn behind(&mut self, comment: Option<&str>) {
        if let Some(comment) = comment {
            self.out.push(' ');
            self.out.push_str(comment);
        }
    }
}

/// Returns whether the comment of an item can be on its line, which is not so for the header of a
/// block: its text begins on the next line, and the comment would be read as one above it.
fn has_comment_behind(item: &Entry, indent: usize) -> bool {
    match &item.value {
        Yaml::Text(text) => scalar::form(text, indent + 2) == Form::Line,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: Yaml) -> String {
        write(&Document::from(value))
    }

    #[test]
    fn lists_in_lists_and_maps_in_lists_line_up() {
        let mut map = Yaml::map();
        map.put("a", Yaml::list([Yaml::texts(&["x", "z"])]));
        let mut entry = Yaml::map();
        entry.put("k", Yaml::prose("one\ntwo"));
        entry.put("l", Yaml::literal(2));
        map.put("b", Yaml::list([entry]));
        assert_eq!(
            written(map),
            "a:\n  - - x\n    - z\nb:\n  - k: |\n      one\n      two\n    l: 2\n"
        );
    }

    #[test]
    fn long_texts_are_folded() {
        let words = "word ".repeat(19);
        let mut map = Yaml::map();
        map.put("a", Yaml::text(format!("{words}# yyyyyyyyy")));
        map.put("b", Yaml::text("y".repeat(120)));
        map.put("c", Yaml::text(format!("{words}: y\n")));
        assert_eq!(
            written(map),
            format!(
                "a: >-\n  {0}#\n  yyyyyyyyy\nb: {1}\nc: >\n  {0}: y\n",
                words,
                "y".repeat(120)
            )
        );
    }

    #[test]
    fn the_last_line_break_is_kept_or_not() {
        let mut map = Yaml::map();
        map.put("a", Yaml::text(" x\ny"));
        map.put("b", Yaml::text("x\n"));
        map.put("c", Yaml::text("x\n\n  y"));
        map.put("d", Yaml::text("x\ny\n"));
        assert_eq!(
            written(map),
            "a: \" x\\ny\"\nb: |\n  x\nc: |-\n  x\n\n    y\nd: |\n  x\n  y\n"
        );
    }
}
