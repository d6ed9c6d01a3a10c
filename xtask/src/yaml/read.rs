//! Reads YAML with its comments.

use super::comments::{self, Comment};
use super::scalar;
use super::tree::{Block, Document, Entry, Yaml};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::fmt;
use std::ops::Range;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 120;

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadError {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The column, counted from 1.
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Reads a document.
///
/// # Errors
/// Returns an error for anything that specifications cannot have: invalid YAML, anchors, aliases,
/// tags, several documents, repeated keys, and plain text that some tools read as another type.
pub(crate) fn read(text: &str) -> Result<Document, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let characters: Vec<char> = text.chars().collect();
    let mut outline = Outline::new(&characters);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let mark = error.marker();
            ReadError {
                line: mark.line(),
                column: mark.col() + 1,
                message: format!("invalid YAML: {}", error.info()),
            }
        })?;
        outline.event(event, &span)?;
    }
    let found = if text.contains('#') {
        comments::find(&characters, &outline.scalars)
    } else {
        Vec::new()
    };
    outline.document(found)
}

/// The index of the root among the places.
const ROOT: usize = 0;

/// An entry of a map, an element of a list, or the root.
struct Place {
    key: String,
    /// The collection that it is in; `None` for the root.
    parent: Option<usize>,
    /// Where it begins.
    at: usize,
    line: usize,
    column: usize,
    /// Where its value begins.
    value_at: usize,
    /// The line on which its scalar ends.
    last_line: usize,
    value: Value,
    above: Vec<Comment>,
    behind: Option<String>,
}

enum Value {
    Missing,
    Scalar(Yaml),
    Collection(usize),
}

/// A list or map.
struct Collection {
    is_map: bool,
    /// Whether it is in brackets.
    is_flow: bool,
    owner: usize,
    at: usize,
    line: usize,
    column: usize,
    end: usize,
    places: Vec<usize>,
    tail: Vec<Comment>,
}

/// The places and collections of a text, in order.
struct Outline<'a> {
    text: &'a [char],
    places: Vec<Place>,
    collections: Vec<Collection>,
    scalars: Vec<Range<usize>>,
    /// The collections that are not closed.
    open: Vec<usize>,
    documents: usize,
}

impl<'a> Outline<'a> {
    fn new(text: &'a [char]) -> Self {
        let root = Place {
            key: String::new(),
            parent: None,
            at: 0,
            line: 0,
            column: 0,
            value_at: usize::MAX,
            last_line: 0,
            value: Value::Missing,
            above: Vec::new(),
            behind: None,
        };
        Self {
            text,
            places: vec![root],
            collections: Vec::new(),
            scalars: Vec::new(),
            open: Vec::new(),
            documents: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), ReadError> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(refused(span, "more than one document in the file"));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(span, anchor, tag.is_some())?;
                self.scalar(&text, style, span)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(span, anchor, tag.is_some())?;
                self.begin(false, span)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(span, anchor, tag.is_some())?;
                self.begin(true, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(closed) = self.open.pop() {
                    self.collections[closed].end = span.start.index();
                }
            }
            Event::Alias(_) => return Err(refused(span, "aliases (`*name`) are not supported")),
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn refuse_extras(&self, span: &Span, anchor: usize, is_tagged: bool) -> Result<(), ReadError> {
        if anchor != 0 {
            return Err(refused(span, "anchors (`&name`) are not supported"));
        }
        if is_tagged {
            return Err(refused(span, "tags (`!name`) are not supported"));
        }
        Ok(())
    }

    /// Returns the place of a value that begins: that of the key before it, or a new element.
    fn place(&mut self, span: &Span) -> usize {
        let Some(&open) = self.open.last() else {
            return ROOT;
        };
        let last = self.collections[open].places.last().copied();
        match last {
            Some(last) if self.collections[open].is_map => last,
            _ => self.add_place(String::new(), span),
        }
    }

    fn add_place(&mut self, key: String, span: &Span) -> usize {
        let parent = self.open.last().copied();
        let is_block_item = parent.is_some_and(|parent| {
            let collection = &self.collections[parent];
            !collection.is_map && !collection.is_flow
        });
        // An element begins with its dash, in the column of its list.
        let column = match parent {
            Some(parent) if is_block_item => self.collections[parent].column,
            _ => span.start.col(),
        };
        let index = self.places.len();
        self.places.push(Place {
            key,
            parent,
            at: span.start.index(),
            line: span.start.line(),
            column,
            value_at: usize::MAX,
            last_line: span.start.line(),
            value: Value::Missing,
            above: Vec::new(),
            behind: None,
        });
        if let Some(parent) = parent {
            self.collections[parent].places.push(index);
        }
        index
    }

    /// Returns whether the next scalar is a key.
    fn expects_key(&self) -> bool {
        let Some(&open) = self.open.last() else {
            return false;
        };
        let collection = &self.collections[open];
        let is_complete = |place: &usize| !matches!(self.places[*place].value, Value::Missing);
        collection.is_map && collection.places.last().is_none_or(is_complete)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: &Span) -> Result<(), ReadError> {
        let range = span.start.index()..span.end.index();
        let end = comments::scalar_end(self.text, &range, style);
        self.scalars.push(range.start..end);
        if self.expects_key() {
            return self.key(text, style, span);
        }
        let plain = style == ScalarStyle::Plain;
        let value = match scalar::literal(text).filter(|_| plain) {
            Some(literal) => Yaml::Literal(literal),
            None if plain && scalar::is_disputed(text) => {
                let message =
                    format!("`{text}` without quotes is not text for every YAML tool; quote it");
                return Err(refused(span, message));
            }
            None => Yaml::Text(text.to_owned()),
        };
        let place = self.place(span);
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let start = range.start.min(end).min(self.text.len());
        let breaks = self.text[start..end].iter().filter(|c| **c == '\n').count();
        let place = &mut self.places[place];
        place.value = Value::Scalar(value);
        place.value_at = range.start;
        // The comment of a block is on the line of its key.
        if !is_block {
            place.last_line = span.start.line() + breaks;
        }
        Ok(())
    }

    fn key(&mut self, text: &str, style: ScalarStyle, span: &Span) -> Result<(), ReadError> {
        if text == "<<" && style == ScalarStyle::Plain {
            return Err(refused(span, "merge keys (`<<`) are not supported"));
        }
        let is_repeated = self.open.last().is_some_and(|open| {
            let mut places = self.collections[*open].places.iter();
            places.any(|place| self.places[*place].key == text)
        });
        if is_repeated {
            return Err(refused(span, format!("duplicate key `{text}`")));
        }
        self.add_place(text.to_owned(), span);
        Ok(())
    }

    fn begin(&mut self, is_map: bool, span: &Span) -> Result<(), ReadError> {
        if self.expects_key() {
            return Err(refused(span, "a key is not text"));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nesting is deeper than {MAX_DEPTH} levels");
            return Err(refused(span, message));
        }
        let owner = self.place(span);
        let index = self.collections.len();
        self.places[owner].value = Value::Collection(index);
        self.places[owner].value_at = span.start.index();
        self.collections.push(Collection {
            is_map,
            is_flow: span.start.index() < span.end.index(),
            owner,
            at: span.start.index(),
            line: span.start.line(),
            column: span.start.col(),
            end: usize::MAX,
            places: Vec::new(),
            tail: Vec::new(),
        });
        self.open.push(index);
        Ok(())
    }

    /// Assigns the comments to their places and returns the document.
    fn document(mut self, found: Vec<Comment>) -> Result<Document, ReadError> {
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        for comment in found {
            let next = self.places.partition_point(|place| place.at <= comment.at);
            // The root begins before everything else.
            let next = next.max(1);
            if comment.is_alone || !self.is_behind(next - 1, &comment) {
                self.attach_above(comment, next, &mut head, &mut tail);
            } else {
                self.attach_behind(comment, next - 1);
            }
        }
        if matches!(self.places[ROOT].value, Value::Missing) {
            return Err(ReadError {
                line: 1,
                column: 1,
                message: "the file is empty".to_owned(),
            });
        }
        let root = std::mem::take(&mut self.places[ROOT].above);
        head.extend(root);
        let behind = self.places[ROOT].behind.take();
        let root = self.value(ROOT);
        let mut tail = lines(tail);
        tail.splice(0..0, behind);
        Ok(Document {
            head: lines(head),
            root,
            tail,
        })
    }

    /// Returns whether a place, or its scalar, is on the line of a comment.
    fn is_behind(&self, place: usize, comment: &Comment) -> bool {
        let place = &self.places[place];
        let is_value_before = place.value_at < comment.at;
        place.line == comment.line || (is_value_before && place.last_line == comment.line)
    }

    fn attach_behind(&mut self, comment: Comment, mut place: usize) {
        // A comment behind a list in brackets belongs to the list.
        while let Some(parent) = self.places[place].parent {
            let parent = &self.collections[parent];
            let is_before = parent.is_flow && parent.end < comment.at;
            if !is_before || parent.line != comment.line || parent.owner == ROOT {
                break;
            }
            place = parent.owner;
        }
        let place = &mut self.places[place];
        if place.behind.is_none() {
            place.behind = Some(comment.text);
        } else {
            place.above.push(comment);
        }
    }

    /// Attaches a comment to the place that follows it, or to the end of the collection that it is
    /// indented as.
    fn attach_above(
        &mut self,
        comment: Comment,
        next: usize,
        head: &mut Vec<Comment>,
        tail: &mut Vec<Comment>,
    ) {
        let previous = next - 1;
        if previous == ROOT {
            let is_before = self.places[ROOT].value_at >= comment.at;
            let list = if is_before || next < self.places.len() {
                head
            } else {
                tail
            };
            list.push(comment);
            return;
        }
        let follows = self.places.get(next);
        let is_child = follows.is_some_and(|follows| {
            let owner = follows.parent.map(|parent| self.collections[parent].owner);
            owner == Some(previous)
        });
        let is_before_value = self.places[previous].value_at > comment.at;
        if is_before_value && !is_child {
            self.places[previous].above.push(comment);
            return;
        }
        // Inside of brackets the column has no meaning.
        let in_brackets = |index: usize| {
            let collection = &self.collections[index];
            collection.is_flow && (collection.at..collection.end).contains(&comment.at)
        };
        let around = self.ancestors(previous);
        let innermost = around.iter().copied().find(|index| in_brackets(*index));
        if let Some(innermost) = innermost {
            match follows.map(|follows| follows.parent) {
                Some(Some(parent)) if parent == innermost => {
                    self.places[next].above.push(comment);
                }
                _ => self.collections[innermost].tail.push(comment),
            }
            return;
        }
        if follows.is_some_and(|follows| is_child || comment.column <= follows.column) {
            self.places[next].above.push(comment);
            return;
        }
        let around_next = match follows {
            Some(_) => self.ancestors(next),
            None => Vec::new(),
        };
        let ended = around.into_iter().find(|index| {
            let collection = &self.collections[*index];
            collection.column <= comment.column && !collection.is_flow
        });
        match ended {
            // Only the outermost collection is not indented.
            Some(ended) if self.collections[ended].owner == ROOT && follows.is_none() => {
                tail.push(comment);
            }
            Some(ended) if !around_next.contains(&ended) => {
                self.collections[ended].tail.push(comment);
            }
            _ if follows.is_some() => self.places[next].above.push(comment),
            _ => tail.push(comment),
        }
    }

    /// Returns the collections around a place, innermost first.
    fn ancestors(&self, place: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut parent = self.places[place].parent;
        while let Some(index) = parent {
            found.push(index);
            parent = self.places[self.collections[index].owner].parent;
        }
        found
    }

    /// Returns the value of a place.
    fn value(&mut self, place: usize) -> Yaml {
        let missing = Value::Missing;
        match std::mem::replace(&mut self.places[place].value, missing) {
            Value::Missing => Yaml::Literal("null".to_owned()),
            Value::Scalar(value) => value,
            Value::Collection(index) => {
                let places = std::mem::take(&mut self.collections[index].places);
                let entries = places.into_iter().map(|place| self.entry(place)).collect();
                let tail = lines(std::mem::take(&mut self.collections[index].tail));
                let block = Block { entries, tail };
                if self.collections[index].is_map {
                    Yaml::Map(block)
                } else {
                    Yaml::List(block)
                }
            }
        }
    }

    fn entry(&mut self, place: usize) -> Entry {
        let value = self.value(place);
        let place = &mut self.places[place];
        Entry {
            key: std::mem::take(&mut place.key),
            value,
            above: lines(std::mem::take(&mut place.above)),
            behind: place.behind.take(),
            line: place.line,
        }
    }
}

fn refused(span: &Span, message: impl Into<String>) -> ReadError {
    ReadError {
        line: span.start.line(),
        column: span.start.col() + 1,
        message: message.into(),
    }
}

/// Returns the lines of comments, with an empty line between those that had one.
fn lines(comments: Vec<Comment>) -> Vec<String> {
    let mut lines = Vec::with_capacity(comments.len());
    let mut last = None;
    for comment in comments {
        if last.is_some_and(|last| comment.line > last + 1 && comment.is_alone) {
            lines.push(String::new());
        }
        last = Some(comment.line);
        lines.push(comment.text);
    }
    lines
}
