//! Helpers of the tests of this package.

pub mod credentials;
pub mod layers;
pub mod sample;
pub mod vectors;

use alibabacloud_spec::Service;
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Returns the root of the repository.
pub fn repository() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// Returns the directory of the official test vectors: `ACS_VECTORS_DIR`, else `../shared/vectors`
/// beside the repository.
///
/// Returns `None`, and prints a line about it, if the default does not exist.
///
/// # Panics
/// Panics if the variable is set but is not the path of a readable directory.
pub fn vectors_dir() -> Option<PathBuf> {
    data_dir("ACS_VECTORS_DIR", "vectors")
}

/// Returns a directory of test data outside the repository: the one in the variable, else the
/// default one.
///
/// # Panics
/// Panics if the variable is set but is not the path of a readable directory.
pub fn data_dir(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(given) = std::env::var_os(variable) {
        let given = PathBuf::from(given);
        assert!(
            std::fs::read_dir(&given).is_ok(),
            "{variable}: {} is not a readable directory",
            given.display()
        );
        return Some(given);
    }
    let default = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(name);
    if default.is_dir() {
        return Some(default);
    }
    // Not with `println!`, whose output the test harness keeps to itself.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: no {}; set {variable}",
        default.display()
    );
    None
}

/// Returns the specifications that the emulator has built in, by its own list, whatever features
/// this build has.
///
/// # Panics
/// Panics if the list does not name every specification.
pub fn built_in_specs() -> Vec<PathBuf> {
    let source = repository().join("crates/alibabacloud-emulator/src");
    let list = read(&source.join("built_in.rs"));
    let names = list.split("include_str!(\"").skip(1);
    let names = names.filter_map(|rest| rest.split('"').next());
    let paths: Vec<PathBuf> = names.map(|name| source.join(name)).collect();
    let specs = std::fs::read_dir(source.join("../specs")).map(Iterator::count);
    assert_eq!(
        specs.ok(),
        Some(paths.len()),
        "built_in.rs is not up to date"
    );
    paths
}

/// Reads one of them.
///
/// # Panics
/// Panics if it is invalid.
pub fn built_in_spec(path: &Path) -> Service {
    Service::from_bundle(&read(path)).unwrap_or_else(|errors| panic!("{errors}"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns all JSON files of a directory, sorted by name.
///
/// # Panics
/// Panics if one cannot be read, or there is none.
pub fn json_files(directory: &Path) -> Vec<Value> {
    let entries = std::fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a directory entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{}: no JSON file", directory.display());
    paths.iter().map(|path| json_file(path)).collect()
}

/// Reads a JSON file. `Infinity`, which Python writes and JSON does not have, is read as null.
///
/// # Panics
/// Panics if it cannot be read.
pub fn json_file(path: &Path) -> Value {
    let text = std::fs::read_to_string(path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text.replace(": Infinity", ": null"))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Checks the results of all cases and reports every one that failed.
///
/// # Panics
/// Panics if a case failed.
pub fn check_all(cases: impl IntoIterator<Item = (String, Result<(), String>)>) {
    let (mut total, mut failed) = (0, Vec::new());
    for (id, outcome) in cases {
        total += 1;
        if let Err(reason) = outcome {
            failed.push(format!("{id}: {reason}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {total} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
    println!("{total} cases");
}

/// Compiles every Rust block of the documentation, and runs it unless it is marked `no_run`.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../llms.txt")]
    struct Llms;

    /// The chapters of the guide.
    mod guide {
        #[doc = include_str!("../../docs/guide/src/any-api.md")]
        struct AnyApi;
        #[doc = include_str!("../../docs/guide/src/any-product.md")]
        struct AnyProduct;
        #[doc = include_str!("../../docs/guide/src/blocking.md")]
        struct Blocking;
        #[doc = include_str!("../../docs/guide/src/credentials.md")]
        struct Credentials;
        #[doc = include_str!("../../docs/guide/src/deploying.md")]
        struct Deploying;
        #[doc = include_str!("../../docs/guide/src/endpoints.md")]
        struct Endpoints;
        #[doc = include_str!("../../docs/guide/src/errors.md")]
        struct Errors;
        #[doc = include_str!("../../docs/guide/src/first-call.md")]
        struct FirstCall;
        #[doc = include_str!("../../docs/guide/src/logging.md")]
        struct Logging;
        #[doc = include_str!("../../docs/guide/src/many-regions.md")]
        struct ManyRegions;
        #[doc = include_str!("../../docs/guide/src/pagination.md")]
        struct Pagination;
        #[doc = include_str!("../../docs/guide/src/permissions.md")]
        struct Permissions;
        #[doc = include_str!("../../docs/guide/src/retries.md")]
        struct Retries;
        #[doc = include_str!("../../docs/guide/src/security.md")]
        struct Security;
        #[doc = include_str!("../../docs/guide/src/testing.md")]
        struct Testing;
        #[doc = include_str!("../../docs/guide/src/wasm.md")]
        struct Wasm;
        #[doc = include_str!("../../docs/guide/src/which-crate.md")]
        struct WhichCrate;
        #[doc = include_str!("../../docs/guide/src/who-am-i.md")]
        struct Whoami;
    }
}
