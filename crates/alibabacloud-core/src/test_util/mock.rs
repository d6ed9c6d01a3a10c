//! An HTTP client that responds as a test defines.

use super::lock::lock;
use super::{MockResponse, SentRequest};
use crate::http::{HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind};
use crate::time::BoxFuture;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

/// An HTTP client for tests: it responds by operation ([`MockClient::when`]) or from a script
/// ([`MockClient::new`]), and keeps the requests that it receives. Clones share everything. Pass it
/// to [`Config::http_client`](crate::Config::http_client).
///
/// A request takes the first rule that matches and still has a response, else the next response of
/// the script. Without either, it fails with an error that describes the request and is not
/// retried.
///
/// ```
/// use alibabacloud_core::ServiceError;
/// use alibabacloud_core::test_util::{MockClient, MockResponse};
///
/// let http = MockClient::default();
/// http.when("GetTemplate").parameter("TemplateName", "gone").respond_with(MockResponse::error(
///     ServiceError::new(404, "EntityNotExists.Template", "No such template."),
/// ));
/// http.when("List*").respond_in_order([
///     MockResponse::json(503, r#"{"Code":"ServiceUnavailable"}"#).header("x-acs-retry-after", "200"),
///     MockResponse::json(200, r#"{"RequestId":"4A1B"}"#),
/// ]);
/// // ... call it with a client, then:
/// assert_eq!(http.calls("ListExecutions").len(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MockClient {
    state: Arc<Mutex<MockState>>,
}

#[derive(Debug, Default)]
struct MockState {
    rules: Vec<Rule>,
    script: VecDeque<MockResponse>,
    requests: Vec<HttpRequest>,
}

/// The responses to the requests that a matcher selects.
#[derive(Debug)]
struct Rule {
    matcher: Matcher,
    responses: RuleResponses,
}

#[derive(Debug)]
enum RuleResponses {
    /// The same to every request.
    Always(MockResponse),
    /// One to each request.
    InOrder(VecDeque<MockResponse>),
}

impl RuleResponses {
    fn next(&mut self) -> Option<MockResponse> {
        match self {
            Self::Always(response) => Some(response.clone()),
            Self::InOrder(responses) => responses.pop_front(),
        }
    }

    fn remaining(&self) -> usize {
        match self {
            Self::Always(_) => 0,
            Self::InOrder(responses) => responses.len(),
        }
    }
}

type Condition = Box<dyn Fn(&SentRequest) -> bool + Send + Sync>;

struct Matcher {
    operation: String,
    parameters: Vec<(String, String)>,
    condition: Option<Condition>,
}

impl Matcher {
    fn matches(&self, request: &SentRequest) -> bool {
        let parameters = &mut self.parameters.iter();
        is_named(&self.operation, request.operation())
            && parameters.all(|(name, value)| request.parameter(name) == Some(value))
            && self
                .condition
                .as_ref()
                .is_none_or(|matches| matches(request))
    }
}

/// Whether a pattern, in which a trailing `*` matches anything, matches an operation.
fn is_named(pattern: &str, operation: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => operation.starts_with(start),
        None => pattern == operation,
    }
}

/// Shows `ListExecutions with Status if a condition holds`, without values: they can be secret.
impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        let mut separator = " with ";
        for (name, _) in &self.parameters {
            write!(f, "{separator}{name}")?;
            separator = ", ";
        }
        match self.condition {
            Some(_) => f.write_str(" if a condition holds"),
            None => Ok(()),
        }
    }
}

/// A rule of a [`MockClient`] without a response; created by [`MockClient::when`].
#[must_use = "a rule without a response does nothing"]
pub struct When<'a> {
    client: &'a MockClient,
    matcher: Matcher,
}

impl fmt::Debug for When<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "When({:?})", self.matcher)
    }
}

impl When<'_> {
    /// Matches only requests with this value of a query or form parameter, by its wire name:
    /// `MaxResults`, `Tag.1.Key`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.matcher.parameters.push((name.into(), value.into()));
        self
    }

    /// Matches only requests for which `condition` returns `true`. It must not use the client
    /// itself. A second call replaces the condition.
    pub fn matching(
        mut self,
        condition: impl Fn(&SentRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.matcher.condition = Some(Box::new(condition));
        self
    }

    /// Returns the same response to every matching request.
    pub fn respond_with(self, response: MockResponse) {
        self.add(RuleResponses::Always(response));
    }

    /// Returns one response to each matching request, in order. After the last one the rule no
    /// longer applies, and a later rule can match.
    pub fn respond_in_order(self, responses: impl IntoIterator<Item = MockResponse>) {
        self.add(RuleResponses::InOrder(responses.into_iter().collect()));
    }

    fn add(self, responses: RuleResponses) {
        lock(&self.client.state).rules.push(Rule {
            matcher: self.matcher,
            responses,
        });
    }
}

impl MockClient {
    /// Creates a client with a script: one response to each request, whatever its operation.
    pub fn new(script: impl IntoIterator<Item = MockResponse>) -> Self {
        let client = Self::default();
        lock(&client.state).script.extend(script);
        client
    }

    /// Begins a rule for requests of an operation, such as `ListExecutions`. A trailing `*` matches
    /// anything.
    pub fn when(&self, operation: impl Into<String>) -> When<'_> {
        When {
            client: self,
            matcher: Matcher {
                operation: operation.into(),
                parameters: Vec::new(),
                condition: None,
            },
        }
    }

    /// Adds a response to the end of the script.
    pub fn push(&self, response: MockResponse) {
        lock(&self.state).script.push_back(response);
    }

    /// Returns the requests so far, in order, as the transport receives them.
    pub fn requests(&self) -> Vec<HttpRequest> {
        lock(&self.state).requests.clone()
    }

    /// Returns the requests of an operation so far, in order; each retry is a separate request. A
    /// trailing `*` matches anything.
    pub fn calls(&self, operation: &str) -> Vec<SentRequest> {
        let mut requests = self.sent();
        requests.retain(|request| is_named(operation, request.operation()));
        requests
    }

    /// Returns the number of ordered responses, of the script and of rules, that no request has
    /// taken; 0 when a test went as planned.
    pub fn remaining(&self) -> usize {
        let state = lock(&self.state);
        let rules = state.rules.iter().map(|rule| rule.responses.remaining());
        state.script.len() + rules.sum::<usize>()
    }

    /// Checks the number of requests of an operation; each retry is a separate request.
    ///
    /// # Panics
    /// Panics if there were more or fewer; the message lists all requests.
    #[track_caller]
    pub fn assert_calls(&self, operation: &str, times: usize) {
        let count = self.calls(operation).len();
        assert!(
            count == times,
            "expected {times} requests of {operation}, got {count}; all requests:{}",
            listed(&self.sent())
        );
    }

    /// Checks that every ordered response was taken.
    ///
    /// # Panics
    /// Panics if some are left; the message names their rules.
    #[track_caller]
    pub fn assert_finished(&self) {
        let mut left = String::new();
        {
            let state = lock(&self.state);
            for rule in state.rules.iter().filter(|r| r.responses.remaining() > 0) {
                left += &format!("\n  {} for {:?}", rule.responses.remaining(), rule.matcher);
            }
            if !state.script.is_empty() {
                left += &format!("\n  {} of the script", state.script.len());
            }
        }
        assert!(
            left.is_empty(),
            "responses that no request took:{left}\nall requests:{}",
            listed(&self.sent())
        );
    }

    fn sent(&self) -> Vec<SentRequest> {
        self.requests().into_iter().map(SentRequest::new).collect()
    }

    fn response_to(&self, request: HttpRequest) -> Result<MockResponse, TransportError> {
        let sent = SentRequest::new(request.clone());
        let mut state = lock(&self.state);
        state.requests.push(request);
        let MockState { rules, script, .. } = &mut *state;
        let rule = rules.iter_mut().find_map(|rule| {
            let matches = rule.matcher.matches(&sent);
            matches.then(|| rule.responses.next()).flatten()
        });
        rule.or_else(|| script.pop_front()).ok_or_else(|| {
            let message = format!("this MockClient has no response for {sent:?}");
            TransportError::new(TransportErrorKind::InvalidRequest, message)
        })
    }
}

/// Lists requests, one per line.
fn listed(requests: &[SentRequest]) -> String {
    if requests.is_empty() {
        return " none".to_owned();
    }
    let lines = requests.iter().map(|request| format!("\n  {request:?}"));
    lines.collect()
}

impl HttpClient for MockClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move { self.response_to(request)?.play().await })
    }
}
