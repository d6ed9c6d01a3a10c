//! The resources that one request needs an action on.
//!
//! The emulator checks these resources, and the error of a denied call names them.

use super::arn;
use std::fmt::{self, Write};

/// What a request names: the parts of the ARNs of its resources.
pub struct RequestedNames<'a> {
    /// The region; `*` if it is not known.
    pub region: &'a str,
    /// The numeric ID of the account; `*` if it is not known.
    pub account: &'a str,
    /// Returns the values of a parameter, each as a text, none of them empty; `None` if the request
    /// does not have it. Its name is in [plain](plain_name) form.
    pub values: &'a dyn Fn(&str) -> Option<Vec<String>>,
}

/// Omits the values, which can be of any parameter.
impl fmt::Debug for RequestedNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestedNames")
            .field("region", &self.region)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// An action that an operation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededAction<'a> {
    /// The name: `oos:GetTemplate`.
    pub action: &'a str,
    /// The types of resources that it applies to; empty for all resources.
    pub resources: Vec<ResourceTemplate<'a>>,
}

/// A type of resources that an action applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceTemplate<'a> {
    /// The type: `Template`. In a text of [`NeededAction`] it has the [plain](plain_name) form.
    pub kind: &'a str,
    /// Whether permission on the resource is mandatory.
    pub required: bool,
    /// The ARN with placeholders, or `*`.
    pub arn: &'a str,
}

impl<'a> NeededAction<'a> {
    /// Reads the actions of a text that [`write_all`](Self::write_all) has written.
    pub fn read_all(text: &'a str) -> impl Iterator<Item = Self> {
        text.lines().filter_map(|line| {
            let mut words = line.split(' ');
            Some(Self {
                action: words.next()?,
                resources: words.filter_map(ResourceTemplate::read).collect(),
            })
        })
    }

    /// Writes actions as one text, a line for each: the action, then kind and ARN of each resource.
    /// Between them is `!` if the resource is mandatory, else `=`.
    ///
    /// Each operation of a program has such a text, which takes less space than a structure. An
    /// action is left out if a text of it has whitespace, which no name or ARN has.
    pub fn write_all(actions: impl IntoIterator<Item = Self>) -> String {
        let mut text = String::new();
        for Self { action, resources } in actions.into_iter().filter(Self::can_be_written) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(action);
            for resource in resources {
                let mark = if resource.required { '!' } else { '=' };
                let _ = write!(text, " {}{mark}{}", plain_name(resource.kind), resource.arn);
            }
        }
        text
    }

    fn can_be_written(&self) -> bool {
        let mut texts = self.resources.iter().map(|resource| resource.arn);
        !self.action.contains(char::is_whitespace)
            && !texts.any(|text| text.contains(char::is_whitespace))
    }
}

impl<'a> ResourceTemplate<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (kind, arn) = text.split_once(['!', '='])?;
        Some(Self {
            kind,
            required: text.as_bytes().get(kind.len()) == Some(&b'!'),
            arn,
        })
    }

    /// Returns the placeholders other than region and account.
    fn names(&self) -> Vec<&'a str> {
        let mut names = arn::placeholders(self.arn);
        names.retain(|name| !is_region(name) && !is_account(name));
        names
    }

    /// Returns whether a type that a request names is this one: by its kind, or by the word in the
    /// ARN, as in `eni/{#eniId}`.
    fn is_of_type(&self, kind: &str) -> bool {
        let last = self.arn.rsplit(':').next().unwrap_or_default();
        let word = last.split('/').next().unwrap_or_default();
        plain_name(self.kind) == kind || plain_name(word) == kind
    }
}

impl RequestedNames<'_> {
    /// Returns the ARNs of the resources that the request needs an action on. A part that the
    /// request does not name is `*`, and so is the only ARN of an action on all resources.
    ///
    /// Types of resources that the request does not name are left out, unless it names none: then
    /// all mandatory ones are included, or all if none is mandatory. An ARN without a name, such as
    /// `template/*`, is for requests that name none of the type: those that create or list.
    pub fn resources(&self, templates: &[ResourceTemplate<'_>]) -> Vec<String> {
        if templates.is_empty() {
            return vec!["*".to_owned()];
        }
        let of_type: Vec<&ResourceTemplate<'_>> = match self.resource_type() {
            Some(kind) => templates.iter().filter(|t| t.is_of_type(&kind)).collect(),
            None => Vec::new(),
        };
        let candidates = if of_type.is_empty() {
            templates.iter().collect()
        } else {
            of_type
        };
        let (without_name, with_name): (Vec<_>, Vec<_>) = candidates
            .iter()
            .partition(|template| template.names().is_empty());
        let mut named_kinds = Vec::new();
        let mut arns = Vec::new();
        for template in with_name {
            if let Some(named) = self.named(template) {
                named_kinds.push(template.kind);
                arns.extend(named);
            }
        }
        let all = |template: &ResourceTemplate<'_>| self.fill(template.arn, |_| "*".to_owned());
        for template in without_name {
            if !named_kinds.contains(&template.kind) {
                arns.push(all(template));
            }
        }
        if arns.is_empty() {
            let required = candidates.iter().any(|template| template.required);
            let needed = candidates
                .iter()
                .filter(|template| template.required || !required);
            arns.extend(needed.map(|template| all(template)));
        }
        arns
    }

    /// Returns the type of resources that the request is about, of operations that are about
    /// several.
    fn resource_type(&self) -> Option<String> {
        let kinds = (self.values)("resourcetype")?;
        kinds.first().map(|kind| plain_name(kind))
    }

    /// Returns the ARNs of a type of resources, one for each that the request names; `None` if it
    /// names none of this type.
    fn named(&self, template: &ResourceTemplate<'_>) -> Option<Vec<String>> {
        let names = template.names();
        let (last, others) = names.split_last()?;
        let values = self.own_values(last, template)?;
        if others.is_empty()
            && values
                .first()
                .is_some_and(|value| value.starts_with("acs:"))
        {
            return Some(values);
        }
        let arns = values.iter().map(|value| {
            self.fill(template.arn, |name| {
                if name == *last {
                    return value.clone();
                }
                let values = self.values_of(name, template).unwrap_or_default();
                values.into_iter().next().unwrap_or_else(|| "*".to_owned())
            })
        });
        Some(arns.collect())
    }

    /// Writes an ARN with values for its placeholders; region and account are known.
    fn fill(&self, template: &str, name: impl Fn(&str) -> String) -> String {
        arn::fill_in(template, |placeholder| match placeholder {
            region if is_region(region) => self.region.to_owned(),
            account if is_account(account) => self.account.to_owned(),
            other => name(other),
        })
    }

    /// Returns the values of the last placeholder, which names the resource itself. The parameter
    /// can have the name of the type: `NetworkInterfaceId` for `eni/{#eniId}`.
    fn own_values(
        &self,
        placeholder: &str,
        template: &ResourceTemplate<'_>,
    ) -> Option<Vec<String>> {
        self.values_of(placeholder, template).or_else(|| {
            let placeholder = plain_name(placeholder);
            let ending = ENDINGS.iter().find(|end| placeholder.ends_with(**end))?;
            let name = format!("{}{ending}", plain_name(template.kind));
            (self.values)(&name).or_else(|| (self.values)(&format!("{name}s")))
        })
    }

    /// Returns the values of the parameter that a placeholder stands for.
    fn values_of(&self, placeholder: &str, template: &ResourceTemplate<'_>) -> Option<Vec<String>> {
        let placeholder = plain_name(placeholder);
        let stem = ENDINGS
            .iter()
            .find_map(|ending| placeholder.strip_suffix(ending))
            .unwrap_or(&placeholder);
        let own = placeholder.strip_prefix(&plain_name(template.kind));
        let names = [
            placeholder.clone(),
            format!("{placeholder}s"),
            format!("{stem}arn"),
            own.unwrap_or_default().to_owned(),
        ];
        let mut names = names.iter().filter(|name| !name.is_empty());
        if let Some(values) = names.find_map(|name| (self.values)(name)) {
            return Some(values);
        }
        let is_type = self
            .resource_type()
            .is_some_and(|kind| template.is_of_type(&kind));
        let mut ids = ["resourceid", "resourceids"].iter();
        is_type.then(|| ids.find_map(|name| (self.values)(name)))?
    }
}

/// How the names of parameters that identify a resource end.
const ENDINGS: [&str; 2] = ["name", "id"];

fn is_region(placeholder: &str) -> bool {
    placeholder.eq_ignore_ascii_case("regionId")
}

fn is_account(placeholder: &str) -> bool {
    placeholder.eq_ignore_ascii_case("accountId")
}

/// Returns the plain form of a name: lower case, without separators.
pub fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: ResourceTemplate<'_> = ResourceTemplate {
        kind: "Template",
        required: true,
        arn: "acs:oos:{#regionId}:{#accountId}:template/{#templateName}",
    };

    /// Returns the resources of a request with these parameters.
    fn resources(
        templates: &[ResourceTemplate<'_>],
        parameters: &[(&str, &[&str])],
    ) -> Vec<String> {
        let values = |plain: &str| {
            let found = parameters
                .iter()
                .find(|(name, _)| plain_name(name) == plain);
            found.map(|(_, values)| values.iter().map(|v| (*v).to_owned()).collect())
        };
        let names = RequestedNames {
            region: "cn-hangzhou",
            account: "1234",
            values: &values,
        };
        names.resources(templates)
    }

    fn template(kind: &'static str, arn: &'static str) -> ResourceTemplate<'static> {
        ResourceTemplate {
            kind,
            required: false,
            arn,
        }
    }

    #[test]
    fn a_text_keeps_what_names_resources() {
        let actions = [
            NeededAction {
                action: "oos:GetTemplate",
                resources: vec![
                    TEMPLATE,
                    template("Key container", "acs:kms:{#regionId}:{#accountId}:key"),
                ],
            },
            NeededAction {
                action: "oos:List",
                resources: Vec::new(),
            },
        ];
        let text = NeededAction::write_all(actions);
        assert_eq!(
            text,
            "oos:GetTemplate \
             template!acs:oos:{#regionId}:{#accountId}:template/{#templateName} \
             keycontainer=acs:kms:{#regionId}:{#accountId}:key\n\
             oos:List"
        );
        let read: Vec<_> = NeededAction::read_all(&text).collect();
        assert_eq!(NeededAction::write_all(read), text);
        assert_eq!(NeededAction::read_all("").count(), 0);
        let odd = NeededAction {
            action: "oos:Get Template",
            resources: Vec::new(),
        };
        assert_eq!(NeededAction::write_all([odd]), "");
    }

    #[test]
    fn a_name_of_the_request_is_that_of_the_resource() {
        let named = "acs:oos:cn-hangzhou:1234:template/nightly";
        for (name, value) in [("TemplateName", "nightly"), ("Name", "nightly")] {
            assert_eq!(
                resources(&[TEMPLATE], &[(name, &[value])]),
                [named],
                "{name}"
            );
        }
        let several = resources(&[TEMPLATE], &[("TemplateNames", &["a", "b"])]);
        assert_eq!(several.len(), 2);
        let all = "acs:oos:cn-hangzhou:1234:template/*";
        assert_eq!(resources(&[TEMPLATE], &[("Other", &["a"])]), [all]);
        assert_eq!(resources(&[], &[("TemplateName", &["a"])]), ["*"]);
    }

    #[test]
    fn a_parameter_can_have_the_name_of_the_type() {
        let eni = template(
            "NetworkInterface",
            "acs:ecs:{#regionId}:{#accountId}:eni/{#eniId}",
        );
        let named = "acs:ecs:cn-hangzhou:1234:eni/eni-1";
        for name in ["NetworkInterfaceId", "EniId", "NetworkInterfaceIds"] {
            assert_eq!(resources(&[eni], &[(name, &["eni-1"])]), [named], "{name}");
        }
        for kind in ["eni", "NetworkInterface", "network-interface"] {
            let disk = template("Disk", "acs:ecs:{#regionId}:{#accountId}:disk/{#diskId}");
            let tagged = [("ResourceType", &[kind][..]), ("ResourceId", &["eni-1"])];
            assert_eq!(resources(&[disk, eni], &tagged), [named], "{kind}");
        }
    }

    #[test]
    fn types_that_the_request_does_not_name_are_left_out() {
        let group = template(
            "Group",
            "acs:oos:{#regionId}:{#accountId}:group/{#groupName}",
        );
        let new = template("Template", "acs:oos:{#regionId}:{#accountId}:template/*");
        let arn = |name: &str| format!("acs:oos:cn-hangzhou:1234:{name}");
        assert_eq!(
            resources(&[TEMPLATE, group], &[("GroupName", &["a"])]),
            [arn("group/a")]
        );
        // None is named: the mandatory one.
        assert_eq!(resources(&[TEMPLATE, group], &[]), [arn("template/*")]);
        assert_eq!(
            resources(&[new, group], &[("GroupName", &["a"])]),
            [arn("group/a"), arn("template/*")]
        );
        assert_eq!(
            resources(&[TEMPLATE, new], &[("TemplateName", &["a"])]),
            [arn("template/a")]
        );
    }

    #[test]
    fn an_arn_in_the_request_is_the_resource() {
        let role = template("Role", "acs:ram:*:{#accountId}:role/{#RoleName}");
        let arn = "acs:ram::1234:role/deploy";
        assert_eq!(resources(&[role], &[("RoleArn", &[arn])]), [arn]);
        assert_eq!(
            resources(&[role], &[("RoleName", &["deploy"])]),
            ["acs:ram:*:1234:role/deploy"]
        );
    }
}
