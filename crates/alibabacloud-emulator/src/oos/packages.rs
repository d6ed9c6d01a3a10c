//! Packages on instances.

use super::templates;
use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::region::Region;
use crate::store::record::{Record, Stored, object};
use crate::timestamp::{self, Millis};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("ListInstancePackageStates", list),
    ("UpdateInstancePackageState", update),
];

/// The installed packages of all instances, and the packages that are being installed.
const PACKAGES: &str = "packages";
const INSTALLING: &str = "packages-installing";
const INSTANCE: &str = "~instance";
/// When the installation ends.
const DUE: &str = "~due";

/// The example data: an instance with seven packages, and the instance of the documentation with
/// three.
const EXAMPLE: &[(&str, &[&str])] = &[
    (
        "i-emulator0000000001",
        &[
            PANEL,
            "ACS-ECS-CloudMonitor",
            "ACS-ECS-Docker",
            "ACS-ECS-JavaRuntime",
            "ACS-ECS-Nginx",
            "ACS-ECS-Nodejs",
            "ACS-ECS-Python",
        ],
    ),
    (
        "i-bp1cpoxxxwxxxxxxxxxx",
        &["ACS-ECS-CloudMonitor", "ACS-ECS-Docker", "ACS-ECS-Nginx"],
    ),
];
/// The package of the example data that has a configuration.
const PANEL: &str = "ACS-ECS-BaoTa";
const PANEL_CONFIGURATION: &str = r#"{"publicUrl": "https://192.0.2.10:8888/5eff94f8", "username": "user", "password": "not-a-real-password"}"#;

fn update(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    let instance = call.required("InstanceId")?;
    match call.text("ConfigureAction") {
        Some("install") => install(call, &name, &instance),
        Some("uninstall") => uninstall(call, &name, &instance),
        other => Err(ApiError::invalid(
            "ConfigureAction",
            format!(
                "{} is neither install nor uninstall",
                other.unwrap_or_default()
            ),
        )),
    }
}

/// Installs a package. Takes no time and succeeds, unless an outcome is scripted for the task
/// `install` of the package.
fn install(call: &mut Call<'_>, name: &str, instance: &str) -> CallResult {
    let template = templates::at_version(call, name, call.text("TemplateVersion"))?;
    let end = call.outcomes.take(name, "install").unwrap_or_default();
    if end.failed {
        return Ok(json!({}));
    }
    let due = call.now.saturating_add(end.millis.unwrap_or(0));
    let parameters = call.object("Parameters")?;
    let mut package = package(&template, instance, parameters, due);
    call.copy_into(&mut package, &["ConfigurationInfo"]);
    call.region
        .resources
        .put(INSTALLING, &key(instance, name), package);
    finish_installations(call);
    Ok(json!({}))
}

/// Returns a package from its template, as a list shows it once `due` is reached.
fn package(template: &Record, instance: &str, parameters: Record, due: Millis) -> Record {
    let mut package = Record::new();
    for (field, source) in [
        ("TemplateId", "TemplateId"),
        ("TemplateName", "TemplateName"),
        ("TemplateVersion", "TemplateVersion"),
        ("TemplateVersionName", "VersionName"),
        ("TemplateCategory", "TemplateType"),
        ("Description", "Description"),
        ("Publisher", "Publisher"),
    ] {
        package.extend(
            template
                .get(source)
                .map(|value| (field.to_owned(), value.clone())),
        );
    }
    // Only this operation writes dates without a time zone.
    let date = timestamp::format(due);
    package.extend(object(json!({
        "Parameters": Value::Object(parameters).to_string(),
        "UpdateTime": date.trim_end_matches('Z'),
        INSTANCE: instance,
        DUE: due,
    })));
    package
}

/// Adds the example data. It is what calls of `UpdateInstancePackageState` would add, which need
/// the specification; reading that takes longer than the rest of a start.
pub(crate) fn add_example(region: &mut Region, now: Millis) {
    let templates = templates::public();
    for (instance, names) in EXAMPLE {
        for name in *names {
            let is_named = |template: &&Record| is_named(template, name);
            let Some(template) = templates.iter().find(is_named) else {
                continue;
            };
            let mut package = package(template, instance, Record::new(), now);
            if *name == PANEL {
                package.insert("ConfigurationInfo".to_owned(), PANEL_CONFIGURATION.into());
            }
            region
                .resources
                .put(PACKAGES, &key(instance, name), package);
        }
    }
}

/// Moves packages whose installation has ended to the installed ones.
fn finish_installations(call: &mut Call<'_>) {
    let now = call.now;
    let is_due = |package: &Record| {
        let due = package.get(DUE).and_then(Value::as_u64);
        due.is_none_or(|due| due <= now)
    };
    let installing = call.region.resources.table(INSTALLING);
    let due: Vec<String> = installing
        .iter()
        .filter(|(_, package)| is_due(package))
        .map(|(key, _)| key.clone())
        .collect();
    for key in due {
        if let Some(package) = call.region.resources.table(INSTALLING).remove(&key) {
            call.region.resources.put(PACKAGES, &key, package);
        }
    }
}

fn uninstall(call: &mut Call<'_>, name: &str, instance: &str) -> CallResult {
    let key = key(instance, name);
    let stopped = call.region.resources.table(INSTALLING).remove(&key);
    let removed = call.region.resources.table(PACKAGES).remove(&key);
    match stopped.or(removed) {
        Some(_) => Ok(json!({})),
        None => Err(ApiError::not_found("Package", name)),
    }
}

fn list(call: &mut Call<'_>) -> CallResult {
    finish_installations(call);
    let instance = call.required("InstanceId")?;
    let wanted = call.names("TemplateNames");
    let packages = call.region.resources.existing(PACKAGES).into_iter();
    let start = key(&instance, "");
    let packages: Vec<&Stored> = packages
        .flat_map(|table| table.range(start.clone()..))
        .take_while(|(key, _)| key.starts_with(&start))
        .map(|(_, package)| package)
        // An ID can contain a slash.
        .filter(|package| package.get(INSTANCE).is_some_and(|i| *i == instance))
        .filter(|package| wanted.is_empty() || wanted.iter().any(|name| is_named(package, name)))
        .collect();
    let (body, items) = call.show(&packages)?;
    call.items = items;
    Ok(body)
}

fn is_named(package: &Record, name: &str) -> bool {
    package.get("TemplateName").is_some_and(|n| n == name)
}

fn key(instance: &str, name: &str) -> String {
    [instance, "/", name].concat()
}
