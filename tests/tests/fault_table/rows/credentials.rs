//! Credentials that are missing, slow, or rejected by the service.

use super::{
    BROKEN, Fault, Outcome, PLAIN_WRITE, READ, REFUSED, Row, TRANSPORT_TIMEOUT, error, response,
};
use alibabacloud_core::ErrorKind;
use alibabacloud_core::ErrorKind::{Service, Timeout};
use alibabacloud_core::credentials::{
    AssumeRoleProvider, Credentials, CredentialsError, EcsRamRoleProvider, ProvideCredentials,
    ProviderContext, UriProvider,
};
use alibabacloud_core::time::BoxFuture;
use std::time::Duration;

const EXPIRED: Fault = error(403, "InvalidSecurityToken.Expired");

/// A rejected timestamp, a year after the clock of the tests.
const LATE: Fault = error(400, "InvalidTimeStamp.Expired").headers(NEXT_YEAR);
const NEXT_YEAR: &[(&str, &str)] = &[("date", "Fri, 01 Jan 2027 00:00:00 GMT")];
const YESTERDAY: &[(&str, &str)] = &[("date", "Wed, 31 Dec 2025 00:00:00 GMT")];

/// A response of STS with credentials.
const ASSUMED: Fault = response(
    200,
    br#"{"Credentials":{"AccessKeyId":"STS.i","AccessKeySecret":"s","SecurityToken":"t"}}"#,
)
.executes_nothing();
/// A response of the metadata service or a credentials URI.
const ISSUED: Fault = response(
    200,
    br#"{"Code":"Success","AccessKeyId":"STS.i","AccessKeySecret":"s","SecurityToken":"t"}"#,
)
.executes_nothing();
/// The same with credentials that seem to have expired an hour ago.
const ISSUED_YESTERDAY: Fault = response(
    200,
    br#"{"Code":"Success","AccessKeyId":"STS.i","AccessKeySecret":"s","SecurityToken":"t",
        "Expiration":"2025-12-31T23:00:00Z"}"#,
)
.executes_nothing();
/// A session token of the metadata service.
const SESSION: Fault = response(200, b"session").executes_nothing();

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "an expired token is replaced: the service rejected the write",
        client: |config, _| config.credentials(Temporary),
        faults: &[EXPIRED],
        requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "new credentials are rejected too",
        client: |config, _| config.credentials(Temporary),
        faults: &[EXPIRED, EXPIRED],
        requests: 2,
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 403 InvalidSecurityToken.Expired: No. (request ID E, attempts 2, signed with AccessKey ID **** from static_sts)",
        ),
        ..READ
    },
    Row {
        name: "a deleted AccessKey, of a session",
        client: |config, _| config.credentials(Temporary),
        faults: &[error(404, "InvalidAccessKeyId.NotFound")],
        requests: 2,
        ..READ
    },
    Row {
        name: "a deleted AccessKey, permanently",
        faults: &[error(404, "InvalidAccessKeyId.NotFound")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 404 InvalidAccessKeyId.NotFound: No. (request ID E, signed with AccessKey ID **** from static_ak)",
        ),
        ..READ
    },
    Row {
        name: "a wrong signature is not retried",
        faults: &[error(400, "SignatureDoesNotMatch")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 SignatureDoesNotMatch: No. The service did not quote its string to sign; check the AccessKey secret first. (request ID E, signed with AccessKey ID **** from static_ak)",
        ),
        ..READ
    },
    Row {
        name: "no credentials",
        client: |config, _| config.credentials(Missing),
        requests: 0,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: the vault is closed",
        ),
        ..READ
    },
    Row {
        name: "slow credentials are waited for",
        client: |config, _| config.credentials(Slow(Duration::from_secs(119))),
        waits: &[119_000],
        ..PLAIN_WRITE
    },
    Row {
        name: "credentials that never come",
        client: |config, _| config.credentials(Silent),
        requests: 0,
        waits: &[121_000],
        outcome: Outcome::Fails(
            Timeout,
            "oos:CancelExecution: operation timed out after 120000 ms while waiting for credentials",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "STS rejects the timestamp: asked again, and the write has the time of the service",
        client: |config, _| config.credentials(role()),
        faults: &[LATE, ASSUMED],
        requests: 3,
        provider_requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "STS rejects the timestamp, repeatedly",
        client: |config, _| config.credentials(role()),
        faults: &[LATE, LATE],
        requests: 2,
        provider_requests: 2,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: AssumeRole for acs:ram::1:role/r returned 400 InvalidTimeStamp.Expired: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "STS rejects the timestamp, clock correction disabled",
        client: |config, _| config.credentials(role()).clock_skew_correction(false),
        faults: &[LATE],
        provider_requests: 1,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: AssumeRole for acs:ram::1:role/r returned 400 InvalidTimeStamp.Expired: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "STS is busy",
        client: |config, _| config.credentials(role()),
        faults: &[error(503, "ServiceUnavailable"), ASSUMED],
        requests: 3,
        provider_requests: 2,
        waits: &[200],
        ..READ
    },
    Row {
        name: "no response to the request for a session token of the instance",
        client: |config, _| config.credentials(instance()),
        faults: &[TRANSPORT_TIMEOUT.executes_nothing(), ISSUED],
        requests: 3,
        provider_requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "the request for a session token of the instance is reset",
        client: |config, _| config.credentials(instance()),
        faults: &[BROKEN, BROKEN, ISSUED],
        requests: 4,
        provider_requests: 3,
        waits: &[200],
        ..READ
    },
    Row {
        name: "no session token of the instance, and requests without one are disabled",
        client: |config, _| config.credentials(instance().disable_imds_v1()),
        faults: &[error(405, "MethodNotAllowed")],
        provider_requests: 1,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: the request for a session token (PUT /latest/api/token) failed: the metadata service returned 405 MethodNotAllowed: No. (request ID E); requests without a session token (IMDSv1) are disabled by ALIBABA_CLOUD_IMDSV1_DISABLED or the provider",
        ),
        ..READ
    },
    Row {
        name: "no metadata service",
        client: |config, _| config.credentials(instance()),
        faults: &[REFUSED],
        provider_requests: 1,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: no response to the metadata request from http://100.100.100.200: a scripted fault",
        ),
        ..READ
    },
    Row {
        name: "new credentials seem expired, but the service says that they are valid",
        client: |config, _| config.credentials(instance()),
        faults: &[SESSION, ISSUED_YESTERDAY.headers(YESTERDAY)],
        requests: 3,
        provider_requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "new credentials seem expired, and no service says otherwise",
        client: |config, _| config.credentials(instance()),
        faults: &[SESSION, ISSUED_YESTERDAY],
        requests: 2,
        provider_requests: 2,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: ecs_ram_role returned expired credentials: they were valid until 2025-12-31T23:00:00Z, and it is 2026-01-01T00:00:00Z by the clock of this machine; check the clock",
        ),
        ..READ
    },
    Row {
        name: "rejected credentials of a URI are requested anew",
        client: |config, _| config.credentials(uri()),
        faults: &[ISSUED, EXPIRED, ISSUED],
        requests: 4,
        provider_requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "a byte order mark and a broken character in the response of a URI",
        client: |config, _| config.credentials(uri()),
        faults: &[response(
            200,
            b"\xef\xbb\xbf{\"Note\":\"\\ud800\xff\",\"AccessKeyId\":\"STS.i\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\"}",
        )],
        requests: 2,
        provider_requests: 1,
        ..READ
    },
    Row {
        name: "a line break in the token of a URI is not sent",
        client: |config, _| config.credentials(uri()),
        faults: &[response(
            200,
            br#"{"AccessKeyId":"STS.i","AccessKeySecret":"s","SecurityToken":"t\r\nx: y"}"#,
        )],
        provider_requests: 1,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: the response to the credentials request to http://localhost is invalid: SecurityToken contains a line break",
        ),
        ..READ
    },
    Row {
        name: "an HTML page in place of credentials",
        client: |config, _| config.credentials(uri()),
        faults: &[response(200, b"<html>")],
        provider_requests: 1,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: the response to the credentials request to http://localhost is not valid JSON (line 1, column 1 of 6 bytes)",
        ),
        ..READ
    },
    Row {
        name: "a blank in an AccessKey secret",
        client: |config, _| config.credentials(Credentials::access_key("LTAIx", "s\u{3000}s")),
        requests: 0,
        outcome: Outcome::Fails(
            ErrorKind::Credentials,
            "oos:ListExecutions: invalid credentials of static_ak: the AccessKey secret contains whitespace",
        ),
        ..READ
    },
    Row {
        name: "STS refuses the role",
        client: |config, _| config.credentials(role()),
        faults: &[error(403, "NoPermission")],
        provider_requests: 1,
        outcome: Outcome::Fails(ErrorKind::Credentials, "oos:ListExecutions: AssumeRole for acs:ram::1:role/r returned 403 NoPermission: No. (request ID E), signed with AccessKey ID **** from static_ak"),
        ..READ
    },
    Row {
        name: "STS throttles",
        client: |config, _| config.credentials(role()),
        faults: &[error(400, "Throttling.User"), ASSUMED],
        requests: 3,
        provider_requests: 2,
        waits: &[200],
        ..PLAIN_WRITE
    },
    Row {
        name: "the connection to STS breaks: nothing was executed",
        client: |config, _| config.credentials(role()),
        faults: &[BROKEN.executes_nothing(), ASSUMED],
        requests: 3,
        provider_requests: 2,
        waits: &[200],
        ..PLAIN_WRITE
    },
    Row {
        name: "credentials of STS without a key",
        client: |config, _| config.credentials(role()),
        faults: &[response(200, br#"{"Credentials":{"SecurityToken":"t"}}"#)],
        provider_requests: 1,
        outcome: Outcome::Fails(ErrorKind::Credentials, "oos:ListExecutions: the response to AssumeRole for acs:ram::1:role/r is invalid: Credentials.AccessKeyId is missing"),
        ..READ
    },
    Row {
        name: "an instance without a role",
        client: |config, _| config.credentials(EcsRamRoleProvider::new()),
        faults: &[SESSION, response(404, b"")],
        requests: 2,
        provider_requests: 2,
        outcome: Outcome::Fails(ErrorKind::Credentials, "oos:ListExecutions: the instance has no RAM role"),
        ..READ
    },
    Row {
        name: "the metadata service says that it failed, with status 200",
        client: |config, _| config.credentials(instance()),
        faults: &[SESSION, response(200, br#"{"Code":"Failed","Message":"No."}"#)],
        requests: 2,
        provider_requests: 2,
        outcome: Outcome::Fails(ErrorKind::Credentials, "oos:ListExecutions: the metadata service returned no credentials for role r: Code is not Success"),
        ..READ
    },
    Row {
        name: "a credentials URI that redirects",
        client: |config, _| config.credentials(uri()),
        faults: &[response(302, b"").headers(&[("location", "http://elsewhere.example/?secret")])],
        provider_requests: 1,
        outcome: Outcome::Fails(ErrorKind::Credentials, "oos:ListExecutions: the credentials request to http://localhost returned 302"),
        ..READ
    },
    Row {
        name: "new credentials in the response of a URI, and the old ones are rejected late",
        client: |config, _| config.credentials(uri()),
        faults: &[ISSUED, error(404, "InvalidAccessKeyId.NotFound"), ISSUED, EXPIRED],
        requests: 4,
        provider_requests: 2,
        outcome: Outcome::Fails(Service, "oos:CancelExecution 403 InvalidSecurityToken.Expired: No. (request ID E, attempts 2, signed with AccessKey ID **** from credential_uri)"),
        ..PLAIN_WRITE
    },
];

fn role() -> AssumeRoleProvider {
    AssumeRoleProvider::new(Credentials::access_key("id", "secret"), "acs:ram::1:role/r")
}

fn instance() -> EcsRamRoleProvider {
    EcsRamRoleProvider::new().role_name("r")
}

fn uri() -> UriProvider {
    UriProvider::new().uri("http://localhost/c")
}

/// Credentials of a session.
#[derive(Debug)]
pub(crate) struct Temporary;

impl ProvideCredentials for Temporary {
    fn name(&self) -> &str {
        "temporary"
    }
    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(Credentials::sts("id", "secret", "token")) })
    }
}

/// A provider that is configured and fails.
#[derive(Debug)]
struct Missing;

impl ProvideCredentials for Missing {
    fn name(&self) -> &str {
        "missing"
    }
    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Err(CredentialsError::new("the vault is closed")) })
    }
}

/// A provider that lets time pass and never returns.
#[derive(Debug)]
struct Silent;

impl ProvideCredentials for Silent {
    fn name(&self) -> &str {
        "silent"
    }
    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            context.time.sleep(Duration::from_secs(121)).await;
            std::future::pending().await
        })
    }
}

/// A slow provider.
#[derive(Debug)]
struct Slow(Duration);

impl ProvideCredentials for Slow {
    fn name(&self) -> &str {
        "slow"
    }
    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            context.time.sleep(self.0).await;
            Ok(Credentials::access_key("id", "secret"))
        })
    }
}
