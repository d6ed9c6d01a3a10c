//! Parameters and secret parameters, with their versions.

use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::store::record::{Record, object};
use alibabacloud_spec::values;
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("CreateParameter", |call| create(call, &PLAIN)),
    ("CreateSecretParameter", |call| create(call, &SECRET)),
    ("DeleteParameter", |call| delete(call, &PLAIN)),
    ("DeleteSecretParameter", |call| delete(call, &SECRET)),
    ("GetParameter", |call| get(call, &PLAIN)),
    ("GetParameters", |call| get_many(call, &PLAIN)),
    ("GetParametersByPath", |call| by_path(call, &PLAIN)),
    ("GetSecretParameter", |call| get(call, &SECRET)),
    ("GetSecretParameters", |call| get_many(call, &SECRET)),
    ("GetSecretParametersByPath", |call| by_path(call, &SECRET)),
    ("ListParameterVersions", |call| versions(call, &PLAIN)),
    ("ListParameters", |call| list(call, &PLAIN)),
    ("ListSecretParameterVersions", |call| {
        versions(call, &SECRET)
    }),
    ("ListSecretParameters", |call| list(call, &SECRET)),
    ("UpdateParameter", |call| update(call, &PLAIN)),
    ("UpdateSecretParameter", |call| update(call, &SECRET)),
];

pub(super) const PARAMETERS: &str = "parameters";
pub(super) const SECRETS: &str = "secret-parameters";
const VERSIONS: &str = "~versions";

/// What differs between parameters and secret parameters.
struct ParameterKind {
    table: &'static str,
    prefix: &'static str,
    /// Whether responses omit values unless `WithDecryption` is set.
    secret: bool,
}

const PLAIN: ParameterKind = ParameterKind {
    table: PARAMETERS,
    prefix: "p",
    secret: false,
};
const SECRET: ParameterKind = ParameterKind {
    table: SECRETS,
    prefix: "sp",
    secret: true,
};

/// Creates the error of a missing parameter. The code contains `Parameter` for both kinds, as that
/// of the real service.
fn not_found(name: &str) -> ApiError {
    ApiError::not_found("Parameter", name)
}

fn create(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let name = call.required("Name")?;
    check_name(&name)?;
    if call.region.resources.get(kind.table, &name).is_some() {
        return Err(ApiError::exists("Parameter", &name));
    }
    let value = checked_value(call, call.json("Constraints").as_ref())?;
    let mut record = call.record(&[
        "Name",
        "Type",
        "Description",
        "Constraints",
        "ResourceGroupId",
        "KeyId",
        "DKMSInstanceId",
    ]);
    if kind.secret {
        record
            .entry("Type")
            .or_insert_with(|| Value::from("Secret"));
    }
    record.extend(object(json!({
        "Id": call.ids.resource(kind.prefix),
        "ShareType": "Private",
        "CreatedBy": call.caller.name,
        "CreatedDate": call.stamp(),
        "Tags": call.object("Tags")?,
        VERSIONS: [],
    })));
    add_version(call, &mut record, &value);
    let response = shown(&record, false);
    call.region.resources.put(kind.table, &name, record);
    Ok(json!({"Parameter": response}))
}

fn update(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let name = call.required("Name")?;
    let constraints = match find(call, kind, &name)?.get("Constraints") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        other => other.cloned(),
    };
    let value = checked_value(call, constraints.as_ref())?;
    let tags = call.object("Tags")?;
    let mut record = take(call, kind, &name)?;
    call.copy_into(&mut record, &["Description", "ResourceGroupId"]);
    if call.parameters.contains_key("Tags") {
        record.insert("Tags".to_owned(), Value::Object(tags));
    }
    add_version(call, &mut record, &value);
    let response = shown(&record, false);
    call.region.resources.put(kind.table, &name, record);
    Ok(json!({"Parameter": response}))
}

fn delete(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let name = call.required("Name")?;
    take(call, kind, &name)?;
    Ok(json!({}))
}

fn check_name(name: &str) -> Result<(), ApiError> {
    const RESERVED: [&str; 5] = ["ALIYUN", "ACS", "ALIBABA", "ALICLOUD", "OOS"];
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    if !name.chars().all(allowed) {
        return Err(ApiError::invalid(
            "Name",
            "only letters, digits, -, _ and / are allowed",
        ));
    }
    let upper = name.trim_start_matches('/').to_ascii_uppercase();
    match RESERVED
        .iter()
        .find(|reserved| upper.starts_with(*reserved))
    {
        Some(reserved) => Err(ApiError::invalid(
            "Name",
            format!("it begins with {reserved}"),
        )),
        None => Ok(()),
    }
}

/// Returns the value, if the constraints allow it. Patterns are not checked.
fn checked_value(call: &Call<'_>, constraints: Option<&Value>) -> Result<String, ApiError> {
    let value = call.required("Value")?;
    let Some(Value::Object(constraints)) = constraints else {
        return Ok(value);
    };
    if let Some(Value::Array(allowed)) = constraints.get("AllowedValues") {
        if !allowed.iter().any(|one| values::text(one) == value) {
            return Err(ApiError::invalid_parameter(
                "The value is none of AllowedValues.",
            ));
        }
    }
    let length = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
    let limit = |name: &str| constraints.get(name).and_then(values::integer);
    if limit("MinLength").is_some_and(|least| length < least)
        || limit("MaxLength").is_some_and(|most| length > most)
    {
        return Err(ApiError::invalid_parameter(
            "The length of the value is not between MinLength and MaxLength.",
        ));
    }
    Ok(value)
}

fn add_version(call: &Call<'_>, record: &mut Record, value: &str) {
    let count = record
        .get(VERSIONS)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let version = object(json!({
        "ParameterVersion": count + 1,
        "Value": value,
        "UpdatedBy": call.caller.name,
        "UpdatedDate": call.stamp(),
    }));
    if let Some(Value::Array(versions)) = record.get_mut(VERSIONS) {
        versions.push(Value::Object(version.clone()));
    }
    record.extend(version);
}

fn find<'a>(call: &'a Call<'_>, kind: &ParameterKind, name: &str) -> Result<&'a Record, ApiError> {
    let found = call.region.resources.get(kind.table, name);
    found.ok_or_else(|| not_found(name))
}

/// Removes a parameter from its table.
fn take(call: &mut Call<'_>, kind: &ParameterKind, name: &str) -> Result<Record, ApiError> {
    let taken = call.region.resources.table(kind.table).remove(name);
    taken.map(Record::from).ok_or_else(|| not_found(name))
}

/// Returns the fields of a record that responses show. Versions have a separate operation, as there
/// may be many.
fn shown(record: &Record, with_value: bool) -> Record {
    let fields = record
        .iter()
        .filter(|(name, _)| *name != VERSIONS && (with_value || *name != "Value"));
    fields
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns whether the response may show values.
fn shows_values(call: &Call<'_>, kind: &ParameterKind) -> bool {
    !kind.secret || call.flag("WithDecryption")
}

fn get(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let name = call.required("Name")?;
    let record = find(call, kind, &name)?;
    let with_value = shows_values(call, kind);
    let mut response = shown(record, with_value);
    if let Some(wanted) = call.integer("ParameterVersion") {
        let versions = record.get(VERSIONS).and_then(Value::as_array);
        let index = usize::try_from(wanted)
            .ok()
            .and_then(|wanted| wanted.checked_sub(1));
        let version = versions
            .zip(index)
            .and_then(|(versions, index)| versions.get(index));
        let version = version
            .and_then(Value::as_object)
            .ok_or_else(|| ApiError::not_found("ParameterVersion", &wanted.to_string()))?;
        response.extend(shown(version, with_value));
    }
    Ok(json!({"Parameter": response}))
}

fn get_many(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    let with_value = shows_values(call, kind);
    for name in call.names("Names") {
        match call.region.resources.get(kind.table, &name) {
            Some(record) => found.push(shown(record, with_value)),
            None => invalid.push(name),
        }
    }
    Ok(json!({"Parameters": found, "InvalidParameters": invalid}))
}

fn by_path(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let path = call.required("Path")?;
    let recursive = call.flag("Recursive");
    let with_value = shows_values(call, kind);
    let records = call.region.resources.table(kind.table).values();
    let records = records
        .filter(|record| is_under(record, &path, recursive))
        .map(|record| shown(record, with_value))
        .collect();
    call.list_of(records, &[])
}

/// Returns whether a parameter is in the directory of a path, or below it when `recursive` is set.
fn is_under(record: &Record, path: &str, recursive: bool) -> bool {
    let name = record
        .get("Name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let below = name.trim_matches('/').strip_prefix(path.trim_matches('/'));
    match below.and_then(|rest| {
        if path.trim_matches('/').is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix('/')
        }
    }) {
        Some(rest) => recursive || !rest.contains('/'),
        None => false,
    }
}

fn list(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let path = call.text("Path").map(str::to_owned);
    let recursive = call.flag("Recursive");
    let records = call.region.resources.table(kind.table).values();
    let records = records
        .filter(|record| path.iter().all(|path| is_under(record, path, recursive)))
        .map(|record| shown(record, false))
        .collect();
    call.list_of(records, &["Name", "Type", "ShareType", "ResourceGroupId"])
}

fn versions(call: &mut Call<'_>, kind: &ParameterKind) -> CallResult {
    let name = call.required("Name")?;
    let record = find(call, kind, &name)?;
    let with_value = shows_values(call, kind);
    let versions = record.get(VERSIONS).and_then(Value::as_array);
    let newest_first = versions.into_iter().flatten().rev();
    let items = newest_first
        .filter_map(Value::as_object)
        .map(|version| Value::Object(shown(version, with_value)))
        .collect();
    let mut response = shown(record, false);
    response.extend(call.page(items)?);
    Ok(Value::Object(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for (name, good) in [
            ("a-b_c1", true),
            ("/app/db/password", true),
            ("a b", false),
            ("acsThing", false),
            ("OOS-x", false),
            ("my-oos", true),
        ] {
            assert_eq!(check_name(name).is_ok(), good, "{name}");
        }
    }

    #[test]
    fn paths_are_directories() {
        let record = object(json!({"Name": "/app/db/password"}));
        for (path, recursive, inside) in [
            ("/app/db", false, true),
            ("/app/db/", false, true),
            ("/app", true, true),
            ("/app", false, false),
            ("/ap", true, false),
            ("/", true, true),
        ] {
            assert_eq!(is_under(&record, path, recursive), inside, "{path}");
        }
    }
}
