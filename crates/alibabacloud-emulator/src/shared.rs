//! What all connections of one emulator share.

use crate::clock::Clock;
use crate::faults::Faults;
use crate::ids::Ids;
use crate::keys::Keys;
use crate::log::Log;
use crate::nonces::Nonces;
use crate::outcomes::Outcomes;
use crate::saver::Saver;
use crate::service::Served;
use crate::world::World;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// What all connections of one emulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) services: Vec<Served>,
    /// The region of calls that name none.
    pub(crate) region: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) keys: RwLock<Keys>,
    pub(crate) nonces: Nonces,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) outcomes: Mutex<Outcomes>,
    pub(crate) log: Mutex<Log>,
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) saver: Option<Saver>,
}

/// Locks, whatever happened to the thread that held the lock before.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for reading, whatever happened to the thread that held the lock before.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}
