//! Patches of instances: synthetic, derived from the instance ID so that all operations agree.

use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::ids;
use crate::timestamp::{self, Millis};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("ListInstancePatchStates", states),
    ("ListInstancePatches", patches),
];

/// The instance of the example data, for calls that do not name one.
const EXAMPLE: &str = "i-emulator0000000001";
/// A day in milliseconds.
const DAY: Millis = 24 * 60 * 60 * 1000;
/// Maximum instances of one call.
const MAX_INSTANCES: usize = 100;

/// Name, title, classification and severity of each patch.
const PATCHES: [[&str; 4]; 6] = [
    ["openssl", "openssl-1:3.0.12-2", "Security", "Critical"],
    ["kernel", "kernel-5.10.134-16", "Security", "Important"],
    ["glibc", "glibc-2.32-1.16", "Security", "Important"],
    ["sudo", "sudo-1.9.5p2-10", "Security", "Moderate"],
    ["curl", "curl-7.76.1-31", "Bugfix", "Low"],
    ["tzdata", "tzdata-2026a-1", "Enhancement", "None"],
];

/// Returns the status of a patch on an instance: mostly installed.
fn status(instance: &str, patch: &str) -> &'static str {
    match ids::mix(ids::hash(&[instance, patch])) % 8 {
        0 | 1 => "Missing",
        2 => "Failed",
        3 => "InstalledPendingReboot",
        _ => "Installed",
    }
}

/// Returns when an instance was last scanned. Each is scanned once a day, at a time of its own, so
/// that calls that follow each other return the same.
fn scanned(now: Millis, instance: &str) -> Millis {
    let since_midnight = ids::mix(ids::hash(&[instance])) % DAY;
    now.saturating_sub(since_midnight) / DAY * DAY + since_midnight
}

fn states(call: &mut Call<'_>) -> CallResult {
    let mut instances = call.names("InstanceIds");
    if instances.len() > MAX_INSTANCES {
        return Err(ApiError::invalid(
            "InstanceIds",
            format!("at most {MAX_INSTANCES} instances can be named"),
        ));
    }
    if instances.is_empty() {
        instances.push(EXAMPLE.to_owned());
    }
    let items = instances.iter().map(|instance| {
        let count = |wanted: &str| {
            let is = |patch: &&[&str; 4]| status(instance, patch[0]) == wanted;
            PATCHES.iter().filter(is).count().to_string()
        };
        json!({
            "InstanceId": instance,
            "InstalledCount": count("Installed"),
            "InstalledPendingRebootCount": count("InstalledPendingReboot"),
            "InstalledOtherCount": "0",
            "InstalledRejectedCount": "0",
            "MissingCount": count("Missing"),
            "FailedCount": count("Failed"),
            "OperationType": "scan",
            "OperationStartTime": timestamp::format(scanned(call.now, instance)),
            "OperationEndTime": timestamp::format(scanned(call.now, instance)),
        })
    });
    call.page(items.collect()).map(Value::Object)
}

fn patches(call: &mut Call<'_>) -> CallResult {
    let instance = call.text("InstanceId").unwrap_or(EXAMPLE).to_owned();
    let wanted = call.names("PatchStatuses");
    let wanted: Vec<&str> = wanted.iter().flat_map(|names| names.split(',')).collect();
    let items = PATCHES.iter().filter_map(|[name, title, kind, severity]| {
        let status = status(&instance, name);
        let installed = match status {
            "Missing" | "Failed" => String::new(),
            _ => "2026-01-28T07:07:20Z".to_owned(),
        };
        (wanted.is_empty() || wanted.contains(&status)).then(|| {
            json!({
                "KBId": name,
                "Title": title,
                "Classification": kind,
                "Severity": severity,
                "Status": status,
                "InstalledTime": installed,
            })
        })
    });
    call.page(items.collect()).map(Value::Object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_scanned_once_a_day() {
        let noon = 20_000 * DAY + DAY / 2;
        for instance in [EXAMPLE, "i-a", "i-b"] {
            let scan = scanned(noon, instance);
            assert!(scan <= noon && noon - scan < DAY, "{instance}");
            assert_eq!(scanned(scan, instance), scan, "{instance}");
            assert_eq!(scanned(scan + DAY - 1, instance), scan, "{instance}");
            assert_eq!(scanned(scan + DAY, instance), scan + DAY, "{instance}");
        }
    }
}
