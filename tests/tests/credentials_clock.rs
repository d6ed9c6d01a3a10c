//! Credentials on a machine whose clock is wrong.

use alibabacloud_core::Config;
use alibabacloud_core::credentials::{
    AssumeRoleProvider, CachedProvider, CliProfileProvider, Credentials, EcsRamRoleProvider,
    MemoryEnvironment, OidcProvider, ProvideCredentials, ProviderContext, UriProvider,
};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_emulator::identity::{IdentityFault, IdentityServer, IdentityService};
use alibabacloud_oos::Client;
use sdk_tests::credentials::{Reroute, context, logins, server};
use serde_json::json;
use std::time::{Duration, SystemTime};

const HOUR: Duration = Duration::from_secs(3600);
const ROLE: &str = "acs:ram::1234567890123456:role/tester";
const TOKEN_FILE: &str = "/var/run/token";

/// Services and a machine with different clocks.
struct Case {
    server: IdentityServer,
    local: ManualTime,
    context: ProviderContext,
}

impl Case {
    /// Creates services whose clock shows `service`, and a machine whose clock shows `local`.
    async fn new(service: SystemTime, local: SystemTime) -> Self {
        let server = server(IdentityServer::builder(), &ManualTime::starting_at(service)).await;
        let login = server.log_in(1000 * HOUR);
        let machine = MemoryEnvironment::new()
            .with_home("/home/me")
            .with_file("/home/me/.aliyun/config.json", logins(&login))
            .with_file(TOKEN_FILE, "emulated-oidc-token");
        let local = ManualTime::starting_at(local);
        Self {
            context: context(Reroute::to(&server), &local, machine),
            local,
            server,
        }
    }

    fn providers(&self) -> Vec<CachedProvider> {
        vec![
            CachedProvider::new(assume()),
            CachedProvider::new(oidc()),
            CachedProvider::new(UriProvider::new().uri(self.server.credentials_uri())),
            CachedProvider::new(EcsRamRoleProvider::new()),
            CachedProvider::new(CliProfileProvider::new().profile("sso")),
            CachedProvider::new(CliProfileProvider::new().profile("oauth")),
        ]
    }

    fn requests(&self) -> usize {
        self.server.requests().len()
    }
}

fn assume() -> AssumeRoleProvider {
    AssumeRoleProvider::new(Credentials::access_key("testid", "testsecret"), ROLE)
}

fn oidc() -> OidcProvider {
    OidcProvider::new()
        .token_file(TOKEN_FILE)
        .role_arn(ROLE)
        .provider_arn("acs:ram::1234567890123456:oidc-provider/p")
}

/// 2026-12-01T10:00:00Z.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_119_200)
}

#[tokio::test]
async fn sts_is_asked_again_with_its_own_time_and_the_skew_is_kept() {
    for local in [noon() - 6 * HOUR, noon() + 6 * HOUR, noon() + 9000 * HOUR] {
        for provider in [
            Box::new(assume()) as Box<dyn ProvideCredentials>,
            Box::new(oidc()),
        ] {
            let case = Case::new(noon(), local).await;
            provider.provide(&case.context).await.unwrap();
            assert_eq!(case.requests(), 2, "one is rejected");
            assert_eq!(case.context.now(), noon());
            assert!(case.local.waits().is_empty(), "nothing was waited for");
            provider.provide(&case.context).await.unwrap();
            assert_eq!(case.requests(), 3, "the skew is known");
        }
    }
}

#[tokio::test]
async fn a_timestamp_that_is_rejected_again_is_an_error_after_two_requests() {
    let case = Case::new(noon(), noon() + 6 * HOUR).await;
    for _ in 0..3 {
        let fault = IdentityFault::Error {
            status: 400,
            code: "InvalidTimeStamp.Expired".to_owned(),
        };
        case.server.inject(IdentityService::Sts, fault);
    }
    let error = assume().provide(&case.context).await.unwrap_err();
    assert!(
        error.to_string().contains("400 InvalidTimeStamp.Expired"),
        "{error}"
    );
    assert_eq!(case.requests(), 2);
}

#[tokio::test]
async fn a_rejected_timestamp_of_equal_clocks_is_an_error_after_one_request() {
    let case = Case::new(noon(), noon() + Duration::from_secs(60)).await;
    let fault = IdentityFault::Error {
        status: 400,
        code: "InvalidTimeStamp.Expired".to_owned(),
    };
    case.server.inject(IdentityService::Sts, fault);
    assert!(assume().provide(&case.context).await.is_err());
    assert_eq!(case.requests(), 1);
}

#[tokio::test]
async fn new_credentials_that_seem_expired_are_used_if_the_service_says_so() {
    // Credentials are valid for an hour, so that they seem to have expired long ago.
    let count = Case::new(noon(), noon()).await.providers().len();
    for index in 0..count {
        let case = Case::new(noon(), noon() + 30 * HOUR).await;
        let provider = &case.providers()[index];
        let found = provider.provide(&case.context).await;
        let found = found.unwrap_or_else(|error| panic!("{provider:?}: {error}"));
        assert_eq!(found.expiry(), Some(noon() + HOUR));
        assert_eq!(case.context.now(), noon(), "{provider:?}");
        // They are cached until they expire by the clock of the service.
        let requests = case.requests();
        case.local.advance(HOUR / 2);
        let again = provider.provide(&case.context).await.unwrap();
        assert!(again.is_same(&found), "{provider:?}");
        assert_eq!(case.requests(), requests, "{provider:?}");
        case.local.advance(HOUR);
        let renewed = provider.provide(&case.context).await.unwrap();
        assert!(!renewed.is_same(&found), "{provider:?}");
    }
}

/// The response of a credentials URI with credentials that expire at `expiry`.
fn issued(expiry: &str) -> MockResponse {
    let body = json!({
        "Code": "Success", "AccessKeyId": "STS.id", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": expiry,
    });
    MockResponse::json(200, body.to_string())
}

async fn error_of(response: MockResponse) -> String {
    // The clock shows 2026-01-01T00:00:00Z.
    let context = context(
        MockClient::new([response]),
        &ManualTime::new(),
        MemoryEnvironment::new(),
    );
    let provider = CachedProvider::new(UriProvider::new().uri("http://localhost/c"));
    provider.provide(&context).await.unwrap_err().to_string()
}

#[tokio::test]
async fn expired_credentials_are_rejected_if_no_clock_says_otherwise() {
    let expired = "2025-12-31T12:00:00Z";
    for response in [
        issued(expired),
        // A cached response, a date that is not one, and one after the expiry.
        issued(expired)
            .header("date", "Wed, 31 Dec 2025 11:00:00 GMT")
            .header("age", "1"),
        issued(expired).header("date", "yesterday"),
        issued(expired).header("date", "Wed, 31 Dec 2025 13:00:00 GMT"),
    ] {
        let error = error_of(response).await;
        let expected = "credential_uri returned expired credentials: they were valid until \
                        2025-12-31T12:00:00Z, and it is 2026-01-01T00:00:00Z by the clock of this \
                        machine; check the clock";
        assert_eq!(error, expected);
    }
}

/// A client whose clock shows 2026-01-01T00:00:00Z.
fn client(http: &MockClient, provider: impl ProvideCredentials, corrects: bool) -> Client {
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(provider)
        .clock_skew_correction(corrects)
        .time(ManualTime::new())
        .http_client(http.clone());
    Client::new(config).unwrap()
}

#[tokio::test]
async fn calls_use_the_skew_that_sts_has_shown() {
    let expired = json!({ "Code": "InvalidTimeStamp.Expired", "Message": "m", "RequestId": "R" });
    let issued = json!({ "Credentials": {
        "AccessKeyId": "STS.id", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": "2026-12-01T11:00:00Z",
    }});
    let rejection = || {
        MockResponse::json(400, expired.to_string()).header("date", "Tue, 01 Dec 2026 10:00:00 GMT")
    };
    let http = MockClient::new([
        rejection(),
        MockResponse::json(200, issued.to_string()),
        MockResponse::json(200, "{}"),
    ]);
    let oos = client(&http, assume(), true);
    oos.list_executions().send().await.unwrap();
    let call = &http.requests()[2];
    assert_eq!(call.headers.get("x-acs-date"), Some("2026-12-01T10:00:00Z"));

    let http = MockClient::new([rejection()]);
    let error = client(&http, assume(), false)
        .list_executions()
        .send()
        .await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("InvalidTimeStamp.Expired"), "{error}");
    assert_eq!(http.requests().len(), 1, "corrections are disabled");
}

#[tokio::test]
async fn a_login_that_seems_expired_is_used_if_the_service_accepts_it() {
    // The login is valid for 1,000 hours by the clock of the service.
    for local in [noon() + 2000 * HOUR, noon(), noon() - 2000 * HOUR] {
        let case = Case::new(noon(), local).await;
        let sso = CliProfileProvider::new().profile("sso");
        let credentials = sso.provide(&case.context).await.unwrap();
        assert!(credentials.expiry().is_some());
        assert_eq!(case.requests(), 1);
    }
}

#[tokio::test]
async fn calls_use_the_skew_that_the_metadata_service_has_shown() {
    let date = "Wed, 31 Dec 2025 11:00:00 GMT";
    let responses = || {
        [
            MockResponse::new(200, "session-token").header("date", date),
            issued("2025-12-31T12:00:00Z").header("date", date),
            MockResponse::json(200, "{}"),
        ]
    };
    let http = MockClient::new(responses());
    let role = || EcsRamRoleProvider::new().role_name("r");
    client(&http, role(), true)
        .list_executions()
        .send()
        .await
        .unwrap();
    let call = &http.requests()[2];
    assert_eq!(call.headers.get("x-acs-date"), Some("2025-12-31T11:00:00Z"));

    let http = MockClient::new(responses());
    let error = client(&http, role(), false).list_executions().send().await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("check the clock"), "{error}");
}

#[tokio::test]
async fn providers_use_the_skew_that_a_call_has_shown() {
    let key = Credentials::access_key("testid", "testsecret");
    let expired = json!({ "Code": "InvalidTimeStamp.Expired", "Message": "m", "RequestId": "R" });
    let http = MockClient::new([
        MockResponse::json(400, expired.to_string())
            .header("date", "Thu, 01 Jan 2026 05:00:00 GMT"),
        MockResponse::json(200, "{}"),
        // Valid for an hour by the clock of the service only.
        issued("2026-01-01T04:00:00Z"),
    ]);
    let oos = client(&http, key, true);
    oos.list_executions().send().await.unwrap();
    let uri = UriProvider::new().uri("http://localhost/c");
    let options = alibabacloud_oos::CallOptions::new().credentials(CachedProvider::new(uri));
    let error = oos.list_executions().with_options(options).send().await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("and it is 2026-01-01T05:00:00Z"), "{error}");
}
