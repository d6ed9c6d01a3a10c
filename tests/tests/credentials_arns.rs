//! ARNs of roles are checked before anything is sent.

use alibabacloud_core::credentials::{
    AssumeRoleProvider, CachedProvider, Credentials, MemoryEnvironment, OidcProvider,
    ProvideCredentials, ProviderChain,
};
use alibabacloud_core::test_util::{ManualTime, MockClient};
use alibabacloud_core::{Client, Config, ErrorKind};
use sdk_tests::credentials::context;
use std::sync::Arc;

const INVALID: [&str; 12] = [
    "",
    "deploy",
    "role/deploy",
    "acs:ram::role/deploy",
    "acs:ram::my-account:role/deploy",
    "acs:ram::123:role/",
    "acs:ram::123:user/deploy",
    "acs:ram:123:role/deploy",
    "arn:aws:iam::123:role/deploy",
    " acs:ram::123:role/deploy",
    "acs:ram::123:role/deploy\n",
    "acs:ram::123:role/a/b",
];

fn key() -> Credentials {
    Credentials::access_key("id", "secret")
}

#[tokio::test]
async fn a_client_with_an_invalid_role_is_not_created() {
    for arn in INVALID {
        let role = || AssumeRoleProvider::new(key(), arn);
        let providers: [Arc<dyn ProvideCredentials>; 5] = [
            Arc::new(role()),
            Arc::new(CachedProvider::new(role())),
            Arc::new(ProviderChain::new("chain").then(key()).then(role())),
            Arc::new(AssumeRoleProvider::new(role(), "acs:ram::123:role/second")),
            Arc::new(OidcProvider::new().role_arn(arn)),
        ];
        for provider in providers {
            let http = MockClient::new([]);
            let config = Config::new()
                .http_client(http.clone())
                .credentials(provider);
            let error = Client::new(config).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials);
            let expected = format!(
                "invalid role ARN {arn:?}: expected acs:ram::<account ID>:role/<name>, such as \
                 acs:ram::1234567890123456:role/deploy"
            );
            assert_eq!(error.to_string(), expected);
        }
        // Options of a call have no client to check them.
        let context = context(
            MockClient::new([]),
            &ManualTime::new(),
            MemoryEnvironment::new(),
        );
        assert!(role().provide(&context).await.is_err());
    }
    for arn in [
        "acs:ram::1234567890123456:role/deploy",
        "acs:ram::1:role/aliyun_x-y.z",
    ] {
        assert!(AssumeRoleProvider::new(key(), arn).validate().is_ok());
    }
}

#[tokio::test]
async fn an_invalid_arn_of_the_environment_is_reported_without_a_request() {
    let environment = MemoryEnvironment::new()
        .with_variable("ALIBABA_CLOUD_ROLE_ARN", "role/r")
        .with_variable(
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            "acs:ram::1:oidc-provider/p",
        )
        .with_variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token")
        .with_file("/token", "t");
    let http = MockClient::new([]);
    let context = context(http.clone(), &ManualTime::new(), environment);
    let error = OidcProvider::new().provide(&context).await.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.starts_with("invalid role ARN \"role/r\": "),
        "{shown}"
    );
    assert!(http.requests().is_empty());
}
