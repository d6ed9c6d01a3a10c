//! Hashes everything that this program is compiled from. `cargo xtask codegen` keeps records of
//! what it generated, and those of another generator must never be used.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};

/// Files and directories below the root of the repository. Versions and features of other crates
/// are in the lock file and the manifests.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "crates/alibabacloud-codegen/Cargo.toml",
    "crates/alibabacloud-codegen/LICENSE-APACHE",
    "crates/alibabacloud-codegen/LICENSE-MIT",
    "crates/alibabacloud-codegen/src",
    "crates/alibabacloud-core/Cargo.toml",
    "crates/alibabacloud-core/src",
    "crates/alibabacloud-spec/Cargo.toml",
    "crates/alibabacloud-spec/src",
    "crates/alibabacloud-types/Cargo.toml",
    "crates/alibabacloud-types/src",
    "xtask/Cargo.toml",
    "xtask/build.rs",
    "xtask/src",
];

fn main() -> io::Result<()> {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", root.join(source).display());
    }
    println!("cargo:rustc-env=XTASK_SOURCES={}", hash(&root)?);
    Ok(())
}

/// Returns the hash of the sources in a repository.
pub(crate) fn hash(root: &Path) -> io::Result<String> {
    let mut paths = Vec::new();
    for source in SOURCES {
        list(root, Path::new(source), &mut paths)?;
    }
    paths.sort();
    // Two hashes, since one has only 64 bits. They guard against mistakes, not against attacks: who
    // changes sources at will also changes the generator.
    let mut hashes = [DefaultHasher::new(), DefaultHasher::new()];
    hashes[1].write_u8(1);
    for path in paths {
        let content = fs::read(root.join(&path))?;
        let name = path.to_string_lossy();
        for hash in &mut hashes {
            for part in [name.as_bytes(), &content] {
                hash.write_usize(part.len());
                hash.write(part);
            }
        }
    }
    let [first, second] = hashes.map(|hash| hash.finish());
    Ok(format!("{first:016x}{second:016x}"))
}

/// Lists a file, or the files in a directory.
fn list(root: &Path, path: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    if !root.join(path).is_dir() {
        paths.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(root.join(path))? {
        list(root, &path.join(entry?.file_name()), paths)?;
    }
    Ok(())
}
