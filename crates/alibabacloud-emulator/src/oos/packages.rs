//! Packages on instances.

use super::Handlers;
use super::templates;
use crate::call::{Answer, Call};
use crate::refusal::Refusal;
use crate::world::Record;
use serde_json::{Map, Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("ListInstancePackageStates", list),
    ("UpdateInstancePackageState", update),
];

/// Per instance, its packages by name.
const INSTANCES: &str = "instances";
const PACKAGES: &str = "~packages";

fn update(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    let instance = call.demand("InstanceId")?;
    match call.text("ConfigureAction") {
        Some("install") => install(call, &name, &instance),
        Some("uninstall") => uninstall(call, &name, &instance),
        other => Err(Refusal::invalid(
            "ConfigureAction",
            format!(
                "{} is neither install nor uninstall",
                other.unwrap_or_default()
            ),
        )),
    }
}

fn install(call: &mut Call<'_>, name: &str, instance: &str) -> Answer {
    let template = templates::at_version(call, name, call.text("TemplateVersion"))?;
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
    package.insert("Parameters".to_owned(), Value::from(parameters));
    // This operation alone writes dates without a zone.
    let date = call.stamp().trim_end_matches('Z').to_owned();
    package.insert("UpdateTime".to_owned(), Value::from(date));
    call.copy_into(&mut package, &["ConfigurationInfo"]);

    let mut record = call
        .region
        .peek(INSTANCES, instance)
        .cloned()
        .unwrap_or_default();
    let packages = record
        .entry(PACKAGES)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(packages) = packages {
        packages.insert(name.to_owned(), Value::Object(package));
    }
    call.region.put(INSTANCES, instance, record);
    Ok(json!({}))
}

fn uninstall(call: &mut Call<'_>, name: &str, instance: &str) -> Answer {
    let record = call.region.table(INSTANCES).get_mut(instance);
    let packages = record
        .and_then(|record| record.get_mut(PACKAGES))
        .and_then(Value::as_object_mut);
    match packages.and_then(|packages| packages.remove(name)) {
        Some(_) => Ok(json!({})),
        None => Err(Refusal::not_found("Package", name)),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let instance = call.demand("InstanceId")?;
    let wanted = call.names("TemplateNames");
    let record = call.region.peek(INSTANCES, &instance);
    let packages = record
        .and_then(|record| record.get(PACKAGES))
        .and_then(Value::as_object);
    let packages = packages.into_iter().flatten();
    let items = packages
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name))
        .map(|(_, package)| package.clone())
        .collect();
    call.page(items).map(Value::Object)
}
