//! Changes for people and for programs.

use super::change::Change;
use super::verdict::{Bump, Verdict};
use serde_json::{Value, json};
use std::fmt::Write as _;

const VERDICTS: [Verdict; 5] = [
    Verdict::Breaking,
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

/// A line for each change, the worst first, and the totals.
pub fn text(changes: &[Change]) -> String {
    let mut text = String::new();
    for verdict in VERDICTS {
        for change in with(changes, verdict) {
            let _ = writeln!(
                text,
                "{:<10} {:<28} {change}",
                verdict.name(),
                change.code.name()
            );
        }
    }
    let counts =
        VERDICTS.map(|verdict| format!("{} {}", with(changes, verdict).count(), verdict.name()));
    let _ = writeln!(text, "{}", counts.join(", "));
    let _ = writeln!(text, "least version bump: {}", Bump::of(changes).name());
    text
}

/// Sections of a changelog. Noise is left out, and what only concerns the wire is summed up at the end.
pub fn markdown(changes: &[Change]) -> String {
    let headings = [
        (Verdict::Breaking, "Breaking changes"),
        (Verdict::Review, "Changes to check"),
        (Verdict::Compatible, "Added and relaxed"),
        (Verdict::Wire, "Requests written differently"),
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
        let _ = writeln!(text, "### {heading}\n");
        for change in lines {
            let _ = write!(text, "- `{}` {}", change.at, change.code.said());
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

/// Everything.
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
