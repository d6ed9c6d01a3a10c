//! Credentials that a program prints.

use super::command_line::{Quoting, split};
use super::fields::{FieldError, Fields, kind};
use super::profile;
use super::variables::is_on;
use super::{CommandOutput, Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::time::{BoxFuture, Unfinished, within};
use alibabacloud_types::plumbing::parse_json;
use serde_json::Value;
use std::fmt;
use std::io;
use std::pin::pin;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) const DISABLED_VARIABLE: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
const LARGEST_OUTPUT: usize = 64 * 1024;

/// Runs a program that prints a profile as JSON: `mode` (`AK` or `StsToken`, or any other mode of a
/// CLI profile that needs no further program or file), `access_key_id`, `access_key_secret`,
/// `sts_token`, `expiration`.
///
/// The command is split into words as the CLI splits it, and run without a shell and without
/// input. Its standard error is discarded.
///
/// Whitespace separates words, except in single or double quotes. A backslash takes the next
/// character as it is, but not in single quotes, and in double quotes only before `"`, `\\`, `$`,
/// `` ` `` and a line break. On Windows a backslash is part of a path: it is kept, except before
/// `"` in double quotes. Nothing is expanded, and `#` starts no comment.
///
/// The provider fails if the program cannot be run, exits with a status other than 0, takes longer
/// than [`time_limit`](Self::time_limit), prints more than 64 KiB or prints an invalid profile, and
/// if `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` is `true` or `1`. Messages contain the name of the
/// program, but not its arguments or output.
#[derive(Clone)]
pub struct ProcessProvider {
    command: Zeroizing<String>,
    limit: Duration,
}

impl ProcessProvider {
    /// Creates a provider that runs this command.
    pub fn new(command: impl Into<String>) -> Self {
        Self {
            command: Zeroizing::new(command.into()),
            limit: DEFAULT_TIMEOUT,
        }
    }

    /// Sets how long the program may take before it is killed. Default: 60 s. A client waits at
    /// most 5 minutes.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    async fn run(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        if is_on(&*context.environment, DISABLED_VARIABLE)? {
            return Err(CredentialsError::new(format!(
                "external programs are disabled by {DISABLED_VARIABLE}"
            )));
        }
        let words = self.words()?;
        let program = words.first().map(String::as_str).unwrap_or_default();
        let running = context.environment.run(&words, LARGEST_OUTPUT);
        let output = within(&*context.time, self.limit, pin!(running))
            .await
            .map_err(|unfinished| match unfinished {
                Unfinished::NoTimer(error) => error.into(),
                Unfinished::TimedOut => {
                    let limit = self.limit.as_secs();
                    fail(
                        program,
                        &format!("timed out after {limit} s and was killed"),
                    )
                }
            })?
            .map_err(|error| not_run(program, &error))?;
        credentials_in(context, program, output).await
    }

    fn words(&self) -> Result<Vec<String>, CredentialsError> {
        let words = split(&self.command, Quoting::SYSTEM)?;
        match words.first().map(String::as_str) {
            None | Some("") => Err(CredentialsError::new("the credentials command is empty")),
            Some(_) => Ok(words),
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
            "failed ({}); run it manually to see its error output",
            output.status
        );
        return Err(fail(program, &message));
    }
    let stdout = Zeroizing::new(output.stdout);
    let value: Value = parse_json(&stdout).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        fail(
            program,
            &format!("printed invalid JSON (line {line}, column {column})"),
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
                "printed an invalid profile: {} {}",
                error.path, error.problem
            ),
        )
    };
    let provider = profile::printed_profile(&fields).map_err(explain)?;
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
        _ => fail(program, &format!("cannot be run: {error}")),
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
