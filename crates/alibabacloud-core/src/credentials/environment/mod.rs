//! The environment of the program, as a trait, so that tests of providers need no real variables,
//! files and processes.

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
    /// Returns an environment variable, or `None` if it is unset. Bytes that are not valid Unicode
    /// are replaced by U+FFFD.
    fn variable(&self, name: &str) -> Option<String>;

    /// Reads a whole file of at most `limit` bytes.
    ///
    /// # Errors
    /// Returns [`io::ErrorKind::FileTooLarge`] for a larger file, and the errors of the operating
    /// system.
    fn read<'a>(&'a self, path: &'a Path, limit: usize) -> BoxFuture<'a, io::Result<Vec<u8>>>;

    /// Writes `contents` to a new file beside `path`, readable only by its owner, and returns its
    /// path. The file is on disk when this returns; [`Environment::rename`] moves it into place.
    /// Replaces a file that was staged for the same path.
    ///
    /// # Errors
    /// Returns the errors of the operating system. No partial file remains.
    fn stage<'a>(&'a self, path: &'a Path, contents: Vec<u8>)
    -> BoxFuture<'a, io::Result<PathBuf>>;

    /// Returns path and contents of the file that is staged for `path`: left by a process that was
    /// killed.
    ///
    /// # Errors
    /// Returns [`io::ErrorKind::NotFound`] if there is none, which is the normal case, and the
    /// errors of the operating system.
    fn staged<'a>(
        &'a self,
        path: &'a Path,
        limit: usize,
    ) -> BoxFuture<'a, io::Result<(PathBuf, Vec<u8>)>>;

    /// Removes the file that is staged for `path`, if there is one.
    ///
    /// # Errors
    /// Returns the errors of the operating system.
    fn unstage<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<()>>;

    /// Replaces `to` with `from` atomically.
    ///
    /// # Errors
    /// Returns the errors of the operating system; both files are then unchanged.
    fn rename<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, io::Result<()>>;

    /// Locks a file against other processes, and other callers in this one, without waiting.
    /// Returns `None` if another one holds the lock. The lock stays valid when the file is
    /// replaced.
    ///
    /// # Errors
    /// Returns the errors of the operating system.
    fn try_lock<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<Option<FileLock>>>;

    /// Runs a program, the first word of `command`, with the other words as arguments, without a
    /// shell and without input, and waits for its end. Dropping the future kills it.
    ///
    /// # Errors
    /// Returns the errors of the operating system, and [`io::ErrorKind::FileTooLarge`] if the
    /// program prints more than `limit` bytes.
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
    /// Creates a lock that is released when `guard` is dropped.
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

/// The result of a finished process.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOutput {
    /// Whether the process exited with status 0.
    pub success: bool,
    /// How the process ended, for messages: `exit status: 3`.
    pub status: String,
    /// The bytes that the process wrote to standard output.
    pub stdout: Vec<u8>,
}

impl CommandOutput {
    /// Creates the result of a process.
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
