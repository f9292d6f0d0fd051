//! How each lock is taken.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thread that panicked while it held the lock has left nothing half done.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
