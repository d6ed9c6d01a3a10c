//! Whether a policy document allows what a program needs.

use alibabacloud_core::ram::Policy;
use serde_json::Value;

/// A policy document as in RAM.
#[derive(Clone, Debug)]
pub struct PolicyDocument {
    statements: Vec<DocumentStatement>,
}

#[derive(Clone, Debug)]
struct DocumentStatement {
    allows: bool,
    actions: Patterns,
    resources: Patterns,
    has_condition: bool,
}

/// Texts with wildcards, of which one fits, or none (`NotAction`).
#[derive(Clone, Debug)]
struct Patterns {
    texts: Vec<String>,
    negated: bool,
}

/// What is wrong with a document for a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Actions that the document does not allow on any resource that fits, or denies:
    /// `oos:GetTemplate on acs:oos:*:*:template/*`.
    pub missing: Vec<String>,
    /// Actions that it allows only under a condition, or only on some of all resources.
    pub limited: Vec<String>,
    /// Actions that it allows, by their own name, and the program does not need.
    pub unneeded: Vec<String>,
}

impl PolicyDocument {
    /// Reads a document.
    ///
    /// # Errors
    /// If it is not a policy document.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let statements = match &document["Statement"] {
            Value::Array(statements) => statements.as_slice(),
            one @ Value::Object(_) => std::slice::from_ref(one),
            _ => return Err("expected a policy document with `Statement`".to_owned()),
        };
        let statements: Result<Vec<DocumentStatement>, String> =
            statements.iter().map(statement).collect();
        Ok(Self {
            statements: statements?,
        })
    }

    /// Compares the document with the policy of a program. A part of an ARN that the policy leaves
    /// open can be narrower in the document: it must allow each action on some resource of each
    /// kind.
    pub fn check(&self, needed: &Policy) -> Findings {
        let mut findings = Findings::default();
        let mut actions = Vec::new();
        for statement in needed.statements() {
            for action in &statement.actions {
                actions.push(action.clone());
                for resource in &statement.resources {
                    let what = format!("{action} on {resource}");
                    match self.verdict(action, resource) {
                        Verdict::Allowed => {}
                        Verdict::Limited => findings.limited.push(what),
                        Verdict::Missing if statement.documented => findings.missing.push(what),
                        Verdict::Missing => {
                            findings.missing.push(format!("{what} (not documented)"));
                        }
                    }
                }
            }
        }
        let allowed = self
            .statements
            .iter()
            .filter(|s| s.allows && !s.actions.negated);
        for pattern in allowed.flat_map(|statement| &statement.actions.texts) {
            if !actions.iter().any(|action| overlap(pattern, action)) {
                findings.unneeded.push(pattern.clone());
            }
        }
        findings.unneeded.sort();
        findings.unneeded.dedup();
        findings
    }

    fn verdict(&self, action: &str, resource: &str) -> Verdict {
        let concerned = self.statements.iter().filter(|s| s.actions.fit(action));
        let mut verdict = Verdict::Missing;
        for statement in concerned {
            if !statement.allows {
                let denies = statement.resources.contain(resource);
                if denies && !statement.has_condition {
                    return Verdict::Missing;
                }
            } else if resource == "*" || statement.resources.overlap(resource) {
                // Services that check no resource need the permission on all of them.
                let is_part = resource == "*" && !statement.resources.contain(resource);
                if !statement.has_condition && !is_part {
                    verdict = Verdict::Allowed;
                } else if verdict == Verdict::Missing {
                    verdict = Verdict::Limited;
                }
            }
        }
        verdict
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Allowed,
    Limited,
    Missing,
}

fn statement(json: &Value) -> Result<DocumentStatement, String> {
    let allows = match json["Effect"].as_str() {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err("expected `Effect` of `Allow` or `Deny` in each statement".to_owned()),
    };
    Ok(DocumentStatement {
        allows,
        actions: patterns(json, "Action")?,
        resources: patterns(json, "Resource")?,
        has_condition: json["Condition"].as_object().is_some_and(|c| !c.is_empty()),
    })
}

/// Reads `Action` or `NotAction`: a text or a list.
fn patterns(statement: &Value, key: &str) -> Result<Patterns, String> {
    for (key, negated) in [(key.to_owned(), false), (format!("Not{key}"), true)] {
        let texts = match &statement[&key] {
            Value::Null => continue,
            Value::String(text) => vec![text.clone()],
            Value::Array(items) => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
                let texts: Option<Vec<String>> = texts.collect();
                texts.ok_or_else(|| format!("expected a list of texts for `{key}`"))?
            }
            _ => return Err(format!("expected a text or a list of texts for `{key}`")),
        };
        return Ok(Patterns { texts, negated });
    }
    Err(format!("expected `{key}` in each statement"))
}

impl Patterns {
    /// Returns whether an action, which has no wildcards, fits.
    fn fit(&self, action: &str) -> bool {
        self.texts.iter().any(|text| overlap(text, action)) != self.negated
    }

    /// Returns whether some text that fits `other` fits. Of a negated list this is only certain if
    /// no text of it overlaps.
    fn overlap(&self, other: &str) -> bool {
        self.texts.iter().any(|text| overlap(text, other)) != self.negated
    }

    /// Returns whether all texts that fit `other` fit.
    fn contain(&self, other: &str) -> bool {
        if self.negated {
            return !self.texts.iter().any(|text| overlap(text, other));
        }
        self.texts.iter().any(|text| contains(text, other))
    }
}

/// What takes the place of a wildcard that is only to fit a wildcard.
const ANYTHING: char = '\0';

/// Returns whether some text fits both patterns. In the pattern of a document, `*` is any text and
/// `?` any character; in what is needed, `*` is any text without `:`, which divides ARNs.
fn overlap(document: &str, needed: &str) -> bool {
    let needed: Vec<char> = needed.chars().collect();
    // fits[n]: what was read of the document's pattern overlaps the first n of what is needed.
    let mut fits = vec![false; needed.len() + 1];
    fits[0] = true;
    for (n, c) in needed.iter().enumerate() {
        fits[n + 1] = fits[n] && *c == '*';
    }
    for d in document.chars() {
        let mut next = vec![false; needed.len() + 1];
        next[0] = fits[0] && d == '*';
        for (n, c) in needed.iter().copied().enumerate() {
            next[n + 1] = match (d, c) {
                // One of them is empty, or they go on together.
                ('*', _) => fits[n + 1] || next[n],
                (':', '*') => next[n],
                (_, '*') => next[n] || fits[n + 1],
                ('?', ANYTHING) => false,
                (d, c) => fits[n] && (d == c || d == '?' || c == '?'),
            };
        }
        fits = next;
    }
    fits[needed.len()]
}

/// Returns whether every text that fits `narrow` fits `wide`, where a wildcard of `narrow` only
/// fits a `*` of `wide`.
fn contains(wide: &str, narrow: &str) -> bool {
    overlap(wide, &narrow.replace(['*', '?'], &ANYTHING.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "acs:oos:{#regionId}:{#accountId}:template/{#TemplateName}";

    fn needed() -> Policy {
        Policy::new()
            .allow_action("oos:GetTemplate", [TEMPLATE])
            .allow_action("ecs:DescribeRegions", [])
            .allow_undocumented_action("ecs:RunInstances")
    }

    fn check(statements: &str) -> Findings {
        let document = format!("{{\"Version\": \"1\", \"Statement\": {statements}}}");
        PolicyDocument::parse(&document).unwrap().check(&needed())
    }

    #[test]
    fn a_document_allows_its_own_policy() {
        let document = PolicyDocument::parse(&needed().to_json()).unwrap();
        assert_eq!(document.check(&needed()), Findings::default());
    }

    #[test]
    fn what_is_missing_is_named() {
        let findings = check(
            r#"[{"Effect": "Allow", "Action": "oos:List*", "Resource": "*"},
                {"Effect": "Allow", "Action": ["ecs:DescribeRegions"], "Resource": ["*"]}]"#,
        );
        assert_eq!(
            findings.missing,
            [
                "oos:GetTemplate on acs:oos:*:*:template/*",
                "ecs:RunInstances on * (not documented)"
            ]
        );
        assert_eq!(findings.unneeded, ["oos:List*"]);
    }

    #[test]
    fn a_document_can_be_narrower_but_not_about_other_resources() {
        let with = |resource: &str| {
            let statement = format!(
                r#"[{{"Effect": "Allow", "Action": "oos:*", "Resource": "{resource}"}},
                    {{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}}]"#
            );
            check(&statement).missing
        };
        assert!(with("acs:oos:cn-hangzhou:1:template/patch-*").is_empty());
        let missing = ["oos:GetTemplate on acs:oos:*:*:template/*"];
        assert_eq!(with("acs:oos:cn-hangzhou:1:execution/*"), missing);
    }

    #[test]
    fn deny_wins_and_conditions_are_reported() {
        let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
        let deny = r#"{"Effect": "Deny", "Action": "ecs:Run*", "Resource": "*"}"#;
        let findings = check(&format!("[{all}, {deny}]"));
        assert_eq!(findings.missing, ["ecs:RunInstances on * (not documented)"]);
        let part = r#"{"Effect": "Deny", "NotAction": "oos:*", "Resource": "acs:ecs:*:1:*"}"#;
        assert!(check(&format!("[{all}, {part}]")).missing.is_empty());
        let condition = r#"{"Effect": "Allow", "NotAction": "ecs:*", "Resource": "*",
            "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}}"#;
        let findings = check(&format!("[{condition}]"));
        assert_eq!(
            findings.limited,
            ["oos:GetTemplate on acs:oos:*:*:template/*"]
        );
        assert_eq!(findings.missing.len(), 2);
        let some = r#"{"Effect": "Allow", "Action": "*", "Resource": "acs:*:cn-hangzhou:*:*"}"#;
        let findings = check(&format!("[{some}]"));
        assert_eq!(
            findings.limited,
            ["ecs:DescribeRegions on *", "ecs:RunInstances on *"]
        );
        assert!(findings.missing.is_empty());
    }

    #[test]
    fn other_documents_are_refused() {
        for text in [
            "",
            "{}",
            r#"{"Statement": [{}]}"#,
            r#"{"Statement": [{"Effect": "Allow"}]}"#,
            r#"{"Statement": [{"Effect": "Allow", "Action": [1], "Resource": "*"}]}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": "*"}}"#,
        ] {
            assert!(PolicyDocument::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn patterns_overlap() {
        for (a, b, expected) in [
            ("*", "", true),
            ("a*", "*b", true),
            ("*b", "a*", true),
            ("a*c", "ab*", true),
            ("ab*", "a*c", true),
            ("a?c", "abc", true),
            ("a?c", "a*", true),
            ("a*", "b*", false),
            ("abc", "ab", false),
            ("abc", "*", true),
            ("a:b", "a*", false),
            ("a*", "a:*", true),
            ("**a", "a**", true),
        ] {
            assert_eq!(overlap(a, b), expected, "{a} {b}");
        }
        assert!(contains("a*", "a*b") && !contains("a*b", "a*") && !contains("a?", "a*"));
    }
}
