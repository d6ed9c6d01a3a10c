//! Directories of specifications: where each specification is, and the files that they share.

use super::error::Error;
use super::markdown::one_line;
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

    /// Returns the product, which is the name of the directory above: `oos`.
    pub fn product(&self) -> String {
        product(&self.path)
    }

    /// Returns the version, which is the name of the directory: `2019-06-01`.
    pub fn version(&self) -> String {
        name(&self.path)
    }
}

/// Finds the specifications in a directory, sorted by product and version. With `products`, returns
/// only those.
///
/// # Errors
///
/// Returns an error if there is no specification, or none of one of the products.
pub fn find(specs: &Path, products: &[String]) -> Result<Vec<SpecDir>, Error> {
    let place = specs.display();
    let listed = |error| Error::of(format!("cannot list {place}: {error}"));
    // Resolved, so that the headers of generated files do not depend on the working directory.
    let specs = specs.canonicalize().map_err(listed)?;
    let mut found = find_specs(&specs).map_err(listed)?;
    found.retain(|path| products.is_empty() || products.contains(&product(path)));
    let missing = products
        .iter()
        .find(|code| !found.iter().any(|path| product(path) == **code));
    match missing {
        Some(code) => Err(Error::of(format!("{place} has no product `{code}`"))),
        None if found.is_empty() => Err(Error::of(format!("{place} has no specifications"))),
        None => {
            let found = found.into_iter().map(|path| SpecDir::new(path, &specs));
            found.map(checked).collect()
        }
    }
}

/// Checks that a label is one line, since it is part of comments and manifests.
fn checked(spec: SpecDir) -> Result<SpecDir, Error> {
    if one_line(&spec.label) == spec.label {
        return Ok(spec);
    }
    Err(Error::of(format!(
        "the directory name {:?} has line breaks, control characters or outer blanks; rename it",
        spec.label
    )))
}

/// Returns the directory of specifications that a specification is in.
pub fn specs_of(path: &Path) -> &Path {
    path.ancestors().nth(2).unwrap_or(path)
}

/// Returns a file that specifications share: that of their directory, or else that of `defaults` if
/// there is one.
pub fn shared_file(path: &Path, name: &str, defaults: Option<&Path>) -> PathBuf {
    let own = specs_of(path).join(name);
    match defaults {
        Some(defaults) if !own.exists() => defaults.join(name),
        _ => own,
    }
}

/// Returns the product of a directory `<product>/<version>`.
fn product(path: &Path) -> String {
    path.parent().map(name).unwrap_or_default()
}

/// Returns the last component of a path.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
