//! The transport: `fetch` of the platform.

use super::clock::property;
use super::task::in_task;
use crate::http::{
    BodyStream, Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
    origin,
};
use crate::time::BoxFuture;
use bytes::Bytes;
use js_sys::{Array, Error, Function, Promise, Reflect, Uint8Array, try_iter};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tokio::sync::mpsc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReferrerPolicy, Request, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, Response, ResponseType,
};

/// Headers that the platform sets itself. The signature covers `host`, which is that of the URL.
const OF_THE_PLATFORM: [&str; 2] = ["host", "user-agent"];

/// Codes of Node's errors after which the request was not sent.
const NOT_CONNECTED: [&str; 6] = [
    "EAI_AGAIN",
    "ECONNREFUSED",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "UND_ERR_CONNECT_TIMEOUT",
];

/// Chunks of a body that are read before they are asked for.
const READ_AHEAD: usize = 1;

/// Sends requests with `fetch` of a browser, a worker or Node, without redirects, cookies and
/// caches. The default on this target.
///
/// - The platform resolves names, chooses proxies, and keeps connections. The connect timeout and
///   [`HttpRequest::no_proxy`] have no effect.
/// - `user-agent` is that of the platform.
/// - A call that is dropped, or that takes longer than its timeouts, is aborted with an
///   `AbortController`.
/// - A browser does not say why a request failed. Such an error is of kind
///   [`Interrupted`](TransportErrorKind::Interrupted), because the request may have been executed.
///   The most frequent cause is a server that does not allow calls from the origin of the page
///   (CORS).
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct FetchClient;

impl FetchClient {
    /// Creates a transport.
    pub fn new() -> Self {
        Self
    }
}

impl HttpClient for FetchClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        in_task(move || async move {
            let result = exchange(&request).await;
            result.map_err(|error| error.with_origin(&request.url))
        })
    }
}

/// Aborts a request, unless it has ended.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn exchange(request: &HttpRequest) -> Result<HttpResponse, TransportError> {
    let Ok(fetch) = property("fetch").dyn_into::<Function>() else {
        return Err(invalid_config("the platform has no fetch"));
    };
    let controller = AbortController::new()
        .map_err(|_| invalid_config("the platform has no AbortController"))?;
    let guard = AbortOnDrop(controller);
    let message = message(request, &guard.0)?;
    let sent = fetch.call1(&JsValue::UNDEFINED, &message);
    let sent = sent.map_err(|error| failed(&error))?;
    let response = JsFuture::from(sent.unchecked_into::<Promise>()).await;
    let response: Response = response.map_err(|error| failed(&error))?.unchecked_into();
    if response.type_() == ResponseType::Opaqueredirect {
        let why = "the server responded with a redirect, which is not followed";
        return Err(TransportError::new(TransportErrorKind::Interrupted, why).permanent());
    }
    let (status, headers) = (response.status(), headers(&response));
    let Some(body) = response.body() else {
        return Ok(HttpResponse::new(status, headers, Bytes::new()));
    };
    let reader = body.get_reader().unchecked_into();
    let (sender, chunks) = mpsc::channel(READ_AHEAD);
    let url = origin(&request.url).to_owned();
    spawn_local(async move {
        read(&reader, &sender, &url).await;
        drop(guard);
    });
    Ok(HttpResponse::streaming(status, headers, FetchBody(chunks)))
}

/// Returns the request as `fetch` expects it.
///
/// # Errors
/// If the platform would change the URL, or rejects it, a header or the body. The errors of the
/// platform are not passed on, because they quote the URL.
fn message(request: &HttpRequest, abort: &AbortController) -> Result<Request, TransportError> {
    let rejected = || invalid_request("the platform rejects the request");
    let headers = web_sys::Headers::new().map_err(|_| rejected())?;
    for (name, value) in request.headers.iter() {
        if OF_THE_PLATFORM.contains(&name) {
            continue;
        }
        headers.append(name, value).map_err(|_| {
            invalid_request(&format!("header {name:?} has an invalid name or value"))
        })?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(&*request.body));
    }
    init.set_redirect(RequestRedirect::Manual);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&abort.signal()));
    let message = Request::new_with_str_and_init(&request.url, &init).map_err(|_| rejected())?;
    if target(&message.url()) != target(&request.url) {
        return Err(invalid_request(
            "the URL would not be sent as it is signed: a path parameter must not be \".\" or \
             \"..\"",
        ));
    }
    Ok(message)
}

/// Returns path and query of a URL.
fn target(url: &str) -> (&str, Option<&str>) {
    let rest = url.get(origin(url).len()..).unwrap_or_default();
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    (if path.is_empty() { "/" } else { path }, query)
}

/// Returns the headers of a response. Of a response from another origin, a browser shows those that
/// the server exposes.
fn headers(response: &Response) -> Headers {
    let mut headers = Headers::new();
    let pairs = try_iter(&response.headers()).ok().flatten();
    for pair in pairs.into_iter().flatten().flatten() {
        let pair: Array = pair.unchecked_into();
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            headers.append(&name, value);
        }
    }
    if headers.get("content-encoding").is_some() {
        // The platform decodes the body, and leaves the headers of the encoded one.
        headers.remove("content-encoding");
        headers.remove("content-length");
    }
    headers
}

/// The body of a response, which a task reads.
struct FetchBody(mpsc::Receiver<Result<Bytes, TransportError>>);

impl BodyStream for FetchBody {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(self.0.recv())
    }
}

/// Passes on the chunks of a body, until it ends, fails, or is dropped.
async fn read(
    reader: &ReadableStreamDefaultReader,
    sender: &mpsc::Sender<Result<Bytes, TransportError>>,
    url: &str,
) {
    loop {
        let mut closed = pin!(sender.closed());
        let mut next = JsFuture::from(reader.read());
        let read = poll_fn(|context| match closed.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => pin!(&mut next).poll(context).map(Some),
        });
        let chunk = match read.await {
            None => return,
            Some(Ok(chunk)) => chunk,
            Some(Err(error)) => {
                // Without a receiver nobody reads the body.
                let _ = sender.send(Err(failed(&error).with_origin(url))).await;
                return;
            }
        };
        let value = Reflect::get(&chunk, &"value".into()).unwrap_or(JsValue::UNDEFINED);
        // At the end there is no value.
        let Ok(bytes) = value.dyn_into::<Uint8Array>() else {
            return;
        };
        if sender.send(Ok(bytes.to_vec().into())).await.is_err() {
            return;
        }
    }
}

/// Converts an error of `fetch`, or of reading a body.
fn failed(error: &JsValue) -> TransportError {
    let text = message_of(error).unwrap_or_else(|| "fetch failed".to_owned());
    let cause = Reflect::get(error, &"cause".into()).unwrap_or(JsValue::UNDEFINED);
    if !cause.is_object() {
        return TransportError::new(
            TransportErrorKind::Interrupted,
            format!(
                "{text} (a browser does not say why: there is no connection, or the server does \
                 not allow calls from the origin of the page)"
            ),
        );
    }
    let code = Reflect::get(&cause, &"code".into()).ok();
    let code = code.and_then(|code| code.as_string()).unwrap_or_default();
    let kind = match NOT_CONNECTED.contains(&code.as_str()) {
        true => TransportErrorKind::Connect,
        false => TransportErrorKind::Interrupted,
    };
    // The message of several failed addresses is empty.
    let detail = message_of(&cause).filter(|message| !message.is_empty());
    TransportError::new(kind, format!("{text}: {}", detail.unwrap_or(code)))
}

fn message_of(error: &JsValue) -> Option<String> {
    Some(error.dyn_ref::<Error>()?.message().into())
}

fn invalid_request(message: &str) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest, message)
}

fn invalid_config(message: &str) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidConfig, message)
}
