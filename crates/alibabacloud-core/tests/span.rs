//! The tracer of a configuration: which spans it starts, and what they see.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::interceptor::{HookError, Intercept, Outgoing};
use alibabacloud_core::metrics::{AttemptMetrics, CallMetrics};
use alibabacloud_core::span::{CallStart, Span, StartSpan, Tracer};
use alibabacloud_core::{CallOptions, Client};
use fixture::{EmptyOutput, Kit, error, ok, start};
use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::thread;

thread_local! {
    /// The span that is current in this thread.
    static CURRENT: Cell<&'static str> = const { Cell::new("none") };
}

/// How often [`Span::enter`] polls.
#[derive(Clone, Copy, Debug, Default)]
enum Polls {
    Never,
    #[default]
    Once,
    Twice,
}

#[derive(Clone, Debug, Default)]
struct Recorder {
    seen: Arc<Mutex<Vec<String>>>,
    polls: Polls,
}

impl Recorder {
    fn note(&self, text: String) {
        self.seen.lock().expect("a list").push(text);
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("a list").clone()
    }
}

impl Tracer for Recorder {
    fn prepare(&self) -> StartSpan {
        let (recorder, parent) = (self.clone(), CURRENT.get());
        Box::new(move |call: &CallStart<'_>| {
            recorder.note(format!(
                "start {}:{} {} {} {} {:?} in {parent}",
                call.product,
                call.operation,
                call.method,
                call.endpoint.address(),
                call.endpoint.port(),
                call.region
            ));
            Arc::new(recorder)
        })
    }
}

impl Span for Recorder {
    fn enter(&self, poll: &mut dyn FnMut()) {
        let outer = CURRENT.replace("call");
        let polls = match self.polls {
            Polls::Never => 0,
            Polls::Once => 1,
            Polls::Twice => 2,
        };
        for _ in 0..polls {
            poll();
        }
        CURRENT.set(outer);
    }

    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        self.note(format!(
            "attempt {} after {:?}: {:?} {:?} {:?} in {}",
            attempt.attempt,
            attempt.delay,
            attempt.status,
            attempt.request_id,
            attempt.error_type,
            CURRENT.get()
        ));
    }

    fn end(&self, call: &CallMetrics<'_>) {
        self.note(format!(
            "end {:?} {:?} {:?}",
            call.status, call.request_id, call.error_type
        ));
    }
}

impl Intercept for Recorder {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        self.note(format!("sign {} in {}", request.attempt(), CURRENT.get()));
        Ok(())
    }
}

fn client(kit: &Kit, recorder: &Recorder) -> Client {
    let config = kit.config.clone().tracer(recorder.clone());
    Client::new(config.interceptor(recorder.clone())).expect("a client")
}

#[tokio::test]
async fn a_call_and_its_attempts_run_in_the_span() {
    let kit = Kit::new([
        error(429, "Throttling.User"),
        ok().header("x-acs-request-id", "R"),
    ]);
    let recorder = Recorder::default();
    let client = client(&kit, &recorder);
    CURRENT.set("request");
    let call = start(&client);
    let sent = call.send::<EmptyOutput>();
    assert!(recorder.seen().is_empty(), "nothing was polled");
    sent.await.expect("an output");
    assert_eq!(CURRENT.get(), "request");
    assert_eq!(
        recorder.seen(),
        [
            "start oos:StartThing POST oos.cn-hangzhou.aliyuncs.com 443 Some(\"cn-hangzhou\") in request",
            "sign 1 in call",
            "attempt 1 after 0ns: Some(429) Some(\"E\") Some(\"Throttling.User\") in call",
            "sign 2 in call",
            "attempt 2 after 500ms: Some(200) Some(\"R\") None in call",
            "end Some(200) Some(\"R\") None",
        ]
    );
}

#[tokio::test]
async fn a_call_is_polled_once_whatever_a_span_does() {
    for polls in [Polls::Never, Polls::Twice] {
        let kit = Kit::new([error(503, "ServiceUnavailable"), ok()]);
        let recorder = Recorder {
            polls,
            ..Recorder::default()
        };
        let call = start(&client(&kit, &recorder));
        call.send::<EmptyOutput>().await.expect("an output");
        let ends = recorder.seen().into_iter().filter(|s| s.starts_with("end"));
        assert_eq!(ends.count(), 1, "{polls:?}");
    }
}

#[tokio::test]
async fn an_endpoint_with_a_port_and_an_error_without_a_response() {
    let kit = Kit::new([]);
    let recorder = Recorder::default();
    let mut call = start(&client(&kit, &recorder));
    call.options = CallOptions::new()
        .endpoint("http://[::1]:8080")
        .region("eu-central-1");
    call.send::<EmptyOutput>().await.expect_err("an error");
    let seen = recorder.seen();
    assert_eq!(
        seen.first().map(String::as_str),
        Some("start oos:StartThing POST [::1] 8080 Some(\"eu-central-1\") in none")
    );
    let end = seen.last().expect("an end");
    assert!(end.starts_with("end None None Some("), "{end}");
}

#[test]
fn a_blocking_call_has_the_span_of_its_thread_as_parent() {
    let kit = Kit::new([ok()]);
    let recorder = Recorder::default();
    let client = client(&kit, &recorder);
    let seen = thread::spawn(move || {
        CURRENT.set("request");
        start(&client)
            .send_blocking::<EmptyOutput>()
            .expect("an output");
        recorder.seen()
    });
    let seen = seen.join().expect("a thread");
    assert!(seen[0].ends_with(" in request"), "{seen:?}");
    assert_eq!(seen[1], "sign 1 in call");
}

#[tokio::test]
async fn an_invalid_call_starts_no_span() {
    let kit = Kit::new([]);
    let recorder = Recorder::default();
    let mut call = start(&client(&kit, &recorder));
    call.options = CallOptions::new().endpoint("not an endpoint");
    call.send::<EmptyOutput>().await.expect_err("an error");
    assert!(recorder.seen().is_empty());
}
