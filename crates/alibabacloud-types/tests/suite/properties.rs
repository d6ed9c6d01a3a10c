//! Properties of all values and all inputs.

use crate::model::{Page, Rich, Status};
use alibabacloud_types::plumbing::{
    Field, decode, decode_root, flatten, format_http_date, format_utc, parse_http_date, parse_utc,
    percent_decode, percent_encode, write_json,
};
use alibabacloud_types::{Blob, DateTime, Sensitive, Value};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        finite().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(key(), inner, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("JSON has finite numbers only", |number| number.is_finite())
}

/// Text that a lenient decoder may misread, and any other text.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC*",
        "[\\x00-\\x7f]*",
        Just("50".to_owned()),
        Just("1e5".to_owned()),
        Just("true".to_owned()),
        Just("{\"Text\": [1]}".to_owned()),
        Just("[{}, null]".to_owned()),
    ]
}

/// Keys of the model, so that arbitrary JSON reaches its fields, and others.
fn key() -> impl Strategy<Value = String> {
    static KNOWN: [&str; 16] = [
        "Text",
        "Int",
        "Long",
        "Number",
        "Flag",
        "Status",
        "Blob",
        "Any",
        "Child",
        "Names",
        "Children",
        "Tags",
        "Always",
        "Type",
        "Secret",
        "PackageStates",
    ];
    prop_oneof![4 => proptest::sample::select(&KNOWN[..]).prop_map(str::to_owned), 1 => text()]
}

fn rich() -> impl Strategy<Value = Rich> {
    let leaf = (
        (
            option::of(text()),
            any::<Option<i32>>(),
            any::<Option<i64>>(),
            option::of(finite()),
            any::<Option<bool>>(),
        ),
        option::of(text().prop_map(Status::from)),
        option::of(any::<Vec<u8>>().prop_map(Blob::from)),
        option::of(any_json().prop_filter("null is absent", |any| !any.is_null())),
        (
            vec(text(), 0..4),
            btree_map(text(), text(), 0..4),
            any::<i64>(),
        ),
        (option::of(text()), option::of(text())),
    )
        .prop_map(
            |(
                (text, int, long, number, flag),
                status,
                blob,
                any,
                (names, tags, always),
                (kind, secret),
            )| Rich {
                text,
                int,
                long,
                number,
                flag,
                status,
                blob,
                any,
                child: None,
                names,
                children: None,
                tags,
                always,
                r#type: kind,
                secret: secret.map(Sensitive::from),
            },
        );
    leaf.prop_recursive(3, 12, 3, |inner| {
        (
            inner.clone(),
            option::of(inner.clone()),
            option::of(vec(inner, 0..3)),
        )
            .prop_map(|(mut rich, child, children)| {
                rich.child = child.map(Box::new);
                rich.children = children;
                rich
            })
    })
}

fn written(rich: &Rich) -> String {
    let mut out = String::new();
    write_json(rich.value(), &mut out).unwrap();
    out
}

/// The same cases in every run; the fuzz targets look for new ones.
fn fixed() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(20_190_601),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(fixed())]

    #[test]
    fn what_is_written_is_read_back(before in rich()) {
        let mut after = Rich::default();
        decode(written(&before).as_bytes(), &mut after).unwrap();
        prop_assert_eq!(after, before);
    }

    #[test]
    fn json_means_the_same_as_through_serde(rich in rich()) {
        // Through text both times: the two may write a number differently.
        let own: Value = serde_json::from_str(&written(&rich)).unwrap();
        let theirs: Value = serde_json::from_str(&serde_json::to_string(&rich).unwrap()).unwrap();
        prop_assert!(same(&own, &theirs), "{} is not {}", own, theirs);
    }

    #[test]
    fn what_serde_writes_serde_reads_back(before in rich()) {
        let tree = serde_json::to_value(&before).unwrap();
        prop_assert_eq!(serde_json::from_value::<Rich>(tree).unwrap(), before.clone());
        let mut bytes = Vec::new();
        ciborium::into_writer(&before, &mut bytes).unwrap();
        prop_assert_eq!(ciborium::from_reader::<Rich, _>(bytes.as_slice()).unwrap(), before);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let _ = decode(&bytes, &mut Rich::default());
        let _ = decode_root(&bytes, &mut Vec::<String>::new());
    }

    #[test]
    fn arbitrary_json_never_panics(json in any_json()) {
        let text = json.to_string();
        let _ = decode(text.as_bytes(), &mut Rich::default());
        let _ = decode(text.as_bytes(), &mut Page::default());
        let _ = decode_root(text.as_bytes(), &mut vec![Rich::default()]);
    }

    #[test]
    fn cut_json_is_an_error(rich in rich(), cut in any::<proptest::sample::Index>()) {
        let text = written(&rich);
        let end = cut.index(text.len());
        prop_assert!(decode(&text.as_bytes()[..end], &mut Rich::default()).is_err());
    }

    #[test]
    fn every_json_is_text_for_a_text_field(json in any_json()) {
        let mut text = None::<String>;
        decode_root(json.to_string().as_bytes(), &mut text).unwrap();
        let expected = match json {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        };
        prop_assert_eq!(text, expected);
    }

    #[test]
    fn flat_names_are_unique_and_begin_with_the_parameter(mut rich in rich()) {
        // A key with a dot can spell another name; the services have no such keys.
        rich.any = None;
        rich.tags.clear();
        rich.child = None;
        rich.children = None;
        let mut names = BTreeSet::new();
        let mut count = 0;
        flatten("Filter", rich.value(), &mut |name, _| {
            count += 1;
            names.insert(name.to_owned());
        }).unwrap();
        prop_assert_eq!(names.len(), count);
        prop_assert!(names.iter().all(|name| name.starts_with("Filter.")));
    }

    #[test]
    fn percent_encoding_comes_back_and_is_unreserved(text in any::<String>()) {
        let mut encoded = String::new();
        percent_encode(&text, &mut encoded);
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)));
        prop_assert_eq!(percent_decode(&encoded), Some(text));
    }

    #[test]
    fn arbitrary_texts_are_dates_or_errors(text in prop_oneof![
        any::<String>(),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]*)?)?)?(Z|[+-][0-9:]*)?",
        "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
    ]) {
        let _ = DateTime::from(text.as_str()).to_system_time();
        let _ = parse_http_date(&text);
    }

    #[test]
    fn dates_come_back(seconds in 0..253_402_300_800_u64) {
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        prop_assert_eq!(parse_utc(&format_utc(time)), Ok(time));
        prop_assert_eq!(parse_http_date(&format_http_date(time)), Ok(time));
    }

    #[test]
    fn any_time_of_the_system_can_be_written(seconds in any::<i64>()) {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        if let Some(time) = time {
            prop_assert!(format_utc(time).ends_with('Z'));
            prop_assert!(format_http_date(time).ends_with("GMT"));
        }
    }
}

/// Returns whether the values are equal, where `1` and `1.0` are the same number.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64() == right.as_f64()
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|((k, left), (l, right))| k == l && same(left, right))
        }
        _ => left == right,
    }
}
