//! Requests of any size: long parameters of a POST travel in the form, and what cannot is an error
//! before anything is sent.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{HttpRequest, Method};
use alibabacloud_core::plumbing::{Access, Call, Operation, Param};
use alibabacloud_core::signing::{
    Authorization, Received, Signature, SigningKey, parse_pairs, push_query,
};
use alibabacloud_core::{CallOptions, Client, Error, ErrorKind, SignatureVersion};
use alibabacloud_types::{Sensitive, fields};
use fixture::{EmptyOutput, Kit, PRODUCT, ok};

/// The longest request line that is sent, in bytes.
const LIMIT: usize = 8_000;

#[derive(Clone, Default)]
struct Input {
    content: Option<String>,
    name: Option<String>,
    tags: Option<Vec<String>>,
    note: Option<String>,
    tenant: Option<String>,
    secret: Option<Sensitive<String>>,
}
fields!(Input {
    content: "Content",
    name: "Name",
    tags: "Tag",
    note: "Note",
    tenant: "X-Tenant",
    secret: "Secret",
});

const PARAMS: [Param; 6] = [
    Param::query("Content"),
    Param::query("Name"),
    Param::query("Tag"),
    Param::form("Note"),
    Param::header("X-Tenant"),
    Param::query("Secret"),
];

static POST: Operation = Operation::rpc(&PRODUCT, "PutText", Access::Write).params(&PARAMS);
static GET: Operation = Operation::rpc(&PRODUCT, "FindText", Access::Read)
    .method(Method::Get)
    .params(&PARAMS);
static ANONYMOUS: Operation = Operation::rpc(&PRODUCT, "Greet", Access::Read)
    .params(&PARAMS)
    .anonymous();
static ROA: Operation = Operation::roa(
    &PRODUCT,
    "PutThing",
    Method::Post,
    "/things/{Name}/parts",
    Access::Write,
)
.params(&[
    Param::query("Content"),
    Param::path("Name"),
    Param::query("Tag"),
    Param::form("Note"),
    Param::header("X-Tenant"),
    Param::query("Secret"),
]);

fn content(text: impl Into<String>) -> Input {
    Input {
        content: Some(text.into()),
        ..Input::default()
    }
}

fn client(kit: &Kit, version: SignatureVersion) -> Client {
    Client::new(kit.config.clone().signature_version(version)).expect("a client")
}

async fn send(kit: &Kit, operation: &'static Operation, input: Input) -> Result<(), Error> {
    let call = Call::new(&kit.client(), operation, input);
    call.send::<EmptyOutput>().await.map(drop)
}

/// Path and query.
fn target(request: &HttpRequest) -> &str {
    let (_, rest) = request.url.split_once("://").expect("a URL");
    &rest[rest.find('/').expect("a path")..]
}

fn request_line(request: &HttpRequest) -> String {
    format!("{} {} HTTP/1.1", request.method, target(request))
}

fn query(request: &HttpRequest) -> &str {
    target(request)
        .split_once('?')
        .map_or("", |(_, query)| query)
}

fn body(request: &HttpRequest) -> &str {
    std::str::from_utf8(&request.body).expect("text")
}

/// The value of a parameter in the form.
fn in_form(request: &HttpRequest, name: &str) -> Option<String> {
    let kind = request.headers.get("content-type").expect("a content type");
    assert_eq!(kind, "application/x-www-form-urlencoded");
    let mut pairs = parse_pairs(body(request)).into_iter();
    pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// Checks the signature as a server does.
fn assert_signed(request: &HttpRequest) {
    let received = Received {
        method: request.method.as_str(),
        path: target(request).split('?').next().expect("a path"),
        query: query(request),
        headers: &request.headers,
        body: &request.body,
    };
    let (mut expected, key) = (Signature::default(), SigningKey::new("id", "secret"));
    let sent = match request.headers.get("authorization") {
        Some(header) => match Authorization::parse(header) {
            Ok(Authorization::V3 {
                algorithm,
                signed_headers,
                signature,
                ..
            }) => {
                received.v3(&mut expected, &key, algorithm, &signed_headers);
                signature.to_owned()
            }
            other => panic!("{other:?}"),
        },
        None => {
            received.v1_rpc(&mut expected, &key);
            in_form(request, "Signature").expect("a signature")
        }
    };
    assert!(expected.matches(&sent), "{}", request_line(request));
}

#[tokio::test]
async fn a_request_line_of_8000_bytes_is_sent_and_a_longer_one_moves_to_the_form() {
    for credentials in [
        Credentials::access_key("id", "secret"),
        Credentials::sts("id", "secret", "token"),
        Credentials::bearer("token"),
    ] {
        let options = || CallOptions::new().credentials(credentials.clone());
        let kit = Kit::new([ok(), ok(), ok()]);
        let put = async |length: usize| {
            let mut call = Call::new(&kit.client(), &POST, content("a".repeat(length)));
            call.options = options();
            call.send::<EmptyOutput>().await.expect("an output");
            kit.http.requests().pop().expect("a request")
        };
        let short = put(1).await;
        let longest = 1 + LIMIT - request_line(&short).len();
        let at_limit = put(longest).await;
        assert_eq!(request_line(&at_limit).len(), LIMIT);
        assert!(at_limit.body.is_empty());

        let over = put(longest + 1).await;
        assert!(!over.url.contains("Content"), "{}", over.url);
        assert_eq!(in_form(&over, "Content"), Some("a".repeat(longest + 1)));
        // Common parameters stay in the URL.
        let bearer = credentials
            .bearer_token()
            .map(|_| "SignatureType=BEARERTOKEN");
        assert_eq!(query(&over), bearer.unwrap_or_default());
        if bearer.is_none() {
            assert_signed(&at_limit);
            assert_signed(&over);
        }
    }
}

#[tokio::test]
async fn encoded_bytes_count_and_not_characters() {
    // 900 characters, 2,700 bytes, 8,100 bytes after encoding.
    let chinese = "模".repeat(900);
    // As many bytes, of which none is encoded.
    let plain = "m".repeat(2_700);
    let kit = Kit::new([ok(), ok()]);
    for text in [&chinese, &plain] {
        send(&kit, &POST, content(text.clone()))
            .await
            .expect("an output");
    }
    let requests = kit.http.requests();
    assert_eq!(in_form(&requests[0], "Content"), Some(chinese));
    assert_eq!(query(&requests[1]), format!("Content={plain}"));
}

#[tokio::test]
async fn a_long_request_has_one_form_with_all_its_parameters() {
    let text = format!("步骤: \"a&b=c\"\n{}", "x".repeat(1_000_000));
    for version in [SignatureVersion::default(), SignatureVersion::V1] {
        let kit = Kit::new([ok()]);
        let mut call = Call::new(
            &client(&kit, version),
            &POST,
            Input {
                content: Some(text.clone()),
                name: Some("n".to_owned()),
                tags: Some(vec!["x".to_owned(), "y z".to_owned()]),
                note: Some("in the form".to_owned()),
                ..Input::default()
            },
        );
        call.options = CallOptions::new().query("NotKnownYet", "1");
        call.send::<EmptyOutput>().await.expect("an output");
        let request = &kit.http.requests()[0];
        assert_eq!(target(request), "/");
        for (name, value) in [
            ("Content", text.as_str()),
            ("Name", "n"),
            ("Tag.1", "x"),
            ("Tag.2", "y z"),
            ("Note", "in the form"),
            ("NotKnownYet", "1"),
        ] {
            assert_eq!(in_form(request, name).as_deref(), Some(value), "{name}");
        }
        assert_signed(request);
    }
}

#[tokio::test]
async fn every_attempt_of_a_long_call_is_signed_anew() {
    let kit = Kit::new([fixture::error(429, "Throttling.User"), ok()]);
    send(&kit, &POST, content("b".repeat(9_000)))
        .await
        .expect("an output");
    let requests = kit.http.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(target(request), "/");
        assert_signed(request);
    }
    assert_eq!(requests[0].body, requests[1].body);
}

#[tokio::test]
async fn a_long_call_without_identity_has_its_parameters_in_the_form() {
    let kit = Kit::new([ok()]);
    let text = "c".repeat(70_000);
    send(&kit, &ANONYMOUS, content(text.clone()))
        .await
        .expect("an output");
    let request = &kit.http.requests()[0];
    assert_eq!(target(request), "/");
    assert_eq!(in_form(request, "Content"), Some(text));
    assert_eq!(in_form(request, "Action").as_deref(), Some("Greet"));
}

#[tokio::test]
async fn long_raw_calls_are_sent_in_the_form() {
    let text = "d".repeat(70_000);
    for version in [SignatureVersion::default(), SignatureVersion::V1] {
        let kit = Kit::new([ok(), ok()]);
        let client = client(&kit, version);
        let call = |parameters: &[(&str, &str)]| {
            client.call_raw("oos", "2019-06-01", "PutText", parameters)
        };
        call(&[("Content", &text), ("Name", "n")])
            .send()
            .await
            .expect("a response");
        // A form of the caller is one form with the long parameters.
        call(&[("Content", &text)])
            .body(
                "application/x-www-form-urlencoded; charset=utf-8",
                "Name=n+1&Note=%26",
            )
            .send()
            .await
            .expect("a response");
        let requests = kit.http.requests();
        for request in &requests {
            assert_eq!(in_form(request, "Content"), Some(text.clone()));
            assert_signed(request);
        }
        assert_eq!(in_form(&requests[0], "Name").as_deref(), Some("n"));
        assert_eq!(in_form(&requests[1], "Name").as_deref(), Some("n 1"));
        assert_eq!(in_form(&requests[1], "Note").as_deref(), Some("&"));
    }
}

/// The error of a call of which nothing must be sent.
async fn rejected(operation: &'static Operation, input: Input) -> String {
    let kit = Kit::new([ok()]);
    let error = send(&kit, operation, input.clone())
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(kit.http.requests().is_empty());
    assert!(kit.waits().is_empty());
    let preview = Call::new(&kit.client(), operation, input).preview();
    assert_eq!(
        preview.expect_err("an error").to_string(),
        error.to_string()
    );
    error.to_string()
}

#[tokio::test]
async fn what_cannot_be_sent_in_a_form_names_the_largest_parameter_and_its_size() {
    let get = rejected(
        &GET,
        Input {
            name: Some("x".repeat(4_000)),
            ..content("模".repeat(500))
        },
    );
    assert_eq!(
        get.await,
        "oos:FindText: the request line has 8529 bytes, and at most 8000 can be sent: the largest \
         parameter is Content with 4500 bytes after percent-encoding; only the body of a POST \
         request could hold it"
    );
    // The parts of a list count together, with their names.
    let list = rejected(
        &GET,
        Input {
            tags: Some(vec!["y".to_owned(); 1_000]),
            ..content("x".repeat(5_000))
        },
    );
    let list = list.await;
    let mut encoded = String::new();
    let names: Vec<_> = (1..=1_000).map(|index| format!("Tag.{index}")).collect();
    push_query(names.iter().map(|name| (name.as_str(), "y")), &mut encoded);
    let size = format!("parameter is Tag with {} bytes", encoded.len());
    assert!(list.contains(&size), "{size} in {list}");

    let path = Input {
        name: Some("ü".repeat(2_000)),
        ..content("x".repeat(100))
    };
    let path = rejected(&ROA, path).await;
    assert!(
        path.contains("parameter is Name with 12000 bytes"),
        "{path}"
    );
    let query = Input {
        name: Some("n".to_owned()),
        ..content("x".repeat(8_000))
    };
    let query = rejected(&ROA, query).await;
    assert!(
        query.contains("parameter is Content with 8000 bytes"),
        "{query}"
    );
    assert!(query.contains("the body of a ROA request"), "{query}");
}

#[tokio::test]
async fn a_long_header_names_itself_and_its_size() {
    let tenant = |length: usize| Input {
        tenant: Some("t".repeat(length)),
        ..Input::default()
    };
    let line = "x-tenant: \r\n".len();
    let kit = Kit::new([ok()]);
    send(&kit, &POST, tenant(LIMIT - line))
        .await
        .expect("an output");
    let error = rejected(&POST, tenant(LIMIT - line + 1)).await;
    assert_eq!(
        error,
        "oos:PutText: the header would have 8001 bytes, and at most 8000 can be sent: the largest \
         is X-Tenant with a value of 7989 bytes"
    );

    // Each header is short enough, all together are not.
    let kit = Kit::new([ok()]);
    let mut call = Call::new(&kit.client(), &POST, Input::default());
    let headers = (1..=5).map(|index| format!("x-part-{index}"));
    call.options = headers.fold(CallOptions::new(), |options, name| {
        options.header(&name, "h".repeat(7_000))
    });
    let error = call.send::<EmptyOutput>().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("at most 32000"), "{error}");
    assert!(kit.http.requests().is_empty());
}

#[tokio::test]
async fn a_body_of_another_type_leaves_no_place_for_long_parameters() {
    let text = "e".repeat(9_000);
    let kit = Kit::new([ok(), ok()]);
    let client = kit.client();
    let call = |text: &str| {
        let call = client.call_raw("oos", "2019-06-01", "PutText", &[("Content", text)]);
        call.body("application/octet-stream", vec![0, 159])
    };
    let error = call(&text).send().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let shown = error.to_string();
    assert!(shown.contains("Content with 9000 bytes"), "{shown}");
    assert!(shown.contains("has other content"), "{shown}");
    call("short").send().await.expect("a response");
    assert_eq!(kit.http.requests().len(), 1);

    // With a V1 signature the URL holds the common parameters too, and they count.
    let v1 = Client::new(
        kit.config
            .clone()
            .signature_version(SignatureVersion::V1)
            .credentials(Credentials::sts("id", "secret", "k".repeat(8_000))),
    );
    let raw = v1.expect("a client");
    let raw = raw.call_raw("oos", "2019-06-01", "PutText", &[("Name", "n")]);
    let error = raw.body("text/plain", "x").send().await;
    let shown = error.expect_err("an error").to_string();
    assert!(shown.contains("SecurityToken with 8000 bytes"), "{shown}");
    assert!(!shown.contains("kkk"), "{shown}");
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_rejected() {
    let kit = Kit::new([ok(), ok()]);
    let client = kit.client();
    for form in [&b"Name=\xc4\xe3"[..], b"Name=%C4%A3%FF"] {
        let call = client.call_raw("oos", "2019-06-01", "PutText", &[]);
        let call = call.body("application/x-www-form-urlencoded", form.to_vec());
        let error = call.send().await.expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert!(kit.http.requests().is_empty());
}

#[test]
fn a_preview_shows_long_parameters_where_they_are_sent() {
    let kit = Kit::new([]);
    let text = "f".repeat(9_000);
    for version in [SignatureVersion::default(), SignatureVersion::V1] {
        let preview = |input| {
            let call = Call::new(&client(&kit, version), &POST, input);
            call.preview().expect("a preview")
        };
        let long = preview(content(text.clone()));
        assert_eq!(long.url(), "https://oos.cn-hangzhou.aliyuncs.com/");
        assert_eq!(long.query().count(), 0);
        assert_eq!(
            long.form().collect::<Vec<_>>(),
            [("Content", text.as_str())]
        );
        let sent = String::from_utf8_lossy(long.body()).into_owned();
        assert!(sent.contains(&format!("Content={text}")), "{sent}");
        let curl = long.to_curl();
        assert!(curl.contains("application/x-www-form-urlencoded"), "{curl}");
        assert!(curl.contains(&format!("Content={text}")), "{curl}");
        let line = long.to_aliyun_cli();
        assert!(line.contains(&format!("--Content {text}")), "{line}");

        // The place follows from the request that is sent, not from its redacted form.
        let secret = preview(Input {
            secret: Some(Sensitive::new("hush".repeat(3_000))),
            ..content("short")
        });
        assert_eq!(secret.query().count(), 0);
        let shown = format!("{secret} {secret:?}");
        assert!(!shown.contains("hush"), "{shown}");
        if version != SignatureVersion::V1 {
            assert!(
                shown.contains("x-acs-content-sha256: BODY_SHA256"),
                "{shown}"
            );
        }
    }
    let short = Call::new(&kit.client(), &POST, content("g")).preview();
    let short = short.expect("a preview");
    assert_eq!(short.query().collect::<Vec<_>>(), [("Content", "g")]);
}
