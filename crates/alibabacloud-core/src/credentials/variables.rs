//! Reading of environment variables.

use super::Environment;
use std::path::PathBuf;

/// Returns the value of a variable without surrounding whitespace (secrets mounted from files often
/// end in a line break), or `None` if it is unset or blank.
pub(super) fn non_empty(environment: &dyn Environment, name: &str) -> Option<String> {
    let value = environment.variable(name)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Returns whether a switch is on: `true`, in any case, or `1`.
pub(super) fn is_on(environment: &dyn Environment, name: &str) -> bool {
    non_empty(environment, name)
        .is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
}

/// Returns the home directory of the user: `HOME`, or `USERPROFILE` on Windows.
pub(super) fn home(environment: &dyn Environment) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    non_empty(environment, name).map(PathBuf::from)
}
