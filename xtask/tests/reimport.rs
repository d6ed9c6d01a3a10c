//! Tests an import over an existing specification: facts are refreshed, what people wrote stays,
//! and the result is valid.

use alibabacloud_spec::{Kind, ParameterPlace, ParameterStyle, Response, Schema, Service};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use xtask::import::report::{Report, Rule};
use xtask::import::{self, ImportOptions, Missing, Texts};

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// The specifications of one test, with the product `foo`; removed when the test ends.
struct Specs(PathBuf);

impl Specs {
    fn new(name: &str) -> Fallible<Self> {
        let path = std::env::temp_dir().join(format!("acs-reimport-{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn import(&self, metadata: &Value, missing: Missing) -> Fallible<Report> {
        let options = ImportOptions {
            specs: self.0.clone(),
            texts: Texts::Keep,
            crate_name: None,
            missing,
            skip_refused: true,
            dry_run: false,
        };
        let imported = import::read(&metadata.to_string());
        import::put(imported, &options).map_err(|failure| format!("{failure:?}").into())
    }

    /// Imports metadata that must not be refused.
    fn accept(&self, metadata: &Value) -> Fallible<Report> {
        let report = self.import(metadata, Missing::Keep)?;
        assert_eq!(report.refusals, []);
        Ok(report)
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.join("foo/2020-01-01").join(file)
    }

    fn text(&self, file: &str) -> Fallible<String> {
        Ok(fs::read_to_string(self.path(file))?)
    }

    fn edit(&self, file: &str, from: &str, to: &str) -> Fallible {
        let text = self.text(file)?;
        assert!(text.contains(from), "no {from:?} in {text}");
        Ok(fs::write(self.path(file), text.replacen(from, to, 1))?)
    }

    /// Removes what is known about the last import.
    fn forget(&self) -> Fallible {
        Ok(fs::remove_file(self.path("upstream.json"))?)
    }

    fn service(&self) -> Fallible<Service> {
        Ok(Service::load(&self.path(""))?)
    }
}

impl Drop for Specs {
    fn drop(&mut self) {
        // A leftover directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn product(style: &str, operations: Value) -> Value {
    json!({
        "info": { "style": style, "product": "Foo", "version": "2020-01-01" },
        "apis": operations,
        "endpoints": [{ "regionId": "cn-hangzhou", "endpoint": "foo.cn-hangzhou.aliyuncs.com" }],
    })
}

fn operation(parameters: Value) -> Value {
    responding(
        parameters,
        json!({ "type": "object", "properties": { "RequestId": { "type": "string" } } }),
    )
}

fn responding(parameters: Value, response: Value) -> Value {
    json!({
        "methods": ["post"],
        "parameters": parameters,
        "responses": { "200": { "schema": response } },
    })
}

fn at(mut operation: Value, method: &str, path: &str) -> Value {
    operation["methods"] = json!([method]);
    operation["path"] = json!(path);
    operation
}

fn parameter(name: &str, place: &str, schema: Value) -> Value {
    json!({ "name": name, "in": place, "schema": schema })
}

fn text(name: &str, place: &str) -> Value {
    parameter(name, place, json!({ "type": "string" }))
}

/// Returns a response with a page token and a list of items that have a state.
fn page() -> Value {
    json!({ "type": "object", "properties": {
        "NextToken": { "type": "string" },
        "Items": { "type": "array", "items": { "type": "object", "properties": {
            "Status": { "type": "string", "enum": ["Done", "Running"] },
        } } },
    } })
}

fn found(report: &Report, rule: Rule) -> bool {
    report.findings.iter().any(|finding| finding.rule == rule)
}

/// Returns name and place of the parameters of the only operation.
fn places(service: &Service) -> Vec<(&str, ParameterPlace)> {
    let parameters = service.operations.iter().flat_map(|op| &op.parameters);
    parameters.map(|p| (p.name.as_str(), p.place)).collect()
}

#[test]
fn a_renamed_part_of_the_path_replaces_the_old_one() -> Fallible {
    let specs = Specs::new("path")?;
    let get = |name: &str| {
        let operation = operation(json!([text(name, "path")]));
        product(
            "ROA",
            json!({ "GetX": at(operation, "get", &format!("/x/{{{name}}}")) }),
        )
    };
    specs.accept(&get("id"))?;
    let report = specs.accept(&get("xId"))?;
    assert!(found(&report, Rule::MissingRemoved) && !found(&report, Rule::MissingKept));
    assert_eq!(places(&specs.service()?), [("xId", ParameterPlace::Path)]);
    Ok(())
}

/// Not every place accepts every type: a path has only scalars, a body is JSON.
#[test]
fn a_parameter_that_moves_is_written_as_its_new_place_requires() -> Fallible {
    let list = json!({ "name": "A", "in": "query", "style": "json",
        "schema": { "type": "array", "items": { "type": "string" } } });
    let number = parameter("A", "path", json!({ "type": "integer", "format": "int64" }));
    let cases = [
        (
            &list,
            text("A", "path"),
            Kind::String,
            ParameterStyle::Plain,
        ),
        (
            &list,
            text("A", "header"),
            Kind::String,
            ParameterStyle::Plain,
        ),
        (
            &text("A", "query"),
            text("A", "body"),
            Kind::Any,
            ParameterStyle::Json,
        ),
        (
            &text("A", "path"),
            text("A", "query"),
            Kind::String,
            ParameterStyle::Plain,
        ),
        (
            &text("A", "path"),
            number,
            Kind::Int64,
            ParameterStyle::Plain,
        ),
    ];
    for (index, (old, new, kind, style)) in cases.into_iter().enumerate() {
        let specs = Specs::new(&format!("moved-{index}"))?;
        let put = |parameter: &Value| {
            let path = if parameter["in"] == "path" {
                "/x/{A}"
            } else {
                "/x"
            };
            let operation = operation(json!([parameter]));
            product("ROA", json!({ "PutX": at(operation, "put", path) }))
        };
        specs.accept(&put(old))?;
        if old["in"] == "path" {
            let required = "required: true";
            specs.edit(
                "operations/PutX.yaml",
                required,
                &format!("{required}\n      x-acs-raw: true"),
            )?;
        }
        specs.accept(&put(&new))?;
        let service = specs.service()?;
        let moved = service.operation("PutX").and_then(|op| op.parameter("A"));
        let moved = moved.ok_or("no A")?;
        assert_eq!((&moved.schema.kind, moved.style), (&kind, style), "{index}");
    }
    Ok(())
}

/// Whatever a parameter was and becomes, the result is valid, and a second import changes nothing.
#[test]
fn every_parameter_can_become_any_other() -> Fallible {
    let schemas = [
        json!({ "type": "string" }),
        json!({ "type": "string", "format": "binary" }),
        json!({ "type": "integer", "format": "int64", "minimum": "1", "maximum": "5" }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "type": "object" }),
        json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
        json!({ "$ref": "#/components/schemas/Shared" }),
        json!({ "type": "any" }),
    ];
    let places = ["query", "formData", "path", "header", "body"];
    let variants: Vec<(&str, &Value)> = places
        .iter()
        .flat_map(|place| schemas.iter().map(move |schema| (*place, schema)))
        .collect();
    let one = |name: &str, (place, schema): (&str, &Value)| {
        let mut parameter = parameter(name, place, schema.clone());
        let structured = matches!(schema["type"].as_str(), Some("array" | "object") | None);
        if structured && matches!(place, "query" | "formData") {
            parameter["style"] = json!("flat");
        }
        let path = if place == "path" {
            format!("/x/{{{name}}}")
        } else {
            "/x".to_owned()
        };
        at(operation(json!([parameter])), "put", &path)
    };
    let all = |make: &dyn Fn(usize, usize) -> Value| {
        let pairs = (0..variants.len()).flat_map(|i| (0..variants.len()).map(move |j| (i, j)));
        let operations = pairs.map(|(i, j)| (format!("From{i}To{j}"), make(i, j)));
        let mut metadata = product("ROA", operations.collect());
        let shared = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        metadata["components"] = json!({ "schemas": { "Shared": shared } });
        metadata
    };
    let specs = Specs::new("any-other")?;
    specs.accept(&all(&|i, _| one("A", variants[i])))?;
    // It becomes another parameter, and is replaced by one of another name.
    for name in ["A", "B"] {
        let newer = all(&|_, j| one(name, variants[j]));
        specs.accept(&newer)?;
        assert!(
            specs.accept(&newer)?.written.is_empty(),
            "{name} changes again"
        );
    }
    Ok(())
}

#[test]
fn the_only_body_is_that_of_the_metadata() -> Fallible {
    let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let body = |name: &str| parameter(name, "body", object.clone());
    let cases = [
        (body("Body"), body("body"), ("body", ParameterPlace::Body)),
        (
            text("A", "formData"),
            body("B"),
            ("B", ParameterPlace::Body),
        ),
        (
            body("A"),
            text("B", "formData"),
            ("B", ParameterPlace::Form),
        ),
    ];
    for (index, (old, new, left)) in cases.into_iter().enumerate() {
        let specs = Specs::new(&format!("body-{index}"))?;
        let put = |parameter: Value| {
            let operation = operation(json!([parameter]));
            product("ROA", json!({ "PutX": at(operation, "put", "/x") }))
        };
        specs.accept(&put(old))?;
        let report = specs.accept(&put(new))?;
        assert!(found(&report, Rule::MissingRemoved));
        assert_eq!(places(&specs.service()?), [left]);
    }
    Ok(())
}

#[test]
fn a_form_field_of_a_get_is_sent_in_the_query() -> Fallible {
    let specs = Specs::new("get-form")?;
    let metadata = |methods: Value, place: &str| {
        let mut operation = operation(json!([text("A", place)]));
        operation["methods"] = methods;
        product("RPC", json!({ "DoX": operation }))
    };
    specs.accept(&metadata(json!(["get"]), "query"))?;
    let newer = metadata(json!(["post", "get"]), "formData");
    let report = specs.accept(&newer)?;
    assert!(found(&report, Rule::FormMovedToQuery));
    assert_eq!(places(&specs.service()?), [("A", ParameterPlace::Query)]);
    assert!(specs.accept(&newer)?.written.is_empty());
    Ok(())
}

/// Texts inside the type are no reason to keep a style, which is a fact of the metadata.
#[test]
fn the_style_is_refreshed_under_texts_that_people_wrote() -> Fallible {
    let specs = Specs::new("style")?;
    let metadata = |style: &str| {
        let ids = json!({ "name": "Ids", "in": "query", "style": style,
            "schema": { "type": "array", "items": { "type": "string" } } });
        product("RPC", json!({ "GetX": operation(json!([ids])) }))
    };
    specs.accept(&metadata("json"))?;
    specs.edit(
        "operations/GetX.yaml",
        "items:\n              type: string",
        "items:\n              type: string\n              description: An id.",
    )?;
    specs.accept(&metadata("repeatList"))?;
    let service = specs.service()?;
    let ids = service.operation("GetX").and_then(|op| op.parameter("Ids"));
    let ids = ids.ok_or("no Ids")?;
    assert_eq!(ids.style, ParameterStyle::RepeatList);
    let Kind::Array(items) = &ids.schema.kind else {
        panic!("{:?}", ids.schema.kind)
    };
    assert_eq!(items.description, "An id.");
    Ok(())
}

#[test]
fn a_structure_in_text_keeps_the_style_it_needs() -> Fallible {
    let specs = Specs::new("structure")?;
    let metadata = product(
        "RPC",
        json!({ "GetX": operation(json!([text("Ids", "query")])) }),
    );
    specs.accept(&metadata)?;
    specs.edit(
        "operations/GetX.yaml",
        "      schema:\n        type: string",
        "      content:\n        application/json:\n          schema:\n            type: array\n            \
         items:\n              type: string",
    )?;
    specs.accept(&metadata)?;
    let service = specs.service()?;
    let ids = service.operation("GetX").and_then(|op| op.parameter("Ids"));
    assert_eq!(ids.map(|ids| ids.style), Some(ParameterStyle::Json));
    Ok(())
}

/// The structure of a shared schema stays where the metadata now has a string, and is written into
/// that string.
#[test]
fn a_shared_structure_in_text_is_json() -> Fallible {
    let specs = Specs::new("shared-text")?;
    let metadata = |style: Option<&str>, shared: Value| {
        let mut config = parameter(
            "Config",
            "query",
            json!({ "$ref": "#/components/schemas/Config" }),
        );
        config["style"] = json!(style);
        let mut metadata = product("RPC", json!({ "SetX": operation(json!([config])) }));
        metadata["components"] = json!({ "schemas": { "Config": shared } });
        metadata
    };
    let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    specs.accept(&metadata(Some("flat"), object))?;
    specs.forget()?;
    specs.accept(&metadata(None, json!({ "type": "string" })))?;
    let service = specs.service()?;
    let config = service
        .operation("SetX")
        .and_then(|op| op.parameter("Config"));
    assert_eq!(
        config.map(|config| config.style),
        Some(ParameterStyle::Json)
    );
    Ok(())
}

#[test]
fn a_part_of_the_path_keeps_its_slashes() -> Fallible {
    let specs = Specs::new("raw")?;
    let operation = at(operation(json!([text("key", "path")])), "get", "/x/{key}");
    let metadata = product("ROA", json!({ "GetX": operation }));
    specs.accept(&metadata)?;
    specs.edit(
        "operations/GetX.yaml",
        "required: true",
        "required: true\n      x-acs-raw: true",
    )?;
    specs.accept(&metadata)?;
    let service = specs.service()?;
    let key = service.operation("GetX").and_then(|op| op.parameter("key"));
    assert_eq!(key.map(|key| key.style), Some(ParameterStyle::Raw));
    Ok(())
}

#[test]
fn a_scalar_becomes_the_array_that_the_metadata_has() -> Fallible {
    let specs = Specs::new("array")?;
    let metadata = |schema: Value| {
        let mut ids = parameter("Ids", "query", schema);
        ids["style"] = json!("repeatList");
        product("RPC", json!({ "GetX": operation(json!([ids])) }))
    };
    specs.accept(&metadata(json!({ "type": "integer" })))?;
    specs.accept(&metadata(
        json!({ "type": "array", "items": { "type": "any" } }),
    ))?;
    let service = specs.service()?;
    let ids = service.operation("GetX").and_then(|op| op.parameter("Ids"));
    assert_eq!(ids.map(|ids| ids.style), Some(ParameterStyle::RepeatList));
    Ok(())
}

#[test]
fn decisions_are_removed_when_types_no_longer_fit_them() -> Fallible {
    let number = json!({ "type": "integer", "format": "int64" });
    let boolean = json!({ "type": "boolean" });
    let list = |token: &Value, limit: &Value, page: Value| {
        let parameters = json!([
            parameter("NextToken", "query", token.clone()),
            parameter("MaxResults", "query", limit.clone()),
        ]);
        product("RPC", json!({ "ListX": responding(parameters, page) }))
    };
    let create = |schema: &Value| {
        let token = parameter("ClientToken", "query", schema.clone());
        product("RPC", json!({ "CreateX": operation(json!([token])) }))
    };
    let string = json!({ "type": "string" });
    let mut odd_token = page();
    odd_token["properties"]["NextToken"] = boolean.clone();
    let cases = [
        (
            list(&string, &number, page()),
            list(&boolean, &number, page()),
        ),
        (
            list(&string, &number, page()),
            list(&string, &boolean, page()),
        ),
        (
            list(&string, &number, page()),
            list(&string, &number, odd_token),
        ),
        (create(&string), create(&number)),
    ];
    for (index, (old, new)) in cases.into_iter().enumerate() {
        let specs = Specs::new(&format!("unfit-{index}"))?;
        specs.accept(&old)?;
        let decided = |service: &Service| {
            let mut operations = service.operations.iter();
            operations.any(|op| op.pagination.is_some() || op.idempotency.is_some())
        };
        assert!(decided(&specs.service()?), "{index}");
        let report = specs.accept(&new)?;
        assert!(found(&report, Rule::DecisionDropped), "{index}");
        assert!(!decided(&specs.service()?), "{index}");
    }
    Ok(())
}

#[test]
fn what_a_paginator_sends_stays_as_long_as_the_parameter() -> Fallible {
    let list = |names: &[&str]| {
        let parameters: Vec<Value> = names.iter().map(|name| text(name, "query")).collect();
        product(
            "RPC",
            json!({ "ListX": responding(parameters.into(), page()) }),
        )
    };
    let specs = Specs::new("first")?;
    specs.accept(&list(&["NextToken", "Mode"]))?;
    let decided = "    items: Items\n    first:\n      Mode: token\n";
    specs.edit("operations/ListX.yaml", "    items: Items\n", decided)?;
    for (names, stays) in [
        (vec!["NextToken", "Mode"], true),
        (vec!["NextToken"], false),
    ] {
        let report = specs.import(&list(&names), Missing::Prune)?;
        assert_eq!(found(&report, Rule::DecisionDropped), !stays);
        let service = specs.service()?;
        let pagination = service.operations[0].pagination.as_ref();
        let first = pagination.and_then(|pagination| pagination.first().get("Mode"));
        assert_eq!(first, stays.then(|| json!("token")).as_ref());
    }
    Ok(())
}

#[test]
fn a_waiter_loses_a_message_that_was_removed() -> Fallible {
    let list = |response: Value| {
        let operation = responding(json!([text("Id", "query")]), response);
        product("RPC", json!({ "ListX": operation }))
    };
    let mut saying_why = page();
    saying_why["properties"]["Items"]["items"]["properties"]["Why"] = json!({ "type": "string" });
    let specs = Specs::new("waiter-message")?;
    specs.accept(&list(saying_why.clone()))?;
    specs.edit(
        "openapi.yaml",
        "\npaths:",
        "\nx-acs-waiters:\n  XDone:\n    description: Waits.\n    operation: ListX\n    parameters: [Id]\n    \
         state: Items[].Status\n    message: Items[].Why\n    success: [Done]\n    pending: [Running]\npaths:",
    )?;
    for (newer, stays) in [(saying_why, true), (page(), false)] {
        let report = specs.import(&list(newer), Missing::Prune)?;
        assert_eq!(found(&report, Rule::DecisionDropped), !stays);
        assert_eq!(specs.service()?.waiters[0].message.is_some(), stays);
    }
    Ok(())
}

#[test]
fn a_waiter_that_cannot_poll_is_removed() -> Fallible {
    let list = |parameters: Value, response: Value| {
        product("RPC", json!({ "ListX": responding(parameters, response) }))
    };
    let zone = parameter(
        "Zone",
        "query",
        json!({ "type": "string", "required": true }),
    );
    let mut numbered = page();
    numbered["properties"]["Items"]["items"]["properties"]["Status"] =
        json!({ "type": "number", "format": "double" });
    let mut renamed = page();
    renamed["properties"]["Items"]["items"]["properties"]["Status"]["enum"] = json!(["Running"]);
    let cases = [
        (list(json!([text("Id", "query")]), page()), true),
        (list(json!([text("Id", "query"), zone]), page()), false),
        (list(json!([text("Id", "query")]), numbered), false),
        (list(json!([text("Id", "query")]), renamed), false),
    ];
    for (index, (newer, stays)) in cases.into_iter().enumerate() {
        let specs = Specs::new(&format!("waiter-{index}"))?;
        specs.accept(&list(json!([text("Id", "query")]), page()))?;
        specs.edit(
            "openapi.yaml",
            "\npaths:",
            "\nx-acs-waiters:\n  XDone:\n    description: Waits.\n    operation: ListX\n    parameters: [Id]\n    \
             state: Items[].Status\n    success: [Done]\n    pending: [Running]\npaths:",
        )?;
        let report = specs.import(&newer, Missing::Prune)?;
        assert_eq!(report.refusals, []);
        assert_eq!(found(&report, Rule::DecisionDropped), !stays, "{index}");
        assert_eq!(specs.service()?.waiters.is_empty(), !stays, "{index}");
    }
    Ok(())
}

#[test]
fn a_waiter_continues_in_states_that_are_new_and_forgets_those_that_are_removed() -> Fallible {
    let list = |states: &[&str]| {
        let mut response = page();
        response["properties"]["Items"]["items"]["properties"]["Status"] =
            json!({ "type": "string", "enum": states });
        let operation = responding(json!([text("Id", "query")]), response);
        product("RPC", json!({ "ListX": operation }))
    };
    let specs = Specs::new("waiter-states")?;
    specs.accept(&list(&["Running", "Done"]))?;
    specs.edit(
        "openapi.yaml",
        "\npaths:",
        "\nx-acs-waiters:\n  XDone:\n    description: Waits.\n    operation: ListX\n    parameters: [Id]\n    \
         state: Items[].Status\n    success: [Done]\n    pending: [Running]\npaths:",
    )?;
    let report = specs.import(&list(&["Starting", "Done"]), Missing::Prune)?;
    assert_eq!(report.refusals, []);
    assert!(found(&report, Rule::WaiterStateAdded));
    assert_eq!(specs.service()?.waiters[0].pending, ["Starting"]);
    Ok(())
}

#[test]
fn an_example_loses_the_parameters_that_are_pruned() -> Fallible {
    let specs = Specs::new("example")?;
    let metadata = |parameters: Value| product("RPC", json!({ "DoX": operation(parameters) }));
    specs.accept(&metadata(json!([text("A", "query"), text("B", "query")])))?;
    specs.edit(
        "operations/DoX.yaml",
        "  responses:",
        "  x-acs-example:\n    request:\n      A: a\n      B: b\n    response: {}\n  responses:",
    )?;
    let report = specs.import(&metadata(json!([text("A", "query")])), Missing::Prune)?;
    assert_eq!(report.refusals, []);
    assert!(found(&report, Rule::DecisionDropped));
    let service = specs.service()?;
    let example = service.operation("DoX").and_then(|op| op.example.as_ref());
    assert_eq!(example.map(|e| &e.request), Some(&json!({ "A": "a" })));
    Ok(())
}

#[test]
fn pruning_keeps_an_operation_that_the_metadata_has_but_was_refused() -> Fallible {
    let specs = Specs::new("refused")?;
    let metadata = |place: &str| {
        product(
            "RPC",
            json!({ "AX": operation(json!([])), "BX": operation(json!([text("A", place)])) }),
        )
    };
    specs.accept(&metadata("query"))?;
    let report = specs.import(&metadata("nowhere"), Missing::Prune)?;
    assert_eq!(report.refusals.len(), 1);
    assert!(found(&report, Rule::MissingKept) && !found(&report, Rule::OperationRemoved));
    assert!(specs.service()?.operation("BX").is_some());
    Ok(())
}

/// The metadata moves a structure into a shared schema; the texts and secrets in it stay.
#[test]
fn an_inline_structure_stays_inline() -> Fallible {
    let specs = Specs::new("shared")?;
    let field = json!({ "type": "string" });
    let written = json!({ "type": "object", "properties": { "Label": field, "Value": field } });
    let get = |configuration: &Value| {
        let response = json!({ "type": "object", "properties": { "Config": configuration } });
        product("RPC", json!({ "GetX": responding(json!([]), response) }))
    };
    specs.accept(&get(&written))?;
    specs.edit(
        "operations/GetX.yaml",
        "Value:\n                    type: string",
        "Value:\n                    type: string\n                    x-acs-sensitive: true",
    )?;
    let mut newer = get(&json!({ "$ref": "#/components/schemas/Config" }));
    let mut shared = written;
    shared["properties"]["Size"] = json!({ "type": "integer", "format": "int32" });
    newer["components"] = json!({ "schemas": { "Config": shared } });
    let report = specs.accept(&newer)?;
    assert!(found(&report, Rule::TypeKept));
    let service = specs.service()?;
    let response = service
        .operation("GetX")
        .and_then(|op| op.response.schema());
    let response = response.ok_or("no response")?;
    assert!(service.walk(response, "Config.Value")?.sensitive);
    assert_eq!(service.walk(response, "Config.Size")?.kind, Kind::Int32);
    Ok(())
}

#[test]
fn events_stay_where_the_metadata_has_no_response() -> Fallible {
    let specs = Specs::new("events")?;
    let mut chat = responding(json!([]), page());
    chat["schemes"] = json!(["https", "sse"]);
    specs.accept(&product("RPC", json!({ "ChatX": chat })))?;
    chat["responses"] = json!({});
    let report = specs.accept(&product("RPC", json!({ "ChatX": chat })))?;
    assert!(found(&report, Rule::TypeKept));
    let service = specs.service()?;
    let response = service.operation("ChatX").map(|op| &op.response);
    assert!(
        matches!(response, Some(Response::Events(_))),
        "{response:?}"
    );
    Ok(())
}

#[test]
fn limits_and_deprecation_are_taken_from_the_metadata() -> Fallible {
    let specs = Specs::new("limits")?;
    let renew = |schema: Value| -> Fallible<(Schema, Report)> {
        let operation = operation(json!([parameter("N", "query", schema)]));
        let report = specs.accept(&product("RPC", json!({ "DoX": operation })))?;
        let service = specs.service()?;
        let n = service.operation("DoX").and_then(|op| op.parameter("N"));
        Ok((n.ok_or("no N")?.schema.clone(), report))
    };
    renew(
        json!({ "type": "integer", "format": "int32", "minimum": "1", "maximum": "5", "deprecated": true }),
    )?;
    specs.forget()?;
    let (n, report) = renew(json!({ "type": "integer", "format": "int32", "minimum": "2" }))?;
    assert_eq!(
        (n.minimum, n.maximum, n.deprecated),
        (Some(2), Some(5), false)
    );
    assert!(!found(&report, Rule::LimitIgnored));
    specs.forget()?;
    let (n, report) = renew(json!({ "type": "integer", "format": "int32", "minimum": "10" }))?;
    assert_eq!((n.minimum, n.maximum), (Some(10), None));
    assert!(found(&report, Rule::LimitIgnored));
    Ok(())
}

/// A comment above one of two elements of the same name stays with it, however often the file is
/// written.
#[test]
fn comments_of_elements_with_one_name_do_not_multiply() -> Fallible {
    let specs = Specs::new("comments")?;
    let metadata = |parameters: Value| {
        let mut operation = operation(parameters);
        operation["errorCodes"] = json!({
            "400": [{ "errorCode": "Bad", "errorMessage": "Wrong." }],
            "403": [{ "errorCode": "Bad", "errorMessage": "Not allowed." }],
        });
        product("RPC", json!({ "DoX": operation }))
    };
    let file = "operations/DoX.yaml";
    specs.accept(&metadata(json!([])))?;
    let second = "    - code: Bad\n      status: 403\n";
    specs.edit(file, second, &format!("    # Ask for it.\n{second}"))?;
    specs.accept(&metadata(json!([text("A", "query")])))?;
    specs.accept(&metadata(json!([text("A", "query"), text("B", "query")])))?;
    let written = specs.text(file)?;
    assert!(
        written.contains(&format!("    # Ask for it.\n{second}")),
        "{written}"
    );
    assert_eq!(written.matches("# Ask for it.").count(), 1, "{written}");
    Ok(())
}

#[test]
fn an_interrupted_import_is_completed_by_the_next() -> Fallible {
    let specs = Specs::new("cut-off")?;
    let operations = json!({ "AX": operation(json!([])), "BX": operation(json!([])) });
    let metadata = product("RPC", operations);
    // Nothing can be written there.
    fs::create_dir_all(specs.path("operations/BX.yaml"))?;
    let failure = specs.import(&metadata, Missing::Keep).err();
    assert!(failure.is_some_and(|failure| failure.to_string().contains("the next import")));
    fs::remove_dir(specs.path("operations/BX.yaml"))?;
    let report = specs.accept(&metadata)?;
    let rest = ["operations/BX.yaml", "upstream.json"];
    assert_eq!(
        report.written,
        rest.map(|file| format!("foo/2020-01-01/{file}"))
    );
    assert_eq!(specs.service()?.operations.len(), 2);
    assert_eq!(fs::read_dir(&specs.0)?.count(), 1, "nothing else is left");
    Ok(())
}

/// The table of hosts has the exceptions from the rule of the specification, whatever rule the
/// metadata follows.
#[test]
fn hosts_are_taken_from_the_metadata() -> Fallible {
    let specs = Specs::new("hosts")?;
    let renew = |rows: &[(&str, &str)]| -> Fallible<Service> {
        let rows = rows.iter().map(|(region, host)| {
            json!({ "regionId": region, "endpoint": format!("{host}.aliyuncs.com") })
        });
        let mut metadata = product("RPC", json!({ "DoX": operation(json!([])) }));
        metadata["endpoints"] = rows.collect();
        specs.accept(&metadata)?;
        specs.service()
    };
    let service = renew(&[
        ("cn-beijing", "foo.cn-beijing"),
        ("cn-hangzhou", "foo.cn-hangzhou"),
        ("cn-hongkong", "foo"),
    ])?;
    assert_eq!(service.endpoints.public["cn-hongkong"], "foo.aliyuncs.com");
    specs.edit(
        "openapi.yaml",
        "  public:",
        "  vpc:\n    cn-beijing: inner.aliyuncs.com\n  public:",
    )?;
    let service = renew(&[
        ("cn-hangzhou", "foo.cn-hangzhou"),
        ("cn-hongkong", "foo.cn-hongkong"),
    ])?;
    assert!(service.endpoints.public.is_empty(), "all follow the rule");

    let service = renew(&[
        ("cn-beijing", "foo"),
        ("cn-hangzhou", "foo"),
        ("eu-west-1", "foo"),
    ])?;
    assert!(service.endpoints.regional, "the rule is a decision");
    for region in ["cn-beijing", "cn-hangzhou", "eu-west-1"] {
        assert_eq!(
            service.endpoints.public_host("foo", region),
            "foo.aliyuncs.com"
        );
    }
    let vpc = service.endpoints.vpc_host("foo", "cn-beijing");
    assert_eq!(
        vpc, "inner.aliyuncs.com",
        "the metadata does not mention it"
    );
    Ok(())
}

#[test]
fn chosen_names_stay() -> Fallible {
    let specs = Specs::new("chosen-names")?;
    let mut parameters = vec![
        json!({ "name": "Kind", "in": "query", "schema": { "type": "string", "enum": ["a", "b"] } }),
        json!({ "name": "Tag", "in": "query", "style": "flat", "schema": {
            "type": "array", "items": { "type": "object", "properties": { "Key": { "type": "string" } } },
        } }),
    ];
    let metadata = |parameters: &[Value]| {
        let mut get = product("RPC", json!({ "GetFoo": operation(json!(parameters)) }));
        get["components"] = json!({ "schemas": { "Bar": { "type": "object", "properties": { "Id": { "type": "string" } } } } });
        get
    };
    specs.accept(&metadata(&parameters))?;
    let file = "operations/GetFoo.yaml";
    for (file, after, key) in [
        (
            file,
            "  operationId: GetFoo\n",
            "  x-acs-name: DescribeFoo\n",
        ),
        (file, "- name: Kind\n", "      x-acs-name: category\n"),
        (
            file,
            "          - b\n",
            "        x-acs-enum-names: { b: Second }\n",
        ),
        (
            file,
            "            Key:\n",
            "              x-acs-name: label\n",
        ),
        ("openapi.yaml", "    Bar:\n", "      x-acs-name: Pub\n"),
    ] {
        specs.edit(file, after, &format!("{after}{key}"))?;
    }
    let edited = specs.service()?;
    // A new parameter makes the import write the file again.
    parameters.push(json!({ "name": "More", "in": "query", "schema": { "type": "string" } }));
    specs.accept(&metadata(&parameters))?;
    let mut renewed = specs.service()?;
    let added = renewed.operations[0].parameters.pop();
    assert_eq!(added.map(|p| p.name), Some("More".to_owned()));
    assert_eq!(renewed, edited);
    let operation = &renewed.operations[0];
    assert_eq!(operation.rust_name.as_deref(), Some("DescribeFoo"));
    let [kind, tag] = &operation.parameters[..] else {
        panic!("{operation:?}")
    };
    assert_eq!(kind.schema.rust_name.as_deref(), Some("category"));
    let Kind::Enum(values) = &kind.schema.kind else {
        panic!("{kind:?}")
    };
    assert_eq!(values[1].rust_name.as_deref(), Some("Second"));
    let Kind::Array(items) = &tag.schema.kind else {
        panic!("{tag:?}")
    };
    let Kind::Object(fields) = &items.kind else {
        panic!("{items:?}")
    };
    assert_eq!(fields["Key"].schema.rust_name.as_deref(), Some("label"));
    assert_eq!(renewed.schemas["Bar"].rust_name.as_deref(), Some("Pub"));
    Ok(())
}
