//! What the decoder accepts and rejects, and its messages.

use crate::model::{Page, Rich, Status};
use alibabacloud_types::Blob;
use alibabacloud_types::plumbing::{decode, decode_root};
use std::collections::BTreeMap;

fn rich(json: &str) -> Rich {
    let mut rich = Rich::default();
    decode(json.as_bytes(), &mut rich).unwrap_or_else(|error| panic!("{json}: {error}"));
    rich
}

/// Returns path and message of the error.
fn rejected(json: &str) -> String {
    let error = decode(json.as_bytes(), &mut Rich::default()).unwrap_err();
    format!("{}: {}", error.path(), error.message())
}

#[test]
fn the_published_example_is_read() {
    let json = br#"{
        "RequestId": "1306108F-610C-40FD-AAD5-XXXXXX",
        "MaxResults": 50,
        "NextToken": "MTRBMDc0NjAtRUJFNy00N0NBLTk3NTctzxxxxxxx",
        "PackageStates": [{
            "TemplateId": "087b1e11072a40259f6fxxxxxxxxx",
            "UpdateTime": "2024-05-04T11:17:28",
            "Parameters": "{}",
            "ConfigurationInfo": "{\"username\": \"user\", \"password\": \"secret\"}\n",
            "Unheard": {"of": [1, 2]}
        }]
    }"#;
    let mut page = Page::default();
    decode(json, &mut page).unwrap();
    assert_eq!(page.max_results.as_deref(), Some("50"));
    let state = &page.package_states[0];
    assert_eq!(
        state.template_id.as_deref(),
        Some("087b1e11072a40259f6fxxxxxxxxx")
    );
    assert!(state.update_time.as_ref().unwrap().to_system_time().is_ok());
    let info = state
        .configuration_info
        .as_ref()
        .unwrap()
        .expose()
        .to_value()
        .unwrap();
    assert_eq!(info["password"], "secret");
    assert!(!format!("{page:?}").contains("secret"));
}

#[test]
fn text_takes_numbers_digit_for_digit_and_booleans() {
    for (json, text) in [
        ("50", "50"),
        ("-7", "-7"),
        ("1.10", "1.10"),
        ("1.0", "1.0"),
        ("1e999", "1e999"),
        ("-0", "-0"),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("18446744073709551615", "18446744073709551615"),
        ("true", "true"),
        ("false", "false"),
        ("\"\"", ""),
        (r#""\u6d4b \ud83d\ude00\n""#, "\u{6d4b} \u{1f600}\n"),
    ] {
        assert_eq!(
            rich(&format!(r#"{{"Text": {json}}}"#)).text.as_deref(),
            Some(text)
        );
    }
}

#[test]
fn text_takes_objects_and_arrays_as_compact_json() {
    let json = r#"{"Text": {"b" : [1.10, "x y"], "a": null}, "Names": ["n", [1, 2]]}"#;
    let rich = rich(json);
    assert_eq!(rich.text.as_deref(), Some(r#"{"b":[1.10,"x y"],"a":null}"#));
    assert_eq!(rich.names, ["n", "[1,2]"]);
}

#[test]
fn integers_take_text_and_whole_floats() {
    let rich = rich(r#"{"Int": "50", "Long": 50.0, "Always": " 7 "}"#);
    assert_eq!((rich.int, rich.long, rich.always), (Some(50), Some(50), 7));
}

#[test]
fn numbers_take_integers_and_text() {
    assert_eq!(rich(r#"{"Number": 3}"#).number, Some(3.0));
    assert_eq!(rich(r#"{"Number": "2.5"}"#).number, Some(2.5));
    assert_eq!(
        rich(r#"{"Number": 18446744073709551615}"#).number,
        Some(18_446_744_073_709_551_615.0)
    );
}

#[test]
fn booleans_take_text_in_any_case_and_bits() {
    for (json, flag) in [
        ("true", true),
        (r#""FALSE""#, false),
        (r#""True""#, true),
        ("0", false),
        ("1", true),
        (r#""1""#, true),
    ] {
        assert_eq!(rich(&format!(r#"{{"Flag": {json}}}"#)).flag, Some(flag));
    }
}

#[test]
fn empty_text_is_absent_where_no_text_is_expected() {
    let json = r#"{"Int": "", "Long": " ", "Number": "", "Flag": "", "Child": "", "Names": "", "Tags": ""}"#;
    assert_eq!(rich(json), Rich::default());
    assert_eq!(rich(r#"{"Text": ""}"#).text.as_deref(), Some(""));
}

#[test]
fn null_is_absent() {
    let json = r#"{"Text": null, "Int": null, "Any": null, "Child": null, "Names": null, "Children": null, "Tags": null}"#;
    assert_eq!(rich(json), Rich::default());
    assert_eq!(rich(r#"{"Names": [null, "a"]}"#).names, ["", "a"]);
}

#[test]
fn enums_stay_open() {
    assert_eq!(
        rich(r#"{"Status": "failed-for-good"}"#).status,
        Some(Status::Failed)
    );
    assert_eq!(
        rich(r#"{"Status": "Paused"}"#).status,
        Some(Status::Unknown("Paused".into()))
    );
    assert_eq!(
        rich(r#"{"Status": 1.50}"#).status,
        Some(Status::Unknown("1.50".into()))
    );
    assert_eq!(Status::VALUES, ["Running", "failed-for-good"]);
    assert_eq!(Status::from("Running".to_owned()).to_string(), "Running");
    assert_eq!(Status::default().as_str(), "");
}

#[test]
fn json_in_text_is_read_where_an_object_or_array_is_expected() {
    let json = r#"{"Child": "{\"Text\": \"x\", \"Int\": 1}", "Names": " [\"a\", 1.10]", "Tags": "{\"k\": \"v\"}"}"#;
    let rich = rich(json);
    let child = rich.child.unwrap();
    assert_eq!((child.text.as_deref(), child.int), (Some("x"), Some(1)));
    assert_eq!(rich.names, ["a", "1.10"]);
    assert_eq!(rich.tags["k"], "v");
}

#[test]
fn a_single_value_is_a_list_of_one() {
    let rich = rich(r#"{"Names": "a", "Children": {"Int": 1}}"#);
    assert_eq!(rich.names, ["a"]);
    assert_eq!(rich.children.unwrap()[0].int, Some(1));
}

#[test]
fn an_empty_array_is_an_empty_object() {
    let rich = rich(r#"{"Child": [], "Tags": []}"#);
    assert_eq!(rich.child.as_deref(), Some(&Rich::default()));
    assert!(rich.tags.is_empty());
}

#[test]
fn bytes_are_base64_with_padding_or_without() {
    assert_eq!(rich(r#"{"Blob": "aGk="}"#).blob, Some(Blob::from("hi")));
    assert_eq!(rich(r#"{"Blob": "aGk"}"#).blob, Some(Blob::from("hi")));
}

#[test]
fn any_keeps_nulls_and_nesting() {
    let any = rich(r#"{"Any": {"a": [1, null, "x", 2.5, {"b": false}]}}"#)
        .any
        .unwrap();
    assert_eq!(
        any,
        serde_json::json!({"a": [1, null, "x", 2.5, {"b": false}]})
    );
}

#[test]
fn the_last_of_repeated_keys_wins_whole() {
    let json = r#"{"Int": 1, "Int": 2, "Child": {"Int": 1}, "Child": {"Text": "x"}, "Names": ["a", "b"], "Names": ["c"],
        "Tags": {"k": "1", "k": "2"}, "Tags": {"l": "3"}}"#;
    let rich = rich(json);
    assert_eq!(rich.int, Some(2));
    let child = rich.child.unwrap();
    assert_eq!((child.int, child.text.as_deref()), (None, Some("x")));
    assert_eq!(rich.names, ["c"]);
    assert_eq!(rich.tags, BTreeMap::from([("l".into(), "3".into())]));
}

#[test]
fn keys_match_byte_for_byte_after_unescaping() {
    assert_eq!(
        rich(r#"{"\u0054ext": "x", "text": "y"}"#).text.as_deref(),
        Some("x")
    );
    assert_eq!(rich(r#"{"Type": "t"}"#).r#type.as_deref(), Some("t"));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(rich("\u{feff}{\"Int\": 1}").int, Some(1));
}

#[test]
fn any_root_can_be_read() {
    let mut names: Vec<String> = Vec::new();
    decode_root(br#"["a", 1]"#, &mut names).unwrap();
    assert_eq!(names, ["a", "1"]);
    let mut text: Option<String> = None;
    decode_root(br#" "x" "#, &mut text).unwrap();
    assert_eq!(text.as_deref(), Some("x"));
}

#[test]
fn errors_report_path_and_kinds_but_no_value() {
    for (json, message) in [
        (
            r#"{"Children": [{}, {"Int": "hunter2"}]}"#,
            "Children[1].Int: expected a 32-bit integer, found text that does not hold one",
        ),
        (
            r#"{"Int": 2147483648}"#,
            "Int: expected a 32-bit integer, found an integer out of range",
        ),
        (
            r#"{"Long": 9223372036854775808}"#,
            "Long: expected a 64-bit integer, found an integer out of range",
        ),
        (
            r#"{"Long": 1.5}"#,
            "Long: expected an integer, found a number with a fraction or out of range",
        ),
        (
            r#"{"Flag": 2}"#,
            "Flag: expected a boolean, found an integer",
        ),
        (
            r#"{"Tags": {"k e y": {"a": 1}}, "Number": true}"#,
            "Number: expected a number, found a boolean",
        ),
        (
            r#"{"Child": {"Number": [1]}}"#,
            "Child.Number: expected a number, found an array",
        ),
        (
            r#"{"Child": [1]}"#,
            "Child: expected an object, found an array",
        ),
        (
            r#"{"Blob": "?"}"#,
            "Blob: expected Base64 text, found other text",
        ),
        (
            r#"{"Tags": 1}"#,
            "Tags: expected an object, found an integer",
        ),
        (
            r#"{"Child": "hunter2"}"#,
            "Child: expected an object, found text that does not hold one: expected value",
        ),
        (
            r#"{"Child": "{\"Children\": [{\"Int\": \"hunter2\"}]}"}"#,
            "Child.Children[0].Int: expected an object, found text that does not hold one: \
             expected a 32-bit integer, found text that does not hold one",
        ),
        (
            r#"{"Child": "{\"Child\": \"{}\"}"}"#,
            "Child.Child: expected an object, found text that does not hold one: expected an object, found text",
        ),
        ("[1]", ": expected an object, found an array"),
        ("\n{\"Int\": }", "Int: expected value"),
        (r#"{"Int": 1} {}"#, ": trailing characters"),
        ("", ": EOF while parsing a value"),
    ] {
        assert_eq!(rejected(json), message, "{json}");
    }
}

#[test]
fn errors_show_where_to_look() {
    let error = decode(b"{\n \"Flag\": 7}", &mut Rich::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Flag: expected a boolean, found an integer (line 2, column 10)"
    );
}

#[test]
fn the_offset_counts_bytes_of_the_document() {
    let json = "\u{feff}{\n  \"Text\": \"\u{6d4b}\",\n  \"Int\": true}";
    let error = decode(json.as_bytes(), &mut Rich::default()).unwrap_err();
    assert_eq!((error.path(), error.line()), ("Int", 3));
    assert_eq!(
        &json.as_bytes()[..error.offset()][json.len() - 5..],
        b"true"
    );
}

#[test]
fn deep_nesting_is_an_error_and_not_an_overflow() {
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for json in [
        deep("[", "]"),
        deep("{\"Child\":", ""),
        format!("{{\"Any\": {}}}", deep("[", "]")),
        format!("{{\"Child\": {}}}", deep("{\"Children\":[", "]}")),
    ] {
        assert!(decode(json.as_bytes(), &mut Rich::default()).is_err());
    }
    let text = format!("{{\"Text\": {}}}", deep("[", "]"));
    assert_eq!(rich(&text).text.map(|text| text.len()), Some(200_000));
    let skipped = format!("{{\"Unheard\": {}, \"Int\": 1}}", deep("[", "]"));
    assert_eq!(rich(&skipped).int, Some(1));
}
