//! Tests that the reader and the generator accept the specifications that the importer writes for
//! unusual metadata.

use alibabacloud_codegen::emit::{Dependencies, Layout};
use alibabacloud_codegen::generate;
use alibabacloud_spec::{Kind, Pagination, Service};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use xtask::import::report::{Inference, Report, Rule};
use xtask::import::{self, ImportOptions, Missing, Texts};

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Returns metadata of a product `Odd`.
fn metadata(style: &str, apis: Value, schemas: Value) -> Value {
    json!({
        "info": { "style": style, "product": "Odd", "version": "2024-01-01" },
        "apis": apis,
        "components": { "schemas": schemas },
        "endpoints": [{ "regionId": "cn-hangzhou", "endpoint": "odd.cn-hangzhou.aliyuncs.com" }],
    })
}

/// Returns an operation with a summary; a GET if it has a path.
fn operation(parameters: Value, response: Value) -> Value {
    json!({
        "summary": "Does something.",
        "methods": ["get"],
        "parameters": parameters,
        "responses": { "200": { "schema": response } },
    })
}

/// Imports, writes, reads back and generates; returns the specification, its report and the
/// generated texts.
fn round_trip(name: &str, metadata: &Value) -> Fallible<(Service, Report, String)> {
    let specs = std::env::temp_dir().join(format!("acs-read-back-{name}-{}", std::process::id()));
    fs::create_dir_all(&specs)?;
    let options = ImportOptions {
        specs: specs.clone(),
        texts: Texts::Keep,
        crate_name: None,
        missing: Missing::Keep,
        skip_refused: false,
        dry_run: false,
    };
    let report = import::put(import::read(&metadata.to_string()), &options);
    let service = Service::load(&specs.join("odd/2024-01-01"));
    fs::remove_dir_all(&specs)?;
    let report = report.map_err(|failure| format!("{failure:?}"))?;
    assert!(report.refusals.is_empty(), "{:?}", report.refusals);
    let service = service?;
    let layout = Layout {
        dependencies: Dependencies::Workspace,
        publish: false,
        extended: BTreeSet::new(),
    };
    let files = generate(&service, name, &layout)?;
    let generated = files.iter().map(|(_, text)| text).collect();
    Ok((service, report, generated))
}

/// Returns the messages of a rule.
fn messages(report: &Report, rule: Rule) -> Vec<&str> {
    let findings = report.findings.iter().filter(|it| it.rule == rule);
    findings.map(|it| it.message.as_str()).collect()
}

#[test]
fn shared_schemas_get_names_that_can_be_referred_to() -> Fallible {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let odd = metadata(
        "RPC",
        json!({ "GetPage": operation(
            json!([{ "name": "Filter", "in": "query", "schema": reference("Filter/Text") }]),
            json!({ "type": "object", "properties": {
                "One": reference("Page<Foo>"), "Two": reference("Page_Foo"), "Three": reference("地图") } }),
        ) }),
        json!({
            "Page<Foo>": { "type": "object", "properties": { "A": { "type": "string" } } },
            "Page_Foo": { "type": "object", "properties": { "B": { "type": "string" } } },
            "Filter/Text": { "type": "string" },
            "地图": { "type": "object", "properties": { "C": { "type": "string" } } },
        }),
    );
    let (service, report, _) = round_trip("names", &odd)?;
    let names: Vec<&str> = service.schemas.keys().map(String::as_str).collect();
    assert_eq!(names, ["Filter_Text", "Page_Foo_2", "Page_Foo", "Schema"]);
    let response = service
        .operation("GetPage")
        .and_then(|it| it.response.schema());
    let fields = response
        .and_then(|schema| schema.kind.properties())
        .ok_or("no fields")?;
    let targets: Vec<&Kind> = fields.values().map(|field| &field.schema.kind).collect();
    let expected = ["Page_Foo_2", "Schema", "Page_Foo"].map(|name| Kind::Ref(name.to_owned()));
    assert_eq!(targets, expected.iter().collect::<Vec<_>>());
    assert_eq!(messages(&report, Rule::ComponentRenamed).len(), 3);
    assert_eq!(
        messages(&report, Rule::StyleMissing).len(),
        0,
        "a renamed scalar is a scalar"
    );
    Ok(())
}

#[test]
fn a_product_code_can_be_part_of_a_host_name() {
    let mut odd = metadata("RPC", json!({}), json!({}));
    odd["info"]["product"] = json!("odd.one");
    let imported = import::read(&odd.to_string());
    let refusals: Vec<String> = imported
        .report
        .refusals
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        refusals,
        [
            r#"$.info.product: invalid product code "odd.one": expected letters, digits, `-` and `_`"#
        ]
    );
}

#[test]
fn only_integers_and_strings_count_pages() -> Fallible {
    let list = |place: &str| {
        json!({ "type": "object", "properties": {
            place: { "type": "array", "items": { "type": "object", "properties": { "Id": { "type": "string" } } } } } })
    };
    let page =
        |kind: &str| json!([{ "name": "PageNumber", "in": "query", "schema": { "type": kind } }]);
    let odd = metadata(
        "RPC",
        json!({
            "ListByNumber": operation(page("number"), list("Things")),
            "ListDotted": operation(page("integer"), list("Data.List")),
        }),
        json!({}),
    );
    let (service, _, generated) = round_trip("pages", &odd)?;
    let pagination = |name: &str| {
        service
            .operation(name)
            .and_then(|it| it.pagination.as_ref())
    };
    assert_eq!(pagination("ListByNumber"), None);
    assert!(matches!(
        pagination("ListDotted"),
        Some(Pagination::PageNumber { items, .. }) if items == "Data.List"
    ));
    assert!(generated.contains("page.data_list"), "{generated}");
    Ok(())
}

#[test]
fn page_numbers_beside_page_tokens_are_the_other_way() -> Fallible {
    let parameter =
        |name: &str, kind: &str| json!({ "name": name, "in": "query", "schema": { "type": kind } });
    let things = json!({ "type": "array", "items": { "type": "object", "properties": { "Id": { "type": "string" } } } });
    let field = |kind: &str| json!({ "type": kind });
    let odd = metadata(
        "RPC",
        json!({ "ListThings": operation(
            json!([
                parameter("PageNumber", "integer"), parameter("PageSize", "integer"),
                parameter("NextToken", "string"), parameter("MaxResults", "integer"),
            ]),
            json!({ "type": "object", "properties": {
                "Page": { "type": "object", "properties": { "PageNumber": field("integer") } },
                "NextToken": field("string"), "Things": things } }),
        ) }),
        json!({}),
    );
    let (service, report, generated) = round_trip("two-ways", &odd)?;
    let pagination = service
        .operation("ListThings")
        .and_then(|it| it.pagination.clone());
    let Some(Pagination::Token {
        limit,
        first,
        numbered: Some(numbered),
        ..
    }) = pagination
    else {
        panic!("{pagination:?}");
    };
    assert_eq!(limit.as_deref(), Some("MaxResults"));
    assert!(first.is_empty(), "only a person can decide it: {first:?}");
    assert_eq!(
        numbered.parameters().collect::<Vec<_>>(),
        ["PageNumber", "PageSize"]
    );
    assert_eq!(numbered.number.as_deref(), Some("Page.PageNumber"));
    let asks =
        |it: &Inference| it.subject == "pagination" && it.conclusion.contains("decide `first`");
    assert!(
        report.inferences.iter().any(asks),
        "{:?}",
        report.inferences
    );
    assert!(generated.contains(r#".paged_without(&["PageNumber", "PageSize"])"#));
    Ok(())
}

#[test]
fn a_parameter_that_moves_into_the_path_becomes_a_scalar() -> Fallible {
    let mut get = operation(
        json!([{ "name": "ids", "in": "query", "style": "simple",
            "schema": { "type": "array", "items": { "type": "string" } } }]),
        json!({ "type": "object", "properties": { "A": { "type": "string" } } }),
    );
    get["path"] = json!("/things/{ids}");
    let (service, report, _) = round_trip(
        "path",
        &metadata("ROA", json!({ "GetThings": get }), json!({})),
    )?;
    let ids = service
        .operation("GetThings")
        .and_then(|it| it.parameter("ids"))
        .ok_or("no ids")?;
    assert_eq!(ids.schema.kind, Kind::String);
    assert_eq!(
        messages(&report, Rule::ContradictoryType),
        ["a path cannot contain an array; replaced by a string"]
    );
    Ok(())
}

#[test]
fn a_cycle_of_required_properties_is_broken() -> Fallible {
    let reference =
        |name: &str| json!({ "$ref": format!("#/components/schemas/{name}"), "required": true });
    let odd = metadata(
        "RPC",
        json!({ "PutTree": operation(
            json!([{ "name": "Tree", "in": "query", "style": "json", "schema": { "$ref": "#/components/schemas/Node" } }]),
            json!({ "type": "object", "properties": { "A": { "type": "string" } } }),
        ) }),
        json!({
            "Node": { "type": "object", "properties": { "Inner": { "type": "object", "required": true, "properties": { "Leaf": reference("Same") } } } },
            "Same": { "$ref": "#/components/schemas/Leaf" },
            "Leaf": { "type": "object", "properties": { "Name": { "type": "string", "required": true }, "Node": reference("Node") } },
        }),
    );
    let (service, report, _) = round_trip("cycle", &odd)?;
    let properties = |name: &str| {
        service
            .schemas
            .get(name)
            .and_then(|it| it.kind.properties())
    };
    let leaf = properties("Leaf").ok_or("no Leaf")?;
    let inner = &properties("Node").ok_or("no Node")?["Inner"];
    let link = &inner.schema.kind.properties().ok_or("no properties")?["Leaf"];
    assert!(leaf["Name"].required && leaf["Node"].required && inner.required);
    assert!(!link.required);
    assert_eq!(
        messages(&report, Rule::RequiredCycleOpened),
        ["`Leaf` would contain itself without end; `Inner.Leaf` of `Node` becomes optional"]
    );
    Ok(())
}

#[test]
fn a_path_among_operations_without_one_is_not_lost() -> Fallible {
    let plain = || {
        operation(
            json!([]),
            json!({ "type": "object", "properties": { "A": { "type": "string" } } }),
        )
    };
    let mut with_path = plain();
    with_path["path"] = json!("/things");
    let odd = metadata(
        "V3",
        json!({ "GetThing": plain(), "ListThings": with_path }),
        json!({}),
    );
    let (service, _, _) = round_trip("mixed", &odd)?;
    let reason = |name: &str| {
        service
            .operation(name)
            .and_then(|it| it.unsupported.as_deref())
    };
    assert_eq!(reason("GetThing"), None);
    assert_eq!(
        reason("ListThings"),
        Some("it has the path `/things`, while other operations of the product have none")
    );
    Ok(())
}

#[test]
fn limits_that_a_better_type_does_not_have_are_reported() -> Fallible {
    let odd = metadata(
        "RPC",
        json!({ "SetConfig": operation(
            json!([{ "name": "Config", "in": "query", "schema": { "type": "string", "maxLength": 100, "example": "{\"A\": 1}" } }]),
            json!({ "type": "object", "properties": { "A": { "type": "string" } } }),
        ) }),
        json!({ "Plan": { "type": "object", "properties": {
            "StartTime": { "type": "string", "pattern": "^2", "example": "2024-05-04T11:17:28Z" } } } }),
    );
    let (_, report, _) = round_trip("limits", &odd)?;
    assert_eq!(
        messages(&report, Rule::LimitIgnored),
        [
            "`Config` holds json, which has no limits",
            "`StartTime` holds date-time, which has no limits"
        ]
    );
    Ok(())
}

#[test]
fn hosts_inside_a_vpc_are_taken_from_the_metadata() -> Fallible {
    let mut odd = metadata("RPC", json!({}), json!({}));
    odd["endpoints"] = json!([
        { "regionId": "cn-hangzhou", "endpoint": "odd.aliyuncs.com", "vpc": "odd-vpc.cn-hangzhou.aliyuncs.com" },
        { "regionId": "cn-beijing", "endpoint": "odd.aliyuncs.com", "vpc": "odd-vpc.aliyuncs.com" },
    ]);
    let (service, _, _) = round_trip("hosts", &odd)?;
    assert!(!service.endpoints.regional);
    for (region, host) in [
        ("cn-hangzhou", "odd-vpc.cn-hangzhou.aliyuncs.com"),
        ("cn-beijing", "odd-vpc.aliyuncs.com"),
    ] {
        assert_eq!(service.endpoints.vpc_host("odd", region), host);
    }
    Ok(())
}
