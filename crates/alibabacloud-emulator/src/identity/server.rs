//! The server: connections, and routing to the services.

use super::builder::IdentityServerBuilder;
use super::fault::IdentityFault;
use super::request::{IdentityRequest, IdentityService, IncomingRequest};
use super::response::IdentityResponse;
use super::state::{IdentityState, Login};
use super::{federation, metadata, sts};
use crate::server::limits::{BodyMemory, Places, http1};
use alibabacloud_types::plumbing::format_http_date;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A loopback server that emulates the services that issue credentials. It stops when it is
/// dropped.
#[must_use = "the server stops when it is dropped"]
pub struct IdentityServer {
    address: SocketAddr,
    state: Arc<IdentityState>,
    task: JoinHandle<()>,
}

impl IdentityServer {
    /// Returns settings to change before the start.
    pub fn builder() -> IdentityServerBuilder {
        IdentityServerBuilder::default()
    }

    /// Starts a server with default settings.
    ///
    /// # Errors
    ///
    /// Fails when no port is available.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns the URL, such as `http://127.0.0.1:49152`: the endpoint of STS, CloudSSO, OAuth and
    /// the metadata service.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the credentials URI.
    pub fn credentials_uri(&self) -> String {
        format!("{}/credentials", self.url())
    }

    /// Adds a fault for one request to a service. Faults apply in order, one per request.
    pub fn inject(&self, service: IdentityService, fault: IdentityFault) {
        self.state.inject(service, fault);
    }

    /// Changes the OpenID Connect token that roles trust, as a cluster does periodically.
    pub fn set_oidc_token(&self, token: impl Into<String>) {
        self.state.store().oidc_token = token.into();
    }

    /// Logs in as a browser does, for OAuth and CloudSSO.
    ///
    /// The access token is valid for `lifetime`. Refresh tokens of earlier logins become invalid.
    pub fn log_in(&self, lifetime: Duration) -> Login {
        self.state.log_in(lifetime)
    }

    /// Returns the refresh token that is currently valid.
    pub fn refresh_token(&self) -> Option<String> {
        self.state.store().refresh_token.clone()
    }

    /// Returns the requests so far, in order.
    pub fn requests(&self) -> Vec<IdentityRequest> {
        self.state.log()
    }

    /// Waits until this many requests have arrived.
    pub async fn wait_for_requests(&self, count: usize) {
        self.state.wait_for_requests(count).await;
    }
}

impl IdentityServerBuilder {
    /// Starts the server on the current Tokio runtime, on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// Fails when no port is available.
    pub async fn start(self) -> io::Result<IdentityServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(IdentityState::new(self));
        let task = tokio::spawn(serve(listener, state.clone()));
        Ok(IdentityServer {
            address,
            state,
            task,
        })
    }
}

impl Drop for IdentityServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for IdentityServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn serve(listener: TcpListener, state: Arc<IdentityState>) {
    let (places, memory) = (Places::new(), BodyMemory::new());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = places.accept(&listener) => match accepted {
                Ok((stream, place)) => {
                    let (state, memory) = (state.clone(), memory.clone());
                    connections.spawn(async move {
                        connection(stream, &state, &memory).await;
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

async fn connection(stream: TcpStream, state: &IdentityState, memory: &BodyMemory) {
    let service = service_fn(|request| respond(state, memory, request));
    // An error here is a client that went away or was too slow.
    let _ = http1()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    state: &IdentityState,
    memory: &BodyMemory,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let (response, is_read) = match IncomingRequest::read(request, memory).await {
        Ok(request) => (route(state, &request).await, true),
        Err(response) => (response, false),
    };
    let mut builder = hyper::Response::builder();
    if !is_read {
        // The rest of the body is not read.
        builder = builder.header("connection", "close");
    }
    builder
        .status(response.status)
        .header("content-type", response.content_type)
        .header("date", format_http_date(state.now()))
        .body(Full::from(response.body))
}

async fn route(state: &IdentityState, request: &IncomingRequest) -> IdentityResponse {
    let Some(service) = service_of(&request.path) else {
        return IdentityResponse::not_found();
    };
    let fault = state.arrived(request.log_entry(service));
    if fault == Some(IdentityFault::NoResponse) {
        std::future::pending::<()>().await;
    }
    if let Some(response) = fault.as_ref().and_then(IdentityFault::response) {
        return response;
    }
    let fault = fault.as_ref();
    match (service, request.path.as_str()) {
        (IdentityService::Metadata, metadata::TOKEN) => metadata::token(state, request),
        (IdentityService::Metadata, metadata::REGION) => metadata::region(state, request),
        (IdentityService::Metadata, path) => {
            let role = path.strip_prefix(metadata::ROLES).unwrap_or_default();
            metadata::role(state, request, role, fault)
        }
        (IdentityService::Sts, _) => sts::respond(state, request, fault),
        (IdentityService::Uri, _) => metadata::credentials(state, fault),
        (IdentityService::CloudSso, _) => federation::cloud_sso(state, request, fault),
        (IdentityService::OAuth, "/v1/token") => federation::refresh(state, request),
        (IdentityService::OAuth, _) => federation::exchange(state, request, fault),
    }
}

fn service_of(path: &str) -> Option<IdentityService> {
    Some(match path {
        "/" => IdentityService::Sts,
        "/credentials" => IdentityService::Uri,
        "/cloud-credentials" => IdentityService::CloudSso,
        "/v1/token" | "/v1/exchange" => IdentityService::OAuth,
        metadata::TOKEN | metadata::REGION => IdentityService::Metadata,
        path if path.starts_with(metadata::ROLES) => IdentityService::Metadata,
        _ => return None,
    })
}
