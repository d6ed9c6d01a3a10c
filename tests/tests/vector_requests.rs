//! The requests of the official clients, built again from the same parameters.
//!
//! The tests compare what is protocol: method, path, parameters as a set, headers, body, and the
//! signature if the client signs the same headers. Habits of single clients are normalized here and
//! listed in docs/protocol.md.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{Headers, HttpRequest, Method};
use alibabacloud_core::plumbing::{
    Access, Attempt, EndpointTable, Operation, Param, PreparedRequest, Product, RequestDefaults,
};
use alibabacloud_core::request::SignatureVersion;
use alibabacloud_core::signing::{
    Algorithm, Authorization, Received, Signature, SigningKey, body_hash, parse_pairs,
};
use alibabacloud_types::Blob;
use alibabacloud_types::plumbing::{Field, FieldReader, Record};
use sdk_tests::vectors::{body, headers, pairs, same, text};
use sdk_tests::{check_all, json_files, vectors_dir};
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// Headers of the recording client's HTTP library, or of the client itself without significance for
/// the service, and the optional MD5 of the body, which the SDK does not send.
const HABITS: [&str; 7] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "transfer-encoding",
    "x-sdk-client",
];

#[test]
fn every_request_vector_is_built() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let vectors = json_files(&directory.join("requests"));
    assert_eq!(vectors.len(), 46);
    check_all(
        vectors
            .iter()
            .map(|vector| (text(&vector["id"]), check(vector))),
    );
    let comparable = vectors.iter().filter(|vector| signs_alike(vector)).count();
    assert_eq!(comparable, 11);
}

fn check(vector: &Value) -> Result<(), String> {
    let expect = &vector["expect"];
    let built = build(vector)?;
    same("method", &text(&expect["method"]), built.method.as_str())?;
    let (path, query) = path_and_query(vector, &built.url)?;
    same("path", &text(&expect["path"]), path)?;
    check_parameters(vector, query, &built)?;
    check_headers(vector, &built)?;
    check_body(vector, &built)?;
    check_signature(vector, path, query, &built)
}

/// Compares the parameters of the query and, for V1 of RPC, of the form, regardless of where the
/// client writes each.
fn check_parameters(vector: &Value, query: &str, built: &HttpRequest) -> Result<(), String> {
    let expect = &vector["expect"];
    let mut expected = pairs(&expect["query_pairs"]);
    let mut actual = decoded(query);
    if is_form(vector) {
        expected.extend(decoded(&String::from_utf8_lossy(&body(expect))));
    }
    if built
        .headers
        .get("content-type")
        .is_some_and(|kind| kind.contains("form"))
    {
        actual.extend(decoded(&String::from_utf8_lossy(&built.body)));
    }
    let fold = |pairs: Vec<(String, String)>| {
        let mut pairs: Vec<_> = pairs
            .into_iter()
            .filter(|(name, _)| name != "Signature")
            .map(|(name, value)| {
                let value = folded(&name, value);
                (name, value)
            })
            .collect();
        pairs.sort();
        pairs
    };
    same(
        "parameters",
        &format!("{:?}", fold(expected)),
        &format!("{:?}", fold(actual)),
    )
}

/// Normalizes spellings that differ between clients: booleans of Python, the case of the format,
/// the order of keys in JSON text.
fn folded(name: &str, value: String) -> String {
    match value.as_str() {
        "True" | "False" => value.to_lowercase(),
        "json" if name == "Format" => "JSON".to_owned(),
        text if text.starts_with(['{', '[']) => {
            serde_json::from_str::<Value>(text).map_or(value, |json| json.to_string())
        }
        _ => value,
    }
}

fn check_headers(vector: &Value, built: &HttpRequest) -> Result<(), String> {
    // V1 of RPC has no headers of its own: version and action are parameters, which the body may
    // contain.
    let own = vector["kind"] != "v1-rpc";
    for (name, value) in headers(&vector["expect"]).iter() {
        if HABITS.contains(&name) || (!own && name != "host" && name != "user-agent") {
            continue;
        }
        let actual = built.headers.get(name).unwrap_or("(absent)");
        let own_hash = body_hash(algorithm(vector), &built.body);
        let value = match name {
            "x-acs-content-sha256" if body(&vector["expect"]) != built.body => &own_hash,
            _ => value,
        };
        same(name, value.trim(), actual.trim())?;
    }
    Ok(())
}

fn check_body(vector: &Value, built: &HttpRequest) -> Result<(), String> {
    let expected = body(&vector["expect"]);
    if is_form(vector) || vector["kind"] == "v1-rpc" {
        return Ok(()); // The body was compared as parameters.
    }
    match serde_json::from_slice::<Value>(&expected) {
        Ok(json) => {
            let actual: Value =
                serde_json::from_slice(&built.body).map_err(|error| error.to_string())?;
            same("JSON body", &json.to_string(), &actual.to_string())
        }
        Err(_) => same(
            "body",
            &format!("{expected:?}"),
            &format!("{:?}", built.body.to_vec()),
        ),
    }
}

/// Checks that a server accepts the request, and that the signature is that of the vector if the
/// client signs the same headers.
fn check_signature(
    vector: &Value,
    path: &str,
    query: &str,
    built: &HttpRequest,
) -> Result<(), String> {
    let inputs = &vector["inputs"];
    let authorization = built.headers.get("authorization");
    if inputs["auth"].is_string() {
        return authorization.map_or(Ok(()), |value| Err(format!("signed: {value}")));
    }
    let key = SigningKey::new(
        text(&inputs["access_key_id"]),
        text(&inputs["access_key_secret"]),
    );
    let received = Received {
        method: built.method.as_str(),
        path,
        query,
        headers: &built.headers,
        body: &built.body,
    };
    let mut signature = Signature::default();
    let sent = match authorization.map(Authorization::parse) {
        None => {
            received.v1_rpc(&mut signature, &key);
            let mut parameters = decoded(query);
            parameters.extend(decoded(&String::from_utf8_lossy(&built.body)));
            let found = parameters.into_iter().find(|(name, _)| name == "Signature");
            found.map(|(_, value)| value).unwrap_or_default()
        }
        Some(Ok(Authorization::V3 {
            algorithm,
            signed_headers,
            signature: sent,
            ..
        })) => {
            received.v3(&mut signature, &key, algorithm, &signed_headers);
            sent.to_owned()
        }
        Some(Ok(Authorization::V1Roa {
            signature: sent, ..
        })) => {
            received.v1_roa(&mut signature, &key);
            sent.to_owned()
        }
        Some(other) => return Err(format!("{other:?}")),
    };
    if !signature.matches(&sent) {
        return same(
            "signature as the server computes it",
            signature.signature(),
            &sent,
        );
    }
    if signs_alike(vector) {
        let expected = text(&vector["expect"]["authorization"]);
        return same(
            "authorization",
            &expected,
            authorization.unwrap_or_default(),
        );
    }
    Ok(())
}

/// Returns whether the client signs the same headers as the SDK: Node does with V3, Python with V1
/// of ROA. Each encodes a form differently, and Node keeps the caller's order of keys in a JSON
/// object, which the SDK sorts.
fn signs_alike(vector: &Value) -> bool {
    const OTHER_ORDER: [&str; 2] = ["node-v3-oos-start-execution", "node-v3-rpc-json-body"];
    let id = text(&vector["id"]);
    (id.starts_with("node-v3") && !is_form(vector) && !OTHER_ORDER.contains(&id.as_str()))
        || id.starts_with("py-v1-roa")
}

fn is_form(vector: &Value) -> bool {
    headers(&vector["expect"])
        .get("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn decoded(text: &str) -> Vec<(String, String)> {
    parse_pairs(text)
        .into_iter()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn path_and_query<'a>(vector: &Value, url: &'a str) -> Result<(&'a str, &'a str), String> {
    let base = format!("https://{}", text(&vector["inputs"]["endpoint"]));
    let rest = url
        .strip_prefix(&base)
        .ok_or_else(|| format!("{url} is not at {base}"))?;
    Ok(rest.split_once('?').unwrap_or((rest, "")))
}

fn build(vector: &Value) -> Result<HttpRequest, String> {
    let inputs = &vector["inputs"];
    let (operation, input) = operation(vector);
    let mut prepared = PreparedRequest::new(operation, &input, &RequestDefaults::default())
        .map_err(|error| error.to_string())?;
    for (name, value) in members(&inputs["extra_headers"]) {
        prepared
            .set_header(name, &text(value))
            .map_err(|error| error.to_string())?;
    }
    for (name, value) in members(&inputs["extra_queries"]) {
        prepared.add_query(name, &text(value));
    }
    let expected = headers(&vector["expect"]);
    let provider = expected.get("x-acs-credentials-provider");
    let mut extra = Headers::new();
    if let Some(name) = provider {
        extra.set("x-acs-credentials-provider", name);
    }
    let attempt = Attempt {
        endpoint: &text(&inputs["endpoint"]).parse().expect("an endpoint"),
        credentials: &credentials(inputs),
        signature_version: match vector["kind"].as_str().expect("kind") {
            "v1-rpc" | "v1-roa" => SignatureVersion::V1,
            _ => SignatureVersion::V3(algorithm(vector)),
        },
        time: SystemTime::UNIX_EPOCH
            + Duration::from_secs(inputs["unix_time"].as_u64().expect("a time")),
        nonce: &text(&inputs["nonce"]),
        user_agent: expected.get("user-agent").expect("a user agent"),
        headers: &extra,
    };
    Ok(prepared.sign(&attempt, &mut Signature::default()))
}

fn algorithm(vector: &Value) -> Algorithm {
    match vector["kind"].as_str() {
        Some("v3-rpc-sm3") => Algorithm::HmacSm3,
        _ => Algorithm::HmacSha256,
    }
}

fn credentials(inputs: &Value) -> Credentials {
    let key = || {
        (
            text(&inputs["access_key_id"]),
            text(&inputs["access_key_secret"]),
        )
    };
    match (inputs["auth"].as_str(), inputs["security_token"].as_str()) {
        (Some("Bearer"), _) => Credentials::bearer(text(&inputs["bearer_token"])),
        (Some("Anonymous"), _) => Credentials::anonymous(),
        (Some(other), _) => panic!("no credentials for {other}"),
        (None, Some(token)) => Credentials::sts(key().0, key().1, token),
        (None, None) => Credentials::access_key(key().0, key().1),
    }
}

/// Returns the operation and the input that a vector describes.
fn operation(vector: &Value) -> (&'static Operation, Input) {
    let (inputs, service) = (&vector["inputs"], &vector["service"]);
    let template = inputs["path_template"].as_str().unwrap_or("/");
    let mut input = Input::default();
    for (name, value) in members(&inputs["parameters"]) {
        let name = leak(name);
        let param = match inputs["param_styles"][name].as_str() {
            _ if template.contains(&format!("{{{name}}}")) => Param::path(name),
            Some("json") => Param::query(name).json(),
            Some("repeatList" | "flat") | None => Param::query(name),
            Some(other) => panic!("no style {other}"),
        };
        input.push(param, Box::new(value.clone()));
    }
    put_body(&inputs["body"], &mut input);
    let product = Box::leak(Box::new(Product {
        code: leak(&text(&service["product"])),
        version: leak(&text(&service["version"])),
        user_agent: "",
        endpoints: EndpointTable {
            regional: true,
            public: &[],
            vpc: &[],
        },
    }));
    let action = leak(service["action"].as_str().unwrap_or_default());
    let method = method(&text(&vector["expect"]["method"]));
    let operation = match service["style"].as_str() {
        Some("RPC") => Operation::rpc(product, action, Access::Read).method(method),
        _ => Operation::roa(product, action, method, leak(template), Access::Read),
    };
    let operation = operation.params(std::mem::take(&mut input.params).leak());
    (Box::leak(Box::new(operation)), input)
}

fn put_body(body: &Value, input: &mut Input) {
    match body["format"].as_str() {
        None => {}
        Some("form") => {
            for (name, value) in members(&body["value"]) {
                input.push(Param::form(leak(name)), Box::new(value.clone()));
            }
        }
        Some("json") => input.push(Param::body("body").json(), Box::new(body["value"].clone())),
        Some("binary") => {
            let bytes = sdk_tests::vectors::body(&serde_json::json!({ "body": body }));
            input.push(Param::body("body").raw(), Box::new(Blob::from(bytes)));
        }
        Some("raw") => input.push(Param::body("body").raw(), Box::new(text(&body["text"]))),
        Some(other) => panic!("no body format {other}"),
    }
}

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "DELETE" => Method::Delete,
        other => panic!("no method {other}"),
    }
}

/// An input with the fields of a vector.
#[derive(Debug, Default)]
struct Input {
    params: Vec<Param>,
    fields: Vec<(&'static str, Box<dyn Field>)>,
}

impl Input {
    fn push(&mut self, param: Param, field: Box<dyn Field>) {
        self.fields.push((param.name, field));
        self.params.push(param);
    }
}

impl Record for Input {
    fn field(&mut self, _: &str) -> Option<&mut dyn Field> {
        None
    }

    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>) {
        let (names, values): (Vec<_>, Vec<_>) = self
            .fields
            .iter()
            .map(|(name, field)| (*name, &**field))
            .unzip();
        reader(&names, &values);
    }
}

/// Returns the names and values of an object; none if it is absent.
fn members(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
