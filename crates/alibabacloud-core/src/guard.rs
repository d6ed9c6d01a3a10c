//! The guard of a client: it rejects writes, or calls that match a pattern.

use crate::error::{Error, Result};
use crate::operation::Access;

/// The calls that a client rejects before anything is sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    read_only: bool,
    denied: Vec<String>,
}

impl Guard {
    /// Rejects everything but reads.
    pub(crate) fn allow_only_reads(&mut self) {
        self.read_only = true;
    }

    /// Rejects calls that match `pattern`: `oos:Delete*`.
    pub(crate) fn deny(&mut self, pattern: String) {
        self.denied.push(pattern);
    }

    /// Checks the patterns.
    ///
    /// # Errors
    /// If a pattern cannot match anything and would give false confidence.
    pub(crate) fn validate(&self) -> Result<()> {
        let well_formed = |pattern: &&String| {
            pattern.split_once(':').is_some_and(|(product, operation)| {
                [product, operation].iter().all(|part| {
                    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"*-_.".contains(&byte);
                    !part.is_empty() && part.bytes().all(known)
                })
            })
        };
        match self.denied.iter().find(|pattern| !well_formed(pattern)) {
            None => Ok(()),
            Some(pattern) => Err(Error::config(format!(
                "invalid deny pattern {pattern:?}: expected product:operation, such as \
                 oos:StartExecution or *:Delete*"
            ))),
        }
    }

    /// Checks a call.
    ///
    /// # Errors
    /// If the call is rejected; the error names the rule.
    pub(crate) fn check(&self, product: &str, operation: &str, access: Access) -> Result<()> {
        if self.read_only && access != Access::Read {
            return Err(Error::guarded(
                "the client is read-only, and this operation is not known to be a read; \
                 Config::read_only or Client::read_only made the client so"
                    .to_owned(),
            ));
        }
        if self.denied.is_empty() {
            return Ok(());
        }
        let name = format!("{product}:{operation}");
        match self.denied.iter().find(|pattern| matches(pattern, &name)) {
            None => Ok(()),
            Some(pattern) => Err(Error::guarded(format!(
                "the client denies calls that match {pattern:?}"
            ))),
        }
    }
}

/// Returns whether `pattern`, in which `*` matches any text, matches the whole of `name`. Case is
/// ignored, so that a rule cannot be bypassed by spelling.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some((_, behind)) = rest.split_once(piece) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn patterns_match_whole_names() {
        let table = [
            ("oos:StartExecution", "oos:StartExecution", true),
            ("oos:StartExecution", "oos:startexecution", true),
            ("oos:StartExecution", "oos:StartExecutionNow", false),
            ("oos:StartExecution", "xoos:StartExecution", false),
            ("*:Delete*", "oos:DeleteTemplate", true),
            ("*:Delete*", "oos:UndeleteTemplate", false),
            ("*:*Delete*", "oos:UndeleteTemplate", true),
            ("oos:*", "oos:ListExecutions", true),
            ("oos:*", "ecs:ListExecutions", false),
            ("*:*", "ecs:X", true),
            ("oos:*s*s", "oos:Lists", true),
            // The pieces must not overlap.
            ("oos:Ab*bC", "oos:AbC", false),
            ("oos:**", "oos:X", true),
        ];
        for (pattern, name, expected) in table {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_match_is_rejected() {
        for pattern in [
            "Delete*",
            "",
            ":",
            "oos:",
            ":Delete",
            "oos:a:b",
            "oos: Delete*",
        ] {
            let mut guard = Guard::default();
            guard.deny(pattern.to_owned());
            let error = guard.validate().expect_err(pattern);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(
                error.to_string().contains(&format!("{pattern:?}")),
                "{error}"
            );
        }
        let mut guard = Guard::default();
        guard.deny("*:Delete*".to_owned());
        assert!(guard.validate().is_ok());
    }
}
