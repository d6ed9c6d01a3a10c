//! Generates files from specifications.

use super::guide::Pages;
use super::lists::ListedService;
use super::records::{GenerationRecord, Key, Records};
use crate::cli::Failure;
use crate::repository;
use alibabacloud_codegen::emit::Layout;
use alibabacloud_codegen::files::FileSet;
use alibabacloud_codegen::release_notes::Page;
use alibabacloud_codegen::{
    CrateNames, HEADER, Reader, Selection, SpecDir, findings, lower_and_emit, shared_file,
};
use alibabacloud_spec::{COMMON_FILE, GLOSSARY_FILE, Loader};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Generates the crates of all specifications.
///
/// # Errors
///
/// Returns all errors of all specifications at once.
pub fn generate_all(specs: &[SpecDir], layout: &Layout) -> Result<FileSet, Failure> {
    Ok(generate_selected(specs, layout, Selection::default())?.files)
}

/// The result of generating code from several specifications.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// The files of all crates.
    pub files: FileSet,
    /// What lists of services say about each service.
    pub services: Vec<ListedService>,
    /// The pages of the guide.
    pub(super) pages: Pages,
    /// Whether records took the place of some specifications.
    pub(super) has_recorded: bool,
}

/// Where generated files are, and what is recorded about them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    /// The directory of the crates.
    pub(super) out: &'a Path,
    /// The directory of the guide, if it has pages of the specifications.
    pub(super) guide: Option<&'a Path>,
    /// The records to use; `None` to generate everything.
    pub(super) recorded: Option<&'a Records>,
    /// Where to record what was generated.
    pub(super) records: &'a Records,
}

/// Generates the crates of all specifications, with the selected operations.
///
/// # Errors
///
/// Returns all errors of all specifications at once.
pub fn generate_selected(
    specs: &[SpecDir],
    layout: &Layout,
    selection: Selection,
) -> Result<Generated, Failure> {
    generate_each(specs, layout, selection, None)
}

/// Generates the crates of all specifications, and the copies in the emulator: of those
/// specifications that have a file there. Leaves out the texts of specifications whose files agree
/// with their records.
///
/// # Errors
///
/// Returns all errors of all specifications at once, or an error of reading the directory.
pub(super) fn generate_into(
    specs: &[SpecDir],
    layout: &Layout,
    places: Places<'_>,
) -> Result<Generated, Failure> {
    let mut generated = generate_each(specs, layout, Selection::default(), Some(places))?;
    // The list has all copies, also those of other specifications.
    let copies = copies(places.out, &generated.files).map_err(Failure::error)?;
    if !copies.is_empty() {
        let path = "alibabacloud-emulator/src/built_in.rs".to_owned();
        generated.files.add(path, built_in(&copies));
    }
    Ok(generated)
}

/// The directory of the emulator's copies, below that of the crates.
const COPIES: &str = "alibabacloud-emulator/specs";

/// What became of a specification.
#[derive(Debug)]
enum Work {
    /// Its files are on disk as recorded.
    Recorded(Box<GenerationRecord>),
    Generated(Box<GeneratedSpec>),
    /// It has no selected operation.
    LeftOut,
    /// It has problems.
    Failed {
        /// `None` if it could not be read.
        crate_name: Option<String>,
        /// The diagnostics, each of one line or several.
        problems: Vec<String>,
    },
}

impl Work {
    fn crate_name(&self) -> Option<&str> {
        match self {
            Self::Recorded(record) => Some(&record.service.crate_name),
            Self::Generated(spec) => Some(&spec.listed.crate_name),
            Self::LeftOut => None,
            Self::Failed { crate_name, .. } => crate_name.as_deref(),
        }
    }
}

/// What was generated from a specification.
#[derive(Debug)]
struct GeneratedSpec {
    files: FileSet,
    listed: ListedService,
    page: Page,
    record: Option<(Key, GenerationRecord)>,
}

fn generate_each(
    specs: &[SpecDir],
    layout: &Layout,
    selection: Selection,
    places: Option<Places<'_>>,
) -> Result<Generated, Failure> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(specs.len()).max(1);
    let generator = Generator {
        layout,
        places,
        selection: Mutex::new(selection),
        defaults: repository::specs(),
        // A single specification is divided among the processors.
        threads: processors / threads,
    };
    let works = generator.all(specs, threads);
    let mut generated = Generated::default();
    let mut new_records = Vec::new();
    let mut problems = String::new();
    let mut crates = CrateNames::default();
    for (spec, work) in specs.iter().zip(works) {
        if let Some(name) = work.crate_name() {
            for conflict in crates.add(name, &spec.label) {
                let _ = writeln!(problems, "error: {conflict}");
            }
        }
        match work {
            Work::Recorded(record) => generated.add_recorded(*record),
            Work::Generated(spec) => {
                generated.files.extend(spec.files);
                generated.pages.add(spec.page);
                generated.services.push(spec.listed);
                new_records.extend(spec.record);
            }
            Work::LeftOut => {}
            Work::Failed {
                problems: found, ..
            } => {
                for problem in found {
                    // Those of shared files are the same for each service.
                    if !problems.contains(&problem) {
                        problems.push_str(&problem);
                    }
                }
            }
        }
    }
    let selection = generator.selection.into_inner();
    for unknown in selection.unwrap_or_else(PoisonError::into_inner).unknown() {
        let _ = writeln!(problems, "error: {unknown}");
    }
    if problems.is_empty() {
        for (inputs, record) in &new_records {
            if let Some(places) = places {
                places.records.write(inputs, record);
            }
        }
        Ok(generated)
    } else {
        Err(Failure::failed(format!(
            "{}\nnothing was written",
            problems.trim_end()
        )))
    }
}

/// Generates specifications, or finds that their files are as recorded.
struct Generator<'a> {
    layout: &'a Layout,
    places: Option<Places<'a>>,
    selection: Mutex<Selection>,
    /// The directory of shared files that a directory of specifications does not have.
    defaults: PathBuf,
    /// The threads for each specification.
    threads: usize,
}

impl Generator<'_> {
    /// Returns what becomes of each specification, on this number of threads.
    fn all(&self, specs: &[SpecDir], threads: usize) -> Vec<Work> {
        let next = AtomicUsize::new(0);
        let take = || {
            let mut reader = Reader::with_defaults(&self.defaults);
            let mut done = Vec::new();
            while let Some((index, spec)) = {
                let index = next.fetch_add(1, Ordering::Relaxed);
                specs.get(index).map(|spec| (index, spec))
            } {
                done.push((index, self.work(spec, &mut reader)));
            }
            done
        };
        let mut done: Vec<(usize, Work)> = thread::scope(|scope| {
            let tasks: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
            let mut done = take();
            for task in tasks {
                done.extend(task.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            done
        });
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, work)| work).collect()
    }

    fn work(&self, spec: &SpecDir, reader: &mut Reader) -> Work {
        let copy = format!("{COPIES}/{}-{}.json", spec.product(), spec.version());
        let has_copy = self
            .places
            .is_some_and(|places| places.out.join(&copy).is_file());
        let shared = [COMMON_FILE, GLOSSARY_FILE]
            .map(|name| shared_file(&spec.path, name, Some(&self.defaults)));
        let key = |records: &Records| records.key(spec, &shared, self.layout, has_copy).ok();
        // Taken before the specification is read, which somebody may be editing.
        let inputs = self.places.and_then(|places| key(places.records));
        let record = inputs.as_ref().zip(self.places);
        let record = record.and_then(|(inputs, places)| {
            let record = places.recorded?.read(inputs)?;
            record
                .is_on_disk(places.out, places.guide)
                .then_some(record)
        });
        if let Some(record) = record {
            return Work::Recorded(Box::new(record));
        }
        let loaded = if has_copy {
            let loaded = Loader::new().load_and_bundle(&spec.path);
            loaded.map(|(service, text)| (service, Some(text)))
        } else {
            let loaded = Loader::new().load(&spec.path);
            loaded.map(|service| (service, None))
        };
        let mut files = FileSet::default();
        let Ok((mut service, text)) = loaded else {
            return Work::Failed {
                crate_name: None,
                problems: vec![format!("{}\n", findings(&spec.path))],
            };
        };
        if let Some(text) = text {
            files.add_json(copy, text);
        }
        let mut selection = self
            .selection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !selection.apply(&mut service) {
            return Work::LeftOut;
        }
        drop(selection);
        let mut problems = Vec::new();
        if let Err(error) = reader.complete(&mut service, &spec.path) {
            let diagnostics = error.diagnostics().iter();
            problems.extend(diagnostics.map(|diagnostic| format!("{diagnostic}\n")));
        }
        let mut listed = ListedService::new(&service);
        let failed = |problems| Work::Failed {
            crate_name: Some(service.crate_name.clone()),
            problems,
        };
        let emitted = lower_and_emit(&service, &spec.label, self.layout, self.threads);
        let lowered = match emitted {
            Ok((lowered, more)) => {
                files.extend(more);
                lowered
            }
            Err(error) => {
                problems.push(error.located(&spec.path).to_string());
                return failed(problems);
            }
        };
        if !problems.is_empty() {
            return failed(problems);
        }
        listed.add_methods(&service, &lowered);
        let page = Page::new(&service, &spec.label);
        let record = inputs.zip(self.places).and_then(|(inputs, places)| {
            // Nobody edited the specification in the meantime.
            let is_same = key(places.records).as_ref() == Some(&inputs);
            let record = GenerationRecord::new(&inputs, &files, listed.clone(), &page);
            is_same.then_some((inputs, record))
        });
        Work::Generated(Box::new(GeneratedSpec {
            files,
            listed,
            page,
            record,
        }))
    }
}

impl Generated {
    /// Adds a specification whose files are on disk as recorded.
    fn add_recorded(&mut self, record: GenerationRecord) {
        for path in record.paths() {
            self.files.add_unchanged(path.to_owned());
        }
        self.pages
            .add_unchanged(record.page_title, record.page_path);
        self.services.push(record.service);
        self.has_recorded = true;
    }
}

/// What the list of the emulator's copies says about one.
#[derive(Debug)]
struct SpecCopy {
    /// `<product>-<version>`.
    name: String,
    title: String,
    operations: usize,
}

impl SpecCopy {
    /// Takes the title and the number of operations from the text, in which both have lines of
    /// their own.
    fn new(name: &str, text: &str) -> Self {
        let value = |line: &str| {
            let value = line.strip_prefix("  \"title\": ")?.trim_end_matches(',');
            serde_json::from_str(value).ok()
        };
        let is_operation = |line: &&str| {
            line.starts_with("  \"/") && line.ends_with("\": {") && line.contains("#Action=")
        };
        Self {
            name: name.to_owned(),
            title: text.lines().find_map(value).unwrap_or_default(),
            operations: text.lines().filter(is_operation).count(),
        }
    }
}

/// Returns the copies below the directory of the crates, sorted by name; none if the emulator is
/// not there. The text of one that was generated is in `generated`.
fn copies(out: &Path, generated: &FileSet) -> std::io::Result<Vec<SpecCopy>> {
    let entries = match out.join(COPIES).read_dir() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let texts: HashMap<&str, &str> = generated.iter().collect();
    let mut copies = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".json")) else {
            continue;
        };
        let path = format!("{COPIES}/{name}.json");
        copies.push(match texts.get(path.as_str()) {
            Some(text) => SpecCopy::new(name, text),
            None => SpecCopy::new(name, &std::fs::read_to_string(out.join(path))?),
        });
    }
    copies.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(copies)
}

/// Returns the list of the copies, each built in by the feature of its product.
fn built_in(copies: &[SpecCopy]) -> String {
    let mut text = format!(
        "{HEADER}. Do not edit.\n#![cfg_attr(rustfmt, rustfmt_skip)]\n\n\
         //! The specifications in the directory `specs`, each with the cargo feature that builds \
         it in.\n\n\
         /// Product, version, title, number of operations, and the text if this build has it.\n\
         pub(crate) const COPIES: &[(&str, &str, &str, usize, Option<&str>)] = &[\n"
    );
    for copy in copies {
        let (product, version) = split_version(&copy.name);
        let _ = write!(
            text,
            "    (\n        {product:?},\n        {version:?},\n        {:?},\n        {},\n        \
             #[cfg(feature = {product:?})]\n        \
             Some(include_str!({:?})),\n        \
             #[cfg(not(feature = {product:?}))]\n        None,\n    ),\n",
            copy.title,
            copy.operations,
            format!("../specs/{}.json", copy.name)
        );
    }
    text.push_str("];\n");
    text
}

/// Splits `<product>-<version>`; both can have dashes, and a version starts with a digit.
fn split_version(copy: &str) -> (&str, &str) {
    let starts = copy.match_indices('-').map(|(index, _)| index);
    starts
        .filter_map(|index| Some((copy.get(..index)?, copy.get(index + 1..)?)))
        .find(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or((copy, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_starts_at_the_first_part_with_a_digit() {
        for (copy, expected) in [
            ("oos-2019-06-01", ("oos", "2019-06-01")),
            ("eb-serverless-2021-01-01", ("eb-serverless", "2021-01-01")),
            ("r-kvstore-2015-01-01", ("r-kvstore", "2015-01-01")),
        ] {
            assert_eq!(split_version(copy), expected);
        }
    }

    #[test]
    fn copies_have_the_feature_of_their_product() {
        let text = "{\n \"info\": {\n  \"title\": \"A \\\"b\\\"\",\n },\n \"paths\": {\n  \
                    \"/#Action=Run\": {\n  \"/a#Action=Stop\": {\n";
        let text = built_in(&[
            SpecCopy::new("ecs-2014-05-26", text),
            SpecCopy::new("oos-2019-06-01", ""),
        ]);
        let expected = "    (\n        \"ecs\",\n        \"2014-05-26\",\n        \
                        \"A \\\"b\\\"\",\n        2,\n        \
                        #[cfg(feature = \"ecs\")]\n        \
                        Some(include_str!(\"../specs/ecs-2014-05-26.json\")),\n        \
                        #[cfg(not(feature = \"ecs\"))]\n        None,\n    ),\n";
        assert!(text.contains(expected), "{text}");
        syn::parse_file(&text).unwrap();
    }
}
