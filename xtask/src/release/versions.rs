//! Writes the versions of a plan into the files that hold them.

use super::plan::ReleasePlan;
use alibabacloud_codegen::disk;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Sets the version of each release below `root`: in its specification, or for the hand-written
/// crates in the manifest of the workspace. Returns the paths that changed.
///
/// # Errors
///
/// Returns a message if a file has no place for the version, or cannot be read or written.
pub fn set(root: &Path, plan: &ReleasePlan) -> Result<BTreeSet<String>, String> {
    let mut changed = BTreeSet::new();
    let shared: Vec<&str> = plan
        .releases
        .iter()
        .filter(|release| release.spec.is_none())
        .map(|release| release.name.as_str())
        .collect();
    for release in plan.releases.iter().filter(|release| release.unset) {
        let path = match &release.spec {
            Some(spec) => format!("{spec}/openapi.yaml"),
            None => "Cargo.toml".to_owned(),
        };
        let file = root.join(&path);
        let text = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
        let new = match release.spec {
            Some(_) => in_specification(&text, &release.to),
            None => in_manifest(&text, &shared, &release.to),
        };
        let new = new.ok_or_else(|| format!("{path} has no place for the version"))?;
        if new != text {
            disk::replace(&file, &new).map_err(|error| format!("{path}: {error}"))?;
            changed.insert(path);
        }
    }
    Ok(changed)
}

/// Returns a specification with the version of its crates, which follows their name.
fn in_specification(text: &str, version: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len() + 32);
    let mut is_inside = false;
    let mut is_set = false;
    for line in text.lines() {
        if !line.starts_with([' ', '#']) {
            is_inside = line.trim_end() == "x-acs-product:";
        }
        if is_inside && line.trim_start().starts_with("crate-version:") {
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
        if is_inside && line.trim_start().starts_with("crate:") {
            let indent = &line[..line.len() - line.trim_start().len()];
            kept.push_str(&format!("{indent}crate-version: {version}\n"));
            is_set = true;
        }
    }
    is_set.then_some(kept)
}

/// Returns the manifest of the workspace with the version of the hand-written crates.
fn in_manifest(text: &str, crates: &[&str], version: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut section = "";
    let mut is_set = false;
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let key = line.split(' ').next().unwrap_or_default();
        let is_package = section == "[workspace.package]" && key == "version";
        let is_dependency = section == "[workspace.dependencies]" && crates.contains(&key);
        match line.split_once("version = \"") {
            Some((head, rest)) if is_package || is_dependency => {
                let (_, tail) = rest.split_once('"')?;
                kept.push_str(&format!("{head}version = \"{version}\"{tail}"));
                is_set |= is_package;
            }
            _ => kept.push_str(line),
        }
        kept.push('\n');
    }
    is_set.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_follows_the_name_of_the_crate() {
        let text =
            "info:\n  crate: no\nx-acs-product:\n  code: a\n  crate: b\n  style: rpc\npaths: {}\n";
        let set = in_specification(text, "0.2.0").unwrap();
        let expected = text.replace("  crate: b\n", "  crate: b\n  crate-version: 0.2.0\n");
        assert_eq!(set, expected);
        let again = in_specification(&set, "0.3.0").unwrap();
        assert_eq!(again, expected.replace("0.2.0", "0.3.0"));
        assert_eq!(in_specification("info:\n  crate: b\n", "0.2.0"), None);
    }

    #[test]
    fn the_manifest_has_the_version_of_the_hand_written_crates() {
        let text = "[workspace.package]\nversion = \"0.1.0\"\nrust-version = \"1.85\"\n\n\
                    [workspace.dependencies]\nours = { path = \"x\", version = \"0.1.0\" }\n\
                    version = { version = \"0.1.0\" }\n";
        let set = in_manifest(text, &["ours"], "0.2.0").unwrap();
        let expected = text.replacen("0.1.0", "0.2.0", 2);
        assert_eq!(set, expected);
        assert_eq!(in_manifest("[package]\nversion = \"1\"\n", &[], "2"), None);
    }
}
