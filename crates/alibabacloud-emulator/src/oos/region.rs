//! What an account has of OOS in one region.

use super::machine::Execution;
use crate::store::record::Tables;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an account has of OOS in one region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Region {
    #[serde(flatten)]
    pub(super) resources: Tables,
    /// Executions by ID. They are state machines, and so not records of a table.
    pub(super) executions: BTreeMap<String, Execution>,
}
