//! The transport under test, servers on the loopback interface, and processes of this test with
//! other variables.

use crate::fixture::{EmptyOutput, List, ListOutput, delete};
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{HttpClient, TransportError};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::transport::TransportConfig;
use alibabacloud_core::{Client, Config, Error};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// The transport under test.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) make: fn(TransportConfig) -> Result<Arc<dyn HttpClient>, TransportError>,
    /// The path of the test, to run it in another process.
    pub(crate) test: &'static str,
}

impl Subject {
    /// Creates a transport from a valid configuration.
    pub(crate) fn transport(&self, config: TransportConfig) -> Arc<dyn HttpClient> {
        (self.make)(config).expect("a transport")
    }

    /// Returns the configuration of a client for an endpoint, without proxies.
    pub(crate) fn config(&self, endpoint: &str) -> Config {
        self.config_with(endpoint, TransportConfig::new().no_proxy())
    }

    /// Returns the configuration of a client for an endpoint.
    pub(crate) fn config_with(&self, endpoint: &str, transport: TransportConfig) -> Config {
        Config::new()
            .region("cn-hangzhou")
            .endpoint(endpoint)
            .credentials(Credentials::access_key("id", "secret"))
            .retry(RetryConfig::standard().base_delay(Duration::ZERO))
            .http_client(self.transport(transport))
    }

    /// Returns a client for an endpoint, without proxies.
    pub(crate) fn client(&self, endpoint: &str) -> Client {
        Client::new(self.config(endpoint)).expect("a client")
    }

    /// Runs this test in another process with only these variables and an argument, which
    /// [`argument`] returns there. `interact` is called with the process.
    pub(crate) fn in_process(
        &self,
        variables: &[(&str, &str)],
        argument: &str,
        interact: impl FnOnce(&mut std::process::Child),
    ) -> String {
        let mut child = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", self.test, "--nocapture"])
            .env_clear()
            .env(ARGUMENT, argument)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        interact(&mut child);
        let mut output = String::new();
        let mut stdout = child.stdout.take().expect("an output");
        stdout.read_to_string(&mut output).expect("text");
        let status = child.wait().expect("a status");
        assert!(status.success(), "{variables:?}: {output}");
        output
    }

    /// Runs this test in another process, and returns the lines that it printed with [`report`].
    pub(crate) fn reports(&self, variables: &[(&str, &str)], argument: &str) -> Vec<String> {
        let output = self.in_process(variables, argument, |_| {});
        let lines = output.lines().filter_map(|line| line.split_once(REPORT));
        lines.map(|(_, text)| text.to_owned()).collect()
    }
}

/// Sends a write that must not be sent twice.
pub(crate) async fn write(client: &Client) -> Result<u32, Error> {
    let call = delete(client);
    let response = call.send_with_response::<EmptyOutput>().await?;
    Ok(response.attempts())
}

/// Sends a read.
pub(crate) async fn read(client: &Client) -> Result<u32, Error> {
    let call = List::new(client).call;
    let response = call.send_with_response::<ListOutput>().await?;
    Ok(response.attempts())
}

const ARGUMENT: &str = "ACS_TEST_ARGUMENT";
const REPORT: &str = "report: ";

/// Returns the argument of a process that [`Subject::in_process`] started.
pub(crate) fn argument() -> Option<String> {
    std::env::var(ARGUMENT).ok()
}

/// Prints a line for [`Subject::reports`].
pub(crate) fn report(text: impl std::fmt::Display) {
    println!("{REPORT}{text}");
}

/// Returns a count, or the one in `ACS_TEST_ROUNDS` for a longer test.
pub(crate) fn rounds(count: usize) -> usize {
    let rounds = std::env::var("ACS_TEST_ROUNDS");
    rounds.map_or(count, |text| text.parse().expect("a number"))
}

/// A runtime of one thread.
pub(crate) fn runtime() -> Runtime {
    let builder = &mut Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// A runtime of several threads.
pub(crate) fn runtime_with_threads() -> Runtime {
    let builder = &mut Builder::new_multi_thread();
    let builder = builder.worker_threads(2).enable_all();
    builder.build().expect("a runtime")
}

/// A successful response.
pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"RequestId\":\"R\"}";

/// A server in threads of its own, which no runtime under test can block.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<ServerState>>,
}

#[derive(Default)]
struct ServerState {
    /// The head of each request.
    requests: Vec<String>,
    connections: Vec<TcpStream>,
}

impl Server {
    /// Starts a server that responds to each request with [`OK`].
    pub(crate) fn ok() -> Self {
        Self::start(|_, stream| stream.write_all(OK.as_bytes()).is_ok())
    }

    /// Starts a server that responds to each request with a text.
    pub(crate) fn saying(text: &'static str) -> Self {
        Self::start(move |_, stream| stream.write_all(text.as_bytes()).is_ok())
    }

    /// Starts a server that calls `respond` with the head of each request, until it returns
    /// `false`.
    pub(crate) fn start(
        respond: impl Fn(&str, &mut TcpStream) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::accept(move |stream, state| {
            while let Some(request) = read_head(stream) {
                state
                    .lock()
                    .expect("a state")
                    .requests
                    .push(request.clone());
                if !respond(&request, stream) {
                    return;
                }
            }
        })
    }

    /// Starts a server that calls `serve` with each connection.
    pub(crate) fn connected(serve: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::accept(move |stream, _| serve(stream))
    }

    fn accept(serve: impl Fn(&mut TcpStream, &Mutex<ServerState>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(ServerState::default()));
        let (shared, serve) = (state.clone(), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let copy = stream.try_clone().expect("a socket");
                shared.lock().expect("a state").connections.push(copy);
                let (shared, serve) = (shared.clone(), serve.clone());
                thread::spawn(move || {
                    serve(&mut stream, &shared);
                    // Others may have clones.
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the heads of the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().expect("a state").requests.clone()
    }

    /// Returns the number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().expect("a state").connections.len()
    }

    /// Closes all connections, as a server does with idle ones, in one of three ways.
    pub(crate) fn close(&self, way: Close) {
        for stream in &mut self.state.lock().expect("a state").connections {
            if let Close::AfterMessage(text) = way {
                let _ = stream.write_all(text.as_bytes());
            }
            // An error means that it is closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// How a server closes a connection.
#[derive(Clone, Copy)]
pub(crate) enum Close {
    Silently,
    /// After a response that nobody asked for.
    AfterMessage(&'static str),
}

/// Reads the head of a request, and its body if it has a length.
pub(crate) fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    let end = loop {
        if let Some(end) = text.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        let mut piece = [0; 1024];
        match stream.read(&mut piece) {
            Ok(0) => return None,
            Ok(n) => text.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    };
    assert_eq!(text.len(), end, "the requests of these tests have no body");
    Some(String::from_utf8(text).expect("text"))
}
