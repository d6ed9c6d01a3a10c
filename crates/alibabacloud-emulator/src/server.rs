//! Connections: takes requests in, sends answers out, and breaks them where a fault says so.

use crate::control;
use crate::faults::FaultKind;
use crate::gateway::{self, Exchange};
use crate::refusal::Refusal;
use crate::reply::{Format, Reply};
use crate::request::Request;
use crate::shared::Shared;
use crate::timestamp;
use alibabacloud_spec::ApiStyle;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Most bytes of a request body.
const MOST_BODY: usize = 32 * 1024 * 1024;

/// Makes a connection of an accepted stream: as it is, or behind TLS.
pub(crate) type Accept = Arc<dyn Fn(Stream) -> Accepting + Send + Sync>;
type Accepting = Pin<Box<dyn Future<Output = io::Result<Box<dyn Connection>>> + Send>>;

/// Both directions of a connection.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// Serves plain HTTP.
pub(crate) fn plain() -> Accept {
    Arc::new(|stream| Box::pin(async { Ok(Box::new(stream) as Box<dyn Connection>) }))
}

/// Accepts connections until it is dropped; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, accept: Accept, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, accept.clone(), shared.clone()));
                }
                // Out of file descriptors, for instance: others may end soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, accept: Accept, shared: Arc<Shared>) {
    // Without this small answers wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let stream = Stream {
        stream,
        reset: reset.clone(),
    };
    let Ok(stream) = accept(stream).await else {
        return;
    };
    let service = service_fn(|request| answer(&shared, &reset, request));
    // An error here is a client that went away, or a fault that was asked for.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The connection is to be broken instead of answering.
#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was broken on purpose")
    }
}

impl std::error::Error for Broken {}

async fn answer(
    shared: &Shared,
    reset: &AtomicBool,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Answer>, Broken> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MOST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let request = Request::new(&parts, Bytes::new());
            return Ok(too_large(shared, &request));
        }
        Err(_) => return Err(Broken),
    };
    let request = Request::new(&parts, body);
    if control::concerns(&request.path) {
        let reply = control::answer(shared, &request).await;
        return Ok(response(shared, reply, None, 0));
    }
    let exchange = gateway::exchange(shared, &request);
    deliver(shared, reset, &request, exchange).await
}

fn too_large(shared: &Shared, request: &Request) -> hyper::Response<Answer> {
    let refusal = Refusal::new(
        413,
        "RequestTooLarge",
        format!("The body has more than {MOST_BODY} bytes."),
    );
    let id = shared.ids.request();
    let reply = Reply::refusal(
        Format::of(request),
        ApiStyle::Rpc,
        &refusal,
        &id,
        request.host(),
    );
    response(shared, reply, Some(&id), 0)
}

/// Saves what was changed, then sends the answer, or what a fault makes of it.
async fn deliver(
    shared: &Shared,
    reset: &AtomicBool,
    request: &Request,
    exchange: Exchange,
) -> Result<hyper::Response<Answer>, Broken> {
    let Exchange {
        mut reply,
        request_id,
        plan,
        changed,
    } = exchange;
    if let (true, Some(saver)) = (changed, &shared.saver) {
        if let Err(why) = saver.saved().await {
            let refusal = Refusal::new(
                500,
                "InternalError",
                format!("The data file cannot be written: {why}."),
            );
            reply = Reply::refusal(
                Format::of(request),
                ApiStyle::Rpc,
                &refusal,
                &request_id,
                request.host(),
            );
        }
    }
    if !plan.latency.is_zero() {
        tokio::time::sleep(plan.latency).await;
    }
    match plan.fate {
        Some((FaultKind::Drop, _)) => Err(Broken),
        Some((FaultKind::Reset, _)) => {
            reset.store(true, Ordering::Relaxed);
            Err(Broken)
        }
        Some((FaultKind::Truncate { bytes }, _)) => {
            let mut response = response(shared, reply, Some(&request_id), plan.clock_offset);
            response.body_mut().truncate(bytes);
            Ok(response)
        }
        _ => Ok(response(
            shared,
            reply,
            Some(&request_id),
            plan.clock_offset,
        )),
    }
}

fn response(
    shared: &Shared,
    reply: Reply,
    request_id: Option<&str>,
    clock_offset: i64,
) -> hyper::Response<Answer> {
    let length = reply.body.len();
    let mut response = hyper::Response::new(Answer::whole(reply.body));
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status)
        .unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    // RFC 9110: an answer 204 has neither.
    if reply.status != 204 {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let now = shared.clock.gateway().saturating_add_signed(clock_offset);
    if let Ok(date) = HeaderValue::from_str(&timestamp::format_http(now)) {
        headers.insert(DATE, date);
    }
    if let Some(Ok(id)) = request_id.map(HeaderValue::from_str) {
        headers.insert("x-acs-request-id", id);
    }
    if let Some(millis) = reply.retry_after {
        headers.insert("x-acs-retry-after", HeaderValue::from(millis));
    }
    response
}

/// The body of an answer: whole, or one that breaks off.
#[derive(Debug)]
pub(crate) struct Answer {
    rest: Option<Bytes>,
    end: End,
}

/// What follows the last byte.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Clean,
    /// Lets what was written so far go out, then fails.
    Flush,
    Fail,
}

impl Answer {
    fn whole(body: Vec<u8>) -> Self {
        Self {
            rest: (!body.is_empty()).then(|| body.into()),
            end: End::Clean,
        }
    }

    fn truncate(&mut self, bytes: usize) {
        if let Some(rest) = &mut self.rest {
            rest.truncate(bytes);
        }
        self.end = End::Flush;
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.rest.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            End::Clean => Poll::Ready(None),
            End::Flush => {
                // A body that is not ready makes the connection send what it holds.
                self.end = End::Fail;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Fail => Poll::Ready(Some(Err(io::Error::other("broken off on purpose")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && self.end == End::Clean
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.rest, self.end) {
            (Some(bytes), End::Clean) => SizeHint::with_exact(bytes.len() as u64),
            (None, End::Clean) => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}

/// A TCP stream that can be told to end with a reset.
pub(crate) struct Stream {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Closing with zero linger sends RST instead of FIN. If it cannot be set the client sees a plain close.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reset.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
