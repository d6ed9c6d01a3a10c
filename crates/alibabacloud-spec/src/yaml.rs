//! Parses YAML text into a tree with positions.
//!
//! Only what JSON can express is supported: no anchors, aliases, merge keys, tags or duplicate
//! keys. Plain scalars follow the core schema of YAML 1.2; those that YAML 1.1 tools read
//! differently (`no`, `2019-06-01`) must be quoted.

use crate::node::{At, Data, Entry, MAX_BYTES, MAX_DEPTH, Map, Node};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use serde_json::Number;

/// Copies the entries of another map in YAML 1.1.
const MERGE_KEY: &str = "<<";

/// An error in the text itself.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) at: At,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
}

/// Parses one document. Returns a tree despite problems as long as the syntax is valid.
pub(crate) fn parse(file: usize, text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut builder = Builder {
        file,
        frames: Vec::new(),
        root: None,
        problems: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        builder.problem(
            At {
                file,
                ..At::default()
            },
            format!("the file is larger than {MAX_BYTES} bytes"),
            None,
        );
        return (None, builder.problems);
    }
    let complete = builder.read(&mut Parser::new_from_str(text));
    if complete && builder.root.is_none() {
        let start = At {
            file,
            line: 1,
            column: 1,
            width: 1,
        };
        builder.problem(start, "the file is empty".into(), None);
    }
    let root = builder.root.filter(|_| complete);
    (root, builder.problems)
}

struct Builder {
    file: usize,
    frames: Vec<Frame>,
    root: Option<Node>,
    problems: Vec<Problem>,
}

/// A list or map that is still open.
enum Frame {
    List {
        at: At,
        items: Vec<Node>,
    },
    Map {
        at: At,
        map: Map,
        /// The key whose value comes next, without a name when the key was rejected.
        key: Option<(Option<String>, At)>,
    },
}

impl Builder {
    /// Reads the events. Returns whether the whole document was read.
    fn read(&mut self, parser: &mut Parser<'_, StrInput<'_>>) -> bool {
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let mark = error.marker();
                    let at = At {
                        file: self.file,
                        line: mark.line(),
                        column: mark.col() + 1,
                        width: 1,
                    };
                    self.problem(at, format!("invalid YAML: {}", error.info()), None);
                    return false;
                }
            };
            let at = self.at(&span);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        self.problem(
                            at,
                            "more than one document in the file".into(),
                            Some("keep one document per file"),
                        );
                        return false;
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.reject_extras(at, anchor, tag.is_some());
                    self.scalar(&text, style, at);
                }
                Event::SequenceStart(anchor, tag) => {
                    self.reject_extras(at, anchor, tag.is_some());
                    self.frames.push(Frame::List {
                        at,
                        items: Vec::new(),
                    });
                }
                Event::MappingStart(anchor, tag) => {
                    self.reject_extras(at, anchor, tag.is_some());
                    self.frames.push(Frame::Map {
                        at,
                        map: Map::new(),
                        key: None,
                    });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(),
                Event::Alias(_) => {
                    self.problem(
                        at,
                        "aliases (`*name`) are not supported".into(),
                        Some("repeat the value, or share it with `$ref`"),
                    );
                    self.add(Node {
                        data: Data::Invalid,
                        at,
                    });
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
            }
            if self.frames.len() > MAX_DEPTH {
                self.problem(
                    at,
                    format!("nesting is deeper than {MAX_DEPTH} levels"),
                    None,
                );
                return false;
            }
        }
        true
    }

    fn at(&self, span: &Span) -> At {
        let one_line = span.start.line() == span.end.line();
        let width = if one_line {
            span.end.col().saturating_sub(span.start.col()).max(1)
        } else {
            1
        };
        At {
            file: self.file,
            line: span.start.line(),
            column: span.start.col() + 1,
            width,
        }
    }

    fn problem(&mut self, at: At, message: String, help: Option<&'static str>) {
        self.problems.push(Problem { at, message, help });
    }

    fn reject_extras(&mut self, at: At, anchor: usize, tagged: bool) {
        if anchor != 0 {
            self.problem(
                at,
                "anchors (`&name`) are not supported".into(),
                Some("repeat the value, or share it with `$ref`"),
            );
        }
        if tagged {
            self.problem(
                at,
                "tags (`!name`) are not supported".into(),
                Some("quote the value if it is text"),
            );
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: At) {
        if let Some(Frame::Map {
            key: key @ None, ..
        }) = self.frames.last_mut()
        {
            let is_merge = text == MERGE_KEY && style == ScalarStyle::Plain;
            *key = Some(((!is_merge).then(|| text.to_owned()), at));
            if is_merge {
                self.problem(
                    at,
                    "merge keys (`<<`) are not supported".into(),
                    Some("repeat the entries"),
                );
            }
            return;
        }
        let data = if style == ScalarStyle::Plain {
            resolve_plain(text)
        } else {
            Data::Text(text.to_owned())
        };
        if style == ScalarStyle::Plain && matches!(data, Data::Text(_)) && differs_in_yaml_1_1(text)
        {
            self.problem(
                at,
                format!("`{text}` without quotes is not text for every YAML tool"),
                Some("put it in double quotes"),
            );
        }
        self.add(Node { data, at });
    }

    fn close(&mut self) {
        let node = match self.frames.pop() {
            Some(Frame::List { at, items }) => Node {
                data: Data::List(items),
                at,
            },
            Some(Frame::Map { at, map, .. }) => Node {
                data: Data::Map(map),
                at,
            },
            None => return,
        };
        self.add(node);
    }

    /// Adds a finished value to its parent.
    fn add(&mut self, mut node: Node) {
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { map, key, .. }) => match key.take() {
                None => {
                    // The value itself is a key: `[a, b]: c`.
                    *key = Some((None, node.at));
                    self.problem(
                        node.at,
                        "a key is not text".into(),
                        Some("use a plain name as the key"),
                    );
                }
                Some((None, _)) => {}
                Some((Some(name), key_at)) => {
                    // Errors of a whole block are shown at its key.
                    if node.at.line > key_at.line
                        && matches!(node.data, Data::List(_) | Data::Map(_))
                    {
                        node.at = key_at;
                    }
                    if map.contains_key(&name) {
                        self.problem(
                            key_at,
                            format!("duplicate key `{name}`"),
                            Some("remove one of them"),
                        );
                    } else {
                        map.insert(
                            name,
                            Entry {
                                key_at,
                                value: node,
                            },
                        );
                    }
                }
            },
        }
    }
}

/// Resolves a plain scalar by the core schema of YAML 1.2.
fn resolve_plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Flag(true),
        "false" | "False" | "FALSE" => return Data::Flag(false),
        _ => {}
    }
    match number(text) {
        Some(number) => Data::Number(number),
        None => Data::Text(text.to_owned()),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts_as_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let only_number_characters = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'));
    if !starts_as_number || !only_number_characters || !digits.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let is_integer = digits.bytes().all(|b| b.is_ascii_digit());
    if is_integer && digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    if is_integer {
        if let Ok(value) = unsigned.parse::<i64>() {
            return Some(value.into());
        }
        if let Ok(value) = unsigned.parse::<u64>() {
            return Some(value.into());
        }
    }
    unsigned.parse::<f64>().ok().and_then(Number::from_f64)
}

/// Returns whether YAML 1.1 tools read this plain text as a boolean, a date or a number.
fn differs_in_yaml_1_1(text: &str) -> bool {
    const WORDS: [&str; 4] = ["yes", "no", "on", "off"];
    if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return true;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts_with_digit = digits.starts_with(|c: char| c.is_ascii_digit());
    let number_like = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'_' | b':' | b'.'));
    (starts_with_digit && number_like && !digits.contains("..") && digits.matches('.').count() < 2)
        || is_date_like(text)
        || is_based_number(digits)
}

/// Returns whether the text looks like `2019-06-01`, with or without a time after it.
fn is_date_like(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let numeric = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit())
    };
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after_day = rest.get(day_length..).unwrap_or_default();
    year.len() == 4
        && numeric(year, 4)
        && numeric(month, 2)
        && (1..=2).contains(&day_length)
        && (after_day.is_empty() || after_day.starts_with(['T', 't', ' ']))
}

/// Returns whether the text looks like `0x1f`, `0b11` or `0o17`.
fn is_based_number(digits: &str) -> bool {
    ["0x", "0b", "0o"].iter().any(|prefix| {
        digits
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a plain scalar as JSON, or the help of its problem.
    fn plain(text: &str) -> Result<String, &'static str> {
        let (root, problems) = parse(0, text);
        match problems.first() {
            Some(problem) => Err(problem.help.unwrap_or_default()),
            None => Ok(root.unwrap().to_json().to_string()),
        }
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, json) in [
            ("~", "null"),
            ("true", "true"),
            ("7", "7"),
            ("-7", "-7"),
            ("+7", "7"),
            ("18446744073709551615", "18446744073709551615"),
            ("1.5", "1.5"),
            ("1e3", "1000.0"),
            ("3.1.0", "\"3.1.0\""),
            ("i-bp1", "\"i-bp1\""),
            ("-", "[null]"),
            ("2019-06", "\"2019-06\""),
            ("e10", "\"e10\""),
            ("10.0.0.1", "\"10.0.0.1\""),
        ] {
            assert_eq!(plain(text), Ok(json.into()), "{text}");
        }
    }

    #[test]
    fn a_merge_key_in_quotes_is_a_plain_name() {
        assert_eq!(plain("<<: 1"), Err("repeat the entries"));
        assert_eq!(plain("\"<<\": 1"), Ok("{\"<<\":1}".into()));
    }

    #[test]
    fn text_that_older_tools_read_differently_needs_quotes() {
        for text in [
            "no",
            "Yes",
            "ON",
            "off",
            "2019-06-01",
            "2019-6-1T00:00:00Z",
            "12:30",
            "010",
            "1_000",
            "0x1F",
            "0b1",
        ] {
            assert_eq!(plain(text), Err("put it in double quotes"), "{text}");
            assert_eq!(
                plain(&format!("\"{text}\"")),
                Ok(format!("\"{text}\"")),
                "{text}"
            );
        }
    }

    #[test]
    fn values_have_their_positions() {
        let (root, problems) = parse(3, "a:\n  - é: here\n");
        assert!(problems.is_empty());
        let root = root.unwrap();
        let Data::List(items) = &root.get("a").unwrap().data else {
            panic!("a list");
        };
        let here = items[0].get("é").unwrap();
        assert_eq!(
            here.at,
            At {
                file: 3,
                line: 2,
                column: 8,
                width: 4
            }
        );
        assert_eq!(root.path_to(here).as_deref(), Some("$.a[0].é"));
    }
}
