//! Shapes of older services that become pleasant in Rust: keys with values, lists in text, lists in
//! many parameters, members in two spellings. The metadata is invented, in `tests/metadata`.
#![cfg(test)]

use alibabacloud_codegen::emit::{Dependencies, Layout};
use alibabacloud_codegen::{generate, lower};
use alibabacloud_spec::{Kind, Operation, ParameterStyle, Schema, Service};
use serde_json::json;
use std::fs;
use xtask::import::report::Report;
use xtask::import::{self, ImportOptions, Missing, Texts};
use xtask::repository::root;

fn metadata() -> String {
    fs::read_to_string(root().join("xtask/tests/metadata/compute.json")).unwrap()
}

fn read() -> (Service, Report) {
    let imported = import::read(&metadata());
    (imported.service.unwrap(), imported.report)
}

fn operation<'s>(service: &'s Service, name: &str) -> &'s Operation {
    service.operation(name).unwrap()
}

/// Returns style and type of a parameter.
fn shape<'s>(operation: &'s Operation, name: &str) -> (ParameterStyle, &'s Schema) {
    let parameter = operation.parameter(name).unwrap();
    (parameter.style, &parameter.schema)
}

/// Returns the generated code of an operation and of its types.
fn code(service: &Service, module: &str) -> (String, String) {
    let layout = Layout {
        dependencies: Dependencies::Workspace,
        publish: false,
        extended: Default::default(),
    };
    let files = generate(service, "specs/compute/2021-03-04", &layout).unwrap();
    let text = |end: String| {
        let mut all = files.iter();
        let found = all.find(|(path, _)| path.ends_with(&end));
        let (_, text) = found.unwrap_or_else(|| panic!("no {end}"));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    (
        text(format!("alibabacloud-compute/src/operation/{module}.rs")),
        text(format!("alibabacloud-compute-model/src/{module}.rs")),
    )
}

#[test]
fn lists_in_text_are_lists_that_travel_as_json() {
    let (service, report) = read();
    let servers = operation(&service, "DescribeServers");
    for (name, kind, example) in [
        ("ServerIds", Kind::String, json!(["s-1", "s-2", "s-9"])),
        ("RackNumbers", Kind::Int64, json!([1, 2])),
        ("Image", Kind::String, json!(["linux"])),
    ] {
        let (style, schema) = shape(servers, name);
        let Kind::Array(items) = &schema.kind else {
            panic!("{name}: {schema:?}");
        };
        assert_eq!(
            (style, &items.kind),
            (ParameterStyle::Json, &kind),
            "{name}"
        );
        assert_eq!(schema.example, Some(example), "{name}");
        assert_eq!(schema.max_length, None, "{name}");
    }
    // Nothing but the example says that it is a list.
    let (style, schema) = shape(servers, "Policy");
    assert_eq!(
        (style, &schema.kind),
        (ParameterStyle::Plain, &Kind::JsonText)
    );
    let said = |what: &str| {
        report
            .inferences
            .iter()
            .any(|i| i.conclusion.contains(what))
    };
    assert!(said("ServerIds holds a JSON list"));
    let (calls, _) = code(&service, "describe_servers");
    let setter = "pub fn server_ids( mut self, value: impl IntoIterator<Item = impl Into<String>>, ) \
                  -> Self";
    assert!(calls.contains(setter), "{calls}");
    assert!(calls.contains(r#"Param::query("ServerIds").json()"#));
}

#[test]
fn numbered_parameters_are_lists() {
    let (service, _) = read();
    let servers = operation(&service, "DescribeServers");
    let names: Vec<&str> = servers.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "RegionId",
            "ServerIds",
            "RackNumbers",
            "Image",
            "Policy",
            "PageNumber",
            "Filter",
            "AddGroup",
            "Gap.1",
            "Gap.3",
            "Mixed.1",
            "Mixed.2",
            "Tag"
        ]
    );
    let (style, schema) = shape(servers, "Filter");
    assert_eq!(style, ParameterStyle::RepeatList);
    assert_eq!(schema.max_items, Some(2));
    let Kind::Array(items) = &schema.kind else {
        panic!("{schema:?}");
    };
    let fields = items.kind.properties().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["Key", "Value"]);
    assert_eq!(fields["Value"].schema.description, "A time.");
    let texts = &fields["Key"].schema.description;
    assert_eq!(texts, "`Filter.1.Key`: One.\n\n`Filter.2.Key`: Two.");
    // One element is the pattern of any number of elements.
    let (style, schema) = shape(servers, "AddGroup");
    assert_eq!(
        (style, schema.max_items),
        (ParameterStyle::RepeatList, None)
    );
    assert!(matches!(&schema.kind, Kind::Array(items) if items.kind == Kind::String));
    // A list that is published twice is there once; a name that has another use stays.
    let price = operation(&service, "PriceServer");
    let names: Vec<&str> = price.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["Disk", "Card", "Card.1"]);
}

#[test]
fn the_live_spelling_has_the_name_and_pairs_are_tuples() {
    let (service, _) = read();
    let (calls, types) = code(&service, "describe_servers");
    for part in [
        "pub key: Option<String>",
        "pub value: Option<String>",
        "pub deprecated_key: Option<String>",
        "pub deprecated_value: Option<String>",
        "key: \"Key\"",
        "deprecated_key: \"key\"",
        "pair!(Tag { key, value });",
        "pair!(Filter { key, value });",
    ] {
        assert!(types.contains(part), "{part} in {types}");
    }
    for setter in ["tag", "filter"] {
        let ty = if setter == "tag" { "Tag" } else { "Filter" };
        let expected = format!(
            "pub fn {setter}( mut self, value: impl IntoIterator<Item = impl Into<model::{ty}>>, ) \
             -> Self"
        );
        assert!(calls.contains(&expected), "{expected} in {calls}");
    }
    // The text says which spelling is obsolete, not the case. Without a text, nothing is.
    let tag = operation(&service, "TagServer");
    let deprecated = |name: &str| tag.parameter(name).unwrap().schema.deprecated;
    assert!(deprecated("Owner") && !deprecated("owner"));
    assert!(!deprecated("self") && !deprecated("Self"));
    let (_, types) = code(&service, "tag_server");
    for part in [
        "owner: \"owner\"",
        "deprecated_owner: \"Owner\"",
        "self_: \"Self\"",
        "self_2: \"self\"",
    ] {
        assert!(types.contains(part), "{part} in {types}");
    }
}

#[test]
fn the_first_call_is_the_list_of_the_largest_group() {
    let (mut service, _) = read();
    let first = |service: &Service| {
        let lowered = lower::lower(service, "").unwrap();
        lowered.first_call().unwrap().name.clone()
    };
    assert_eq!(first(&service), "DescribeServers");
    service.showcase = Some("DescribeRegions".to_owned());
    assert_eq!(first(&service), "DescribeRegions");
    // A part of the service may not have it.
    service.operations.retain(|o| o.name != "DescribeRegions");
    assert_eq!(first(&service), "DescribeServers");
    let lists = [
        "DescribeServers",
        "DescribeServerTypes",
        "DescribeServerAutoRenewAttribute",
    ];
    service
        .operations
        .retain(|o| !lists.contains(&o.name.as_str()));
    assert_eq!(first(&service), "PriceServer");
}

/// A specification that has the forms of the metadata keeps them, and an import is silent.
#[test]
fn a_specification_keeps_the_form_that_it_has() {
    let specs = std::env::temp_dir().join(format!("acs-shapes-{}", std::process::id()));
    let options = ImportOptions {
        texts: Texts::None,
        specs: specs.clone(),
        crate_name: None,
        missing: Missing::Keep,
        skip_refused: false,
        dry_run: false,
    };
    let put = || import::put(import::read(&metadata()), &options).unwrap();
    put();
    assert!(put().written.is_empty(), "a second import changes files");
    let directory = specs.join("compute/2021-03-04");
    let file = directory.join("operations/DescribeServers.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let cut = |text: &str, from: &str, to: &str| {
        let start = text.find(from).unwrap();
        let end = start + text[start..].find(to).unwrap();
        (text[..start].to_owned(), text[end..].to_owned())
    };
    let parameter = |name: &str| {
        format!("    - name: {name}\n      in: query\n      schema:\n        type: string\n")
    };
    let (before, after) = cut(&text, "    - name: ServerIds", "    - name: RackNumbers");
    let text = before + &parameter("ServerIds") + &after;
    let (before, after) = cut(&text, "    - name: Filter", "    - name: AddGroup");
    let single = [
        "Filter.1.Key",
        "Filter.2.Key",
        "Filter.1.Value",
        "Filter.2.Value",
    ];
    let text = before + &single.map(parameter).concat() + &after;
    fs::write(&file, &text).unwrap();
    put();
    let service = Service::load(&directory).unwrap();
    let servers = operation(&service, "DescribeServers");
    assert_eq!(shape(servers, "ServerIds").1.kind, Kind::String);
    assert!(single.iter().all(|name| servers.parameter(name).is_some()));
    assert!(servers.parameter("Filter").is_none());
    assert!(put().written.is_empty(), "a second import changes files");
    let _ = fs::remove_dir_all(specs);
}
