//! Feature `http2`, with every transport and TLS backend that is compiled in, against a server with
//! HTTP/2 only.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::HttpClient;
use alibabacloud_core::transport::{HyperClient, TlsBackend, TransportConfig};
use alibabacloud_core::{Client, Config};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Returns the root of a certificate for `localhost`, as PEM, and the acceptor of a server that
/// supports only HTTP/2.
fn identity() -> (&'static str, TlsAcceptor) {
    let pem = include_bytes!("certificates/server.pem");
    let certificate = CertificateDer::from_pem_slice(pem).expect("a certificate");
    let key = include_bytes!("certificates/server_key.pem");
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config
                .with_no_client_auth()
                .with_single_cert(vec![certificate], key)
        })
        .expect("a configuration");
    config.alpn_protocols = vec![b"h2".to_vec()];
    let root = include_str!("certificates/root.pem");
    (root, TlsAcceptor::from(Arc::new(config)))
}

/// Returns transports that trust a root, one for each TLS backend.
fn transports(root: &str) -> Vec<Arc<dyn HttpClient>> {
    let mut transports: Vec<Arc<dyn HttpClient>> = Vec::new();
    for backend in [TlsBackend::Ring, TlsBackend::AwsLc, TlsBackend::NativeTls] {
        let config = TransportConfig::new()
            .no_proxy()
            .root_certificates(root)
            .tls_backend(backend);
        if let Ok(transport) = HyperClient::new(config.clone()) {
            transports.push(Arc::new(transport));
        }
        #[cfg(feature = "reqwest")]
        if let Ok(transport) = alibabacloud_core::transport::ReqwestClient::new(config) {
            transports.push(Arc::new(transport));
        }
    }
    transports
}

/// Returns a client of a server on this machine.
fn client(port: u16, http: Arc<dyn HttpClient>) -> Client {
    let config = Config::new()
        .endpoint(format!("https://localhost:{port}"))
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(http);
    Client::new(config).expect("a client")
}

/// Responds to two requests on one connection with the path of each.
async fn serve(stream: TcpStream, acceptor: TlsAcceptor) -> Vec<String> {
    let stream = acceptor.accept(stream).await.expect("a handshake");
    let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
    let mut seen = Vec::new();
    while let Some(request) = connection.accept().await {
        let Ok((request, mut respond)) = request else {
            break;
        };
        let signed = request.headers().contains_key("authorization");
        seen.push(format!(
            "{} {signed}",
            request.uri().path_and_query().expect("a path")
        ));
        let head = http::Response::new(());
        let mut body = respond.send_response(head, false).expect("a response");
        body.send_data(Bytes::from_static(b"{\"RequestId\":\"R\"}"), true)
            .expect("a body");
    }
    seen
}

/// Responds to one request on each of two connections, closes it, and reports that.
async fn serve_one_by_one(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    graceful: bool,
    closed: Sender<()>,
) {
    let mut connections = Vec::new();
    for _ in 0..2 {
        let (stream, _) = listener.accept().await.expect("a connection");
        let stream = acceptor.accept(stream).await.expect("a handshake");
        let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
        let request = connection.accept().await.expect("a request");
        let (_, mut respond) = request.expect("a request");
        let head = http::Response::new(());
        let mut body = respond.send_response(head, false).expect("a response");
        body.send_data(Bytes::from_static(b"{\"RequestId\":\"R\"}"), true)
            .expect("a body");
        if graceful {
            connection.graceful_shutdown();
        }
        // Sends what is left; a graceful shutdown ends once the client has confirmed it.
        let limit = std::time::Duration::from_millis(20);
        let more = tokio::time::timeout(limit, connection.accept()).await;
        assert!(!matches!(more, Ok(Some(Ok(_)))));
        if graceful {
            connections.push(tokio::spawn(async move {
                let more = connection.accept().await;
                assert!(more.is_none_or(|request| request.is_err()));
            }));
        } else {
            drop(connection);
        }
        closed.send(()).expect("a client");
    }
    for connection in connections {
        connection.await.expect("no further request");
    }
}

/// A raw call counts as a write, which is not retried if the connection breaks.
#[test]
fn a_connection_of_http_2_that_was_closed_in_a_pause_is_replaced() {
    let servers = tokio::runtime::Runtime::new().expect("a runtime");
    let (root, acceptor) = identity();
    for (http, graceful) in transports(root)
        .into_iter()
        .flat_map(|http| [(http.clone(), true), (http, false)])
    {
        let (subject, acceptor) = (format!("{http:?}"), acceptor.clone());
        let listener = servers.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, closed) = channel();
        let server = servers.spawn(serve_one_by_one(listener, acceptor, graceful, sender));
        let client = client(port, http);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        for _ in 0..2 {
            let call = client.call_raw("oos", "2019-06-01", "NewApi", &[("A", "x")]);
            let response = runtime.block_on(async move { call.send().await });
            response.unwrap_or_else(|error| panic!("{subject} {graceful}: {error}"));
            closed.recv().expect("a server");
            // Longer than a transport trusts its latest look at the connections.
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        drop((client, runtime));
        servers.block_on(server).expect("a server");
    }
}

#[tokio::test]
async fn calls_share_a_connection_of_http_2() {
    let (root, acceptor) = identity();
    for http in transports(root) {
        let (subject, acceptor) = (format!("{http:?}"), acceptor.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            serve(stream, acceptor).await
        });
        let client = client(port, http);
        for _ in 0..2 {
            let call = client.call_raw("oos", "2019-06-01", "NewApi", &[("A", "x y")]);
            let response = call.send().await.expect("a response");
            assert_eq!(response.request_id(), Some("R"), "{subject}");
        }
        drop(client);
        let seen = server.await.expect("a server");
        assert_eq!(seen, ["/?A=x%20y true", "/?A=x%20y true"], "{subject}");
    }
}

/// Refuses the first request, and responds to the second. Returns how many requests came.
async fn refuse_one(stream: TcpStream, acceptor: TlsAcceptor) -> u32 {
    let stream = acceptor.accept(stream).await.expect("a handshake");
    let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
    let mut requests = 0;
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        requests += 1;
        if requests == 1 {
            respond.send_reset(h2::Reason::REFUSED_STREAM);
            continue;
        }
        let head = http::Response::new(());
        let mut body = respond.send_response(head, false).expect("a response");
        body.send_data(Bytes::from_static(b"{\"RequestId\":\"R\"}"), true)
            .expect("a body");
    }
    requests
}

/// A raw call counts as a write: it is retried only if it was certainly not executed.
#[tokio::test]
async fn a_request_that_the_server_refused_is_sent_again() {
    let (root, acceptor) = identity();
    for http in transports(root) {
        let (subject, acceptor) = (format!("{http:?}"), acceptor.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            refuse_one(stream, acceptor).await
        });
        let client = client(port, http);
        let call = client.call_raw("oos", "2019-06-01", "NewApi", &[("A", "x")]);
        let response = call.send().await;
        let response = response.unwrap_or_else(|error| panic!("{subject}: {error}"));
        assert_eq!(response.request_id(), Some("R"), "{subject}");
        drop(client);
        assert_eq!(server.await.expect("a server"), 2, "{subject}");
    }
}
