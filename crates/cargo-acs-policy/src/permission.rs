//! The permissions of operations, and the table of those of all services.

use crate::operation::OperationId;
use alibabacloud_core::ram::PermissionStatus;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The permission that an operation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Whether it is documented, not needed, or unknown.
    pub status: PermissionStatus,
    /// The actions; the first is that of the operation itself. Of an unknown permission, the action
    /// that services usually use.
    pub actions: Vec<Action>,
    /// The page that documents it, and the day on which it was read.
    pub page: Option<(String, String)>,
    /// What is known of an unknown permission.
    pub note: Option<String>,
}

/// A RAM action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// The name: `oos:GetTemplate`.
    pub name: String,
    /// ARNs with placeholders; none for all resources.
    pub resources: Vec<String>,
    /// Condition keys that policies can use with it.
    pub conditions: Vec<String>,
    /// Further actions that the caller needs.
    pub dependents: Vec<String>,
}

/// The permissions of a version of a product, by operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServicePermissions {
    /// The product code.
    pub product: String,
    /// The API version.
    pub version: String,
    /// The product code in RAM actions.
    pub ram_code: String,
    /// The permissions by name of the operation. Those without an entry are unknown.
    pub operations: BTreeMap<String, Permission>,
}

/// The permissions of several services.
#[derive(Clone, Debug, Default)]
pub struct PermissionTable {
    services: Vec<ServicePermissions>,
}

/// The table of the services that the SDK had when this crate was released.
const BUILT_IN: &str = include_str!("../permissions.txt");

impl PermissionTable {
    /// Creates a table.
    pub fn new(services: Vec<ServicePermissions>) -> Self {
        Self { services }
    }

    /// Reads the table that is part of this crate.
    ///
    /// # Errors
    /// If it is damaged, with the line.
    pub fn built_in() -> Result<Self, String> {
        Self::parse(BUILT_IN)
    }

    /// Reads a table: lines as [`ServicePermissions::lines`] returns them, and comments with `#`.
    ///
    /// # Errors
    /// If a line has another form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut services: Vec<ServicePermissions> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let damaged = || format!("line {} of the table of permissions is damaged", index + 1);
            let value: Value = serde_json::from_str(line).map_err(|_| damaged())?;
            match (value["product"].as_str(), value["operation"].as_str()) {
                (Some(product), None) => services.push(ServicePermissions {
                    product: product.to_owned(),
                    version: text_of(&value, "version"),
                    ram_code: text_of(&value, "ram"),
                    operations: BTreeMap::new(),
                }),
                (None, Some(operation)) => {
                    let service = services.last_mut().ok_or_else(damaged)?;
                    let permission = from_json(&value, service, operation);
                    service.operations.insert(operation.to_owned(), permission);
                }
                _ => return Err(damaged()),
            }
        }
        Ok(Self { services })
    }

    /// Returns the permission of an operation; an unknown one for an operation that the table does
    /// not have.
    pub fn permission(&self, operation: &OperationId) -> Permission {
        let of_product = |service: &&ServicePermissions| service.product == operation.product;
        let same = self.services.iter().filter(of_product);
        let service = same.clone().find(|s| s.version == operation.version);
        let known = service.and_then(|service| service.operations.get(&operation.name));
        known.cloned().unwrap_or_else(|| {
            let ram_code = service.or_else(|| same.clone().next());
            let ram_code = ram_code.map_or(&operation.product, |service| &service.ram_code);
            Permission {
                note: Some("The operation is newer than this table.".to_owned()),
                ..Permission::unknown(ram_code, &operation.name)
            }
        })
    }

    /// Returns the operations of this name of a product, of all of its versions.
    pub fn find(&self, product: &str, name: &str) -> Vec<OperationId> {
        let services = self.services.iter().filter(|s| s.product == product);
        services
            .filter(|service| service.operations.contains_key(name))
            .map(|service| OperationId {
                product: product.to_owned(),
                version: service.version.clone(),
                name: name.to_owned(),
            })
            .collect()
    }
}

impl Permission {
    /// Creates a permission of which nothing is known, with the action that services usually use.
    pub fn unknown(ram_code: &str, operation: &str) -> Self {
        let action = Action {
            name: format!("{ram_code}:{operation}"),
            ..Action::default()
        };
        Self {
            status: PermissionStatus::Unknown,
            actions: vec![action],
            page: None,
            note: None,
        }
    }
}

impl ServicePermissions {
    /// Returns the lines of the table: one for the service, then one for each operation.
    pub fn lines(&self) -> String {
        let service =
            json!({ "product": self.product, "version": self.version, "ram": self.ram_code });
        let mut text = format!("{service}\n");
        for (name, permission) in &self.operations {
            let _ = writeln!(text, "{}", to_json(name, permission));
        }
        text
    }
}

fn to_json(operation: &str, permission: &Permission) -> Value {
    let mut line = Map::new();
    line.insert("operation".to_owned(), json!(operation));
    if permission.status == PermissionStatus::NotNeeded {
        line.insert("none".to_owned(), json!(true));
    }
    if permission.status == PermissionStatus::Documented {
        let actions = permission.actions.iter().map(|action| {
            let mut entry = Map::new();
            entry.insert("action".to_owned(), json!(action.name));
            for (key, texts) in [
                ("resources", &action.resources),
                ("conditions", &action.conditions),
                ("dependents", &action.dependents),
            ] {
                if !texts.is_empty() {
                    entry.insert(key.to_owned(), json!(texts));
                }
            }
            Value::Object(entry)
        });
        line.insert("actions".to_owned(), actions.collect());
    }
    if let Some((page, read)) = &permission.page {
        line.insert("page".to_owned(), json!(page));
        line.insert("read".to_owned(), json!(read));
    }
    if let Some(note) = &permission.note {
        line.insert("note".to_owned(), json!(note));
    }
    Value::Object(line)
}

fn from_json(line: &Value, service: &ServicePermissions, operation: &str) -> Permission {
    let page = line["page"].as_str().map(str::to_owned);
    let page = page.map(|page| (page, text_of(line, "read")));
    let mut permission = Permission {
        page,
        note: line["note"].as_str().map(str::to_owned),
        ..Permission::unknown(&service.ram_code, operation)
    };
    if let Some(actions) = line["actions"].as_array() {
        permission.status = PermissionStatus::Documented;
        permission.actions = actions
            .iter()
            .map(|action| Action {
                name: text_of(action, "action"),
                resources: texts_of(action, "resources"),
                conditions: texts_of(action, "conditions"),
                dependents: texts_of(action, "dependents"),
            })
            .collect();
    } else if line["none"] == true {
        permission.status = PermissionStatus::NotNeeded;
        permission.actions.clear();
    }
    permission
}

fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn texts_of(value: &Value, key: &str) -> Vec<String> {
    let texts = value[key].as_array().into_iter().flatten();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tea() -> ServicePermissions {
        let documented = Permission {
            status: PermissionStatus::Documented,
            actions: vec![Action {
                name: "ocha:Brew".to_owned(),
                resources: vec!["acs:ocha:*:*:pot/{#Pot}".to_owned()],
                conditions: vec!["ocha:Colour".to_owned()],
                dependents: vec!["water:Boil".to_owned()],
            }],
            page: Some((
                "https://example.com/brew".to_owned(),
                "2026-11-28".to_owned(),
            )),
            note: None,
        };
        let none = Permission {
            status: PermissionStatus::NotNeeded,
            actions: Vec::new(),
            ..documented.clone()
        };
        let unknown = Permission {
            note: Some("The page is empty.".to_owned()),
            ..Permission::unknown("ocha", "Sip")
        };
        let operations = [("Brew", documented), ("Look", none), ("Sip", unknown)];
        ServicePermissions {
            product: "tea".to_owned(),
            version: "2020-01-01".to_owned(),
            ram_code: "ocha".to_owned(),
            operations: operations.map(|(name, p)| (name.to_owned(), p)).into(),
        }
    }

    fn id(name: &str) -> OperationId {
        format!("tea/2020-01-01/{name}").parse().unwrap()
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let text = format!("# Tea.\n\n{}", tea().lines());
        let table = PermissionTable::parse(&text).unwrap();
        assert_eq!(table.services, [tea()]);
        for (name, permission) in &tea().operations {
            assert_eq!(table.permission(&id(name)), *permission);
            assert_eq!(table.find("tea", name), [id(name)]);
        }
        assert!(table.find("tea", "Spill").is_empty());
    }

    #[test]
    fn a_damaged_table_names_the_line() {
        for text in ["{}", "x", "{\"operation\":\"Brew\"}"] {
            let error = PermissionTable::parse(&format!("#\n{text}\n")).unwrap_err();
            assert_eq!(error, "line 2 of the table of permissions is damaged");
        }
    }

    #[test]
    fn an_operation_that_the_table_does_not_have_is_unknown() {
        let table = PermissionTable::new(vec![tea()]);
        for (operation, action) in [
            ("tea/2020-01-01/Spill", "ocha:Spill"),
            ("tea/2021-01-01/Brew", "ocha:Brew"),
            ("milk/2020-01-01/Pour", "milk:Pour"),
        ] {
            let permission = table.permission(&operation.parse().unwrap());
            assert_eq!(permission.status, PermissionStatus::Unknown);
            assert_eq!(permission.actions[0].name, action);
        }
    }

    #[test]
    fn the_built_in_table_is_whole() {
        let table = PermissionTable::built_in().unwrap();
        let caller = "sts/2015-04-01/GetCallerIdentity".parse().unwrap();
        assert_eq!(
            table.permission(&caller).status,
            PermissionStatus::NotNeeded
        );
        let template = "oos/2019-06-01/GetTemplate".parse().unwrap();
        let permission = table.permission(&template);
        assert_eq!(permission.status, PermissionStatus::Documented);
        assert_eq!(permission.actions[0].name, "oos:GetTemplate");
    }
}
