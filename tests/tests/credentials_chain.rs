//! The default chain: its order, the rule by which it stops, and its explanation.

use alibabacloud_core::credentials::{
    CredentialsErrorKind, DefaultChain, MemoryEnvironment, ProvideCredentials, ProviderContext,
    ProviderOutcome,
};
use alibabacloud_core::http::{
    Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::time::BoxFuture;
use sdk_tests::credentials::context;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CONFIG: &str = "/home/me/.aliyun/config.json";
const INI: &str = "/home/me/.alibabacloud/credentials";
const AK_PROFILE: &str = r#"{"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"cli-id","access_key_secret":"s"}]}"#;
const AK_SECTION: &str =
    "[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = s\n";
const ISSUED: &str = r#""AccessKeyId":"STS.id","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2099-01-02T03:04:05Z""#;

/// A source of the chain, in the chain's order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Env,
    Oidc,
    Cli,
    Ini,
    Ecs,
    Uri,
}

const SOURCES: [Source; 6] = [
    Source::Env,
    Source::Oidc,
    Source::Cli,
    Source::Ini,
    Source::Ecs,
    Source::Uri,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Is {
    Absent,
    Working,
    /// Configured, but does not work.
    Broken,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::Env => "default/env",
            Self::Oidc => "default/oidc_role_arn",
            Self::Cli => "default/cli_profile",
            Self::Ini => "default/profile",
            Self::Ecs => "default/ecs_ram_role",
            Self::Uri => "default/credential_uri",
        }
    }

    /// The part of an error that says how to disable the source.
    fn remedy(self) -> &'static str {
        match self {
            Self::Env => "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            Self::Oidc => "unset ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            Self::Cli => "ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true",
            Self::Ini => "remove it from the file",
            Self::Ecs => "ALIBABA_CLOUD_ECS_METADATA_DISABLED=true",
            Self::Uri => "unset ALIBABA_CLOUD_CREDENTIALS_URI",
        }
    }

    fn set_up(self, is: Is, machine: &MemoryEnvironment, net: &Net) {
        let set = |name, value| machine.set_variable(name, Some(value));
        let works = is == Is::Working;
        if is == Is::Absent {
            return;
        }
        match self {
            Self::Env => {
                set("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id");
                if works {
                    set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s");
                }
            }
            Self::Oidc => {
                set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token");
                set(
                    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
                    "acs:ram::1:oidc-provider/p",
                );
                set("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r");
                if works {
                    machine.set_file("/token", "jwt");
                }
            }
            Self::Cli => machine.set_file(CONFIG, if works { AK_PROFILE } else { "{" }),
            Self::Ini => machine.set_file(
                INI,
                if works {
                    AK_SECTION
                } else {
                    "[default]\ntype = x\n"
                },
            ),
            Self::Ecs => net.set(|net| net.instance = Some(works)),
            Self::Uri => set(
                "ALIBABA_CLOUD_CREDENTIALS_URI",
                if works {
                    "http://agent/working"
                } else {
                    "http://agent/broken"
                },
            ),
        }
    }
}

/// The servers that can be reached.
#[derive(Clone, Debug, Default)]
struct Net(Arc<Mutex<Reachable>>);

#[derive(Clone, Debug, Default)]
struct Reachable {
    /// The metadata service of an instance with a role, and whether it has credentials for the
    /// role.
    instance: Option<bool>,
    hosts: Vec<String>,
}

impl Net {
    fn set(&self, change: impl FnOnce(&mut Reachable)) {
        change(&mut self.0.lock().unwrap());
    }

    fn hosts(&self) -> Vec<String> {
        self.0.lock().unwrap().hosts.clone()
    }
}

impl HttpClient for Net {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let host = request.headers.get("host").unwrap_or_default().to_owned();
        let instance = {
            let mut net = self.0.lock().unwrap();
            net.hosts.push(host.clone());
            net.instance
        };
        let response = |status, body: String| Ok(HttpResponse::new(status, Headers::new(), body));
        let path = request.url.rsplit('/').next().unwrap_or_default();
        let result = match (host.as_str(), path, instance) {
            ("100.100.100.200", "token", Some(_)) => response(200, "session".to_owned()),
            ("100.100.100.200", "", Some(_)) => response(200, "instance-role".to_owned()),
            ("100.100.100.200", "instance-role", Some(true)) => {
                response(200, format!(r#"{{"Code":"Success",{ISSUED}}}"#))
            }
            ("100.100.100.200", "instance-role", Some(false)) => response(500, "oops".to_owned()),
            ("100.100.100.200", ..) => Err(TransportError::new(
                TransportErrorKind::Connect,
                "no route to host",
            )),
            ("sts.aliyuncs.com", ..) => response(200, format!(r#"{{"Credentials":{{{ISSUED}}}}}"#)),
            ("agent", "working", _) => response(200, format!("{{{ISSUED}}}")),
            _ => response(403, r#"{"Code":"Forbidden"}"#.to_owned()),
        };
        Box::pin(async move { result })
    }
}

/// An environment with servers, and the chain on it.
struct Case {
    machine: MemoryEnvironment,
    net: Net,
    context: ProviderContext,
    chain: DefaultChain,
}

impl Case {
    fn new(sources: &[(Source, Is)]) -> Self {
        let machine = MemoryEnvironment::new().with_home("/home/me");
        let net = Net::default();
        for (source, is) in sources {
            source.set_up(*is, &machine, &net);
        }
        Self {
            context: context(net.clone(), &ManualTime::new(), machine.clone()),
            chain: DefaultChain::new(),
            machine,
            net,
        }
    }

    fn with(self, variables: &[(&str, &str)]) -> Self {
        for (name, value) in variables {
            self.machine.set_variable(name, Some(value));
        }
        self
    }

    /// Returns the name of the provider, or the error.
    async fn find(&self) -> Result<String, String> {
        let provided = self.chain.provide(&self.context).await;
        provided
            .map(|credentials| credentials.provider().to_owned())
            .map_err(|error| error.to_string())
    }
}

#[tokio::test]
async fn the_first_configured_source_decides_whatever_the_later_ones_are() {
    // All 729 machines on which each source is absent, works or is broken.
    for number in 0..3_usize.pow(6) {
        let states = [Is::Absent, Is::Working, Is::Broken];
        let machine: Vec<_> = (0..6)
            .map(|at| (SOURCES[at], states[number / 3_usize.pow(at as u32) % 3]))
            .collect();
        let first = machine.iter().find(|(_, is)| *is != Is::Absent);
        let found = Case::new(&machine).find().await;
        match (first, found) {
            (Some((source, Is::Working)), Ok(found)) => {
                assert!(found.starts_with(source.name()), "{machine:?}: {found}");
            }
            (Some((source, Is::Broken)), Err(error)) => {
                let expected = format!("{} is configured but failed", source.name());
                assert!(error.starts_with(&expected), "{machine:?}: {error}");
                assert!(error.contains(source.remedy()), "{machine:?}: {error}");
            }
            (None, Err(error)) => {
                for source in SOURCES {
                    assert!(error.contains(source.name()), "{error}");
                }
            }
            (_, found) => panic!("{machine:?}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn a_pod_with_rrsa_on_an_instance_with_a_role_uses_rrsa_and_does_not_ask_the_instance() {
    let case = Case::new(&[(Source::Oidc, Is::Working), (Source::Ecs, Is::Working)]);
    assert_eq!(case.find().await.unwrap(), "default/oidc_role_arn");
    assert_eq!(case.net.hosts(), ["sts.aliyuncs.com"]);
}

#[tokio::test]
async fn provider_names_are_those_of_the_official_clients() {
    for (source, name) in [
        (Source::Env, "default/env"),
        (Source::Oidc, "default/oidc_role_arn"),
        (Source::Cli, "default/cli_profile/static_ak"),
        (Source::Ini, "default/profile/static_ak"),
        (Source::Ecs, "default/ecs_ram_role"),
        (Source::Uri, "default/credential_uri"),
    ] {
        let case = Case::new(&[(source, Is::Working)]);
        assert_eq!(case.find().await.unwrap(), name);
    }
}

#[tokio::test]
async fn variables_disable_and_configure_sources() {
    use Is::{Broken, Working};
    use Source::{Cli, Ecs, Env, Ini, Oidc, Uri};
    type Row<'a> = (
        &'a str,
        &'a [(Source, Is)],
        &'a [(&'a str, &'a str)],
        Result<&'a str, &'a str>,
    );
    let rows: &[Row<'_>] = &[
        (
            "a disabled CLI profile is skipped, even a broken one",
            &[(Cli, Broken), (Uri, Working)],
            &[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "True")],
            Ok("default/credential_uri"),
        ),
        (
            "the CLI's own switch does the same",
            &[(Cli, Working), (Ini, Working)],
            &[("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE")],
            Ok("default/profile/static_ak"),
        ),
        (
            "a switch with the value false is off",
            &[(Cli, Working)],
            &[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "false")],
            Ok("default/cli_profile/static_ak"),
        ),
        (
            "a disabled metadata service is not called",
            &[(Ecs, Working), (Uri, Working)],
            &[("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")],
            Ok("default/credential_uri"),
        ),
        (
            "with a role set, a missing metadata service is a failure",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_ECS_METADATA", "instance-role")],
            Err("default/ecs_ram_role is configured but failed"),
        ),
        (
            "a token in the environment makes the credentials temporary",
            &[(Env, Working)],
            &[("ALIBABA_CLOUD_SECURITY_TOKEN", "t")],
            Ok("default/env"),
        ),
        (
            "blank keys count as unset",
            &[(Uri, Working)],
            &[
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", ""),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", " "),
            ],
            Ok("default/credential_uri"),
        ),
        (
            "a secret without an ID is an error",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s")],
            Err("ALIBABA_CLOUD_ACCESS_KEY_SECRET is set but ALIBABA_CLOUD_ACCESS_KEY_ID is not"),
        ),
        (
            "a role ARN alone does not configure RRSA",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r")],
            Ok("default/credential_uri"),
        ),
        (
            "an incomplete RRSA configuration is an error",
            &[(Oidc, Working), (Uri, Working)],
            &[("ALIBABA_CLOUD_ROLE_ARN", "")],
            Err("ALIBABA_CLOUD_ROLE_ARN is not set"),
        ),
        (
            "a selected profile is searched for in the INI file too",
            &[(Cli, Working), (Ini, Working)],
            &[("ALIBABA_CLOUD_PROFILE", "default")],
            Ok("default/profile/static_ak"),
        ),
        (
            "a selected profile that is in no file is an error",
            &[(Cli, Working), (Uri, Working)],
            &[("ALIBABA_CLOUD_PROFILE", "nowhere")],
            Err("config.json has no profile nowhere"),
        ),
        (
            "also if there is an INI file",
            &[(Cli, Working), (Ini, Working), (Uri, Working)],
            &[("ALIBABA_CLOUD_PROFILE", "nowhere")],
            Err("credentials has no section [nowhere]"),
        ),
        (
            "without a profile file a selected profile has no effect",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_PROFILE", "default")],
            Ok("default/credential_uri"),
        ),
        (
            "a config file that is set must exist",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_CONFIG_FILE", "/nowhere.json")],
            Err("/nowhere.json does not exist"),
        ),
        (
            "an INI file that is set must exist",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_CREDENTIALS_FILE", "/nowhere.ini")],
            Err("/nowhere.ini does not exist"),
        ),
        (
            "a bearer token is used if there is no AccessKey",
            &[(Uri, Working)],
            &[("ALIBABA_CLOUD_BEARER_TOKEN", "b")],
            Ok("default/env"),
        ),
    ];
    for (what, sources, variables, expected) in rows {
        let found = Case::new(sources).with(variables).find().await;
        match (expected, &found) {
            (Ok(expected), Ok(found)) => assert_eq!(expected, found, "{what}"),
            (Err(expected), Err(error)) => assert!(error.contains(expected), "{what}: {error}"),
            _ => panic!("{what}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn a_config_without_keys_is_skipped() {
    let case = Case::new(&[(Source::Uri, Is::Working)]);
    for config in [
        r#"{"current":"","profiles":[]}"#,
        r#"{"current":"d","profiles":[{"name":"d","mode":"AK","access_key_id":"","access_key_secret":""}]}"#,
    ] {
        case.machine.set_file(CONFIG, config);
        let found = DefaultChain::new().provide(&case.context).await.unwrap();
        assert_eq!(found.provider(), "default/credential_uri", "{config}");
    }
}

#[tokio::test]
async fn a_profile_that_needs_an_absent_source_is_not_skipped() {
    let case = Case::new(&[(Source::Uri, Is::Working)]);
    let config = r#"{"current":"p","profiles":[{"name":"p","mode":"EcsRamRole"}]}"#;
    case.machine.set_file(CONFIG, config);
    let error = case.find().await.unwrap_err();
    assert!(
        error.starts_with("default/cli_profile is configured but failed"),
        "{error}"
    );
    let case = Case::new(&[(Source::Uri, Is::Working)]);
    case.machine
        .set_file(INI, "[default]\ntype = ecs_ram_role\n");
    let error = case.find().await.unwrap_err();
    assert!(
        error.starts_with("default/profile is configured but failed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_failed_round_is_not_remembered() {
    // Official clients remember the provider that they tried last, and ignore keys that are set
    // later.
    let case = Case::new(&[]);
    let error = case.chain.provide(&case.context).await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
    Source::Env.set_up(Is::Working, &case.machine, &case.net);
    assert_eq!(case.find().await.unwrap(), "default/env");
}

#[tokio::test]
async fn the_provider_that_succeeded_is_remembered_and_its_failure_is_final() {
    let case = Case::new(&[(Source::Oidc, Is::Working), (Source::Uri, Is::Working)]);
    assert_eq!(case.find().await.unwrap(), "default/oidc_role_arn");
    // Keys that are set later are not used, and neither are later sources.
    Source::Env.set_up(Is::Working, &case.machine, &case.net);
    assert_eq!(case.find().await.unwrap(), "default/oidc_role_arn");
    case.machine.set_file("/token", "");
    let error = case.find().await.unwrap_err();
    assert!(
        error.contains("the OIDC token file /token is empty"),
        "{error}"
    );
}

#[tokio::test]
async fn variables_are_read_at_each_call() {
    let case = Case::new(&[(Source::Env, Is::Working)]);
    let id = async || {
        let credentials = case.chain.provide(&case.context).await.unwrap();
        credentials.access_key_id().unwrap().to_owned()
    };
    assert_eq!(id().await, "env-id");
    case.machine
        .set_variable("ALIBABA_CLOUD_ACCESS_KEY_ID", Some("rotated-id\n"));
    assert_eq!(id().await, "rotated-id");
}

#[tokio::test]
async fn explain_reports_every_step_and_no_secret() {
    let case = Case::new(&[(Source::Oidc, Is::Working), (Source::Uri, Is::Working)]);
    let explanation = case.chain.explain(&case.context).await;
    let names: Vec<_> = explanation
        .steps
        .iter()
        .map(|s| s.provider.as_str())
        .collect();
    assert_eq!(names, SOURCES.map(Source::name));
    assert!(
        matches!(&explanation.steps[0].outcome, ProviderOutcome::Skipped(why)
        if why == "ALIBABA_CLOUD_ACCESS_KEY_ID is not set")
    );
    assert!(matches!(
        explanation.steps[1].outcome,
        ProviderOutcome::Used
    ));
    assert!(matches!(
        explanation.steps[2].outcome,
        ProviderOutcome::NotReached
    ));
    let identity = explanation.identity.as_ref().unwrap();
    assert_eq!(identity.provider, "default/oidc_role_arn");
    assert_eq!(identity.role.as_deref(), Some("acs:ram::1:role/r"));
    assert!(identity.remaining.unwrap() > Duration::from_secs(1_000_000));
    let shown = format!("{explanation}");
    assert!(shown.contains("default/oidc_role_arn"), "{shown}");
    assert!(shown.contains("role acs:ram::1:role/r"), "{shown}");
    assert!(
        !shown.contains("jwt") && !shown.contains("STS.id"),
        "{shown}"
    );
}

#[tokio::test]
async fn explain_reports_why_the_chain_stops() {
    let case = Case::new(&[(Source::Cli, Is::Broken), (Source::Uri, Is::Working)]);
    let explanation = case.chain.explain(&case.context).await;
    assert!(explanation.identity.is_none());
    let shown = explanation.to_string();
    let line = shown
        .lines()
        .find(|line| line.starts_with("default/cli_profile"));
    let line = line.expect("a line for the profile");
    assert!(line.contains("failed"), "{shown}");
    assert!(
        line.contains("config.json ends prematurely at line 1, column 1"),
        "{shown}"
    );
    assert!(shown.ends_with("no credentials"), "{shown}");
}
