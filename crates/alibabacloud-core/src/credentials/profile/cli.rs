//! Profiles of the CLI.

use super::super::process;
use super::super::variables::{home, is_on, non_empty};
use super::super::{
    Credentials, CredentialsError, Environment, ProcessProvider, ProvideCredentials,
    ProviderContext, UriProvider,
};
use super::cloud_sso::CloudSsoLogin;
use super::document::{Document, Profile};
use super::oauth::OAuthProfile;
use super::{PROFILE_VARIABLE, ini_paths, modes};
use crate::time::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const FILE_VARIABLE: &str = "ALIBABA_CLOUD_CONFIG_FILE";
/// A role is assumed for each profile of a chain.
const LONGEST_CHAIN: usize = 8;

/// Reads a profile of Alibaba Cloud's command line interface from `~/.aliyun/config.json`, or the file in `ALIBABA_CLOUD_CONFIG_FILE`.
///
/// The profile is the one asked for, else the one in `ALIBABA_CLOUD_PROFILE`, else the current one of the file. All its modes are supported:
/// AK, StsToken, RamRoleArn, EcsRamRole, OIDC, ChainableRamRoleArn, CredentialsURI, External, CloudSSO, OAuth, RamRoleArnWithRoleName,
/// BearerToken and Anonymous, in any case; RsaKeyPair, which is deprecated, is not.
///
/// The file is read at each refresh. It is written in one case: tokens of mode OAuth that were refreshed are put into its profile, under a
/// lock, in one step, with every other byte as it was.
#[derive(Debug, Default)]
pub struct CliProfileProvider {
    profile: Option<String>,
    file: Option<PathBuf>,
    /// The AccessKey id that a service has refused last.
    refused: Mutex<Option<String>>,
}

impl CliProfileProvider {
    /// The profile and file that the environment names, or the usual ones.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the profile.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The file.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    async fn find(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let path = self.path(&*context.environment)?;
        let document = self.read(context, &path).await?;
        let (name, asked_for) = self.name(&*context.environment, &document)?;
        let Some(profile) = document.profile(&name)? else {
            return Err(self.no_profile(context, &document, &name, asked_for).await);
        };
        if is_blank(&profile)? {
            return Err(CredentialsError::not_configured(format!(
                "profile {name} of {} has no keys yet",
                path.display()
            )));
        }
        let resolver = Resolver {
            document: &document,
            environment: &*context.environment,
            refused: self.refused(),
        };
        let provider = resolver.provider(&profile, &mut Vec::new())?;
        let credentials = provider.provide(context).await;
        Ok(credentials
            .map_err(CredentialsError::asked_for)?
            .within("cli_profile"))
    }

    fn refused(&self) -> Option<String> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn path(&self, environment: &dyn Environment) -> Result<PathBuf, CredentialsError> {
        let named = self
            .file
            .clone()
            .or_else(|| non_empty(environment, FILE_VARIABLE).map(PathBuf::from));
        match named {
            Some(path) => Ok(path),
            None => home(environment)
                .map(|home| home.join(".aliyun").join("config.json"))
                .ok_or_else(|| CredentialsError::not_configured("there is no home directory")),
        }
    }

    async fn read(
        &self,
        context: &ProviderContext,
        path: &Path,
    ) -> Result<Document, CredentialsError> {
        match super::read(context, path).await? {
            Some(text) => Document::parse(path, text),
            None => {
                let message = format!("{} does not exist", path.display());
                let named = self.file.is_some()
                    || non_empty(&*context.environment, FILE_VARIABLE).is_some();
                Err(if named {
                    CredentialsError::new(message)
                } else {
                    CredentialsError::not_configured(message)
                })
            }
        }
    }

    /// The name of the profile, and whether somebody asked for it.
    fn name(
        &self,
        environment: &dyn Environment,
        document: &Document,
    ) -> Result<(String, bool), CredentialsError> {
        let asked_for = self
            .profile
            .clone()
            .or_else(|| non_empty(environment, PROFILE_VARIABLE));
        match asked_for {
            Some(name) => Ok((name, true)),
            None => match document.current()? {
                Some(name) => Ok((name.to_owned(), false)),
                None => Err(CredentialsError::not_configured(format!(
                    "{} has no current profile",
                    document.path().display()
                ))),
            },
        }
    }

    /// A profile that is asked for and not there is an error, unless the ini file may have it.
    async fn no_profile(
        &self,
        context: &ProviderContext,
        document: &Document,
        name: &str,
        asked_for: bool,
    ) -> CredentialsError {
        let message = format!("{} has no profile {name}", document.path().display());
        if self.profile.is_none() && asked_for && ini_file_exists(context).await {
            return CredentialsError::not_configured(message);
        }
        CredentialsError::new(message)
    }
}

async fn ini_file_exists(context: &ProviderContext) -> bool {
    let environment = &*context.environment;
    if non_empty(environment, super::ini::FILE_VARIABLE).is_some() {
        return true;
    }
    for path in home(environment).iter().flat_map(|home| ini_paths(home)) {
        if !matches!(super::read(context, &path).await, Ok(None)) {
            return true;
        }
    }
    false
}

/// Whether a profile is as `aliyun configure` makes it before a key is entered.
fn is_blank(profile: &Profile<'_>) -> Result<bool, CredentialsError> {
    let fields = &profile.fields;
    let blank = || {
        Ok(modes::mode(fields)? == "ak"
            && fields.text("access_key_id")?.is_none()
            && fields.text("access_key_secret")?.is_none())
    };
    blank().map_err(|error| profile.explain(&error))
}

/// Makes providers of profiles.
struct Resolver<'a> {
    document: &'a Document,
    environment: &'a dyn Environment,
    /// The AccessKey id that a service has refused last.
    refused: Option<String>,
}

impl Resolver<'_> {
    /// The provider of a profile; `visited` are the profiles that lead to it.
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
                self.refuse_if_forbidden()?;
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
                self.refused.clone(),
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
            return Err(complain(format!("leads in a circle: {}", chain())));
        }
        if visited.len() == LONGEST_CHAIN {
            let problem = format!("makes a chain of more than {LONGEST_CHAIN}: {}", chain());
            return Err(complain(problem));
        }
        let source = self
            .document
            .profile(name)?
            .ok_or_else(|| complain(format!("names {name}, which is no profile of the file")))?;
        self.provider(&source, visited)
    }

    /// The CLI forbids both kinds of foreign sources with one switch.
    fn refuse_if_forbidden(&self) -> Result<(), CredentialsError> {
        if is_on(self.environment, process::DISABLED_VARIABLE) {
            return Err(CredentialsError::new(format!(
                "mode CredentialsURI is forbidden by {}",
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

    /// Credentials that mode OAuth keeps in the file are not taken from there again.
    fn invalidate(&self, used: &Credentials) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) =
            used.access_key_id().map(str::to_owned);
    }
}
