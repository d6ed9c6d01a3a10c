//! CloudSSO and OAuth: credentials for browser logins.

use super::fault::IdentityFault;
use super::request::IncomingRequest;
use super::response::IdentityResponse;
use super::state::IdentityState;
use serde_json::{Value, json};
use std::time::Duration;

const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

pub(super) fn cloud_sso(
    state: &IdentityState,
    request: &IncomingRequest,
    fault: Option<&IdentityFault>,
) -> IdentityResponse {
    if !state.accepts_bearer(request.headers.get("authorization")) {
        return IdentityResponse::error(
            401,
            "InvalidAccessToken",
            "The access token is not valid.",
        );
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let has = |name| body.get(name).is_some_and(Value::is_string);
    if !has("AccountId") || !has("AccessConfigurationId") {
        return IdentityResponse::error(400, "MissingParameter", "A parameter is missing.");
    }
    let issued = state.issue(state.settings.lifetime, fault).to_json();
    IdentityResponse::json(&json!({ "RequestId": "EMULATED-REQUEST", "CloudCredential": issued }))
}

/// Exchanges a refresh token, which can be used once, for new tokens.
pub(super) fn refresh(state: &IdentityState, request: &IncomingRequest) -> IdentityResponse {
    let refused = || {
        let body = json!({ "error": "invalid_grant", "error_description": "The refresh token is not valid." });
        IdentityResponse::new(400, "application/json", body.to_string())
    };
    if request.parameter("grant_type") != Some("refresh_token")
        || request.parameter("client_id").is_none()
    {
        return refused();
    }
    {
        let mut store = state.store();
        let given = request.parameter("refresh_token");
        if given.is_none() || given != store.refresh_token.as_deref() {
            return refused();
        }
        store.refresh_token = None;
    }
    let login = state.log_in(ACCESS_TOKEN_LIFETIME);
    IdentityResponse::json(&json!({
        "access_token": login.access_token,
        "refresh_token": login.refresh_token,
        "expires_in": ACCESS_TOKEN_LIFETIME.as_secs(),
        "token_type": "Bearer",
    }))
}

pub(super) fn exchange(
    state: &IdentityState,
    request: &IncomingRequest,
    fault: Option<&IdentityFault>,
) -> IdentityResponse {
    if !state.accepts_bearer(request.headers.get("authorization")) {
        return IdentityResponse::error(
            401,
            "InvalidAccessToken",
            "The access token is not valid.",
        );
    }
    IdentityResponse::json(&state.issue(state.settings.lifetime, fault).to_json())
}
