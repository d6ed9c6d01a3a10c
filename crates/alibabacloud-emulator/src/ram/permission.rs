//! The permission that a call needs: the actions of the specification, with the resources of the
//! request.

use alibabacloud_core::plumbing::{RequestedNames, ResourceTemplate, plain_name};
use alibabacloud_spec::{Operation, RamAction, RamResource, Service, values};
use serde_json::{Map, Value};

/// An action that a call needs, with the resources that the request is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Needed {
    pub(crate) action: String,
    pub(crate) resources: Vec<NeededResource>,
}

/// A resource that a call needs an action on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NeededResource {
    /// The ARN. A part that the request does not name is `*`.
    Arn(String),
    /// A resource that the emulator cannot know.
    Any,
}

impl NeededResource {
    pub(crate) fn arn(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Some(arn),
            Self::Any => None,
        }
    }
}

/// A call whose permission is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckedCall<'a> {
    pub(crate) service: &'a Service,
    pub(crate) operation: &'a Operation,
    pub(crate) parameters: &'a Map<String, Value>,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

impl CheckedCall<'_> {
    /// Returns what the call needs; nothing if the operation needs no permission. The first action
    /// is that of the operation itself.
    pub(crate) fn needed(self) -> Vec<Needed> {
        let permissions = self.service.permissions(self.operation);
        let mut needed = Vec::new();
        for action in &permissions.actions {
            needed.push(Needed {
                action: action.action.clone(),
                resources: self.resources(action),
            });
            needed.extend(action.dependents.iter().map(|dependent| Needed {
                action: dependent.clone(),
                resources: vec![NeededResource::Any],
            }));
        }
        needed
    }

    /// Returns the tags that the request sets or asks for.
    pub(crate) fn tags(self) -> Vec<(String, String)> {
        let tags = ["Tag", "Tags", "tags"].iter();
        tags.filter_map(|name| self.parameters.get(*name))
            .flat_map(tags_of)
            .collect()
    }

    /// Returns the resources of an action that the request names.
    fn resources(self, action: &RamAction) -> Vec<NeededResource> {
        let templates: Vec<ResourceTemplate<'_>> = action.resources.iter().map(template).collect();
        let values = |plain: &str| {
            let mut parameters = self.parameters.iter();
            let (_, value) = parameters.find(|(name, _)| plain_name(name) == plain)?;
            list(value)
        };
        let names = RequestedNames {
            region: self.region,
            account: self.account,
            values: &values,
        };
        let arns = names.resources(&templates).into_iter();
        arns.map(NeededResource::Arn).collect()
    }
}

fn template(resource: &RamResource) -> ResourceTemplate<'_> {
    ResourceTemplate {
        kind: &resource.kind,
        required: resource.required,
        arn: &resource.arn,
    }
}

/// Returns a value as a list of texts, also if it is the JSON text of one; `None` if it is empty.
fn list(value: &Value) -> Option<Vec<String>> {
    let items = match value {
        Value::Array(items) => items.clone(),
        Value::String(text) if text.starts_with('[') => {
            serde_json::from_str(text).unwrap_or_else(|_| vec![value.clone()])
        }
        Value::Null | Value::Object(_) => return None,
        one => vec![one.clone()],
    };
    let is_name = |value: &Value| match value {
        Value::String(text) => !text.is_empty(),
        other => other.is_number(),
    };
    let items = items.iter().filter(|item| is_name(item));
    let items: Vec<String> = items.map(values::text).collect();
    (!items.is_empty()).then_some(items)
}

/// Returns the tags of a parameter: a list of keys with values, or a map.
fn tags_of(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), values::text(value)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(|item| {
                let get = |names: [&str; 2]| names.iter().find_map(|name| item.get(*name));
                let key = get(["Key", "TagKey"])?;
                let value = get(["Value", "TagValue"]).map(values::text);
                Some((values::text(key), value.unwrap_or_default()))
            })
            .collect(),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(parsed @ (Value::Object(_) | Value::Array(_))) => tags_of(&parsed),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use serde_json::json;

    /// Returns the resources that a call needs, without the part that all have.
    fn resources(arns: &[(&str, &str)], parameters: Value) -> Vec<String> {
        let resources: Vec<Value> = arns
            .iter()
            .map(|(kind, resource)| {
                let arn = match resource.strip_prefix("acs:") {
                    Some(_) => (*resource).to_owned(),
                    None => format!("acs:test:{{#regionId}}:{{#accountId}}:{resource}"),
                };
                json!({"type": kind, "required": true, "arn": arn})
            })
            .collect();
        let operation = json!({
            "operationId": "Test",
            "summary": "For tests.",
            "x-acs-class": "get",
            "x-acs-ram": {
                "status": "documented",
                "actions": [{"action": "test:Test", "access": "get", "resources": resources}],
            },
            "responses": {"200": {"description": "Done."}},
        });
        let service = testing::service("rpc", "/#Action=Test", &json!({"post": operation}));
        let Value::Object(parameters) = parameters else {
            panic!("{parameters} is not an object")
        };
        let call = CheckedCall {
            service: &service,
            operation: &service.operations[0],
            parameters: &parameters,
            account: "1",
            region: "cn-hangzhou",
        };
        let needed = call.needed();
        assert_eq!(needed[0].action, "test:Test");
        let arns = needed[0].resources.iter().filter_map(NeededResource::arn);
        arns.map(|arn| arn.replacen("acs:test:cn-hangzhou:1:", "", 1))
            .collect()
    }

    #[test]
    fn resources_are_those_of_the_request() {
        let disk = ("Disk", "disk/{#diskId}");
        let instance = ("Instance", "instance/{#instanceId}");
        let instances = ("Instance", "instance/*");
        for (what, arns, parameters, expected) in [
            ("no type", vec![], json!({}), vec!["*"]),
            (
                "a name",
                vec![instance],
                json!({"InstanceId": "i-1"}),
                vec!["instance/i-1"],
            ),
            ("no name", vec![instance], json!({}), vec!["instance/*"]),
            (
                "an empty name",
                vec![instance],
                json!({"InstanceId": ""}),
                vec!["instance/*"],
            ),
            (
                "a list",
                vec![instance],
                json!({"InstanceIds": ["i-1", "i-2"]}),
                vec!["instance/i-1", "instance/i-2"],
            ),
            (
                "the text of a list",
                vec![instance],
                json!({"InstanceIds": "[\"i-1\"]"}),
                vec!["instance/i-1"],
            ),
            (
                "one of two types",
                vec![instance, disk],
                json!({"DiskId": "d-1"}),
                vec!["disk/d-1"],
            ),
            (
                "none of two types",
                vec![instance, disk],
                json!({}),
                vec!["instance/*", "disk/*"],
            ),
            (
                "a new resource from another",
                vec![instances, disk],
                json!({"DiskId": "d-1"}),
                vec!["disk/d-1", "instance/*"],
            ),
            (
                "a list or one of it",
                vec![instances, instance],
                json!({"InstanceId": "i-1"}),
                vec!["instance/i-1"],
            ),
            (
                "a type in a parameter",
                vec![instances, instance, disk],
                json!({"ResourceType": "disk", "ResourceId": ["d-1"]}),
                vec!["disk/d-1"],
            ),
            (
                "a name without the type",
                vec![("Template", "template/{#TemplateName}")],
                json!({"Name": "a"}),
                vec!["template/a"],
            ),
            (
                "two names",
                vec![("Group", "application/{#applicationName}/group/{#groupName}")],
                json!({"ApplicationName": "a", "GroupName": "g"}),
                vec!["application/a/group/g"],
            ),
            (
                "an ARN",
                vec![("Role", "acs:ram::{#accountId}:role/{#RoleName}")],
                json!({"RoleArn": "acs:ram::2:role/a"}),
                vec!["acs:ram::2:role/a"],
            ),
        ] {
            assert_eq!(resources(&arns, parameters), expected, "{what}");
        }
    }

    #[test]
    fn tags_are_read_in_every_form() {
        for form in [
            json!({"a": "b"}),
            json!([{"Key": "a", "Value": "b"}]),
            json!([{"TagKey": "a", "TagValue": "b"}]),
            json!("{\"a\":\"b\"}"),
        ] {
            assert_eq!(tags_of(&form), [("a".to_owned(), "b".to_owned())], "{form}");
        }
    }
}
