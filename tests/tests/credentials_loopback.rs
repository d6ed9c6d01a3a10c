//! Every provider that calls a service, against services on the loopback interface: success,
//! rotation, failure, invalid responses, silence, expiry.

use alibabacloud_core::credentials::{
    AssumeRoleProvider, CachedProvider, CliProfileProvider, Credentials, CredentialsErrorKind,
    EcsRamRoleProvider, MemoryEnvironment, OidcProvider, ProvideCredentials, ProviderContext,
    UriProvider,
};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::time::Time;
use alibabacloud_emulator::identity::{
    IdentityFault, IdentityServer, IdentityServerBuilder, IdentityService,
};
use sdk_tests::credentials::{Reroute, context, logins, server};
use serde_json::json;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
const ROLE: &str = "acs:ram::1234567890123456:role/tester";
const CONFIG: &str = "/home/me/.aliyun/config.json";
const TOKEN_FILE: &str = "/var/run/token";

/// A provider that calls a service.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Ecs,
    AssumeRole,
    Oidc,
    Uri,
    CloudSso,
    OAuth,
}

const KINDS: [Kind; 6] = [
    Kind::Ecs,
    Kind::AssumeRole,
    Kind::Oidc,
    Kind::Uri,
    Kind::CloudSso,
    Kind::OAuth,
];

impl Kind {
    fn service(self) -> IdentityService {
        match self {
            Self::Ecs => IdentityService::Metadata,
            Self::AssumeRole | Self::Oidc => IdentityService::Sts,
            Self::Uri => IdentityService::Uri,
            Self::CloudSso => IdentityService::CloudSso,
            Self::OAuth => IdentityService::OAuth,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ecs => "ecs_ram_role",
            Self::AssumeRole => "ram_role_arn/static_ak",
            Self::Oidc => "oidc_role_arn",
            Self::Uri => "credential_uri",
            Self::CloudSso => "cli_profile/cloud_sso",
            Self::OAuth => "cli_profile/oauth",
        }
    }

    /// The time limit of one attempt.
    fn limit(self) -> Duration {
        Duration::from_secs(if self == Self::Ecs { 2 } else { 10 })
    }

    fn provider(self, server: &IdentityServer) -> Box<dyn ProvideCredentials> {
        match self {
            Self::Ecs => Box::new(EcsRamRoleProvider::new().role_name("emulated-role")),
            Self::AssumeRole => Box::new(AssumeRoleProvider::new(
                Credentials::access_key("testid", "testsecret"),
                ROLE,
            )),
            Self::Oidc => Box::new(
                OidcProvider::new()
                    .token_file(TOKEN_FILE)
                    .role_arn(ROLE)
                    .provider_arn("acs:ram::1234567890123456:oidc-provider/p"),
            ),
            Self::Uri => Box::new(UriProvider::new().uri(server.credentials_uri())),
            Self::CloudSso => Box::new(CliProfileProvider::new().profile("sso")),
            Self::OAuth => Box::new(CliProfileProvider::new().profile("oauth")),
        }
    }
}

/// A server, and an environment with the settings of all providers.
struct Case {
    time: ManualTime,
    server: IdentityServer,
    machine: MemoryEnvironment,
    context: ProviderContext,
}

impl Case {
    async fn new(builder: IdentityServerBuilder) -> Self {
        let time = ManualTime::new();
        let server = server(builder, &time).await;
        let login = server.log_in(100_000 * HOUR);
        let machine = MemoryEnvironment::new()
            .with_home("/home/me")
            .with_file(CONFIG, logins(&login))
            .with_file(TOKEN_FILE, "emulated-oidc-token");
        Self {
            context: context(Reroute::to(&server), &time, machine.clone()),
            time,
            server,
            machine,
        }
    }

    /// Returns a provider of its own, without the state that a profile keeps between calls.
    fn provider(&self, kind: Kind) -> Box<dyn ProvideCredentials> {
        kind.provider(&self.server)
    }

    async fn provide(&self, provider: &dyn ProvideCredentials) -> Result<Credentials, String> {
        let provided = provider.provide(&self.context).await;
        provided.map_err(|error| error.to_string())
    }

    async fn error(&self, provider: impl ProvideCredentials) -> String {
        self.provide(&provider).await.unwrap_err()
    }

    /// Makes the service silent for some requests, and lets the time limit of each pass.
    async fn silence(&self, kind: Kind, requests: usize) -> Result<Credentials, String> {
        for _ in 0..requests {
            self.server
                .inject(kind.service(), IdentityFault::NoResponse);
        }
        // A profile of mode OAuth saves credentials until they expire.
        self.time.advance(HOUR);
        let before = self.server.requests().len();
        let (provider, context) = (self.provider(kind), self.context.clone());
        let waiting = tokio::spawn(async move { provider.provide(&context).await });
        for request in 1..=requests {
            self.server.wait_for_requests(before + request).await;
            self.time.advance(kind.limit());
        }
        waiting.await.unwrap().map_err(|error| error.to_string())
    }
}

#[tokio::test]
async fn every_provider_gets_new_credentials_at_each_refresh() {
    let case = Case::new(IdentityServer::builder()).await;
    for kind in KINDS {
        let provider = case.provider(kind);
        let first = case.provide(&*provider).await.unwrap();
        assert_eq!(first.provider(), kind.name());
        assert_eq!(first.expiry(), Some(case.time.now() + HOUR), "{kind:?}");
        case.time.advance(HOUR);
        let second = case.provide(&*provider).await.unwrap();
        assert_ne!(first.access_key_id(), second.access_key_id(), "{kind:?}");
        assert_ne!(first.security_token(), second.security_token(), "{kind:?}");
        assert_eq!(second.expiry(), Some(case.time.now() + HOUR), "{kind:?}");
    }
}

#[tokio::test]
async fn an_error_response_is_reported_with_status_code_and_request_id() {
    let case = Case::new(IdentityServer::builder()).await;
    for kind in KINDS {
        let refusal = IdentityFault::Error {
            status: 403,
            code: "NoPermission".to_owned(),
        };
        if kind == Kind::Ecs {
            // The first request, for the session token, succeeds.
            case.server.inject(kind.service(), IdentityFault::Expired);
        }
        case.server.inject(kind.service(), refusal);
        let provider = case.provider(kind);
        let error = case.provide(&*provider).await.unwrap_err();
        let expected = "403 NoPermission: refused by a test (request ID EMULATED-REQUEST)";
        assert!(error.contains(expected), "{kind:?}: {error}");
    }
}

#[tokio::test]
async fn a_transient_outage_is_retried_where_nothing_can_be_lost() {
    let case = Case::new(IdentityServer::builder()).await;
    for kind in KINDS {
        case.server.inject(
            kind.service(),
            IdentityFault::Error {
                status: 503,
                code: "ServiceUnavailable".to_owned(),
            },
        );
        let provider = case.provider(kind);
        let provided = case.provide(&*provider).await;
        assert!(provided.is_ok(), "{kind:?}: {provided:?}");
    }
}

#[tokio::test]
async fn an_invalid_response_is_an_error_that_does_not_quote_it() {
    let case = Case::new(IdentityServer::builder()).await;
    for kind in KINDS {
        for (garbage, expected) in [
            (
                IdentityFault::Html,
                "is not valid JSON (line 1, column 1 of 31 bytes)",
            ),
            (
                IdentityFault::Empty,
                "is not valid JSON (line 1, column 0 of 0 bytes)",
            ),
            (IdentityFault::Huge, "it is larger than 262144 bytes"),
        ] {
            if kind == Kind::Ecs {
                // The first request, for the session token, succeeds.
                case.server.inject(kind.service(), IdentityFault::Expired);
            }
            let attempts = match (&garbage, kind) {
                (IdentityFault::Huge, Kind::Ecs) => 2,
                (IdentityFault::Huge, _) => 3,
                _ => 1,
            };
            for _ in 0..attempts {
                case.server.inject(kind.service(), garbage.clone());
            }
            let provider = case.provider(kind);
            let error = case.provide(&*provider).await.unwrap_err();
            assert!(error.contains(expected), "{kind:?} {garbage:?}: {error}");
            assert!(!error.contains("html"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_silent_service_times_out_and_is_retried_where_nothing_can_be_lost() {
    let case = Case::new(IdentityServer::builder()).await;
    for kind in [
        Kind::AssumeRole,
        Kind::Oidc,
        Kind::Uri,
        Kind::CloudSso,
        Kind::OAuth,
    ] {
        let provided = case.silence(kind, 1).await;
        assert!(provided.is_ok(), "{kind:?}: {provided:?}");
        let error = case.silence(kind, 3).await;
        let error = error.unwrap_err();
        assert!(
            error.contains("timed out after 10000 ms"),
            "{kind:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_silent_request_for_a_session_token_times_out_and_is_replaced_by_one_without() {
    let case = Case::new(IdentityServer::builder()).await;
    let before = case.time.now();
    let found = case.silence(Kind::Ecs, 1).await;
    assert!(found.is_ok(), "{found:?}");
    assert_eq!(methods(&case), ["PUT", "GET"]);
    assert_eq!(case.time.now(), before + HOUR + Duration::from_secs(2));
}

#[tokio::test]
async fn a_silent_metadata_service_times_out_after_two_seconds() {
    let case = Case::new(IdentityServer::builder()).await;
    let error = case.silence(Kind::Ecs, 2).await.unwrap_err();
    assert!(error.contains("timed out after 2000 ms"), "{error}");
    assert_eq!(methods(&case), ["PUT", "GET"]);
}

fn methods(case: &Case) -> Vec<String> {
    let requests = case.server.requests();
    requests.into_iter().map(|request| request.method).collect()
}

#[tokio::test]
async fn credentials_that_are_already_expired_are_rejected() {
    let case = Case::new(IdentityServer::builder()).await;
    for kind in KINDS {
        if kind == Kind::Ecs {
            // The request for the session token returns no credentials.
            case.server.inject(kind.service(), IdentityFault::Expired);
        }
        case.server.inject(kind.service(), IdentityFault::Expired);
        let cache = CachedProvider::shared(case.provider(kind).into());
        let error = case.provide(&cache).await.unwrap_err();
        assert!(error.contains("expired credentials"), "{kind:?}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_on_expired_credentials_cause_one_request() {
    let case = Case::new(IdentityServer::builder()).await;
    let cache = CachedProvider::new(UriProvider::new().uri(case.server.credentials_uri()));
    case.provide(&cache).await.unwrap();
    case.time.advance(HOUR);
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let (cache, context) = (cache.clone(), case.context.clone());
            tokio::spawn(async move { cache.provide(&context).await.unwrap() })
        })
        .collect();
    let mut ids = Vec::new();
    for caller in callers {
        ids.push(caller.await.unwrap().access_key_id().map(str::to_owned));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(case.server.requests().len(), 2);
}

#[tokio::test]
async fn metadata_needs_a_session_token_if_the_instance_requires_one() {
    let case = Case::new(IdentityServer::builder().require_session_token()).await;
    let found = case.provide(&EcsRamRoleProvider::new()).await.unwrap();
    assert_eq!(found.role(), Some("emulated-role"));
    let requests = case.server.requests();
    let paths: Vec<_> = requests
        .iter()
        .map(|r| (r.method.as_str(), r.path.as_str()))
        .collect();
    let roles = "/latest/meta-data/ram/security-credentials/";
    assert_eq!(
        paths,
        [
            ("PUT", "/latest/api/token"),
            ("GET", roles),
            ("PUT", "/latest/api/token"),
            ("GET", &format!("{roles}emulated-role")),
        ]
    );
    assert!(requests.iter().all(|r| r.host == "100.100.100.200"));
}

#[tokio::test]
async fn a_metadata_service_that_refuses_a_token_is_called_without() {
    let case = Case::new(IdentityServer::builder()).await;
    let refusal = IdentityFault::Error {
        status: 403,
        code: "Forbidden".to_owned(),
    };
    case.server.inject(IdentityService::Metadata, refusal);
    let provider = EcsRamRoleProvider::new().role_name("emulated-role");
    assert!(case.provide(&provider).await.is_ok());
}

#[tokio::test]
async fn an_old_metadata_service_is_called_without_a_token_unless_that_is_disabled() {
    let case = Case::new(IdentityServer::builder().without_session_tokens()).await;
    let provider = EcsRamRoleProvider::new().role_name("emulated-role");
    assert!(case.provide(&provider).await.is_ok());
    let error = case.error(provider.clone().disable_imds_v1()).await;
    assert!(error.contains("(IMDSv1) are disabled"), "{error}");
    case.machine
        .set_variable("ALIBABA_CLOUD_IMDSV1_DISABLED", Some("true"));
    let error = case.error(provider).await;
    assert!(error.contains("(IMDSv1) are disabled"), "{error}");
}

/// The ways in which a service fails to issue a session token, with a part of the message.
fn token_faults() -> [(IdentityFault, &'static str); 7] {
    let refusal = |status| IdentityFault::Error {
        status,
        code: "Refused".to_owned(),
    };
    [
        (refusal(403), "the metadata service returned 403 Refused"),
        (refusal(405), "the metadata service returned 405 Refused"),
        (refusal(429), "the metadata service returned 429 Refused"),
        (refusal(503), "the metadata service returned 503 Refused"),
        (IdentityFault::Empty, "is not a session token"),
        (IdentityFault::Html, "is not a session token"),
        (IdentityFault::Huge, "it is larger than 262144 bytes"),
    ]
}

#[tokio::test]
async fn without_a_session_token_metadata_is_requested_as_official_clients_do() {
    for (fault, _) in token_faults() {
        let case = Case::new(IdentityServer::builder()).await;
        for _ in 0..2 {
            case.server.inject(IdentityService::Metadata, fault.clone());
        }
        let found = case.provide(&EcsRamRoleProvider::new()).await;
        // Transient failures are retried before.
        let mut expected = vec!["PUT"; if methods(&case)[1] == "PUT" { 2 } else { 1 }];
        expected.extend(["GET", "GET"]);
        match fault {
            // The second fault is that of the request without a token.
            IdentityFault::Empty | IdentityFault::Html => assert!(found.is_err(), "{fault:?}"),
            IdentityFault::Error {
                status: 403 | 405, ..
            } => {
                assert!(found.is_err(), "{fault:?}");
            }
            _ => {
                assert!(found.is_ok(), "{fault:?}: {found:?}");
                assert_eq!(
                    methods(&case),
                    expected,
                    "{fault:?}: no other token is requested"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_failed_request_for_a_session_token_is_an_error_if_others_are_disabled() {
    for (fault, expected) in token_faults() {
        for by_variable in [true, false] {
            let case = Case::new(IdentityServer::builder()).await;
            for _ in 0..2 {
                case.server.inject(IdentityService::Metadata, fault.clone());
            }
            let mut provider = EcsRamRoleProvider::new();
            if by_variable {
                case.machine
                    .set_variable("ALIBABA_CLOUD_IMDSV1_DISABLED", Some("TRUE"));
            } else {
                provider = provider.disable_imds_v1();
            }
            let error = provider.provide(&case.context).await.unwrap_err();
            assert_eq!(error.kind(), CredentialsErrorKind::Failed, "{error}");
            let error = error.to_string();
            for part in [
                "the request for a session token (PUT /latest/api/token) failed: ",
                expected,
                "(IMDSv1) are disabled by ALIBABA_CLOUD_IMDSV1_DISABLED",
            ] {
                assert!(error.contains(part), "{part}: {error}");
            }
            let requests = case.server.requests();
            assert!(requests.iter().all(|r| r.method == "PUT"), "{requests:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_or_hangs_before_the_session_token_names_the_hop_limit() {
    use alibabacloud_core::http::TransportErrorKind::{Interrupted, Timeout};
    let issued = || {
        let body = json!({
            "Code": "Success", "AccessKeyId": "STS.id", "AccessKeySecret": "s",
            "SecurityToken": "t",
        });
        MockResponse::json(200, body.to_string())
    };
    for (kind, attempts) in [(Interrupted, 2), (Timeout, 1)] {
        let faults = || (0..attempts).map(|_| MockResponse::fault(kind));
        let ask = async |provider: EcsRamRoleProvider, rest: Vec<MockResponse>| {
            let http = MockClient::new(faults().chain(rest));
            let machine = MemoryEnvironment::new();
            let context = context(http.clone(), &ManualTime::new(), machine);
            let provided = provider.role_name("r").provide(&context).await;
            assert_eq!(http.remaining(), 0);
            provided.map_err(|error| error.to_string())
        };
        let provider = EcsRamRoleProvider::new;
        ask(provider(), vec![issued()]).await.unwrap();
        let error = ask(provider().disable_imds_v1(), vec![]).await.unwrap_err();
        for part in [
            "PUT /latest/api/token",
            "HttpPutResponseHopLimit",
            "IMDSV1_DISABLED",
        ] {
            assert!(error.contains(part), "{error}");
        }
        // The instance accepts requests with a token only.
        let refusal = MockResponse::json(403, r#"{"Code":"Forbidden"}"#);
        let error = ask(provider(), vec![refusal]).await.unwrap_err();
        for part in [
            "HttpPutResponseHopLimit",
            "without one returned 403 Forbidden",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }
}

#[tokio::test]
async fn an_outage_of_the_metadata_service_does_not_mean_that_there_is_no_role() {
    let case = Case::new(IdentityServer::builder()).await;
    // The session token is issued; the request for the role fails twice.
    case.server
        .inject(IdentityService::Metadata, IdentityFault::Expired);
    for _ in 0..2 {
        let outage = IdentityFault::Error {
            status: 503,
            code: "ServiceUnavailable".to_owned(),
        };
        case.server.inject(IdentityService::Metadata, outage);
    }
    let provider = EcsRamRoleProvider::new();
    let error = provider.provide(&case.context).await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::Failed, "{error}");
    let error = error.to_string();
    assert!(error.contains("503 ServiceUnavailable"), "{error}");
    assert!(!error.contains("no RAM role"), "{error}");
}

#[tokio::test]
async fn an_instance_without_a_role_is_not_configured_but_a_role_that_is_set_must_exist() {
    let case = Case::new(IdentityServer::builder().instance_role(None)).await;
    let provider = EcsRamRoleProvider::new();
    let error = provider.provide(&case.context).await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
    case.machine
        .set_variable("ALIBABA_CLOUD_ECS_METADATA", Some("gone"));
    let error = provider.provide(&case.context).await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::Failed);
    assert!(
        error.to_string().contains("no RAM role named gone"),
        "{error}"
    );
    case.machine
        .set_variable("ALIBABA_CLOUD_ECS_METADATA", Some("../../etc"));
    let error = case.error(provider).await;
    assert!(error.contains("expected 1 to 64 letters"), "{error}");
}

#[tokio::test]
async fn metadata_is_requested_without_a_proxy_and_with_a_connect_timeout_of_a_second() {
    let http = MockClient::new([MockResponse::fault(
        alibabacloud_core::http::TransportErrorKind::Connect,
    )]);
    let context = context(http.clone(), &ManualTime::new(), MemoryEnvironment::new());
    let error = EcsRamRoleProvider::new()
        .provide(&context)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
    let [request] = &http.requests()[..] else {
        panic!("one request: an unreachable service cannot be called without a token either");
    };
    assert!(request.no_proxy);
    assert_eq!(request.connect_timeout, Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn a_policy_with_spaces_is_signed_as_it_is_sent() {
    // The Python client signs a space as `+`, which the service rejects.
    let case = Case::new(IdentityServer::builder().external_id("ext 1")).await;
    let provider = AssumeRoleProvider::new(Credentials::access_key("testid", "testsecret"), ROLE)
        .policy(r#"{ "Version": "1", "Statement": [] }"#)
        .session_name("a b~*+")
        .external_id("ext 1");
    let assumed = case.provide(&provider).await.unwrap();
    assert_eq!(assumed.role(), Some(ROLE));
    let request = &case.server.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.parameters["RoleSessionName"], "a b~*+");
}

#[tokio::test]
async fn errors_of_sts_have_a_reason_and_no_secret() {
    let case = Case::new(IdentityServer::builder().external_id("ext")).await;
    let assume = |secret| AssumeRoleProvider::new(Credentials::access_key("testid", secret), ROLE);
    let error = case.error(assume("wrong-secret").external_id("ext")).await;
    assert!(error.contains("400 SignatureDoesNotMatch"), "{error}");
    assert!(!error.contains("wrong-secret"), "{error}");
    let error = case.error(assume("testsecret")).await;
    assert!(error.contains("NoPermission"), "{error}");
    let error = case
        .error(assume("testsecret").duration(Duration::from_secs(899)))
        .await;
    assert!(error.contains("at least 900 s"), "{error}");
    let error = case
        .error(AssumeRoleProvider::new(Credentials::bearer("b"), ROLE))
        .await;
    assert!(error.contains("they have no AccessKey"), "{error}");
}

#[tokio::test]
async fn a_role_can_be_assumed_with_the_credentials_of_another_role() {
    let case = Case::new(IdentityServer::builder()).await;
    let first = AssumeRoleProvider::new(Credentials::access_key("testid", "testsecret"), ROLE);
    let second = AssumeRoleProvider::new(first, "acs:ram::2:role/other");
    let assumed = case.provide(&second).await.unwrap();
    assert_eq!(assumed.provider(), "ram_role_arn/ram_role_arn/static_ak");
    assert_eq!(assumed.role(), Some("acs:ram::2:role/other"));
}

#[tokio::test]
async fn a_cached_source_that_sts_rejects_is_refreshed_and_used_again() {
    let case = Case::new(IdentityServer::builder()).await;
    let source = CachedProvider::new(UriProvider::new().uri(case.server.credentials_uri()));
    let refuse = || {
        let code = "InvalidSecurityToken.Expired".to_owned();
        let refusal = IdentityFault::Error { status: 400, code };
        case.server.inject(IdentityService::Sts, refusal);
    };
    let count = |service| {
        let requests = case.server.requests();
        requests.iter().filter(|r| r.service == service).count()
    };
    refuse();
    let provider = AssumeRoleProvider::new(source, ROLE);
    case.provide(&provider).await.unwrap();
    assert_eq!(
        (count(IdentityService::Uri), count(IdentityService::Sts)),
        (2, 2)
    );
    // Credentials that cannot be refreshed are not used a second time.
    refuse();
    let key = Credentials::access_key("testid", "testsecret");
    let error = case.error(AssumeRoleProvider::new(key, ROLE)).await;
    assert!(error.contains("InvalidSecurityToken.Expired"), "{error}");
    assert_eq!(count(IdentityService::Sts), 3);
}

#[tokio::test]
async fn the_endpoint_of_sts_follows_region_network_and_environment() {
    let case = Case::new(IdentityServer::builder()).await;
    let assume = || AssumeRoleProvider::new(Credentials::access_key("testid", "testsecret"), ROLE);
    let host = async |provider: AssumeRoleProvider| {
        case.provide(&provider).await.unwrap();
        case.server.requests().pop().unwrap().host
    };
    assert_eq!(host(assume()).await, "sts.aliyuncs.com");
    let hangzhou = "sts.cn-hangzhou.aliyuncs.com";
    assert_eq!(host(assume().sts_region("cn-hangzhou")).await, hangzhou);
    let set = |name, value| case.machine.set_variable(name, Some(value));
    set("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
    assert_eq!(host(assume()).await, "sts.cn-beijing.aliyuncs.com");
    set("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true");
    assert_eq!(host(assume()).await, "sts-vpc.cn-beijing.aliyuncs.com");
    assert_eq!(
        host(assume().vpc(false)).await,
        "sts.cn-beijing.aliyuncs.com"
    );
    set("ALIBABA_CLOUD_STS_ENDPOINT", "sts.example.com");
    assert_eq!(host(assume()).await, "sts.example.com");
    assert_eq!(
        host(assume().sts_region("cn-hangzhou").vpc(false)).await,
        hangzhou
    );
    assert_eq!(
        host(assume().sts_endpoint("http://localhost:1")).await,
        "localhost:1"
    );
}

#[tokio::test]
async fn regions_and_endpoints_that_could_lead_elsewhere_are_rejected() {
    let case = Case::new(IdentityServer::builder()).await;
    let assume = || AssumeRoleProvider::new(Credentials::access_key("testid", "testsecret"), ROLE);
    for region in ["evil.example/", "a b", "CN", "x@y"] {
        let error = case.error(assume().sts_region(region)).await;
        assert!(error.starts_with("the STS region: "), "{error}");
    }
    let error = case
        .error(assume().sts_endpoint("http://sts.example.com"))
        .await;
    assert!(error.contains("must use https"), "{error}");
    let error = case.error(assume().sts_endpoint("https://u:p@host")).await;
    assert!(error.starts_with("the STS endpoint: "), "{error}");
    assert!(!error.contains("u:p"), "{error}");
    assert!(case.server.requests().is_empty());
}

#[tokio::test]
async fn the_oidc_token_file_is_read_at_each_refresh() {
    let case = Case::new(IdentityServer::builder()).await;
    let provider = case.provider(Kind::Oidc);
    case.provide(&*provider).await.unwrap();
    case.server.set_oidc_token("rotated");
    let error = case.provide(&*provider).await.unwrap_err();
    assert!(
        error.contains("AuthenticationFail.OIDCToken.Invalid"),
        "{error}"
    );
    assert!(!error.contains("emulated-oidc-token"), "{error}");
    case.machine.set_file(TOKEN_FILE, "rotated");
    case.provide(&*provider).await.unwrap();
    let parameters = &case.server.requests()[0].parameters;
    for unsigned in ["AccessKeyId", "Signature", "SignatureNonce"] {
        assert!(!parameters.contains_key(unsigned));
    }
}

#[tokio::test]
async fn an_invalid_uri_is_rejected_without_its_secrets() {
    let case = Case::new(IdentityServer::builder()).await;
    for uri in [
        "",
        "https://",
        "ftp://h/",
        "http://u:secret@h/",
        "http://h/a b",
        "http://h/\r\nx",
    ] {
        let error = case.error(UriProvider::new().uri(uri)).await;
        assert!(error.starts_with("invalid credentials URI: "), "{error}");
    }
    let uri = format!("{}/secret?token=secret", case.server.url());
    let error = case.error(UriProvider::new().uri(&uri)).await;
    assert!(error.contains("404 NotFound"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn an_expired_cloud_sso_login_asks_for_a_new_one() {
    let case = Case::new(IdentityServer::builder()).await;
    let provider = case.provider(Kind::CloudSso);
    case.time.advance(1_000_000 * HOUR);
    let error = case.provide(&*provider).await.unwrap_err();
    assert!(
        error.contains("has expired; log in with `aliyun configure --mode CloudSSO --profile sso`"),
        "{error}"
    );
    // The clock of the machine may be wrong, so the service is asked.
    assert_eq!(case.server.requests().len(), 1);
}
