//! Publishes the crates of a plan: in order, at the pace of the registry, and so that an
//! interrupted run can continue.

use super::pacing::{NEW_CRATES, NEW_VERSIONS, Pace};
use super::plan::{Release, ReleasePlan};
use super::record::{Progress, Publication};

/// How an attempt to publish a crate ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is published.
    Published,
    /// The registry already has this version.
    AlreadyThere,
    /// The registry wants fewer crates per time.
    TooMany,
    /// Anything else, with the output of cargo.
    Failed(String),
}

/// What publishing needs from outside: the registry, time, and a place for its progress.
pub trait World {
    /// Publishes a crate.
    fn publish(&mut self, name: &str) -> Attempt;
    /// Returns the time: seconds since 1970.
    fn now(&self) -> u64;
    /// Waits.
    fn sleep(&mut self, seconds: u64);
    /// Keeps the progress for a later run.
    ///
    /// # Errors
    ///
    /// Returns a message if it cannot be kept.
    fn save(&mut self, progress: &Progress) -> Result<(), String>;
    /// Reports a line to the person who waits.
    fn say(&mut self, line: &str);
}

/// How often a crate is tried again that the registry refuses because of its limits.
const MOST_REFUSALS: usize = 10;

/// Publishes all crates of a plan that `progress` does not have, and adds them to it.
///
/// # Errors
///
/// Returns a message for the first crate that cannot be published. Those before it are in
/// `progress`, which is saved after each.
pub fn publish(
    plan: &ReleasePlan,
    progress: &mut Progress,
    world: &mut dyn World,
) -> Result<(), String> {
    let mut paces = [Pace::new(NEW_VERSIONS), Pace::new(NEW_CRATES)];
    for publication in &progress.published {
        paces[usize::from(publication.new_crate)].add(publication.time);
    }
    let count = plan.releases.len();
    for (index, release) in plan.releases.iter().enumerate() {
        let place = format!("[{}/{count}] {} {}", index + 1, release.name, release.to);
        if let Some(earlier) = progress.of(&release.name, &release.to) {
            let note = if earlier.content == release.content {
                ""
            } else {
                "; its later changes need another version"
            };
            world.say(&format!("{place}: published by an earlier run{note}"));
            continue;
        }
        let pace = &mut paces[usize::from(release.is_new())];
        publish_one(release, &place, pace, world)?;
        progress.published.push(Publication {
            name: release.name.clone(),
            version: release.to.clone(),
            content: release.content.clone(),
            new_crate: release.is_new(),
            time: world.now(),
        });
        world.save(progress)?;
    }
    Ok(())
}

fn publish_one(
    release: &Release,
    place: &str,
    pace: &mut Pace,
    world: &mut dyn World,
) -> Result<(), String> {
    for _ in 0..=MOST_REFUSALS {
        let seconds = pace.wait(world.now());
        if seconds > 0 {
            world.say(&format!(
                "{place}: waiting {seconds} s for the limit of the registry"
            ));
            world.sleep(seconds);
        }
        match world.publish(&release.name) {
            Attempt::Published => {
                pace.add(world.now());
                world.say(&format!("{place}: published"));
                return Ok(());
            }
            Attempt::AlreadyThere => {
                world.say(&format!("{place}: the registry already has it"));
                return Ok(());
            }
            Attempt::TooMany => {
                pace.exhaust(world.now());
                world.say(&format!(
                    "{place}: refused because of the limit of the registry"
                ));
            }
            Attempt::Failed(output) => {
                return Err(format!(
                    "cannot publish {} {}; run the command again to continue with it\n{output}",
                    release.name, release.to
                ));
            }
        }
    }
    Err(format!(
        "the registry refuses {} {} again and again because of its limits; run the command again \
         later to continue with it",
        release.name, release.to
    ))
}

/// Returns what the output of a failed `cargo publish` means.
pub fn judge(output: &str) -> Attempt {
    let lower = output.to_ascii_lowercase();
    if lower.contains("already uploaded") || lower.contains("already exists on") {
        Attempt::AlreadyThere
    } else if lower.contains("429") && lower.contains("too many") {
        Attempt::TooMany
    } else {
        Attempt::Failed(output.trim().to_owned())
    }
}
