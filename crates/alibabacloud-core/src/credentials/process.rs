//! Credentials printed by a program.

use super::fields::{FieldError, Fields, kind};
use super::profile;
use super::variables::is_on;
use super::{CommandOutput, Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::time::{BoxFuture, within};
use serde_json::Value;
use std::fmt;
use std::io;
use std::pin::pin;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) const DISABLED_VARIABLE: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";
const DEFAULT_LIMIT: Duration = Duration::from_secs(60);
const LARGEST_OUTPUT: usize = 64 * 1024;

/// Runs a program that prints a profile as JSON: `mode` (`AK` or `StsToken`, or any other mode of a CLI profile that needs no further
/// program or file), `access_key_id`, `access_key_secret`, `sts_token`, `expiration`.
///
/// The command is split into words by the quoting rules of POSIX shells and run without a shell, without input, for at most 60 seconds.
/// What it prints to standard error is dropped. `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS=1` forbids it. Messages name the program, never
/// its arguments or output.
#[derive(Clone)]
pub struct ProcessProvider {
    command: Zeroizing<String>,
    limit: Duration,
}

impl ProcessProvider {
    /// Runs this command.
    pub fn new(command: impl Into<String>) -> Self {
        Self {
            command: Zeroizing::new(command.into()),
            limit: DEFAULT_LIMIT,
        }
    }

    /// How long the program may take before it is killed. Default: 60 seconds. A client waits 5 minutes at most.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    async fn run(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        if is_on(&*context.environment, DISABLED_VARIABLE) {
            return Err(CredentialsError::new(format!(
                "external programs are forbidden by {DISABLED_VARIABLE}"
            )));
        }
        let words = self.words()?;
        let program = words.first().map(String::as_str).unwrap_or_default();
        let running = context.environment.run(&words, LARGEST_OUTPUT);
        let output = within(&*context.time, self.limit, pin!(running))
            .await
            .ok_or_else(|| {
                let limit = self.limit.as_secs();
                fail(
                    program,
                    &format!("did not end within {limit} s and was killed"),
                )
            })?
            .map_err(|error| not_run(program, &error))?;
        credentials_in(context, program, output).await
    }

    fn words(&self) -> Result<Vec<String>, CredentialsError> {
        match shlex::split(&self.command) {
            Some(words) if !words.is_empty() => Ok(words),
            Some(_) => Err(CredentialsError::new("the credentials command is empty")),
            None => Err(CredentialsError::new(
                "the credentials command has a quote that is not closed",
            )),
        }
    }
}

async fn credentials_in(
    context: &ProviderContext,
    program: &str,
    output: CommandOutput,
) -> Result<Credentials, CredentialsError> {
    if !output.success {
        let message = format!(
            "failed ({}); run it yourself to see its messages",
            output.status
        );
        return Err(fail(program, &message));
    }
    let stdout = Zeroizing::new(output.stdout);
    let value: Value = serde_json::from_slice(&stdout).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        fail(
            program,
            &format!("printed no JSON (line {line}, column {column})"),
        )
    })?;
    let object = value.as_object().ok_or_else(|| {
        let found = kind(&value);
        fail(program, &format!("printed {found} instead of an object"))
    })?;
    let fields = Fields::new(object, "");
    let explain = |error: FieldError| {
        fail(
            program,
            &format!(
                "printed no usable profile: {} {}",
                error.path, error.problem
            ),
        )
    };
    let provider = profile::printed(&fields).map_err(explain)?;
    let credentials = provider.provide(context).await?;
    let credentials = match profile::expiration(&fields).map_err(explain)? {
        Some(expiry) => credentials.with_expiry(expiry),
        None => credentials,
    };
    Ok(credentials.with_provider("external"))
}

fn not_run(program: &str, error: &io::Error) -> CredentialsError {
    match error.kind() {
        io::ErrorKind::NotFound => fail(program, "was not found"),
        io::ErrorKind::FileTooLarge => fail(
            program,
            &format!("printed more than {LARGEST_OUTPUT} bytes"),
        ),
        _ => fail(program, &format!("could not be run: {error}")),
    }
}

fn fail(program: &str, what: &str) -> CredentialsError {
    CredentialsError::new(format!("the credentials program {program} {what}"))
}

impl fmt::Debug for ProcessProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessProvider")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for ProcessProvider {
    fn name(&self) -> &str {
        "external"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.run(context))
    }
}
