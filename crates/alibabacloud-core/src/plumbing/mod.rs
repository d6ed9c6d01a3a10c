//! What generated code calls. Not for people; it may change in any release.

mod has_code;

#[cfg(feature = "blocking")]
pub use crate::blocking::run as run_blocking;
#[cfg(feature = "client")]
pub use crate::call::Call;
pub use crate::operation::{
    Answer, Class, EndpointTable, Operation, Param, ParamStyle, Place, Product, Style,
};
#[cfg(feature = "client")]
pub use crate::paginator::{Cursor, Items, Pages, Paginated};
#[cfg(feature = "client")]
pub use crate::waiter::Definition as WaiterDefinition;
pub use has_code::HasCode;
