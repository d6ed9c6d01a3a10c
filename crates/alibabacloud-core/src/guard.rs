//! The guard of a client: it rejects writes, or calls that match a pattern.

use crate::error::{Error, Result};
use crate::operation::{Access, Style};
use crate::text::fits;

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

    /// Checks the patterns against the operations of a product: a misspelled pattern would deny
    /// nothing. Returns the patterns that match none of them and may be meant for another product.
    /// `operations` are their names, separated by whitespace.
    ///
    /// # Errors
    /// If a pattern names this product and matches none of its operations.
    pub(crate) fn check_known(&self, product: &str, operations: &str) -> Result<Vec<&str>> {
        let mut unmatched = Vec::new();
        for (pattern, of_product, of_operation) in self.patterns() {
            let matches_product = matches(of_product, product);
            let matches_all = of_operation.bytes().all(|byte| byte == b'*');
            let mut operations = operations.split_whitespace();
            let is_known = matches_all || operations.any(|known| matches(of_operation, known));
            if matches_product && is_known {
                continue;
            }
            if matches_product && !of_product.contains('*') {
                return Err(Error::config(format!(
                    "the deny pattern {pattern:?} matches no operation of {product} that this \
                     crate knows: check its spelling"
                )));
            }
            unmatched.push(pattern);
        }
        Ok(unmatched)
    }

    /// Checks a call of an operation that a specification describes.
    ///
    /// # Errors
    /// If the call is rejected; the error names the rule.
    pub(crate) fn check(&self, product: &str, operation: &str, access: Access) -> Result<()> {
        self.check_access(access)?;
        let mut patterns = self.patterns();
        let denied = patterns.find(|(_, of_product, of_operation)| {
            matches(of_product, product) && matches(of_operation, operation)
        });
        match denied {
            None => Ok(()),
            Some((pattern, ..)) => Err(denied_by(pattern, "")),
        }
    }

    /// Checks a call without a specification: the caller chooses the names of the product and the
    /// operation, so they count only where they decide what is called.
    ///
    /// # Errors
    /// If the call is rejected; the error names the rule.
    pub(crate) fn check_raw(&self, call: &RawTarget<'_>) -> Result<()> {
        // Its effect is unknown.
        self.check_access(Access::Write)?;
        for (pattern, of_product, of_operation) in self.patterns() {
            // `oos-vpc` is another host of `oos`.
            let mut names = call.product.match_indices('-').map(|(at, _)| at);
            let matches_product = matches(of_product, call.product)
                || names.any(|at| matches(of_product, &call.product[..at]));
            let matches_operation = matches(of_operation, call.operation);
            let reason = match (matches_product, matches_operation) {
                (true, true) => "",
                (false, true) if call.has_endpoint => {
                    "; with an explicit endpoint the name of the product does not count"
                }
                (false, _) if !call.has_endpoint => continue,
                _ if call.style == Style::Roa => {
                    "; a raw ROA call is identified by its method and path, not by a name"
                }
                _ => continue,
            };
            return Err(denied_by(pattern, reason));
        }
        Ok(())
    }

    fn check_access(&self, access: Access) -> Result<()> {
        if self.read_only && access != Access::Read {
            return Err(Error::guarded(
                "the client is read-only, and this operation is not known to be a read; \
                 Config::read_only or Client::read_only made the client so"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Returns each pattern with its parts for the product and the operation.
    fn patterns(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.denied.iter().filter_map(|pattern| {
            let (product, operation) = pattern.split_once(':')?;
            Some((pattern.as_str(), product, operation))
        })
    }
}

/// What a call without a specification names.
pub(crate) struct RawTarget<'a> {
    pub(crate) product: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) style: Style,
    /// Whether the client or the call has an explicit endpoint, which decides what is called
    /// instead of the product.
    pub(crate) has_endpoint: bool,
}

fn denied_by(pattern: &str, reason: &str) -> Error {
    Error::guarded(format!(
        "the client denies calls that match {pattern:?}{reason}"
    ))
}

/// Returns whether `pattern`, in which `*` matches any text, matches the whole of `name`. Case is
/// ignored, so that a rule cannot be bypassed by spelling.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    fits(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase())
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
