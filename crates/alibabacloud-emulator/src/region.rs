//! What an account has in one region.

use crate::oos::Execution;
use crate::store::record::Tables;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an account has in one region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Region {
    #[serde(flatten)]
    pub(crate) resources: Tables,
    /// Executions of OOS by ID. They are state machines, and so not records of a table.
    pub(crate) executions: BTreeMap<String, Execution>,
}
