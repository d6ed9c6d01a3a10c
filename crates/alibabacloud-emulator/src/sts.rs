//! Security Token Service (STS): who calls. All other operations have synthetic responses.

use crate::call::{Call, CallResult, Handler};
use crate::ids;
use alibabacloud_spec::Service;
use serde_json::json;

/// Returns the code of an operation; `None` when its response is synthetic.
pub(crate) fn handler(service: &Service, operation: &str) -> Option<Handler> {
    let is_known = service.code == "sts" && operation == "GetCallerIdentity";
    is_known.then_some(caller_identity)
}

/// Returns the account of the caller's key. A long-term key is that of a RAM user with the name of
/// the key; a temporary one, that of a role.
fn caller_identity(call: &mut Call<'_>) -> CallResult {
    let (account, name) = (&call.caller.account, &call.caller.name);
    // As long as the IDs of users and roles.
    let id = 200_000_000_000_000_000 + ids::hash(&[account, name]) % 100_000_000_000_000_000;
    let id = id.to_string();
    Ok(if name.starts_with("STS.") {
        json!({
            "IdentityType": "AssumedRoleUser",
            "AccountId": account,
            "PrincipalId": format!("{id}:session"),
            "RoleId": id,
            "Arn": format!("acs:ram::{account}:assumed-role/emulator/session"),
        })
    } else {
        json!({
            "IdentityType": "RAMUser",
            "AccountId": account,
            "PrincipalId": id,
            "UserId": id,
            "Arn": format!("acs:ram::{account}:user/{name}"),
        })
    })
}
