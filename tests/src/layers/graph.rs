//! Files and the imports between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A place where a file imports from another.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Occurrence {
    /// The line, from 1.
    pub line: usize,
    /// The path as written.
    pub item: String,
}

/// The imports between the files of a crate.
#[derive(Clone, Debug, Default)]
pub struct Arrows {
    to: BTreeMap<String, BTreeMap<String, BTreeSet<Occurrence>>>,
}

impl Arrows {
    /// Adds one import.
    pub fn add(&mut self, from: &str, to: &str, occurrence: Occurrence) {
        let targets = self.to.entry(from.to_owned()).or_default();
        targets.entry(to.to_owned()).or_default().insert(occurrence);
    }

    /// Returns the pairs of files with the places of the imports.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &BTreeSet<Occurrence>)> {
        self.to.iter().flat_map(|(from, targets)| {
            let targets = targets.iter();
            targets.map(move |(to, occurrences)| (from.as_str(), to.as_str(), occurrences))
        })
    }

    /// Returns the number of pairs.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Returns whether no file imports from another.
    pub fn is_empty(&self) -> bool {
        self.to.is_empty()
    }

    /// Returns the places where one file imports from another.
    pub fn between(&self, from: &str, to: &str) -> Option<&BTreeSet<Occurrence>> {
        self.to.get(from)?.get(to)
    }

    /// Returns the files that a file imports from.
    pub fn targets(&self, from: &str) -> impl Iterator<Item = &str> {
        let targets = self.to.get(from);
        targets.into_iter().flatten().map(|(to, _)| to.as_str())
    }

    /// Returns the shortest chain of imports between two files, with both of them.
    pub fn path(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut before: HashMap<&str, &str> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(file) = queue.pop_front() {
            for next in self.targets(file) {
                if next == from || before.contains_key(next) {
                    continue;
                }
                before.insert(next, file);
                if next == to {
                    let mut chain = vec![to.to_owned()];
                    let mut at = to;
                    while let Some(previous) = before.get(at) {
                        chain.push((*previous).to_owned());
                        at = previous;
                    }
                    chain.reverse();
                    return Some(chain);
                }
                queue.push_back(next);
            }
        }
        None
    }

    fn without(&self, dropped: impl Fn(&str, &str) -> bool) -> Self {
        let mut kept = Self::default();
        for (from, to, occurrences) in self.iter().filter(|(from, to, _)| !dropped(from, to)) {
            let targets = kept.to.entry(from.to_owned()).or_default();
            targets.insert(to.to_owned(), occurrences.clone());
        }
        kept
    }
}

/// An order that fits the imports, except for circles.
#[derive(Clone, Debug)]
pub struct SuggestedOrder {
    /// All files, lowest first. The files of a circle are together.
    pub files: Vec<String>,
    /// The groups of files that import from each other.
    pub circles: Vec<Vec<String>>,
}

/// Returns an order that fits the imports and follows `preferred` where possible.
///
/// Pairs for which `excepted` returns `true` are ignored.
pub fn suggest_order(
    files: &BTreeSet<String>,
    arrows: &Arrows,
    preferred: &HashMap<&str, usize>,
    excepted: impl Fn(&str, &str) -> bool,
) -> SuggestedOrder {
    let arrows = arrows.without(excepted);
    let reach: BTreeMap<&str, BTreeSet<&str>> = files
        .iter()
        .map(|file| (file.as_str(), reachable(&arrows, file)))
        .collect();
    // Files without a position come last, `mod.rs` after its siblings and `lib.rs` after all.
    let rank = |file: &str| {
        let name = match file {
            "lib.rs" | "main.rs" => format!("~~{file}"),
            _ => file.replace("mod.rs", "~"),
        };
        (preferred.get(file).copied().unwrap_or(usize::MAX), name)
    };
    let mut waiting: Vec<&str> = files.iter().map(String::as_str).collect();
    waiting.sort_by_key(|file| rank(file));
    let mut suggested = SuggestedOrder {
        files: Vec::new(),
        circles: Vec::new(),
    };
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    while let Some(circle) = waiting.iter().find_map(|file| {
        let mut circle: Vec<&str> = reach[file]
            .iter()
            .copied()
            .filter(|other| reach.get(other).is_some_and(|back| back.contains(file)))
            .collect();
        if !circle.contains(file) {
            circle.push(file);
        }
        let is_ready = circle.iter().all(|member| {
            let mut below = reach[member].iter();
            below.all(|other| circle.contains(other) || placed.contains(other))
        });
        is_ready.then_some(circle)
    }) {
        let circle = within_circle(&arrows, circle, rank);
        placed.extend(&circle);
        waiting.retain(|file| !placed.contains(file));
        suggested
            .files
            .extend(circle.iter().map(ToString::to_string));
        if circle.len() > 1 {
            let circle = circle.iter().map(ToString::to_string).collect();
            suggested.circles.push(circle);
        }
    }
    suggested
}

fn reachable<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut stack: Vec<&str> = arrows.targets(from).collect();
    while let Some(file) = stack.pop() {
        if found.insert(file) {
            stack.extend(arrows.targets(file));
        }
    }
    found
}

/// Orders the files of a circle so that few imports point up: repeatedly takes the file that
/// imports from the fewest of the others.
fn within_circle<'a>(
    arrows: &Arrows,
    mut left: Vec<&'a str>,
    rank: impl Fn(&str) -> (usize, String),
) -> Vec<&'a str> {
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let next = left
            .iter()
            .enumerate()
            .min_by_key(|(_, file)| {
                let upward = arrows.targets(file).filter(|to| left.contains(to)).count();
                (upward, rank(file))
            })
            .map_or(0, |(at, _)| at);
        ordered.push(left.remove(next));
    }
    ordered
}
