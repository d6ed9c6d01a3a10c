//! Records of what was generated from a specification, in the build directory.
//!
//! A record has the hash of everything that the output depends on, and the hash of each file of the
//! output. If both agree with the files on disk, the specification need not be generated again.
//! Nothing in a record is ever written to a generated file, so that a wrong one does no harm: it is
//! only compared.

use super::copies::SpecCopy;
use super::lists::ListedService;
use crate::hash::{hexadecimal, sha256};
use crate::repository;
use alibabacloud_codegen::SpecDir;
use alibabacloud_codegen::disk;
use alibabacloud_codegen::emit::Layout;
use alibabacloud_codegen::files::{FileSet, with_kept};
use alibabacloud_codegen::release_notes::Page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{self, Read};
use std::mem;
use std::path::{Component, Path, PathBuf};

/// The sources that this program was compiled from.
const GENERATOR: &str = env!("XTASK_SOURCES");

/// The file beside a specification from which nothing is generated.
const UNREAD: &str = "upstream.json";

/// How many records are kept; tests make many.
const MOST: usize = 256;

/// The directory of the records.
#[derive(Clone, Debug)]
pub(super) struct Records {
    directory: PathBuf,
    generator: String,
}

/// The hash of everything that the output of a specification depends on, and the file of its
/// record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    inputs: String,
    file: PathBuf,
}

/// What was generated from a specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GenerationRecord {
    /// The hash of the inputs.
    inputs: String,
    /// The hashes of generated files, by path relative to the directory of crates.
    pub(super) files: BTreeMap<String, FileHash>,
    /// What the lists of services say.
    pub(super) service: ListedService,
    /// What the list of the emulator's copies says, if it has one.
    pub(super) copy: Option<SpecCopy>,
    /// Title of the page in the guide.
    pub(super) page_title: String,
    /// Path of the page, relative to the guide.
    pub(super) page_path: String,
    /// Hash of the page.
    page: FileHash,
}

/// The hash of a generated text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileHash {
    /// SHA-256 in hexadecimal digits.
    sha256: String,
    /// The length of the text if a hand-written part follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept_after: Option<usize>,
}

impl Records {
    /// Returns the records in the build directory of this repository.
    pub(super) fn of_repository() -> Self {
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) if !target.is_empty() => target.into(),
            _ => repository::root().join("target"),
        };
        Self {
            directory: target.join("xtask/codegen"),
            generator: GENERATOR.to_owned(),
        }
    }

    /// Returns the key of a specification. `shared` are the files that it shares with others, and
    /// `has_copy` says whether the emulator has a copy of the specification.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be read.
    pub(super) fn key(
        &self,
        spec: &SpecDir,
        shared: &[PathBuf],
        layout: &Layout,
        has_copy: bool,
    ) -> io::Result<Key> {
        let path = spec.path.to_string_lossy();
        let place = format!("{path}\n{}\n{has_copy}\n{layout:?}", spec.label);
        let mut inputs = Inputs::default();
        inputs.add(self.generator.as_bytes());
        inputs.add(place.as_bytes());
        for file in shared {
            match fs::read(file) {
                Ok(text) => inputs.add(&text),
                Err(error) if error.kind() == io::ErrorKind::NotFound => inputs.add(b""),
                Err(error) => return Err(error),
            }
        }
        inputs.add_directory(&spec.path, "")?;
        let name = hexadecimal(&Sha256::digest(place.as_bytes())[..16]);
        Ok(Key {
            inputs: hexadecimal(&inputs.hash.finalize()),
            file: self.directory.join(format!("{name}.record")),
        })
    }

    /// Returns the record of a key; `None` if there is none, or it is damaged or of other inputs.
    pub(super) fn read(&self, key: &Key) -> Option<GenerationRecord> {
        let text = fs::read_to_string(&key.file).ok()?;
        let (hash, body) = text.split_once('\n')?;
        if hash != sha256(body.as_bytes()) {
            return None;
        }
        let record: GenerationRecord = serde_json::from_str(body).ok()?;
        let is_below = record.files.keys().all(|path| is_below(path));
        let is_below = is_below && self::is_below(&record.page_path);
        (record.inputs == key.inputs && is_below).then_some(record)
    }

    /// Writes the record of a key. It only saves time, so that errors are ignored.
    pub(super) fn write(&self, key: &Key, record: &GenerationRecord) {
        let Ok(mut body) = serde_json::to_string(record) else {
            return;
        };
        body.push('\n');
        let text = format!("{}\n{body}", sha256(body.as_bytes()));
        let _ = disk::replace(&key.file, &text).and_then(|()| self.remove_oldest());
    }

    /// Removes the oldest records if there are too many.
    fn remove_oldest(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        let surplus = files.len().saturating_sub(MOST);
        files.sort();
        for (_, path) in files.into_iter().take(surplus) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

impl GenerationRecord {
    /// Creates the record of generated files.
    pub(super) fn new(
        key: &Key,
        files: &FileSet,
        service: ListedService,
        copy: Option<SpecCopy>,
        page: &Page,
    ) -> Self {
        let files = files.parts().map(|(path, text, is_kept)| {
            let hash = FileHash {
                kept_after: is_kept.then_some(text.len()),
                ..FileHash::of(text)
            };
            (path.to_owned(), hash)
        });
        Self {
            inputs: key.inputs.clone(),
            files: files.collect(),
            service,
            copy,
            page_title: page.title.clone(),
            page_path: page.path.clone(),
            page: FileHash::of(&page.text),
        }
    }

    /// Returns whether all files in `out` are as they were generated, and the page in `guide`.
    pub(super) fn is_on_disk(&self, out: &Path, guide: Option<&Path>) -> bool {
        let mut content = Vec::new();
        let mut is_of = |hash: &FileHash, path: &Path| {
            read_into(path, &mut content).is_ok() && hash.is_of(&content)
        };
        guide.is_none_or(|guide| is_of(&self.page, &guide.join(&self.page_path)))
            && self
                .files
                .iter()
                .all(|(path, hash)| is_of(hash, &out.join(path)))
    }
}

impl FileHash {
    fn of(text: &str) -> Self {
        Self {
            sha256: sha256(text.as_bytes()),
            kept_after: None,
        }
    }

    /// Returns whether the content of a file is the text, with any hand-written part.
    fn is_of(&self, content: &[u8]) -> bool {
        let Some(length) = self.kept_after else {
            return sha256(content) == self.sha256;
        };
        let Ok(on_disk) = std::str::from_utf8(content) else {
            return false;
        };
        on_disk.get(..length).is_some_and(|text| {
            sha256(text.as_bytes()) == self.sha256 && with_kept(text, "", Some(on_disk)) == on_disk
        })
    }
}

/// Reads a file in place of the content of another one. Thousands of files are read, for each of
/// which new memory and the question for its size would take as long as reading it.
fn read_into(path: &Path, content: &mut Vec<u8>) -> io::Result<()> {
    content.clear();
    // With this limit, which no file reaches, the size is not asked for.
    File::open(path)?.take(u64::MAX).read_to_end(content)?;
    Ok(())
}

/// A hash of several inputs, each with its length, so that none continues another.
#[derive(Default)]
struct Inputs {
    hash: Sha256,
    /// The content of the last file.
    content: Vec<u8>,
}

impl Inputs {
    fn add(&mut self, input: &[u8]) {
        self.hash.update((input.len() as u64).to_le_bytes());
        self.hash.update(input);
    }

    fn add_file(&mut self, path: &Path) -> io::Result<()> {
        let mut content = mem::take(&mut self.content);
        let read = read_into(path, &mut content);
        if read.is_ok() {
            self.add(&content);
        }
        self.content = content;
        read
    }

    /// Adds the names and contents of all files in a directory, whether or not they are read today.
    fn add_directory(&mut self, directory: &Path, below: &str) -> io::Result<()> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            names.push(entry?.file_name());
        }
        names.sort();
        for name in names {
            let path = directory.join(&name);
            let name = format!("{below}/{}", name.to_string_lossy());
            if below.is_empty() && name.strip_prefix('/') == Some(UNREAD) {
                continue;
            }
            self.add(name.as_bytes());
            if path.is_dir() {
                self.add_directory(&path, &name)?;
            } else {
                self.add_file(&path)?;
            }
        }
        Ok(())
    }
}

/// Returns whether a relative path leads to a file below its directory.
fn is_below(path: &str) -> bool {
    let mut components = Path::new(path).components();
    components.all(|component| matches!(component, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_codegen::emit::Dependencies;
    use std::collections::BTreeSet;

    fn key(records: &Records, directory: &Path) -> Key {
        let layout = Layout {
            dependencies: Dependencies::Workspace,
            publish: false,
            extended: BTreeSet::new(),
        };
        let spec = SpecDir {
            path: directory.join("specs/tea/2020-01-01"),
            label: "specs/tea/2020-01-01".to_owned(),
        };
        let shared = ["common.yaml", "glossary.yaml"];
        let shared = shared.map(|name| directory.join("specs").join(name));
        records.key(&spec, &shared, &layout, false).unwrap()
    }

    fn record(key: &Key) -> GenerationRecord {
        let service = r#"{"code":"tea","title":"Tea","docs_url":null,"version":"2020-01-01",
                          "crate_name":"alibabacloud-tea","operations":1,"known_as":[],
                          "waiters":[],"lists":[],"permissions":"","against_upstream":""}"#;
        let page = Page {
            title: "Tea".to_owned(),
            path: "changes/tea.md".to_owned(),
            text: "# Tea\n".to_owned(),
        };
        let mut files = FileSet::default();
        files.add("alibabacloud-tea/src/lib.rs".to_owned(), "x".to_owned());
        let service = serde_json::from_str(service).unwrap();
        GenerationRecord::new(key, &files, service, None, &page)
    }

    /// Returns an empty directory with a specification, and its records.
    fn scratch(name: &str) -> (PathBuf, Records) {
        let name = format!("acs-records-{name}-{}", std::process::id());
        let directory = env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&directory);
        let spec = directory.join("specs/tea/2020-01-01");
        fs::create_dir_all(&spec).unwrap();
        fs::write(spec.join("openapi.yaml"), "openapi: 3.1.0\n").unwrap();
        let records = Records {
            directory: directory.join("records"),
            generator: "a".to_owned(),
        };
        (directory, records)
    }

    #[test]
    fn another_generator_uses_no_old_record() {
        let (directory, records) = scratch("generator");
        let old = key(&records, &directory);
        let written = record(&old);
        records.write(&old, &written);
        assert_eq!(records.read(&key(&records, &directory)), Some(written));
        let changed = Records {
            generator: "b".to_owned(),
            ..records
        };
        let new = key(&changed, &directory);
        assert_eq!(new.file, old.file, "replaces the old record");
        assert_eq!(changed.read(&new), None);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn inputs_differ_if_a_name_or_a_boundary_does() {
        let (directory, records) = scratch("inputs");
        let spec = directory.join("specs/tea/2020-01-01");
        fs::create_dir(spec.join("operations")).unwrap();
        let mut seen = BTreeSet::new();
        let cases: [&[(&str, &str)]; 7] = [
            &[("operations/A.yaml", "a"), ("operations/B.yaml", "b")],
            // The same bytes in another division.
            &[("operations/A.yaml", "a/operations/B.yamlb")],
            &[("operations/A.yaml", "a")],
            &[("operations/B.yaml", "a")],
            &[("operations/A.yaml", "")],
            &[("decisions.yaml", "")],
            &[],
        ];
        for case in cases {
            for shared in [
                None,
                Some(("../../common.yaml", "x")),
                Some(("../../common.yaml", "y")),
                Some(("../../glossary.yaml", "x")),
            ] {
                let files = case.iter().chain(shared.as_ref());
                for (name, text) in files.clone() {
                    fs::write(spec.join(name), text).unwrap();
                }
                let inputs = key(&records, &directory).inputs;
                assert!(seen.insert(inputs), "{case:?} {shared:?}");
                for (name, _) in files {
                    fs::remove_file(spec.join(name)).unwrap();
                }
            }
        }
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn the_facts_of_the_last_import_are_no_input() {
        let (directory, records) = scratch("upstream");
        let before = key(&records, &directory).inputs;
        let spec = directory.join("specs/tea/2020-01-01");
        fs::write(spec.join("upstream.json"), "{}").unwrap();
        assert_eq!(key(&records, &directory).inputs, before);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn the_oldest_records_are_removed() {
        let (directory, records) = scratch("oldest");
        let key = key(&records, &directory);
        for number in 0..MOST + 3 {
            let file = records.directory.join(format!("{number}.record"));
            let inputs = key.inputs.clone();
            records.write(&Key { inputs, file }, &record(&key));
        }
        assert_eq!(fs::read_dir(&records.directory).unwrap().count(), MOST);
        let newest = records.directory.join(format!("{}.record", MOST + 2));
        assert!(newest.is_file());
        fs::remove_dir_all(directory).unwrap();
    }
}
