//! The error of the decoder.

use std::fmt;

/// A step from a value to one inside it.
#[derive(Debug)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// The reason why a document could not be read: place and kinds, never a value, which may be a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    message: String,
    line: usize,
    column: usize,
    offset: usize,
    is_over_limit: bool,
}

/// Why a run of the decoder ended.
pub(super) struct Failure {
    pub(super) error: serde_json::Error,
    /// The steps from the value to the root.
    pub(super) path: Vec<Segment>,
    pub(super) is_over_limit: bool,
}

impl DecodeError {
    /// Creates the error. `body` is `json` without a byte order mark.
    pub(super) fn new(failure: Failure, json: &[u8], body: &[u8]) -> Self {
        let error = &failure.error;
        let skipped = json.len() - body.len();
        Self {
            path: join(failure.path),
            message: message(error),
            line: error.line(),
            column: error.column(),
            offset: skipped + offset(body, error.line(), error.column()),
            is_over_limit: failure.is_over_limit,
        }
    }

    /// Returns the path of the value: `PackageStates[3].TemplateId`. Empty for the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what was expected and what was found.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns whether the values would take more memory than the limit.
    pub fn is_over_limit(&self) -> bool {
        self.is_over_limit
    }

    /// Returns the line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the column in bytes, counted from 1; 0 when the line is empty.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Returns how many bytes of the document had been read when the error was found.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(
            f,
            "{} (line {}, column {})",
            self.message, self.line, self.column
        )
    }
}

impl std::error::Error for DecodeError {}

/// Returns the message without the position, which serde_json appends.
pub(super) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    match text.strip_suffix(&position) {
        Some(message) => message.to_owned(),
        None => text,
    }
}

fn join(segments: Vec<Segment>) -> String {
    let mut path = String::new();
    for segment in segments.into_iter().rev() {
        match segment {
            Segment::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&key);
            }
            Segment::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let start: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    start.saturating_add(column).min(body.len())
}
