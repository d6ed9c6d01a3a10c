//! Files that are written whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::{process, thread};

/// Replaces a file at once, since other processes and threads may read or write it: the text goes
/// to a new file beside it first. Makes the directory if it does not exist.
///
/// # Errors
///
/// If a file or the directory cannot be written; the file then is as it was.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(
        ".{}-{:?}.new",
        process::id(),
        thread::current().id()
    ));
    let aside = path.with_file_name(name);
    let written = write_new(&aside, text).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        let _ = remove_regular(&aside);
    }
    written
}

/// Writes a file that must not exist, so that nothing is written through a planted link. What an
/// interrupted run left is removed.
///
/// # Errors
///
/// If the file cannot be written, or something other than a file has its name.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    remove_regular(path)?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// Removes a file that is not a link, if it exists.
///
/// # Errors
///
/// If it cannot be removed.
pub fn remove_regular(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::remove_file(path),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of all files in a directory.
    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_at_once_and_nothing_is_left_beside_it() {
        let directory = std::env::temp_dir().join(format!("acs-disk-{}", process::id()));
        let file = directory.join("new/a.json");
        replace(&file, "one").unwrap();
        replace(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(names(&directory.join("new")), ["a.json"]);
        // A directory cannot be replaced.
        let taken = directory.join("taken");
        fs::create_dir_all(taken.join("inside")).unwrap();
        replace(&taken, "text").unwrap_err();
        assert_eq!(names(&directory), ["new", "taken"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_not_written_through() {
        let directory = std::env::temp_dir().join(format!("acs-link-{}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        let (victim, link) = (directory.join("victim"), directory.join("link"));
        fs::write(&victim, "safe").unwrap();
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        write_new(&link, "evil").unwrap_err();
        replace(&link, "text").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "safe");
        fs::remove_dir_all(directory).unwrap();
    }
}
