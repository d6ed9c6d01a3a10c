//! The rules of a safety policy: which calls it denies, and which need a confirmation.

use crate::guard::matches;
use crate::http::Method;
use crate::operation::Style;
use crate::text::trimmed;
use serde_json::Value;

/// The effect of a rule on the calls that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleAction {
    Allow,
    Deny,
    Confirm,
}

/// A rule of a safety policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SafetyRule {
    /// `*:Delete*`, `cs:DELETE/clusters/*`.
    pub(crate) pattern: String,
    pub(crate) action: RuleAction,
}

/// The rules, in their order. Without a rule that matches, a call is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SafetyPolicy {
    pub(crate) enabled: bool,
    pub(crate) rules: Vec<SafetyRule>,
}

/// The names by which rules can mean a call.
#[derive(Debug)]
pub(crate) struct CallNames {
    /// The names that the call certainly has.
    certain: Vec<String>,
    /// Names that the call may have: reason enough to restrict it, not to allow it.
    possible: Vec<String>,
    /// Names without a product, for a call that any product may receive.
    of_any_product: Vec<String>,
}

/// A product code that only wildcards match.
const UNKNOWN_PRODUCT: &str = "?";

impl SafetyPolicy {
    /// Reads the text of a policy file.
    ///
    /// # Errors
    /// If the text is not a policy that can be followed exactly. A text without problems for the
    /// CLI can have some here: the CLI skips what it does not understand.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let policy: Value =
            serde_json::from_str(text).map_err(|error| format!("is not valid JSON: {error}"))?;
        let policy = policy.as_object().ok_or("must be an object")?;
        let enabled = match policy.get("enabled") {
            Some(Value::Bool(enabled)) => *enabled,
            Some(_) => return Err("enabled must be true or false".to_owned()),
            None => return Err("enabled is missing".to_owned()),
        };
        let rules = match policy.get("rules") {
            Some(Value::Array(rules)) => rules,
            Some(_) => return Err("rules must be an array".to_owned()),
            None => return Err("rules is missing".to_owned()),
        };
        let rules = rules.iter().enumerate().map(|(index, rule)| {
            SafetyRule::read(rule).map_err(|problem| format!("rules[{index}]: {problem}"))
        });
        Ok(Self {
            enabled,
            rules: rules.collect::<Result<_, _>>()?,
        })
    }

    /// Returns the rule that decides about a call: the first one that matches it.
    pub(crate) fn rule(&self, call: &CallNames) -> Option<&SafetyRule> {
        let mut rules = self.rules.iter().filter(|_| self.enabled);
        rules.find(|rule| rule.applies(call))
    }
}

impl SafetyRule {
    /// Reads the rules of a variable: `*:Delete*=deny,ecs:Update*=confirm`.
    ///
    /// # Errors
    /// As [`SafetyPolicy::parse`].
    pub(crate) fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let entries = text.split(',').map(trimmed);
        let entries = entries.filter(|entry| !entry.is_empty());
        let rules = entries.map(|entry| match entry.split_once('=') {
            Some((pattern, action)) => Self::new(pattern, action),
            None => Err(format!("{entry:?} has no action: expected pattern=action")),
        });
        rules.collect()
    }

    fn read(rule: &Value) -> Result<Self, String> {
        let rule = rule.as_object().ok_or("must be an object")?;
        let text = |name: &str| match rule.get(name) {
            Some(Value::String(text)) => Ok(text.as_str()),
            Some(_) => Err(format!("{name} must be a string")),
            None => Err(format!("{name} is missing")),
        };
        let (pattern, action) = (text("pattern")?, text("action")?);
        // It may be a condition, without which the rule would have another meaning.
        let mut names = rule.keys();
        if let Some(name) = names.find(|name| !matches!(name.as_str(), "pattern" | "action")) {
            return Err(format!(
                "unknown member {name:?}: expected pattern and action"
            ));
        }
        Self::new(pattern, action)
    }

    fn new(pattern: &str, action: &str) -> Result<Self, String> {
        let pattern = trimmed(pattern);
        let is_text = pattern.bytes().all(|byte| byte.is_ascii_graphic());
        let can_match = match pattern.split_once(':') {
            Some((product, name)) => !product.is_empty() && !name.is_empty(),
            None => pattern.contains('*'),
        };
        if !is_text || !can_match {
            return Err(format!(
                "the pattern {pattern:?} cannot match a call: expected product:operation, such as \
                 ecs:DeleteInstance or *:Delete*, or product:METHOD/path"
            ));
        }
        let action = match trimmed(action).to_ascii_lowercase().as_str() {
            "allow" => RuleAction::Allow,
            "deny" => RuleAction::Deny,
            "confirm" | "forbid" => RuleAction::Confirm,
            other => {
                return Err(format!(
                    "the action {other:?} of {pattern:?} is unknown: expected allow, deny or \
                     confirm"
                ));
            }
        };
        let pattern = pattern.to_owned();
        Ok(Self { pattern, action })
    }

    fn applies(&self, call: &CallNames) -> bool {
        // The CLI has a second name for an operation, `delete-instance`.
        let joined = without_hyphens(&self.pattern);
        let fits = |name: &String| {
            matches(&self.pattern, name) || (!name.contains('/') && matches(&joined, name))
        };
        let fits_any_product = |name: &String| {
            matches_any_product(&self.pattern, name)
                || (!name.contains('/') && matches_any_product(&joined, name))
        };
        call.certain.iter().any(fits)
            || (self.action != RuleAction::Allow
                && (call.possible.iter().any(fits)
                    || call.of_any_product.iter().any(fits_any_product)))
    }
}

/// Returns a pattern without the hyphens of the operation. Those of the product stay.
fn without_hyphens(pattern: &str) -> String {
    match pattern.split_once(':') {
        Some((product, name)) => format!("{product}:{}", name.replace('-', "")),
        None => pattern.replace('-', ""),
    }
}

/// Returns whether there is a product with which `pattern` matches `name`.
fn matches_any_product(pattern: &str, name: &str) -> bool {
    match pattern.split_once(':') {
        Some((_, of_name)) => matches(of_name, name),
        // One of the wildcards stands for the product and the colon.
        None => {
            let mut wildcards = pattern.match_indices('*');
            wildcards.any(|(at, _)| matches(&pattern[at..], name))
        }
    }
}

impl CallNames {
    /// Returns the names of a call that a specification describes: `ecs:DeleteInstance`, of a ROA
    /// operation also `cs:DELETE/clusters/c1`.
    pub(crate) fn of_operation(product: &str, operation: &str, target: RequestTarget<'_>) -> Self {
        let mut certain = vec![format!("{product}:{operation}")];
        let mut possible = Vec::new();
        if target.style == Style::Roa {
            let method = target.method.as_str();
            certain.push(format!("{product}:{method}{}", target.path));
            possible.push(format!("{product}:{method}"));
        }
        Self {
            certain,
            possible,
            of_any_product: Vec::new(),
        }
    }

    /// Returns the names of a call without a specification: the caller chooses the names of the
    /// product and the operation, so they count only where they decide what is called.
    /// `has_endpoint` is whether an explicit endpoint decides that instead of the product.
    pub(crate) fn of_raw(
        product: &str,
        operation: &str,
        target: RequestTarget<'_>,
        has_endpoint: bool,
    ) -> Self {
        let method = target.method.as_str();
        let (decisive, others) = match target.style {
            Style::Rpc => (operation.to_owned(), vec![]),
            Style::Roa => (
                format!("{method}{}", target.path),
                vec![method.to_owned(), operation.to_owned()],
            ),
        };
        let owner = if has_endpoint {
            UNKNOWN_PRODUCT
        } else {
            product
        };
        let certain = vec![format!("{owner}:{decisive}")];
        let names = || std::iter::once(&decisive).chain(&others);
        // `oos-vpc` is another host of `oos`.
        let aliases = product.match_indices('-').map(|(at, _)| &product[..at]);
        let products = std::iter::once(product).chain(aliases);
        let possible = products.flat_map(|product| names().map(move |n| format!("{product}:{n}")));
        let possible = possible.collect();
        let of_any_product = names().filter(|_| has_endpoint).cloned().collect();
        Self {
            certain,
            possible,
            of_any_product,
        }
    }
}

/// The style, the method and the percent-encoded path of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestTarget<'a> {
    pub(crate) style: Style,
    pub(crate) method: Method,
    pub(crate) path: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELETE_CLUSTER: RequestTarget<'_> = RequestTarget {
        style: Style::Roa,
        method: Method::Delete,
        path: "/clusters/c-1",
    };
    const RPC: RequestTarget<'_> = RequestTarget {
        style: Style::Rpc,
        method: Method::Post,
        path: "/",
    };

    fn applies(pattern: &str, action: &str, call: &CallNames) -> bool {
        SafetyRule::new(pattern, action)
            .expect(pattern)
            .applies(call)
    }

    #[test]
    fn patterns_match_the_names_that_the_cli_has_for_a_call() {
        let instance = CallNames::of_operation("ecs", "DeleteInstance", RPC);
        let cluster = CallNames::of_operation("cs", "DeleteCluster", DELETE_CLUSTER);
        let table = [
            ("ecs:DeleteInstance", &instance, true),
            ("ECS:deleteinstance", &instance, true),
            ("ecs:DeleteInst", &instance, false),
            ("ecs:Instance*", &instance, false),
            ("*:Delete*", &instance, true),
            ("*Delete*", &instance, true),
            ("*", &instance, true),
            ("ecs:delete-instance", &instance, true),
            ("*:delete-*", &instance, true),
            ("e-cs:DeleteInstance", &instance, false),
            ("ecs.:DeleteInstance", &instance, false),
            ("cs:DeleteCluster", &cluster, true),
            ("cs:DELETE/clusters/*", &cluster, true),
            ("cs:DELETE/clusters/c-1", &cluster, true),
            ("cs:DELETE/clusters/c1", &cluster, false),
            ("*:DELETE", &cluster, true),
            ("*:DELETE*", &cluster, true),
            ("*:GET*", &cluster, false),
            ("cs:POST/clusters/*", &cluster, false),
        ];
        for (pattern, call, expected) in table {
            assert_eq!(
                applies(pattern, "deny", call),
                expected,
                "{pattern} {call:?}"
            );
        }
        // A method alone restricts and does not allow.
        assert!(!applies("cs:DELETE", "allow", &cluster));
        assert!(applies("cs:DELETE/*", "allow", &cluster));
    }

    #[test]
    fn names_that_a_caller_chooses_restrict_and_do_not_allow() {
        let raw =
            |product, has_endpoint| CallNames::of_raw(product, "DeleteInstance", RPC, has_endpoint);
        let roa = |has_endpoint| {
            CallNames::of_raw("cs", "DescribeClusters", DELETE_CLUSTER, has_endpoint)
        };
        let table = [
            // (pattern, call, restricts, allows)
            ("ecs:Delete*", raw("ecs", false), true, true),
            ("ecs:Delete*", raw("ecs-vpc", false), true, false),
            ("ecs:Delete*", raw("rds", false), false, false),
            ("ecs:Delete*", raw("rds", true), true, false),
            ("ecs:Delete*", raw("ecs", true), true, false),
            ("ecs*Delete*", raw("rds", true), true, false),
            ("ecs:delete-*", raw("rds", true), true, false),
            ("ecs:Stop*", raw("ecs", true), false, false),
            ("*:Delete*", raw("ecs", true), true, true),
            ("cs:DELETE/clusters/*", roa(false), true, true),
            ("cs:DELETE/clusters/*", roa(true), true, false),
            ("ros:DELETE/clusters/*", roa(true), true, false),
            ("cs:DescribeClusters", roa(false), true, false),
            ("cs:Describe*", roa(false), true, false),
            ("cs:GET/*", roa(false), false, false),
        ];
        for (pattern, call, restricts, allows) in table {
            assert_eq!(
                applies(pattern, "confirm", &call),
                restricts,
                "{pattern} {call:?}"
            );
            assert_eq!(
                applies(pattern, "allow", &call),
                allows,
                "{pattern} {call:?}"
            );
        }
    }

    #[test]
    fn a_policy_that_cannot_be_followed_exactly_is_an_error() {
        let rule = |rule: &str| format!(r#"{{"enabled":true,"rules":[{{}},{rule}]}}"#);
        let rule = |text: &str| rule(text).replace("{},", "");
        let table = [
            (String::new(), "is not valid JSON"),
            ("{".to_owned(), "is not valid JSON"),
            ("[".repeat(100_000), "is not valid JSON"),
            ("[]".to_owned(), "must be an object"),
            ("{}".to_owned(), "enabled is missing"),
            (
                r#"{"enabled":"true","rules":[]}"#.to_owned(),
                "enabled must be true or false",
            ),
            (r#"{"enabled":true}"#.to_owned(), "rules is missing"),
            (
                r#"{"enabled":true,"rules":null}"#.to_owned(),
                "rules must be an array",
            ),
            (rule("1"), "rules[0]: must be an object"),
            (rule(r#"{"action":"deny"}"#), "rules[0]: pattern is missing"),
            (rule(r#"{"pattern":"*:X"}"#), "rules[0]: action is missing"),
            (
                rule(r#"{"pattern":1,"action":"deny"}"#),
                "pattern must be a string",
            ),
            (
                rule(r#"{"pattern":"*:X","action":"denied"}"#),
                r#"the action "denied""#,
            ),
            (rule(r#"{"pattern":"*:X","action":""}"#), r#"the action """#),
            (rule(r#"{"pattern":"","action":"deny"}"#), "cannot match"),
            (
                rule(r#"{"pattern":"DeleteInstance","action":"deny"}"#),
                "cannot match",
            ),
            (
                rule(r#"{"pattern":"ecs:","action":"deny"}"#),
                "cannot match",
            ),
            (
                rule(r#"{"pattern":"ecs: X","action":"deny"}"#),
                "cannot match",
            ),
            (
                rule(r#"{"pattern":"ecs:ſtop","action":"deny"}"#),
                "cannot match",
            ),
            (
                rule(r#"{"pattern":"*:X","action":"allow","region":"cn-hangzhou"}"#),
                r#"unknown member "region""#,
            ),
        ];
        for (text, expected) in table {
            let problem = SafetyPolicy::parse(&text).expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
        for (list, expected) in [
            ("*:X", "has no action"),
            ("*:X=no", r#"the action "no""#),
            ("=deny", "cannot match"),
        ] {
            let problem = SafetyRule::parse_list(list).expect_err(list);
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let rules = "ecs:Describe* = allow, ecs:*=Deny,*:Delete*=forbid,";
        let policy = SafetyPolicy {
            enabled: true,
            rules: SafetyRule::parse_list(rules).expect("rules"),
        };
        let decision = |policy: &SafetyPolicy, product, operation| {
            let call = CallNames::of_operation(product, operation, RPC);
            policy.rule(&call).map(|rule| rule.action)
        };
        for (product, operation, expected) in [
            ("ecs", "DescribeInstances", Some(RuleAction::Allow)),
            ("ecs", "DeleteInstance", Some(RuleAction::Deny)),
            ("rds", "DeleteDBInstance", Some(RuleAction::Confirm)),
            ("rds", "DescribeDBInstances", None),
        ] {
            assert_eq!(
                decision(&policy, product, operation),
                expected,
                "{operation}"
            );
        }
        let disabled = SafetyPolicy {
            enabled: false,
            ..policy
        };
        assert_eq!(decision(&disabled, "ecs", "DeleteInstance"), None);
    }
}
