//! What all connections of one emulator share.

use crate::clock::Clock;
use crate::faults::{Fault, Faults};
use crate::ids::Ids;
use crate::keys::Keys;
use crate::nonces::Nonces;
use crate::outcomes::Outcomes;
use crate::rate_limits::RateLimits;
use crate::region::Region;
use crate::request_log::RequestLog;
use crate::services::LazyService;
use crate::store::Store;
use crate::store::persistence::Persistence;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// What all connections of one emulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) services: Vec<LazyService>,
    /// The region of calls that do not name one.
    pub(crate) region: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) keys: RwLock<Keys>,
    pub(crate) nonces: Nonces,
    pub(crate) rate_limits: RateLimits,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) outcomes: Mutex<Outcomes>,
    pub(crate) log: Mutex<RequestLog>,
    pub(crate) store: Arc<Mutex<Store<Region>>>,
    pub(crate) persistence: Option<Persistence>,
}

impl Shared {
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

    /// Returns the names of all operations that are served.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let services = self.services.iter();
        services.flat_map(LazyService::operations).collect()
    }
}

/// Locks a mutex, even if a thread panicked while it held the lock.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for reading, even if a thread panicked while it held the lock.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}
