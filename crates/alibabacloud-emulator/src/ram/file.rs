//! Users, groups, roles and policies as a YAML file, or as the body of a request to the control
//! API.

use super::RamMode;
use super::directory::{Directory, Name};
use super::policy::{MAX_POLICY, Policy};
use crate::error::Error;
use crate::explain;
use crate::keys::{Key, Keys};
use crate::nesting;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

/// Users, groups, roles and policies of an account.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RamFile {
    pub(crate) mode: Option<RamMode>,
    /// The account of everything in the file; by default, that of keys that do not name one.
    account: Option<String>,
    policies: BTreeMap<String, Value>,
    groups: Vec<FileGroup>,
    users: Vec<FileUser>,
    roles: Vec<FileRole>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGroup {
    name: String,
    #[serde(default)]
    policies: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileUser {
    name: String,
    #[serde(default)]
    access_keys: Vec<FileKey>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    policies: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRole {
    name: String,
    #[serde(default)]
    policies: Vec<String>,
    #[serde(default)]
    trust: Option<Value>,
}

/// The ID of a key that is accepted already, or a new key.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FileKey {
    Known(String),
    New {
        access_key_id: String,
        access_key_secret: String,
    },
}

impl RamFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Fails when the text is not such a file.
    pub(crate) fn from_yaml(text: &str) -> Result<Self, Error> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        nesting::yaml(text).map_err(invalid)?;
        serde_yaml::from_str(text).map_err(invalid)
    }

    /// Reads the same from JSON.
    ///
    /// # Errors
    ///
    /// Fails when the text is not such a file.
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        nesting::check_json(text).map_err(invalid)?;
        serde_json::from_str(text).map_err(invalid)
    }

    /// Adds everything in the file; what has the name of something that exists replaces it.
    ///
    /// # Errors
    ///
    /// Fails at the first policy that is invalid, or name that does not exist; then nothing
    /// changes.
    pub(crate) fn apply(self, directory: &mut Directory, keys: &mut Keys) -> Result<(), Error> {
        let default_account = keys.default_account().to_owned();
        let account = self.account.as_deref().unwrap_or(&default_account);
        let name = |name: &str| -> Name { (account.to_owned(), name.to_owned()) };
        let mut policies = Vec::new();
        for (policy, document) in &self.policies {
            let parsed = Policy::parse(&json(document), MAX_POLICY);
            let parsed =
                parsed.map_err(|why| Error::new(format!("invalid policy {policy}"), why))?;
            policies.push((policy, parsed));
        }
        let mut trusts = Vec::new();
        for role in &self.roles {
            let trust = role.trust.as_ref().map(|document| {
                let parsed = Policy::parse_trust(&json(document));
                parsed.map_err(|why| {
                    Error::new(
                        format!("invalid trust policy of the role {}", role.name),
                        why,
                    )
                })
            });
            trusts.push(trust.transpose()?.map(Arc::new));
        }
        self.check(directory, keys, &name)?;
        for (policy, parsed) in policies {
            directory.add_policy(name(policy), parsed);
        }
        for group in self.groups {
            let policies = group.policies.into_iter().collect();
            directory.groups.insert(name(&group.name), policies);
        }
        for user in self.users {
            for key in user.access_keys {
                let id = match key {
                    FileKey::Known(id) => id,
                    FileKey::New {
                        access_key_id,
                        access_key_secret,
                    } => {
                        keys.add(Key::new(&*access_key_id, access_key_secret).account(account));
                        access_key_id
                    }
                };
                directory.give_key(&id, name(&user.name));
            }
            let known = directory.user(name(&user.name));
            known.policies = user.policies.into_iter().collect();
            known.groups = user.groups.into_iter().collect();
        }
        for (role, trust) in self.roles.into_iter().zip(trusts) {
            let known = directory.role(name(&role.name));
            known.policies = role.policies.into_iter().collect();
            known.trust = trust;
        }
        Ok(())
    }

    /// Checks that everything that the file names exists, in it or before.
    fn check(
        &self,
        directory: &Directory,
        keys: &Keys,
        name: &dyn Fn(&str) -> Name,
    ) -> Result<(), Error> {
        let has_policy = |policy: &String| {
            self.policies.contains_key(policy) || directory.policy(&name(policy)).is_some()
        };
        let has_group = |group: &String| {
            self.groups.iter().any(|known| known.name == *group)
                || directory.groups.contains_key(&name(group))
        };
        let attached = self
            .groups
            .iter()
            .map(|group| ("group", &group.name, &group.policies))
            .chain(
                self.users
                    .iter()
                    .map(|user| ("user", &user.name, &user.policies)),
            )
            .chain(
                self.roles
                    .iter()
                    .map(|role| ("role", &role.name, &role.policies)),
            );
        for (kind, owner, policies) in attached {
            if let Some(policy) = policies.iter().find(|policy| !has_policy(policy)) {
                let why = format!("there is no policy {policy}");
                return Err(Error::new(format!("invalid {kind} {owner}"), why));
            }
        }
        for user in &self.users {
            let invalid = |why: String| Err(Error::new(format!("invalid user {}", user.name), why));
            if let Some(group) = user.groups.iter().find(|group| !has_group(group)) {
                return invalid(format!("there is no group {group}"));
            }
            for key in &user.access_keys {
                let FileKey::Known(id) = key else { continue };
                let (account, _) = name("");
                match keys.get(id) {
                    None => return invalid(format!("no key {id} is accepted")),
                    Some(known) if known.account != account => {
                        return invalid(format!(
                            "the key {id} is one of the account {}, not {account}",
                            known.account
                        ));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }
}

/// Returns the JSON text of a policy, which is a text itself or an object.
fn json(document: &Value) -> String {
    match document {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn invalid(why: impl Display) -> Error {
    Error::new(
        "invalid RAM file",
        explain::with_suggestion(&why.to_string()),
    )
}
