//! Keys and tokens with blanks, line breaks and other characters that cannot be sent, from every
//! source.

use alibabacloud_core::credentials::{
    AssumeRoleProvider, CachedProvider, CliProfileProvider, CommandOutput, Credentials,
    CredentialsError, CredentialsErrorKind, DefaultChain, EcsRamRoleProvider, EnvProvider,
    IniProfileProvider, MemoryEnvironment, OidcProvider, ProcessProvider, ProvideCredentials,
    ProviderContext, UriProvider,
};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::time::BoxFuture;
use alibabacloud_core::{Config, ErrorKind};
use alibabacloud_oos::{CallOptions, Client};
use sdk_tests::credentials::context;
use serde_json::{Value, json};

const CONFIG: &str = "/home/me/.aliyun/config.json";
const INI: &str = "/home/me/.alibabacloud/credentials";
const ROLE: &str = "acs:ram::1:role/r";

/// Values around which blanks are removed.
const PADDED: [&str; 6] = [
    "v\n",
    "v\r\n",
    " v",
    "\tv \n\n",
    "\u{feff}v",
    "\u{3000}v\u{a0}",
];
/// Values that cannot be sent, and why.
const INVALID: [(&str, &str); 6] = [
    ("v\r\nEvil: 1", "contains a line break"),
    ("v\nv", "contains a line break"),
    ("v v", "contains whitespace"),
    ("v\u{3000}v", "contains whitespace"),
    ("v\u{0}v", "contains a control character"),
    ("v\u{200b}v", "contains a character that is not ASCII"),
];

/// A source of credentials, from an AccessKey ID, a secret and a token.
struct Source {
    name: &'static str,
    provide: fn([&str; 3]) -> BoxFuture<'static, Result<Credentials, CredentialsError>>,
    /// The names of the fields in messages.
    fields: [&'static str; 3],
}

const SERVICE_FIELDS: [&str; 3] = ["AccessKeyId", "AccessKeySecret", "SecurityToken"];

const SOURCES: [Source; 9] = [
    Source {
        name: "env",
        provide: |[id, secret, token]| {
            let machine = MemoryEnvironment::new()
                .with_variable("ALIBABA_CLOUD_ACCESS_KEY_ID", id)
                .with_variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret)
                .with_variable("ALIBABA_CLOUD_SECURITY_TOKEN", token);
            ask(EnvProvider::new(), machine, vec![])
        },
        fields: [
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
        ],
    },
    Source {
        name: "config.json",
        provide: |[id, secret, token]| {
            let profile = profile(id, secret, token);
            let config = json!({ "current": "p", "profiles": [profile] });
            let machine = home().with_file(CONFIG, config.to_string());
            ask(CliProfileProvider::new(), machine, vec![])
        },
        fields: [
            "config.json:1:45: profiles[0].access_key_id",
            "profiles[0].access_key_secret",
            "profiles[0].sts_token",
        ],
    },
    Source {
        name: "external program",
        provide: |[id, secret, token]| {
            let printed = profile(id, secret, token).to_string();
            let output = CommandOutput::new(true, "exit status: 0", printed);
            let machine = MemoryEnvironment::new().with_command(&["tool"], output);
            ask(ProcessProvider::new("tool"), machine, vec![])
        },
        fields: ["access_key_id", "access_key_secret", "sts_token"],
    },
    Source {
        name: "URI",
        provide: |values| {
            let provider = UriProvider::new().uri("http://localhost/c");
            ask(provider, MemoryEnvironment::new(), vec![issued(values)])
        },
        fields: SERVICE_FIELDS,
    },
    Source {
        name: "AssumeRole",
        provide: |values| {
            let provider = AssumeRoleProvider::new(Credentials::access_key("i", "s"), ROLE);
            ask(provider, MemoryEnvironment::new(), vec![sts(values)])
        },
        fields: SERVICE_FIELDS,
    },
    Source {
        name: "OIDC",
        provide: |values| {
            let machine = MemoryEnvironment::new().with_file("/token", "jwt");
            let provider = OidcProvider::new()
                .token_file("/token")
                .role_arn(ROLE)
                .provider_arn("acs:ram::1:oidc-provider/p");
            ask(provider, machine, vec![sts(values)])
        },
        fields: SERVICE_FIELDS,
    },
    Source {
        name: "metadata service",
        provide: |values| {
            let provider = EcsRamRoleProvider::new().role_name("r");
            let responses = vec![MockResponse::new(200, "session"), issued(values)];
            ask(provider, MemoryEnvironment::new(), responses)
        },
        fields: SERVICE_FIELDS,
    },
    Source {
        name: "value",
        provide: |[id, secret, token]| {
            let credentials = Credentials::sts(id, secret, token);
            ask(credentials, MemoryEnvironment::new(), vec![])
        },
        fields: ["AccessKey ID", "AccessKey secret", "security token"],
    },
    Source {
        name: "provider of a program",
        provide: |[id, secret, token]| {
            let provider = Custom(Credentials::sts(id, secret, token));
            ask(
                CachedProvider::new(provider),
                MemoryEnvironment::new(),
                vec![],
            )
        },
        fields: ["AccessKey ID", "AccessKey secret", "security token"],
    },
];

/// A provider that checks nothing.
#[derive(Debug)]
struct Custom(Credentials);

impl ProvideCredentials for Custom {
    fn name(&self) -> &str {
        "custom"
    }

    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

fn home() -> MemoryEnvironment {
    MemoryEnvironment::new().with_home("/home/me")
}

fn profile(id: &str, secret: &str, token: &str) -> Value {
    json!({
        "access_key_id": id, "access_key_secret": secret, "mode": "StsToken", "name": "p",
        "sts_token": token,
    })
}

fn object([id, secret, token]: [&str; 3]) -> Value {
    json!({
        "Code": "Success", "AccessKeyId": id, "AccessKeySecret": secret, "SecurityToken": token,
        "Expiration": "2099-01-02T03:04:05Z",
    })
}

fn issued(values: [&str; 3]) -> MockResponse {
    MockResponse::json(200, object(values).to_string())
}

fn sts(values: [&str; 3]) -> MockResponse {
    MockResponse::json(200, json!({ "Credentials": object(values) }).to_string())
}

fn ask(
    provider: impl ProvideCredentials,
    machine: MemoryEnvironment,
    responses: Vec<MockResponse>,
) -> BoxFuture<'static, Result<Credentials, CredentialsError>> {
    Box::pin(async move {
        let context = context(MockClient::new(responses), &ManualTime::new(), machine);
        provider.provide(&context).await
    })
}

#[tokio::test]
async fn blanks_around_keys_are_removed_whatever_the_source() {
    for source in SOURCES {
        for padded in PADDED {
            let found = (source.provide)([padded; 3]).await;
            let found = found.unwrap_or_else(|e| panic!("{} {padded:?}: {e}", source.name));
            let values = [
                found.access_key_id(),
                found.access_key_secret(),
                found.security_token(),
            ];
            assert_eq!(values, [Some("v"); 3], "{} {padded:?}", source.name);
        }
    }
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_rejected_by_name_whatever_the_source() {
    for source in SOURCES {
        for (value, problem) in INVALID {
            for (index, field) in source.fields.iter().enumerate() {
                let mut values = ["fine"; 3];
                values[index] = value;
                let error = (source.provide)(values).await.unwrap_err();
                assert_eq!(
                    error.kind(),
                    CredentialsErrorKind::Failed,
                    "{}",
                    source.name
                );
                let error = error.to_string();
                let expected = format!("{field} {problem}");
                assert!(error.contains(&expected), "{}: {error}", source.name);
                assert!(!error.contains("Evil"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn an_ini_file_names_the_line_of_a_key_that_cannot_be_sent() {
    let ini = |entries: &str| home().with_file(INI, format!("[default]\n{entries}"));
    for (entries, expected) in [
        (
            "type = access_key\naccess_key_id = LTAI\u{3000}x\naccess_key_secret = s",
            "credentials:3: access_key_id contains whitespace",
        ),
        (
            "type = sts\naccess_key_id = i\naccess_key_secret = s\nsecurity_token = t t",
            "credentials:5: security_token contains whitespace",
        ),
        (
            "type = bearer\nbearer_token = b\u{7f}b",
            "credentials:3: bearer_token contains a control character",
        ),
    ] {
        let error = ask(IniProfileProvider::new(), ini(entries), vec![]).await;
        let error = error.unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_sent_with_a_key_that_cannot_be_sent() {
    let http = MockClient::default();
    let client = |provider: Credentials| {
        let config = Config::new()
            .region("cn-hangzhou")
            .credentials(provider)
            .http_client(http.clone());
        Client::new(config).unwrap()
    };
    let fine = Credentials::access_key("LTAIx", "s");
    let bad = Credentials::access_key("LTAIx", "s\u{3000}s");
    let by_client = client(bad.clone()).list_executions();
    let unchecked = CallOptions::new().credentials(Custom(bad));
    let by_options = client(fine).list_executions().with_options(unchecked);
    for call in [by_client, by_options] {
        let error = call.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        let expected = "oos:ListExecutions: invalid credentials of static_ak: the AccessKey secret \
                        contains whitespace";
        assert_eq!(error.to_string(), expected);
    }
    assert!(http.requests().is_empty());

    http.push(MockResponse::json(200, "{}"));
    let from_file = Credentials::access_key("LTAIx\n", "secret\r\n");
    client(from_file).list_executions().send().await.unwrap();
    let authorization = http.requests()[0]
        .headers
        .get("authorization")
        .map(str::to_owned);
    assert!(authorization.unwrap().contains("Credential=LTAIx,"));
}

#[tokio::test]
async fn a_broken_character_in_a_key_is_not_sent_but_one_elsewhere_costs_nothing() {
    let answer = |bytes: &[u8]| {
        let provider = UriProvider::new().uri("http://localhost/c");
        let responses = vec![MockResponse::json(200, bytes.to_vec())];
        ask(provider, MemoryEnvironment::new(), responses)
    };
    let fine = br#"{"AccessKeyId":"i","AccessKeySecret":"s","SecurityToken":"t","Note":"N"}"#;
    for (from, to) in [
        (&b"N"[..], &b"\xff"[..]),
        (b"N", b"\\ud800"),
        (b"N", b"a\nb"),
        (b"{", b"\xef\xbb\xbf{"),
        (b"}", b"}\0"),
    ] {
        let found = answer(&replaced(fine, from, to)).await;
        assert_eq!(found.unwrap().access_key_secret(), Some("s"));
    }
    for (from, to) in [
        (&b"\"s\""[..], &b"\"s\xff\""[..]),
        (b"\"t\"", b"\"t\\udfff\""),
    ] {
        let error = answer(&replaced(fine, from, to))
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("contains a character that is not ASCII"),
            "{error}"
        );
    }
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = text
        .windows(from.len())
        .position(|part| part == from)
        .unwrap();
    [&text[..at], to, &text[at + from.len()..]].concat()
}

#[tokio::test]
async fn programs_and_services_may_write_a_byte_order_mark() {
    let marked = |text: String| format!("\u{feff}{text}");
    let printed = profile("i", "s", "t").to_string();
    let utf_16: Vec<u8> = std::iter::once(0xfeff)
        .chain(printed.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for output in [marked(printed.clone()).into_bytes(), utf_16] {
        let output = CommandOutput::new(true, "exit status: 0", output);
        let machine = MemoryEnvironment::new().with_command(&["tool"], output);
        let found = ask(ProcessProvider::new("tool"), machine, vec![])
            .await
            .unwrap();
        assert_eq!(found.security_token(), Some("t"));
    }
    let values = ["i", "s", "t"];
    let body = marked(object(values).to_string());
    let role = marked(json!({ "Credentials": object(values) }).to_string());
    let machine = MemoryEnvironment::new;
    let uri = UriProvider::new().uri("http://localhost/c");
    let found = ask(uri, machine(), vec![MockResponse::json(200, body.clone())]).await;
    assert_eq!(found.unwrap().access_key_id(), Some("i"));
    let assume = AssumeRoleProvider::new(Credentials::access_key("i", "s"), ROLE);
    let found = ask(assume, machine(), vec![MockResponse::json(200, role)]).await;
    assert_eq!(found.unwrap().access_key_id(), Some("i"));
    let responses = vec![
        MockResponse::new(200, marked("session\n".to_owned())),
        MockResponse::new(200, marked("r\r\n".to_owned())),
        MockResponse::new(200, "session"),
        MockResponse::json(200, body),
    ];
    let found = ask(EcsRamRoleProvider::new(), machine(), responses).await;
    assert_eq!(found.unwrap().role(), Some("r"));
    // The error of a service, too.
    let refusal = marked(r#"{"Code":"Forbidden","Message":"no","RequestId":"R"}"#.to_owned());
    let uri = UriProvider::new().uri("http://localhost/c");
    let error = ask(uri, machine(), vec![MockResponse::json(403, refusal)]).await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("returned 403 Forbidden: no (request ID R)"),
        "{error}"
    );
}

#[tokio::test]
async fn ini_files_of_other_readers_are_read() {
    let read = async |bytes: Vec<u8>| {
        let machine = home().with_file(INI, bytes);
        ask(IniProfileProvider::new(), machine, vec![]).await
    };
    let rows: [&[u8]; 8] = [
        b"[default]\ntype: access_key\naccess_key_id: i\naccess_key_secret: s=:s\n",
        b"[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret=s=:s\n",
        b"[default]\r\nTYPE = access_key\r\nAccess_Key_Id : i\r\naccess_key_secret = \"s=:s\"\r\n",
        b"\xef\xbb\xbf[ default ] # the first\n; note\ntype = access_key\naccess_key_id = i ; id\naccess_key_secret = ' s=:s '\n",
        b"[o\xc6\xda]\nx = \xff\n[default] ; \xb2\xe2\ntype = access_key\naccess_key_id = i\naccess_key_secret = s=:s\n",
        b"no section yet\n[other]\nno entry\n[default]\ntype = access_key\naccess_key_id = i\naccess_key_secret = s=:s\n[default]\ntype = x\n",
        b"[default]\ntype = access_key\naccess_key_id = old\naccess_key_id = i\naccess_key_id =\naccess_key_secret = s=:s",
        b"[default]\nenable = true\ntype = access_key\naccess_key_id = i\naccess_key_secret = s=:s\nregion_id = cn-hangzhou\n",
    ];
    for bytes in rows {
        let found = read(bytes.to_vec()).await;
        let found = found.unwrap_or_else(|e| panic!("{}: {e}", String::from_utf8_lossy(bytes)));
        assert_eq!(found.access_key_id(), Some("i"));
        assert_eq!(found.access_key_secret(), Some("s=:s"));
    }
    let text = "[default]\ntype = access_key\naccess_key_id = i\naccess_key_secret = s\n";
    let utf_16 = std::iter::once(0xfeff).chain(text.encode_utf16());
    let found = read(utf_16.flat_map(u16::to_be_bytes).collect()).await;
    assert_eq!(found.unwrap().access_key_id(), Some("i"));
    let error = read(b"[default]\ntype access_key\n".to_vec())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("credentials:2: expected `key = value`")
    );
}

#[tokio::test]
async fn what_is_configured_but_unusable_stops_the_chain() {
    let stops = async |variables: &[(&str, &str)]| {
        let machine = home().with_variable("ALIBABA_CLOUD_CREDENTIALS_URI", "http://agent/c");
        for (name, value) in variables {
            machine.set_variable(name, Some(value));
        }
        let context = context(MockClient::default(), &ManualTime::new(), machine);
        let error = DefaultChain::new().provide(&context).await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Failed, "{error}");
        error.to_string()
    };
    for switch in [
        "ALIBABA_CLOUD_CLI_PROFILE_DISABLED",
        "ALIBABA_CLOUD_IGNORE_PROFILE",
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED",
        "ALIBABA_CLOUD_IMDSV1_DISABLED",
    ] {
        for typing_error in ["ture", "yes", "2", "tru\u{fffd}"] {
            let error = stops(&[(switch, typing_error)]).await;
            let expected = format!("invalid value of {switch}: expected true or false");
            assert!(error.contains(&expected), "{error}");
        }
    }
    let error = stops(&[("ALIBABA_CLOUD_SECURITY_TOKEN", "t")]).await;
    let expected = "ALIBABA_CLOUD_SECURITY_TOKEN is set but ALIBABA_CLOUD_ACCESS_KEY_ID is not";
    assert!(error.contains(expected), "{error}");
    // Bytes that are not Unicode are not as if the variable was unset.
    let error = stops(&[
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI\u{fffd}"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
    ]);
    let expected = "ALIBABA_CLOUD_ACCESS_KEY_ID contains a character that is not ASCII";
    assert!(error.await.contains(expected));
    for (name, expected) in [
        ("ALIBABA_CLOUD_CONFIG_FILE", "/nowhere does not exist"),
        ("ALIBABA_CLOUD_CREDENTIALS_FILE", "/nowhere does not exist"),
    ] {
        let error = stops(&[(name, "/nowhere")]).await;
        assert!(error.contains(expected), "{error}");
    }
}
