//! The classes of service errors: one table of rules over the words of the code and the status.
//!
//! Every error is in one class, so that no two predicates of [`Error`](super::Error) contradict
//! each other. The code takes precedence over the HTTP status: throttling is reported with 400 as
//! well as 429, and `InternalError` also with 400 and 403. The rules were made by reading the codes
//! that services document; the chapter on errors of the guide lists the most frequent ones with
//! their classes, and the test `error_codes` compares it with this table.

use super::words::Words;

/// The class of a service error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorClass {
    /// The call was rejected because there were too many.
    Throttled,
    /// The timestamp was rejected.
    Clock,
    /// The nonce was used before.
    Nonce,
    /// The credentials are expired or unknown; renewed ones may be accepted.
    Credentials,
    /// The credentials or the signature are wrong; a renewal does not change that.
    Identity,
    /// A call with the same idempotency token is still running.
    TokenBusy,
    /// The resource that the call names does not exist.
    NotFound,
    /// The resource that the call creates exists already.
    AlreadyExists,
    /// The call contradicts the state of a resource, or another call.
    Conflict,
    /// A quota of the account or of a resource is exhausted.
    QuotaExceeded,
    /// The caller lacks a permission.
    AccessDenied,
    /// The service has an internal problem.
    ServerFault,
    /// The same call will fail again.
    Permanent,
}

impl ErrorClass {
    /// Returns whether the same call may succeed later.
    pub(crate) fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Clock | Self::Nonce | Self::TokenBusy | Self::ServerFault
        )
    }

    /// Returns whether the service rejects what the call was signed with.
    pub(crate) fn is_invalid_credentials(self) -> bool {
        matches!(self, Self::Credentials | Self::Identity)
    }
}

// The tables are patterns of `Words`: words in lower case, in which `*` is the rest of a word.

/// The start of codes of a timestamp that the service rejects.
const CLOCK: [&str; 4] = [
    "invalid time stamp expired",
    "illegal timestamp",
    "request time too skewed",
    "request time expired",
];

/// The start of codes of credentials that are unknown, disabled or expired. `NotFound` is reported
/// for a temporary key after the end of its session, and `Inactive` for a disabled key.
const RENEWABLE: [&str; 4] = [
    "invalid security token",
    "security token expired",
    "invalid access key id not found",
    "invalid access key id inactive",
];

/// The start of other codes that reject the key, the token or the signature.
const IDENTITY: [&str; 13] = [
    "invalid access key",
    "missing access key",
    "missing security token",
    "forbidden access key",
    "temporary access key",
    "signature does not match",
    "signature not match",
    "incomplete signature",
    "invalid signature",
    "missing signature",
    "invalid bearer token",
    "invalid credential*",
    "unauthorized invalid token",
];

const TOKEN_BUSY: [&str; 2] = ["token processing", "idempotent processing"];

/// The start of codes that report a wrong value of the caller, whatever the status is.
const CALLER_FAULTS: [&str; 6] = [
    "invalid*",
    "missing*",
    "illegal*",
    "malformed*",
    "unsupport*",
    "idempotent parameter mismatch",
];

/// Too many calls in a time. A quota that is exhausted is not among them: an hour later it still
/// is.
const THROTTLED: [&str; 11] = [
    "throttl*",
    "flow control",
    "flow limited",
    "qps limit*",
    "too many request",
    "too many requests",
    "too quick request*",
    "rate limit*",
    "rate exceeded",
    "requests over limit",
    "frequency exceeded",
];

/// The same, if the last segment of the code has no other words: `CapacityDecreaseRequestLimit`
/// limits something else.
const THROTTLED_LAST: [&str; 2] = ["request limit", "request limit exceeded"];

/// Something does not exist.
const ABSENT: [&str; 10] = [
    "not found",
    "not find",
    "not exist*",
    "does not exist",
    "no such",
    "no exist",
    "no exists",
    "non exist*",
    "unexist*",
    "inexist*",
];

/// The start of codes of the gateway, which knows no such operation, and of codes about the account
/// of the caller or a missing parameter.
const ABSENT_BUT_NO_RESOURCE: [&str; 8] = [
    "invalid api not",
    "invalid product not",
    "invalid action not",
    "invalid version not",
    "invalid protocol not",
    "account not exist*",
    "required param*",
    "payment method*",
];

/// A place, and the words around it in a code. A region that does not exist says nothing about the
/// resource.
const PLACE: [&str; 24] = [
    "region",
    "regions",
    "zone",
    "zones",
    "id",
    "ids",
    "s",
    "invalid",
    "forbidden",
    "unavailable",
    "parameter",
    "parameters",
    "specified",
    "no",
    "not",
    "such",
    "found",
    "find",
    "exist",
    "exists",
    "existed",
    "does",
    "non",
    "be",
];

/// Something exists already.
const PRESENT: [&str; 9] = [
    "already exist*",
    "alreay exist*",
    "resource exist",
    "resource exists",
    "has exist*",
    "name duplicate*",
    "space duplicate*",
    "namespace duplicate*",
    "string duplicate*",
];

/// The first segment of codes for something that exists already: `Exist.Listener`.
const PRESENT_FIRST: [&str; 2] = ["exist", "exists"];

/// The end of codes of one segment for something that exists already: `ConfigRuleExists`.
const PRESENT_LAST: [&str; 2] = ["exists", "existed"];

/// The start of codes for something that exists and prevents the call.
const PRESENT_AND_PREVENTS: [&str; 6] = [
    "operation denied",
    "at least",
    "child",
    "arrearage",
    "dedicated host exists",
    "order",
];

/// A limit that is reached.
const LIMIT: [&str; 3] = ["limit exceed", "limit exceeded", "insufficient quota"];

/// What happened to the quota that a code names.
const QUOTA_STATE: [&str; 5] = ["exceed*", "full", "over", "not enough", "limit*"];

/// A contradiction to the state of a resource or to another call, but not of two parameters.
const CONFLICT: [&str; 11] = [
    "operation conflict*",
    "conflict operation",
    "task conflict",
    "resource conflict",
    "delete conflict",
    "request conflict",
    "state conflict",
    "status conflict",
    "concurrent modification",
    "dependency violation",
    "resource in use",
];

/// The first segment of the same: `Conflict.Lock`.
const CONFLICT_FIRST: [&str; 1] = ["conflict"];

/// The first segment of codes of a missing permission. `Forbbiden` is how some services spell it.
const DENIED_FIRST: [&str; 4] = [
    "forbidden",
    "forbbiden",
    "access forbidden",
    "forbidden by ram",
];

/// A missing permission.
const DENIED: [&str; 9] = [
    "no permission",
    "permission denied",
    "permission deny",
    "access denied",
    "not authorized",
    "not authorize",
    "unauthorized",
    "authorization failure",
    "no privilege",
];

/// A problem of the service.
const SERVER_FAULTS: [&str; 13] = [
    "internal error",
    "internal server error",
    "internal exception",
    "internal failure",
    "service unavailable",
    "service busy",
    "server busy",
    "system busy",
    "system error",
    "server error",
    "unknown error",
    "request timeout",
    "gateway timeout",
];

/// The first segment of the same.
const SERVER_FAULTS_FIRST: [&str; 1] = ["timeout"];

/// Words for which a status 404 or 409 does not mean an absent resource or a conflict.
const OTHER_REASONS: [&str; 21] = [
    "denied",
    "forbidden",
    "support*",
    "unsupported",
    "exceed*",
    "limit*",
    "length",
    "incorrect*",
    "locked",
    "invalid*",
    "missing*",
    "required",
    "malformed",
    "illegal",
    "mismatch*",
    "insufficient*",
    "not enough",
    "not enabled",
    "failed",
    "param*",
    "region*",
];

/// Returns the class of an error; `has_retry_after` if the response says when to retry.
pub(crate) fn class_of(
    status: Option<u16>,
    code: Option<&str>,
    has_retry_after: bool,
) -> ErrorClass {
    let code = Code::new(code.unwrap_or_default());
    match code.class() {
        // A limit that says when to retry is one of calls in a time.
        Some(ErrorClass::QuotaExceeded) if has_retry_after => ErrorClass::Throttled,
        Some(class) => class,
        None => code.class_by_status(status, has_retry_after),
    }
}

/// An error code, prepared for the rules.
struct Code {
    words: Words,
    /// The words before the first and behind the last full stop.
    first: Words,
    last: Words,
    /// The code has no full stop.
    is_one_segment: bool,
}

impl Code {
    fn new(code: &str) -> Self {
        Self {
            words: Words::of(code),
            first: Words::of(code.split('.').next().unwrap_or_default()),
            last: Words::of(code.rsplit('.').next().unwrap_or_default()),
            is_one_segment: !code.contains('.'),
        }
    }

    /// Returns the class that the code itself names.
    fn class(&self) -> Option<ErrorClass> {
        let words = &self.words;
        Some(if words.start_with_any(&["signature nonce used"]) {
            ErrorClass::Nonce
        } else if words.start_with_any(&CLOCK) {
            ErrorClass::Clock
        } else if words.start_with_any(&RENEWABLE) {
            ErrorClass::Credentials
        } else if words.start_with_any(&IDENTITY) {
            ErrorClass::Identity
        } else if words.contain_any(&TOKEN_BUSY) {
            ErrorClass::TokenBusy
        } else if words.contain_any(&ABSENT) && !self.is_absent_elsewhere() {
            ErrorClass::NotFound
        } else if self.is_throttling() {
            ErrorClass::Throttled
        } else if self.is_present() {
            ErrorClass::AlreadyExists
        } else if self.is_quota() {
            ErrorClass::QuotaExceeded
        } else if self.is_conflict() {
            ErrorClass::Conflict
        } else if self.is_denied() {
            ErrorClass::AccessDenied
        } else if self.is_server_fault() {
            ErrorClass::ServerFault
        } else if self.is_caller_fault() || words.contain_any(&ABSENT) {
            ErrorClass::Permanent
        } else {
            return None;
        })
    }

    /// Returns the class of a code that names none.
    fn class_by_status(&self, status: Option<u16>, has_retry_after: bool) -> ErrorClass {
        let other_reason = || self.words.contain_any(&OTHER_REASONS);
        match status {
            Some(429) => ErrorClass::Throttled,
            Some(408 | 500 | 502 | 503 | 504) => ErrorClass::ServerFault,
            // A client error that says when to retry is throttling, whatever its code.
            Some(400..=499) if has_retry_after => ErrorClass::Throttled,
            Some(404) if !other_reason() && !self.words.contain("conflict") => ErrorClass::NotFound,
            Some(409) if !other_reason() => ErrorClass::Conflict,
            _ => ErrorClass::Permanent,
        }
    }

    fn is_caller_fault(&self) -> bool {
        self.words.start_with_any(&CALLER_FAULTS)
    }

    /// Returns whether something else than a resource does not exist.
    fn is_absent_elsewhere(&self) -> bool {
        self.words.start_with_any(&ABSENT_BUT_NO_RESOURCE)
            || self.words.contain_any(&["region*", "zone*"]) && self.words.are_only(&PLACE)
    }

    fn is_throttling(&self) -> bool {
        !self.is_caller_fault()
            && (self.words.contain_any(&THROTTLED)
                || self.words.start_with_any(&["limit exceeded frequency"])
                || self.last.are_any(&THROTTLED_LAST))
    }

    fn is_present(&self) -> bool {
        (self.words.contain_any(&PRESENT)
            || self.first.are_any(&PRESENT_FIRST)
            || self.is_one_segment && self.words.end_with_any(&PRESENT_LAST))
            && !self.words.contain_any(&ABSENT)
            && (!self.words.start_with_any(&PRESENT_AND_PREVENTS)
                || self.words.contain_any(&["already exist*"]))
    }

    fn is_quota(&self) -> bool {
        self.words.contain("quota*") && self.words.contain_any(&QUOTA_STATE)
            || !self.is_caller_fault() && self.words.contain_any(&LIMIT)
    }

    fn is_conflict(&self) -> bool {
        if self.is_caller_fault() && !self.words.start_with_any(&["invalid operation"]) {
            return false;
        }
        // `IncorrectInstanceStatus`, `IncorrectStatus.Vpc`
        self.words.contain("incorrect") && self.words.contain_any(&["status", "state"])
            || self.words.contain_any(&CONFLICT)
            || self.first.are_any(&CONFLICT_FIRST)
    }

    fn is_denied(&self) -> bool {
        self.first.are_any(&DENIED_FIRST)
            || !self.is_caller_fault() && self.words.contain_any(&DENIED)
    }

    fn is_server_fault(&self) -> bool {
        !self.is_caller_fault()
            && (self.words.contain_any(&SERVER_FAULTS) || self.first.are_any(&SERVER_FAULTS_FIRST))
    }
}
