//! The signatures of the official clients, computed again from the parts that they signed.

use alibabacloud_core::signing::{
    Algorithm, Authorization, Received, Signature, SignedHeaders, SigningKey, body_hash,
    push_query, v1_roa, v1_rpc, v3,
};
use sdk_tests::vectors::{body, borrowed, headers, pairs, same, text};
use sdk_tests::{check_all, json_file, json_files, vectors_dir};
use serde_json::Value;

#[test]
fn every_request_vector_has_its_signature() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let vectors = json_files(&directory.join("requests"));
    assert_eq!(vectors.len(), 46);
    check_all(
        vectors
            .iter()
            .map(|vector| (text(&vector["id"]), check(vector, sent))),
    );
}

#[test]
fn a_server_computes_the_signature_of_every_request_vector() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let vectors = json_files(&directory.join("requests"));
    check_all(
        vectors
            .iter()
            .map(|vector| (text(&vector["id"]), check(vector, received))),
    );
}

#[test]
fn every_documented_example_has_its_signature() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let file = json_file(&directory.join("doc-examples.json"));
    let examples = file["examples"].as_array().expect("examples");
    assert_eq!(examples.len(), 3);
    check_all(
        examples
            .iter()
            .map(|example| (text(&example["id"]), documented(example))),
    );
}

/// Checks one vector against a signing function. Requests with bearer tokens and anonymous requests
/// have no signature.
fn check(vector: &Value, sign: fn(&Value, &mut Signature)) -> Result<(), String> {
    let expect = &vector["expect"];
    if vector["inputs"]["auth"].is_string() {
        let unsigned = header(expect, "authorization").is_none() && expect["signature"].is_null();
        return unsigned.then_some(()).ok_or("expected no signature".into());
    }
    let mut signature = Signature::default();
    sign(vector, &mut signature);
    compare(
        "canonical request",
        &expect["canonical_request"],
        signature.canonical(),
    )?;
    compare(
        "string to sign",
        &expect["string_to_sign"],
        signature.string_to_sign(),
    )?;
    compare(
        "authorization",
        &expect["authorization"],
        signature.authorization(),
    )?;
    same(
        "signature",
        &text(&expect["signature"]),
        signature.signature(),
    )
}

/// Signs as a client does, from the decoded parts.
fn sent(vector: &Value, signature: &mut Signature) {
    let (inputs, expect) = (&vector["inputs"], &vector["expect"]);
    let key = key(inputs);
    let method = text(&expect["method"]);
    let headers = headers(expect);
    let mut pairs = pairs(&expect["query_pairs"]);
    match kind(vector) {
        "v1-rpc" => {
            pairs.extend(form_pairs(vector));
            pairs.retain(|(name, _)| name != "Signature");
            v1_rpc::sign(signature, &key, &method, &mut borrowed(&pairs));
        }
        "v1-roa" => {
            let path = text(&expect["path"]);
            v1_roa::sign(
                signature,
                &key,
                &method,
                &path,
                &mut borrowed(&pairs),
                &headers,
            );
        }
        _ => {
            pairs.sort();
            let mut query = String::new();
            push_query(borrowed(&pairs), &mut query);
            let algorithm = algorithm(vector);
            let hash = body_hash(algorithm, &body(expect));
            assert_eq!(hash, text(&expect["hashed_payload"]));
            let names: Vec<_> = expect["signed_headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(text)
                .collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let request = v3::RequestParts {
                method: &method,
                path: &text(&expect["path"]),
                query: &query,
                headers: &headers,
                body_hash: &hash,
            };
            v3::sign(
                signature,
                &key,
                algorithm,
                &request,
                SignedHeaders::Named(&names),
            );
        }
    }
}

/// Signs as a server does, from the recorded bytes and the recorded `authorization`.
fn received(vector: &Value, signature: &mut Signature) {
    let (inputs, expect) = (&vector["inputs"], &vector["expect"]);
    let key = key(inputs);
    let (method, path, query) = (
        text(&expect["method"]),
        text(&expect["path"]),
        text(&expect["query"]),
    );
    let (headers, body) = (headers(expect), body(expect));
    let received = Received {
        method: &method,
        path: &path,
        query: &query,
        headers: &headers,
        body: &body,
    };
    match headers.get("authorization").map(Authorization::parse) {
        None => received.v1_rpc(signature, &key),
        Some(Ok(Authorization::V1Roa {
            signature: theirs, ..
        })) => {
            received.v1_roa(signature, &key);
            assert!(signature.matches(theirs));
        }
        Some(Ok(Authorization::V3 {
            algorithm,
            access_key_id,
            signed_headers,
            signature: theirs,
        })) => {
            assert_eq!(access_key_id, key.access_key_id());
            received.v3(signature, &key, algorithm, &signed_headers);
            assert!(signature.matches(theirs));
        }
        other => panic!("{other:?}"),
    }
}

fn documented(example: &Value) -> Result<(), String> {
    let (inputs, expect) = (&example["inputs"], &example["expect"]);
    let (key, method) = (key(inputs), text(&inputs["method"]));
    let mut signature = Signature::default();
    if kind(example) == "v1-rpc" {
        let parameters = inputs["parameters"].as_object().expect("parameters");
        let mut parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        v1_rpc::sign(&mut signature, &key, "POST", &mut parameters);
        same(
            "signature of a POST",
            &text(&expect["signature_if_post"]),
            signature.signature(),
        )?;
        v1_rpc::sign(&mut signature, &key, &method, &mut parameters);
    } else {
        let mut query = String::new();
        push_query(borrowed(&pairs(&inputs["query_pairs"])), &mut query);
        let request = v3::RequestParts {
            method: &method,
            path: &text(&inputs["path"]),
            query: &query,
            headers: &headers(inputs),
            body_hash: &body_hash(Algorithm::HmacSha256, b""),
        };
        v3::sign(
            &mut signature,
            &key,
            Algorithm::HmacSha256,
            &request,
            SignedHeaders::Default,
        );
        same(
            "canonical request",
            &text(&expect["canonical_request"]),
            signature.canonical(),
        )?;
    }
    same(
        "string to sign",
        &text(&expect["string_to_sign"]),
        signature.string_to_sign(),
    )?;
    same(
        "signature",
        &text(&expect["signature"]),
        signature.signature(),
    )
}

fn kind(vector: &Value) -> &str {
    vector["kind"].as_str().expect("kind")
}

fn algorithm(vector: &Value) -> Algorithm {
    match kind(vector) {
        "v3-rpc-sm3" => Algorithm::HmacSm3,
        _ => Algorithm::HmacSha256,
    }
}

fn key(inputs: &Value) -> SigningKey {
    SigningKey::new(
        text(&inputs["access_key_id"]),
        text(&inputs["access_key_secret"]),
    )
}

fn header(expect: &Value, name: &str) -> Option<String> {
    headers(expect).get(name).map(str::to_owned)
}

fn form_pairs(vector: &Value) -> Vec<(String, String)> {
    let expect = &vector["expect"];
    match header(expect, "content-type") {
        Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => {
            let body = String::from_utf8(body(expect)).unwrap();
            let pairs = alibabacloud_core::signing::parse_pairs(&body);
            pairs
                .into_iter()
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Compares a value if the vector has it.
fn compare(what: &str, expected: &Value, actual: &str) -> Result<(), String> {
    match expected.as_str() {
        Some(expected) => same(what, expected, actual),
        None => Ok(()),
    }
}
