//! The data file: of one process at a time, readable by its owner only, complete at all times.
//!
//! No name is followed that is a link: who may write to the directory could otherwise have the
//! emulator overwrite or read another file of its user.

use fs4::FileExt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The data file, locked until this is dropped.
#[derive(Debug)]
pub(crate) struct DataFile {
    path: PathBuf,
    lock: File,
}

impl DataFile {
    /// Locks a data file, which need not exist.
    ///
    /// The lock is on a file beside it, which stays there, because a rename replaces the data file
    /// itself.
    ///
    /// # Errors
    ///
    /// Fails when another emulator uses the file, or when it cannot be used.
    pub(crate) fn lock(path: &Path) -> io::Result<Self> {
        let beside = beside(path, "lock")?;
        let lock = match create(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                open(&beside, OpenOptions::new().write(true))?
            }
            other => other?,
        };
        match FileExt::try_lock(&lock) {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                lock,
            }),
            Err(fs4::TryLockError::WouldBlock) => Err(io::Error::other("another emulator uses it")),
            Err(fs4::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Reads the file; `None` when it does not exist.
    ///
    /// # Errors
    ///
    /// Fails when it is not a regular file, or cannot be read.
    pub(super) fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let mut file = match open(&self.path, OpenOptions::new().read(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        make_private(&file)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        Ok(Some(text))
    }

    /// Replaces the file: writes another one in the same directory, and renames that.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be written. The file then is as it was.
    pub(super) fn write(&self, text: &[u8]) -> io::Result<()> {
        let temporary = beside(&self.path, "tmp")?;
        // What an earlier process left. Removing a link leaves its target alone.
        remove(&temporary)?;
        let written = create(&temporary).and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        });
        let renamed = written.and_then(|()| fs::rename(&temporary, &self.path));
        if let Err(error) = renamed {
            // The first error is the one to report.
            let _ = remove(&temporary);
            return Err(error);
        }
        // Not every system can write the entry of a directory to the disk.
        let _ = File::open(directory(&self.path)).and_then(|directory| directory.sync_all());
        Ok(())
    }
}

impl Drop for DataFile {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that another thread is starting holds a copy of
        // it for a moment, and the lock with it. An error leaves the lock to the closing.
        let _ = FileExt::unlock(&self.lock);
    }
}

/// Returns the path of a file for a purpose beside a file.
fn beside(path: &Path, purpose: &str) -> io::Result<PathBuf> {
    let name = path.file_name();
    let name = name.ok_or_else(|| io::Error::other("the path does not name a file"))?;
    let mut name = name.to_owned();
    name.push(".");
    name.push(purpose);
    Ok(path.with_file_name(name))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Creates a file that only its owner can read; it must not exist, not even as a link.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a regular file that exists.
fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let named = fs::symlink_metadata(path)?;
    if !named.is_file() {
        let what = match named.is_symlink() {
            true => "a symbolic link",
            false => "not a regular file",
        };
        return Err(io::Error::other(format!("{} is {what}", path.display())));
    }
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let opened = file.metadata()?;
        if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
            let why = format!("{} was replaced while it was opened", path.display());
            return Err(io::Error::other(why));
        }
    }
    Ok(file)
}

/// Takes away what others may do with a file, which can hold secret parameters.
fn make_private(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mut permissions = file.metadata()?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(permissions.mode() & 0o700);
            file.set_permissions(permissions)?;
        }
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}
