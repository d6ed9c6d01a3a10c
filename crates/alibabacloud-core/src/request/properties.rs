//! Properties: every value of a parameter arrives at a server unchanged.

use super::{Attempt, PreparedRequest, RequestDefaults, SignatureVersion};
use crate::credentials::Credentials;
use crate::http::Headers;
use crate::operation::{Access, EndpointTable, Operation, Param, Product};
use crate::signing::{Authorization, Received, Signature, SigningKey, parse_pairs};
use alibabacloud_types::{Value, fields};
use proptest::prelude::*;
use std::time::SystemTime;

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
struct Input {
    flat: Option<Value>,
    json: Option<Value>,
    form: Option<Value>,
}
fields!(Input {
    flat: "Flat",
    json: "Json",
    form: "Form"
});

static OPERATION: Operation = Operation::rpc(&PRODUCT, "BuyThing", Access::Write).params(&[
    Param::query("Flat"),
    Param::query("Json").json(),
    Param::form("Form"),
]);

/// The pairs of a value, by the plain rule.
fn flat(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => out.push((name.into(), flag.to_string())),
        Value::Number(number) => out.push((name.into(), number.to_string())),
        Value::String(text) => out.push((name.into(), text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flat(&format!("{name}.{}", index + 1), item, out);
            }
        }
        Value::Object(members) => {
            for (key, item) in members {
                flat(&format!("{name}.{key}"), item, out);
            }
        }
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{1,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn parameters_arrive_as_they_were_and_the_server_agrees_with_the_signature(
        flat_value in any_value(), json in any_value(), form in any_value(), v1 in any::<bool>()
    ) {
        let input = Input { flat: Some(flat_value.clone()), json: Some(json.clone()), form: Some(form.clone()) };
        let prepared = PreparedRequest::new(&OPERATION, &input, &RequestDefaults::default()).unwrap();
        let attempt = Attempt {
            endpoint: &"localhost".parse().unwrap(),
            credentials: &Credentials::access_key("id", "secret"),
            signature_version: if v1 { SignatureVersion::V1 } else { SignatureVersion::default() },
            time: SystemTime::UNIX_EPOCH,
            nonce: "nonce",
            user_agent: "agent",
            headers: &Headers::new(),
        };
        let request = prepared.sign(&attempt, &mut Signature::default());
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let body = std::str::from_utf8(&request.body).unwrap();
        let mut arrived: Vec<(String, String)> = parse_pairs(query)
            .into_iter()
            .chain(parse_pairs(body))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();

        let received = Received { method: "POST", path: "/", query, headers: &request.headers, body: &request.body };
        let (mut expected, key) = (Signature::default(), SigningKey::new("id", "secret"));
        let sent = match request.headers.get("authorization").map(Authorization::parse) {
            Some(Ok(Authorization::V3 { algorithm, signed_headers, signature, .. })) => {
                received.v3(&mut expected, &key, algorithm, &signed_headers);
                signature.to_owned()
            }
            _ => {
                received.v1_rpc(&mut expected, &key);
                arrived.iter().find(|(name, _)| name == "Signature").unwrap().1.clone()
            }
        };
        prop_assert!(expected.matches(&sent));

        arrived.retain(|(name, _)| ["Flat", "Json", "Form"].iter().any(|own| name.starts_with(own)) && name != "Format");
        arrived.sort();
        let mut given = Vec::new();
        flat("Flat", &flat_value, &mut given);
        flat("Form", &form, &mut given);
        match &json {
            Value::Null => {}
            Value::String(text) => given.push(("Json".into(), text.clone())),
            other => given.push(("Json".into(), other.to_string())),
        }
        given.sort();
        prop_assert_eq!(arrived, given);
    }
}
