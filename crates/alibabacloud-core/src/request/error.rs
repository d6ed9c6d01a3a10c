//! The error of an invalid request.

use std::fmt;

/// The error of a request that cannot be built. It has the names of parameters but no values,
/// because they can be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// Required parameters are not set, or set to a value that sends nothing, such as an empty
    /// list.
    MissingParameters {
        /// The operation.
        operation: String,
        /// All missing parameters.
        names: Vec<String>,
    },
    /// A parameter is not valid in its place.
    InvalidParameter {
        /// The name.
        name: String,
        /// Why its value is invalid.
        reason: &'static str,
    },
    /// A header is invalid.
    InvalidHeader {
        /// The name.
        name: String,
        /// Why it is invalid.
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
                    "missing required parameter{plural} {} for {operation}",
                    names.join(", ")
                )?;
                if names.iter().any(|name| name == "RegionId") {
                    f.write_str(" (the region of the configuration is the default of RegionId)")?;
                }
                Ok(())
            }
            Self::InvalidParameter { name, reason } => write!(f, "parameter {name}: {reason}"),
            Self::InvalidHeader { name, reason } => write!(f, "header {name:?}: {reason}"),
        }
    }
}

impl std::error::Error for RequestError {}
