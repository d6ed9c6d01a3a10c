//! Counts changes of the state: which are in the file, which are not yet, and which were undone.

use std::ops::Range;

/// The number of a change, counted from 1.
pub(crate) type Change = u64;

/// The changes of a state.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    made: Change,
    /// All changes up to this one are in the file or undone.
    settled: Change,
    undone: Vec<Range<Change>>,
}

/// What became of a change and of all before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// It is not in the file.
    Unsaved,
    /// The file has it.
    Saved,
    /// It was undone, because the file could not be written.
    Undone,
}

impl Changes {
    /// Counts a change.
    pub(crate) fn add(&mut self) {
        self.made += 1;
    }

    /// Returns the latest change if it is not in the file. Who has seen the state has seen it.
    pub(crate) fn unsaved(&self) -> Option<Change> {
        (self.made > self.settled).then_some(self.made)
    }

    /// Returns what became of a change.
    pub(super) fn fate(&self, change: Change) -> Fate {
        if self.undone.iter().any(|range| range.contains(&change)) {
            Fate::Undone
        } else if change <= self.settled {
            Fate::Saved
        } else {
            Fate::Unsaved
        }
    }

    /// Returns the latest change.
    pub(super) fn latest(&self) -> Change {
        self.made
    }

    /// Marks all changes up to this one as saved.
    pub(super) fn save(&mut self, change: Change) {
        self.settled = self.settled.max(change);
    }

    /// Marks all changes that are not saved as undone.
    pub(super) fn undo(&mut self) {
        if self.made > self.settled {
            self.undone.push(self.settled + 1..self.made + 1);
            self.settled = self.made;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_saved_or_undone() {
        let mut changes = Changes::default();
        assert_eq!(changes.unsaved(), None);
        changes.add();
        changes.add();
        assert_eq!(changes.unsaved(), Some(2));
        changes.save(1);
        assert_eq!(
            (changes.fate(1), changes.fate(2)),
            (Fate::Saved, Fate::Unsaved)
        );
        changes.undo();
        assert_eq!(
            (changes.fate(1), changes.fate(2)),
            (Fate::Saved, Fate::Undone)
        );
        assert_eq!(changes.unsaved(), None);
        changes.add();
        changes.save(changes.latest());
        assert_eq!(
            (changes.fate(2), changes.fate(3)),
            (Fate::Undone, Fate::Saved)
        );
    }
}
