//! Connections: reads requests, sends responses, and breaks them where a fault requires it.

use super::body::ResponseBody;
use super::control;
use super::stream::{Accept, Stream};
use crate::api_error::ApiError;
use crate::faults::FaultKind;
use crate::gateway::reply::{Format, Reply};
use crate::gateway::request::Request;
use crate::gateway::{self, Exchange};
use crate::shared::Shared;
use crate::timestamp;
use alibabacloud_spec::ApiStyle;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Maximum bytes of a request body.
const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// Accepts connections until the future is dropped; the connections end with it.
pub(crate) async fn serve(listener: TcpListener, accept: Accept, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, accept.clone(), shared.clone()));
                }
                // For instance when no file descriptor is left: other connections may end soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, accept: Accept, shared: Arc<Shared>) {
    // Otherwise small responses wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let Ok(stream) = accept(Stream::new(stream, reset.clone())).await else {
        return;
    };
    let service = service_fn(|request| respond(&shared, &reset, request));
    // An error here is a client that went away, or a fault.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The connection breaks instead of carrying a response.
#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was broken by a fault")
    }
}

impl std::error::Error for Broken {}

async fn respond(
    shared: &Shared,
    reset: &AtomicBool,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<ResponseBody>, Broken> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let request = Request::new(&parts, Bytes::new());
            return Ok(too_large(shared, &request));
        }
        Err(_) => return Err(Broken),
    };
    let request = Request::new(&parts, body);
    if control::handles(&request.path) {
        let reply = control::handle(shared, &request).await;
        return Ok(response(shared, reply, None, 0));
    }
    let exchange = gateway::handle(shared, &request);
    deliver(shared, reset, &request, exchange).await
}

fn too_large(shared: &Shared, request: &Request) -> hyper::Response<ResponseBody> {
    let error = ApiError::new(
        413,
        "RequestTooLarge",
        format!("The body has more than {MAX_BODY_BYTES} bytes."),
    );
    let id = shared.ids.request();
    let reply = Reply::error(
        Format::of(request),
        ApiStyle::Rpc,
        &error,
        &id,
        request.host(),
    );
    response(shared, reply, Some(&id), 0)
}

/// Writes changed state to the data file, then sends the response, or what a fault makes of it.
async fn deliver(
    shared: &Shared,
    reset: &AtomicBool,
    request: &Request,
    exchange: Exchange,
) -> Result<hyper::Response<ResponseBody>, Broken> {
    let Exchange {
        mut reply,
        request_id,
        plan,
        changed,
    } = exchange;
    if let (true, Some(persistence)) = (changed, &shared.persistence) {
        if let Err(why) = persistence.flush().await {
            let error = ApiError::new(
                500,
                "InternalError",
                format!("The data file cannot be written: {why}."),
            );
            reply = Reply::error(
                Format::of(request),
                ApiStyle::Rpc,
                &error,
                &request_id,
                request.host(),
            );
        }
    }
    if !plan.latency.is_zero() {
        tokio::time::sleep(plan.latency).await;
    }
    match plan.fault {
        Some((FaultKind::Drop, _)) => Err(Broken),
        Some((FaultKind::Reset, _)) => {
            reset.store(true, Ordering::Relaxed);
            Err(Broken)
        }
        Some((FaultKind::Truncate { bytes }, _)) => {
            let mut response = response(shared, reply, Some(&request_id), plan.clock_offset);
            response.body_mut().truncate(bytes);
            Ok(response)
        }
        _ => Ok(response(
            shared,
            reply,
            Some(&request_id),
            plan.clock_offset,
        )),
    }
}

fn response(
    shared: &Shared,
    reply: Reply,
    request_id: Option<&str>,
    clock_offset: i64,
) -> hyper::Response<ResponseBody> {
    let length = reply.body.len();
    let mut response = hyper::Response::new(ResponseBody::complete(reply.body));
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status)
        .unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    // RFC 9110: a 204 response has neither.
    if reply.status != 204 {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let now = shared.clock.gateway().saturating_add_signed(clock_offset);
    if let Ok(date) = HeaderValue::from_str(&timestamp::format_http(now)) {
        headers.insert(DATE, date);
    }
    if let Some(Ok(id)) = request_id.map(HeaderValue::from_str) {
        headers.insert("x-acs-request-id", id);
    }
    if let Some(millis) = reply.retry_after {
        headers.insert("x-acs-retry-after", HeaderValue::from(millis));
    }
    response
}
