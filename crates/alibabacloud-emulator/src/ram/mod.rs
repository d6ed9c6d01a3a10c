//! Resource Access Management: who may do what.
//!
//! The evaluation knows no HTTP: the gateway asks it about each call. Keys belong to users, or to
//! sessions of roles; a key of neither is that of the account, which may do everything.

pub(crate) mod condition;
pub(crate) mod decision;
pub(crate) mod directory;
pub(crate) mod file;
pub(crate) mod operations;
mod pattern;
pub(crate) mod permission;
pub(crate) mod policy;
pub(crate) mod recorder;
pub(crate) mod stored;

use crate::caller::Principal;
use condition::Context;
use decision::Denial;
use directory::{Directory, Policies};
use permission::Needed;
use recorder::Recorder;
use serde::{Deserialize, Serialize};

/// Whether the emulator checks the permissions of callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RamMode {
    /// Every caller may do everything.
    #[default]
    Off,
    /// Every caller may do everything, and the permissions that the calls need are collected:
    /// [`Emulator::needed_policy`](crate::Emulator::needed_policy).
    Record,
    /// Users and roles may do what their policies allow.
    Enforce,
}

/// The state of RAM.
#[derive(Debug, Default)]
pub(crate) struct Ram {
    pub(crate) mode: RamMode,
    pub(crate) directory: Directory,
    pub(crate) recorder: Recorder,
}

/// Decides whether a principal may do what a call needs.
///
/// # Errors
///
/// Returns the permission that is missing.
pub(crate) fn decide(
    principal: Option<&Principal>,
    policies: &Policies,
    needed: &[Needed],
    context: &Context,
) -> Result<(), Denial> {
    match principal {
        None | Some(Principal::Account) => Ok(()),
        Some(_) => decision::decide(policies, needed, context),
    }
}
