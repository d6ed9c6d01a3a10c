//! The scratch workspace: all generated crates, which depend on the hand-written ones by path.

use super::product::GeneratedProduct;
use crate::repository;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A directory with generated crates and a workspace manifest.
#[derive(Debug)]
pub(super) struct Workspace {
    root: PathBuf,
}

const CARGO_TOML: &str = "\
[workspace]
resolver = \"3\"
members = [\"crates/*\"]

[profile.dev]
debug = false
incremental = false
";

impl Workspace {
    /// Writes all crates. Files with the right content are not touched, so that cargo does not
    /// compile them again.
    pub(super) fn create(products: &[GeneratedProduct]) -> Result<Self, String> {
        let repository = repository::root();
        let workspace = Self {
            root: target_directory(&repository).join("corpus"),
        };
        workspace
            .write_all(products, &repository)
            .map_err(|error| format!("error: {}: {error}", workspace.root.display()))?;
        Ok(workspace)
    }

    fn write_all(&self, products: &[GeneratedProduct], repository: &Path) -> io::Result<()> {
        write(&self.root.join("Cargo.toml"), CARGO_TOML)?;
        // The same versions as in this workspace, which are downloaded already.
        let lock = fs::read_to_string(repository.join("Cargo.lock"))?;
        let own_lock = self.root.join("Cargo.lock");
        if !own_lock.exists() {
            write(&own_lock, &lock)?;
        }
        let crates = self.root.join("crates");
        let mut names: Vec<&str> = Vec::new();
        for product in products {
            for (path, text) in product.files.iter() {
                write(&crates.join(path), text)?;
            }
            names.extend(product.crates.iter().map(String::as_str));
        }
        for entry in fs::read_dir(&crates)? {
            let entry = entry?;
            if !names.contains(&&*entry.file_name().to_string_lossy()) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// Returns the directory that cargo runs in.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the build directory of a thread.
    pub(super) fn target(&self, thread: usize) -> PathBuf {
        self.root.join("target").join(thread.to_string())
    }

    /// Removes the generated crates; the build output stays.
    pub(super) fn remove_crates(&self) -> Result<(), String> {
        fs::remove_dir_all(self.root.join("crates")).map_err(|error| format!("error: {error}"))
    }
}

fn target_directory(repository: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => directory.into(),
        None => repository.join("target"),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
}
