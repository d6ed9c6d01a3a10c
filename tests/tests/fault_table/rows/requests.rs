//! Requests that are too long, or would say something else than the client has checked.

use super::{BROKEN, Call, Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, error};
use alibabacloud_core::ErrorKind::{
    Config, Credentials, Guarded, Intercepted, InvalidInput, Service,
};
use alibabacloud_core::credentials::{AssumeRoleProvider, Credentials as Key};
use alibabacloud_core::interceptor::{HookError, Intercept, Outgoing};
use alibabacloud_core::{CallOptions, SignatureVersion};

/// A path of a ROA call that is longer than a request line may be.
const LONG_PATH: &str = {
    const BYTES: [u8; 8_001] = {
        let mut bytes = [b'p'; 8_001];
        bytes[0] = b'/';
        bytes
    };
    match std::str::from_utf8(&BYTES) {
        Ok(path) => path,
        Err(_) => "",
    }
};

const LONG_TOKEN_WRITE: Row = Row {
    call: Call::LongTokenWrite,
    ..TOKEN_WRITE
};

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "a long write whose response is lost is repeated with the token in its form",
        faults: &[BROKEN],
        requests: 2,
        waits: &[100],
        ..LONG_TOKEN_WRITE
    },
    Row {
        name: "a long write with a V1 signature, throttled",
        client: |config, _| config.signature_version(SignatureVersion::V1),
        faults: &[error(429, "Throttling.User")],
        requests: 2,
        waits: &[500],
        ..LONG_TOKEN_WRITE
    },
    Row {
        name: "a gateway that rejects a request line is not asked again",
        faults: &[error(414, "RequestURITooLong")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 414 RequestURITooLong: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "a path that is too long is not sent",
        call: Call::RawRoa(LONG_PATH),
        requests: 0,
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:GetThing: the request line has 8014 bytes, and at most 8000 can be sent: the largest parameter is path with 8001 bytes after percent-encoding; the body of a ROA request cannot hold its path and query",
        ),
        ..READ
    },
    Row {
        name: "a header that is too long is not sent",
        options: || CallOptions::new().header("x-acs-note", "n".repeat(8_000)),
        requests: 0,
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:ListExecutions: the header would have 8014 bytes, and at most 8000 can be sent: the largest is x-acs-note with a value of 8000 bytes",
        ),
        ..READ
    },
    Row {
        name: "a security token that is too long is not sent",
        options: || CallOptions::new().credentials(Key::sts("id", "secret", "t".repeat(9_000))),
        requests: 0,
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:ListExecutions: the header would have 9024 bytes, and at most 8000 can be sent: the largest is x-acs-security-token with a value of 9000 bytes",
        ),
        ..READ
    },
    Row {
        name: "another operation in the query is not sent",
        client: |config, _| config.signature_version(SignatureVersion::V1).read_only(),
        options: || CallOptions::new().query("action", "DeleteTemplate"),
        requests: 0,
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:ListExecutions: parameter \"action\": the client sets it itself: it names the operation or the caller",
        ),
        ..READ
    },
    Row {
        name: "another caller in the parameters of a raw call is not sent",
        call: Call::Raw("NewApi", &[("SecurityToken", "t")]),
        requests: 0,
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:NewApi: parameter \"SecurityToken\": the client sets it itself: it names the operation or the caller",
        ),
        ..READ
    },
    Row {
        name: "a raw call at an explicit endpoint is denied under any product",
        call: Call::Raw("DeleteInstance", &[]),
        client: |config, _| config.deny("ecs:DeleteInstance"),
        options: || CallOptions::new().endpoint("ecs.cn-hangzhou.aliyuncs.com"),
        requests: 0,
        outcome: Outcome::Fails(
            Guarded,
            "oos:DeleteInstance: the client denies calls that match \"ecs:DeleteInstance\"; with an explicit endpoint the name of the product does not count",
        ),
        ..READ
    },
    Row {
        name: "a raw ROA call is denied whatever its name",
        call: Call::RawRoa("/templates/t"),
        client: |config, _| config.deny("oos:DeleteTemplate"),
        requests: 0,
        outcome: Outcome::Fails(
            Guarded,
            "oos:GetThing: the client denies calls that match \"oos:DeleteTemplate\"; a raw ROA call is identified by its method and path, not by a name",
        ),
        ..READ
    },
    Row {
        name: "a header of the connection is not sent",
        options: || CallOptions::new().header("Transfer-Encoding", "chunked"),
        requests: 0,
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:CancelExecution: header \"transfer-encoding\": it belongs to the connection, which only the HTTP client manages",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "an interceptor cannot name another operation",
        client: |config, _| config.interceptor(Rename),
        requests: 0,
        outcome: Outcome::Fails(
            Intercepted,
            "oos:ListExecutions: an interceptor ended the call: header \"X_ACS_Action\": the client sets it itself",
        ),
        ..READ
    },
    Row {
        name: "a region that is not one is not sent",
        client: |config, _| config.endpoint("http://127.0.0.1:8080"),
        options: || CallOptions::new().region("cn hangzhou"),
        requests: 0,
        outcome: Outcome::Fails(
            Config,
            "oos:ListExecutions: invalid region ID \"cn hangzhou\": expected 1 to 64 lower-case letters, digits and hyphens, such as cn-hangzhou",
        ),
        ..READ
    },
    Row {
        name: "the name of a role is not an ARN",
        options: || {
            let key = Key::access_key("id", "secret");
            CallOptions::new().credentials(AssumeRoleProvider::new(key, "deploy"))
        },
        requests: 0,
        outcome: Outcome::Fails(
            Credentials,
            "oos:ListExecutions: invalid role ARN \"deploy\": expected acs:ram::<account ID>:role/<name>, such as acs:ram::1234567890123456:role/deploy",
        ),
        ..READ
    },
];

#[derive(Debug)]
struct Rename;

impl Intercept for Rename {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        Ok(request.set_header("X_ACS_Action", "DeleteTemplate")?)
    }
}
