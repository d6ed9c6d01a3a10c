//! Generated files on disk: compares them with new ones, writes and deletes.
//!
//! A file without the header of generated files is never replaced or deleted, except for the texts
//! of the licence in a generated crate, and neither is a crate that another directory of
//! specifications made. Symbolic links are not followed.

use super::disk::{remove_regular, write_new};
use super::header::HEADER;
use super::render::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

/// Generated files by path, relative to the directory of generated crates.
#[derive(Clone, Debug, Default)]
pub struct FileSet {
    files: BTreeMap<String, File>,
    /// Paths of files that are known to be as generated, and whose texts the set does not have.
    unchanged: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct File {
    text: String,
    /// Initial text of the hand-written part that follows, if the file has one.
    kept: Option<String>,
    /// Whether it is JSON, which has no comments and so no header.
    is_json: bool,
}

/// Which crates in the directory of generated crates to delete, besides those of the set.
#[derive(Clone, Copy, Debug)]
pub enum Obsolete<'a> {
    /// None.
    Keep,
    /// Generated crates of this directory of specifications, by its name, that the set does not
    /// have.
    Delete(&'a str),
}

impl FileSet {
    /// Renders a Rust source file and adds it. `from` is the path of its specification, `docs` the
    /// documentation of the module.
    ///
    /// # Errors
    ///
    /// If the tokens are not valid Rust, which is a bug in the generator.
    pub(crate) fn add_rust(
        &mut self,
        path: String,
        from: &str,
        docs: &[String],
        source: Source,
    ) -> Result<(), String> {
        let text = source
            .render(from, docs)
            .map_err(|error| format!("{path}: {error}"))?;
        self.add(path, text);
        Ok(())
    }

    /// Adds the files of each item on some threads: printing takes most of the time.
    ///
    /// # Errors
    ///
    /// The first error of `add`.
    pub(crate) fn add_each<T: Sync>(
        &mut self,
        items: &[T],
        threads: usize,
        add: impl Fn(&mut Self, &T) -> Result<(), String> + Sync,
    ) -> Result<(), String> {
        if threads <= 1 {
            return items.iter().try_for_each(|item| add(self, item));
        }
        let share = items.len().div_ceil(threads).max(1);
        let add = &add;
        let parts: Vec<Result<Self, String>> = thread::scope(|scope| {
            let add_all = |items: &[T]| {
                let mut files = Self::default();
                items.iter().try_for_each(|item| add(&mut files, item))?;
                Ok(files)
            };
            let shares = items.chunks(share);
            let tasks: Vec<_> = shares
                .map(|items| scope.spawn(move || add_all(items)))
                .collect();
            let joined = tasks.into_iter().map(|task| task.join());
            joined
                .map(|part| part.unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        });
        for part in parts {
            self.extend(part?);
        }
        Ok(())
    }

    /// Adds a file that is generated entirely.
    pub fn add(&mut self, path: String, text: String) {
        let file = File {
            text,
            kept: None,
            is_json: false,
        };
        self.files.insert(path, file);
    }

    /// Adds a JSON file that is generated entirely.
    pub fn add_json(&mut self, path: String, text: String) {
        let file = File {
            text,
            kept: None,
            is_json: true,
        };
        self.files.insert(path, file);
    }

    /// Adds a file with a hand-written part. The last line of `text` separates the two; `kept` is
    /// the initial text of the hand-written part.
    pub fn add_kept(&mut self, path: String, text: String, kept: String) {
        let file = File {
            text,
            kept: Some(kept),
            is_json: false,
        };
        self.files.insert(path, file);
    }

    /// Adds a file that is known to be on disk as generated, without its text.
    pub fn add_unchanged(&mut self, path: String) {
        self.unchanged.insert(path);
    }

    /// Adds the files of another set.
    pub fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.unchanged.extend(other.unchanged);
    }

    /// Returns the path and the generated text of each file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, file)| (path.as_str(), file.text.as_str()))
    }

    /// Returns the path and the generated text of each file, and whether a hand-written part
    /// follows.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        let files = self.files.iter();
        files.map(|(path, file)| (path.as_str(), file.text.as_str(), file.kept.is_some()))
    }

    /// Compares the set with the files on disk.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or a file that is not generated would be replaced; the message has
    /// all such paths.
    pub fn plan(&self, root: &Path, obsolete: Obsolete<'_>) -> io::Result<Plan> {
        self.check_owners(root)?;
        let mut changes = Vec::new();
        let mut foreign = Vec::new();
        for (path, file) in &self.files {
            let on_disk = read(&root.join(path))?;
            let text = file.with_kept(on_disk.as_deref());
            if on_disk.as_deref() != Some(&text) {
                foreign.extend(obstacle(root, path, on_disk.as_deref(), file.is_json)?);
                changes.push(FileChange {
                    path: path.clone(),
                    before: on_disk,
                    after: Some(text),
                });
            }
        }
        if !foreign.is_empty() {
            return Err(io::Error::other(foreign.join("\n")));
        }
        for path in self.obsolete(root, obsolete)? {
            changes.push(FileChange {
                before: read(&root.join(&path))?,
                path,
                after: None,
            });
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Plan {
            root: root.to_owned(),
            changes,
        })
    }

    /// Returns the names of the crates in the set.
    fn crates(&self) -> BTreeSet<String> {
        let paths = self.files.keys().chain(&self.unchanged);
        let mut names: Vec<&str> = paths
            .filter_map(|path| path.split_once('/'))
            .map(|(name, _)| name)
            .collect();
        // Most neighbours are of one crate.
        names.dedup();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Returns the names of the crates in the set and of the generated crates in `root`, sorted;
    /// without those that are about to be deleted because `pruned`, a directory of specifications,
    /// made them.
    ///
    /// # Errors
    ///
    /// If a file cannot be read; the message has its path.
    pub fn with_crates_on_disk(
        &self,
        root: &Path,
        pruned: Option<&String>,
    ) -> io::Result<Vec<String>> {
        let mut names = self.crates();
        for (name, is_directory) in entries(root)? {
            let manifest = root.join(&name).join("Cargo.toml");
            let text = if is_directory { read(&manifest)? } else { None };
            let specs = text.as_deref().and_then(specs_of);
            if specs.is_some_and(|specs| pruned.is_none_or(|pruned| specs != pruned)) {
                names.insert(name);
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Returns the generated crates in `root` that a directory of specifications made, and of which
    /// it has no specification any more.
    ///
    /// # Errors
    ///
    /// If a file cannot be read; the message has its path.
    pub fn without_specification(&self, root: &Path, specs: &str) -> io::Result<Vec<String>> {
        let mut names = generated_crates(root, specs)?;
        let crates = self.crates();
        names.retain(|name| !crates.contains(name));
        Ok(names)
    }

    /// Returns the directory of specifications that made a crate of the set: `api-specs`.
    fn source(&self, name: &str) -> Option<&str> {
        let manifest = self.files.get(&format!("{name}/Cargo.toml"))?;
        specs_of(&manifest.text)
    }

    /// Checks that no crate of the set is one that another directory of specifications made.
    fn check_owners(&self, root: &Path) -> io::Result<()> {
        let mut foreign = Vec::new();
        for name in self.crates() {
            let manifest = root.join(&name).join("Cargo.toml");
            let Some(on_disk) = read(&manifest)? else {
                continue;
            };
            if let (Some(old), Some(new)) = (specs_of(&on_disk), self.source(&name)) {
                if old != new {
                    foreign.push(format!(
                        "{} was generated from specifications in `{old}`, not in `{new}`; choose \
                         another crate name, or delete the directory",
                        root.join(&name).display()
                    ));
                }
            }
        }
        if foreign.is_empty() {
            Ok(())
        } else {
            Err(io::Error::other(foreign.join("\n")))
        }
    }

    /// Returns the generated files on disk that are not in the set.
    fn obsolete(&self, root: &Path, obsolete: Obsolete<'_>) -> io::Result<Vec<String>> {
        let mut crates = self.crates();
        let current = crates.clone();
        if let Obsolete::Delete(specs) = obsolete {
            crates.extend(generated_crates(root, specs)?);
        }
        let mut paths = Vec::new();
        for name in crates {
            let mut found = Vec::new();
            walk(&root.join(&name), &name, &mut found)?;
            for path in found {
                let is_left = !current.contains(&name) && is_license(&path);
                let is_in_set = self.files.contains_key(&path) || self.unchanged.contains(&path);
                if !is_in_set && (is_left || is_generated(&root.join(&path))?) {
                    paths.push(path);
                }
            }
        }
        Ok(paths)
    }
}

impl File {
    /// Returns the text of the file with the hand-written part on disk, or else the initial one.
    fn with_kept(&self, on_disk: Option<&str>) -> String {
        match &self.kept {
            None => self.text.clone(),
            Some(fresh) => with_kept(&self.text, fresh, on_disk),
        }
    }
}

/// Returns a generated text with the hand-written part of the file on disk, or else `fresh`. The
/// last line of the generated text separates the two.
pub fn with_kept(text: &str, fresh: &str, on_disk: Option<&str>) -> String {
    let line = text.lines().last().unwrap_or_default();
    let kept = on_disk
        .and_then(|text| text.split_once(line))
        .map_or(fresh, |(_, kept)| kept.strip_prefix('\n').unwrap_or(kept));
    format!("{text}{kept}")
}

/// Reads a file; `None` if it does not exist.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        // Text that is not UTF-8 differs from generated text in any case.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(path, &error)),
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Returns why a file that differs cannot be replaced; `None` if it can.
fn obstacle(
    root: &Path,
    path: &str,
    on_disk: Option<&str>,
    is_json: bool,
) -> io::Result<Option<String>> {
    let mut place = root.to_owned();
    for part in path.split('/') {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_symlink() => {
                return Ok(Some(format!(
                    "{} is a symbolic link, which is not followed; remove it",
                    place.display()
                )));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(named(&place, &error)),
        }
    }
    let replaceable = on_disk.is_none_or(|text| {
        if is_json {
            // A maintainer adds a copy by creating an empty file.
            text.is_empty() || (text.trim_start().starts_with('{') && text.contains("\"openapi\""))
        } else {
            has_header(text) || is_license(path) && is_in_generated_crate(root, path)
        }
    });
    Ok((!replaceable).then(|| {
        format!(
            "{} does not have the header of generated files and is not replaced; move it, or \
             choose another crate name",
            place.display()
        )
    }))
}

/// Whether a file is the text of a licence at the root of a crate.
fn is_license(path: &str) -> bool {
    path.split_once('/')
        .is_some_and(|(_, file)| file.starts_with("LICENSE-") && !file.contains('/'))
}

/// Whether a file is in a crate whose manifest is generated.
fn is_in_generated_crate(root: &Path, path: &str) -> bool {
    let name = path.split('/').next().unwrap_or_default();
    let manifest = read(&root.join(name).join("Cargo.toml"));
    manifest.is_ok_and(|text| text.is_some_and(|text| has_header(&text)))
}

/// Returns the generated crates that a directory of specifications made.
fn generated_crates(root: &Path, specs: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for (name, is_directory) in entries(root)? {
        if !is_directory {
            continue;
        }
        let manifest = read(&root.join(&name).join("Cargo.toml"))?;
        if manifest.is_some_and(|text| specs_of(&text) == Some(specs)) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Returns the name of the directory of specifications in the header of a generated manifest.
fn specs_of(manifest: &str) -> Option<&str> {
    if !has_header(manifest) {
        return None;
    }
    let source = manifest.lines().nth(1)?.strip_prefix("# Source: ")?;
    source.split('/').next()
}

/// Returns the sorted names in a directory, and whether each is a directory. Returns nothing if the
/// directory does not exist.
fn entries(directory: &Path) -> io::Result<Vec<(String, bool)>> {
    let listed = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(named(directory, &error)),
        Ok(listed) => listed,
    };
    let mut names = Vec::new();
    for entry in listed {
        let entry = entry?;
        // Symbolic links are not generated and are not followed.
        let is_directory = entry.file_type()?.is_dir();
        names.extend(
            entry
                .file_name()
                .into_string()
                .ok()
                .map(|name| (name, is_directory)),
        );
    }
    names.sort();
    Ok(names)
}

fn walk(directory: &Path, below: &str, found: &mut Vec<String>) -> io::Result<()> {
    for (name, is_directory) in entries(directory)? {
        let path = format!("{below}/{name}");
        if !is_directory {
            found.push(path);
        } else if name != "target" {
            walk(&directory.join(&name), &path, found)?;
        }
    }
    Ok(())
}

/// Whether a file starts with the header of generated files, in a comment of its language.
fn is_generated(path: &Path) -> io::Result<bool> {
    let known = matches!(
        path.extension().and_then(|e| e.to_str()),
        Some("rs" | "toml" | "md" | "txt")
    );
    let text = if known { read(path)? } else { None };
    Ok(text.is_some_and(|text| has_header(&text)))
}

/// Whether a text starts with the header of generated files, in a comment of its language.
fn has_header(text: &str) -> bool {
    let header = HEADER.trim_start_matches("// ");
    let first = text.lines().next().unwrap_or_default();
    ["// ", "# ", "<!-- "].iter().any(|comment| {
        first
            .strip_prefix(comment)
            .is_some_and(|rest| rest.starts_with(header))
    })
}

/// The differences between a set and the files on disk.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The directory that all paths are relative to.
    pub root: PathBuf,
    /// Files that differ, sorted by path.
    pub changes: Vec<FileChange>,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path relative to the directory of generated crates.
    pub path: String,
    /// Text on disk; `None` if the file does not exist.
    pub before: Option<String>,
    /// New text; `None` if the file is to be deleted.
    pub after: Option<String>,
}

impl Plan {
    /// Writes and deletes files. All new text is on disk before the first file is replaced.
    ///
    /// # Errors
    ///
    /// If a file cannot be written; the message has its path.
    pub fn apply(&self) -> io::Result<()> {
        let written = self.write_aside();
        if written.is_err() {
            for change in &self.changes {
                // Fails for files that were not written, which is fine.
                let _ = remove_regular(&aside(&self.root.join(&change.path)));
            }
        }
        written?;
        for change in &self.changes {
            let path = self.root.join(&change.path);
            match &change.after {
                Some(_) => fs::rename(aside(&path), &path),
                None => fs::remove_file(&path),
            }
            .map_err(|error| named(&path, &error))?;
        }
        Ok(())
    }

    fn write_aside(&self) -> io::Result<()> {
        for change in &self.changes {
            let Some(text) = &change.after else { continue };
            let path = self.root.join(&change.path);
            let parent = path.parent().unwrap_or(&self.root);
            fs::create_dir_all(parent).map_err(|error| named(parent, &error))?;
            let aside = aside(&path);
            write_new(&aside, text).map_err(|error| named(&aside, &error))?;
        }
        Ok(())
    }

    /// Returns the report of `--check`: each file with the first lines that differ.
    pub fn report(&self, command: &str) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let path = self.root.join(&change.path);
            let what = match (&change.before, &change.after) {
                (None, _) => "is missing",
                (_, None) => "is obsolete",
                _ => "is out of date",
            };
            let _ = writeln!(text, "{} {what}", path.display());
            if let (Some(before), Some(after)) = (&change.before, &change.after) {
                text.push_str(&difference(before, after));
            }
        }
        let count = self.changes.len();
        let files = if count == 1 {
            "file differs"
        } else {
            "files differ"
        };
        let _ = writeln!(text, "{count} generated {files}; run `{command}`");
        text
    }
}

fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".codegen-new");
    path.with_file_name(name)
}

/// Number of lines of a difference to show on each side.
const SHOWN_LINES: usize = 5;

/// Number of characters to show of each line.
const SHOWN_CHARACTERS: usize = 160;

/// Formats the first difference of two texts like a unified diff.
fn difference(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let tail = before[same..]
        .iter()
        .rev()
        .zip(after[same..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut text = format!("  line {}\n", same.saturating_add(1));
    for (sign, lines) in [('-', &before), ('+', &after)] {
        let changed = &lines[same..lines.len() - tail];
        for line in changed.iter().take(SHOWN_LINES) {
            let _ = writeln!(text, "  {sign} {}", shortened(line));
        }
        if let Some(more) = changed
            .len()
            .checked_sub(SHOWN_LINES)
            .filter(|more| *more > 0)
        {
            let _ = writeln!(text, "  {sign} ... {more} more");
        }
    }
    text
}

/// Truncates a line to fit a screen; bundled specifications are a single long line.
fn shortened(line: &str) -> String {
    let mut chars = line.chars();
    let mut short: String = chars.by_ref().take(SHOWN_CHARACTERS).collect();
    if chars.next().is_some() {
        short.push_str("...");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("acs-codegen-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    fn set(files: &[(&str, &str)]) -> FileSet {
        let mut set = FileSet::default();
        for (path, text) in files {
            set.add((*path).to_owned(), (*text).to_owned());
        }
        set
    }

    const GENERATED: &str = "// @generated by `cargo xtask codegen`. Do not edit.\n";

    #[test]
    fn writes_only_what_changed() {
        let root = directory("changed");
        let one = format!("{GENERATED}one\n");
        let set = set(&[("a/src/x.rs", &one), ("a/src/y.rs", "two\n")]);
        set.plan(&root, Obsolete::Keep).unwrap().apply().unwrap();
        assert!(set.plan(&root, Obsolete::Keep).unwrap().changes.is_empty());
        fs::write(root.join("a/src/x.rs"), format!("{GENERATED}edited\n")).unwrap();
        let plan = set.plan(&root, Obsolete::Keep).unwrap();
        assert_eq!(plan.changes.len(), 1);
        let report = plan.report("cargo xtask codegen");
        assert!(report.contains("a/src/x.rs is out of date"), "{report}");
        assert!(
            report.contains("  line 2\n  - edited\n  + one\n"),
            "{report}"
        );
        assert!(
            report.ends_with("1 generated file differs; run `cargo xtask codegen`\n"),
            "{report}"
        );
        plan.apply().unwrap();
        assert_eq!(fs::read_to_string(root.join("a/src/x.rs")).unwrap(), one);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn deletes_obsolete_generated_files_and_no_others() {
        let root = directory("gone");
        fs::create_dir_all(root.join("a/src")).unwrap();
        fs::write(root.join("a/src/old.rs"), GENERATED).unwrap();
        fs::write(root.join("a/src/mine.rs"), "// by hand\n").unwrap();
        let set = set(&[("a/src/x.rs", GENERATED)]);
        let plan = set.plan(&root, Obsolete::Keep).unwrap();
        let paths: Vec<_> = plan
            .changes
            .iter()
            .map(|c| (c.path.as_str(), c.after.is_some()))
            .collect();
        assert_eq!(paths, [("a/src/old.rs", false), ("a/src/x.rs", true)]);
        plan.apply().unwrap();
        assert!(!root.join("a/src/old.rs").exists());
        assert!(root.join("a/src/mine.rs").exists());
        fs::remove_dir_all(root).unwrap();
    }

    fn manifest(specs: &str) -> String {
        format!(
            "{}# Source: {specs}/x/1\n",
            GENERATED.replacen("//", "#", 1)
        )
    }

    #[test]
    fn crates_without_a_specification_are_obsolete_if_these_specs_made_them() {
        let root = directory("all");
        for (name, specs) in [("b", "specs"), ("c", "others")] {
            fs::create_dir_all(root.join(name)).unwrap();
            fs::write(root.join(name).join("Cargo.toml"), manifest(specs)).unwrap();
        }
        let set = set(&[("a/src/x.rs", GENERATED)]);
        assert_eq!(set.plan(&root, Obsolete::Keep).unwrap().changes.len(), 1);
        let all = set.plan(&root, Obsolete::Delete("specs")).unwrap();
        assert_eq!(all.changes.len(), 2);
        assert_eq!(all.changes[1].path, "b/Cargo.toml");
        assert_eq!(all.changes[1].after, None);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_crate_of_other_specs_is_not_replaced() {
        let root = directory("other");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/Cargo.toml"), manifest("others")).unwrap();
        let set = set(&[("a/Cargo.toml", &manifest("specs"))]);
        let error = set.plan(&root, Obsolete::Keep).unwrap_err().to_string();
        assert!(
            error.contains("was generated from specifications in `others`, not in `specs`"),
            "{error}"
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn hand_written_files_are_not_replaced() {
        let root = directory("by-hand");
        fs::create_dir_all(root.join("a/src")).unwrap();
        fs::write(root.join("a/src/lib.rs"), "// by hand\n").unwrap();
        fs::write(root.join("a/Cargo.toml"), "[package]\n").unwrap();
        fs::write(root.join("a/spec.json"), "[]\n").unwrap();
        let mut set = set(&[
            ("a/src/lib.rs", GENERATED),
            ("a/Cargo.toml", &manifest("specs")),
            ("a/src/x.rs", GENERATED),
        ]);
        set.add_json(
            "a/spec.json".to_owned(),
            "{\"openapi\":\"3.1.0\"}\n".to_owned(),
        );
        let error = set.plan(&root, Obsolete::Keep).unwrap_err().to_string();
        for path in ["a/src/lib.rs", "a/Cargo.toml", "a/spec.json"] {
            let message = format!("{path} does not have the header of generated files");
            assert!(error.contains(&message), "{error}");
        }
        assert!(!root.join("a/src/x.rs").exists());
        fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let root = directory("links");
        let outside = directory("outside");
        let victim = outside.join("x.rs");
        let links = [
            ("b/src", outside.clone()),
            ("a/src/x.rs.codegen-new", victim.clone()),
        ];
        for (link, target) in links {
            fs::write(&victim, GENERATED).unwrap();
            let link = root.join(link);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(target, &link).unwrap();
            let text = format!("{GENERATED}new\n");
            let name = link.strip_prefix(&root).unwrap().to_str().unwrap();
            let set = set(&[(&format!("{}/src/x.rs", &name[..1]), &text)]);
            let result = set
                .plan(&root, Obsolete::Keep)
                .and_then(|plan| plan.apply());
            assert!(result.is_err(), "{name}");
            assert_eq!(fs::read_to_string(&victim).unwrap(), GENERATED);
        }
        // What an interrupted run left is in nobody's way.
        fs::remove_file(root.join("a/src/x.rs.codegen-new")).unwrap();
        fs::write(root.join("a/src/x.rs.codegen-new"), "half").unwrap();
        let set = set(&[("a/src/x.rs", GENERATED)]);
        set.plan(&root, Obsolete::Keep).unwrap().apply().unwrap();
        assert_eq!(
            fs::read_to_string(root.join("a/src/x.rs")).unwrap(),
            GENERATED
        );
        fs::remove_dir_all(root).unwrap();
        fs::remove_dir_all(outside).unwrap();
    }

    #[test]
    fn the_hand_written_part_is_kept() {
        const BELOW: &str = "# Below is mine.";
        let root = directory("kept");
        let mut set = FileSet::default();
        let generated = GENERATED.replacen("//", "#", 1);
        let head = format!("{generated}[package]\n{BELOW}\n");
        set.add_kept(
            "a/Cargo.toml".to_owned(),
            head.clone(),
            "\nfresh\n".to_owned(),
        );
        set.plan(&root, Obsolete::Keep).unwrap().apply().unwrap();
        let path = root.join("a/Cargo.toml");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{head}\nfresh\n")
        );
        fs::write(&path, format!("{generated}old\n{BELOW}\nmine\n")).unwrap();
        set.plan(&root, Obsolete::Keep).unwrap().apply().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{head}mine\n"));
        assert!(set.plan(&root, Obsolete::Keep).unwrap().changes.is_empty());
        fs::remove_dir_all(root).unwrap();
    }
}
