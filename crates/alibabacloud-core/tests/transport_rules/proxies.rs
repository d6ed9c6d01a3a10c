//! Proxies in code and in the environment.

use crate::kit::{OK, Server, Subject, argument, read, read_head, report, runtime, write};
use alibabacloud_core::http::{HttpRequest, Method, TransportErrorKind};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::transport::TransportConfig;
use alibabacloud_core::{Client, ErrorKind};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

pub(crate) fn an_unusable_proxy_in_code_is_an_error_of_the_constructor(subject: &Subject) {
    for (url, expected) in [
        ("nonsense://x", "nonsense"),
        ("ftp://user:hush@127.0.0.1:9", "ftp"),
        ("127.0.0.1:9", "no scheme"),
        ("", "no scheme"),
        ("http://", "no host"),
        ("http://user:hush@ho st:9", "host"),
        ("http://user:hu#sh@127.0.0.1:9", "%23"),
        ("socks4://user:hush@127.0.0.1:9", "socks5"),
    ] {
        let result = (subject.make)(TransportConfig::new().proxy(url));
        let error = result.expect_err(url);
        assert_eq!(error.kind(), TransportErrorKind::InvalidConfig, "{error}");
        assert!(error.to_string().contains(expected), "{url}: {error}");
        assert!(
            error.to_string().contains("TransportConfig::proxy"),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
    for url in [
        "http://user:p%23@h:1",
        "https://h",
        "socks5h://user:p@[::1]:1",
        "socks4a://h",
    ] {
        (subject.make)(TransportConfig::new().proxy(url)).expect(url);
    }
}

/// Reports the outcome of a write to each URL of the argument, through the proxies of the
/// environment.
fn write_to_each(subject: &Subject, urls: &str) {
    for url in urls.split(' ') {
        let config = subject.config_with(url, TransportConfig::new());
        let client = Client::new(config).expect("a client");
        match runtime().block_on(write(&client)) {
            Ok(attempts) => report(format!("{attempts} ok")),
            Err(error) => report(format!("{} {:?} {error}", error.attempts(), error.kind())),
        }
    }
}

pub(crate) fn an_unusable_proxy_of_the_environment_is_an_error_of_each_call(subject: &Subject) {
    if let Some(urls) = argument() {
        return write_to_each(subject, &urls);
    }
    for (name, value, expected) in [
        ("HTTP_PROXY", "nonsense://user:hush@x", "nonsense"),
        ("http_proxy", "http://", "no host"),
        ("ALL_PROXY", "proxy.example:3128", "no scheme"),
        ("all_proxy", "http://user:hu#sh@proxy.example:3128", "%23"),
    ] {
        let reports = subject.reports(&[(name, value)], "http://oos.invalid http://oos.invalid");
        assert_eq!(reports.len(), 2);
        for report in reports {
            assert!(report.starts_with("1 Config "), "not retried: {report}");
            // Names of variables have no case on Windows.
            let is_named = match cfg!(windows) {
                true => report.contains(&name.to_uppercase()),
                false => report.contains(name),
            };
            assert!(is_named && report.contains(expected), "{report}");
            assert!(!report.contains("hush"), "{report}");
        }
    }
    let variables = [
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("NO_PROXY", "10.0.0.0/33"),
    ];
    let reports = subject.reports(&variables, "http://oos.invalid");
    assert!(reports[0].starts_with("1 Config "), "{reports:?}");
    assert!(
        reports[0].contains("NO_PROXY has an invalid entry \"10.0.0.0/33\""),
        "{reports:?}"
    );
}

pub(crate) fn a_list_of_direct_hosts_applies_to_all_proxies(subject: &Subject) {
    if let Some(urls) = argument() {
        return write_to_each(subject, &urls);
    }
    let proxy = Server::ok();
    let url = proxy.url();
    // Hosts that do not exist: a direct call fails, and one through the proxy succeeds.
    for (list, host, is_direct) in [
        ("*", "oos.cn-hangzhou.aliyuncs.invalid", true),
        ("other.example,*", "oos.cn-hangzhou.aliyuncs.invalid", true),
        (
            "*.aliyuncs.invalid",
            "oos.cn-hangzhou.aliyuncs.invalid",
            true,
        ),
        (
            "oos.cn-hangzhou.aliyuncs.invalid:80",
            "oos.cn-hangzhou.aliyuncs.invalid",
            true,
        ),
        (
            "oos.cn-hangzhou.aliyuncs.invalid:81",
            "oos.cn-hangzhou.aliyuncs.invalid",
            false,
        ),
        (
            ".cn-hangzhou.aliyuncs.invalid",
            "OOS.cn-hangzhou.aliyuncs.invalid",
            true,
        ),
        (
            "hangzhou.aliyuncs.invalid",
            "oos.cn-hangzhou.aliyuncs.invalid",
            false,
        ),
        ("other.example", "oos.cn-hangzhou.aliyuncs.invalid", false),
    ] {
        for name in ["HTTP_PROXY", "all_proxy"] {
            let before = proxy.requests().len();
            let variables = [(name, &*url), ("NO_PROXY", list)];
            let reports = subject.reports(&variables, &format!("http://{host}"));
            let expected = if is_direct { "Connect" } else { "1 ok" };
            assert!(reports[0].contains(expected), "{list} {host}: {reports:?}");
            let through = proxy.requests().len() - before;
            assert_eq!(through, usize::from(!is_direct), "{list} {host}");
        }
    }
}

pub(crate) fn loopback_destinations_do_not_use_the_environment(subject: &Subject) {
    if let Some(urls) = argument() {
        return write_to_each(subject, &urls);
    }
    let (proxy, server) = (Server::ok(), Server::ok());
    let port = server.address.port();
    let urls = format!("http://127.0.0.1:{port} http://localhost:{port} http://LOCALHOST:{port}");
    let variables = [("ALL_PROXY", &*proxy.url()), ("HTTP_PROXY", "nonsense://x")];
    for report in subject.reports(&variables, &urls) {
        assert_eq!(report, "1 ok");
    }
    assert_eq!((proxy.requests().len(), server.requests().len()), (0, 3));
    // A proxy in code is meant for this client.
    let config = TransportConfig::new().proxy(proxy.url());
    let client = Client::new(subject.config_with(&server.url(), config)).expect("a client");
    runtime().block_on(write(&client)).expect("a write");
    assert_eq!((proxy.requests().len(), server.requests().len()), (1, 3));
}

/// Returns the error of a GET through a proxy.
fn error_through(
    subject: &Subject,
    proxy: &str,
    url: &str,
) -> alibabacloud_core::http::TransportError {
    let transport = subject.transport(TransportConfig::new().proxy(proxy));
    let request = HttpRequest::new(Method::Get, url);
    let result = runtime().block_on(transport.send(request));
    result.expect_err("an error")
}

pub(crate) fn an_https_request_asks_the_proxy_for_a_tunnel(subject: &Subject) {
    let proxy = Server::saying("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
    let error = error_through(
        subject,
        &proxy.url(),
        "https://oos.example/path?secret=hush",
    );
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error}");
    assert!(!error.is_permanent(), "{error}");
    assert_eq!(error.origin(), Some("https://oos.example"));
    assert_eq!(error.proxy(), Some(&*proxy.url()));
    let requests = proxy.requests();
    assert!(
        requests[0].starts_with("CONNECT oos.example:443 HTTP/1.1\r\n"),
        "{requests:?}"
    );
    assert!(!requests[0].contains("hush"), "{requests:?}");
}

pub(crate) fn user_name_and_password_are_decoded(subject: &Subject) {
    let proxy = Server::ok();
    let url = format!("http://user:p%40%23%25@{}", proxy.address);
    let config = TransportConfig::new().proxy(url);
    let client = Client::new(subject.config_with("http://oos.example", config)).expect("a client");
    runtime().block_on(write(&client)).expect("a write");
    let request = proxy.requests()[0].to_lowercase();
    // The base64 of `user:p@#%`.
    let expected = format!(
        "\r\nproxy-authorization: {}\r\n",
        "Basic dXNlcjpwQCMl".to_lowercase()
    );
    assert!(request.contains(&expected), "{request}");
}

pub(crate) fn a_rejected_password_is_not_retried(subject: &Subject) {
    const REJECTION: &str = "HTTP/1.1 407 Proxy Authentication Required\r\n\
        proxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
    for endpoint in ["http://oos.example", "https://oos.example"] {
        let proxy = Server::saying(REJECTION);
        let url = format!("http://user:hush@{}", proxy.address);
        let config = TransportConfig::new().proxy(url);
        let client = Client::new(subject.config_with(endpoint, config)).expect("a client");
        let error = runtime().block_on(read(&client)).expect_err("a rejection");
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connect, 1),
            "{error}"
        );
        assert!(!error.is_retryable());
        assert!(error.to_string().contains("407"), "{error}");
        assert!(
            !format!("{error} {error:#?}").contains("hush"),
            "{error:#?}"
        );
        assert_eq!(proxy.requests().len(), 1);
    }
    // Without a proxy 407 is a response of the service, like any other.
    let server = Server::saying(REJECTION);
    let error = runtime().block_on(read(&subject.client(&server.url())));
    let error = error.expect_err("a rejection");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Service, Some(407))
    );
}

pub(crate) fn every_error_has_the_proxy(subject: &Subject) {
    let silent = Server::start(|_, _| {
        thread::sleep(Duration::from_secs(5));
        false
    });
    let busy = Server::saying("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    for (proxy, endpoint, kind) in [
        (&silent, "http://oos.example", ErrorKind::Timeout),
        (&silent, "https://oos.example", ErrorKind::Timeout),
        (&busy, "http://oos.example", ErrorKind::Service),
        (&busy, "https://oos.example", ErrorKind::Connect),
    ] {
        let url = format!("http://user:hush@{}", proxy.address);
        let config = subject.config_with(endpoint, TransportConfig::new().proxy(url));
        let config = match kind {
            ErrorKind::Timeout => config.attempt_timeout(Duration::from_millis(100)),
            _ => config,
        };
        let client = Client::new(config.retry(RetryConfig::off())).expect("a client");
        let error = runtime().block_on(read(&client)).expect_err("no response");
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.proxy(), Some(&*proxy.url()), "{error}");
        assert_eq!(error.endpoint(), Some(endpoint), "{error}");
        let named = format!("{endpoint} through the proxy {}", proxy.url());
        assert!(
            kind == ErrorKind::Service || error.to_string().contains(&named),
            "{error}"
        );
        assert!(
            !format!("{error} {error:#?}").contains("hush"),
            "{error:#?}"
        );
    }
    // Nothing goes through a proxy that does not apply.
    let config = TransportConfig::new()
        .proxy("http://127.0.0.1:9")
        .no_proxy();
    let client = Client::new(subject.config_with(&busy.url(), config)).expect("a client");
    let error = runtime().block_on(write(&client)).expect_err("a refusal");
    assert_eq!((error.kind(), error.proxy()), (ErrorKind::Service, None));
}

/// A SOCKS proxy that connects every client to one server, whatever it asks for.
struct Socks {
    address: std::net::SocketAddr,
    asked: std::sync::mpsc::Receiver<String>,
}

impl Socks {
    /// Starts a proxy. With `password`, clients of version 5 must log in.
    fn start(server: std::net::SocketAddr, password: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, asked) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let sender = sender.clone();
                thread::spawn(move || {
                    let Some(target) = handshake(&mut stream, password) else {
                        return;
                    };
                    sender.send(target).expect("a test");
                    let Some(request) = read_head(&mut stream) else {
                        return;
                    };
                    let mut upstream = TcpStream::connect(server).expect("a server");
                    upstream.write_all(request.as_bytes()).expect("a write");
                    let mut response = vec![0; OK.len()];
                    upstream.read_exact(&mut response).expect("a response");
                    stream.write_all(&response).expect("a write");
                });
            }
        });
        Self { address, asked }
    }
}

/// Performs the handshake of SOCKS 4 (with 4a) or 5 (RFC 1928, RFC 1929). Returns the target.
fn handshake(stream: &mut TcpStream, password: Option<&str>) -> Option<String> {
    let mut byte = || {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok().map(|()| byte[0])
    };
    let version = byte()?;
    if version == 4 {
        byte()?;
        let port = u16::from_be_bytes([byte()?, byte()?]);
        let address = [byte()?, byte()?, byte()?, byte()?];
        while byte()? != 0 {}
        let host = match address {
            [0, 0, 0, _] => {
                let mut name = String::new();
                loop {
                    match byte()? {
                        0 => break name,
                        letter => name.push(char::from(letter)),
                    }
                }
            }
            _ => std::net::Ipv4Addr::from(address).to_string(),
        };
        stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0]).ok()?;
        return Some(format!("{host}:{port}"));
    }
    let methods = byte()?;
    for _ in 0..methods {
        byte()?;
    }
    let method = if password.is_some() { 2 } else { 0 };
    stream.write_all(&[5, method]).ok()?;
    let mut byte = || {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok().map(|()| byte[0])
    };
    let mut login = String::new();
    if password.is_some() {
        byte()?;
        for separator in [":", "@"] {
            for _ in 0..byte()? {
                login.push(char::from(byte()?));
            }
            login.push_str(separator);
        }
        let is_right = login == format!("user:{}@", password.unwrap_or_default());
        stream.write_all(&[1, u8::from(!is_right)]).ok()?;
        if !is_right {
            return None;
        }
    }
    let mut byte = || {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok().map(|()| byte[0])
    };
    let kind = [byte()?, byte()?, byte()?, byte()?][3];
    let host = match kind {
        1 => std::net::Ipv4Addr::new(byte()?, byte()?, byte()?, byte()?).to_string(),
        3 => {
            let mut name = String::new();
            for _ in 0..byte()? {
                name.push(char::from(byte()?));
            }
            name
        }
        _ => {
            let mut bytes = [0; 16];
            for one in &mut bytes {
                *one = byte()?;
            }
            std::net::Ipv6Addr::from(bytes).to_string()
        }
    };
    let port = u16::from_be_bytes([byte()?, byte()?]);
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
    Some(format!("{login}{host}:{port}"))
}

pub(crate) fn socks_proxies_connect_to_the_server(subject: &Subject) {
    let server = Server::ok();
    for (scheme, userinfo, endpoint, asked) in [
        // The proxy resolves names.
        ("socks5h", "", "http://oos.invalid", "oos.invalid:80"),
        ("socks4a", "", "http://oos.invalid:81", "oos.invalid:81"),
        // The client resolves names.
        ("socks5", "", "http://127.0.0.2:82", "127.0.0.2:82"),
        ("socks5", "", "http://[::7]:82", "::7:82"),
        ("socks5h", "", "http://[2001:db8::7]", "2001:db8::7:80"),
        ("socks4", "", "http://127.0.0.2:82", "127.0.0.2:82"),
        (
            "socks5h",
            "user:p%40ss@",
            "http://oos.invalid",
            "user:p@ss@oos.invalid:80",
        ),
    ] {
        let socks = Socks::start(server.address, (!userinfo.is_empty()).then_some("p@ss"));
        let url = format!("{scheme}://{userinfo}{}", socks.address);
        let config = subject.config_with(endpoint, TransportConfig::new().proxy(url));
        let client = Client::new(config).expect("a client");
        assert_eq!(runtime().block_on(write(&client)).expect(scheme), 1);
        assert_eq!(socks.asked.recv().expect("a target"), asked, "{scheme}");
    }
    assert_eq!(server.requests().len(), 7);
    // Nothing is sent where the protocol or the library cannot do it.
    for (scheme, endpoint, expected) in [
        ("socks4", "http://[::7]", "SOCKS 4 has no IPv6 addresses"),
        ("socks4a", "http://[::7]", "SOCKS 4 has no IPv6 addresses"),
        ("socks5h", "https://[::7]", "use a host name"),
        ("http", "https://[::7]", "use a host name"),
    ] {
        let url = format!("{scheme}://user:hush@{}", server.address);
        let url = match scheme.starts_with("socks4") {
            true => url.replace("user:hush@", ""),
            false => url,
        };
        let config = subject.config_with(endpoint, TransportConfig::new().proxy(url));
        let client = Client::new(config).expect("a client");
        let error = runtime().block_on(read(&client)).expect_err(scheme);
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Config, 1),
            "{error}"
        );
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
    assert_eq!(server.connections(), 7);
}

pub(crate) fn a_socks_proxy_that_rejects_the_password_is_not_retried(subject: &Subject) {
    let socks = Socks::start(([127, 0, 0, 1], 9).into(), Some("right"));
    let url = format!("socks5h://user:hush@{}", socks.address);
    let config = TransportConfig::new().proxy(url);
    let client = Client::new(subject.config_with("http://oos.invalid", config)).expect("a client");
    let error = runtime().block_on(read(&client)).expect_err("a rejection");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Connect, 1),
        "{error}"
    );
    assert!(
        !format!("{error} {error:#?}").contains("hush"),
        "{error:#?}"
    );
}
