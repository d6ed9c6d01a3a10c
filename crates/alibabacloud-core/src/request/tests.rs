//! Worked examples of built and signed requests.

use super::{Attempt, PreparedRequest, RequestDefaults, RequestError, SignatureVersion};
use crate::credentials::Credentials;
use crate::endpoint::Endpoint;
use crate::http::{Headers, HttpRequest, Method};
use crate::operation::{Access, EndpointTable, Operation, Param, Product};
use crate::signing::{Algorithm, Received, Signature, SigningKey, parse_pairs};
use alibabacloud_types::{Blob, Sensitive, Value, fields};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

static PRODUCT: Product = Product {
    code: "shop",
    version: "2020-02-02",
    user_agent: "",
    endpoints: EndpointTable {
        regional: true,
        public: &[],
        vpc: &[],
    },
};

#[derive(Clone, Default)]
struct Tag {
    key: Option<String>,
    value: Option<Vec<String>>,
}
fields!(Tag {
    key: "Key",
    value: "Value"
});

#[derive(Clone, Default)]
struct Input {
    region_id: Option<String>,
    tags: Option<Vec<Tag>>,
    names: Option<Vec<String>>,
    any: Option<Value>,
    map: Option<BTreeMap<String, String>>,
    text: Option<String>,
    flag: Option<bool>,
    ratio: Option<f64>,
    secret: Option<Sensitive<String>>,
    token: Option<String>,
}
fields!(Input {
    region_id: "RegionId",
    tags: "Tag",
    names: "Names",
    any: "Any",
    map: "Map",
    text: "A.Text",
    flag: "Flag",
    ratio: "Ratio",
    secret: "Secret",
    token: "ClientToken",
});

/// All of [`Input`] in the query, flat.
const FLAT: [Param; 10] = [
    Param::query("RegionId"),
    Param::query("Tag"),
    Param::query("Names"),
    Param::query("Any"),
    Param::query("Map"),
    Param::query("A.Text"),
    Param::query("Flag"),
    Param::query("Ratio"),
    Param::query("Secret"),
    Param::query("ClientToken"),
];

fn rpc(params: &'static [Param]) -> Operation {
    Operation::rpc(&PRODUCT, "BuyThing", Access::Write).params(params)
}

fn filled() -> Input {
    Input {
        tags: Some(vec![
            Tag {
                key: Some("a".into()),
                value: Some(vec!["x".into(), "y z".into()]),
            },
            Tag {
                key: Some("é".into()),
                value: None,
            },
        ]),
        names: Some(vec!["n1".into(), "n,2".into()]),
        any: Some(json!({"b": [1, null, true], "a": ""})),
        map: Some(BTreeMap::from([("k".into(), "v".into())])),
        text: Some(String::new()),
        flag: Some(false),
        ratio: Some(1.0),
        ..Input::default()
    }
}

fn build(operation: &Operation, input: &Input) -> Result<PreparedRequest, RequestError> {
    PreparedRequest::new(operation, input, &RequestDefaults::default())
}

fn query(prepared: &PreparedRequest) -> Vec<(&str, &str)> {
    prepared.query().iter().collect()
}

fn sign(
    prepared: &PreparedRequest,
    credentials: &Credentials,
    version: SignatureVersion,
) -> HttpRequest {
    let endpoint: Endpoint = "shop.cn-hangzhou.aliyuncs.com".parse().unwrap();
    let mut headers = Headers::new();
    headers.set("x-acs-retry-attempts", "1");
    let attempt = Attempt {
        endpoint: &endpoint,
        credentials,
        signature_version: version,
        time: SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045),
        nonce: "the-nonce",
        user_agent: "agent/1",
        headers: &headers,
    };
    prepared.sign(&attempt, &mut Signature::default())
}

fn key() -> Credentials {
    Credentials::access_key("id", "secret")
}

/// The header or the parameter of the URL or form, decoded.
fn sent(request: &HttpRequest, name: &str) -> Option<String> {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let body = std::str::from_utf8(&request.body).unwrap();
    let pairs = [parse_pairs(query), parse_pairs(body)].concat();
    let found = pairs
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.to_string());
    found.or_else(|| request.headers.get(name).map(str::to_owned))
}

#[test]
fn flat_parameters_are_numbered_and_dotted() {
    let prepared = build(&rpc(&FLAT), &filled()).unwrap();
    assert_eq!(
        query(&prepared),
        [
            ("A.Text", ""),
            ("Any.a", ""),
            ("Any.b.1", "1"),
            ("Any.b.3", "true"),
            ("Flag", "false"),
            ("Map.k", "v"),
            ("Names.1", "n1"),
            ("Names.2", "n,2"),
            ("Ratio", "1"),
            ("Tag.1.Key", "a"),
            ("Tag.1.Value.1", "x"),
            ("Tag.1.Value.2", "y z"),
            ("Tag.2.Key", "é"),
        ]
    );
}

#[test]
fn json_and_simple_parameters_are_one_text() {
    const PARAMS: [Param; 10] = [
        Param::query("RegionId"),
        Param::query("Tag").json(),
        Param::query("Names").simple(),
        Param::query("Any").json(),
        Param::query("Map").json(),
        Param::query("A.Text").json(),
        Param::query("Flag").json(),
        Param::query("Ratio"),
        Param::query("Secret"),
        Param::query("ClientToken"),
    ];
    let mut input = filled();
    input.text = Some(r#"{"as":"given"}"#.into());
    assert_eq!(
        query(&build(&rpc(&PARAMS), &input).unwrap()),
        [
            ("A.Text", r#"{"as":"given"}"#),
            ("Any", r#"{"a":"","b":[1,null,true]}"#),
            ("Flag", "false"),
            ("Map", r#"{"k":"v"}"#),
            ("Names", "n1,n,2"),
            ("Ratio", "1"),
            ("Tag", r#"[{"Key":"a","Value":["x","y z"]},{"Key":"é"}]"#),
        ]
    );
    let mut empty = Input {
        tags: Some(Vec::new()),
        names: Some(Vec::new()),
        ..Input::default()
    };
    assert_eq!(
        query(&build(&rpc(&PARAMS), &empty).unwrap()),
        [("Tag", "[]")]
    );
    empty.any = Some(Value::String("a text".into()));
    assert_eq!(
        query(&build(&rpc(&PARAMS), &empty).unwrap()),
        [("Any", "a text"), ("Tag", "[]")]
    );
}

#[test]
fn a_region_that_is_found_later_goes_where_the_operation_wants_it() {
    const QUERY: [Param; 1] = [Param::query("RegionId")];
    const FORM: [Param; 1] = [Param::form("RegionId")];
    const HEADER: [Param; 1] = [Param::header("RegionId")];
    const PATH: [Param; 1] = [Param::path("RegionId")];
    let roa = |params| {
        Operation::roa(
            &PRODUCT,
            "Get",
            Method::Get,
            "/r/{RegionId}/x",
            Access::Read,
        )
        .params(params)
    };
    let defaults = RequestDefaults::default();
    let input = RegionInput::default();
    let later = |operation: &Operation, input: &RegionInput| {
        PreparedRequest::without_region(operation, input, &defaults).unwrap()
    };
    for operation in [
        rpc(&QUERY),
        rpc(&FORM),
        rpc(&HEADER),
        roa(&PATH),
        rpc(&FORM).method(Method::Get),
    ] {
        let mut late = later(&operation, &input);
        assert!(late.late_region().is_some());
        late.set_region(Some("cn-x")).unwrap();
        let known = RequestDefaults {
            region_id: Some("cn-x"),
            ..defaults
        };
        let same = PreparedRequest::new(&operation, &input, &known).unwrap();
        let [late, same] =
            [late, same].map(|prepared| sign(&prepared, &key(), SignatureVersion::default()));
        assert_eq!((&late.url, &late.body), (&same.url, &same.body));
        let signature =
            |request: &HttpRequest| request.headers.get("authorization").map(str::to_owned);
        assert_eq!(signature(&late), signature(&same));
    }
    // The value of the input counts.
    let region_id = Some("cn-y".to_owned());
    let mut set = later(&rpc(&QUERY), &RegionInput { region_id });
    set.set_region(Some("cn-x")).unwrap();
    assert_eq!(query(&set), [("RegionId", "cn-y")]);
    // Without a region an optional parameter is not sent, and a required one is missing.
    let mut none = later(&rpc(&QUERY), &input);
    none.set_region(None).unwrap();
    assert_eq!(query(&none), []);
    const REQUIRED: [Param; 1] = [Param::query("RegionId").required()];
    for operation in [rpc(&REQUIRED), roa(&PATH)] {
        let error = later(&operation, &input).set_region(None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("missing required parameter RegionId for ")
        );
    }
}

/// An input of one parameter.
#[derive(Clone, Default)]
struct RegionInput {
    region_id: Option<String>,
}
fields!(RegionInput {
    region_id: "RegionId",
});

#[test]
fn all_missing_parameters_are_named_at_once() {
    const PARAMS: [Param; 10] = {
        let mut params = FLAT;
        params[0] = Param::query("RegionId").required();
        params[2] = Param::query("Names").required();
        params[6] = Param::query("Flag").required();
        params
    };
    let input = Input {
        names: Some(Vec::new()),
        ..Input::default()
    };
    let error = build(&rpc(&PARAMS), &input).unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing required parameters RegionId, Names, Flag for BuyThing (the region of the configuration is the default of RegionId)"
    );
    let defaults = RequestDefaults {
        region_id: Some("cn-hangzhou"),
        ..RequestDefaults::default()
    };
    let error = PreparedRequest::new(&rpc(&PARAMS), &input, &defaults).unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing required parameters Names, Flag for BuyThing"
    );
}

#[test]
fn the_region_is_filled_in_unless_given() {
    let defaults = RequestDefaults {
        region_id: Some("cn-hangzhou"),
        ..RequestDefaults::default()
    };
    let region = |region_id| {
        let input = Input {
            region_id,
            ..Input::default()
        };
        let prepared = PreparedRequest::new(&rpc(&FLAT), &input, &defaults).unwrap();
        prepared.query().iter().next().unwrap().1.to_owned()
    };
    assert_eq!(region(None), "cn-hangzhou");
    assert_eq!(region(Some("cn-beijing".into())), "cn-beijing");
}

#[test]
fn an_idempotency_token_is_filled_in_where_the_operation_has_one() {
    let defaults = RequestDefaults {
        idempotency_token: Some("made"),
        ..RequestDefaults::default()
    };
    let build = |operation: &Operation, token: Option<&str>| {
        let input = Input {
            token: token.map(str::to_owned),
            ..Input::default()
        };
        PreparedRequest::new(operation, &input, &defaults).unwrap()
    };
    let repeatable = rpc(&FLAT).idempotency_token("ClientToken");
    let made = build(&repeatable, None);
    assert_eq!(
        (query(&made), made.has_idempotency_token()),
        (vec![("ClientToken", "made")], true)
    );
    let given = build(&repeatable, Some("mine"));
    assert_eq!(
        (query(&given), given.has_idempotency_token()),
        (vec![("ClientToken", "mine")], true)
    );
    // With an empty token no call is repeatable.
    let empty = build(&repeatable, Some(""));
    assert_eq!(query(&empty), [("ClientToken", "made")]);
    let other = build(&rpc(&FLAT), None);
    assert_eq!(
        (query(&other), other.has_idempotency_token()),
        (vec![], false)
    );
}

#[test]
fn form_parameters_go_into_the_body_or_into_the_query_of_a_get() {
    const PARAMS: [Param; 10] = {
        let mut params = FLAT;
        params[2] = Param::form("Names");
        params[5] = Param::form("A.Text");
        params
    };
    let input = Input {
        names: Some(vec!["a b".into()]),
        text: Some("&".into()),
        flag: Some(true),
        ..Input::default()
    };
    let posted = build(&rpc(&PARAMS), &input).unwrap();
    let request = sign(&posted, &key(), SignatureVersion::default());
    assert_eq!(
        request.url,
        "https://shop.cn-hangzhou.aliyuncs.com/?Flag=true"
    );
    assert_eq!(request.body, "A.Text=%26&Names.1=a%20b");
    assert_eq!(
        request.headers.get("content-type"),
        Some("application/x-www-form-urlencoded")
    );

    let got = build(&rpc(&PARAMS).method(Method::Get), &input).unwrap();
    let request = sign(&got, &key(), SignatureVersion::default());
    assert_eq!(
        request.url,
        "https://shop.cn-hangzhou.aliyuncs.com/?A.Text=%26&Flag=true&Names.1=a%20b"
    );
    assert!(request.body.is_empty() && request.headers.get("content-type").is_none());
}

#[derive(Clone, Default)]
struct Roa {
    id: Option<String>,
    header: Option<String>,
    object: Option<BTreeMap<String, String>>,
    body: Option<Tag>,
}
fields!(Roa {
    id: "Id",
    header: "X-Note",
    object: "X-Object",
    body: "body"
});

fn roa(path: &'static str) -> Operation {
    const PARAMS: [Param; 4] = [
        Param::path("Id"),
        Param::header("X-Note"),
        Param::header("X-Object"),
        Param::body("body").json(),
    ];
    Operation::roa(&PRODUCT, "PutThing", Method::Put, path, Access::Write).params(&PARAMS)
}

fn path(template: &'static str, id: &str) -> Result<String, RequestError> {
    let input = Roa {
        id: Some(id.into()),
        ..Roa::default()
    };
    let prepared = PreparedRequest::new(&roa(template), &input, &RequestDefaults::default())?;
    let request = sign(&prepared, &key(), SignatureVersion::default());
    Ok(request.url["https://shop.cn-hangzhou.aliyuncs.com".len()..].to_owned())
}

#[test]
fn path_parameters_are_encoded_into_the_template() {
    assert_eq!(
        path("/things/{Id}", "a/b c~").unwrap(),
        "/things/a%2Fb%20c~"
    );
    assert_eq!(path("/things/{Id}/", "é").unwrap(), "/things/%C3%A9/");
    assert_eq!(
        path("/{Id}?uploads&kind=a", "x").unwrap(),
        "/x?kind=a&uploads="
    );
    assert_eq!(path("/v1/{Id}.json", "..").unwrap(), "/v1/...json");
    assert_eq!(path("/{Id}", "{Id}").unwrap(), "/%7BId%7D");
}

#[test]
fn a_raw_path_parameter_is_a_path_of_its_own() {
    const PARAMS: [Param; 4] = [
        Param::path("Id").raw(),
        Param::header("X-Note"),
        Param::header("X-Object"),
        Param::body("body").json(),
    ];
    let operation =
        Operation::roa(&PRODUCT, "PutThing", Method::Put, "/{Id}", Access::Write).params(&PARAMS);
    for (id, path) in [
        ("/api/v1/things", "/api/v1/things"),
        ("api/a b/c", "/api/a%20b/c"),
    ] {
        let input = Roa {
            id: Some(id.into()),
            ..Roa::default()
        };
        let prepared =
            PreparedRequest::new(&operation, &input, &RequestDefaults::default()).unwrap();
        assert_eq!(prepared.path(), path);
    }
}

#[test]
fn a_path_that_would_name_another_resource_is_rejected() {
    for id in ["", ".", ".."] {
        let error = path("/things/{Id}", id).unwrap_err();
        assert!(
            matches!(&error, RequestError::InvalidParameter { name, .. } if name == "Id"),
            "{error}"
        );
    }
    let missing = PreparedRequest::new(
        &roa("/{Id}/{Other}"),
        &Roa::default(),
        &RequestDefaults::default(),
    );
    assert_eq!(
        missing.unwrap_err().to_string(),
        "missing required parameters Id, Other for PutThing"
    );
}

#[test]
fn header_parameters_are_text_or_json_and_checked() {
    let input = |note: &str| Roa {
        id: Some("1".into()),
        header: Some(note.into()),
        object: Some(BTreeMap::from([("k".into(), "v".into())])),
        ..Roa::default()
    };
    let prepared =
        PreparedRequest::new(&roa("/{Id}"), &input("a note"), &RequestDefaults::default()).unwrap();
    assert_eq!(prepared.headers().get("x-note"), Some("a note"));
    assert_eq!(prepared.headers().get("x-object"), Some(r#"{"k":"v"}"#));
    for note in ["a\r\nhost: evil", "a\n", "\0", "\u{7f}"] {
        let error = PreparedRequest::new(&roa("/{Id}"), &input(note), &RequestDefaults::default())
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "header \"X-Note\": the value must not have line breaks or other control characters"
        );
    }
}

#[test]
fn headers_that_only_the_client_sets_are_rejected() {
    let mut prepared = build(&rpc(&FLAT), &Input::default()).unwrap();
    for name in [
        "Authorization",
        "Host",
        "X-Acs-Date",
        "content-length",
        "transfer-encoding",
    ] {
        assert!(prepared.set_header(name, "x").is_err(), "{name}");
    }
    for name in ["", "a b", "a:b", "é", "a\n"] {
        assert!(prepared.set_header(name, "x").is_err(), "{name:?}");
    }
    prepared.set_header("Accept", "text/event-stream").unwrap();
    prepared.add_query("Extra", "1");
    let request = sign(&prepared, &key(), SignatureVersion::default());
    assert_eq!(request.headers.get("accept"), Some("text/event-stream"));
    assert!(request.url.ends_with("/?Extra=1"));
}

#[test]
fn bodies_are_json_or_bytes() {
    let tag = Tag {
        key: Some("é".into()),
        value: None,
    };
    let input = Roa {
        id: Some("1".into()),
        body: Some(tag),
        ..Roa::default()
    };
    let prepared =
        PreparedRequest::new(&roa("/{Id}"), &input, &RequestDefaults::default()).unwrap();
    assert_eq!(prepared.body(), r#"{"Key":"é"}"#);
    assert_eq!(
        prepared.headers().get("content-type"),
        Some("application/json; charset=utf-8")
    );

    #[derive(Clone, Default)]
    struct Upload {
        kind: Option<String>,
        body: Option<Blob>,
    }
    fields!(Upload {
        kind: "Content-Type",
        body: "body"
    });
    const PARAMS: [Param; 2] = [Param::header("Content-Type"), Param::body("body").raw()];
    let content_type = |kind: Option<&str>| {
        let input = Upload {
            kind: kind.map(str::to_owned),
            body: Some(Blob::from(&[0, 255])),
        };
        let prepared =
            PreparedRequest::new(&rpc(&PARAMS), &input, &RequestDefaults::default()).unwrap();
        assert_eq!(prepared.body(), &[0, 255][..]);
        prepared.headers().get("content-type").unwrap().to_owned()
    };
    assert_eq!(content_type(None), "application/octet-stream");
    assert_eq!(content_type(Some("image/png")), "image/png");
}

#[test]
fn numbers_that_are_not_finite_are_rejected_by_name() {
    let input = Input {
        ratio: Some(f64::NAN),
        ..Input::default()
    };
    let error = build(&rpc(&FLAT), &input).unwrap_err();
    assert_eq!(error.to_string(), "parameter Ratio: numbers must be finite");
}

#[test]
fn secret_parameters_are_known_and_never_shown() {
    let input = Input {
        secret: Some("hunter2".to_owned().into()),
        text: Some("hunter2".into()),
        ..Input::default()
    };
    let prepared = build(&rpc(&FLAT), &input).unwrap();
    assert!(prepared.is_secret("Secret") && prepared.is_secret("Secret.1"));
    assert!(!prepared.is_secret("Secre") && !prepared.is_secret("A.Text"));
    // For parameters without a specification, the name decides.
    assert!(prepared.is_secret("DB_Pass-Word") && !prepared.is_secret("New"));
    assert!(!format!("{prepared:?}").contains("hunter2"));
}

#[test]
fn a_field_without_a_parameter_is_an_error_not_a_loss() {
    let input = Input {
        flag: Some(true),
        ..Input::default()
    };
    const PARAMS: [Param; 1] = [Param::query("RegionId")];
    let error = build(&rpc(&PARAMS), &input).unwrap_err();
    assert!(
        matches!(error, RequestError::InvalidParameter { .. }),
        "{error}"
    );
}

#[test]
fn raw_requests_take_any_pairs() {
    let prepared = PreparedRequest::raw("2020-02-02", "NewThing", [("B", "2"), ("A.1", "x y")]);
    let request = sign(&prepared, &key(), SignatureVersion::default());
    assert_eq!(
        request.url,
        "https://shop.cn-hangzhou.aliyuncs.com/?A.1=x%20y&B=2"
    );
    assert_eq!(request.headers.get("x-acs-action"), Some("NewThing"));
}

#[test]
fn raw_paths_are_signed_and_sent_in_the_form_that_services_read() {
    let at = |path| PreparedRequest::raw("v", "New", []).at(Method::Get, path);
    for (path, sent) in [
        ("/a/b", "/a/b"),
        (
            "/a+b:c@*/~%7e%2f%e4%bd%a0",
            "/a%2Bb%3Ac%40%2A/~~%2F%E4%BD%A0",
        ),
        ("/a//", "/a//"),
    ] {
        let prepared = at(path).unwrap();
        assert_eq!(prepared.path(), sent);
        for version in [SignatureVersion::default(), SignatureVersion::V1] {
            let request = sign(&prepared, &key(), version);
            assert_eq!(
                request.url,
                format!("https://shop.cn-hangzhou.aliyuncs.com{sent}")
            );
        }
    }
    for path in [
        "/a%", "/a%2", "/a%2p", "/%zz", "/%e4%bd", "/é", "/a?b", "a", "/%2E%2e",
    ] {
        assert!(at(path).is_err(), "{path}");
    }
}

#[test]
fn v3_signs_identity_time_nonce_and_attempt() {
    let prepared = build(&rpc(&FLAT), &Input::default()).unwrap();
    let request = sign(
        &prepared,
        &Credentials::sts("id", "secret", "token"),
        SignatureVersion::default(),
    );
    assert_eq!(request.url, "https://shop.cn-hangzhou.aliyuncs.com/");
    for (name, value) in [
        ("host", "shop.cn-hangzhou.aliyuncs.com"),
        ("user-agent", "agent/1"),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
        ("x-acs-signature-nonce", "the-nonce"),
        ("x-acs-version", "2020-02-02"),
        ("x-acs-security-token", "token"),
        ("x-acs-accesskey-id", "id"),
    ] {
        assert_eq!(request.headers.get(name), Some(value));
    }
    let authorization = request.headers.get("authorization").unwrap();
    assert!(authorization.contains(
        "SignedHeaders=host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-retry-attempts;\
         x-acs-security-token;x-acs-signature-nonce;x-acs-version,"
    ));
}

#[test]
fn v1_of_rpc_keeps_tokens_out_of_urls() {
    let credentials = Credentials::sts("id", "secret", "the-token");
    let prepared = build(
        &rpc(&FLAT),
        &Input {
            flag: Some(true),
            ..Input::default()
        },
    )
    .unwrap();
    let request = sign(&prepared, &credentials, SignatureVersion::V1);
    assert_eq!(request.url, "https://shop.cn-hangzhou.aliyuncs.com/");
    assert_eq!(
        sent(&request, "SecurityToken").as_deref(),
        Some("the-token")
    );
    assert_eq!(sent(&request, "Flag").as_deref(), Some("true"));
    let received = Received {
        method: "POST",
        path: "/",
        query: "",
        headers: &request.headers,
        body: &request.body,
    };
    let mut expected = Signature::default();
    received.v1_rpc(&mut expected, &SigningKey::new("id", "secret"));
    assert!(expected.matches(&sent(&request, "Signature").unwrap()));

    let get = build(&rpc(&FLAT).method(Method::Get), &Input::default()).unwrap();
    let request = sign(&get, &credentials, SignatureVersion::V1);
    assert!(request.body.is_empty());
    assert_eq!(
        sent(&request, "Timestamp").as_deref(),
        Some("2026-01-02T03:04:05Z")
    );
}

#[test]
fn v1_of_roa_has_the_date_of_http() {
    let input = Roa {
        id: Some("1".into()),
        ..Roa::default()
    };
    let prepared =
        PreparedRequest::new(&roa("/{Id}"), &input, &RequestDefaults::default()).unwrap();
    let request = sign(&prepared, &key(), SignatureVersion::V1);
    assert_eq!(
        request.headers.get("date"),
        Some("Fri, 02 Jan 2026 03:04:05 GMT")
    );
    assert!(
        request
            .headers
            .get("authorization")
            .unwrap()
            .starts_with("acs id:")
    );
}

#[test]
fn anonymous_operations_are_sent_in_the_form_of_v1() {
    let prepared = build(&rpc(&FLAT).anonymous(), &Input::default()).unwrap();
    let request = sign(&prepared, &key(), SignatureVersion::default());
    assert_eq!(sent(&request, "Action").as_deref(), Some("BuyThing"));
    assert_eq!(sent(&request, "Format").as_deref(), Some("JSON"));
    assert_eq!(sent(&request, "x-acs-action"), None);
    assert_eq!(request.url, "https://shop.cn-hangzhou.aliyuncs.com/");
}

#[test]
fn bearer_and_anonymous_requests_are_not_signed() {
    let plain = build(&rpc(&FLAT), &Input::default()).unwrap();
    let open = build(&rpc(&FLAT).anonymous(), &Input::default()).unwrap();
    let roa = PreparedRequest::new(
        &roa("/{Id}"),
        &Roa {
            id: Some("1".into()),
            ..Roa::default()
        },
        &RequestDefaults::default(),
    )
    .unwrap();
    let bearer = Credentials::bearer("the-bearer");
    for version in [
        SignatureVersion::V3(Algorithm::HmacSha256),
        SignatureVersion::V1,
    ] {
        for (prepared, credentials) in [
            (&open, &key()),
            (&plain, &Credentials::anonymous()),
            (&plain, &bearer),
            (&roa, &bearer),
        ] {
            let request = sign(prepared, credentials, version);
            for name in [
                "authorization",
                "Signature",
                "AccessKeyId",
                "x-acs-accesskey-id",
            ] {
                assert_eq!(sent(&request, name), None, "{name}");
            }
        }
        let request = sign(&roa, &bearer, version);
        assert_eq!(
            sent(&request, "x-acs-bearer-token").as_deref(),
            Some("the-bearer")
        );
        assert_eq!(
            sent(&request, "x-acs-signature-type").as_deref(),
            Some("BEARERTOKEN")
        );
        assert_eq!(
            sent(&sign(&plain, &bearer, version), "SignatureType").as_deref(),
            Some("BEARERTOKEN")
        );
        assert_eq!(
            sent(&sign(&open, &key(), version), "Format").as_deref(),
            Some("JSON")
        );
    }
    assert_eq!(
        sent(&sign(&plain, &bearer, SignatureVersion::V1), "BearerToken").as_deref(),
        Some("the-bearer")
    );
}

#[derive(Clone, Default)]
struct SpelledInput {
    region_id: Option<String>,
}
fields!(SpelledInput {
    region_id: "regionId",
});

#[test]
fn a_region_that_is_spelled_otherwise_is_filled_in() {
    const PARAMS: [Param; 1] = [Param::query("regionId").required()];
    let known = RequestDefaults {
        region_id: Some("cn-x"),
        ..RequestDefaults::default()
    };
    let input = SpelledInput::default();
    let prepared = PreparedRequest::new(&rpc(&PARAMS), &input, &known).unwrap();
    assert_eq!(query(&prepared), [("regionId", "cn-x")]);
    let defaults = RequestDefaults::default();
    let mut late = PreparedRequest::without_region(&rpc(&PARAMS), &input, &defaults).unwrap();
    late.set_region(Some("cn-y")).unwrap();
    assert_eq!(query(&late), [("regionId", "cn-y")]);
    let missing = PreparedRequest::new(&rpc(&PARAMS), &input, &defaults).unwrap_err();
    assert!(
        missing
            .to_string()
            .ends_with("(the region of the configuration is the default of regionId)")
    );
}
