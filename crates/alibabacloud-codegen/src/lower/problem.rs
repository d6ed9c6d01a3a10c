//! Problems of a specification that prevent generating code from it, and names that have stand-ins.

use crate::ir::StandIn;
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

/// Collects all problems and stand-ins, so that a maintainer sees them at once.
#[derive(Debug, Default)]
pub(super) struct Problems {
    problems: RefCell<Vec<Problem>>,
    stand_ins: RefCell<Vec<StandIn>>,
}

impl Problems {
    /// Adds a problem.
    pub(super) fn add(&self, place: &str, message: String) {
        self.problems.borrow_mut().push(Problem {
            place: place.to_owned(),
            message,
        });
    }

    /// Adds a stand-in: at `place`, the name in the API `wire` has the name `name` in Rust.
    pub(super) fn stand_in(&self, place: &str, wire: &str, name: &str, reason: &'static str) {
        self.stand_ins.borrow_mut().push(StandIn {
            place: place.to_owned(),
            wire: wire.to_owned(),
            name: name.to_owned(),
            reason,
        });
    }

    /// Returns problems and stand-ins in the order in which they were added.
    pub(super) fn into_inner(self) -> (Vec<Problem>, Vec<StandIn>) {
        (self.problems.into_inner(), self.stand_ins.into_inner())
    }
}
