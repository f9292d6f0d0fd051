//! The users, in memory, and in a journal if there is one.
//!
//! Memory holds what the journal says: a change is written first, and applied when it is on the disk.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use serde::{Deserialize, Serialize};

use crate::journal::Journal;

/// Most users. They are all in memory, anybody may add one, and the list of them is one answer: of 2.5 MB at the most.
const MOST_USERS: usize = 1000;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The number, which no other user ever gets, even when this one is gone.
    pub id: u64,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A change of the users.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// This user is new, or takes the place of the one with its number.
    Put(User),
    /// The user with this number is gone.
    Delete(u64),
}

/// Users that all connections share.
#[derive(Debug, Default)]
pub struct Store {
    /// Locked for a moment: readers never wait for the disk.
    users: RwLock<Users>,
    /// Locked for a whole change: changes come one after the other.
    journal: Mutex<Option<Journal>>,
}

#[derive(Debug, Default)]
struct Users {
    by_id: BTreeMap<u64, User>,
    last_id: u64,
}

impl Users {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Put(user) => {
                self.last_id = self.last_id.max(user.id);
                self.by_id.insert(user.id, user);
            }
            Change::Delete(id) => {
                self.by_id.remove(&id);
            }
        }
    }
}

impl Store {
    /// Users that are kept in a file, which is made if it isn't there.
    ///
    /// Errors: those of [`Journal::open`].
    pub fn open(path: &Path) -> io::Result<Store> {
        let mut users = Users::default();
        let journal = Journal::open(path, |change| users.apply(change))?;
        Ok(Store { users: RwLock::new(users), journal: Mutex::new(Some(journal)) })
    }

    /// All users, in the order of their numbers.
    pub fn all(&self) -> Vec<User> {
        self.read().by_id.values().cloned().collect()
    }

    /// The user with this number.
    pub fn find(&self, id: u64) -> Option<User> {
        self.read().by_id.get(&id).cloned()
    }

    /// Adds a user, under a number of its own.
    ///
    /// Errors: `StorageFull` if there are too many, and those of [`Journal::append`]; then there is no
    /// such user.
    pub fn add(&self, name: String, email: String) -> io::Result<User> {
        let mut user = User { id: 0, name, email };
        let is_added = self.change(|users| {
            user.id = users.last_id + 1;
            (users.by_id.len() < MOST_USERS).then(|| Change::Put(user.clone()))
        })?;
        let too_many = || io::Error::new(io::ErrorKind::StorageFull, "there are too many users");
        if is_added { Ok(user) } else { Err(too_many()) }
    }

    /// Puts a user in the place of the one with its number; false if there is none.
    ///
    /// Errors: those of [`Journal::append`]; then nothing has changed.
    pub fn replace(&self, user: User) -> io::Result<bool> {
        self.change(|users| users.by_id.contains_key(&user.id).then_some(Change::Put(user)))
    }

    /// Removes the user with this number; false if there is none.
    ///
    /// Errors: those of [`Journal::append`]; then nothing has changed.
    pub fn delete(&self, id: u64) -> io::Result<bool> {
        self.change(|users| users.by_id.contains_key(&id).then_some(Change::Delete(id)))
    }

    /// Writes a change, then applies it; false if there is nothing to change.
    fn change(&self, decide: impl FnOnce(&Users) -> Option<Change>) -> io::Result<bool> {
        // A panic of another thread under this lock left everything whole: applying comes last.
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(change) = decide(&self.read()) else { return Ok(false) };
        if let Some(journal) = journal.as_mut() {
            journal.append(&change)?;
        }
        self.users.write().unwrap_or_else(PoisonError::into_inner).apply(change);
        Ok(true)
    }

    fn read(&self) -> RwLockReadGuard<'_, Users> {
        self.users.read().unwrap_or_else(PoisonError::into_inner)
    }
}
