//! The safety policy of the command line interface (CLI), which clients follow on request.

pub(crate) mod policy;

use crate::credentials::{Environment, home, non_empty};
use crate::error::{Error, Result};
use crate::request::{Pairs, PreparedRequest};
use policy::{CallNames, RuleAction, SafetyPolicy, SafetyRule};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;

/// The path of the file; the CLI sets it for the programs that it starts.
const FILE_VARIABLE: &str = "ALIBABA_CLOUD_CLI_SAFETY_POLICY_FILE";
/// The variables that replace what the file says.
const ENABLED_VARIABLE: &str = "ALIBABA_CLOUD_SAFETY_POLICY_ENABLED";
const RULES_VARIABLE: &str = "ALIBABA_CLOUD_SAFETY_POLICY_RULES";
/// Confirms all calls in advance.
const SKIP_VARIABLE: &str = "ALIBABA_CLOUD_SAFETY_SKIP_CONFIRM";
/// The maximum size of the file, in bytes. Usual files have less than a kilobyte.
const LARGEST_FILE: usize = 1024 * 1024;

/// A call that a rule of the safety policy lets pass only with a confirmation, for the hook of
/// [`Config::confirm`](crate::Config::confirm).
///
/// `Display` is one line: `oos:DeleteTemplate (rule *:Delete*)`.
#[derive(Debug)]
pub struct Confirmation {
    product: String,
    operation: String,
    target: String,
    parameters: Pairs,
    rule: String,
}

impl Confirmation {
    /// Returns the product code: `oos`.
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Returns the operation: `DeleteTemplate`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the HTTP method and the percent-encoded path: `DELETE /clusters/c1`. Of RPC
    /// operations they say nothing about the call.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns the parameters of the query and then of the form, each sorted, with `REDACTED` for
    /// secret values.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter()
    }

    /// Returns the pattern of the rule: `*:Delete*`.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            product,
            operation,
            rule,
            ..
        } = self;
        write!(f, "{product}:{operation} (rule {rule})")
    }
}

/// The function of the program that confirms calls.
#[derive(Clone)]
pub(crate) struct ConfirmHook(Arc<dyn Fn(&Confirmation) -> bool + Send + Sync>);

impl ConfirmHook {
    pub(crate) fn new(hook: impl Fn(&Confirmation) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// Asks the program, on a thread where it can wait for a person.
    async fn ask(&self, confirmation: Confirmation) -> Result<bool> {
        let hook = self.0.clone();
        let Ok(runtime) = Handle::try_current() else {
            return Ok(hook(&confirmation));
        };
        let asked = runtime.spawn_blocking(move || hook(&confirmation)).await;
        asked.map_err(|error| Error::not_confirmed(format!("the hook did not return: {error}")))
    }
}

impl fmt::Debug for ConfirmHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfirmHook")
    }
}

/// The safety policy of the CLI, once a call has read it. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct CliSafetyPolicy(Arc<OnceLock<LoadedPolicy>>);

/// A policy with its source.
#[derive(Debug)]
struct LoadedPolicy {
    policy: SafetyPolicy,
    /// The file or variable of the rules, for messages.
    source: String,
    /// All calls count as confirmed.
    is_confirmed: bool,
}

impl CliSafetyPolicy {
    /// Checks a call; one that needs a confirmation by asking `hook`.
    ///
    /// # Errors
    /// If the policy cannot be read, it denies the call, or the call is not confirmed.
    pub(crate) async fn check(
        &self,
        call: &CallNames,
        product: &str,
        request: &PreparedRequest,
        hook: Option<&ConfirmHook>,
        environment: &dyn Environment,
    ) -> Result<()> {
        let loaded = match self.0.get() {
            Some(loaded) => loaded,
            None => {
                let loaded = LoadedPolicy::read(environment)
                    .await
                    .map_err(Error::config)?;
                self.0.get_or_init(|| loaded)
            }
        };
        let Some(SafetyRule { pattern, action }) = loaded.policy.rule(call) else {
            return Ok(());
        };
        let source = &loaded.source;
        match action {
            RuleAction::Allow => return Ok(()),
            RuleAction::Confirm if loaded.is_confirmed => return Ok(()),
            RuleAction::Confirm => {}
            RuleAction::Deny => {
                return Err(Error::guarded(format!(
                    "the safety policy denies calls that match {pattern:?} ({source})"
                )));
            }
        }
        let Some(hook) = hook else {
            return Err(Error::not_confirmed(format!(
                "the safety policy requires a confirmation of calls that match {pattern:?} \
                 ({source}), and the client has no hook for it: set one with Config::confirm"
            )));
        };
        let shown = request.redacted();
        let mut parameters = Pairs::new();
        for (name, value) in shown.query().iter().chain(shown.form().iter()) {
            parameters.push(name, value);
        }
        let confirmation = Confirmation {
            product: product.to_owned(),
            operation: request.action().to_owned(),
            target: format!("{} {}", shown.method(), shown.path()),
            parameters,
            rule: pattern.clone(),
        };
        match hook.ask(confirmation).await? {
            true => Ok(()),
            false => Err(Error::not_confirmed(format!(
                "the confirmation that the safety policy requires of calls that match {pattern:?} \
                 ({source}) was refused"
            ))),
        }
    }
}

impl LoadedPolicy {
    /// Reads the policy as the CLI does, but a policy that the CLI would skip is an error.
    async fn read(environment: &dyn Environment) -> std::result::Result<Self, String> {
        let enabled = switch(environment, ENABLED_VARIABLE)?;
        // An empty list is one without rules.
        let rules = environment.variable(RULES_VARIABLE);
        let rules = rules.map(|list| SafetyRule::parse_list(&list));
        let rules = rules
            .transpose()
            .map_err(|e| format!("{RULES_VARIABLE}: {e}"))?;
        let is_confirmed = switch(environment, SKIP_VARIABLE)?.unwrap_or_default();
        let (policy, source) = match (enabled, rules) {
            (Some(enabled), Some(rules)) => {
                (SafetyPolicy { enabled, rules }, RULES_VARIABLE.to_owned())
            }
            (enabled, rules) => {
                let (mut policy, mut source) = read_file(environment).await?;
                policy.enabled = enabled.unwrap_or(policy.enabled);
                if let Some(rules) = rules {
                    policy.rules = rules;
                    RULES_VARIABLE.clone_into(&mut source);
                }
                (policy, source)
            }
        };
        Ok(Self {
            policy,
            source,
            is_confirmed,
        })
    }
}

/// Reads the file of the policy. Returns it with the path of the file. Without the default file
/// there are no rules: the CLI creates it with the first one.
async fn read_file(
    environment: &dyn Environment,
) -> std::result::Result<(SafetyPolicy, String), String> {
    let set = non_empty(environment, FILE_VARIABLE).map(PathBuf::from);
    let is_set = set.is_some();
    let default = || {
        Some(
            home(environment)?
                .join(".aliyun")
                .join("safety-policy.json"),
        )
    };
    let path = set.or_else(default).ok_or_else(|| {
        format!(
            "the safety policy cannot be found: there is no home directory; set {FILE_VARIABLE} to \
             the path of its file"
        )
    })?;
    let source = path.display().to_string();
    let fail = |problem: String| format!("the safety policy {source} {problem}");
    let bytes = match environment.read(&path, LARGEST_FILE).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_set => {
            return Ok((SafetyPolicy::default(), source));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(fail(format!("does not exist; {FILE_VARIABLE} names it")));
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Err(fail(format!("is larger than {LARGEST_FILE} bytes")));
        }
        Err(error) => return Err(fail(format!("cannot be read: {error}"))),
    };
    let text = String::from_utf8(bytes).map_err(|_| fail("is not UTF-8 text".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let policy =
        SafetyPolicy::parse(text).map_err(|e| format!("the safety policy {source}: {e}"))?;
    Ok((policy, source))
}

/// Returns the value of a switch, or `None` if it is unset or blank.
fn switch(environment: &dyn Environment, name: &str) -> std::result::Result<Option<bool>, String> {
    let Some(value) = non_empty(environment, name) else {
        return Ok(None);
    };
    match value.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" => Ok(Some(true)),
        "false" | "f" | "0" => Ok(Some(false)),
        _ => Err(format!("invalid value of {name}: expected true or false")),
    }
}
