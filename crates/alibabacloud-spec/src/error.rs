//! Errors of a specification, each with its place and a fix.

use std::fmt;

/// An error in a specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub(crate) file: String,
    pub(crate) position: Option<(usize, usize)>,
    pub(crate) path: Option<String>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) excerpt: Option<Excerpt>,
}

/// The source line of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub(crate) text: String,
    /// How many characters are marked, starting at the column of the error.
    pub(crate) width: usize,
}

impl Error {
    /// Returns the file, with a path that starts with the directory passed to the loader, or
    /// `bundle` for a bundle.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns line and column, both counted from 1, the column in characters. `None` for a whole
    /// file and in a bundle.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.position
    }

    /// Returns the JSON path in the file: `$.post.parameters[2].schema`.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns what was found and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns how to fix it.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Uses the layout of rustc: message, place, the line with a caret, notes.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        let number = self
            .position
            .map(|(line, _)| line.to_string())
            .unwrap_or_default();
        let margin = " ".repeat(number.len().max(1));
        match self.position {
            Some((line, column)) => writeln!(f, "{margin}--> {}:{line}:{column}", self.file)?,
            None => writeln!(f, "{margin}--> {}", self.file)?,
        }
        if let (Some(excerpt), Some((_, column))) = (&self.excerpt, self.position) {
            excerpt.write(f, &number, column)?;
        }
        if let Some(path) = &self.path {
            writeln!(f, "{margin} = at: {path}")?;
        }
        if let Some(help) = &self.help {
            writeln!(f, "{margin} = help: {help}")?;
        }
        Ok(())
    }
}

impl Excerpt {
    /// Maximum length of the shown part of a source line, in characters.
    const LONGEST: usize = 120;

    fn write(&self, f: &mut fmt::Formatter<'_>, number: &str, column: usize) -> fmt::Result {
        let margin = " ".repeat(number.len());
        let length = self.text.chars().count();
        let before = column.saturating_sub(1).min(length);
        // A line that is too long before the mark is shown from shortly before it.
        let skipped = if before + 20 > Self::LONGEST {
            before.saturating_sub(40)
        } else {
            0
        };
        let shown: String = self
            .text
            .chars()
            .skip(skipped)
            .take(Self::LONGEST)
            .collect();
        let width = self
            .width
            .clamp(1, (length - before).max(1))
            .min(Self::LONGEST);
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", shown.trim_end())?;
        writeln!(
            f,
            "{margin} | {}{}",
            " ".repeat(before - skipped),
            "^".repeat(width)
        )
    }
}

impl std::error::Error for Error {}

/// Maximum number of errors that are kept.
pub(crate) const MOST_ERRORS: usize = 1000;

/// All errors of a specification, in the order of its files; at most a thousand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors {
    pub(crate) errors: Vec<Error>,
}

impl Errors {
    /// Sorts errors by file and position, with files in the order in which they were read.
    pub(crate) fn sorted(mut errors: Vec<Error>) -> Self {
        let files: Vec<String> = errors.iter().map(|error| error.file.clone()).collect();
        errors.sort_by_cached_key(|error| {
            (
                files.iter().position(|file| *file == error.file),
                error.position,
            )
        });
        errors.truncate(MOST_ERRORS);
        Self { errors }
    }

    /// Returns the errors, at least one.
    pub fn iter(&self) -> std::slice::Iter<'_, Error> {
        self.errors.iter()
    }

    /// Returns the number of errors.
    pub fn count(&self) -> usize {
        self.errors.len()
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "{error}")?;
        }
        match self.errors.len() {
            1 => f.write_str("error: the specification has 1 error"),
            MOST_ERRORS.. => write!(
                f,
                "error: the specification has {MOST_ERRORS} errors or more"
            ),
            count => write!(f, "error: the specification has {count} errors"),
        }
    }
}

impl std::error::Error for Errors {}

impl<'a> IntoIterator for &'a Errors {
    type Item = &'a Error;
    type IntoIter = std::slice::Iter<'a, Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
