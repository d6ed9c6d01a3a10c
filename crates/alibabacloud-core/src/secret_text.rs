//! Redaction of texts that no specification describes: JSON at any depth, forms, URLs, YAML,
//! command lines, XML.
//!
//! Previews, `Debug` output and recordings share it. It guesses, and rather hides too much.

use crate::secret::{REDACTED, is_secret_name, squeezed};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// Returns a text of a request of an operation with `REDACTED` for the secrets in it.
pub fn redact_text<'t>(operation: &str, text: &'t str) -> Cow<'t, str> {
    TextRedaction::of_request(operation).redact(text)
}

/// Finds secrets by the names in front of or beside them, and by their form.
pub(crate) struct TextRedaction<'a> {
    operation: &'a str,
    /// Names in lower case that are secret besides those that sound so.
    names: &'a BTreeSet<String>,
    /// Fields that are secret in this text.
    fields: BTreeSet<String>,
    /// Returns what replaces a value in JSON.
    replacement: fn(&Value) -> Value,
}

static NO_NAMES: BTreeSet<String> = BTreeSet::new();

impl<'a> TextRedaction<'a> {
    /// Creates a redaction of texts in a request of an operation.
    pub(crate) fn of_request(operation: &'a str) -> Self {
        Self {
            operation,
            names: &NO_NAMES,
            fields: BTreeSet::new(),
            replacement: |_| REDACTED.into(),
        }
    }

    /// Creates a redaction of the response of an operation, in which these fields are secret. It
    /// decodes as before.
    #[cfg(feature = "test-util")]
    pub(crate) fn of_response(operation: &'a str, fields: BTreeSet<String>) -> Self {
        Self {
            fields,
            replacement: readable,
            ..Self::of_request(operation)
        }
    }

    /// Adds names, in lower case, of secrets.
    #[cfg(feature = "test-util")]
    pub(crate) fn names(mut self, names: &'a BTreeSet<String>) -> Self {
        self.names = names;
        self
    }

    /// Returns whether a value of this name is secret, if no specification decides.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.names.contains(&name.to_ascii_lowercase())
            || self.fields.contains(name)
            || is_secret_name(self.operation, name)
    }

    /// Returns a text with `REDACTED` for its secrets.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Ok(mut value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
        else {
            return self.redact_plain(text, false);
        };
        match self.clean(&mut value) {
            true => Cow::Owned(value.to_string()),
            // The parser keeps only the last of equal names.
            false => self.redact_plain(text, true),
        }
    }

    /// Returns the names, in lower case, of the values that a pair beside them names:
    /// `Tag.1.Value` for `Tag.1.Key=DbPassword`.
    pub(crate) fn named_by_others<'p>(
        &self,
        pairs: impl Iterator<Item = (&'p str, &'p str)>,
    ) -> Vec<String> {
        let named = pairs.filter_map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let stem = name.strip_suffix("key").or(name.strip_suffix("name"))?;
            self.is_secret(value).then(|| format!("{stem}value"))
        });
        named.collect()
    }

    /// Replaces secrets in JSON. Returns whether there were any.
    fn clean(&self, value: &mut Value) -> bool {
        match value {
            Value::Object(members) => self.clean_object(members),
            Value::Array(items) => items
                .iter_mut()
                .fold(false, |found, item| self.clean(item) | found),
            // Many parameters and fields contain JSON as text.
            Value::String(text) => match self.redact(text) {
                Cow::Borrowed(_) => false,
                Cow::Owned(clean) => {
                    *text = clean;
                    true
                }
            },
            _ => false,
        }
    }

    fn clean_object(&self, members: &mut Map<String, Value>) -> bool {
        let texts = members
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        let named = self.named_by_others(texts);
        let mut found = false;
        for (name, member) in members {
            let is_secret = self.is_secret(name) || named.contains(&name.to_ascii_lowercase());
            if !is_secret {
                found |= self.clean(member);
            } else if !member.is_null() {
                let replacement = (self.replacement)(member);
                found |= *member != replacement;
                *member = replacement;
            }
        }
        found
    }

    /// Redacts a text that is not JSON, or JSON in which no secret was found.
    fn redact_plain<'t>(&self, text: &'t str, is_json: bool) -> Cow<'t, str> {
        let scan = Scan {
            text,
            is_json,
            is_signed: is_signed(text),
        };
        let mut shown = String::new();
        let (mut at, mut copied) = (0, 0);
        while let Some(word) = scan.next_word(at) {
            at = word.end;
            let value = scan.value_of(&word, &|name| self.is_secret(name));
            let Some(secret) = value.or_else(|| scan.secret_by_form(&word)) else {
                continue;
            };
            shown.push_str(text.get(copied..secret.start).unwrap_or_default());
            shown.push_str(REDACTED);
            copied = secret.end;
            at = at.max(secret.end);
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        shown.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(shown)
    }
}

/// Returns a replacement with a JSON type that decodes like the secret.
#[cfg(feature = "test-util")]
fn readable(secret: &Value) -> Value {
    match secret {
        Value::String(_) => REDACTED.into(),
        Value::Number(_) => 0.into(),
        Value::Bool(_) => false.into(),
        Value::Array(_) | Value::Object(_) | Value::Null => Value::Null,
    }
}

/// Returns whether a text has the query of a signed URL.
fn is_signed(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("signature=") || text.contains("signature%3d")
}

/// Quotation marks around names and values: as they are, within a JSON text, and in a URL.
const QUOTES: [&str; 6] = ["\\\\\\\"", "\\\"", "\"", "'", "%22", "%27"];

/// What is between a name and its value.
const SEPARATORS: [&str; 6] = ["=>", ":=", "=", ":", "%3D", "%3A"];

/// Values that hide nothing.
const LITERALS: [&str; 6] = ["null", "none", "nil", "true", "false", REDACTED];

/// A text in which secrets are searched.
struct Scan<'t> {
    text: &'t str,
    is_json: bool,
    is_signed: bool,
}

impl<'t> Scan<'t> {
    fn from(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn before(&self, at: usize) -> &'t str {
        self.text.get(..at).unwrap_or_default()
    }

    /// Returns the next word from a position: letters, digits, `_`, `-` and `.`.
    fn next_word(&self, at: usize) -> Option<Range<usize>> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let mut start = at + self.from(at).find(is_part)?;
        let end = position(self.from(start), |c| !is_part(c)) + start;
        // The word after `%26`.
        let rest = self.from(start);
        if self.before(start).ends_with('%') && rest.is_char_boundary(2) && start + 2 < end {
            start += 2;
        }
        Some(start..end)
    }

    /// Returns the secret value that a name is in front of.
    fn value_of(
        &self,
        word: &Range<usize>,
        is_secret: &dyn Fn(&str) -> bool,
    ) -> Option<Range<usize>> {
        let name = self.text.get(word.clone())?;
        let bare = name.trim_matches(['-', '.']);
        let kind = self.kind(bare, is_secret)?;
        if self.before(word.start).ends_with('<') {
            return self.element(word);
        }
        let quote = prefix(self.from(word.end), &QUOTES);
        let after = word.end + quote.map_or(0, str::len);
        let at = self.skip_blanks(after);
        let value = match prefix(self.from(at), &SEPARATORS) {
            Some(separator) => {
                let is_colon = separator.starts_with(':') || separator == "%3A";
                if is_colon && quote.is_none() && !(self.starts_item(word.start) && kind.ends) {
                    // Prose: `the password: it must ...`.
                    return None;
                }
                let start = self.skip_blanks(at + separator.len());
                let is_spaced = start > at + separator.len();
                let to_end = quote.is_none() && (is_colon || is_spaced);
                self.value(word.start, start, to_end)?
            }
            // `--password hunter2`
            None if name.starts_with("--") && at > after => {
                match self.from(at).starts_with(['-', '=']) {
                    true => return None,
                    false => self.value(word.start, at, false)?,
                }
            }
            None => return None,
        };
        let text = self.text.get(value.clone())?;
        let is_literal = LITERALS.iter().any(|l| l.eq_ignore_ascii_case(text));
        // A reference to a parameter: `{{ DbPassword }}`.
        let is_reference = text.starts_with("{{") && text.ends_with("}}");
        let is_path = kind.may_be_path && text.starts_with('/');
        (!text.is_empty() && !is_literal && !is_reference && !is_path).then_some(value)
    }

    /// Returns how a name marks secrets; `None` if it does not.
    fn kind(&self, name: &str, is_secret: &dyn Fn(&str) -> bool) -> Option<NameKind> {
        let squeezed = squeezed(name);
        let is_one_of = |names: &[&str]| names.contains(&squeezed.as_str());
        let may_be_path = squeezed == "pwd";
        let found = is_secret(name)
            || may_be_path
            || squeezed.ends_with("pwd")
            || is_one_of(&["sig", "signatureprovided", "authorization", "cookie"])
            || is_one_of(&["proxyauthorization", "setcookie"])
            || self.is_signed && is_one_of(&["expires", "xossexpires"]);
        found.then(|| NameKind {
            // Not the code `InvalidAccessKeyId.NotFound`.
            ends: !squeezed.ends_with("notfound") && !squeezed.starts_with("invalid"),
            may_be_path,
        })
    }

    /// Returns the content of an XML element.
    fn element(&self, name: &Range<usize>) -> Option<Range<usize>> {
        let start = name.end + self.from(name.end).find('>')? + 1;
        let end = start + self.from(start).find('<')?;
        let content = self.text.get(start..end)?;
        (!content.is_empty() && content != REDACTED).then_some(start..end)
    }

    /// Returns whether the text before a name, on its line, allows it to be the name of a YAML
    /// entry, a property or a header.
    fn starts_item(&self, at: usize) -> bool {
        let before = self.before(at).trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r', '-', '{', ',', ';', '(', '[', '"', '\''])
    }

    fn skip_blanks(&self, at: usize) -> usize {
        at + position(self.from(at), |c| !matches!(c, ' ' | '\t'))
    }

    /// Returns the value that starts at `start`; `None` if it is not a text. An unquoted one ends
    /// with the line if `to_end` is set and its name starts the line.
    fn value(&self, name: usize, start: usize, to_end: bool) -> Option<Range<usize>> {
        let rest = self.from(start);
        if let Some(quote) = prefix(rest, &QUOTES) {
            let start = start + quote.len();
            return Some(start..start + closing_quote(self.from(start), quote));
        }
        if self.is_json || rest.starts_with("//") {
            return None;
        }
        let before = self.before(name);
        let line = position(rest, |c| matches!(c, '\n' | '\r'));
        let quoted = before
            .chars()
            .next_back()
            .filter(|c| matches!(c, '"' | '\''));
        if let (true, Some(quote)) = (to_end, quoted) {
            // The whole of `-H "Authorization: Bearer x"` is quoted.
            return Some(start..start + position(rest, |c| c == quote).min(line));
        }
        let indent = before.rsplit('\n').next().unwrap_or_default();
        let starts_line = indent.trim_start_matches([' ', '\t', '-']).is_empty();
        let end = match to_end && starts_line {
            true if rest.starts_with(['|', '>']) => block(rest, line, indent.len()),
            true => rest.get(..line).unwrap_or_default().trim_end().len(),
            false if rest.starts_with(['{', '[']) => line,
            false => unquoted(rest),
        };
        Some(start..start + end)
    }

    /// Returns a secret that its form reveals, at a word or after it.
    fn secret_by_form(&self, word: &Range<usize>) -> Option<Range<usize>> {
        let text = self.text.get(word.clone())?;
        let rest = self.from(word.end);
        if text.starts_with("eyJ") && text.len() >= 40 && text.matches('.').count() >= 2 {
            // A JSON Web Token.
            return Some(word.clone());
        }
        if text.eq_ignore_ascii_case("bearer") && rest.starts_with(' ') {
            let start = self.skip_blanks(word.end);
            let end = start + unquoted(self.from(start));
            return (end - start >= 16).then_some(start..end);
        }
        if text.ends_with("-----BEGIN") {
            let label = rest.get(..rest.find("-----")?)?;
            let start = word.end + label.len() + "-----".len();
            let body = self.from(start);
            let end = start + body.find("-----END").unwrap_or(body.len());
            let is_shown = self.text.get(start..end) != Some(REDACTED);
            return (label.ends_with("PRIVATE KEY") && is_shown).then_some(start..end);
        }
        // The password of a URL, or what else is in front of the host.
        let authority = rest.strip_prefix("://")?;
        let start = word.end + "://".len();
        let end = position(authority, |c| {
            matches!(c, '/' | '?' | '#' | '"' | '\'' | '\\' | '<' | '>') || c.is_whitespace()
        });
        let user = authority.get(..authority.get(..end)?.rfind('@')?)?;
        let secret = match user.split_once(':') {
            Some((name, password)) if !password.is_empty() => name.len() + 1..user.len(),
            // As long as a token.
            None if user.len() >= 20 => 0..user.len(),
            _ => return None,
        };
        (user.get(secret.clone()) != Some(REDACTED))
            .then_some(start + secret.start..start + secret.end)
    }
}

/// How a name marks its value as secret.
struct NameKind {
    /// It can be in front of a colon without quotation marks.
    ends: bool,
    /// It also names a directory.
    may_be_path: bool,
}

fn prefix<'a>(text: &str, choices: &[&'a str]) -> Option<&'a str> {
    let mut choices = choices.iter();
    choices
        .find(|choice| {
            text.get(..choice.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(choice))
        })
        .copied()
}

/// Returns the position of the first such character, or the length.
fn position(text: &str, is_end: impl Fn(char) -> bool) -> usize {
    text.find(is_end).unwrap_or(text.len())
}

/// Returns where a quoted value ends; without a closing mark, with the line.
fn closing_quote(text: &str, quote: &str) -> usize {
    let mut is_escaped = false;
    for (at, char) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let is_mark = prefix(rest, &[quote]).is_some();
        // YAML doubles `'`, a shell appends the next text.
        let is_double = quote == "'" && rest.starts_with("''");
        if is_mark && !is_escaped && !is_double {
            return at;
        }
        // Within `\"` marks, a backslash begins the closing one.
        let escapes = char == '\\' && !quote.starts_with('\\') || is_double;
        is_escaped = escapes && !is_escaped;
    }
    position(text, |c| matches!(c, '\n' | '\r'))
}

/// Returns where an unquoted value ends. Commas and closing brackets belong to it unless something
/// else follows them.
fn unquoted(text: &str) -> usize {
    for (at, char) in text.char_indices() {
        let rest = text.get(at + char.len_utf8()..).unwrap_or_default();
        let ends = match char {
            '&' | '"' | '\'' | '<' | '>' | '`' | '\\' => true,
            ',' | ';' => {
                let name = position(rest, |c| !(c.is_alphanumeric() || "_-. ".contains(c)));
                rest.is_empty()
                    || rest.starts_with(char::is_whitespace)
                    || name > 0 && rest.get(name..).is_some_and(|r| r.starts_with(['=', ':']))
            }
            ')' | ']' | '}' => {
                let next = rest.chars().next();
                next.is_none_or(|c| c.is_whitespace() || ")]}\"',;.".contains(c))
            }
            '%' => prefix(rest, &["26", "22", "27"]).is_some(),
            _ => char.is_whitespace(),
        };
        if ends {
            return at;
        }
    }
    text.len()
}

/// Returns where a YAML block ends whose introduction (`|`) ends at `line`: before the first line
/// that is not indented deeper than its name.
fn block(text: &str, line: usize, indent: usize) -> usize {
    let mut end = line;
    let lines = text.get(line..).unwrap_or_default().split_inclusive('\n');
    // The first is the rest of the introduction.
    for (number, line) in lines.enumerate() {
        let depth = position(line, |c| c != ' ');
        if number > 0 && depth <= indent && !line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or_default().trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(text: &str) -> String {
        let redaction = TextRedaction::of_request("RunThings");
        let shown = redaction.redact(text).into_owned();
        assert_eq!(redaction.redact(&shown), shown, "redacting twice");
        shown
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text), expected, "{text}");
    }

    #[test]
    fn json_at_any_depth() {
        check(
            r#"{"DbPassword":"a","n":1}"#,
            r#"{"DbPassword":"REDACTED","n":1}"#,
        );
        check(
            r#"[{"a":{"Tokens":["x",1]}}]"#,
            r#"[{"a":{"Tokens":"REDACTED"}}]"#,
        );
        // JSON text in JSON text in JSON text.
        let inner = r#"{"db":{"Password":"hush"}}"#;
        let middle = serde_json::json!({ "inner": inner }).to_string();
        let outer = serde_json::json!([{ "middle": middle }]).to_string();
        let shown = redact(&outer);
        assert!(!shown.contains("hush") && shown.contains("db"), "{shown}");
        // Of equal names, a parser keeps the last.
        check(
            r#"{"a":{"Password":"hush"},"a":{}}"#,
            r#"{"a":{"Password":"REDACTED"},"a":{}}"#,
        );
        check(
            r#"{"Password":null,"NextToken":"n"}"#,
            r#"{"Password":null,"NextToken":"n"}"#,
        );
        // What is not valid JSON.
        check(
            r#"data: {"Password": "a", "#,
            r#"data: {"Password": "REDACTED", "#,
        );
        check(
            r#"x {\"Token\":\"a\"} y"#,
            r#"x {\"Token\":\"REDACTED\"} y"#,
        );
    }

    #[test]
    fn values_that_a_pair_beside_them_names() {
        check(
            r#"[{"Key":"DbPassword","Value":"a"},{"Key":"Size","Value":"b"}]"#,
            r#"[{"Key":"DbPassword","Value":"REDACTED"},{"Key":"Size","Value":"b"}]"#,
        );
        check(
            r#"{"ParameterKey":"Token","ParameterValue":5,"Value":1}"#,
            r#"{"ParameterKey":"Token","ParameterValue":"REDACTED","Value":1}"#,
        );
        check(
            r#"{"name":"api_key","value":{"from":"a"}}"#,
            r#"{"name":"api_key","value":"REDACTED"}"#,
        );
    }

    #[test]
    fn command_lines_and_properties() {
        check(
            "mysql --password=a,b -u me",
            "mysql --password=REDACTED -u me",
        );
        check(
            "tool --db-password hush -v",
            "tool --db-password REDACTED -v",
        );
        check("tool --no-password -v", "tool --no-password -v");
        check(
            "export DB_PASSWORD='a b' # c",
            "export DB_PASSWORD='REDACTED' # c",
        );
        check(r#"PASSWORD="a \" b" x"#, r#"PASSWORD="REDACTED" x"#);
        check(
            "Server=s;Password=a;b;Database=d",
            "Server=s;Password=REDACTED;Database=d",
        );
        check(
            "spring.datasource.password = a b\nx=1",
            "spring.datasource.password = REDACTED\nx=1",
        );
        check("('password' => 'a')", "('password' => 'REDACTED')");
        check(
            "uid=sa;pwd=a; PWD=/home/x",
            "uid=sa;pwd=REDACTED; PWD=/home/x",
        );
        check("数据库密码=hush x", "数据库密码=REDACTED x");
        check("password=", "password=");
    }

    #[test]
    fn yaml_and_headers() {
        check(
            "a: 1\n  Password: a b\nb: 2",
            "a: 1\n  Password: REDACTED\nb: 2",
        );
        check("- Token: 'it''s'\n", "- Token: 'REDACTED'\n");
        check("{Password: a, b: c}", "{Password: REDACTED, b: c}");
        check(
            "  PrivateKey: |\n    line one\n\n    line two\n  next: 1",
            "  PrivateKey: REDACTED\n  next: 1",
        );
        check(
            "Password: '{{ DbPassword }}'",
            "Password: '{{ DbPassword }}'",
        );
        check("Authorization: Basic abc def", "Authorization: REDACTED");
        check(
            r#"curl -H "Authorization: Basic abc" -H "x: y""#,
            r#"curl -H "Authorization: REDACTED" -H "x: y""#,
        );
        check(
            "{\"a\":\"curl -H 'Cookie: abc' x\"}",
            "{\"a\":\"curl -H 'Cookie: REDACTED' x\"}",
        );
    }

    #[test]
    fn signed_urls() {
        check(
            "https://b.oss/o?OSSAccessKeyId=id&Expires=17&Signature=ab%2Bc%3D&x=1",
            "https://b.oss/o?OSSAccessKeyId=REDACTED&Expires=REDACTED&Signature=REDACTED&x=1",
        );
        check(
            "get https://b/o?x-oss-signature-version=OSS4&x-oss-credential=id/1&x-oss-signature=ab now",
            "get https://b/o?x-oss-signature-version=OSS4&x-oss-credential=REDACTED&x-oss-signature=REDACTED now",
        );
        check("Expires=17", "Expires=17");
        check(
            "u=https%3A%2F%2Fb%3Fa%3D1%26Signature%3Dabc%26b%3D2",
            "u=https%3A%2F%2Fb%3Fa%3D1%26Signature%3DREDACTED%26b%3D2",
        );
        check(
            "p=%7B%22Password%22%3A%22hush%22%7D",
            "p=%7B%22Password%22%3A%22REDACTED%22%7D",
        );
        check(
            "ACS3 Credential=id,SignedHeaders=h,Signature=ab",
            "ACS3 Credential=REDACTED,SignedHeaders=h,Signature=REDACTED",
        );
    }

    #[test]
    fn xml() {
        check(
            "<E><Code>c</Code><SecurityToken>a</SecurityToken><SignatureProvided>b</SignatureProvided></E>",
            "<E><Code>c</Code><SecurityToken>REDACTED</SecurityToken><SignatureProvided>REDACTED</SignatureProvided></E>",
        );
        check(
            "<Password/><Password></Password>",
            "<Password/><Password></Password>",
        );
    }

    #[test]
    fn what_its_form_reveals() {
        check(
            "git clone https://me:hush@host/x",
            "git clone https://me:REDACTED@host/x",
        );
        check("https://ghp_0123456789abcdef@host", "https://REDACTED@host");
        check("ssh://git@host/a:b@c", "ssh://git@host/a:b@c");
        check(
            "use Bearer 0123456789abcdef0 now",
            "use Bearer REDACTED now",
        );
        let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", "e".repeat(20), "f".repeat(20));
        check(&format!("id {token}!"), "id REDACTED!");
        check(
            "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----REDACTED-----END RSA PRIVATE KEY-----",
        );
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "The Password: it must have eight characters.",
            "InvalidAccessKeyId.NotFound: Specified access key is not found.",
            "the bearer token is invalid",
            "NextToken=abc&MaxResults=5",
            "see https://host/password/reset and token://x",
            "a - b -- c = d",
            "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
            r#"{"Name":"a","Size":1.50}"#,
            "%",
            "%2é=1",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn long_hostile_texts_take_linear_time() {
        for part in [
            "password=\"",
            "password:",
            "<password>",
            "a://",
            "\\\"Token\\\":",
            "eyJ.",
        ] {
            redact(&part.repeat(20_000));
        }
    }
}
