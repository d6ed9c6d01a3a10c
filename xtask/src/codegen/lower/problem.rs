//! Problems of a specification that prevent generating code from it.

use std::cell::RefCell;
use std::fmt;

/// Something that cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Operation and field: `ListTemplates.Send`.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Collects all problems, so that a maintainer sees them at once.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Adds a problem.
    pub(super) fn add(&self, place: &str, message: String) {
        self.0.borrow_mut().push(Problem {
            place: place.to_owned(),
            message,
        });
    }

    /// Returns the problems in the order in which they were added.
    pub(super) fn into_inner(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}
