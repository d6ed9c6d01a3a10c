//! Credentials that are missing, slow, or rejected by the service.

use super::{Outcome, PLAIN_WRITE, READ, Row, error};
use alibabacloud_core::ErrorKind;
use alibabacloud_core::ErrorKind::{Service, Timeout};
use alibabacloud_core::credentials::{
    Credentials, CredentialsError, ProvideCredentials, ProviderContext,
};
use alibabacloud_core::time::BoxFuture;
use std::time::Duration;

const EXPIRED: super::Fault = error(403, "InvalidSecurityToken.Expired");

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
];

/// Credentials of a session.
#[derive(Debug)]
struct Temporary;

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
