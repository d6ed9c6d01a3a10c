//! The layout of generated crates: where they are, and what they depend on.

use crate::cli::Failure;
use crate::repository;
use alibabacloud_codegen::emit::{Dependencies, Layout, VERSION};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where crates outside of this workspace find the hand-written ones.
#[derive(Clone, Debug)]
pub(super) enum CoreSource {
    /// In a registry, in this version.
    Version(String),
    /// In a git repository, at a commit or tag.
    Git { url: String, rev: String },
    /// In a directory.
    Path(PathBuf),
}

/// Returns the layout of crates in `out`. In this workspace they inherit from it, unless there is a
/// source of the hand-written crates; elsewhere they depend on the current version by default.
///
/// # Errors
///
/// Returns an error if the directory of the source does not have the hand-written crates, or a
/// directory cannot be read.
pub(super) fn layout(
    core: Option<&CoreSource>,
    out: &Path,
    is_default_out: bool,
) -> Result<Layout, Failure> {
    let outside = |dependencies| -> Result<Layout, Failure> {
        Ok(Layout {
            dependencies,
            publish: true,
            extended: extended(out).map_err(Failure::error)?,
        })
    };
    match core {
        Some(CoreSource::Path(core)) => {
            if !core.join("alibabacloud-core/Cargo.toml").is_file() {
                return Err(Failure::error(format!(
                    "--core-path {} does not contain alibabacloud-core",
                    core.display()
                )));
            }
            let path = relative(out, core).map_err(Failure::error)?;
            return outside(Dependencies::Path(path));
        }
        Some(CoreSource::Git { url, rev }) => {
            return outside(Dependencies::Git {
                url: url.clone(),
                rev: rev.clone(),
            });
        }
        Some(CoreSource::Version(version)) => {
            return outside(Dependencies::Version(version.clone()));
        }
        None => {}
    }
    let inside = absolute(out)
        .map_err(Failure::error)?
        .starts_with(repository::root());
    Ok(Layout {
        dependencies: if inside {
            Dependencies::Workspace
        } else {
            Dependencies::Version(VERSION.to_owned())
        },
        publish: !inside || is_default_out,
        extended: extended(out).map_err(Failure::error)?,
    })
}

/// Returns the crates with a hand-written module `ext`: `src/ext.rs` or `src/ext/mod.rs`.
///
/// # Errors
///
/// Returns an error if the directory cannot be listed.
pub fn extended(out: &Path) -> std::io::Result<BTreeSet<String>> {
    let listed = match out.read_dir() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        listed => listed?,
    };
    let mut crates = BTreeSet::new();
    for entry in listed {
        let entry = entry?;
        let path = entry.path();
        if ["src/ext.rs", "src/ext/mod.rs"]
            .iter()
            .any(|file| path.join(file).is_file())
        {
            crates.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(crates)
}

/// Returns the absolute path, with symbolic links resolved in the part of it that exists.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut rest = Vec::new();
    let mut existing = path.as_path();
    loop {
        if let Ok(resolved) = existing.canonicalize() {
            return Ok(rest
                .iter()
                .rev()
                .fold(resolved, |path, name| path.join(name)));
        }
        match (existing.parent(), existing.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                existing = parent;
            }
            _ => return Ok(path.clone()),
        }
    }
}

/// Returns the path of `core` relative to a crate in `out`.
fn relative(out: &Path, core: &Path) -> std::io::Result<String> {
    let (out, core) = (absolute(out)?, absolute(core)?);
    let common = out
        .components()
        .zip(core.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = out.components().count() - common + 1;
    let mut path: PathBuf = std::iter::repeat_n("..", up).collect();
    path.extend(core.components().skip(common));
    // A manifest has forward slashes on all platforms.
    Ok(path.to_string_lossy().replace('\\', "/"))
}
