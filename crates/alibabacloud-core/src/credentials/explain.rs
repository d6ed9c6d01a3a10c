//! Reports on what a chain did.

use super::{Credentials, CredentialsError, RegionExplanation};
use crate::secret::mask_access_key_id;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The providers that a chain asked, in order, and their outcomes. `Display` prints a table.
/// Contains no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// Every provider of the chain, in order.
    pub steps: Vec<ProviderStep>,
    /// The identity of the calls; `None` if no provider returned credentials.
    pub identity: Option<CallerIdentity>,
    /// The region of clients whose code sets none.
    pub region: RegionExplanation,
}

/// One provider of a chain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderStep {
    /// The name of the provider, such as `default/env`.
    pub provider: String,
    /// The outcome.
    pub outcome: ProviderOutcome,
    /// How long the provider took; zero if it was not reached.
    pub elapsed: Duration,
}

/// The outcome of one provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProviderOutcome {
    /// It returned credentials, which are used.
    Used,
    /// It is not configured, with the reason.
    Skipped(String),
    /// It is configured and does not work. The chain stopped here.
    Failed(CredentialsError),
    /// The chain stopped at an earlier provider.
    NotReached,
}

/// The identity that calls are made with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The source of the credentials, down to the last provider:
    /// `default/cli_profile/ram_role_arn/static_sts`.
    pub provider: String,
    /// The AccessKey ID with its middle masked; `None` for bearer tokens and anonymous credentials.
    pub access_key_id: Option<String>,
    /// The role, if the provider knows it.
    pub role: Option<String>,
    /// When the credentials expire; `None` if they never do or the source does not report it.
    pub expiry: Option<SystemTime>,
    /// How long they were still valid at the time of the explanation; zero if they have expired.
    pub remaining: Option<Duration>,
}

impl CallerIdentity {
    pub(super) fn new(credentials: &Credentials, now: SystemTime) -> Self {
        let expiry = credentials.expiry();
        Self {
            provider: credentials.provider().to_owned(),
            access_key_id: credentials.access_key_id().map(mask_access_key_id),
            role: credentials.role().map(str::to_owned),
            expiry,
            remaining: expiry.map(|expiry| expiry.duration_since(now).unwrap_or(Duration::ZERO)),
        }
    }
}

impl ProviderOutcome {
    fn columns(&self) -> (&'static str, String) {
        match self {
            Self::Used => ("used", String::new()),
            Self::Skipped(why) => ("skipped", why.clone()),
            Self::Failed(error) => ("failed", error.to_string()),
            Self::NotReached => ("not reached", String::new()),
        }
    }
}

impl ProviderStep {
    fn row(&self) -> [String; 4] {
        let (outcome, why) = self.outcome.columns();
        let elapsed = match self.outcome {
            ProviderOutcome::NotReached => String::new(),
            _ => format!("{} ms", self.elapsed.as_millis()),
        };
        [self.provider.clone(), outcome.to_owned(), elapsed, why]
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![["provider", "outcome", "time", "why"].map(str::to_owned)];
        rows.extend(self.steps.iter().map(ProviderStep::row));
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let (provider, outcome, time) = (width(0), width(1), width(2));
        for row in &rows {
            let line = format!(
                "{:provider$}  {:outcome$}  {:>time$}  {}",
                row[0], row[1], row[2], row[3]
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        writeln!(f)?;
        match &self.identity {
            Some(identity) => write!(f, "{identity}\n{}", self.region),
            None => write!(f, "no credentials"),
        }
    }
}

impl fmt::Display for CallerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.access_key_id {
            Some(id) => write!(f, "calls are made as {id}")?,
            None => write!(f, "calls are made without an AccessKey")?,
        }
        if let Some(role) = &self.role {
            write!(f, ", role {role}")?;
        }
        write!(f, ", from {}", self.provider)?;
        match self.remaining {
            Some(Duration::ZERO) => write!(f, ", expired"),
            Some(remaining) => write!(f, ", valid for {}", RoundedDuration(remaining)),
            None => write!(f, ", no expiry known"),
        }
    }
}

/// A duration, shown in its two largest units: `5 h 59 min`.
struct RoundedDuration(Duration);

impl fmt::Display for RoundedDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
        let minutes = seconds / 60 % 60;
        match (days, hours, minutes) {
            (0, 0, 0) => write!(f, "{seconds} s"),
            (0, 0, _) => write!(f, "{minutes} min {} s", seconds % 60),
            (0, _, _) => write!(f, "{hours} h {minutes} min"),
            _ => write!(f, "{days} d {hours} h"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_show_two_units() {
        let shown = |seconds| RoundedDuration(Duration::from_secs(seconds)).to_string();
        assert_eq!(shown(59), "59 s");
        assert_eq!(shown(3_599), "59 min 59 s");
        assert_eq!(shown(21_540), "5 h 59 min");
        assert_eq!(shown(200_000), "2 d 7 h");
    }

    #[test]
    fn the_table_is_aligned() {
        let explanation = Explanation {
            steps: vec![
                ProviderStep {
                    provider: "default/env".into(),
                    outcome: ProviderOutcome::Skipped(
                        "ALIBABA_CLOUD_ACCESS_KEY_ID is not set".into(),
                    ),
                    elapsed: Duration::ZERO,
                },
                ProviderStep {
                    provider: "default/oidc_role_arn".into(),
                    outcome: ProviderOutcome::Used,
                    elapsed: Duration::from_millis(42),
                },
                ProviderStep {
                    provider: "default/profile".into(),
                    outcome: ProviderOutcome::NotReached,
                    elapsed: Duration::ZERO,
                },
            ],
            identity: None,
            region: RegionExplanation::default(),
        };
        let expected = "\
provider               outcome       time  why
default/env            skipped       0 ms  ALIBABA_CLOUD_ACCESS_KEY_ID is not set
default/oidc_role_arn  used         42 ms
default/profile        not reached

no credentials";
        assert_eq!(explanation.to_string(), expected);
    }
}
