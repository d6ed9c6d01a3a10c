//! Access to state that clones share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex, even one that was poisoned by a panic in another test thread.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
