//! `cargo xtask docs-report`: how much of each service is documented, and by what.

mod census;
mod source;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus, is_json_format};
use crate::repository;
use alibabacloud_spec::{Loader, Locator, Service, find_specs};
use census::{DocumentedPlace, PlaceKind, places};
use lexopt::prelude::*;
use serde_json::{Map, Value as Json, json};
use source::TextSource;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

/// The text of `cargo xtask docs-report --help`.
pub const HELP: &str = "\
Report how much of each service has documentation, and where it comes from.

Usage: cargo xtask docs-report [options]

For operations, for parameters and fields of requests, and for fields of responses, the report has
the number and the share of those with

  own    words of their own; a text that only repeats the name or the type does not count
  facts  no words, but facts: known values, limits, a default; of an operation documented
         permissions, errors, changes
  none   neither

What is shared by operations counts once.

Options:
  --product CODE        report this product only; can be repeated
  --list                also list each place without words of its own, with file and line
  --format text|json    form of the report [default: text]
  --specs DIR           directory of specifications [default: api-specs]
  -h, --help            print this help
";

#[derive(Debug)]
struct ReportOptions {
    products: Vec<String>,
    list: bool,
    json: bool,
    specs: PathBuf,
}

impl ReportOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            products: Vec::new(),
            list: false,
            json: false,
            specs: repository::default_specs(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("product") => options.products.push(arguments.value()?.string()?),
                Long("list") => options.list = true,
                Long("format") => options.json = is_json_format(&arguments.value()?)?,
                Long("specs") => options.specs = arguments.value()?.into(),
                Short('h') | Long("help") => return Err(Failure::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// The report on one service.
#[derive(Debug)]
struct ServiceReport {
    product: String,
    version: String,
    places: Vec<DocumentedPlace>,
    /// Places without words of their own: `file:line:column: place (facts)`.
    listed: Vec<String>,
}

impl ServiceReport {
    fn new(service: &Service) -> Self {
        Self {
            product: service.code.clone(),
            version: service.version.clone(),
            places: places(service),
            listed: Vec::new(),
        }
    }

    fn list(&mut self, locator: &Locator) {
        let without = self
            .places
            .iter()
            .filter(|place| place.source != TextSource::Own);
        self.listed = without
            .map(|DocumentedPlace { place, source, .. }| {
                let file = locator.locate(place).unwrap_or_default();
                format!("{file}: {place} ({})", source.name())
            })
            .collect();
    }

    fn count(&self, kind: PlaceKind, source: Option<TextSource>) -> usize {
        let wanted = |place: &&DocumentedPlace| {
            place.kind == kind && source.is_none_or(|source| place.source == source)
        };
        self.places.iter().filter(wanted).count()
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{} {}\n{:<12}{:>7}",
            self.product, self.version, "", "total"
        );
        for source in TextSource::ALL {
            let _ = write!(text, "{:>16}", source.name());
        }
        text.push('\n');
        for kind in PlaceKind::ALL {
            let total = self.count(kind, None);
            let _ = write!(text, "{:<12}{total:>7}", kind.name());
            for source in TextSource::ALL {
                let count = self.count(kind, Some(source));
                let _ = write!(text, "{count:>8} {:>5.1} %", percent(count, total));
            }
            text.push('\n');
        }
        for line in &self.listed {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    fn json(&self) -> Json {
        let mut report = Map::new();
        report.insert("product".to_owned(), json!(self.product));
        report.insert("version".to_owned(), json!(self.version));
        for kind in PlaceKind::ALL {
            let mut counts = Map::new();
            counts.insert("total".to_owned(), json!(self.count(kind, None)));
            for source in TextSource::ALL {
                let count = self.count(kind, Some(source));
                counts.insert(source.name().to_owned(), json!(count));
            }
            report.insert(kind.name().to_owned(), Json::Object(counts));
        }
        if !self.listed.is_empty() {
            report.insert("places".to_owned(), json!(self.listed));
        }
        Json::Object(report)
    }
}

/// Returns a share in percent; everything of nothing.
fn percent(count: usize, total: usize) -> f64 {
    if total == 0 {
        return 0.0;
    }
    count as f64 * 100.0 / total as f64
}

/// Runs the task.
///
/// # Errors
///
/// Returns an error if the command line is invalid, a product does not exist, or a specification is
/// invalid.
pub fn run(arguments: Arguments) -> Outcome {
    let options = ReportOptions::parse(arguments)?;
    let place = options.specs.display();
    let directories = find_specs(&options.specs)
        .map_err(|error| Failure::failed(format!("error: cannot list {place}: {error}")))?;
    let mut reports = Vec::new();
    for directory in &directories {
        let product = directory.parent().and_then(|path| path.file_name());
        let product = product.unwrap_or_default().to_string_lossy();
        if !options.products.is_empty() && !options.products.iter().any(|p| *p == product) {
            continue;
        }
        let service = Loader::new().load(directory).map_err(Failure::failed)?;
        let mut report = ServiceReport::new(&service);
        if options.list {
            report.list(&Locator::open(directory));
        }
        reports.push(report);
    }
    let known = |product: &&String| reports.iter().any(|report| report.product == **product);
    if let Some(product) = options.products.iter().find(|product| !known(product)) {
        return Err(Failure::failed(format!(
            "error: {place} has no product `{product}`"
        )));
    }
    let text = if options.json {
        let services: Vec<Json> = reports.iter().map(ServiceReport::json).collect();
        format!("{:#}\n", json!({ "services": services }))
    } else {
        let texts: Vec<String> = reports.iter().map(ServiceReport::text).collect();
        texts.join("\n")
    };
    // A reader that closes the pipe early does not need the rest.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(TaskStatus::Clean)
}
