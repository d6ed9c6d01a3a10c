//! The credentials requests of the official clients, and their results.
//!
//! Where an official client has a bug, or a habit that is not protocol, the SDK differs, and a
//! comment at that place names the difference.

use alibabacloud_core::credentials::{
    AssumeRoleProvider, CliProfileProvider, CommandOutput, Credentials, CredentialsError,
    EcsRamRoleProvider, IniProfileProvider, MemoryEnvironment, OidcProvider, ProvideCredentials,
    UriProvider,
};
use alibabacloud_core::http::HttpRequest;
use alibabacloud_core::signing::{Signature, SigningKey, parse_pairs, v1_rpc};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_types::plumbing::parse_utc;
use sdk_tests::credentials::context;
use sdk_tests::vectors::{borrowed, headers, pairs, same, text};
use sdk_tests::{check_all, json_files, vectors_dir};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const CONFIG: &str = "/home/me/.aliyun/config.json";
const TOKEN_FILE: &str = "/var/run/token";

#[tokio::test]
async fn every_credentials_vector_is_matched() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let mut outcomes = Vec::new();
    for vector in json_files(&directory.join("credentials")) {
        outcomes.push((text(&vector["id"]), check(&vector).await));
    }
    check_all(outcomes);
}

async fn check(vector: &Value) -> Result<(), String> {
    let inputs = &vector["inputs"];
    let http = MockClient::new(scripted_responses(vector));
    let now = inputs["timestamp"]
        .as_str()
        .unwrap_or("2026-03-14T15:09:26Z");
    let time = ManualTime::starting_at(parse_utc(now).map_err(|error| error.to_string())?);
    let context = context(http.clone(), &time, environment(inputs));
    let provider = provider(vector)?;
    let provided = provider.provide(&context).await;
    let expected = vector["expect"]["requests"]
        .as_array()
        .ok_or("no requests")?;
    let actual = http.requests();
    same(
        "number of requests",
        &expected.len().to_string(),
        &actual.len().to_string(),
    )?;
    for (expected, actual) in expected.iter().zip(&actual) {
        check_request(vector, expected, actual)?;
    }
    check_outcome(vector, provided)
}

fn scripted_responses(vector: &Value) -> Vec<MockResponse> {
    let responses = vector["responses"].as_array().expect("responses");
    let mock = |response: &Value| {
        let status = response["status"].as_u64().expect("a status");
        let status = u16::try_from(status).expect("a status");
        MockResponse::new(status, text(&response["body"]))
    };
    responses.iter().map(mock).collect()
}

/// Returns the environment that the inputs describe.
fn environment(inputs: &Value) -> MemoryEnvironment {
    let machine = MemoryEnvironment::new().with_home("/home/me");
    if let Some(config) = inputs.get("config.json") {
        machine.set_file(CONFIG, config.to_string());
    } else if inputs.get("sign_in_url").is_some() {
        machine.set_file(CONFIG, login_profile(inputs).to_string());
    }
    if let Some(ini) = inputs.get("credentials.ini") {
        machine.set_file("/home/me/.alibabacloud/credentials.ini", text(ini));
    }
    if let Some(token) = inputs.get("oidc_token") {
        machine.set_file(TOKEN_FILE, text(token));
    }
    match inputs.get("ext.sh prints") {
        Some(printed) => machine.with_command(
            &["/path/to/ext.sh", "a", "b c"],
            CommandOutput::new(true, "exit status: 0", text(printed)),
        ),
        None => machine,
    }
}

/// Returns the profile of a browser login: the official providers of these kinds take its fields
/// one by one.
fn login_profile(inputs: &Value) -> Value {
    let profile = match inputs.get("refresh_token") {
        Some(refresh_token) => json!({
            "name": "login",
            "mode": "OAuth",
            "oauth_site_type": "CN",
            "oauth_access_token": inputs["access_token"],
            "oauth_access_token_expire": inputs["access_token_expire"],
            "oauth_refresh_token": refresh_token,
        }),
        None => json!({
            "name": "login",
            "mode": "CloudSSO",
            "cloud_sso_sign_in_url": inputs["sign_in_url"],
            "cloud_sso_account_id": inputs["account_id"],
            "cloud_sso_access_config": inputs["access_config"],
            "access_token": inputs["access_token"],
            "cloud_sso_access_token_expire": inputs["access_token_expire"],
        }),
    };
    json!({ "current": "login", "profiles": [profile] })
}

fn provider(vector: &Value) -> Result<Box<dyn ProvideCredentials>, String> {
    let inputs = &vector["inputs"];
    let input = |name: &str| inputs[name].as_str().map(str::to_owned);
    let first_path = vector["expect"]["requests"][0]["path"].as_str();
    if inputs.get("config.json").is_some() || inputs.get("sign_in_url").is_some() {
        let provider = CliProfileProvider::new();
        return Ok(Box::new(match input("profile") {
            Some(profile) => provider.profile(profile),
            None => provider,
        }));
    }
    if inputs.get("credentials.ini").is_some() {
        let profile = input("profile").unwrap_or_default();
        return Ok(Box::new(IniProfileProvider::new().profile(profile)));
    }
    if let Some(uri) = input("uri") {
        return Ok(Box::new(UriProvider::new().uri(uri)));
    }
    if inputs.get("oidc_token").is_some() {
        let provider = OidcProvider::new()
            .token_file(TOKEN_FILE)
            .role_arn(text(&inputs["role_arn"]))
            .provider_arn(text(&inputs["oidc_provider_arn"]))
            .session_name(text(&inputs["role_session_name"]))
            .duration(seconds(&inputs["duration_seconds"]));
        return Ok(Box::new(provider));
    }
    if inputs.get("role_arn").is_some() {
        return Ok(Box::new(assume_role(inputs)));
    }
    if first_path.is_some_and(|path| path.starts_with("/latest/")) {
        let mut provider = EcsRamRoleProvider::new();
        if let Some(role) = input("role_name") {
            provider = provider.role_name(role);
        }
        if inputs["disable_imds_v1"] == true {
            provider = provider.disable_imds_v1();
        }
        return Ok(Box::new(provider));
    }
    Err("no provider of the SDK takes these inputs".to_owned())
}

fn assume_role(inputs: &Value) -> AssumeRoleProvider {
    let (id, secret) = (
        text(&inputs["access_key_id"]),
        text(&inputs["access_key_secret"]),
    );
    let source = match inputs["security_token"].as_str() {
        Some(token) => Credentials::sts(id, secret, token),
        None => Credentials::access_key(id, secret),
    };
    let mut provider = AssumeRoleProvider::new(source, text(&inputs["role_arn"]))
        .session_name(text(&inputs["role_session_name"]))
        .duration(seconds(&inputs["duration_seconds"]));
    if let Some(policy) = inputs["policy"].as_str() {
        provider = provider.policy(policy);
    }
    if let Some(id) = inputs["external_id"].as_str() {
        provider = provider.external_id(id);
    }
    if let Some(region) = inputs["sts_region_id"].as_str() {
        provider = provider.sts_region(region);
    }
    provider.vpc(inputs["enable_vpc"] == true)
}

fn seconds(value: &Value) -> Duration {
    Duration::from_secs(value.as_u64().expect("seconds"))
}

fn check_request(vector: &Value, expected: &Value, actual: &HttpRequest) -> Result<(), String> {
    let (url, query) = actual.url.split_once('?').unwrap_or((&actual.url, ""));
    let (_, rest) = url.split_once("://").ok_or("no scheme")?;
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let form = std::str::from_utf8(&actual.body).map_err(|error| error.to_string())?;
    let is_sts = parameter(&pairs(&expected["query_pairs"]), "Action").is_some();
    if is_sts {
        // The Python client sends STS requests as GET with all parameters, including tokens, in the
        // URL; the SDK as POST with a form.
        same("method", "POST", actual.method.as_str())?;
        same("query", "", query)?;
    } else {
        same("method", &text(&expected["method"]), actual.method.as_str())?;
    }
    same("path", &text(&expected["path"]), path)?;
    check_parameters(vector, expected, query, form)?;
    check_headers(expected, actual)
}

fn parameter<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.as_str())
}

fn check_parameters(
    vector: &Value,
    expected: &Value,
    query: &str,
    form: &str,
) -> Result<(), String> {
    let body = expected["body"]["text"].as_str().unwrap_or_default();
    if body.starts_with('{') {
        let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|e| e.to_string());
        let (expected, actual) = (parse(body)?, parse(form)?);
        return same("body", &expected.to_string(), &actual.to_string());
    }
    let owned = |text| {
        parse_pairs(text)
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
    };
    let mut theirs = pairs(&expected["query_pairs"]);
    theirs.extend(owned(body));
    let mut ours: Vec<_> = owned(query).chain(owned(form)).collect();
    if let Some(signature) = parameter(&theirs, "Signature").map(str::to_owned) {
        check_signature(vector, &signature, &theirs, &ours)?;
    }
    for pairs in [&mut theirs, &mut ours] {
        pairs.retain(|(name, _)| name != "Signature" && name != "SignatureNonce");
        pairs.sort();
    }
    same("parameters", &format!("{theirs:?}"), &format!("{ours:?}"))
}

/// Checks that the parameters, with the nonce of the vector and its method, have the signature of
/// the vector, and that they are sent with their own.
fn check_signature(
    vector: &Value,
    signature: &str,
    theirs: &[(String, String)],
    ours: &[(String, String)],
) -> Result<(), String> {
    let source = match vector["inputs"].get("config.json") {
        Some(config) => &config["profiles"][0],
        None => &vector["inputs"],
    };
    let secret = text(&source["access_key_secret"]);
    let key = SigningKey::new(parameter(ours, "AccessKeyId").unwrap_or_default(), secret);
    let sign = |method, pairs: &[(String, String)]| {
        let mut signature = Signature::default();
        v1_rpc::sign(&mut signature, &key, method, &mut borrowed(pairs));
        signature
    };
    let mut unsigned = ours.to_vec();
    unsigned.retain(|(name, _)| name != "Signature");
    let own = sign("POST", &unsigned);
    same(
        "own signature",
        own.signature(),
        parameter(ours, "Signature").unwrap_or_default(),
    )?;
    for (name, value) in &mut unsigned {
        if name == "SignatureNonce" {
            *value = parameter(theirs, "SignatureNonce")
                .unwrap_or_default()
                .to_owned();
        }
    }
    let signed = sign("GET", &unsigned);
    let expected = &vector["expect"]["string_to_sign"];
    if let Some(expected) = expected.as_str() {
        same("string to sign", expected, signed.string_to_sign())?;
    }
    same("signature", signature, signed.signature())
}

/// Compares the headers that are significant to the service.
fn check_headers(expected: &Value, actual: &HttpRequest) -> Result<(), String> {
    for (name, value) in headers(expected).iter() {
        let meant = ["authorization", "content-type"].contains(&name) || name.starts_with("x-");
        if meant {
            same(name, value, actual.headers.get(name).unwrap_or_default())?;
        }
    }
    for (name, _) in actual.headers.iter() {
        if name.starts_with("x-") && headers(expected).get(name).is_none() {
            return Err(format!("{name} is sent and should not be"));
        }
    }
    // The Python client omits the port, in violation of RFC 9110.
    let host = actual.headers.get("host").unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    same(
        "host",
        headers(expected).get("host").unwrap_or_default(),
        name,
    )
}

fn check_outcome(
    vector: &Value,
    provided: Result<Credentials, CredentialsError>,
) -> Result<(), String> {
    let expected = &vector["expect"]["credentials"];
    match (provided, expected.get("error")) {
        (Err(error), Some(_)) => check_error(vector, &error.to_string()),
        (Err(error), None) => Err(format!("failed: {error}")),
        (Ok(_), Some(error)) => Err(format!("succeeded instead of {error}")),
        (Ok(credentials), None) => check_credentials(vector, expected, &credentials),
    }
}

/// Checks that an error contains the code of the service, and no secret.
fn check_error(vector: &Value, message: &str) -> Result<(), String> {
    for response in vector["responses"].as_array().expect("responses") {
        let body: Value = serde_json::from_str(&text(&response["body"])).unwrap_or_default();
        if let Some(code) = body["Code"].as_str().filter(|code| *code != "Success") {
            if !message.contains(code) {
                return Err(format!("{message} does not name {code}"));
            }
        }
    }
    let inputs = vector["inputs"].to_string();
    for secret in ["pUbL1cVect0rS3cretKeyForTests01", "CAISpublic"] {
        if inputs.contains(secret) && message.contains(secret) {
            return Err(format!("a secret in {message}"));
        }
    }
    Ok(())
}

fn check_credentials(vector: &Value, expected: &Value, actual: &Credentials) -> Result<(), String> {
    let field = |name: &str| expected[name].as_str().unwrap_or_default();
    same(
        "id",
        field("access_key_id"),
        actual.access_key_id().unwrap_or_default(),
    )?;
    same(
        "secret",
        field("access_key_secret"),
        actual.access_key_secret().unwrap_or_default(),
    )?;
    same(
        "token",
        field("security_token"),
        actual.security_token().unwrap_or_default(),
    )?;
    // Browser logins exist in the SDK only in profiles.
    let provider = match field("provider_name") {
        name @ ("oauth" | "cloud_sso") => format!("cli_profile/{name}"),
        name => name.to_owned(),
    };
    same("provider", &provider, actual.provider())?;
    let expiry = expected_expiry(vector, expected);
    same(
        "expiry",
        &format!("{expiry:?}"),
        &format!("{:?}", actual.expiry()),
    )
}

/// Returns the expected expiry. The Python client loses it in its wrappers; there it is the one of
/// the response.
fn expected_expiry(vector: &Value, expected: &Value) -> Option<SystemTime> {
    if let Some(seconds) = expected["expiration"].as_u64() {
        return Some(UNIX_EPOCH + Duration::from_secs(seconds));
    }
    let printed = vector["inputs"]["profile"] == "ext";
    let source = if printed {
        text(&vector["inputs"]["ext.sh prints"])
    } else {
        text(vector["responses"].get(0)?.get("body")?)
    };
    let body: Value = serde_json::from_str(&source).ok()?;
    let places = [&body["Credentials"]["Expiration"], &body["expiration"]];
    let found = places.iter().find_map(|place| place.as_str())?;
    parse_utc(found).ok()
}
