//! What a row of the table is made of, and the rows by what goes wrong.

pub(crate) mod body;
pub(crate) mod clock;
pub(crate) mod credentials;
pub(crate) mod headers;
pub(crate) mod pages;
pub(crate) mod status;
pub(crate) mod time;
pub(crate) mod transport;

use alibabacloud_core::http::TransportErrorKind;
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::{Config, ErrorKind};

/// One call and what becomes of it.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) call: Call,
    /// What differs from the plain client, which waits without jitter.
    pub(crate) client: fn(Config, &ManualTime) -> Config,
    /// What happens to one request after another, before the service is well.
    pub(crate) faults: &'static [Fault],
    /// Requests sent in all.
    pub(crate) requests: usize,
    /// The waits between them in milliseconds.
    pub(crate) waits: &'static [u128],
    pub(crate) outcome: Outcome,
}

/// The calls that differ in what may be repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Call {
    Read,
    /// A write that carries an idempotency token.
    TokenWrite,
    /// A write that does not.
    PlainWrite,
    /// All pages of a list.
    Pages,
}

/// How a call ends.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// With an output.
    Done,
    /// With an error of this kind and these words.
    Fails(ErrorKind, &'static str),
    /// With this many pages.
    ListEnds(usize),
    /// With this many pages and then an error.
    ListFails(usize, ErrorKind, &'static str),
}

/// What happens to one request.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) what: What,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// How long it takes, in milliseconds.
    pub(crate) takes: u64,
    /// Whether the service may have executed the operation.
    pub(crate) may_be_executed: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum What {
    /// The transport fails.
    Transport(TransportErrorKind),
    /// An answer with this status and body.
    Answer(u16, &'static [u8]),
    /// The beginning of an answer, and the end of the connection.
    Cut(u16, &'static [u8]),
    /// An error of the service in the usual shape, with this status and code.
    Error(u16, &'static str),
}

impl Fault {
    const fn of(what: What, may_be_executed: bool) -> Self {
        Self {
            what,
            headers: &[],
            takes: 0,
            may_be_executed,
        }
    }

    /// With these headers.
    pub(crate) const fn headers(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    /// After so many milliseconds.
    pub(crate) const fn after(self, ms: u64) -> Self {
        Self { takes: ms, ..self }
    }

    /// The service may have executed the operation all the same.
    pub(crate) const fn perhaps_executed(self) -> Self {
        Self {
            may_be_executed: true,
            ..self
        }
    }
}

/// No connection was made.
pub(crate) const REFUSED: Fault = Fault::of(What::Transport(TransportErrorKind::Connect), false);
/// The connection broke before an answer came.
pub(crate) const BROKEN: Fault = Fault::of(What::Transport(TransportErrorKind::Interrupted), true);
/// The transport lost patience.
pub(crate) const TRANSPORT_TIMEOUT: Fault =
    Fault::of(What::Transport(TransportErrorKind::Timeout), true);
/// The transport cannot send such a request.
pub(crate) const UNSENDABLE: Fault =
    Fault::of(What::Transport(TransportErrorKind::InvalidRequest), false);
/// The service is well.
pub(crate) const WELL: Fault = answer(200, br#"{"RequestId":"R"}"#);

/// An answer; a success or a failure of the service may come from an execution, a refusal does not.
pub(crate) const fn answer(status: u16, body: &'static [u8]) -> Fault {
    let may_be_executed = status < 300 || status >= 500 || status == 408;
    Fault::of(What::Answer(status, body), may_be_executed)
}

/// The beginning of an answer.
pub(crate) const fn cut(status: u16, body: &'static [u8]) -> Fault {
    Fault::of(What::Cut(status, body), true)
}

/// An error in the usual shape, as [`answer`].
pub(crate) const fn error(status: u16, code: &'static str) -> Fault {
    let may_be_executed = status < 300 || status >= 500 || status == 408;
    Fault::of(What::Error(status, code), may_be_executed)
}

/// A read through the plain client that nothing goes wrong with.
pub(crate) const READ: Row = Row {
    name: "",
    call: Call::Read,
    client: |config, _| config,
    faults: &[],
    requests: 1,
    waits: &[],
    outcome: Outcome::Done,
};

/// The same for a write with an idempotency token.
pub(crate) const TOKEN_WRITE: Row = Row {
    call: Call::TokenWrite,
    ..READ
};

/// The same for a write without one.
pub(crate) const PLAIN_WRITE: Row = Row {
    call: Call::PlainWrite,
    ..READ
};

/// The same for all pages of a list.
pub(crate) const PAGES: Row = Row {
    call: Call::Pages,
    outcome: Outcome::ListEnds(1),
    ..READ
};
