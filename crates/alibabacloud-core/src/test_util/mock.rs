//! An HTTP client that answers as a test says.

use super::{MockResponse, SentRequest, lock};
use crate::http::{HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind};
use crate::time::BoxFuture;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

/// An HTTP client for tests: answers by operation ([`MockClient::when`]) or from a script ([`MockClient::new`]), and keeps the requests
/// it got. Clones share everything. Give it to [`Config::http_client`](crate::Config::http_client).
///
/// A request takes the first rule that fits and still has an answer, else the next answer of the script. When there is neither, it fails
/// with an error that says so and is not retried.
///
/// ```
/// use alibabacloud_core::ServiceError;
/// use alibabacloud_core::test_util::{MockResponse, MockClient};
///
/// let http = MockClient::default();
/// http.when("GetTemplate").parameter("TemplateName", "gone").respond(MockResponse::error(
///     ServiceError::new(404, "EntityNotExists.Template", "No such template."),
/// ));
/// http.when("List*").respond_each([
///     MockResponse::json(503, r#"{"Code":"ServiceUnavailable"}"#).header("x-acs-retry-after", "200"),
///     MockResponse::json(200, r#"{"RequestId":"4A1B"}"#),
/// ]);
/// // ... call it with a client, then:
/// assert_eq!(http.calls("ListExecutions").len(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MockClient {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    script: VecDeque<MockResponse>,
    requests: Vec<HttpRequest>,
}

/// Which requests get which answers.
#[derive(Debug)]
struct Rule {
    matcher: Matcher,
    answers: Answers,
}

#[derive(Debug)]
enum Answers {
    /// The same to every request.
    Always(MockResponse),
    /// One to each request.
    InOrder(VecDeque<MockResponse>),
}

impl Answers {
    fn next(&mut self) -> Option<MockResponse> {
        match self {
            Self::Always(answer) => Some(answer.clone()),
            Self::InOrder(answers) => answers.pop_front(),
        }
    }

    fn remaining(&self) -> usize {
        match self {
            Self::Always(_) => 0,
            Self::InOrder(answers) => answers.len(),
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
    fn fits(&self, request: &SentRequest) -> bool {
        let parameters = &mut self.parameters.iter();
        is_named(&self.operation, request.operation())
            && parameters.all(|(name, value)| request.parameter(name) == Some(value))
            && self.condition.as_ref().is_none_or(|fits| fits(request))
    }
}

/// Whether a pattern, with a `*` at its end that stands for anything, names an operation.
fn is_named(pattern: &str, operation: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => operation.starts_with(start),
        None => pattern == operation,
    }
}

/// `ListExecutions with Status, if a condition holds`; no values, as they can be secret.
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

/// A rule of a [`MockClient`] that has no answer yet; made by [`MockClient::when`].
#[must_use = "a rule without an answer does nothing"]
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
    /// Only requests with this value of a parameter in query or form. The name is that of the wire: `MaxResults`, `Tag.1.Key`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.matcher.parameters.push((name.into(), value.into()));
        self
    }

    /// Only requests that this is true of; it must not use the client itself. The last condition counts.
    pub fn matching(
        mut self,
        condition: impl Fn(&SentRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.matcher.condition = Some(Box::new(condition));
        self
    }

    /// The same answer to every such request.
    pub fn respond(self, response: MockResponse) {
        self.add(Answers::Always(response));
    }

    /// One answer to each such request, in order. Then the rule is over, and a later one can apply.
    pub fn respond_each(self, responses: impl IntoIterator<Item = MockResponse>) {
        self.add(Answers::InOrder(responses.into_iter().collect()));
    }

    fn add(self, answers: Answers) {
        lock(&self.client.state).rules.push(Rule {
            matcher: self.matcher,
            answers,
        });
    }
}

impl MockClient {
    /// A client with a script: one answer to each request, whatever it asks for.
    pub fn new(script: impl IntoIterator<Item = MockResponse>) -> Self {
        let client = Self::default();
        lock(&client.state).script.extend(script);
        client
    }

    /// Begins a rule for requests of an operation: `ListExecutions`. A `*` at the end stands for anything.
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

    /// Adds to the end of the script.
    pub fn push(&self, answer: MockResponse) {
        lock(&self.state).script.push_back(answer);
    }

    /// The requests so far, in order, as the transport gets them.
    pub fn requests(&self) -> Vec<HttpRequest> {
        lock(&self.state).requests.clone()
    }

    /// The requests of an operation so far, in order; retries are requests of their own. A `*` at the end stands for anything.
    pub fn calls(&self, operation: &str) -> Vec<SentRequest> {
        let mut requests = self.sent();
        requests.retain(|request| is_named(operation, request.operation()));
        requests
    }

    /// Answers in order, of the script and of rules, that were not asked for yet; 0 when a test went as planned.
    pub fn remaining(&self) -> usize {
        let state = lock(&self.state);
        let rules = state.rules.iter().map(|rule| rule.answers.remaining());
        state.script.len() + rules.sum::<usize>()
    }

    /// Checks how many requests of an operation there were; retries are requests of their own.
    ///
    /// # Panics
    /// When there were more or fewer; the message lists all requests.
    #[track_caller]
    pub fn assert_calls(&self, operation: &str, times: usize) {
        let count = self.calls(operation).len();
        assert!(
            count == times,
            "expected {times} requests of {operation}, got {count}; all requests:{}",
            listed(&self.sent())
        );
    }

    /// Checks that every answer that was put in order has been asked for.
    ///
    /// # Panics
    /// When some are left; the message says of which rules.
    #[track_caller]
    pub fn assert_finished(&self) {
        let mut left = String::new();
        {
            let state = lock(&self.state);
            for rule in state.rules.iter().filter(|r| r.answers.remaining() > 0) {
                left += &format!("\n  {} for {:?}", rule.answers.remaining(), rule.matcher);
            }
            if !state.script.is_empty() {
                left += &format!("\n  {} of the script", state.script.len());
            }
        }
        assert!(
            left.is_empty(),
            "answers that nobody asked for:{left}\nall requests:{}",
            listed(&self.sent())
        );
    }

    fn sent(&self) -> Vec<SentRequest> {
        self.requests().into_iter().map(SentRequest::new).collect()
    }

    fn respond(&self, request: HttpRequest) -> Result<MockResponse, TransportError> {
        let sent = SentRequest::new(request.clone());
        let mut state = lock(&self.state);
        state.requests.push(request);
        let State { rules, script, .. } = &mut *state;
        let rule = rules.iter_mut().find_map(|rule| {
            let fits = rule.matcher.fits(&sent);
            fits.then(|| rule.answers.next()).flatten()
        });
        rule.or_else(|| script.pop_front()).ok_or_else(|| {
            let what = format!("this MockClient has no answer for {sent:?}");
            TransportError::new(TransportErrorKind::InvalidRequest, what)
        })
    }
}

/// One request a line.
fn listed(requests: &[SentRequest]) -> String {
    if requests.is_empty() {
        return " none".to_owned();
    }
    let lines = requests.iter().map(|request| format!("\n  {request:?}"));
    lines.collect()
}

impl HttpClient for MockClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move { self.respond(request)?.play().await })
    }
}
