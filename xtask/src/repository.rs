//! The paths of this repository.

use std::path::{Path, PathBuf};

/// The environment variable with the root of another repository to work on, for tests of tasks that
/// change files in many places.
pub const ROOT_VARIABLE: &str = "XTASK_ROOT";

/// Returns the root of the repository: the directory in [`ROOT_VARIABLE`], or else the repository
/// that this program was built from.
pub fn root() -> PathBuf {
    let root = match std::env::var_os(ROOT_VARIABLE) {
        Some(root) => root.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
    };
    // Resolved, so that messages show no `..`.
    root.canonicalize().unwrap_or(root)
}

/// Returns the default directory of specifications: `api-specs` in the current directory, or else
/// in the root of the repository.
pub fn default_specs() -> PathBuf {
    let here = PathBuf::from("api-specs");
    if here.is_dir() && std::env::var_os(ROOT_VARIABLE).is_none() {
        return here;
    }
    specs()
}

/// Returns the directory of the repository's own specifications. Other directories without the
/// files that specifications share use those in it.
pub fn specs() -> PathBuf {
    root().join("api-specs")
}
