//! Sources of specifications: the built-in one, and directories.

use crate::error::Error;
use alibabacloud_spec::Service;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// OOS, as in `api-specs` when this crate was built.
const OOS: &str = include_str!("../specs/oos-2019-06-01.json");

/// Returns the built-in service, which is read once per process because tests start many emulators.
pub(crate) fn built_in() -> Result<Service, Error> {
    static SERVICE: OnceLock<Result<Service, String>> = OnceLock::new();
    let service = SERVICE.get_or_init(|| Service::from_bundle(OOS).map_err(|e| e.to_string()));
    let service = service.as_ref();
    service
        .cloned()
        .map_err(|error| Error::new("invalid built-in specification of OOS", error))
}

/// Loads all specifications of a directory: the directory itself is one, or holds them as
/// `<product>/<version>`.
pub(crate) fn load(directory: &Path) -> Result<Vec<Service>, Error> {
    let mut services = Vec::new();
    find(directory, 2, &mut services)?;
    if services.is_empty() {
        let what = format!("no specification in {}", directory.display());
        let expected = "expected openapi.yaml, or <product>/<version>/openapi.yaml";
        return Err(Error::new(what, expected));
    }
    Ok(services)
}

fn find(directory: &Path, levels: usize, services: &mut Vec<Service>) -> Result<(), Error> {
    if directory.join("openapi.yaml").is_file() {
        let service =
            Service::load(directory).map_err(|error| Error::new(directory.display(), error))?;
        services.push(service);
        return Ok(());
    }
    if levels == 0 {
        return Ok(());
    }
    let entries =
        fs::read_dir(directory).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let entries = entries.map_err(|error| Error::new(directory.display(), error))?;
    let mut inner: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    inner.sort();
    inner
        .iter()
        .try_for_each(|path| find(path, levels - 1, services))
}
