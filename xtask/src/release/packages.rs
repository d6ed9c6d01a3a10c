//! The crates of this workspace that are published, and what each consists of.

use crate::hash::hexadecimal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A crate of this workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Name of the crate.
    pub name: String,
    /// Version in the working tree.
    pub version: String,
    /// Crates of this workspace that must be published before it.
    pub dependencies: BTreeSet<String>,
    /// Directory of its specification below the root of the repository; `None` for a hand-written
    /// crate.
    pub spec: Option<String>,
    /// Hash of everything that is published, without versions.
    pub content: String,
}

/// Reads the published crates from the output of `cargo metadata --no-deps`.
///
/// # Errors
///
/// Returns a message if a file cannot be read, or cargo's output is not as expected.
pub fn read(metadata: &Value) -> Result<Vec<Package>, String> {
    let all = metadata["packages"].as_array();
    let all = all.ok_or("the output of `cargo metadata` has no packages")?;
    // `publish` is null for any registry, and an empty list for none.
    let published = |package: &&Value| {
        package["publish"]
            .as_array()
            .is_none_or(|to| !to.is_empty())
    };
    let packages: Vec<&Value> = all.iter().filter(published).collect();
    let names: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    packages
        .iter()
        .map(|package| read_one(package, &names))
        .collect()
}

fn read_one(package: &Value, names: &BTreeSet<&str>) -> Result<Package, String> {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let name = text("name");
    let manifest = PathBuf::from(text("manifest_path"));
    let directory = manifest.parent().unwrap_or(&manifest);
    let mut dependencies = BTreeSet::new();
    let mut others = BTreeSet::new();
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let target = dependency["name"].as_str().unwrap_or_default();
        if !names.contains(target) {
            others.insert(fingerprint(dependency));
        } else if dependency["req"] != "*" {
            // Cargo leaves out development dependencies by path, which have no version.
            dependencies.insert(target.to_owned());
        }
    }
    let failed = |error: io::Error| format!("{}: {error}", directory.display());
    let manifest = fs::read_to_string(&manifest).map_err(failed)?;
    let content = content(directory, &others, names).map_err(failed)?;
    Ok(Package {
        version: text("version"),
        spec: source(&manifest).map(str::to_owned),
        name,
        dependencies,
        content,
    })
}

/// Returns the specification in the header of a generated manifest.
fn source(manifest: &str) -> Option<&str> {
    let mut lines = manifest.lines();
    lines.next()?.strip_prefix("# @generated")?;
    lines.next()?.strip_prefix("# Source: ")
}

/// Returns what a manifest says about a dependency on a crate of others. The version is often
/// inherited, so that the manifest itself does not have it.
fn fingerprint(dependency: &Value) -> String {
    let keys = [
        "name",
        "req",
        "kind",
        "rename",
        "optional",
        "uses_default_features",
        "features",
        "target",
    ];
    let values = keys.map(|key| dependency[key].to_string());
    values.join(" ")
}

/// Directories that do not change what users of a crate get.
const SKIPPED: &[&str] = &["target", "tests"];

/// Returns the hash of a crate: its files without versions, and its dependencies.
fn content(
    directory: &Path,
    dependencies: &BTreeSet<String>,
    names: &BTreeSet<&str>,
) -> io::Result<String> {
    let mut files = BTreeMap::new();
    collect(directory, "", &mut files)?;
    let mut hash = Sha256::new();
    for dependency in dependencies {
        hash.update(dependency);
        hash.update([0]);
    }
    for (name, path) in files {
        let mut bytes = fs::read(&path)?;
        if name == "Cargo.toml" || name.ends_with(".json") {
            let text = String::from_utf8_lossy(&bytes);
            bytes = without_versions(&text, names).into_bytes();
        }
        hash.update(&name);
        hash.update([0]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(&bytes);
    }
    Ok(hexadecimal(&hash.finalize()))
}

/// Collects the files below a directory by their relative names.
fn collect(directory: &Path, below: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        if name.starts_with('.') || SKIPPED.contains(&path.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, entry.path());
        }
    }
    Ok(())
}

/// Removes the versions of crates of this workspace: of the crate itself, of its dependencies, and
/// in a copy of a specification. A release changes them in crates whose content did not change.
fn without_versions(text: &str, names: &BTreeSet<&str>) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        let key = line.split(['=', '.']).next().unwrap_or_default().trim();
        if key == "version" {
            continue;
        }
        let mark = if names.contains(key) {
            "version = \""
        } else {
            "\"crate-version\":"
        };
        kept.push_str(&without_value(line, mark));
        kept.push('\n');
    }
    kept
}

/// Removes the quoted value after a mark from a line.
fn without_value(line: &str, mark: &str) -> String {
    let Some((head, rest)) = line.split_once(mark) else {
        return line.to_owned();
    };
    // The mark of JSON ends before the quote.
    let rest = rest.trim_start().trim_start_matches('"');
    let tail = rest.split_once('"').map_or("", |(_, tail)| tail);
    format!("{head}{}", tail.trim_start_matches(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_this_workspace_are_not_content() {
        let names = BTreeSet::from(["ours", "ours-model"]);
        let manifest = |own: &str, other: &str| {
            format!(
                "[package]\nname = \"ours\"\nversion = \"{own}\"\n[dependencies]\n\
                 ours-model = {{ path = \"../m\", version = \"{own}\" }}\n\
                 other = {{ version = \"{other}\" }}\n"
            )
        };
        let normal = |own, other| without_versions(&manifest(own, other), &names);
        assert_eq!(normal("0.1.0", "1"), normal("0.2.0", "1"));
        assert_ne!(normal("0.1.0", "1"), normal("0.1.0", "2"));
        for json in [
            "{\"code\":\"x\",\"crate-version\":\"0.1.0\",\"style\":\"rpc\"}",
            "  \"crate-version\": \"0.1.0\",",
        ] {
            let later = json.replace("0.1.0", "12.0.3");
            assert_eq!(
                without_versions(json, &names),
                without_versions(&later, &names)
            );
            let other = json.replace("crate-version", "version");
            assert!(without_versions(&other, &names).contains("0.1.0"));
        }
    }

    #[test]
    fn the_content_covers_files_and_dependencies() {
        let root = std::env::temp_dir().join(format!("acs-content-{}", std::process::id()));
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("tests")).unwrap();
        fs::write(root.join("src/lib.rs"), "one").unwrap();
        let names = BTreeSet::new();
        let hash = |dependency: &str| {
            content(&root, &BTreeSet::from([dependency.to_owned()]), &names).unwrap()
        };
        let before = hash("a 1");
        fs::write(root.join("tests/all.rs"), "test").unwrap();
        assert_eq!(hash("a 1"), before, "tests change nothing for users");
        assert_ne!(hash("a 2"), before);
        fs::write(root.join("src/lib.rs"), "two").unwrap();
        assert_ne!(hash("a 1"), before);
        fs::remove_dir_all(root).unwrap();
    }
}
