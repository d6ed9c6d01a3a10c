//! What web pages, other users of the machine, and specifications of strangers may try.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

mod common;

use common::{Server, builder, oos, with};
use serde_json::{Value, json};

/// An attack of another page or program: a request, and how it is refused.
struct Attack {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    /// `HOST`, `PORT` and `COOKIE` are replaced by those of the server.
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    status: u16,
    code: &'static str,
}

const HOST: (&str, &str) = ("host", "HOST");
const COOKIE: (&str, &str) = ("cookie", "COOKIE");
const JSON: (&str, &str) = ("content-type", "application/json");

const ATTACKS: &[Attack] = &[
    Attack {
        name: "rebinding: a name of the attacker that leads to 127.0.0.1",
        method: "GET",
        path: "/",
        headers: &[("host", "attacker.example:PORT")],
        body: "",
        status: 403,
        code: "foreign_host",
    },
    Attack {
        name: "rebinding, with the cookie",
        method: "GET",
        path: "/api/start",
        headers: &[("host", "attacker.example:PORT"), COOKIE],
        body: "",
        status: 403,
        code: "foreign_host",
    },
    Attack {
        name: "a name that only begins like the server",
        method: "GET",
        path: "/",
        headers: &[("host", "127.0.0.1.attacker.example:PORT")],
        body: "",
        status: 403,
        code: "foreign_host",
    },
    Attack {
        name: "another port",
        method: "GET",
        path: "/api/start",
        headers: &[("host", "127.0.0.1:1"), COOKIE],
        body: "",
        status: 403,
        code: "foreign_host",
    },
    Attack {
        name: "no port",
        method: "GET",
        path: "/api/start",
        headers: &[("host", "localhost"), COOKIE],
        body: "",
        status: 403,
        code: "foreign_host",
    },
    Attack {
        name: "a host in the request line, and the right one in the header",
        method: "GET",
        path: "http://attacker.example/api/start",
        headers: &[HOST, COOKIE],
        body: "",
        status: 403,
        code: "foreign_host",
    },
    Attack {
        name: "no host",
        method: "GET",
        path: "/api/start",
        headers: &[COOKIE],
        body: "",
        status: 400,
        code: "invalid_request",
    },
    Attack {
        name: "two hosts",
        method: "GET",
        path: "/api/start",
        headers: &[HOST, ("host", "attacker.example"), COOKIE],
        body: "",
        status: 400,
        code: "invalid_request",
    },
    Attack {
        name: "a request of another page",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON, ("origin", "https://attacker.example")],
        body: "{}",
        status: 403,
        code: "foreign_origin",
    },
    Attack {
        name: "a request of a page without an origin, such as a sandboxed frame",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON, ("origin", "null")],
        body: "{}",
        status: 403,
        code: "foreign_origin",
    },
    Attack {
        name: "another server of this machine",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON, ("origin", "http://127.0.0.1:1")],
        body: "{}",
        status: 403,
        code: "foreign_origin",
    },
    Attack {
        name: "the page in place of the address with https",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON, ("origin", "https://HOST")],
        body: "{}",
        status: 403,
        code: "foreign_origin",
    },
    Attack {
        name: "a script of another page",
        method: "GET",
        path: "/api/start",
        headers: &[HOST, COOKIE, ("sec-fetch-site", "cross-site")],
        body: "",
        status: 403,
        code: "foreign_site",
    },
    Attack {
        name: "another server of this machine, which is the same site",
        method: "GET",
        path: "/api/start",
        headers: &[HOST, COOKIE, ("sec-fetch-site", "same-site")],
        body: "",
        status: 403,
        code: "foreign_site",
    },
    Attack {
        name: "a link to the API",
        method: "GET",
        path: "/api/emulator/state",
        headers: &[HOST, COOKIE, ("sec-fetch-site", "none")],
        body: "",
        status: 403,
        code: "foreign_site",
    },
    Attack {
        name: "a link or frame of another page to the page",
        method: "GET",
        path: "/",
        headers: &[
            HOST,
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-dest", "iframe"),
        ],
        body: "",
        status: 403,
        code: "foreign_site",
    },
    Attack {
        name: "no cookie",
        method: "GET",
        path: "/api/start",
        headers: &[HOST],
        body: "",
        status: 401,
        code: "no_session",
    },
    Attack {
        name: "a wrong cookie",
        method: "POST",
        path: "/api/call",
        headers: &[
            HOST,
            JSON,
            ("cookie", "acs-explorer-PORT=0000; acs-explorer-PORT="),
        ],
        body: "{}",
        status: 401,
        code: "no_session",
    },
    Attack {
        name: "the cookie of another port",
        method: "GET",
        path: "/api/start",
        headers: &[HOST, ("cookie", "acs-explorer-1=SESSION")],
        body: "",
        status: 401,
        code: "no_session",
    },
    Attack {
        name: "a wrong token",
        method: "POST",
        path: "/api/session",
        headers: &[HOST, JSON],
        body: r#"{"token": "0000000000000000000000000000000000000000000000000000000000000000"}"#,
        status: 401,
        code: "wrong_token",
    },
    Attack {
        name: "the token in an address, which logs and histories keep",
        method: "GET",
        path: "/api/session?token=TOKEN",
        headers: &[HOST],
        body: "",
        status: 405,
        code: "not_allowed",
    },
    Attack {
        name: "a form",
        method: "POST",
        path: "/api/call",
        headers: &[
            HOST,
            COOKIE,
            ("content-type", "application/x-www-form-urlencoded"),
        ],
        body: "product=oos",
        status: 415,
        code: "not_json",
    },
    Attack {
        name: "JSON as text, which a form can send",
        method: "POST",
        path: "/api/session",
        headers: &[HOST, ("content-type", "text/plain")],
        body: r#"{"token": "TOKEN"}"#,
        status: 415,
        code: "not_json",
    },
    Attack {
        name: "no type",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE],
        body: "{}",
        status: 415,
        code: "not_json",
    },
    Attack {
        name: "two types",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON, ("content-type", "text/plain")],
        body: "{}",
        status: 400,
        code: "invalid_request",
    },
    Attack {
        name: "another method",
        method: "PUT",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON],
        body: "{}",
        status: 405,
        code: "not_allowed",
    },
    Attack {
        name: "a preflight of another page",
        method: "OPTIONS",
        path: "/api/call",
        headers: &[
            HOST,
            ("origin", "https://attacker.example"),
            ("access-control-request-method", "POST"),
        ],
        body: "",
        status: 403,
        code: "foreign_origin",
    },
    Attack {
        name: "a path out of the page",
        method: "GET",
        path: "/../Cargo.toml",
        headers: &[HOST],
        body: "",
        status: 404,
        code: "not_found",
    },
    Attack {
        name: "an encoded path out of the page",
        method: "GET",
        path: "/%2e%2e%2fsrc%2flib.rs",
        headers: &[HOST],
        body: "",
        status: 404,
        code: "not_found",
    },
    Attack {
        name: "an absolute path",
        method: "GET",
        path: "//etc/passwd",
        headers: &[HOST],
        body: "",
        status: 404,
        code: "not_found",
    },
    Attack {
        name: "a path in the name of a service",
        method: "GET",
        path: "/api/services/..%2f..%2foos/2019-06-01",
        headers: &[HOST, COOKIE],
        body: "",
        status: 404,
        code: "not_found",
    },
    Attack {
        name: "a name that is not UTF-8",
        method: "GET",
        path: "/api/operations/oos/2019-06-01/%ff",
        headers: &[HOST, COOKIE],
        body: "",
        status: 404,
        code: "not_found",
    },
    Attack {
        name: "a name of JavaScript in place of an operation",
        method: "GET",
        path: "/api/operations/oos/2019-06-01/__proto__",
        headers: &[HOST, COOKIE],
        body: "",
        status: 404,
        code: "not_found",
    },
    Attack {
        name: "an outcome that is a path",
        method: "POST",
        path: "/api/save-test",
        headers: &[HOST, COOKIE, JSON],
        body: r#"{"call": {"product": "oos", "version": "2019-06-01", "operation": "GetTemplate"}, "outcome": "../../etc/passwd"}"#,
        status: 404,
        code: "no_outcome",
    },
    Attack {
        name: "no JSON",
        method: "POST",
        path: "/api/call",
        headers: &[HOST, COOKIE, JSON],
        body: "{",
        status: 400,
        code: "invalid_request",
    },
];

#[tokio::test]
async fn what_another_page_or_program_tries_is_refused() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let port = server.address.port().to_string();
    let session = browser.cookie.split_once('=').unwrap().1.to_owned();
    let filled = |text: &str| {
        text.replace("HOST", &browser.host)
            .replace("PORT", &port)
            .replace("COOKIE", &browser.cookie)
            .replace("SESSION", &session)
            .replace("TOKEN", &server.token)
    };
    assert!(ATTACKS.len() >= 16);
    for attack in ATTACKS {
        let headers: Vec<(&str, String)> = attack
            .headers
            .iter()
            .map(|(name, value)| (*name, filled(value)))
            .collect();
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let (path, body) = (filled(attack.path), filled(attack.body));
        let response = server.request(attack.method, &path, &headers, &body).await;
        assert_eq!(
            response.status, attack.status,
            "{}: {response:?}",
            attack.name
        );
        assert_eq!(response.code(), attack.code, "{}", attack.name);
        assert!(response.header("set-cookie").is_none(), "{}", attack.name);
        assert!(
            response.header("access-control-allow-origin").is_none(),
            "{}",
            attack.name
        );
        let text = response.text();
        assert!(
            !text.contains(&server.token) && !text.contains(&session),
            "{}: {text}",
            attack.name
        );
    }
    // What the page itself does in the same way works.
    assert_eq!(browser.get("/api/start").await.status, 200);
    for host in ["localhost", "[::1]", "LOCALHOST"] {
        let host = format!("{host}:{port}");
        let response = server.request("GET", "/", &[("host", &host)], "").await;
        assert_eq!(response.status, 200, "{host}");
    }
}

#[tokio::test]
async fn every_response_forbids_frames_scripts_and_guessing() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let host = server.host();
    let responses = [
        server.request("GET", "/", &[("host", &host)], "").await,
        server
            .request("GET", "/no-such-file.js", &[("host", &host)], "")
            .await,
        server
            .request("GET", "/", &[("host", "attacker.example")], "")
            .await,
        browser.get("/api/start").await,
        browser.post("/api/call", &json!({})).await,
        browser
            .post("/api/session", &json!({"token": server.token}))
            .await,
    ];
    for response in &responses {
        let policy = response.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.contains(part), "{response:?}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(response.header(name), Some(value), "{response:?}");
        }
    }
    let cookie = responses.last().unwrap().header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn large_and_deep_bodies_are_refused() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let large = json!({"x": "x".repeat(2 * 1024 * 1024)});
    let response = browser.post("/api/call", &large).await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (413, "too_large")
    );
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let (host, cookie) = (browser.host.as_str(), browser.cookie.as_str());
    let headers = [
        ("host", host),
        ("cookie", cookie),
        ("content-type", "application/json"),
    ];
    let response = server.request("POST", "/api/call", &headers, &deep).await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "invalid_request")
    );
    // What is just not too deep does no harm either.
    let nested = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let call = oos(
        "GetTemplate",
        json!({"TemplateName": "t", "Nested": nested}),
    );
    let response = browser
        .post("/api/call", &with(call, &json!({"target": "emulator"})))
        .await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "invalid_parameters")
    );
    assert_eq!(browser.get("/api/start").await.status, 200);
}

#[tokio::test]
async fn a_token_for_one_browser_works_once() {
    let explorer = builder().bind().await.unwrap();
    let url = explorer.url_for_one_browser().unwrap();
    let shown = format!("{explorer:?}");
    let token = url.split_once("#token=").unwrap().1.to_owned();
    assert!(!shown.contains("token") && !explorer.url().contains(&token));
    let server = Server::serve(explorer);
    let host = server.host();
    let headers = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
    ];
    let body = json!({"token": token}).to_string();
    let first = server
        .request("POST", "/api/session", &headers, &body)
        .await;
    let second = server
        .request("POST", "/api/session", &headers, &body)
        .await;
    assert_eq!((first.status, second.status), (204, 401));
    server.browser().await;
}

fn hostile() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

#[tokio::test]
async fn texts_of_a_hostile_specification_are_data() {
    let server = Server::start(builder().specs(hostile())).await;
    let browser = server.browser().await;
    let start = browser.loaded().await;
    assert_eq!(start["problems"], json!([]));
    let operation = "/api/operations/hostile/2024-01-01/GetAll";
    for path in [
        "/api/start",
        "/api/services/hostile/2024-01-01",
        operation,
        "/api/search?q=hostile",
    ] {
        let response = browser.get(path).await;
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert!(response.text().contains("<script>"), "{path}");
        assert!(
            response.body.len() < 8 * 1024 * 1024,
            "{path}: {}",
            response.body.len()
        );
    }
    let described = browser.get(operation).await.json();
    assert_eq!(described["summary"], r#"<script>alert("summary")</script>"#);
    let names: Vec<&Value> = described["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| &parameter["name"])
        .collect();
    assert!(names.contains(&&json!("__proto__")), "{names:?}");
    // The type that is enormous when it is written out is cut off.
    assert!(described["response"].to_string().contains("recursive"));

    let call = json!({
        "product": "hostile", "version": "2024-01-01", "operation": "GetAll",
        "parameters": {"Choice": "<script>", "__proto__": "x", "constructor": {"a": 1}},
    });
    let problems = browser.ok("/api/check", &call).await;
    assert_eq!(problems["problems"][0]["path"], "Choice", "{problems}");
    assert!(problems.to_string().contains("constructor"), "{problems}");
    let response = browser
        .post("/api/call", &with(call, &json!({"target": "emulator"})))
        .await;
    assert_eq!(response.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_hostile_specification_cannot_choose_a_host() {
    let credentials = alibabacloud_core::credentials::Credentials::access_key("id", "hunter2");
    let builder = builder().specs(hostile()).region("cn-hangzhou");
    let server = Server::start(builder.credentials(credentials)).await;
    let browser = server.browser().await;
    browser.loaded().await;
    let call = json!({
        "product": "hostile", "version": "2024-01-01", "operation": "GetAll", "target": "cloud",
    });
    let outcome = browser.ok("/api/call", &call).await;
    assert_eq!(outcome["error"]["kind"], "config", "{outcome}");
    assert_eq!(outcome["attempts"], json!([]));
    let text = outcome["error"]["message"].as_str().unwrap();
    assert!(text.contains("aliyuncs.com.attacker.example"), "{text}");
    let preview = browser.post("/api/preview", &call).await;
    assert_eq!((preview.status, preview.code().as_str()), (400, "config"));
    // In the emulator it is as harmless as any other.
    let call = with(call, &json!({"target": "emulator"}));
    let outcome = browser.ok("/api/call", &call).await;
    assert_eq!(outcome["ok"], true, "{}", outcome["error"]);
}
