//! Secrets are not shown and are wiped.

use crate::model::Rich;
use alibabacloud_types::plumbing::{Field, ValueRef, wipe, write_json};
use alibabacloud_types::{Blob, JsonText, Sensitive, Value, fields};
use serde_json::json;
use std::collections::BTreeMap;

/// A secret of every kind that a model can have.
#[derive(Clone, Default)]
struct Secrets {
    text: Option<Sensitive<String>>,
    json: Option<Sensitive<JsonText>>,
    bytes: Option<Sensitive<Blob>>,
    any: Option<Sensitive<Value>>,
    list: Option<Sensitive<Vec<String>>>,
    map: Option<Sensitive<BTreeMap<String, String>>>,
    record: Option<Sensitive<Rich>>,
}
fields!(Secrets {
    text: "Text",
    json: "Json",
    bytes: "Bytes",
    any: "Any",
    list: "List",
    map: "Map",
    record: "Record",
});

fn secrets() -> Secrets {
    Secrets {
        text: Some("hunter2".into()),
        json: Some(json!({"password": "hunter2"}).into()),
        bytes: Some("hunter2".into()),
        any: Some(json!(["hunter2"]).into()),
        list: Some(vec!["hunter2".to_owned()].into()),
        map: Some(BTreeMap::from([("hunter2".to_owned(), "hunter2".to_owned())]).into()),
        record: Some(Sensitive::new(Rich {
            text: Some("hunter2".into()),
            ..Rich::default()
        })),
    }
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", secrets());
    assert!(!shown.contains("hunter2"));
    assert_eq!(shown.matches("Sensitive(**REDACTED**)").count(), 7);
    assert_eq!(format!("{:?}", ValueRef::Text("hunter2")), "Text");
}

#[test]
fn secrets_are_sent() {
    let mut out = String::new();
    write_json(secrets().value(), &mut out).unwrap();
    assert_eq!(out.matches("hunter2").count(), 7);
    assert!(out.contains("\"Bytes\":\"aHVudGVyMg==\""));
}

#[test]
fn secrets_are_found_at_any_depth() {
    let with = Rich {
        children: Some(vec![Rich {
            secret: Some("x".into()),
            ..Rich::default()
        }]),
        ..Rich::default()
    };
    assert!(with.value().has_sensitive());
    assert!(!Rich::default().value().has_sensitive());
    let map = BTreeMap::from([("k".to_owned(), Sensitive::<String>::from("x"))]);
    assert!(map.value().has_sensitive());
}

#[test]
fn wiping_leaves_nothing() {
    let mut secrets = secrets();
    wipe(&mut secrets);
    assert_eq!(secrets, Secrets::default());
}

#[test]
fn wiping_ends_in_types_that_contain_themselves() {
    let mut nested = Rich {
        child: Some(Box::new(Rich {
            any: Some(json!({"k": ["v"]})),
            ..Rich::default()
        })),
        children: Some(vec![Rich::default()]),
        ..Rich::default()
    };
    wipe(&mut nested);
    assert_eq!(nested, Rich::default());
}

#[test]
fn the_secret_can_be_taken_out() {
    let secret = Sensitive::new(vec!["a".to_owned()]);
    assert_eq!(secret.expose(), &["a"]);
    assert_eq!(secret.into_inner(), ["a"]);
}
