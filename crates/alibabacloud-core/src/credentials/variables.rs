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

/// Returns the home directory of the user: `HOME`, or on Windows `USERPROFILE`, as the official
/// SDKs, and without it `HOMEDRIVE` and `HOMEPATH` together, as the CLI.
pub(crate) fn home(environment: &dyn Environment) -> Option<PathBuf> {
    home_on(environment, cfg!(windows)).map(PathBuf::from)
}

fn home_on(environment: &dyn Environment, is_windows: bool) -> Option<String> {
    if !is_windows {
        return non_empty(environment, "HOME");
    }
    non_empty(environment, "USERPROFILE").or_else(|| {
        let drive = non_empty(environment, "HOMEDRIVE")?;
        Some(drive + &non_empty(environment, "HOMEPATH")?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::MemoryEnvironment;
    use super::*;

    #[test]
    fn the_home_directory_is_where_the_system_has_it() {
        let unix = MemoryEnvironment::new().with_variable("HOME", "/home/me");
        assert_eq!(home_on(&unix, false).as_deref(), Some("/home/me"));
        assert_eq!(home_on(&unix, true), None);
        let windows = MemoryEnvironment::new().with_variable("HOMEDRIVE", "H:");
        assert_eq!(home_on(&windows, true), None);
        let windows = windows.with_variable("HOMEPATH", r"\me");
        assert_eq!(home_on(&windows, true).as_deref(), Some(r"H:\me"));
        let windows = windows.with_variable("USERPROFILE", r"C:\Users\me");
        assert_eq!(home_on(&windows, true).as_deref(), Some(r"C:\Users\me"));
        assert_eq!(home_on(&windows, false), None);
    }
}
