//! Faults that only a real connection has: the default transport against a server on the loopback
//! interface.
//!
//! The clock is manual. In rows about time, the server lets it pass.

use super::rows::Call;
use super::run::call;
use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::transport::{ReqwestClient, TransportConfig};
use alibabacloud_oos::Client;
use sdk_tests::vectors::same;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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
};
const TOKEN_WRITE: Row = Row {
    calls: &[Call::TokenWrite],
    ..READ
};
const PLAIN_WRITE: Row = Row {
    calls: &[Call::PlainWrite],
    ..READ
};

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
];

#[tokio::test]
async fn every_fault_of_a_connection_has_its_outcome() {
    let mut outcomes = Vec::new();
    for row in ROWS {
        outcomes.push((row.name.to_owned(), check(row).await));
    }
    sdk_tests::check_all(outcomes);
}

async fn check(row: &Row) -> Result<(), String> {
    let server = Server::start(row.acts).await;
    let client = server.client();
    let mut outcome = String::new();
    for kind in row.calls {
        outcome = call(&client, *kind).await.outcome;
    }
    let outcome = outcome.replace(&server.url, "SERVER");
    let begin = outcome.get(..row.outcome.len()).unwrap_or(&outcome);
    same("outcome", row.outcome, begin)?;
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
    let server = Server::start(&[Act::RespondThenClose; CALLS]).await;
    let client = server.client();
    for index in 0..CALLS {
        let kind = [Call::Read, Call::TokenWrite][index % 2];
        assert_eq!(call(&client, kind).await.outcome, "done");
    }
}

#[tokio::test]
async fn a_port_without_a_server_is_tried_three_times() {
    let server = Server::start(&[]).await;
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let config = server.config().endpoint(format!("http://{address}"));
    let client = Client::new(config).expect("a client");
    let ending = call(&client, Call::PlainWrite).await;
    let start = format!("Connect: oos:CancelExecution: cannot connect to http://{address}: ");
    assert!(ending.outcome.starts_with(&start), "{}", ending.outcome);
    assert_eq!(ending.attempts, Some(3));
    let waits = server.time.waits();
    assert_eq!(waits, [100, 200].map(Duration::from_millis));
}

/// A server that performs actions.
struct Server {
    url: String,
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
    async fn start(acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = Self {
            url: format!("http://{address}"),
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
                tokio::spawn(serve(stream, state.clone(), time.clone()));
            }
        });
        server
    }

    fn config(&self) -> Config {
        let transport = ReqwestClient::new(TransportConfig::new().no_proxy());
        Config::new()
            .region("cn-hangzhou")
            .endpoint(&self.url)
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

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>, time: ManualTime) {
    const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"RequestId\":\"R\"}";
    while read_request(&mut stream).await {
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
