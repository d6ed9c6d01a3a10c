//! Faults to be injected: which requests, how often, and what happens to them.

use crate::ids;
use crate::timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A fault for some of the requests to come.
///
/// Without further words it meets every request, before the request is executed, until it is removed.
///
/// ```
/// use alibabacloud_emulator::Fault;
/// use std::time::Duration;
///
/// // The second and third ListExecutions are throttled.
/// let fault = Fault::throttle(Some(Duration::from_millis(200))).operation("ListExecutions").skip(1).times(2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    skip: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    executed: bool,
    #[serde(flatten)]
    kind: FaultKind,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum FaultKind {
    /// The answer comes late; other faults may meet the request as well.
    Latency {
        /// How late, in milliseconds.
        millis: u64,
    },
    /// `Throttling.User`.
    Throttle {
        /// Value of the header `x-acs-retry-after`, in milliseconds; without it there is no such header.
        #[serde(default)]
        retry_after_millis: Option<u64>,
        /// HTTP status: 400, as most services answer, or 429.
        #[serde(default = "throttle_status")]
        status: u16,
    },
    /// An error answer.
    Error {
        /// HTTP status.
        status: u16,
        /// Error code.
        code: String,
        /// Text for people.
        #[serde(default)]
        message: String,
    },
    /// The connection is closed and nothing is answered.
    Drop,
    /// The connection is reset (TCP RST) and nothing is answered.
    Reset,
    /// The body ends before the length that the header says, and the connection is closed.
    Truncate {
        /// How many bytes of the body arrive.
        bytes: usize,
    },
    /// An HTML page, as a proxy on the way would answer.
    Html {
        /// HTTP status.
        status: u16,
    },
    /// A body that is no JSON though the header says so.
    Garbage,
    /// The gateway's clock is off for this request: its `Date` and what it takes for the age of a timestamp.
    ClockOffset {
        /// How far it goes ahead, in milliseconds; negative when it is behind.
        millis: i64,
    },
    /// The security token counts as expired.
    ExpiredToken,
}

fn throttle_status() -> u16 {
    400
}

impl Fault {
    /// A fault of this kind.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            operation: None,
            skip: 0,
            times: None,
            probability: None,
            seed: None,
            executed: false,
            kind,
        }
    }

    /// `Throttling.User` with status 400, with the header `x-acs-retry-after` or without.
    pub fn throttle(retry_after: Option<Duration>) -> Self {
        let retry_after_millis = retry_after.map(timestamp::millis);
        Self::new(FaultKind::Throttle {
            retry_after_millis,
            status: throttle_status(),
        })
    }

    /// An error answer.
    pub fn error(status: u16, code: impl Into<String>) -> Self {
        Self::new(FaultKind::Error {
            status,
            code: code.into(),
            message: "A fault that was asked for.".to_owned(),
        })
    }

    /// A late answer.
    pub fn latency(by: Duration) -> Self {
        Self::new(FaultKind::Latency {
            millis: timestamp::millis(by),
        })
    }

    /// Only requests for this operation; a `*` at the end stands for anything (`List*`).
    #[must_use]
    pub fn operation(mut self, pattern: impl Into<String>) -> Self {
        self.operation = Some(pattern.into());
        self
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Ends after this many requests have met it.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = Some(requests);
        self
    }

    /// Meets a matching request with this probability from 0 to 1; the same seed always picks the same requests.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.probability = Some(probability);
        self.seed = Some(seed);
        self
    }

    /// The request is executed first, and only its answer suffers: the client cannot know whether its call took effect.
    #[must_use]
    pub fn executed(mut self) -> Self {
        self.executed = true;
        self
    }

    fn concerns(&self, operation: &str) -> bool {
        match self.operation.as_deref() {
            None => true,
            Some(pattern) => match pattern.strip_suffix('*') {
                Some(start) => operation.starts_with(start),
                None => pattern == operation,
            },
        }
    }
}

/// What was decided for one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FaultPlan {
    pub(crate) latency: Duration,
    pub(crate) clock_offset: i64,
    pub(crate) expired_token: bool,
    /// What happens instead of the usual answer, and whether the request is executed before.
    pub(crate) fault: Option<(FaultKind, bool)>,
}

/// The faults that are set.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<ActiveFault>,
}

#[derive(Debug)]
struct ActiveFault {
    fault: Fault,
    seen: u32,
    met: u32,
    random: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.times == Some(0) {
            return;
        }
        self.active.push(ActiveFault {
            seen: 0,
            met: 0,
            random: fault.seed.unwrap_or_default(),
            fault,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// The faults that have not ended.
    pub(crate) fn list(&self) -> Vec<&Fault> {
        self.active.iter().map(|active| &active.fault).collect()
    }

    /// Decides what happens to a request, and counts it.
    pub(crate) fn plan(&mut self, operation: &str) -> FaultPlan {
        let mut plan = FaultPlan::default();
        for active in &mut self.active {
            if plan.fault.is_some() {
                break;
            }
            if active.fault.concerns(operation) && active.draws() {
                active.met += 1;
                apply(&active.fault, &mut plan);
            }
        }
        self.active
            .retain(|active| active.fault.times.is_none_or(|times| active.met < times));
        plan
    }
}

impl ActiveFault {
    fn draws(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        if self.seen <= self.fault.skip {
            return false;
        }
        let Some(probability) = self.fault.probability else {
            return true;
        };
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        // 53 bits are what a double holds exactly.
        let drawn = (ids::mix(self.random) >> 11) as f64 / (1_u64 << 53) as f64;
        drawn < probability
    }
}

fn apply(fault: &Fault, plan: &mut FaultPlan) {
    match &fault.kind {
        FaultKind::Latency { millis } => plan.latency += Duration::from_millis(*millis),
        FaultKind::ClockOffset { millis } => plan.clock_offset = *millis,
        FaultKind::ExpiredToken => plan.expired_token = true,
        kind => plan.fault = Some((kind.clone(), fault.executed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(faults: &mut Faults, operation: &str) -> bool {
        faults.plan(operation).fault.is_some()
    }

    #[test]
    fn a_fault_counts_its_operation_only() {
        let mut faults = Faults::default();
        faults.add(Fault::throttle(None).operation("List*").skip(1).times(2));
        let met: Vec<bool> = ["ListA", "GetA", "ListA", "ListB", "ListA"]
            .map(|operation| met(&mut faults, operation))
            .to_vec();
        assert_eq!(met, [false, false, true, true, false]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_seed_always_picks_the_same_requests() {
        let draw = || {
            let mut faults = Faults::default();
            faults.add(Fault::error(500, "InternalError").probability(0.5, 7));
            (0..64).map(|_| met(&mut faults, "A")).collect::<Vec<_>>()
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
