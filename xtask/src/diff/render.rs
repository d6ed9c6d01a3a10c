//! Writes changes for people and for programs.

use super::change::Change;
use super::verdict::{Bump, ChangeCode, Verdict};
use serde_json::{Value, json};
use std::fmt::Write as _;

const VERDICTS: [Verdict; 6] = [
    Verdict::Breaking,
    Verdict::Behaviour,
    Verdict::Review,
    Verdict::Wire,
    Verdict::Compatible,
    Verdict::None,
];

fn with(changes: &[Change], verdict: Verdict) -> impl Iterator<Item = &Change> {
    changes
        .iter()
        .filter(move |change| change.code.verdict() == verdict)
}

/// Returns whether the two sides are different products or versions: then all other changes may
/// mean nothing.
fn is_of_product(change: &Change) -> bool {
    matches!(
        change.code,
        ChangeCode::ProductChanged | ChangeCode::ApiVersionChanged
    )
}

/// Returns a line per change, worst first, and the totals. Another product or version comes before
/// everything else.
pub fn text(changes: &[Change]) -> String {
    let mut text = String::new();
    let product = changes.iter().filter(|change| is_of_product(change));
    let others = VERDICTS
        .iter()
        .flat_map(|verdict| with(changes, *verdict))
        .filter(|change| !is_of_product(change));
    for change in product.chain(others) {
        let (verdict, code) = (change.code.verdict().name(), change.code.name());
        let _ = writeln!(text, "{verdict:<10} {code:<28} {change}");
    }
    let counts =
        VERDICTS.map(|verdict| format!("{} {}", with(changes, verdict).count(), verdict.name()));
    let _ = writeln!(text, "{}", counts.join(", "));
    let _ = writeln!(text, "smallest version bump: {}", Bump::of(changes).name());
    text
}

/// Returns sections of a changelog. Noise is left out, and changes of requests alone come last.
pub fn markdown(changes: &[Change]) -> String {
    sections(changes, "###")
}

/// Returns a section of a changelog for one service, to be pasted below the heading of a release.
pub fn section(title: &str, changes: &[Change]) -> String {
    format!("### {title}\n\n{}", sections(changes, "####"))
}

fn sections(changes: &[Change], level: &str) -> String {
    let headings = [
        (Verdict::Breaking, "Breaking changes"),
        (Verdict::Behaviour, "Changed behaviour"),
        (Verdict::Review, "Changes to check"),
        (Verdict::Compatible, "Added and relaxed"),
        (Verdict::Wire, "Changed requests"),
    ];
    let mut text = String::new();
    for (verdict, heading) in headings {
        let mut lines = with(changes, verdict).peekable();
        if lines.peek().is_none() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{level} {heading}\n");
        for change in lines {
            let _ = write!(text, "- `{}` {}", change.at, change.code.predicate());
            let mut values = String::new();
            let _ = change.write_values(&mut values);
            let _ = writeln!(text, "{values}");
        }
    }
    if text.is_empty() {
        text.push_str("No changes.\n");
    }
    text
}

/// Returns all changes as JSON.
pub fn json(changes: &[Change]) -> Value {
    let counts: serde_json::Map<String, Value> = VERDICTS
        .iter()
        .map(|verdict| {
            (
                verdict.name().to_owned(),
                with(changes, *verdict).count().into(),
            )
        })
        .collect();
    json!({
        "bump": Bump::of(changes).name(),
        "counts": counts,
        "changes": changes.iter().map(Change::to_json).collect::<Value>(),
    })
}
