//! The parts of a row, and the rows by kind of fault.

pub(crate) mod body;
pub(crate) mod budget;
pub(crate) mod clock;
pub(crate) mod codes;
pub(crate) mod credentials;
pub(crate) mod gateway;
pub(crate) mod headers;
pub(crate) mod pages;
pub(crate) mod requests;
pub(crate) mod status;
pub(crate) mod time;
pub(crate) mod transport;
pub(crate) mod waits;

use alibabacloud_core::http::TransportErrorKind;
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::{CallOptions, Config, ErrorKind};

/// One call and its expected result.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) call: Call,
    /// The differences from the plain client, which waits without jitter.
    pub(crate) client: fn(Config, &ManualTime) -> Config,
    /// The options of the call; a list has none.
    pub(crate) options: fn() -> CallOptions,
    /// The faults of successive requests; then the service works.
    pub(crate) faults: &'static [Fault],
    /// The number of all requests.
    pub(crate) requests: usize,
    /// How many of them a credentials provider sent; they are not attempts of the call.
    pub(crate) provider_requests: usize,
    /// The waits between them in milliseconds.
    pub(crate) waits: &'static [u128],
    pub(crate) outcome: Outcome,
}

impl Row {
    /// Returns whether the row has the plain client and no options.
    pub(crate) fn is_plain(&self) -> bool {
        std::ptr::fn_addr_eq(self.client, READ.client)
            && std::ptr::fn_addr_eq(self.options, READ.options)
    }
}

/// Calls that differ in which failures are retried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Call {
    Read,
    /// A write with an idempotency token.
    TokenWrite,
    /// A write without an idempotency token.
    PlainWrite,
    /// A write with an idempotency token and parameters that do not fit into a request line.
    LongTokenWrite,
    /// A raw call, which is a write without an idempotency token.
    Raw(&'static str, &'static [(&'static str, &'static str)]),
    /// A raw ROA call of this path.
    RawRoa(&'static str),
    /// All pages of a list.
    Pages,
    /// All pages of a list with page numbers.
    NumberedPages,
    /// The same with the strict option.
    StrictPages,
    /// A wait for the end of the execution `exec-1`, which polls every second.
    Wait,
}

/// The outcome of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// An output.
    Done,
    /// An error with this kind and message.
    Fails(ErrorKind, &'static str),
    /// This number of pages.
    ListEnds(usize),
    /// This number of pages, then the end, before this number of items.
    ListFallsShort(usize, u64),
    /// This number of pages, then an error.
    ListFails(usize, ErrorKind, &'static str),
}

/// The fault of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) what: What,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The duration of the request in milliseconds.
    pub(crate) takes: u64,
    /// Whether the service may have executed the operation.
    pub(crate) may_be_executed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// The transport fails.
    Transport(TransportErrorKind),
    /// A response with this status and body.
    Response(u16, &'static [u8]),
    /// The beginning of a response, then the end of the connection.
    Cut(u16, &'static [u8]),
    /// An error of the service in the usual format, with this status and code.
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

    /// Adds response headers.
    pub(crate) const fn headers(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    /// Delays the fault, in milliseconds.
    pub(crate) const fn after(self, ms: u64) -> Self {
        Self { takes: ms, ..self }
    }

    /// Marks the request as one that executes nothing.
    pub(crate) const fn executes_nothing(self) -> Self {
        Self {
            may_be_executed: false,
            ..self
        }
    }

    /// Marks the operation as possibly executed.
    pub(crate) const fn perhaps_executed(self) -> Self {
        Self {
            may_be_executed: true,
            ..self
        }
    }
}

/// No connection was made.
pub(crate) const REFUSED: Fault = Fault::of(What::Transport(TransportErrorKind::Connect), false);
/// The connection broke before a response arrived.
pub(crate) const BROKEN: Fault = Fault::of(What::Transport(TransportErrorKind::Interrupted), true);
/// The transport timed out.
pub(crate) const TRANSPORT_TIMEOUT: Fault =
    Fault::of(What::Transport(TransportErrorKind::Timeout), true);
/// The transport rejects the request.
pub(crate) const UNSENDABLE: Fault =
    Fault::of(What::Transport(TransportErrorKind::InvalidRequest), false);
/// A setting of the transport is not valid.
pub(crate) const UNUSABLE: Fault =
    Fault::of(What::Transport(TransportErrorKind::InvalidConfig), false);
/// The service works.
pub(crate) const WELL: Fault = response(200, br#"{"RequestId":"R"}"#);

/// A response. A success or a server error may come from an execution, another error does not.
pub(crate) const fn response(status: u16, body: &'static [u8]) -> Fault {
    let may_be_executed = status < 300 || status >= 500 || status == 408;
    Fault::of(What::Response(status, body), may_be_executed)
}

/// The beginning of a response.
pub(crate) const fn cut(status: u16, body: &'static [u8]) -> Fault {
    Fault::of(What::Cut(status, body), true)
}

/// An error in the usual format, like [`response`].
pub(crate) const fn error(status: u16, code: &'static str) -> Fault {
    let may_be_executed = status < 300 || status >= 500 || status == 408;
    Fault::of(What::Error(status, code), may_be_executed)
}

/// A read on the plain client without faults.
pub(crate) const READ: Row = Row {
    name: "",
    call: Call::Read,
    client: |config, _| config,
    options: CallOptions::new,
    faults: &[],
    requests: 1,
    provider_requests: 0,
    waits: &[],
    outcome: Outcome::Done,
};

/// A write with an idempotency token, on the plain client without faults.
pub(crate) const TOKEN_WRITE: Row = Row {
    call: Call::TokenWrite,
    ..READ
};

/// A write without an idempotency token, on the plain client without faults.
pub(crate) const PLAIN_WRITE: Row = Row {
    call: Call::PlainWrite,
    ..READ
};

/// A list with page numbers, on the plain client without faults.
pub(crate) const NUMBERED_PAGES: Row = Row {
    call: Call::NumberedPages,
    ..PAGES
};

/// A wait, on the plain client without faults.
pub(crate) const WAIT: Row = Row {
    call: Call::Wait,
    ..READ
};

/// A list of all pages, on the plain client without faults.
pub(crate) const PAGES: Row = Row {
    call: Call::Pages,
    outcome: Outcome::ListEnds(1),
    ..READ
};
