//! Instance metadata, and the credentials URI, whose answers are alike.

use super::answer::Answer;
use super::server::Request;
use super::state::{Disturbance, SessionTokens, State};
use std::time::Duration;

pub(super) const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
pub(super) const TOKEN: &str = "/latest/api/token";

pub(super) fn token(state: &State, request: &Request) -> Answer {
    let seconds = request
        .headers
        .get("x-aliyun-ecs-metadata-token-ttl-seconds")
        .and_then(|seconds| seconds.parse().ok())
        .filter(|seconds| (1..=21_600).contains(seconds));
    let known = state.settings.session_tokens != SessionTokens::Unknown;
    let (true, "PUT", Some(seconds)) = (known, request.method.as_str(), seconds) else {
        return Answer::not_found();
    };
    let expiry = state.now() + Duration::from_secs(seconds);
    let mut world = state.world();
    let token = format!("emulated-session-token-{}", world.next());
    world.session_tokens.insert(token.clone(), expiry);
    Answer::text(token)
}

pub(super) fn role(
    state: &State,
    request: &Request,
    name: &str,
    disturbance: Option<&Disturbance>,
) -> Answer {
    if request.method != "GET" || !may_ask(state, request) {
        return Answer::refusal(403, "Forbidden", "A session token is needed.");
    }
    match &state.settings.role {
        Some(role) if name.is_empty() => Answer::text(format!("{role}\n")),
        Some(role) if name == role => credentials(state, disturbance),
        _ => Answer::not_found(),
    }
}

pub(super) fn credentials(state: &State, disturbance: Option<&Disturbance>) -> Answer {
    let mut body = state.issue(state.settings.lifetime, disturbance).to_json();
    body["Code"] = "Success".into();
    Answer::json(&body)
}

fn may_ask(state: &State, request: &Request) -> bool {
    match request.headers.get("x-aliyun-ecs-metadata-token") {
        None => state.settings.session_tokens != SessionTokens::Demanded,
        Some(token) => state
            .world()
            .session_tokens
            .get(token)
            .is_some_and(|expiry| state.now() < *expiry),
    }
}
