//! The Security Token Service.

use super::fault::IdentityFault;
use super::request::IncomingRequest;
use super::response::IdentityResponse;
use super::state::IdentityState;
use crate::timestamp;
use alibabacloud_core::signing::{Received, Signature, SigningKey};
use alibabacloud_types::plumbing::parse_utc;
use serde_json::json;
use std::time::Duration;

/// How far a timestamp may be from the current time.
const SKEW: Duration = Duration::from_secs(31 * 60);

pub(super) fn respond(
    state: &IdentityState,
    request: &IncomingRequest,
    fault: Option<&IdentityFault>,
) -> IdentityResponse {
    let checked = match request.parameter("Action") {
        Some("AssumeRole") => check_signature(state, request),
        Some("AssumeRoleWithOIDC") => check_token(state, request),
        _ => Err(("InvalidApi.NotFound", "The action is not known.")),
    };
    let checked = checked.and_then(|()| check_parameters(state, request));
    match checked {
        Ok(lifetime) => {
            let issued = state.issue(lifetime, fault).to_json();
            IdentityResponse::json(
                &json!({ "RequestId": "EMULATED-REQUEST", "Credentials": issued }),
            )
        }
        Err((code, message)) => IdentityResponse::error(400, code, message),
    }
}

/// Code and message of an error.
type StsError = (&'static str, &'static str);

fn check_parameters(
    state: &IdentityState,
    request: &IncomingRequest,
) -> Result<Duration, StsError> {
    let timestamp = request
        .parameter("Timestamp")
        .ok_or(("MissingTimestamp", "Timestamp is mandatory."))?;
    let Ok(timestamp) = parse_utc(timestamp) else {
        return Err(("InvalidTimeStamp.Format", "The timestamp is malformed."));
    };
    let now = state.now();
    if now > timestamp + SKEW || timestamp > now + SKEW {
        return Err(("InvalidTimeStamp.Expired", "The timestamp is too far off."));
    }
    if request.parameter("Version") != Some("2015-04-01") {
        return Err(("InvalidVersion", "The version is not known."));
    }
    let role = request.parameter("RoleArn").unwrap_or_default();
    if !role.starts_with("acs:ram::") {
        return Err(("InvalidParameter.RoleArn", "The role is not an ARN."));
    }
    if request.parameter("RoleSessionName").is_none() {
        return Err(("MissingRoleSessionName", "RoleSessionName is mandatory."));
    }
    match request.parameter("DurationSeconds") {
        None => Ok(state.settings.lifetime),
        Some(seconds) => match seconds.parse() {
            Ok(seconds @ 900..=43_200) => Ok(Duration::from_secs(seconds)),
            _ => Err((
                "InvalidParameter.DurationSeconds",
                "The duration is out of range.",
            )),
        },
    }
}

fn check_token(state: &IdentityState, request: &IncomingRequest) -> Result<(), StsError> {
    if request.parameter("OIDCToken") != Some(&state.store().oidc_token) {
        let message = "The OIDC token is not trusted.";
        return Err(("AuthenticationFail.OIDCToken.Invalid", message));
    }
    match request.parameter("OIDCProviderArn") {
        Some(_) => Ok(()),
        None => Err(("MissingOIDCProviderArn", "OIDCProviderArn is mandatory.")),
    }
}

fn check_signature(state: &IdentityState, request: &IncomingRequest) -> Result<(), StsError> {
    let id = request
        .parameter("AccessKeyId")
        .ok_or(("MissingAccessKeyId", "AccessKeyId is mandatory."))?;
    check_method(request)?;
    let key = SigningKey::new(id, secret_of(state, request, id)?);
    let mut expected = Signature::default();
    Received {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body: &request.body,
    }
    .v1_rpc(&mut expected, &key);
    if !expected.matches(request.parameter("Signature").unwrap_or_default()) {
        return Err(("SignatureDoesNotMatch", "The signature is not ours."));
    }
    check_nonce(state, request, id)?;
    let required = state.settings.external_id.as_deref();
    if required.is_some() && required != request.parameter("ExternalId") {
        return Err(("NoPermission", "The external id is not the one demanded."));
    }
    Ok(())
}

fn check_method(request: &IncomingRequest) -> Result<(), StsError> {
    match request.parameter("SignatureMethod") {
        Some("HMAC-SHA1") => {}
        Some(_) => return Err(("IncompleteSignature", "SignatureMethod is not HMAC-SHA1.")),
        None => return Err(("MissingSignatureMethod", "SignatureMethod is mandatory.")),
    }
    match request.parameter("SignatureVersion") {
        Some("1.0") => Ok(()),
        Some(_) => Err(("IncompleteSignature", "SignatureVersion is not 1.0.")),
        None => Err(("MissingSignatureVersion", "SignatureVersion is mandatory.")),
    }
}

/// Takes the nonce. Runs after the signature check, so that only the owner of a key can use up its
/// nonces.
fn check_nonce(state: &IdentityState, request: &IncomingRequest, id: &str) -> Result<(), StsError> {
    let nonce = request
        .parameter("SignatureNonce")
        .filter(|nonce| !nonce.is_empty())
        .ok_or(("MissingSignatureNonce", "SignatureNonce is mandatory."))?;
    let now = timestamp::from_system(state.now());
    if state.nonces.take(id, nonce, now) {
        Ok(())
    } else {
        Err(("SignatureNonceUsed", "The nonce was used already."))
    }
}

/// Returns the secret of a long-term key, or of issued credentials when their token was sent.
fn secret_of(
    state: &IdentityState,
    request: &IncomingRequest,
    id: &str,
) -> Result<String, StsError> {
    if let Some(secret) = state.settings.keys.get(id) {
        return Ok(secret.clone());
    }
    let store = state.store();
    let issued = store
        .issued
        .get(id)
        .ok_or(("InvalidAccessKeyId.NotFound", "The AccessKey is not known."))?;
    if request.parameter("SecurityToken") != Some(&issued.token) {
        let message = "The security token is not that of the AccessKey.";
        return Err(("InvalidSecurityToken.MismatchWithAccessKey", message));
    }
    if issued.expiry <= state.now() {
        let message = "The security token has expired.";
        return Err(("InvalidSecurityToken.Expired", message));
    }
    Ok(issued.secret.clone())
}
