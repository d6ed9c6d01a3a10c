//! What a transport keeps for each tokio runtime that it is used in.
//!
//! A connection belongs to the runtime that made it: it is driven by a task there, and it learns of
//! the peer's messages from the I/O driver there. Two rules follow, for every transport:
//!
//! - Kept connections are never shared by runtimes, because they end with theirs.
//! - After a pause, the runtime must process what arrived meanwhile before a request is sent on a
//!   kept connection. A program pauses when it is stopped (a frozen function, SIGSTOP, a suspended
//!   machine), when a thread of the runtime is blocked, and between two calls of `block_on`. The
//!   peer may have closed the connection in that time; the socket knows, but the runtime does not.

use super::error::invalid_config;
use crate::http::TransportError;
use crate::time::tokio_timer;
use std::io;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

/// A request within this time after the runtime last processed events is sent without waiting for
/// the next ones. Waiting takes about 20 µs, and no server closes connections that soon.
const RECENT: Duration = Duration::from_millis(20);
/// The limit for the signal of the I/O driver, which normally arrives at once.
const SIGNAL_LIMIT: Duration = Duration::from_millis(100);
/// The shortest sleep of tokio's timer.
const TICK: Duration = Duration::from_millis(1);

/// Values of type `T` for each runtime that is running.
#[derive(Debug)]
pub(super) struct Runtimes<T>(Mutex<Vec<Arc<RuntimeState<T>>>>);

/// What is kept for one runtime.
#[derive(Debug)]
pub(super) struct RuntimeState<T> {
    id: Id,
    /// Closed once the runtime has shut down.
    running: oneshot::Sender<()>,
    events: EventClock,
    kept: Mutex<T>,
}

impl<T> Default for Runtimes<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Default> Runtimes<T> {
    /// Returns the state of the runtime that the code runs in, and drops those of runtimes that
    /// have shut down.
    ///
    /// # Errors
    /// Returns an error if there is no runtime, or one without timers or I/O.
    pub(super) fn current(&self) -> Result<Arc<RuntimeState<T>>, TransportError> {
        let Ok(runtime) = Handle::try_current() else {
            return Err(invalid_config(
                "no tokio runtime: call from within one, such as #[tokio::main] creates",
            ));
        };
        let id = runtime.id();
        let mut states = lock(&self.0);
        if let Some(state) = states.iter().find(|state| state.id == id) {
            return Ok(state.clone());
        }
        check_drivers()?;
        states.retain(|state| !state.running.is_closed());
        let (running, ended) = oneshot::channel();
        // Ends with the runtime, or with the sender.
        runtime.spawn(async move {
            let _: Result<(), _> = ended.await;
        });
        let state = Arc::new(RuntimeState {
            id,
            running,
            events: EventClock::default(),
            kept: Mutex::default(),
        });
        states.push(state.clone());
        Ok(state)
    }
}

impl<T: Default> RuntimeState<T> {
    /// Returns the value that is kept for this runtime.
    pub(super) fn kept(&self) -> MutexGuard<'_, T> {
        lock(&self.kept)
    }

    /// Waits until the runtime has processed all events that arrived before, so that connections
    /// which were closed during a pause are known as closed. Drops what is kept if the machine was
    /// suspended for longer than connections may be idle: its peers may be gone without a trace.
    ///
    /// Returns the time for [`responded`](Self::responded).
    pub(super) async fn catch_up(&self, idle_limit: Duration) -> Moment {
        let now = Moment::now();
        if self.events.is_recent(now) {
            return now;
        }
        // Boxed, so that the future of a request without a pause before it stays small.
        Box::pin(
            self.events
                .catch_up(idle_limit, || *self.kept() = T::default()),
        )
        .await
    }

    /// Records that the response to a request arrived, of which [`catch_up`](Self::catch_up)
    /// returned `sent`: the runtime has processed events since.
    pub(super) fn responded(&self, sent: Moment) {
        self.events.record(sent);
    }
}

/// A moment on both clocks of the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Continues while the process is stopped, but on most systems not while the machine is
    /// suspended.
    monotonic: Instant,
    /// Continues always, but can be set.
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// Returns the time since `earlier` on the monotonic clock, and the time that only the wall
    /// clock counted. A wall clock that was set back may hide a pause of any length.
    fn since(self, earlier: Self) -> (Duration, Duration) {
        let awake = self.monotonic.saturating_duration_since(earlier.monotonic);
        let suspended = match self.wall.duration_since(earlier.wall) {
            Ok(wall) => wall.saturating_sub(awake),
            Err(_) => Duration::MAX,
        };
        (awake, suspended)
    }
}

/// When a runtime last processed the events of its connections.
#[derive(Debug, Default)]
struct EventClock {
    /// `None` before the first request, when there is no connection.
    latest: Mutex<Option<Moment>>,
    /// One request waits for events, and the others that start meanwhile wait for it.
    gate: tokio::sync::Mutex<()>,
}

impl EventClock {
    fn is_recent(&self, now: Moment) -> bool {
        let mut latest = lock(&self.latest);
        let (awake, suspended) = now.since(*latest.get_or_insert(now));
        awake <= RECENT && suspended <= RECENT
    }

    fn record(&self, moment: Moment) {
        let mut latest = lock(&self.latest);
        if latest.is_none_or(|latest| latest.monotonic < moment.monotonic) {
            *latest = Some(moment);
        }
    }

    async fn catch_up(&self, idle_limit: Duration, drop_kept: impl FnOnce()) -> Moment {
        let _gate = self.gate.lock().await;
        let now = Moment::now();
        if self.is_recent(now) {
            return now;
        }
        let (_, suspended) = now.since(lock(&self.latest).unwrap_or(now));
        if suspended > idle_limit {
            drop_kept();
        }
        process_events().await;
        self.record(now);
        now
    }
}

/// Waits until the I/O driver of the runtime has reported all events that arrived before.
///
/// Yielding is not enough: in a runtime of several threads, the one that runs this code may be
/// another than the one that holds the driver.
async fn process_events() {
    let signal = async { Signal::new()?.received().await };
    if !matches!(timeout(SIGNAL_LIMIT, signal).await, Ok(Ok(()))) {
        // The driver processes events before it lets timers expire. The first timer may expire in
        // the round that was running when it was created, the second one cannot.
        sleep(TICK).await;
        sleep(TICK).await;
    }
    // Lets the tasks of connections take note.
    yield_now().await;
}

/// A socket that is ready when it is registered with the driver. Drivers report sockets in the
/// order in which they became ready, so once this one is reported, so are those before it.
struct Signal {
    #[cfg(unix)]
    socket: tokio::net::UnixStream,
    #[cfg(not(unix))]
    socket: tokio::net::UdpSocket,
}

impl Signal {
    /// Creates a signal.
    ///
    /// # Panics
    /// If the runtime has no I/O driver.
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        // The end of the other socket makes this one readable.
        let (socket, _) = std::os::unix::net::UnixStream::pair()?;
        socket.set_nonblocking(true)?;
        let socket = tokio::net::UnixStream::from_std(socket)?;
        Ok(Self { socket })
    }

    /// Creates a signal.
    ///
    /// # Panics
    /// If the runtime has no I/O driver.
    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
        socket.connect(socket.local_addr()?)?;
        socket.send(&[0])?;
        socket.set_nonblocking(true)?;
        let socket = tokio::net::UdpSocket::from_std(socket)?;
        Ok(Self { socket })
    }

    async fn received(&self) -> io::Result<()> {
        self.socket.readable().await
    }
}

/// Checks that the current runtime has timers and I/O, without which the HTTP library panics.
///
/// tokio reveals that only by a panic, which is caught here; the panic hook prints it.
fn check_drivers() -> Result<(), TransportError> {
    tokio_timer().map_err(invalid_config)?;
    match catch_unwind(|| Signal::new().map(drop)) {
        // An error of the system, such as too many open files, says that there is a driver.
        Ok(_) => Ok(()),
        Err(_) => Err(invalid_config(
            "the tokio runtime has no I/O: build it with `enable_all`",
        )),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::TransportErrorKind;
    use tokio::runtime::{Builder, Runtime};

    const IDLE_LIMIT: Duration = Duration::from_secs(8);
    const HOUR: Duration = Duration::from_secs(3600);

    fn runtime() -> Runtime {
        let builder = &mut Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    }

    #[test]
    fn each_runtime_has_its_own_values() {
        let runtimes = Runtimes::<Vec<u8>>::default();
        let (one, two) = (runtime(), runtime());
        for (runtime, expected) in [(&one, 1), (&two, 1), (&one, 2)] {
            let _guard = runtime.enter();
            let state = runtimes.current().expect("a state");
            state.kept().push(0);
            assert_eq!(state.kept().len(), expected);
        }
        let error = runtimes.current().expect_err("no runtime");
        assert_eq!(error.kind(), TransportErrorKind::InvalidConfig);
    }

    #[test]
    fn runtimes_that_have_shut_down_are_forgotten() {
        let runtimes = Runtimes::<Vec<u8>>::default();
        let keep = runtime();
        for _ in 0..3 {
            for runtime in [&keep, &runtime()] {
                runtime
                    .block_on(async { runtimes.current().map(drop) })
                    .expect("a state");
            }
        }
        // The one that is running, and the latest.
        assert_eq!(lock(&runtimes.0).len(), 2);
    }

    #[test]
    fn a_task_of_the_state_ends_with_the_transport() {
        let runtimes = Runtimes::<Vec<u8>>::default();
        let runtime = runtime();
        runtime.block_on(async {
            runtimes.current().expect("a state");
            drop(runtimes);
            yield_now().await;
            yield_now().await;
            assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
        });
    }

    #[test]
    fn a_suspended_machine_drops_its_connections() {
        let runtimes = Runtimes::<Vec<u8>>::default();
        runtime().block_on(async {
            let state = runtimes.current().expect("a state");
            state.catch_up(IDLE_LIMIT).await;
            for (earlier, expected) in [
                // Awake for long: the connections know how long they were idle.
                (
                    Moment {
                        monotonic: Instant::now() - HOUR,
                        wall: SystemTime::now() - HOUR,
                    },
                    1,
                ),
                (
                    Moment {
                        monotonic: Instant::now(),
                        wall: SystemTime::now() - HOUR,
                    },
                    0,
                ),
                // The clock was set back, so nobody knows.
                (
                    Moment {
                        monotonic: Instant::now(),
                        wall: SystemTime::now() + HOUR,
                    },
                    0,
                ),
                (
                    Moment {
                        monotonic: Instant::now(),
                        wall: SystemTime::now() - IDLE_LIMIT / 2,
                    },
                    1,
                ),
            ] {
                *state.kept() = vec![0];
                *lock(&state.events.latest) = Some(earlier);
                assert!(!state.events.is_recent(Moment::now()), "{earlier:?}");
                state.catch_up(IDLE_LIMIT).await;
                assert_eq!(state.kept().len(), expected, "{earlier:?}");
            }
        });
    }

    #[test]
    fn a_response_counts_from_the_time_of_its_request() {
        let clock = EventClock::default();
        let sent = Moment::now();
        assert!(clock.is_recent(sent), "there is no connection yet");
        let later = Moment {
            monotonic: sent.monotonic + HOUR,
            wall: sent.wall + HOUR,
        };
        clock.record(later);
        assert!(clock.is_recent(later));
        // An older request does not set the clock back.
        clock.record(sent);
        assert!(clock.is_recent(later));
        let much_later = Moment {
            monotonic: later.monotonic + 2 * RECENT,
            wall: later.wall + 2 * RECENT,
        };
        assert!(!clock.is_recent(much_later));
    }
}
