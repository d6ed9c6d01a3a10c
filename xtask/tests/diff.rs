//! Tests the differ on two small versions of an invented service. `spec_history.rs` has real ones.

use alibabacloud_spec::{
    ErrorCode, Kind, Operation, OperationClass, Pagination, Parameter, Property, Ram, RamStatus,
    RateLimit, Response, Service, Waiter,
};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use xtask::diff::{Bump, Change, ChangeCode, Verdict, Version, compare, render};
use xtask::import::{self, MetadataSource, Upstream};

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

const BEFORE: &str = r##"{
  "info": { "style": "ROA", "product": "Library", "version": "2024-01-01" },
  "components": { "schemas": {
    "Book": { "type": "object", "properties": { "title": { "type": "string" }, "pages": { "type": "integer", "format": "int32" }, "authors": { "type": "array", "items": { "type": "string" } } } },
    "Reader": { "type": "object", "properties": { "name": { "type": "string" } } },
    "Shelf": { "type": "object" }
  } },
  "apis": {
    "ListBooks": {
      "path": "/books", "methods": ["get", "post"],
      "parameters": [
        { "name": "NextToken", "in": "query", "schema": { "type": "string" } },
        { "name": "author", "in": "query", "schema": { "type": "string", "required": true } },
        { "name": "size", "in": "query", "schema": { "type": "integer", "format": "int32", "minimum": "1", "maximum": "100" } },
        { "name": "order", "in": "query", "schema": { "type": "string", "enum": ["title", "year"] } },
        { "name": "kind", "in": "query", "schema": { "type": "string", "enum": ["novel"] } },
        { "name": "state", "in": "query", "deprecated": true, "schema": { "type": "string", "deprecated": true } },
        { "name": "tags", "in": "query", "style": "repeatList", "schema": { "type": "array", "items": { "type": "string" } } },
        { "name": "old", "in": "query", "schema": { "type": "string" } },
        { "name": "quiet", "in": "query", "schema": { "type": "boolean" } }
      ],
      "responses": { "200": { "schema": { "type": "object", "properties": {
        "NextToken": { "type": "string" }, "total": { "type": "integer", "format": "int32" }, "lost": { "type": "string" },
        "books": { "type": "array", "items": { "$ref": "#/components/schemas/Book" } } } } } }
    },
    "PutReader": {
      "path": "/readers/{id}", "methods": ["put"],
      "parameters": [
        { "name": "id", "in": "path", "schema": { "type": "string", "required": true } },
        { "name": "body", "in": "body", "schema": { "$ref": "#/components/schemas/Reader" } }
      ],
      "responses": { "200": { "schema": { "type": "string" } } }
    },
    "DropBook": { "path": "/books/{id}", "methods": ["delete"], "parameters": [ { "name": "id", "in": "path", "schema": { "type": "string", "required": true } } ], "responses": { "204": {} } }
  },
  "endpoints": [
    { "regionId": "cn-hangzhou", "endpoint": "library.cn-hangzhou.aliyuncs.com" },
    { "regionId": "cn-beijing", "endpoint": "library.cn-beijing.aliyuncs.com" }
  ]
}"##;

const AFTER: &str = r##"{
  "info": { "style": "ROA", "product": "Library", "version": "2024-01-01" },
  "components": { "schemas": {
    "Book": { "type": "object", "properties": { "title": { "type": "string" }, "pages": { "type": "integer", "format": "int64" }, "authors": { "type": "array", "items": { "type": "string" } }, "isbn": { "type": "string" } } },
    "Reader": { "type": "object", "properties": { "card": { "type": "string", "required": true }, "mail": { "type": "string" } } },
    "Desk": { "type": "object" }
  } },
  "apis": {
    "ListBooks": {
      "path": "/v2/books", "methods": ["post"],
      "parameters": [
        { "name": "NextToken", "in": "query", "schema": { "type": "string" } },
        { "name": "author", "in": "query", "schema": { "type": "string", "required": false } },
        { "name": "size", "in": "formData", "schema": { "type": "integer", "format": "int32", "minimum": "1", "maximum": "50" } },
        { "name": "order", "in": "query", "schema": { "type": "string", "enum": ["title", "shelf"] } },
        { "name": "kind", "in": "query", "schema": { "type": "string" } },
        { "name": "state", "in": "query", "schema": { "type": "string", "enum": ["lent"] } },
        { "name": "tags", "in": "query", "style": "json", "schema": { "type": "array", "items": { "type": "integer" } } },
        { "name": "quiet", "in": "query", "schema": { "type": "boolean", "deprecated": true, "required": false } },
        { "name": "room", "in": "query", "schema": { "type": "string" } },
        { "name": "floor", "in": "query", "schema": { "type": "string", "required": true } }
      ],
      "responses": { "200": { "schema": { "type": "object", "properties": {
        "NextToken": { "type": "string" }, "total": { "type": "string" }, "found": { "type": "string" },
        "books": { "type": "array", "items": { "$ref": "#/components/schemas/Book" } } } } } }
    },
    "PutReader": {
      "path": "/readers/{id}", "methods": ["put"],
      "parameters": [
        { "name": "id", "in": "path", "schema": { "type": "string", "required": true, "maxLength": 9 } },
        { "name": "body", "in": "body", "schema": { "$ref": "#/components/schemas/Reader", "required": true } }
      ],
      "responses": { "200": { "schema": { "type": "string" } } }
    },
    "LendBook": { "path": "/loans", "methods": ["post"], "parameters": [], "responses": { "200": {} } }
  },
  "endpoints": [
    { "regionId": "cn-hangzhou", "endpoint": "books.cn-hangzhou.aliyuncs.com" },
    { "regionId": "cn-shanghai", "endpoint": "library.cn-shanghai.aliyuncs.com" }
  ]
}"##;

fn metadata(text: &str) -> Fallible<Version> {
    Ok(Version::metadata(text.to_owned())?)
}

fn service(text: &str) -> Fallible<Service> {
    Ok(import::read(text).service.ok_or("refused")?)
}

fn changes(old: &Version, new: &Version) -> Fallible<Vec<Change>> {
    Ok(compare(old, new).map_err(|failure| format!("{failure:?}"))?)
}

fn codes(changes: &[Change]) -> BTreeSet<ChangeCode> {
    changes.iter().map(|change| change.code).collect()
}

/// Returns the service with every decision changed.
fn with_other_decisions(mut service: Service) -> Service {
    for operation in &mut service.operations {
        operation.class = OperationClass::Action;
        operation.pagination = match operation.name.as_str() {
            "ListBooks" => None,
            _ => operation.pagination.take(),
        };
        operation.anonymous = !operation.anonymous;
        operation.arguments.clear();
        operation.idempotency = Some("id".to_owned());
        operation.success_field = Some("total".to_owned());
        operation.unsupported = Some("for a test".to_owned());
        for parameter in &mut operation.parameters {
            parameter.schema.sensitive = true;
        }
    }
    service.waiters = vec![waiter("BookFound", "found"), waiter("BookLost", "lost")];
    service
}

fn waiter(name: &str, state: &str) -> Waiter {
    Waiter {
        name: name.to_owned(),
        description: "Waits.".to_owned(),
        operation: "ListBooks".to_owned(),
        parameters: vec!["author".to_owned()],
        state: state.to_owned(),
        fixed: IndexMap::new(),
        identity: IndexMap::new(),
        message: None,
        success: vec!["yes".to_owned()],
        failure: Vec::new(),
        attention: Vec::new(),
        pending: Vec::new(),
        success_errors: Vec::new(),
        success_if_absent: false,
    }
}

#[test]
fn changes_are_printed_for_people_and_for_a_changelog() -> Fallible {
    let changes = changes(&metadata(BEFORE)?, &metadata(AFTER)?)?;
    insta::assert_snapshot!("diff_text", render::text(&changes));
    insta::assert_snapshot!("diff_markdown", render::markdown(&changes));
    assert_eq!(Bump::of(&changes), Bump::Major);
    Ok(())
}

#[test]
fn no_change_is_reported_too() -> Fallible {
    let (before, again) = (metadata(BEFORE)?, metadata(BEFORE)?);
    let none = changes(&before, &again)?;
    assert!(none.is_empty());
    assert_eq!(Bump::of(&none), Bump::None);
    assert_eq!(render::markdown(&none), "No changes.\n");
    Ok(())
}

/// Every code must occur in a test.
#[test]
fn every_code_occurs_in_a_pair() -> Fallible {
    let mut seen = codes(&changes(&metadata(BEFORE)?, &metadata(AFTER)?)?);
    seen.extend(codes(&changes(&metadata(AFTER)?, &metadata(BEFORE)?)?));
    let plain = service(BEFORE)?;
    let mut decided = with_other_decisions(plain.clone());
    let [one, other] =
        [plain.clone(), decided.clone()].map(|service| Version::Spec(Box::new(service)));
    seen.extend(codes(&changes(&one, &other)?));
    seen.extend(codes(&changes(&other, &one)?));
    if let Some(waiter) = decided.waiters.first_mut() {
        waiter.state = "lost".to_owned();
    }
    let rewaited = Version::Spec(Box::new(decided));
    seen.extend(codes(&changes(&other, &rewaited)?));
    for (edit, _) in DECISIONS {
        let [before, after] = decision(*edit)?;
        seen.extend(codes(&changes(&before, &after)?));
        seen.extend(codes(&changes(&after, &before)?));
    }
    for (before, after, _) in products() {
        seen.extend(codes(&changes(&metadata(&before)?, &metadata(&after)?)?));
        seen.extend(codes(&changes(&metadata(&after)?, &metadata(&before)?)?));
    }
    // Only an import can find these: `refresh.rs`.
    seen.extend([
        ChangeCode::UpstreamRemoved,
        ChangeCode::DecisionKept,
        ChangeCode::DecisionDropped,
        ChangeCode::DecisionPossible,
        ChangeCode::ReleaseNoteAdded,
        ChangeCode::TextChanged,
    ]);
    let all: BTreeSet<ChangeCode> = ChangeCode::ALL.iter().copied().collect();
    let unseen: Vec<&str> = all.difference(&seen).map(|code| code.name()).collect();
    assert!(unseen.is_empty(), "no pair has {unseen:?}");
    Ok(())
}

#[test]
fn metadata_and_a_specification_are_compared_as_if_imported() -> Fallible {
    let specification = Version::Spec(Box::new(service(BEFORE)?));
    assert!(changes(&specification, &metadata(BEFORE)?)?.is_empty());
    assert!(changes(&metadata(BEFORE)?, &specification)?.is_empty());
    let mixed = changes(&specification, &metadata(AFTER)?)?;
    let at = |code: ChangeCode| {
        mixed
            .iter()
            .find(|change| change.code == code)
            .map(|change| change.at.as_str())
    };
    assert_eq!(at(ChangeCode::OpAdded), Some("LendBook"));
    // An import keeps it, and does not know whether an earlier version of the metadata had it.
    assert_eq!(at(ChangeCode::OpRemoved), None);
    assert_eq!(at(ChangeCode::UpstreamRemoved), None);
    let base = Upstream::new(&service(BEFORE)?, MetadataSource::default());
    let refreshed = Version::Refreshed(Box::new(service(BEFORE)?), Box::new(base));
    let removed: Vec<String> = changes(&refreshed, &metadata(AFTER)?)?
        .iter()
        .filter(|change| change.at == "DropBook")
        .map(|change| change.code.name().to_owned())
        .collect();
    assert_eq!(removed, ["upstream_removed", "deprecated_set"]);
    // The argument of the method stays, so it stays required.
    assert_eq!(at(ChangeCode::BecameOptional), None);
    // An enum stays an enum, and a string a string.
    for at in ["ListBooks?kind", "ListBooks?state"] {
        assert!(
            !mixed
                .iter()
                .any(|change| change.at == at && change.code != ChangeCode::DeprecatedCleared)
        );
    }
    Ok(())
}

#[test]
fn each_verdict_has_its_bump() {
    let change = |code| Change::new("Op", code);
    for code in ChangeCode::ALL {
        let expected = match code.verdict() {
            Verdict::None => Bump::None,
            Verdict::Wire => Bump::Patch,
            Verdict::Compatible | Verdict::Review | Verdict::Behaviour => Bump::Minor,
            Verdict::Breaking => Bump::Major,
        };
        assert_eq!(Bump::of(&[change(*code)]), expected, "{}", code.name());
    }
    let worst = [
        ChangeCode::OpAdded,
        ChangeCode::OpRemoved,
        ChangeCode::MethodsChanged,
    ]
    .map(change);
    assert_eq!(Bump::of(&worst), Bump::Major);
}

/// Returns `place code` of each change, in the order of the report.
fn reported(changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| format!("{} {}", change.at, change.code.name()))
        .collect()
}

#[test]
fn a_map_that_becomes_a_struct_is_another_type() -> Fallible {
    let before = BEFORE;
    let map = r#""Shelf": { "type": "object" }"#;
    let object = r#""Shelf": { "type": "object", "properties": { "room": { "type": "string" } } }"#;
    let after = before.replace(map, object);
    let expected = ["#Shelf request_type_changed"];
    assert_eq!(
        reported(&changes(&metadata(before)?, &metadata(&after)?)?),
        expected
    );
    let specification = Version::Spec(Box::new(service(before)?));
    assert_eq!(
        reported(&changes(&specification, &metadata(&after)?)?),
        expected
    );
    assert_eq!(
        reported(&changes(&metadata(&after)?, &specification)?),
        expected
    );
    Ok(())
}

type Edit = fn(&mut Service) -> Option<()>;

/// Changed decisions in the specification of [`BEFORE`], and the changes that are reported.
const DECISIONS: &[(Edit, &[&str])] = &[
    (
        |it| {
            let operation = operation(it, "ListBooks")?;
            set(&mut operation.rust_name, Some("Books".to_owned()))
        },
        &["ListBooks rust_name_changed"],
    ),
    (
        |it| {
            let name = &mut field(it, "title")?.schema.rust_name;
            set(name, Some("heading".to_owned()))
        },
        &["#Book.title rust_name_changed"],
    ),
    (
        |it| {
            let Kind::Enum(values) = &mut parameter(it, "kind")?.schema.kind else {
                return None;
            };
            set(&mut values.first_mut()?.rust_name, Some("One".to_owned()))
        },
        &["ListBooks?kind novel rust_name_changed"],
    ),
    (
        |it| set(&mut field(it, "title")?.required, true),
        &["#Book.title presence_changed"],
    ),
    (|it| set(&mut field(it, "authors")?.required, true), &[]),
    (
        |it| {
            let list = operation(it, "ListBooks")?;
            let Response::Json(schema) = list.response.clone() else {
                return None;
            };
            set(&mut list.response, Response::Events(schema))
        },
        &["ListBooks!200 response_type_changed"],
    ),
    (
        |it| set(&mut it.crate_name, "library".to_owned()),
        &["crate crate_renamed"],
    ),
    (
        |it| set(&mut it.endpoints.regional, false),
        &[
            "region cn-beijing endpoint_changed",
            "region cn-beijing (VPC) endpoint_changed",
            "region cn-hangzhou endpoint_changed",
            "region cn-hangzhou (VPC) endpoint_changed",
            "region * endpoint_changed",
            "region * (VPC) endpoint_changed",
        ],
    ),
    (
        |it| set(&mut operation(it, "ListBooks")?.method, "GET".to_owned()),
        &["ListBooks sent_method_changed"],
    ),
    (
        |it| {
            let kind = parameter(it, "kind")?.schema.kind.clone();
            set(&mut parameter(it, "old")?.schema.kind, kind)
        },
        &["ListBooks?old request_type_changed"],
    ),
    (
        |it| match &mut parameter(it, "order")?.schema.kind {
            Kind::Enum(values) => values.pop().map(drop),
            _ => None,
        },
        &["ListBooks?order enum_variant_removed"],
    ),
    (
        |it| {
            set(
                &mut parameter(it, "size")?.schema.unit,
                Some("books".to_owned()),
            )
        },
        &["ListBooks?size documented_changed"],
    ),
    (
        |it| {
            set(
                &mut parameter(it, "old")?.schema.pattern,
                Some("[a-z]+".to_owned()),
            )
        },
        &["ListBooks?old documented_changed"],
    ),
    (
        |it| set(&mut parameter(it, "old")?.schema.default, Some("x".into())),
        &["ListBooks?old default_changed"],
    ),
    (
        |it| it.schemas.shift_remove("Shelf").map(drop),
        &["#Shelf schema_removed"],
    ),
    (
        |it| set(&mut it.ram_code, Some("lib".to_owned())),
        &["product ram_code_changed"],
    ),
    (
        |it| {
            let limit = RateLimit {
                requests: 10,
                seconds: 1,
            };
            set(&mut operation(it, "DropBook")?.rate_limit, Some(limit))
        },
        &["DropBook rate_limit_changed"],
    ),
    (
        |it| set(&mut operation(it, "DropBook")?.asynchronous, true),
        &["DropBook asynchronous_changed"],
    ),
    (
        |it| {
            let replacement = vec!["PutReader".to_owned()];
            set(&mut operation(it, "DropBook")?.replaced_by, replacement)
        },
        &["DropBook replacement_changed"],
    ),
    (
        |it| match operation(it, "ListBooks")?.pagination.as_mut()? {
            Pagination::Token { total, .. } => total.take().map(drop),
            Pagination::PageNumber { .. } => None,
        },
        &["ListBooks paging_changed"],
    ),
    (
        |it| {
            let ram = Ram {
                status: RamStatus::None,
                page: None,
                note: None,
                actions: Vec::new(),
            };
            set(&mut operation(it, "DropBook")?.ram, Some(ram))
        },
        &["DropBook ram_changed"],
    ),
    (
        |it| {
            let error = ErrorCode {
                code: "Lost".to_owned(),
                status: Some(404),
                description: String::new(),
            };
            set(&mut operation(it, "DropBook")?.errors, vec![error])
        },
        &["DropBook error Lost error_code_added"],
    ),
    (
        |it| set(&mut it.waiters.first_mut()?.parameters, Vec::new()),
        &["waiter BookFound waiter_signature_changed"],
    ),
];

/// Returns the service with a waiter, before and after a decision.
fn decision(edit: Edit) -> Fallible<[Version; 2]> {
    let mut before = service(BEFORE)?;
    before.waiters = vec![waiter("BookFound", "found")];
    let mut after = before.clone();
    edit(&mut after).ok_or("no such decision")?;
    assert_ne!(before, after);
    Ok([before, after].map(|service| Version::Spec(Box::new(service))))
}

fn set<T>(place: &mut T, value: T) -> Option<()> {
    *place = value;
    Some(())
}

fn operation<'a>(service: &'a mut Service, name: &str) -> Option<&'a mut Operation> {
    let mut operations = service.operations.iter_mut();
    operations.find(|operation| operation.name == name)
}

fn parameter<'a>(service: &'a mut Service, name: &str) -> Option<&'a mut Parameter> {
    let mut parameters = operation(service, "ListBooks")?.parameters.iter_mut();
    parameters.find(|parameter| parameter.name == name)
}

/// Returns a field of the shared schema `Book`.
fn field<'a>(service: &'a mut Service, name: &str) -> Option<&'a mut Property> {
    match &mut service.schemas.get_mut("Book")?.kind {
        Kind::Object(properties) => properties.get_mut(name),
        _ => None,
    }
}

/// Returns pairs of metadata that differ in what is said about the product or about many
/// operations, and what is reported.
fn products() -> Vec<(String, String, Vec<&'static str>)> {
    let document = |style: &str, product: &str, version: &str, operation: &str| {
        format!(
            r#"{{ "info": {{ "style": "{style}", "product": "{product}", "version": "{version}" }},
              "apis": {{ "GetThing": {{ "path": "/things", "methods": ["post"], {operation}
                "responses": {{ "200": {{ "schema": {{ "type": "object" }} }} }} }} }} }}"#
        )
    };
    let with = |operation: &str| document("RPC", "Demo", "2024-01-01", operation);
    let plain = with("");
    let error = |codes: &str| with(&format!(r#""errorCodes": {{ "404": [{codes}] }},"#));
    let parameter = |schema: &str| {
        with(&format!(
            r#""parameters": [{{ "name": "A", "in": "query", "schema": {{ {schema} }} }}],"#
        ))
    };
    vec![
        (
            plain.clone(),
            document("ROA", "Demo", "2024-01-01", ""),
            vec!["product api_style_changed", "GetThing path_changed"],
        ),
        (
            plain.clone(),
            document("RPC", "Demo", "2025-01-01", ""),
            vec!["product api_version_changed"],
        ),
        (
            plain.clone(),
            document("RPC", "Other", "2024-01-01", ""),
            vec!["product product_changed"],
        ),
        (
            plain.clone(),
            with(r#""security": [{ "Anonymous": [] }],"#),
            vec!["GetThing anonymous_changed"],
        ),
        (
            error(r#"{ "errorCode": "Gone" }"#),
            error(r#"{ "errorCode": "Lost" }"#),
            vec![
                "GetThing error Gone error_code_removed",
                "GetThing error Lost error_code_added",
            ],
        ),
        // The exporter left all error codes and defaults out for a while.
        (error(r#"{ "errorCode": "Gone" }"#), plain, vec![]),
        (
            parameter(r#""type": "string", "default": "a""#),
            parameter(r#""type": "string""#),
            vec![],
        ),
        (
            parameter(r#""type": "string", "default": "a""#),
            parameter(r#""type": "string", "default": "b""#),
            vec!["GetThing?A default_changed"],
        ),
        (
            parameter(r#""type": "string", "enumValueTitles": { "a": "A" }"#),
            parameter(r#""type": "string", "enumValueTitles": { "a": "A", "b": "B" }"#),
            vec!["GetThing?A enum_value_added"],
        ),
    ]
}

#[test]
fn products_versions_styles_and_small_facts_are_compared() -> Fallible {
    for (before, after, expected) in products() {
        let found = changes(&metadata(&before)?, &metadata(&after)?)?;
        assert_eq!(reported(&found), expected, "{after}");
    }
    Ok(())
}

/// An import of another version writes another specification, so nothing else is listed.
#[test]
fn metadata_of_another_version_does_not_change_a_specification() -> Fallible {
    let specification = Version::Spec(Box::new(service(BEFORE)?));
    for (from, to, code) in [
        ("2024-01-01", "2025-01-01", ChangeCode::ApiVersionChanged),
        ("Library", "Archive", ChangeCode::ProductChanged),
    ] {
        let found = changes(&specification, &metadata(&AFTER.replace(from, to))?)?;
        let [change] = &found[..] else {
            panic!("{found:#?}")
        };
        assert_eq!(
            (change.code, change.code.verdict()),
            (code, Verdict::Review)
        );
        assert!(
            change
                .to_string()
                .contains("leaves this specification as it is")
        );
    }
    Ok(())
}

/// A type is named on both sides, whatever it is.
#[test]
fn the_other_type_is_named() -> Fallible {
    let types = [
        (r#"{ "type": "string" }"#, "string"),
        (r##"{ "$ref": "#/components/schemas/Book" }"##, "#Book"),
        (
            r#"{ "type": "object", "properties": { "a": { "type": "string" } } }"#,
            "object",
        ),
        (r#"{ "type": "object" }"#, "map"),
    ];
    let with = |schema: &str| {
        let old = r#"{ "name": "old", "in": "query", "schema": { "type": "string" } }"#;
        let new = format!(r#"{{ "name": "old", "in": "query", "schema": {schema} }}"#);
        metadata(&BEFORE.replace(old, &new))
    };
    for (before, name) in types {
        for (after, other) in types.iter().filter(|(_, other)| *other != name) {
            let found = changes(&with(before)?, &with(after)?)?;
            let line = found.iter().map(Change::to_string).collect::<Vec<_>>();
            // An object and a map are both objects for the wire.
            let wire = |name: &str, it: &str| match (name, it) {
                ("map", "object") | ("object", "map") => name.to_owned(),
                ("map", _) => "object".to_owned(),
                _ => name.to_owned(),
            };
            let expected = format!(
                "ListBooks?old has another type ({} -> {})",
                wire(name, other),
                wire(other, name)
            );
            assert_eq!(line, [expected]);
        }
    }
    Ok(())
}

#[test]
fn a_section_can_be_pasted_into_a_changelog() -> Fallible {
    let changes = changes(&metadata(BEFORE)?, &metadata(AFTER)?)?;
    let section = render::section("library 2024-01-01", &changes);
    assert!(section.starts_with("### library 2024-01-01\n\n#### Breaking changes\n\n- `"));
    assert!(section.contains(
        "\n#### Changed behaviour\n\n- `PutReader?body` became required: a call without it is refused\n"
    ));
    Ok(())
}

#[test]
fn decisions_of_specifications_are_compared() -> Fallible {
    for (index, (edit, expected)) in DECISIONS.iter().enumerate() {
        let [before, after] = decision(*edit)?;
        assert_eq!(
            reported(&changes(&before, &after)?),
            *expected,
            "decision {index}"
        );
    }
    Ok(())
}

/// Hundreds of lines can follow, which mean nothing between two products.
#[test]
fn another_product_is_reported_first() {
    let document = |product: &str, operation: &str| {
        let text = format!(
            r#"{{ "info": {{ "style": "RPC", "product": "{product}", "version": "2024-01-01" }},
              "apis": {{ "{operation}": {{ "methods": ["post"], "responses": {{}} }} }} }}"#
        );
        Version::metadata(text).unwrap()
    };
    let changes = compare(&document("Demo", "GetThing"), &document("Other", "GetBox")).unwrap();
    let text = render::text(&changes);
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with("review     product_changed"), "{text}");
    assert!(text.contains("1 breaking, 0 behaviour, 1 review"), "{text}");
}

/// Of two members with one name in Rust, the one that is not deprecated keeps it.
#[test]
fn a_name_in_rust_changes_with_a_deprecation() -> Fallible {
    let twins = BEFORE.replace(
        r#""title": { "type": "string" }"#,
        r#""title": { "type": "string" }, "Title": { "type": "string" }"#,
    );
    let before = service(&twins)?;
    let mut after = before.clone();
    field(&mut after, "Title")
        .ok_or("no field")?
        .schema
        .deprecated = true;
    let [before, after] = [before, after].map(|service| Version::Spec(Box::new(service)));
    assert_eq!(
        reported(&changes(&before, &after)?),
        [
            "#Book.title rust_name_changed",
            "#Book.Title deprecated_set",
            "#Book.Title rust_name_changed"
        ]
    );
    Ok(())
}
