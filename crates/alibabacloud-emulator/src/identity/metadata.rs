//! Instance metadata, and the credentials URI, whose responses are the same.

use super::builder::SessionTokens;
use super::fault::IdentityFault;
use super::request::IncomingRequest;
use super::response::IdentityResponse;
use super::state::IdentityState;
use std::time::Duration;

pub(super) const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
pub(super) const REGION: &str = "/latest/meta-data/region-id";
pub(super) const TOKEN: &str = "/latest/api/token";

pub(super) fn token(state: &IdentityState, request: &IncomingRequest) -> IdentityResponse {
    let seconds = request
        .headers
        .get("x-aliyun-ecs-metadata-token-ttl-seconds")
        .and_then(|seconds| seconds.parse().ok())
        .filter(|seconds| (1..=21_600).contains(seconds));
    let supported = state.settings.session_tokens != SessionTokens::Unsupported;
    let (true, "PUT", Some(seconds)) = (supported, request.method.as_str(), seconds) else {
        return IdentityResponse::not_found();
    };
    let expiry = state.now() + Duration::from_secs(seconds);
    let mut store = state.store();
    let token = format!("emulated-session-token-{}", store.next());
    store.session_tokens.insert(token.clone(), expiry);
    IdentityResponse::text(token)
}

pub(super) fn region(state: &IdentityState, request: &IncomingRequest) -> IdentityResponse {
    if request.method != "GET" || !is_authorized(state, request) {
        return IdentityResponse::error(403, "Forbidden", "A session token is needed.");
    }
    IdentityResponse::text(&*state.settings.region)
}

pub(super) fn role(
    state: &IdentityState,
    request: &IncomingRequest,
    name: &str,
    fault: Option<&IdentityFault>,
) -> IdentityResponse {
    if request.method != "GET" || !is_authorized(state, request) {
        return IdentityResponse::error(403, "Forbidden", "A session token is needed.");
    }
    match &state.settings.role {
        Some(role) if name.is_empty() => IdentityResponse::text(format!("{role}\n")),
        Some(role) if name == role => credentials(state, fault),
        _ => IdentityResponse::not_found(),
    }
}

pub(super) fn credentials(
    state: &IdentityState,
    fault: Option<&IdentityFault>,
) -> IdentityResponse {
    let mut body = state.issue(state.settings.lifetime, fault).to_json();
    body["Code"] = "Success".into();
    IdentityResponse::json(&body)
}

fn is_authorized(state: &IdentityState, request: &IncomingRequest) -> bool {
    match request.headers.get("x-aliyun-ecs-metadata-token") {
        None => state.settings.session_tokens != SessionTokens::Required,
        Some(token) => state
            .store()
            .session_tokens
            .get(token)
            .is_some_and(|expiry| state.now() < *expiry),
    }
}
