//! `cargo xtask docs-report`: how much of each service is documented, and by what.

mod census;
mod most_used;
mod source;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus, invalid_value, is_json_format};
use crate::decisions;
use crate::repository;
use alibabacloud_codegen::glossary::{CommonGlossaries, Glossaries};
use alibabacloud_spec::{Loader, Locator, RamStatus, Service, find_specs};
use census::{DocumentedPlace, PlaceKind, places};
use lexopt::prelude::*;
use most_used::{MostUsedOperation, most_used};
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

  own               words of their own; a text that only repeats the name or the type does not count
  service glossary  else, words of api-specs/<product>/<version>/glossary.yaml
  common glossary   else, words of api-specs/glossary.yaml
  facts             no words, but facts: known values, limits, a default, a unit; of an operation
                    documented permissions, errors, changes
  none              none of these

and, as sums, those with words (own or of a glossary), and any (words or facts). What is shared by
operations counts once.

The row permissions counts the operations by what is known of the permissions that they need:
documented, none needed, or unknown.

The row most-used counts the operations that most users call, as `most-used` in decisions.yaml lists
them, and those of them whose documentation is complete: a description, another operation that it
names between backticks, and an example.

Options:
  --product CODE        report this product only; can be repeated
  --list                also list each place without words, and what the documentation of the most
                        used operations does not have, with file and line
  --min WHAT=PERCENT    fail if a service has less: operations, parameters or fields, a dot, and
                        own, words or any, such as parameters.words=80; or most-used, complete ones
                        of a list that must be there; can be repeated
  --format text|json    form of the report [default: text]
  --specs DIR           directory of specifications [default: api-specs]
  -h, --help            print this help

Exit code 1 if a service has less than --min.
";

#[derive(Debug)]
struct ReportOptions {
    products: Vec<String>,
    minimums: Vec<Minimum>,
    list: bool,
    json: bool,
    specs: PathBuf,
}

impl ReportOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            products: Vec::new(),
            minimums: Vec::new(),
            list: false,
            json: false,
            specs: repository::default_specs(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("product") => options.products.push(arguments.value()?.string()?),
                Long("min") => {
                    let value = arguments.value()?;
                    let minimum = value.to_str().and_then(Minimum::parse);
                    let expected = "a value such as parameters.words=80 or most-used=100";
                    let minimum = minimum.ok_or_else(|| invalid_value("--min", &value, expected));
                    options.minimums.push(minimum?);
                }
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

/// What a share is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// Own words.
    Own,
    /// Own words, or those of a glossary.
    Words,
    /// Words or facts.
    Any,
}

impl Measure {
    const ALL: [Self; 3] = [Self::Own, Self::Words, Self::Any];

    /// Those with a column that sums up others.
    const SUMS: [Self; 2] = [Self::Words, Self::Any];

    fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Words => "words",
            Self::Any => "any",
        }
    }

    fn includes(self, source: TextSource) -> bool {
        match self {
            Self::Own => source == TextSource::Own,
            Self::Words => source.is_words(),
            Self::Any => source != TextSource::Nothing,
        }
    }
}

/// A share that each service must have.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Minimum {
    share: Share,
    percent: f64,
}

/// What a minimum is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Share {
    /// Places with documentation.
    Places(PlaceKind, Measure),
    /// Operations of the list of the most used ones that are complete.
    MostUsed,
}

/// The name of the row about the most used operations, and of its minimum.
const MOST_USED: &str = "most-used";

impl Minimum {
    /// Reads `parameters.words=80` or `most-used=100`.
    fn parse(text: &str) -> Option<Self> {
        let (what, percent) = text.split_once('=')?;
        let percent: f64 = percent.parse().ok()?;
        let share = if what == MOST_USED {
            Share::MostUsed
        } else {
            let (kind, measure) = what.split_once('.')?;
            Share::Places(
                PlaceKind::ALL.into_iter().find(|k| k.name() == kind)?,
                Measure::ALL.into_iter().find(|m| m.name() == measure)?,
            )
        };
        let minimum = Self { share, percent };
        (0.0..=100.0).contains(&percent).then_some(minimum)
    }
}

/// The report on one service.
#[derive(Debug)]
struct ServiceReport {
    product: String,
    version: String,
    places: Vec<DocumentedPlace>,
    most_used: Vec<MostUsedOperation>,
    /// The status of the permissions of each operation.
    permissions: Vec<RamStatus>,
    /// Places without words: `file:line:column: place (facts)`; most used operations that are
    /// incomplete. `None` if they were not asked for.
    listed: Option<Vec<String>>,
}

impl ServiceReport {
    fn new(service: &Service, glossaries: &Glossaries<'_>, names: &[String]) -> Self {
        Self {
            product: service.code.clone(),
            version: service.version.clone(),
            places: places(service, glossaries),
            most_used: most_used(service, names),
            permissions: service
                .operations
                .iter()
                .map(|operation| service.permissions(operation).status)
                .collect(),
            listed: None,
        }
    }

    fn list(&mut self, locator: &Locator) {
        let without = self.places.iter().filter(|place| !place.source.is_words());
        let without = without.map(|DocumentedPlace { place, source, .. }| {
            let file = locator.locate(place).unwrap_or_default();
            format!("{file}: {place} ({})", source.name())
        });
        let incomplete = self.incomplete();
        let incomplete = incomplete.map(|MostUsedOperation { name, missing }| {
            let file = locator.locate(name).unwrap_or_default();
            format!("{file}: {name} ({MOST_USED}: {})", missing.join(", "))
        });
        self.listed = Some(without.chain(incomplete).collect());
    }

    /// Returns the most used operations whose documentation is not complete.
    fn incomplete(&self) -> impl Iterator<Item = &MostUsedOperation> {
        let operations = self.most_used.iter();
        operations.filter(|operation| !operation.missing.is_empty())
    }

    /// Returns the number of the most used operations, and of those that are complete.
    fn most_used_counts(&self) -> (usize, usize) {
        let total = self.most_used.len();
        (total, total - self.incomplete().count())
    }

    fn count(&self, kind: PlaceKind, is_wanted: impl Fn(TextSource) -> bool) -> usize {
        let places = self.places.iter().filter(|place| place.kind == kind);
        places.filter(|place| is_wanted(place.source)).count()
    }

    /// Returns the number of all places of a kind, and of those of each source and sum.
    fn counts(&self, kind: PlaceKind) -> (usize, Vec<(&'static str, usize)>) {
        let sources = TextSource::ALL.into_iter().map(|source| {
            let count = self.count(kind, |other| other == source);
            (source.name(), count)
        });
        let sums = Measure::SUMS.into_iter().map(|measure| {
            let count = self.count(kind, |source| measure.includes(source));
            (measure.name(), count)
        });
        (self.count(kind, |_| true), sources.chain(sums).collect())
    }

    /// Returns the number of operations by what is known of their permissions.
    fn permissions(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let statuses = [RamStatus::Documented, RamStatus::None, RamStatus::Unknown];
        statuses.into_iter().map(|status| {
            let same = self.permissions.iter().filter(|other| **other == status);
            (status.name(), same.count())
        })
    }

    /// Returns a line for each share that is too small.
    fn shortfalls(&self, minimums: &[Minimum]) -> String {
        let mut text = String::new();
        for minimum in minimums {
            let shortfall = match minimum.share {
                Share::Places(kind, measure) => self.places_shortfall(kind, measure, minimum),
                Share::MostUsed => self.most_used_shortfall(minimum),
            };
            if let Some(shortfall) = shortfall {
                let _ = writeln!(
                    text,
                    "error: {} {}: {shortfall}",
                    self.product, self.version
                );
            }
        }
        text
    }

    fn places_shortfall(
        &self,
        kind: PlaceKind,
        measure: Measure,
        minimum: &Minimum,
    ) -> Option<String> {
        let (count, total) = (
            self.count(kind, |source| measure.includes(source)),
            self.count(kind, |_| true),
        );
        let share = percent(count, total);
        // A service without such places has what it needs.
        (total > 0 && share < minimum.percent).then(|| {
            format!(
                "{share:.1} % of {} have {}, expected at least {} %",
                kind.name(),
                match measure {
                    Measure::Own => "own words",
                    Measure::Words => "words",
                    Measure::Any => "words or facts",
                },
                minimum.percent
            )
        })
    }

    fn most_used_shortfall(&self, minimum: &Minimum) -> Option<String> {
        let (total, complete) = self.most_used_counts();
        if total == 0 {
            return Some(format!("{} has no list `{MOST_USED}`", decisions::FILE));
        }
        let share = percent(complete, total);
        (share < minimum.percent).then(|| {
            let names: Vec<&str> = self.incomplete().map(|o| o.name.as_str()).collect();
            format!(
                "{share:.1} % of the most used operations are documented completely, expected at \
                 least {} %; not complete: {}",
                minimum.percent,
                names.join(", ")
            )
        })
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{} {}\n{:<12}{:>7}",
            self.product, self.version, "", "total"
        );
        let columns = TextSource::ALL.map(TextSource::name);
        for name in columns.into_iter().chain(Measure::SUMS.map(Measure::name)) {
            let _ = write!(text, "{name:>18}");
        }
        text.push('\n');
        for kind in PlaceKind::ALL {
            let (total, counts) = self.counts(kind);
            let _ = write!(text, "{:<12}{total:>7}", kind.name());
            for (_, count) in counts {
                let _ = write!(text, "{count:>10} {:>5.1} %", percent(count, total));
            }
            text.push('\n');
        }
        let (total, complete) = self.most_used_counts();
        let share = percent(complete, total);
        let _ = writeln!(
            text,
            "{MOST_USED:<12}{total:>7}{complete:>10} {share:>5.1} % complete"
        );
        let total = self.permissions.len();
        let _ = write!(text, "{:<12}{total:>7}", "permissions");
        for (name, count) in self.permissions() {
            let _ = write!(text, "  {name} {count} {:.1} %", percent(count, total));
        }
        text.push('\n');
        for line in self.listed.iter().flatten() {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    fn json(&self) -> Json {
        let mut report = Map::new();
        report.insert("product".to_owned(), json!(self.product));
        report.insert("version".to_owned(), json!(self.version));
        for kind in PlaceKind::ALL {
            let (total, counts) = self.counts(kind);
            let mut columns = Map::new();
            columns.insert("total".to_owned(), json!(total));
            for (name, count) in counts {
                columns.insert(name.replace(' ', "-"), json!(count));
            }
            report.insert(kind.name().to_owned(), Json::Object(columns));
        }
        let (total, complete) = self.most_used_counts();
        let most_used = json!({ "total": total, "complete": complete });
        report.insert(MOST_USED.to_owned(), most_used);
        let permissions: Map<String, Json> = self
            .permissions()
            .map(|(name, count)| (name.to_owned(), json!(count)))
            .collect();
        report.insert("permissions".to_owned(), Json::Object(permissions));
        if let Some(listed) = &self.listed {
            report.insert("places".to_owned(), json!(listed));
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
    let mut common = CommonGlossaries::with_defaults(repository::specs());
    let mut reports = Vec::new();
    for directory in &directories {
        let product = directory.parent().and_then(|path| path.file_name());
        let product = product.unwrap_or_default().to_string_lossy();
        if !options.products.is_empty() && !options.products.iter().any(|p| *p == product) {
            continue;
        }
        let service = Loader::new().load(directory).map_err(Failure::failed)?;
        let glossaries = common.of(directory, &service).map_err(Failure::failed)?;
        let names = decisions::most_used(directory)?;
        let mut report = ServiceReport::new(&service, &glossaries, &names);
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
    let shortfalls = reports.iter().map(|r| r.shortfalls(&options.minimums));
    let shortfalls: String = shortfalls.collect();
    if shortfalls.is_empty() {
        return Ok(TaskStatus::Clean);
    }
    let _ = std::io::stderr().write_all(shortfalls.as_bytes());
    Ok(TaskStatus::Findings)
}
