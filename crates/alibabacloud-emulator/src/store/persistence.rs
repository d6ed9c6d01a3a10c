//! Keeps the store in a file.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Notified once the file holds every change made before the request for a write.
type Written = oneshot::Sender<Result<(), String>>;

/// Writes the store to its file: first to a temporary file in the same directory, then by a rename,
/// so that the file is complete at all times.
///
/// A dedicated thread writes; requests that wait at the same time share one write.
#[derive(Debug)]
pub(crate) struct Persistence {
    requests: mpsc::Sender<Written>,
}

impl Persistence {
    pub(crate) fn start<S: Serialize + Send + 'static>(
        path: PathBuf,
        store: Arc<Mutex<S>>,
    ) -> io::Result<Self> {
        let (requests, queue) = mpsc::channel::<Written>();
        std::thread::Builder::new()
            .name("emulator-persistence".to_owned())
            .spawn(move || {
                while let Ok(first) = queue.recv() {
                    let waiting: Vec<Written> =
                        std::iter::once(first).chain(queue.try_iter()).collect();
                    let result = write(&path, &store).map_err(|error| error.to_string());
                    for written in waiting {
                        // The caller may have gone away.
                        let _ = written.send(result.clone());
                    }
                }
            })?;
        Ok(Self { requests })
    }

    /// Waits until the file holds every change made so far.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be written. The file then holds an earlier state.
    pub(crate) async fn flush(&self) -> Result<(), String> {
        let stopped = || "the thread that writes the data file has stopped".to_owned();
        let (written, result) = oneshot::channel();
        self.requests.send(written).map_err(|_| stopped())?;
        result.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn write<S: Serialize>(path: &Path, store: &Mutex<S>) -> io::Result<()> {
    let text = {
        let store = store.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::to_vec(&*store)?
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let mut file = File::create(&temporary)?;
    file.write_all(&text)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)
}

/// Reads what a previous run has written; the default when the file does not exist.
///
/// # Errors
///
/// Fails when the file cannot be read or was not written by this emulator.
pub(crate) fn load<S: DeserializeOwned + Default>(path: &Path) -> Result<S, String> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(S::default()),
        Err(error) => return Err(error.to_string()),
    };
    serde_json::from_slice(&text)
        .map_err(|error| format!("not a data file of this emulator: {error}"))
}
