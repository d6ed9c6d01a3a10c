//! What all connections of one emulator share.

use crate::clock::Clock;
use crate::error::Error;
use crate::faults::{Fault, Faults};
use crate::ids::Ids;
use crate::keys::Keys;
use crate::nonces::Nonces;
use crate::oos;
use crate::outcomes::Outcomes;
use crate::ram::file::RamFile;
use crate::ram::stored::StoredRam;
use crate::ram::{Ram, RamMode};
use crate::rate_limits::RateLimits;
use crate::region::Region;
use crate::request_log::RequestLog;
use crate::services::LazyService;
use crate::store::Store;
use crate::store::persistence::Persistence;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What all connections of one emulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) services: Vec<LazyService>,
    /// The region of calls that do not name one.
    pub(crate) region: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) keys: RwLock<Keys>,
    /// Locked before `keys` where both are, and after `store`.
    pub(crate) ram: RwLock<Ram>,
    pub(crate) nonces: Nonces,
    pub(crate) rate_limits: RateLimits,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) outcomes: Mutex<Outcomes>,
    pub(crate) log: Mutex<RequestLog>,
    pub(crate) store: Arc<Mutex<Store<Region>>>,
    pub(crate) persistence: Option<Persistence>,
}

impl Shared {
    /// Adds the example data of OOS to the default account in the default region.
    pub(crate) fn add_example(&self) {
        let account = read(&self.keys).default_account().to_owned();
        let mut store = lock(&self.store);
        oos::add_example(store.region(&account, &self.region), self.clock.service());
        store.changes.add();
    }

    /// Adds a fault.
    ///
    /// # Errors
    ///
    /// Describes why the fault can never apply.
    pub(crate) fn add_fault(&self, fault: Fault) -> Result<(), String> {
        fault.check(&self.operations())?;
        lock(&self.faults).add(fault);
        Ok(())
    }

    /// Adds the users, groups, roles and policies of a file, and takes its mode. A file without one
    /// ends the mode in which everyone may do everything.
    ///
    /// # Errors
    ///
    /// Describes what is wrong with the file.
    pub(crate) fn apply_ram(&self, file: RamFile) -> Result<(), Error> {
        let mode = file.mode;
        let mut ram = write(&self.ram);
        file.apply(&mut ram.directory, &mut write(&self.keys))?;
        ram.mode = match (mode, ram.mode) {
            (Some(mode), _) => mode,
            (None, RamMode::Off) => RamMode::Enforce,
            (None, current) => current,
        };
        Ok(())
    }

    /// Adds the users, groups, roles, policies and keys that the store has.
    pub(crate) fn restore_ram(&self) {
        let store = lock(&self.store);
        let mut ram = write(&self.ram);
        let mut keys = write(&self.keys);
        for stored in stored_ram(&store) {
            stored.restore(&mut ram.directory, &mut keys);
        }
    }

    /// Sets the policies that the store has, after one has another default version.
    pub(crate) fn restore_policies(&self) {
        let store = lock(&self.store);
        let mut ram = write(&self.ram);
        for stored in stored_ram(&store) {
            stored.restore_policies(&mut ram.directory);
        }
    }

    /// Returns the names of all operations that are served.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let services = self.services.iter();
        services.flat_map(LazyService::operations).collect()
    }
}

fn stored_ram(store: &Store<Region>) -> impl Iterator<Item = StoredRam<'_>> {
    store.all().map(|(account, region)| StoredRam {
        account,
        tables: &region.resources,
    })
}

/// Locks a mutex, even if a thread panicked while it held the lock.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for reading, even if a thread panicked while it held the lock.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for writing, even if a thread panicked while it held the lock.
pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
