//! Lists are complete, or say what is missing: services that cap, empty, repeat or skip pages, and
//! totals and page numbers that do not fit.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::ErrorKind;
use alibabacloud_core::http::{HttpClient, HttpRequest, HttpResponse, TransportError};
use alibabacloud_core::plumbing::{Cursor, Items, Pages, Paginated};
use alibabacloud_core::test_util::{MockClient, MockResponse};
use alibabacloud_core::time::BoxFuture;
use fixture::{Count, Kit, List, Thing, error};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// The body of a page with these items and further fields.
fn body(names: &[impl AsRef<str>], fields: &str) -> String {
    let things: Vec<_> = names
        .iter()
        .map(|name| format!(r#"{{"Name":"{}"}}"#, name.as_ref()))
        .collect();
    format!(r#"{{"Things":[{}]{fields}}}"#, things.join(","))
}

/// A page with one item for each character, and this total.
fn page(names: &str, total: impl Into<Option<i64>>) -> MockResponse {
    let total = total
        .into()
        .map_or(String::new(), |total| format!(r#","TotalCount":{total}"#));
    with(names, &total)
}

/// A page with one item for each character, and these fields.
fn with(names: &str, fields: &str) -> MockResponse {
    let names: Vec<_> = names.chars().map(String::from).collect();
    MockResponse::json(200, body(&names, fields))
}

/// How a list ended.
#[derive(Debug, PartialEq)]
struct Ending {
    /// The names of the items.
    names: String,
    shortfall: Option<u64>,
    error: Option<String>,
    requests: usize,
}

fn ending(names: &str, shortfall: Option<u64>, error: Option<&str>, requests: usize) -> Ending {
    Ending {
        names: names.to_owned(),
        shortfall,
        error: error.map(str::to_owned),
        requests,
    }
}

async fn read<P: Paginated<Item = Thing>>(mut items: Items<P>, http: &MockClient) -> Ending {
    let mut names = String::new();
    let error = loop {
        match items.next().await {
            Some(Ok(thing)) => names.extend(thing.name),
            Some(Err(error)) => break Some(error.to_string()),
            None => break None,
        }
    };
    assert!(items.next().await.is_none(), "nothing follows the end");
    Ending {
        names,
        shortfall: items.shortfall(),
        error,
        requests: http.requests().len(),
    }
}

/// Reads a list with page numbers, which requests pages of 50.
async fn counted(script: &[MockResponse]) -> Ending {
    let kit = Kit::new(script.to_vec());
    read(Items::new(Count::new(&kit.client(), 50)), &kit.http).await
}

async fn counted_strictly(script: &[MockResponse]) -> Ending {
    let kit = Kit::new(script.to_vec());
    let items = Items::new(Count::new(&kit.client(), 50)).strict();
    read(items, &kit.http).await
}

#[tokio::test]
async fn pages_smaller_than_requested_do_not_end_a_list() {
    let capped = [page("ab", 6), page("cd", 6), page("ef", 6)];
    assert_eq!(counted(&capped).await, ending("abcdef", None, None, 3));
    let uneven = [page("abc", 6), page("d", 6), page("ef", 6)];
    assert_eq!(counted(&uneven).await, ending("abcdef", None, None, 3));
}

#[tokio::test]
async fn without_a_total_only_an_empty_page_ends_a_list() {
    let pages = [page("ab", None), page("c", None), page("", None)];
    assert_eq!(counted(&pages).await, ending("abc", None, None, 3));
    assert_eq!(counted(&[page("", None)]).await, ending("", None, None, 1));
}

#[tokio::test]
async fn an_empty_page_does_not_end_a_list_before_its_total() {
    let hole = [page("ab", 6), page("", 6), page("cd", 6), page("ef", 6)];
    assert_eq!(counted(&hole).await, ending("abcdef", None, None, 4));
    let first = [page("", 4), page("", 4), page("abcd", 4)];
    assert_eq!(counted(&first).await, ending("abcd", None, None, 3));
    // The empty pages have no total of their own.
    let absent = [page("ab", 4), page("", None), page("cd", None)];
    assert_eq!(counted(&absent).await, ending("abcd", None, None, 3));
}

#[tokio::test]
async fn three_empty_pages_end_a_list_that_falls_short() {
    let script = || {
        let end = [page("", 9), page("", 9), page("", 9)];
        [[page("abc", 9), page("", 9), page("de", 9)], end].concat()
    };
    let short = ending("abcde", Some(4), None, 6);
    assert_eq!(counted(&script()).await, short);
    let error = "oos:CountThings: the list ended, but 4 of 9 items are missing; the caller may not \
                 be allowed to read them";
    let strict = ending("abcde", Some(4), Some(error), 6);
    assert_eq!(counted_strictly(&script()).await, strict);
}

#[tokio::test]
async fn a_page_number_beyond_the_total_ends_a_list() {
    // Every page has an item at least, so two items are on two pages.
    let script = [page("a", 2), page("", 2)];
    assert_eq!(counted(&script).await, ending("a", Some(1), None, 2));
    assert_eq!(counted(&[page("", 1)]).await, ending("", Some(1), None, 1));
    assert_eq!(counted(&[page("", 0)]).await, ending("", None, None, 1));
}

#[tokio::test]
async fn totals_that_change_or_cannot_be_one() {
    let table: [(&str, &[MockResponse], Ending); 8] = [
        (
            "grows",
            &[page("ab", 3), page("cd", 5), page("e", 5)],
            ending("abcde", None, None, 3),
        ),
        (
            "shrinks, and nothing more comes",
            &[
                page("ab", 6),
                page("cd", 4),
                page("", 4),
                page("", 4),
                page("", 4),
            ],
            ending("abcd", None, None, 5),
        ),
        (
            "shrinks by mistake",
            &[page("ab", 6), page("cd", 2), page("ef", 6)],
            ending("abcdef", None, None, 3),
        ),
        (
            "is zero on an empty page",
            &[page("ab", 4), page("", 0), page("cd", 4)],
            ending("abcd", None, None, 3),
        ),
        (
            "is negative",
            &[page("ab", -1), page("c", -1), page("", -1)],
            ending("abc", None, None, 3),
        ),
        (
            "is below the items of a page",
            &[page("ab", 1), page("cd", 0), page("", 0)],
            ending("abcd", None, None, 3),
        ),
        (
            "is absent on some pages",
            &[page("ab", None), page("cd", 5), page("e", None)],
            ending("abcde", None, None, 3),
        ),
        (
            "is exceeded by the items",
            &[page("ab", 3), page("cd", 3)],
            ending("abcd", None, None, 2),
        ),
    ];
    for (name, script, expected) in table {
        assert_eq!(counted(script).await, expected, "the total {name}");
    }
}

#[tokio::test]
async fn a_page_that_comes_twice_is_an_error_and_its_items_are_not_returned() {
    let error = "oos:CountThings: the service returned a page with the items of an earlier page";
    let table: [(&[MockResponse], &str); 3] = [
        (&[page("ab", 6), page("ab", 6)], "ab"),
        (&[page("ab", 6), page("cd", 6), page("ab", 6)], "abcd"),
        (&[page("a", None), page("a", None)], "a"),
    ];
    for (script, names) in table {
        let expected = ending(names, None, Some(error), script.len());
        assert_eq!(counted(script).await, expected);
    }
}

#[tokio::test]
async fn items_that_nothing_identifies_may_be_equal() {
    let pages = [page("aa", 6), page("aa", 6), page("aa", 6)];
    assert_eq!(counted(&pages).await, ending("aaaaaa", None, None, 3));
    let blank = || MockResponse::json(200, r#"{"Things":[{},{}],"TotalCount":4}"#);
    assert_eq!(
        counted(&[blank(), blank()]).await,
        ending("", None, None, 2)
    );
}

#[tokio::test]
async fn a_service_that_never_gets_further_is_an_error() {
    let same = vec![page("aa", None); 40];
    let end = counted(&same).await;
    assert_eq!(end.names.len(), 32, "16 pages");
    assert!(end.error.is_some());
}

#[tokio::test]
async fn another_page_than_requested_is_an_error() {
    let numbered =
        |names, number: i64| with(names, &format!(r#","TotalCount":6,"PageNumber":{number}"#));
    let script = [numbered("ab", 1), numbered("ef", 3)];
    let error = "oos:CountThings: the service returned page 3 instead of page 2";
    let expected = ending("ab", None, Some(error), 2);
    assert_eq!(counted(&script).await, expected);
    // These are not page numbers, and an empty page repeats nothing.
    for number in [0, -1] {
        let script = [numbered("abc", number), numbered("def", number)];
        assert_eq!(counted(&script).await, ending("abcdef", None, None, 2));
    }
    let script = [numbered("abc", 1), numbered("", 1), numbered("def", 3)];
    assert_eq!(counted(&script).await, ending("abcdef", None, None, 3));
}

#[tokio::test]
async fn the_strict_option_finds_an_item_that_comes_twice() {
    let script = [page("abc", 6), page("cd", 6), page("ef", 6)];
    assert_eq!(counted(&script).await, ending("abccdef", None, None, 3));
    let error = "oos:CountThings: the service returned an item twice";
    let expected = ending("abc", None, Some(error), 2);
    assert_eq!(counted_strictly(&script).await, expected);
}

#[tokio::test]
async fn a_cursor_carries_the_count_to_another_process() {
    let kit = Kit::new([page("ab", 6), error(404, "EntityNotExists.X")]);
    let mut pages = Pages::new(Count::new(&kit.client(), 50));
    pages.next().await.expect("a page").expect("a page");
    let saved = pages.cursor().expect("a cursor").to_string();
    assert_eq!(saved, "2:2:6");
    pages.next().await.expect("an error").expect_err("an error");
    assert_eq!(pages.cursor().map(Cursor::as_str), Some("2:2:6"));

    // The rest of the list has no total, and a hole.
    let kit = Kit::new([page("cd", None), page("", None), page("ef", None)]);
    let items = Items::new(Count::new(&kit.client(), 50));
    let items = items.resume(saved.as_str()).expect("items");
    let end = read(items, &kit.http).await;
    assert_eq!(end, ending("cdef", None, None, 3));
    let calls = kit.http.calls("CountThings");
    assert_eq!(calls[0].parameter("PageNumber"), Some("2"));
    assert_eq!(calls[2].parameter("PageNumber"), Some("4"));

    let kit = Kit::new([page("cd", 6), page("", 6), page("", 6), page("", 6)]);
    let items = Items::new(Count::new(&kit.client(), 50)).strict();
    let items = items.resume(saved).expect("items");
    let end = read(items, &kit.http).await;
    assert_eq!((end.names.as_str(), end.shortfall), ("cd", Some(2)));
    assert!(end.error.is_some(), "a resumed list is still strict");
}

#[tokio::test]
async fn a_list_that_begins_at_a_number_ends_at_an_empty_page_or_beyond_the_total() {
    let table: [(&[MockResponse], usize); 3] = [
        (&[page("cd", 6), page("ef", 6), page("", 6)], 3),
        // Page 4 is beyond three items.
        (&[page("cd", 3), page("e", 3)], 2),
        (&[page("", 6)], 1),
    ];
    for (script, requests) in table {
        let kit = Kit::new(script.to_vec());
        let items = Items::new(Count::new(&kit.client(), 2)).resume("2");
        let end = read(items.expect("items"), &kit.http).await;
        assert_eq!((end.shortfall, end.error), (None, None));
        assert_eq!(end.requests, requests);

        let kit = Kit::new(script.to_vec());
        let mut request = Count::new(&kit.client(), 2);
        request.call.input.page_number = Some(2);
        let end = read(Items::new(request), &kit.http).await;
        assert_eq!((end.shortfall, end.requests), (None, requests));
    }
}

#[tokio::test]
async fn an_empty_cursor_is_an_error_and_so_is_a_number_that_is_none() {
    let kit = Kit::new([]);
    for cursor in ["", " "] {
        let numbered = Pages::new(Count::new(&kit.client(), 2)).resume(cursor);
        let tokens = Items::new(List::new(&kit.client())).resume(cursor);
        for error in [numbered.err(), tokens.err()] {
            let error = error.expect("an error");
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains("empty cursor"), "{error}");
        }
    }
    for cursor in [
        "0",
        "-1",
        "t1",
        "2:",
        "2:x",
        "2:1:x",
        "2:1:1:1",
        ":1",
        "3000000000",
    ] {
        let resumed = Pages::new(Count::new(&kit.client(), 2)).resume(cursor);
        let error = resumed.expect_err("not a page number").to_string();
        assert!(error.contains("requires a page number"), "{error}");
    }
    assert!(kit.http.requests().is_empty());
}

/// Reads a list with page tokens: items, token and total of each page.
async fn tokens(script: &[(&str, &str, i64)], strict: bool) -> Ending {
    let script = script.iter().map(|(names, next, total)| {
        with(
            names,
            &format!(r#","NextToken":"{next}","TotalCount":{total}"#),
        )
    });
    let kit = Kit::new(script);
    let items = Items::new(List::new(&kit.client()));
    let items = if strict { items.strict() } else { items };
    read(items, &kit.http).await
}

#[tokio::test]
async fn a_list_with_tokens_that_falls_short_says_so() {
    let complete = [("ab", "1", 3), ("", "2", 3), ("c", "", 3)];
    assert_eq!(tokens(&complete, true).await, ending("abc", None, None, 3));
    let short = [("ab", "1", 5), ("c", "", 5)];
    assert_eq!(tokens(&short, false).await, ending("abc", Some(2), None, 2));
    let end = tokens(&short, true).await;
    assert_eq!((end.names.as_str(), end.shortfall), ("abc", Some(2)));
    let error = end.error.expect("an error");
    assert!(error.contains("2 of 5 items are missing"), "{error}");

    // From a token on, the number of earlier items is unknown.
    let kit = Kit::new([with("c", r#","TotalCount":5"#)]);
    let items = Items::new(List::new(&kit.client())).strict().resume("1");
    let end = read(items.expect("items"), &kit.http).await;
    assert_eq!(end, ending("c", None, None, 1));
}

#[tokio::test]
async fn a_service_that_ignores_page_tokens_is_an_error() {
    // Each page has a new token.
    let script: Vec<_> = (0..40).map(|n| n.to_string()).collect();
    let pages = |names| -> Vec<(&str, &str, i64)> {
        script
            .iter()
            .map(|token| (names, token.as_str(), -1))
            .collect()
    };
    let end = tokens(&pages("ab"), false).await;
    assert_eq!((end.names.as_str(), end.requests), ("ab", 2));
    assert!(end.error.is_some());
    // A page of one item may be equal by chance.
    let end = tokens(&pages("a"), false).await;
    assert_eq!(end.requests, 17);
    assert!(end.error.is_some());
}

#[tokio::test]
async fn empty_pages_without_end_are_an_error() {
    let script = (0..2_000).map(|n| with("", &format!(r#","NextToken":"{n}""#)));
    let kit = Kit::new(script);
    let end = read(Items::new(List::new(&kit.client())), &kit.http).await;
    assert_eq!(end.requests, 1_000);
    assert!(end.error.expect("an error").contains("endless loop"));
}

/// A service whose pages are planned.
#[derive(Clone, Debug)]
struct Service {
    /// The items of each page, by number.
    pages: Vec<Vec<u8>>,
    /// The total on each page; the last applies to all further pages.
    totals: Vec<Option<i64>>,
    /// The page number in the response, as a difference.
    shifts: Vec<i64>,
    /// Whether the last page comes again after the end, as some services do.
    clamps: bool,
    /// Whether pages are requested by token.
    has_tokens: bool,
    requests: Arc<Mutex<usize>>,
}

impl Service {
    fn respond(&self, url: &str) -> String {
        *self.requests.lock().expect("no panic") += 1;
        let parameter = |name: &str| {
            let (_, rest) = url.split_once(name)?;
            rest.split('&').next()?.parse::<usize>().ok()
        };
        let name = ["PageNumber=", "NextToken="][usize::from(self.has_tokens)];
        let number = parameter(name).unwrap_or(1).max(1);
        let last = self.pages.len();
        let index = if self.clamps {
            number.min(last)
        } else {
            number
        } - 1;
        let items = self.pages.get(index).cloned().unwrap_or_default();
        let names: Vec<_> = items.iter().map(u8::to_string).collect();
        let total = self.totals.get(index).or(self.totals.last());
        let shift = self.shifts.get(index).copied().unwrap_or_default();
        let number = i64::try_from(number).expect("a small number");
        let mut fields = String::new();
        if let Some(total) = total.copied().flatten() {
            fields += &format!(r#","TotalCount":{total}"#);
        }
        if !self.has_tokens {
            fields += &format!(r#","PageNumber":{}"#, number + shift);
        } else if index + 1 < last {
            fields += &format!(r#","NextToken":"{}""#, number + 1 + shift);
        }
        body(&names, &fields)
    }

    /// Reads the list. Returns the items, the shortfall, whether there was an error, and the number
    /// of requests.
    fn read(self, strict: bool) -> (Vec<u8>, Option<u64>, bool, usize) {
        let mut kit = Kit::new([]);
        let (requests, has_tokens) = (self.requests.clone(), self.has_tokens);
        kit.config = kit.config.http_client(self);
        let client = kit.client();
        let (items, shortfall, failed) = if has_tokens {
            collect(Items::new(List::new(&client)), strict)
        } else {
            collect(Items::new(Count::new(&client, 3)), strict)
        };
        let requests = *requests.lock().expect("no panic");
        (items, shortfall, failed, requests)
    }
}

impl HttpClient for Service {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let response = MockClient::new([MockResponse::json(200, self.respond(&request.url))]);
        Box::pin(async move { response.send(request).await })
    }
}

fn collect<P: Paginated<Item = Thing>>(
    items: Items<P>,
    strict: bool,
) -> (Vec<u8>, Option<u64>, bool) {
    let mut items = if strict { items.strict() } else { items };
    let mut names = Vec::new();
    let read = async {
        loop {
            match items.next().await {
                Some(Ok(thing)) => {
                    let name = thing.name.expect("a name");
                    names.push(name.parse().expect("a number"));
                }
                Some(Err(_)) => break true,
                None => break false,
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let failed = { runtime }
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(read);
    (names, items.shortfall(), failed)
}

/// Pages of up to three items, which number them.
fn any_pages() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(0..4_u8, 0..9).prop_map(|sizes| {
        let mut next = 0;
        let sizes = sizes.into_iter();
        let page = sizes.map(|size| {
            let first = next;
            next += size;
            (first..next).collect()
        });
        page.collect()
    })
}

/// Pages without more than two empty ones in a row, and none so late that its number exceeds the
/// total.
fn regular_pages() -> impl Strategy<Value = Vec<Vec<u8>>> {
    any_pages().prop_map(|pages| {
        let mut kept: Vec<Vec<u8>> = Vec::new();
        let mut items = 0;
        for page in pages {
            let follows_two = kept
                .iter()
                .rev()
                .take(2)
                .filter(|page| page.is_empty())
                .count()
                == 2;
            if !page.is_empty() || !follows_two && items > kept.len() {
                items += page.len();
                kept.push(page);
            }
        }
        kept
    })
}

fn service(pages: Vec<Vec<u8>>, totals: Vec<Option<i64>>) -> Service {
    Service {
        pages,
        totals,
        shifts: Vec::new(),
        clamps: false,
        has_tokens: false,
        requests: Arc::default(),
    }
}

fn count(pages: &[Vec<u8>]) -> i64 {
    i64::try_from(pages.iter().flatten().count()).expect("few items")
}

fn all(pages: &[Vec<u8>]) -> Vec<u8> {
    pages.concat()
}

fn is_unique(items: &[u8]) -> bool {
    let mut seen = HashSet::new();
    items.iter().all(|item| seen.insert(item))
}

/// What happens to a page: it comes as it is, an earlier page comes instead, or none.
#[derive(Clone, Copy, Debug)]
enum Change {
    None,
    Repeat(usize),
    Skip,
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => Just(Change::None),
        1 => (0..9_usize).prop_map(Change::Repeat),
        1 => Just(Change::Skip),
    ]
}

fn changed(pages: &[Vec<u8>], changes: &[Change]) -> Vec<Vec<u8>> {
    let mut changed: Vec<Vec<u8>> = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        changed.push(match changes.get(index).copied().unwrap_or(Change::None) {
            Change::None => page.clone(),
            Change::Repeat(earlier) => changed.get(earlier).unwrap_or(page).clone(),
            Change::Skip => Vec::new(),
        });
    }
    changed
}

/// The same cases in every run.
fn fixed() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(20_190_601),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(fixed())]

    /// Capped pages and holes, and totals that change at will after the first.
    #[test]
    fn capped_pages_with_holes_lose_and_repeat_nothing(
        pages in regular_pages(), totals in vec(prop::option::of(-2..40_i64), 0..9)
    ) {
        let total = count(&pages);
        let totals = std::iter::once(Some(total)).chain(totals).collect();
        let (items, _, failed, requests) = service(pages.clone(), totals).read(false);
        prop_assert!(!failed);
        prop_assert_eq!(items, all(&pages));
        prop_assert!(requests <= pages.len() + 3);
    }

    /// Pages that are repeated or skipped, with totals that are right or absent.
    #[test]
    fn repeated_and_skipped_pages_are_an_error_or_a_shortfall(
        pages in any_pages(), changes in vec(any_change(), 0..9),
        absent in vec(any::<bool>(), 0..9), clamps in any::<bool>()
    ) {
        let total = count(&pages);
        let totals = absent.iter().map(|absent| (!absent).then_some(total));
        let totals = std::iter::once(Some(total)).chain(totals).collect();
        let mut service = service(changed(&pages, &changes), totals);
        service.clamps = clamps && !pages.is_empty();
        let (items, shortfall, failed, requests) = service.read(false);
        prop_assert!(is_unique(&items), "{items:?}");
        prop_assert!(requests <= pages.len() + 3);
        if !failed {
            let missing = u64::try_from(total).expect("a total") - items.len() as u64;
            prop_assert_eq!(shortfall.unwrap_or_default(), missing);
        }
    }

    /// Whatever comes: a strict list has each item once, or it is an error.
    #[test]
    fn a_strict_list_repeats_nothing_and_ends(
        pages in vec(vec(0..12_u8, 0..4), 0..9), totals in vec(prop::option::of(-2..40_i64), 0..9),
        shifts in vec(-2..3_i64, 0..9), clamps in any::<bool>(), has_tokens in any::<bool>()
    ) {
        let mut service = service(pages.clone(), totals);
        service.shifts = shifts;
        service.clamps = clamps && !pages.is_empty();
        service.has_tokens = has_tokens;
        // Tokens can only lead back: below 1 they are read as 1.
        service.shifts.iter_mut().filter(|_| has_tokens).for_each(|shift| *shift = 0.min(*shift));
        let (items, _, _, requests) = service.read(true);
        prop_assert!(is_unique(&items), "{items:?}");
        prop_assert!(requests <= pages.len() * 2 + 4, "{requests} requests");
    }

    /// Tokens: capped pages and holes, and a total.
    #[test]
    fn a_list_with_tokens_is_complete(pages in any_pages(), lost in 0..3_i64) {
        let mut service = service(pages.clone(), vec![Some(count(&pages) + lost)]);
        service.has_tokens = true;
        let (items, shortfall, failed, requests) = service.read(false);
        prop_assert!(!failed);
        prop_assert_eq!(items, all(&pages));
        prop_assert_eq!(shortfall, u64::try_from(lost).ok().filter(|&lost| lost > 0));
        prop_assert_eq!(requests, pages.len().max(1));
    }
}
