//! Keeps what the services remember in a file.

use crate::world::World;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Told once the file holds everything that had happened when it was asked for.
type Done = oneshot::Sender<Result<(), String>>;

/// Writes the world to its file: a temporary file beside it first, then a rename, so that the file is whole at every moment.
///
/// A thread of its own does it; requests that wait at the same time share one write.
#[derive(Debug)]
pub(crate) struct Saver {
    requests: mpsc::Sender<Done>,
}

impl Saver {
    pub(crate) fn start(path: PathBuf, world: Arc<Mutex<World>>) -> io::Result<Self> {
        let (requests, queue) = mpsc::channel::<Done>();
        std::thread::Builder::new()
            .name("emulator-saver".to_owned())
            .spawn(move || {
                while let Ok(first) = queue.recv() {
                    let waiting: Vec<Done> =
                        std::iter::once(first).chain(queue.try_iter()).collect();
                    let result = save(&path, &world).map_err(|error| error.to_string());
                    for done in waiting {
                        // A caller that has gone away needs no answer.
                        let _ = done.send(result.clone());
                    }
                }
            })?;
        Ok(Self { requests })
    }

    /// Waits until the file holds everything that has happened so far.
    ///
    /// # Errors
    /// Why the file could not be written; it holds an earlier state then.
    pub(crate) async fn saved(&self) -> Result<(), String> {
        let stopped = || "the thread that saves has ended".to_owned();
        let (done, told) = oneshot::channel();
        self.requests.send(done).map_err(|_| stopped())?;
        told.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn save(path: &Path, world: &Mutex<World>) -> io::Result<()> {
    let text = {
        let world = world.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::to_vec(&*world)?
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

/// Reads what a former run has saved; an empty world when there is no file yet.
pub(crate) fn load(path: &Path) -> Result<World, String> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(World::default()),
        Err(error) => return Err(error.to_string()),
    };
    serde_json::from_slice(&text)
        .map_err(|error| format!("it is no data file of this emulator: {error}"))
}
