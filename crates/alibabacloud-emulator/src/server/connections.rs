//! Connections: reads requests, sends responses, and breaks them where a fault requires it.

use super::access::ControlAccess;
use super::body::ResponseBody;
use super::control::{self, MAX_CONTROL_BYTES};
use super::cors::AllowedOrigins;
use super::limits::{BodyError, BodyMemory, HANDSHAKE_TIME, MAX_BODY_BYTES, Places, http1};
use super::stream::{Accept, Stream};
use crate::api_error::ApiError;
use crate::faults::FaultKind;
use crate::gateway::reply::{Format, Reply};
use crate::gateway::request::{ConnectionInfo, Request};
use crate::gateway::{self, Exchange};
use crate::shared::{Shared, lock};
use crate::timestamp;
use alibabacloud_spec::ApiStyle;
use bytes::Bytes;
use hyper::HeaderMap;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");

/// What all connections of a server use.
pub(crate) struct Server {
    accept: Accept,
    /// Whether connections are encrypted.
    is_secure: bool,
    access: ControlAccess,
    origins: AllowedOrigins,
    shared: Arc<Shared>,
    memory: BodyMemory,
}

impl Server {
    pub(crate) fn new(
        accept: Accept,
        is_secure: bool,
        access: ControlAccess,
        origins: AllowedOrigins,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            accept,
            is_secure,
            access,
            origins,
            shared,
            memory: BodyMemory::new(),
        }
    }

    /// Accepts connections until the future is dropped; the connections end with it.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let server = Arc::new(self);
        let places = Places::new();
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = places.accept(&listener) => match accepted {
                    Ok((stream, place)) => {
                        let server = server.clone();
                        connections.spawn(async move {
                            server.connection(stream).await;
                            drop(place);
                        });
                    }
                    // For instance when no file descriptor is left: other connections may end soon.
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn connection(&self, stream: TcpStream) {
        // Otherwise small responses wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let info = ConnectionInfo {
            peer: stream.peer_addr().ok().map(|address| address.ip()),
            is_secure: self.is_secure,
        };
        let reset = Arc::new(AtomicBool::new(false));
        let accepted = (self.accept)(Stream::new(stream, reset.clone()));
        let Ok(Ok(stream)) = timeout(HANDSHAKE_TIME, accepted).await else {
            return;
        };
        let service = service_fn(|request| self.respond(&reset, info, request));
        // An error here is a client that went away or was too slow, or a fault.
        let _ = http1()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn respond(
        &self,
        reset: &AtomicBool,
        info: ConnectionInfo,
        request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<ResponseBody>, Broken> {
        let shared = &*self.shared;
        let (mut parts, body) = request.into_parts();
        let is_control = control::handles(parts.uri.path());
        if is_control {
            if let Err(refusal) = self.access.check(&parts) {
                return Ok(plain(shared, control::refused(refusal)));
            }
        } else if let Some(headers) = self.origins.preflight(&parts) {
            let mut response = plain(shared, Reply::new(204, "", []));
            response.headers_mut().extend(headers);
            return Ok(response);
        }
        let most = if is_control {
            MAX_CONTROL_BYTES
        } else {
            MAX_BODY_BYTES
        };
        let body = match self.memory.read(body, most).await {
            Ok(body) => body,
            Err(BodyError::Broken) => return Err(Broken),
            Err(error) => {
                let request = Request::new(&parts, Bytes::new(), info);
                let mut response = without_body(shared, &request, &error, most);
                if !is_control {
                    response
                        .headers_mut()
                        .extend(self.origins.headers(&parts.headers));
                }
                return Ok(response);
            }
        };
        let request = Request::new(&parts, body.bytes.clone(), info);
        if is_control {
            let reply = control::handle(shared, &request).await;
            return Ok(plain(shared, reply));
        }
        let exchange = gateway::handle(shared, &request);
        let for_pages = self.origins.headers(&parts.headers);
        // The connection keeps the map of a response for the headers of the next request. Empty
        // but as large as this request needed it, it need not grow.
        parts.headers.clear();
        let mut response = deliver(shared, reset, &request, exchange, parts.headers).await?;
        response.headers_mut().extend(for_pages);
        Ok(response)
    }
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

/// The response to a request whose body was not read. The connection ends with it.
fn without_body(
    shared: &Shared,
    request: &Request,
    error: &BodyError,
    most: usize,
) -> hyper::Response<ResponseBody> {
    let (status, code, message) = error.refusal(most);
    let error = ApiError::new(status, code, message);
    let id = shared.ids.request();
    let reply = Reply::error(
        Format::of(request),
        ApiStyle::Rpc,
        &error,
        &id,
        request.host(),
    );
    response(shared, reply, Some(id), 0, HeaderMap::new())
}

/// A response without a request ID.
fn plain(shared: &Shared, reply: Reply) -> hyper::Response<ResponseBody> {
    response(shared, reply, None, 0, HeaderMap::new())
}

/// Waits until the data file has what the reply shows, then sends the response, or what a fault
/// makes of it.
async fn deliver(
    shared: &Shared,
    reset: &AtomicBool,
    request: &Request,
    exchange: Exchange,
    headers: HeaderMap,
) -> Result<hyper::Response<ResponseBody>, Broken> {
    let Exchange {
        mut reply,
        request_id,
        plan,
        unsaved,
    } = exchange;
    if let (Some(change), Some(persistence)) = (unsaved, &shared.persistence) {
        if let Err(why) = persistence.flush(change).await {
            let error = ApiError::new(
                500,
                "InternalError",
                format!("The data file cannot be written: {why}."),
            );
            lock(&shared.log).fail(&request_id, error.status, error.code.clone());
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
    let complete = || response(shared, reply, Some(request_id), plan.clock_offset, headers);
    match plan.fault {
        Some((FaultKind::Drop, _)) => Err(Broken),
        Some((FaultKind::Reset, _)) => {
            reset.store(true, Ordering::Relaxed);
            Err(Broken)
        }
        Some((FaultKind::Truncate { bytes }, _)) => {
            let mut response = complete();
            response.body_mut().truncate(bytes);
            Ok(response)
        }
        _ => Ok(complete()),
    }
}

/// Creates a response with these headers, to which it adds its own.
fn response(
    shared: &Shared,
    reply: Reply,
    request_id: Option<String>,
    clock_offset: i64,
    mut headers: HeaderMap,
) -> hyper::Response<ResponseBody> {
    // RFC 9110: a 204 response has neither.
    if reply.status != 204 {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(reply.body.len()));
    }
    let now = shared.clock.gateway().saturating_add_signed(clock_offset);
    if let Ok(date) = HeaderValue::try_from(timestamp::format_http(now)) {
        headers.insert(DATE, date);
    }
    if let Some(Ok(id)) = request_id.map(HeaderValue::try_from) {
        headers.insert(&REQUEST_ID, id);
    }
    if let Some(millis) = reply.retry_after {
        headers.insert("x-acs-retry-after", HeaderValue::from(millis));
    }
    let mut response = hyper::Response::new(ResponseBody::complete(reply.body));
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status)
        .unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}
