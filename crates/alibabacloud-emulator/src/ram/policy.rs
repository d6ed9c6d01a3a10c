//! Policy documents, and whether they allow an action.
//!
//! A document is a list of statements that allow or deny actions on resources, perhaps under
//! conditions. A statement that denies wins over all that allow; what no statement allows is
//! denied.

use super::condition::{Condition, Context, Unmet, operators};
use super::pattern;
use crate::nesting;
use alibabacloud_spec::did_you_mean;
use serde_json::{Map, Value};

/// The most characters of a custom policy, without insignificant white space.
pub(crate) const MAX_POLICY: usize = 6_144;
/// The most characters of a session policy.
pub(crate) const MAX_SESSION_POLICY: usize = 2_048;
/// The most bytes of a text that is parsed at all.
const MAX_TEXT: usize = 64 * 1024;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// A policy document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
struct Statement {
    effect: Effect,
    actions: Patterns,
    resources: Patterns,
    /// Who may assume a role; only trust policies have it.
    principals: Vec<Principals>,
    conditions: Vec<Condition>,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Clone, Debug)]
struct Patterns {
    negated: bool,
    patterns: Vec<String>,
}

impl Patterns {
    fn contain(&self, matches: impl Fn(&str) -> bool) -> bool {
        self.patterns.iter().any(|pattern| matches(pattern)) != self.negated
    }
}

/// A kind of principal in a trust policy with its patterns: `RAM`, `Service` or `Federated`.
#[derive(Clone, Debug)]
struct Principals {
    kind: String,
    patterns: Vec<String>,
}

/// What a document is for, which determines the elements that a statement can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DocumentKind {
    /// Grants permissions: statements have resources.
    Permission,
    /// Says who may assume a role: statements have principals.
    Trust,
}

/// An action that a principal wants to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) action: &'a str,
    /// The ARN; `None` when the request does not say which resource, so that any will do.
    pub(crate) resource: Option<&'a str>,
    pub(crate) context: &'a Context,
}

impl Policy {
    /// Reads the JSON text of a policy that grants permissions.
    ///
    /// # Errors
    ///
    /// Describes what is wrong, as the end of a sentence.
    pub(crate) fn parse(text: &str, limit: usize) -> Result<Self, String> {
        let document = json(text)?;
        let length = document.to_string().chars().count();
        if length > limit {
            return Err(format!(
                "it has {length} characters, and RAM accepts at most {limit}"
            ));
        }
        Self::read(&document, DocumentKind::Permission)
    }

    /// Reads the JSON text of the trust policy of a role.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub(crate) fn parse_trust(text: &str) -> Result<Self, String> {
        Self::read(&json(text)?, DocumentKind::Trust)
    }

    /// Returns a policy that allows the actions of a pattern on all resources.
    pub(crate) fn allow_everywhere(action: &str) -> Self {
        let patterns = |pattern: &str| Patterns {
            negated: false,
            patterns: vec![pattern.to_owned()],
        };
        Self {
            statements: vec![Statement {
                effect: Effect::Allow,
                actions: patterns(action),
                resources: patterns("*"),
                principals: Vec::new(),
                conditions: Vec::new(),
            }],
        }
    }

    fn read(document: &Value, kind: DocumentKind) -> Result<Self, String> {
        let document = object(document, "a policy")?;
        known(document, "a policy", &["Version", "Statement"])?;
        if document.get("Version") != Some(&Value::from("1")) {
            return Err("Version must be \"1\"".to_owned());
        }
        let Some(Value::Array(statements)) = document.get("Statement") else {
            return Err("Statement must be a list".to_owned());
        };
        let statements = statements.iter().enumerate().map(|(index, statement)| {
            let read = Statement::read(statement, kind);
            read.map_err(|why| format!("statement {}: {why}", index + 1))
        });
        Ok(Self {
            statements: statements.collect::<Result<_, _>>()?,
        })
    }

    /// Returns what the policy does about an attempt; `None` if no statement applies.
    ///
    /// A condition on an unknown key never permits anything: a statement that allows does not
    /// apply, and one that denies does. `notes` says so of each.
    pub(crate) fn decide(
        &self,
        name: &str,
        attempt: Attempt<'_>,
        notes: &mut Vec<String>,
    ) -> Option<Effect> {
        let mut effect = None;
        for (index, statement) in self.statements.iter().enumerate() {
            match statement.applies(attempt) {
                Applies::Yes if statement.effect == Effect::Deny => return Some(Effect::Deny),
                Applies::Yes => effect = Some(Effect::Allow),
                Applies::No => {}
                Applies::Unknown(key) => {
                    let (is_deny, number) = (statement.effect == Effect::Deny, index + 1);
                    let does = if is_deny { "denies" } else { "does not apply" };
                    notes.push(format!(
                        "statement {number} of the policy {name} {does}: the condition key {key} \
                         is unknown here"
                    ));
                    if is_deny {
                        return Some(Effect::Deny);
                    }
                }
            }
        }
        effect
    }

    /// Returns whether a trust policy lets a principal assume the role: its ARN, and the account
    /// that it belongs to.
    pub(crate) fn trusts(&self, arn: &str, account: &str, context: &Context) -> bool {
        let root = format!("acs:ram::{account}:root");
        let attempt = Attempt {
            action: "sts:AssumeRole",
            resource: None,
            context,
        };
        let applying = |effect: Effect| {
            self.statements.iter().any(|statement| {
                let principals = statement.principals.iter().filter(|p| p.kind == "RAM");
                let named = principals.flat_map(|principals| &principals.patterns);
                let is_named = named.into_iter().any(|pattern| {
                    pattern::matches_arn(pattern, arn) || pattern::matches_arn(pattern, &root)
                });
                let applies = match statement.applies(attempt) {
                    Applies::Yes => true,
                    Applies::No => false,
                    Applies::Unknown(_) => effect == Effect::Deny,
                };
                statement.effect == effect && is_named && applies
            })
        };
        !applying(Effect::Deny) && applying(Effect::Allow)
    }
}

/// Whether a statement applies to an attempt.
#[derive(Debug, PartialEq)]
enum Applies {
    Yes,
    No,
    /// The statement has a condition on a key that is unknown.
    Unknown(String),
}

impl Statement {
    fn read(statement: &Value, kind: DocumentKind) -> Result<Self, String> {
        let statement = object(statement, "a statement")?;
        let (elements, resources): (&[&str], _) = match kind {
            DocumentKind::Permission => (
                &[
                    "Effect",
                    "Action",
                    "NotAction",
                    "Resource",
                    "NotResource",
                    "Condition",
                ],
                patterns(statement, "Resource", "NotResource", "acs")?,
            ),
            DocumentKind::Trust => (
                &["Effect", "Action", "NotAction", "Principal", "Condition"],
                Patterns {
                    negated: false,
                    patterns: vec!["*".to_owned()],
                },
            ),
        };
        known(statement, "a statement", elements)?;
        let effect = match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err("Effect must be \"Allow\" or \"Deny\"".to_owned()),
        };
        let principals = match kind {
            DocumentKind::Permission => Vec::new(),
            DocumentKind::Trust => principals(statement.get("Principal"))?,
        };
        Ok(Self {
            effect,
            actions: patterns(statement, "Action", "NotAction", "")?,
            resources,
            principals,
            conditions: conditions(statement.get("Condition"))?,
        })
    }

    fn applies(&self, attempt: Attempt<'_>) -> Applies {
        let is_action = |pattern: &str| pattern::matches_any_case(pattern, attempt.action);
        let covers_resource = match attempt.resource {
            Some(arn) => self
                .resources
                .contain(|pattern| pattern::matches_arn(pattern, arn)),
            // Only a statement about all resources certainly denies one that is not known.
            None => self.effect == Effect::Allow || self.resources.contain(|all| all == "*"),
        };
        if !covers_resource || !self.actions.contain(is_action) {
            return Applies::No;
        }
        let mut unknown = None;
        for condition in &self.conditions {
            match condition.check(attempt.context, attempt.resource) {
                Ok(()) => {}
                Err(Unmet::False) => return Applies::No,
                Err(Unmet::Unknown(key)) => unknown = unknown.or(Some(key)),
            }
        }
        unknown.map_or(Applies::Yes, Applies::Unknown)
    }
}

fn json(text: &str) -> Result<Value, String> {
    if text.len() > MAX_TEXT {
        return Err(format!(
            "it has {} bytes, and at most {MAX_TEXT} are read",
            text.len()
        ));
    }
    nesting::json(text)
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, String> {
    let object = value.as_object();
    object.ok_or_else(|| format!("{what} must be an object"))
}

fn known(object: &Map<String, Value>, what: &str, elements: &[&str]) -> Result<(), String> {
    match object.keys().find(|key| !elements.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let meant = did_you_mean(key, elements.iter().copied());
            let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
            Err(format!("{what} has no element {key}{meant}"))
        }
    }
}

/// Reads an element or its negation, whose patterns are `*` or have a colon.
fn patterns(
    statement: &Map<String, Value>,
    name: &str,
    negation: &str,
    prefix: &str,
) -> Result<Patterns, String> {
    let (negated, value) = match (statement.get(name), statement.get(negation)) {
        (Some(value), None) => (false, value),
        (None, Some(value)) => (true, value),
        (Some(_), Some(_)) => return Err(format!("{name} and {negation} exclude each other")),
        (None, None) => return Err(format!("{name} or {negation} is missing")),
    };
    let name = if negated { negation } else { name };
    let patterns =
        texts(value).ok_or_else(|| format!("{name} must be a text or a list of texts"))?;
    if patterns.is_empty() {
        return Err(format!("{name} is empty"));
    }
    for pattern in &patterns {
        let service = pattern.split_once(':').map(|(service, _)| service);
        let is_valid = pattern == "*"
            || service
                .is_some_and(|service| prefix.is_empty() || pattern::matches(service, prefix));
        if !is_valid {
            let form = match prefix {
                "" => "<service>:<operation>",
                _ => "acs:<service>:<region>:<account>:<resource>",
            };
            return Err(format!("{name} {pattern:?} is neither \"*\" nor {form}"));
        }
    }
    Ok(Patterns { negated, patterns })
}

fn principals(value: Option<&Value>) -> Result<Vec<Principals>, String> {
    let value = value.ok_or("Principal is missing")?;
    let principals = object(value, "Principal")?.iter().map(|(kind, value)| {
        let patterns = texts(value)
            .ok_or_else(|| format!("Principal {kind} must be a text or a list of texts"))?;
        Ok(Principals {
            kind: kind.clone(),
            patterns,
        })
    });
    principals.collect()
}

fn conditions(value: Option<&Value>) -> Result<Vec<Condition>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let mut conditions = Vec::new();
    for (operator, keys) in object(value, "Condition")? {
        for (key, values) in object(keys, operator)? {
            let values = texts(values).ok_or_else(|| {
                format!("{operator} of {key} must be a value or a list of values")
            })?;
            let condition = Condition::new(operator, key, values).map_err(|why| {
                let meant = did_you_mean(operator, operators())
                    .filter(|_| !operators().any(|known| known == operator));
                let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
                format!("{why}{meant}")
            })?;
            conditions.push(condition);
        }
    }
    Ok(conditions)
}

/// Returns one text or a list of texts; numbers and booleans count as texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        one => Some(vec![text(one)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::net::{IpAddr, Ipv4Addr};

    const INSTANCE: &str = "acs:ecs:cn-hangzhou:1000000000000001:instance/i-1";

    fn context() -> Context {
        Context {
            source_ip: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
            secure_transport: false,
            now: crate::timestamp::parse("2026-03-14T15:09:26Z").unwrap(),
            principal_arn: "acs:ram::1000000000000001:user/deploy".to_owned(),
            resource_tags: BTreeMap::new(),
            request_tags: vec![("team".to_owned(), "dev".to_owned())],
            more: Vec::new(),
        }
    }

    /// Decides on `ecs:StopInstance` for [`INSTANCE`].
    fn decide(statements: &Value) -> (Option<Effect>, Vec<String>) {
        let document = json!({"Version": "1", "Statement": statements}).to_string();
        let policy = Policy::parse(&document, MAX_POLICY).unwrap_or_else(|why| {
            panic!("{why}: {document}");
        });
        let context = context();
        let mut notes = Vec::new();
        let attempt = Attempt {
            action: "ecs:StopInstance",
            resource: Some(INSTANCE),
            context: &context,
        };
        (policy.decide("p", attempt, &mut notes), notes)
    }

    #[test]
    fn statements_are_evaluated_as_documented() {
        let allow = json!({"Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*"});
        let deny = json!({"Effect": "Deny", "Action": "ecs:Stop*", "Resource": "*"});
        let with = |name: &str, value: Value| {
            let mut statement = allow.clone();
            statement[name] = value;
            json!([statement])
        };
        let without = |name: &str, negation: &str, value: Value| {
            let mut statement = allow.clone();
            statement.as_object_mut().unwrap().remove(name);
            statement[negation] = value;
            json!([statement])
        };
        let (yes, no) = (Some(Effect::Allow), None);
        let rows = [
            ("no statement", json!([]), no),
            ("an allow", json!([allow]), yes),
            ("a deny alone", json!([deny]), Some(Effect::Deny)),
            (
                "a deny after an allow",
                json!([allow, deny]),
                Some(Effect::Deny),
            ),
            (
                "a deny before an allow",
                json!([deny, allow]),
                Some(Effect::Deny),
            ),
            (
                "another action",
                with("Action", json!("ecs:StartInstance")),
                no,
            ),
            (
                "an action of another service",
                with("Action", json!("oos:StopInstance")),
                no,
            ),
            (
                "an action in another case",
                with("Action", json!("ECS:stopinstance")),
                yes,
            ),
            ("all actions", with("Action", json!("*")), yes),
            (
                "all actions of the service",
                with("Action", json!("ecs:*")),
                yes,
            ),
            (
                "actions with a prefix",
                with("Action", json!("ecs:Stop*")),
                yes,
            ),
            (
                "actions with a suffix",
                with("Action", json!("ecs:*Instance")),
                yes,
            ),
            (
                "one character",
                with("Action", json!("ecs:St?pInstance")),
                yes,
            ),
            (
                "one character too many",
                with("Action", json!("ecs:StopInstance?")),
                no,
            ),
            (
                "a list of actions",
                with("Action", json!(["oos:*", "ecs:StopInstance"])),
                yes,
            ),
            (
                "an excepted action",
                without("Action", "NotAction", json!("ecs:Stop*")),
                no,
            ),
            (
                "another excepted action",
                without("Action", "NotAction", json!(["oos:*"])),
                yes,
            ),
            ("the resource", with("Resource", json!(INSTANCE)), yes),
            (
                "another resource",
                with("Resource", json!("acs:ecs:*:*:instance/i-2")),
                no,
            ),
            (
                "resources of any region and account",
                with("Resource", json!("acs:ecs:*:*:instance/*")),
                yes,
            ),
            (
                "resources of the region",
                with("Resource", json!("acs:ecs:cn-hangzhou:*:instance/i-?")),
                yes,
            ),
            (
                "resources of another region",
                with("Resource", json!("acs:ecs:cn-beijing:*:*")),
                no,
            ),
            (
                "resources of another account",
                with("Resource", json!("acs:ecs:*:2:*")),
                no,
            ),
            (
                "a resource in another case",
                with("Resource", json!("acs:ecs:*:*:Instance/i-1")),
                no,
            ),
            (
                "a list of resources",
                with("Resource", json!(["acs:oos:*:*:*", INSTANCE])),
                yes,
            ),
            (
                "an excepted resource",
                without("Resource", "NotResource", json!(INSTANCE)),
                no,
            ),
            (
                "another excepted resource",
                without("Resource", "NotResource", json!("acs:ecs:*:*:disk/*")),
                yes,
            ),
        ];
        for (what, statements, expected) in rows {
            assert_eq!(decide(&statements), (expected, Vec::new()), "{what}");
        }
    }

    #[test]
    fn conditions_are_evaluated_as_documented() {
        let (arn, ip, time) = ("acs:PrincipalARN", "acs:SourceIp", "acs:CurrentTime");
        let tag = "acs:RequestTag/team";
        let rows = [
            ("StringEquals", tag, json!("dev"), true),
            ("StringEquals", tag, json!("Dev"), false),
            ("StringEquals", tag, json!(["test", "dev"]), true),
            ("StringEquals", "ACS:requesttag/team", json!("dev"), true),
            ("StringEquals", "acs:RequestTag/Team", json!("dev"), false),
            ("StringNotEquals", tag, json!("test"), true),
            ("StringNotEquals", tag, json!(["test", "dev"]), false),
            (
                "StringNotEquals",
                "acs:RequestTag/owner",
                json!("test"),
                false,
            ),
            ("StringEqualsIgnoreCase", tag, json!("DEV"), true),
            ("StringNotEqualsIgnoreCase", tag, json!("DEV"), false),
            ("StringLike", arn, json!("acs:ram::*:user/dep?oy"), true),
            ("StringLike", arn, json!("acs:ram::*:role/*"), false),
            ("StringNotLike", arn, json!("acs:ram::*:role/*"), true),
            ("DateEquals", time, json!("2026-03-14T15:09:26Z"), true),
            ("DateNotEquals", time, json!("2026-03-14T15:09:26Z"), false),
            (
                "DateLessThan",
                time,
                json!("2026-03-14T23:09:27+08:00"),
                true,
            ),
            ("DateLessThan", time, json!("2026-03-14T23:09+08:00"), false),
            (
                "DateLessThanEquals",
                time,
                json!("2026-03-14T23:09:26+08:00"),
                true,
            ),
            ("DateGreaterThan", time, json!("2026-01-01T00:00:00Z"), true),
            (
                "DateGreaterThan",
                time,
                json!("2027-01-01T00:00:00Z"),
                false,
            ),
            (
                "DateGreaterThanEquals",
                time,
                json!("2026-03-14T15:09:26Z"),
                true,
            ),
            ("Bool", "acs:SecureTransport", json!("true"), false),
            ("Bool", "acs:SecureTransport", json!(false), true),
            ("Bool", "acs:MFAPresent", json!("True"), false),
            ("IpAddress", ip, json!("192.0.2.7"), true),
            ("IpAddress", ip, json!("192.0.2.0/29"), true),
            ("IpAddress", ip, json!("192.0.2.8/29"), false),
            (
                "IpAddress",
                ip,
                json!(["203.0.113.2", "192.0.2.0/24"]),
                true,
            ),
            ("IpAddress", ip, json!("0.0.0.0/0"), true),
            ("IpAddress", ip, json!("2001:db8::/32"), false),
            ("IpAddress", ip, json!("::ffff:192.0.2.7"), true),
            ("NotIpAddress", ip, json!("192.0.2.0/24"), false),
            ("NotIpAddress", ip, json!("203.0.113.0/24"), true),
        ];
        for (operator, key, values, expected) in rows {
            let statement = json!([{
                "Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {operator: {key: values}},
            }]);
            let expected = expected.then_some(Effect::Allow);
            assert_eq!(decide(&statement), (expected, Vec::new()), "{statement}");
        }
    }

    #[test]
    fn numbers_are_compared() {
        let mut context = context();
        context.more = vec![("test:Size", Some("20".to_owned()))];
        for (operator, value, expected) in [
            ("NumericEquals", json!(20), true),
            ("NumericEquals", json!("20.0"), true),
            ("NumericNotEquals", json!(20), false),
            ("NumericLessThan", json!(100), true),
            ("NumericLessThan", json!(20), false),
            ("NumericLessThanEquals", json!("20"), true),
            ("NumericGreaterThan", json!(3), true),
            ("NumericGreaterThanEquals", json!(21), false),
        ] {
            let values = texts(&value).unwrap();
            let condition = Condition::new(operator, "test:Size", values).unwrap();
            assert_eq!(
                condition.check(&context, None).is_ok(),
                expected,
                "{operator} {value}"
            );
        }
    }

    #[test]
    fn all_lines_of_a_condition_must_hold() {
        let condition = |secure: &str| {
            json!([{
                "Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {
                    "Bool": {"acs:SecureTransport": secure, "acs:MFAPresent": "false"},
                    "IpAddress": {"acs:SourceIp": "192.0.2.7"},
                },
            }])
        };
        assert_eq!(decide(&condition("false")).0, Some(Effect::Allow));
        assert_eq!(decide(&condition("true")).0, None);
    }

    #[test]
    fn tags_of_the_resource_can_be_known() {
        let tags = [("team".to_owned(), "dev".to_owned())].to_vec();
        let context = Context {
            resource_tags: BTreeMap::from([(INSTANCE.to_owned(), tags)]),
            ..context()
        };
        for (key, value, fits) in [
            ("acs:ResourceTag/team", "dev", true),
            ("ACS:resourcetag/team", "dev", true),
            ("acs:ResourceTag/team", "ops", false),
            ("acs:ResourceTag/stage", "dev", false),
        ] {
            let condition = Condition::new("StringEquals", key, vec![value.to_owned()]).unwrap();
            let known = condition.check(&context, Some(INSTANCE));
            assert_eq!(known.is_ok(), fits, "{key} {value}");
            let other = condition.check(&context, Some("acs:ecs:*:*:instance/i-2"));
            assert_eq!(other, Err(Unmet::Unknown(key.to_owned())));
        }
    }

    #[test]
    fn a_condition_on_an_unknown_key_permits_nothing_and_says_so() {
        for (effect, decision, does) in [
            ("Allow", None, "does not apply"),
            ("Deny", Some(Effect::Deny), "denies"),
        ] {
            let statement = json!([{
                "Effect": effect, "Action": "ecs:*", "Resource": "*",
                "Condition": {"StringEquals": {"acs:ResourceTag/team": "dev"}},
            }]);
            let note = format!(
                "statement 1 of the policy p {does}: the condition key acs:ResourceTag/team is \
                 unknown here"
            );
            assert_eq!(decide(&statement), (decision, vec![note]));
        }
        // What the statement is not about needs no note, nor what is false anyway.
        for (action, secure) in [("oos:*", "false"), ("ecs:*", "true")] {
            let statement = json!([{
                "Effect": "Allow", "Action": action, "Resource": "*",
                "Condition": {
                    "StringEquals": {"acs:ResourceTag/team": "dev"},
                    "Bool": {"acs:SecureTransport": secure},
                },
            }]);
            assert_eq!(decide(&statement), (None, Vec::new()));
        }
    }

    #[test]
    fn a_resource_that_is_not_known_can_be_any() {
        let context = context();
        for (effect, resource, expected) in [
            ("Allow", "acs:ram:*:*:role/a", Some(Effect::Allow)),
            ("Deny", "acs:ram:*:*:role/a", None),
            ("Deny", "*", Some(Effect::Deny)),
        ] {
            let document = json!({
                "Version": "1",
                "Statement": [{"Effect": effect, "Action": "ram:PassRole", "Resource": resource}],
            });
            let policy = Policy::parse(&document.to_string(), MAX_POLICY).unwrap();
            let attempt = Attempt {
                action: "ram:PassRole",
                resource: None,
                context: &context,
            };
            assert_eq!(
                policy.decide("p", attempt, &mut Vec::new()),
                expected,
                "{document}"
            );
        }
    }

    #[test]
    fn a_trust_policy_names_users_roles_and_accounts() {
        let document = |principal: &str| {
            json!({
                "Version": "1",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"RAM": [principal], "Service": "ecs.aliyuncs.com"},
                }],
            })
        };
        for (principal, expected) in [
            ("acs:ram::1:root", true),
            ("acs:ram::2:root", false),
            ("acs:ram::1:user/deploy", true),
            ("acs:ram::1:user/other", false),
        ] {
            let policy = Policy::parse_trust(&document(principal).to_string()).unwrap();
            let trusts = policy.trusts("acs:ram::1:user/deploy", "1", &context());
            assert_eq!(trusts, expected, "{principal}");
        }
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let statement = |statement: Value| json!({"Version": "1", "Statement": [statement]});
        let rows = [
            (json!([]), "a policy must be an object"),
            (
                json!({"Version": "2", "Statement": []}),
                "Version must be \"1\"",
            ),
            (json!({"Version": "1"}), "Statement must be a list"),
            (
                json!({"Version": "1", "Statements": []}),
                "a policy has no element Statements; did you mean `Statement`?",
            ),
            (
                statement(json!({"Effect": "allow", "Action": "*", "Resource": "*"})),
                "statement 1: Effect must be \"Allow\" or \"Deny\"",
            ),
            (
                statement(json!({"Effect": "Allow", "Resource": "*"})),
                "statement 1: Action or NotAction is missing",
            ),
            (
                statement(
                    json!({"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}),
                ),
                "statement 1: Action and NotAction exclude each other",
            ),
            (
                statement(json!({"Effect": "Allow", "Action": [], "Resource": "*"})),
                "statement 1: Action is empty",
            ),
            (
                statement(json!({"Effect": "Allow", "Action": "StopInstance", "Resource": "*"})),
                "statement 1: Action \"StopInstance\" is neither \"*\" nor <service>:<operation>",
            ),
            (
                statement(json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:x"})),
                "statement 1: Resource \"arn:aws:x\" is neither \"*\" nor \
                 acs:<service>:<region>:<account>:<resource>",
            ),
            (
                statement(
                    json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": {}}),
                ),
                "statement 1: a statement has no element Principal",
            ),
            (
                statement(json!({"Effect": "Allow", "Action": "*", "Resource": "*",
                    "Condition": {"StringEqual": {"a:b": "c"}}})),
                "statement 1: unknown operator StringEqual; did you mean `StringEquals`?",
            ),
            (
                statement(json!({"Effect": "Allow", "Action": "*", "Resource": "*",
                    "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/33"}}})),
                "statement 1: IpAddress of acs:SourceIp cannot compare \"10.0.0.0/33\"",
            ),
        ];
        for (document, expected) in rows {
            let error = Policy::parse(&document.to_string(), MAX_POLICY).unwrap_err();
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = "[".repeat(100_000);
        let error = Policy::parse(&deep, MAX_POLICY).unwrap_err();
        assert_eq!(error, "it has 100000 bytes, and at most 65536 are read");
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        let error = Policy::parse(&deep, MAX_POLICY).unwrap_err();
        assert_eq!(error, "it is nested more than 64 levels deep");
        let long = json!({
            "Version": "1",
            "Statement": [{"Effect": "Allow", "Action": vec!["ecs:*"; 1_000], "Resource": "*"}],
        });
        let error = Policy::parse(&long.to_string(), MAX_POLICY).unwrap_err();
        assert!(error.ends_with("and RAM accepts at most 6144"), "{error}");
        // White space between the elements does not count.
        let spaced = format!(
            "{:#}{}",
            json!({"Version": "1", "Statement": []}),
            " ".repeat(9_000)
        );
        assert!(Policy::parse(&spaced, MAX_POLICY).is_ok());
    }
}
