//! What a call must not say: names, parameters and headers that would make the service execute
//! another operation, or as another caller, than the client has checked.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::http::Method;
use alibabacloud_core::interceptor::{HookError, Intercept, Outgoing};
use alibabacloud_core::plumbing::{Access, Call, Operation, Param};
use alibabacloud_core::{CallOptions, Client, Config, Error, ErrorKind, RawCall, SignatureVersion};
use fixture::{EmptyOutput, Kit, PRODUCT, delete, ok, start};

/// Parameters that gateways read before an operation, in spellings that they may accept.
const COMMON: [&str; 18] = [
    "Action",
    "action",
    "ACTION",
    " Action",
    "Action\t",
    "\u{200b}Action",
    "Version",
    "format",
    "Timestamp",
    "Signature",
    "AccessKeyId",
    "accesskeyid",
    "SecurityToken",
    "BearerToken",
    "SignatureMethod",
    "SignatureNonce",
    "signatureversion",
    "X-Acs-Action",
];

const VERSIONS: [SignatureVersion; 2] = [
    SignatureVersion::V3(alibabacloud_core::signing::Algorithm::HmacSha256),
    SignatureVersion::V1,
];

fn client(kit: &Kit, adjust: impl FnOnce(Config) -> Config) -> Client {
    Client::new(adjust(kit.config.clone())).expect("a client")
}

/// A call of a read with options.
async fn read(client: &Client, options: CallOptions) -> Result<(), Error> {
    let mut call = fixture::List::new(client).call;
    call.options = options;
    call.send::<EmptyOutput>().await.map(drop)
}

async fn raw(call: RawCall) -> Result<(), Error> {
    call.send().await.map(drop)
}

fn assert_kind(result: Result<(), Error>, kind: ErrorKind, what: &str) -> Error {
    let error = result.expect_err(what);
    assert_eq!(
        (error.kind(), error.attempts()),
        (kind, 0),
        "{what}: {error}"
    );
    error
}

#[tokio::test]
async fn parameters_that_name_operation_or_caller_are_rejected() {
    for version in VERSIONS {
        let kit = Kit::new([ok()]);
        let client = client(&kit, |config| config.signature_version(version).read_only());
        let writer = client_of(&kit, version);
        for name in COMMON {
            let options = CallOptions::new().query(name, "DeleteThing");
            assert_kind(read(&client, options).await, ErrorKind::InvalidInput, name);
            let call = writer.call_raw("oos", "2019-06-01", "NewApi", &[(name, "x")]);
            assert_kind(raw(call).await, ErrorKind::InvalidInput, name);
            // The name of a form may be encoded; its content type has other spellings.
            let form = format!("a=b&{}=x", name.replace('A', "%41"));
            for kind in [
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-URLencoded;x",
            ] {
                let call = writer.call_raw("oos", "2019-06-01", "NewApi", &[]);
                let call = call.body(kind, form.clone());
                assert_kind(raw(call).await, ErrorKind::InvalidInput, name);
            }
            let call = writer.call_raw("oos", "2019-06-01", "NewApi", &[]);
            let options =
                CallOptions::new().header("content-type", "application/x-www-form-urlencoded");
            let call = call.body("text/plain", form).with_options(options);
            assert_kind(raw(call).await, ErrorKind::InvalidInput, name);
        }
        assert!(kit.http.requests().is_empty());
    }
}

fn client_of(kit: &Kit, version: SignatureVersion) -> Client {
    client(kit, |config| config.signature_version(version))
}

#[tokio::test]
async fn parameters_of_similar_names_are_sent() {
    let kit = Kit::new([ok(), ok(), ok()]);
    let client = client_of(&kit, SignatureVersion::V1);
    let options = [
        "ActionName",
        "TemplateVersion",
        "SignatureId",
        "Action.1",
        "ClientVersion",
    ]
    .into_iter()
    .fold(CallOptions::new(), |options, name| options.query(name, "x"));
    read(&client, options).await.expect("an output");
    // Operations of ROA products have parameters of these names, and are not named by them.
    let parameters = [("action", "add"), ("Version", "1.0"), ("Format", "json")];
    let call = client.call_raw_roa(
        "sae",
        "2019-05-06",
        "StartApplications",
        Method::Post,
        "/start",
        &parameters,
    );
    raw(call).await.expect("a response");
    let call = client.call_raw_roa(
        "sae",
        "2019-05-06",
        "StartApplications",
        Method::Post,
        "/start",
        &[("AccessKeyId", "other")],
    );
    assert_kind(raw(call).await, ErrorKind::InvalidInput, "an identity");
    assert_eq!(kit.http.requests().len(), 2);
}

/// An operation that has a parameter which a V1 signature uses.
static STAMPED: Operation =
    Operation::rpc(&PRODUCT, "StampThing", Access::Write).params(&[Param::query("Timestamp")]);
alibabacloud_types::fields!(Stamp { time: "Timestamp" });

#[derive(Clone, Default)]
struct Stamp {
    time: Option<String>,
}

#[tokio::test]
async fn a_parameter_of_the_operation_never_doubles_one_of_the_signature() {
    let kit = Kit::new([ok(), ok()]);
    let input = Stamp {
        time: Some("noon".to_owned()),
    };
    let call = Call::new(&kit.client(), &STAMPED, input.clone());
    call.send::<EmptyOutput>().await.expect("an output");
    let call = Call::new(&client_of(&kit, SignatureVersion::V1), &STAMPED, input);
    let error = call.send::<EmptyOutput>().await.map(drop);
    let error = assert_kind(error, ErrorKind::InvalidInput, "V1");
    assert!(error.to_string().contains("use version 3"), "{error}");
    // Not set, it doubles nothing.
    let call = Call::new(
        &client_of(&kit, SignatureVersion::V1),
        &STAMPED,
        Stamp::default(),
    );
    call.send::<EmptyOutput>().await.expect("an output");
}

/// Headers of a connection, of an identity and of the framing of a request.
const HEADERS: [&str; 26] = [
    "Connection",
    "keep-alive",
    "Content-Length",
    "Host",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "transfer_encoding",
    "Upgrade",
    "Expect",
    "HTTP2-Settings",
    "Proxy-Connection",
    "Proxy-Authorization",
    "proxy-anything",
    "Authorization",
    "Date",
    "X-Acs-Action",
    "x_acs_action",
    "x-acs_version",
    "x-acs-date",
    "x-acs-accesskey-id",
    "x-acs-security-token",
    "x-acs-bearer-token",
    "x-acs-signature-nonce",
    "x-acs-signature-type",
    "x-acs-content-sha256",
];

#[derive(Debug)]
struct Set(&'static str);

impl Intercept for Set {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        Ok(request.set_header(self.0, "x")?)
    }
}

#[tokio::test]
async fn headers_of_connection_and_signature_are_rejected() {
    let kit = Kit::new([ok(), ok()]);
    for name in HEADERS {
        let options = CallOptions::new().header(name, "x");
        let result = read(&kit.client(), options).await;
        let error = assert_kind(result, ErrorKind::InvalidInput, name);
        assert!(error.to_string().contains("header"), "{error}");
        let intercepted = client(&kit, |config| config.interceptor(Set(name)));
        let result = read(&intercepted, CallOptions::new()).await;
        assert_kind(result, ErrorKind::Intercepted, name);
    }
    // The type of a body decides how it is read.
    let intercepted = client(&kit, |config| config.interceptor(Set("Content-Type")));
    let result = read(&intercepted, CallOptions::new()).await;
    assert_kind(result, ErrorKind::Intercepted, "content-type");
    assert!(kit.http.requests().is_empty());

    for name in ["x-acs-source-ip", "te-x", "accept", "x-proxy", "dates"] {
        let kit = Kit::new([ok()]);
        let options = CallOptions::new().header(name, "x");
        read(&kit.client(), options).await.expect(name);
    }
}

#[tokio::test]
async fn another_product_name_does_not_bypass_a_deny_pattern() {
    let kit = Kit::new([ok(), ok(), ok()]);
    let explicit = client(&kit, |config| {
        config
            .deny("oos:DeleteThing")
            .endpoint("https://oos.cn-hangzhou.aliyuncs.com")
    });
    for (product, operation) in [
        ("ecs", "DeleteThing"),
        ("ECS", "deletething"),
        ("oos", "DELETEThing"),
    ] {
        let call = explicit.call_raw(product, "2019-06-01", operation, &[]);
        assert!(call.preview().is_err());
        assert_kind(raw(call).await, ErrorKind::Guarded, product);
    }
    let denying = client(&kit, |config| {
        config.deny("oos:DeleteThing").deny("o*s:Stop*")
    });
    let call = denying.call_raw("ecs", "2014-05-26", "DeleteThing", &[]);
    let option = CallOptions::new().endpoint("oos.cn-hangzhou.aliyuncs.com");
    let error = assert_kind(
        raw(call.with_options(option)).await,
        ErrorKind::Guarded,
        "option",
    );
    assert!(error.to_string().contains("explicit endpoint"), "{error}");
    // Another host of the same product.
    for product in ["oos-vpc", "oos-internal", "OOS-VPC"] {
        for operation in ["DeleteThing", "StopThing"] {
            let call = denying.call_raw(product, "2019-06-01", operation, &[]);
            assert_kind(raw(call).await, ErrorKind::Guarded, product);
        }
    }
    assert!(kit.http.requests().is_empty());

    // What no pattern means passes.
    let call = denying.call_raw("ecs", "2014-05-26", "DeleteThing", &[]);
    raw(call).await.expect("a response");
    raw(explicit.call_raw("ecs", "2014-05-26", "ListThings", &[]))
        .await
        .expect("a response");
    // A typed call cannot name another product.
    let ecs = client(&kit, |config| {
        config.deny("ecs:*").endpoint("http://127.0.0.1:8080")
    });
    delete(&ecs).send::<EmptyOutput>().await.expect("an output");
}

#[tokio::test]
async fn a_raw_roa_call_is_identified_by_method_and_path() {
    let kit = Kit::new([ok(), ok()]);
    let call = |client: &Client| {
        client.call_raw_roa(
            "cs",
            "2015-12-15",
            "DescribeCluster",
            Method::Delete,
            "/clusters/c1",
            &[],
        )
    };
    for pattern in ["cs:DeleteCluster", "*:Delete*", "c*:X"] {
        let denying = client(&kit, |config| config.deny(pattern));
        let error = assert_kind(raw(call(&denying)).await, ErrorKind::Guarded, pattern);
        assert!(error.to_string().contains("method and path"), "{error}");
    }
    let read_only = kit.client().read_only();
    let get = read_only.call_raw_roa("cs", "2015-12-15", "X", Method::Get, "/", &[]);
    assert_kind(raw(get).await, ErrorKind::Guarded, "read-only");
    let elsewhere = client(&kit, |config| {
        config
            .deny("oos:Delete*")
            .endpoint("https://cs.aliyuncs.com")
    });
    assert_kind(raw(call(&elsewhere)).await, ErrorKind::Guarded, "endpoint");
    assert!(kit.http.requests().is_empty());
    let other = client(&kit, |config| config.deny("oos:Delete*"));
    raw(call(&other)).await.expect("a response");
}

#[tokio::test]
async fn names_of_raw_calls_are_checked() {
    let kit = Kit::new([ok(), ok(), ok()]);
    let client = client(&kit, |config| config.endpoint("http://127.0.0.1:8080"));
    for version in [
        "",
        " ",
        "v\r\nEvil: 1",
        "2019-06-01 ",
        "2019/06/01",
        "ü",
        "2019-06-01\0",
    ] {
        let call = client.call_raw("oos", version, "NewApi", &[]);
        assert_kind(raw(call).await, ErrorKind::InvalidInput, version);
    }
    for product in ["", " oos", "oos.evil", "oos\r\nx", "öos", "oos/"] {
        let call = client.call_raw(product, "2019-06-01", "NewApi", &[]);
        assert_kind(raw(call).await, ErrorKind::Config, product);
    }
    let call = client.call_raw("oos", "2019-06-01", "NewApi", &[("", "x")]);
    assert_kind(raw(call).await, ErrorKind::InvalidInput, "an empty name");
    assert!(kit.http.requests().is_empty());
    for version in ["2019-06-01", "ssp_1.0", "20240611"] {
        let call = client.call_raw("oos", version, "New_Api2", &[]);
        raw(call).await.expect(version);
    }
}

#[tokio::test]
async fn the_region_of_a_call_is_checked() {
    let kit = Kit::new([ok(), ok()]);
    let clients = [
        kit.client(),
        // The region is a parameter although the endpoint does not depend on it.
        client(&kit, |config| config.endpoint("http://127.0.0.1:8080")),
    ];
    for client in &clients {
        for region in [
            "",
            "cn hangzhou",
            "cn-hangzhou\n",
            "CN-Hangzhou",
            "cn_hangzhou",
            "x.evil.com/",
        ] {
            let options = || CallOptions::new().region(region);
            let error = assert_kind(read(client, options()).await, ErrorKind::Config, region);
            let shown = format!("invalid region ID {region:?}");
            assert!(error.to_string().contains(&shown), "{error}");
            let mut call = start(client);
            call.options = options();
            assert!(call.preview().is_err());
            let call = client.call_raw("oos", "2019-06-01", "NewApi", &[]);
            assert_kind(
                raw(call.with_options(options())).await,
                ErrorKind::Config,
                region,
            );
        }
        let options = CallOptions::new().region("cn-shanghai");
        read(client, options).await.expect("an output");
    }
    assert_eq!(kit.http.requests().len(), 2);
}

#[test]
fn a_pattern_that_matches_no_operation_of_the_product_is_an_error() {
    let kit = Kit::new([]);
    let known = "ListThings\n    StartThing DeleteThing";
    let create = |pattern: &str| Client::of(kit.config.clone().deny(pattern), &PRODUCT, known);
    for pattern in ["oos:Lst*", "OOS:DeleteThings", "oos:Thing", "oos:*Stop*"] {
        let error = create(pattern).expect_err(pattern);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(
            error.to_string().contains(&format!("{pattern:?}")),
            "{error}"
        );
    }
    for pattern in [
        "oos:List*",
        "Oos:deletething",
        "oos:*",
        "oos:**",
        "*:Lst*",
        "ecs:Lst*",
        "o*:Lst*",
    ] {
        create(pattern).expect(pattern);
    }
}

#[test]
fn values_are_checked_only_by_a_client_with_rules() {
    let kit = Kit::new([]);
    let config = kit.config.clone().check_values(true);
    let error = Client::of(config.clone(), &PRODUCT, "").expect_err("no rules");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("feature `checks`"), "{error}");
    Client::of_checked(config.clone(), &PRODUCT, "", "").expect("a client with rules");
    Client::of(config.check_values(false), &PRODUCT, "").expect("a client without checks");
}
