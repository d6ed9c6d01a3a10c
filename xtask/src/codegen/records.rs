//! Records of what was generated from a specification, in the build directory.
//!
//! A record has the hash of everything that the output depends on, and the hash of each file of the
//! output. If both agree with the files on disk, the specification need not be generated again.
//! Nothing in a record is ever written to a generated file, so that a wrong one does no harm: it is
//! only compared.

use super::lists::ListedService;
use crate::decisions;
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
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The sources that this program was compiled from.
const GENERATOR: &str = env!("XTASK_SOURCES");

/// Files beside a specification from which no crate is generated.
const UNREAD: &[&str] = &["upstream.json", decisions::FILE];

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
    files: BTreeMap<String, FileHash>,
    /// What the lists of services say.
    pub(super) service: ListedService,
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
struct FileHash {
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
            inputs: hexadecimal(&inputs.0.finalize()),
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
        let is_below = record.paths().all(is_below) && is_below(&record.page_path);
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
    pub(super) fn new(key: &Key, files: &FileSet, service: ListedService, page: &Page) -> Self {
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
            page_title: page.title.clone(),
            page_path: page.path.clone(),
            page: FileHash::of(&page.text),
        }
    }

    /// Returns the paths of the files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns whether all files in `out` are as they were generated, and the page in `guide`.
    pub(super) fn is_on_disk(&self, out: &Path, guide: Option<&Path>) -> bool {
        guide.is_none_or(|guide| self.page.is_of(&guide.join(&self.page_path)))
            && self
                .files
                .iter()
                .all(|(path, hash)| hash.is_of(&out.join(path)))
    }
}

impl FileHash {
    fn of(text: &str) -> Self {
        Self {
            sha256: sha256(text.as_bytes()),
            kept_after: None,
        }
    }

    /// Returns whether a file has the text, with any hand-written part.
    fn is_of(&self, path: &Path) -> bool {
        let Ok(bytes) = fs::read(path) else {
            return false;
        };
        let Some(length) = self.kept_after else {
            return sha256(&bytes) == self.sha256;
        };
        let Ok(on_disk) = std::str::from_utf8(&bytes) else {
            return false;
        };
        on_disk.get(..length).is_some_and(|text| {
            sha256(text.as_bytes()) == self.sha256 && with_kept(text, "", Some(on_disk)) == on_disk
        })
    }
}

/// A hash of several inputs, each with its length, so that none continues another.
#[derive(Default)]
struct Inputs(Sha256);

impl Inputs {
    fn add(&mut self, input: &[u8]) {
        self.0.update((input.len() as u64).to_le_bytes());
        self.0.update(input);
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
            let is_unread = |name: &str| UNREAD.contains(&name);
            if below.is_empty() && name.strip_prefix('/').is_some_and(is_unread) {
                continue;
            }
            self.add(name.as_bytes());
            if path.is_dir() {
                self.add_directory(&path, &name)?;
            } else {
                self.add(&fs::read(&path)?);
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
                          "waiters":[],"lists":[],"permissions":""}"#;
        let page = Page {
            title: "Tea".to_owned(),
            path: "changes/tea.md".to_owned(),
            text: "# Tea\n".to_owned(),
        };
        let mut files = FileSet::default();
        files.add("alibabacloud-tea/src/lib.rs".to_owned(), "x".to_owned());
        GenerationRecord::new(key, &files, serde_json::from_str(service).unwrap(), &page)
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
        let cases: [&[(&str, &str)]; 6] = [
            &[("operations/A.yaml", "a"), ("operations/B.yaml", "b")],
            // The same bytes in another division.
            &[("operations/A.yaml", "a/operations/B.yamlb")],
            &[("operations/A.yaml", "a")],
            &[("operations/B.yaml", "a")],
            &[("operations/A.yaml", "")],
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
