//! Profiles of the official libraries, in an INI file.

use super::super::sts::RoleSession;
use super::super::value::CredentialsField;
use super::super::{
    AssumeRoleProvider, Credentials, CredentialsError, EcsRamRoleProvider, OidcProvider,
    ProfileSettings, ProvideCredentials, ProviderContext,
};
use super::selection::{FileLocation, Selection};
use crate::text::trimmed;
use crate::time::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) static LOCATION: FileLocation = FileLocation {
    variable: "ALIBABA_CLOUD_CREDENTIALS_FILE",
    directory: ".alibabacloud",
    // The second name is that of the Python client.
    names: &["credentials", "credentials.ini"],
    is_read_only: true,
};
const DEFAULT_PROFILE: &str = "default";

/// Reads a profile of the official libraries from an INI file: the file in
/// `ALIBABA_CLOUD_CREDENTIALS_FILE`, else `~/.alibabacloud/credentials`, else
/// `~/.alibabacloud/credentials.ini`.
///
/// A profile is a section of the file: the one that is set, else the one in
/// `ALIBABA_CLOUD_PROFILE`, else `default`. Its `type` is `access_key`, `sts`, `bearer`,
/// `ecs_ram_role`, `ram_role_arn` or `oidc_role_arn`; `rsa_key_pair`, which is deprecated, is not
/// supported. Each refresh reads the file. A key is separated from its value by the first `=` or
/// `:`, and its case is ignored, as in Python's reader. `region_id` is the region of clients; see
/// [`ProfileSettings`].
///
/// The provider is not configured if the default files do not exist or have no section `default`. A
/// file or section that is set and does not exist is a failure, and so is an invalid section;
/// messages contain the line.
#[derive(Clone, Debug, Default)]
pub struct IniProfileProvider {
    selection: Selection,
}

impl IniProfileProvider {
    /// Creates a provider for the section and file that the environment sets, or the default ones.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the section. Default: `ALIBABA_CLOUD_PROFILE`, else `default`.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.selection.profile = Some(name.into());
        self
    }

    /// Sets the path of the file. Default: `ALIBABA_CLOUD_CREDENTIALS_FILE`, else the files in
    /// `~/.alibabacloud`.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.selection.file = Some(path.into());
        self
    }

    async fn find(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let (path, text) = self.selection.read(context, &LOCATION).await?;
        let selected = self.selection.profile(&*context.environment);
        let name = selected.as_deref().unwrap_or(DEFAULT_PROFILE);
        let Some(section) = IniSection::find(&path, &text, name)? else {
            let message = format!("{} has no section [{name}]", path.display());
            return Err(match selected {
                Some(_) => CredentialsError::new(message),
                None => CredentialsError::not_configured(message),
            });
        };
        let settings = section.settings();
        let provider = section.provider()?;
        let credentials = provider.provide(context).await;
        Ok(credentials
            .map_err(CredentialsError::into_failed)?
            .within("profile")
            .with_settings(settings))
    }
}

/// One section of the file.
struct IniSection<'a> {
    path: &'a Path,
    name: &'a str,
    /// The line of its heading, starting at 1.
    line: usize,
    entries: Vec<IniEntry<'a>>,
}

struct IniEntry<'a> {
    line: usize,
    key: &'a str,
    value: &'a str,
}

impl<'a> IniSection<'a> {
    /// Returns the first section of this name. Ignores errors in other sections.
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
                    .split_once(['=', ':'])
                    .ok_or_else(|| complain(path, index + 1, "expected `key = value`"))?;
                section.entries.push(IniEntry {
                    line: index + 1,
                    key: trimmed(key),
                    value: trimmed(unquoted(trimmed(value))),
                });
            }
        }
        Ok(found)
    }

    fn entry(&self, key: &str) -> Option<&IniEntry<'a>> {
        let same =
            |entry: &&IniEntry<'_>| entry.key.eq_ignore_ascii_case(key) && !entry.value.is_empty();
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
            "sts" => Arc::new(self.checked(Credentials::sts(
                self.required("access_key_id")?,
                self.required("access_key_secret")?,
                self.required("security_token")?,
            ))?),
            "bearer" => {
                let credentials = Credentials::bearer(self.required("bearer_token")?);
                Arc::new(self.checked(credentials)?)
            }
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
                    "type must be access_key, sts, bearer, ecs_ram_role, ram_role_arn or \
                     oidc_role_arn",
                ));
            }
        })
    }

    fn access_key(&self) -> Result<Credentials, CredentialsError> {
        self.checked(Credentials::access_key(
            self.required("access_key_id")?,
            self.required("access_key_secret")?,
        ))
    }

    /// Returns the credentials if they can be sent; else an error with the line of the value.
    fn checked(&self, credentials: Credentials) -> Result<Credentials, CredentialsError> {
        let Some(flaw) = credentials.flaw() else {
            return Ok(credentials);
        };
        let key = match flaw.field {
            CredentialsField::AccessKeyId => "access_key_id",
            CredentialsField::AccessKeySecret => "access_key_secret",
            CredentialsField::SecurityToken => "security_token",
            CredentialsField::BearerToken => "bearer_token",
        };
        let line = self.entry(key).map_or(self.line, |entry| entry.line);
        let problem = format!("{key} {}", flaw.problem);
        Err(complain(self.path, line, &problem))
    }

    fn settings(&self) -> ProfileSettings {
        let source = format!("section [{}] of {}", self.name, self.path.display());
        ProfileSettings {
            region: self.get("region_id"),
            ..ProfileSettings::new(source)
        }
    }

    fn session(&self) -> RoleSession {
        RoleSession {
            name: self.get("role_session_name"),
            policy: self.get("policy"),
            ..RoleSession::default()
        }
    }
}

fn complain(path: &Path, line: usize, problem: &str) -> CredentialsError {
    CredentialsError::new(format!("{}:{line}: {problem}", path.display()))
}

/// Returns a line without surrounding whitespace and without a comment. A comment starts with `#`
/// or `;` at the beginning of the line or after whitespace.
fn without_comment(line: &str) -> &str {
    let mut blank = true;
    for (at, c) in line.char_indices() {
        if blank && (c == '#' || c == ';') {
            return trimmed(line.get(..at).unwrap_or(line));
        }
        blank = c.is_whitespace();
    }
    trimmed(line)
}

/// Returns a value without a surrounding pair of quotes.
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
