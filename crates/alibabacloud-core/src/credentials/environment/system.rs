//! The environment of this process.

use super::{CommandOutput, Environment, FileLock, process};
use crate::time::BoxFuture;
#[cfg(not(target_family = "wasm"))]
use fs4::FileExt;
use std::any::Any;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The variables, files and processes of the operating system. File access runs on tokio's threads
/// for blocking work.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        // A value that is not Unicode must not count as unset: another source would be used.
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }

    fn read<'a>(&'a self, path: &'a Path, limit: usize) -> BoxFuture<'a, io::Result<Vec<u8>>> {
        let path = path.to_owned();
        Box::pin(unblock(move || read(&path, limit)))
    }

    fn stage<'a>(
        &'a self,
        path: &'a Path,
        contents: Vec<u8>,
    ) -> BoxFuture<'a, io::Result<PathBuf>> {
        let path = path.to_owned();
        Box::pin(unblock(move || stage(&path, &contents)))
    }

    fn staged<'a>(
        &'a self,
        path: &'a Path,
        limit: usize,
    ) -> BoxFuture<'a, io::Result<(PathBuf, Vec<u8>)>> {
        let path = path.to_owned();
        Box::pin(unblock(move || {
            let staged = stage_path(&path)?;
            let contents = read(&staged, limit)?;
            Ok((staged, contents))
        }))
    }

    fn unstage<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<()>> {
        let path = path.to_owned();
        Box::pin(unblock(move || remove(&stage_path(&path)?)))
    }

    fn rename<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, io::Result<()>> {
        let (from, to) = (from.to_owned(), to.to_owned());
        Box::pin(unblock(move || rename(&from, &to)))
    }

    fn try_lock<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<Option<FileLock>>> {
        let path = path.to_owned();
        Box::pin(unblock(move || try_lock(&path)))
    }

    fn run<'a>(
        &'a self,
        command: &'a [String],
        limit: usize,
    ) -> BoxFuture<'a, io::Result<CommandOutput>> {
        Box::pin(process::run(command.to_vec(), limit))
    }
}

/// Runs blocking work on a thread of the runtime, or in place if there is no runtime.
async fn unblock<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return work();
    };
    // Boxed on both sides, so that tokio's tasks are compiled once and not for each kind of work.
    let work: Box<dyn FnOnce() -> Box<dyn Any + Send> + Send> = Box::new(move || Box::new(work()));
    let done = runtime
        .spawn_blocking(work)
        .await
        .map_err(io::Error::other)?;
    done.downcast::<io::Result<T>>()
        .map_or_else(|_| Err(io::ErrorKind::Other.into()), |result| *result)
}

fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut contents)?;
    if contents.len() > limit {
        let message = format!("the file is larger than {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(contents)
}

/// Returns the path of the file that is staged for `path`. The name is fixed: the lock prevents
/// concurrent writers, and a file left by a killed process can be found.
fn stage_path(path: &Path) -> io::Result<PathBuf> {
    beside(path, "staged")
}

/// Returns the path of a hidden file of this SDK beside another file.
fn beside(path: &Path, purpose: &str) -> io::Result<PathBuf> {
    // A symbolic link (for example to a dotfiles repository) is kept: its target is replaced,
    // within the target's directory.
    let path = fs::canonicalize(path)?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".alibabacloud-");
    name.push(purpose);
    Ok(path.with_file_name(name))
}

fn stage(path: &Path, contents: &[u8]) -> io::Result<PathBuf> {
    let staged = stage_path(path)?;
    remove(&staged)?;
    let written = create_private(&staged).and_then(|mut file| {
        file.write_all(contents)?;
        file.sync_all()
    });
    if let Err(error) = written {
        // The first error is the one to report.
        let _ = fs::remove_file(&staged);
        return Err(error);
    }
    Ok(staged)
}

/// Removes a file, if it exists.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options).open(path)
}

/// Makes new files readable only by their owner.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let to = fs::canonicalize(to)?;
    fs::rename(from, &to)?;
    // The file is in place. Not every system can also flush the directory entry to disk.
    if let Some(directory) = to.parent() {
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
    }
    Ok(())
}

/// Locks a separate file beside `path`, which is not removed: a lock on `path` itself would be lost
/// when another file is renamed over it.
fn try_lock(path: &Path) -> io::Result<Option<FileLock>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = private(&mut options).open(beside(path, "lock")?)?;
    Ok(locked(&file)?.then(|| FileLock::new(file)))
}

#[cfg(target_family = "wasm")]
fn locked(_: &File) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_family = "wasm"))]
fn locked(file: &File) -> io::Result<bool> {
    // std has file locks since Rust 1.89.
    match FileExt::try_lock(file) {
        Ok(()) => Ok(true),
        Err(fs4::TryLockError::WouldBlock) => Ok(false),
        Err(fs4::TryLockError::Error(error)) => Err(error),
    }
}
