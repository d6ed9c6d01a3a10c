//! Profiles of the official libraries, in an ini file.

use super::super::sts::Session;
use super::super::variables::{home, non_empty};
use super::super::{
    AssumeRoleProvider, Credentials, CredentialsError, EcsRamRoleProvider, Environment,
    OidcProvider, ProvideCredentials, ProviderContext,
};
use super::{PROFILE_VARIABLE, ini_paths};
use crate::time::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) const FILE_VARIABLE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const DEFAULT_PROFILE: &str = "default";

/// Reads a profile of the official libraries from the file in `ALIBABA_CLOUD_CREDENTIALS_FILE`, else `~/.alibabacloud/credentials`, else
/// `~/.alibabacloud/credentials.ini`.
///
/// The profile is the section asked for, else the one in `ALIBABA_CLOUD_PROFILE`, else `default`. Its `type` is `access_key`, `sts`,
/// `bearer`, `ecs_ram_role`, `ram_role_arn` or `oidc_role_arn`; `rsa_key_pair`, which is deprecated, is not supported. The file is read at
/// each refresh.
#[derive(Clone, Debug, Default)]
pub struct IniProfileProvider {
    profile: Option<String>,
    file: Option<PathBuf>,
}

impl IniProfileProvider {
    /// The section and file that the environment names, or the usual ones.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the section.
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
        let environment = &*context.environment;
        let (path, text) = self.read(context).await?;
        let asked_for = self
            .profile
            .clone()
            .or_else(|| non_empty(environment, PROFILE_VARIABLE));
        let name = asked_for.as_deref().unwrap_or(DEFAULT_PROFILE);
        let Some(section) = Section::find(&path, &text, name)? else {
            let message = format!("{} has no section [{name}]", path.display());
            return Err(match asked_for {
                Some(_) => CredentialsError::new(message),
                None => CredentialsError::not_configured(message),
            });
        };
        let provider = section.provider()?;
        let credentials = provider.provide(context).await;
        Ok(credentials
            .map_err(CredentialsError::asked_for)?
            .within("profile"))
    }

    async fn read(&self, context: &ProviderContext) -> Result<(PathBuf, String), CredentialsError> {
        let environment = &*context.environment;
        let named = self
            .file
            .clone()
            .or_else(|| non_empty(environment, FILE_VARIABLE).map(PathBuf::from));
        if let Some(path) = named {
            return match super::read(context, &path).await? {
                Some(text) => Ok((path, text)),
                None => {
                    let message = format!("{} does not exist", path.display());
                    Err(CredentialsError::new(message))
                }
            };
        }
        let paths = usual_paths(environment)?;
        for path in &paths {
            if let Some(text) = super::read(context, path).await? {
                return Ok((path.clone(), text));
            }
        }
        let [path, _] = &paths;
        let message = format!("{} does not exist", path.display());
        Err(CredentialsError::not_configured(message))
    }
}

fn usual_paths(environment: &dyn Environment) -> Result<[PathBuf; 2], CredentialsError> {
    home(environment)
        .map(|home| ini_paths(&home))
        .ok_or_else(|| CredentialsError::not_configured("there is no home directory"))
}

/// One section of the file.
struct Section<'a> {
    path: &'a Path,
    name: &'a str,
    /// The line of its heading, from 1.
    line: usize,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    line: usize,
    key: &'a str,
    value: &'a str,
}

impl<'a> Section<'a> {
    /// The first section of this name. Other sections are not looked at.
    fn find(path: &'a Path, text: &'a str, name: &str) -> Result<Option<Self>, CredentialsError> {
        let mut found: Option<Self> = None;
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = without_comment(line);
            if let Some(heading) = line.strip_prefix('[') {
                if found.is_some() {
                    break;
                }
                let heading = heading.split(']').next().unwrap_or_default().trim();
                found = (heading == name).then(|| Self {
                    path,
                    name: heading,
                    line: index + 1,
                    entries: Vec::new(),
                });
            } else if let (Some(section), false) = (&mut found, line.is_empty()) {
                let (key, value) = line
                    .split_once('=')
                    .ok_or_else(|| complain(path, index + 1, "is no `key = value`"))?;
                section.entries.push(Entry {
                    line: index + 1,
                    key: key.trim(),
                    value: unquoted(value.trim()),
                });
            }
        }
        Ok(found)
    }

    fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        let same = |entry: &&Entry<'_>| entry.key == key && !entry.value.is_empty();
        self.entries.iter().rev().find(same)
    }

    fn get(&self, key: &str) -> Option<String> {
        self.entry(key).map(|entry| entry.value.to_owned())
    }

    fn required(&self, key: &str) -> Result<&'a str, CredentialsError> {
        self.entry(key).map(|entry| entry.value).ok_or_else(|| {
            let problem = format!("section [{}] has no {key}", self.name);
            complain(self.path, self.line, &problem)
        })
    }

    fn provider(&self) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
        Ok(match self.required("type")? {
            "access_key" => Arc::new(self.access_key()?),
            "sts" => Arc::new(Credentials::sts(
                self.required("access_key_id")?,
                self.required("access_key_secret")?,
                self.required("security_token")?,
            )),
            "bearer" => Arc::new(Credentials::bearer(self.required("bearer_token")?)),
            "ecs_ram_role" => {
                let provider = EcsRamRoleProvider::new();
                Arc::new(match self.get("role_name") {
                    Some(name) => provider.role_name(name),
                    None => provider,
                })
            }
            "ram_role_arn" => {
                let source = self.access_key()?;
                let provider = AssumeRoleProvider::new(source, self.required("role_arn")?);
                Arc::new(provider.session(self.session()))
            }
            "oidc_role_arn" => Arc::new(
                OidcProvider::new()
                    .provider_arn(self.required("oidc_provider_arn")?)
                    .token_file(self.required("oidc_token_file_path")?)
                    .role_arn(self.required("role_arn")?)
                    .session(self.session()),
            ),
            _ => {
                let line = self.entry("type").map_or(self.line, |entry| entry.line);
                return Err(complain(
                    self.path,
                    line,
                    "type must be access_key, sts, bearer, ecs_ram_role, ram_role_arn or oidc_role_arn",
                ));
            }
        })
    }

    fn access_key(&self) -> Result<Credentials, CredentialsError> {
        Ok(Credentials::access_key(
            self.required("access_key_id")?,
            self.required("access_key_secret")?,
        ))
    }

    fn session(&self) -> Session {
        Session {
            name: self.get("role_session_name"),
            policy: self.get("policy"),
            duration: None,
        }
    }
}

fn complain(path: &Path, line: usize, problem: &str) -> CredentialsError {
    CredentialsError::new(format!("{}:{line}: {problem}", path.display()))
}

/// A line without the blanks around it and without a comment: from `#` or `;` at its start or behind a blank.
fn without_comment(line: &str) -> &str {
    let mut blank = true;
    for (at, c) in line.char_indices() {
        if blank && (c == '#' || c == ';') {
            return line.get(..at).unwrap_or(line).trim();
        }
        blank = c.is_whitespace();
    }
    line.trim()
}

/// A value without the pair of quotes around it.
fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value)
}

impl ProvideCredentials for IniProfileProvider {
    fn name(&self) -> &str {
        "profile"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.find(context))
    }
}
