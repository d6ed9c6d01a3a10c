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

impl<R> Store<R> {
    /// Returns what all accounts have in all regions, each with the account.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &R)> {
        self.accounts.iter().flat_map(|(account, regions)| {
            let regions = regions.values();
            regions.map(move |region| (account.as_str(), region))
        })
    }

    /// Returns what an account has in a region, if it ever had anything.
    pub(crate) fn existing(&self, account: &str, region: &str) -> Option<&R> {
        self.accounts.get(account)?.get(region)
    }
}

impl<R> AsMut<Changes> for Store<R> {
    fn as_mut(&mut self) -> &mut Changes {
        &mut self.changes
    }
}
