//! Everything that handles secrets, used with known secrets: no log at the finest level, no error
//! and no `Debug` output contains one.
//!
//! A single test, because a process has one logger. `credentials_secrets.rs` tests the credentials
//! providers.

mod capture;

use alibabacloud_core::credentials::{
    CliProfileProvider, Credentials, IniProfileProvider, MemoryEnvironment, ProvideCredentials,
    ProviderContext,
};
use alibabacloud_core::http::TransportErrorKind;
use alibabacloud_core::interceptor::{HookError, Incoming, Intercept, Outgoing};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse, Recorder, Replay};
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_core::{CallOptions, Config, Error, SignatureVersion};
use alibabacloud_emulator::{Emulator, Fault, FaultKind, Key};
use alibabacloud_oos::Client;
use capture::keep;
use serde_json::json;
use std::error::Error as _;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

const KEY_SECRET: &str = "known-key-secret";
const TOKEN: &str = "known-security-token";
const BEARER: &str = "known-bearer-token";
const SENT: &str = "known-sent-value";
const RETURNED: &str = "known-returned-value";
const PROXY: &str = "known-proxy-password";
const FILED: &str = "known-file-secret";

const SECRETS: [&str; 7] = [KEY_SECRET, TOKEN, BEARER, SENT, RETURNED, PROXY, FILED];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_logged_or_shown() {
    capture::start();
    calls_and_faults().await;
    responses_that_quote_secrets().await;
    waits().await;
    broken_transport().await;
    every_signature_and_credential().await;
    record_and_replay().await;
    profile_files().await;

    let logged = capture::logged();
    let marks = [
        capture::MARKS[0],
        capture::MARKS[1],
        "oos",
        "CreateSecretParameter",
        "Throttling.User",
        "preview of a raw call",
        "known-request-id",
    ];
    for mark in marks {
        assert!(logged.contains(mark), "the loggers are at work: {mark}");
    }
    for secret in SECRETS {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// Captures everything that an outcome can show. Omits the raw body of a response, which is meant
/// to be read.
fn keep_outcome<T: Debug>(outcome: &Result<T, Error>) {
    match outcome {
        Ok(value) => keep(format_args!("{value:?} {value:#?}")),
        Err(error) => {
            keep(format_args!("{error} {error:?} {error:#?}"));
            let mut source = error.source();
            while let Some(cause) = source {
                keep(format_args!("{cause} {cause:?}"));
                source = cause.source();
            }
        }
    }
}

/// Reads the parameters, as an interceptor may, and shows them.
#[derive(Debug)]
struct Hook;

impl Intercept for Hook {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        keep(format_args!("{request:?}"));
        Ok(())
    }

    fn after_response(&self, response: &Incoming<'_>) -> Result<(), HookError> {
        keep(format_args!("{response:?}"));
        Ok(())
    }
}

fn fast(config: Config) -> Config {
    let retry = RetryConfig::standard()
        .base_delay(Duration::from_millis(1))
        .throttling_base_delay(Duration::from_millis(1));
    config.retry(retry).interceptor(Hook)
}

/// Starts an emulator with the secrets, and returns the configuration of a client that signs with
/// them.
async fn emulator() -> (Emulator, Config) {
    let key = Key::new("known-id", KEY_SECRET).security_token(TOKEN);
    let emulator = Emulator::builder().key(key).start().await.unwrap();
    let config = emulator
        .config()
        .credentials(Credentials::sts("known-id", KEY_SECRET, TOKEN));
    (emulator, fast(config))
}

async fn calls_and_faults() {
    let (emulator, config) = emulator().await;
    let client = Client::new(config.clone()).unwrap();
    keep(format_args!("{config:?} {client:?} {emulator:?}"));
    everything(&client).await;
    let faults = [
        Fault::throttle(Some(Duration::from_millis(1))),
        Fault::error(500, "InternalError"),
        Fault::error(400, "InvalidParameter"),
        Fault::error(403, "NoPermission"),
        Fault::new(FaultKind::Drop),
        Fault::new(FaultKind::Drop).executed(),
        Fault::new(FaultKind::Reset),
        Fault::new(FaultKind::Truncate { bytes: 20 }).executed(),
        Fault::new(FaultKind::Html { status: 502 }),
        Fault::new(FaultKind::Garbage).executed(),
        Fault::new(FaultKind::ClockOffset { millis: 3_600_000 }),
        Fault::new(FaultKind::ExpiredToken),
    ];
    for fault in faults {
        emulator.inject(fault).expect("a fault that can apply");
        everything(&client).await;
        emulator.clear_faults();
    }
    for request in emulator.requests() {
        keep(format_args!("{request:?} {}", json!(request)));
    }
}

/// Makes calls of every kind, with sensitive values in requests and responses.
async fn everything(client: &Client) {
    let create = client.create_secret_parameter("known-name", SENT);
    let preview = create.preview().unwrap();
    keep(format_args!("{create:?} {preview} {preview:?}"));
    keep(format_args!(
        "{} {}",
        preview.to_curl(),
        preview.to_aliyun_cli()
    ));
    keep_outcome(&create.send().await);

    let get = client
        .get_secret_parameter("known-name")
        .with_decryption(true);
    let response = get.send_with_response().await;
    if let Ok(response) = &response {
        let parameter = response.output().parameter.as_ref();
        let value = parameter.and_then(|parameter| parameter.value.as_ref());
        assert_eq!(
            value.map(|value| value.expose().as_str()),
            Some(SENT),
            "it is there to be read"
        );
    }
    keep_outcome(&response);

    let mut pages = client.list_secret_parameters().max_results(1).by_page();
    while let Some(page) = pages.next().await {
        keep_outcome(&page);
        keep(format_args!("{pages:?}"));
        if page.is_err() {
            break;
        }
    }

    let raw = client.call_raw(
        "CreateSecretParameter",
        &[("Name", "raw"), ("Password", SENT)],
    );
    let preview = raw.preview().unwrap();
    keep(format_args!(
        "preview of a raw call: {preview} {preview:?} {raw:?}"
    ));
    keep(format_args!(
        "{} {}",
        preview.to_curl(),
        preview.to_aliyun_cli()
    ));
    keep_outcome(&raw.send().await.map(|response| response.status()));
}

/// Returns a client with a scripted response.
fn scripted(response: MockResponse) -> (Client, MockClient) {
    let http = MockClient::default();
    http.when("*").respond_with(response);
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::sts("known-id", KEY_SECRET, TOKEN))
        .http_client(http.clone())
        .time(ManualTime::new());
    (Client::new(fast(config)).unwrap(), http)
}

/// Responses that cannot be read, or errors, which contain a secret of the request or of their own.
async fn responses_that_quote_secrets() {
    let bodies = [
        format!(
            r#"{{"RequestId":"R","Parameter":{{"Value":"{RETURNED}","ParameterVersion":"{RETURNED}"}}}}"#
        ),
        format!(r#"{{"RequestId":"R","Parameter":{{"ParameterVersion":{{"{RETURNED}":1}}}}}}"#),
        format!(r#"{{"RequestId":"R","Parameter":"{RETURNED}"}}"#),
        format!(r#"{{"RequestId":"R","Parameter":["{RETURNED}"]}}"#),
        format!(r#"{{"RequestId":"R","Parameter":{{"Value":"{RETURNED}"#),
        format!(r#"{{"RequestId":"R","Parameter":{{"Value":"{RETURNED}"}} oops"#),
        format!(r#"["{RETURNED}"]"#),
        format!("{RETURNED} is not JSON"),
    ];
    for body in bodies {
        let (client, http) = scripted(MockResponse::json(200, body));
        let outcome = client
            .get_secret_parameter("known-name")
            .send_with_response()
            .await;
        assert!(outcome.is_err());
        keep_outcome(&outcome);
        keep(format_args!("{http:?} {:?}", http.requests()));
        keep(format_args!("{:?}", http.calls("GetSecretParameter")));
    }
    // With V1 the string to sign contains the token; a service quotes it if the signature is wrong.
    let message = format!(
        "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&SecurityToken%3D{TOKEN}"
    );
    let body = json!({"Code": "SignatureDoesNotMatch", "Message": message, "RequestId": "known-request-id"});
    let (client, _) = scripted(MockResponse::json(400, body.to_string()));
    keep_outcome(&client.get_secret_parameter("known-name").send().await);
}

/// Waits with success, with failure, and with responses that cannot be read.
async fn waits() {
    for status in ["Success", "Failed", "Cancelled"] {
        let execution =
            json!({"ExecutionId": "exec-known", "Status": status, "StatusMessage": "m"});
        let body = json!({"RequestId": "R", "Executions": [execution]});
        let (client, _) = scripted(MockResponse::json(200, body.to_string()));
        let waiter = client.wait_until_execution_finished("exec-known");
        keep(format_args!("{waiter:?}"));
        keep_outcome(&waiter.wait().await);
    }
    let body = format!(r#"{{"Executions":"{RETURNED}"}}"#);
    let (client, _) = scripted(MockResponse::json(200, body));
    let outcome = client
        .wait_until_execution_finished("exec-known")
        .wait()
        .await;
    assert!(outcome.is_err());
    keep_outcome(&outcome);
}

/// Transport failures, and a proxy that does not exist.
async fn broken_transport() {
    for kind in [
        TransportErrorKind::Connect,
        TransportErrorKind::Interrupted,
        TransportErrorKind::Timeout,
        TransportErrorKind::InvalidRequest,
    ] {
        let (client, _) = scripted(MockResponse::fault(kind));
        keep_outcome(
            &client
                .create_secret_parameter("known-name", SENT)
                .send()
                .await,
        );
    }
    let proxies = [
        format!("http://user:{PROXY}@127.0.0.1:1"),
        format!("http://user:{PROXY}@not a host"),
    ];
    for proxy in proxies {
        let transport = TransportConfig::new().proxy(proxy);
        keep(format_args!("{transport:?}"));
        let http = match HyperClient::new(transport) {
            Ok(http) => http,
            Err(error) => {
                keep(format_args!("{error} {error:?}"));
                continue;
            }
        };
        let config = Config::new()
            .endpoint("http://oos.example")
            .region("cn-hangzhou")
            .credentials(Credentials::sts("known-id", KEY_SECRET, TOKEN))
            .http_client(http);
        keep(format_args!("{config:?}"));
        let client = Client::new(fast(config)).unwrap();
        let outcome = client
            .create_secret_parameter("known-name", SENT)
            .send()
            .await;
        assert!(outcome.is_err());
        keep_outcome(&outcome);
    }
    let endpoint = format!("http://user:{PROXY}@127.0.0.1:1/path");
    let options = CallOptions::new()
        .endpoint(endpoint)
        .query("NotKnownYet", SENT);
    keep(format_args!("{options:?}"));
    let (client, _) = scripted(MockResponse::json(200, "{}"));
    let call = client
        .get_secret_parameter("known-name")
        .with_options(options);
    keep_outcome(&call.send().await);
}

/// Both signatures, in query and header, and each kind of credentials. The server does not exist,
/// so that errors show what they contain.
async fn every_signature_and_credential() {
    for version in [SignatureVersion::default(), SignatureVersion::V1] {
        for credentials in [
            Credentials::access_key("known-id", KEY_SECRET),
            Credentials::sts("known-id", KEY_SECRET, TOKEN),
            Credentials::bearer(BEARER),
        ] {
            keep(format_args!(
                "{credentials:?} {:?}",
                credentials.signing_key()
            ));
            let config = Config::new()
                .endpoint("http://127.0.0.1:1")
                .region("cn-hangzhou")
                .signature_version(version)
                .credentials(credentials);
            let client = Client::new(fast(config)).unwrap();
            let call = client.create_secret_parameter("known-name", SENT);
            let preview = call.preview().unwrap();
            keep(format_args!("{preview} {preview:?} {}", preview.to_curl()));
            keep_outcome(&call.send().await);
        }
    }
}

async fn record_and_replay() {
    let (_emulator, config) = emulator().await;
    let recorder = Recorder::new(HyperClient::default());
    let client = Client::new(config.clone().http_client(recorder.clone())).unwrap();
    everything(&client).await;
    let cassette = recorder.cassette();
    assert!(!cassette.is_empty());
    keep(format_args!(
        "{recorder:?} {cassette:?} {}",
        cassette.to_json()
    ));
    let replay = Replay::new(cassette);
    keep(format_args!("{replay:?}"));
    let client = Client::new(config.http_client(replay.clone())).unwrap();
    keep_outcome(
        &client
            .create_secret_parameter("another-name", SENT)
            .send()
            .await,
    );
    keep(format_args!("{replay:?}"));
}

/// Files with secrets, also in the place of other values.
async fn profile_files() {
    let profile =
        |fields: &str| format!(r#"{{"current":"p","profiles":[{{"name":"p",{fields}}}]}}"#);
    let files = [
        profile(&format!(
            r#""mode":"AK","access_key_id":"i","access_key_secret":"{FILED}""#
        )),
        profile(&format!(
            r#""mode":"AK","access_key_id":"i","access_key_secret":["{FILED}"]"#
        )),
        profile(&format!(
            r#""mode":"StsToken","access_key_id":"i","access_key_secret":"{FILED}","sts_token":"{FILED}""#
        )),
        profile(&format!(
            r#""mode":"OAuth","oauth_site_type":"CN","oauth_refresh_token":"{FILED}","oauth_access_token":"{FILED}""#
        )),
        profile(&format!(r#""mode":"CloudSSO","access_token":"{FILED}""#)),
        profile(&format!(
            r#""mode":"AK","access_key_secret":"{FILED}" oops"#
        )),
        format!("[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret={FILED}\n"),
        format!("[default]\ntype=sts\naccess_key_id=i\naccess_key_secret={FILED}\n{FILED}\n"),
        format!("[default]\ntype=bearer\nbearer_token={FILED}\n"),
    ];
    for file in files {
        let environment = MemoryEnvironment::new().with_file("/profiles", file);
        let http = MockClient::default();
        http.when("*")
            .respond_with(MockResponse::json(400, r#"{"error":"invalid_grant"}"#));
        let context = ProviderContext::new(Arc::new(http), Arc::new(ManualTime::new()))
            .with_environment(Arc::new(environment));
        let providers: [&dyn ProvideCredentials; 2] = [
            &CliProfileProvider::new().file("/profiles"),
            &IniProfileProvider::new().file("/profiles"),
        ];
        for provider in providers {
            let outcome = provider.provide(&context).await;
            keep(format_args!("{provider:?} {outcome:?} {context:?}"));
            keep_outcome(&outcome.map_err(Error::from));
        }
    }
}
