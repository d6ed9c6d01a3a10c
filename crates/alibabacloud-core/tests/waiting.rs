//! Waiting for states.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::http::TransportErrorKind;
use alibabacloud_core::plumbing::Call;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::time::Time;
use alibabacloud_core::waiter::{Definition, Ids, Outcome, Waiter, WaiterStatus};
use alibabacloud_core::{CallOptions, ErrorKind};
use fixture::{BOTH_WAYS, Kit, List, ListInput, ListOutput, error};
use std::sync::{Arc, Mutex};
use std::time::Duration;

static FINISHED: Definition = Definition {
    name: "ThingFinished",
    state: "Things[].Name",
    identity: &[],
    message: Some("Things[].Note"),
    success: &["Done"],
    failure: &["Broken"],
    attention: &["Waiting"],
    success_errors: &["EntityNotExists.Thing"],
    success_if_absent: false,
};

/// Waits for the thing of a size.
static SIZED: Definition = Definition {
    identity: &[("Size", "Size")],
    success_errors: &[],
    ..FINISHED
};

/// Waits for the things of several names, whose state is the note.
static NAMED: Definition = Definition {
    state: "Things[].Note",
    message: None,
    identity: &[("Names", "Name")],
    success_errors: &[],
    ..FINISHED
};

/// Waits until such things are gone.
static GONE: Definition = Definition {
    name: "ThingGone",
    success: &[],
    success_if_absent: true,
    ..NAMED
};

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A response with things in these states.
fn things(states: &[&str]) -> MockResponse {
    page(states, "")
}

/// A page of such a response, with the token of the next.
fn page(states: &[&str], next: &str) -> MockResponse {
    let things: Vec<_> = states
        .iter()
        .map(|state| format!(r#"{{"Name":"{state}"}}"#))
        .collect();
    let things = things.join(",");
    MockResponse::json(
        200,
        format!(r#"{{"Things":[{things}],"NextToken":"{next}"}}"#),
    )
}

fn waiter(kit: &Kit) -> Waiter<ListOutput> {
    Waiter::new(List::new(&kit.client()).call, &FINISHED)
}

fn first_name(output: &ListOutput) -> Option<&str> {
    output.things.first()?.name.as_deref()
}

#[tokio::test]
async fn it_asks_until_a_state_ends_it() {
    for (end, good) in [("Done", true), ("Broken", false)] {
        let kit = Kit::new([things(&[]), things(&["Running"]), things(&[end])]);
        let outcome = waiter(&kit).wait().await.expect("an outcome");
        assert_eq!(outcome.is_success(), good);
        assert_eq!(outcome.state(), Some(end));
        assert_eq!(outcome.output().and_then(first_name), Some(end));
        assert_eq!(kit.http.requests().len(), 3);
        match outcome.success() {
            Ok(output) => assert!(good && output.is_some()),
            Err(error) => {
                assert!(!good);
                assert_eq!(error.kind(), ErrorKind::Unsuccessful);
                assert_eq!(error.to_string(), "ThingFinished: ended in state Broken");
            }
        }
    }
}

#[tokio::test]
async fn the_end_says_why() {
    let noted = |state, note| {
        let body = format!(
            r#"{{"Things":[{{"Name":"{state}","Note":"{note}"}},{{"Name":"Done","Note":""}}]}}"#
        );
        MockResponse::json(200, body)
    };
    let kit = Kit::new([
        noted("Waiting", "Approve it."),
        noted("Broken", "No space."),
    ]);
    let mut states = waiter(&kit).states();
    for (error, message) in [
        (
            "ThingFinished: remains in state Waiting, Done until someone acts: Approve it.",
            "Approve it.",
        ),
        (
            "ThingFinished: ended in state Broken, Done: No space.",
            "No space.",
        ),
    ] {
        let progress = states.next().await.expect("more").expect("a response");
        let outcome = progress.into_outcome().expect("an outcome");
        assert_eq!(outcome.message(), Some(message));
        let outcome = outcome.map(|output| output.things.len());
        assert_eq!(
            outcome.success().expect_err("no success").to_string(),
            error
        );
    }
}

#[tokio::test]
async fn all_of_several_must_end_and_one_that_failed_decides() {
    let kit = Kit::new([
        things(&["Done", "Running"]),
        things(&["Broken", "Waiting"]),
        things(&["Broken", "Done"]),
    ]);
    let outcome = waiter(&kit).wait().await.expect("an outcome");
    assert_eq!(outcome.state(), Some("Broken, Done"));
    assert!(matches!(outcome, Outcome::Failure { .. }));
}

fn paged(kit: &Kit) -> Waiter<ListOutput> {
    Waiter::paged(List::new(&kit.client()), &FINISHED)
}

#[tokio::test]
async fn every_page_of_a_list_counts() {
    let kit = Kit::new([
        // Still running, on the second page.
        page(&["Done", "Done"], "2"),
        page(&["Running"], "3"),
        page(&["Done"], ""),
        // All at their end; the second page has the one that failed.
        page(&["Done"], "2"),
        page(&["Done", "Broken"], "3"),
        page(&[], ""),
    ]);
    let mut states = paged(&kit).states();
    let progress = states.next().await.expect("more").expect("a response");
    assert_eq!(progress.status(), WaiterStatus::Pending);
    assert_eq!(progress.state(), Some("Running"));
    let progress = states.next().await.expect("more").expect("a response");
    assert_eq!(progress.state(), Some("Done, Broken"));
    assert_eq!(progress.polls(), 2);
    let outcome = progress.into_outcome().expect("an outcome");
    assert!(matches!(outcome, Outcome::Failure { .. }));
    assert!(states.next().await.is_none());
    let tokens: Vec<_> = kit
        .http
        .calls("ListThings")
        .iter()
        .map(|call| call.parameter("NextToken").map(str::to_owned))
        .collect();
    let round = [None, Some("2".to_owned()), Some("3".to_owned())];
    assert_eq!(tokens, [round.clone(), round].concat());
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_end_the_wait() {
    let kit = Kit::new([page(&["Done"], "2"), page(&["Done"], "2")]);
    let error = paged(&kit).wait().await.expect_err("an endless list");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("\"2\" twice"), "{error}");
}

#[tokio::test]
async fn a_circle_of_several_pages_ends_the_wait_too() {
    let round = [page(&["Done"], "2"), page(&["Done"], "3")];
    let kit = Kit::new([round.clone(), round.clone(), round].concat());
    let error = paged(&kit).wait().await.expect_err("an endless list");
    assert!(error.to_string().contains("twice"), "{error}");
}

#[tokio::test]
async fn a_waiter_reads_the_pages_of_a_list_by_token() {
    let kit = Kit::new([page(&["Done"], "2"), things(&["Done"])]);
    let list = List {
        call: Call::new(&kit.client(), &BOTH_WAYS, ListInput::default()),
    };
    let outcome = Waiter::paged(list, &FINISHED).wait().await;
    assert!(outcome.expect("an outcome").is_success());
    let requests = kit.http.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests
            .iter()
            .all(|request| request.url.contains("MaxResults=50"))
    );
}

#[tokio::test]
async fn intervals_grow_with_jitter_or_are_fixed() {
    let script = || {
        (0..6)
            .map(|_| things(&["Running"]))
            .chain([things(&["Done"])])
    };
    let kit = Kit::new(script());
    assert!(waiter(&kit).wait().await.expect("an outcome").is_success());
    let waits = kit.time.waits();
    let longest = [1, 2, 4, 8, 15, 15].map(seconds);
    assert_eq!(waits.len(), longest.len());
    for (wait, longest) in waits.into_iter().zip(longest) {
        assert!(
            wait <= longest && wait >= longest.mul_f64(0.75),
            "{wait:?} of {longest:?}"
        );
    }

    let kit = Kit::new(script());
    let outcome = waiter(&kit).poll_interval(seconds(7)).wait().await;
    assert!(outcome.expect("an outcome").is_success());
    assert_eq!(kit.time.waits(), [seconds(7); 6]);
}

#[tokio::test]
async fn the_deadline_is_kept_and_its_error_tells_what_was_seen() {
    let kit = Kit::new((0..10).map(|_| things(&["Running"])));
    let error = waiter(&kit)
        .poll_interval(seconds(20))
        .deadline(seconds(50))
        .wait()
        .await
        .expect_err("too late");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "oos:ListThings: waiting for ThingFinished: the last state was Running after 50 s and 3 calls"
    );
    assert_eq!(kit.time.elapsed(), seconds(50));
}

#[tokio::test]
async fn the_error_of_a_wait_that_saw_only_errors_tells_the_last() {
    let kit = Kit::new((0..20).map(|_| error(503, "ServiceUnavailable")));
    let late = waiter(&kit)
        .with_options(CallOptions::new().retry(RetryConfig::off()))
        .poll_interval(seconds(20))
        .deadline(seconds(50))
        .wait()
        .await
        .expect_err("too late");
    assert_eq!(late.kind(), ErrorKind::Timeout);
    assert_eq!(
        late.to_string(),
        "oos:ListThings: waiting for ThingFinished: no state was seen after 50 s and 3 calls; the last error was \
         oos:ListThings 503 ServiceUnavailable: No. (request ID E)"
    );
}

#[tokio::test]
async fn a_service_that_was_never_reached_is_not_waited_for_for_long() {
    let unreachable = || (0..9).map(|_| MockResponse::fault(TransportErrorKind::Connect));
    let options = || CallOptions::new().retry(RetryConfig::off());
    let kit = Kit::new(unreachable());
    let error = waiter(&kit)
        .with_options(options())
        .poll_interval(seconds(40))
        .wait()
        .await
        .expect_err("no connection");
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(kit.time.elapsed(), seconds(80));

    // The service has responded once, so it is reachable.
    let script = [things(&["Running"])].into_iter().chain(unreachable());
    let kit = Kit::new(script.chain([things(&["Done"])]));
    let outcome = waiter(&kit)
        .with_options(options())
        .poll_interval(seconds(40))
        .wait()
        .await;
    assert!(outcome.expect("an outcome").is_success());
}

#[tokio::test]
async fn a_slow_call_does_not_outlast_the_deadline() {
    let kit = Kit::new([]);
    kit.http
        .push(things(&["Done"]).after(&kit.time, seconds(9)));
    let error = waiter(&kit)
        .deadline(seconds(2))
        .wait()
        .await
        .expect_err("too late");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(kit.time.elapsed(), seconds(2));
}

#[tokio::test]
async fn attention_is_reported_and_ends_the_wait_on_request_only() {
    let script = || [things(&["Waiting"]), things(&["Done"])];
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kit = Kit::new(script());
    let log = seen.clone();
    let outcome = waiter(&kit)
        .on_progress(move |progress| {
            let entry = (
                progress.polls(),
                progress.status(),
                progress.needs_attention(),
            );
            log.lock().expect("no panic").push(entry);
        })
        .wait()
        .await
        .expect("an outcome");
    assert!(outcome.is_success());
    assert_eq!(
        *seen.lock().expect("no panic"),
        [
            (1, WaiterStatus::Attention, true),
            (2, WaiterStatus::Success, false)
        ]
    );

    let kit = Kit::new(script());
    let outcome = waiter(&kit).stop_for_attention().wait().await;
    let outcome = outcome.expect("an outcome");
    assert!(matches!(outcome, Outcome::Attention { .. }));
    assert_eq!(kit.http.requests().len(), 1);
    let error = outcome.success().expect_err("no one acted");
    assert_eq!(
        error.to_string(),
        "ThingFinished: remains in state Waiting until someone acts"
    );
}

#[tokio::test]
async fn what_may_pass_is_waited_out_and_what_cannot_ends_it() {
    let busy = || (0..3).map(|_| error(503, "ServiceUnavailable"));
    let kit = Kit::new(busy().chain([things(&["Done"])]));
    assert!(waiter(&kit).wait().await.expect("an outcome").is_success());

    let kit = Kit::new([things(&["Running"]), error(403, "NoPermission")]);
    let failed = waiter(&kit).wait().await.expect_err("no permission");
    assert_eq!(failed.code(), Some("NoPermission"));
}

#[tokio::test]
async fn an_error_can_be_what_was_waited_for() {
    let kit = Kit::new([things(&["Running"]), error(404, "EntityNotExists.Thing")]);
    let outcome = waiter(&kit).wait().await.expect("an outcome");
    assert!(outcome.is_success() && outcome.output().is_none());
    let Outcome::Gone(error) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(error.code(), Some("EntityNotExists.Thing"));
}

#[tokio::test]
async fn an_unknown_resource_ends_the_wait_after_the_grace_period() {
    let kit = Kit::new((0..10).map(|_| things(&[])));
    let error = waiter(&kit)
        .poll_interval(seconds(40))
        .wait()
        .await
        .expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::Unsuccessful);
    assert_eq!(
        error.to_string(),
        "oos:ListThings: waiting for ThingFinished: not known to the service after 80 s; check the ID and the region"
    );
}

#[tokio::test]
async fn the_stream_has_every_response_and_an_end() {
    let kit = Kit::new([things(&["Running"]), things(&["Done"])]);
    let mut states = waiter(&kit).states();
    let mut seen = Vec::new();
    while let Some(progress) = states.next().await {
        seen.extend(progress.expect("a response").state().map(str::to_owned));
    }
    assert_eq!(seen, ["Running", "Done"]);
    assert!(states.next().await.is_none());
}

/// A response with things of these sizes and states, and the token of the next page.
fn sized(things: &[(i64, &str)], next: &str) -> MockResponse {
    let things: Vec<_> = things
        .iter()
        .map(|(size, state)| format!(r#"{{"Size":{size},"Name":"{state}","Note":"{size}"}}"#))
        .collect();
    let things = things.join(",");
    let body = format!(r#"{{"Things":[{things}],"NextToken":"{next}"}}"#);
    MockResponse::json(200, body)
}

/// A wait for the thing of size 7.
fn of_size(kit: &Kit) -> List {
    let mut request = List::new(&kit.client());
    request.call.input.size = Some(7);
    request
}

#[tokio::test]
async fn another_resource_in_the_list_decides_nothing() {
    let kit = Kit::new([
        // The service ignores the parameter.
        sized(&[(1, "Broken"), (2, "Done")], ""),
        sized(&[(1, "Broken"), (7, "Running")], ""),
        sized(&[(1, "Broken"), (7, "Waiting")], ""),
        sized(&[(7, "Done"), (1, "Broken")], ""),
    ]);
    let mut states = Waiter::<ListOutput>::new(of_size(&kit).call, &SIZED).states();
    let mut seen = Vec::new();
    let mut messages = Vec::new();
    while let Some(progress) = states.next().await {
        let progress = progress.expect("a response");
        seen.push((progress.state().map(str::to_owned), progress.status()));
        messages.push(
            progress
                .into_outcome()
                .and_then(|o| o.message().map(str::to_owned)),
        );
    }
    let state = |state: &str, status| (Some(state.to_owned()), status);
    assert_eq!(
        seen,
        [
            (None, WaiterStatus::Pending),
            state("Running", WaiterStatus::Pending),
            state("Waiting", WaiterStatus::Attention),
            state("Done", WaiterStatus::Success),
        ]
    );
    assert_eq!(messages[2].as_deref(), Some("7"));
}

#[tokio::test]
async fn the_resource_is_found_on_a_later_page() {
    let kit = Kit::new([
        sized(&[(1, "Broken"), (2, "Running")], "2"),
        sized(&[(3, "Broken"), (7, "Done")], "3"),
        sized(&[(4, "Running")], ""),
    ]);
    let outcome = Waiter::paged(of_size(&kit), &SIZED).wait().await;
    let outcome = outcome.expect("an outcome");
    assert!(outcome.is_success(), "{outcome:?}");
    let output = outcome.output().expect("a page");
    assert_eq!(output.things[1].size, Some(7));
    assert_eq!(kit.http.requests().len(), 3);
}

#[tokio::test]
async fn a_list_that_never_has_the_resource_ends_the_wait_after_the_grace_period() {
    let kit = Kit::new((0..10).map(|_| sized(&[(1, "Done")], "")));
    let waiter = Waiter::<ListOutput>::new(of_size(&kit).call, &SIZED);
    let error = waiter.poll_interval(seconds(40)).wait().await;
    let error = error.expect_err("there is none").to_string();
    assert!(
        error.contains("not known to the service after 80 s"),
        "{error}"
    );
}

#[tokio::test]
async fn an_element_that_does_not_say_which_it_is_counts() {
    let kit = Kit::new([things(&["Done"])]);
    let outcome = Waiter::<ListOutput>::new(of_size(&kit).call, &SIZED).wait();
    assert!(outcome.await.expect("an outcome").is_success());
}

#[tokio::test]
async fn a_resource_may_be_unknown_for_some_seconds() {
    let unknown = || error(404, "EntityNotExists.Other");
    let kit = Kit::new([
        unknown(),
        unknown(),
        things(&["Running"]),
        things(&["Done"]),
    ]);
    let outcome = waiter(&kit).wait().await.expect("an outcome");
    assert!(outcome.is_success());
    assert_eq!(kit.http.requests().len(), 4);

    // Not for long: the ID can be wrong.
    let kit = Kit::new((0..30).map(|_| unknown()));
    let failed = waiter(&kit).poll_interval(seconds(4)).wait().await;
    let failed = failed.expect_err("it does not exist");
    assert_eq!(failed.code(), Some("EntityNotExists.Other"));
    assert_eq!(kit.time.elapsed(), seconds(12));

    // Not longer than the grace period.
    let kit = Kit::new((0..30).map(|_| unknown()));
    let failed = waiter(&kit).grace_period(seconds(0)).wait().await;
    assert!(failed.expect_err("it does not exist").is_not_found());
    assert_eq!(kit.http.requests().len(), 1);

    // Not after it was known.
    let kit = Kit::new([things(&["Running"]), unknown(), things(&["Done"])]);
    let failed = waiter(&kit).wait().await.expect_err("it is gone");
    assert!(failed.is_not_found());
}

/// A response with things of these names and states, and the token of the next page.
fn named(things: &[(&str, &str)], next: &str) -> MockResponse {
    let things: Vec<_> = things
        .iter()
        .map(|(name, state)| format!(r#"{{"Name":"{name}","Note":"{state}"}}"#))
        .collect();
    let things = things.join(",");
    let body = format!(r#"{{"Things":[{things}],"NextToken":"{next}"}}"#);
    MockResponse::json(200, body)
}

/// A request for the things of these names.
fn of_names(kit: &Kit, names: impl Into<Ids>) -> List {
    let mut request = List::new(&kit.client());
    request.call.input.names = Some(names.into().into_iter().collect());
    request
}

#[tokio::test]
async fn all_of_several_resources_must_be_there_and_at_their_end() {
    let kit = Kit::new([
        // One is not listed yet.
        named(&[("a", "Done"), ("x", "Broken")], ""),
        // One is still running, the other is on the next page.
        named(&[("a", "Running")], "2"),
        named(&[("b", "Done")], ""),
        // Both are done, each on its page.
        named(&[("a", "Done")], "2"),
        named(&[("b", "Done"), ("x", "Broken")], ""),
    ]);
    let mut states = Waiter::paged(of_names(&kit, ["a", "b"]), &NAMED).states();
    let mut seen = Vec::new();
    while let Some(progress) = states.next().await {
        let progress = progress.expect("a response");
        seen.push((progress.state().map(str::to_owned), progress.status()));
    }
    let state = |state: &str, status| (Some(state.to_owned()), status);
    assert_eq!(
        seen,
        [
            state("Done", WaiterStatus::Pending),
            state("Running", WaiterStatus::Pending),
            state("Done", WaiterStatus::Success),
        ]
    );
    let request = &kit.http.calls("ListThings")[0];
    assert_eq!(request.parameter("Names"), Some(r#"["a","b"]"#));
}

#[tokio::test]
async fn one_of_several_resources_that_failed_decides_when_all_are_at_their_end() {
    let kit = Kit::new([
        named(&[("a", "Broken")], ""),
        named(&[("a", "Broken"), ("b", "Running")], ""),
        named(&[("a", "Broken"), ("b", "Done")], ""),
    ]);
    let outcome = Waiter::<ListOutput>::new(of_names(&kit, ["a", "b"]).call, &NAMED)
        .wait()
        .await
        .expect("an outcome");
    assert!(matches!(outcome, Outcome::Failure { .. }), "{outcome:?}");
    assert_eq!(kit.http.requests().len(), 3);
}

#[tokio::test]
async fn one_resource_of_a_list_is_waited_for_as_any() {
    let kit = Kit::new([named(&[], ""), named(&[("x", "Broken"), ("a", "Done")], "")]);
    let outcome = Waiter::<ListOutput>::new(of_names(&kit, "a").call, &NAMED)
        .wait()
        .await
        .expect("an outcome");
    assert_eq!(outcome.state(), Some("Done"));
}

#[tokio::test]
async fn the_error_of_several_resources_names_those_that_are_unknown() {
    let kit = Kit::new((0..10).map(|_| named(&[("a", "Done")], "")));
    let wait = Waiter::<ListOutput>::new(of_names(&kit, ["a", "b", "c"]).call, &NAMED);
    let error = wait.poll_interval(seconds(40)).wait().await;
    let error = error.expect_err("two are unknown");
    assert_eq!(error.kind(), ErrorKind::Unsuccessful);
    assert_eq!(
        error.to_string(),
        "oos:ListThings: waiting for ThingFinished of Names [a, b, c]: b, c not known to the \
         service after 80 s; check the ID and the region"
    );

    let kit = Kit::new((0..10).map(|_| named(&[("a", "Done")], "")));
    let wait = Waiter::<ListOutput>::new(of_names(&kit, ["a", "b"]).call, &NAMED);
    let error = wait.deadline(seconds(20)).wait().await;
    let error = error.expect_err("too late").to_string();
    assert!(
        error.contains("the last state was Done, without b after 20 s"),
        "{error}"
    );
}

#[tokio::test]
async fn a_resource_that_vanishes_ends_the_wait_after_the_grace_period() {
    let there = || named(&[("a", "Running")], "");
    let gone = || named(&[], "");
    let script = [there(), gone(), there()].into_iter();
    let kit = Kit::new(script.chain((0..10).map(|_| gone())));
    let wait = Waiter::<ListOutput>::new(of_names(&kit, "a").call, &NAMED);
    let error = wait.poll_interval(seconds(20)).wait().await;
    let error = error.expect_err("it is gone");
    assert_eq!(error.kind(), ErrorKind::Unsuccessful);
    assert_eq!(
        error.to_string(),
        "oos:ListThings: waiting for ThingFinished of Names a: no longer known to the service for \
         60 s; it may have been deleted"
    );
    assert_eq!(kit.time.elapsed(), seconds(100));
}

#[tokio::test]
async fn an_empty_list_can_be_what_was_waited_for() {
    let kit = Kit::new([
        named(&[("x", "Done")], "2"),
        named(&[("b", "Running")], ""),
        named(&[("x", "Done")], ""),
    ]);
    let outcome = Waiter::paged(of_names(&kit, ["a", "b"]), &GONE)
        .wait()
        .await;
    let outcome = outcome.expect("an outcome");
    assert!(outcome.is_success());
    assert_eq!(outcome.state(), None);
    assert_eq!(kit.http.requests().len(), 3);

    // A resource that fails to be deleted stays in the list.
    let kit = Kit::new([named(&[("a", "Broken")], "")]);
    let outcome = Waiter::paged(of_names(&kit, "a"), &GONE).wait().await;
    assert!(!outcome.expect("an outcome").is_success());
}

#[tokio::test]
async fn a_wait_for_no_resource_is_an_error_before_anything_is_sent() {
    for definition in [&NAMED, &GONE] {
        let kit = Kit::new([]);
        let none: [&str; 0] = [];
        let wait = Waiter::paged(of_names(&kit, none), definition).wait();
        let error = wait.await.expect_err("nothing to wait for");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error
                .to_string()
                .contains("Names is empty; pass at least one ID"),
            "{error}"
        );
        assert!(kit.http.requests().is_empty());
    }
}

#[tokio::test]
async fn a_number_can_be_the_state() {
    static COUNTED: Definition = Definition {
        state: "Things[].Size",
        success: &["3"],
        failure: &["2"],
        ..FINISHED
    };
    let kit = Kit::new([sized(&[(1, "")], ""), sized(&[(3, "")], "")]);
    let outcome = Waiter::<ListOutput>::new(List::new(&kit.client()).call, &COUNTED);
    let outcome = outcome.wait().await.expect("an outcome");
    assert!(outcome.is_success());
    assert_eq!(outcome.state(), Some("3"));
}
