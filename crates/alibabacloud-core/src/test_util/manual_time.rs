//! A clock that never waits.

use super::lock::lock;
use crate::time::{BoxFuture, Time};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

/// A clock for tests. [`ManualTime::advance`] moves it, and so does every sleep, immediately: a
/// sleep moves the clock to the nearest end of a sleep or time limit. So a backoff of minutes takes
/// no real time, and a time limit passes exactly when the operation it limits takes longer.
///
/// Clones share one clock. [`ManualTime::waits`] returns every sleep that was requested.
///
/// ```
/// use alibabacloud_core::test_util::ManualTime;
/// use alibabacloud_core::time::Time;
/// use std::time::Duration;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let time = ManualTime::new();
/// time.sleep(Duration::from_secs(3600)).await;
/// assert_eq!(time.elapsed(), Duration::from_secs(3600));
/// assert_eq!(time.waits(), [Duration::from_secs(3600)]);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct ManualTime(Arc<Mutex<ManualClock>>);

#[derive(Debug)]
struct ManualClock {
    start: SystemTime,
    elapsed: Duration,
    timers: Vec<Timer>,
    next_timer: u64,
    waits: Vec<Duration>,
}

#[derive(Debug)]
struct Timer {
    id: u64,
    until: Duration,
    waker: Option<Waker>,
}

/// The effect of a waiting future on the clock.
#[derive(Clone, Copy, PartialEq)]
enum WaitMode {
    /// Moves the clock.
    MovesClock,
    /// Waits until another future moves the clock.
    Watches,
}

impl ManualTime {
    /// Creates a clock that shows 2026-01-01T00:00:00Z.
    pub fn new() -> Self {
        Self::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600))
    }

    /// Creates a clock that shows `now`.
    pub fn starting_at(now: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(ManualClock {
            start: now,
            elapsed: Duration::ZERO,
            timers: Vec::new(),
            next_timer: 0,
            waits: Vec::new(),
        })))
    }

    /// Moves the clock forward and wakes the futures that waited for it.
    pub fn advance(&self, duration: Duration) {
        let mut clock = self.clock();
        let to = clock.elapsed.saturating_add(duration);
        clock.move_to(to);
    }

    /// Lets `duration` pass as a sleep does, but without an entry in [`ManualTime::waits`].
    /// Simulates work that takes time.
    pub fn pass(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.wait(duration, WaitMode::MovesClock)
    }

    /// Returns every sleep that was requested, in order.
    pub fn waits(&self) -> Vec<Duration> {
        self.clock().waits.clone()
    }

    fn clock(&self) -> MutexGuard<'_, ManualClock> {
        lock(&self.0)
    }

    fn wait(&self, duration: Duration, mode: WaitMode) -> BoxFuture<'static, ()> {
        let timer = RegisteredTimer::new(self, duration);
        Box::pin(async move { poll_fn(|context| timer.poll(mode, context.waker())).await })
    }
}

impl Default for ManualTime {
    fn default() -> Self {
        Self::new()
    }
}

impl Time for ManualTime {
    fn now(&self) -> SystemTime {
        let clock = self.clock();
        clock.start + clock.elapsed
    }

    fn elapsed(&self) -> Duration {
        self.clock().elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock().waits.push(duration);
        self.wait(duration, WaitMode::MovesClock)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.wait(duration, WaitMode::Watches)
    }
}

impl ManualClock {
    fn move_to(&mut self, moment: Duration) {
        self.elapsed = moment;
        for timer in &mut self.timers {
            if timer.until <= moment {
                if let Some(waker) = timer.waker.take() {
                    waker.wake();
                }
            }
        }
    }
}

/// Removes its timer from the clock when dropped.
struct RegisteredTimer {
    time: ManualTime,
    id: u64,
    until: Duration,
}

impl RegisteredTimer {
    fn new(time: &ManualTime, duration: Duration) -> Self {
        let mut clock = time.clock();
        let until = clock.elapsed.saturating_add(duration);
        let id = clock.next_timer;
        clock.next_timer += 1;
        clock.timers.push(Timer {
            id,
            until,
            waker: None,
        });
        Self {
            time: time.clone(),
            id,
            until,
        }
    }

    fn poll(&self, mode: WaitMode, waker: &Waker) -> Poll<()> {
        let mut clock = self.time.clock();
        if clock.elapsed >= self.until {
            return Poll::Ready(());
        }
        if let Some(timer) = clock.timers.iter_mut().find(|timer| timer.id == self.id) {
            timer.waker = Some(waker.clone());
        }
        if mode == WaitMode::MovesClock {
            let elapsed = clock.elapsed;
            let ends = clock.timers.iter().map(|timer| timer.until);
            let nearest = ends.filter(|end| *end > elapsed).min();
            clock.move_to(nearest.unwrap_or(self.until));
            if clock.elapsed >= self.until {
                return Poll::Ready(());
            }
            // A future that waits for this moment was woken and can cancel this one first.
            waker.wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for RegisteredTimer {
    fn drop(&mut self) {
        let id = self.id;
        self.time.clock().timers.retain(|timer| timer.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Unfinished, within};
    use std::pin::pin;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn a_limit_passes_only_when_what_it_limits_takes_longer() {
        let time = ManualTime::new();
        assert_eq!(
            within(&time, 2 * SECOND, pin!(time.pass(SECOND))).await,
            Ok(())
        );
        assert_eq!(time.elapsed(), SECOND);
        assert_eq!(
            within(&time, 2 * SECOND, pin!(time.pass(9 * SECOND))).await,
            Err(Unfinished::TimedOut)
        );
        assert_eq!(time.elapsed(), 3 * SECOND);
        assert!(time.waits().is_empty());
        assert!(time.clock().timers.is_empty());
    }

    #[tokio::test]
    async fn a_limit_alone_does_not_move_the_clock() {
        let time = ManualTime::new();
        let mut limit = time.deadline(SECOND);
        let polled = poll_fn(|context| Poll::Ready(limit.as_mut().poll(context).is_ready()));
        assert!(!polled.await);
        assert_eq!(time.elapsed(), Duration::ZERO);
        time.advance(SECOND);
        limit.await;
    }
}
