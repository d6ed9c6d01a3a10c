//! An emulator that targets send requests to.

use alibabacloud_core::Config;
use alibabacloud_core::http::{HttpClient, HttpRequest, HttpResponse, TransportError};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::time::BoxFuture;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_emulator::{Emulator, Key};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// A runtime with sockets.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime can be made")
});

/// How many inputs an emulator gets before it is replaced, because it keeps state.
const INPUTS: u32 = 1000;

/// An emulator, replaced now and then.
#[derive(Default)]
pub struct Shared(Mutex<Option<(Arc<Emulator>, u32)>>);

impl Shared {
    /// Creates one that starts with the first input.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Returns the emulator for the next input, with an empty log.
    pub fn emulator(&self) -> Arc<Emulator> {
        let mut current = self.0.lock().expect("no other thread");
        if let Some((emulator, left)) = current.as_mut().filter(|(_, left)| *left > 0) {
            *left -= 1;
            emulator.clear_requests();
            return emulator.clone();
        }
        let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/specs");
        let builder = Emulator::builder()
            .specs(specs)
            .key(Key::new("id", "secret"));
        let started = RUNTIME.block_on(builder.start()).expect("it can start");
        let emulator = Arc::new(started);
        *current = Some((emulator.clone(), INPUTS));
        emulator
    }
}

/// Connections that outlive the clients of single inputs.
#[derive(Clone, Debug)]
pub struct Transport(Arc<HyperClient>);

static TRANSPORT: LazyLock<Transport> = LazyLock::new(|| {
    let config = TransportConfig::new().no_proxy();
    Transport(Arc::new(
        HyperClient::new(config).expect("the configuration is complete"),
    ))
});

impl HttpClient for Transport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.0.send(request)
    }
}

/// Returns the configuration of a client of an emulator, without retries.
pub fn config(emulator: &Emulator) -> Config {
    emulator
        .config()
        .retry(RetryConfig::off())
        .http_client(TRANSPORT.clone())
        .attempt_timeout(Duration::from_secs(20))
}
