//! Writing real traffic down.

use super::cassette::{Cassette, Exchange, RecordedAnswer};
use super::redaction::Redaction;
use super::{SentRequest, lock};
use crate::http::{
    Body, Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::Field;
use bytes::{Bytes, BytesMut};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The headers of an answer that matter to a client, and hold nothing secret.
const KEPT_HEADERS: [&str; 4] = [
    "content-type",
    "retry-after",
    "x-acs-request-id",
    "x-acs-retry-after",
];

/// An HTTP client that sends through another one and writes down the exchanges with services, for [`Replay`](super::Replay). Clones
/// share everything.
///
/// What is not written down: signatures, nonces and dates, credentials, parameters of type `Sensitive`, and parameters and fields whose
/// names say that they are secret (`DbPassword`, `ClientSecret`, `SecurityToken` and other tokens but those of pages, the `Value` of
/// operations on secrets). Tell it about more with [`Recorder::secret`] and [`Recorder::secrets_of`], and read a cassette before you
/// commit it. Requests to something else than a service, such as instance metadata, are sent and not recorded.
///
/// ```no_run
/// use alibabacloud_core::Config;
/// use alibabacloud_core::test_util::Recorder;
/// use alibabacloud_core::transport::ReqwestClient;
///
/// # fn main() -> std::io::Result<()> {
/// let recorder = Recorder::new(ReqwestClient::default()).secret("ConfigurationInfo");
/// let config = Config::from_env().http_client(recorder.clone());
/// // ... make calls with a client of this configuration, then:
/// recorder.save("tests/cassettes/executions.json")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Recorder {
    inner: Arc<dyn HttpClient>,
    redaction: Redaction,
    recorded: Arc<Mutex<Cassette>>,
}

impl Recorder {
    /// Sends through `client`.
    pub fn new(client: impl HttpClient) -> Self {
        Self {
            inner: Arc::new(client),
            redaction: Redaction::default(),
            recorded: Arc::default(),
        }
    }

    /// Parameters and fields of this name are secret too, in all operations. Case does not matter.
    pub fn secret(mut self, name: &str) -> Self {
        self.redaction.add_name(name);
        self
    }

    /// Fields of this operation's answers that are `Sensitive` in its output `O` are secret too.
    pub fn secrets_of<O: Field + Default>(mut self, operation: &str) -> Self {
        self.redaction.add_output::<O>(operation);
        self
    }

    /// What was recorded so far.
    pub fn cassette(&self) -> Cassette {
        lock(&self.recorded).clone()
    }

    /// Writes what was recorded so far to a file; see [`Cassette::save`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.cassette().save(path)
    }

    fn record(&self, request: &SentRequest, answer: RecordedAnswer) {
        let request = self.redaction.request(request);
        lock(&self.recorded)
            .exchanges
            .push(Exchange { request, answer });
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let sent = SentRequest::new(request.clone());
        if sent.operation().is_empty() {
            return self.inner.send(request).await;
        }
        match self.fetch(request).await {
            Ok((status, headers, body)) => {
                let answer = self.answer(sent.operation(), status, &headers, &body)?;
                self.record(&sent, answer);
                Ok(HttpResponse::new(status, headers, body))
            }
            Err(error) => {
                self.record(&sent, RecordedAnswer::Fault(error.kind()));
                Err(error)
            }
        }
    }

    async fn fetch(&self, request: HttpRequest) -> Result<(u16, Headers, Bytes), TransportError> {
        let response = self.inner.send(request).await?;
        let body = read(response.body).await?;
        Ok((response.status, response.headers, body))
    }

    fn answer(
        &self,
        operation: &str,
        status: u16,
        headers: &Headers,
        body: &Bytes,
    ) -> Result<RecordedAnswer, TransportError> {
        let body = std::str::from_utf8(body).map_err(|error| {
            let what =
                format!("cannot record the answer of {operation}, as it is no text: {error}");
            TransportError::new(TransportErrorKind::InvalidRequest, what)
        })?;
        let kept = headers
            .iter()
            .filter(|(name, _)| KEPT_HEADERS.contains(name));
        let headers: BTreeMap<String, String> = kept
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(RecordedAnswer::Answer {
            status,
            headers,
            body: self.redaction.answer(operation, body),
        })
    }
}

async fn read(mut body: Body) -> Result<Bytes, TransportError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.next_chunk().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes.freeze())
}

impl HttpClient for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}
