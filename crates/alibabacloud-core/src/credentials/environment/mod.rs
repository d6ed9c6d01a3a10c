//! The machine as providers see it: one small seam, so that tests of them need no real variables, files or processes.

#[cfg(feature = "test-util")]
mod memory;
#[cfg(feature = "client")]
mod process;
#[cfg(feature = "client")]
mod system;

#[cfg(feature = "test-util")]
pub use memory::MemoryEnvironment;
#[cfg(feature = "client")]
pub use system::SystemEnvironment;

use crate::time::BoxFuture;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Environment variables, files and processes.
///
/// Implementations never block the async runtime.
pub trait Environment: Send + Sync + fmt::Debug + 'static {
    /// An environment variable; `None` when it is unset or no Unicode.
    fn variable(&self, name: &str) -> Option<String>;

    /// Reads a whole file of at most `limit` bytes.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] beyond the limit; what the system says otherwise.
    fn read<'a>(&'a self, path: &'a Path, limit: usize) -> BoxFuture<'a, io::Result<Vec<u8>>>;

    /// Writes `contents` to a new file beside `path` that only its owner can read, and gives its path. The file is on disk when this
    /// returns; [`Environment::rename`] puts it in place. A file that was staged for the same path is replaced.
    ///
    /// # Errors
    /// What the system says. No partial file remains.
    fn stage<'a>(&'a self, path: &'a Path, contents: Vec<u8>)
    -> BoxFuture<'a, io::Result<PathBuf>>;

    /// The file that is staged for `path`, left by a process that was killed, and what it holds.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none, which is the rule.
    fn staged<'a>(
        &'a self,
        path: &'a Path,
        limit: usize,
    ) -> BoxFuture<'a, io::Result<(PathBuf, Vec<u8>)>>;

    /// Removes the file that is staged for `path`, if there is one.
    ///
    /// # Errors
    /// What the system says.
    fn unstage<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<()>>;

    /// Replaces `to` by `from` in one step.
    ///
    /// # Errors
    /// What the system says; both files are then as before.
    fn rename<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, io::Result<()>>;

    /// Locks a file against other processes (and other callers in this one) without waiting; `None` when another holds it. The lock
    /// stays when the file is replaced.
    ///
    /// # Errors
    /// What the system says.
    fn try_lock<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<Option<FileLock>>>;

    /// Runs a program (the first of `command`) with the given arguments, no shell and no input, to its end. Dropping the future kills
    /// it.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::FileTooLarge`] when it prints more than `limit` bytes.
    fn run<'a>(
        &'a self,
        command: &'a [String],
        limit: usize,
    ) -> BoxFuture<'a, io::Result<CommandOutput>>;
}

/// A file lock, held until it is dropped.
pub struct FileLock {
    _guard: Box<dyn Send + Sync>,
}

impl FileLock {
    /// A lock whose release is the destructor of `guard`.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self {
            _guard: Box::new(guard),
        }
    }
}

impl fmt::Debug for FileLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileLock")
    }
}

/// What a finished process left.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOutput {
    /// Whether it exited with status 0.
    pub success: bool,
    /// How it ended, for people: `exit status: 3`.
    pub status: String,
    /// What it printed to standard output.
    pub stdout: Vec<u8>,
}

impl CommandOutput {
    /// The remains of a process.
    pub fn new(success: bool, status: impl Into<String>, stdout: impl Into<Vec<u8>>) -> Self {
        Self {
            success,
            status: status.into(),
            stdout: stdout.into(),
        }
    }
}

impl fmt::Debug for CommandOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandOutput")
            .field("status", &self.status)
            .field("stdout_bytes", &self.stdout.len())
            .finish_non_exhaustive()
    }
}
