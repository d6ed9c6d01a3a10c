//! Metadata to generated crates, in memory.

use crate::{import, repository};
use alibabacloud_codegen::emit::{Dependencies, Layout};
use alibabacloud_codegen::files::FileSet;
use alibabacloud_codegen::lower_and_emit;
use alibabacloud_spec::Service;
use cpu_time::ThreadTime;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// The result of one metadata file.
#[derive(Debug)]
pub struct GeneratedProduct {
    /// Directory names of product and version: `ecs/2014-05-26`.
    pub label: String,
    /// Operations in the metadata.
    pub operations: usize,
    /// Operations with a client method.
    pub generated: usize,
    /// Operations with types only, with the reason.
    pub unsupported: Vec<(String, String)>,
    /// Structs and enums.
    pub types: usize,
    /// Lines of Rust.
    pub lines: usize,
    /// Processor time for reading, repairing and inferring.
    pub import: Duration,
    /// Processor time for lowering, emitting and printing.
    pub generate: Duration,
    /// What the importer or the generator refused.
    pub failures: Vec<String>,
    /// Names of the generated crates: model and client.
    pub crates: Vec<String>,
    /// The generated files by path.
    pub files: FileSet,
    service: Option<Service>,
}

fn layout() -> Layout {
    let crates = repository::root().join("crates");
    Layout {
        dependencies: Dependencies::Path(crates.to_string_lossy().replace('\\', "/")),
        publish: false,
        extended: BTreeSet::new(),
    }
}

/// Imports and generates one file.
pub fn from_file(file: &Path) -> GeneratedProduct {
    let label = label(file);
    match std::fs::read_to_string(file) {
        Ok(text) => from_text(label, &text),
        Err(error) => {
            let mut product = from_text(label, "");
            product.failures = vec![format!("cannot read {}: {error}", file.display())];
            product
        }
    }
}

/// Imports and generates one metadata text.
pub fn from_text(label: String, text: &str) -> GeneratedProduct {
    let started = ThreadTime::now();
    let imported = import::read(text);
    let import = started.elapsed();
    let failures = imported.report.refusals.iter().map(|refusal| {
        let operation = refusal.operation.as_deref().unwrap_or_default();
        format!("import: {} {operation} {refusal}", imported.report.product)
    });
    let mut product = GeneratedProduct {
        label,
        operations: imported.report.operations,
        generated: 0,
        unsupported: imported.report.unsupported.clone(),
        types: 0,
        lines: 0,
        import,
        generate: Duration::ZERO,
        failures: failures.collect(),
        crates: Vec::new(),
        files: FileSet::default(),
        service: imported.service,
    };
    generate(&mut product);
    product
}

fn generate(product: &mut GeneratedProduct) {
    let Some(service) = &product.service else {
        return;
    };
    let started = ThreadTime::now();
    let label = format!("api-specs/{}/{}", service.code, service.version);
    // On this thread, whose processor time is measured.
    match lower_and_emit(service, &label, &layout(), 1) {
        Ok((_, files)) => {
            product.generated = service
                .operations
                .iter()
                .filter(|operation| operation.unsupported.is_none())
                .count();
            product.crates = vec![
                format!("{}-model", service.crate_name),
                service.crate_name.clone(),
            ];
            product.files = files;
        }
        Err(error) => product.failures.push(error.to_string()),
    }
    product.generate += started.elapsed();
    count(product);
}

/// Returns the processor time of the printing part of generation: the generated files are parsed as
/// Rust and printed again.
pub(super) fn printing(files: &FileSet) -> Duration {
    let mut time = Duration::ZERO;
    for (_, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        if let Ok(file) = syn::parse_file(text) {
            let started = ThreadTime::now();
            std::hint::black_box(prettyplease::unparse(&file));
            time += started.elapsed();
        }
    }
    time
}

fn count(product: &mut GeneratedProduct) {
    (product.types, product.lines) = (0, 0);
    for (path, text) in product
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs"))
    {
        product.lines += text.lines().count();
        if path
            .split('/')
            .next()
            .is_some_and(|name| name.ends_with("-model"))
        {
            let is_type =
                |line: &&str| line.starts_with("pub struct ") || line.starts_with("pub enum ");
            product.types += text.lines().filter(is_type).count();
        }
    }
}

/// Returns `ecs/2014-05-26`, from the path of a file in it.
fn label(file: &Path) -> String {
    let mut names = file.components().rev().skip(1).take(2);
    let mut next = || {
        names
            .next()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let version = next();
    format!("{}/{version}", next())
}

/// Gives all versions of a product but the newest a crate name that contains the version, as an
/// import of all of them does.
pub(super) fn tell_versions_apart(products: &mut [GeneratedProduct]) {
    for index in 0..products.len() {
        let Some((earlier, rest)) = products
            .get_mut(index..)
            .and_then(<[GeneratedProduct]>::split_first_mut)
        else {
            return;
        };
        let Some(service) = &mut earlier.service else {
            continue;
        };
        let newer = rest.iter().any(|other| {
            other
                .service
                .as_ref()
                .is_some_and(|other| other.code == service.code && other.version > service.version)
        });
        if newer {
            service.crate_name = import::versioned_crate_name(service);
            generate(earlier);
        }
    }
}
