//! Checks that the permissions in the specification of OOS agree with the facts from public pages:
//! status, page, its date, actions, resources, condition keys and dependent actions.
//!
//! The facts are read from `oos-ram.yaml` in the directory in `ACS_FACTS_DIR`, by default
//! `../shared/facts`.

use alibabacloud_spec::{Ram, RamAction, RamStatus, Service};
use sdk_tests::repository;
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

/// An operation whose facts are incomplete: the excerpt of the page ends inside the list of
/// resources. `docs/oos-notes.md` says where the rest is from.
const CUT: &str = "ListTagResources";

#[test]
fn the_permissions_of_the_specification_are_those_of_the_pages() {
    let Some(directory) = facts_directory() else {
        return;
    };
    let service = Service::load(&repository().join("api-specs/oos/2019-06-01")).unwrap();
    let text = std::fs::read_to_string(directory.join("oos-ram.yaml")).unwrap();
    let facts: Value = serde_yaml::from_str(&text).unwrap();
    let facts = facts.as_mapping().unwrap();
    let mut different = Vec::new();
    for operation in &service.operations {
        let name = operation.name.as_str();
        let Some(fact) = facts.get(name) else {
            different.push(format!("{name}: no facts"));
            continue;
        };
        let ram = operation.ram.as_ref();
        if let Some(difference) = difference(fact, ram, name == CUT) {
            different.push(format!("{name}: {difference}"));
        }
    }
    assert_eq!(facts.len(), service.operations.len());
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Returns how a fact and the specification differ.
fn difference(fact: &Value, ram: Option<&Ram>, is_cut: bool) -> Option<String> {
    let text = |key: &str| fact[key].as_str();
    let rows = fact["actions"].as_sequence().map_or(&[][..], Vec::as_slice);
    // A page whose table is not known shows that there is a permission, but not which.
    let expected = match text("status")? {
        "none" => RamStatus::None,
        "documented" if !rows.is_empty() => RamStatus::Documented,
        _ => RamStatus::Unknown,
    };
    let Some(ram) = ram else {
        return Some("missing in the specification".to_owned());
    };
    let page = ram.page.as_ref();
    let sides = [
        (expected.name().to_owned(), ram.status.name().to_owned()),
        (
            format!("{:?} {:?}", text("source"), text("updated")),
            format!(
                "{:?} {:?}",
                page.map(|page| page.url.as_str()),
                page.and_then(|page| page.updated.as_deref())
            ),
        ),
        (
            format!("{:#?}", rows.iter().map(from_page).collect::<Vec<_>>()),
            format!(
                "{:#?}",
                ram.actions.iter().map(from_spec).collect::<Vec<_>>()
            ),
        ),
    ];
    if is_cut {
        let known = from_page(&rows[0]);
        let ours = from_spec(&ram.actions[0]);
        let has_all = known.2.is_subset(&ours.2);
        return (!has_all).then(|| format!("{known:#?} is not part of {ours:#?}"));
    }
    let (page, spec) = sides.into_iter().find(|(page, spec)| page != spec)?;
    Some(format!("{page} became {spec}"))
}

/// Action, access level, resources, condition keys and dependent actions.
type Row = (String, String, BTreeSet<String>, Vec<String>, Vec<String>);

fn from_page(action: &Value) -> Row {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |key: &str| {
        let items = action[key].as_sequence();
        items.map_or_else(Vec::new, |items| items.iter().map(text).collect())
    };
    let resources = action["resources"].as_sequence().into_iter().flatten();
    let resources = resources.filter(|resource| resource["arn"].as_str() != Some("*"));
    let resources = resources.map(|resource| {
        // Where the excerpt does not show the mark, the resource counts as not mandatory.
        let required = resource["required"].as_bool().unwrap_or(false);
        format!(
            "{} {required} {}",
            text(&resource["type"]),
            text(&resource["arn"])
        )
    });
    (
        text(&action["action"]),
        text(&action["access"]).to_lowercase(),
        resources.collect(),
        texts("conditions"),
        texts("dependent"),
    )
}

fn from_spec(action: &RamAction) -> Row {
    let resources = action.resources.iter();
    let resources = resources.map(|r| format!("{} {} {}", r.kind, r.required, r.arn));
    (
        action.action.clone(),
        action.access.clone(),
        resources.collect(),
        action.conditions.clone(),
        action.dependents.clone(),
    )
}

fn facts_directory() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("ACS_FACTS_DIR") {
        return Some(given.into());
    }
    let default = repository().join("../shared/facts");
    if default.is_dir() {
        return Some(default);
    }
    // Not with `println!`, whose output the test harness keeps to itself.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: no {}; set ACS_FACTS_DIR",
        default.display()
    );
    None
}
