//! The sentences of release notes.

use crate::diff::Change;
use alibabacloud_codegen::markdown::code;
use alibabacloud_spec::ChangeKind;
use serde_json::Value;

/// Names that a sentence lists before it counts the others.
const LISTED: usize = 6;

/// Sentences of an entry; more are counted.
const SENTENCES: usize = 15;

/// Where in an operation a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Operation,
    Request,
    Response,
}

/// The sentences of one operation on one day.
#[derive(Debug, Default)]
pub(super) struct Sentences {
    /// Each with its kind, what it says, and what it says it about.
    listed: Vec<(ChangeKind, SentenceForm, Vec<String>)>,
}

/// The form of a sentence. Changes of a form with names become one sentence.
#[derive(Clone, Debug, PartialEq)]
enum SentenceForm {
    /// Verb and noun, with a list of names: "Added the request parameter `A`."
    Names(&'static str, &'static str),
    /// Noun and predicate, with a list of names: "The request parameter `A` is now required."
    Are(&'static str, &'static str),
    /// A whole sentence.
    Whole(String),
}

impl Sentences {
    /// Adds a change of [`crate::diff`]. `name` is the place in the operation: `Tags[].Key`; for a
    /// field of a shared schema `of` is the name of the schema.
    pub(super) fn change(&mut self, change: &Change, part: Part, name: &str, of: Option<&str>) {
        let name = match of {
            Some(shared) if name.is_empty() => code(shared),
            Some(shared) => format!("{} of {}", code(name), code(shared)),
            None => code(name),
        };
        let is_field = of.is_some() || name.contains(['.', '[', '{']);
        let noun = match part {
            Part::Request if is_field => "request field",
            Part::Request => "request parameter",
            Part::Response => "response field",
            Part::Operation => return self.operation(change),
        };
        let is_request = part == Part::Request;
        let kind = |request, response| if is_request { request } else { response };
        let changed = kind(ChangeKind::ParameterChanged, ChangeKind::ResponseChanged);
        match change.code.name() {
            "optional_param_added" | "request_field_added" | "response_field_added" => self.named(
                kind(ChangeKind::ParameterAdded, ChangeKind::ResponseAdded),
                SentenceForm::Names("Added", noun),
                name,
            ),
            "required_param_added" | "required_request_field_added" => {
                let noun = if is_field {
                    "required request field"
                } else {
                    "required request parameter"
                };
                self.named(
                    ChangeKind::ParameterAdded,
                    SentenceForm::Names("Added", noun),
                    name,
                );
            }
            "param_removed" | "request_field_removed" | "response_field_removed" => self.named(
                kind(ChangeKind::ParameterRemoved, ChangeKind::ResponseRemoved),
                SentenceForm::Names("Removed", noun),
                name,
            ),
            "deprecated_set" => self.named(changed, SentenceForm::Names("Deprecated", noun), name),
            "became_required" => {
                self.named(changed, SentenceForm::Are(noun, "now required"), name);
            }
            "became_optional" => {
                self.named(changed, SentenceForm::Are(noun, "no longer required"), name);
            }
            "request_type_changed" | "response_type_changed" => {
                let types = match (&change.before, &change.after) {
                    (Value::String(before), Value::String(after)) => {
                        format!(" from {} to {}", code(before), code(after))
                    }
                    _ => String::new(),
                };
                // The response as a whole has no name.
                let subject = if name == code("") {
                    "the response".to_owned()
                } else {
                    format!("the {noun} {name}")
                };
                self.whole(changed, format!("The type of {subject} changed{types}."));
            }
            "enum_value_added" => {
                let value = code(&text(&change.after));
                self.whole(
                    changed,
                    format!("The {noun} {name} has the new value {value}."),
                );
            }
            "enum_value_removed" => {
                let value = code(&text(&change.before));
                let sentence = format!("The {noun} {name} no longer has the value {value}.");
                self.whole(changed, sentence);
            }
            _ => {
                let predicate = predicate(change);
                self.whole(changed, format!("The {noun} {name} {predicate}."));
            }
        }
    }

    fn operation(&mut self, change: &Change) {
        match change.code.name() {
            "op_added" => self.whole(
                ChangeKind::OperationAdded,
                "Added the operation.".to_owned(),
            ),
            "op_removed" => self.whole(
                ChangeKind::OperationRemoved,
                "The service no longer publishes the operation.".to_owned(),
            ),
            "deprecated_set" => self.whole(
                ChangeKind::OperationDeprecated,
                "Deprecated the operation.".to_owned(),
            ),
            "pagination_added" => {
                let sentence = "The operation can now be paged.".to_owned();
                self.whole(ChangeKind::OperationChanged, sentence);
            }
            "path_changed" => {
                let (before, after) = (text(&change.before), text(&change.after));
                let sentence = format!("The path is {}; before, {}.", code(&after), code(&before));
                self.whole(ChangeKind::OperationChanged, sentence);
            }
            "methods_changed" => {
                let (before, after) = (methods(&change.before), methods(&change.after));
                let sentence = format!("The gateway accepts {after}; before, {before}.");
                self.whole(ChangeKind::OperationChanged, sentence);
            }
            _ => {
                let sentence = format!("The operation {}.", predicate(change));
                self.whole(ChangeKind::OperationChanged, sentence);
            }
        }
    }

    /// Adds error codes that are new.
    pub(super) fn errors_added(&mut self, codes: &[String]) {
        for name in codes {
            let form = SentenceForm::Names("Added", "error code");
            self.named(ChangeKind::ErrorAdded, form, code(name));
        }
    }

    /// Adds error codes that were removed.
    pub(super) fn errors_removed(&mut self, codes: &[String]) {
        for name in codes {
            let form = SentenceForm::Names("Removed", "error code");
            self.named(ChangeKind::ErrorRemoved, form, code(name));
        }
    }

    /// Adds a change of the permissions.
    pub(super) fn permissions(&mut self) {
        let sentence = "The documented permissions changed.".to_owned();
        self.whole(ChangeKind::PermissionChanged, sentence);
    }

    /// Adds a change of the rate limit.
    pub(super) fn rate_limit(&mut self) {
        let sentence = "The rate limit changed.".to_owned();
        self.whole(ChangeKind::RateLimitChanged, sentence);
    }

    /// Adds a change of texts alone.
    pub(super) fn documentation(&mut self) {
        let sentence = "The published documentation was revised.".to_owned();
        self.whole(ChangeKind::Documentation, sentence);
    }

    /// Returns whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Returns the kinds, in their order, and the text.
    pub(super) fn finish(mut self) -> (Vec<ChangeKind>, String) {
        self.listed.sort_by_key(|(kind, ..)| *kind);
        let mut kinds: Vec<ChangeKind> = self.listed.iter().map(|(kind, ..)| *kind).collect();
        kinds.dedup();
        let sentences = self.listed.iter().map(|(_, form, names)| {
            let is_one = names.len() == 1;
            let plural = if is_one { "" } else { "s" };
            let are = if is_one { "is" } else { "are" };
            match form {
                SentenceForm::Names(verb, noun) => {
                    format!("{verb} the {noun}{plural} {}.", joined(names))
                }
                SentenceForm::Are(noun, predicate) => {
                    format!("The {noun}{plural} {} {are} {predicate}.", joined(names))
                }
                SentenceForm::Whole(sentence) => sentence.clone(),
            }
        });
        let mut sentences: Vec<String> = sentences.collect();
        if sentences.len() > SENTENCES {
            let more = sentences.len() - (SENTENCES - 1);
            sentences.truncate(SENTENCES - 1);
            sentences.push(format!("There are {more} more changes."));
        }
        let text = sentences.join(" ");
        (kinds, text)
    }

    fn named(&mut self, kind: ChangeKind, form: SentenceForm, name: String) {
        let same = |(_, other, _): &&mut (ChangeKind, SentenceForm, Vec<String>)| *other == form;
        match self.listed.iter_mut().find(same) {
            Some((.., names)) if names.contains(&name) => {}
            Some((.., names)) => names.push(name),
            None => self.listed.push((kind, form, vec![name])),
        }
    }

    fn whole(&mut self, kind: ChangeKind, sentence: String) {
        let form = SentenceForm::Whole(sentence);
        if !self.listed.iter().any(|(_, other, _)| *other == form) {
            self.listed.push((kind, form, Vec::new()));
        }
    }
}

/// Joins names with commas and "and"; counts those that are too many.
fn joined(names: &[String]) -> String {
    let (shown, rest) = names.split_at(names.len().min(LISTED));
    // A single name is shorter than a count.
    let (shown, rest) = if rest.len() == 1 {
        (names, &[][..])
    } else {
        (shown, rest)
    };
    match (shown, rest) {
        ([only], []) => only.clone(),
        ([first @ .., last], []) => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", shown.join(", "), rest.len()),
    }
}

/// Returns what a change says about its place: "has a wider limit (50 -> 100)".
fn predicate(change: &Change) -> String {
    let sentence = change.to_string();
    let predicate = sentence.strip_prefix(&change.at).unwrap_or(&sentence);
    predicate.trim().to_owned()
}

fn methods(value: &Value) -> String {
    let names = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut names: Vec<String> = names.iter().map(|n| text(n).to_ascii_uppercase()).collect();
    names.sort();
    joined(&names)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::ChangeCode;

    fn change(code: ChangeCode, before: &str, after: &str) -> Change {
        Change::between("Op?P", code, before, after)
    }

    fn text_of(changes: &[(Change, Part, &str)]) -> String {
        let mut sentences = Sentences::default();
        for (change, part, name) in changes {
            sentences.change(change, *part, name, None);
        }
        sentences.finish().1
    }

    #[test]
    fn names_of_one_change_are_one_sentence() {
        let required = |name| {
            let change = change(ChangeCode::BecameRequired, "", "");
            (change, Part::Request, name)
        };
        assert_eq!(
            text_of(&[required("A")]),
            "The request parameter `A` is now required."
        );
        assert_eq!(
            text_of(&[required("A"), required("B"), required("C.D")]),
            "The request parameters `A` and `B` are now required. The request field `C.D` is now \
             required."
        );
    }

    #[test]
    fn changes_without_words_of_their_own_are_described() {
        let narrower = change(ChangeCode::LimitTightened, "100", "50");
        assert_eq!(
            text_of(&[(narrower, Part::Request, "P")]),
            "The request parameter `P` has a narrower limit (100 -> 50)."
        );
        let path = change(ChangeCode::PathChanged, "/a", "/b");
        assert_eq!(
            text_of(&[(path, Part::Operation, "")]),
            "The path is `/b`; before, `/a`."
        );
        let whole = change(ChangeCode::ResponseTypeChanged, "string", "object");
        assert_eq!(
            text_of(&[(whole, Part::Response, "")]),
            "The type of the response changed from `string` to `object`."
        );
    }

    #[test]
    fn a_long_list_of_sentences_is_cut() {
        let names: Vec<String> = (0..40).map(|n| format!("P{n}")).collect();
        let changes: Vec<_> = names
            .iter()
            .map(|name| {
                let change = change(ChangeCode::EnumValueAdded, "", "a");
                (change, Part::Request, name.as_str())
            })
            .collect();
        let text = text_of(&changes);
        assert_eq!(text.matches("has the new value").count(), 14);
        assert!(text.ends_with(" There are 26 more changes."), "{text}");
    }
}
