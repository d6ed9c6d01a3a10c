//! No log of the providers, the cache and the HTTP stack contains a secret, at the finest level,
//! and no `Debug` output does.
//!
//! A single test, because a process has one logger.

mod capture;

use alibabacloud_core::credentials::{
    AssumeRoleProvider, CachedProvider, CliProfileProvider, CommandOutput, Credentials,
    DefaultChain, EcsRamRoleProvider, MemoryEnvironment, OidcProvider, ProcessProvider,
    ProvideCredentials, ProviderContext, UriProvider,
};
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_emulator::identity::IdentityServer;
use capture::keep;
use sdk_tests::credentials::{Reroute, context, server};
use serde_json::json;
use std::time::Duration;

/// The secrets that no log may contain: those of the environment, and the beginnings of those that
/// the server issues.
const SECRETS: [&str; 8] = [
    "testsecret",
    "printed-secret",
    "emulated-secret",
    "emulated-token",
    "emulated-session-token",
    "emulated-oidc-token",
    "emulated-access-token",
    "emulated-refresh-token",
];

#[tokio::test]
async fn no_secret_is_logged_or_shown() {
    capture::start();

    let time = ManualTime::new();
    let server = server(IdentityServer::builder(), &time).await;
    let context = context(Reroute::to(&server), &time, machine(&server));
    for provider in providers(&server) {
        let cache = CachedProvider::shared(provider.into());
        let credentials = cache.provide(&context).await.unwrap();
        keep(format_args!("{cache:?} {credentials:?}"));
        cache.invalidate(&credentials);
        cache.provide(&context).await.unwrap();
        time.advance(Duration::from_secs(3600));
        cache.provide(&context).await.unwrap();
    }
    fail_everything(&server, &context).await;
    keep(format_args!(
        "{context:?} {:?} {server:?}",
        server.requests()
    ));

    let logged = capture::logged();
    for mark in [capture::MARKS[0], capture::MARKS[1], "CachedProvider"] {
        assert!(logged.contains(mark), "the loggers are at work");
    }
    for secret in SECRETS {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

fn machine(server: &IdentityServer) -> MemoryEnvironment {
    let login = server.log_in(Duration::from_secs(1_000_000));
    let printed = json!({
        "mode": "AK", "access_key_id": "printed-id", "access_key_secret": "printed-secret",
    });
    let config = json!({ "current": "oauth", "profiles": [
        {
            "name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": "https://h/",
            "cloud_sso_account_id": "1", "cloud_sso_access_config": "c",
            "access_token": login.access_token, "cloud_sso_access_token_expire": 4_102_444_800_u64,
        },
        {
            "name": "oauth", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "old",
            "oauth_access_token_expire": 1, "oauth_refresh_token": login.refresh_token,
        },
    ]});
    MemoryEnvironment::new()
        .with_home("/home/me")
        .with_file("/token", "emulated-oidc-token")
        .with_file("/home/me/.aliyun/config.json", config.to_string())
        .with_command(
            &["tool", "--token", "printed-secret"],
            CommandOutput::new(true, "exit status: 0", printed.to_string()),
        )
}

fn providers(server: &IdentityServer) -> Vec<Box<dyn ProvideCredentials>> {
    let key = Credentials::access_key("testid", "testsecret");
    vec![
        Box::new(EcsRamRoleProvider::new()),
        Box::new(AssumeRoleProvider::new(key, "acs:ram::1:role/r")),
        Box::new(
            OidcProvider::new()
                .token_file("/token")
                .role_arn("acs:ram::1:role/r")
                .provider_arn("acs:ram::1:oidc-provider/p"),
        ),
        Box::new(UriProvider::new().uri(server.credentials_uri())),
        Box::new(ProcessProvider::new("tool --token printed-secret")),
        Box::new(CliProfileProvider::new().profile("sso")),
        Box::new(DefaultChain::new()),
    ]
}

/// Calls every provider again, with a service that rejects all requests.
async fn fail_everything(server: &IdentityServer, context: &ProviderContext) {
    server.set_oidc_token("another");
    let key = Credentials::access_key("testid", "testsecret-that-is-wrong");
    let mut providers = providers(server);
    providers.push(Box::new(AssumeRoleProvider::new(key, "acs:ram::1:role/r")));
    for provider in providers {
        let outcome = provider.provide(context).await;
        keep(format_args!("{provider:?} {outcome:?}"));
        if let Err(error) = outcome {
            keep(format_args!("{error}"));
        }
    }
}
