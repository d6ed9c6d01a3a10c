//! Tests the importer on invented metadata in `tests/metadata`.

mod support;

use alibabacloud_spec::{
    Kind, Loader, OperationClass, Pagination, ParameterStyle, RamAction, RamStatus, Response,
    Service, Waiter,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use xtask::cli::{Arguments, Failure, TaskStatus};
use xtask::diff::{self, Version, compare};
use xtask::import::report::{Report, Rule};
use xtask::import::{self, ImportOptions, Missing, Texts};
use xtask::repository;

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn file(name: &str) -> PathBuf {
    repository::root().join("xtask/tests/metadata").join(name)
}

fn read(name: &str) -> Fallible<(Service, Report)> {
    let imported = import::read(&fs::read_to_string(file(name))?);
    let service = imported.service.ok_or("nothing was imported")?;
    Ok((service, imported.report))
}

/// A directory that is removed when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Fallible<Self> {
        let path = std::env::temp_dir().join(format!("acs-import-{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn text(&self, name: &str) -> Fallible<String> {
        Ok(fs::read_to_string(self.0.join(name))?)
    }

    /// Returns every file with its text.
    fn all(&self) -> Fallible<Vec<(PathBuf, String)>> {
        let (mut files, mut queue) = (Vec::new(), vec![self.0.clone()]);
        while let Some(directory) = queue.pop() {
            for entry in fs::read_dir(directory)? {
                let path = entry?.path();
                if path.is_dir() {
                    queue.push(path);
                } else {
                    files.push((path.clone(), fs::read_to_string(path)?));
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(metadata: &Path, specs: &Scratch, options: &[&str]) -> Result<TaskStatus, Failure> {
    let mut arguments: Vec<OsString> =
        vec![metadata.into(), "--specs".into(), specs.0.clone().into()];
    arguments.extend(options.iter().map(OsString::from));
    import::run(Arguments::from_args(arguments))
}

fn rules(report: &Report) -> BTreeSet<Rule> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn reports_name_every_repair_and_conclusion() -> Fallible {
    for name in ["shop", "garden", "store", "broken", "today"] {
        let imported = import::read(&fs::read_to_string(file(&format!("{name}.json")))?);
        insta::assert_snapshot!(format!("report_{name}"), imported.report.to_text(true));
    }
    Ok(())
}

#[test]
fn specifications_are_written_for_people() -> Fallible {
    let specs = Scratch::new("written")?;
    for name in ["shop.json", "garden.json", "store.json", "today.json"] {
        let options = ["--texts", "keep"];
        run(&file(name), &specs, &options).map_err(|failure| format!("{failure:?}"))?;
    }
    for name in [
        "shop/2024-05-01/openapi.yaml",
        "shop/2024-05-01/operations/ListOrders.yaml",
        "shop/2024-05-01/operations/CreateOrder.yaml",
        "shop/2024-05-01/operations/UploadLabel.yaml",
        "shop/2024-05-01/operations/WatchOrder.yaml",
        "garden/2023-01-15/openapi.yaml",
        "garden/2023-01-15/operations/GetAnything.yaml",
        "garden/2023-01-15/operations/PutBed.yaml",
        "store/2020-02-02/operations/GetThing.yaml",
        "depot/2025-12-01/openapi.yaml",
        "depot/2025-12-01/operations/CreateBox.yaml",
        "depot/2025-12-01/operations/GetBox.yaml",
    ] {
        let snapshot = name.replace(['/', '.'], "_");
        insta::assert_snapshot!(format!("written_{snapshot}"), specs.text(name)?);
    }
    Ok(())
}

/// Every rule must occur in a test.
#[test]
fn every_rule_occurs_in_a_fixture() -> Fallible {
    let mut seen = BTreeSet::new();
    for name in ["shop.json", "garden.json", "store.json", "today.json"] {
        seen.extend(rules(&read(name)?.1));
    }
    let (mut old, _) = read("shop.json")?;
    let mut narrowed = old.clone();
    // It does not name the state `Running`.
    old.waiters.push(Waiter {
        name: "OrderDone".to_owned(),
        description: "Waits.".to_owned(),
        operation: "DescribeOrder".to_owned(),
        parameters: vec!["TaskId".to_owned()],
        state: "Status".to_owned(),
        success: vec!["Done".to_owned()],
        ..Waiter::default()
    });
    narrowed
        .operations
        .retain(|operation| operation.name != "WatchOrder");
    for operation in &mut narrowed.operations {
        operation
            .parameters
            .retain(|parameter| !matches!(parameter.name.as_str(), "PageNumber" | "NextToken"));
        for parameter in &mut operation.parameters {
            parameter.required = false;
            if parameter.name == "Since" {
                parameter.schema.kind = Kind::String;
            }
        }
    }
    for missing in [Missing::Keep, Missing::Prune] {
        let mut report = Report::default();
        import::merge(
            None,
            old.clone(),
            narrowed.clone(),
            Texts::Keep,
            &missing,
            &mut report,
        );
        seen.extend(rules(&report));
    }
    let specs = Scratch::new("rules")?;
    run(&file("shop.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    let options = ImportOptions {
        specs: specs.0.clone(),
        texts: Texts::Keep,
        crate_name: Some("other".to_owned()),
        missing: Missing::Keep,
        skip_refused: false,
        dry_run: true,
    };
    let imported = import::read(&fs::read_to_string(file("shop.json"))?);
    let report = import::put(imported, &options).map_err(|failure| format!("{failure:?}"))?;
    seen.extend(rules(&report));
    let all: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    let unseen: Vec<&str> = all.difference(&seen).map(|rule| rule.name()).collect();
    assert!(unseen.is_empty(), "no fixture has {unseen:?}");
    Ok(())
}

#[test]
fn every_rule_and_code_is_explained() -> Fallible {
    let docs = repository::root().join("docs");
    let import = fs::read_to_string(docs.join("import.md"))?;
    for rule in Rule::ALL {
        assert!(
            import.contains(&format!("`{}`", rule.name())),
            "docs/import.md does not explain {}",
            rule.name()
        );
    }
    let versioning = fs::read_to_string(docs.join("versioning.md"))?;
    for code in xtask::diff::ChangeCode::ALL {
        let row = format!("| `{}` | {} |", code.name(), code.verdict().name());
        assert!(
            versioning.contains(&row),
            "docs/versioning.md has no row {row}"
        );
    }
    Ok(())
}

#[test]
fn conclusions_follow_from_names_and_shapes() -> Fallible {
    let (shop, _) = read("shop.json")?;
    let operation = |name: &str| {
        shop.operation(name)
            .ok_or_else(|| format!("no operation {name}"))
    };
    let list = operation("ListOrders")?;
    assert_eq!(list.class, OperationClass::List);
    assert_eq!((list.method.as_str(), list.methods.len()), ("POST", 2));
    assert!(list.arguments.is_empty(), "the client knows its region");
    let Some(Pagination::PageNumber {
        page,
        number,
        total,
        items,
        ..
    }) = &list.pagination
    else {
        panic!("paged by number, found {:?}", list.pagination)
    };
    assert_eq!(
        (page.as_str(), total.as_deref(), items.as_str()),
        ("PageNumber", Some("TotalCount"), "Orders.Order")
    );
    assert_eq!(
        number.as_deref(),
        Some("PageNumber"),
        "the response repeats it"
    );
    let create = operation("CreateOrder")?;
    assert_eq!(create.class, OperationClass::Create);
    assert_eq!(create.idempotency.as_deref(), Some("ClientToken"));
    assert_eq!(create.success_field.as_deref(), Some("Success"));
    assert_eq!(create.arguments, ["CustomerId", "Password"]);
    let password = create.parameter("Password").ok_or("no Password")?;
    assert!(password.schema.sensitive && password.schema.example.is_none());
    assert!(operation("DescribeOrder")?.anonymous);
    assert!(matches!(
        operation("WatchOrder")?.response,
        Response::Events(_)
    ));
    assert!(matches!(
        &operation("ListEvents")?.pagination,
        Some(Pagination::Token { total: Some(total), .. }) if total == "TotalCount"
    ));
    let receipt = shop.schemas.get("Receipt").ok_or("no Receipt")?;
    let required = receipt.kind.properties().ok_or("no properties")?;
    assert!(
        required.values().all(|property| !property.required),
        "required is not reliable in responses"
    );
    Ok(())
}

/// Returns the actions of an operation as `action access`.
fn actions(service: &Service, operation: &str) -> Vec<String> {
    let operation = service.operation(operation);
    let ram = operation.and_then(|operation| operation.ram.as_ref());
    ram.iter()
        .flat_map(|ram| &ram.actions)
        .map(|action| format!("{} {}", action.action, action.access))
        .collect()
}

#[test]
fn permissions_come_in_every_shape() -> Fallible {
    let (depot, _) = read("today.json")?;
    assert_eq!(depot.ram_code(), "depo");
    for (operation, action) in [
        ("CreateBox", "depo:CreateBox create"),
        ("GetBox", "depo:GetBox get"),
        ("ListBoxes", "depo:ListBoxes "),
        ("PaintBox", "depo:PaintBox "),
        ("OpenBox", "depo:UseBox none"),
    ] {
        assert_eq!(actions(&depot, operation), [action]);
    }
    let close = depot.operation("CloseBox").ok_or("no CloseBox")?;
    assert_eq!(close.ram, None, "an empty list states nothing");
    let usual = depot.permissions(close);
    assert!(usual.status == RamStatus::Unknown && usual.actions[0].action == "depo:CloseBox");
    let create = depot.operation("CreateBox").and_then(|op| op.ram.as_ref());
    let action = &create.ok_or("no permissions")?.actions[0];
    let resources: Vec<_> = action
        .resources
        .iter()
        .map(|resource| (resource.kind.as_str(), resource.required))
        .collect();
    assert_eq!(resources, [("Box", true), ("Shelf", false)]);
    assert_eq!(action.conditions, ["depo:Colour"]);
    assert_eq!(action.dependents, ["ecs:DescribeInstances"]);
    Ok(())
}

/// Products of the newest corpus that publish permissions, with the operations that have some.
const WITH_PERMISSIONS: &[(&str, usize)] = &[
    ("actiontrail/2020-07-06", 39),
    ("config/2020-09-07", 142),
    ("pvtz/2018-01-01", 50),
    ("vpcipam/2023-02-28", 36),
    ("maxcompute/2022-01-04", 90),
    ("dm/2015-11-23", 62),
    ("openapiexplorer/2024-11-30", 11),
    ("sls/2020-12-30", 96),
];

#[test]
fn every_published_permission_is_imported_as_it_is() -> Fallible {
    let Some(directory) = support::shared_data("corpus-2025-12", "ACS_CORPUS_2025_DIR") else {
        return Ok(());
    };
    for (product, expected) in WITH_PERMISSIONS {
        let metadata = fs::read_to_string(directory.join(product).join("api-docs.json"))?;
        let service = import::read(&metadata).service.ok_or("refused")?;
        let published: Json = serde_json::from_str(&metadata)?;
        let apis = published["apis"].as_object().ok_or("no apis")?;
        let mut documented = 0;
        for (name, api) in apis {
            let Some([entry]) = api["ramActions"].as_array().map(Vec::as_slice) else {
                continue;
            };
            let ram = service.operation(name).and_then(|op| op.ram.as_ref());
            let ram = ram.ok_or_else(|| format!("{product} {name}: no permissions"))?;
            assert_eq!(ram.status, RamStatus::Documented, "{product} {name}");
            let [action] = ram.actions.as_slice() else {
                return Err(format!("{product} {name}: {ram:?}").into());
            };
            assert_eq!(
                published_action(entry),
                imported_action(action),
                "{product} {name}"
            );
            documented += 1;
        }
        assert_eq!(documented, *expected, "{product}");
    }
    Ok(())
}

/// Returns action, access level, resources and condition keys of a published permission. That it
/// applies to all resources is the same as no list of resources.
fn published_action(entry: &Json) -> Json {
    let action = &entry["ramAction"];
    let items = |key: &str| action[key].as_array().cloned().unwrap_or_default();
    let resources = items("resources");
    let resources: Vec<Json> = resources
        .iter()
        .filter(|resource| resource["arn"] != "*")
        .map(|r| json!([r["resourceType"], r["validationType"] == "always", r["arn"]]))
        .collect();
    let conditions = items("actionConditions");
    let conditions: Vec<&Json> = conditions.iter().map(|c| &c["conditionKey"]).collect();
    json!([
        action["action"],
        entry["operationType"],
        resources,
        conditions
    ])
}

fn imported_action(action: &RamAction) -> Json {
    let resources: Vec<Json> = action
        .resources
        .iter()
        .map(|r| json!([r.kind, r.required, r.arn]))
        .collect();
    json!([action.action, action.access, resources, action.conditions])
}

#[test]
fn keys_of_today_become_facts() -> Fallible {
    let (depot, _) = read("today.json")?;
    let limit = |name: &str| {
        let limit = depot.operation(name).and_then(|op| op.rate_limit);
        limit.map(|limit| (limit.requests, limit.seconds))
    };
    assert_eq!(limit("CreateBox"), Some((5, 1)), "that of the operation");
    assert_eq!(limit("OpenBox"), Some((300, 60)), "that of the product");
    assert_eq!(limit("GetBox"), Some((9, 1)), "that of all regions");
    assert_eq!(limit("ListBoxes"), None);
    let create = depot.operation("CreateBox").ok_or("no CreateBox")?;
    assert!(create.asynchronous && !depot.operation("GetBox").ok_or("no GetBox")?.asynchronous);
    let close = depot.operation("CloseBox").ok_or("no CloseBox")?;
    assert_eq!(close.replaced_by, ["PaintBox", "ecs/2014-05-26 OpenBox"]);
    let days: Vec<(&str, usize)> = create
        .changes
        .iter()
        .map(|change| (change.date.as_str(), change.kinds.len()))
        .collect();
    assert_eq!(days, [("2025-11-30", 1), ("2025-03-01", 2)]);
    let codes: Vec<_> = create
        .errors
        .iter()
        .map(|e| (e.code.as_str(), e.status))
        .collect();
    assert_eq!(codes, [("BoxTooLarge", Some(400)), ("17", None)]);
    let shared: Vec<&str> = depot
        .errors
        .iter()
        .map(|error| error.code.as_str())
        .collect();
    assert_eq!(
        shared,
        ["DepotClosed"],
        "codes of operations are not repeated"
    );
    let response = create.response.schema().ok_or("no response")?;
    let fields = response.kind.properties().ok_or("no fields")?;
    let secrets: Vec<&str> = fields
        .iter()
        .filter(|(_, field)| field.schema.sensitive)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(secrets, ["Remark", "Contents"]);
    assert_eq!(fields["Remark"].schema.example, None);
    for (name, target) in [
        ("Side", "Box_Side_1"),
        ("Rear", "Box_Side_1"),
        ("Label", "Label"),
    ] {
        assert_eq!(fields[name].schema.kind, Kind::Ref(target.to_owned()));
    }
    for name in ["Phase", "Mode"] {
        assert!(matches!(&fields[name].schema.kind, Kind::Enum(values) if values.len() == 2));
    }
    Ok(())
}

#[test]
fn facts_that_only_a_text_states_carry_their_rule() -> Fallible {
    let (depot, report) = read("today.json")?;
    let create = depot.operation("CreateBox").ok_or("no CreateBox")?;
    let schema = |name: &str| create.parameter(name).map(|parameter| &parameter.schema);
    let size = schema("Size").ok_or("no Size")?;
    assert_eq!((size.minimum, size.maximum), (Some(20), Some(32768)));
    assert_eq!(
        (size.unit.as_deref(), &size.default),
        (Some("GiB"), &Some(json!(40)))
    );
    assert_eq!(size.from_text, ["range", "unit", "default"]);
    for (name, rules) in [
        ("Kind", &["value-list", "default-mark"][..]),
        ("Speed", &["value-inline"]),
        ("Colour", &["bare-list"]),
        ("Material", &["constant"]),
        ("Name", &["length"]),
        ("Lids", &["items"]),
        ("Depth", &["maximum"]),
        ("Height", &["minimum"]),
        ("OpensAt", &["date-time"]),
        ("Delay", &["unit", "default"]),
        // What has a condition, holds several values or contradicts the example is not a fact.
        ("Weight", &[]),
        ("States", &[]),
        ("Grade", &[]),
    ] {
        assert_eq!(schema(name).ok_or(name)?.from_text, rules, "{name}");
    }
    let reported = report
        .inferences
        .iter()
        .filter(|i| i.subject == "from-text");
    assert_eq!(reported.count(), 15, "each fact is listed for review");
    Ok(())
}

#[test]
fn a_reviewed_fact_is_not_marked_again() -> Fallible {
    let specs = Scratch::new("reviewed")?;
    let name = "depot/2025-12-01/operations/CreateBox.yaml";
    run(&file("today.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    let written = specs.text(name)?;
    let reviewed = written.replace(
        "        x-acs-from-text:\n          - range\n          - unit\n          - default\n",
        "",
    );
    assert_ne!(written, reviewed);
    fs::write(specs.0.join(name), &reviewed)?;
    run(&file("today.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    assert_eq!(specs.text(name)?, reviewed);
    Ok(())
}

#[test]
fn documents_that_are_not_of_a_product_version_are_named() {
    for (text, named) in [
        (
            r#"{"summary": "x", "methods": ["post"], "parameters": []}"#,
            "api.json",
        ),
        (r#"{"responses": {}}"#, "api.json"),
        (
            r#"{"code": 0, "data": {"info": {}, "apis": {}}}"#,
            "save the value of `data`",
        ),
        (
            r#"{"code": 0, "data": {"parameters": []}}"#,
            "of one operation",
        ),
        (r#"{"code": 0, "data": []}"#, "a response of the portal"),
        (r#"[{"code": "Ecs"}]"#, "a list"),
        (r#"{"openapi": "3.0.0", "info": {}}"#, "OpenAPI"),
    ] {
        let imported = import::read(text);
        assert!(imported.service.is_none(), "{text}");
        let [refusal] = imported.report.refusals.as_slice() else {
            panic!(
                "one refusal for {text}, found {:?}",
                imported.report.refusals
            )
        };
        let message = refusal.to_string();
        assert!(message.contains(named), "{message}");
        assert!(message.contains("/api-docs.json"), "{message}");
        assert_eq!(imported.report.findings, [], "nothing else is reported");
    }
}

#[test]
fn a_whole_path_is_one_parameter_with_slashes() -> Fallible {
    let (garden, _) = read("garden.json")?;
    let operation = garden.operation("GetAnything").ok_or("no GetAnything")?;
    assert_eq!(operation.path, "/{requestPath}");
    assert_eq!(
        operation.parameters.first().map(|p| p.style),
        Some(ParameterStyle::Raw)
    );
    Ok(())
}

#[test]
fn unsupported_operations_keep_their_types_and_the_reason() -> Fallible {
    let (store, report) = read("store.json")?;
    let reason = store
        .operation("GetThing")
        .and_then(|operation| operation.unsupported.clone());
    assert!(reason.is_some_and(|reason| reason.starts_with("OSS has its own signature")));
    assert_eq!(report.unsupported.len(), 1);
    let (garden, _) = read("garden.json")?;
    let reason = garden
        .operation("Graft")
        .and_then(|operation| operation.unsupported.clone());
    let reason = reason.ok_or("Graft can be sent")?;
    assert!(
        reason.contains("several bodies")
            && reason.contains("`twig` is written in the style `struct`"),
        "{reason}"
    );
    Ok(())
}

#[test]
fn a_second_import_changes_nothing() -> Fallible {
    let specs = Scratch::new("twice")?;
    for name in ["shop.json", "garden.json", "store.json", "today.json"] {
        run(&file(name), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
        let first = specs.all()?;
        run(&file(name), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
        assert!(first == specs.all()?, "{name} was written again");
        run(&file(name), &specs, &["--prune", "*"]).map_err(|failure| format!("{failure:?}"))?;
        assert!(first == specs.all()?, "{name} was pruned");
    }
    Ok(())
}

#[test]
fn texts_decisions_and_comments_survive_while_facts_are_refreshed() -> Fallible {
    let specs = Scratch::new("survive")?;
    run(&file("shop.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    let path = specs.0.join("shop/2024-05-01/operations/ListOrders.yaml");
    let edited = fs::read_to_string(&path)?
        .replace(
            "summary: Lists orders.",
            "summary: Shows what was ordered. # better words",
        )
        .replace(
            "  x-acs-class: list\n",
            "  # Reads only, whatever upstream says.\n  x-acs-class: get\n",
        )
        .replace(
            "      description: Region.\n",
            "      description: Where the shop is.\n",
        );
    fs::write(&path, &edited)?;
    run(&file("shop.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    assert_eq!(
        fs::read_to_string(&path)?,
        edited,
        "nothing new, nothing written"
    );

    let metadata = fs::read_to_string(file("shop.json"))?
        .replace(r#""maximum": "100""#, r#""maximum": "500""#)
        .replace("Lists orders.", "Lists all orders.");
    let newer = specs.0.join("newer.json");
    fs::write(&newer, metadata)?;
    run(&newer, &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    assert_eq!(
        fs::read_to_string(&path)?,
        edited.replace("maximum: 100", "maximum: 500")
    );
    Ok(())
}

/// Metadata has no such list, so its content is written by people.
#[test]
fn error_codes_of_the_product_survive() -> Fallible {
    let specs = Scratch::new("codes")?;
    run(&file("shop.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    let path = specs.0.join("shop/2024-05-01/openapi.yaml");
    let codes = "# Any order can meet these.\nx-acs-errors:\n  - code: Closed\n    status: 503\n    description: Come back tomorrow.\n";
    let edited = fs::read_to_string(&path)?.replace("paths:\n", &format!("{codes}paths:\n"));
    fs::write(&path, &edited)?;

    let metadata = fs::read_to_string(file("shop.json"))?.replace("shop-share.", "shop-other.");
    let newer = specs.0.join("newer.json");
    fs::write(&newer, metadata)?;
    run(&newer, &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    let renewed = fs::read_to_string(&path)?;
    assert!(
        renewed.contains("shop-other."),
        "the document was not written again"
    );
    assert!(renewed.contains(codes), "{renewed}");
    Ok(())
}

#[test]
fn refused_metadata_writes_nothing_by_default() -> Fallible {
    let specs = Scratch::new("refused")?;
    let verdict =
        run(&file("broken.json"), &specs, &[]).map_err(|failure| format!("{failure:?}"))?;
    assert_eq!(verdict, TaskStatus::Findings);
    assert!(specs.all()?.is_empty());
    let verdict = run(&file("broken.json"), &specs, &["--skip-refused"])
        .map_err(|failure| format!("{failure:?}"))?;
    assert_eq!(verdict, TaskStatus::Findings);
    let service = Loader::new().load(&specs.0.join("broken/2024-01-01"))?;
    let names: Vec<&str> = service
        .operations
        .iter()
        .map(|operation| operation.name.as_str())
        .collect();
    assert_eq!(names, ["Good"]);
    Ok(())
}

#[test]
fn every_published_operation_is_imported_or_reported() -> Fallible {
    let Some(directory) = support::shared_data("corpus", "ACS_CORPUS_DIR") else {
        return Ok(());
    };
    let files = xtask::corpus::find(&directory, &[]).map_err(|failure| format!("{failure:?}"))?;
    for file in files {
        let imported = import::read(&fs::read_to_string(&file)?);
        let (report, service) = (imported.report, imported.service.ok_or("refused")?);
        assert!(
            report.refusals.is_empty(),
            "{}: {:?}",
            file.display(),
            report.refusals
        );
        assert_eq!(
            service.operations.len(),
            report.operations,
            "{}",
            file.display()
        );
        let unsupported = service
            .operations
            .iter()
            .filter(|operation| operation.unsupported.is_some());
        assert_eq!(
            unsupported.count(),
            report.unsupported.len(),
            "{}",
            file.display()
        );
    }
    Ok(())
}

/// The specification of OOS has more than the metadata; an import removes nothing from it.
#[test]
fn importing_over_a_written_specification_breaks_no_caller() -> Fallible {
    let Some(directory) = support::shared_data("corpus", "ACS_CORPUS_DIR") else {
        return Ok(());
    };
    let specs = repository::root().join("api-specs/oos/2019-06-01");
    let written = Service::load(&specs)?;
    let metadata = fs::read_to_string(directory.join("oos/2019-06-01/api-docs.json"))?;
    let fresh = import::read(&metadata).service.ok_or("refused")?;
    let merged = import::merge(
        None,
        written.clone(),
        fresh,
        Texts::Keep,
        &Missing::Keep,
        &mut Report::default(),
    );
    let [before, after] = [written, merged.service].map(|service| Version::Spec(Box::new(service)));
    let changes = compare(&before, &after).map_err(|failure| format!("{failure:?}"))?;
    let breaking: Vec<_> = changes
        .iter()
        .filter(|change| change.code.verdict() == diff::Verdict::Breaking)
        .collect();
    assert!(breaking.is_empty(), "{breaking:#?}");
    Ok(())
}

/// Paths that cannot be read are refused with what is wrong; odd spellings are repaired.
#[test]
fn paths_are_read_as_meant_or_refused_for_their_reason() -> Fallible {
    let operation = |path: &str, parameters: serde_json::Value| {
        json!({
            "summary": "Does something.", "methods": ["get"], "path": path,
            "parameters": parameters,
            "responses": { "200": { "schema": { "type": "object" } } },
        })
    };
    let b =
        json!([{ "name": "b", "in": "path", "schema": { "type": "string", "required": true } }]);
    let metadata = json!({
        "info": { "style": "ROA", "product": "Demo", "version": "2024-01-01" },
        "apis": {
            "A": operation("/a/{b}/{b}", json!([])),
            "B": operation("/a/{}", json!([])),
            "C": operation("/a/{b}#x", json!([])),
            "D": operation("/a/{ b }", b.clone()),
            "E": operation("/a/{B}", b),
            "F": operation("/a/{b", json!([])),
            "G": operation("/a/{ b }", json!([])),
        },
        "endpoints": [],
    });
    let imported = import::read(&metadata.to_string());
    let refusals: Vec<String> = imported
        .report
        .refusals
        .iter()
        .map(|refusal| {
            format!(
                "{} {refusal}",
                refusal.operation.as_deref().unwrap_or_default()
            )
        })
        .collect();
    let expected = [
        (
            "A",
            "the placeholder `{b}` twice in the path \"/a/{b}/{b}\"",
        ),
        ("B", "an empty placeholder in the path \"/a/{}\""),
        (
            "C",
            "expected a path without `#` and control characters, found \"/a/{b}#x\"",
        ),
        ("F", "unmatched braces in the path \"/a/{b\""),
    ];
    assert_eq!(refusals.len(), expected.len(), "{refusals:?}");
    for ((operation, message), refusal) in expected.iter().zip(&refusals) {
        assert!(refusal.starts_with(operation), "{refusal}");
        assert!(refusal.ends_with(message), "{refusal}");
    }
    let service = imported.service.ok_or("no service")?;
    for name in ["D", "E", "G"] {
        let operation = service.operation(name).ok_or(name)?;
        assert_eq!(operation.path, "/a/{b}", "{name}");
        assert_eq!(operation.parameters.len(), 1, "{name}");
        assert_eq!(operation.parameters[0].name, "b", "{name}");
    }
    Ok(())
}
