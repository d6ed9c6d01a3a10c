//! Whether a principal may do what a call needs, and the explanation when it may not.

use super::condition::Context;
use super::directory::Policies;
use super::permission::Needed;
use super::policy::{Attempt, Effect};
use crate::caller::{Caller, Principal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use std::fmt;

/// The kind of policy that denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyType {
    /// The policies of the user or role.
    Identity,
    /// The trust policy of the role that is to be assumed.
    Trust,
    /// The policy that was given when the role was assumed.
    Session,
}

impl PolicyType {
    /// Returns the name in `AccessDeniedDetail`.
    fn name(self) -> &'static str {
        match self {
            Self::Identity => "AccountLevelIdentityBasedPolicy",
            Self::Trust => "AssumeRolePolicy",
            Self::Session => "SessionPolicy",
        }
    }
}

/// A missing permission.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Denial {
    pub(crate) action: String,
    /// The ARN, or `*`.
    pub(crate) resource: String,
    pub(crate) policy_type: PolicyType,
    /// The policy that denies; `None` if no policy allows.
    pub(crate) denied_by: Option<String>,
    /// Statements that may wrongly not apply.
    pub(crate) notes: Vec<String>,
}

/// Decides whether policies allow everything that a call needs.
///
/// First the session policy must allow an action on a resource, then one of the identity-based
/// policies. An explicit deny of any of them wins.
///
/// # Errors
///
/// Returns the first permission that is missing.
pub(crate) fn decide(
    policies: &Policies,
    needed: &[Needed],
    context: &Context,
) -> Result<(), Denial> {
    let attempts = needed.iter().flat_map(|needed| {
        let resources = needed.resources.iter();
        resources.map(move |resource| Attempt {
            action: &needed.action,
            resource: resource.arn(),
            context,
        })
    });
    for attempt in attempts {
        if let Some(session) = &policies.session {
            let policies = [("of the session", &**session)];
            decide_one(attempt, policies, PolicyType::Session)?;
        }
        let identity = policies.identity.iter();
        let identity = identity.map(|(name, policy)| (name.as_str(), &**policy));
        decide_one(attempt, identity, PolicyType::Identity)?;
    }
    Ok(())
}

fn decide_one<'a>(
    attempt: Attempt<'_>,
    policies: impl IntoIterator<Item = (&'a str, &'a super::policy::Policy)>,
    policy_type: PolicyType,
) -> Result<(), Denial> {
    let mut notes = Vec::new();
    let mut is_allowed = false;
    let mut denied_by = None;
    for (name, policy) in policies {
        match policy.decide(name, attempt, &mut notes) {
            Some(Effect::Deny) => {
                denied_by = Some(name.to_owned());
                break;
            }
            Some(Effect::Allow) => is_allowed = true,
            None => {}
        }
    }
    if is_allowed && denied_by.is_none() {
        return Ok(());
    }
    Err(Denial {
        action: attempt.action.to_owned(),
        resource: attempt.resource.unwrap_or("*").to_owned(),
        policy_type,
        denied_by,
        notes,
    })
}

impl Denial {
    /// Returns the value of `AccessDeniedDetail`.
    pub(crate) fn detail(&self, caller: &Caller, context: &Context) -> Value {
        let (kind, name) = principal(caller);
        let no_permission = match self.denied_by {
            Some(_) => "ExplicitDeny",
            None => "ImplicitDeny",
        };
        let message = self.diagnosis(caller, context).to_string();
        json!({
            "AuthAction": self.action,
            "AuthPrincipalDisplayName": name,
            "AuthPrincipalOwnerId": caller.account,
            "AuthPrincipalType": kind,
            "EncodedDiagnosticMessage": BASE64.encode(message),
            "NoPermissionType": no_permission,
            "PolicyType": self.policy_type.name(),
        })
    }

    /// Returns what `DecodeDiagnosticMessage` returns for the denial.
    fn diagnosis(&self, caller: &Caller, context: &Context) -> Value {
        let (kind, name) = principal(caller);
        let conditions: Vec<Value> = context
            .common()
            .into_iter()
            .map(|(key, value)| json!({"ConditionKey": key, "ConditionValues": [value]}))
            .collect();
        let entity = match caller.principal {
            Some(Principal::RoleSession { .. }) => "RamRole",
            _ => "RamUser",
        };
        let matched: Vec<Value> = self
            .denied_by
            .iter()
            .map(|policy| {
                json!({
                    "Effect": "Deny",
                    "PolicyIdentifier": policy,
                    "PolicyType": "Custom",
                    "AttachedEntityType": entity,
                    "AttachedScope": "Account",
                })
            })
            .collect();
        json!({
            "ExplicitDeny": self.denied_by.is_some(),
            "NoPermissionPolicyType": self.policy_type.name(),
            "AuthAction": self.action,
            "AuthResource": self.resource,
            "AuthPrincipal": {
                "AuthPrincipalType": kind,
                "AuthPrincipalOwnerId": caller.account,
                "AuthPrincipalDisplayName": name,
            },
            "AuthConditions": conditions,
            "MatchedPolicies": matched,
        })
    }
}

/// Returns the diagnosis of an encoded message; `None` if the emulator did not encode it.
pub(crate) fn decode(message: &str) -> Option<Value> {
    let text = BASE64.decode(message).ok()?;
    let diagnosis: Value = serde_json::from_slice(&text).ok()?;
    diagnosis.get("AuthAction")?;
    Some(diagnosis)
}

/// Returns type and display name of a principal, as `AccessDeniedDetail` has them.
fn principal(caller: &Caller) -> (&'static str, String) {
    match &caller.principal {
        Some(Principal::User { id, .. }) => ("SubUser", id.clone()),
        Some(Principal::RoleSession { role, session, .. }) => {
            ("AssumedRoleUser", format!("{role}:{session}"))
        }
        Some(Principal::Account) | None => ("RootUser", caller.account.clone()),
    }
}

/// The decision in words, for the request log.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.policy_type {
            PolicyType::Identity => "policy",
            PolicyType::Trust => "trust policy",
            PolicyType::Session => "session policy",
        };
        let (action, resource) = (&self.action, &self.resource);
        match &self.denied_by {
            Some(name) => write!(f, "the {what} {name} denies {action} on {resource}")?,
            None => write!(f, "no {what} allows {action} on {resource}")?,
        }
        self.notes.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}
