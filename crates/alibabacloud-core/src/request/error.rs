//! The error of an invalid request.

use crate::operation::is_region;
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
    /// A paginator of a list with page tokens has parameters of page numbers, the other way to
    /// page.
    NumberedPage {
        /// The parameters.
        names: Vec<&'static str>,
    },
    /// The request line is longer than gateways accept, and its largest parameter cannot be sent in
    /// the body.
    LongRequestLine {
        /// The largest parameter.
        parameter: String,
        /// Its size in bytes, percent-encoded.
        bytes: usize,
        /// The length of the request line in bytes: method, path and query, HTTP version.
        line: usize,
        /// The maximum length of the request line in bytes.
        limit: usize,
        /// Why the parameter cannot be sent in the body.
        reason: &'static str,
    },
    /// A header, or all headers together, are longer than gateways accept.
    LongHeaders {
        /// The longest header.
        header: String,
        /// The size of its value in bytes.
        bytes: usize,
        /// The length in bytes, as sent: of this header, or of all headers together.
        total: usize,
        /// The maximum length in bytes.
        limit: usize,
        /// Whether this header alone is too long.
        is_one: bool,
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
                if let Some(name) = names.iter().find(|name| is_region(name)) {
                    write!(
                        f,
                        " (the region of the configuration is the default of {name})"
                    )?;
                }
                Ok(())
            }
            Self::InvalidParameter { name, reason } => write!(f, "parameter {name}: {reason}"),
            Self::NumberedPage { names } => write!(
                f,
                "cannot use {} here: paginators read this list by page token; do not set page \
                 numbers and their page size, or send a request for each page",
                names.join(" and ")
            ),
            Self::LongRequestLine {
                parameter,
                bytes,
                line,
                limit,
                reason,
            } => write!(
                f,
                "the request line has {line} bytes, and at most {limit} can be sent: the largest \
                 parameter is {parameter} with {bytes} bytes after percent-encoding; {reason}"
            ),
            Self::LongHeaders {
                header,
                bytes,
                total,
                limit,
                is_one,
            } => {
                let what = if *is_one { "header" } else { "headers" };
                write!(
                    f,
                    "the {what} would have {total} bytes, and at most {limit} can be sent: the \
                     largest is {header} with a value of {bytes} bytes"
                )
            }
            Self::InvalidHeader { name, reason } => write!(f, "header {name:?}: {reason}"),
        }
    }
}

impl std::error::Error for RequestError {}
