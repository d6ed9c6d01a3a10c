//! Keeps the store in a file. What cannot be written there did not happen.

use super::changes::{Change, Changes, Fate};
use super::file::DataFile;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

/// Notified with what became of a change.
type Written = Box<dyn FnOnce(Result<(), String>) + Send>;

/// Writes the store to its file before a change is acknowledged.
///
/// A dedicated thread writes; requests that wait at the same time share one write. When a write
/// fails, the store goes back to what the file has.
#[derive(Debug)]
pub(crate) struct Persistence {
    thread: Mutex<Option<WriterThread>>,
}

/// The thread that writes. It ends when nobody can send requests any more.
#[derive(Debug)]
struct WriterThread {
    requests: Sender<(Change, Written)>,
    handle: JoinHandle<()>,
}

/// Replaces the content of the data file.
pub(crate) trait Save: Send + 'static {
    /// Writes a text.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be written. It then is as it was.
    fn save(&self, text: &[u8]) -> io::Result<()>;
}

impl Save for DataFile {
    fn save(&self, text: &[u8]) -> io::Result<()> {
        self.write(text)
    }
}

impl Persistence {
    /// Starts the thread that writes.
    ///
    /// # Errors
    ///
    /// Fails when the store cannot be written as JSON, or the thread cannot start.
    pub(crate) fn start<S>(file: impl Save, store: Arc<Mutex<S>>) -> io::Result<Self>
    where
        S: Serialize + DeserializeOwned + AsMut<Changes> + Send + 'static,
    {
        let (requests, queue) = mpsc::channel::<(Change, Written)>();
        let saved = serde_json::to_vec(&*lock(&store))?;
        let mut writer = Writer { file, store, saved };
        let handle = thread::Builder::new()
            .name("emulator-persistence".to_owned())
            .spawn(move || {
                while let Ok(first) = queue.recv() {
                    writer.serve(std::iter::once(first).chain(queue.try_iter()).collect());
                }
            })?;
        Ok(Self {
            thread: Mutex::new(Some(WriterThread { requests, handle })),
        })
    }

    /// Waits until the file holds a change and all before it.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be written. The change then is undone.
    pub(crate) async fn flush(&self, change: Change) -> Result<(), String> {
        let (written, result) = oneshot::channel();
        // The caller may have gone away.
        self.request(change, Box::new(|result| drop(written.send(result))));
        result.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Does the same as [`Persistence::flush`], and blocks the thread.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be written. The change then is undone.
    pub(crate) fn flush_blocking(&self, change: Change) -> Result<(), String> {
        let (written, result) = mpsc::channel();
        self.request(change, Box::new(move |result| drop(written.send(result))));
        result.recv().unwrap_or_else(|_| Err(stopped()))
    }

    fn request(&self, change: Change, written: Written) {
        if let Some(thread) = &*lock(&self.thread) {
            // If the thread has stopped, the callback is dropped, which its caller notices.
            let _ = thread.requests.send((change, written));
        }
    }

    /// Finishes what was requested, and gives the file free.
    pub(crate) fn close(&self) {
        let thread = lock(&self.thread).take();
        if let Some(WriterThread { requests, handle }) = thread {
            drop(requests);
            // A panic there has been reported already.
            let _ = handle.join();
        }
    }
}

fn stopped() -> String {
    "the thread that writes the data file has stopped".to_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Writer<F, S> {
    file: F,
    store: Arc<Mutex<S>>,
    /// What the file holds.
    saved: Vec<u8>,
}

impl<F: Save, S: Serialize + DeserializeOwned + AsMut<Changes>> Writer<F, S> {
    fn serve(&mut self, waiting: Vec<(Change, Written)>) {
        let mut error = "an earlier change could not be written".to_owned();
        let is_unsaved = {
            let mut store = lock(&self.store);
            let changes = store.as_mut();
            let mut fates = waiting.iter().map(|(change, _)| changes.fate(*change));
            fates.any(|fate| fate == Fate::Unsaved)
        };
        if is_unsaved {
            if let Err(why) = self.write() {
                error = why.to_string();
            }
        }
        for (change, written) in waiting {
            let fate = lock(&self.store).as_mut().fate(change);
            written(match fate {
                Fate::Saved => Ok(()),
                Fate::Undone | Fate::Unsaved => Err(error.clone()),
            });
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let (text, latest) = {
            let mut store = lock(&self.store);
            (serde_json::to_vec(&*store), store.as_mut().latest())
        };
        let written = text
            .map_err(io::Error::from)
            .and_then(|text| self.file.save(&text).map(|()| text));
        let mut store = lock(&self.store);
        match written {
            Ok(text) => {
                self.saved = text;
                store.as_mut().save(latest);
                Ok(())
            }
            Err(error) => {
                let mut earlier: S = serde_json::from_slice(&self.saved)?;
                std::mem::swap(earlier.as_mut(), store.as_mut());
                earlier.as_mut().undo();
                *store = earlier;
                Err(error)
            }
        }
    }
}

/// Reads what a previous run has written; `None` when the file does not exist.
///
/// # Errors
///
/// Fails when the file cannot be read or was not written by this emulator.
pub(crate) fn load<S: DeserializeOwned>(file: &DataFile) -> Result<Option<S>, String> {
    let text = file.read().map_err(|error| error.to_string())?;
    text.map(|text| serde_json::from_slice(&text))
        .transpose()
        .map_err(|error| format!("not a data file of this emulator: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A disk that can be full.
    #[derive(Clone, Default)]
    struct Disk {
        is_full: Arc<AtomicBool>,
        text: Arc<Mutex<Vec<u8>>>,
    }

    impl Save for Disk {
        fn save(&self, text: &[u8]) -> io::Result<()> {
            if self.is_full.load(Ordering::SeqCst) {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            text.clone_into(&mut lock(&self.text));
            Ok(())
        }
    }

    type Texts = Store<Vec<String>>;

    fn add(store: &Mutex<Texts>, text: &str) -> Change {
        let mut store = lock(store);
        store.region("a", "r").push(text.to_owned());
        store.changes.add();
        store.changes.unsaved().unwrap()
    }

    fn texts(store: &Mutex<Texts>) -> Vec<String> {
        lock(store).region("a", "r").clone()
    }

    #[test]
    fn what_cannot_be_saved_did_not_happen() {
        let (disk, store) = (Disk::default(), Arc::new(Mutex::new(Texts::default())));
        let persistence = Persistence::start(disk.clone(), store.clone()).unwrap();
        let one = add(&store, "one");
        assert_eq!(persistence.flush_blocking(one), Ok(()));
        disk.is_full.store(true, Ordering::SeqCst);
        let (two, three) = (add(&store, "two"), add(&store, "three"));
        let error = persistence.flush_blocking(three).unwrap_err();
        assert!(error.contains("no storage space"), "{error}");
        assert!(persistence.flush_blocking(two).is_err());
        assert_eq!(persistence.flush_blocking(one), Ok(()));
        assert_eq!(texts(&store), ["one"]);
        assert_eq!(lock(&store).changes.unsaved(), None);

        disk.is_full.store(false, Ordering::SeqCst);
        let four = add(&store, "four");
        assert_eq!(persistence.flush_blocking(four), Ok(()));
        assert!(persistence.flush_blocking(two).is_err());
        persistence.close();
        let saved: Texts = serde_json::from_slice(&lock(&disk.text)).unwrap();
        assert_eq!(texts(&Mutex::new(saved)), ["one", "four"]);
        assert!(persistence.flush_blocking(four).is_err());
    }
}
