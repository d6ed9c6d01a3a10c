//! What leniency must not do: lose a document for one character, invent a value, or take any amount
//! of memory.

use crate::model::Rich;
use alibabacloud_types::plumbing::{Record, decode, decode_root, decode_within};
use alibabacloud_types::{JsonText, Value, fields};
use std::collections::BTreeMap;

/// Lists of every kind of item.
#[derive(Clone, Default)]
struct Lists {
    int: Option<i32>,
    items: Vec<Item>,
    optional: Option<Vec<Item>>,
    names: Vec<String>,
    numbers: Vec<f64>,
    maps: Vec<BTreeMap<String, String>>,
    values: Vec<Value>,
}
fields!(Lists {
    int: "Int",
    items: "Items",
    optional: "Optional",
    names: "Names",
    numbers: "Numbers",
    maps: "Maps",
    values: "Values",
});

#[derive(Clone, Default)]
struct Item {
    id: Option<String>,
    size: Option<i64>,
    tags: Vec<String>,
    parts: Vec<Item>,
}
fields!(Item {
    id: "Id",
    size: "Size",
    tags: "Tag",
    parts: "Parts",
});

fn read<T: Record + Default>(json: &[u8]) -> T {
    let mut record = T::default();
    decode(json, &mut record)
        .unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(json)));
    record
}

fn rich(json: impl AsRef<[u8]>) -> Rich {
    read(json.as_ref())
}

fn lists(json: impl AsRef<[u8]>) -> Lists {
    read(json.as_ref())
}

/// Returns path and message of the error.
fn rejected<T: Record + Default>(json: &str) -> String {
    let Err(error) = decode(json.as_bytes(), &mut T::default()) else {
        panic!("{json} is accepted");
    };
    format!("{}: {}", error.path(), error.message())
}

fn item(id: &str) -> Item {
    Item {
        id: Some(id.to_owned()),
        ..Item::default()
    }
}

#[test]
fn one_broken_character_costs_one_character() {
    let cases: [(&[u8], &str); 9] = [
        (br"done \ud83d", "done \u{fffd}"),
        (br"\ude00 \uD83D\n", "\u{fffd} \u{fffd}\n"),
        (br"C:\Users", "C:\u{fffd}Users"),
        (br"C:\Data", "C:\u{fffd}Data"),
        (b"\xd6\xd0 end", "\u{fffd}\u{fffd} end"),
        (b"\xe6\xb5", "\u{fffd}"),
        (b"\x1b[31mred\nnext", "\u{fffd}[31mred\u{fffd}next"),
        (b"nul\0", "nul\u{fffd}"),
        (b"cut \xd5\x5c", "cut \u{fffd}"),
    ];
    for (bytes, expected) in cases {
        let items = [
            b"{\"Items\":[{\"Id\":\"",
            bytes,
            b"\"},{\"Id\":\"next\"}],\"Int\":7}",
        ];
        let lists = lists(items.concat());
        assert_eq!(lists.items, [item(expected), item("next")]);
        assert_eq!(lists.int, Some(7));
    }
}

#[test]
fn broken_characters_cost_no_digit_of_other_texts() {
    let rich = rich(br#"{"Text": 1.10, "Type": "\ud83d", "Names": [{"a" : "\ud83d"}, 2.50]}"#);
    assert_eq!(rich.text.as_deref(), Some("1.10"));
    assert_eq!(rich.r#type.as_deref(), Some("\u{fffd}"));
    assert_eq!(rich.names, ["{\"a\":\"\u{fffd}\"}", "2.50"]);
}

#[test]
fn broken_characters_are_repaired_wherever_text_is() {
    let rich = rich(
        br#"{"Tags": {"\ud83d": "\ud83d"}, "Any": {"a": ["\ud83d"]}, "\ud83d": 1, "Secret": "\ud83d",
            "Status": "\ud83d", "Unheard": "\ud83d"}"#,
    );
    let broken = "\u{fffd}".to_owned();
    assert_eq!(rich.tags, BTreeMap::from([(broken.clone(), broken)]));
    assert_eq!(rich.any, Some(serde_json::json!({"a": ["\u{fffd}"]})));
    assert_eq!(rich.secret.unwrap().expose().as_str(), "\u{fffd}");
    assert_eq!(rich.status.unwrap().as_str(), "\u{fffd}");
}

#[test]
fn json_in_text_is_repaired_as_the_document_is() {
    // The first has half a pair only in the inner document, the second a raw line break.
    let rich = rich(r#"{"Child": "{\"Text\": \"\\ud83d\"}"}"#);
    assert_eq!(rich.child.unwrap().text.as_deref(), Some("\u{fffd}"));
    let lists = lists(r#"{"Items": "[{\"Id\": \"a\nb\"}]"}"#);
    assert_eq!(lists.items, [item("a\u{fffd}b")]);

    let text = JsonText::from(r#"["\ud83d"]"#);
    assert_eq!(text.as_str(), r#"["\ud83d"]"#);
    assert_eq!(text.to_value().unwrap(), serde_json::json!(["\u{fffd}"]));
    assert_eq!(text.parse::<Vec<String>>().unwrap(), ["\u{fffd}"]);
    assert!(JsonText::from("[\"\\ud83d\"").to_value().is_err());
}

#[test]
fn byte_order_marks_and_utf_16_are_read() {
    let utf_16: Vec<u8> = "\u{feff}{\"Text\":\"\u{6d4b}\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(rich(utf_16).text.as_deref(), Some("\u{6d4b}"));
    assert_eq!(rich("\u{feff}\u{feff}{\"Int\": 1}").int, Some(1));
    assert_eq!(rich("\u{feff} {\"Int\": 1}\0").int, Some(1));
}

#[test]
fn what_is_repaired_still_has_its_error() {
    let error = decode(
        br#"{"Text": "\ud83d", "Children": [{"Int": true}]}"#,
        &mut Rich::default(),
    );
    let error = error.unwrap_err();
    assert_eq!(error.path(), "Children[0].Int");
    assert_eq!(
        error.message(),
        "expected a 32-bit integer, found a boolean"
    );
    assert_eq!(
        rejected::<Rich>("{\"Text\": \"\u{1}\""),
        ": EOF while parsing an object"
    );
}

#[test]
fn an_object_in_place_of_a_list_is_empty_its_wrapper_or_the_only_item() {
    for (json, items) in [
        (r#"{"Items": {}}"#, vec![]),
        (r#"{"Items": [], "Names": {}, "Numbers": {}}"#, vec![]),
        (
            r#"{"Items": {"Item": [{"Id": "a"}, {"Id": "b"}]}}"#,
            vec![item("a"), item("b")],
        ),
        (r#"{"Items": {"Item": {"Id": "a"}}}"#, vec![item("a")]),
        (r#"{"Items": {"Item": {}}}"#, vec![]),
        (r#"{"Items": {"Item": []}}"#, vec![]),
        (r#"{"Items": {"Item": null}}"#, vec![]),
        (r#"{"Items": {"A": {"B": [{"Id": "a"}]}}}"#, vec![item("a")]),
        (r#"{"Items": {"Id": "a"}}"#, vec![item("a")]),
        (r#"{"Items": {"Id": null}}"#, vec![Item::default()]),
        (r#"{"Items": {"New": [1], "Id": "a"}}"#, vec![item("a")]),
        (r#"{"Items": {"New": "x", "Id": "a"}}"#, vec![item("a")]),
        (r#"{"Items": {"Id": "a", "New": {}}}"#, vec![item("a")]),
        (
            r#"{"Items": {"Id": 1.10, "Size": "5"}}"#,
            vec![Item {
                size: Some(5),
                ..item("1.10")
            }],
        ),
        // The key is a text of the items, but holds a list.
        (r#"{"Items": {"Id": [{"Id": "a"}]}}"#, vec![item("a")]),
        // The key is a list of the items.
        (
            r#"{"Items": {"Tag": ["x"]}}"#,
            vec![Item {
                tags: vec!["x".into()],
                ..Item::default()
            }],
        ),
        (
            r#"{"Items": {"Item": [{"Id": "a", "Parts": {"Part": [{"Id": "p"}]}, "Tag": {"T": ["x"]}}]}}"#,
            vec![Item {
                tags: vec!["x".into()],
                parts: vec![item("p")],
                ..item("a")
            }],
        ),
        (r#"{"Items": "{}"}"#, vec![]),
        (
            r#"{"Items": "{\"Item\": [{\"Id\": \"a\"}]}"}"#,
            vec![item("a")],
        ),
        (r#"{"Items": "{\"Id\": \"a\"}"}"#, vec![item("a")]),
        (r#"{"Items": [null, {"Id": "a"}, ""]}"#, vec![item("a")]),
        (r#"{"Items": [{}]}"#, vec![Item::default()]),
    ] {
        assert_eq!(lists(json).items, items, "{json}");
    }
    assert_eq!(lists(r#"{"Optional": {}}"#).optional, Some(vec![]));
    assert_eq!(lists(r#"{"Optional": {"Item": null}}"#).optional, None);
    // A repeated key replaces the whole list.
    let json = r#"{"Items": [{"Id": "a"}], "Items": {"Item": [{"Id": "b"}]}}"#;
    assert_eq!(lists(json).items, [item("b")]);
}

#[test]
fn wrappers_hold_lists_of_every_kind() {
    let lists = lists(
        r#"{"Names": {"Name": ["a", 1.10]}, "Numbers": {"Number": [1, 2.5]},
            "Maps": {"Map": [{"k": "v"}]}, "Values": {"Value": [1, {"a": 2}]}}"#,
    );
    assert_eq!(lists.names, ["a", "1.10"]);
    assert_eq!(lists.numbers, [1.0, 2.5]);
    assert_eq!(lists.maps, [BTreeMap::from([("k".into(), "v".into())])]);
    assert_eq!(lists.values, [Value::from(1), serde_json::json!({"a": 2})]);
}

#[test]
fn an_object_of_any_keys_is_the_only_item() {
    let lists = lists(r#"{"Maps": {"k": "v", "l": 1.10}, "Values": {"k": {"a": 1}, "l": [2]}}"#);
    let map = [("k".into(), "v".into()), ("l".into(), "1.10".into())];
    assert_eq!(lists.maps, [BTreeMap::from(map)]);
    assert_eq!(lists.values, [serde_json::json!({"k": {"a": 1}, "l": [2]})]);
}

#[test]
fn no_item_is_made_of_an_object_without_its_fields() {
    const NONE: &str = "expected an array, found an object without a field of its items";
    for (json, path) in [
        (r#"{"Items": {"New": 1}}"#, "Items"),
        (r#"{"Items": {"New": "x"}}"#, "Items"),
        (
            r#"{"Items": {"New": [{"Id": "a"}], "TotalCount": 1}}"#,
            "Items",
        ),
        (r#"{"Items": {"Item": {"New": true}}}"#, "Items.Item"),
        (r#"{"Items": [{"Parts": {"New": 1}}]}"#, "Items[0].Parts"),
        (r#"{"Names": {"a": 1}}"#, "Names"),
        (r#"{"Names": {"a": [], "b": []}}"#, "Names"),
        (r#"{"Numbers": {"a": 1}}"#, "Numbers"),
    ] {
        assert_eq!(rejected::<Lists>(json), format!("{path}: {NONE}"), "{json}");
    }
    assert!(rejected::<Lists>(r#"{"Items": 5}"#).starts_with("Items: expected an object"));
    assert!(rejected::<Lists>(r#"{"Items": "-"}"#).starts_with("Items: expected an object"));
}

#[test]
fn errors_in_wrappers_have_their_path() {
    assert_eq!(
        rejected::<Lists>(r#"{"Items": {"Item": [{"Id": "a"}, {"Size": true}]}}"#),
        "Items.Item[1].Size: expected a 64-bit integer, found a boolean"
    );
}

#[test]
fn text_without_a_value_is_absent_and_the_rest_is_read() {
    for text in ["N/A", "-", "--", "NaN", "none", "Unknown", "Infinity"] {
        let json = format!(
            r#"{{"Int": "{text}", "Long": "{text}", "Number": "{text}", "Flag": "{text}",
                "Child": "{text}", "Text": "{text}", "Names": ["{text}"], "Always": 3}}"#
        );
        let expected = Rich {
            text: Some(text.to_owned()),
            names: vec![text.to_owned()],
            always: 3,
            ..Rich::default()
        };
        assert_eq!(rich(json), expected);
    }
    let json = r#"{"Number": NaN, "Int": Infinity, "Long": -Infinity, "Text": "NaN"}"#;
    let expected = Rich {
        text: Some("NaN".to_owned()),
        ..Rich::default()
    };
    assert_eq!(rich(json), expected);
}

#[test]
fn a_value_is_never_hidden_or_invented() {
    for (json, message) in [
        (
            r#"{"Int": "unlimited"}"#,
            "Int: expected a 32-bit integer, found text that does not hold one",
        ),
        (
            r#"{"Flag": "yes"}"#,
            "Flag: expected a boolean, found text that does not hold one",
        ),
        (
            r#"{"Int": "10 MB"}"#,
            "Int: expected a 32-bit integer, found text that does not hold one",
        ),
        (
            r#"{"Number": "1,5"}"#,
            "Number: expected a number, found text that does not hold one",
        ),
        (
            r#"{"Long": "50.5"}"#,
            "Long: expected a 64-bit integer, found text that does not hold one",
        ),
        (
            r#"{"Int": "2147483648"}"#,
            "Int: expected a 32-bit integer, found an integer out of range",
        ),
        (
            r#"{"Always": "N/A"}"#,
            "Always: expected a 64-bit integer, found text that does not hold one",
        ),
        (
            r#"{"Always": null}"#,
            "Always: expected a 64-bit integer, found null",
        ),
        (
            r#"{"Always": " "}"#,
            "Always: expected a 64-bit integer, found empty text",
        ),
    ] {
        assert_eq!(rejected::<Rich>(json), message, "{json}");
    }
    for (json, message) in [
        (
            r#"{"Numbers": [1, null]}"#,
            "Numbers[1]: expected a number, found null",
        ),
        (
            r#"{"Numbers": [1, NaN]}"#,
            "Numbers[1]: expected a number, found null",
        ),
        (
            r#"{"Numbers": ["-"]}"#,
            "Numbers[0]: expected a number, found text that does not hold one",
        ),
        (
            r#"{"Numbers": [""]}"#,
            "Numbers[0]: expected a number, found empty text",
        ),
        (
            r#"{"Numbers": "-"}"#,
            "Numbers: expected a number, found text that does not hold one",
        ),
    ] {
        assert_eq!(rejected::<Lists>(json), message, "{json}");
    }
}

#[test]
fn values_take_no_more_memory_than_the_limit() {
    fn check<T: Record + Default>(path: &str, json: String) {
        let limit = 256 * 1024;
        let error = decode_within(json.as_bytes(), &mut T::default(), limit).unwrap_err();
        assert!(error.is_over_limit());
        assert!(error.path().starts_with(path), "{path} {}", error.path());
        let message = "the decoded values take more than 262144 bytes of memory";
        assert!(error.message().ends_with(message), "{error}");
        decode_within(json.as_bytes(), &mut T::default(), usize::MAX).unwrap();
    }
    let many = |element: &str| vec![element; 20_000].join(",");
    let entries: Vec<_> = (0..20_000).map(|n| format!("\"{n}\":\"\"")).collect();
    let entries = entries.join(",");
    let empty = many("{}");
    check::<Lists>("Items[", format!(r#"{{"Items":[{empty}]}}"#));
    check::<Lists>("Items[", format!(r#"{{"Items":"[{empty}]"}}"#));
    check::<Lists>(
        "Items.Item[",
        format!(r#"{{"Items":{{"Item":[{empty}]}}}}"#),
    );
    check::<Lists>(
        "Items[",
        format!(r#"{{"Items":[{}]}}"#, many(r#"{"Parts":[{}]}"#)),
    );
    check::<Lists>("Names[", format!(r#"{{"Names":[{}]}}"#, many("\"\"")));
    check::<Lists>(
        "Values[",
        format!(r#"{{"Values":[{}]}}"#, many(r#"{"":[0]}"#)),
    );
    check::<Rich>(
        "Children[",
        format!(r#"{{"Children":[{}]}}"#, many(r#"{"Child":{}}"#)),
    );
    check::<Rich>("Tags", format!(r#"{{"Tags":{{{entries}}}}}"#));
    check::<Rich>("Any", format!(r#"{{"Any":[{}]}}"#, many("0")));
    check::<Rich>("Any", format!(r#"{{"Any":[{}]}}"#, many(r#"{"":0}"#)));
    check::<Rich>("Any", format!(r#"{{"Any":{{{entries}}}}}"#));
    let error = decode(b"[1", &mut Rich::default()).unwrap_err();
    assert!(!error.is_over_limit());
}

#[test]
fn values_that_are_skipped_or_texts_are_free() {
    let many = vec!["{\"a\":[0]}"; 100_000].join(",");
    let json = format!(r#"{{"Unheard":[{many}],"Text":[{many}],"Int":1}}"#);
    let mut rich = Rich::default();
    decode_within(json.as_bytes(), &mut rich, 0).unwrap();
    assert_eq!(rich.int, Some(1));
}

#[test]
fn wrappers_in_wrappers_have_a_limit() {
    let nested = |levels: usize, open: &str, close: &str| {
        format!("{}{}{}", open.repeat(levels), "[]", close.repeat(levels))
    };
    let wrapped = nested(5, r#"{"w":"#, "}");
    assert!(lists(format!(r#"{{"Items":{wrapped}}}"#)).items.is_empty());
    for (open, close) in [(r#"{"w":"#, "}"), (r#"{"w":[{"Parts":"#, "}]}")] {
        let json = format!(r#"{{"Items":{}}}"#, nested(10_000, open, close));
        assert!(rejected::<Lists>(&json).ends_with("recursion limit exceeded"));
    }
}

#[test]
fn a_root_is_read_by_the_same_rules() {
    let mut items: Vec<Item> = Vec::new();
    decode_root(br#"{"Item": [{"Id": "\ud83d"}]}"#, &mut items).unwrap();
    assert_eq!(items, [item("\u{fffd}")]);
    let mut any = Value::Null;
    decode_root(
        br#"{"a": [1, -2, 2.5, 18446744073709551615, null, "x", true]}"#,
        &mut any,
    )
    .unwrap();
    assert_eq!(
        any,
        serde_json::json!({"a": [1, -2, 2.5, 18_446_744_073_709_551_615_u64, null, "x", true]})
    );
}
