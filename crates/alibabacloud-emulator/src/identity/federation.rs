//! CloudSSO and OAuth: browser logins that buy credentials.

use super::answer::Answer;
use super::server::Request;
use super::state::{Disturbance, State};
use serde_json::{Value, json};
use std::time::Duration;

const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

pub(super) fn cloud_sso(
    state: &State,
    request: &Request,
    disturbance: Option<&Disturbance>,
) -> Answer {
    if !state.accepts_bearer(request.headers.get("authorization")) {
        return Answer::refusal(401, "InvalidAccessToken", "The access token is not valid.");
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let has = |name| body.get(name).is_some_and(Value::is_string);
    if !has("AccountId") || !has("AccessConfigurationId") {
        return Answer::refusal(400, "MissingParameter", "A parameter is missing.");
    }
    let issued = state.issue(state.settings.lifetime, disturbance).to_json();
    Answer::json(&json!({ "RequestId": "EMULATED-REQUEST", "CloudCredential": issued }))
}

/// Uses up a refresh token and gives new tokens.
pub(super) fn refresh(state: &State, request: &Request) -> Answer {
    let refused = || {
        let body = json!({ "error": "invalid_grant", "error_description": "The refresh token is not valid." });
        Answer::new(400, "application/json", body.to_string())
    };
    if request.parameter("grant_type") != Some("refresh_token")
        || request.parameter("client_id").is_none()
    {
        return refused();
    }
    {
        let mut world = state.world();
        let given = request.parameter("refresh_token");
        if given.is_none() || given != world.refresh_token.as_deref() {
            return refused();
        }
        world.refresh_token = None;
    }
    let login = state.log_in(ACCESS_TOKEN_LIFETIME);
    Answer::json(&json!({
        "access_token": login.access_token,
        "refresh_token": login.refresh_token,
        "expires_in": ACCESS_TOKEN_LIFETIME.as_secs(),
        "token_type": "Bearer",
    }))
}

pub(super) fn exchange(
    state: &State,
    request: &Request,
    disturbance: Option<&Disturbance>,
) -> Answer {
    if !state.accepts_bearer(request.headers.get("authorization")) {
        return Answer::refusal(401, "InvalidAccessToken", "The access token is not valid.");
    }
    Answer::json(&state.issue(state.settings.lifetime, disturbance).to_json())
}
