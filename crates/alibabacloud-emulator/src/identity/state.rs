//! What the services share: settings, issued credentials and tokens, faults, and the log.

use super::builder::IdentityServerBuilder;
use super::fault::IdentityFault;
use super::request::{IdentityRequest, IdentityService};
use crate::nonces::Nonces;
use alibabacloud_types::plumbing::format_utc;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// The tokens that a browser login stores on the machine.
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

/// Everything that the services share.
pub(super) struct IdentityState {
    pub(super) settings: IdentityServerBuilder,
    pub(super) nonces: Nonces,
    store: Mutex<IdentityStore>,
    /// How many requests have arrived.
    arrivals: watch::Sender<usize>,
}

/// The part that changes.
pub(super) struct IdentityStore {
    /// Counts what was issued, so that nothing is issued twice.
    count: u64,
    pub(super) oidc_token: String,
    pub(super) issued: BTreeMap<String, Issued>,
    pub(super) session_tokens: BTreeMap<String, SystemTime>,
    pub(super) access_tokens: BTreeMap<String, SystemTime>,
    /// The only refresh token that has not been used.
    pub(super) refresh_token: Option<String>,
    log: Vec<IdentityRequest>,
    faults: BTreeMap<IdentityService, VecDeque<IdentityFault>>,
}

/// Issued temporary credentials.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: String,
    pub(super) expiry: SystemTime,
}

impl Issued {
    /// Returns the four fields that all services use.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "AccessKeyId": self.id,
            "AccessKeySecret": self.secret,
            "SecurityToken": self.token,
            "Expiration": format_utc(self.expiry),
        })
    }
}

impl IdentityState {
    pub(super) fn new(settings: IdentityServerBuilder) -> Self {
        Self {
            store: Mutex::new(IdentityStore {
                count: 0,
                oidc_token: settings.oidc_token.clone(),
                issued: BTreeMap::new(),
                session_tokens: BTreeMap::new(),
                access_tokens: BTreeMap::new(),
                refresh_token: None,
                log: Vec::new(),
                faults: BTreeMap::new(),
            }),
            settings,
            nonces: Nonces::default(),
            arrivals: watch::Sender::new(0),
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.settings.clock)()
    }

    pub(super) fn store(&self) -> MutexGuard<'_, IdentityStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs a request and takes its fault, if there is one.
    pub(super) fn arrived(&self, request: IdentityRequest) -> Option<IdentityFault> {
        let mut store = self.store();
        let fault = store
            .faults
            .get_mut(&request.service)
            .and_then(VecDeque::pop_front);
        store.log.push(request);
        drop(store);
        self.arrivals.send_modify(|count| *count += 1);
        fault
    }

    pub(super) async fn wait_for_requests(&self, count: usize) {
        let mut arrivals = self.arrivals.subscribe();
        // The sender lives as long as this borrow.
        let _ = arrivals.wait_for(|arrived| *arrived >= count).await;
    }

    pub(super) fn log(&self) -> Vec<IdentityRequest> {
        self.store().log.clone()
    }

    pub(super) fn inject(&self, service: IdentityService, fault: IdentityFault) {
        self.store()
            .faults
            .entry(service)
            .or_default()
            .push_back(fault);
    }

    /// Issues credentials, valid for `lifetime`; already expired when the fault says so.
    pub(super) fn issue(&self, lifetime: Duration, fault: Option<&IdentityFault>) -> Issued {
        let expiry = match fault {
            Some(IdentityFault::Expired) => self.now() - Duration::from_secs(1),
            _ => self.now() + lifetime,
        };
        let mut store = self.store();
        let number = store.next();
        let issued = Issued {
            id: format!("STS.Emulated{number:08}"),
            secret: format!("emulated-secret-{number:08}"),
            token: format!("emulated-token-{number:08}"),
            expiry,
        };
        store.issued.insert(issued.id.clone(), issued.clone());
        issued
    }

    /// Logs in as a browser does. The access token is valid for `lifetime`.
    pub(super) fn log_in(&self, lifetime: Duration) -> Login {
        let expiry = self.now() + lifetime;
        let mut store = self.store();
        let number = store.next();
        let login = Login {
            access_token: format!("emulated-access-token-{number:08}"),
            refresh_token: format!("emulated-refresh-token-{number:08}"),
        };
        store
            .access_tokens
            .insert(login.access_token.clone(), expiry);
        store.refresh_token = Some(login.refresh_token.clone());
        login
    }

    /// Returns whether an `authorization` header holds a valid access token.
    pub(super) fn accepts_bearer(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let now = self.now();
        token.is_some_and(|token| {
            self.store()
                .access_tokens
                .get(token)
                .is_some_and(|expiry| now < *expiry)
        })
    }
}

impl IdentityStore {
    pub(super) fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}
