//! The memory that decoded values may take.
//!
//! An element of a list takes as much memory as its struct, however short it is in the document:
//! `{},` can become a kilobyte. The budget counts what containers take. Texts are not counted,
//! because each takes at most the bytes of the document that it is read from.

use serde::de::Error;
use std::cell::Cell;

/// Entries of a node of a B-tree. Nodes that are filled in order are about half full.
const NODE: usize = 11;

/// How many bytes the values of one document may take, and how many are left.
pub(crate) struct Budget {
    limit: usize,
    left: Cell<usize>,
    exceeded: Cell<bool>,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            left: Cell::new(limit),
            exceeded: Cell::new(false),
        }
    }

    /// Takes bytes from the budget before they are allocated.
    pub(super) fn charge<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.exceeded.set(true);
                Err(E::custom(format_args!(
                    "the decoded values take more than {} bytes of memory",
                    self.limit
                )))
            }
        }
    }

    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded.get()
    }
}

/// The memory of a list, which grows as that of `Vec` does.
pub(super) struct ListCost {
    element: usize,
    length: usize,
    capacity: usize,
}

impl ListCost {
    /// Creates the cost of an empty list with elements of this size in bytes.
    pub(super) fn new(element: usize) -> Self {
        Self {
            element,
            length: 0,
            capacity: 0,
        }
    }

    /// Charges one more element.
    pub(super) fn push<E: Error>(&mut self, budget: &Budget) -> Result<(), E> {
        if self.length == self.capacity {
            let grown = match self.capacity {
                0 if self.element > 1024 => 1,
                0 => 4,
                capacity => capacity * 2,
            };
            budget.charge((grown - self.capacity).saturating_mul(self.element))?;
            self.capacity = grown;
        }
        self.length += 1;
        Ok(())
    }
}

/// The memory of a map, which grows as that of `BTreeMap` does.
pub(super) struct MapCost {
    entry: usize,
    length: usize,
}

impl MapCost {
    /// Creates the cost of an empty map with entries of this size in bytes.
    pub(super) fn new(entry: usize) -> Self {
        Self { entry, length: 0 }
    }

    /// Charges one more entry.
    pub(super) fn insert<E: Error>(&mut self, budget: &Budget) -> Result<(), E> {
        if self.length % (NODE / 2) == 0 {
            budget.charge(self.entry.saturating_mul(NODE))?;
        }
        self.length += 1;
        Ok(())
    }
}
