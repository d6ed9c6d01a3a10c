//! What happens during a call: a transport and a clock that take notes.

use alibabacloud_core::http::{
    Body, Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use alibabacloud_core::time::{BoxFuture, Time, TimerError};
use alibabacloud_core::types::DateTime;
use alibabacloud_core::{Error, ServiceError};
use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Maximum bytes of a response that are read.
const MAX_RESPONSE_BYTES: usize = 32 * 1024 * 1024;

/// Differences of the clocks below this come from the resolution of timestamps.
const NOTICEABLE_SKEW: Duration = Duration::from_secs(2);

/// Takes notes of the attempts of one call: a transport and a clock for its client. Clones share
/// their notes.
#[derive(Clone, Debug)]
pub(crate) struct Observer {
    http: Arc<dyn HttpClient>,
    time: Arc<dyn Time>,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Debug, Default)]
struct Notes {
    /// How long the call has waited since the last attempt.
    wait: Duration,
    attempts: Vec<Attempt>,
    skew_millis: Option<i64>,
    /// Those of the last response.
    headers: Headers,
}

/// An attempt that has ended.
#[derive(Debug)]
struct Attempt {
    wait: Duration,
    elapsed: Duration,
    status: Option<u16>,
    /// The code of the error that the service returned.
    code: Option<String>,
    /// Why the attempt failed, in the words of the page.
    reason: Option<&'static str>,
}

impl Observer {
    /// Creates an observer that sends through `http` and waits with `time`.
    pub(crate) fn new(http: Arc<dyn HttpClient>, time: Arc<dyn Time>) -> Self {
        Self {
            http,
            time,
            notes: Arc::default(),
        }
    }

    /// Returns the attempts of the call so far.
    pub(crate) fn timeline(&self) -> Vec<Value> {
        let notes = self.notes();
        let attempts = notes.attempts.iter().zip(1..);
        let attempts = attempts.map(|(attempt, number)| {
            json!({
                "number": number,
                "waitMs": millis(attempt.wait),
                "durationMs": millis(attempt.elapsed),
                "status": attempt.status,
                "error": attempt.code,
                "reason": attempt.reason,
            })
        });
        attempts.collect()
    }

    /// Returns how many attempts succeeded.
    pub(crate) fn successes(&self) -> usize {
        let notes = self.notes();
        let attempts = notes.attempts.iter();
        attempts.filter(|attempt| attempt.reason.is_none()).count()
    }

    /// Returns the headers of the last response.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let notes = self.notes();
        let headers = notes.headers.iter();
        headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Returns by how many milliseconds the last request was dated ahead of the local clock, which
    /// the client corrects if a service reports another time; `None` if it was not.
    pub(crate) fn clock_skew(&self) -> Option<i64> {
        self.notes().skew_millis
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let skew = skew(&request, self.time.now());
        let begun = self.time.elapsed();
        let result = self.fetch(request).await;
        let elapsed = self.time.elapsed().saturating_sub(begun);
        let (status, code, reason) = match &result {
            Ok(response) => {
                let code = error_code(response.0, &response.2);
                let reason = reason(response.0, code.as_deref());
                (Some(response.0), code, reason)
            }
            Err(error) => (None, None, Some(transport_reason(error.kind()))),
        };
        {
            let mut notes = self.notes();
            let wait = std::mem::take(&mut notes.wait);
            notes.skew_millis = skew;
            notes.attempts.push(Attempt {
                wait,
                elapsed,
                status,
                code,
                reason,
            });
        }
        let (status, headers, body) = result?;
        self.notes().headers = headers.clone();
        Ok(HttpResponse::new(status, headers, body))
    }

    async fn fetch(&self, request: HttpRequest) -> Result<(u16, Headers, Bytes), TransportError> {
        let response = self.http.send(request).await?;
        let body = read(response.body).await?;
        Ok((response.status, response.headers, body))
    }
}

impl HttpClient for Observer {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn proxy(&self, url: &str) -> Option<String> {
        self.http.proxy(url)
    }
}

impl Time for Observer {
    fn now(&self) -> SystemTime {
        self.time.now()
    }

    fn elapsed(&self) -> Duration {
        self.time.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.notes().wait += duration;
        self.time.sleep(duration)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.time.deadline(duration)
    }

    fn check_timer(&self) -> Result<(), TimerError> {
        self.time.check_timer()
    }
}

/// Returns a duration in milliseconds, with three decimals.
pub(crate) fn millis(duration: Duration) -> f64 {
    let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    f64::from(micros) / 1000.0
}

async fn read(mut body: Body) -> Result<Bytes, TransportError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.next_chunk().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > MAX_RESPONSE_BYTES {
            let message = format!("the response has more than {MAX_RESPONSE_BYTES} bytes");
            return Err(TransportError::new(
                TransportErrorKind::InvalidRequest,
                message,
            ));
        }
    }
    Ok(bytes.freeze())
}

/// Returns the error code in a response: of the RPC or the ROA style.
fn error_code(status: u16, body: &[u8]) -> Option<String> {
    if status < 400 {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let code = body.get("Code").or_else(|| body.get("code"))?;
    Some(code.as_str()?.to_owned())
}

/// Returns why an attempt failed; `None` for a success.
fn reason(status: u16, code: Option<&str>) -> Option<&'static str> {
    if status < 400 {
        return None;
    }
    let code = code.unwrap_or_default();
    let lower = code.to_lowercase();
    let error = Error::from(ServiceError::new(status, code, ""));
    Some(match () {
        () if error.is_throttling() => "throttled",
        () if lower.contains("timestamp") => "clock",
        () if error.is_invalid_credentials() => "credentials",
        () if status >= 500 => "server_error",
        () => "error",
    })
}

fn transport_reason(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Connect | TransportErrorKind::Interrupted => "connection",
        _ => "error",
    }
}

/// Returns by how much the date of a request is ahead of the local time.
fn skew(request: &HttpRequest, now: SystemTime) -> Option<i64> {
    let date = request.headers.get("x-acs-date")?;
    let date = DateTime::from(date).to_system_time().ok()?;
    let (ahead, by) = match date.duration_since(now) {
        Ok(by) => (1, by),
        Err(behind) => (-1, behind.duration()),
    };
    let millis = i64::try_from(by.as_millis()).ok()?;
    (by > NOTICEABLE_SKEW).then_some(ahead * millis)
}

/// A transport that keeps the request of a client instead of sending it.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Option<HttpRequest>>>);

impl Capture {
    /// Returns the request, if the client has signed one.
    pub(crate) fn take(&self) -> Option<HttpRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capture")
    }
}

impl HttpClient for Capture {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        let error = TransportError::new(TransportErrorKind::InvalidRequest, "not sent");
        Box::pin(std::future::ready(Err(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_failure_follows_from_status_and_code() {
        let table = [
            (200, "", None),
            (400, "Throttling.User", Some("throttled")),
            (503, "ServiceUnavailable", Some("server_error")),
            (400, "InvalidTimeStamp.Expired", Some("clock")),
            (400, "InvalidSecurityToken.Expired", Some("credentials")),
            (404, "EntityNotExists.Template", Some("error")),
        ];
        for (status, code, expected) in table {
            assert_eq!(reason(status, Some(code)), expected, "{status} {code}");
        }
    }

    #[test]
    fn the_skew_is_that_of_the_signed_date() {
        let mut request = HttpRequest::new(alibabacloud_core::http::Method::Get, "http://h/");
        request.headers.set("x-acs-date", "1970-01-01T00:10:00Z");
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(skew(&request, at(600)), None);
        assert_eq!(skew(&request, at(590)), Some(10_000));
        assert_eq!(skew(&request, at(720)), Some(-120_000));
    }
}
