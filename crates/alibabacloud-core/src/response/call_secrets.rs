//! What must not be shown of a response, because the request contained it.

use crate::credentials::Credentials;
use crate::error::ServiceError;
use crate::mask::Mask;

/// What a request was signed with, and its secret parameters.
pub(crate) struct CallSecrets {
    pub(crate) credentials: Credentials,
    pub(crate) signature: String,
    pub(crate) parameters: Vec<String>,
}

impl CallSecrets {
    /// Masks the secrets in every text of an error of the service.
    pub(crate) fn hide_in(&self, error: &mut ServiceError) {
        let mask = self.mask();
        error.change_texts(|text| mask.apply(text));
    }

    /// Returns what masks the secrets in a text.
    pub(crate) fn mask(&self) -> Mask {
        let mut mask = Mask::default();
        let credentials = &self.credentials;
        let secrets = [
            credentials.access_key_secret(),
            credentials.security_token(),
            credentials.bearer_token(),
            Some(self.signature.as_str()),
        ];
        for secret in secrets.into_iter().flatten() {
            mask.add(secret);
        }
        for value in &self.parameters {
            mask.add_whole(value);
        }
        if let Some(id) = credentials.access_key_id() {
            mask.add_id(id);
        }
        mask
    }
}
