//! Why a request cannot be built.

use std::fmt;

/// Why a request cannot be built. Names the parameters but never shows a value, as values can be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// Required parameters are not set, or set to something that sends nothing, such as an empty list.
    MissingParameters {
        /// The operation.
        operation: String,
        /// All of them.
        names: Vec<String>,
    },
    /// A parameter cannot stand where it travels.
    InvalidParameter {
        /// Its name.
        name: String,
        /// What is wrong with its value.
        reason: &'static str,
    },
    /// A header cannot be sent.
    InvalidHeader {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingParameters { operation, names } => {
                let plural = if names.len() == 1 { "" } else { "s" };
                write!(
                    f,
                    "{operation} lacks the required parameter{plural} {}",
                    names.join(", ")
                )?;
                if names.iter().any(|name| name == "RegionId") {
                    f.write_str(" (a region in the configuration fills in RegionId)")?;
                }
                Ok(())
            }
            Self::InvalidParameter { name, reason } => write!(f, "parameter {name}: {reason}"),
            Self::InvalidHeader { name, reason } => write!(f, "header {name:?}: {reason}"),
        }
    }
}

impl std::error::Error for RequestError {}
