//! Users, groups, roles and policies of all accounts, and whose key is which.

use super::policy::Policy;
use crate::caller::Principal;
use crate::ids;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The account and the name of a user, group, role or policy.
pub(crate) type Name = (String, String);

/// Users, groups, roles and policies, and whose key is which.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) users: BTreeMap<Name, User>,
    pub(crate) groups: BTreeMap<Name, BTreeSet<String>>,
    pub(crate) roles: BTreeMap<Name, Role>,
    policies: BTreeMap<Name, Arc<Policy>>,
    owners: HashMap<String, Owner>,
}

/// A user. The policies are attached by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) policies: BTreeSet<String>,
    pub(crate) groups: BTreeSet<String>,
}

/// A role. The policies are attached by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) policies: BTreeSet<String>,
    /// Who may assume the role; without it, all principals of the account.
    pub(crate) trust: Option<Arc<Policy>>,
}

/// Whose key it is.
#[derive(Clone, Debug)]
enum Owner {
    User(Name),
    Session(Session),
}

/// The session of a role that was assumed.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) role: Name,
    pub(crate) name: String,
    /// What limits the session further.
    pub(crate) policy: Option<Arc<Policy>>,
}

/// The policies that apply to a principal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies {
    /// The policies of the user and its groups, or of the role, with their names.
    pub(crate) identity: Vec<(String, Arc<Policy>)>,
    pub(crate) session: Option<Arc<Policy>>,
}

impl Directory {
    /// Adds a user, or returns the one that exists.
    pub(crate) fn user(&mut self, name: Name) -> &mut User {
        let id = ids::principal(&[&name.0, "user", &name.1]);
        self.users.entry(name).or_insert_with(|| User {
            id,
            ..User::default()
        })
    }

    /// Adds a role, or returns the one that exists.
    pub(crate) fn role(&mut self, name: Name) -> &mut Role {
        let id = ids::principal(&[&name.0, "role", &name.1]);
        self.roles.entry(name).or_insert_with(|| Role {
            id,
            ..Role::default()
        })
    }

    /// Adds a policy, or replaces the one of that name.
    pub(crate) fn add_policy(&mut self, name: Name, policy: Policy) {
        self.policies.insert(name, Arc::new(policy));
    }

    pub(crate) fn remove_policy(&mut self, name: &Name) {
        self.policies.remove(name);
    }

    /// Returns a policy of the account, or one that every account has.
    pub(crate) fn policy(&self, name: &Name) -> Option<Arc<Policy>> {
        let custom = self.policies.get(name).cloned();
        custom.or_else(|| system_policy(&name.1).map(Arc::new))
    }

    /// Returns the names of the policies of an account.
    pub(crate) fn policy_names(&self) -> impl Iterator<Item = &Name> {
        self.policies.keys()
    }

    pub(crate) fn give_key(&mut self, access_key_id: &str, user: Name) {
        self.owners
            .insert(access_key_id.to_owned(), Owner::User(user));
    }

    pub(crate) fn give_session(&mut self, access_key_id: &str, session: Session) {
        self.owners
            .insert(access_key_id.to_owned(), Owner::Session(session));
    }

    /// Returns whether the directory says whose key it is.
    pub(crate) fn has_owner(&self, access_key_id: &str) -> bool {
        self.owners.contains_key(access_key_id)
    }

    /// Removes a user; its keys have no policies.
    pub(crate) fn remove_user(&mut self, name: &Name) {
        self.users.remove(name);
    }

    /// Gives a user another name; keys and policies stay.
    pub(crate) fn rename_user(&mut self, old: &Name, new: Name) {
        if let Some(user) = self.users.remove(old) {
            for owner in self.owners.values_mut() {
                if matches!(owner, Owner::User(name) if name == old) {
                    *owner = Owner::User(new.clone());
                }
            }
            self.users.insert(new, user);
        }
    }

    /// Gives a group another name; its members stay.
    pub(crate) fn rename_group(&mut self, old: &Name, new: &Name) {
        if let Some(policies) = self.groups.remove(old) {
            self.groups.insert(new.clone(), policies);
            for ((account, _), user) in &mut self.users {
                if *account == old.0 && user.groups.remove(&old.1) {
                    user.groups.insert(new.1.clone());
                }
            }
        }
    }

    /// Returns the IDs of the keys of a user, sorted.
    pub(crate) fn keys_of(&self, user: &Name) -> Vec<&str> {
        let owned = self.owners.iter().filter_map(|(id, owner)| match owner {
            Owner::User(name) if name == user => Some(id.as_str()),
            _ => None,
        });
        let mut keys: Vec<&str> = owned.collect();
        keys.sort_unstable();
        keys
    }

    /// Returns whose key it is, with the policies that apply. A key of no user and no session is
    /// that of the account; one of a user or role that was removed has no policy.
    pub(crate) fn principal(&self, access_key_id: &str) -> (Principal, Policies) {
        match self.owners.get(access_key_id) {
            None => (Principal::Account, Policies::default()),
            Some(Owner::User(name)) => {
                let user = self.users.get(name).cloned().unwrap_or_default();
                let groups = user.groups.iter();
                let of_groups = groups.filter_map(|group| {
                    let group = (name.0.clone(), group.clone());
                    self.groups.get(&group)
                });
                let attached = of_groups.flatten().chain(&user.policies);
                let policies = Policies {
                    identity: self.attached(&name.0, attached),
                    session: None,
                };
                let principal = Principal::User {
                    name: name.1.clone(),
                    id: user.id,
                };
                (principal, policies)
            }
            Some(Owner::Session(session)) => {
                let role = self.roles.get(&session.role).cloned().unwrap_or_default();
                let policies = Policies {
                    identity: self.attached(&session.role.0, &role.policies),
                    session: session.policy.clone(),
                };
                let principal = Principal::RoleSession {
                    role: session.role.1.clone(),
                    role_id: role.id,
                    session: session.name.clone(),
                };
                (principal, policies)
            }
        }
    }

    fn attached<'a>(
        &self,
        account: &str,
        names: impl IntoIterator<Item = &'a String>,
    ) -> Vec<(String, Arc<Policy>)> {
        let names: BTreeSet<&String> = names.into_iter().collect();
        let policies = names.into_iter().filter_map(|name| {
            let policy = self.policy(&(account.to_owned(), name.clone()))?;
            Some((name.clone(), policy))
        });
        policies.collect()
    }
}

/// Returns a policy that every account has. The emulator knows those whose content is documented
/// and does not change.
fn system_policy(name: &str) -> Option<Policy> {
    let action = match name {
        "AdministratorAccess" => "*",
        "AliyunSTSAssumeRoleAccess" => "sts:AssumeRole",
        _ => return None,
    };
    Some(Policy::allow_everywhere(action))
}
