//! Versions of crates, and the next one after a change.

use crate::diff::Bump;
use std::fmt;

/// A version without pre-release and build metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrateVersion {
    major: u64,
    minor: u64,
    patch: u64,
}

impl CrateVersion {
    /// Reads a version: three numbers.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|part| part.parse().ok());
        let version = Self {
            major: numbers.next()??,
            minor: numbers.next()??,
            patch: numbers.next()??,
        };
        numbers.next().is_none().then_some(version)
    }

    /// Returns the next version. Before 1.0 a major bump raises the second number and all others
    /// the third, as cargo interprets versions.
    pub fn next(self, bump: Bump) -> Self {
        let Self {
            major,
            minor,
            patch,
        } = self;
        let (major, minor, patch) = match (bump, major) {
            (Bump::None, _) => (major, minor, patch),
            (Bump::Major, 0) => (0, minor + 1, 0),
            (Bump::Minor | Bump::Patch, 0) => (0, minor, patch + 1),
            (Bump::Major, _) => (major + 1, 0, 0),
            (Bump::Minor, _) => (major, minor + 1, 0),
            (Bump::Patch, _) => (major, minor, patch + 1),
        };
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for CrateVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_follows_the_bump() {
        let next = |from: &str, bump| CrateVersion::parse(from).unwrap().next(bump).to_string();
        assert_eq!(next("0.1.2", Bump::None), "0.1.2");
        assert_eq!(next("0.1.2", Bump::Patch), "0.1.3");
        assert_eq!(next("0.1.2", Bump::Minor), "0.1.3");
        assert_eq!(next("0.1.2", Bump::Major), "0.2.0");
        assert_eq!(next("1.1.2", Bump::Patch), "1.1.3");
        assert_eq!(next("1.1.2", Bump::Minor), "1.2.0");
        assert_eq!(next("1.1.2", Bump::Major), "2.0.0");
        for wrong in ["", "1", "1.2", "1.2.x", "1.2.3.4", "1.2.3-rc.1"] {
            assert_eq!(CrateVersion::parse(wrong), None, "{wrong}");
        }
    }
}
