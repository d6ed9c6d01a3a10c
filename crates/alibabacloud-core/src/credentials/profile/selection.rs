//! The selection of a profile and its file, common to both kinds of profile files.

use super::super::variables::{home, non_empty};
use super::super::{CredentialsError, Environment, ProviderContext};
use alibabacloud_types::plumbing::lossy_text;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the profile, for both kinds of files.
const PROFILE_VARIABLE: &str = "ALIBABA_CLOUD_PROFILE";
/// The maximum size of a profile file, in bytes. Usual files have a few kilobytes.
pub(super) const LARGEST_FILE: usize = 1024 * 1024;

/// The profile and file that are set on a provider. Unset parts come from the environment.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) profile: Option<String>,
    pub(super) file: Option<PathBuf>,
}

/// The location of one kind of profile files.
pub(super) struct FileLocation {
    /// The variable with the path of the file.
    pub(super) variable: &'static str,
    /// The directory in the home directory.
    pub(super) directory: &'static str,
    /// The names of the file in the directory, in order of preference.
    pub(super) names: &'static [&'static str],
    /// The file is only read, so that broken characters in it matter only where they are used.
    pub(super) is_read_only: bool,
}

impl Selection {
    /// Returns the name of the selected profile, or `None` for the default of the file.
    pub(super) fn profile(&self, environment: &dyn Environment) -> Option<String> {
        let set = self.profile.clone();
        set.or_else(|| non_empty(environment, PROFILE_VARIABLE))
    }

    /// Reads the selected file, else the first default file that exists. Returns its path and text.
    ///
    /// # Errors
    /// Returns a failure if the selected file does not exist, and an error of kind not configured
    /// if no file is selected and no default file exists.
    pub(super) async fn read(
        &self,
        context: &ProviderContext,
        location: &FileLocation,
    ) -> Result<(PathBuf, String), CredentialsError> {
        let missing = |path: &Path| format!("{} does not exist", path.display());
        let set = self.file.clone();
        if let Some(path) = set.or_else(|| location.path_in(&*context.environment)) {
            return match location.read(context, &path).await? {
                Some(text) => Ok((path, text)),
                None => Err(CredentialsError::new(missing(&path))),
            };
        }
        let paths = location.default_paths(&*context.environment);
        for path in &paths {
            if let Some(text) = location.read(context, path).await? {
                return Ok((path.clone(), text));
            }
        }
        Err(CredentialsError::not_configured(match paths.first() {
            Some(path) => missing(path),
            None => "there is no home directory".to_owned(),
        }))
    }
}

impl FileLocation {
    /// Returns whether a file is set by the variable or a default file exists.
    pub(super) async fn has_file(&self, context: &ProviderContext) -> bool {
        if self.path_in(&*context.environment).is_some() {
            return true;
        }
        for path in self.default_paths(&*context.environment) {
            if !matches!(self.read(context, &path).await, Ok(None)) {
                return true;
            }
        }
        false
    }

    /// Reads a file of this kind. Returns `None` if it does not exist.
    async fn read(
        &self,
        context: &ProviderContext,
        path: &Path,
    ) -> Result<Option<String>, CredentialsError> {
        if !self.is_read_only {
            return read(context, path).await;
        }
        let bytes = read_bytes(context, path).await?;
        Ok(bytes.map(|bytes| lossy_text(&bytes).into_owned()))
    }

    /// Returns the path in the variable.
    fn path_in(&self, environment: &dyn Environment) -> Option<PathBuf> {
        non_empty(environment, self.variable).map(PathBuf::from)
    }

    /// Returns the paths in the home directory, in order of preference.
    fn default_paths(&self, environment: &dyn Environment) -> Vec<PathBuf> {
        let Some(home) = home(environment) else {
            return Vec::new();
        };
        let directory = home.join(self.directory);
        let paths = self.names.iter().map(|name| directory.join(name));
        paths.collect()
    }
}

/// Reads a profile file. Returns `None` if it does not exist.
pub(super) async fn read(
    context: &ProviderContext,
    path: &Path,
) -> Result<Option<String>, CredentialsError> {
    let Some(bytes) = read_bytes(context, path).await? else {
        return Ok(None);
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        CredentialsError::new(format!("{} is not UTF-8 text (byte {at})", path.display()))
    })
}

async fn read_bytes(
    context: &ProviderContext,
    path: &Path,
) -> Result<Option<Vec<u8>>, CredentialsError> {
    let fail = |problem: String| CredentialsError::new(format!("{} {problem}", path.display()));
    match context.environment.read(path, LARGEST_FILE).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(fail(format!("is larger than {LARGEST_FILE} bytes")))
        }
        Err(error) => Err(fail(format!("cannot be read: {error}"))),
    }
}
