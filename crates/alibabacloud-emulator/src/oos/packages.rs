//! Packages on instances.

use super::templates;
use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::store::record::{Record, object};
use crate::timestamp;
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
    let parameters = Value::Object(call.object("Parameters")?).to_string();
    // Only this operation writes dates without a time zone.
    let date = timestamp::format(due);
    package.extend(object(json!({
        "Parameters": parameters,
        "UpdateTime": date.trim_end_matches('Z'),
        INSTANCE: instance,
        DUE: due,
    })));
    call.copy_into(&mut package, &["ConfigurationInfo"]);
    call.region
        .resources
        .put(INSTALLING, &key(instance, name), package);
    finish_installations(call);
    Ok(json!({}))
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
    let packages = call.region.resources.table(PACKAGES).values();
    let items = packages
        .filter(|package| package.get(INSTANCE).is_some_and(|i| *i == instance))
        .filter(|package| wanted.is_empty() || wanted.iter().any(|name| is_named(package, name)))
        .map(|package| Value::Object(package.clone()))
        .collect();
    call.page(items).map(Value::Object)
}

fn is_named(package: &Record, name: &str) -> bool {
    package.get("TemplateName").is_some_and(|n| n == name)
}

fn key(instance: &str, name: &str) -> String {
    format!("{instance}/{name}")
}
