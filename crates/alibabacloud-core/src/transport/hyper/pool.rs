//! Connections that are kept for the next request, for each runtime.

use super::connection::Connection;
use super::route::Route;
use crate::transport::runtime::RuntimeState;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::sleep;

/// The maximum number of kept connections of a runtime. One more replaces the oldest.
const MOST_CONNECTIONS: usize = 256;

/// The kept connections of a runtime, the longest idle first.
#[derive(Default)]
pub(super) struct Pool {
    kept: VecDeque<Kept>,
    /// Closes connections that are idle for too long.
    sweeper: Option<Sweeper>,
}

struct Kept {
    route: Arc<Route>,
    connection: Connection,
    /// When it was last used.
    since: Instant,
}

/// A task that ends with the pool.
struct Sweeper(AbortHandle);

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Pool {
    /// Takes the connection of a route that was used last. One that serves several requests at once
    /// also stays in the pool. Drops those of the route that are closed.
    pub(super) fn take(&mut self, route: &Route, idle_limit: Duration) -> Option<Connection> {
        let now = Instant::now();
        for index in (0..self.kept.len()).rev() {
            if !self.kept.get(index)?.route.shares_connections(route) {
                continue;
            }
            let mut kept = self.kept.remove(index)?;
            if !kept.is_expired(now, idle_limit) && kept.connection.is_ready() {
                if let Some(connection) = kept.connection.share() {
                    kept.since = now;
                    self.kept.push_back(kept);
                    return Some(connection);
                }
                return Some(kept.connection);
            }
        }
        None
    }

    fn push(&mut self, route: Arc<Route>, connection: Connection) {
        if self.kept.len() >= MOST_CONNECTIONS {
            self.kept.pop_front();
        }
        self.kept.push_back(Kept {
            route,
            connection,
            since: Instant::now(),
        });
    }

    fn drop_expired(&mut self, idle_limit: Duration) {
        let now = Instant::now();
        self.kept
            .retain(|kept| !kept.is_expired(now, idle_limit) && !kept.connection.is_closed());
    }
}

impl Kept {
    fn is_expired(&self, now: Instant, idle_limit: Duration) -> bool {
        now.saturating_duration_since(self.since) >= idle_limit
    }
}

/// A connection that is in use, and the pool that it returns to.
pub(super) struct Lease {
    pub(super) connection: Connection,
    pub(super) route: Arc<Route>,
    pub(super) runtime: Arc<RuntimeState<Pool>>,
    pub(super) idle_limit: Duration,
}

impl Lease {
    /// Puts a new connection into the pool at once if it serves several requests at once.
    pub(super) fn offer(&self) {
        if let (Some(connection), Ok(handle)) = (self.connection.share(), Handle::try_current()) {
            let lease = Self {
                connection,
                route: self.route.clone(),
                runtime: self.runtime.clone(),
                idle_limit: self.idle_limit,
            };
            lease.keep(&handle);
        }
    }

    /// Returns the connection to its pool. To be called after the response was read.
    pub(super) fn give_back(self) {
        let Ok(handle) = Handle::try_current() else {
            return;
        };
        // A shared one is still there.
        if self.connection.is_shared() || self.connection.is_closed() {
            return;
        }
        if self.connection.is_ready() {
            return self.keep(&handle);
        }
        // The task of the connection, in another thread, is about to finish with the response.
        let mut lease = self;
        let task = handle.clone();
        handle.spawn(async move {
            if lease.connection.ready().await {
                lease.keep(&task);
            }
        });
    }

    fn keep(self, handle: &Handle) {
        let mut pool = self.runtime.kept();
        pool.push(self.route, self.connection);
        if pool.sweeper.is_none() {
            let task = handle.spawn(sweep(Arc::downgrade(&self.runtime), self.idle_limit));
            pool.sweeper = Some(Sweeper(task.abort_handle()));
        }
    }
}

/// Closes connections that are idle for too long, until there are none.
async fn sweep(runtime: Weak<RuntimeState<Pool>>, idle_limit: Duration) {
    loop {
        sleep(idle_limit).await;
        let Some(runtime) = runtime.upgrade() else {
            return;
        };
        let mut pool = runtime.kept();
        pool.drop_expired(idle_limit);
        if pool.kept.is_empty() {
            pool.sweeper = None;
            return;
        }
    }
}
