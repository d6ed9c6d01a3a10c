//! Faults that only a real connection has: each transport against a server on the loopback
//! interface.
//!
//! The clock is manual. In rows about time, the server lets it pass.

use super::rows::Call;
use super::run::{Ending, call};
use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{HttpClient, TransportError};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::ManualTime;
#[cfg(feature = "reqwest")]
use alibabacloud_core::transport::ReqwestClient;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_oos::Client;
use sdk_tests::vectors::same;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Creates a transport.
type Make = fn(TransportConfig) -> Result<Arc<dyn HttpClient>, TransportError>;

/// The transports that are compiled in.
const TRANSPORTS: &[(&str, Make)] = &[
    ("hyper", |config| Ok(Arc::new(HyperClient::new(config)?))),
    #[cfg(feature = "reqwest")]
    ("reqwest", |config| {
        Ok(Arc::new(ReqwestClient::new(config)?))
    }),
];

/// Calls in sequence on one client, and the outcome of the last one.
struct Row {
    name: &'static str,
    calls: &'static [Call],
    /// The actions of the server for successive requests; after these it responds normally.
    acts: &'static [Act],
    /// The number of requests that reach the server.
    requests: usize,
    /// The number of connections that are made.
    connections: usize,
    /// The waits of all calls in milliseconds.
    waits: &'static [u128],
    /// The beginning of the outcome of the last call.
    outcome: &'static str,
    /// Another part of the outcome.
    reason: &'static str,
    /// What the server is for the client.
    role: Role,
    /// Whether the program stands still before the last call.
    pause: bool,
}

/// What the server is for the client.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// The service.
    Service,
    /// The service, which the client takes for one with TLS. It acts before it reads.
    TlsService,
    /// The proxy of a service without TLS.
    Proxy,
    /// The proxy of a service with TLS.
    Tunnel,
    /// A SOCKS proxy. It acts before it reads.
    Socks,
    /// The same, of a service that has an IPv6 address.
    SocksV6,
    /// The proxy of a service with TLS that has an IPv6 address.
    TunnelV6,
}

/// The action of the server for a request.
#[derive(Clone, Copy)]
enum Act {
    /// Responds and keeps the connection.
    Respond,
    /// Responds and closes the connection without announcing it.
    RespondThenClose,
    /// Reads the request and closes the connection.
    Close,
    /// Reads the request and resets the connection.
    Reset,
    /// Writes this and closes the connection.
    Write(&'static str),
    /// Writes this, then lets the attempt timeout pass.
    WriteThenStall(&'static str),
}

const READ: Row = Row {
    name: "",
    calls: &[Call::Read],
    acts: &[],
    requests: 1,
    connections: 1,
    waits: &[],
    outcome: "done",
    reason: "",
    role: Role::Service,
    pause: false,
};
const TOKEN_WRITE: Row = Row {
    calls: &[Call::TokenWrite],
    ..READ
};
const PLAIN_WRITE: Row = Row {
    calls: &[Call::PlainWrite],
    ..READ
};

/// A call through a proxy that never succeeds.
const NO_WAY: Row = Row {
    requests: 3,
    connections: 3,
    waits: &[100, 200],
    outcome: "Connect: oos:ListExecutions: cannot connect",
    ..READ
};
/// A call that is not attempted again.
const NO_RETRY: Row = Row {
    requests: 1,
    connections: 1,
    waits: &[],
    ..NO_WAY
};

const REFUSAL: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
const PASSWORD: &str = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
const BAD_GATEWAY: &str = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
const HINTS_THEN_RESPONSE: &str = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n\
    HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"RequestId\":\"R\"}";
const RESPONSE_THEN_TIMEOUT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n\
    {\"RequestId\":\"R\"}HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n";
const INTERIM: &str = "HTTP/1.1 102 Processing\r\n\r\n";
/// The alert `unexpected message` of TLS.
const ALERT: &str = "\u{15}\u{3}\u{3}\0\u{2}\u{2}\n";

const HALF_A_RESPONSE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"Requ";
const HALF_A_CHUNK: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{\"Requ";

const ROWS: &[Row] = &[
    Row {
        name: "a kept connection serves the next call",
        calls: &[Call::Read, Call::PlainWrite],
        requests: 2,
        ..READ
    },
    Row {
        name: "closed before the response, read",
        acts: &[Act::Close],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "closed before the response, write with token",
        acts: &[Act::Close, Act::Close],
        requests: 3,
        connections: 3,
        waits: &[100, 200],
        ..TOKEN_WRITE
    },
    Row {
        name: "closed before the response: the write arrived",
        acts: &[Act::Close],
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "reset before the response, read",
        acts: &[Act::Reset],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "reset before the response: the write arrived",
        acts: &[Act::Reset],
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "a kept connection breaks under the next read",
        calls: &[Call::Read, Call::Read],
        acts: &[Act::Respond, Act::Close],
        requests: 3,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "a kept connection breaks under the next write: it arrived",
        calls: &[Call::Read, Call::PlainWrite],
        acts: &[Act::Respond, Act::Close],
        requests: 2,
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..READ
    },
    Row {
        name: "body cut off, read",
        acts: &[Act::Write(HALF_A_RESPONSE)],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "body cut off: the write was executed",
        acts: &[Act::Write(HALF_A_RESPONSE)],
        outcome: "Interrupted: oos:CancelExecution 200: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "chunk cut off, read",
        acts: &[Act::Write(HALF_A_CHUNK)],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "head cut off: the write may have been executed",
        acts: &[Act::Write("HTTP/1.1 200 OK\r\nconte")],
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "invalid HTTP: the write may have been executed",
        acts: &[Act::Write("SSH-2.0-server\r\n\r\n")],
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "two different lengths: the write may have been executed",
        acts: &[Act::Write(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 17\r\n\r\n{\"RequestId\":\"R\"}",
        )],
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "a length and chunks",
        acts: &[Act::Write(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        )],
        outcome: "Decode: oos:ListExecutions 200: the response has ambiguous headers",
        ..READ
    },
    Row {
        name: "silence, read",
        acts: &[Act::WriteThenStall("")],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "silence: the write arrived",
        acts: &[Act::WriteThenStall("")],
        outcome: "Timeout: oos:CancelExecution: attempt timed out after 30000 ms while waiting for the response from SERVER",
        ..PLAIN_WRITE
    },
    Row {
        name: "slow headers: the write arrived",
        acts: &[Act::WriteThenStall("HTTP/1.1 200 OK\r\nconte")],
        outcome: "Timeout: oos:CancelExecution: attempt timed out after 30000 ms while waiting for the response from SERVER",
        ..PLAIN_WRITE
    },
    Row {
        name: "slow body, read",
        acts: &[Act::WriteThenStall(HALF_A_RESPONSE)],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "slow body: the write was executed",
        acts: &[Act::WriteThenStall(HALF_A_RESPONSE)],
        outcome: "Timeout: oos:CancelExecution: attempt timed out after 30000 ms while waiting for the response from SERVER",
        ..PLAIN_WRITE
    },
    Row {
        name: "closed while the program slept: the write is sent on a new connection",
        calls: &[Call::Read, Call::PlainWrite],
        acts: &[Act::RespondThenClose],
        requests: 2,
        connections: 2,
        pause: true,
        ..READ
    },
    Row {
        name: "closed with 408 while the program slept: that is not the response to the write",
        calls: &[Call::Read, Call::PlainWrite],
        acts: &[Act::Write(RESPONSE_THEN_TIMEOUT)],
        requests: 2,
        connections: 2,
        pause: true,
        ..READ
    },
    Row {
        name: "an interim response before the final one",
        acts: &[Act::Write(HINTS_THEN_RESPONSE)],
        ..PLAIN_WRITE
    },
    Row {
        name: "an interim response, then silence: the write arrived",
        acts: &[Act::WriteThenStall(INTERIM)],
        outcome: "Timeout: oos:CancelExecution: attempt timed out after 30000 ms",
        ..PLAIN_WRITE
    },
    Row {
        name: "an interim response, then the end: the write arrived",
        acts: &[Act::Write(INTERIM)],
        outcome: "Interrupted: oos:CancelExecution: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "TLS instead of HTTP: the write may have been executed",
        acts: &[Act::Write(ALERT)],
        outcome: "Interrupted: oos:CancelExecution: ",
        reason: "use https://127.0.0.1:",
        ..PLAIN_WRITE
    },
    Row {
        name: "HTTP instead of TLS: a setting is wrong",
        role: Role::TlsService,
        acts: &[Act::Write(REFUSAL)],
        reason: "the server does not speak TLS",
        ..NO_RETRY
    },
    Row {
        name: "the TLS handshake breaks off",
        role: Role::TlsService,
        acts: &[Act::Close; 3],
        ..NO_WAY
    },
    Row {
        name: "a proxy refuses the tunnel",
        role: Role::Tunnel,
        acts: &[Act::Write(REFUSAL); 3],
        ..NO_WAY
    },
    Row {
        name: "a proxy closes instead of opening the tunnel: the write was not sent",
        calls: &[Call::PlainWrite],
        role: Role::Tunnel,
        acts: &[Act::Close; 3],
        outcome: "Connect: oos:CancelExecution: cannot connect",
        ..NO_WAY
    },
    Row {
        name: "a proxy requires a password for the tunnel",
        role: Role::Tunnel,
        acts: &[Act::Write(PASSWORD)],
        reason: "(407)",
        ..NO_RETRY
    },
    Row {
        name: "a proxy requires a password: the write did not arrive",
        calls: &[Call::PlainWrite],
        role: Role::Proxy,
        acts: &[Act::Write(PASSWORD)],
        outcome: "Connect: oos:CancelExecution: cannot connect",
        reason: "(407)",
        ..NO_RETRY
    },
    Row {
        name: "a proxy gets no response from the service, read",
        role: Role::Proxy,
        acts: &[Act::Write(BAD_GATEWAY)],
        requests: 2,
        connections: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "a proxy gets no response from the service: the write may have been executed",
        role: Role::Proxy,
        acts: &[Act::Write(BAD_GATEWAY)],
        outcome: "Service: oos:CancelExecution 502",
        ..PLAIN_WRITE
    },
    Row {
        name: "a SOCKS proxy requires a password",
        role: Role::Socks,
        acts: &[Act::Write("\u{5}\u{2}")],
        reason: "password",
        ..NO_RETRY
    },
    Row {
        name: "a SOCKS proxy cannot reach the service",
        role: Role::Socks,
        acts: &[Act::Write("\u{5}\0\u{5}\u{5}\0\u{1}\0\0\0\0\0\0"); 3],
        ..NO_WAY
    },
    Row {
        name: "a SOCKS proxy closes in its handshake: the write was not sent",
        calls: &[Call::PlainWrite],
        role: Role::Socks,
        acts: &[Act::Close; 3],
        outcome: "Connect: oos:CancelExecution: cannot connect",
        ..NO_WAY
    },
    Row {
        name: "a SOCKS proxy cannot reach an IPv6 address",
        role: Role::SocksV6,
        acts: &[Act::Write("\u{5}\0\u{5}\u{4}\0\u{1}\0\0\0\0\0\0"); 3],
        reason: "through the proxy socks5",
        ..NO_WAY
    },
    Row {
        name: "TLS to an IPv6 address through a proxy is not attempted",
        role: Role::TunnelV6,
        requests: 0,
        connections: 0,
        outcome: "Config: oos:ListExecutions: the request cannot be sent",
        reason: "use a host name",
        ..NO_RETRY
    },
    Row {
        name: "a proxy that opens the tunnel and closes it: the write was not sent",
        calls: &[Call::PlainWrite],
        role: Role::Tunnel,
        acts: &[Act::Write("HTTP/1.1 200 OK\r\n\r\n"); 3],
        outcome: "Connect: oos:CancelExecution: cannot connect",
        ..NO_WAY
    },
    Row {
        name: "a proxy that redirects the tunnel",
        role: Role::Tunnel,
        acts: &[Act::Write(
            "HTTP/1.1 302 Found\r\nlocation: http://login.example/\r\ncontent-length: 0\r\n\r\n",
        ); 3],
        ..NO_WAY
    },
    Row {
        name: "a length below zero: the write may have been executed",
        acts: &[Act::Write(
            "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        )],
        outcome: "Interrupted: oos:CancelExecution: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "a body without length or chunks ends with the connection",
        acts: &[Act::Write("HTTP/1.1 200 OK\r\n\r\n{\"RequestId\":\"R\"}")],
        ..PLAIN_WRITE
    },
    Row {
        name: "a chunk size that is not one: the write was executed",
        acts: &[Act::Write(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        )],
        outcome: "Interrupted: oos:CancelExecution 200: the connection to SERVER broke: ",
        ..PLAIN_WRITE
    },
    Row {
        name: "chunks with trailers",
        acts: &[Act::Write(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nx-t: 1\r\n\r\n",
        )],
        ..PLAIN_WRITE
    },
    Row {
        name: "HTTP/1.0 from a proxy",
        role: Role::Proxy,
        acts: &[Act::Write("HTTP/1.0 200 OK\r\n\r\n{}")],
        ..PLAIN_WRITE
    },
    Row {
        name: "two dates: the clock is not corrected",
        acts: &[Act::Write(
            "HTTP/1.1 400 Bad Request\r\ndate: Thu, 01 Jan 2026 01:00:00 GMT\r\ndate: Thu, 01 Jan 2026 05:00:00 GMT\r\ncontent-length: 51\r\n\r\n{\"Code\":\"InvalidTimeStamp.Expired\",\"Message\":\"No.\"}",
        )],
        outcome: "Service: oos:ListExecutions 400 InvalidTimeStamp.Expired",
        ..READ
    },
    Row {
        name: "two delays that contradict each other are not used",
        acts: &[Act::Write(
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\nretry-after: 5\r\ncontent-length: 42\r\n\r\n{\"Code\":\"Throttling.User\",\"Message\":\"No.\"}",
        )],
        requests: 2,
        connections: 2,
        waits: &[500],
        ..PLAIN_WRITE
    },
    Row {
        name: "two request IDs: none is reported",
        acts: &[Act::Write(
            "HTTP/1.1 404 Not Found\r\nx-acs-request-id: A\r\nx-acs-request-id: B\r\ncontent-length: 2\r\n\r\n{}",
        )],
        outcome: "Service: oos:ListExecutions 404: {}",
        ..READ
    },
    Row {
        name: "another protocol instead of a response: the write may have been executed",
        acts: &[Act::Write(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        )],
        outcome: "Service: oos:CancelExecution 101: the response is empty",
        ..PLAIN_WRITE
    },
    Row {
        name: "more bytes than the length, then the next write",
        calls: &[Call::Read, Call::PlainWrite],
        acts: &[Act::Write(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        )],
        requests: 2,
        connections: 2,
        ..READ
    },
];

/// Returns the names of the rows.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

#[tokio::test]
async fn every_fault_of_a_connection_has_its_outcome() {
    let mut outcomes = Vec::new();
    for (transport, make) in TRANSPORTS {
        for row in ROWS {
            outcomes.push((
                format!("{transport}: {}", row.name),
                check(row, *make).await,
            ));
        }
    }
    sdk_tests::check_all(outcomes);
}

async fn check(row: &Row, make: Make) -> Result<(), String> {
    let server = Server::start_as(row.role, row.acts, make).await;
    let client = server.client();
    let mut outcome = String::new();
    for (index, kind) in row.calls.iter().enumerate() {
        if row.pause && index + 1 == row.calls.len() {
            // Longer than a transport trusts its latest look at the connections.
            std::thread::sleep(Duration::from_millis(30));
        }
        outcome = call(&client, *kind).await.outcome;
    }
    let outcome = outcome.replace(&format!("http://{}", server.address), "SERVER");
    let begin = outcome.get(..row.outcome.len()).unwrap_or(&outcome);
    same("outcome", row.outcome, begin)?;
    if !outcome.contains(row.reason) {
        return Err(format!("{:?} is not in {outcome}", row.reason));
    }
    let (requests, connections) = server.seen();
    same("requests", &row.requests.to_string(), &requests.to_string())?;
    let expected = row.connections.to_string();
    same("connections", &expected, &connections.to_string())?;
    let waits = server.time.waits();
    let waits: Vec<_> = waits.iter().map(Duration::as_millis).collect();
    same("waits", &format!("{:?}", row.waits), &format!("{waits:?}"))
}

/// Each connection is closed after its response. The client may notice that before it sends the
/// next request, while it sends it, or only while it waits for the response; calls that may be
/// retried never report it.
#[tokio::test]
async fn a_connection_that_was_closed_while_idle_never_fails_a_call_that_may_be_retried() {
    const CALLS: usize = 50;
    for (transport, make) in TRANSPORTS {
        let server = Server::start(&[Act::RespondThenClose; CALLS], *make).await;
        let client = server.client();
        for index in 0..CALLS {
            let kind = [Call::Read, Call::TokenWrite][index % 2];
            assert_eq!(call(&client, kind).await.outcome, "done", "{transport}");
        }
    }
}

#[tokio::test]
async fn a_port_without_a_server_is_tried_three_times() {
    for (transport, make) in TRANSPORTS {
        let server = Server::start(&[], *make).await;
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let config = server.config().endpoint(format!("http://{address}"));
        let client = Client::new(config).expect("a client");
        let Ending { outcome, attempts } = call(&client, Call::PlainWrite).await;
        let start = format!("Connect: oos:CancelExecution: cannot connect to http://{address}: ");
        assert!(outcome.starts_with(&start), "{transport}: {outcome}");
        assert_eq!(attempts, Some(3), "{transport}");
        let waits = server.time.waits();
        assert_eq!(waits, [100, 200].map(Duration::from_millis), "{transport}");
    }
}

/// A server that performs actions.
struct Server {
    address: SocketAddr,
    role: Role,
    make: Make,
    time: ManualTime,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    acts: VecDeque<Act>,
    requests: usize,
    connections: usize,
}

impl Server {
    async fn start(acts: &[Act], make: Make) -> Self {
        Self::start_as(Role::Service, acts, make).await
    }

    async fn start_as(role: Role, acts: &[Act], make: Make) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = Self {
            address,
            role,
            make,
            time: ManualTime::new(),
            state: Arc::new(Mutex::new(State {
                acts: acts.iter().copied().collect(),
                ..State::default()
            })),
        };
        let (state, time) = (server.state.clone(), server.time.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                state.lock().expect("a state").connections += 1;
                tokio::spawn(serve(stream, role, state.clone(), time.clone()));
            }
        });
        server
    }

    fn config(&self) -> Config {
        let (address, transport) = (self.address, TransportConfig::new());
        let (endpoint, transport) = match self.role {
            Role::Service => (format!("http://{address}"), transport.no_proxy()),
            Role::TlsService => (format!("https://{address}"), transport.no_proxy()),
            Role::Proxy => (
                "http://oos.invalid".to_owned(),
                transport.proxy(format!("http://{address}")),
            ),
            Role::Tunnel => (
                "https://oos.invalid".to_owned(),
                transport.proxy(format!("http://{address}")),
            ),
            Role::SocksV6 => (
                "http://[2001:db8::7]".to_owned(),
                transport.proxy(format!("socks5://{address}")),
            ),
            Role::TunnelV6 => (
                "https://[2001:db8::7]".to_owned(),
                transport.proxy(format!("http://{address}")),
            ),
            Role::Socks => (
                "http://oos.invalid".to_owned(),
                transport.proxy(format!("socks5h://{address}")),
            ),
        };
        let transport = (self.make)(transport);
        Config::new()
            .region("cn-hangzhou")
            .endpoint(endpoint)
            .credentials(Credentials::access_key("id", "secret"))
            .retry(RetryConfig::standard().jitter(false))
            .http_client(transport.expect("a transport"))
            .time(self.time.clone())
    }

    fn client(&self) -> Client {
        Client::new(self.config()).expect("a client")
    }

    /// Returns the requests and connections so far.
    fn seen(&self) -> (usize, usize) {
        let state = self.state.lock().expect("a state");
        (state.requests, state.connections)
    }
}

async fn serve(mut stream: TcpStream, role: Role, state: Arc<Mutex<State>>, time: ManualTime) {
    const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"RequestId\":\"R\"}";
    let acts_first = matches!(role, Role::TlsService | Role::Socks | Role::SocksV6);
    while acts_first || read_request(&mut stream).await {
        let act = {
            let mut state = state.lock().expect("a state");
            state.requests += 1;
            state.acts.pop_front().unwrap_or(Act::Respond)
        };
        let text = match act {
            Act::Respond | Act::RespondThenClose => WELL,
            Act::Write(text) | Act::WriteThenStall(text) => text,
            Act::Close | Act::Reset => "",
        };
        stream.write_all(text.as_bytes()).await.expect("a write");
        match act {
            Act::Respond => {}
            Act::Write(_) if acts_first => {
                // Reads what the client sends, so that the connection is not reset.
                let _ = stream.shutdown().await;
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                return;
            }
            Act::RespondThenClose | Act::Close | Act::Write(_) => return,
            Act::Reset => return stream.set_zero_linger().expect("a socket"),
            Act::WriteThenStall(_) => {
                time.advance(Duration::from_secs(30));
                std::future::pending().await
            }
        }
    }
}

/// Reads one request without a body. Returns `false` if the connection ends.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let mut piece = [0; 1024];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return false,
            Ok(n) => text.extend_from_slice(&piece[..n]),
        }
    }
    true
}
