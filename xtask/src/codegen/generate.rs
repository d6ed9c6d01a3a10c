//! Generates files from specifications.

use super::copies::{self, COPIES, SpecCopy};
use super::guide::Pages;
use super::lists::{ListedService, against_upstream};
use super::records::{GenerationRecord, Key, Records};
use crate::cli::Failure;
use crate::repository;
use alibabacloud_codegen::emit::Layout;
use alibabacloud_codegen::files::FileSet;
use alibabacloud_codegen::release_notes::Page;
use alibabacloud_codegen::{
    CrateNames, Reader, Selection, SpecDir, findings, lower_and_emit, shared_file,
};
use alibabacloud_spec::{COMMON_FILE, GLOSSARY_FILE, Loader};
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
    /// What the list of the emulator's copies says about those of these specifications.
    copies: Vec<SpecCopy>,
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
    let copies = copies::all(places.out, &generated.copies).map_err(Failure::error)?;
    if !copies.is_empty() {
        let path = copies::LIST.to_owned();
        generated.files.add(path, copies::built_in(&copies));
    }
    Ok(generated)
}

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
    copy: Option<SpecCopy>,
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
                generated.copies.extend(spec.copy);
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
        let copy_name = format!("{}-{}", spec.product(), spec.version());
        let copy_path = format!("{COPIES}/{copy_name}.json");
        let has_copy = self
            .places
            .is_some_and(|places| places.out.join(&copy_path).is_file());
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
        let copy = text.map(|text| {
            let copy = SpecCopy::new(&copy_name, &text);
            files.add_json(copy_path, text);
            copy
        });
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
        if self.places.is_some_and(|places| places.guide.is_some()) {
            match against_upstream(&spec.path) {
                Ok(lines) => listed.against_upstream = lines,
                Err(failure) => problems.push(failure.into_message() + "\n"),
            }
        }
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
            let listed = listed.clone();
            let record = GenerationRecord::new(&inputs, &files, listed, copy.clone(), &page);
            is_same.then_some((inputs, record))
        });
        Work::Generated(Box::new(GeneratedSpec {
            files,
            listed,
            copy,
            page,
            record,
        }))
    }
}

impl Generated {
    /// Adds a specification whose files are on disk as recorded.
    fn add_recorded(&mut self, record: GenerationRecord) {
        for path in record.files.into_keys() {
            self.files.add_unchanged(path);
        }
        self.pages
            .add_unchanged(record.page_title, record.page_path);
        self.services.push(record.service);
        self.copies.extend(record.copy);
        self.has_recorded = true;
    }
}
