//! The paths of this repository.

use std::path::{Path, PathBuf};

/// Returns the root of the repository that this program was built from.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Resolved, so that messages show no `..`.
    root.canonicalize().unwrap_or(root)
}

/// Returns the default directory of specifications: `api-specs` in the current directory, or else
/// in the root of the repository.
pub fn default_specs() -> PathBuf {
    let here = PathBuf::from("api-specs");
    if here.is_dir() {
        return here;
    }
    root().join("api-specs")
}
