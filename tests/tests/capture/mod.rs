//! Captures everything that is logged in this process, at the finest level, through `log` and
//! `tracing`.

use std::fmt::Write as _;
use std::sync::Mutex;
use tracing::field::{Field, Visit};
use tracing::span;

/// The first message of each logger: a test that finds them knows that the loggers work.
pub(crate) const MARKS: [&str; 2] = ["a mark by log", "by tracing"];

/// Starts capturing. Call it once per process.
pub(crate) fn start() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Subscriber).unwrap();
    log::trace!("{}", MARKS[0]);
    tracing::trace!(mark = MARKS[1]);
}

/// Returns all captured lines.
pub(crate) fn logged() -> String {
    LOGGED.lock().unwrap().clone()
}

/// The captured lines.
static LOGGED: Mutex<String> = Mutex::new(String::new());

/// Adds a line as if it had been logged.
pub(crate) fn keep(line: std::fmt::Arguments<'_>) {
    let mut logged = LOGGED.lock().unwrap();
    writeln!(logged, "{line}").unwrap();
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        keep(format_args!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Captures spans and events with all their fields.
struct Subscriber;

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        keep(format_args!("{field}={value:?}"));
    }
}

impl tracing::Subscriber for Subscriber {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut Fields);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Fields);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Fields);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
