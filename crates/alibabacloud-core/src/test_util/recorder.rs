//! Recording of real traffic.

use super::SentRequest;
use super::cassette::{Cassette, RecordedExchange, RecordedResponse};
use super::lock::lock;
use super::redaction::Redaction;
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

/// The response headers that matter to a client and contain no secrets.
const KEPT_HEADERS: [&str; 4] = [
    "content-type",
    "retry-after",
    "x-acs-request-id",
    "x-acs-retry-after",
];

/// An HTTP client that sends through another one and records the exchanges with services, for
/// [`Replay`](super::Replay). Clones share everything.
///
/// The recording omits signatures, nonces, dates and credentials, parameters of type `Sensitive`,
/// and parameters and fields with secret names (`DbPassword`, `ClientSecret`, `SecurityToken` and
/// other tokens except page tokens, the `Value` of operations on secrets), at any depth of JSON.
/// In other texts, it omits what such names introduce (`password=..`, `Token: ..`), signatures of
/// URLs, JSON Web Tokens and private keys. Add names with [`Recorder::secret`] and outputs with
/// [`Recorder::secrets_of`], and review a cassette before you commit it. Requests to other servers,
/// such as instance metadata, are sent but not recorded.
///
/// ```no_run
/// use alibabacloud_core::Config;
/// use alibabacloud_core::test_util::Recorder;
/// use alibabacloud_core::transport::HyperClient;
///
/// # fn main() -> std::io::Result<()> {
/// let recorder = Recorder::new(HyperClient::default()).secret("ConfigurationInfo");
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
    /// Creates a recorder that sends through `client`.
    pub fn new(client: impl HttpClient) -> Self {
        Self {
            inner: Arc::new(client),
            redaction: Redaction::default(),
            recorded: Arc::default(),
        }
    }

    /// Redacts parameters and fields of this name in all operations. Case is ignored.
    pub fn secret(mut self, name: &str) -> Self {
        self.redaction.add_name(name);
        self
    }

    /// Redacts the fields of this operation's responses that are `Sensitive` in its output type
    /// `O`.
    pub fn secrets_of<O: Field + Default>(mut self, operation: &str) -> Self {
        self.redaction.add_output::<O>(operation);
        self
    }

    /// Returns the recording so far.
    pub fn cassette(&self) -> Cassette {
        lock(&self.recorded).clone()
    }

    /// Writes the recording so far to a file; see [`Cassette::save`].
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.cassette().save(path)
    }

    fn record(&self, request: &SentRequest, response: RecordedResponse) {
        let request = self.redaction.request(request);
        lock(&self.recorded)
            .exchanges
            .push(RecordedExchange { request, response });
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let sent = SentRequest::new(request.clone());
        if sent.operation().is_empty() {
            return self.inner.send(request).await;
        }
        match self.fetch(request).await {
            Ok((status, headers, body)) => {
                let response = self.redacted(sent.operation(), status, &headers, &body)?;
                self.record(&sent, response);
                Ok(HttpResponse::new(status, headers, body))
            }
            Err(error) => {
                self.record(&sent, RecordedResponse::Fault(error.kind()));
                Err(error)
            }
        }
    }

    async fn fetch(&self, request: HttpRequest) -> Result<(u16, Headers, Bytes), TransportError> {
        let response = self.inner.send(request).await?;
        let body = read(response.body).await?;
        Ok((response.status, response.headers, body))
    }

    fn redacted(
        &self,
        operation: &str,
        status: u16,
        headers: &Headers,
        body: &Bytes,
    ) -> Result<RecordedResponse, TransportError> {
        let body = std::str::from_utf8(body).map_err(|error| {
            let message =
                format!("cannot record the response to {operation}: it is not UTF-8 text: {error}");
            TransportError::new(TransportErrorKind::InvalidRequest, message)
        })?;
        let kept = headers
            .iter()
            .filter(|(name, _)| KEPT_HEADERS.contains(name));
        let headers: BTreeMap<String, String> = kept
            .map(|(name, value)| {
                let value = self.redaction.response_header(operation, value);
                (name.to_owned(), value)
            })
            .collect();
        Ok(RecordedResponse::Response {
            status,
            headers,
            body: self.redaction.response_body(operation, body),
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

    fn proxy(&self, url: &str) -> Option<String> {
        self.inner.proxy(url)
    }
}
