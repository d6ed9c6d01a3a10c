//! Parses YAML text into a tree with positions.
//!
//! Only what JSON can express is supported: no anchors, aliases, merge keys, tags or duplicate
//! keys. Plain scalars follow the core schema of YAML 1.2; those that YAML 1.1 tools read
//! differently (`no`, `2019-06-01`) must be quoted.

use crate::blocks;
use crate::node::{At, Data, Entry, MAX_BYTES, MAX_DEPTH, Map, Node};
use crate::scalar::{differs_in_yaml_1_1, resolve_plain};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

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
    if text.len() > MAX_BYTES {
        let problem = Problem {
            at: At {
                file,
                ..At::default()
            },
            message: format!("the file is larger than {MAX_BYTES} bytes"),
            help: None,
        };
        return (None, vec![problem]);
    }
    match blocks::parse(file, text) {
        Some(root) => (Some(root), Vec::new()),
        None => parse_any(file, text),
    }
}

/// Parses one document of any form.
fn parse_any(file: usize, text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut builder = Builder {
        file,
        frames: Vec::new(),
        root: None,
        problems: Vec::new(),
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

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

    /// Returns whether the reader of blocks reads a text. It must return what the parser of all of
    /// YAML does.
    #[track_caller]
    fn is_read_by_blocks(text: &str) -> bool {
        let Some(blocks) = blocks::parse(3, text) else {
            return false;
        };
        let (any, problems) = parse_any(3, text);
        assert!(problems.is_empty(), "{text}\n{problems:?}");
        assert_eq!(
            format!("{blocks:?}"),
            format!("{:?}", any.unwrap()),
            "{text}"
        );
        true
    }

    /// All forms that the reader of blocks knows.
    const BLOCKS: &str = "\
# Head.
openapi: 3.1.0
info:
  title: Shop's \"goods\"
  version: \"2020-01-01\"
  # In between.
  description: |
    One `x`: y.

      - indented
    Tw\u{f6}.
  empty: {}
x-t\u{e4}gs:
  - name: a
    list: []
    why: >-
      One that is
      folded.
  - - 'it''s'
    - \"a\\n\\\"b\\\"\"
    - |-
      x: 1
  - plain text
  - /#Action=Run
  - .*
\"q: k\": -1
'a: b':
    deep: 1.5
    deeper: ~
last: >
  folded
";

    #[test]
    fn blocks_are_read_as_by_the_parser_of_all_of_yaml() {
        assert!(is_read_by_blocks(BLOCKS));
        // Forms and errors that are left to the other parser.
        for text in [
            "",
            "a: b",
            "a:\n",
            "a:\n- b\n",
            "- a\n b\n",
            "a: b\n  c\n",
            "a: {b: c}\n",
            "a: [b]\n",
            "a: &x b\n",
            "a: *x\n",
            "a: !x b\n",
            "<<: b\n",
            "? a\n",
            "--- a\n",
            "a: b\n---\n",
            "a: b\n...\n",
            "%YAML 1.2\n",
            "a: b: c\n",
            "a: b # c\n",
            "a: no\n",
            "a: 1\na: 2\n",
            "a: |+\n  b\n",
            "a: |2\n  b\n",
            "a: |\nb: c\n",
            "a: >\n  b\n\n  c\n",
            "a: \"b\n  c\"\n",
            "a: \"\\x41\"\n",
            "a:\tb\n",
            "a: b\r\n",
            "\u{feff}a: b\n",
            "text\n",
            "a: b \n",
            "a : b\n",
            "a:  b\n",
            "-  a\n",
            "a:\n  b\n",
            " a: b\nc: d\n",
        ] {
            assert!(!is_read_by_blocks(text), "{text:?}");
        }
    }

    /// Each character is removed, and others are inserted before it.
    #[test]
    fn changed_blocks_are_read_as_by_the_parser_of_all_of_yaml() {
        let mut read = 0;
        let places: Vec<usize> = BLOCKS.char_indices().map(|(at, _)| at).collect();
        for &at in &places {
            let (before, after) = BLOCKS.split_at(at);
            let mut rest = after.chars();
            rest.next();
            let removed = format!("{before}{}", rest.as_str());
            read += usize::from(is_read_by_blocks(&removed));
            for more in [
                " ", "  ", "\n", "- ", ": ", " # ", "\"", "'", "|", "x", "1", "\\",
            ] {
                read += usize::from(is_read_by_blocks(&format!("{before}{more}{after}")));
            }
        }
        assert!(read > places.len(), "{read} of {}", places.len());
    }

    /// Nothing is compared where the repository is not.
    #[test]
    fn specifications_are_read_as_by_the_parser_of_all_of_yaml() {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs");
        let operations = specs.join("oos/2019-06-01/operations");
        for entry in operations.read_dir().into_iter().flatten() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            assert!(is_read_by_blocks(&text), "{}", path.display());
        }
    }
}
