//! What errors say: the server, the identity, and nothing that must stay secret.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::credentials::{
    AssumeRoleProvider, Credentials, CredentialsError, EnvProvider, MemoryEnvironment,
    ProvideCredentials, ProviderChain, ProviderContext,
};
use alibabacloud_core::http::{
    Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::time::BoxFuture;
use alibabacloud_core::types::plumbing::percent_encode;
use alibabacloud_core::{Client, Config, Error, ErrorKind};
use fixture::{EmptyOutput, Kit, Thing, delete, error, start, watch};
use std::sync::Arc;
use std::time::Duration;

const KEY: &str = "LTAI5tMadeUpForErrors0001";
const SECRET: &str = "mAdEuPsEcReTfOrErRoRs012345678";
const TOKEN: &str = "CAISmade+up/token==ForErrors0123456789+/abcdefgh";

fn temporary() -> Credentials {
    Credentials::sts(KEY, SECRET, TOKEN)
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    percent_encode(text, &mut out);
    out
}

/// Returns the error of a call with these credentials.
async fn failure(credentials: Credentials, response: MockResponse) -> Error {
    // Another attempt follows if new credentials might help.
    let kit = Kit::new([response.clone(), response]);
    let client = Client::new(kit.config.clone().credentials(credentials)).expect("a client");
    let result = delete(&client).send::<EmptyOutput>().await;
    result.expect_err("an error")
}

/// Everything that an error shows of a response.
fn texts(error: &Error) -> String {
    let mut texts = vec![
        error.to_string(),
        format!("{error:?} {error:#?}"),
        error.message().to_owned(),
    ];
    let optional = [error.code(), error.request_id(), error.recommend()];
    texts.extend(optional.into_iter().flatten().map(str::to_owned));
    if let Some(denied) = error.access_denied() {
        texts.push(format!("{denied:?} {:?}", denied.policy_statement()));
    }
    texts.join("\n")
}

#[tokio::test]
async fn what_a_call_was_signed_with_is_masked_in_every_text_of_its_error() {
    let once = encoded(TOKEN);
    let forms = [
        TOKEN.to_owned(),
        once.clone(),
        once.to_lowercase(),
        encoded(&once),
        TOKEN.replace('/', "\\\\/"),
        TOKEN.replace('+', "&#43;").replace('/', "&#x2F;"),
        TOKEN.replace('+', " "),
        TOKEN[..30].to_owned(),
        SECRET.to_owned(),
        encoded(&format!("{SECRET}&")),
    ];
    for form in forms {
        let bodies = [
            format!(r#"{{"Code":"C","Message":"bad {form} x","RequestId":"R"}}"#),
            format!(r#"{{"Code":"C.{form}","Message":"m","RequestId":"R"}}"#),
            format!(r#"{{"Code":"C","Message":"m","RequestId":"{form}"}}"#),
            format!(r#"{{"Code":"C","Message":"m","Recommend":"https://help/?q={form}"}}"#),
            format!(
                r#"{{"Code":"NoPermission","AccessDeniedDetail":{{"AuthAction":"a:{form}"}}}}"#
            ),
            format!(
                r#"{{"Code":"SignatureDoesNotMatch","Message":"string to sign is:POST&{form}"}}"#
            ),
            format!(r#"{{"detail":"{form}"}}"#),
            format!("<Error><Code>C</Code><Message>{form}</Message></Error>"),
            format!("<html><head><title>{form}</title></head></html>"),
            format!("request was: {form}"),
            // Cut in the middle of the secret, by the SDK.
            format!("{:.<170}{form}", ""),
        ];
        for body in bodies {
            let failure = failure(temporary(), MockResponse::new(403, body.clone())).await;
            let shown = texts(&failure);
            for part in [
                &TOKEN[..12],
                &TOKEN[TOKEN.len() - 12..],
                &SECRET[..12],
                &once[..14],
            ] {
                assert!(
                    !shown.to_lowercase().contains(&part.to_lowercase()),
                    "{body}\n{shown}"
                );
            }
            assert!(shown.contains("REDACTED"), "{body}\n{shown}");
            assert_eq!(
                failure.raw_body(),
                Some(body.as_bytes()),
                "it stays reachable"
            );
        }
    }
}

#[tokio::test]
async fn a_signature_a_bearer_token_and_a_key_are_masked_too() {
    let bearer = failure(
        Credentials::bearer("bearer-token-of-this-test"),
        MockResponse::json(
            401,
            r#"{"Code":"C","Message":"no: Bearer bearer-token-of-this-test"}"#,
        ),
    )
    .await;
    assert_eq!(bearer.message(), "no: Bearer REDACTED");
    let kit = Kit::new([MockResponse::json(
        400,
        format!(r#"{{"Code":"C","Message":"key {KEY} is odd"}}"#),
    )]);
    let config = kit.config.clone().credentials(temporary());
    let client = Client::new(config).expect("a client");
    let failure = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(failure.message(), "key LTAI****0001 is odd");

    // A signature is not known before the request.
    #[derive(Debug)]
    struct Echo;
    impl HttpClient for Echo {
        fn send(
            &self,
            request: HttpRequest,
        ) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
            let header = request.headers.get("authorization").unwrap_or_default();
            let body = format!(r#"{{"Code":"C","Message":"got {header}"}}"#);
            Box::pin(async { Ok(HttpResponse::new(400, Headers::new(), body)) })
        }
    }
    let client = Client::new(
        kit.config
            .clone()
            .credentials(temporary())
            .http_client(Echo),
    );
    let client = client.expect("a client");
    let failure = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    let shown = failure.message();
    assert!(shown.contains("Credential=LTAI****0001"), "{shown}");
    assert!(shown.ends_with("Signature=REDACTED"), "{shown}");
}

#[tokio::test]
async fn an_error_among_events_is_masked_as_well() {
    let body = format!("event: error\ndata: {{\"code\":\"C\",\"message\":\"bad {TOKEN}\"}}\n\n");
    let response = MockResponse::new(200, body).header("content-type", "text/event-stream");
    let kit = Kit::new([response]);
    let client = Client::new(kit.config.clone().credentials(temporary())).expect("a client");
    let mut stream = watch(&client)
        .send_stream::<Thing>()
        .await
        .expect("a stream");
    let failure = stream.next().await.expect("an item").expect_err("an error");
    assert_eq!(failure.message(), "bad REDACTED");
    assert!(!texts(&failure).contains("CAIS"));
    assert_eq!(
        failure.endpoint(),
        Some("https://oos.cn-hangzhou.aliyuncs.com")
    );
}

#[tokio::test]
async fn messages_are_escaped_and_cut_where_people_see_them() {
    let long = "x".repeat(60_000);
    let body = format!(
        r#"{{"Code":"C\u001b]0;","Message":"\u202eevil\u2028\u001b[31m\r\nfake line {long}","RequestId":"R\n"}}"#
    );
    let failure = failure(temporary(), MockResponse::json(400, body)).await;
    for shown in [failure.to_string(), format!("{failure:?}")] {
        assert!(
            shown.starts_with(
                "oos:DeleteThing 400 C\\u{1b}]0;: \\u{202e}evil\\u{2028}\\u{1b}[31m\\r\\nfake line xx"
            ),
            "{}",
            &shown[..100]
        );
        assert!(shown.len() < 4500 && shown.lines().count() == 1);
        assert!(
            shown.ends_with("xx... (60027 bytes) (request ID R)"),
            "{}",
            &shown[4096..]
        );
    }
    assert!(format!("{failure:#?}").len() < 10_000);
    assert!(
        failure
            .message()
            .starts_with("\u{202e}evil\u{2028}\u{1b}[31m\r\n")
    );
    assert!(
        failure.message().ends_with(&long),
        "the whole text is there"
    );
}

/// Fails as a transport does.
#[derive(Debug)]
struct Broken {
    kind: TransportErrorKind,
    text: &'static str,
    proxy: Option<&'static str>,
}

impl HttpClient for Broken {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let error = TransportError::new(self.kind, self.text).with_origin(&request.url);
        let error = match self.proxy {
            Some(proxy) => error.with_proxy(proxy),
            None => error,
        };
        Box::pin(async { Err(error) })
    }
}

async fn broken(transport: Broken, change: impl FnOnce(Config) -> Config) -> Error {
    let config = change(Kit::new([]).config.http_client(transport));
    let config = config.retry(RetryConfig::standard().max_attempts(1));
    let client = Client::new(config).expect("a client");
    let result = delete(&client).send::<EmptyOutput>().await;
    result.expect_err("an error")
}

#[tokio::test]
async fn a_failed_connection_names_server_and_proxy() {
    let url = "http://me:hunter2@proxy.example:3128/";
    for (kind, text) in [
        (
            TransportErrorKind::Connect,
            "cannot connect to S through P: refused",
        ),
        (
            TransportErrorKind::Interrupted,
            "the connection to S broke through P: refused",
        ),
        (
            TransportErrorKind::Timeout,
            "no response from S in time through P: refused",
        ),
    ] {
        for proxy in [None, Some(url)] {
            let transport = Broken {
                kind,
                text: "refused",
                proxy,
            };
            let failure = broken(transport, |config| config).await;
            let expected = text.replace('S', "https://oos.cn-hangzhou.aliyuncs.com");
            let expected = match proxy {
                Some(_) => expected.replace('P', "the proxy http://proxy.example:3128"),
                None => expected.replace(" through P", ""),
            };
            assert_eq!(failure.to_string(), format!("oos:DeleteThing: {expected}"));
            assert_eq!(
                failure.endpoint(),
                Some("https://oos.cn-hangzhou.aliyuncs.com")
            );
            assert_eq!(failure.proxy(), proxy.map(|_| "http://proxy.example:3128"));
            assert!(!format!("{failure:#?}").contains("hunter2"));
        }
    }
}

#[tokio::test]
async fn a_transport_that_names_no_server_does_not_matter() {
    let kit = Kit::new([MockResponse::fault(TransportErrorKind::Interrupted)]);
    let failure = delete(&kit.client())
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        failure.to_string(),
        "oos:DeleteThing: the connection to https://oos.cn-hangzhou.aliyuncs.com broke: \
         a scripted fault"
    );
    let kit = Kit::new([]);
    kit.http
        .push(fixture::ok().after(&kit.time, Duration::from_secs(31)));
    let failure = delete(&kit.client())
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Timeout);
    assert_eq!(
        failure.endpoint(),
        Some("https://oos.cn-hangzhou.aliyuncs.com")
    );
    assert_eq!(failure.proxy(), None);
    // An error of the service and one of the response have it as data.
    let kit = Kit::new([
        error(404, "EntityNotExist.Thing"),
        MockResponse::new(200, "<html>"),
    ]);
    let client = kit.client();
    for _ in 0..2 {
        let failure = delete(&client)
            .send::<EmptyOutput>()
            .await
            .expect_err("an error");
        assert_eq!(
            failure.endpoint(),
            Some("https://oos.cn-hangzhou.aliyuncs.com")
        );
        assert!(!failure.to_string().contains("https://"), "{failure}");
    }
    // Nothing was chosen yet.
    let client = Client::new(kit.config.clone().read_only()).expect("a client");
    let failure = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(failure.endpoint(), None);
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_explained_by_its_region() {
    let unknown = || Broken {
        kind: TransportErrorKind::Connect,
        text: "client error (Connect): dns error: Name or service not known",
        proxy: None,
    };
    for (region, hint) in [
        (
            "cn-hangzhou-b",
            "cn-hangzhou-b is a zone of cn-hangzhou; set the region to cn-hangzhou",
        ),
        (
            "cn-hangzou",
            "cn-hangzou is not a known region; did you mean cn-hangzhou?",
        ),
        ("mars-1", "mars-1 is not a known region"),
        (
            "cn-hangzhou",
            "the product may not be available in region cn-hangzhou, or only in another network",
        ),
    ] {
        let failure = broken(unknown(), |config| config.region(region)).await;
        let start =
            format!("oos:DeleteThing: cannot connect to https://oos.{region}.aliyuncs.com: ");
        let shown = failure.to_string();
        assert!(
            shown.starts_with(&start) && shown.ends_with(hint),
            "{shown}"
        );
    }
    // By its own name, in another network, or set for the call.
    let vpc = |config: Config| config.endpoint("oos-vpc.cn-hangzou.aliyuncs.com");
    let failure = broken(unknown(), vpc).await;
    assert!(
        failure.to_string().ends_with("did you mean cn-hangzhou?"),
        "{failure}"
    );
    // Without a network, no name is resolved: only a region that is not known is worth a word.
    for (region, hinted) in [("cn-hangzhou", false), ("cn-hangzhou-b", true)] {
        let text = "dns error: failed to lookup address information: Temporary failure";
        let transport = Broken { text, ..unknown() };
        let failure = broken(transport, |config| config.region(region)).await;
        assert_eq!(failure.to_string().contains("zone of"), hinted, "{failure}");
        assert!(!failure.to_string().contains("may not be"), "{failure}");
    }
    // No region can be wrong.
    for endpoint in [
        "gateway.example",
        "oos.aliyuncs.com",
        "ecs.cn-hangzou.aliyuncs.com",
    ] {
        let failure = broken(unknown(), |config| config.endpoint(endpoint)).await;
        assert!(failure.to_string().ends_with("not known"), "{failure}");
    }
    let proxy = Broken {
        proxy: Some("http://proxy.exmaple:1"),
        ..unknown()
    };
    let failure = broken(proxy, |config| config.region("cn-hangzou")).await;
    assert!(
        failure.to_string().ends_with("not known"),
        "the proxy is unknown: {failure}"
    );
    let refused = Broken {
        text: "connection refused",
        ..unknown()
    };
    let failure = broken(refused, |config| config.region("cn-hangzou")).await;
    assert!(failure.to_string().ends_with("refused"), "{failure}");
}

#[tokio::test]
async fn a_connect_timeout_says_which_limit_passed() {
    let slow = Broken {
        kind: TransportErrorKind::Connect,
        text: "client error (Connect): operation timed out",
        proxy: None,
    };
    let limit = Duration::from_millis(1234);
    let failure = broken(slow, |config| config.connect_timeout(limit)).await;
    assert!(
        failure
            .to_string()
            .ends_with("timed out; the connect timeout is 1234 ms"),
        "{failure}"
    );
}

/// A provider that renews its credentials.
#[derive(Debug)]
struct Vault;

impl ProvideCredentials for Vault {
    fn name(&self) -> &str {
        "vault"
    }

    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(temporary().with_provider("vault")) })
    }
}

/// Asks a chain in another environment than that of the process.
#[derive(Debug)]
struct Elsewhere(ProviderChain, MemoryEnvironment);

impl ProvideCredentials for Elsewhere {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        let context = context.clone().with_environment(Arc::new(self.1.clone()));
        Box::pin(async move { self.0.provide(&context).await })
    }

    fn can_renew(&self) -> bool {
        self.0.can_renew()
    }
}

#[tokio::test]
async fn an_error_about_the_identity_names_the_masked_key_and_its_source() {
    const FIXED: &str =
        ", fixed credentials that cannot be renewed; use a provider that renews them";
    let long_term = || Credentials::access_key(KEY, SECRET);
    for (status, code) in [
        (404, "InvalidAccessKeyId.NotFound"),
        (403, "InvalidAccessKeyId.Inactive"),
        (403, "InvalidSecurityToken.Expired"),
        (400, "InvalidSecurityToken.Malformed"),
        (400, "SignatureDoesNotMatch"),
        (400, "IncompleteSignature"),
    ] {
        let failure = failure(long_term(), error(status, code)).await;
        assert_eq!(
            failure.signed_with(),
            Some("AccessKey ID LTAI****0001 from static_ak"),
            "{code}"
        );
        let shown = failure.to_string();
        let end = "(request ID E, signed with AccessKey ID LTAI****0001 from static_ak)";
        assert!(shown.ends_with(end), "{shown}");
        assert!(
            failure.is_invalid_credentials() && !failure.is_not_found(),
            "{code}"
        );
    }
    let other = failure(long_term(), error(404, "EntityNotExist.Thing")).await;
    assert_eq!(other.signed_with(), None);

    let code = "InvalidSecurityToken.Expired";
    let fixed = failure(temporary(), error(403, code)).await;
    let expected = format!("AccessKey ID LTAI****0001 from static_sts{FIXED}");
    assert_eq!(fixed.signed_with(), Some(expected.as_str()));

    let kit = Kit::new([error(403, code), error(403, code)]);
    let client = Client::new(kit.config.clone().credentials(Vault)).expect("a client");
    let failure = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        failure.signed_with(),
        Some("AccessKey ID LTAI****0001 from vault")
    );

    // Credentials of variables are fixed, those of a chain as the provider that it chose.
    let variables = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN),
    ];
    let environment = variables
        .into_iter()
        .fold(MemoryEnvironment::new(), |all, (name, value)| {
            all.with_variable(name, value)
        });
    let kit = Kit::new([error(403, code), error(403, code)]);
    let chain = Elsewhere(
        ProviderChain::new("ours").then(EnvProvider::new()),
        environment,
    );
    let client = Client::new(kit.config.clone().credentials(chain)).expect("a client");
    let failure = delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    let expected = format!("AccessKey ID LTAI****0001 from ours/env{FIXED}");
    assert_eq!(failure.signed_with(), Some(expected.as_str()));
}

#[tokio::test]
async fn a_refusal_of_sts_keeps_its_code() {
    let refusal = format!(
        r#"{{"Code":"NoPermission","Message":"not with {}","RequestId":"STS-1"}}"#,
        encoded(TOKEN)
    );
    let kit = Kit::new([MockResponse::json(403, refusal)]);
    let role = "acs:ram::1234567890123456:role/deploy";
    let chain = || ProviderChain::new("ours").then(AssumeRoleProvider::new(temporary(), role));
    let client = Client::new(kit.config.clone().credentials(chain())).expect("a client");
    let failure = start(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Credentials);
    assert_eq!(failure.code(), Some("NoPermission"));
    assert_eq!(
        (failure.http_status(), failure.request_id()),
        (Some(403), Some("STS-1"))
    );
    assert!(failure.is_access_denied() && !failure.is_not_found());
    assert_eq!(
        failure.endpoint(),
        None,
        "it is not about the server of the call"
    );
    let shown = failure.to_string();
    assert_eq!(
        shown,
        format!(
            "oos:StartThing: ours/ram_role_arn is configured but failed: AssumeRole for {role} \
             returned 403 NoPermission: not with REDACTED (request ID STS-1), signed with \
             AccessKey ID LTAI****0001 from static_sts; fix it, or remove it from the chain"
        )
    );

    // The role to assume is not the resource of the call.
    let missing = r#"{"Code":"EntityNotExist.Role","Message":"No role.","RequestId":"STS-2"}"#;
    let kit = Kit::new([MockResponse::json(404, missing)]);
    let client = Client::new(kit.config.clone().credentials(chain())).expect("a client");
    let failure = start(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(failure.code(), Some("EntityNotExist.Role"));
    assert!(!failure.is_not_found() && !failure.is_retryable());
}

#[tokio::test]
async fn not_found_is_never_a_region_an_api_or_a_proxy() {
    for code in [
        "InvalidAccessKeyId.NotFound",
        "InvalidRegionId.NotFound",
        "InvalidRegion.NotExist",
        "InvalidZoneId.NotFound",
        "InvalidApi.NotFound",
        "InvalidAction.NotFound",
        "InvalidVersion.NotFound",
        "InvalidProduct.NotFound",
        "InvalidProtocol.NeedSsl",
    ] {
        let failure = failure(temporary(), error(404, code)).await;
        assert!(!failure.is_not_found(), "{code}");
    }
    for body in ["<html><title>404</title></html>", "", "no such page"] {
        let failure = failure(temporary(), MockResponse::new(404, body)).await;
        assert!(!failure.is_not_found(), "{body}");
    }
    // `HEAD` has no body, but the request ID of the service.
    let response = MockResponse::new(404, "").header("x-acs-request-id", "R");
    assert!(failure(temporary(), response).await.is_not_found());
    let thing = error(404, "EntityNotExist.Thing");
    assert!(failure(temporary(), thing).await.is_not_found());
}

#[tokio::test]
async fn throttling_by_every_name_is_retried() {
    for code in [
        "Rejected.Throttling",
        "Throttling",
        "Throttling.User",
        "ThrottlingException",
        "FlowControl.Api",
        "Service.Flow.Control",
        "QpsLimitExceeded",
        "iot.common.TooManyRequest",
        "RequestLimitExceeded",
        "TooQuickRequests",
        "OperationIsThrottled",
        "InnerRateLimiting",
        "KMS_THROTTLING",
    ] {
        let kit = Kit::new([error(400, code), fixture::ok()]);
        // Not even a write without a token was executed.
        let result = delete(&kit.client()).send::<EmptyOutput>().await;
        assert!(result.is_ok(), "{code}");
        assert_eq!(kit.waits(), [500], "{code}");
    }
    for code in [
        "QuotaExceeded.Vpc",
        "LimitExceeded",
        "Resource.QuotaFull",
        "NotInFlowController",
        "InvalidThrottlingPolicy",
        "NotFoundThrottling",
        "OperationDenied.CapacityDecreaseRequestLimitExceeded",
    ] {
        let kit = Kit::new([error(400, code), fixture::ok()]);
        let failure = delete(&kit.client())
            .send::<EmptyOutput>()
            .await
            .expect_err(code);
        assert!(
            !failure.is_throttling() && failure.attempts() == 1,
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_guarded_call_says_what_made_the_client_so() {
    let kit = Kit::new([]);
    for client in [
        Client::new(kit.config.clone().read_only()).expect("a client"),
        kit.client().read_only(),
    ] {
        let failure = delete(&client)
            .send::<EmptyOutput>()
            .await
            .expect_err("an error");
        assert_eq!(
            failure.to_string(),
            "oos:DeleteThing: the client is read-only, and this operation is not known to be a \
             read; Config::read_only or Client::read_only made the client so"
        );
    }
}
