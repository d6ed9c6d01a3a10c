//! Tests the differ on real changes of real services, which people have judged.

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use xtask::diff::{Version, compare};

/// Returns the content of an entry without its texts.
fn key(at: &Value, code: &Value, verdict: &Value, before: &Value, after: &Value) -> String {
    format!("{at} {code} {verdict} {before} {after}")
}

/// Returns the verdict of an entry. The collection judges that a call without an item that became
/// required no longer compiles; it compiles, and is refused.
fn verdict(change: &Value) -> Value {
    if change["code"] == "became_required" {
        return "behaviour".into();
    }
    change["verdict"].clone()
}

/// Returns whether both documents have the shared schema that an entry is about. The documents of a
/// pair are excerpts, while the entries are for the whole; nothing can be said about a shared
/// schema that is missing in an excerpt.
fn is_in_excerpt(at: &str, documents: [&Value; 2]) -> bool {
    let Some(place) = at.strip_prefix('#') else {
        return true;
    };
    let name = place.split(['.', '[', '{']).next().unwrap_or(place);
    documents
        .iter()
        .all(|document| document["components"]["schemas"].get(name).is_some())
}

#[test]
fn every_pair_has_its_expected_changes() {
    let Some(history) = support::shared_data("spec-history", "ACS_SPEC_HISTORY_DIR") else {
        return;
    };
    let (mut pairs, mut outside) = (0, 0);
    for entry in fs::read_dir(history).unwrap() {
        let pair = entry.unwrap().path();
        if !pair.is_dir() {
            continue;
        }
        let side = |name: &str| fs::read_to_string(pair.join(name)).unwrap();
        let (before, after) = (side("before.json"), side("after.json"));
        let documents = [&before, &after].map(|text| serde_json::from_str::<Value>(text).unwrap());
        let old = Version::metadata(before).unwrap();
        let new = Version::metadata(after).unwrap();
        let found: BTreeSet<String> = compare(&old, &new)
            .unwrap()
            .iter()
            .map(|change| {
                let change = change.to_json();
                key(
                    &change["at"],
                    &change["code"],
                    &change["verdict"],
                    &change["before"],
                    &change["after"],
                )
            })
            .collect();
        let expected = serde_json::from_str::<Value>(&side("expected.json")).unwrap();
        let (inside, cut): (Vec<&Value>, Vec<&Value>) = expected["changes"]
            .as_array()
            .unwrap()
            .iter()
            .partition(|change| {
                is_in_excerpt(
                    change["at"].as_str().unwrap(),
                    [&documents[0], &documents[1]],
                )
            });
        let expected: BTreeSet<String> = inside
            .into_iter()
            .map(|change| {
                key(
                    &change["at"],
                    &change["code"],
                    &verdict(change),
                    &change["before"],
                    &change["after"],
                )
            })
            .collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        let surplus: Vec<_> = found.difference(&expected).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{}\nnot found: {missing:#?}\nnot expected: {surplus:#?}",
            pair.display()
        );
        pairs += 1;
        outside += cut.len();
    }
    assert!(pairs > 0, "the collection is empty");
    println!("{pairs} pairs, {outside} entries about schemas outside of the excerpts");
}
