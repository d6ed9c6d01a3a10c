//! What an import found, repaired, left out and refused.

use super::json::JsonPath;
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

            /// The name in reports: `duplicate-parameter-merged`.
            pub fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }
        }
    };
}

rules! {
    /// The same key twice in one object; the first counts.
    DuplicateKey => "duplicate-key",
    /// An empty list where a map belongs (PHP export); read as an empty map.
    EmptyListAsMap => "empty-list-as-map",
    /// A key that no rule knows; left out.
    UnknownKey => "unknown-key",
    /// A region is listed twice with the same host; once is enough.
    EndpointRepeated => "endpoint-repeated",
    /// A host had blanks around it.
    EndpointTrimmed => "endpoint-trimmed",
    /// A host or region that is none; left out.
    EndpointRefused => "endpoint-refused",
    /// A region has two public hosts; the one that follows the rule counts, else the first.
    EndpointConflict => "endpoint-conflict",
    /// The operation has no methods; POST is taken for RPC.
    MethodsMissing => "methods-missing",
    /// A method that is none; left out.
    MethodUnknown => "method-unknown",
    /// The operation has no successful answer; it is taken to be empty.
    ResponseMissing => "response-missing",
    /// Several 2xx answers; one schema is taken.
    ResponsesMerged => "responses-merged",
    /// A response code that is none; left out.
    ResponseCodeUnknown => "response-code-unknown",
    /// A parameter stands twice at the same place; merged, `required` wins.
    DuplicateParameterMerged => "duplicate-parameter-merged",
    /// A parameter stands at two places; the first in the order path, query, form, header, body counts.
    ParameterAtTwoPlaces => "parameter-at-two-places",
    /// A header that the client itself writes; left out.
    CoreHeaderRemoved => "core-header-removed",
    /// A form parameter of an operation without a body; sent in the query.
    FormMovedToQuery => "form-moved-to-query",
    /// An array or object in the query or form without a style; `flat` is taken.
    StyleMissing => "style-missing",
    /// A style on a scalar; left out.
    StyleOnScalar => "style-on-scalar",
    /// Square brackets around a placeholder of the path; replaced by braces.
    PathBrackets => "path-brackets",
    /// A placeholder without a parameter; a required string parameter is added.
    PathParameterAdded => "path-parameter-added",
    /// A path parameter without a placeholder; sent in the query.
    PathParameterMoved => "path-parameter-moved",
    /// The path ends in `*` and one parameter holds the whole of it.
    PathFromParameter => "path-from-parameter",
    /// A reference to a schema that is not there; any JSON is taken.
    DanglingRefAny => "dangling-ref-any",
    /// A schema that refers to nothing but itself; any JSON is taken.
    RefCycleAny => "ref-cycle-any",
    /// Parts of a schema contradict its type; the type counts.
    ContradictoryType => "contradictory-type",
    /// A type that is none; any JSON is taken.
    TypeUnknown => "type-unknown",
    /// A format that means nothing for its type; left out.
    FormatIgnored => "format-ignored",
    /// Bytes inside JSON or a query travel as text; a string is taken.
    BinaryAsText => "binary-as-text",
    /// A shared schema whose name cannot be referred to; renamed.
    ComponentRenamed => "component-renamed",
    /// Shared schemas that contain each other through required properties, without end; one of these is taken as optional.
    RequiredCircleOpened => "required-circle-opened",
    /// An enum value with blanks around it; trimmed.
    EnumValueTrimmed => "enum-value-trimmed",
    /// An empty or repeated enum value; left out.
    EnumValueRemoved => "enum-value-removed",
    /// Enum values on something that is no string; described in the text.
    EnumDescribed => "enum-described",
    /// A limit that does not fit its type; left out.
    LimitIgnored => "limit-ignored",
    /// A default that is no value of its type; left out.
    DefaultIgnored => "default-ignored",
    /// An example that is no value of its type; left out.
    ExampleIgnored => "example-ignored",
    /// An error code or status that is none; left out.
    ErrorCodeIgnored => "error-code-ignored",
    /// Response headers are reachable by name but are no fields; left out.
    ResponseHeadersNotModelled => "response-headers-not-modelled",
    /// The gateway of the product takes no request of ours; the operation gets types only.
    OwnGateway => "own-gateway",
    /// The operation needs a feature that no gateway style of ours has; it gets types only.
    Unsupported => "unsupported",
    /// An operation of the specification is gone from the metadata; removed.
    OperationRemoved => "operation-removed",
    /// Something of the specification is not in the metadata, or was refused there; it stays.
    MissingKept => "missing-kept",
    /// Something of the specification is not in the metadata; it goes, since pruning was asked for or it contradicts the metadata.
    MissingRemoved => "missing-removed",
    /// Another name was asked for than the crate has in the specification; it stays.
    CrateKept => "crate-kept",
    /// A required flag changed and the arguments of the method were kept.
    ArgumentsKept => "arguments-kept",
    /// A decision of the specification no longer fits the metadata; removed.
    DecisionDropped => "decision-dropped",
    /// A type chosen in the specification stays, since the metadata says nothing against it.
    TypeKept => "type-kept",
}

/// One thing that a rule did.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The operation, unless it concerns the product.
    pub operation: Option<String>,
    /// JSON path in the metadata.
    pub path: String,
    /// What was found and what was made of it.
    pub message: String,
}

/// Something that cannot be imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The operation, unless it concerns the product.
    pub operation: Option<String>,
    /// JSON path in the metadata.
    pub path: String,
    /// What was found and what was expected.
    pub message: String,
}

impl Refusal {
    /// A refusal at `path`; the operation is filled in by whoever knows it.
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

/// How sure an inference is. `docs/import.md` says what each rule is sure of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A guess for a person to confirm.
    Low,
    /// Usually right.
    Medium,
    /// Follows from the shape of the operation.
    High,
}

impl Confidence {
    /// `low`, `medium` or `high`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Something the importer concluded from names and shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// What was inferred: `pagination`, `idempotency`, `class`, `sensitive`, ...
    pub subject: &'static str,
    /// The operation, or `components` for shared schemas.
    pub operation: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The conclusion, in short.
    pub conclusion: String,
}

/// All that an import of one product has to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The file that was read; empty where the text came from elsewhere.
    pub file: String,
    /// Product code, as far as it could be read.
    pub product: String,
    /// API version, as far as it could be read.
    pub version: String,
    /// Operations in the metadata.
    pub operations: usize,
    /// What rules did.
    pub findings: Vec<Finding>,
    /// What was concluded.
    pub inferences: Vec<Inference>,
    /// What was refused; nothing is written when there is any.
    pub refusals: Vec<Refusal>,
    /// Operations that get types only, with the reason.
    pub unsupported: Vec<(String, String)>,
    /// Files that were or would be written, relative to the directory of the specs.
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

    /// For people: totals by rule and subject, then each refusal and each uncertain conclusion. `verbose` lists everything.
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
        text.push('\n');
        for refusal in &self.refusals {
            let _ = writeln!(
                text,
                "  error: {} {}",
                self.place(refusal.operation.as_deref()),
                refusal
            );
        }
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

    /// For programs: everything.
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
            "written": self.written,
        })
    }
}
