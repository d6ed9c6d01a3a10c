//! Lists over pages.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::plumbing::{Call, Cursor, Items, Pages};
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::{Error, ErrorKind};
use fixture::{BOTH_WAYS, Kit, List, ListInput, error};

/// A page with these things and this next token.
fn page(names: &[&str], next: &str) -> MockResponse {
    let things: Vec<_> = names
        .iter()
        .map(|name| format!(r#"{{"Name":"{name}"}}"#))
        .collect();
    let body = format!(r#"{{"Things":[{}],"NextToken":{next}}}"#, things.join(","));
    MockResponse::json(200, body)
}

fn tokens(kit: &Kit) -> Vec<Option<String>> {
    let token = |url: String| {
        let (_, rest) = url.split_once("NextToken=")?;
        rest.split('&').next().map(str::to_owned)
    };
    kit.http
        .requests()
        .into_iter()
        .map(|request| token(request.url))
        .collect()
}

#[tokio::test]
async fn items_come_over_all_pages_until_an_empty_token() {
    for end in [r#""""#, "null"] {
        let kit = Kit::new([
            page(&["a", "b"], r#""t1""#),
            page(&[], r#""t2""#),
            page(&["c"], end),
        ]);
        let mut items = Items::new(List::new(&kit.client()));
        assert!(
            kit.http.requests().is_empty(),
            "nothing is sent before it is asked for"
        );
        let mut names = Vec::new();
        while let Some(thing) = items.next().await {
            names.extend(thing.expect("a thing").name);
        }
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(tokens(&kit), [None, Some("t1".into()), Some("t2".into())]);
        assert!(items.next().await.is_none());
        assert_eq!(kit.http.requests().len(), 3);
    }
}

#[tokio::test]
async fn items_are_collected_up_to_a_limit() {
    let kit = Kit::new([
        page(&["a", "b", "c"], r#""t1""#),
        error(403, "NoPermission"),
    ]);
    let mut items = Items::new(List::new(&kit.client()));
    let mut names = async |limit| {
        let things = items.collect_up_to(limit).await?;
        Ok::<_, Error>(
            things
                .into_iter()
                .filter_map(|t| t.name)
                .collect::<Vec<_>>(),
        )
    };
    assert!(names(0).await.expect("nothing").is_empty());
    assert!(kit.http.requests().is_empty(), "nothing is asked for");
    assert_eq!(names(2).await.expect("items"), ["a", "b"]);
    assert_eq!(kit.http.requests().len(), 1);
    let failure = names(2).await.expect_err("the second page fails");
    assert_eq!(failure.code(), Some("NoPermission"));
    assert_eq!(names(5).await.expect("what is left"), ["c"]);
    assert!(names(5).await.expect("the end").is_empty());
}

#[tokio::test]
async fn pages_know_where_to_go_on() {
    let kit = Kit::new([
        page(&["a"], r#""t1""#),
        error(404, "EntityNotExists.X"),
        page(&["b"], "null"),
    ]);
    let mut pages = Pages::new(List::new(&kit.client()));
    assert_eq!(pages.cursor(), None);
    pages.next().await.expect("a page").expect("a page");
    let cursor = pages.cursor().expect("a cursor").as_str().to_owned();
    assert_eq!(cursor, "t1");
    let error = pages.next().await.expect("an error").expect_err("an error");
    assert_eq!(error.operation(), Some("oos:ListThings"));
    assert_eq!(pages.cursor().map(Cursor::as_str), Some("t1"));
    assert!(pages.next().await.is_none(), "an error ends the list");

    let mut pages = Pages::new(List::new(&kit.client()))
        .resume(cursor)
        .expect("pages");
    let page = pages.next().await.expect("a page").expect("a page");
    assert_eq!(page.things[0].name.as_deref(), Some("b"));
    assert_eq!(pages.cursor(), None);
    assert_eq!(tokens(&kit)[2].as_deref(), Some("t1"));
}

#[tokio::test]
async fn items_know_where_to_go_on_after_an_error() {
    let kit = Kit::new([
        page(&["a", "b"], r#""t1""#),
        error(404, "EntityNotExists.X"),
        page(&["c"], "null"),
    ]);
    let mut items = Items::new(List::new(&kit.client()));
    assert_eq!(items.cursor(), None);
    for _ in 0..2 {
        items.next().await.expect("a thing").expect("a thing");
    }
    items.next().await.expect("an error").expect_err("an error");
    let cursor = items.cursor().expect("a cursor").clone();
    assert_eq!(cursor.as_str(), "t1");

    let mut items = Items::new(List::new(&kit.client()))
        .resume(cursor)
        .expect("items");
    let thing = items.next().await.expect("a thing").expect("a thing");
    assert_eq!(thing.name.as_deref(), Some("c"));
    assert_eq!(items.cursor(), None);
}

#[tokio::test]
async fn a_token_that_repeats_is_an_error_that_names_it() {
    // Sequences of tokens, and the pages that can be read before the error.
    let table: [(&[&str], usize); 3] = [
        (&["x", "x", "x"], 2),
        (&["x", "y", "x", "y", "x", "y"], 4),
        (&["a", "x", "y", "z", "x", "y", "z", "x", "y", "z", "x"], 7),
    ];
    for (sequence, readable) in table {
        let script = sequence
            .iter()
            .map(|token| page(&["a"], &format!("{token:?}")));
        let kit = Kit::new(script);
        let mut pages = Pages::new(List::new(&kit.client()));
        let mut read = 0;
        let error = loop {
            match pages.next().await.expect("no end") {
                Ok(_) => read += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(read, readable, "{sequence:?}");
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(
            error
                .to_string()
                .starts_with("oos:ListThings: the service returned page token \""),
            "{error}"
        );
        assert!(pages.next().await.is_none());
    }
}

#[tokio::test]
async fn cancelling_next_loses_nothing() {
    let kit = Kit::new([]);
    kit.http.push(MockResponse::silence());
    let mut pages = Pages::new(List::new(&kit.client()));
    for _ in 0..2 {
        let sent = async {
            while kit.http.requests().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            _ = pages.next() => panic!("there is no response"),
            () = sent => {}
        }
    }
    assert_eq!(
        kit.http.requests().len(),
        1,
        "the request under way is kept"
    );
}

#[test]
fn a_token_is_no_page_number() {
    assert_eq!(Cursor::from("7").into_page::<i32>().expect("a number"), 7);
    let error = Cursor::from("abc")
        .into_page::<i32>()
        .expect_err("an error");
    assert!(error.to_string().contains("\"abc\""), "{error}");
}

/// A request of an operation that pages by token or by number.
fn both_ways(kit: &Kit, max_results: Option<i32>, size: Option<i64>) -> List {
    let input = ListInput {
        max_results,
        size,
        ..ListInput::default()
    };
    List {
        call: Call::new(&kit.client(), &BOTH_WAYS, input),
    }
}

/// The queries that were sent, without the region.
fn queries(kit: &Kit) -> Vec<String> {
    let query = |url: String| url.split_once('?').map_or(String::new(), |(_, q)| q.into());
    let requests = kit.http.requests().into_iter();
    requests
        .map(|request| query(request.url).replace("&RegionId=cn-hangzhou", ""))
        .collect()
}

#[tokio::test]
async fn every_page_is_requested_by_token() {
    for (set, sent) in [(None, "MaxResults=50"), (Some(20), "MaxResults=20")] {
        let kit = Kit::new([page(&["a"], r#""t1""#), page(&["b"], "null")]);
        let mut items = Items::new(both_ways(&kit, set, None));
        let items = items.collect_up_to(9).await.expect("items");
        assert_eq!(items.len(), 2);
        let second = format!("{sent}&NextToken=t1");
        assert_eq!(queries(&kit), [sent, second.as_str()]);
    }
    let kit = Kit::new([page(&["b"], "null")]);
    let pages = Pages::new(both_ways(&kit, None, None)).resume("t1");
    pages
        .expect("pages")
        .next()
        .await
        .expect("a page")
        .expect("a page");
    assert_eq!(
        queries(&kit),
        ["MaxResults=50&NextToken=t1"],
        "as without a break"
    );
}

#[tokio::test]
async fn a_request_for_one_page_has_only_what_is_set() {
    let kit = Kit::new([page(&["a"], "null"), page(&["a"], "null")]);
    for size in [None, Some(20)] {
        let page = both_ways(&kit, None, size).call;
        page.send::<fixture::ListOutput>().await.expect("a page");
    }
    assert_eq!(
        queries(&kit),
        ["RegionId=cn-hangzhou", "RegionId=cn-hangzhou&Size=20"]
    );
}

#[tokio::test]
async fn a_paginator_by_token_refuses_page_numbers() {
    let kit = Kit::new([]);
    let mut pages = Pages::new(both_ways(&kit, None, Some(20)));
    let error = pages.next().await.expect("an error").expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "oos:ListThings: cannot use Size here: paginators read this list by page token; do not set \
         page numbers and their page size, or send a request for each page"
    );
    assert!(pages.next().await.is_none(), "the error ends the list");
    assert!(kit.http.requests().is_empty(), "nothing is sent");
}
