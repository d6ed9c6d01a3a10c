//! The clock and the timer of the platform.

use super::task::in_task;
use crate::time::{BoxFuture, Time, TimerError};
use js_sys::{Date, Function, Promise, Reflect, global};
use std::future::pending;
use std::time::{Duration, SystemTime};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Performance;

/// The longest wait of one timer, in milliseconds: `setTimeout` takes a signed number of 32 bits.
const LONGEST_MILLIS: u32 = i32::MAX as u32;

/// The clock of the platform, `Date.now` and `performance.now`, with its timer, `setTimeout`. The
/// default on this target, where the standard library has no clock.
///
/// A platform may delay the timers of a page that is not visible, usually to one second.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct JsTime;

impl JsTime {
    /// Creates a clock.
    pub fn new() -> Self {
        Self
    }
}

impl Time for JsTime {
    fn now(&self) -> SystemTime {
        let since = Duration::from_millis(Date::now() as u64);
        let now = SystemTime::UNIX_EPOCH.checked_add(since);
        now.unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn elapsed(&self) -> Duration {
        let performance = property("performance");
        let millis = match performance.is_object() {
            true => performance.unchecked_into::<Performance>().now(),
            false => Date::now(),
        };
        Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.elapsed().checked_add(duration);
        in_task(move || wait(until))
    }

    fn check_timer(&self) -> Result<(), TimerError> {
        match property("setTimeout").is_function() {
            true => Ok(()),
            false => Err(TimerError::new("the platform has no setTimeout")),
        }
    }
}

/// Waits until the clock has counted `until`.
async fn wait(until: Option<Duration>) {
    let Some(until) = until else {
        return pending().await;
    };
    loop {
        let remaining = until.saturating_sub(JsTime.elapsed());
        if remaining.is_zero() {
            return;
        }
        // Rounded up, because a timer counts whole milliseconds.
        let millis = remaining.as_nanos().div_ceil(1_000_000);
        let millis = u32::try_from(millis).unwrap_or(LONGEST_MILLIS);
        JsTimer::start(millis.min(LONGEST_MILLIS)).expired().await;
    }
}

/// A running timer, which is cleared when it is dropped.
struct JsTimer {
    /// What `setTimeout` returned: a number in browsers, an object in Node.
    id: JsValue,
    promise: Promise,
}

impl JsTimer {
    fn start(millis: u32) -> Self {
        let mut id = JsValue::UNDEFINED;
        let promise = Promise::new(&mut |resolve, _| {
            id = call("setTimeout", &[resolve.into(), millis.into()]);
        });
        Self { id, promise }
    }

    async fn expired(self) {
        // The promise is never rejected.
        let _ = JsFuture::from(self.promise.clone()).await;
    }
}

impl Drop for JsTimer {
    fn drop(&mut self) {
        // A running timer would keep a program of Node from ending.
        call("clearTimeout", std::slice::from_ref(&self.id));
    }
}

/// Returns a property of the global object, which differs between windows, workers and Node.
pub(super) fn property(name: &str) -> JsValue {
    Reflect::get(&global(), &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a global function. Returns `undefined` if there is none, or it throws.
fn call(name: &str, arguments: &[JsValue]) -> JsValue {
    let Ok(function) = property(name).dyn_into::<Function>() else {
        return JsValue::UNDEFINED;
    };
    let result = function.apply(&JsValue::UNDEFINED, &arguments.iter().collect());
    result.unwrap_or(JsValue::UNDEFINED)
}
