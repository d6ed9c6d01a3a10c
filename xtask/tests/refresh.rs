//! Tests a refresh, which merges upstream then, upstream now, and the specification: for each kind
//! of fact, whoever changed it. `reimport.rs` has imports about which nothing is known.
#![cfg(test)]

mod support;

use alibabacloud_spec::{Kind, Operation, Parameter, Schema, Service};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use xtask::cli::{Failure, TaskStatus};
use xtask::diff::{Change, ChangeCode, Verdict, Version, compare, render};
use xtask::import::report::Report;
use xtask::import::{self, ImportOptions, MetadataSource, Missing, Refresh, Texts};

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A directory of specifications; removed when the test ends.
struct Specs(PathBuf);

impl Specs {
    fn new(name: &str) -> Fallible<Self> {
        let path = std::env::temp_dir().join(format!("acs-refresh-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Returns a specification that equals an import of `ours`, where the last import was `base`.
    fn between(name: &str, base: &Value, ours: &Value) -> Fallible<Self> {
        let (specs, last) = (Self::new(name)?, Self::new(&format!("{name}-base"))?);
        specs.import(ours, &Missing::Keep)?;
        last.import(base, &Missing::Keep)?;
        fs::copy(last.file("upstream.json"), specs.file("upstream.json"))?;
        Ok(specs)
    }

    fn import(&self, metadata: &Value, missing: &Missing) -> Fallible<Report> {
        self.import_text(&metadata.to_string(), None, missing)
    }

    fn import_text(&self, text: &str, date: Option<&str>, missing: &Missing) -> Fallible<Report> {
        self.import_with(text, date, missing, Texts::Keep)
    }

    fn import_with(
        &self,
        text: &str,
        date: Option<&str>,
        missing: &Missing,
        texts: Texts,
    ) -> Fallible<Report> {
        let options = ImportOptions {
            specs: self.0.clone(),
            crate_name: None,
            missing: missing.clone(),
            texts,
            skip_refused: false,
            dry_run: false,
        };
        let refresh = Refresh {
            source: MetadataSource::of(text, date.map(str::to_owned)),
            ..Refresh::default()
        };
        import::refresh(import::read(text), &refresh, &options)
            .map_err(|failure| message(&failure).into())
    }

    /// Imports metadata; before that, compares what `diff` says, and after it, checks that a second
    /// import is silent.
    fn refresh(&self, metadata: &Value) -> Fallible<Report> {
        let said = self.diff(metadata)?;
        let before = self.service()?;
        let report = self.import(metadata, &Missing::Keep)?;
        assert_eq!(report.refusals, []);
        assert_eq!(report.changes, said, "import and diff differ");
        let after = self.service()?;
        let changes = report.changes.iter().filter(|change| is_written(change));
        assert_eq!(
            before != after,
            changes.count() > 0,
            "{:#?}",
            report.changes
        );
        self.assert_silent(metadata)?;
        Ok(report)
    }

    fn assert_silent(&self, metadata: &Value) -> Fallible {
        let report = self.import(metadata, &Missing::Keep)?;
        let text = report.to_text(true);
        assert!(text.ends_with(", nothing changed\n"), "{text}");
        assert_eq!(self.diff(metadata)?, []);
        Ok(())
    }

    fn diff(&self, metadata: &Value) -> Fallible<Vec<Change>> {
        let spec = Version::read(&self.file("")).map_err(|failure| message(&failure))?;
        changes(&spec, &Version::metadata(metadata.to_string())?)
    }

    fn file(&self, name: &str) -> PathBuf {
        let product = fs::read_dir(&self.0).unwrap().next().unwrap().unwrap();
        let version = fs::read_dir(product.path()).unwrap().next().unwrap();
        version.unwrap().path().join(name)
    }

    fn edit(&self, file: &str, from: &str, to: &str) -> Fallible {
        let text = fs::read_to_string(self.file(file))?;
        assert!(text.contains(from), "no {from:?} in {text}");
        Ok(fs::write(self.file(file), text.replacen(from, to, 1))?)
    }

    fn service(&self) -> Fallible<Service> {
        Ok(Service::load(&self.file(""))?)
    }
}

impl Drop for Specs {
    fn drop(&mut self) {
        // A leftover directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn message(failure: &Failure) -> String {
    format!("{failure:?}")
}

fn changes(old: &Version, new: &Version) -> Fallible<Vec<Change>> {
    Ok(compare(old, new).map_err(|failure| message(&failure))?)
}

/// Returns whether a change is one of the specification.
fn is_written(change: &Change) -> bool {
    !matches!(
        change.code,
        ChangeCode::UpstreamRemoved
            | ChangeCode::DecisionKept
            | ChangeCode::DecisionPossible
            | ChangeCode::TextChanged
    )
}

/// Returns `place code` of each change.
fn codes(changes: &[Change]) -> BTreeSet<String> {
    let code = |change: &Change| format!("{} {}", change.at, change.code.name());
    changes.iter().map(code).collect()
}

fn product(operations: Value) -> Value {
    json!({
        "info": { "style": "RPC", "product": "Foo", "version": "2020-01-01" },
        "components": { "schemas": {} },
        "apis": operations,
        "endpoints": [{ "regionId": "cn-hangzhou", "endpoint": "foo.cn-hangzhou.aliyuncs.com" }],
    })
}

/// Returns metadata with one value at a JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut metadata = product(json!({ "SetX": {
        "methods": ["post", "get"],
        "security": [{ "AK": [] }],
        "parameters": [
            { "name": "N", "in": "query", "schema": { "type": "integer", "format": "int32" } },
            { "name": "T", "in": "query", "schema": { "type": "string" } },
            { "name": "L", "in": "query", "style": "repeatList",
              "schema": { "type": "array", "items": { "type": "string" } } },
            { "name": "O", "in": "query", "style": "json",
              "schema": { "type": "object", "properties": { "a": { "type": "string" } } } },
            { "name": "R", "in": "query", "style": "json",
              "schema": { "$ref": "#/components/schemas/Shared" } },
        ],
        "errorCodes": { "400": [{ "errorCode": "Bad", "errorMessage": "Wrong." }] },
        "responses": { "200": { "schema": { "type": "object", "properties": {
            "Id": { "type": "string" },
            "Items": { "type": "array", "items": { "$ref": "#/components/schemas/Shared" } },
        } } } },
    } }));
    metadata["components"]["schemas"] = json!({
        "Shared": { "type": "object", "properties": { "s": { "type": "string" } } },
        "Spare": { "type": "object", "properties": { "s": { "type": "string" } } },
    });
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = metadata.pointer_mut(parent).unwrap();
    match key.parse::<usize>() {
        Ok(index) if parent.is_array() => parent[index] = value,
        _ => parent[key] = value,
    }
    metadata
}

/// What an import does with a fact that upstream and the specification changed differently.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Conflict {
    /// The decision stays and is reported.
    Ours,
    /// The request must be the one that upstream describes now.
    Theirs,
    /// Both additions are there.
    Both,
}
use Conflict::{Both, Ours, Theirs};

/// A kind of fact: where it is in metadata, and three values.
struct Fact {
    name: &'static str,
    pointer: &'static str,
    values: [Value; 3],
    conflict: Conflict,
    /// What is reported where only upstream changed it.
    code: ChangeCode,
}

fn facts() -> Vec<Fact> {
    let parameter = "/apis/SetX/parameters";
    let fact = |name, pointer: &str, values: [Value; 3], conflict, code| Fact {
        name,
        pointer: Box::leak(pointer.replace("{p}", parameter).into_boxed_str()),
        values,
        conflict,
        code,
    };
    let types = ["string", "boolean", "number"].map(|name| json!(name));
    let enums = [json!(["a"]), json!(["a", "b"]), json!(["a", "c"])];
    let numbers = [json!("5"), json!("6"), json!("7")];
    let hosts = ["foo", "bar", "baz"].map(
        |host| json!([{ "regionId": "cn-hangzhou", "endpoint": format!("{host}.aliyuncs.com") }]),
    );
    let fields = ["integer", "boolean", "number"].map(|name| json!({ "b": { "type": name } }));
    let error = |code: &str| json!([{ "errorCode": code, "errorMessage": "Wrong." }]);
    use ChangeCode as C;
    vec![
        fact(
            "type",
            "{p}/1/schema/type",
            types.clone(),
            Theirs,
            C::RequestTypeChanged,
        ),
        fact(
            "limit",
            "{p}/0/schema/maximum",
            numbers.clone(),
            Ours,
            C::LimitLoosened,
        ),
        fact(
            "lower-limit",
            "{p}/0/schema/minimum",
            numbers.clone(),
            Ours,
            C::LimitTightened,
        ),
        fact(
            "length",
            "{p}/1/schema/maxLength",
            numbers.clone(),
            Ours,
            C::LimitLoosened,
        ),
        fact(
            "items",
            "{p}/2/schema/maxItems",
            numbers.clone(),
            Ours,
            C::LimitLoosened,
        ),
        fact(
            "default",
            "{p}/0/schema/default",
            [json!(5), json!(6), json!(7)],
            Ours,
            C::DefaultChanged,
        ),
        fact(
            "pattern",
            "{p}/1/schema/pattern",
            ["a", "b", "c"].map(|it| json!(it)),
            Ours,
            C::DocumentedChanged,
        ),
        fact(
            "enum",
            "{p}/1/schema/enum",
            enums.clone(),
            Both,
            C::EnumValueAdded,
        ),
        fact(
            "place",
            "{p}/1/in",
            ["query", "formData", "header"].map(|it| json!(it)),
            Theirs,
            C::ParamMoved,
        ),
        fact(
            "style",
            "{p}/2/style",
            ["repeatList", "json", "simple"].map(|it| json!(it)),
            Theirs,
            C::ParamStyleChanged,
        ),
        fact(
            "methods",
            "/apis/SetX/methods",
            [json!(["post", "get"]), json!(["get"]), json!(["post"])],
            Ours,
            C::MethodsChanged,
        ),
        fact("region", "/endpoints", hosts, Ours, C::EndpointChanged),
        fact(
            "error-code",
            "/apis/SetX/errorCodes/404",
            [json!([]), error("Gone"), error("Lost")],
            Both,
            C::ErrorCodeAdded,
        ),
        fact(
            "field",
            "{p}/3/schema/properties",
            fields.clone(),
            Theirs,
            C::RequestTypeChanged,
        ),
        fact(
            "response",
            "/apis/SetX/responses/200/schema/properties",
            fields.clone(),
            Theirs,
            C::ResponseTypeChanged,
        ),
        fact(
            "shared",
            "/components/schemas/Shared/properties",
            fields,
            Theirs,
            C::RequestTypeChanged,
        ),
        fact(
            "shared-enum",
            "/components/schemas/Shared/properties/s/enum",
            enums,
            Both,
            C::EnumValueAdded,
        ),
        fact(
            "reference",
            "{p}/4/schema/$ref",
            ["Shared", "Spare", "Other"].map(|it| json!(format!("#/components/schemas/{it}"))),
            Theirs,
            C::RequestTypeChanged,
        ),
    ]
}

/// Facts of two values cannot be changed differently.
fn flags() -> Vec<Fact> {
    let fact = |name, pointer, before: Value, after: Value, code| Fact {
        name,
        pointer,
        values: [before, after.clone(), after],
        conflict: Ours,
        code,
    };
    use ChangeCode as C;
    let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let get = json!({ "methods": ["get"], "parameters": [], "responses": { "200": { "schema": object } } });
    vec![
        fact(
            "required",
            "/apis/SetX/parameters/1/schema/required",
            json!(false),
            json!(true),
            C::BecameRequired,
        ),
        fact(
            "optional",
            "/apis/SetX/parameters/3/schema/properties/a/required",
            json!(true),
            json!(false),
            C::BecameOptional,
        ),
        fact(
            "deprecated",
            "/apis/SetX/parameters/1/schema/deprecated",
            json!(false),
            json!(true),
            C::DeprecatedSet,
        ),
        fact(
            "deprecated-operation",
            "/apis/SetX/deprecated",
            json!(true),
            json!(false),
            C::DeprecatedCleared,
        ),
        fact(
            "anonymous",
            "/apis/SetX/security",
            json!([{ "AK": [] }]),
            json!([{ "Anonymous": [] }]),
            C::AnonymousChanged,
        ),
        fact(
            "api-style",
            "/info/style",
            json!("RPC"),
            json!("ROA"),
            C::ApiStyleChanged,
        ),
        fact("new-operation", "/apis/GetX", Value::Null, get, C::OpAdded),
        fact(
            "new-parameter",
            "/apis/SetX/parameters/5",
            json!({ "name": "T", "in": "query", "schema": { "type": "string" } }),
            json!({ "name": "New", "in": "query", "schema": { "type": "string" } }),
            C::OptionalParamAdded,
        ),
        fact(
            "new-field",
            "/apis/SetX/responses/200/schema/properties/New",
            Value::Null,
            json!({ "type": "string" }),
            C::ResponseFieldAdded,
        ),
        fact(
            "new-region",
            "/endpoints/1",
            json!({ "regionId": "cn-hangzhou", "endpoint": "foo.cn-hangzhou.aliyuncs.com" }),
            json!({ "regionId": "cn-beijing", "endpoint": "foo.cn-beijing.aliyuncs.com" }),
            C::RegionAdded,
        ),
        fact(
            "new-schema",
            "/components/schemas/New",
            Value::Null,
            json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
            C::SchemaAdded,
        ),
    ]
}

/// Returns metadata with the value of a fact; `null` is its absence, and an element after the last
/// is appended.
fn metadata(fact: &Fact, value: &Value) -> Value {
    let mut metadata = with("/info/title", json!("Foo"));
    let style = fact.name == "api-style";
    if style {
        metadata["apis"]["SetX"]["path"] = json!("/x");
    }
    let (parent, key) = fact.pointer.rsplit_once('/').unwrap();
    let place = metadata.pointer_mut(parent).unwrap();
    match (place, key.parse::<usize>()) {
        (Value::Array(items), Ok(index)) if index == items.len() => items.push(value.clone()),
        (Value::Array(items), Ok(index)) => items[index] = value.clone(),
        (Value::Object(_), _) if value.is_null() => {}
        (place, _) => place[key] = value.clone(),
    }
    if value == "#/components/schemas/Other" {
        metadata["components"]["schemas"]["Other"] = json!({ "type": "object",
            "properties": { "s": { "type": "string" } } });
    }
    metadata
}

/// Returns a service without what an import does not compare.
fn bare(specs: &Specs) -> Fallible<Service> {
    let mut service = specs.service()?;
    for operation in &mut service.operations {
        operation.parameters.sort_by(|a, b| a.name.cmp(&b.name));
        operation.method.clear();
        operation.methods.sort();
    }
    Ok(service)
}

fn fresh(name: &str, metadata: &Value) -> Fallible<Service> {
    let specs = Specs::new(name)?;
    specs.import(metadata, &Missing::Keep)?;
    bare(&specs)
}

#[test]
fn a_fact_that_nobody_changed_is_left_alone() -> Fallible {
    for fact in facts().iter().chain(&flags()) {
        let then = metadata(fact, &fact.values[0]);
        let specs = Specs::between(&format!("none-{}", fact.name), &then, &then)?;
        assert_eq!(specs.refresh(&then)?.changes, [], "{}", fact.name);
    }
    Ok(())
}

#[test]
fn a_fact_that_the_specification_changed_stays() -> Fallible {
    for fact in facts().iter().chain(&flags()) {
        let [then, _, ours] = fact.values.clone().map(|value| metadata(fact, &value));
        let specs = Specs::between(&format!("ours-{}", fact.name), &then, &ours)?;
        let before = specs.service()?;
        let report = specs.refresh(&then)?;
        assert_eq!(report.changes, [], "{}", fact.name);
        assert_eq!(specs.service()?, before, "{}", fact.name);
    }
    Ok(())
}

#[test]
fn a_fact_that_upstream_changed_is_taken_over() -> Fallible {
    for fact in facts().iter().chain(&flags()) {
        let name = fact.name;
        let [then, now, _] = fact.values.clone().map(|value| metadata(fact, &value));
        let specs = Specs::between(&format!("theirs-{name}"), &then, &then)?;
        let report = specs.refresh(&now)?;
        let found = report.changes.iter().any(|change| change.code == fact.code);
        assert!(found, "{name}: {:#?}", report.changes);
        let mut expected = fresh(&format!("fresh-{name}"), &now)?;
        let mut merged = bare(&specs)?;
        // Decisions that follow from facts are not changed by a refresh.
        for service in [&mut expected, &mut merged] {
            for operation in &mut service.operations {
                operation.arguments.clear();
            }
            service.endpoints.regional = false;
            let code = service.code.clone();
            let host = |region: &String| service.endpoints.public_host(&code, region);
            let hosts = service
                .endpoints
                .regions
                .iter()
                .map(host)
                .collect::<Vec<_>>();
            assert!(!hosts.is_empty());
            service.endpoints.public.clear();
        }
        // What is gone is kept.
        for (name, schema) in &merged.schemas {
            if schema.deprecated {
                expected.schemas.insert(name.clone(), schema.clone());
            }
        }
        for operation in &mut expected.operations {
            let known = merged.operation(&operation.name);
            let known = known.ok_or("an operation is missing")?;
            keep_deprecated(operation, known);
        }
        keep_fields(&mut expected, &merged);
        let differences = xtask::diff::compare_specs(&merged, &expected);
        assert_eq!(differences, [], "{name}");
        assert!(merged == expected, "{name}");
    }
    Ok(())
}

/// Adds parameters that were kept.
fn keep_deprecated(operation: &mut Operation, known: &Operation) {
    for parameter in &known.parameters {
        if parameter.schema.deprecated && operation.parameter(&parameter.name).is_none() {
            operation.parameters.push(parameter.clone());
        }
    }
    operation.parameters.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Adds the fields of the response and of shared schemas that were kept.
fn keep_fields(expected: &mut Service, merged: &Service) {
    fn keep(schema: &mut Schema, known: &Schema) {
        if let (Kind::Object(fields), Kind::Object(known)) = (&mut schema.kind, &known.kind) {
            for (name, field) in known {
                if field.schema.deprecated && !fields.contains_key(name) {
                    fields.insert(name.clone(), field.clone());
                }
            }
        }
    }
    for (name, schema) in &mut expected.schemas {
        keep(schema, &merged.schemas[name]);
    }
    for operation in &mut expected.operations {
        let Some(known) = merged.operation(&operation.name) else {
            continue;
        };
        if let (alibabacloud_spec::Response::Json(one), Some(other)) =
            (&mut operation.response, known.response.schema())
        {
            keep(one, other);
        }
        for parameter in &mut operation.parameters {
            if let Some(known) = known.parameter(&parameter.name) {
                keep(&mut parameter.schema, &known.schema);
            }
        }
    }
}

#[test]
fn the_same_change_on_both_sides_is_none() -> Fallible {
    for fact in facts().iter().chain(&flags()) {
        let [then, now, _] = fact.values.clone().map(|value| metadata(fact, &value));
        let specs = Specs::between(&format!("same-{}", fact.name), &then, &now)?;
        let report = specs.refresh(&now)?;
        let written: Vec<_> = report.changes.iter().filter(|c| is_written(c)).collect();
        assert!(written.is_empty(), "{}: {written:#?}", fact.name);
    }
    Ok(())
}

#[test]
fn a_fact_that_both_changed_is_reported() -> Fallible {
    for fact in facts() {
        let name = fact.name;
        let [then, now, ours] = fact.values.clone().map(|value| metadata(&fact, &value));
        let specs = Specs::between(&format!("both-{name}"), &then, &ours)?;
        let before = specs.service()?;
        let report = specs.refresh(&now)?;
        let kept = report
            .changes
            .iter()
            .any(|change| change.code == ChangeCode::DecisionKept);
        let after = specs.service()?;
        match fact.conflict {
            Ours => {
                assert!(kept, "{name}: {:#?}", report.changes);
                assert_eq!(after, before, "{name}");
            }
            Theirs => assert_ne!(after, before, "{name}"),
            Both => assert!(
                report.changes.iter().any(|change| change.code == fact.code),
                "{name}: {:#?}",
                report.changes
            ),
        }
    }
    Ok(())
}

fn listed(fields: Value) -> Value {
    product(json!({ "ListX": {
        "methods": ["post"],
        "parameters": [
            { "name": "Kind", "in": "query", "schema": { "type": "string", "enum": ["a", "b"] } },
            { "name": "Old", "in": "query", "schema": { "type": "string" } },
        ],
        "errorCodes": { "400": [{ "errorCode": "Bad" }, { "errorCode": "Worse" }] },
        "responses": { "200": { "schema": { "type": "object", "properties": fields } } },
    }, "DropX": { "methods": ["post"], "parameters": [], "responses": { "200": {} } } }))
}

/// What upstream no longer has stays and is marked, once; a name prunes it.
#[test]
fn what_upstream_removed_stays_until_it_is_pruned() -> Fallible {
    let then = listed(json!({ "Id": { "type": "string" }, "Gone": { "type": "string" } }));
    let mut now = listed(json!({ "Id": { "type": "string" } }));
    now["apis"].as_object_mut().unwrap().remove("DropX");
    let list = &mut now["apis"]["ListX"];
    list["parameters"].as_array_mut().unwrap().pop();
    list["parameters"][0]["schema"]["enum"] = json!(["a"]);
    list["errorCodes"]["400"].as_array_mut().unwrap().pop();
    now["endpoints"] =
        json!([{ "regionId": "cn-beijing", "endpoint": "foo.cn-beijing.aliyuncs.com" }]);
    let specs = Specs::between("removed", &then, &then)?;
    let report = specs.refresh(&now)?;
    let gone = [
        "DropX",
        "ListX error Worse",
        "ListX!200.Gone",
        "ListX?Kind value b",
        "ListX?Old",
        "region cn-hangzhou",
    ];
    let found: Vec<&str> = report
        .changes
        .iter()
        .filter(|change| change.code == ChangeCode::UpstreamRemoved)
        .map(|change| change.at.as_str())
        .collect();
    assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), gone.into());
    let service = specs.service()?;
    let list = service.operation("ListX").ok_or("no ListX")?;
    assert!(service.operation("DropX").is_some_and(|op| op.deprecated));
    assert!(
        list.parameter("Old")
            .is_some_and(|old| old.schema.deprecated)
    );
    let response = list.response.schema().ok_or("no response")?;
    assert!(service.walk(response, "Gone")?.deprecated);
    for name in gone.iter().filter(|name| !name.contains(" value ")) {
        let names = Missing::PruneNamed(BTreeSet::from([(*name).to_owned()]));
        let report = specs.import(&now, &names)?;
        let removed = report
            .changes
            .iter()
            .any(|change| change.is_removal() && change.at == *name);
        assert!(removed, "{name}: {:#?}", report.changes);
        specs.assert_silent(&now)?;
    }
    let wrong = Missing::PruneNamed(BTreeSet::from(["ListX?Kind".to_owned()]));
    let refused = specs.import(&now, &wrong).unwrap_err().to_string();
    assert!(refused.contains("cannot prune `ListX?Kind`"), "{refused}");
    Ok(())
}

/// An operation that comes back is no longer deprecated.
#[test]
fn what_comes_back_is_like_new() -> Fallible {
    let then = listed(json!({ "Id": { "type": "string" } }));
    let mut now = then.clone();
    now["apis"].as_object_mut().unwrap().remove("DropX");
    let specs = Specs::between("back", &then, &then)?;
    specs.refresh(&now)?;
    specs.refresh(&then)?;
    let service = specs.service()?;
    assert!(service.operation("DropX").is_some_and(|op| !op.deprecated));
    Ok(())
}

/// What the specification has from another source, or left out, is not a change of upstream's.
#[test]
fn additions_and_omissions_of_the_specification_stay() -> Fallible {
    let then = listed(json!({ "Id": { "type": "string" }, "Gone": { "type": "string" } }));
    let mut ours = listed(json!({ "Id": { "type": "string" }, "Own": { "type": "string" } }));
    let apis = ours["apis"].as_object_mut().unwrap();
    let dropped = apis.remove("DropX").unwrap();
    apis.insert("OwnX".to_owned(), dropped);
    let specs = Specs::between("own", &then, &ours)?;
    let before = specs.service()?;
    assert_eq!(specs.refresh(&then)?.changes, []);
    assert_eq!(specs.service()?, before);
    Ok(())
}

/// A reviewer may find that something is required only in the documentation.
#[test]
fn what_is_only_documented_as_required_can_stay_optional() -> Fallible {
    let mut then = listed(json!({ "Id": { "type": "string" } }));
    let specs = Specs::between("required", &then, &then)?;
    then["apis"]["ListX"]["parameters"][1]["schema"]["required"] = json!(true);
    let report = specs.refresh(&then)?;
    let change = report.changes.first().ok_or("no change")?;
    assert_eq!(
        (
            change.code,
            change.code.verdict(),
            change.code.verdict().bump().name()
        ),
        (ChangeCode::BecameRequired, Verdict::Behaviour, "minor")
    );
    let markdown = render::markdown(&report.changes);
    assert!(
        markdown.contains("`ListX?Old` became required"),
        "{markdown}"
    );
    specs.edit(
        "operations/ListX.yaml",
        "name: Old\n      in: query\n      required: true\n",
        "name: Old\n      in: query\n      required: false\n",
    )?;
    specs.assert_silent(&then)?;
    let service = specs.service()?;
    let old = service
        .operation("ListX")
        .and_then(|op| op.parameter("Old"));
    assert!(old.is_some_and(|old: &Parameter| !old.required));
    Ok(())
}

/// Upstream's sentences are not kept; that one changed is.
#[test]
fn a_changed_text_is_reported_without_the_text() -> Fallible {
    let mut then =
        listed(json!({ "Id": { "type": "string", "description": "Hidden words of theirs." } }));
    let specs = Specs::between("text", &then, &then)?;
    specs.edit(
        "operations/ListX.yaml",
        "Hidden words of theirs.",
        "The ID.",
    )?;
    let kept = fs::read_to_string(specs.file("upstream.json"))?;
    assert!(!kept.contains("Hidden"), "{kept}");
    let field = "/apis/ListX/responses/200/schema/properties/Id/description";
    *then.pointer_mut(field).unwrap() = json!("Other words of theirs.");
    let before = specs.service()?;
    let report = specs.refresh(&then)?;
    assert_eq!(
        codes(&report.changes),
        BTreeSet::from(["ListX!200.Id text_changed".to_owned()])
    );
    assert_eq!(specs.service()?, before);
    Ok(())
}

/// Pagination that appears later is reported, and not written.
#[test]
fn pagination_that_appears_is_a_question() -> Fallible {
    let mut then = listed(
        json!({ "Items": { "type": "array", "items": { "type": "object",
        "properties": { "Id": { "type": "string" } } } } }),
    );
    let specs = Specs::between("paging", &then, &then)?;
    let before = Version::metadata(then.to_string())?;
    let token = json!({ "name": "NextToken", "in": "query", "schema": { "type": "string" } });
    then["apis"]["ListX"]["parameters"]
        .as_array_mut()
        .unwrap()
        .push(token);
    then["apis"]["ListX"]["responses"]["200"]["schema"]["properties"]["NextToken"] =
        json!({ "type": "string" });
    let after = Version::metadata(then.to_string())?;
    assert!(codes(&changes(&before, &after)?).contains("ListX pagination_added"));
    let report = specs.refresh(&then)?;
    assert!(
        codes(&report.changes).contains("ListX decision_possible"),
        "{:#?}",
        report.changes
    );
    assert!(
        report
            .inferences
            .iter()
            .all(|it| it.subject != "pagination")
    );
    let text = report.to_text(false);
    assert!(
        text.contains("x-acs-pagination: NextToken, Items; not written"),
        "{text}"
    );
    assert!(
        specs
            .service()?
            .operations
            .iter()
            .all(|op| op.pagination.is_none())
    );
    Ok(())
}

/// An entry that a person removed does not come back, and one that a person wrote stays alone.
#[test]
fn new_entries_of_the_change_set_are_added() -> Fallible {
    let entry = |day: &str, text: &str| json!({ "createdAt": format!("{day}T07:22:02.000Z"), "description": text });
    let mut metadata = listed(json!({ "Id": { "type": "string" } }));
    metadata["apis"]["ListX"]["changeSet"] = json!([
        entry("2024-05-01", "OpenAPI online"),
        entry("2024-06-01", "Error codes changed"),
    ]);
    let specs = Specs::new("change-set")?;
    specs.import(&metadata, &Missing::Keep)?;
    let days = |service: Service| -> Vec<String> {
        let notes = service.operations.iter().flat_map(|it| &it.changes);
        notes.map(|note| note.date.clone()).collect()
    };
    assert_eq!(days(specs.service()?), ["2024-06-01", "2024-05-01"]);
    let removed = "    - date: \"2024-06-01\"\n      kinds:\n        - error-changed\n      \
                   source: change-set\n      description: Error codes changed.\n";
    specs.edit("operations/ListX.yaml", removed, "")?;
    specs.assert_silent(&metadata)?;
    let set = metadata["apis"]["ListX"]["changeSet"]
        .as_array_mut()
        .unwrap();
    set.push(entry("2025-01-01", "Request parameters changed"));
    set.push(entry("2024-05-01", "Response parameters changed"));
    let report = specs.refresh(&metadata)?;
    assert_eq!(codes(&report.changes).len(), 1, "{:#?}", report.changes);
    assert!(codes(&report.changes).contains("ListX release_note_added"));
    assert_eq!(days(specs.service()?), ["2025-01-01", "2024-05-01"]);
    specs.assert_silent(&metadata)
}

/// A specification about whose last import nothing is known: what it has beyond the metadata is not
/// newly missing, and conclusions that are not written are not listed.
#[test]
fn the_first_refresh_marks_nothing() -> Fallible {
    let then = listed(json!({ "Id": { "type": "string" } }));
    let mut now = then.clone();
    now["apis"].as_object_mut().unwrap().remove("DropX");
    let specs = Specs::between("first", &then, &then)?;
    fs::remove_file(specs.file("upstream.json"))?;
    let report = specs.import(&now, &Missing::Keep)?;
    assert_eq!(report.changes, []);
    assert_eq!(report.inferences, []);
    assert!(
        specs
            .service()?
            .operation("DropX")
            .is_some_and(|op| !op.deprecated)
    );
    specs.assert_silent(&now)
}

/// New values of an enum that the metadata moved into a shared schema are not lost.
#[test]
fn values_behind_a_reference_are_compared_and_merged() -> Fallible {
    let kind = |schema: Value, values: Value| {
        let mut metadata = listed(json!({ "Id": { "type": "string" } }));
        metadata["apis"]["ListX"]["parameters"][0]["schema"] = schema;
        metadata["components"]["schemas"] = json!({ "Kind": { "type": "string",
            "enumValueTitles": values } });
        metadata
    };
    let inline = kind(
        json!({ "type": "string", "enum": ["a"] }),
        json!({ "a": "A" }),
    );
    let shared = json!({ "$ref": "#/components/schemas/Kind" });
    let [two, three] = [
        json!({ "a": "A", "b": "B" }),
        json!({ "a": "A", "b": "B", "c": "C" }),
    ]
    .map(|values| kind(shared.clone(), values));
    let [old, new] = [&inline, &two].map(|it| Version::metadata(it.to_string()));
    let found = codes(&changes(&old?, &new?)?);
    assert!(found.contains("ListX?Kind enum_value_added"), "{found:?}");
    let specs = Specs::between("behind", &inline, &inline)?;
    specs.edit(
        "operations/ListX.yaml",
        "name: Kind\n",
        "name: Kind\n      description: Ours.\n",
    )?;
    for (metadata, values) in [(two, 2), (three, 3)] {
        let report = specs.refresh(&metadata)?;
        assert!(codes(&report.changes).contains("ListX?Kind enum_value_added"));
        let service = specs.service()?;
        let kind = service
            .operation("ListX")
            .and_then(|op| op.parameter("Kind"));
        let Some(Kind::Enum(found)) = kind.map(|kind| &kind.schema.kind) else {
            panic!("{kind:?}")
        };
        assert_eq!(found.len(), values);
    }
    Ok(())
}

/// A name whose spelling upstream corrects keeps its text, and is recognised.
#[test]
fn a_renamed_item_is_recognised() -> Fallible {
    let then = listed(json!({ "itemid": { "type": "string" },
        "Info": { "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } } }));
    let now = listed(json!({ "ItemId": { "type": "string" },
        "Details": { "type": "object", "properties": { "b": { "type": "string" }, "a": { "type": "string" } } } }));
    let [old, new] = [&then, &now].map(|it| Version::metadata(it.to_string()));
    let notes: Vec<String> = changes(&old?, &new?)?
        .iter()
        .map(Change::to_string)
        .collect();
    for line in [
        "ListX!200.itemid was removed (was string); perhaps renamed to ItemId",
        "ListX!200.Details is new (object); perhaps it was Info",
    ] {
        assert!(notes.iter().any(|note| note == line), "{notes:#?}");
    }
    let specs = Specs::between("renamed", &then, &then)?;
    specs.edit(
        "operations/ListX.yaml",
        "itemid:\n                type: string\n",
        "itemid:\n                type: string\n                description: Ours.\n",
    )?;
    specs.refresh(&now)?;
    let service = specs.service()?;
    let response = service
        .operation("ListX")
        .and_then(|op| op.response.schema());
    let response = response.ok_or("no response")?;
    assert_eq!(service.walk(response, "ItemId")?.description, "Ours.");
    assert!(service.walk(response, "itemid")?.deprecated);
    Ok(())
}

fn run(arguments: &[&str]) -> Result<TaskStatus, Failure> {
    import::run(xtask::cli::Arguments::from_args(arguments))
}

#[test]
fn metadata_older_than_the_last_import_is_refused() -> Fallible {
    let specs = Specs::new("dates")?;
    let directory = Specs::new("dates-files")?;
    let then = listed(json!({ "Id": { "type": "string" } }));
    let now = listed(json!({ "Id": { "type": "string" }, "New": { "type": "string" } }));
    let put = |name: &str, metadata: &Value| -> Fallible<String> {
        let path = directory.0.join(name);
        fs::write(&path, metadata.to_string())?;
        Ok(path.to_string_lossy().into_owned())
    };
    let (old, new) = (
        put("2025-01-01.json", &then)?,
        put("2025-02-01.json", &now)?,
    );
    let (plain, other) = (put("api-docs.json", &now)?, put("other.json", &then)?);
    let place = specs.0.to_string_lossy().into_owned();
    let import = |arguments: &[&str]| {
        let all: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--specs", &place])
            .collect();
        run(&all).map_err(|failure| message(&failure))
    };
    assert_eq!(import(&[&new])?, TaskStatus::Clean);
    let kept = fs::read_to_string(specs.file("upstream.json"))?;
    assert!(kept.contains("\"date\": \"2025-02-01\""), "{kept}");
    assert_eq!(import(&[&old])?, TaskStatus::Findings);
    assert_eq!(
        import(&[&plain, "--date", "2025-01-31"])?,
        TaskStatus::Findings
    );
    assert_eq!(
        fs::read_to_string(specs.file("upstream.json"))?,
        kept,
        "nothing was written"
    );
    let refused = specs.import_text(
        &fs::read_to_string(&old)?,
        Some("2025-01-01"),
        &Missing::Keep,
    )?;
    assert_eq!(refused.refusals.len(), 1);
    assert_eq!(
        refused.inferences,
        [],
        "nothing but the refusal is reported"
    );
    // The same file under another name, without a date.
    assert_eq!(import(&[&plain])?, TaskStatus::Clean);
    assert_eq!(fs::read_to_string(specs.file("upstream.json"))?, kept);
    let undated = specs.import_text(&fs::read_to_string(&other)?, None, &Missing::Keep)?;
    assert!(
        undated
            .notes
            .iter()
            .any(|note| note.contains("has no date")),
        "{:?}",
        undated.notes
    );
    assert_eq!(import(&[&new])?, TaskStatus::Clean);
    assert_eq!(import(&[&old, "--force"])?, TaskStatus::Clean);
    let forced = fs::read_to_string(specs.file("upstream.json"))?;
    assert!(forced.contains("\"date\": \"2025-01-01\""), "{forced}");
    for wrong in [["--date", "yesterday"], ["--prune", ""]] {
        assert!(import(&[&new, wrong[0], wrong[1]]).is_err(), "{wrong:?}");
    }
    Ok(())
}

/// A specification that has no facts of a last import gets them from a file.
#[test]
fn the_last_import_can_be_given() -> Fallible {
    let then = listed(json!({ "Id": { "type": "string" }, "Gone": { "type": "string" } }));
    let ours = listed(json!({ "Id": { "type": "string" }, "Own": { "type": "integer" } }));
    let specs = Specs::between("given", &then, &ours)?;
    let kept = specs.file("upstream.json");
    fs::remove_file(&kept)?;
    let before = specs.service()?;
    let directory = Specs::new("given-files")?;
    let file = directory.0.join("2025-01-01.json");
    fs::write(&file, then.to_string())?;
    let (file, place) = (file.to_string_lossy(), specs.0.to_string_lossy());
    let status = run(&[&file, "--base", &file, "--specs", &place]).map_err(|it| message(&it))?;
    assert_eq!(status, TaskStatus::Clean);
    assert_eq!(specs.service()?, before);
    assert!(kept.is_file());
    for invalid in ["{}", "[1]", "3", "null", r#"{"specification": 1}"#, "{"] {
        fs::write(&kept, invalid)?;
        let error = run(&[&file, "--specs", &place])
            .map_err(|it| message(&it))
            .unwrap_err();
        assert!(
            error.contains("upstream.json") && error.contains("--base"),
            "{invalid}: {error}"
        );
    }
    Ok(())
}

fn history(directory: &Path) -> Fallible<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    Ok(files)
}

/// The specification of OOS is the result of an import by the rules of today.
#[test]
fn an_import_of_the_last_metadata_changes_nothing_in_oos() -> Fallible {
    let Some(directory) = support::shared_data("oos-history", "ACS_OOS_HISTORY_DIR") else {
        return Ok(());
    };
    let Some(last) = history(&directory)?.pop() else {
        return Err("no metadata".into());
    };
    let specs = Specs::new("oos")?;
    let place = PathBuf::from("oos/2019-06-01");
    for below in ["", "operations"] {
        let from = xtask::repository::root()
            .join("api-specs")
            .join(&place)
            .join(below);
        fs::create_dir_all(specs.0.join(&place).join(below))?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let to = specs.0.join(&place).join(below).join(entry.file_name());
                fs::copy(entry.path(), to)?;
            }
        }
    }
    let date = last.file_stem().and_then(|name| name.to_str());
    let text = fs::read_to_string(&last)?;
    let report = specs.import_with(&text, date, &Missing::Keep, Texts::None)?;
    let text = report.to_text(true);
    assert!(text.ends_with("nothing changed\n"), "{text}");
    Ok(())
}

/// Imports each version of a real product in turn. The facts at the end are those of the last
/// version alone, once what upstream removed is pruned.
#[test]
fn a_chain_of_imports_ends_where_one_import_does() -> Fallible {
    let Some(directory) = support::shared_data("oos-history", "ACS_OOS_HISTORY_DIR") else {
        return Ok(());
    };
    let specs = Specs::new("chain")?;
    let mut last = Value::Null;
    for file in history(&directory)? {
        let text = fs::read_to_string(&file)?;
        let date = file.file_stem().and_then(|name| name.to_str());
        let is_first = fs::read_dir(&specs.0)?.next().is_none();
        let said = match is_first {
            true => Vec::new(),
            false => {
                let spec = Version::read(&specs.file("")).map_err(|failure| message(&failure))?;
                changes(&spec, &Version::metadata(text.clone())?)?
            }
        };
        let report = specs.import_text(&text, date, &Missing::Keep)?;
        assert_eq!(report.changes, said, "{}", file.display());
        let again = specs
            .import_text(&text, date, &Missing::Keep)?
            .to_text(true);
        assert!(
            again.ends_with(", nothing changed\n"),
            "{}: {again}",
            file.display()
        );
        last = serde_json::from_str(&text)?;
    }
    let text = last.to_string();
    specs.import_text(&text, None, &Missing::Prune)?;
    let once = Specs::new("chain-once")?;
    once.import_text(&text, None, &Missing::Keep)?;
    let without_decisions = |specs: &Specs| -> Fallible<Service> {
        let mut service = bare(specs)?;
        for operation in &mut service.operations {
            operation.class = alibabacloud_spec::OperationClass::Action;
            operation.arguments.clear();
            (operation.pagination, operation.idempotency) = (None, None);
        }
        service.tags.clear();
        Ok(service)
    };
    let [chain, once] = [without_decisions(&specs)?, without_decisions(&once)?];
    assert_eq!(xtask::diff::compare_specs(&chain, &once), []);
    assert_eq!(xtask::diff::compare_specs(&once, &chain), []);
    Ok(())
}
