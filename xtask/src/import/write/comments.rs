//! The comments of a YAML file, and the places they belong to.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::{HashMap, HashSet};

/// Comments by place. A place is the path of keys, `/post/parameters/InstanceId/schema`. An element
/// of a list is identified by its name if it has one, since its position changes; a second element
/// of that name by the name and a number, `Throttling#2`.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// Before everything else.
    pub(super) head: Vec<String>,
    /// On separate lines above a key.
    pub(super) above: HashMap<String, Vec<String>>,
    /// After a value, on its line.
    pub(super) behind: HashMap<String, String>,
    /// After everything else.
    pub(super) tail: Vec<String>,
}

/// Keys that name an element of a list, best first.
pub(super) const NAMING_KEYS: &[&str] = &["name", "code", "date", "action", "type", "$ref", "url"];

/// The names of the elements of one list.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    /// Returns the name of the next element, with a number if earlier elements have the same name.
    pub(super) fn next(&mut self, name: &str) -> String {
        let count = self.0.entry(name.to_owned()).or_default();
        *count += 1;
        if *count == 1 {
            name.to_owned()
        } else {
            format!("{name}#{count}")
        }
    }
}

impl Comments {
    /// Reads the comments of valid YAML; returns none for anything else.
    pub(super) fn read(text: &str) -> Self {
        if !text.contains('#') {
            return Self::default();
        }
        let Some(outline) = Outline::read(text) else {
            return Self::default();
        };
        outline.attach(text)
    }
}

/// The lines of the keys and elements of a document.
struct Outline {
    /// Place and line of each key and element, in the order of the file.
    places: Vec<(String, usize)>,
    /// Lines inside a multi-line text.
    inside: HashSet<usize>,
    /// The column after the last value that begins and ends on a line.
    ends: HashMap<usize, usize>,
}

enum Frame {
    Map {
        path: String,
        key: Option<String>,
    },
    List {
        path: String,
        index: usize,
        names: Names,
    },
}

impl Outline {
    fn read(text: &str) -> Option<Self> {
        let mut outline = Outline {
            places: Vec::new(),
            inside: HashSet::new(),
            ends: HashMap::new(),
        };
        let mut frames: Vec<Frame> = Vec::new();
        for event in Parser::new_from_str(text) {
            let (event, span) = event.ok()?;
            let line = span.start.line();
            match event {
                Event::Scalar(value, style, _, _) => {
                    outline.take_span(&span, style);
                    outline.scalar(&mut frames, &value, line);
                }
                Event::MappingStart(..) => {
                    let path = outline.child(&mut frames, line);
                    frames.push(Frame::Map { path, key: None });
                }
                Event::SequenceStart(..) => {
                    let path = outline.child(&mut frames, line);
                    frames.push(Frame::List {
                        path,
                        index: 0,
                        names: Names::default(),
                    });
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    frames.pop();
                }
                _ => {}
            }
        }
        Some(outline)
    }

    fn take_span(&mut self, span: &Span, style: ScalarStyle) {
        let (start, end) = (span.start.line(), span.end.line());
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            // The span of a block begins with its first line of text and ends on the line after its
            // last.
            self.inside.extend(start..end);
        } else if start == end {
            let column = self.ends.entry(start).or_default();
            *column = span.end.col().max(*column);
        } else {
            self.inside.extend(start + 1..=end);
        }
    }

    /// Returns the place of a value that begins, under a key or in a list.
    fn child(&mut self, frames: &mut [Frame], line: usize) -> String {
        match frames.last_mut() {
            None => String::new(),
            Some(Frame::Map { path, key }) => {
                format!("{path}/{}", key.take().unwrap_or_default())
            }
            Some(Frame::List { path, index, .. }) => {
                let place = format!("{path}/{index}");
                *index += 1;
                self.places.push((place.clone(), line));
                place
            }
        }
    }

    fn scalar(&mut self, frames: &mut [Frame], value: &str, line: usize) {
        if let Some(Frame::Map {
            path,
            key: key @ None,
        }) = frames.last_mut()
        {
            *key = Some(value.to_owned());
            let place = format!("{path}/{value}");
            self.places.push((place, line));
            return;
        }
        let naming = match frames.last() {
            Some(Frame::Map { key: Some(key), .. }) => NAMING_KEYS.iter().position(|k| k == key),
            _ => None,
        };
        let place = self.child(frames, line);
        if let Some(Frame::List { path, names, .. }) = frames.last_mut() {
            let named = format!("{path}/{}", names.next(value));
            self.move_places(&place, &named);
        } else if naming.is_some() {
            self.name_element(frames, value);
        }
    }

    /// Identifies an element of a list by the value of a naming key.
    fn name_element(&mut self, frames: &mut [Frame], value: &str) {
        let mut above = frames.iter_mut().rev();
        let Some(Frame::Map { path, .. }) = above.next() else {
            return;
        };
        let Some(Frame::List { names, .. }) = above.next() else {
            return;
        };
        let Some((parent, last)) = path.rsplit_once('/') else {
            return;
        };
        // A better key has named it already.
        if last.parse::<usize>().is_err() {
            return;
        }
        let named = format!("{parent}/{}", names.next(value));
        let old = std::mem::replace(path, named.clone());
        self.move_places(&old, &named);
    }

    fn move_places(&mut self, old: &str, new: &str) {
        for (place, _) in self.places.iter_mut().rev() {
            match place.strip_prefix(old) {
                Some("") => {
                    new.clone_into(place);
                    return;
                }
                Some(rest) if rest.starts_with('/') => *place = format!("{new}{rest}"),
                _ => {}
            }
        }
    }

    /// Assigns each comment to the key below or before it.
    fn attach(&self, text: &str) -> Comments {
        let mut comments = Comments::default();
        let mut waiting: Vec<String> = Vec::new();
        let mut places = self.places.iter().peekable();
        let first = self.places.first().map_or(usize::MAX, |(_, line)| *line);
        let mut last_place = None;
        for (index, content) in text.lines().enumerate() {
            let line = index + 1;
            let trimmed = content.trim();
            if trimmed.starts_with('#') && !self.inside.contains(&line) {
                waiting.push(trimmed.to_owned());
                continue;
            }
            let mut here = None;
            while let Some((place, _)) = places.next_if(|(_, at)| *at <= line) {
                here.get_or_insert(place);
                last_place = Some(place);
            }
            if let Some(place) = here {
                if !waiting.is_empty() {
                    let lines = std::mem::take(&mut waiting);
                    if line == first {
                        comments.head = lines;
                    } else {
                        comments
                            .above
                            .entry(place.clone())
                            .or_default()
                            .extend(lines);
                    }
                }
            }
            if let (Some(place), Some(comment)) = (last_place, self.comment_on(line, content)) {
                comments.behind.insert(place.clone(), comment);
            }
        }
        comments.tail = waiting;
        comments
    }

    /// Returns the comment after the last value that ends on a line.
    fn comment_on(&self, line: usize, content: &str) -> Option<String> {
        let behind = *self.ends.get(&line)?;
        let rest: String = content.chars().skip(behind).collect();
        let at = rest.find(" #").map(|at| at + 1)?;
        Some(rest[at..].trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml::Yaml;
    use super::*;

    #[test]
    fn comments_stay_with_their_keys() {
        let text = "# head\na: 1 # behind\n# above b\nb:\n  - name: X # first\n    # deep\n    c: |\n      # no comment\n      text\n  # second\n  - name: Z\n# tail\n";
        let comments = Comments::read(text);
        let mut x = Yaml::map();
        x.put("name", Yaml::text("X"));
        x.put("c", Yaml::Prose("# no comment\ntext".to_owned()));
        let mut y = Yaml::map();
        y.put("name", Yaml::text("Z"));
        let mut map = Yaml::map();
        map.put("a", Yaml::number(1));
        map.put("b", Yaml::List(vec![x, y]));
        assert_eq!(map.write(&comments), text);
    }
}
