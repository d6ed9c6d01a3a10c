//! Compares the imports of a crate with its order.

use super::graph::{Arrows, SuggestedOrder, suggest_order};
use super::order::Order;
use super::tree::Crate;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// The result of the check of a crate.
#[derive(Debug)]
pub struct Report {
    /// The name of the file with the order.
    pub name: String,
    /// The number of files.
    pub files: usize,
    /// The number of pairs of files with an import.
    pub arrows: usize,
    /// The number of exceptions.
    pub exceptions: usize,
    /// The problems, each with a fix.
    pub problems: Vec<String>,
    /// A suggested order, when there are problems.
    pub suggestion: Option<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            files,
            arrows,
            exceptions,
            ..
        } = self;
        write!(
            f,
            "{name}: {files} files, {arrows} arrows, {exceptions} exceptions"
        )?;
        for problem in &self.problems {
            write!(f, "\n\n{problem}")?;
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, "\n\n{suggestion}"),
            None => Ok(()),
        }
    }
}

/// Checks one crate. `repository` is the directory that the order's `root` starts from; `name` is
/// the name of the file with the order.
///
/// # Errors
/// When the sources cannot be read or parsed.
pub fn check(repository: &Path, name: &str, order: &Order) -> Result<Report, String> {
    let tree = Crate::read(&repository.join(&order.root))?;
    let arrows = tree.arrows();
    let mut problems = order_problems(name, order, &tree);
    problems.extend(exception_problems(name, order, &arrows));
    problems.extend(name_problems(order, &tree));
    let positions = order.positions();
    for (from, to, occurrences) in arrows.iter() {
        let is_upward = match (positions.get(from), positions.get(to)) {
            (Some(from), Some(to)) => from < to,
            _ => false,
        };
        if !is_upward || order.excepts(from, to) {
            continue;
        }
        let mut problem = String::new();
        for occurrence in occurrences {
            problem += &format!(
                "{}/{from}:{}: imports `{}`, which {to} defines, above {from} in {name}\n",
                order.root, occurrence.line, occurrence.item
            );
        }
        problems.push(problem + &remedy(name, from, to, &arrows));
    }
    let suggestion = (!problems.is_empty()).then(|| {
        let excepted = |from: &str, to: &str| order.excepts(from, to);
        let suggested = suggest_order(&tree.files, &arrows, &positions, excepted);
        render_suggestion(name, &suggested, &arrows)
    });
    Ok(Report {
        name: name.to_owned(),
        files: tree.files.len(),
        arrows: arrows.len(),
        exceptions: order.exceptions.len(),
        problems,
        suggestion,
    })
}

/// Reports types of one name, which a reader of the crate would confuse.
fn name_problems(order: &Order, tree: &Crate) -> Vec<String> {
    let repeated = tree.types.iter().filter(|(_, files)| files.len() > 1);
    repeated
        .map(|(name, files)| {
            format!(
                "{}: the type `{name}` is defined {} times, in {}; rename all but one",
                order.root,
                files.len(),
                files.join(", ")
            )
        })
        .collect()
}

fn order_problems(name: &str, order: &Order, tree: &Crate) -> Vec<String> {
    let root = &order.root;
    let mut problems = Vec::new();
    let mut listed = BTreeSet::new();
    for file in &order.order {
        if !listed.insert(file) {
            problems.push(format!("{name}: {file} is listed twice; remove one entry"));
        } else if tree.test_files.contains(file) {
            problems.push(format!(
                "{name}: {file} is compiled for tests only; remove it from `order`"
            ));
        } else if !tree.files.contains(file) {
            problems.push(format!(
                "{name}: {root}/{file} does not exist or is not part of the crate; remove it from `order`"
            ));
        }
    }
    let missing: Vec<&str> = tree
        .files
        .iter()
        .filter(|file| !listed.contains(file))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        problems.push(format!(
            "{name}: files of {root} are missing; add each to `order` after every file it imports \
             from: {}",
            missing.join(", ")
        ));
    }
    for file in &tree.orphans {
        problems.push(format!(
            "{root}/{file}: no `mod` declaration reaches this file; declare it or delete it"
        ));
    }
    problems
}

fn exception_problems(name: &str, order: &Order, arrows: &Arrows) -> Vec<String> {
    let positions = order.positions();
    let mut problems = Vec::new();
    for exception in &order.exceptions {
        let (from, to) = (exception.from.as_str(), exception.to.as_str());
        if exception.reason.trim().is_empty() {
            problems.push(format!(
                "{name}: the exception from {from} to {to} has no reason; write one"
            ));
        }
        let is_downward = match (positions.get(from), positions.get(to)) {
            (Some(from), Some(to)) => to < from,
            _ => false,
        };
        if arrows.between(from, to).is_none() {
            problems.push(format!(
                "{name}: {from} no longer imports from {to}; remove the exception"
            ));
        } else if is_downward {
            problems.push(format!(
                "{name}: {to} comes before {from}; remove the exception, which is not needed"
            ));
        }
    }
    problems
}

/// Describes how to remove an upward import.
fn remedy(name: &str, from: &str, to: &str, arrows: &Arrows) -> String {
    match arrows.path(to, from) {
        None => format!(
            "  fix: {to} does not import from {from}, so reorder: list {to}, and what it imports \
             from, before {from} in {name}"
        ),
        Some(chain) => format!(
            "  fix: reordering does not help, because of the circle {from} -> {}: move the item \
             down, into a file before both, or move the code that uses it up, out of {from}",
            chain.join(" -> ")
        ),
    }
}

/// Maximum number of listed places per pair of files in a circle.
const PLACES: usize = 4;

fn render_suggestion(name: &str, suggested: &SuggestedOrder, arrows: &Arrows) -> String {
    let mut text = String::new();
    for circle in &suggested.circles {
        text += &format!(
            "circle of {} files; `up` marks what the order below leaves pointing up:\n",
            circle.len()
        );
        for (at, from) in circle.iter().enumerate() {
            for to in arrows.targets(from) {
                let Some(to_at) = circle.iter().position(|file| file == to) else {
                    continue;
                };
                let mark = if to_at > at { "up" } else { "  " };
                text += &format!("  {mark} {from} -> {to}{}\n", places(arrows, from, to));
            }
        }
        text += "\n";
    }
    text += match suggested.circles.is_empty() {
        true => "an order that fits",
        false => "an order that fits but for the circles",
    };
    text += &format!(", for {name}:\norder:\n");
    for file in &suggested.files {
        text += &format!("  - {file}\n");
    }
    text
}

fn places(arrows: &Arrows, from: &str, to: &str) -> String {
    let mut text = String::new();
    let Some(occurrences) = arrows.between(from, to) else {
        return text;
    };
    for occurrence in occurrences.iter().take(PLACES) {
        text += &format!(" {}:{}", occurrence.line, occurrence.item);
    }
    if occurrences.len() > PLACES {
        text += &format!(" and {} more", occurrences.len() - PLACES);
    }
    text
}
