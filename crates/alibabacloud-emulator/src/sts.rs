//! Security Token Service (STS): who calls. The gateway has `AssumeRole`, which accepts a new key;
//! all other operations have synthetic responses.

use crate::call::{Call, CallResult, Handler};
use crate::caller::Principal;
use crate::ids;
use alibabacloud_spec::Service;
use serde_json::json;

/// Returns the code of an operation; `None` when its response is synthetic.
pub(crate) fn handler(service: &Service, operation: &str) -> Option<Handler> {
    let is_known = service.code == "sts" && operation == "GetCallerIdentity";
    is_known.then_some(caller_identity)
}

/// Returns the account and the principal of the caller's key. Unless the emulator was told whose it
/// is, a long-term key is that of a RAM user with the name of the key; a temporary one, that of a
/// role.
fn caller_identity(call: &mut Call<'_>) -> CallResult {
    let (account, name) = (&call.caller.account, &call.caller.name);
    let principal = call.caller.principal.clone().unwrap_or_else(|| {
        let id = ids::principal(&[account, name]);
        if name.starts_with("STS.") {
            Principal::RoleSession {
                role: "emulator".to_owned(),
                role_id: id,
                session: "session".to_owned(),
            }
        } else {
            Principal::User {
                name: name.clone(),
                id,
            }
        }
    });
    let arn = principal.arn(account);
    Ok(match principal {
        Principal::Account => json!({
            "IdentityType": "Account",
            "AccountId": account,
            "PrincipalId": account,
            "UserId": account,
            "Arn": arn,
        }),
        Principal::User { id, .. } => json!({
            "IdentityType": "RAMUser",
            "AccountId": account,
            "PrincipalId": id,
            "UserId": id,
            "Arn": arn,
        }),
        Principal::RoleSession {
            role_id, session, ..
        } => json!({
            "IdentityType": "AssumedRoleUser",
            "AccountId": account,
            "PrincipalId": format!("{role_id}:{session}"),
            "RoleId": role_id,
            "Arn": arn,
        }),
    })
}
