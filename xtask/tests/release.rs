//! Releases: the plan, the pace, interruptions and failures. Nothing here reaches a registry.
#![cfg(test)]

mod support;

use std::collections::{BTreeSet, HashMap};
use xtask::diff::Bump;
use xtask::release::pacing::{NEW_CRATES, NEW_VERSIONS};
use xtask::release::packages::Package;
use xtask::release::plan::{ReleasePlan, plan};
use xtask::release::publish::{Attempt, World, judge, publish};
use xtask::release::record::{LastRelease, Progress, Record};

fn package(name: &str, spec: Option<&str>, dependencies: &[&str]) -> Package {
    Package {
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        spec: spec.map(str::to_owned),
        content: format!("content of {name}"),
    }
}

/// A core, and two services with their models.
fn packages() -> Vec<Package> {
    vec![
        package("core", None, &["types"]),
        package("shop", Some("specs/shop"), &["core", "shop-model"]),
        package("shop-model", Some("specs/shop"), &["types"]),
        package("tea", Some("specs/tea"), &["core", "tea-model"]),
        package("tea-model", Some("specs/tea"), &["types"]),
        package("types", None, &[]),
    ]
}

/// The record after a release of all crates.
fn recorded(packages: &[Package]) -> Record {
    let release = |package: &Package| LastRelease {
        version: package.version.clone(),
        content: package.content.clone(),
        commit: "c0ffee".to_owned(),
    };
    let crates = packages
        .iter()
        .map(|p| (p.name.clone(), release(p)))
        .collect();
    Record { crates }
}

fn change(packages: &mut [Package], name: &str) {
    let package = packages
        .iter_mut()
        .find(|package| package.name == name)
        .unwrap();
    package.content.push_str(", changed");
}

fn planned(packages: &[Package], record: &Record, shared: Bump, service: Bump) -> ReleasePlan {
    plan(packages, record, shared, &|_, commit| {
        assert_eq!(commit, "c0ffee");
        Ok((service, service.name().to_owned()))
    })
    .unwrap()
}

fn shown(plan: &ReleasePlan) -> Vec<String> {
    let releases = plan.releases.iter();
    releases
        .map(|release| format!("{} {}", release.name, release.to))
        .collect()
}

#[test]
fn the_first_release_has_all_crates_after_their_dependencies() {
    let plan = planned(&packages(), &Record::default(), Bump::Minor, Bump::None);
    assert_eq!(
        shown(&plan),
        [
            "types 0.1.0",
            "core 0.1.0",
            "shop-model 0.1.0",
            "shop 0.1.0",
            "tea-model 0.1.0",
            "tea 0.1.0"
        ]
    );
    assert!(
        plan.releases
            .iter()
            .all(|release| release.is_new() && !release.unset)
    );
    // Five at once, one more after ten minutes.
    assert_eq!(plan.seconds(), NEW_CRATES.interval);
}

#[test]
fn only_changed_services_are_released_with_their_models() {
    let mut all = packages();
    let record = recorded(&all);
    assert_eq!(planned(&all, &record, Bump::Minor, Bump::None).unchanged, 6);
    change(&mut all, "tea");
    for (bump, version) in [
        (Bump::None, "0.1.1"),
        (Bump::Minor, "0.1.1"),
        (Bump::Major, "0.2.0"),
    ] {
        let plan = planned(&all, &record, Bump::Minor, bump);
        let expected = [format!("tea-model {version}"), format!("tea {version}")];
        assert_eq!(shown(&plan), expected);
        assert_eq!(plan.unchanged, 4);
        assert!(plan.releases.iter().all(|release| release.unset));
        assert!(
            plan.to_text().contains("--set-versions"),
            "{}",
            plan.to_text()
        );
    }
}

#[test]
fn hand_written_crates_move_together_and_take_services_along_when_they_break() {
    let mut all = packages();
    let record = recorded(&all);
    change(&mut all, "types");
    let plan = planned(&all, &record, Bump::Minor, Bump::None);
    assert_eq!(shown(&plan), ["types 0.1.1", "core 0.1.1"]);
    assert!(plan.notes[0].contains("semver-checks"), "{:?}", plan.notes);
    let plan = planned(&all, &record, Bump::Major, Bump::None);
    assert_eq!(plan.releases.len(), 6);
    assert!(plan.releases.iter().all(|release| release.to == "0.2.0"));
}

#[test]
fn a_version_that_a_person_set_counts_if_it_is_high_enough() {
    let mut all = packages();
    let record = recorded(&all);
    change(&mut all, "shop");
    let set = |all: &mut Vec<Package>, version: &str| {
        for package in all
            .iter_mut()
            .filter(|p| p.spec.as_deref() == Some("specs/shop"))
        {
            package.version = version.to_owned();
        }
    };
    set(&mut all, "0.1.4");
    let kept = planned(&all, &record, Bump::Minor, Bump::Minor);
    assert_eq!(shown(&kept), ["shop-model 0.1.4", "shop 0.1.4"]);
    assert!(kept.releases.iter().all(|release| !release.unset));
    assert!(kept.to_text().contains("--execute"), "{}", kept.to_text());
    let errors = plan(&all, &record, Bump::Minor, &|_, _| {
        Ok((Bump::Major, "op_removed".to_owned()))
    });
    let expected = "shop has the version 0.1.4, but needs at least 0.2.0 (op_removed)";
    assert_eq!(errors.unwrap_err(), [expected]);
}

#[test]
fn a_new_crate_of_a_group_has_the_version_of_the_group() {
    let mut all = packages();
    for package in &mut all {
        package.version = "0.3.0".to_owned();
    }
    let record = recorded(&all);
    let mut extra = package("spec", None, &[]);
    extra.version = "0.3.0".to_owned();
    all.push(extra);
    let plan = planned(&all, &record, Bump::Minor, Bump::None);
    assert_eq!(shown(&plan), ["spec 0.3.1", "types 0.3.1", "core 0.3.1"]);
    let spec = &plan.releases[0];
    assert!(spec.is_new() && spec.unset);
}

/// A registry with a clock, and what happened.
#[derive(Default)]
struct FakeWorld {
    now: u64,
    published: Vec<(String, u64)>,
    /// The next outcomes of a crate, in place of success.
    outcomes: HashMap<String, Vec<Attempt>>,
    saved: Progress,
    lines: Vec<String>,
}

impl World for FakeWorld {
    fn publish(&mut self, name: &str) -> Attempt {
        // Building a crate takes time.
        self.now += 2;
        if let Some(outcomes) = self.outcomes.get_mut(name) {
            if !outcomes.is_empty() {
                return outcomes.remove(0);
            }
        }
        self.published.push((name.to_owned(), self.now));
        Attempt::Published
    }

    fn now(&self) -> u64 {
        self.now
    }

    fn sleep(&mut self, seconds: u64) {
        self.now += seconds;
    }

    fn save(&mut self, progress: &Progress) -> Result<(), String> {
        self.saved = progress.clone();
        Ok(())
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
}

fn names(world: &FakeWorld) -> Vec<&str> {
    world
        .published
        .iter()
        .map(|(name, _)| name.as_str())
        .collect()
}

const ORDER: [&str; 6] = ["types", "core", "shop-model", "shop", "tea-model", "tea"];

#[test]
fn new_crates_are_published_at_the_pace_of_the_registry() {
    let plan = planned(&packages(), &Record::default(), Bump::Minor, Bump::None);
    let mut world = FakeWorld {
        now: 10_000,
        ..FakeWorld::default()
    };
    publish(&plan, &mut Progress::default(), &mut world).unwrap();
    assert_eq!(names(&world), ORDER);
    let times: Vec<u64> = world
        .published
        .iter()
        .map(|(_, time)| time - 10_000)
        .collect();
    assert_eq!(times[..5], [2, 4, 6, 8, 10]);
    // Ten minutes after the first, since a place becomes free then; and it takes time itself.
    assert!((600..=606).contains(&times[5]), "{times:?}");
    assert!(
        world.lines.iter().any(|line| line.contains("waiting")),
        "{:?}",
        world.lines
    );
}

#[test]
fn new_versions_have_a_pace_of_their_own() {
    let mut all: Vec<Package> = (0..32)
        .map(|i| package(&format!("c{i:02}"), None, &[]))
        .collect();
    let record = recorded(&all);
    change(&mut all, "c00");
    let plan = planned(&all, &record, Bump::Minor, Bump::None);
    let mut world = FakeWorld::default();
    publish(&plan, &mut Progress::default(), &mut world).unwrap();
    let times: Vec<u64> = world.published.iter().map(|(_, time)| *time).collect();
    assert_eq!(
        times[29], 60,
        "the burst: two seconds each, without waiting"
    );
    assert!(
        times[31] - times[30] >= NEW_VERSIONS.interval - 2,
        "{times:?}"
    );
}

#[test]
fn an_interrupted_release_continues_with_what_is_left_and_what_it_used() {
    let plan = planned(&packages(), &Record::default(), Bump::Minor, Bump::None);
    let failure = Attempt::Failed("error: the network is down".to_owned());
    let mut world = FakeWorld {
        now: 10_000,
        outcomes: HashMap::from([("tea-model".to_owned(), vec![failure])]),
        ..FakeWorld::default()
    };
    let error = publish(&plan, &mut Progress::default(), &mut world).unwrap_err();
    assert!(
        error.contains("cannot publish tea-model 0.1.0; run the command again"),
        "{error}"
    );
    assert!(error.contains("the network is down"), "{error}");
    assert_eq!(names(&world), ORDER[..4]);
    assert_eq!(world.saved.published.len(), 4);

    let mut second = FakeWorld {
        now: 10_060,
        ..FakeWorld::default()
    };
    publish(&plan, &mut world.saved.clone(), &mut second).unwrap();
    assert_eq!(names(&second), ORDER[4..]);
    assert!(
        !second
            .lines
            .iter()
            .any(|line| line.contains("later changes"))
    );
    let (_, last) = second.published[1];
    assert!(last >= 10_600, "the burst of the first run counts: {last}");
}

#[test]
fn a_crate_that_changes_during_a_release_keeps_what_was_published() {
    let mut all = packages();
    let first = planned(&all, &Record::default(), Bump::Minor, Bump::None);
    let mut progress = Progress::default();
    publish(&first, &mut progress, &mut FakeWorld::default()).unwrap();
    change(&mut all, "core");
    let second = planned(&all, &Record::default(), Bump::Minor, Bump::None);
    let mut world = FakeWorld::default();
    publish(&second, &mut progress, &mut world).unwrap();
    assert_eq!(world.published, []);
    let line =
        "[2/6] core 0.1.0: published by an earlier run; its later changes need another version";
    assert!(world.lines.iter().any(|l| l == line), "{:?}", world.lines);
    assert_eq!(
        progress.of("core", "0.1.0").unwrap().content,
        "content of core"
    );
}

#[test]
fn what_the_registry_already_has_is_skipped() {
    let plan = planned(&packages(), &Record::default(), Bump::Minor, Bump::None);
    let mut world = FakeWorld {
        outcomes: HashMap::from([("core".to_owned(), vec![Attempt::AlreadyThere])]),
        ..FakeWorld::default()
    };
    let mut progress = Progress::default();
    publish(&plan, &mut progress, &mut world).unwrap();
    assert_eq!(world.published.len(), 5);
    assert!(progress.of("core", "0.1.0").is_some());
}

#[test]
fn a_refusal_because_of_the_limits_is_waited_for() {
    let plan = planned(&packages(), &Record::default(), Bump::Minor, Bump::None);
    let refused = |times| HashMap::from([("types".to_owned(), vec![Attempt::TooMany; times])]);
    let mut world = FakeWorld {
        outcomes: refused(2),
        ..FakeWorld::default()
    };
    publish(&plan, &mut Progress::default(), &mut world).unwrap();
    assert_eq!(names(&world), ORDER);
    assert!(
        world.published[0].1 >= 2 * NEW_CRATES.interval,
        "{:?}",
        world.published
    );
    // The burst is used, so each other crate waits, too.
    assert!(
        world.published[5].1 >= 6 * NEW_CRATES.interval,
        "{:?}",
        world.published
    );

    let mut world = FakeWorld {
        outcomes: refused(100),
        ..FakeWorld::default()
    };
    let error = publish(&plan, &mut Progress::default(), &mut world).unwrap_err();
    assert!(error.contains("run the command again later"), "{error}");
    assert_eq!(world.published, []);
}

#[test]
fn the_output_of_cargo_is_understood() {
    for (output, expected) in [
        (
            "error: crate alibabacloud-oos@0.1.0 already exists on crates.io index",
            Attempt::AlreadyThere,
        ),
        (
            "the remote server responded with an error: crate version `0.1.0` is already uploaded",
            Attempt::AlreadyThere,
        ),
        (
            "the remote server responded with an error (status 429 Too Many Requests): You have \
             published too many new crates in a short period of time.",
            Attempt::TooMany,
        ),
        (
            "error: failed to verify package\n",
            Attempt::Failed("error: failed to verify package".to_owned()),
        ),
    ] {
        assert_eq!(judge(output), expected);
    }
}

#[test]
fn every_crate_of_this_workspace_is_planned_once() {
    let output = support::xtask(&xtask::repository::root(), &["release", "--plan"]);
    support::passes(&output);
    let text = support::text(&output.stdout);
    let planned: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .collect();
    for name in ["types", "core", "spec", "emulator", "oos", "oos-model"] {
        let name = format!("alibabacloud-{name}");
        assert!(planned.contains(name.as_str()), "{name} in {text}");
    }
    assert!(!text.contains("fixture"), "{text}");
    let both = support::xtask(
        &xtask::repository::root(),
        &["release", "--plan", "--execute"],
    );
    assert_eq!(both.status.code(), Some(2));
}

/// The three steps in a copy of this repository, with a registry that has every crate already.
#[cfg(unix)]
#[test]
fn a_release_is_planned_set_executed_and_recorded() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::{Command, Output};

    let copy = support::copy_of_the_repository("release");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let fake = Path::new(env!("CARGO_TARGET_TMPDIR")).join("release-cargo");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = publish ]; then\n  echo \"$3\" >>\"$0.log\"\n  \
         echo \"error: crate $3 already exists on the index\" >&2\n  exit 101\nfi\n\
         exec \"{cargo}\" \"$@\"\n"
    );
    fs::write(&fake, script).unwrap();
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
    let log = fake.with_extension("log");
    let _ = fs::remove_file(&log);
    let release = |arguments: &[&str]| -> Output {
        let arguments: Vec<&str> = ["release"].iter().chain(arguments).copied().collect();
        let mut command = support::command(&copy, &arguments);
        let command = command
            .env("CARGO", &fake)
            .env("CARGO_TARGET_DIR", copy.join("target"));
        command.output().unwrap()
    };
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]);
        let output = command.args(arguments).current_dir(&copy).output().unwrap();
        support::passes(&output);
    };
    let commit = |message: &str| {
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", message]);
    };
    support::passes(&support::xtask(&copy, &["codegen"]));
    git(&["init", "--quiet"]);
    commit("first");

    // Only commits are released.
    fs::write(copy.join("stray.txt"), "x").unwrap();
    let output = release(&["--execute"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(support::text(&output.stderr).contains("?? stray.txt"));
    fs::remove_file(copy.join("stray.txt")).unwrap();

    // The changelogs of the services name each release.
    let output = release(&["--execute"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(support::text(&output.stderr).contains("does not have the version of the plan"));
    support::passes(&release(&["--set-versions"]));
    commit("set the versions");
    support::passes(&release(&["--execute"]));
    let published = fs::read_to_string(&log).unwrap();
    assert!(
        published.contains("\nalibabacloud-oos-model\nalibabacloud-oos\n"),
        "{published}"
    );
    commit("record the release");
    let plan = support::text(&release(&[]).stdout);
    assert!(plan.starts_with("0 crates to release"), "{plan}");

    // A new parameter: the service gets a new version, and so do the crates with its copy.
    let spec = "api-specs/oos/2019-06-01";
    let operation = copy.join(spec).join("operations/ListActions.yaml");
    let text = fs::read_to_string(&operation).unwrap();
    let added = "  parameters:\n    - name: Colour\n      in: query\n      description: A colour.\n      \
                 schema:\n        type: string\n";
    let changed = text.replacen("  parameters:\n", added, 1);
    assert_ne!(changed, text);
    fs::write(&operation, changed).unwrap();
    support::passes(&support::xtask(&copy, &["codegen"]));
    commit("add a parameter");
    let output = release(&["--set-versions"]);
    support::passes(&output);
    let plan = support::text(&output.stdout);
    let words: Vec<&str> = plan.split_whitespace().collect();
    assert!(
        words
            .join(" ")
            .contains("alibabacloud-oos-model 0.1.0 -> 0.1.1 optional_param_added"),
        "{plan}"
    );
    let main = fs::read_to_string(copy.join(spec).join("openapi.yaml")).unwrap();
    assert!(main.contains("\n  crate-version: 0.1.1\n"), "{main}");
    let output = release(&["--execute"]);
    assert!(support::text(&output.stderr).contains("the tree has changes"));
    commit("set the versions");
    support::passes(&release(&["--execute"]));
    let record = fs::read_to_string(copy.join("releases.json")).unwrap();
    assert!(record.contains("\"version\": \"0.1.1\""), "{record}");
    commit("record the release");
    let plan = support::text(&release(&[]).stdout);
    assert!(plan.starts_with("0 crates to release"), "{plan}");
    fs::remove_dir_all(copy).unwrap();
}
