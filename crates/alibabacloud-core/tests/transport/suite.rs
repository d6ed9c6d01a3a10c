//! A transport against a server on the loopback interface with faults of real servers.

use super::{Transport, backends};
use crate::fixture::{EmptyOutput, List, ListOutput, delete};
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::TransportErrorKind::{Connect, InvalidRequest};
use alibabacloud_core::http::{HttpClient, HttpRequest, HttpResponse, Method};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::transport::{TlsBackend, TlsVersion, TransportConfig};
use alibabacloud_core::{CallOptions, Client, Config, Error, ErrorKind};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion, version};

/// The action of the server for one request.
#[derive(Clone)]
enum Act {
    /// Writes this and keeps the connection.
    Say(String),
    /// Writes this and closes the connection.
    SayAndClose(String),
    /// Closes the connection.
    Close,
    /// Never responds.
    Hang,
}

/// Certificates for a TLS server.
#[derive(Clone)]
struct Identity {
    root_pem: &'static str,
    acceptor: TlsAcceptor,
}

struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Act>,
    requests: Vec<String>,
    connections: usize,
    /// Connections that the client closed.
    closed: usize,
}

fn response(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn ok() -> Act {
    Act::Say(response("200 OK", r#"{"RequestId":"R"}"#))
}

impl Server {
    /// Starts a server in the runtime of the caller.
    async fn start(script: impl IntoIterator<Item = Act>) -> Self {
        Self::listen(script, None).await
    }

    async fn listen(script: impl IntoIterator<Item = Act>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State {
            script: script.into_iter().collect(),
            ..State::default()
        }));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().expect("a state").connections += 1;
                let (shared, tls) = (shared.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, shared).await,
                        // A client that rejects the certificate ends the handshake with an error.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, shared).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, state }
    }

    fn config(&self) -> Config {
        Config::new()
            .region("cn-hangzhou")
            .endpoint(format!("http://{}", self.address))
            .credentials(Credentials::access_key("id", "secret"))
            .http_client(direct())
            .retry(RetryConfig::standard().base_delay(Duration::ZERO))
    }

    fn client(&self) -> Client {
        Client::new(self.config()).expect("a client")
    }

    fn requests(&self) -> Vec<String> {
        self.state.lock().expect("a state").requests.clone()
    }

    fn connections(&self) -> usize {
        self.state.lock().expect("a state").connections
    }
}

/// Returns a transport that ignores the proxies of the environment.
fn direct() -> Transport {
    Transport::new(TransportConfig::new().no_proxy()).expect("a transport")
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<Mutex<State>>) {
    while let Some(request) = read(&mut stream).await {
        let act = {
            let mut state = state.lock().expect("a state");
            state.requests.push(request);
            state.script.pop_front().unwrap_or(Act::Close)
        };
        match act {
            Act::Say(text) => stream.write_all(text.as_bytes()).await.expect("a write"),
            Act::SayAndClose(text) => {
                stream.write_all(text.as_bytes()).await.expect("a write");
                return;
            }
            Act::Close => return,
            Act::Hang => std::future::pending().await,
        }
    }
    state.lock().expect("a state").closed += 1;
}

/// Reads one request up to the end of its body. Returns `None` if the connection ends.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    loop {
        if let Some(head) = text.windows(4).position(|w| w == b"\r\n\r\n") {
            let head_text = String::from_utf8_lossy(&text[..head]).to_lowercase();
            let length = head_text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if text.len() >= head + 4 + length {
                return Some(String::from_utf8(text).expect("text"));
            }
        }
        let mut piece = [0; 1024];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => text.extend_from_slice(&piece[..n]),
        }
    }
}

async fn list(client: &Client) -> Result<u32, Error> {
    let response = List::new(client)
        .call
        .send_with_response::<ListOutput>()
        .await?;
    Ok(response.attempts())
}

#[tokio::test]
async fn calls_share_a_connection_and_send_what_is_signed() {
    let server = Server::start([ok(), ok(), ok()]).await;
    let client = server.client();
    for _ in 0..2 {
        assert_eq!(list(&client).await.expect("attempts"), 1);
    }
    // A client with a clone of the configuration shares the transport.
    let clone = Client::new(client.config().clone()).expect("a client");
    assert_eq!(list(&clone).await.expect("attempts"), 1);
    assert_eq!(server.connections(), 1);
    let request = &server.requests()[0];
    assert!(
        request.starts_with("POST /?RegionId=cn-hangzhou HTTP/1.1\r\n"),
        "{request}"
    );
    let lower = request.to_lowercase();
    for header in [
        format!("\r\nhost: {}\r\n", server.address),
        "\r\ncontent-length: 0\r\n".to_owned(),
        "\r\naccept: application/json\r\n".to_owned(),
        "\r\nauthorization: acs3-hmac-sha256 ".to_owned(),
    ] {
        assert_eq!(lower.matches(&header).count(), 1, "{header:?} in {request}");
    }
    assert!(!lower.contains("accept-encoding"), "{request}");
}

/// Requests of credentials providers have no header of their own.
#[tokio::test]
async fn a_request_without_host_gets_that_of_its_url() {
    let server = Server::start([ok(), ok()]).await;
    let http = direct();
    let url = format!("http://{}/", server.address);
    let mut other = HttpRequest::new(Method::Get, url.clone());
    other.headers.set("host", "oos.example");
    for request in [HttpRequest::new(Method::Get, url), other] {
        read_to_end(http.send(request).await.expect("a response")).await;
    }
    let hosts: Vec<_> = server
        .requests()
        .iter()
        .flat_map(|request| request.lines())
        .filter_map(|line| {
            line.to_lowercase()
                .strip_prefix("host: ")
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(
        hosts,
        [server.address.to_string(), "oos.example".to_owned()]
    );
}

#[tokio::test]
async fn a_closed_connection_is_noticed_only_if_nothing_may_be_retried() {
    let server = Server::start([ok(), Act::Close, ok(), Act::Close]).await;
    let client = server.client();
    list(&client).await.expect("attempts");
    // The server closes the idle connection when the next request arrives on it.
    list(&client).await.expect("attempts");
    let error = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_is_never_noticed() {
    let Act::Say(text) = ok() else {
        panic!("a response")
    };
    let server = Server::start(vec![Act::SayAndClose(text); 20]).await;
    let client = server.client();
    for _ in 0..20 {
        list(&client).await.expect("attempts");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_interruption() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"Requ".to_owned();
    let server = Server::start([Act::SayAndClose(cut.clone()), ok(), Act::SayAndClose(cut)]).await;
    let client = server.client();
    assert_eq!(list(&client).await.expect("attempts"), 2);
    let error = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Interrupted, Some(200)),
        "{error}"
    );
}

#[tokio::test]
async fn chunked_and_close_delimited_bodies_are_read() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"Request\r\n8\r\nId\":\"R\"}\r\n0\r\n\r\n";
    let closed = "HTTP/1.1 200 OK\r\n\r\n{\"RequestId\":\"R\"}";
    let server = Server::start([
        Act::Say(chunked.to_owned()),
        Act::SayAndClose(closed.to_owned()),
    ])
    .await;
    let client = server.client();
    for _ in 0..2 {
        let response = List::new(&client)
            .call
            .send_with_response::<ListOutput>()
            .await
            .expect("a response");
        assert_eq!(response.request_id(), Some("R"));
    }
}

#[tokio::test]
async fn invalid_http_is_an_interruption() {
    let server = Server::start([Act::SayAndClose("SSH-2.0-x\r\n\r\n".to_owned())]).await;
    let error = delete(&server.client())
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let redirect =
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start([Act::Say(redirect.to_owned())]).await;
    let error = list(&server.client()).await.expect_err("an error");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Service, Some(302)),
        "{error}"
    );
}

#[tokio::test]
async fn a_hanging_server_causes_the_attempt_timeout() {
    let server = Server::start([Act::Hang]).await;
    let mut call = delete(&server.client());
    // Long enough for the first request of a transport, which sets up TLS.
    call.options = CallOptions::new().attempt_timeout(Duration::from_millis(500));
    let error = call.send::<EmptyOutput>().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_port_without_a_server_is_a_connect_error() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    let request = HttpRequest::new(Method::Get, format!("http://{port}/?Secret=hush"));
    let error = direct().send(request).await.expect_err("an error");
    assert_eq!(error.kind(), Connect);
    assert_eq!(error.origin(), Some(format!("http://{port}").as_str()));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn tls_to_a_server_without_it_is_a_connect_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .expect("a write");
    });
    let request = HttpRequest::new(Method::Get, format!("https://{address}/"));
    let error = direct().send(request).await.expect_err("an error");
    assert_eq!(error.kind(), Connect, "{error}");
}

impl Identity {
    /// Returns a server certificate for `localhost`, signed by a separate root.
    fn new(version: &'static SupportedProtocolVersion) -> Self {
        Self::with_clients(version, false)
    }

    /// Returns the same for a server that requires a certificate of its clients, by the same root.
    fn with_clients(version: &'static SupportedProtocolVersion, are_known: bool) -> Self {
        let pem = include_bytes!("../certificates/server.pem");
        let certificate = CertificateDer::from_pem_slice(pem).expect("a certificate");
        let key = include_bytes!("../certificates/server_key.pem");
        let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
        let root_pem = include_str!("../certificates/root.pem");
        let provider = Arc::new(ring::default_provider());
        let verifier = match are_known {
            true => {
                let mut roots = RootCertStore::empty();
                let root = CertificateDer::from_pem_slice(root_pem.as_bytes());
                roots.add(root.expect("a certificate")).expect("a root");
                let roots = Arc::new(roots);
                WebPkiClientVerifier::builder_with_provider(roots, provider.clone())
                    .build()
                    .expect("a verifier")
            }
            false => WebPkiClientVerifier::no_client_auth(),
        };
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .and_then(|config| {
                config
                    .with_client_cert_verifier(verifier)
                    .with_single_cert(vec![certificate], key)
            })
            .expect("a configuration");
        Self {
            root_pem,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        }
    }
}

#[tokio::test]
async fn tls_accepts_extra_roots_and_rejects_untrusted_certificates() {
    let send = async |backend: TlsBackend, identity: &Identity, root: &str, host: &str| {
        let server = Server::listen([ok()], Some(identity.acceptor.clone())).await;
        let transport = TransportConfig::new()
            .no_proxy()
            .tls_backend(backend)
            .root_certificates(root);
        let http = Transport::new(transport).expect("a transport");
        let url = format!("https://{host}:{}/", server.address.port());
        let response = http.send(HttpRequest::new(Method::Get, url)).await;
        response
            .map(|response| response.status)
            .map_err(|error| error.kind())
    };
    assert!(backends().count() > 0);
    for (backend, version) in backends().flat_map(|b| [(b, &version::TLS12), (b, &version::TLS13)])
    {
        let good = Identity::new(version);
        let outcome = send(backend, &good, good.root_pem, "localhost").await;
        assert_eq!(outcome, Ok(200), "{backend:?} {version:?}");
        // Trusted, but for another name.
        let outcome = send(backend, &good, good.root_pem, "127.0.0.1").await;
        assert_eq!(outcome, Err(Connect), "{backend:?} {version:?}");
        // For this name, but from an unknown root.
        let other = include_str!("../certificates/other_root.pem");
        let outcome = send(backend, &good, other, "localhost").await;
        assert_eq!(outcome, Err(Connect), "{backend:?} {version:?}");
    }
    // The program chooses the provider of the whole process, not the SDK.
    assert!(CryptoProvider::get_default().is_none());
}

/// Sends a request to a server whose root is unknown, without extra roots.
#[cfg(feature = "rustls")]
async fn send_to_an_unknown_root() -> alibabacloud_core::http::TransportError {
    let identity = Identity::new(&version::TLS13);
    let server = Server::listen([ok()], Some(identity.acceptor)).await;
    let url = format!("https://localhost:{}/", server.address.port());
    let transport = TransportConfig::new()
        .no_proxy()
        .tls_backend(TlsBackend::Ring);
    let http = Transport::new(transport).expect("a transport");
    let sent = http.send(HttpRequest::new(Method::Get, url)).await;
    sent.expect_err("an untrusted certificate")
}

/// In an empty root directory, this holds with feature `webpki-roots`.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn certificates_of_the_system_or_compiled_in_ones_are_enough_for_tls() {
    let error = send_to_an_unknown_root().await;
    assert_eq!(error.kind(), Connect, "{error}");
    assert!(error.to_string().contains("peer certificate"), "{error}");
}

/// A variable of the process that the next test starts.
#[cfg(all(feature = "rustls", target_os = "linux"))]
const WITHOUT_CERTIFICATES: &str = "TRANSPORT_TEST_WITHOUT_CERTIFICATES";

#[cfg(all(feature = "rustls", target_os = "linux"))]
#[tokio::test]
async fn a_wrong_path_of_certificates_is_an_error_and_no_reason_to_trust_others() {
    if std::env::var_os(WITHOUT_CERTIFICATES).is_some() {
        let error = send_to_an_unknown_root().await;
        assert!(error.to_string().contains("cannot set up TLS"), "{error}");
        return;
    }
    let name = "a_wrong_path_of_certificates_is_an_error_and_no_reason_to_trust_others";
    let status = alone(name)
        .env(WITHOUT_CERTIFICATES, "1")
        .env("SSL_CERT_FILE", "/nowhere")
        .env_remove("SSL_CERT_DIR")
        .status();
    assert!(status.expect("a process").success());
}

#[tokio::test]
async fn a_client_certificate_is_presented_to_servers_that_ask_for_it() {
    let own = concat!(
        include_str!("../certificates/server.pem"),
        include_str!("../certificates/server_key.pem")
    );
    for (backend, version) in backends().flat_map(|b| [(b, &version::TLS12), (b, &version::TLS13)])
    {
        let identity = Identity::with_clients(version, true);
        let server = Server::listen([ok()], Some(identity.acceptor)).await;
        let url = format!("https://localhost:{}/", server.address.port());
        let config = TransportConfig::new()
            .no_proxy()
            .tls_backend(backend)
            .root_certificates(identity.root_pem);
        let http = Transport::new(config.clone()).expect("a transport");
        let request = HttpRequest::new(Method::Get, url);
        // With TLS 1.3 the client learns of the rejection after its request.
        let result = http.send(request.clone()).await;
        result.expect_err("the server requires a certificate");
        let http = Transport::new(config.client_certificate(own)).expect("a transport");
        let response = http.send(request).await.expect("a response");
        assert_eq!(response.status, 200, "{backend:?}");
    }
}

#[tokio::test]
async fn an_older_version_of_tls_than_the_configured_one_is_rejected() {
    for backend in backends() {
        for (version, is_accepted) in [(&version::TLS12, false), (&version::TLS13, true)] {
            let identity = Identity::new(version);
            let server = Server::listen([ok()], Some(identity.acceptor)).await;
            let config = TransportConfig::new()
                .no_proxy()
                .tls_backend(backend)
                .root_certificates(identity.root_pem)
                .min_tls_version(TlsVersion::V1_3);
            let http = Transport::new(config).expect("a transport");
            let url = format!("https://localhost:{}/", server.address.port());
            let result = http.send(HttpRequest::new(Method::Get, url)).await;
            let expected = if is_accepted { Ok(200) } else { Err(Connect) };
            let result = result.map(|response| response.status).map_err(|e| e.kind());
            assert_eq!(result, expected, "{backend:?} {version:?}");
        }
    }
}

/// A proxy with TLS: it forwards plain requests, and opens tunnels, in which TLS begins again.
#[tokio::test]
async fn a_proxy_can_have_tls_itself() {
    for backend in backends() {
        let identity = Identity::new(&version::TLS13);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let acceptor = identity.acceptor.clone();
        let proxy = tokio::spawn(async move {
            let mut requests = Vec::new();
            for _ in 0..2 {
                let (stream, _) = listener.accept().await.expect("a connection");
                let mut stream = acceptor.accept(stream).await.expect("a handshake");
                let request = read(&mut stream).await.expect("a request");
                let is_tunnel = request.starts_with("CONNECT ");
                requests.push(request);
                let Act::Say(text) = ok() else {
                    panic!("a response")
                };
                if is_tunnel {
                    let opened = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                    opened.await.expect("a write");
                    let mut inner = acceptor.accept(stream).await.expect("a handshake");
                    requests.push(read(&mut inner).await.expect("a request"));
                    inner.write_all(text.as_bytes()).await.expect("a write");
                    inner.flush().await.expect("a flush");
                } else {
                    stream.write_all(text.as_bytes()).await.expect("a write");
                    stream.flush().await.expect("a flush");
                }
            }
            requests
        });
        let config = TransportConfig::new()
            .proxy(format!("https://user:p%40ss@localhost:{port}"))
            .tls_backend(backend)
            .root_certificates(identity.root_pem);
        let http = Transport::new(config).expect("a transport");
        for url in ["http://oos.example/a?b=c", "https://localhost/d"] {
            let response = http.send(HttpRequest::new(Method::Get, url)).await;
            let response = response.unwrap_or_else(|error| panic!("{backend:?} {url}: {error}"));
            assert_eq!(response.status, 200);
        }
        let requests = proxy.await.expect("a proxy");
        let lines: Vec<_> = requests.iter().filter_map(|r| r.lines().next()).collect();
        let expected = [
            "GET http://oos.example/a?b=c HTTP/1.1",
            "CONNECT localhost:443 HTTP/1.1",
            "GET /d HTTP/1.1",
        ];
        assert_eq!(lines, expected, "{backend:?}");
        // The password is for the proxy alone.
        let knows_password = |request: &String| {
            let request = request.to_lowercase();
            request.contains("proxy-authorization: basic dxnlcjpwqhnz\r\n")
        };
        let known: Vec<_> = requests.iter().map(knows_password).collect();
        assert_eq!(known, [true, true, false], "{backend:?}");
    }
}

#[tokio::test]
async fn transports_with_equal_settings_share_connections() {
    let server = Server::start(vec![ok(); 4]).await;
    let request = HttpRequest::new(Method::Get, format!("http://{}/", server.address));
    let config = TransportConfig::new().no_proxy();
    let mut transports = Vec::new();
    for (config, connections) in [
        (config.clone(), 1),
        (config.clone(), 1),
        (config.clone().pool_idle_timeout(Duration::from_secs(7)), 2),
        (config, 2),
    ] {
        let http = Transport::new(config).expect("a transport");
        let response = http.send(request.clone()).await.expect("a response");
        read_to_end(response).await;
        assert_eq!(server.connections(), connections);
        transports.push(http);
    }
}

async fn read_to_end(mut response: HttpResponse) {
    while let Some(chunk) = response.body.next_chunk().await {
        chunk.expect("a chunk");
    }
}

#[tokio::test]
async fn idle_connections_are_closed_without_a_further_request() {
    let server = Server::start([ok(), ok()]).await;
    let config = TransportConfig::new().no_proxy();
    let config = config.pool_idle_timeout(Duration::from_millis(20));
    let http = Transport::new(config).expect("a transport");
    for number in 1..=2 {
        let request = HttpRequest::new(Method::Get, format!("http://{}/", server.address));
        read_to_end(http.send(request).await.expect("a response")).await;
        while server.state.lock().expect("a state").closed < number {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(server.connections(), number);
    }
}

#[tokio::test]
async fn a_body_that_is_not_read_leaves_nothing_for_the_next_response() {
    let long = response("200 OK", &"x".repeat(1_000_000));
    let server = Server::start([Act::Say(long), ok()]).await;
    let http = direct();
    for status in [200, 200] {
        let request = HttpRequest::new(Method::Get, format!("http://{}/", server.address));
        let mut response = http.send(request).await.expect("a response");
        assert_eq!(response.status, status);
        response
            .body
            .next_chunk()
            .await
            .expect("a chunk")
            .expect("a chunk");
    }
    assert_eq!(server.connections(), 2);
}

/// Each request needs a connection of its own at first; later ones use those.
#[tokio::test]
async fn concurrent_requests_use_as_many_connections_as_they_need() {
    const COUNT: usize = 20;
    let server = Server::start(vec![ok(); 3 * COUNT]).await;
    let http = direct();
    for _ in 0..3 {
        let tasks: Vec<_> = (0..COUNT)
            .map(|_| {
                let request = HttpRequest::new(Method::Get, format!("http://{}/", server.address));
                let http = http.clone();
                tokio::spawn(async move {
                    read_to_end(http.send(request).await.expect("a response")).await;
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a response");
        }
    }
    assert!(server.connections() <= COUNT, "{}", server.connections());
    assert_eq!(server.requests().len(), 3 * COUNT);
}

/// The server ends each connection after its response: with the alert of TLS, and then without.
#[test]
fn a_tls_connection_that_was_closed_in_a_pause_is_replaced() {
    let servers = tokio::runtime::Runtime::new().expect("a runtime");
    let Act::Say(text) = ok() else {
        panic!("a response")
    };
    for (backend, version) in backends().flat_map(|b| [(b, &version::TLS12), (b, &version::TLS13)])
    {
        let identity = Identity::new(version);
        let acts = vec![Act::SayAndClose(text.clone()); 3];
        let server = servers.block_on(Server::listen(acts, Some(identity.acceptor)));
        let transport = TransportConfig::new()
            .no_proxy()
            .tls_backend(backend)
            .root_certificates(identity.root_pem);
        let http = Transport::new(transport).expect("a transport");
        let port = server.address.port();
        let config = server
            .config()
            .endpoint(format!("https://localhost:{port}"));
        let client = Client::new(config.http_client(http)).expect("a client");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        for _ in 0..3 {
            let call = delete(&client);
            let result = runtime.block_on(async move { call.send::<EmptyOutput>().await });
            result.unwrap_or_else(|error| panic!("{backend:?} {version:?}: {error}"));
            std::thread::sleep(Duration::from_millis(30));
        }
        assert_eq!(server.connections(), 3);
    }
}

/// Reads the versions that a client offers in its unencrypted hello: `supported_versions` of TLS
/// 1.3, or the version of the hello itself.
#[tokio::test]
async fn nothing_older_than_tls_1_2_is_offered() {
    for backend in backends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let hello = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut head = [0; 5];
            stream.read_exact(&mut head).await.expect("a record");
            let mut record = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
            stream.read_exact(&mut record).await.expect("a hello");
            record
        });
        let transport = TransportConfig::new().no_proxy().tls_backend(backend);
        let http = Transport::new(transport).expect("a transport");
        let request = HttpRequest::new(Method::Get, format!("https://{address}/"));
        http.send(request).await.expect_err("the server hangs up");
        let hello = hello.await.expect("a hello");
        // RFC 8446, 4.2.1: type 43, two bytes of length, one byte of length, then two bytes per
        // version, the newest first.
        let extension = [0, 43, 0, 5, 4, 3, 4, 3, 3];
        assert!(hello.windows(9).any(|w| w == extension), "{backend:?}");
    }
}

#[test]
fn a_backend_that_is_not_compiled_in_is_named_with_its_feature() {
    let all = [
        (TlsBackend::Ring, "`rustls`"),
        (TlsBackend::AwsLc, "`aws-lc`"),
        (TlsBackend::NativeTls, "`native-tls`"),
    ];
    for (backend, feature) in all {
        let transport = Transport::new(TransportConfig::new().tls_backend(backend));
        let is_there = backends().any(|b| b == backend);
        assert_eq!(transport.is_ok(), is_there, "{backend:?}");
        if let Err(error) = transport {
            assert!(error.to_string().contains(feature), "{error}");
        }
    }
}

#[tokio::test]
async fn urls_that_would_be_sent_differently_are_rejected() {
    let server = Server::start([ok(), ok()]).await;
    let base = format!("http://{}", server.address);
    for path in ["/a/../b", "/a/%2E%2e", "/a b", "/a?x=\"", "/a#x", "/\u{e9}"] {
        let request = HttpRequest::new(Method::Get, format!("{base}{path}"));
        let error = direct().send(request).await.expect_err(path);
        assert_eq!(error.kind(), InvalidRequest, "{path}");
    }
    for path in ["/a%2F..b/%20?x=%27~%2A", ""] {
        let request = HttpRequest::new(Method::Get, format!("{base}{path}"));
        direct().send(request).await.expect(path);
    }
    let lines: Vec<_> = server
        .requests()
        .iter()
        .filter_map(|r| r.lines().next().map(str::to_owned))
        .collect();
    assert_eq!(
        lines,
        ["GET /a%2F..b/%20?x=%27~%2A HTTP/1.1", "GET / HTTP/1.1"]
    );
}

#[tokio::test]
async fn an_explicit_proxy_receives_all_but_direct_requests() {
    let proxy = Server::start([ok()]).await;
    let server = Server::start([ok()]).await;
    let transport = TransportConfig::new().proxy(format!("http://user:hush@{}", proxy.address));
    assert!(!format!("{transport:?}").contains("hush"));
    let http = Transport::new(transport).expect("a transport");
    let mut request = HttpRequest::new(Method::Get, "http://oos.example/x");
    http.send(request.clone()).await.expect("a response");
    assert!(proxy.requests()[0].starts_with("GET http://oos.example/x HTTP/1.1\r\n"));
    request.url = format!("http://{}/direct", server.address);
    request.no_proxy = true;
    http.send(request).await.expect("a response");
    assert_eq!((proxy.requests().len(), server.requests().len()), (1, 1));
}

/// Returns the command that runs one test of this module in a process of its own.
fn alone(test: &str) -> std::process::Command {
    // Not `current_exe`, which needs /proc.
    let program = std::env::args_os().next().expect("a name");
    let (_, module) = module_path!().split_once("::").expect("a module");
    let mut command = std::process::Command::new(program);
    command.args(["--exact", &format!("{module}::{test}")]);
    command
}

/// Runs this test again in a process with other variables, because those of this process cannot be
/// changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn proxies_of_the_environment_are_used() {
    const CHILD: &str = "ACS_TEST_CALL_THROUGH_ENVIRONMENT";
    if std::env::var_os(CHILD).is_some() {
        for host in ["proxied.example", "direct.localhost"] {
            let request = HttpRequest::new(Method::Get, format!("http://{host}:9/"));
            // The direct one fails, because there is no server; the proxy counts.
            let _ = Transport::default().send(request).await;
        }
        return;
    }
    let proxy = Server::start(vec![ok(); 2]).await;
    let child = alone("proxies_of_the_environment_are_used")
        .env_clear()
        .env(CHILD, "1")
        .env("http_proxy", format!("http://{}", proxy.address))
        .env("NO_PROXY", "direct.localhost")
        .status()
        .expect("a child");
    assert!(child.success());
    let requests = proxy.requests();
    assert_eq!(requests.len(), 1);
    assert!(
        requests[0].starts_with("GET http://proxied.example:9/ HTTP/1.1"),
        "{requests:?}"
    );
}

#[test]
fn invalid_settings_are_rejected_immediately() {
    for config in [
        TransportConfig::new().proxy("http://user:hush@ho st"),
        TransportConfig::new().root_certificates("no certificate"),
        TransportConfig::new()
            .root_certificates("-----BEGIN CERTIFICATE-----\nhush!\n-----END CERTIFICATE-----\n"),
        TransportConfig::new().client_certificate("hush"),
        TransportConfig::new().client_certificate(include_bytes!("../certificates/server.pem")),
        TransportConfig::new().client_certificate(include_bytes!("../certificates/server_key.pem")),
    ] {
        let error = Transport::new(config).expect_err("an error");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}

#[test]
fn a_client_outlives_the_runtimes_it_is_used_in() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    };
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = servers.block_on(Server::start(vec![ok(); 3]));
    let client = server.client();
    for _ in 0..3 {
        runtime().block_on(list(&client)).expect("attempts");
    }
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    use std::future::Future;
    use std::task::{Context, Poll, Waker};

    let config = Config::new()
        .endpoint("http://127.0.0.1:1")
        .credentials(Credentials::anonymous())
        .region("cn-hangzhou");
    let client = Client::new(config).expect("a client");
    let mut call = Box::pin(list(&client));
    let Poll::Ready(outcome) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it must not wait");
    };
    let error = outcome.expect_err("an error");
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
}
