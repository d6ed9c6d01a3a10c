//! The real machine.

use super::{CommandOutput, Environment, FileLock, process};
use crate::time::BoxFuture;
use fs4::FileExt;
use std::any::Any;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The variables, files and processes of the machine. File access happens on tokio's threads for blocking work.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
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

/// Runs blocking work beside the runtime, or in place when there is no runtime that it could block.
async fn unblock<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return work();
    };
    // Boxed both ways, so that tokio's tasks are compiled once and not for each kind of work.
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

/// Where a file is staged. A fixed name: who stages holds the lock, so that two never meet, and a file left by a killed process can be
/// found.
fn stage_path(path: &Path) -> io::Result<PathBuf> {
    beside(path, "staged")
}

/// A hidden file of ours beside another.
fn beside(path: &Path, purpose: &str) -> io::Result<PathBuf> {
    // A link (to a dotfiles repository, say) stays one: the file it leads to is replaced, within its own directory.
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
        // The first error is the one to tell.
        let _ = fs::remove_file(&staged);
        return Err(error);
    }
    Ok(staged)
}

/// Removes a file that need not be there.
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

/// Files made with these options can be read by their owner alone.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let to = fs::canonicalize(to)?;
    fs::rename(from, &to)?;
    // The file is in place; that its directory entry is on disk as well is more than every system offers.
    if let Some(directory) = to.parent() {
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
    }
    Ok(())
}

/// Locks a file beside it, which stays there: a lock on the file itself would be lost when another file is renamed into its place.
fn try_lock(path: &Path) -> io::Result<Option<FileLock>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = private(&mut options).open(beside(path, "lock")?)?;
    Ok(locked(&file)?.then(|| FileLock::new(file)))
}

fn locked(file: &File) -> io::Result<bool> {
    // std has these locks since Rust 1.89.
    match FileExt::try_lock(file) {
        Ok(()) => Ok(true),
        Err(fs4::TryLockError::WouldBlock) => Ok(false),
        Err(fs4::TryLockError::Error(error)) => Err(error),
    }
}
