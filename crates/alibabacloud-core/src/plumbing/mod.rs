//! What generated code uses. Not part of the public API; it may change in any release.

#[cfg(feature = "blocking")]
pub use crate::blocking::run as run_blocking;
#[cfg(feature = "client")]
pub use crate::call::Call;
#[cfg(feature = "checks")]
pub use crate::checks::{InvalidRules, ValueRules};
pub use crate::error::HasCode;
pub use crate::marker::{MARKER_BY_NAME, MARKER_END, MARKER_START, operation_name};
pub use crate::operation::{
    Access, EndpointTable, Operation, Param, ParamStyle, Place, Product, ResponseBody, Style,
};
#[cfg(feature = "client")]
pub use crate::paginator::{Cursor, Items, PageContents, Pages, Paginated};
pub use crate::ram::request::{NeededAction, RequestedNames, ResourceTemplate, plain_name};
pub use crate::request::{Attempt, Pairs, PreparedRequest, RequestDefaults};
#[cfg(feature = "client")]
pub use crate::request_methods;
pub use crate::secret_text::redact_text;
#[cfg(feature = "client")]
pub use crate::waiter::Definition as WaiterDefinition;
