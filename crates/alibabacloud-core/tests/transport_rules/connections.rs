//! Kept connections, pauses, runtimes, and responses before the final one.

use crate::fixture::{EmptyOutput, delete};
use crate::kit::{
    Close, OK, Server, Subject, argument, read, report, rounds, runtime, runtime_with_threads,
    write,
};
use alibabacloud_core::http::{HttpRequest, Method, TransportErrorKind};
use alibabacloud_core::{CallOptions, ErrorKind};
use std::io::{BufRead, BufReader, Write};
use std::process::Command;
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;

/// Longer than a transport trusts its latest look at the connections.
const PAUSE: Duration = Duration::from_millis(30);

pub(crate) fn writes_succeed_after_the_runtime_was_blocked(subject: &Subject) {
    let server = Server::ok();
    let client = subject.client(&server.url());
    runtime().block_on(async {
        for round in 0..rounds(20) {
            let attempts = write(&client).await.expect("a write");
            assert_eq!(attempts, 1, "{round}");
            // Nothing else runs in this runtime meanwhile.
            server.close(Close::Silently);
            thread::sleep(PAUSE);
        }
    });
    runtime_with_threads().block_on(async {
        for round in 0..rounds(20) {
            // Two threads block, so that none of the runtime is left to notice.
            let attempts = write(&client).await.expect("a write");
            assert_eq!(attempts, 1, "{round}");
            let other = tokio::spawn(async { thread::sleep(PAUSE) });
            let last = tokio::spawn(async { thread::sleep(PAUSE) });
            server.close(Close::Silently);
            thread::sleep(PAUSE);
            let _ = (other.await, last.await);
        }
    });
}

pub(crate) fn writes_succeed_after_pauses_between_block_on(subject: &Subject) {
    let server = Server::ok();
    let client = subject.client(&server.url());
    let runtime = runtime();
    for round in 0..rounds(20) {
        let attempts = runtime.block_on(write(&client)).expect("a write");
        assert_eq!(attempts, 1, "{round}");
        server.close(Close::Silently);
        thread::sleep(PAUSE);
    }
}

pub(crate) fn writes_succeed_after_the_process_was_stopped(subject: &Subject) {
    if !cfg!(unix) {
        return;
    }
    if let Some(argument) = argument() {
        return write_when_told(subject, &argument);
    }
    for threads in ["1", "2"] {
        let server = Server::ok();
        let argument = format!("{threads} {}", server.url());
        subject.in_process(&[], &argument, |child| {
            let id = child.id().to_string();
            let mut input = child.stdin.take().expect("an input");
            let mut lines = BufReader::new(child.stdout.as_mut().expect("an output")).lines();
            let signal = |name: &str| {
                let kill = Command::new("kill").args([name, &id]).status();
                assert!(kill.expect("a program").success());
            };
            for round in 0..rounds(10) {
                let done = lines.find(|line| matches!(line, Ok(text) if text.contains("done")));
                assert!(done.is_some(), "the process ended in round {round}");
                signal("-STOP");
                await_stop(&id);
                server.close(Close::Silently);
                writeln!(input, "next").expect("a process");
                thread::sleep(PAUSE);
                signal("-CONT");
            }
        });
    }
}

/// Waits until all threads of a process are stopped: they stop one after the other.
fn await_stop(id: &str) {
    let is_stopped = |thread: std::fs::DirEntry| {
        let status = std::fs::read_to_string(thread.path().join("stat")).expect("a status");
        // The state follows the name, which is in parentheses.
        status
            .rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('T'))
    };
    loop {
        thread::sleep(Duration::from_millis(1));
        // Other systems than Linux have no such directory.
        let Ok(mut threads) = std::fs::read_dir(format!("/proc/{id}/task")) else {
            return thread::sleep(PAUSE);
        };
        if threads.all(|thread| is_stopped(thread.expect("a thread"))) {
            return;
        }
    }
}

/// Sends a write for each line of the input.
fn write_when_told(subject: &Subject, argument: &str) {
    let (threads, url) = argument.split_once(' ').expect("two words");
    let client = subject.client(url);
    let (lines, mut next) = tokio::sync::mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let _ = lines.send(line);
        }
    });
    let runtime = match threads {
        "1" => runtime(),
        _ => runtime_with_threads(),
    };
    runtime.block_on(async {
        loop {
            let attempts = write(&client).await.expect(threads);
            assert_eq!(attempts, 1);
            report("done");
            if next.recv().await.is_none() {
                return;
            }
        }
    });
}

pub(crate) fn a_peer_may_close_a_kept_connection_in_any_way(subject: &Subject) {
    let server = Server::ok();
    let client = subject.client(&server.url());
    let ways = [
        Close::Silently,
        Close::AfterMessage("HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n"),
        Close::AfterMessage("x"),
    ];
    runtime().block_on(async {
        for way in ways {
            for _ in 0..3 {
                write(&client).await.expect("a write");
                server.close(way);
                thread::sleep(PAUSE);
            }
        }
    });
}

pub(crate) fn a_pause_alone_replaces_no_connection(subject: &Subject) {
    let server = Server::ok();
    let client = subject.client(&server.url());
    let runtime = runtime();
    for _ in 0..4 {
        runtime.block_on(async {
            write(&client).await.expect("a write");
            thread::sleep(PAUSE);
            // Calls that begin at the same time wait for the same look at the connections.
            let (one, two) = tokio::join!(write(&client), read(&client));
            assert_eq!((one.expect("a write"), two.expect("a read")), (1, 1));
        });
        thread::sleep(PAUSE);
    }
    assert_eq!(server.connections(), 2);
}

pub(crate) fn a_client_serves_many_runtimes_at_once(subject: &Subject) {
    const THREADS: usize = 8;
    let server = Server::ok();
    let client = subject.client(&server.url());
    let runtimes = rounds(200) / THREADS;
    let threads: Vec<_> = (0..THREADS)
        .map(|index| {
            let client = client.clone();
            thread::spawn(move || {
                for round in 0..runtimes {
                    let runtime = match (index + round) % 4 {
                        0 => runtime_with_threads(),
                        _ => runtime(),
                    };
                    for _ in 0..2 {
                        let attempts = runtime.block_on(write(&client)).expect("a write");
                        assert_eq!(attempts, 1);
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no failure");
    }
    assert_eq!(server.requests().len(), THREADS * runtimes * 2);
    // Both calls of a runtime use one connection, unless the second one begins before the first
    // has returned it.
    let connections = server.connections();
    let expected = THREADS * runtimes..THREADS * runtimes * 5 / 4;
    assert!(expected.contains(&connections), "{connections}");
}

pub(crate) fn a_runtime_without_drivers_is_an_error(subject: &Subject) {
    let server = Server::ok();
    let client = subject.client(&server.url());
    let transport = subject.transport(alibabacloud_core::transport::TransportConfig::new());
    for (time, io) in [(false, false), (true, false), (false, true)] {
        let mut builder = Builder::new_current_thread();
        if time {
            builder.enable_time();
        }
        if io {
            builder.enable_io();
        }
        let runtime = builder.build().expect("a runtime");
        for _ in 0..2 {
            let error = runtime.block_on(write(&client)).expect_err("no driver");
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().contains("`enable_all`"), "{error}");
            assert!(error.attempts() <= 1, "{error}");
            let request = HttpRequest::new(Method::Get, server.url());
            let error = runtime
                .block_on(transport.send(request))
                .expect_err("no driver");
            assert_eq!(error.kind(), TransportErrorKind::InvalidConfig, "{error}");
        }
    }
    // The same client works elsewhere.
    runtime().block_on(write(&client)).expect("a write");
}

pub(crate) fn no_runtime_is_an_error(subject: &Subject) {
    use std::task::{Context, Poll, Waker};

    let client = subject.client("http://127.0.0.1:1");
    let mut call = Box::pin(write(&client));
    let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it must not wait");
    };
    let error = result.expect_err("no runtime");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
}

pub(crate) fn interim_responses_are_skipped(subject: &Subject) {
    let server = Server::start(|_, stream| {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
        let written = stream.write_all(interim.as_bytes());
        written
            .and_then(|()| stream.write_all(OK.as_bytes()))
            .is_ok()
    });
    let client = subject.client(&server.url());
    runtime().block_on(async {
        for _ in 0..2 {
            assert_eq!(write(&client).await.expect("a write"), 1);
        }
    });
    assert_eq!(server.connections(), 1);
}

/// The server never sends a final response: it sends interim ones as fast as it can, or one after
/// the other.
pub(crate) fn a_flood_of_interim_responses_respects_the_attempt_timeout(subject: &Subject) {
    const INTERIM: &str = "HTTP/1.1 102 Processing\r\n\r\n";
    let flood = INTERIM.repeat(4096);
    let fast = Server::start(move |_, stream| {
        while stream.write_all(flood.as_bytes()).is_ok() {}
        false
    });
    let slow = Server::start(|_, stream| {
        while stream.write_all(INTERIM.as_bytes()).is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
        false
    });
    // reqwest looks at nothing else while there is more to read, up to about 50 MB, so the timer
    // needs a thread of its own for the fast one.
    let is_fair = !subject.test.starts_with("reqwest");
    for (server, runtime) in [
        (&fast, runtime_with_threads()),
        (&slow, runtime_with_threads()),
        (&slow, runtime()),
        (if is_fair { &fast } else { &slow }, runtime()),
    ] {
        let client = subject.client(&server.url());
        let error = runtime.block_on(async {
            let mut call = delete(&client);
            call.options = CallOptions::new().attempt_timeout(Duration::from_millis(200));
            let result = call.send::<EmptyOutput>().await;
            result.expect_err("there is no final response")
        });
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        server.close(Close::Silently);
        runtime.shutdown_background();
    }
}
