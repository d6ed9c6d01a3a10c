//! The page about faults: each of its cases has a test that exists.

use sdk_tests::repository;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Directories that the page abbreviates.
const SHORT: [&str; 5] = ["core", "emulator", "oos", "spec", "types"];

/// The numbers of the cases that the page covers, by their source.
fn cases() -> BTreeMap<&'static str, Vec<u32>> {
    BTreeMap::from([
        ("client", (1..=20).collect()),
        ("generator", (1..=17).collect()),
        ("newcomer", (1..=8).chain(10..=15).chain(18..=24).collect()),
        ("security", (1..=28).collect()),
    ])
}

/// Returns the cells of each row of the tables.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let lines = page.lines().filter(|line| line.starts_with("| "));
    lines
        .map(|line| {
            let cells = line.trim_matches('|').split(" | ");
            cells.map(str::trim).collect::<Vec<_>>()
        })
        .filter(|cells| cells[0] != "case")
        .collect()
}

/// Returns the path of a file that the page names.
fn file(name: &str) -> PathBuf {
    let path = match name.split_once('/') {
        Some((first, rest)) if SHORT.contains(&first) => {
            format!("crates/alibabacloud-{first}/{rest}")
        }
        _ => name.to_owned(),
    };
    repository().join(path)
}

/// Returns whether a file has a function that is a test: by its attribute, or as one of the rules
/// that each transport keeps.
fn is_test(name: &str, text: &str, function: &str) -> bool {
    if name.starts_with("core/tests/transport_rules/") {
        let rules = fs::read_to_string(file("core/tests/transport_rules/main.rs"));
        let rules = rules.expect("the list of rules");
        let place = name.rsplit(['/', '.']).nth(1).unwrap_or_default();
        return rules.contains(&format!(" {place}: {function};"));
    }
    text.split(&format!("fn {function}("))
        .next()
        .filter(|before| before.len() < text.len())
        .is_some_and(|before| {
            let mut attributes = before.lines().rev().take(5);
            attributes.any(|line| line.contains("test]") || line.contains("::test("))
        })
}

/// Checks the last cell of a row: files, each with the tests in it.
fn check(cell: &str) -> Result<(), String> {
    for part in cell.split("; ") {
        let (name, tests) = part.split_once(": ").unwrap_or((part, ""));
        let quoted = |text: &str, sign| {
            let text = text.strip_prefix(sign)?.strip_suffix(sign)?;
            Some(text.to_owned())
        };
        let name = quoted(name, '`').ok_or_else(|| format!("no file in {part:?}"))?;
        let text = fs::read_to_string(file(&name)).map_err(|error| format!("{name}: {error}"))?;
        let is_fuzz_target = name.starts_with("fuzz/fuzz_targets/");
        if tests.is_empty() && !is_fuzz_target {
            return Err(format!("{name}: no test is named"));
        }
        for test in tests.split(", ").filter(|test| !test.is_empty()) {
            let found = match (quoted(test, '`'), quoted(test, '"')) {
                (Some(function), _) => is_test(&name, &text, &function),
                (None, Some(row)) => {
                    let ways = [format!("name: {row:?},"), format!("    {row}: ")];
                    ways.iter().any(|way| text.contains(way))
                }
                (None, None) => return Err(format!("{name}: {test:?} is not quoted")),
            };
            if !found {
                return Err(format!("{name} has no test {test}"));
            }
        }
    }
    Ok(())
}

#[test]
fn every_case_has_a_test_that_exists() {
    let page = repository().join("docs/faults.md");
    let page = fs::read_to_string(page).expect("the page about faults");
    let rows = rows(&page);
    let outcomes = rows.iter().map(|row| {
        let outcome = match row.as_slice() {
            [_, _, _, tests] => check(tests),
            _ => Err(format!("{} columns", row.len())),
        };
        (row[0].to_owned(), outcome)
    });
    sdk_tests::check_all(outcomes);

    let mut named = BTreeMap::<&str, BTreeSet<u32>>::new();
    for row in &rows {
        for case in row[0].split(", ") {
            if let Some((source, number)) = case.split_once(' ') {
                let number = number.split(' ').next().unwrap_or_default();
                if let Ok(number) = number.parse() {
                    named.entry(source).or_default().insert(number);
                }
            }
        }
    }
    for (source, numbers) in cases() {
        let known = named.remove(source).unwrap_or_default();
        let missing: Vec<_> = numbers.iter().filter(|n| !known.contains(n)).collect();
        assert!(missing.is_empty(), "{source} {missing:?}");
    }
}

#[test]
fn what_does_not_exist_is_reported() {
    for (cell, expected) in [
        (
            "`tests/tests/faults_page.rs`: `what_is_not_there`",
            "no test",
        ),
        ("`tests/tests/none.rs`: `every_case`", "tests/tests/none.rs"),
        ("`tests/tests/faults_page.rs`", "no test is named"),
        ("`tests/tests/soak.rs`: \"no row\"", "no test"),
        ("every row", "no file"),
    ] {
        let error = check(cell).expect_err(cell);
        assert!(error.contains(expected), "{cell}: {error}");
    }
}
