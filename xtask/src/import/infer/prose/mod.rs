//! Facts that the metadata states only in a text: known values, ranges, lengths, defaults, units.
//!
//! Each rule has a name, which the specification keeps in `x-acs-from-text` until a person has
//! reviewed the fact. The rules read English, in the forms that the published texts have, and skip
//! what has a condition: no fact is better than a wrong one. `docs/import.md` lists the rules and
//! how often they were right.

mod number;
mod text;
mod values;

use super::words::words;
use crate::import::report::{Confidence, Report};
use alibabacloud_spec::{EnumValue, Kind, ParameterPlace, Response, Schema, Service};
use serde_json::Value;
use text::{Text, TextPlace, ends_statement, has_condition, token};

/// Finds facts in the texts of all fields and adds them to their schemas.
pub(super) fn find(service: &mut Service, report: &mut Report) {
    for operation in &mut service.operations {
        let mut finder = Finder {
            report,
            operation: &operation.name,
            path: String::new(),
            is_request: true,
            in_path: false,
        };
        for parameter in &mut operation.parameters {
            finder.path.clone_from(&parameter.name);
            finder.in_path = parameter.place == ParameterPlace::Path;
            finder.schema(&mut parameter.schema);
        }
        if let Response::Json(schema) | Response::Events(schema) = &mut operation.response {
            finder.is_request = false;
            finder.path.clear();
            finder.path.push_str("response");
            finder.schema(schema);
        }
    }
    for (name, schema) in &mut service.schemas {
        let mut finder = Finder {
            report,
            operation: super::fields::COMPONENTS,
            path: name.clone(),
            is_request: true,
            in_path: false,
        };
        finder.schema(schema);
    }
}

/// The longest text that is read, in bytes.
const LONGEST_TEXT: usize = 8192;

struct Finder<'a> {
    report: &'a mut Report,
    operation: &'a str,
    path: String,
    /// Whether a default has a meaning here: the field can be sent.
    is_request: bool,
    /// Whether the field is a path parameter, which stays a string.
    in_path: bool,
}

impl Finder<'_> {
    fn schema(&mut self, schema: &mut Schema) {
        if !schema.description.is_empty() {
            let description = std::mem::take(&mut schema.description);
            // A longer text is a manual; the facts of its field are not in a sentence of their own.
            if has_facts(&schema.kind) && description.len() <= LONGEST_TEXT {
                self.read(&Text::new(&description), schema);
            }
            schema.description = description;
        }
        let end = self.path.len();
        match &mut schema.kind {
            Kind::Array(inner) | Kind::Map(inner) => {
                self.path.push_str("[]");
                self.schema(inner);
            }
            Kind::Object(properties) => {
                for (name, property) in properties {
                    self.path.push('.');
                    self.path.push_str(name);
                    self.schema(&mut property.schema);
                    self.path.truncate(end);
                }
            }
            _ => {}
        }
        self.path.truncate(end);
    }

    /// Applies every rule that fits the type.
    fn read(&mut self, text: &Text<'_>, schema: &mut Schema) {
        match schema.kind {
            Kind::String => {
                self.values(text, schema);
                if schema.kind == Kind::String {
                    self.length(text, schema);
                    self.time(text, schema);
                }
                self.unit(text, schema);
                self.default(text, schema);
            }
            Kind::Int32 | Kind::Int64 | Kind::Number => {
                self.values(text, schema);
                self.range(text, schema);
                self.unit(text, schema);
                self.default(text, schema);
            }
            Kind::Boolean => {
                self.values(text, schema);
                self.default(text, schema);
            }
            Kind::Enum(_) => self.default(text, schema),
            Kind::Array(_) => {
                self.items(text, schema);
                let Kind::Array(inner) = &mut schema.kind else {
                    return;
                };
                // A text about a list describes its elements.
                if inner.kind == Kind::String && inner.description.is_empty() {
                    let end = self.path.len();
                    self.path.push_str("[]");
                    self.values(text, inner);
                    self.path.truncate(end);
                    inner.default = None;
                }
            }
            _ => {}
        }
    }

    /// Records a fact and marks its schema.
    fn found(&mut self, schema: &mut Schema, rule: &'static str, fact: &str) {
        if !schema.from_text.iter().any(|known| known == rule) {
            schema.from_text.push(rule.to_owned());
        }
        let conclusion = format!("{}: {fact} ({rule})", self.path);
        self.report
            .infer("from-text", self.operation, Confidence::Medium, conclusion);
    }

    fn values(&mut self, text: &Text<'_>, schema: &mut Schema) {
        let Some(found) = stated_values(text, schema) else {
            return;
        };
        // The example is a second source; where it differs, one of the two is wrong.
        let agrees = |value: &Value| {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            found.values.contains(&value)
        };
        if !schema.example.iter().chain(&schema.default).all(agrees) {
            return;
        }
        match schema.kind {
            Kind::String if !schema.sensitive && !values::is_composed(text) => {
                let values = found.values.iter().map(|value| EnumValue {
                    value: value.clone(),
                    rust_name: None,
                    description: String::new(),
                });
                schema.kind = Kind::Enum(values.collect());
                [schema.min_length, schema.max_length] = [None, None];
                schema.pattern = None;
                self.found(schema, found.rule, &found.values.join(", "));
            }
            Kind::Int32 | Kind::Int64 | Kind::Number if schema.values.is_empty() => {
                let numbers: Option<Vec<i64>> = found
                    .values
                    .iter()
                    .map(|value| value.parse().ok())
                    .collect();
                for number in numbers.unwrap_or_default() {
                    // `1` and `01` are one number.
                    if !schema.values.contains(&number) {
                        schema.values.push(number);
                    }
                }
                if schema.values.is_empty() {
                    return;
                }
                self.found(schema, found.rule, &found.values.join(", "));
            }
            Kind::Boolean if found.values.iter().all(|value| boolean(value).is_some()) => {}
            _ => return,
        }
        if let Some(default) = found.default {
            self.set_default(schema, &default, "default-mark");
        }
    }

    fn range(&mut self, text: &Text<'_>, schema: &mut Schema) {
        let known = (schema.minimum, schema.maximum);
        if matches!(known, (Some(_), Some(_))) || !schema.values.is_empty() {
            return;
        }
        let stated = values::introduction(text).or_else(|| only_range_phrase(text));
        if let Some((low, high)) = stated.and_then(|place| number::range_statement(place.rest)) {
            let in_range = |value: &Value| {
                value.as_f64().is_none_or(|value| {
                    // A limit of a service is far below the precision of a float.
                    #[allow(clippy::cast_precision_loss)]
                    let (low, high) = (low as f64, high as f64);
                    (low..=high).contains(&value)
                })
            };
            let agrees = known.0.is_none_or(|known| known == low)
                && known.1.is_none_or(|known| known == high);
            if agrees && schema.example.iter().chain(&schema.default).all(in_range) {
                (schema.minimum, schema.maximum) = (Some(low), Some(high));
                self.found(schema, "range", &format!("{low} to {high}"));
            }
            return;
        }
        if known != (None, None) {
            return;
        }
        let positive = ["must be a positive integer"];
        let stated = only(text.places("positive", &positive));
        let stated = stated.filter(|place| place.is_general() && ends_statement(place.rest));
        if stated.is_some() && schema.example.iter().all(|value| value.as_i64() > Some(0)) {
            schema.minimum = Some(1);
            self.found(schema, "positive", "at least 1");
            return;
        }
        let limits = [("maximum value:", "maximum"), ("minimum value:", "minimum")];
        let mut found = [None, None];
        for (slot, (phrase, _)) in found.iter_mut().zip(limits) {
            let Some(place) = only(text.places("value:", &[phrase])) else {
                continue;
            };
            *slot = number::number(place.rest)
                .filter(|(_, rest)| ends_statement(rest))
                .map(|(number, _)| number)
                .filter(|_| place.is_general());
        }
        let [high, low] = found;
        if matches!((low, high), (Some(low), Some(high)) if low > high) {
            return;
        }
        for (value, (_, rule)) in found.into_iter().zip(limits) {
            let Some(value) = value else {
                continue;
            };
            if rule == "maximum" {
                schema.maximum = Some(value);
            } else {
                schema.minimum = Some(value);
            }
            self.found(schema, rule, &value.to_string());
        }
    }

    fn unit(&mut self, text: &Text<'_>, schema: &mut Schema) {
        if !is_number_text(schema) {
            return;
        }
        let elapsed = ["the number of milliseconds that have elapsed since"];
        if text.places("elapsed", &elapsed).len() == 1 && schema.unit.is_none() {
            schema.unit = Some("milliseconds".to_owned());
            self.found(schema, "unit", "milliseconds");
            return;
        }
        let Some(place) = only(text.places("unit:", &["unit:"])) else {
            return;
        };
        let rest = place.rest.trim_start_matches([' ', '\u{a0}', '*', '`']);
        let unit = UNITS.iter().find(|unit| {
            let word = rest.get(..unit.len());
            let end = rest.get(unit.len()..).unwrap_or_default();
            let end = end.trim_start_matches(['*', '`', ')']);
            word.is_some_and(|word| word.eq_ignore_ascii_case(unit)) && ends_unit(end)
        });
        if let Some(unit) = unit.filter(|_| place.is_general()) {
            schema.unit = Some((*unit).to_owned());
            self.found(schema, "unit", unit);
        }
    }

    fn default(&mut self, text: &Text<'_>, schema: &mut Schema) {
        if schema.default.is_some() || schema.sensitive || !self.is_request {
            return;
        }
        let phrases = ["default value:", "the default value is", "default:"];
        let all = text.places("default", &phrases);
        let stated = all.len();
        let mut found: Option<String> = None;
        for place in all {
            let starts = place.starts_sentence() || place.head().ends_with('(');
            let is_stated = place.is_general() && starts;
            let Some(value) = token(place.rest).filter(|token| {
                is_stated && ends_statement(token.rest.trim_start_matches(['*', '`', ')']))
            }) else {
                return;
            };
            if found.as_ref().is_some_and(|known| *known != value.value) {
                return;
            }
            found = Some(value.value);
        }
        // Another sentence about the default restricts it.
        if let Some(value) = found.filter(|_| text.count("default") <= stated) {
            self.set_default(schema, &value, "default");
        }
    }

    fn set_default(&mut self, schema: &mut Schema, text: &str, rule: &'static str) {
        if schema.default.is_some() || schema.sensitive || !self.is_request {
            return;
        }
        let value = match &schema.kind {
            Kind::Boolean => boolean(text).map(Value::Bool),
            Kind::Int32 | Kind::Int64 | Kind::Number => text
                .parse::<i64>()
                .ok()
                .filter(|value| schema.minimum.is_none_or(|minimum| *value >= minimum))
                .filter(|value| schema.maximum.is_none_or(|maximum| *value <= maximum))
                .filter(|value| schema.values.is_empty() || schema.values.contains(value))
                .map(Value::from),
            Kind::Enum(values) => values
                .iter()
                .any(|known| known.value == text)
                .then(|| Value::from(text)),
            Kind::String if !is_vague(text) && (is_number_text(schema) || !is_number(text)) => {
                Some(Value::from(text))
            }
            _ => None,
        };
        if let Some(value) = value {
            schema.default = Some(value);
            self.found(schema, rule, &format!("default {text}"));
        }
    }

    fn length(&mut self, text: &Text<'_>, schema: &mut Schema) {
        // Nobody checks the length of what a service returns.
        if !self.is_request || schema.min_length.is_some() {
            return;
        }
        if !text.contains("character") {
            return;
        }
        let Some((low, high)) = length(text) else {
            return;
        };
        let fits = |value: &Value| {
            let length = value.as_str().map_or(0, |text| text.chars().count() as u64);
            high.is_none_or(|high| length <= high)
        };
        // A limit that the metadata has as such stays; the text may have the other one.
        let contradicts = schema.max_length.is_some_and(|known| Some(known) != high);
        let says_nothing_new = schema.max_length.is_some() && low.is_none();
        if contradicts || says_nothing_new || !schema.example.iter().all(fits) {
            return;
        }
        (schema.min_length, schema.max_length) = (low, high);
        let shown = |limit: Option<u64>| limit.map_or_else(String::new, |limit| limit.to_string());
        let fact = format!("{} to {} characters", shown(low), shown(high));
        self.found(schema, "length", &fact);
    }

    fn time(&mut self, text: &Text<'_>, schema: &mut Schema) {
        if self.in_path {
            return;
        }
        let named = words(self.path.rsplit('.').next().unwrap_or_default())
            .iter()
            .any(|word| matches!(word.as_str(), "time" | "date" | "at" | "timestamp"));
        let has = |part: &str| text.raw().contains(part);
        let lower = ["yyyy-MM-dd", "YYYY-MM-DD", "yyyy-mm-dd"]
            .into_iter()
            .any(has);
        let of_day = has("HH:mm") || has("hh:mm");
        // With several forms, or only with a date or a time of day, it stays a text.
        if named && lower && of_day && has("ISO 8601") && schema.example.is_none() {
            schema.kind = Kind::DateTime;
            [schema.min_length, schema.max_length] = [None, None];
            schema.pattern = None;
            schema.from_text.retain(|rule| rule != "length");
            self.found(schema, "date-time", "a timestamp");
        }
    }

    fn items(&mut self, text: &Text<'_>, schema: &mut Schema) {
        if schema.min_items.is_some() || schema.max_items.is_some() {
            return;
        }
        if let Some(most) = most_items(text) {
            schema.max_items = Some(most);
            self.found(schema, "items", &format!("at most {most} elements"));
        }
    }
}

/// Returns the values that a text states. Without an introduction the example must be one of them.
fn stated_values(text: &Text<'_>, schema: &Schema) -> Option<values::Values> {
    if text.contains("value") {
        if let Some(place) = values::introduction(text) {
            return values::read(&place);
        }
    }
    if schema.kind != Kind::String || schema.example.is_none() || text.contains("valid value") {
        return None;
    }
    let bare = || {
        let list = values::bare_list(text).and_then(values::listed)?;
        let is_list = list.values.len() > 1 && list.is_quoted;
        is_list.then_some(values::Values {
            rule: "bare-list",
            ..list
        })
    };
    values::constant(text).or_else(bare)
}

/// Returns whether a rule can find a fact for a type.
fn has_facts(kind: &Kind) -> bool {
    kind.is_scalar() || matches!(kind, Kind::Array(_))
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok()
}

/// Returns whether a value can be a number: by its type, or by the example of a text.
fn is_number_text(schema: &Schema) -> bool {
    let example = schema.example.as_ref().and_then(Value::as_str);
    schema.kind != Kind::String || example.is_none_or(is_number)
}

/// Returns the only element.
fn only<T>(mut found: Vec<T>) -> Option<T> {
    let last = found.pop()?;
    found.is_empty().then_some(last)
}

/// Returns the place after a phrase that introduces a range, if there is exactly one.
fn only_range_phrase<'t>(text: &Text<'t>) -> Option<TextPlace<'t>> {
    let phrases = ["value range:", "valid range:", "the value ranges from"];
    only(text.places("range", &phrases)).filter(TextPlace::is_general)
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Returns whether a word rather describes a default than is one.
fn is_vague(text: &str) -> bool {
    const VAGUE: &[&str] = &[
        "null",
        "none",
        "empty",
        "na",
        "n/a",
        "no",
        "not",
        "all",
        "unlimited",
        "the",
        "this",
        "-",
    ];
    VAGUE.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The units, as the published texts write them.
const UNITS: &[&str] = &[
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "seconds",
    "second",
    "minutes",
    "minute",
    "hours",
    "hour",
    "days",
    "day",
    "weeks",
    "week",
    "months",
    "month",
    "years",
    "year",
    "ms",
    "bytes",
    "byte",
    "bits",
    "KB",
    "MB",
    "GB",
    "TB",
    "PB",
    "KiB",
    "MiB",
    "GiB",
    "TiB",
    "PiB",
    "bit/s",
    "Kbit/s",
    "Mbit/s",
    "Gbit/s",
    "bps",
    "Kbps",
    "Mbps",
    "Gbps",
    "Byte/s",
    "Bytes/s",
    "KB/s",
    "MB/s",
    "GB/s",
    "KiB/s",
    "MiB/s",
    "GiB/s",
    "pps",
    "kpps",
    "GHz",
    "CNY",
    "USD",
    "percent",
    "%",
    "vCPUs",
    "cores",
    "requests",
    "millicores",
];

/// Returns whether a unit ends here.
fn ends_unit(rest: &str) -> bool {
    ends_statement(rest) || rest.starts_with(',') || rest.starts_with(" (")
}

/// Returns the limits of the length of a text, if it states exactly one pair.
fn length(text: &Text<'_>) -> Option<(Option<u64>, Option<u64>)> {
    let mut found = None;
    for place in text.places("character", &["characters", "character "]) {
        let head = place.head();
        if !place.is_general() || !has_length_form(place.rest) {
            // A number before the word is a length in another form, which may contradict this one.
            if head.trim_end().ends_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            continue;
        }
        let Some(limits) = length_before(head) else {
            if head
                .trim_end_matches(['*', ' '])
                .ends_with(|c: char| c.is_ascii_digit())
            {
                return None;
            }
            continue;
        };
        if found.is_some_and(|known| known != limits) {
            return None;
        }
        found = Some(limits);
    }
    found
}

/// Returns whether a length is stated here: `characters in length`, or the end of the statement.
fn has_length_form(rest: &str) -> bool {
    let after = rest.trim_start();
    [
        "in length",
        "long",
        ", ",
        "and can",
        "and must",
        "and cannot",
        "and contain",
        "and start",
    ]
    .iter()
    .any(|form| after.starts_with(form) || rest.starts_with(form))
        || ends_statement(rest)
}

/// Reads the limits at the end of the part of a sentence before `characters`.
fn length_before(head: &str) -> Option<(Option<u64>, Option<u64>)> {
    const AT_MOST: &[&str] = &[
        "can be up to",
        "can be at most",
        "cannot exceed",
        "can contain up to",
        "can contain at most",
        "must not exceed",
        "maximum of",
        "must be up to",
        "up to",
    ];
    if has_condition(head) {
        return None;
    }
    let lower = head.to_ascii_lowercase();
    // `must be 2 to 128`: the range starts after the verb.
    for verb in [
        "must be ",
        "can be ",
        "must contain ",
        "can contain ",
        "be ",
        "contains ",
    ] {
        let Some(at) = lower.rfind(verb) else {
            continue;
        };
        let tail = &head[at + verb.len()..];
        let tail = tail.strip_prefix("from ").unwrap_or(tail);
        let tail = tail.strip_prefix("between ").unwrap_or(tail);
        if let Some((low, high, rest)) = number::range(tail) {
            let limits = (u64::try_from(low).ok(), u64::try_from(high).ok());
            return (rest.trim().is_empty() && limits.1.is_some()).then_some(limits);
        }
    }
    for phrase in AT_MOST {
        let Some(at) = lower.rfind(phrase) else {
            continue;
        };
        if let Some((most, rest)) = number::number(&head[at + phrase.len()..]) {
            let most = u64::try_from(most).ok().filter(|most| *most > 0)?;
            return rest.trim().is_empty().then_some((None, Some(most)));
        }
    }
    None
}

/// Returns the largest number of elements of a list that can be sent.
fn most_items(text: &Text<'_>) -> Option<u64> {
    const VERBS: &[&str] = &[
        "you can specify",
        "you can enter",
        "you can add",
        "you can set",
        "you can pass",
        "you can query",
        "you can configure",
    ];
    let mut found = None;
    for place in text.places("you can ", VERBS) {
        if !place.is_general() {
            continue;
        }
        let rest = place.rest.trim_start();
        let number = ["up to ", "at most ", "a maximum of "]
            .iter()
            .find_map(|phrase| rest.strip_prefix(phrase))
            .and_then(number::count);
        let Some((most, after)) = number else {
            continue;
        };
        // What is counted must be the elements: no condition, and no second number.
        let end = after.find(['.', '\n']).unwrap_or(after.len());
        let sentence = [
            "in each call",
            "in each request",
            "in a request",
            "at a time",
        ]
        .iter()
        .fold(after[..end].to_owned(), |text, phrase| {
            text.replace(phrase, "")
        });
        if has_condition(&sentence) || sentence.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if found.is_some_and(|known| known != most) {
            return None;
        }
        found = Some(most);
    }
    // `Valid values of N: 1 to 20` counts the elements, too.
    if let Some(place) = only(text.places("values of n:", &["valid values of n:"])) {
        if let Some((1, high)) = number::range_statement(place.rest) {
            let high = u64::try_from(high).ok()?;
            return found.is_none_or(|known| known == high).then_some(high);
        }
    }
    found
}
