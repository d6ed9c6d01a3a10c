//! The impls of the feature `serde`, with formats that differ from each other.

use crate::model::{Rich, Status};
use alibabacloud_types::plumbing::{Field, deserialize, write_json};
use alibabacloud_types::{Blob, DateTime, Sensitive};
use serde::de::IntoDeserializer;
use serde::de::value::{Error, MapDeserializer};
use serde_json::json;
use std::collections::BTreeMap;

fn rich() -> Rich {
    Rich {
        text: Some("\u{6d4b}".into()),
        int: Some(-1),
        long: Some(i64::MAX),
        number: Some(0.5),
        flag: Some(false),
        status: Some(Status::Unknown("new".into())),
        blob: Some(Blob::from(&[0, 255])),
        any: Some(json!({"a": [1, null]})),
        child: Some(Box::default()),
        names: vec!["a".into()],
        children: Some(vec![Rich::default()]),
        tags: BTreeMap::from([("k".into(), "v".into())]),
        always: 3,
        r#type: None,
        secret: Some("s".into()),
    }
}

#[test]
fn json_text_comes_back_and_is_that_of_the_encoder() {
    let text = serde_json::to_string(&rich()).unwrap();
    assert_eq!(serde_json::from_str::<Rich>(&text).unwrap(), rich());
    let mut own = String::new();
    write_json(rich().value(), &mut own).unwrap();
    assert_eq!(text, own);
}

#[test]
fn a_json_tree_comes_back() {
    let tree = serde_json::to_value(rich()).unwrap();
    assert_eq!(tree["Status"], "new");
    assert_eq!(serde_json::from_value::<Rich>(tree).unwrap(), rich());
}

#[test]
fn a_binary_format_comes_back() {
    let mut bytes = Vec::new();
    ciborium::into_writer(&rich(), &mut bytes).unwrap();
    assert_eq!(
        ciborium::from_reader::<Rich, _>(bytes.as_slice()).unwrap(),
        rich()
    );
}

#[test]
fn types_written_by_hand_have_the_impls() {
    let time: DateTime = serde_json::from_str("\"2024-05-04\"").unwrap();
    assert_eq!(serde_json::to_value(&time).unwrap(), "2024-05-04");
    let secret: Sensitive<String> = serde_json::from_str("12").unwrap();
    assert_eq!(secret.expose(), "12");
    assert_eq!(serde_json::to_value(&secret).unwrap(), "12");
}

#[test]
fn reading_is_lenient_in_every_format() {
    let tree = json!({"Text": 1.5, "Int": "50", "Type": {"a": [1]}, "Names": "one", "Child": "{\"Int\": 1}"});
    let rich: Rich = serde_json::from_value(tree).unwrap();
    assert_eq!(rich.text.as_deref(), Some("1.5"));
    assert_eq!(rich.int, Some(50));
    assert_eq!(rich.r#type.as_deref(), Some(r#"{"a":[1]}"#));
    assert_eq!(rich.names, ["one"]);
    assert_eq!(rich.child.unwrap().int, Some(1));
}

#[test]
fn errors_hold_no_value() {
    let error = serde_json::from_value::<Rich>(json!({"Int": "hunter2"})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a 32-bit integer, found text that does not hold one"
    );
}

/// Decodes a number in the form of serde_json when another crate enables its feature
/// `arbitrary_precision`.
fn arbitrary_precision<T: Field + Default>(digits: &str) -> Result<T, Error> {
    let entries = [("$serde_json::private::Number", digits)];
    deserialize(MapDeserializer::new(entries.into_iter()).into_deserializer())
}

#[test]
fn numbers_are_read_with_arbitrary_precision_too() {
    assert_eq!(arbitrary_precision::<String>("1.10").unwrap(), "1.10");
    assert_eq!(arbitrary_precision::<Option<i64>>("7").unwrap(), Some(7));
    assert_eq!(arbitrary_precision::<i32>("7.0").unwrap(), 7);
    assert_eq!(arbitrary_precision::<f64>("1e-7").unwrap(), 1e-7);
    assert!(arbitrary_precision::<bool>("1").unwrap());
    assert_eq!(
        arbitrary_precision::<Vec<String>>("1.10").unwrap(),
        ["1.10"]
    );
    assert_eq!(
        arbitrary_precision::<Status>("1").unwrap(),
        Status::from("1")
    );
    assert!(arbitrary_precision::<i64>("1e400").is_err());
    assert!(arbitrary_precision::<Rich>("1").is_err());
    assert!(arbitrary_precision::<BTreeMap<String, String>>("1").is_err());
}
