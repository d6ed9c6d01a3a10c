//! Where the specifications come from: one that is built in, and directories.

use crate::error::Error;
use alibabacloud_spec::Service;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// OOS, as `api-specs` had it when this crate was built.
const OOS: &str = include_str!("../specs/oos-2019-06-01.json");

/// The service that is built in. Read once per process, as tests start many emulators.
pub(crate) fn built_in() -> Result<Service, Error> {
    static SERVICE: OnceLock<Result<Service, String>> = OnceLock::new();
    let service = SERVICE.get_or_init(|| Service::from_bundle(OOS).map_err(|e| e.to_string()));
    let service = service.as_ref();
    service
        .cloned()
        .map_err(|error| Error::new("the built-in specification of OOS", error))
}

/// All specifications in a directory: the directory itself is one, or it holds them as `<product>/<version>`.
pub(crate) fn load(directory: &Path) -> Result<Vec<Service>, Error> {
    let mut services = Vec::new();
    find(directory, 2, &mut services)?;
    if services.is_empty() {
        let expected = "it holds no openapi.yaml, nor does a <product>/<version> directory in it";
        return Err(Error::new(directory.display(), expected));
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
