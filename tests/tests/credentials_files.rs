//! Profile files: every mode, and invalid files.

use alibabacloud_core::credentials::{
    CliProfileProvider, CommandOutput, Credentials, IniProfileProvider, MemoryEnvironment,
    ProvideCredentials,
};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use sdk_tests::credentials::context;
use serde_json::{Value, json};
use std::io;

const HOME: &str = "/home/me";
const CONFIG: &str = "/home/me/.aliyun/config.json";
const INI: &str = "/home/me/.alibabacloud/credentials";
/// The value of every secret in a file; no message may contain it.
const SECRET: &str = "s3cr3t";

fn machine() -> MemoryEnvironment {
    MemoryEnvironment::new().with_home(HOME)
}

async fn provide(
    provider: impl ProvideCredentials,
    machine: &MemoryEnvironment,
    http: &MockClient,
) -> Result<Credentials, String> {
    let context = context(http.clone(), &ManualTime::new(), machine.clone());
    let provided = provider.provide(&context).await;
    provided.map_err(|error| {
        let message = error.to_string();
        assert!(!message.contains(SECRET), "{message}");
        message
    })
}

async fn cli(config: impl Into<Vec<u8>>) -> Result<Credentials, String> {
    let machine = machine().with_file(CONFIG, config);
    provide(CliProfileProvider::new(), &machine, &MockClient::default()).await
}

/// Returns a file whose only profile has these fields.
fn config(fields: Value) -> String {
    let mut profile = json!({ "name": "p" });
    for (name, value) in fields.as_object().unwrap() {
        profile[name] = value.clone();
    }
    json!({ "current": "p", "profiles": [profile] }).to_string()
}

fn issued(outer: &str) -> MockResponse {
    let inner = json!({
        "Code": "Success", "AccessKeyId": "STS.id", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": "2099-01-02T03:04:05Z",
    });
    let body = if outer.is_empty() {
        inner
    } else {
        json!({ outer: inner })
    };
    MockResponse::json(200, body.to_string())
}

#[tokio::test]
async fn every_mode_of_a_cli_profile_is_supported_in_any_case() {
    let role = "acs:ram::1:role/r";
    let program = CommandOutput::new(
        true,
        "exit status: 0",
        json!({ "mode": "AK", "access_key_id": "i", "access_key_secret": "s" }).to_string(),
    );
    let rows = [
        (
            "ak",
            json!({ "access_key_id": "i", "access_key_secret": "s" }),
            "static_ak",
            vec![],
        ),
        (
            "STSTOKEN",
            json!({ "access_key_id": "i", "access_key_secret": "s", "sts_token": "t" }),
            "static_sts",
            vec![],
        ),
        (
            "RamRoleArn",
            json!({ "access_key_id": "i", "access_key_secret": "s", "ram_role_arn": role }),
            "ram_role_arn/static_ak",
            vec![issued("Credentials")],
        ),
        (
            "RamRoleArn",
            json!({ "access_key_id": "i", "access_key_secret": "s", "sts_token": "t", "ram_role_arn": role }),
            "ram_role_arn/static_sts",
            vec![issued("Credentials")],
        ),
        (
            "EcsRamRole",
            json!({ "ram_role_name": "r" }),
            "ecs_ram_role",
            vec![MockResponse::new(200, "token"), issued("")],
        ),
        (
            "RamRoleArnWithRoleName",
            json!({ "ram_role_name": "r", "ram_role_arn": role }),
            "ram_role_arn/ecs_ram_role",
            vec![
                MockResponse::new(200, "token"),
                issued(""),
                issued("Credentials"),
            ],
        ),
        (
            "oidc",
            json!({ "oidc_token_file": "/token", "oidc_provider_arn": "a", "ram_role_arn": role }),
            "oidc_role_arn",
            vec![issued("Credentials")],
        ),
        (
            "External",
            json!({ "process_command": "tool 'a b'" }),
            "external",
            vec![],
        ),
        (
            "CredentialsURI",
            json!({ "credentials_uri": "http://localhost/c" }),
            "credential_uri",
            vec![issued("")],
        ),
        (
            "CloudSSO",
            json!({
                "cloud_sso_sign_in_url": "https://h/login", "access_token": "a",
                "cloud_sso_access_token_expire": 4_102_444_800_u64,
                "cloud_sso_account_id": "1", "cloud_sso_access_config": "c",
            }),
            "cloud_sso",
            vec![issued("CloudCredential")],
        ),
        (
            "OAuth",
            json!({
                "oauth_site_type": "cn", "oauth_access_token": "a", "oauth_refresh_token": "r",
                "oauth_access_token_expire": 4_102_444_800_u64,
            }),
            "oauth",
            vec![issued("")],
        ),
        (
            "BearerToken",
            json!({ "bearer_token": "b" }),
            "bearer",
            vec![],
        ),
        ("Anonymous", json!({}), "anonymous", vec![]),
    ];
    for (mode, mut fields, name, responses) in rows {
        fields["mode"] = mode.into();
        let machine = machine()
            .with_file("/token", "jwt")
            .with_file(CONFIG, config(fields))
            .with_command(&["tool", "a b"], program.clone());
        let http = MockClient::new(responses);
        let found = provide(CliProfileProvider::new(), &machine, &http).await;
        let found = found.unwrap_or_else(|error| panic!("{mode}: {error}"));
        assert_eq!(found.provider(), format!("cli_profile/{name}"));
        assert_eq!(http.remaining(), 0, "{mode}");
    }
}

#[tokio::test]
async fn a_profile_is_chosen_by_argument_then_variable_then_the_file() {
    let profile = |name: &str| json!({ "name": name, "mode": "AK", "access_key_id": format!("id-{name}"), "access_key_secret": "s" });
    let profiles = ["a", "b", "c"].map(profile);
    let machine = machine().with_file(
        CONFIG,
        json!({ "current": "a", "profiles": profiles }).to_string(),
    );
    let id = async |provider| {
        let found = provide(provider, &machine, &MockClient::default()).await;
        found.unwrap().access_key_id().unwrap().to_owned()
    };
    assert_eq!(id(CliProfileProvider::new()).await, "id-a");
    machine.set_variable("ALIBABA_CLOUD_PROFILE", Some("b"));
    assert_eq!(id(CliProfileProvider::new()).await, "id-b");
    assert_eq!(id(CliProfileProvider::new().profile("c")).await, "id-c");
}

#[tokio::test]
async fn a_chain_of_roles_is_followed_and_a_cycle_is_an_error() {
    let link = |name: &str, source: &str| json!({ "name": name, "mode": "ChainableRamRoleArn", "ram_role_arn": format!("acs:ram::1:role/{name}"), "source_profile": source });
    let key =
        json!({ "name": "key", "mode": "AK", "access_key_id": "i", "access_key_secret": SECRET });
    let run = async |profiles: Vec<Value>, responses: Vec<MockResponse>| {
        let config = json!({ "current": "a", "profiles": profiles }).to_string();
        let machine = machine().with_file(CONFIG, config);
        provide(
            CliProfileProvider::new(),
            &machine,
            &MockClient::new(responses),
        )
        .await
    };
    let responses = vec![issued("Credentials"), issued("Credentials")];
    let found = run(
        vec![link("a", "b"), link("b", "key"), key.clone()],
        responses,
    )
    .await
    .unwrap();
    assert_eq!(
        found.provider(),
        "cli_profile/ram_role_arn/ram_role_arn/static_ak"
    );
    assert_eq!(found.role(), Some("acs:ram::1:role/a"));

    let error = run(vec![link("a", "b"), link("b", "c"), link("c", "a")], vec![]).await;
    let error = error.unwrap_err();
    assert!(error.contains("forms a cycle: a -> b -> c -> a"), "{error}");
    let error = run(vec![link("a", "a")], vec![]).await.unwrap_err();
    assert!(error.contains("forms a cycle: a -> a"), "{error}");
    let error = run(vec![link("a", "nowhere")], vec![]).await.unwrap_err();
    assert!(
        error.contains("profiles[0].source_profile names nowhere, which the file does not contain"),
        "{error}"
    );
    // A long chain is cut off, even in a large file.
    let names: Vec<_> = (0..1000).map(|n| format!("p{n}")).collect();
    let mut long = vec![link("a", "p0")];
    long.extend(names.windows(2).map(|pair| link(&pair[0], &pair[1])));
    let error = run(long, vec![]).await.unwrap_err();
    assert!(
        error.contains("makes a chain of more than 8 profiles: a -> p0 -> p1"),
        "{error}"
    );
}

#[tokio::test]
async fn session_settings_are_sent_to_sts() {
    let fields = json!({
        "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": "s", "ram_role_arn": "acs:ram::1:role/r",
        "ram_session_name": "nightly", "expired_seconds": 900, "external_id": "ext", "policy": "{}",
        "sts_region": "cn-hangzhou", "enable_vpc": true,
    });
    let machine = machine().with_file(CONFIG, config(fields));
    let http = MockClient::new([issued("Credentials")]);
    provide(CliProfileProvider::new(), &machine, &http)
        .await
        .unwrap();
    let request = &http.requests()[0];
    assert_eq!(request.url, "https://sts-vpc.cn-hangzhou.aliyuncs.com/");
    let form = String::from_utf8(request.body.to_vec()).unwrap();
    for pair in [
        "RoleSessionName=nightly",
        "DurationSeconds=900",
        "ExternalId=ext",
        "Policy=%7B%7D",
    ] {
        assert!(form.contains(pair), "{form}");
    }
}

#[tokio::test]
async fn a_malformed_config_is_reported_with_file_and_position_and_without_secrets() {
    let key = format!(r#""mode":"AK","access_key_id":"i","access_key_secret":"{SECRET}""#);
    let rows = [
        (
            String::new(),
            "config.json ends prematurely at line 1, column 0",
        ),
        (
            "{".to_owned(),
            "config.json ends prematurely at line 1, column 1",
        ),
        (
            format!(
                "{{\"current\":\"p\",\n\"profiles\":[{{\"access_key_secret\":\"{SECRET}\"}} oops]}}"
            ),
            "config.json is not valid JSON at line 2, column 44",
        ),
        ("[]".to_owned(), "config.json:1:1: must be an object"),
        (
            r#"{"current":7}"#.to_owned(),
            "config.json:1:12: current must be a string, not a number",
        ),
        (
            r#"{"current":"p"}"#.to_owned(),
            "config.json has no profile p",
        ),
        (
            "{\"current\":\"p\",\n \"profiles\":{}}".to_owned(),
            "config.json:2:13: profiles must be an array",
        ),
        (
            r#"{"current":"p","profiles":["x"]}"#.to_owned(),
            "config.json:1:28: profiles[0] must be an object",
        ),
        (
            r#"{"current":"p","profiles":[{"name":1}]}"#.to_owned(),
            "profiles[0].name must be a string, not a number",
        ),
        (
            r#"{"current":"p","profiles":[{"name":"p"}]}"#.to_owned(),
            "config.json:1:28: profiles[0].mode is missing",
        ),
        (
            config(json!({ "mode": SECRET })),
            "profiles[0].mode must be AK, StsToken,",
        ),
        (
            config(json!({ "mode": "RsaKeyPair" })),
            "profiles[0].mode must be AK, StsToken,",
        ),
        (
            config(json!({ "mode": "AK", "access_key_id": "i" })),
            "profiles[0].access_key_secret is missing",
        ),
        (
            format!(
                "{{\"current\":\"p\",\"profiles\":[{{\"name\":\"o\",{key}}},\n\t{{\"name\":\"p\",\"mode\":\"StsToken\",\n\t\"access_key_id\":\"i\",\"access_key_secret\":[\"{SECRET}\"]}}]}}"
            ),
            "config.json:3:42: profiles[1].access_key_secret must be a string, not an array",
        ),
        (
            config(
                json!({ "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": SECRET,
                "ram_role_arn": "r", "expired_seconds": -1 }),
            ),
            "profiles[0].expired_seconds must be a non-negative integer",
        ),
        (
            config(
                json!({ "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": SECRET,
                "ram_role_arn": "r", "enable_vpc": "yes" }),
            ),
            "profiles[0].enable_vpc must be true or false, not a string",
        ),
        (
            config(
                json!({ "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": SECRET,
                "ram_role_arn": "r", "expired_seconds": 60 }),
            ),
            "at least 900 s",
        ),
        (
            config(
                json!({ "mode": "OAuth", "oauth_site_type": "XX", "oauth_refresh_token": SECRET }),
            ),
            "profiles[0].oauth_site_type must be CN or INTL",
        ),
        (
            config(json!({ "mode": "CloudSSO", "access_token": SECRET,
                "cloud_sso_sign_in_url": format!("http://{SECRET}@h/") })),
            "cloud_sso_sign_in_url: ",
        ),
        (
            "[".repeat(200_000),
            "config.json is not valid JSON at line 1, column 128",
        ),
    ];
    for (text, expected) in rows {
        let error = cli(text.clone()).await.unwrap_err();
        assert!(error.contains(expected), "{expected}\n{error}");
        assert!(
            error.contains("config.json")
                || expected.starts_with("cloud")
                || expected.starts_with("at"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_reported_with_its_path() {
    let error = cli(vec![0xff, 0xfe]).await.unwrap_err();
    assert_eq!(error, format!("{CONFIG} is not UTF-8 text (byte 0)"));
    let error = cli(vec![b' '; 1024 * 1024 + 1]).await.unwrap_err();
    assert_eq!(error, format!("{CONFIG} is larger than 1048576 bytes"));
    let locked = machine()
        .with_broken_file(CONFIG, io::ErrorKind::PermissionDenied)
        .with_broken_file(INI, io::ErrorKind::PermissionDenied);
    for (provider, path) in [
        (
            Box::new(CliProfileProvider::new()) as Box<dyn ProvideCredentials>,
            CONFIG,
        ),
        (Box::new(IniProfileProvider::new()), INI),
    ] {
        let context = context(MockClient::default(), &ManualTime::new(), locked.clone());
        let error = provider.provide(&context).await.unwrap_err().to_string();
        assert_eq!(error, format!("{path} cannot be read: permission denied"));
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_unknown_fields_do_no_harm() {
    let text = format!(
        "\u{feff}{}",
        config(
            json!({ "mode": "AK", "access_key_id": "i", "access_key_secret": "s", "new": [1, { "a": null }] })
        )
    );
    assert!(cli(text).await.is_ok());
}

#[tokio::test]
async fn every_type_of_an_ini_profile_is_supported() {
    let ini = "\
; a comment
[default]
type = access_key   # why not
access_key_id = 'i'
access_key_secret = \"s#1\"

[sts]
type=sts
access_key_id=i
access_key_secret=s
security_token=t
[ecs]
type = ecs_ram_role
role_name = r
[role]
type = ram_role_arn
access_key_id = i
access_key_secret = s
role_arn = acs:ram::1:role/r
role_session_name = me
policy = {\"a\": 1}
[oidc]
type = oidc_role_arn
oidc_provider_arn = a
oidc_token_file_path = /token
role_arn = acs:ram::1:role/r
[bearer]
type = bearer
bearer_token = b
";
    for (section, name, responses) in [
        ("default", "static_ak", vec![]),
        ("sts", "static_sts", vec![]),
        (
            "ecs",
            "ecs_ram_role",
            vec![MockResponse::new(200, "token"), issued("")],
        ),
        (
            "role",
            "ram_role_arn/static_ak",
            vec![issued("Credentials")],
        ),
        ("oidc", "oidc_role_arn", vec![issued("Credentials")]),
        ("bearer", "bearer", vec![]),
    ] {
        let machine = machine().with_file(INI, ini).with_file("/token", "jwt");
        let provider = IniProfileProvider::new().profile(section);
        let found = provide(provider, &machine, &MockClient::new(responses))
            .await
            .unwrap();
        assert_eq!(found.provider(), format!("profile/{name}"));
        if section == "default" {
            assert_eq!(found.access_key_secret(), Some("s#1"));
        }
    }
}

#[tokio::test]
async fn a_malformed_ini_profile_is_reported_with_file_and_line() {
    for (ini, expected) in [
        ("", "credentials has no section [default]"),
        (
            "[default]\n\naccess_key_id = i",
            "credentials:1: section [default] has no type",
        ),
        (
            "\n[default]\ntype = access_key\naccess_key_secret = s3cr3t",
            "credentials:2: section [default] has no access_key_id",
        ),
        (
            "[default]\ntype = rsa_key_pair\n",
            "credentials:2: type must be access_key, sts",
        ),
        (
            "[default]\ntype = sts\ns3cr3t\n",
            "credentials:3: expected `key = value`",
        ),
    ] {
        let machine = machine().with_file(INI, ini);
        let error = provide(IniProfileProvider::new(), &machine, &MockClient::default()).await;
        let error = error.unwrap_err();
        assert!(error.contains(expected), "{expected}\n{error}");
    }
}

#[tokio::test]
async fn the_ini_file_has_two_names_and_a_variable() {
    let section =
        |id| format!("[default]\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = s\n");
    let machine = machine().with_file(format!("{INI}.ini"), section("python"));
    let id = async || {
        let found = provide(IniProfileProvider::new(), &machine, &MockClient::default()).await;
        found.unwrap().access_key_id().unwrap().to_owned()
    };
    assert_eq!(id().await, "python");
    machine.set_file(INI, section("go"));
    assert_eq!(id().await, "go");
    machine.set_file("/etc/ali", section("named"));
    machine.set_variable("ALIBABA_CLOUD_CREDENTIALS_FILE", Some("/etc/ali"));
    assert_eq!(id().await, "named");
}
