//! What to release: which crates changed, the version of each, and the order.

use super::pacing::{NEW_CRATES, NEW_VERSIONS, Pace};
use super::packages::Package;
use super::record::Record;
use super::version::CrateVersion;
use crate::diff::Bump;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The releases, in the order of their dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleasePlan {
    /// One for each crate that changed, or that moves with one that did.
    pub releases: Vec<Release>,
    /// The number of crates that do not change.
    pub unchanged: usize,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// The release of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Name of the crate.
    pub name: String,
    /// Directory of its specification; `None` for a hand-written crate.
    pub spec: Option<String>,
    /// Last version; `None` for a new crate.
    pub from: Option<String>,
    /// Version to publish.
    pub to: String,
    /// Hash of the content.
    pub content: String,
    /// Whether the working tree has another version, which must be set first.
    pub unset: bool,
    /// Why.
    pub why: String,
}

impl Release {
    /// Whether the registry does not have the crate.
    pub fn is_new(&self) -> bool {
        self.from.is_none()
    }
}

/// How much the specification of a service changed since a commit, and why.
pub type SpecChange<'a> = dyn Fn(&str, &str) -> Result<(Bump, String), String> + 'a;

/// Plans the release of all crates that changed.
///
/// The hand-written crates move together, by the bump that a person chooses; a service and its
/// model move together, by the bump that `spec_change` finds between the commit of the last release
/// and now.
///
/// # Errors
///
/// Returns messages about versions in the working tree that are too low, and what `spec_change`
/// reports.
pub fn plan(
    packages: &[Package],
    record: &Record,
    shared: Bump,
    spec_change: &SpecChange<'_>,
) -> Result<ReleasePlan, Vec<String>> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Package>> = BTreeMap::new();
    for package in packages {
        groups
            .entry(package.spec.as_deref())
            .or_default()
            .push(package);
    }
    let mut errors = Vec::new();
    let mut plan = ReleasePlan::default();
    let mut releases = BTreeMap::new();
    let is_changed = |package: &Package| {
        let last = record.crates.get(&package.name);
        last.is_none_or(|last| last.content != package.content)
    };
    let was_released = |group: &[&Package]| {
        let mut names = group.iter().map(|package| &package.name);
        names.any(|name| record.crates.contains_key(name))
    };
    let shared_group = groups.get(&None).map(Vec::as_slice).unwrap_or_default();
    // Generated code uses hidden parts of the core, so it moves when those break.
    let all_move = shared == Bump::Major
        && was_released(shared_group)
        && shared_group.iter().any(|package| is_changed(package));
    for (spec, group) in &groups {
        let moves = all_move && spec.is_some();
        if !moves && !group.iter().any(|package| is_changed(package)) {
            plan.unchanged += group.len();
            continue;
        }
        let (bump, why) = match spec {
            _ if !was_released(group) => (Bump::None, "first release".to_owned()),
            None => {
                plan.notes.push(format!(
                    "the hand-written crates changed; this is a {} bump by --shared, which must \
                     agree with `cargo semver-checks`",
                    shared.name()
                ));
                (shared.max(Bump::Patch), "changed".to_owned())
            }
            Some(spec) => {
                let last = group.iter().find_map(|p| record.crates.get(&p.name));
                let commit = last.map(|last| last.commit.as_str()).unwrap_or_default();
                match spec_change(spec, commit) {
                    Ok(_) if all_move => (Bump::Major, "the core has a breaking change".to_owned()),
                    Ok((bump, why)) => (bump.max(Bump::Patch), why),
                    Err(error) => {
                        errors.push(error);
                        continue;
                    }
                }
            }
        };
        let members = group
            .iter()
            .map(|package| release(package, record, bump, &why));
        match members.collect::<Result<Vec<_>, _>>() {
            Ok(members) => releases.extend(together(members)),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for name in order(packages) {
        plan.releases
            .extend(releases.remove(name).map(|(_, release)| release));
    }
    Ok(plan)
}

/// Returns the release of a crate. A version that a person has already raised is kept, if it is
/// high enough.
fn release(
    package: &Package,
    record: &Record,
    bump: Bump,
    why: &str,
) -> Result<(CrateVersion, Release), String> {
    let name = &package.name;
    let current = CrateVersion::parse(&package.version).ok_or_else(|| {
        format!(
            "{name} has the version {}: expected three numbers",
            package.version
        )
    })?;
    let from = record.crates.get(name).map(|last| last.version.clone());
    let needed = match from.as_deref().map(CrateVersion::parse) {
        None => current,
        Some(Some(last)) => last.next(bump),
        Some(None) => return Err(format!("{name}: the record has an invalid version")),
    };
    let unset = from.as_deref() == Some(package.version.as_str());
    if !unset && current < needed {
        return Err(format!(
            "{name} has the version {current}, but needs at least {needed} ({why})"
        ));
    }
    let to = if unset { needed } else { current };
    let release = Release {
        name: name.clone(),
        spec: package.spec.clone(),
        from,
        to: to.to_string(),
        content: package.content.clone(),
        unset,
        why: why.to_owned(),
    };
    Ok((to, release))
}

/// Returns the releases of a group by name, all with the highest version of them: a crate that is
/// new in the group does not start at its own version.
fn together(
    members: Vec<(CrateVersion, Release)>,
) -> impl Iterator<Item = (String, (CrateVersion, Release))> {
    let highest = members.iter().map(|(version, _)| *version).max();
    members.into_iter().map(move |(version, mut release)| {
        if let Some(highest) = highest.filter(|highest| *highest > version) {
            release.to = highest.to_string();
            release.unset = true;
        }
        (release.name.clone(), (version, release))
    })
}

/// Returns the names of all crates, each after those that it depends on, otherwise sorted.
fn order(packages: &[Package]) -> Vec<&str> {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = packages
        .iter()
        .map(|package| {
            let dependencies = package.dependencies.iter().map(String::as_str);
            (package.name.as_str(), dependencies.collect())
        })
        .collect();
    let mut ordered = Vec::with_capacity(packages.len());
    while !left.is_empty() {
        let ready = left
            .iter()
            .find(|(_, needs)| needs.iter().all(|need| !left.contains_key(need)))
            // Only development dependencies can be circular; cargo then reports the problem.
            .or_else(|| left.iter().next());
        let Some(name) = ready.map(|(name, _)| *name) else {
            break;
        };
        left.remove(name);
        ordered.push(name);
    }
    ordered
}

impl ReleasePlan {
    /// Returns how many seconds the limits of the registry alone make the releases take.
    pub fn seconds(&self) -> u64 {
        let mut paces = [Pace::new(NEW_VERSIONS), Pace::new(NEW_CRATES)];
        let mut now = 0;
        for release in &self.releases {
            let pace = &mut paces[usize::from(release.is_new())];
            now += pace.wait(now);
            pace.add(now);
        }
        now
    }

    /// Returns the plan for people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let count = self.releases.len();
        let _ = writeln!(
            text,
            "{count} crates to release, {} unchanged",
            self.unchanged
        );
        let width = self.releases.iter().map(|r| r.name.len()).max();
        let width = width.unwrap_or_default();
        for release in &self.releases {
            let from = release.from.as_deref().unwrap_or("new");
            let _ = writeln!(
                text,
                "  {:<width$}  {from:>7} -> {:<7} {}",
                release.name, release.to, release.why
            );
        }
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        let new = self
            .releases
            .iter()
            .filter(|release| release.is_new())
            .count();
        if count > 0 {
            let _ = writeln!(
                text,
                "{new} new crates and {} new versions; the limits of the registry make this take \
                 at least {} minutes",
                count - new,
                self.seconds().div_ceil(60)
            );
        }
        if self.releases.iter().any(|release| release.unset) {
            text.push_str("next: `cargo xtask release --set-versions`, and commit the result\n");
        } else if count > 0 {
            text.push_str("next: `cargo xtask release --execute` publishes\n");
        }
        text
    }
}
