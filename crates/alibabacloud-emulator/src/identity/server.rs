//! The server: connections, and which service a request is for.

use super::answer::Answer;
use super::state::{Builder, Disturbance, IdentityRequest, Login, Service, State};
use super::{federation, metadata, sts};
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::parse_pairs;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Most bytes of a request body.
const MOST_BODY: usize = 1 << 20;
/// Parameters that are not logged.
const SECRET_PARAMETERS: [&str; 4] = ["OIDCToken", "SecurityToken", "Signature", "refresh_token"];

/// A server on this machine that plays the services that give out credentials. It ends when it is dropped.
pub struct IdentityServer {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl IdentityServer {
    /// Settings to change before the start.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts with the usual settings.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        Builder::default().start().await
    }

    /// Where it is: `http://127.0.0.1:49152`. Also the endpoint of STS, of CloudSSO and of the metadata service.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The credentials URI.
    pub fn credentials_uri(&self) -> String {
        format!("{}/credentials", self.url())
    }

    /// Lets the next request for a service go wrong. Several wait in line.
    pub fn disturb(&self, service: Service, disturbance: Disturbance) {
        self.state.disturb(service, disturbance);
    }

    /// Changes the OpenID Connect token that roles trust, as a cluster does from time to time.
    pub fn set_oidc_token(&self, token: impl Into<String>) {
        self.state.world().oidc_token = token.into();
    }

    /// Logs in as a browser does, for OAuth and CloudSSO. The access token is valid for `lifetime`, and the refresh tokens of earlier logins
    /// are not valid any more.
    pub fn log_in(&self, lifetime: Duration) -> Login {
        self.state.log_in(lifetime)
    }

    /// The refresh token that is valid now.
    pub fn refresh_token(&self) -> Option<String> {
        self.state.world().refresh_token.clone()
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<IdentityRequest> {
        self.state.log()
    }

    /// Waits until this many requests have come in.
    pub async fn until_arrived(&self, requests: usize) {
        self.state.until_arrived(requests).await;
    }
}

impl Builder {
    /// Starts the server in the current tokio runtime, on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(self) -> io::Result<IdentityServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(self));
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

/// A request, read to its end.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: Headers,
    pub(super) body: Bytes,
    parameters: BTreeMap<String, String>,
}

impl Request {
    /// A parameter of query or form.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    fn log_entry(&self, service: Service) -> IdentityRequest {
        let mut parameters = self.parameters.clone();
        parameters.retain(|name, _| !SECRET_PARAMETERS.contains(&name.as_str()));
        IdentityRequest {
            service,
            method: self.method.clone(),
            host: self.headers.get("host").unwrap_or_default().to_owned(),
            path: self.path.clone(),
            parameters,
        }
    }

    async fn read(request: hyper::Request<Incoming>) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, MOST_BODY).collect().await.ok()?;
        let body = body.to_bytes();
        let mut headers = Headers::new();
        for (name, value) in &parts.headers {
            headers.append(name.as_str(), value.to_str().unwrap_or_default());
        }
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let form = match headers.get("content-type") {
            Some("application/x-www-form-urlencoded") => String::from_utf8_lossy(&body),
            _ => "".into(),
        };
        let parameters = [query.as_str(), &form]
            .into_iter()
            .flat_map(parse_pairs)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Some(Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query,
            headers,
            parameters,
            body,
        })
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(connection(stream, state.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(|request| respond(&state, request));
    // An error here is a client that went away.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    state: &State,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let answer = match Request::read(request).await {
        Some(request) => route(state, &request).await,
        None => Answer::refusal(413, "RequestTooLarge", "The body is too large."),
    };
    hyper::Response::builder()
        .status(answer.status)
        .header("content-type", answer.content_type)
        .body(Full::from(answer.body))
}

async fn route(state: &State, request: &Request) -> Answer {
    let Some(service) = service_of(&request.path) else {
        return Answer::not_found();
    };
    let disturbance = state.arrived(request.log_entry(service));
    if disturbance == Some(Disturbance::Silence) {
        std::future::pending::<()>().await;
    }
    if let Some(answer) = disturbance.as_ref().and_then(Disturbance::answer) {
        return answer;
    }
    let disturbance = disturbance.as_ref();
    match (service, request.path.as_str()) {
        (Service::Metadata, metadata::TOKEN) => metadata::token(state, request),
        (Service::Metadata, path) => {
            let role = path.strip_prefix(metadata::ROLES).unwrap_or_default();
            metadata::role(state, request, role, disturbance)
        }
        (Service::Sts, _) => sts::answer(state, request, disturbance),
        (Service::Uri, _) => metadata::credentials(state, disturbance),
        (Service::CloudSso, _) => federation::cloud_sso(state, request, disturbance),
        (Service::OAuth, "/v1/token") => federation::refresh(state, request),
        (Service::OAuth, _) => federation::exchange(state, request, disturbance),
    }
}

fn service_of(path: &str) -> Option<Service> {
    Some(match path {
        "/" => Service::Sts,
        "/credentials" => Service::Uri,
        "/cloud-credentials" => Service::CloudSso,
        "/v1/token" | "/v1/exchange" => Service::OAuth,
        metadata::TOKEN => Service::Metadata,
        path if path.starts_with(metadata::ROLES) => Service::Metadata,
        _ => return None,
    })
}
