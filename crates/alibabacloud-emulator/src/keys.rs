//! Keys of callers: AccessKeys, temporary keys and bearer tokens, each of an account.

use crate::timestamp::{self, Millis};
use alibabacloud_core::signing::SigningKey;
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use std::time::SystemTime;

/// A key that the emulator accepts.
///
/// The `Debug` output contains neither the secret nor the token.
///
/// ```
/// use alibabacloud_emulator::Key;
///
/// let key = Key::new("test", "secret").account("1000000000000002");
/// assert!(!format!("{key:?}").contains("secret"));
/// ```
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a key is accepted only after it is added to an emulator"]
pub struct Key {
    pub(crate) access_key_id: String,
    pub(crate) access_key_secret: String,
    #[serde(default)]
    pub(crate) security_token: Option<String>,
    #[serde(default)]
    pub(crate) account: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub(crate) expires: Option<Millis>,
}

impl Key {
    /// Creates a long-term AccessKey of the default account.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            access_key_secret: access_key_secret.into(),
            security_token: None,
            account: None,
            expires: None,
        }
    }

    /// Makes it a temporary key: requests must carry this security token.
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// Sets the account of the key. Accounts do not see each other's resources.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Sets when the key expires, on the clock that
    /// [`Emulator::advance`](crate::Emulator::advance) moves.
    pub fn expires(mut self, at: SystemTime) -> Self {
        self.expires = Some(timestamp::from_system(at));
        self
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("access_key_id", &self.access_key_id)
            .field("account", &self.account)
            .field("temporary", &self.security_token.is_some())
            .finish_non_exhaustive()
    }
}

fn moment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Millis>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| {
        timestamp::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "invalid time {text:?}: expected a form such as 2026-03-14T15:09:26Z"
            ))
        })
    })
    .transpose()
}

/// A key with precomputed hashes.
#[derive(Clone, Debug)]
pub(crate) struct KnownKey {
    pub(crate) signing: SigningKey,
    pub(crate) key: Key,
    pub(crate) account: String,
    /// Whether it may be used; its owner can make it inactive.
    pub(crate) is_active: bool,
}

/// All keys by ID, and all bearer tokens with their account.
#[derive(Debug)]
pub(crate) struct Keys {
    by_id: HashMap<String, KnownKey>,
    bearers: HashMap<String, String>,
    default_account: String,
}

impl Keys {
    pub(crate) fn new(default_account: String) -> Self {
        Self {
            by_id: HashMap::new(),
            bearers: HashMap::new(),
            default_account,
        }
    }

    pub(crate) fn add(&mut self, key: Key) {
        let known = KnownKey {
            signing: SigningKey::new(key.access_key_id.as_str(), key.access_key_secret.as_str()),
            account: key
                .account
                .clone()
                .unwrap_or_else(|| self.default_account.clone()),
            key,
            is_active: true,
        };
        self.by_id.insert(known.key.access_key_id.clone(), known);
    }

    /// Makes a key active or inactive.
    pub(crate) fn set_active(&mut self, access_key_id: &str, is_active: bool) {
        if let Some(known) = self.by_id.get_mut(access_key_id) {
            known.is_active = is_active;
        }
    }

    /// Accepts a key no longer.
    pub(crate) fn remove(&mut self, access_key_id: &str) {
        self.by_id.remove(access_key_id);
    }

    pub(crate) fn add_bearer(&mut self, token: String, account: Option<String>) {
        let account = account.unwrap_or_else(|| self.default_account.clone());
        self.bearers.insert(token, account);
    }

    pub(crate) fn get(&self, access_key_id: &str) -> Option<&KnownKey> {
        self.by_id.get(access_key_id)
    }

    pub(crate) fn account_of_bearer(&self, token: &str) -> Option<&str> {
        self.bearers.get(token).map(String::as_str)
    }

    pub(crate) fn default_account(&self) -> &str {
        &self.default_account
    }
}
