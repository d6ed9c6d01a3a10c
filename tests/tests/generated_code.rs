//! Generated code: the crates of the fixture services, on a mock HTTP client.

use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::HttpRequest;
use alibabacloud_core::ram::PermissionStatus;
use alibabacloud_core::signing::parse_pairs;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse, build};
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_core::types::{JsonText, Value};
use alibabacloud_emulator::Emulator;
use alibabacloud_fixture::model::{
    self, enums, nesting, pairs as pairs_model, shared, strings, styles,
};
use alibabacloud_fixture::{Client, Error, ErrorCodeExt, ErrorKind, ServiceError, error_code, ram};

/// A mock HTTP client, and the configuration of clients that use it.
fn mock(responses: impl IntoIterator<Item = MockResponse>) -> (MockClient, Config) {
    let http = MockClient::new(responses);
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .time(ManualTime::new())
        .http_client(http.clone());
    (http, config)
}

fn client(responses: impl IntoIterator<Item = MockResponse>) -> (MockClient, Client) {
    let (http, config) = mock(responses);
    (http, Client::new(config).unwrap())
}

fn json(body: &str) -> MockResponse {
    MockResponse::json(200, body.to_owned())
}

/// The query of a request, decoded, in the order it was sent.
fn query(request: &HttpRequest) -> Vec<String> {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    pairs(query)
}

/// The pairs of a query or form, decoded.
fn pairs(text: &str) -> Vec<String> {
    let pairs = parse_pairs(text).into_iter();
    pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[tokio::test]
async fn scalars_are_sent_and_received() {
    let response = r#"{"Text":"a","Int32":5000000000,"Int64":"7","Number":1.5,"Boolean":"true","Any":[1],"Undescribed":null,"New":1}"#;
    let (http, client) = client([json(response)]);
    let output = client
        .scalars("hello")
        .int32(5)
        .int64(9_007_199_254_740_993_i64)
        .number(1.5)
        .boolean(true)
        .any(Value::from(vec![1, 2]))
        .send()
        .await
        .unwrap();
    // Always present, so not an option; and wider than its declaration.
    assert_eq!((output.text.as_str(), output.int32), ("a", 5_000_000_000));
    assert_eq!(
        (output.int64, output.number, output.boolean),
        (Some(7), Some(1.5), Some(true))
    );
    assert_eq!(
        (output.any, output.undescribed),
        (Some(Value::from(vec![1])), None)
    );
    let mut sent = query(&http.requests()[0]);
    sent.sort();
    assert_eq!(
        sent,
        [
            "Any=[1,2]",
            "Boolean=true",
            "Int32=5",
            "Int64=9007199254740993",
            "Number=1.5",
            "Text=hello"
        ]
    );
}

#[tokio::test]
async fn required_parameters_are_checked_before_anything_is_sent() {
    let (http, client) = client([]);
    let error = client.scalars("hello").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("Number"), "{error}");
    assert!(http.requests().is_empty());
}

#[tokio::test]
async fn parameters_are_written_in_their_place_and_style() {
    let (http, client) = client([json("{}")]);
    client
        .styles(["i-1", "i-2"])
        .header("h")
        .json_list([1, 2])
        .json_object(styles::JsonObject::default().depth(3))
        .tag([
            shared::Tag::default().key("a").value("b"),
            shared::Tag::default().key("c").weight(4),
        ])
        .disk(styles::Disk::default().size(20))
        .disk_category("ssd")
        .content("text & more")
        .labels([("stage", "test")])
        .send()
        .await
        .unwrap();
    let request = &http.requests()[0];
    let mut sent = query(request);
    sent.sort();
    assert_eq!(
        sent,
        [
            "Disk.Category=ssd",
            "Disk.Size=20",
            "Ids=i-1,i-2",
            "JsonList=[1,2]",
            r#"JsonObject={"Depth":3}"#,
            "Tag.1.Key=a",
            "Tag.1.Value=b",
            "Tag.2.Key=c",
            "Tag.2.Weight=4",
        ]
    );
    let mut form = pairs(std::str::from_utf8(&request.body).unwrap());
    form.sort();
    assert_eq!(form, ["Content=text & more", r#"Labels={"stage":"test"}"#]);
    assert_eq!(request.headers.get("Header"), Some("h"));
}

#[test]
fn outputs_are_built_in_one_expression() {
    let output = build!(model::ScalarsOutput {
        text: "a",
        int32: 7,
        number: 1.5,
        boolean: true,
        any: "x",
    });
    assert_eq!((output.text.as_str(), output.int32), ("a", 7));
    assert_eq!((output.number, output.boolean), (Some(1.5), Some(true)));
    assert_eq!(output.any, Some(Value::from("x")));
    let output = build!(model::EnumsOutput {
        status: enums::Status::Running,
        odd = None,
    });
    assert_eq!(output.status, enums::Status::Running);
    let output = build!(model::PairsOutput {
        tags: [build!(pairs_model::OutputTag {
            key: "env",
            value: "prod"
        })],
        request_id: String::from("1"),
    });
    assert_eq!(output.tags[0].value.as_deref(), Some("prod"));
    assert_eq!(build!(model::PairsOutput {}), Default::default());
}

#[tokio::test]
async fn pairs_are_tuples_or_structs_and_lists_of_text_travel_as_json() {
    let (http, client) = client([json("{}"), json("{}"), json("{}")]);
    client
        .pairs([("env", "prod"), ("team", "a b")])
        .secret(("token", "s3cret"))
        .groups([("a", ("env", "prod"))])
        .filter([("zone", ["a", "b"]), ("type", ["c", "d"])])
        .rule([
            pairs_model::Rule::from(("zone", "a")),
            pairs_model::Rule::from(("new", "b")).negated(true),
        ])
        .ids(["i-1", "i \"2\""])
        .send()
        .await
        .unwrap();
    let mut sent = query(&http.requests()[0]);
    sent.sort();
    assert_eq!(
        sent,
        [
            "Filter.1.Key=zone",
            "Filter.1.Values.1=a",
            "Filter.1.Values.2=b",
            "Filter.2.Key=type",
            "Filter.2.Values.1=c",
            "Filter.2.Values.2=d",
            r#"Groups={"a":{"Key":"env","Value":"prod"}}"#,
            "Rule.1.Key=zone",
            "Rule.1.Value=a",
            "Rule.2.Key=new",
            "Rule.2.Negated=true",
            "Rule.2.Value=b",
            "Secret.SecretKey=token",
            "Secret.SecretValue=s3cret",
            "Tag.1.Key=env",
            "Tag.1.Value=prod",
            "Tag.2.Key=team",
            "Tag.2.Value=a b",
            r#"ids=["i-1","i \"2\""]"#,
        ]
    );
    let by_team = std::collections::BTreeMap::from([("team", "x".to_owned())]);
    client.pairs(by_team).send().await.unwrap();
    #[allow(deprecated, reason = "the deprecated duplicates have names, too")]
    let tag = pairs_model::Tag::default()
        .key("env")
        .deprecated_key("old")
        .deprecated_value("older");
    #[allow(deprecated, reason = "as above")]
    client
        .pairs([tag])
        .deprecated_ids("i-1")
        .send()
        .await
        .unwrap();
    let sent = |index: usize| {
        let mut sent = query(&http.requests()[index]);
        sent.sort();
        sent
    };
    assert_eq!(sent(1), ["Tag.1.Key=team", "Tag.1.Value=x"]);
    assert_eq!(
        sent(2),
        [
            "Ids=i-1",
            "Tag.1.Key=env",
            "Tag.1.key=old",
            "Tag.1.value=older"
        ]
    );
}

/// The emulator reads what the setters send as the specification describes it.
#[tokio::test]
async fn the_emulator_takes_pairs_and_lists_of_text() {
    let specs = sdk_tests::repository().join("tests/fixtures/specs/fixture/2024-01-01");
    let emulator = Emulator::builder().specs(specs).start().await.unwrap();
    let transport = HyperClient::new(TransportConfig::new().no_proxy()).unwrap();
    let client = Client::new(emulator.config().http_client(transport)).unwrap();
    client
        .pairs([("env", "prod"), ("team", "a")])
        .secret(("token", "s3cret"))
        .groups([("a", ("env", "prod"))])
        .filter([("zone", vec!["a"]), ("type", vec!["c", "d"])])
        .ids(["i-1", "i-2"])
        .send()
        .await
        .unwrap();
    let too_many = client
        .pairs([("a", "b")])
        .ids((0..101).map(|i| i.to_string()));
    let error = too_many.send().await.unwrap_err();
    assert!(error.to_string().contains("ids"), "{error}");
}

#[tokio::test]
async fn names_that_are_not_rust_names_are_sent_unchanged() {
    let (http, client) = client([json(r#"{"type":"t","_":"u"}"#)]);
    let output = client
        .names("a")
        .self_("b")
        .new_("c")
        .key("upper")
        .key_2("lower")
        .n405_pv("d")
        .u540d("e")
        .config(model::names::Config::default().default_("f").r#async(true))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (output.r#type.as_deref(), output.underscore.as_deref()),
        (Some("t"), Some("u"))
    );
    let mut sent = query(&http.requests()[0]);
    sent.sort();
    assert_eq!(
        sent,
        [
            "405Pv=d",
            r#"Config={"default":"f","async":true}"#,
            "Key=upper",
            "Self=b",
            "key=lower",
            "new=c",
            "type=a",
            "名=e",
        ]
    );
}

#[tokio::test]
async fn enums_are_open() {
    let (http, client) = client([json(r#"{"Status":"melting","Odd":"even"}"#)]);
    let output = client
        .enums(enums::Status::Stopped)
        .color("blue")
        .odd(enums::Odd::V8Core64Gb)
        .colors(["cyan", "beige"])
        .encrypted(true)
        .send()
        .await
        .unwrap();
    assert_eq!(output.status, enums::Status::Unknown("melting".to_owned()));
    assert_eq!(output.odd, Some(enums::OutputOdd::Even));
    let mut sent = query(&http.requests()[0]);
    sent.sort();
    assert_eq!(
        sent,
        [
            "Color=blue",
            "Colors=cyan,beige",
            "Encrypted=true",
            "Odd=8Core64GB",
            "Status=stopped"
        ]
    );
}

#[tokio::test]
async fn secrets_are_sent_and_never_shown() {
    let (http, client) = client([json(
        r#"{"Secret":"hunter2","SecretNumber":12345678,"Json":{"a":1}}"#,
    )]);
    let request = client
        .strings()
        .secret("hunter2")
        .secrets(["hunter2"])
        .secret_list(["hunter2"])
        .secret_map([("key", "hunter2")])
        .secret_object(strings::SecretObject::default().password("hunter2"))
        .secret_json(JsonText::from("\"hunter2\""));
    let shown = format!("{request:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let output = request.send().await.unwrap();
    let shown = format!("{output:?}");
    assert!(
        !shown.contains("hunter2") && !shown.contains("12345678"),
        "{shown}"
    );
    assert_eq!(output.secret.unwrap().expose(), "hunter2");
    // An object where text is expected is read as its text.
    assert_eq!(output.json.unwrap().as_str(), r#"{"a":1}"#);
    assert_eq!(
        query(&http.requests()[0])
            .iter()
            .filter(|pair| pair.contains("hunter2"))
            .count(),
        6
    );
}

#[tokio::test]
async fn containers_nest() {
    let (http, client) = client([json(
        r#"{"Policies":{"p":{"Effect":"Allow"}},"Matrix":[[{"X":1}],[]],"Options":null}"#,
    )]);
    let output = client
        .nesting([vec!["a".to_owned()], Vec::new()])
        .map_of_lists([("k", vec![1, 2])])
        .options([nesting::InputOption::default()
            .flags([true])
            .deep(nesting::Deep::default())])
        .send()
        .await
        .unwrap();
    assert_eq!(output.policies["p"].effect.as_deref(), Some("Allow"));
    assert_eq!((output.matrix.len(), output.matrix[0][0].x), (2, Some(1.0)));
    assert!(output.options.is_empty());
    let mut sent = query(&http.requests()[0]);
    sent.sort();
    assert_eq!(
        sent,
        [
            r#"MapOfLists={"k":[1,2]}"#,
            r#"Matrix=[["a"],[]]"#,
            r#"Options=[{"Flags":[true],"Deep":{}}]"#
        ]
    );
}

#[tokio::test]
async fn types_that_contain_themselves_are_read() {
    let response = r#"{"Children":[{"Children":[{},{}]}]}"#;
    let (_, client) = client([json(response)]);
    let tree = client.shared_root().send().await.unwrap();
    let inner = &tree.children.unwrap()[0];
    assert_eq!(inner.children.as_ref().unwrap().len(), 2);
    let chain = shared::Chain::default().next(shared::Chain::default());
    assert!(chain.next.is_some());
}

#[tokio::test]
async fn roots_that_are_not_objects_are_read() {
    let (_, client) = client([
        json(r#"[{"Id":"a"},{"Id":"b"}]"#),
        json(r#"{"a":5000000000}"#),
        json("[1]"),
        MockResponse::new(200, "plain <text>"),
        MockResponse::new(200, vec![0_u8, 159, 146, 150]),
        MockResponse::new(204, ""),
        MockResponse::new(200, vec![0xff_u8]),
    ]);
    let items = client.array_root().send().await.unwrap();
    assert_eq!(items[1].id.as_deref(), Some("b"));
    assert_eq!(client.map_root().send().await.unwrap()["a"], 5_000_000_000);
    assert_eq!(
        client.any_root().send().await.unwrap(),
        Value::from(vec![1])
    );
    assert_eq!(client.text_root().send().await.unwrap(), "plain <text>");
    assert_eq!(
        client.binary_root().send().await.unwrap().as_bytes(),
        [0, 159, 146, 150]
    );
    client.empty_root().send().await.unwrap();
    let response = client.text_root().send_with_response().await.unwrap();
    assert_eq!(response.output(), "\u{fffd}");
    assert_eq!(*response.raw_body(), [0xff][..]);
}

#[tokio::test]
async fn pages_follow_a_token_nested_in_the_response() {
    let page = |token: &str, name: &str| {
        json(&format!(
            r#"{{"Data":{{"Next":"{token}","Groups":{{"Group":[{{"Name":"{name}"}}]}}}}}}"#
        ))
    };
    let (http, client) = client([
        page("t1", "a"),
        json(r#"{"Data":{"Next":"t2"}}"#),
        page("", "b"),
    ]);
    let mut groups = client.list_by_token().max_results(1).by_item();
    let mut names = Vec::new();
    while let Some(group) = groups.next().await {
        names.extend(group.unwrap().name);
    }
    assert_eq!(names, ["a", "b"]);
    let sent: Vec<_> = http.requests().iter().map(query).collect();
    assert_eq!(sent[0], ["MaxResults=1"]);
    assert!(sent[2].contains(&"NextToken=t2".to_owned()), "{sent:?}");
}

#[tokio::test]
async fn pages_by_token_are_requested_where_there_are_two_ways() {
    let page = |fields: &str| json(&format!(r#"{{"Hosts":{{"Host":[{{}}]}}{fields}}}"#));
    let (http, client) = client([page(r#","NextToken":"t""#), page(""), page("")]);
    let hosts = client.list_both_ways().by_item().collect_up_to(9).await;
    assert_eq!(hosts.unwrap().len(), 2);
    client.list_both_ways().page_number(2).send().await.unwrap();
    let sent: Vec<_> = http.requests().iter().map(query).collect();
    assert_eq!(sent[0], ["MaxResults=50"]);
    assert_eq!(sent[1], ["MaxResults=50", "NextToken=t"]);
    assert_eq!(sent[2], ["PageNumber=2"]);
    let mut pages = client.list_both_ways().page_size(20).by_page();
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("cannot use PageSize"), "{error}");
}

#[tokio::test]
async fn pages_follow_an_integer_token() {
    let (http, client) = client([
        json(r#"{"NextMarker":7,"Names":["a"]}"#),
        json(r#"{"Names":["b"]}"#),
    ]);
    let mut pages = client.list_by_integer_token().by_page();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page.unwrap().names.len();
    }
    assert_eq!(
        (count, query(&http.requests()[1])),
        (2, vec!["Marker=7".to_owned()])
    );
}

#[tokio::test]
async fn pages_are_counted_up_to_the_total() {
    let page = |name: &str| {
        json(&format!(
            r#"{{"PageInfo":{{"Total":3}},"Policies":[{{"Name":"{name}"}},{{}}]}}"#
        ))
    };
    let (http, client) = client([page("a"), page("b")]);
    let mut pages = client.list_by_number("all").page_size(2).by_page();
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    let sent = http.requests();
    assert_eq!(sent.len(), 2);
    assert!(query(&sent[1]).contains(&"PageNumber=2".to_owned()));
}

#[tokio::test]
async fn pages_are_counted_in_text() {
    let (http, client) = client([
        json(r#"{"Total":"3","Data":{"Data":["a","b"]}}"#),
        json(r#"{"Total":"3","Data":{"Data":["c"]}}"#),
    ]);
    let mut items = client.list_by_text_number().page_size("2").by_item();
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item.unwrap());
    }
    assert_eq!((all.concat(), http.requests().len()), ("abc".to_owned(), 2));
}

#[tokio::test]
async fn a_page_size_that_the_service_requires_is_sent() {
    let page = || json(r#"{"Total":"0"}"#);
    let (http, client) = client([page(), page()]);
    let mut pages = client.list_by_text_number().by_page();
    pages.next().await.unwrap().unwrap();
    client.list_by_text_number().send().await.unwrap();
    let sent: Vec<_> = http.requests().iter().map(query).collect();
    assert_eq!(sent[0], ["PageSize=50"]);
    assert!(sent[1].is_empty(), "{sent:?}");
}

#[tokio::test]
async fn a_write_gets_its_token_and_a_failure_with_status_200_is_detected() {
    let (http, client) = client([json(
        r#"{"Success":false,"Code":"Fixture.NotFound","Message":"No."}"#,
    )]);
    let error = client.create_idempotent().send().await.unwrap_err();
    assert_eq!(error.code(), Some(error_code::FIXTURE_NOT_FOUND));
    let sent = query(&http.requests()[0]);
    assert!(
        sent.iter()
            .any(|pair| pair.starts_with("ClientToken=") && pair.len() > 40),
        "{sent:?}"
    );
    assert!(
        sent.contains(&"RegionId=cn-hangzhou".to_owned()),
        "{sent:?}"
    );
}

#[tokio::test]
async fn an_anonymous_get_is_not_signed() {
    let (http, client) = client([json("{}")]);
    client.get_anonymous().send().await.unwrap();
    let request = &http.requests()[0];
    assert_eq!(request.method.as_str(), "GET");
    assert_eq!(request.headers.get("authorization"), None);
    assert!(
        request.url.contains("/?Action=GetAnonymous&Format=JSON&"),
        "{}",
        request.url
    );
}

#[tokio::test]
async fn resource_paths_headers_and_bodies_are_written() {
    let (http, config) = mock([
        json(r#"{"name":"a"}"#),
        json("{}"),
        MockResponse::new(204, ""),
        MockResponse::new(200, ""),
    ]);
    let client = alibabacloud_fixture_roa::Client::new(config).unwrap();
    let cluster = alibabacloud_fixture_roa::model::shared::Cluster::default()
        .name("a")
        .size(3);
    client.create_cluster(cluster).send().await.unwrap();
    client
        .describe_cluster(5)
        .verbose(false)
        .x_trace("t")
        .send()
        .await
        .unwrap();
    client.delete_cluster("a/b").send().await.unwrap();
    client.put_file("a/b.txt", vec![1, 2]).send().await.unwrap();
    let requests = http.requests();
    let lines: Vec<String> = requests
        .iter()
        .map(|r| format!("{} {}", r.method, r.url.splitn(4, '/').nth(3).unwrap()))
        .collect();
    assert_eq!(
        lines,
        [
            "POST clusters",
            "GET clusters/5?verbose=false",
            "DELETE clusters/a%2Fb",
            "PUT files/a/b.txt"
        ]
    );
    assert_eq!(requests[0].body, r#"{"name":"a","size":3}"#);
    assert_eq!(requests[1].headers.get("x-trace"), Some("t"));
    assert_eq!(requests[3].body, [1, 2][..]);
}

#[tokio::test]
async fn an_object_as_body_is_sent_empty_when_it_is_not_set() {
    let (http, config) = mock([MockResponse::new(204, "")]);
    let client = alibabacloud_fixture_roa::Client::new(config).unwrap();
    client.resize_cluster("c-1").send().await.unwrap();
    let request = &http.requests()[0];
    assert_eq!(request.body, "{}");
    assert_eq!(
        request.headers.get("content-type"),
        Some("application/json; charset=utf-8")
    );
}

#[test]
fn codes_have_predicates_beside_those_of_the_error() {
    let error = |status, code| Error::from(ServiceError::new(status, code, ""));
    let missing = error(404, "Fixture.NotFound");
    assert!(missing.is_fixture_not_found() && missing.is_not_found());
    assert!(!missing.is_documents_missing());

    let late = error(400, error_code::TIMEOUT);
    assert!(late.is_timeout_code() && late.is_timeout());
    let late = error(408, "Late");
    assert!(!late.is_timeout_code() && late.is_timeout());

    // Only errors that the service returned have a code.
    assert!(!Error::timeout("no response in time").is_timeout_code());
}

#[test]
fn a_deny_pattern_that_matches_no_operation_is_an_error() {
    for pattern in ["fixture:Lst*", "fixture:CreateIdempotents"] {
        let (_, config) = mock([]);
        let error = Client::new(config.deny(pattern)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(pattern), "{error}");
    }
    for pattern in [
        "fixture:List*",
        "fixture:createidempotent",
        "*:Lst*",
        "oos:Lst*",
    ] {
        let (_, config) = mock([]);
        assert!(Client::new(config.deny(pattern)).is_ok(), "{pattern}");
    }
}

#[test]
fn permissions_are_found_by_name() {
    let permission = ram::permission("CreateIdempotent").unwrap();
    assert_eq!(
        (permission.status, permission.actions[0].resources[0].kind),
        (PermissionStatus::Documented, "Thing")
    );
    assert_eq!(
        ram::permission("Documents").unwrap().status,
        PermissionStatus::Documented
    );
    assert_eq!(ram::permission("Ghost"), None);
    assert!(ram::PERMISSIONS.is_sorted_by_key(|p| p.operation));
}

#[test]
fn undocumented_permissions_are_derived_from_the_name() {
    let permission = ram::permission("ListByToken").unwrap();
    assert_eq!(permission.status, PermissionStatus::Unknown);
    let [action] = permission.actions else {
        panic!("one action expected: {permission:?}");
    };
    assert_eq!(
        (action.action, action.access),
        ("fixture:ListByToken", "list")
    );
    assert!(action.resources.is_empty());

    let anonymous = ram::permission("GetAnonymous").unwrap();
    assert!(anonymous.actions.is_empty());
}

#[test]
fn models_are_serialized_with_the_names_of_the_api() {
    let tag = shared::Tag::default().key("a").weight(1);
    let text = serde_json::to_string(&tag).unwrap();
    assert_eq!(text, r#"{"Key":"a","Weight":1}"#);
    assert_eq!(serde_json::from_str::<shared::Tag>(&text).unwrap(), tag);
    assert_eq!(
        serde_json::to_string(&enums::Status::Stopped).unwrap(),
        "\"stopped\""
    );
}
