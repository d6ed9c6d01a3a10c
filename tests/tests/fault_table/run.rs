//! Runs a row and compares the result.

use super::rows::{Call, Fault, Outcome, Row, WELL, What};
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{HttpRequest, Method};
use alibabacloud_core::paginator::Pages;
use alibabacloud_core::plumbing::Paginated;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::{CallOptions, Config, Error};
use alibabacloud_oos::Client;
use alibabacloud_oos::operation::ListGitRepositories;
use sdk_tests::vectors::same;
use std::collections::HashSet;
use std::time::Duration;

/// More requests than any row sends.
const WELL_FOR: usize = 10;

/// The result of a call.
pub(crate) struct Ending {
    /// The outcome as text.
    pub(crate) outcome: String,
    /// The attempts that the SDK reports; `None` for a list and a wait.
    pub(crate) attempts: Option<u32>,
}

/// Runs a row. An error describes the differences.
pub(crate) async fn check(row: &Row) -> Result<(), String> {
    let time = ManualTime::new();
    let script: Vec<Fault> = row.faults.iter().copied().chain([WELL; WELL_FOR]).collect();
    let http = MockClient::new(script.iter().map(|fault| play(fault, &time)));
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .retry(RetryConfig::standard().jitter(false))
        .time(time.clone())
        .http_client(http.clone());
    let client = Client::new((row.client)(config, &time)).map_err(|error| error.to_string())?;
    let ending = call_with(&client, row.call, row.options).await;

    same("outcome", &expected(&row.outcome), &ending.outcome)?;
    let requests = http.requests();
    let sent = requests.len();
    same("requests", &row.requests.to_string(), &sent.to_string())?;
    let waits: Vec<_> = time.waits().iter().map(Duration::as_millis).collect();
    same("waits", &format!("{:?}", row.waits), &format!("{waits:?}"))?;
    if let Some(attempts) = ending.attempts {
        same(
            "attempts reported",
            &(sent - row.provider_requests).to_string(),
            &attempts.to_string(),
        )?;
    }
    executed_once(row.call, &script, &requests)
}

/// Counts what the service may have executed: each write without a token counts, and writes with
/// the same token count as one.
fn executed_once(call: Call, script: &[Fault], requests: &[HttpRequest]) -> Result<(), String> {
    if matches!(
        call,
        Call::Read | Call::Pages | Call::NumberedPages | Call::StrictPages | Call::Wait
    ) {
        return Ok(());
    }
    let arrived = script.iter().zip(requests).enumerate();
    let executions: HashSet<String> = arrived
        .filter(|(_, (fault, _))| fault.may_be_executed)
        .map(|(index, (_, request))| token(request).unwrap_or_else(|| index.to_string()))
        .collect();
    match executions.len() {
        0 | 1 => Ok(()),
        more => Err(format!("may have been executed {more} times")),
    }
}

fn token(request: &HttpRequest) -> Option<String> {
    let body = String::from_utf8_lossy(&request.body);
    let mut places = [request.url.as_str(), &body].into_iter();
    let (_, rest) = places.find_map(|text| text.split_once("ClientToken="))?;
    rest.split('&').next().map(str::to_owned)
}

fn play(fault: &Fault, time: &ManualTime) -> MockResponse {
    let mut response = match fault.what {
        What::Transport(kind) => MockResponse::fault(kind),
        What::Response(status, body) => MockResponse::new(status, body),
        What::Cut(status, body) => MockResponse::new(status, body).broken(),
        What::Error(status, code) => {
            let body = format!(r#"{{"RequestId":"E","Code":"{code}","Message":"No."}}"#);
            MockResponse::json(status, body)
        }
    };
    for (name, value) in fault.headers {
        response = response.header(name, *value);
    }
    match fault.takes {
        0 => response,
        ms => response.after(time, Duration::from_millis(ms)),
    }
}

/// Makes a call and waits for its end.
pub(crate) async fn call(client: &Client, call: Call) -> Ending {
    call_with(client, call, CallOptions::new).await
}

async fn call_with(client: &Client, call: Call, options: fn() -> CallOptions) -> Ending {
    let attempts = match call {
        Call::Read => {
            let call = client.list_executions().with_options(options());
            call.send_with_response().await.map(|a| a.attempts())
        }
        Call::TokenWrite => {
            let call = client.start_execution().template_name("t");
            let call = call.with_options(options());
            call.send_with_response().await.map(|a| a.attempts())
        }
        Call::LongTokenWrite => {
            let call = client.start_execution().template_name("t");
            let call = call.description("d".repeat(9_000)).with_options(options());
            call.send_with_response().await.map(|a| a.attempts())
        }
        Call::Raw(operation, parameters) => {
            let call = client.call_raw(operation, parameters);
            let call = call.with_options(options());
            call.send().await.map(|a| a.attempts())
        }
        Call::RawRoa(path) => {
            let call = client.call_raw_roa("GetThing", Method::Get, path, &[]);
            let call = call.with_options(options());
            call.send().await.map(|a| a.attempts())
        }
        Call::PlainWrite => {
            let call = client.cancel_execution("exec-1");
            let call = call.with_options(options());
            call.send_with_response().await.map(|a| a.attempts())
        }
        Call::Pages => return read(client.list_executions().by_page()).await,
        Call::NumberedPages => return read(repositories(client)).await,
        Call::StrictPages => return read(repositories(client).strict()).await,
        Call::Wait => return wait(client).await,
    };
    Ending {
        attempts: Some(attempts.as_ref().map_or_else(Error::attempts, |n| *n)),
        outcome: attempts.map_or_else(|error| failure(&error), |_| "done".to_owned()),
    }
}

fn repositories(client: &Client) -> Pages<ListGitRepositories> {
    let request = client.list_git_repositories("github", "me");
    request.page_size(50).by_page()
}

async fn wait(client: &Client) -> Ending {
    let wait = client.wait_until_execution_finished("exec-1");
    let outcome = wait.poll_interval(Duration::from_secs(1)).wait().await;
    let outcome = outcome.and_then(|outcome| outcome.success());
    Ending {
        outcome: outcome.map_or_else(|error| failure(&error), |_| "done".to_owned()),
        attempts: None,
    }
}

async fn read<P: Paginated>(mut pages: Pages<P>) -> Ending {
    let mut read = 0;
    let end = loop {
        match pages.next().await {
            Some(Ok(_)) => read += 1,
            Some(Err(error)) => break failure(&error),
            None => {
                break match pages.shortfall() {
                    Some(missing) => format!("the end, {missing} items short"),
                    None => "the end".to_owned(),
                };
            }
        }
    };
    Ending {
        outcome: format!("{read} pages, then {end}"),
        attempts: None,
    }
}

fn failure(error: &Error) -> String {
    format!("{:?}: {error}", error.kind())
}

fn expected(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Fails(kind, message) => format!("{kind:?}: {message}"),
        Outcome::ListEnds(pages) => format!("{pages} pages, then the end"),
        Outcome::ListFallsShort(pages, missing) => {
            format!("{pages} pages, then the end, {missing} items short")
        }
        Outcome::ListFails(pages, kind, message) => {
            format!("{pages} pages, then {kind:?}: {message}")
        }
    }
}
