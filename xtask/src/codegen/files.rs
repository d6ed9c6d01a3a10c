//! Generated files on disk: write what changed and delete what is gone, or tell what would be.

use super::render::HEADER;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Files by their path below the directory of generated crates.
#[derive(Clone, Debug, Default)]
pub struct FileSet {
    files: BTreeMap<String, File>,
}

#[derive(Clone, Debug)]
struct File {
    text: String,
    /// The file goes on with a part that people write; this is how that part begins its life.
    kept: Option<String>,
}

impl FileSet {
    /// Adds a file that is generated from end to end.
    pub fn add(&mut self, path: String, text: String) {
        self.files.insert(path, File { text, kept: None });
    }

    /// Adds a file whose end belongs to people: `text` ends in the line that says so, and `kept` follows it in a new file.
    pub fn add_kept(&mut self, path: String, text: String, kept: String) {
        let kept = Some(kept);
        self.files.insert(path, File { text, kept });
    }

    /// Takes in the files of another set.
    pub fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
    }

    /// Path and text of every file, without what people wrote.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, file)| (path.as_str(), file.text.as_str()))
    }

    /// Compares with what is on disk. `all`: crates below `root` that are not in the set are gone.
    ///
    /// # Errors
    /// When a file cannot be read; the message names it.
    pub fn plan(&self, root: &Path, all: bool) -> io::Result<Plan> {
        let mut changes = Vec::new();
        for (path, file) in &self.files {
            let on_disk = read(&root.join(path))?;
            let text = file.with_kept(on_disk.as_deref());
            if on_disk.as_deref() != Some(&text) {
                changes.push(Change {
                    path: path.clone(),
                    before: on_disk,
                    after: Some(text),
                });
            }
        }
        for path in self.gone(root, all)? {
            changes.push(Change {
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

    /// Generated files on disk that are not in the set.
    fn gone(&self, root: &Path, all: bool) -> io::Result<Vec<String>> {
        let mut crates: BTreeSet<String> = self
            .files
            .keys()
            .filter_map(|path| path.split('/').next())
            .map(str::to_owned)
            .collect();
        if all {
            crates.extend(generated_crates(root)?);
        }
        let mut gone = Vec::new();
        for name in crates {
            let mut found = Vec::new();
            walk(&root.join(&name), &name, &mut found)?;
            for path in found {
                if !self.files.contains_key(&path) && is_generated(&root.join(&path))? {
                    gone.push(path);
                }
            }
        }
        Ok(gone)
    }
}

impl File {
    fn with_kept(&self, on_disk: Option<&str>) -> String {
        let Some(fresh) = &self.kept else {
            return self.text.clone();
        };
        let line = self.text.lines().last().unwrap_or_default();
        let kept = on_disk
            .and_then(|text| text.split_once(line))
            .map_or(fresh.as_str(), |(_, kept)| {
                kept.strip_prefix('\n').unwrap_or(kept)
            });
        format!("{}{kept}", self.text)
    }
}

/// The text of a file; `None` when there is none.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        // Whatever is no UTF-8 was not written by us and differs from what we write.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(path, &error)),
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn generated_crates(root: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for (name, is_directory) in entries(root)? {
        if is_directory && is_generated(&root.join(&name).join("Cargo.toml"))? {
            names.push(name);
        }
    }
    Ok(names)
}

/// The names in a directory, sorted, and whether each is one too. A directory that is not there is empty.
fn entries(directory: &Path) -> io::Result<Vec<(String, bool)>> {
    let listed = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(named(directory, &error)),
        Ok(listed) => listed,
    };
    let mut names = Vec::new();
    for entry in listed {
        let entry = entry?;
        // Links are nothing that we made, and would lead elsewhere.
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

/// Whether a file begins with the header of generated files, in the comment of its language.
fn is_generated(path: &Path) -> io::Result<bool> {
    let header = HEADER.trim_start_matches("// ");
    let known = matches!(
        path.extension().and_then(|e| e.to_str()),
        Some("rs" | "toml" | "md")
    );
    let text = if known { read(path)? } else { None };
    Ok(text.is_some_and(|text| {
        let first = text.lines().next().unwrap_or_default();
        ["// ", "# ", "<!-- "].iter().any(|comment| {
            first
                .strip_prefix(comment)
                .is_some_and(|rest| rest.starts_with(header))
        })
    }))
}

/// What differs between a set and the disk.
#[derive(Clone, Debug)]
pub struct Plan {
    root: PathBuf,
    /// One for each file that differs, sorted by path.
    pub changes: Vec<Change>,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Below the directory of generated crates.
    pub path: String,
    /// The text on disk; `None` when there is no file.
    pub before: Option<String>,
    /// The text it should have; `None` when it should be gone.
    pub after: Option<String>,
}

impl Plan {
    /// Makes the disk as the set says. All new text is on disk before the first file is replaced.
    ///
    /// # Errors
    /// When a file cannot be written; the message names it.
    pub fn apply(&self) -> io::Result<()> {
        let written = self.write_aside();
        if written.is_err() {
            for change in &self.changes {
                // Those that were never written are not there to be removed.
                let _ = fs::remove_file(aside(&self.root.join(&change.path)));
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
            fs::write(&aside, text).map_err(|error| named(&aside, &error))?;
        }
        Ok(())
    }

    /// The report of `--check`: each file with the first lines that differ.
    pub fn report(&self, command: &str) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let path = self.root.join(&change.path);
            let what = match (&change.before, &change.after) {
                (None, _) => "is missing",
                (_, None) => "should be gone",
                _ => "is not what the specification says",
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

/// Lines of a difference that are shown on each side.
const SHOWN_LINES: usize = 5;

/// Characters of each of them.
const SHOWN_CHARACTERS: usize = 160;

/// The first place where two texts differ, as a unified diff would show it.
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

/// A line that fits a screen; bundled specifications are one long line.
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

    const GENERATED: &str = "// @generated by `cargo xtask codegen` from x. Do not edit.\n";

    #[test]
    fn writes_only_what_changed() {
        let root = directory("changed");
        let set = set(&[("a/src/x.rs", "one\n"), ("a/src/y.rs", "two\n")]);
        set.plan(&root, false).unwrap().apply().unwrap();
        assert!(set.plan(&root, false).unwrap().changes.is_empty());
        fs::write(root.join("a/src/x.rs"), "edited\n").unwrap();
        let plan = set.plan(&root, false).unwrap();
        assert_eq!(plan.changes.len(), 1);
        let report = plan.report("cargo xtask codegen");
        assert!(
            report.contains("a/src/x.rs is not what the specification says"),
            "{report}"
        );
        assert!(
            report.contains("  line 1\n  - edited\n  + one\n"),
            "{report}"
        );
        assert!(
            report.ends_with("1 generated file differs; run `cargo xtask codegen`\n"),
            "{report}"
        );
        plan.apply().unwrap();
        assert_eq!(
            fs::read_to_string(root.join("a/src/x.rs")).unwrap(),
            "one\n"
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn deletes_generated_files_that_are_gone_and_no_others() {
        let root = directory("gone");
        fs::create_dir_all(root.join("a/src")).unwrap();
        fs::write(root.join("a/src/old.rs"), GENERATED).unwrap();
        fs::write(root.join("a/src/mine.rs"), "// by hand\n").unwrap();
        let set = set(&[("a/src/x.rs", GENERATED)]);
        let plan = set.plan(&root, false).unwrap();
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

    #[test]
    fn crates_without_a_specification_are_gone_when_all_are_generated() {
        let root = directory("all");
        fs::create_dir_all(root.join("b")).unwrap();
        fs::write(root.join("b/Cargo.toml"), GENERATED.replacen("//", "#", 1)).unwrap();
        let set = set(&[("a/src/x.rs", GENERATED)]);
        assert_eq!(set.plan(&root, false).unwrap().changes.len(), 1);
        let all = set.plan(&root, true).unwrap();
        assert_eq!(all.changes[1].path, "b/Cargo.toml");
        assert_eq!(all.changes[1].after, None);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn what_people_write_at_the_end_is_kept() {
        const BELOW: &str = "# Below is mine.";
        let root = directory("kept");
        let mut set = FileSet::default();
        let head = format!("[package]\n{BELOW}\n");
        set.add_kept(
            "a/Cargo.toml".to_owned(),
            head.clone(),
            "\nfresh\n".to_owned(),
        );
        set.plan(&root, false).unwrap().apply().unwrap();
        let path = root.join("a/Cargo.toml");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{head}\nfresh\n")
        );
        fs::write(&path, format!("old\n{BELOW}\nmine\n")).unwrap();
        set.plan(&root, false).unwrap().apply().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{head}mine\n"));
        assert!(set.plan(&root, false).unwrap().changes.is_empty());
        fs::remove_dir_all(root).unwrap();
    }
}
