//! What an import found, repaired, left out and refused.

use super::json::JsonPath;
use crate::diff::{Change, ChangeCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

macro_rules! rules {
    ($($(#[doc = $about:literal])+ $variant:ident => $name:literal,)+) => {
        /// A named rule of the importer. `docs/import.md` explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule {
            $($(#[doc = $about])+ $variant,)+
        }

        impl Rule {
            /// All rules, in the order of `docs/import.md`.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)+];

            /// Returns the name in reports: `duplicate-parameter-merged`.
            pub fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }
        }
    };
}

rules! {
    /// The same key twice in one object; the first wins.
    DuplicateKey => "duplicate-key",
    /// An empty list in place of a map (PHP export); read as an empty map.
    EmptyListAsMap => "empty-list-as-map",
    /// An unknown key; ignored.
    UnknownKey => "unknown-key",
    /// A key in another spelling, `ref` or `enumValues`; read as the usual one.
    KeyRespelled => "key-respelled",
    /// A text of another type; ignored.
    TextIgnored => "text-ignored",
    /// A region is listed twice with the same host; kept once.
    EndpointRepeated => "endpoint-repeated",
    /// A host with blanks around it; trimmed.
    EndpointTrimmed => "endpoint-trimmed",
    /// An invalid host or region; ignored.
    EndpointRefused => "endpoint-refused",
    /// A region with two public hosts; the one that follows the rule wins, else the first.
    EndpointConflict => "endpoint-conflict",
    /// An operation without methods; an RPC operation gets POST.
    MethodsMissing => "methods-missing",
    /// An unknown method; ignored.
    MethodUnknown => "method-unknown",
    /// An operation without a 2xx response; taken as empty.
    ResponseMissing => "response-missing",
    /// Several 2xx responses; one schema is used.
    ResponsesMerged => "responses-merged",
    /// An invalid status code of a response; ignored.
    ResponseCodeUnknown => "response-code-unknown",
    /// A parameter listed twice at the same place; merged, `required` wins.
    DuplicateParameterMerged => "duplicate-parameter-merged",
    /// A parameter at two places; the first in the order path, query, form, header, body wins.
    ParameterAtTwoPlaces => "parameter-at-two-places",
    /// A header that the client writes itself; removed.
    CoreHeaderRemoved => "core-header-removed",
    /// A form parameter of an operation without a body; sent in the query.
    FormMovedToQuery => "form-moved-to-query",
    /// An array or object in the query or form without a style; written as `flat`.
    StyleMissing => "style-missing",
    /// A style on a scalar; ignored.
    StyleOnScalar => "style-on-scalar",
    /// Square brackets around a placeholder of the path; replaced by braces.
    PathBrackets => "path-brackets",
    /// A placeholder without a parameter; a required string parameter is added.
    PathParameterAdded => "path-parameter-added",
    /// A path parameter without a placeholder; sent in the query.
    PathParameterMoved => "path-parameter-moved",
    /// The path ends in `*` and one parameter holds the whole of it.
    PathFromParameter => "path-from-parameter",
    /// A reference to a missing schema; replaced by any JSON.
    DanglingRefAny => "dangling-ref-any",
    /// A schema that refers only to itself; replaced by any JSON.
    RefCycleAny => "ref-cycle-any",
    /// Parts of a schema that contradict its type; the type wins.
    ContradictoryType => "contradictory-type",
    /// An unknown type; replaced by any JSON.
    TypeUnknown => "type-unknown",
    /// A format without a meaning for its type; ignored.
    FormatIgnored => "format-ignored",
    /// Bytes inside JSON or a query, which travel as text; replaced by a string.
    BinaryAsText => "binary-as-text",
    /// A shared schema whose name cannot be referred to; renamed.
    ComponentRenamed => "component-renamed",
    /// Shared schemas that contain each other through required properties without end; one property
    /// becomes optional.
    RequiredCycleOpened => "required-cycle-opened",
    /// An enum value with blanks around it; trimmed.
    EnumValueTrimmed => "enum-value-trimmed",
    /// An empty or repeated enum value; removed.
    EnumValueRemoved => "enum-value-removed",
    /// Enum values on a type other than string; listed in the description.
    EnumDescribed => "enum-described",
    /// Values of the parameter `RegionId`, such as the one region of a test; ignored.
    RegionEnumIgnored => "region-enum-ignored",
    /// A limit that does not fit its type; ignored.
    LimitIgnored => "limit-ignored",
    /// A default that is not a value of its type; ignored.
    DefaultIgnored => "default-ignored",
    /// An example that is not a value of its type; ignored.
    ExampleIgnored => "example-ignored",
    /// An invalid error code or status; ignored.
    ErrorCodeIgnored => "error-code-ignored",
    /// An invalid RAM action, resource or condition; ignored.
    RamIgnored => "ram-ignored",
    /// A limit of requests that is not one, or one of several; ignored.
    RateLimitIgnored => "rate-limit-ignored",
    /// Response headers, which are available by name but not as fields; ignored.
    ResponseHeadersNotModelled => "response-headers-not-modelled",
    /// Core cannot send requests to the gateway of the product; the operation gets types only.
    OwnGateway => "own-gateway",
    /// The operation needs a feature that core does not support; it gets types only.
    Unsupported => "unsupported",
    /// An operation of the specification that is no longer in the metadata; removed.
    OperationRemoved => "operation-removed",
    /// A part of the specification that is not in the metadata, or was refused there; kept.
    MissingKept => "missing-kept",
    /// A part of the specification that is not in the metadata; removed, because of `--prune` or
    /// because it contradicts the metadata.
    MissingRemoved => "missing-removed",
    /// `--crate` differs from the name in the specification; the name in the specification stays.
    CrateKept => "crate-kept",
    /// A required parameter became optional; it stays an argument of the method.
    ArgumentsKept => "arguments-kept",
    /// A decision of the specification that no longer fits the metadata; removed.
    DecisionDropped => "decision-dropped",
    /// A new state that no list of a waiter has; the wait continues in it.
    WaiterStateAdded => "waiter-state-added",
    /// A type in the specification that the metadata does not contradict; kept.
    TypeKept => "type-kept",
}

/// One application of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The operation, unless it concerns the product.
    pub operation: Option<String>,
    /// JSONPath in the metadata.
    pub path: String,
    /// What was found, and what the rule did.
    pub message: String,
}

/// A part of the metadata that cannot be imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The operation, unless it concerns the product.
    pub operation: Option<String>,
    /// JSONPath in the metadata.
    pub path: String,
    /// What was found and what was expected.
    pub message: String,
}

impl Refusal {
    /// Creates a refusal at `path`; the caller fills in the operation.
    pub fn new(path: &JsonPath<'_>, message: impl Into<String>) -> Self {
        Self {
            operation: None,
            path: path.to_string(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// How certain an inference is. `docs/import.md` has the confidence of each rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A guess for a person to confirm.
    Low,
    /// Usually right.
    Medium,
    /// Follows from the names and types of the operation.
    High,
}

impl Confidence {
    /// Returns `low`, `medium` or `high`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A conclusion from names and shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// What was inferred: `pagination`, `idempotency`, `class`, `sensitive`, ...
    pub subject: &'static str,
    /// The operation, or `components` for shared schemas.
    pub operation: String,
    /// How certain it is.
    pub confidence: Confidence,
    /// The conclusion, in short.
    pub conclusion: String,
}

/// The report of the import of one product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The file that was read; empty if the text is from elsewhere.
    pub file: String,
    /// Product code, as far as it could be read.
    pub product: String,
    /// API version, as far as it could be read.
    pub version: String,
    /// Operations in the metadata.
    pub operations: usize,
    /// What the rules did.
    pub findings: Vec<Finding>,
    /// What was concluded.
    pub inferences: Vec<Inference>,
    /// What was refused; by default nothing is written if there is any.
    pub refusals: Vec<Refusal>,
    /// Operations that get types only, with the reason.
    pub unsupported: Vec<(String, String)>,
    /// Whether the facts of the last import were known: then only what changed since is reported.
    pub is_refresh: bool,
    /// What changes in the specification, and what does not although the metadata changed.
    pub changes: Vec<Change>,
    /// What a person should know about the source.
    pub notes: Vec<String>,
    /// Files that were written, relative to the directory of the specifications.
    pub written: Vec<String>,
}

impl Report {
    /// Records what a rule did.
    pub fn find(
        &mut self,
        rule: Rule,
        operation: Option<&str>,
        path: &JsonPath<'_>,
        message: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule,
            operation: operation.map(str::to_owned),
            path: path.to_string(),
            message: message.into(),
        });
    }

    /// Records a conclusion.
    pub fn infer(
        &mut self,
        subject: &'static str,
        operation: &str,
        confidence: Confidence,
        conclusion: impl Into<String>,
    ) {
        self.inferences.push(Inference {
            subject,
            operation: operation.to_owned(),
            confidence,
            conclusion: conclusion.into(),
        });
    }

    /// Returns the report for people: totals by rule and subject, each refusal, and each uncertain
    /// conclusion. `verbose` lists everything.
    pub fn to_text(&self, verbose: bool) -> String {
        let mut text = match self.product.as_str() {
            "" => self.file.clone(),
            product => format!("{product} {}", self.version),
        };
        let _ = write!(text, ": {} operations", self.operations);
        if !self.unsupported.is_empty() {
            let _ = write!(text, ", {} with types only", self.unsupported.len());
        }
        if !self.refusals.is_empty() {
            let _ = write!(text, ", {} refused", self.refusals.len());
        }
        if self.is_silent() {
            text.push_str(", nothing changed\n");
            return text;
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "  note: {note}");
        }
        for refusal in &self.refusals {
            let _ = writeln!(
                text,
                "  error: {} {}",
                self.place(refusal.operation.as_deref()),
                refusal
            );
        }
        self.write_changes(&mut text, verbose);
        self.write_unsupported(&mut text);
        for (rule, findings) in self.by_rule() {
            let _ = writeln!(text, "  {:<28} {}", rule.name(), findings.len());
            let shown = if verbose { findings.len() } else { 3 };
            for finding in findings.iter().take(shown) {
                let _ = writeln!(text, "    {}: {}", finding.path, finding.message);
            }
            if findings.len() > shown {
                let _ = writeln!(text, "    and {} more", findings.len() - shown);
            }
        }
        self.write_inferences(&mut text, verbose);
        for file in &self.written {
            let _ = writeln!(text, "  wrote {file}");
        }
        text
    }

    /// Returns whether a refresh found nothing to report.
    fn is_silent(&self) -> bool {
        self.is_refresh
            && self.notes.is_empty()
            && self.refusals.is_empty()
            && self.changes.is_empty()
            && self.unsupported.is_empty()
            && self.findings.is_empty()
            && self.inferences.is_empty()
            && self.written.is_empty()
    }

    /// Writes a line for each change, worst first. Changed texts are many, and nothing follows from
    /// them.
    fn write_changes(&self, text: &mut String, verbose: bool) {
        let is_text = |change: &&Change| change.code == ChangeCode::TextChanged;
        let mut changes: Vec<&Change> = self.changes.iter().filter(|c| !is_text(c)).collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.code.verdict()));
        for change in changes {
            let _ = writeln!(text, "  {:<10} {change}", change.code.verdict().name());
        }
        let texts: Vec<&Change> = self.changes.iter().filter(is_text).collect();
        if texts.is_empty() {
            return;
        }
        let _ = writeln!(text, "  {} texts changed in the metadata", texts.len());
        let shown = if verbose { texts.len() } else { 5 };
        for change in texts.iter().take(shown) {
            let _ = writeln!(text, "    {}", change.at);
        }
        if texts.len() > shown {
            let _ = writeln!(text, "    and {} more", texts.len() - shown);
        }
    }

    fn place(&self, operation: Option<&str>) -> String {
        match operation {
            Some(operation) => format!("{} {operation}", self.product),
            None if self.product.is_empty() => self.file.clone(),
            None => self.product.clone(),
        }
    }

    fn write_unsupported(&self, text: &mut String) {
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (operation, reason) in &self.unsupported {
            by_reason.entry(reason).or_default().push(operation);
        }
        for (reason, operations) in by_reason {
            let _ = writeln!(
                text,
                "  types only: {reason}\n    {}",
                operations.join(", ")
            );
        }
    }

    fn write_inferences(&self, text: &mut String, verbose: bool) {
        let mut totals: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for inference in &self.inferences {
            *totals
                .entry((inference.subject, inference.confidence.name()))
                .or_default() += 1;
        }
        for ((subject, confidence), count) in totals {
            let _ = writeln!(
                text,
                "  inferred {subject} ({confidence} confidence): {count}"
            );
        }
        let listed = self
            .inferences
            .iter()
            .filter(|inference| verbose || inference.confidence == Confidence::Low);
        for inference in listed {
            let ask = if inference.confidence == Confidence::Low {
                "please check "
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "    {ask}{}: {} {}",
                inference.operation, inference.subject, inference.conclusion
            );
        }
    }

    fn by_rule(&self) -> BTreeMap<Rule, Vec<&Finding>> {
        let mut groups: BTreeMap<Rule, Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            groups.entry(finding.rule).or_default().push(finding);
        }
        groups
    }

    /// Returns the whole report as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "file": self.file,
            "product": self.product,
            "version": self.version,
            "operations": self.operations,
            "refusals": self.refusals.iter().map(|refusal| json!({
                "product": self.product,
                "operation": refusal.operation,
                "path": refusal.path,
                "message": refusal.message,
            })).collect::<Value>(),
            "unsupported": self.unsupported.iter().map(|(operation, reason)| json!({
                "operation": operation,
                "reason": reason,
            })).collect::<Value>(),
            "findings": self.findings.iter().map(|finding| json!({
                "rule": finding.rule.name(),
                "operation": finding.operation,
                "path": finding.path,
                "message": finding.message,
            })).collect::<Value>(),
            "inferences": self.inferences.iter().map(|inference| json!({
                "subject": inference.subject,
                "operation": inference.operation,
                "confidence": inference.confidence.name(),
                "conclusion": inference.conclusion,
            })).collect::<Value>(),
            "changes": self.changes.iter().map(Change::to_json).collect::<Value>(),
            "notes": self.notes,
            "written": self.written,
        })
    }
}
