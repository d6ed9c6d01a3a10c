//! What the services know, and what tests tell them.

use super::answer::Answer;
use crate::nonces::Nonces;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// One of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Service {
    /// Instance metadata.
    Metadata,
    /// The Security Token Service.
    Sts,
    /// The credentials URI.
    Uri,
    /// CloudSSO.
    CloudSso,
    /// OAuth.
    OAuth,
}

/// Something that goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disturbance {
    /// The service refuses.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
    },
    /// A page of HTML with status 200, as a gateway or captive portal gives.
    Html,
    /// Status 200 and no body.
    Empty,
    /// A body without end, until the client goes away: a megabyte is enough to see what it does.
    Huge,
    /// No answer for as long as the client waits.
    Silence,
    /// Credentials that expired a second ago.
    Expired,
}

/// A request as it came in, without what is secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityRequest {
    /// The service it was for.
    pub service: Service,
    /// The method.
    pub method: String,
    /// The header `host`.
    pub host: String,
    /// The path without the query.
    pub path: String,
    /// The parameters of query and form, but for tokens and signatures.
    pub parameters: BTreeMap<String, String>,
}

/// What a browser login leaves on the machine.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// The access token.
    pub access_token: String,
    /// The refresh token; empty for CloudSSO.
    pub refresh_token: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// How an [`IdentityServer`](super::IdentityServer) starts.
pub struct Builder {
    pub(super) clock: Clock,
    pub(super) lifetime: Duration,
    pub(super) keys: BTreeMap<String, String>,
    pub(super) role: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) oidc_token: String,
    pub(super) session_tokens: SessionTokens,
}

/// Whether the metadata service gives and demands session tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionTokens {
    /// IMDSv2 and v1.
    Accepted,
    /// IMDSv2 alone.
    Demanded,
    /// IMDSv1 alone.
    Unknown,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            clock: Box::new(SystemTime::now),
            lifetime: Duration::from_secs(3600),
            keys: BTreeMap::from([("testid".to_owned(), "testsecret".to_owned())]),
            role: Some("emulated-role".to_owned()),
            external_id: None,
            oidc_token: "emulated-oidc-token".to_owned(),
            session_tokens: SessionTokens::Accepted,
        }
    }
}

impl Builder {
    /// The clock of the services. Default: that of the system.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// How long credentials are valid where the request does not say. Default: one hour.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// An AccessKey that may assume roles, beside `testid` with `testsecret`.
    #[must_use]
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.insert(id.into(), secret.into());
        self
    }

    /// The RAM role of the instance. Default: `emulated-role`.
    #[must_use]
    pub fn instance_role(mut self, role: Option<&str>) -> Self {
        self.role = role.map(str::to_owned);
        self
    }

    /// The external id that roles ask for. Default: none.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// The OpenID Connect token that roles trust. Default: `emulated-oidc-token`.
    #[must_use]
    pub fn oidc_token(mut self, token: impl Into<String>) -> Self {
        self.oidc_token = token.into();
        self
    }

    /// Refuses requests for metadata without a session token (IMDSv2 alone).
    #[must_use]
    pub fn require_session_token(mut self) -> Self {
        self.session_tokens = SessionTokens::Demanded;
        self
    }

    /// Knows nothing of session tokens (IMDSv1 alone).
    #[must_use]
    pub fn without_session_tokens(mut self) -> Self {
        self.session_tokens = SessionTokens::Unknown;
        self
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("lifetime", &self.lifetime)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Everything the services share.
pub(super) struct State {
    pub(super) settings: Builder,
    pub(super) nonces: Nonces,
    world: Mutex<World>,
    /// How many requests came in.
    arrivals: watch::Sender<usize>,
}

/// What changes.
pub(super) struct World {
    /// Counts whatever is given out, so that nothing is given out twice.
    count: u64,
    pub(super) oidc_token: String,
    pub(super) issued: BTreeMap<String, Issued>,
    pub(super) session_tokens: BTreeMap<String, SystemTime>,
    pub(super) access_tokens: BTreeMap<String, SystemTime>,
    /// The one refresh token that has not been used up.
    pub(super) refresh_token: Option<String>,
    log: Vec<IdentityRequest>,
    disturbances: BTreeMap<Service, VecDeque<Disturbance>>,
}

/// Temporary credentials that were given out.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: String,
    pub(super) expiry: SystemTime,
}

impl State {
    pub(super) fn new(settings: Builder) -> Self {
        Self {
            world: Mutex::new(World {
                count: 0,
                oidc_token: settings.oidc_token.clone(),
                issued: BTreeMap::new(),
                session_tokens: BTreeMap::new(),
                access_tokens: BTreeMap::new(),
                refresh_token: None,
                log: Vec::new(),
                disturbances: BTreeMap::new(),
            }),
            settings,
            nonces: Nonces::default(),
            arrivals: watch::Sender::new(0),
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.settings.clock)()
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn arrived(&self, request: IdentityRequest) -> Option<Disturbance> {
        let mut world = self.world();
        let disturbance = world
            .disturbances
            .get_mut(&request.service)
            .and_then(VecDeque::pop_front);
        world.log.push(request);
        drop(world);
        self.arrivals.send_modify(|count| *count += 1);
        disturbance
    }

    pub(super) async fn until_arrived(&self, requests: usize) {
        let mut arrivals = self.arrivals.subscribe();
        // The sender lives as long as this borrow.
        let _ = arrivals.wait_for(|count| *count >= requests).await;
    }

    pub(super) fn log(&self) -> Vec<IdentityRequest> {
        self.world().log.clone()
    }

    pub(super) fn disturb(&self, service: Service, disturbance: Disturbance) {
        self.world()
            .disturbances
            .entry(service)
            .or_default()
            .push_back(disturbance);
    }

    /// New credentials, valid for `lifetime`; a second past their time when the disturbance says so.
    pub(super) fn issue(&self, lifetime: Duration, disturbance: Option<&Disturbance>) -> Issued {
        let expiry = match disturbance {
            Some(Disturbance::Expired) => self.now() - Duration::from_secs(1),
            _ => self.now() + lifetime,
        };
        let mut world = self.world();
        let number = world.next();
        let issued = Issued {
            id: format!("STS.Emulated{number:08}"),
            secret: format!("emulated-secret-{number:08}"),
            token: format!("emulated-token-{number:08}"),
            expiry,
        };
        world.issued.insert(issued.id.clone(), issued.clone());
        issued
    }

    /// A login as a browser makes it. The access token is valid for `lifetime`.
    pub(super) fn log_in(&self, lifetime: Duration) -> Login {
        let expiry = self.now() + lifetime;
        let mut world = self.world();
        let number = world.next();
        let login = Login {
            access_token: format!("emulated-access-token-{number:08}"),
            refresh_token: format!("emulated-refresh-token-{number:08}"),
        };
        world
            .access_tokens
            .insert(login.access_token.clone(), expiry);
        world.refresh_token = Some(login.refresh_token.clone());
        login
    }

    /// Whether an `authorization` header holds an access token that is valid now.
    pub(super) fn accepts_bearer(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let now = self.now();
        token.is_some_and(|token| {
            self.world()
                .access_tokens
                .get(token)
                .is_some_and(|expiry| now < *expiry)
        })
    }
}

impl World {
    pub(super) fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

impl Disturbance {
    /// The answer that it stands for; `None` when the service goes on.
    pub(super) fn answer(&self) -> Option<Answer> {
        Some(match self {
            Self::Refuse { status, code } => Answer::refusal(*status, code, "refused by a test"),
            Self::Html => Answer::new(200, "text/html", "<html><body>hello</body></html>"),
            Self::Empty => Answer::new(200, "application/json", ""),
            Self::Huge => Answer::new(200, "application/json", " ".repeat(1 << 20)),
            Self::Silence | Self::Expired => return None,
        })
    }
}
