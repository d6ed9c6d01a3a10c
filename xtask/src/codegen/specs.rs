//! The specifications to generate crates from.

use super::markdown::one_line;
use crate::cli::Failure;
use crate::repository;
use alibabacloud_spec::find_specs;
use std::path::{Path, PathBuf};

/// The directory of a specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecDir {
    /// The directory with `openapi.yaml`.
    pub path: PathBuf,
    /// Path in the headers of generated files: `api-specs/oos/2019-06-01`.
    pub label: String,
}

impl SpecDir {
    fn new(path: PathBuf, specs: &Path) -> Self {
        let label = format!("{}/{}/{}", name(specs), product(&path), name(&path));
        Self { path, label }
    }
}

/// Finds the specifications in a directory, sorted by product and version. With `products`, returns
/// only those.
///
/// # Errors
///
/// Returns an error if there is no specification, or none of one of the products.
pub fn find(specs: &Path, products: &[String]) -> Result<Vec<SpecDir>, Failure> {
    let place = specs.display();
    let listed = |error| failed(format!("cannot list {place}: {error}"));
    // Resolved, so that the headers of generated files do not depend on the working directory.
    let specs = specs.canonicalize().map_err(listed)?;
    let mut found = find_specs(&specs).map_err(listed)?;
    found.retain(|path| products.is_empty() || products.contains(&product(path)));
    let missing = products
        .iter()
        .find(|code| !found.iter().any(|path| product(path) == **code));
    match missing {
        Some(code) => Err(failed(format!("{place} has no product `{code}`"))),
        None if found.is_empty() => Err(failed(format!("{place} has no specifications"))),
        None => {
            let found = found.into_iter().map(|path| SpecDir::new(path, &specs));
            found.map(checked).collect()
        }
    }
}

/// Checks that a label is one line, since it is part of comments and manifests.
fn checked(spec: SpecDir) -> Result<SpecDir, Failure> {
    if one_line(&spec.label) == spec.label {
        return Ok(spec);
    }
    Err(failed(format!(
        "the directory name {:?} has line breaks, control characters or outer blanks; rename it",
        spec.label
    )))
}

/// Returns the product of a directory `<product>/<version>`.
pub(super) fn product(path: &Path) -> String {
    path.parent().map(name).unwrap_or_default()
}

/// Returns the name of a directory of specifications in the headers of generated files.
///
/// # Errors
///
/// Returns an error if the directory does not exist.
pub(super) fn specs_name(specs: &Path) -> Result<String, Failure> {
    let resolved = specs
        .canonicalize()
        .map_err(|error| failed(format!("cannot list {}: {error}", specs.display())))?;
    Ok(name(&resolved))
}

/// Returns the directory of specifications that a specification is in.
pub(crate) fn specs_of(path: &Path) -> &Path {
    path.ancestors().nth(2).unwrap_or(path)
}

/// Returns a file that specifications share: that of their directory, or else that of the
/// repository.
pub(super) fn shared_file(path: &Path, name: &str) -> PathBuf {
    let own = specs_of(path).join(name);
    if own.exists() {
        own
    } else {
        repository::root().join("api-specs").join(name)
    }
}

/// Returns the last component of a path.
pub(super) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Returns a failure with this message.
pub(super) fn failed(message: impl std::fmt::Display) -> Failure {
    Failure::failed(format!("error: {message}"))
}
