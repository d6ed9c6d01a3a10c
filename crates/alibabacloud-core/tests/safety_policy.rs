//! The safety policy of the command line interface: which calls a client sends, asks about and
//! rejects.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::credentials::{Credentials, MemoryEnvironment};
use alibabacloud_core::http::Method;
use alibabacloud_core::plumbing::{Access, Call, Operation, Param};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::{Client, Config, Error, ErrorKind, RawCall};
use fixture::{DeleteInput, EmptyOutput, List, PRODUCT, delete, error, ok};
use std::io;
use std::sync::{Arc, Mutex};

const FILE: &str = "/home/me/.aliyun/safety-policy.json";

static DELETE_CLUSTER: Operation = Operation::roa(
    &PRODUCT,
    "DeleteCluster",
    Method::Delete,
    "/clusters/{Name}",
    Access::Write,
)
.params(&[Param::path("Name")]);

/// A machine with a policy of these rules: `*:Delete*=deny`.
fn machine(rules: &[(&str, &str)]) -> MemoryEnvironment {
    let rules = rules
        .iter()
        .map(|(pattern, action)| format!(r#"{{"pattern": "{pattern}", "action": "{action}"}}"#));
    let rules = rules.collect::<Vec<_>>().join(",");
    let policy = format!(r#"{{"enabled": true, "rules": [{rules}]}}"#);
    home().with_file(FILE, policy)
}

/// A machine without a policy.
fn home() -> MemoryEnvironment {
    MemoryEnvironment::new().with_home("/home/me")
}

struct Setup {
    http: MockClient,
    config: Config,
}

impl Setup {
    fn new(machine: &MemoryEnvironment, script: impl IntoIterator<Item = MockResponse>) -> Self {
        let http = MockClient::new(script);
        let config = Config::from_environment(machine.clone())
            .region("cn-hangzhou")
            .credentials(Credentials::access_key("id", "secret"))
            .retry(RetryConfig::standard().jitter(false))
            .time(ManualTime::new())
            .http_client(http.clone())
            .safety_policy_from_cli();
        Self { http, config }
    }

    fn client(&self) -> Client {
        Client::new(self.config.clone()).expect("a client")
    }

    fn sent(&self) -> usize {
        self.http.requests().len()
    }
}

async fn remove(client: &Client) -> Result<(), Error> {
    delete(client).send::<EmptyOutput>().await.map(drop)
}

async fn list(client: &Client) -> Result<(), Error> {
    let call = List::new(client).call;
    call.send::<EmptyOutput>().await.map(drop)
}

async fn raw(call: RawCall) -> Result<(), Error> {
    call.send().await.map(drop)
}

fn assert_kind(result: Result<(), Error>, kind: ErrorKind) -> String {
    let error = result.expect_err("an error");
    assert_eq!((error.kind(), error.attempts()), (kind, 0), "{error}");
    // The path of the file on Windows.
    error.to_string().replace('\\', "/")
}

#[tokio::test]
async fn the_first_rule_that_matches_decides() {
    let machine = machine(&[("oos:List*", "allow"), ("OOS:*", "deny")]);
    let setup = Setup::new(&machine, [ok()]);
    let client = setup.client();
    list(&client).await.expect("an output");
    assert_eq!(
        assert_kind(remove(&client).await, ErrorKind::Guarded),
        format!("oos:DeleteThing: the safety policy denies calls that match \"OOS:*\" ({FILE})")
    );
    assert_kind(remove(&client.read_only()).await, ErrorKind::Guarded);
    assert_eq!(setup.sent(), 1);
    // A preview sends nothing.
    assert!(delete(&client).preview().is_ok());
}

#[tokio::test]
async fn a_client_that_does_not_ask_for_the_policy_does_not_read_it() {
    let setup = Setup::new(&machine(&[("*", "deny")]), [ok()]);
    let config = Config::from_environment(home().with_broken_file(FILE, io::ErrorKind::Other))
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(setup.http.clone());
    let client = Client::new(config).expect("a client");
    remove(&client).await.expect("an output");
}

#[tokio::test]
async fn without_a_policy_every_call_is_sent() {
    for machine in [
        home(),
        home().with_file(
            FILE,
            r#"{"enabled": false, "rules": [{"pattern":"*","action":"deny"}]}"#,
        ),
        home().with_file(
            FILE,
            "\u{feff}{\"enabled\": true, \"rules\": [], \"ossutil\": {}}",
        ),
    ] {
        let setup = Setup::new(&machine, [ok()]);
        remove(&setup.client()).await.expect("an output");
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_is_an_error_of_every_call() {
    let huge = format!(
        "{{\"enabled\":false,\"rules\":[]}}{}",
        " ".repeat(1024 * 1024)
    );
    let missing = "/etc/policy.json";
    let cases = [
        (home().with_file(FILE, "{"), "is not valid JSON"),
        (home().with_file(FILE, [0xff]), "is not UTF-8 text"),
        (home().with_file(FILE, huge), "is larger than 1048576 bytes"),
        (
            home().with_broken_file(FILE, io::ErrorKind::PermissionDenied),
            "cannot be read",
        ),
        (
            machine(&[("*:Delete*", "refuse")]),
            r#"rules[0]: the action "refuse""#,
        ),
        (
            machine(&[("Delete", "deny")]),
            r#"rules[0]: the pattern "Delete" cannot match"#,
        ),
        (MemoryEnvironment::new(), "there is no home directory"),
        (
            home().with_variable("ALIBABA_CLOUD_CLI_SAFETY_POLICY_FILE", missing),
            "/etc/policy.json does not exist",
        ),
        (
            home().with_variable("ALIBABA_CLOUD_SAFETY_POLICY_ENABLED", "yes"),
            "invalid value of ALIBABA_CLOUD_SAFETY_POLICY_ENABLED",
        ),
        (
            home().with_variable("ALIBABA_CLOUD_SAFETY_POLICY_RULES", "*:Delete*"),
            "ALIBABA_CLOUD_SAFETY_POLICY_RULES: \"*:Delete*\" has no action",
        ),
        (
            home().with_variable("ALIBABA_CLOUD_SAFETY_SKIP_CONFIRM", "sure"),
            "invalid value of ALIBABA_CLOUD_SAFETY_SKIP_CONFIRM",
        ),
    ];
    for (machine, expected) in cases {
        let setup = Setup::new(&machine, []);
        let client = setup.client();
        for result in [list(&client).await, remove(&client).await] {
            let message = assert_kind(result, ErrorKind::Config);
            assert!(message.contains(expected), "{message}");
        }
    }
}

#[tokio::test]
async fn the_policy_is_kept_once_it_is_read() {
    let machine = home().with_file(FILE, "{");
    let setup = Setup::new(&machine, [ok()]);
    let (first, second) = (setup.client(), setup.client());
    assert_kind(list(&first).await, ErrorKind::Config);
    machine.set_file(
        FILE,
        r#"{"enabled":true,"rules":[{"pattern":"*:Delete*","action":"deny"}]}"#,
    );
    list(&first).await.expect("an output");
    machine.set_file(FILE, "{");
    assert_kind(remove(&second).await, ErrorKind::Guarded);
}

#[tokio::test]
async fn variables_replace_what_the_file_says() {
    let deny = || machine(&[("*:Delete*", "deny")]);
    let enabled = "ALIBABA_CLOUD_SAFETY_POLICY_ENABLED";
    let rules = "ALIBABA_CLOUD_SAFETY_POLICY_RULES";
    for (machine, is_sent) in [
        (deny(), false),
        (deny().with_variable(enabled, "False"), true),
        (deny().with_variable(enabled, " "), false),
        (deny().with_variable(rules, ""), true),
        (deny().with_variable(rules, "*:List*=deny"), true),
        (
            home()
                .with_variable(enabled, "1")
                .with_variable(rules, "oos:*=deny"),
            false,
        ),
        // The CLI sets all of them for the programs that it starts.
        (
            MemoryEnvironment::new()
                .with_variable("ALIBABA_CLOUD_CLI_SAFETY_POLICY_FILE", "/none.json")
                .with_variable(enabled, "false")
                .with_variable(rules, ""),
            true,
        ),
        (
            deny()
                .with_file("/other.json", r#"{"enabled": true, "rules": []}"#)
                .with_variable("ALIBABA_CLOUD_CLI_SAFETY_POLICY_FILE", "/other.json"),
            true,
        ),
    ] {
        let setup = Setup::new(&machine, [ok()]);
        let result = remove(&setup.client()).await;
        match is_sent {
            true => result.expect("an output"),
            false => drop(assert_kind(result, ErrorKind::Guarded)),
        }
    }
}

#[tokio::test]
async fn a_call_that_needs_a_confirmation_asks_the_hook() {
    let machine = machine(&[("*:Delete*", "confirm"), ("*:Get*", "forbid")]);
    let setup = Setup::new(&machine, [error(400, "Throttling.User"), ok(), ok(), ok()]);
    let message = assert_kind(remove(&setup.client()).await, ErrorKind::NotConfirmed);
    assert_eq!(
        message,
        format!(
            "oos:DeleteThing: the safety policy requires a confirmation of calls that match \
             \"*:Delete*\" ({FILE}), and the client has no hook for it: set one with \
             Config::confirm"
        )
    );

    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let config = setup.config.clone().confirm(move |call| {
        let parameters: Vec<_> = call.parameters().map(|(n, v)| format!("{n}={v}")).collect();
        let line = format!("{call} {} {}", call.target(), parameters.join("&"));
        seen.lock().expect("a lock").push(line);
        call.operation() != "DeleteCluster"
    });
    let client = Client::new(config).expect("a client");
    // A retry is the same call.
    let call = client.call_raw(
        "oos",
        "2019-06-01",
        "GetThing",
        &[("DbPassword", "hunter2")],
    );
    raw(call).await.expect("a response");
    remove(&client).await.expect("an output");
    list(&client).await.expect("an output");
    let name = Some("c 1".to_owned());
    let call = Call::new(&client, &DELETE_CLUSTER, DeleteInput { name });
    let refused = assert_kind(
        call.send::<EmptyOutput>().await.map(drop),
        ErrorKind::NotConfirmed,
    );
    assert!(refused.contains("was refused"), "{refused}");
    assert_eq!(
        *asked.lock().expect("a lock"),
        [
            "oos:GetThing (rule *:Get*) POST / DbPassword=REDACTED",
            "oos:DeleteThing (rule *:Delete*) POST / Name=a",
            "oos:DeleteCluster (rule *:Delete*) DELETE /clusters/c%201 ",
        ]
    );
    assert_eq!(setup.sent(), 4);
}

#[tokio::test]
async fn a_hook_that_panics_confirms_nothing() {
    let setup = Setup::new(&machine(&[("*", "confirm")]), []);
    let config = setup.config.clone().confirm(|_| panic!("a defect"));
    let client = Client::new(config).expect("a client");
    let message = assert_kind(remove(&client).await, ErrorKind::NotConfirmed);
    assert!(message.contains("the hook did not return"), "{message}");
}

#[tokio::test]
async fn a_variable_confirms_all_calls_and_allows_none_that_is_denied() {
    let machine = machine(&[("*:Delete*", "deny"), ("*", "confirm")])
        .with_variable("ALIBABA_CLOUD_SAFETY_SKIP_CONFIRM", "TRUE");
    let setup = Setup::new(&machine, [ok()]);
    list(&setup.client()).await.expect("an output");
    assert_kind(remove(&setup.client()).await, ErrorKind::Guarded);
}

#[tokio::test]
async fn raw_calls_are_checked() {
    let rules = [
        ("cs:DELETE/clusters/*", "deny"),
        ("oos:delete-thing", "deny"),
    ];
    let setup = Setup::new(&machine(&rules), [ok(), ok()]);
    let client = setup.client();
    let rpc = |product: &str, name: &str| client.call_raw(product, "2019-06-01", name, &[]);
    let roa = |method, path: &str| client.call_raw_roa("cs", "2015-12-15", "X", method, path, &[]);
    for denied in [
        rpc("oos", "DeleteThing"),
        rpc("OOS-vpc", "deletething"),
        roa(Method::Delete, "/clusters/c1"),
    ] {
        assert_kind(raw(denied).await, ErrorKind::Guarded);
    }
    assert_eq!(setup.sent(), 0);
    raw(rpc("ecs", "DeleteThing")).await.expect("a response");
    raw(roa(Method::Get, "/clusters/c1"))
        .await
        .expect("a response");

    // The endpoint decides what is called, not the name of the product.
    let config = setup
        .config
        .clone()
        .endpoint("https://oos.cn-hangzhou.aliyuncs.com");
    let explicit = Client::new(config).expect("a client");
    let call = explicit.call_raw("ecs", "2014-05-26", "DeleteThing", &[]);
    assert_kind(raw(call).await, ErrorKind::Guarded);
}

#[tokio::test]
async fn nothing_asks_for_credentials_before_the_policy_allows_the_call() {
    let setup = Setup::new(&machine(&[("*", "deny")]), []);
    // The default chain would fail: the machine has no credentials.
    let config = Config::from_environment(machine(&[("*", "deny")]))
        .http_client(setup.http.clone())
        .time(ManualTime::new())
        .safety_policy_from_cli();
    let client = Client::new(config).expect("a client");
    assert_kind(remove(&client).await, ErrorKind::Guarded);
    assert_eq!(setup.sent(), 0);
}
