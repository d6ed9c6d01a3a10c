//! What errors say about the server and the proxy.

use crate::kit::{OK, Server, Subject, read, runtime};
use alibabacloud_core::ErrorKind;
use alibabacloud_core::http::{HttpRequest, Method, TransportErrorKind};
use alibabacloud_core::transport::TransportConfig;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Returns an address that nobody listens on.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

pub(crate) fn a_connect_error_has_the_server_and_the_proxy(subject: &Subject) {
    let address = free_address();
    let direct = subject.transport(TransportConfig::new().no_proxy());
    let proxied = TransportConfig::new().proxy(format!("http://user:hush@{address}"));
    let proxied = subject.transport(proxied);
    let proxy = format!("http://{address}");
    for (transport, origin, proxy) in [
        (&direct, format!("http://{address}"), None),
        (&direct, format!("https://{address}"), None),
        (&proxied, "http://oos.invalid".to_owned(), Some(&*proxy)),
        (&proxied, "https://oos.invalid".to_owned(), Some(&*proxy)),
    ] {
        let request = HttpRequest::new(Method::Get, format!("{origin}/hush?a=hush"));
        let error = runtime()
            .block_on(transport.send(request))
            .expect_err("an error");
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{error}");
        assert_eq!((error.origin(), error.proxy()), (Some(&*origin), proxy));
        assert!(!error.is_permanent(), "{error}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}

pub(crate) fn a_server_without_tls_is_not_retried(subject: &Subject) {
    let server = Server::connected(|stream| {
        let mut hello = [0; 64];
        let _ = stream.read(&mut hello);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    });
    let client = subject.client(&format!("https://{}", server.address));
    let error = runtime().block_on(read(&client)).expect_err("an error");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Connect, 1),
        "{error}"
    );
    assert!(!error.is_retryable());
    let text = error.to_string();
    assert!(text.contains("the server does not speak TLS"), "{text}");
    assert!(
        text.contains(&format!("use http://{}", server.address)),
        "{text}"
    );
    assert_eq!(server.connections(), 1);
}

pub(crate) fn a_server_with_tls_is_recognised(subject: &Subject) {
    let server = Server::start(|_, stream| {
        // The alert `unexpected message`.
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 10]);
        false
    });
    let client = subject.client(&server.url());
    let error = runtime()
        .block_on(crate::kit::write(&client))
        .expect_err("an error");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains(&format!("use https://{}", server.address)),
        "{text}"
    );
    assert!(!text.contains(OK), "{text}");
}
