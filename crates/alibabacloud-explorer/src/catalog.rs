//! The services that the Explorer shows: those of the emulator, and those of directories. They are
//! read in the background, because that takes seconds in a debug build.

use crate::search::Index;
use alibabacloud_dynamic::Service;
use alibabacloud_emulator::BuiltIn;
use alibabacloud_spec as spec;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// All services.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    entries: RwLock<Vec<Arc<Entry>>>,
    is_complete: AtomicBool,
    /// Directories that cannot be read.
    problems: Mutex<Vec<String>>,
}

/// A service, which may not have been read yet.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) product: String,
    pub(crate) version: String,
    source: Source,
    loaded: OnceLock<Result<Arc<LoadedService>, String>>,
}

#[derive(Debug)]
enum Source {
    BuiltIn(BuiltIn),
    Directory(Arc<spec::Service>),
}

/// A service that has been read.
#[derive(Debug)]
pub(crate) struct LoadedService {
    pub(crate) service: Service,
    pub(crate) index: Index,
    /// Whether the service is one that this SDK has a crate for.
    pub(crate) has_crate: bool,
}

impl LoadedService {
    pub(crate) fn spec(&self) -> &spec::Service {
        self.service.spec()
    }
}

impl Entry {
    fn new(product: &str, version: &str, source: Source) -> Self {
        Self {
            product: product.to_owned(),
            version: version.to_owned(),
            source,
            loaded: OnceLock::new(),
        }
    }

    /// Returns the service if it has been read.
    pub(crate) fn ready(&self) -> Option<&Arc<LoadedService>> {
        self.loaded.get()?.as_ref().ok()
    }

    /// Returns the name of the service for people, without reading the service.
    pub(crate) fn title(&self) -> &str {
        match &self.source {
            Source::BuiltIn(copy) => copy.title(),
            Source::Directory(service) => &service.title,
        }
    }

    /// Returns the number of operations, without reading the service.
    pub(crate) fn operations(&self) -> usize {
        match &self.source {
            Source::BuiltIn(copy) => copy.operation_count(),
            Source::Directory(service) => service.operations.len(),
        }
    }

    /// Returns the service, and reads it if that has not been done. Blocks the thread.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the specification.
    pub(crate) fn load(&self) -> Result<Arc<LoadedService>, String> {
        let loaded = self.loaded.get_or_init(|| {
            let service = match &self.source {
                Source::BuiltIn(copy) => copy.load().map_err(|error| error.to_string())?,
                Source::Directory(service) => service.clone(),
            };
            Ok(Arc::new(LoadedService {
                index: Index::new(&service),
                service: Service::new(service),
                has_crate: matches!(self.source, Source::BuiltIn(_)),
            }))
        });
        loaded.clone()
    }
}

impl Catalog {
    /// Creates the catalog with the built-in services, none of which has been read.
    pub(crate) fn new() -> Self {
        let entries = BuiltIn::all().into_iter().map(|copy| {
            Arc::new(Entry::new(
                copy.product(),
                copy.version(),
                Source::BuiltIn(copy),
            ))
        });
        Self {
            entries: RwLock::new(entries.collect()),
            ..Self::default()
        }
    }

    /// Reads the specifications in directories, and adds them; one of a built-in service in the
    /// same version replaces it. Returns them. Directories that cannot be read are
    /// [problems](Self::problems). Blocks the thread.
    pub(crate) fn add_directories(&self, paths: &[PathBuf]) -> Vec<Arc<spec::Service>> {
        let mut added = Vec::new();
        for path in paths {
            let found = read(path);
            if found.is_empty() {
                self.add_problem(format!("{}: there is no specification", path.display()));
            }
            for found in found {
                match found {
                    Ok(service) => {
                        let service = Arc::new(service);
                        self.add(&service);
                        added.push(service);
                    }
                    Err(problem) => self.add_problem(problem),
                }
            }
        }
        added
    }

    fn add(&self, service: &Arc<spec::Service>) {
        let (product, version) = (&service.code, &service.version);
        let entry = Entry::new(product, version, Source::Directory(service.clone()));
        let entry = Arc::new(entry);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let mut others = entries.iter_mut();
        match others.find(|other| (&other.product, &other.version) == (product, version)) {
            Some(other) => *other = entry,
            None => entries.push(entry),
        }
    }

    /// Reads all services that have not been read, `first` before the others. Blocks the thread.
    pub(crate) fn load_all(&self, first: &str) {
        let mut entries = self.entries();
        entries.sort_by_key(|entry| entry.product != first);
        for entry in entries {
            if let Err(why) = entry.load() {
                self.add_problem(format!("{} {}: {why}", entry.product, entry.version));
            }
        }
        self.is_complete.store(true, Ordering::Release);
    }

    /// Returns whether all services have been read.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::Acquire)
    }

    /// Returns all services, in the order in which they are shown.
    pub(crate) fn entries(&self) -> Vec<Arc<Entry>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.clone()
    }

    /// Returns a service.
    pub(crate) fn entry(&self, product: &str, version: &str) -> Option<Arc<Entry>> {
        let mut entries = self.entries().into_iter();
        entries.find(|entry| entry.product == product && entry.version == version)
    }

    /// Returns what is wrong with directories and their specifications.
    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.problems.lock();
        problems.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add_problem(&self, problem: String) {
        let problems = self.problems.lock();
        problems
            .unwrap_or_else(PoisonError::into_inner)
            .push(problem);
    }
}

/// Reads the specifications at a path: a directory that is one, or that holds them as
/// `<product>/<version>` or `<version>`, or a file with one as JSON text.
fn read(path: &Path) -> Vec<Result<spec::Service, String>> {
    let at = |path: &Path, why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    if path.is_file() {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return vec![Err(at(path, &error))],
        };
        return vec![spec::Service::from_bundle(&text).map_err(|errors| at(path, &errors))];
    }
    let mut found = Vec::new();
    match find(path, 2, &mut found) {
        Ok(()) => found
            .iter()
            .map(|dir| spec::Service::load(dir).map_err(|errors| at(dir, &errors)))
            .collect(),
        Err(error) => vec![Err(at(path, &error))],
    }
}

fn find(dir: &Path, levels: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if dir.join("openapi.yaml").is_file() {
        found.push(dir.to_owned());
        return Ok(());
    }
    if levels == 0 {
        return Ok(());
    }
    let entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    let mut inner: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    inner.retain(|path| path.is_dir());
    inner.sort();
    inner
        .iter()
        .try_for_each(|dir| find(dir, levels - 1, found))
}
