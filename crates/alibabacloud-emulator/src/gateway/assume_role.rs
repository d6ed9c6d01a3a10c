//! `AssumeRole`: temporary keys of the roles that the emulator was told of.

use super::authorization;
use super::request::Request;
use crate::api_error::ApiError;
use crate::caller::{Caller, Principal};
use crate::keys::Key;
use crate::ram::RamMode;
use crate::ram::condition::Context;
use crate::ram::decision::{Denial, PolicyType};
use crate::ram::directory::{Role, Session};
use crate::ram::policy::{MAX_SESSION_POLICY, Policy};
use crate::services::Target;
use crate::shared::{Shared, read, write};
use crate::timestamp;
use alibabacloud_spec::values;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How long a session lasts if the caller does not say so.
const DEFAULT_SECONDS: u64 = 3_600;

/// Returns the response of `AssumeRole`, whose key is accepted from then on; `None` if the response
/// is synthetic, because the emulator knows no such role and enforces no permissions.
pub(super) fn respond(
    shared: &Shared,
    request: &Request,
    target: Target<'_>,
    caller: &Caller,
    parameters: &Map<String, Value>,
) -> Option<Result<Value, ApiError>> {
    let arn = text(parameters, "RoleArn");
    let name = role_name(&arn);
    let (mode, role) = {
        let ram = read(&shared.ram);
        let role = name.as_ref().and_then(|name| ram.directory.roles.get(name));
        (ram.mode, role.cloned())
    };
    if mode == RamMode::Off && role.is_none() {
        return None;
    }
    let Some(name) = name else {
        return Some(Err(ApiError::new(
            400,
            "InvalidParameter.RoleArn",
            format!("The parameter RoleArn is not the ARN of a role: {arn}."),
        )));
    };
    let Some(role) = role else {
        return Some(Err(ApiError::new(
            404,
            "EntityNotExist.Role",
            format!("The role does not exist: {arn}."),
        )));
    };
    let result = check_trust(shared, request, target, caller, parameters, &name.0, &role)
        .and_then(|()| open_session(shared, parameters, name, &role));
    Some(result)
}

/// Checks that the trust policy of a role names the caller.
fn check_trust(
    shared: &Shared,
    request: &Request,
    target: Target<'_>,
    caller: &Caller,
    parameters: &Map<String, Value>,
    account: &str,
    role: &Role,
) -> Result<(), ApiError> {
    if read(&shared.ram).mode != RamMode::Enforce {
        return Ok(());
    }
    let Some(principal) = &caller.principal else {
        return Ok(());
    };
    if *principal == Principal::Account {
        return Err(ApiError::new(
            403,
            "NoPermission",
            "Roles may not be assumed by root accounts.",
        ));
    }
    let external_id = parameters.get("ExternalId").map(values::text);
    let context = Context {
        more: vec![("sts:ExternalId", external_id)],
        ..authorization::context(shared, request, caller)
    };
    let is_trusted = match &role.trust {
        Some(trust) => {
            let arn = principal.trusted_arn(&caller.account);
            trust.trusts(&arn, &caller.account, &context)
        }
        None => caller.account == account,
    };
    if is_trusted {
        return Ok(());
    }
    let denial = Denial {
        action: "sts:AssumeRole".to_owned(),
        resource: text(parameters, "RoleArn"),
        policy_type: PolicyType::Trust,
        denied_by: None,
        notes: Vec::new(),
    };
    Err(authorization::error(
        target.service(),
        target.operation(),
        &denial,
        caller,
        &context,
    ))
}

/// Accepts a new temporary key of a role.
fn open_session(
    shared: &Shared,
    parameters: &Map<String, Value>,
    role_name: (String, String),
    role: &Role,
) -> Result<Value, ApiError> {
    let policy = parameters.get("Policy").map(values::text);
    let policy = policy
        .filter(|policy| !policy.is_empty())
        .map(|policy| Policy::parse(&policy, MAX_SESSION_POLICY))
        .transpose();
    let policy = policy.map_err(|why| {
        ApiError::new(
            400,
            "InvalidParameter.PolicyGrammar",
            format!("The parameter Policy is not a valid policy: {why}."),
        )
    })?;
    let session = text(parameters, "RoleSessionName");
    let seconds = parameters.get("DurationSeconds").and_then(values::integer);
    let seconds = seconds
        .and_then(|seconds| u64::try_from(seconds).ok())
        .unwrap_or(DEFAULT_SECONDS);
    let expires = shared
        .clock
        .service()
        .saturating_add(seconds.saturating_mul(1_000));
    let id = shared.ids.resource("STS").replacen('-', ".", 1);
    let secret = shared.ids.resource("secret");
    let token = shared.ids.resource("token");
    let (account, role_text) = (role_name.0.clone(), role_name.1.clone());
    let mut key = Key::new(id.as_str(), secret.as_str())
        .security_token(token.as_str())
        .account(account.as_str());
    key.expires = Some(expires);
    {
        let mut ram = write(&shared.ram);
        write(&shared.keys).add(key);
        let session = Session {
            role: role_name,
            name: session.clone(),
            policy: policy.map(Arc::new),
        };
        ram.directory.give_session(&id, session);
    }
    Ok(json!({
        "AssumedRoleUser": {
            "Arn": format!("acs:ram::{account}:role/{role_text}/{session}"),
            "AssumedRoleId": format!("{}:{session}", role.id),
        },
        "Credentials": {
            "AccessKeyId": id,
            "AccessKeySecret": secret,
            "SecurityToken": token,
            "Expiration": timestamp::format(expires),
        },
    }))
}

/// Returns account and name of a role: `acs:ram::<account>:role/<name>`. RAM ignores the case of
/// names in ARNs, the emulator does not.
fn role_name(arn: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = arn.splitn(5, ':').collect();
    let &["acs", "ram", _, account, resource] = parts.as_slice() else {
        return None;
    };
    let name = resource.strip_prefix("role/")?;
    let is_valid = !account.is_empty() && !name.is_empty();
    is_valid.then(|| (account.to_owned(), name.to_owned()))
}

fn text(parameters: &Map<String, Value>, name: &str) -> String {
    parameters.get(name).map(values::text).unwrap_or_default()
}
