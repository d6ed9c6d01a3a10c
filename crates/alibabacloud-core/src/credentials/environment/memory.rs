//! An environment in memory, for tests.

use super::{CommandOutput, Environment, FileLock};
use crate::time::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Variables, files and processes in memory, for tests. Clones share them.
///
/// ```
/// use alibabacloud_core::credentials::{Environment, MemoryEnvironment};
///
/// let machine = MemoryEnvironment::new()
///     .with_home("/home/me")
///     .with_file("/home/me/.aliyun/config.json", "{}")
///     .with_variable("LANG", "C");
/// assert_eq!(machine.variable("LANG").as_deref(), Some("C"));
/// assert_eq!(machine.variable("PATH"), None);
/// ```
#[derive(Clone, Default)]
pub struct MemoryEnvironment(Arc<Mutex<MemoryMachine>>);

#[derive(Default)]
struct MemoryMachine {
    variables: BTreeMap<String, String>,
    files: BTreeMap<PathBuf, MemoryFile>,
    locks: BTreeSet<PathBuf>,
    commands: BTreeMap<Vec<String>, CommandBehavior>,
    runs: usize,
}

enum MemoryFile {
    Contents(Vec<u8>),
    Error(io::ErrorKind),
}

enum CommandBehavior {
    Ends(CommandOutput),
    Hangs,
}

impl MemoryEnvironment {
    /// Creates an environment without variables, files and programs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable.
    #[must_use]
    pub fn with_variable(self, name: &str, value: &str) -> Self {
        self.set_variable(name, Some(value));
        self
    }

    /// Sets the home directory: the variable `HOME`, or `USERPROFILE` on Windows.
    #[must_use]
    pub fn with_home(self, directory: &str) -> Self {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.with_variable(name, directory)
    }

    /// Sets a variable, or removes it for `None`.
    pub fn set_variable(&self, name: &str, value: Option<&str>) {
        let mut machine = self.machine();
        match value {
            Some(value) => machine.variables.insert(name.to_owned(), value.to_owned()),
            None => machine.variables.remove(name),
        };
    }

    /// Adds a file.
    #[must_use]
    pub fn with_file(self, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        self.set_file(path, contents);
        self
    }

    /// Creates or replaces a file.
    pub fn set_file(&self, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) {
        self.machine()
            .files
            .insert(path.into(), MemoryFile::Contents(contents.into()));
    }

    /// Adds a file that every access fails on, for example with
    /// [`io::ErrorKind::PermissionDenied`].
    #[must_use]
    pub fn with_broken_file(self, path: impl Into<PathBuf>, error: io::ErrorKind) -> Self {
        self.machine()
            .files
            .insert(path.into(), MemoryFile::Error(error));
        self
    }

    /// Returns the current contents of a file, or `None` if it does not exist or is broken.
    pub fn file(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        match self.machine().files.get(path.as_ref()) {
            Some(MemoryFile::Contents(contents)) => Some(contents.clone()),
            _ => None,
        }
    }

    /// Adds a program that, run with exactly these words, ends with this output.
    #[must_use]
    pub fn with_command(self, command: &[&str], output: CommandOutput) -> Self {
        self.machine()
            .commands
            .insert(words(command), CommandBehavior::Ends(output));
        self
    }

    /// Adds a program that, run with exactly these words, never ends.
    #[must_use]
    pub fn with_hanging_command(self, command: &[&str]) -> Self {
        self.machine()
            .commands
            .insert(words(command), CommandBehavior::Hangs);
        self
    }

    /// Returns the number of programs that were started.
    pub fn runs(&self) -> usize {
        self.machine().runs
    }

    fn machine(&self) -> MutexGuard<'_, MemoryMachine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn words(command: &[&str]) -> Vec<String> {
    command.iter().map(|&word| word.to_owned()).collect()
}

impl fmt::Debug for MemoryEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryEnvironment")
    }
}

/// Returns the path of the file that is staged for `path`.
fn stage_path(path: &Path) -> PathBuf {
    let mut staged = path.as_os_str().to_owned();
    staged.push(".staged");
    staged.into()
}

struct UnlockOnDrop(MemoryEnvironment, PathBuf);

impl Drop for UnlockOnDrop {
    fn drop(&mut self) {
        self.0.machine().locks.remove(&self.1);
    }
}

impl Environment for MemoryEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        self.machine().variables.get(name).cloned()
    }

    fn read<'a>(&'a self, path: &'a Path, limit: usize) -> BoxFuture<'a, io::Result<Vec<u8>>> {
        Box::pin(async move {
            match self.machine().files.get(path) {
                None => Err(io::ErrorKind::NotFound.into()),
                Some(MemoryFile::Error(kind)) => Err((*kind).into()),
                Some(MemoryFile::Contents(contents)) if contents.len() > limit => {
                    Err(io::ErrorKind::FileTooLarge.into())
                }
                Some(MemoryFile::Contents(contents)) => Ok(contents.clone()),
            }
        })
    }

    fn stage<'a>(
        &'a self,
        path: &'a Path,
        contents: Vec<u8>,
    ) -> BoxFuture<'a, io::Result<PathBuf>> {
        Box::pin(async move {
            let staged = stage_path(path);
            let mut machine = self.machine();
            if let Some(MemoryFile::Error(kind)) = machine.files.get(&staged) {
                return Err((*kind).into());
            }
            machine
                .files
                .insert(staged.clone(), MemoryFile::Contents(contents));
            Ok(staged)
        })
    }

    fn staged<'a>(
        &'a self,
        path: &'a Path,
        limit: usize,
    ) -> BoxFuture<'a, io::Result<(PathBuf, Vec<u8>)>> {
        Box::pin(async move {
            let staged = stage_path(path);
            let contents = self.read(&staged, limit).await?;
            Ok((staged, contents))
        })
    }

    fn unstage<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async move {
            self.machine().files.remove(&stage_path(path));
            Ok(())
        })
    }

    fn rename<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async move {
            let mut machine = self.machine();
            let file = machine.files.remove(from).ok_or(io::ErrorKind::NotFound)?;
            machine.files.insert(to.to_owned(), file);
            Ok(())
        })
    }

    fn try_lock<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<Option<FileLock>>> {
        Box::pin(async move {
            let mut machine = self.machine();
            if !machine.files.contains_key(path) {
                return Err(io::ErrorKind::NotFound.into());
            }
            let free = machine.locks.insert(path.to_owned());
            Ok(free.then(|| FileLock::new(UnlockOnDrop(self.clone(), path.to_owned()))))
        })
    }

    fn run<'a>(
        &'a self,
        command: &'a [String],
        limit: usize,
    ) -> BoxFuture<'a, io::Result<CommandOutput>> {
        Box::pin(async move {
            let output = {
                let mut machine = self.machine();
                machine.runs += 1;
                match machine.commands.get(command) {
                    None => return Err(io::ErrorKind::NotFound.into()),
                    Some(CommandBehavior::Ends(output)) => Some(output.clone()),
                    Some(CommandBehavior::Hangs) => None,
                }
            };
            match output {
                None => std::future::pending().await,
                Some(output) if output.stdout.len() > limit => {
                    Err(io::ErrorKind::FileTooLarge.into())
                }
                Some(output) => Ok(output),
            }
        })
    }
}
