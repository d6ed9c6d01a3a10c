//! Faults: which requests they apply to, how often, and what happens.
//!
//! [`Faults::plan`] decides for each request. The gateway executes the request or not and writes
//! the reply (`gateway/mod.rs`); the server delays, truncates or breaks the connection
//! (`server/connections.rs`).

use crate::explain;
use crate::ids;
use crate::paging::PageShape;
use crate::timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// A fault for some of the future requests.
///
/// By default a fault applies to every request, before the request is executed, until it is
/// removed. Set it with [`Emulator::inject`](crate::Emulator::inject), in a seed, or with
/// `POST /_emulator/faults`.
///
/// ```
/// use alibabacloud_emulator::Fault;
/// use std::time::Duration;
///
/// // The second and third ListExecutions are throttled.
/// let fault = Fault::throttle(Some(Duration::from_millis(200)))
///     .operation("ListExecutions")
///     .skip(1)
///     .times(2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
#[must_use = "a fault has no effect until it is injected"]
pub struct Fault {
    #[serde(flatten)]
    selection: RequestSelection,
    #[serde(flatten)]
    kind: FaultKind,
}

/// Which requests a fault applies to, and when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct RequestSelection {
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    skip: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    executed: bool,
}

/// The fields of a [`RequestSelection`].
const SELECTION: [&str; 6] = [
    "operation",
    "skip",
    "times",
    "probability",
    "seed",
    "executed",
];

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum FaultKind {
    /// The response is delayed. Other faults can apply to the same request.
    Latency {
        /// The delay, in milliseconds.
        millis: u64,
    },
    /// The error `Throttling.User`.
    Throttle {
        /// The value of the header `x-acs-retry-after`, in milliseconds; `None` omits the header.
        #[serde(default)]
        retry_after_millis: Option<u64>,
        /// The HTTP status: 400, as most services use, or 429.
        #[serde(default = "throttle_status")]
        status: u16,
    },
    /// An error response.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// The error message.
        #[serde(default)]
        message: String,
    },
    /// The connection is closed without a response.
    Drop,
    /// The connection is reset (TCP RST) without a response.
    Reset,
    /// The body is shorter than `content-length`, and the connection is closed.
    Truncate {
        /// How many bytes of the body are sent.
        bytes: usize,
    },
    /// An HTML page, as a proxy returns.
    Html {
        /// The HTTP status.
        status: u16,
    },
    /// A body that is not valid JSON, although `content-type` says so.
    Garbage,
    /// The gateway's clock is wrong for this request, in the header `date` and in the check of the
    /// timestamp.
    ClockOffset {
        /// How far the clock is ahead, in milliseconds; negative when it is behind.
        millis: i64,
    },
    /// The security token counts as expired.
    ExpiredToken,
    /// The pages of lists are smaller than requested, and some are empty, although others follow.
    /// The seed of the fault and the parameters of the list decide which. Other faults can apply to
    /// the same request.
    ///
    /// The fault must apply to all requests of a list or to none: page numbers then mean other
    /// items.
    Pages {
        /// Maximum items on a page.
        max_items: u32,
        /// The share of empty pages, from 0 to 1; at most two in a row are empty.
        #[serde(default)]
        holes: f64,
    },
}

fn throttle_status() -> u16 {
    400
}

/// Reads a fault from JSON or YAML. Unknown fields are errors, which `deny_unknown_fields` cannot
/// report for a kind whose fields are beside the others.
impl TryFrom<Map<String, Value>> for Fault {
    type Error = String;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, String> {
        let selection = SELECTION
            .iter()
            .filter_map(|name| fields.remove_entry(*name))
            .collect();
        let selection: RequestSelection =
            serde_json::from_value(Value::Object(selection)).map_err(|error| error.to_string())?;
        let kind: FaultKind =
            serde_json::from_value(Value::Object(fields.clone())).map_err(|error| {
                let sent: Vec<&str> = fields.keys().map(String::as_str).collect();
                let message = error.to_string();
                explain::misspelt_field(&message, &sent).unwrap_or(message)
            })?;
        let known = serde_json::to_value(&kind).map_err(|error| error.to_string())?;
        let known = known.as_object().into_iter().flat_map(Map::keys);
        let known: Vec<&str> = SELECTION
            .into_iter()
            .chain(known.map(String::as_str))
            .collect();
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(explain::unknown_field(name, &known)),
            None => Ok(Self { selection, kind }),
        }
    }
}

impl Fault {
    /// Creates a fault.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            selection: RequestSelection::default(),
            kind,
        }
    }

    /// Creates a fault that throttles: `Throttling.User` with status 400, with or without the
    /// header `x-acs-retry-after`.
    pub fn throttle(retry_after: Option<Duration>) -> Self {
        let retry_after_millis = retry_after.map(timestamp::millis);
        Self::new(FaultKind::Throttle {
            retry_after_millis,
            status: throttle_status(),
        })
    }

    /// Creates a fault that returns an error response.
    pub fn error(status: u16, code: impl Into<String>) -> Self {
        Self::new(FaultKind::Error {
            status,
            code: code.into(),
            message: "Injected fault.".to_owned(),
        })
    }

    /// Creates a fault that delays the response.
    pub fn latency(by: Duration) -> Self {
        Self::new(FaultKind::Latency {
            millis: timestamp::millis(by),
        })
    }

    /// Creates a fault that makes the pages of lists smaller, and a share of them, from 0 to 1,
    /// empty.
    pub fn pages(max_items: u32, holes: f64, seed: u64) -> Self {
        let mut fault = Self::new(FaultKind::Pages { max_items, holes });
        fault.selection.seed = Some(seed);
        fault
    }

    /// Applies only to requests for this operation. A trailing `*` matches any suffix (`List*`).
    pub fn operation(mut self, pattern: impl Into<String>) -> Self {
        self.selection.operation = Some(pattern.into());
        self
    }

    /// Skips this many matching requests.
    pub fn skip(mut self, requests: u32) -> Self {
        self.selection.skip = requests;
        self
    }

    /// Applies to this many requests, then ends.
    pub fn times(mut self, requests: u32) -> Self {
        self.selection.times = Some(requests);
        self
    }

    /// Applies to a matching request with this probability from 0 to 1. The same seed always
    /// selects the same requests.
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.selection.probability = Some(probability);
        self.selection.seed = Some(seed);
        self
    }

    /// Executes the request first and then applies the fault to its response, so that the client
    /// cannot know whether its call took effect.
    pub fn executed(mut self) -> Self {
        self.selection.executed = true;
        self
    }

    /// Checks that the fault can apply to one of these operations.
    ///
    /// # Errors
    ///
    /// Describes what can never apply.
    pub(crate) fn check(&self, operations: &[&str]) -> Result<(), String> {
        if let Some(pattern) = self.selection.operation.as_deref() {
            if !operations.iter().any(|operation| self.matches(operation)) {
                return Err(explain::no_operation(pattern, operations));
            }
        }
        if let Some(probability) = self.selection.probability {
            if !(0.0..=1.0).contains(&probability) {
                return Err(format!(
                    "invalid probability {probability}: expected 0 to 1"
                ));
            }
        }
        match &self.kind {
            FaultKind::Throttle { status, .. }
            | FaultKind::Error { status, .. }
            | FaultKind::Html { status }
                if !(200..=599).contains(status) =>
            {
                Err(format!("invalid status {status}: expected 200 to 599"))
            }
            FaultKind::Pages { max_items: 0, .. } => {
                Err("invalid max_items 0: expected at least 1".to_owned())
            }
            FaultKind::Pages { holes, .. } if !(0.0..=1.0).contains(holes) => {
                Err(format!("invalid holes {holes}: expected 0 to 1"))
            }
            _ => Ok(()),
        }
    }

    fn matches(&self, operation: &str) -> bool {
        match self.selection.operation.as_deref() {
            None => true,
            Some(pattern) => match pattern.strip_suffix('*') {
                Some(start) => operation.starts_with(start),
                None => pattern == operation,
            },
        }
    }
}

/// What the faults do to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FaultPlan {
    pub(crate) latency: Duration,
    pub(crate) clock_offset: i64,
    pub(crate) expired_token: bool,
    pub(crate) pages: Option<PageShape>,
    /// What happens instead of the usual response, and whether the request is executed before.
    pub(crate) fault: Option<(FaultKind, bool)>,
}

/// The active faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<ActiveFault>,
}

#[derive(Debug)]
struct ActiveFault {
    fault: Fault,
    seen: u32,
    applied: u32,
    random: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.selection.times == Some(0) {
            return;
        }
        self.active.push(ActiveFault {
            seen: 0,
            applied: 0,
            random: fault.selection.seed.unwrap_or_default(),
            fault,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// Returns the faults that have not ended.
    pub(crate) fn list(&self) -> Vec<&Fault> {
        self.active.iter().map(|active| &active.fault).collect()
    }

    /// Decides what the faults do to a request, and counts it.
    pub(crate) fn plan(&mut self, operation: &str) -> FaultPlan {
        let mut plan = FaultPlan::default();
        for active in &mut self.active {
            if plan.fault.is_some() {
                break;
            }
            if active.fault.matches(operation) && active.applies() {
                active.applied += 1;
                apply(&active.fault, &mut plan);
            }
        }
        self.active.retain(|active| {
            active
                .fault
                .selection
                .times
                .is_none_or(|times| active.applied < times)
        });
        plan
    }
}

impl ActiveFault {
    fn applies(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        if self.seen <= self.fault.selection.skip {
            return false;
        }
        let Some(probability) = self.fault.selection.probability else {
            return true;
        };
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ids::fraction(ids::mix(self.random)) < probability
    }
}

fn apply(fault: &Fault, plan: &mut FaultPlan) {
    match &fault.kind {
        FaultKind::Latency { millis } => plan.latency += Duration::from_millis(*millis),
        FaultKind::ClockOffset { millis } => plan.clock_offset = *millis,
        FaultKind::ExpiredToken => plan.expired_token = true,
        FaultKind::Pages { max_items, holes } => {
            plan.pages = Some(PageShape {
                max_items: usize::try_from(*max_items).unwrap_or(usize::MAX),
                holes: *holes,
                seed: fault.selection.seed.unwrap_or_default(),
            });
        }
        kind => plan.fault = Some((kind.clone(), fault.selection.executed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_hit(faults: &mut Faults, operation: &str) -> bool {
        faults.plan(operation).fault.is_some()
    }

    #[test]
    fn a_fault_counts_its_operation_only() {
        let mut faults = Faults::default();
        faults.add(Fault::throttle(None).operation("List*").skip(1).times(2));
        let hits: Vec<bool> = ["ListA", "GetA", "ListA", "ListB", "ListA"]
            .map(|operation| is_hit(&mut faults, operation))
            .to_vec();
        assert_eq!(hits, [false, false, true, true, false]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_seed_always_selects_the_same_requests() {
        let draw = || {
            let mut faults = Faults::default();
            faults.add(Fault::error(500, "InternalError").probability(0.5, 7));
            (0..64)
                .map(|_| is_hit(&mut faults, "A"))
                .collect::<Vec<_>>()
        };
        let first = draw();
        assert_eq!(first, draw());
        let hits = first.iter().filter(|hit| **hit).count();
        assert!((16..48).contains(&hits), "{hits}");
    }

    #[test]
    fn latency_adds_to_another_fault() {
        let mut faults = Faults::default();
        faults.add(Fault::latency(Duration::from_millis(5)));
        faults.add(Fault::new(FaultKind::Drop));
        let plan = faults.plan("A");
        assert_eq!(plan.latency, Duration::from_millis(5));
        assert_eq!(plan.fault, Some((FaultKind::Drop, false)));
    }

    #[test]
    fn a_misspelt_fault_is_refused_with_what_is_meant() {
        for (json, part) in [
            (
                r#"{"kind": "drop", "tims": 1}"#,
                "unknown field `tims`, expected one of `operation`",
            ),
            (
                r#"{"kind": "throttle", "retry_after": 1}"#,
                "`retry_after_millis`",
            ),
            (
                r#"{"kind": "latency", "milis": 1}"#,
                "unknown field `milis`, expected `millis`",
            ),
            (
                r#"{"kind": "drop", "status": 500}"#,
                "unknown field `status`",
            ),
            (r#"{"kind": "drp"}"#, "unknown variant `drp`"),
            (r#"{"times": 1}"#, "missing field `kind`"),
            (r#"{"kind": "drop", "times": "x"}"#, "invalid type"),
        ] {
            let error = serde_json::from_str::<Fault>(json).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_fault_that_can_never_apply_is_refused() {
        let operations = ["GetTemplate", "ListTemplates"];
        let drop = || Fault::new(FaultKind::Drop);
        for (fault, part) in [
            (
                drop().operation("ListTemplate"),
                "closest are ListTemplates",
            ),
            (drop().operation("Lits*"), "closest are ListTemplates"),
            (drop().probability(1.5, 1), "invalid probability 1.5"),
            (drop().probability(f64::NAN, 1), "invalid probability NaN"),
            (Fault::error(42, "X"), "invalid status 42"),
            (Fault::pages(0, 0.5, 1), "invalid max_items 0"),
            (Fault::pages(1, 30.0, 1), "invalid holes 30"),
        ] {
            let error = fault.check(&operations).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        for fault in [drop(), drop().operation("*"), drop().operation("List*")] {
            assert_eq!(fault.check(&operations), Ok(()));
        }
    }

    #[test]
    fn a_fault_reads_from_json() {
        let fault: Fault = serde_json::from_str(r#"{"kind": "throttle", "retry_after_millis": 200, "operation": "ListExecutions", "times": 1}"#).unwrap();
        assert_eq!(
            fault,
            Fault::throttle(Some(Duration::from_millis(200)))
                .operation("ListExecutions")
                .times(1)
        );
    }
}
