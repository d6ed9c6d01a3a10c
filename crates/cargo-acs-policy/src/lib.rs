//! The least-privilege RAM policy of a program, read from its binary.
//!
//! Each operation of the generated crates has a marker in the program's read-only data, which the
//! linker keeps exactly when the program can call the operation. [`LinkedOperations::find`] finds
//! the markers in the bytes of a program, [`PermissionTable`] knows what each operation needs, and
//! [`PolicyOptions::report`] writes the policy or checks one.

mod check;
mod format;
mod needs;
mod operation;
mod options;
mod permission;
mod scan;

pub use check::{Findings, PolicyDocument};
pub use format::Format;
pub use needs::Needs;
pub use operation::{InvalidOperation, OperationId};
pub use options::{PolicyOptions, PolicyReport, not_included, read_program};
pub use permission::{Action, Permission, PermissionTable, ServicePermissions};
pub use scan::LinkedOperations;
