//! The region and other settings of clients: from options, the configuration, variables, the
//! profile whose credentials are used, and the metadata service.

use alibabacloud_core::credentials::{
    CliProfileProvider, Credentials, DefaultChain, EcsRamRoleProvider, MemoryEnvironment,
    ProfileSettings,
};
use alibabacloud_core::http::{
    Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::time::BoxFuture;
use alibabacloud_core::{Config, ErrorKind};
use alibabacloud_oos::{CallOptions, Client};
use sdk_tests::credentials::context;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CONFIG: &str = "/home/me/.aliyun/config.json";
const INI: &str = "/home/me/.alibabacloud/credentials";

fn machine() -> MemoryEnvironment {
    MemoryEnvironment::new().with_home("/home/me")
}

/// A file whose current profile has these fields besides an AccessKey.
fn config_json(fields: Value) -> String {
    let mut profile = json!({
        "name": "default", "mode": "AK", "access_key_id": "LTAIx", "access_key_secret": "s",
    });
    for (name, value) in fields.as_object().unwrap() {
        profile[name] = value.clone();
    }
    let other = json!({
        "name": "other", "mode": "AK", "access_key_id": "LTAIo", "access_key_secret": "s",
        "region_id": "cn-beijing",
    });
    json!({ "current": "default", "profiles": [other, profile] }).to_string()
}

fn with_profile(fields: Value) -> MemoryEnvironment {
    machine().with_file(CONFIG, config_json(fields))
}

/// Every response is an empty object.
fn service() -> MockClient {
    MockClient::new((0..20).map(|_| MockResponse::json(200, "{}")))
}

fn client_of(config: Config, http: impl HttpClient) -> Client {
    Client::new(config.http_client(http).time(ManualTime::new())).unwrap()
}

/// Returns the URL of a call.
async fn url(client: &Client, http: &MockClient, options: CallOptions) -> String {
    let call = client.list_executions().with_options(options);
    call.send().await.unwrap();
    http.requests().pop().unwrap().url
}

async fn url_on(machine: MemoryEnvironment) -> String {
    let http = service();
    let client = client_of(Config::from_environment(machine), http.clone());
    url(&client, &http, CallOptions::new()).await
}

async fn error_on(machine: MemoryEnvironment) -> String {
    failure(&client_of(Config::from_environment(machine), service())).await
}

/// Returns the error of a call.
async fn failure(client: &Client) -> String {
    let error = client.list_executions().send().await.unwrap_err();
    error.to_string()
}

fn url_in(region: &str) -> String {
    format!("https://oos.{region}.aliyuncs.com/?RegionId={region}")
}

#[tokio::test]
async fn the_region_is_that_of_the_profile_whose_keys_are_used() {
    let region = json!({ "region_id": "ap-southeast-5" });
    let http = service();
    let config = Config::from_environment(with_profile(region.clone()));
    let client = client_of(config, http.clone());
    assert_eq!(
        client.region(),
        None,
        "nothing is read before the first call"
    );
    let options = CallOptions::new;
    assert_eq!(
        url(&client, &http, options()).await,
        url_in("ap-southeast-5")
    );
    assert_eq!(client.region(), Some("ap-southeast-5"));
    assert_eq!(
        url(&client, &http, options()).await,
        url_in("ap-southeast-5")
    );
    assert_eq!(http.requests().len(), 2);

    let selected = with_profile(region.clone()).with_variable("ALIBABA_CLOUD_PROFILE", "other");
    assert_eq!(url_on(selected).await, url_in("cn-beijing"));
    let section = machine().with_file(
        INI,
        "[default]\ntype = access_key\naccess_key_id = i\naccess_key_secret = s\nregion_id = cn-chengdu\n",
    );
    assert_eq!(url_on(section).await, url_in("cn-chengdu"));
    // The profile of other keys does not count.
    let keys = with_profile(region)
        .with_variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "i")
        .with_variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s");
    let error = error_on(keys).await;
    assert!(error.contains("missing region for oos"), "{error}");
    assert!(
        error.contains("a profile (the credentials of default/env come from none)"),
        "{error}"
    );
}

#[tokio::test]
async fn options_precede_the_configuration_then_variables_then_the_profile() {
    let machine = with_profile(json!({ "region_id": "cn-hangzhou" }));
    let mut config = Config::from_environment(machine.clone());
    let http = service();
    let asked = async |config: &Config, options| {
        let client = client_of(config.clone(), http.clone());
        url(&client, &http, options).await
    };
    assert_eq!(
        asked(&config, CallOptions::new()).await,
        url_in("cn-hangzhou")
    );
    machine.set_variable("ALICLOUD_REGION_ID", Some("cn-beijing"));
    config = Config::from_environment(machine.clone());
    assert_eq!(
        asked(&config, CallOptions::new()).await,
        url_in("cn-beijing")
    );
    machine.set_variable("ALIBABA_CLOUD_REGION_ID", Some(" cn-shanghai\n"));
    config = Config::from_environment(machine);
    assert_eq!(
        asked(&config, CallOptions::new()).await,
        url_in("cn-shanghai")
    );
    config = config.region("cn-shenzhen");
    assert_eq!(
        asked(&config, CallOptions::new()).await,
        url_in("cn-shenzhen")
    );
    let options = CallOptions::new().region("us-west-1");
    assert_eq!(asked(&config, options).await, url_in("us-west-1"));
}

#[tokio::test]
async fn no_file_is_read_before_the_first_call_and_later_changes_do_not_move_a_client() {
    let machine = machine();
    let config = Config::from_environment(machine.clone());
    let http = service();
    let client = client_of(config, http.clone());
    machine.set_file(CONFIG, config_json(json!({ "region_id": "cn-hangzhou" })));
    assert_eq!(
        url(&client, &http, CallOptions::new()).await,
        url_in("cn-hangzhou")
    );
    machine.set_file(CONFIG, config_json(json!({ "region_id": "cn-beijing" })));
    let clone = client.clone();
    assert_eq!(
        url(&clone, &http, CallOptions::new()).await,
        url_in("cn-hangzhou")
    );
}

#[tokio::test]
async fn a_preview_uses_the_region_that_a_call_has_found() {
    let http = service();
    let machine = with_profile(json!({ "region_id": "cn-hangzhou" }));
    let client = client_of(Config::from_environment(machine), http.clone());
    let error = client.list_executions().preview().unwrap_err().to_string();
    assert!(error.contains("; only a call reads the profile"), "{error}");
    url(&client, &http, CallOptions::new()).await;
    let preview = client.list_executions().preview().unwrap();
    assert_eq!(preview.url(), url_in("cn-hangzhou"));
}

#[tokio::test]
async fn a_raw_call_has_the_region_of_the_profile() {
    let http = service();
    let machine = with_profile(json!({ "region_id": "cn-hangzhou" }));
    let client = client_of(Config::from_environment(machine), http.clone());
    client.call_raw("ListExecutions", &[]).send().await.unwrap();
    assert_eq!(
        http.requests()[0].url,
        "https://oos.cn-hangzhou.aliyuncs.com/"
    );
}

#[tokio::test]
async fn endpoint_and_network_of_a_cli_profile_apply() {
    let profile = |fields| url_on(with_profile(fields));
    let fields = json!({ "region_id": "cn-hangzhou", "endpoint_type": "VPC" });
    let vpc = "https://oos-vpc.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou";
    assert_eq!(profile(fields).await, vpc);
    let fields = json!({ "region_id": "cn-hangzhou", "endpoint": "oos.example.com" });
    let endpoint = "https://oos.example.com/?RegionId=cn-hangzhou";
    assert_eq!(profile(fields.clone()).await, endpoint);
    assert_eq!(
        profile(json!({ "endpoint": "oos.example.com" })).await,
        "https://oos.example.com/"
    );
    // Variables and the configuration come first.
    let machine = with_profile(fields)
        .with_variable("ALIBABA_CLOUD_ENDPOINT", "http://127.0.0.1:1")
        .with_variable("ALIBABA_CLOUD_NETWORK_TYPE", "public");
    assert_eq!(
        url_on(machine).await,
        "http://127.0.0.1:1/?RegionId=cn-hangzhou"
    );
    let fields = json!({ "region_id": "cn-hangzhou", "endpoint_type": "vpc" });
    let machine = with_profile(fields).with_variable("ALIBABA_CLOUD_NETWORK_TYPE", "public");
    assert_eq!(url_on(machine).await, url_in("cn-hangzhou"));
}

#[tokio::test]
async fn timeouts_and_retries_of_a_cli_profile_apply() {
    // The number of requests, their connect timeout, and the attempt timeout in the error.
    let attempts = async |fields: Value, change: fn(Config) -> Config| {
        let time = ManualTime::new();
        let silent =
            (0..20).map(|_| MockResponse::json(200, "{}").after(&time, Duration::from_secs(50)));
        let http = MockClient::new(silent);
        let config = Config::from_environment(with_profile(fields))
            .operation_timeout(Duration::from_secs(1000))
            .time(time.clone())
            .http_client(http.clone());
        let client = Client::new(change(config)).unwrap();
        let error = failure(&client).await;
        let requests = http.requests();
        let connect = requests[0].connect_timeout.unwrap().as_secs();
        let limit = error.split_once("timed out after ").unwrap().1;
        let limit = limit.split_once(" ms").unwrap().0.to_owned();
        (requests.len(), connect, limit)
    };
    let region = "cn-hangzhou";
    let same = |config| config;
    let nothing = json!({ "region_id": region });
    assert_eq!(attempts(nothing, same).await, (3, 5, "30000".to_owned()));
    let all = json!({
        "region_id": region, "retry_timeout": 20, "connect_timeout": 7, "retry_count": 4,
    });
    assert_eq!(
        attempts(all.clone(), same).await,
        (5, 7, "20000".to_owned())
    );
    let read_timeout = json!({ "region_id": region, "read_timeout": 21, "retry_timeout": 20 });
    assert_eq!(
        attempts(read_timeout, same).await,
        (3, 5, "21000".to_owned())
    );
    let zero = json!({
        "region_id": region, "retry_timeout": 0, "connect_timeout": 0, "retry_count": 0,
    });
    assert_eq!(attempts(zero, same).await, (3, 5, "30000".to_owned()));
    let configured = |config: Config| {
        config
            .connect_timeout(Duration::from_secs(1))
            .attempt_timeout(Duration::from_secs(2))
            .retry(RetryConfig::off())
    };
    assert_eq!(attempts(all, configured).await, (1, 1, "2000".to_owned()));
}

#[tokio::test]
async fn an_invalid_setting_names_the_profile_unless_another_one_is_used() {
    let source = format!("profile default of {CONFIG}: ");
    for (fields, expected) in [
        (
            json!({ "region_id": "cn hangzhou" }),
            "invalid region ID \"cn hangzhou\"",
        ),
        (
            json!({ "region_id": "evil.example/" }),
            "invalid region ID \"evil.example/\"",
        ),
        (
            json!({ "endpoint": "//host" }),
            "invalid endpoint \"//host\"",
        ),
        (
            json!({ "endpoint": "http://me:pw@host" }),
            "invalid endpoint \"http://host\"",
        ),
        (json!({ "endpoint_type": "vcp" }), "invalid network \"vcp\""),
    ] {
        let error = error_on(with_profile(fields)).await;
        assert!(error.contains(&format!("{source}{expected}")), "{error}");
        assert!(!error.contains("pw"), "{error}");
    }
    // The CLI cannot read such a file either.
    let error = error_on(with_profile(json!({ "retry_count": "3" }))).await;
    assert!(error.contains("profiles[1].retry_count must be"), "{error}");

    let fields = json!({ "region_id": "c h", "endpoint_type": "vcp", "endpoint": "//host" });
    let machine = with_profile(fields)
        .with_variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing")
        .with_variable("ALIBABA_CLOUD_ENDPOINT", "oos.example.com")
        .with_variable("ALIBABA_CLOUD_NETWORK_TYPE", "public");
    assert_eq!(
        url_on(machine).await,
        "https://oos.example.com/?RegionId=cn-beijing"
    );
}

#[tokio::test]
async fn without_a_region_the_error_says_what_was_searched() {
    let error = error_on(with_profile(json!({ "region_id": " " }))).await;
    assert_eq!(
        error,
        "oos:ListExecutions: missing region for oos: set it in the configuration or in \
         ALIBABA_CLOUD_REGION_ID; searched: the options of the call, the configuration, \
         ALIBABA_CLOUD_REGION_ID, ALIBABACLOUD_REGION_ID, ALICLOUD_REGION_ID, profile default of \
         /home/me/.aliyun/config.json (it has no region_id)"
    );
    let provider = CliProfileProvider::new();
    let client = client_of(Config::new().credentials(provider), service());
    let error = client.list_executions().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let error = error.to_string();
    assert!(error.contains("that of Config::from_env does"), "{error}");
    // Without credentials their absence is what to repair.
    let error = client_of(Config::from_environment(machine()), MockClient::default());
    let error = error.list_executions().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    assert_eq!(error.operation(), Some("oos:ListExecutions"));
}

#[tokio::test]
async fn errors_of_a_call_do_not_wait_for_its_settings() {
    let client = client_of(Config::from_environment(machine()), MockClient::default());
    let invalid = client
        .list_executions()
        .with_options(CallOptions::new().header("host", "x"));
    assert_eq!(
        invalid.send().await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let invalid = client
        .list_executions()
        .with_options(CallOptions::new().endpoint("a b"));
    assert_eq!(invalid.send().await.unwrap_err().kind(), ErrorKind::Config);
    let guarded = client.read_only().cancel_execution("e").send().await;
    assert_eq!(guarded.unwrap_err().kind(), ErrorKind::Guarded);
}

#[tokio::test]
async fn credentials_of_a_call_have_their_own_settings() {
    let http = service();
    let machine = with_profile(json!({ "region_id": "cn-hangzhou" }));
    let client = client_of(Config::from_environment(machine), http.clone());
    let other = || CallOptions::new().credentials(CliProfileProvider::new().profile("other"));
    assert_eq!(url(&client, &http, other()).await, url_in("cn-beijing"));
    assert_eq!(client.region(), None);
    assert_eq!(
        url(&client, &http, CallOptions::new()).await,
        url_in("cn-hangzhou")
    );
    assert_eq!(url(&client, &http, other()).await, url_in("cn-beijing"));
    // A provider of a program can bring settings too.
    let mut settings = ProfileSettings::new("the vault");
    settings.region = Some("cn-chengdu".to_owned());
    let vault = Credentials::access_key("i", "s").with_settings(settings);
    let options = CallOptions::new().credentials(vault);
    assert_eq!(url(&client, &http, options).await, url_in("cn-chengdu"));
}

/// A metadata service, and every other host, which responds with an empty object.
#[derive(Clone, Debug)]
struct Instance {
    /// The response to the request for the region; `None` if there is none.
    region: Option<(u16, &'static str)>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Instance {
    fn new(region: Option<(u16, &'static str)>) -> Self {
        Self {
            region,
            requests: Arc::default(),
        }
    }

    fn requests(&self, part: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let matching = requests.iter().filter(|url| url.contains(part));
        matching.cloned().collect()
    }
}

impl HttpClient for Instance {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.requests.lock().unwrap().push(request.url.clone());
        let response =
            |status, body: &str| Ok(HttpResponse::new(status, Headers::new(), body.to_owned()));
        let issued = json!({
            "Code": "Success", "AccessKeyId": "STS.id", "AccessKeySecret": "s",
            "SecurityToken": "t", "Expiration": "2099-01-02T03:04:05Z",
        });
        let path = request.url.strip_prefix("http://100.100.100.200/latest/");
        let result = match (path, self.region) {
            (None, _) => response(200, "{}"),
            (Some("api/token"), _) => response(200, "session"),
            (Some("meta-data/ram/security-credentials/"), _) => response(200, "role"),
            (Some("meta-data/region-id"), Some((status, body))) => response(status, body),
            (Some("meta-data/region-id"), None) => {
                Err(TransportError::new(TransportErrorKind::Timeout, "silence"))
            }
            (Some(_), _) => response(200, &issued.to_string()),
        };
        Box::pin(async move {
            tokio::task::yield_now().await;
            result
        })
    }
}

#[tokio::test]
async fn an_instance_has_the_region_of_its_metadata_service() {
    let instance = Instance::new(Some((200, "cn-wulanchabu\n")));
    let client = client_of(Config::from_environment(machine()), instance.clone());
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.list_executions().send().await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(
        instance
            .requests("oos.cn-wulanchabu.aliyuncs.com/?RegionId=")
            .len(),
        100
    );
    assert_eq!(
        instance.requests("region-id").len(),
        1,
        "calls share one request"
    );
    assert_eq!(client.region(), Some("cn-wulanchabu"));
}

#[tokio::test]
async fn the_metadata_service_is_not_asked_for_a_region_that_is_known() {
    let known = |machine: MemoryEnvironment| async {
        let instance = Instance::new(Some((200, "cn-wulanchabu")));
        let client = client_of(Config::from_environment(machine), instance.clone());
        client.list_executions().send().await.unwrap();
        instance.requests("region-id")
    };
    let variable = machine().with_variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing");
    assert_eq!(known(variable).await, [""; 0]);
    let profile = config_json(json!({ "mode": "EcsRamRole", "region_id": "cn-beijing" }));
    assert_eq!(known(machine().with_file(CONFIG, profile)).await, [""; 0]);
    // Credentials of another source.
    let instance = Instance::new(Some((200, "cn-wulanchabu")));
    let machine = with_profile(json!({}));
    let client = client_of(Config::from_environment(machine), instance.clone());
    assert!(client.list_executions().send().await.is_err());
    assert_eq!(instance.requests("100.100.100.200"), [""; 0]);
    // A profile of the instance's role without a region.
    let profile = config_json(json!({ "mode": "EcsRamRole" }));
    let instance = Instance::new(Some((200, "cn-wulanchabu")));
    let machine = crate::machine().with_file(CONFIG, profile);
    let client = client_of(Config::from_environment(machine), instance.clone());
    client.list_executions().send().await.unwrap();
    assert_eq!(instance.requests("region-id").len(), 1);
}

#[tokio::test]
async fn a_metadata_service_without_a_region_costs_only_what_needs_one() {
    for (response, expected) in [
        (
            None,
            "the metadata service: no response to the metadata request",
        ),
        (
            Some((404, "")),
            "the metadata request for the region returned 404",
        ),
        (Some((200, "<html>")), "is not a region ID"),
        (Some((200, "")), "is not a region ID"),
    ] {
        let instance = Instance::new(response);
        let client = client_of(Config::from_environment(machine()), instance.clone());
        let error = failure(&client).await;
        assert!(error.contains("missing region for oos"), "{error}");
        assert!(error.contains(expected), "{error}");

        // With an endpoint, RegionId is left out; the service is asked once.
        let instance = Instance::new(response);
        let machine = machine().with_variable("ALIBABA_CLOUD_ENDPOINT", "oos.example.com");
        let client = client_of(Config::from_environment(machine), instance.clone());
        for _ in 0..3 {
            client.list_executions().send().await.unwrap();
        }
        assert_eq!(
            instance.requests("oos.example.com"),
            ["https://oos.example.com/"; 3]
        );
        assert_eq!(instance.requests("region-id").len(), 1);
    }
}

#[tokio::test]
async fn the_explanation_shows_where_the_region_comes_from() {
    let explain = |http: Instance, machine: MemoryEnvironment| async move {
        let context = context(http, &ManualTime::new(), machine);
        let explanation = DefaultChain::new().explain(&context).await;
        explanation.to_string().lines().last().unwrap().to_owned()
    };
    let instance = || Instance::new(Some((200, "cn-wulanchabu")));
    let profile = || with_profile(json!({ "region_id": "cn-hangzhou" }));
    let variable = profile().with_variable("ALIBABACLOUD_REGION_ID", "cn-beijing");
    for (machine, expected) in [
        (
            variable,
            "the region is cn-beijing, from ALIBABACLOUD_REGION_ID",
        ),
        (
            profile(),
            "the region is cn-hangzhou, from profile default of /home/me/.aliyun/config.json",
        ),
        (
            machine(),
            "the region is cn-wulanchabu, from the metadata service",
        ),
        (
            with_profile(json!({})),
            "no region; searched: ALIBABA_CLOUD_REGION_ID, ALIBABACLOUD_REGION_ID, \
             ALICLOUD_REGION_ID, profile default of /home/me/.aliyun/config.json",
        ),
    ] {
        assert_eq!(explain(instance(), machine).await, expected);
    }
    let silent = explain(Instance::new(None), machine()).await;
    assert!(
        silent.contains("the metadata service (no response to"),
        "{silent}"
    );
}

#[tokio::test]
async fn a_role_that_an_instance_assumes_has_the_region_of_the_instance() {
    use alibabacloud_core::credentials::AssumeRoleProvider;
    #[derive(Debug)]
    struct Sts(Instance);
    impl HttpClient for Sts {
        fn send(
            &self,
            request: HttpRequest,
        ) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
            if !request.url.starts_with("https://sts.") {
                return self.0.send(request);
            }
            let issued = json!({ "Credentials": {
                "AccessKeyId": "STS.id", "AccessKeySecret": "s", "SecurityToken": "t",
            }});
            let response = HttpResponse::new(200, Headers::new(), issued.to_string());
            Box::pin(async { Ok(response) })
        }
    }
    let instance = Instance::new(Some((200, "cn-wulanchabu")));
    let role = AssumeRoleProvider::new(EcsRamRoleProvider::new(), "acs:ram::1:role/r");
    let config = Config::from_environment(machine()).credentials(role);
    let client = client_of(config, Sts(instance.clone()));
    client.list_executions().send().await.unwrap();
    assert_eq!(client.region(), Some("cn-wulanchabu"));
}
