//! Connections: reads requests, admits them, sends replies.

use crate::access::check_content_type;
use crate::assets;
use crate::reply::{ApiError, Reply};
use crate::routes::{Route, State, route};
use alibabacloud_core::types::plumbing::percent_decode;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Maximum bytes of the body of a request.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long the headers, and then the body, of a request may take.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum connections at the same time.
const MAX_CONNECTIONS: usize = 256;

/// The headers of all replies: nothing but the files of the page is executed or shown, the page is
/// in no frame, and no other page can read a reply.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("x-frame-options"), "DENY"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // The files of the page change with the program, at the same address.
    (HeaderName::from_static("cache-control"), "no-store"),
];

/// Accepts connections until the future is dropped; the connections end with it.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accept = async {
            let place = places.clone().acquire_owned().await;
            listener.accept().await.map(|(stream, _)| (stream, place))
        };
        tokio::select! {
            accepted = accept => match accepted {
                Ok((stream, place)) => {
                    let state = state.clone();
                    connections.spawn(async move {
                        connection(stream, &state).await;
                        drop(place);
                    });
                }
                // For instance when no file descriptor is left: other connections may end soon.
                Err(_) => sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, state: &State) {
    // Otherwise small replies wait for the acknowledgement of the browser.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| async {
        let reply = respond(state, request).await;
        Ok::<_, Infallible>(response(reply))
    });
    // An error here is a browser that went away or was too slow.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(state: &State, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    admit(state, &parts, body).await.unwrap_or_else(Reply::from)
}

/// Checks a request in the order in which it can do harm, and answers it.
async fn admit(state: &State, parts: &Parts, body: Incoming) -> Result<Reply, ApiError> {
    let path = parts.uri.path();
    let api = path.strip_prefix("/api/");
    state.access.check_sender(parts, api.is_some())?;
    let Some(api) = api else {
        return file(&parts.method, path);
    };
    let segments: Vec<&str> = api.split('/').collect();
    let (route, variable) = match route(parts.method.as_str(), &segments) {
        Ok(found) => found,
        Err("") => return Err(ApiError::not_found("there is no such path")),
        Err(allowed) => return Ok(not_allowed(allowed)),
    };
    if route != Route::Session {
        state.access.check_session(&parts.headers)?;
    }
    let body = match parts.method == Method::POST {
        true => {
            check_content_type(&parts.headers)?;
            read(body).await?
        }
        false => Value::Null,
    };
    let decoded = variable
        .iter()
        .map(|part| percent_decode(part))
        .collect::<Option<Vec<String>>>()
        .ok_or_else(|| ApiError::not_found("there is no such path"))?;
    let query = parts.uri.query().unwrap_or_default();
    state.handle(route, &decoded, query, &body).await
}

fn file(method: &Method, path: &str) -> Result<Reply, ApiError> {
    let Some(asset) = assets::find(path) else {
        return Err(ApiError::not_found("there is no such file"));
    };
    match *method {
        Method::GET => Ok(Reply::new(asset.content_type, asset.body)),
        _ => Ok(not_allowed("GET")),
    }
}

fn not_allowed(allowed: &'static str) -> Reply {
    let message = format!("the path has only {allowed}");
    let mut reply = Reply::from(ApiError::new(405, "not_allowed", message));
    reply.allow = Some(allowed);
    reply
}

/// Reads the body of a request.
///
/// # Errors
///
/// If it is too long, too slow, or not JSON.
async fn read(body: Incoming) -> Result<Value, ApiError> {
    let collected = Limited::new(body, MAX_BODY_BYTES).collect();
    let collected = timeout(READ_TIMEOUT, collected)
        .await
        .map_err(|_| ApiError::new(408, "timeout", "the body took too long"))?;
    let bytes = match collected {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            let message = format!("the body has more than {MAX_BODY_BYTES} bytes");
            return Err(ApiError::new(413, "too_large", message));
        }
        Err(error) => return Err(ApiError::invalid(error.to_string())),
    };
    // Also refuses JSON that is nested too deeply.
    serde_json::from_slice(&bytes)
        .map_err(|error| ApiError::invalid(format!("the body is not valid JSON: {error}")))
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if status != StatusCode::NO_CONTENT {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    }
    if let Some(allowed) = reply.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allowed));
    }
    if let Some(Ok(cookie)) = reply.cookie.as_deref().map(HeaderValue::from_str) {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}
