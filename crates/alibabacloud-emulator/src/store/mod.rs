//! The state that the emulator keeps, by account and region.
//!
//! The store knows no product: `R` is what a product keeps for an account in a region, usually
//! [`Tables`](record::Tables) of records. [`persistence`] writes the store to a file.

pub(crate) mod changes;
pub(crate) mod file;
pub(crate) mod persistence;
pub(crate) mod record;

use changes::Changes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that the services keep.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "R: Deserialize<'de>"))]
pub(crate) struct Store<R> {
    accounts: BTreeMap<String, BTreeMap<String, R>>,
    #[serde(skip)]
    pub(crate) changes: Changes,
}

impl<R> Default for Store<R> {
    fn default() -> Self {
        Self {
            accounts: BTreeMap::new(),
            changes: Changes::default(),
        }
    }
}

impl<R: Default> Store<R> {
    /// Returns what an account has in a region.
    pub(crate) fn region(&mut self, account: &str, region: &str) -> &mut R {
        let regions = self.accounts.entry(account.to_owned()).or_default();
        regions.entry(region.to_owned()).or_default()
    }
}

impl<R> AsMut<Changes> for Store<R> {
    fn as_mut(&mut self) -> &mut Changes {
        &mut self.changes
    }
}
