//! Reading of environment variables.

use super::{CredentialsError, Environment};
use crate::text::trimmed;
use std::path::PathBuf;

/// Returns the value of a variable without surrounding whitespace (secrets mounted from files often
/// end in a line break), or `None` if it is unset or blank.
pub(crate) fn non_empty(environment: &dyn Environment, name: &str) -> Option<String> {
    let value = environment.variable(name)?;
    let value = trimmed(&value);
    (!value.is_empty()).then(|| value.to_owned())
}

/// Returns whether a switch is on: `true`, in any case, or `1`. Unset, blank, `false` and `0` are
/// off; anything else is a typing error, which must not decide about an identity.
pub(super) fn is_on(environment: &dyn Environment, name: &str) -> Result<bool, CredentialsError> {
    let Some(value) = non_empty(environment, name) else {
        return Ok(false);
    };
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(CredentialsError::new(format!(
            "invalid value of {name}: expected true or false"
        ))),
    }
}

/// Returns the home directory of the user: `HOME`, or `USERPROFILE` on Windows.
pub(crate) fn home(environment: &dyn Environment) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    non_empty(environment, name).map(PathBuf::from)
}
