//! Profiles of the command line interface (CLI).

use super::super::process;
use super::super::variables::is_on;
use super::super::{
    Credentials, CredentialsError, Environment, ProcessProvider, ProfileSettings,
    ProvideCredentials, ProviderContext, UriProvider,
};
use super::cloud_sso::CloudSsoLogin;
use super::document::{Document, Profile};
use super::oauth::OAuthProfile;
use super::selection::{FileLocation, Selection};
use super::{ini, modes};
use crate::time::BoxFuture;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

static LOCATION: FileLocation = FileLocation {
    variable: "ALIBABA_CLOUD_CONFIG_FILE",
    directory: ".aliyun",
    names: &["config.json"],
    is_read_only: false,
};
/// The maximum number of profiles in a chain of source profiles. Each of them assumes a role.
const LONGEST_CHAIN: usize = 8;

/// Reads a profile of Alibaba Cloud's command line interface (CLI) from `~/.aliyun/config.json`, or
/// the file in `ALIBABA_CLOUD_CONFIG_FILE`.
///
/// The profile is the one that is set, else the one in `ALIBABA_CLOUD_PROFILE`, else the current
/// profile of the file. Supported modes, in upper or lower case: AK, StsToken, RamRoleArn,
/// EcsRamRole, OIDC, ChainableRamRoleArn, CredentialsURI, External, CloudSSO, OAuth,
/// RamRoleArnWithRoleName, BearerToken and Anonymous. RsaKeyPair, which is deprecated, is not
/// supported.
///
/// The credentials have the region, endpoint, timeouts and number of retries of the profile, which
/// clients created from `Config::from_env` use; see [`ProfileSettings`].
///
/// Each refresh reads the file. It is written in one case only: refreshed tokens of mode OAuth are
/// saved in the profile, atomically and under a lock; all other bytes are preserved.
///
/// The provider is not configured if the default file does not exist, or if the file has no current
/// profile or one without an AccessKey. A file or profile that is set and does not exist is a
/// failure, and so is an invalid file or profile; messages contain the line and column. If only
/// `ALIBABA_CLOUD_PROFILE` sets the profile and there is an INI file, which may contain it, the
/// provider is not configured.
#[derive(Debug, Default)]
pub struct CliProfileProvider {
    selection: Selection,
    /// The AccessKey ID that a service rejected last.
    rejected: Mutex<Option<String>>,
}

impl CliProfileProvider {
    /// Creates a provider for the profile and file that the environment sets, or the default ones.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the profile. Default: `ALIBABA_CLOUD_PROFILE`, else the current profile of
    /// the file.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.selection.profile = Some(name.into());
        self
    }

    /// Sets the path of the file. Default: `ALIBABA_CLOUD_CONFIG_FILE`, else
    /// `~/.aliyun/config.json`.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.selection.file = Some(path.into());
        self
    }

    async fn find(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let (path, text) = self.selection.read(context, &LOCATION).await?;
        let document = Document::parse(&path, text)?;
        let name = match self.selection.profile(&*context.environment) {
            Some(name) => name,
            None => current_profile(&document)?,
        };
        let Some(profile) = document.profile(&name)? else {
            return Err(self.no_profile(context, &document, &name).await);
        };
        if is_blank(&profile)? {
            return Err(CredentialsError::not_configured(format!(
                "profile {name} of {} has no AccessKey yet",
                path.display()
            )));
        }
        let resolver = Resolver {
            document: &document,
            environment: &*context.environment,
            rejected: self.rejected(),
        };
        let settings = settings(&profile)?;
        let provider = resolver.provider(&profile, &mut Vec::new())?;
        let credentials = provider.provide(context).await;
        Ok(credentials
            .map_err(CredentialsError::into_failed)?
            .within("cli_profile")
            .with_settings(settings))
    }

    fn rejected(&self) -> Option<String> {
        self.rejected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the error for a profile that does not exist. It is a failure, unless a variable set
    /// the profile and there is an INI file that may contain it.
    async fn no_profile(
        &self,
        context: &ProviderContext,
        document: &Document,
        name: &str,
    ) -> CredentialsError {
        let message = format!("{} has no profile {name}", document.path().display());
        let from_variable = self.selection.profile.is_none()
            && self.selection.profile(&*context.environment).is_some();
        if from_variable && ini::LOCATION.has_file(context).await {
            return CredentialsError::not_configured(message);
        }
        CredentialsError::new(message)
    }
}

/// Returns the name of the file's current profile.
fn current_profile(document: &Document) -> Result<String, CredentialsError> {
    match document.current()? {
        Some(name) => Ok(name.to_owned()),
        None => Err(CredentialsError::not_configured(format!(
            "{} has no current profile",
            document.path().display()
        ))),
    }
}

/// Returns the settings of a profile for clients. The values have the types that the CLI requires;
/// whether they are valid is checked when they are used.
fn settings(profile: &Profile<'_>) -> Result<ProfileSettings, CredentialsError> {
    let fields = &profile.fields;
    let text = |name| Ok(fields.text(name)?.map(str::to_owned));
    let seconds = |name| Ok(fields.count(name)?.map(Duration::from_secs));
    let read = || {
        let attempt_timeout = match seconds("read_timeout")? {
            None => seconds("retry_timeout")?,
            timeout => timeout,
        };
        let retries = fields.count("retry_count")?;
        Ok(ProfileSettings {
            source: profile.source(),
            region: text("region_id")?,
            endpoint: text("endpoint")?,
            network: text("endpoint_type")?,
            connect_timeout: seconds("connect_timeout")?,
            attempt_timeout,
            retries: retries.map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
        })
    };
    read().map_err(|error| profile.explain(&error))
}

/// Returns whether a profile is as `aliyun configure` creates it before an AccessKey is entered.
fn is_blank(profile: &Profile<'_>) -> Result<bool, CredentialsError> {
    let fields = &profile.fields;
    let blank = || {
        Ok(modes::mode(fields)? == "ak"
            && fields.text("access_key_id")?.is_none()
            && fields.text("access_key_secret")?.is_none())
    };
    blank().map_err(|error| profile.explain(&error))
}

/// Creates providers from profiles.
struct Resolver<'a> {
    document: &'a Document,
    environment: &'a dyn Environment,
    /// The AccessKey ID that a service rejected last.
    rejected: Option<String>,
}

impl Resolver<'_> {
    /// Returns the provider of a profile. `visited` contains the profiles that lead to it.
    fn provider(
        &self,
        profile: &Profile<'_>,
        visited: &mut Vec<String>,
    ) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
        visited.push(profile.name.to_owned());
        let fields = &profile.fields;
        let explain = |error| profile.explain(&error);
        let mode = modes::mode(fields).map_err(explain)?;
        Ok(match mode.as_str() {
            "external" => {
                let command = fields.required("process_command").map_err(explain)?;
                Arc::new(ProcessProvider::new(command))
            }
            "credentialsuri" => {
                self.fail_if_disabled()?;
                let uri = fields.required("credentials_uri").map_err(explain)?;
                Arc::new(UriProvider::new().uri(uri))
            }
            "chainableramrolearn" => {
                let source = self.source(profile, visited)?;
                Arc::new(modes::assume(fields, source).map_err(explain)?)
            }
            "cloudsso" => Arc::new(CloudSsoLogin::new(profile)?),
            "oauth" => Arc::new(OAuthProfile::new(
                self.document.path(),
                profile.name,
                self.rejected.clone(),
            )),
            mode => modes::self_contained(mode, fields)
                .map_err(explain)?
                .ok_or_else(|| explain(modes::unsupported(fields)))?,
        })
    }

    fn source(
        &self,
        profile: &Profile<'_>,
        visited: &mut Vec<String>,
    ) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
        let complain =
            |problem: String| profile.explain(&profile.fields.error("source_profile", problem));
        let name = profile
            .fields
            .required("source_profile")
            .map_err(|error| profile.explain(&error))?;
        let chain = || format!("{} -> {name}", visited.join(" -> "));
        if visited.iter().any(|visited| visited == name) {
            return Err(complain(format!("forms a cycle: {}", chain())));
        }
        if visited.len() == LONGEST_CHAIN {
            let problem = format!(
                "makes a chain of more than {LONGEST_CHAIN} profiles: {}",
                chain()
            );
            return Err(complain(problem));
        }
        let source = self
            .document
            .profile(name)?
            .ok_or_else(|| complain(format!("names {name}, which the file does not contain")))?;
        self.provider(&source, visited)
    }

    // The CLI disables both kinds of external sources with one switch.
    fn fail_if_disabled(&self) -> Result<(), CredentialsError> {
        if is_on(self.environment, process::DISABLED_VARIABLE)? {
            return Err(CredentialsError::new(format!(
                "mode CredentialsURI is disabled by {}",
                process::DISABLED_VARIABLE
            )));
        }
        Ok(())
    }
}

impl ProvideCredentials for CliProfileProvider {
    fn name(&self) -> &str {
        "cli_profile"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.find(context))
    }

    /// Prevents mode OAuth from reading the same credentials from the file again.
    fn invalidate(&self, used: &Credentials) {
        *self.rejected.lock().unwrap_or_else(PoisonError::into_inner) =
            used.access_key_id().map(str::to_owned);
    }
}
