//! The states that a resource advances through on the services' clock.

use super::model::StateStep;
use crate::store::record::{self, Record};
use crate::timestamp::Millis;
use serde_json::{Value, json};

/// The field of a record with the steps that it has still to take.
const NEXT: &str = "~next";

/// Starts to advance a record through states. It has the first one at once; after the last one it
/// is gone if that has an end.
pub(super) fn start(record: &mut Record, field: &str, steps: &[StateStep], now: Millis) {
    stop(record);
    let mut due = now;
    let mut next = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if index == 0 {
            record::set(record, field, Value::from(step.state.as_str()));
        } else {
            next.push(json!({"at": due, "state": step.state}));
        }
        due = due.saturating_add(step.millis.unwrap_or(0));
    }
    if steps.last().is_some_and(|last| last.millis.is_some()) {
        next.push(json!({"at": due}));
    }
    if !next.is_empty() {
        record.insert(NEXT.to_owned(), Value::Array(next));
    }
}

/// Advances a record to the current time. Returns whether it is gone.
pub(super) fn advance(record: &mut Record, field: &str, now: Millis) -> bool {
    let Some(Value::Array(mut next)) = record.remove(NEXT) else {
        return false;
    };
    let is_due = |step: &Value| step.get("at").and_then(Value::as_u64) <= Some(now);
    let due = next.iter().take_while(|step| is_due(step)).count();
    for step in next.drain(..due) {
        match step.get("state") {
            Some(state) => record::set(record, field, state.clone()),
            None => return true,
        }
    }
    if !next.is_empty() {
        record.insert(NEXT.to_owned(), Value::Array(next));
    }
    false
}

/// Lets a record stay in its state.
pub(super) fn stop(record: &mut Record) {
    record.remove(NEXT);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(texts: &[&str]) -> Vec<StateStep> {
        texts
            .iter()
            .map(|text| StateStep::try_from((*text).to_owned()).unwrap())
            .collect()
    }

    #[test]
    fn a_record_advances_with_the_clock() {
        let mut record = Record::new();
        start(
            &mut record,
            "Status",
            &steps(&["Pending 2s", "Starting 500ms", "Running"]),
            1000,
        );
        for (now, expected) in [(1000, "Pending"), (2999, "Pending"), (3000, "Starting")] {
            assert!(!advance(&mut record, "Status", now));
            assert_eq!(record["Status"], expected, "{now}");
        }
        assert!(!advance(&mut record, "Status", 1_000_000));
        assert_eq!(Value::Object(record), json!({"Status": "Running"}));
    }

    #[test]
    fn a_record_is_gone_after_a_last_state_with_an_end() {
        let mut record = Record::new();
        start(&mut record, "Status", &steps(&["Deleting 1s"]), 0);
        assert!(!advance(&mut record, "Status", 999));
        assert!(advance(&mut record, "Status", 1000));
    }
}
