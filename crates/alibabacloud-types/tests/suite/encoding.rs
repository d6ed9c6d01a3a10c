//! How values are written: JSON, flat names, comma-separated lists.

use crate::model::{Rich, Status};
use alibabacloud_types::plumbing::{Field, flatten, join, write_json, write_text};
use alibabacloud_types::{Blob, Value};
use serde_json::json;
use std::collections::BTreeMap;

fn written(value: &dyn Field) -> String {
    let mut out = String::new();
    write_json(value.value(), &mut out).unwrap();
    out
}

fn flat(value: &dyn Field) -> Vec<String> {
    let mut pairs = Vec::new();
    flatten("P", value.value(), &mut |name, text| {
        pairs.push(format!("{name}={text}"))
    })
    .unwrap();
    pairs
}

fn joined(value: &dyn Field) -> Option<String> {
    let mut out = String::new();
    join(value.value(), &mut out).unwrap().then_some(out)
}

fn text(value: &dyn Field) -> Option<String> {
    let mut out = String::new();
    write_text(value.value(), &mut out).unwrap().then_some(out)
}

/// Two filters in the form that many services accept.
fn filters() -> Vec<Rich> {
    vec![
        Rich {
            text: Some("a".into()),
            names: vec!["x".into(), String::new()],
            ..Rich::default()
        },
        Rich {
            flag: Some(true),
            child: Some(Box::new(Rich {
                number: Some(1.0),
                tags: BTreeMap::from([("k".into(), "v".into())]),
                ..Rich::default()
            })),
            ..Rich::default()
        },
    ]
}

#[test]
fn json_is_compact_and_leaves_out_what_is_unset() {
    let rich = Rich {
        text: Some("\u{6d4b} \"\\/\u{1}\n\u{7f}".into()),
        number: Some(1.0),
        status: Some(Status::Failed),
        blob: Some(Blob::from("hi")),
        any: Some(json!({"a": null, "b": [1, 2.0]})),
        children: Some(vec![]),
        secret: Some("{}".into()),
        ..Rich::default()
    };
    assert_eq!(
        written(&rich),
        "{\"Text\":\"\u{6d4b} \\\"\\\\/\\u0001\\n\u{7f}\",\"Number\":1,\"Status\":\"failed-for-good\",\"Blob\":\"aGk=\",\
         \"Any\":{\"a\":null,\"b\":[1,2.0]},\"Names\":[],\"Children\":[],\"Tags\":{},\"Always\":0,\"Secret\":\"{}\"}"
    );
}

#[test]
fn json_keeps_the_places_of_unset_elements() {
    assert_eq!(written(&vec![Some(1), None, Some(3)]), "[1,null,3]");
    assert_eq!(written(&None::<String>), "null");
}

#[test]
fn flat_names_count_from_one_and_nest() {
    assert_eq!(
        flat(&filters()),
        [
            "P.1.Text=a",
            "P.1.Names.1=x",
            "P.1.Names.2=",
            "P.1.Always=0",
            "P.2.Flag=true",
            "P.2.Child.Number=1",
            "P.2.Child.Tags.k=v",
            "P.2.Child.Always=0",
            "P.2.Always=0",
        ]
    );
}

#[test]
fn flat_scalars_are_one_pair() {
    assert_eq!(flat(&"x".to_owned()), ["P=x"]);
    assert_eq!(flat(&Some(String::new())), ["P="]);
    assert_eq!(flat(&false), ["P=false"]);
    assert_eq!(flat(&Blob::from("hi")), ["P=aGk="]);
    assert_eq!(flat(&None::<i64>), [""; 0]);
}

#[test]
fn flat_skips_unset_elements_but_keeps_their_index() {
    assert_eq!(flat(&vec![Some(1), None, Some(3)]), ["P.1=1", "P.3=3"]);
}

#[test]
fn flat_sends_nothing_for_empty_arrays_and_objects() {
    assert_eq!(flat(&Vec::<String>::new()), [""; 0]);
    assert_eq!(flat(&BTreeMap::<String, String>::new()), [""; 0]);
    assert_eq!(flat(&json!({"a": [], "b": {}, "c": null})), [""; 0]);
}

#[test]
fn flat_walks_any_json() {
    let any = json!({"Key": ["a", null, {"b": true, "c": 1.0}], "n": -5});
    assert_eq!(
        flat(&any),
        ["P.Key.1=a", "P.Key.3.b=true", "P.Key.3.c=1", "P.n=-5"]
    );
}

#[test]
fn simple_style_joins_by_commas() {
    assert_eq!(
        joined(&vec!["a".to_owned(), String::new(), "b".to_owned()]).unwrap(),
        "a,,b"
    );
    assert_eq!(joined(&vec![Some(1), None, Some(3)]).unwrap(), "1,3");
    assert_eq!(
        joined(&json!(["a", null, 2, {"k": [1]}])).unwrap(),
        r#"a,2,{"k":[1]}"#
    );
    assert_eq!(joined(&"one".to_owned()).unwrap(), "one");
    assert_eq!(joined(&Vec::<String>::new()), None);
    assert_eq!(joined(&None::<Vec<String>>), None);
}

#[test]
fn single_values_are_text_and_compound_ones_json() {
    assert_eq!(text(&"x".to_owned()).unwrap(), "x");
    assert_eq!(text(&json!("x")).unwrap(), "x");
    assert_eq!(text(&vec!["x".to_owned()]).unwrap(), r#"["x"]"#);
    assert_eq!(text(&json!({"a": "b"})).unwrap(), r#"{"a":"b"}"#);
    assert_eq!(text(&Value::Null), None);
    assert_eq!(text(&None::<bool>), None);
}

#[test]
fn a_number_that_is_not_finite_is_refused_by_its_path() {
    let mut filters = filters();
    filters[1].child.as_mut().unwrap().number = Some(f64::NAN);
    let error = write_json(filters.value(), &mut String::new()).unwrap_err();
    assert_eq!(error.path(), "[1].Child.Number");
    let error = flatten("Filter", filters.value(), &mut |_, _| {}).unwrap_err();
    assert_eq!(error.path(), "Filter.2.Child.Number");
    assert!(join(vec![f64::INFINITY].value(), &mut String::new()).is_err());
}
