//! HTTPS with the certificate that the emulator creates.

#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::Emulator;
use common::{INSTANCE, OOS, V3};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

fn connector(roots: RootCertStore) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_is_served() {
    let emulator = Emulator::builder().tls().start().await.unwrap();
    assert!(emulator.url().starts_with("https://127.0.0.1:"));
    let pem = emulator.certificate().unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .unwrap();
    let stream = TcpStream::connect(emulator.address()).await.unwrap();
    let name = || ServerName::try_from("localhost").unwrap();
    let mut stream = connector(roots).connect(name(), stream).await.unwrap();
    let request = V3::new(
        "ListInstancePackageStates",
        OOS,
        &[("InstanceId", INSTANCE)],
    )
    .sign();
    let mut text = format!(
        "POST {} HTTP/1.1\r\nconnection: close\r\n",
        request.target()
    );
    for (name, value) in request.headers.iter() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    stream
        .write_all(format!("{text}\r\n").as_bytes())
        .await
        .unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    assert_eq!(common::parse(&response).unwrap().status, 200);

    let stream = TcpStream::connect(emulator.address()).await.unwrap();
    let stranger = connector(RootCertStore::empty())
        .connect(name(), stream)
        .await;
    assert!(stranger.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_silent_handshake_ends() {
    let emulator = Emulator::builder().tls().start().await.unwrap();
    let mut stream = TcpStream::connect(emulator.address()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    assert!(response.is_empty());
}

#[tokio::test]
async fn the_certificate_is_for_every_name_of_loopback() {
    let emulator = Emulator::builder().tls().start().await.unwrap();
    let mut roots = RootCertStore::empty();
    let pem = emulator.certificate().unwrap();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .unwrap();
    let connector = connector(roots);
    for (name, fits) in [
        ("localhost", true),
        ("127.0.0.1", true),
        ("::1", true),
        ("example.com", false),
        ("127.0.0.2", false),
    ] {
        let stream = TcpStream::connect(emulator.address()).await.unwrap();
        let connected = connector.connect(ServerName::try_from(name).unwrap(), stream);
        assert_eq!(connected.await.is_ok(), fits, "{name}");
    }
}
