//! The same call for many targets.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use alibabacloud_core::fan_out;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use tokio::sync::Notify;

/// Ends in the second poll, so that several calls run at once.
async fn turn() {
    let mut polled = false;
    poll_fn(|context| match std::mem::replace(&mut polled, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

#[tokio::test]
async fn at_most_the_limit_runs_at_once() {
    for (limit, expected) in [(0, 1), (1, 1), (3, 3), (100, 7)] {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = fan_out(0..7, limit, |target: u64| {
            let (running, most) = (&running, &most);
            async move {
                most.fetch_max(
                    running.fetch_add(1, Ordering::Relaxed) + 1,
                    Ordering::Relaxed,
                );
                turn().await;
                running.fetch_sub(1, Ordering::Relaxed);
                Ok::<_, ()>(target * 2)
            }
        });
        let results = results.collect().await;
        assert_eq!(most.load(Ordering::Relaxed), expected, "limit {limit}");
        let expected: Vec<_> = (0..7).map(|target| (target, target * 2)).collect();
        assert_eq!(results.values, expected);
        assert!(results.errors.is_empty());
    }
}

#[tokio::test]
async fn a_failure_stops_nothing_and_results_keep_the_order_of_the_targets() {
    let call = async |target: u32| {
        // The first targets end last.
        for _ in 0..10 - target {
            turn().await;
        }
        match target % 3 {
            0 => Err(format!("no {target}")),
            _ => Ok(target),
        }
    };
    let results = fan_out(0..8, 4, call).collect().await;
    assert_eq!(results.values, [(1, 1), (2, 2), (4, 4), (5, 5), (7, 7)]);
    let errors = [0, 3, 6].map(|target| (target, format!("no {target}")));
    assert_eq!(results.errors, errors);
}

#[tokio::test]
async fn results_come_as_calls_end_and_a_cancelled_wait_loses_none() {
    let first = Notify::new();
    let call = |target: &'static str| {
        let first = &first;
        async move {
            if target == "slow" {
                first.notified().await;
            }
            Ok::<_, ()>(())
        }
    };
    let mut results = fan_out(["slow", "fast"], 2, call);
    assert_eq!(results.next().await, Some(("fast", Ok(()))));
    {
        let mut wait = pin!(results.next());
        let pending = wait.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(pending.is_pending());
    }
    first.notify_one();
    assert_eq!(results.next().await, Some(("slow", Ok(()))));
    assert_eq!(results.next().await, None);
    assert_eq!(results.next().await, None);
}

#[tokio::test]
async fn nothing_runs_before_it_is_asked_for_and_no_call_after_the_stream_is_dropped() {
    let begun = Mutex::new(Vec::new());
    let call = |target: u32| {
        begun.lock().expect("the list").push(target);
        async move { Ok::<_, ()>(target) }
    };
    let mut results = fan_out(0..100, 2, call);
    assert!(begun.lock().expect("the list").is_empty());
    assert_eq!(results.next().await, Some((0, Ok(0))));
    drop(results);
    assert_eq!(*begun.lock().expect("the list"), [0, 1]);
}

#[tokio::test]
async fn targets_may_be_endless() {
    let mut taken = 0;
    let mut results = fan_out(0_u64.., 3, |target| async move { Ok::<_, ()>(target) });
    while let Some((_, Ok(target))) = results.next().await {
        taken += 1;
        if target == 50 {
            break;
        }
    }
    assert_eq!(
        taken, 51,
        "the oldest of the calls that have ended comes first"
    );
}
