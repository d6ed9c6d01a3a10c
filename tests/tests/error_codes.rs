//! The classes of error codes, against every code that published metadata documents.
//!
//! The directories of metadata are `ACS_CORPUS_DIR` and `ACS_CORPUS_2025_DIR`, by default
//! `../shared/corpus` and `../shared/corpus-2025-12`. Without them only the table of the guide and
//! the reviewed codes are checked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

use alibabacloud_core::{Error, ServiceError};
use sdk_tests::{data_dir, repository};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;

/// How many families the guide lists.
const FAMILIES: usize = 30;

/// A predicate of an error, with its name.
type Predicate = (&'static str, fn(&Error) -> bool);

/// Predicates of which at most one is true.
const EXCLUSIVE: [Predicate; 7] = [
    ("is_throttling", Error::is_throttling),
    ("is_not_found", Error::is_not_found),
    ("is_already_exists", Error::is_already_exists),
    ("is_conflict", Error::is_conflict),
    ("is_quota_exceeded", Error::is_quota_exceeded),
    ("is_access_denied", Error::is_access_denied),
    ("is_invalid_credentials", Error::is_invalid_credentials),
];

/// What nothing but `is_retryable` is true for, and what nothing is true for.
const RETRYABLE: &str = "is_retryable";
const NONE: &str = "none";

/// Codes whose class surprises at first sight, reviewed with their documented messages.
const REVIEWED: &[(u16, &str, &str)] = &[
    // Of the caller, not of the resource.
    (404, "InvalidAccessKeyId.NotFound", "is_invalid_credentials"),
    (404, "AccountNotExisted", NONE),
    (400, "RequiredParam.NotFound", NONE),
    (404, "PaymentMethodNotFound", NONE),
    // A place or the gateway.
    (404, "InvalidRegionId.NotFound", NONE),
    (403, "InvalidParameter.RegionIdNotExists", NONE),
    (404, "Forbidden.RegionNotFound", "is_access_denied"),
    (400, "InvalidRegion_Zone_NotFound", NONE),
    (404, "Unavailable.Regions", NONE),
    (404, "InvalidVersion.NotFound", NONE),
    (404, "InvalidApi.NotFound", NONE),
    (404, "InvalidProtocol.NeedSsl", NONE),
    // `Forbidden` is what KMS calls a key of others, and a key that does not exist.
    (404, "Forbidden.KeyNotFound", "is_not_found"),
    // Services that look up a version, an API or a product as a resource.
    (404, "VersionNotFound", "is_not_found"),
    (404, "NotFoundApi", "is_not_found"),
    (404, "InvalidProtocolService.NotFound", "is_not_found"),
    // Status 404 for a value that is wrong.
    (404, "InvalidDBClusterId.Malformed", NONE),
    (404, "OperationDenied", NONE),
    (404, "IncorrectVSwitchStatus", "is_conflict"),
    (404, "InternalError", RETRYABLE),
    // Throttling by another name, and what only sounds like it.
    (400, "Rejected.Throttling", "is_throttling"),
    (500, "Service.Flow.Control", "is_throttling"),
    (403, "LogApiFrequencyExceeded", "is_throttling"),
    (409, "LimitExceeded.Frequency", "is_throttling"),
    (403, "NotInFlowController", NONE),
    (400, "InvalidOSSBucket.FlowLimit", NONE),
    (404, "NotFoundThrottling", "is_not_found"),
    (400, "TooManyListeners", NONE),
    (400, "Invalid.TooManyZoneIds", NONE),
    // A day is a time too, so a service may call it throttling; a retry does not help.
    (403, "Throttling.Vcpu.PerDay", "is_throttling"),
    // The code takes precedence over the status.
    (429, "QuotaExceeded", "is_quota_exceeded"),
    (400, "QuotaPerMinuteExceeded.Refresh", "is_quota_exceeded"),
    // Money is not a quota.
    (400, "InsufficientAvailableQuota", NONE),
    (400, "InsufficientBalance", NONE),
    // What exists prevents the call, instead of being what it creates.
    (400, "DependencyViolation", "is_conflict"),
    (400, "Forbidden.VBRExists", "is_access_denied"),
    (400, "OperationDenied.VpcPeerExists", NONE),
    (400, "OperationDenied.CloudBoxResourceExist", NONE),
    (403, "ChildDBInstanceExists", NONE),
    (403, "OperationDenied.AlreadyExists", "is_already_exists"),
    (406, "InvalidNameSpace.Duplicate", "is_already_exists"),
    (400, "Duplicate.TagKey", NONE),
    // Two parameters contradict each other, not the state of a resource.
    (400, "ConflictParameters", NONE),
    (400, "InvalidParameter.Conflict", NONE),
    (400, "IdempotentParameterMismatch", NONE),
    (409, "InvalidParameter.AccountId", NONE),
    (409, "EndpointLengthExceed", NONE),
    // All kinds of reasons that are not a permission go by this name.
    (400, "Forbidden.FinancialLocked", "is_access_denied"),
    (403, "ForbiddenDelete", NONE),
    (403, "Unauthorized.InvalidToken", "is_invalid_credentials"),
    (400, "InvalidToken.Malformed", NONE),
    (400, "InvalidTimeStamp.Expired", RETRYABLE),
    (400, "SignatureNonceUsed", RETRYABLE),
];

/// Returns the predicate that is true for a response.
fn predicate(status: u16, code: &str) -> &'static str {
    let service = ServiceError::new(status, code, "").with_request_id("R");
    let error = Error::from(service);
    let mut which = EXCLUSIVE.iter().filter(|(_, holds)| holds(&error));
    let first = which.next();
    if let (Some((first, _)), Some((second, _))) = (first, which.next()) {
        panic!("{status} {code}: {first} and {second}");
    }
    match first {
        Some((name, _)) => name,
        None if error.is_retryable() => RETRYABLE,
        None => NONE,
    }
}

/// How often each pair of status and code is documented.
type Codes = BTreeMap<(u16, String), usize>;

/// Returns the documented codes; `None` if a directory does not exist.
fn documented() -> Option<&'static Codes> {
    static CODES: LazyLock<Option<Codes>> = LazyLock::new(read_codes);
    CODES.as_ref()
}

fn read_codes() -> Option<Codes> {
    let mut codes = Codes::new();
    for (variable, name) in [
        ("ACS_CORPUS_DIR", "corpus"),
        ("ACS_CORPUS_2025_DIR", "corpus-2025-12"),
    ] {
        collect(&data_dir(variable, name)?, &mut codes);
    }
    Some(codes)
}

fn collect(directory: &Path, codes: &mut Codes) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read(&path).unwrap();
        let Ok(document) = serde_json::from_slice::<serde_json::Value>(&text) else {
            continue;
        };
        let apis = document["apis"].as_object();
        for api in apis.into_iter().flat_map(|apis| apis.values()) {
            let by_status = api["errorCodes"].as_object();
            for (status, errors) in by_status.into_iter().flatten() {
                let status = status.parse().unwrap_or(400);
                for error in errors.as_array().into_iter().flatten() {
                    if let Some(code) = error["errorCode"].as_str() {
                        *codes.entry((status, code.to_owned())).or_default() += 1;
                    }
                }
            }
        }
    }
}

fn family(code: &str) -> &str {
    code.split('.').next().unwrap_or_default()
}

#[test]
fn reviewed_codes_are_in_their_class() {
    for (status, code, expected) in REVIEWED {
        assert_eq!(predicate(*status, code), *expected, "{status} {code}");
    }
}

#[test]
fn no_code_is_in_two_classes() {
    let Some(codes) = documented() else { return };
    assert!(codes.len() > 5_000, "{} codes", codes.len());
    let mut numbers = BTreeMap::new();
    for (status, code) in codes.keys() {
        *numbers.entry(predicate(*status, code)).or_insert(0) += 1;
    }
    println!("{numbers:?}");
    for (name, _) in EXCLUSIVE {
        assert!(numbers.contains_key(name), "{name} is true for no code");
    }
}

/// The codes of a family for which a predicate is true.
#[derive(Default)]
struct Members<'a> {
    codes: BTreeSet<&'a str>,
    /// The pair of status and code that is documented most often, and how often.
    example: (u16, &'a str),
    count: usize,
}

/// The rows of the table: family, predicate of most of its codes, and codes with another one.
fn table(codes: &Codes) -> String {
    let mut frequency: HashMap<&str, usize> = HashMap::new();
    for ((_, code), count) in codes {
        // Some services document a placeholder.
        if !family(code).contains('%') {
            *frequency.entry(family(code)).or_default() += count;
        }
    }
    let mut families: Vec<_> = frequency.into_iter().collect();
    families.sort_by_key(|(family, count)| (usize::MAX - count, *family));
    let mut table = String::new();
    for (name, _) in families.into_iter().take(FAMILIES) {
        let members = codes.iter().filter(|((_, code), _)| family(code) == name);
        let mut by_predicate: BTreeMap<&str, Members<'_>> = BTreeMap::new();
        for ((status, code), count) in members {
            let members = by_predicate.entry(predicate(*status, code)).or_default();
            members.codes.insert(code);
            if *count > members.count {
                members.count = *count;
                members.example = (*status, code);
            }
        }
        let most = by_predicate
            .iter()
            .max_by_key(|(_, members)| members.codes.len())
            .map(|(predicate, _)| *predicate)
            .unwrap();
        let others: Vec<String> = by_predicate
            .iter()
            .filter(|(predicate, _)| **predicate != most)
            .map(|(found, members)| {
                let (status, code) = members.example;
                let status = match predicate(400, code) == *found {
                    true => String::new(),
                    false => format!(" with status {status}"),
                };
                format!("`{code}`{status}: {}", shown(found))
            })
            .collect();
        let others = others.join(", ");
        let row = format!("| `{name}` | {} | {others} |", shown(most));
        writeln!(table, "{}", row.replace("|  |", "| |")).unwrap();
    }
    table
}

fn shown(predicate: &str) -> String {
    match predicate {
        NONE => NONE.to_owned(),
        name => format!("`{name}`"),
    }
}

/// Returns the rows of the table in the guide.
fn guide() -> Vec<String> {
    let page = repository().join("docs/guide/src/errors.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("| Family |").unwrap();
    let rows = rest
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(str::to_owned).collect()
}

#[test]
fn the_guide_lists_the_most_frequent_families() {
    let Some(codes) = documented() else { return };
    let expected = table(codes);
    let found = guide().join("\n") + "\n";
    assert!(
        found == expected,
        "the table of docs/guide/src/errors.md must be:\n{expected}"
    );
}

#[test]
fn the_table_of_the_guide_is_true() {
    let rows = guide();
    assert_eq!(rows.len(), FAMILIES);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [family, most, others] = cells[..] else {
            panic!("{row}")
        };
        let plain = |cell: &str| cell.replace('`', "");
        let family = plain(family);
        let exact = shown(predicate(400, &family));
        assert!(
            most == exact || others.is_empty() || others.contains(&exact),
            "{family} is {exact}: {row}"
        );
        for other in others.split(", ").filter(|other| !other.is_empty()) {
            let other = plain(other);
            let (code, expected) = other.split_once(": ").unwrap();
            let (code, status) = match code.split_once(" with status ") {
                Some((code, status)) => (code, status.parse().unwrap()),
                None => (code, 400),
            };
            assert_eq!(predicate(status, code), expected, "{row}");
        }
    }
}
