//! Profiles in files, as the CLI and the official libraries keep them.

mod cli;
mod cloud_sso;
mod document;
mod ini;
mod modes;
mod oauth;

pub use cli::CliProfileProvider;
pub use ini::IniProfileProvider;

pub(super) use modes::{expiration, printed};

use super::{CredentialsError, ProviderContext};
use std::io;
use std::path::{Path, PathBuf};

/// Names a profile, for both kinds of files.
const PROFILE_VARIABLE: &str = "ALIBABA_CLOUD_PROFILE";
/// Profile files have a few kilobytes.
const LARGEST_FILE: usize = 1024 * 1024;

/// A profile file as text; `None` when there is none.
async fn read(context: &ProviderContext, path: &Path) -> Result<Option<String>, CredentialsError> {
    let fail = |why: String| CredentialsError::new(format!("{} {why}", path.display()));
    match context.environment.read(path, LARGEST_FILE).await {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            fail(format!("is no UTF-8 text (byte {at})"))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(fail(format!("is larger than {LARGEST_FILE} bytes")))
        }
        Err(error) => Err(fail(format!("cannot be read: {error}"))),
    }
}

/// `~/.alibabacloud/credentials`, or the name that the Python client uses.
fn ini_paths(home: &Path) -> [PathBuf; 2] {
    ["credentials", "credentials.ini"].map(|name| home.join(".alibabacloud").join(name))
}
