//! The checklist of a service: the record on disk, compared with the specification.

use super::derive::derive;
use super::places;
use super::questions::{self, KINDS};
use super::record::{DecisionRecord, FILE, Question, RecordFile};
use super::subject::Subject;
use crate::cli::Failure;
use alibabacloud_spec::Change;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// How many places or differences are listed before the rest is counted.
const MOST: usize = 8;

/// The record on disk, and what it should be.
#[derive(Debug)]
pub(super) struct Checklist {
    file: RecordFile,
    /// The record with the answers of people, as the specification is now.
    current: DecisionRecord,
    /// Answers to questions that are no longer asked: kind and subject.
    dropped: Vec<(String, String)>,
    /// What is wrong with the rows about upstream.
    wrong_rows: Vec<String>,
    /// What is wrong with the list of the most used operations.
    wrong_names: Vec<String>,
}

impl Checklist {
    /// Derives the record of a specification and compares it with the file.
    ///
    /// # Errors
    ///
    /// Returns a failure if a file cannot be read, or is invalid.
    pub(super) fn read(directory: &Path) -> Result<Self, Failure> {
        let subject = Subject::read(directory)?;
        let file = RecordFile::read(directory)?;
        let old = &file.record;
        let mut current = DecisionRecord {
            reviewed: old.reviewed.clone(),
            most_used: old.most_used.clone(),
            upstream: old.upstream.clone(),
            ..derive(&subject)
        };
        for (kind, asked) in questions::questions(&subject) {
            let answers = old.questions.get(kind);
            let asked = asked.into_iter().map(|(subject, places)| {
                let answer = answers.and_then(|answers| answers.get(&subject));
                let mut question = answer.cloned().unwrap_or_default();
                question.places = places;
                (subject, question)
            });
            current.questions.insert(kind.to_owned(), asked.collect());
        }
        let mut dropped = Vec::new();
        for (kind, answers) in &old.questions {
            let asked = current.questions.get(kind);
            for subject in answers.keys() {
                if asked.is_none_or(|asked| !asked.contains_key(subject)) {
                    dropped.push((kind.clone(), subject.clone()));
                }
            }
        }
        let mut wrong_rows = Vec::new();
        for row in &old.upstream {
            if !row.is_complete() {
                wrong_rows.push(format!("{}: a column is empty", row.place));
            } else if let Err(error) = places::check(&subject.service, &row.place) {
                wrong_rows.push(format!("{}: {error}", row.place));
            }
        }
        let mut wrong_names = Vec::new();
        for (index, name) in old.most_used.iter().enumerate() {
            if subject.service.operation(name).is_none() {
                wrong_names.push(format!("there is no operation {name:?}"));
            } else if old.most_used[..index].contains(name) {
                wrong_names.push(format!("{name} occurs twice"));
            }
        }
        Ok(Self {
            file,
            current,
            dropped,
            wrong_rows,
            wrong_names,
        })
    }

    /// Writes the record as the specification is now, with the answers so far. Returns whether that
    /// changed the file.
    ///
    /// # Errors
    ///
    /// Returns a failure if the file cannot be written.
    pub(super) fn write(&self) -> Result<bool, Failure> {
        self.file.write(&self.current)
    }

    /// Returns the number of unanswered questions.
    pub(super) fn unanswered(&self) -> usize {
        self.each_question()
            .filter(|(_, _, question)| !question.is_answered())
            .count()
    }

    /// Returns whether the file says what the specification says.
    pub(super) fn is_current(&self) -> bool {
        self.file.exists() && self.file.record == self.current
    }

    /// Returns whether a person has gone through the checklist: every question is answered, the
    /// file is up to date, and it has a date.
    pub(super) fn is_complete(&self) -> bool {
        self.is_current()
            && self.unanswered() == 0
            && self.wrong_rows.is_empty()
            && self.wrong_names.is_empty()
            && Change::is_date(&self.current.reviewed)
    }

    /// Returns the path of the file.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Returns one line about the state of the file.
    pub(super) fn summary(&self) -> String {
        let total = self.each_question().count();
        let mut parts = vec![match self.unanswered() {
            0 => format!("{total} questions answered"),
            open => format!("{open} of {total} questions unanswered"),
        }];
        if !self.file.exists() {
            parts.push(format!("there is no {FILE}"));
        } else if !self.is_current() {
            parts.push("out of date".to_owned());
        }
        if !self.wrong_rows.is_empty() {
            parts.push(format!(
                "{} rows of `upstream` are wrong",
                self.wrong_rows.len()
            ));
        }
        if !self.wrong_names.is_empty() {
            let count = self.wrong_names.len();
            parts.push(format!("{count} names of `most-used` are wrong"));
        }
        if !Change::is_date(&self.current.reviewed) {
            parts.push("no date of a review".to_owned());
        }
        parts.join(", ")
    }

    /// Returns the questions, unanswered ones first, and what is out of date. Without
    /// `with_answers`, only what is left to do.
    pub(super) fn text(&self, with_answers: bool) -> String {
        let mut text = String::new();
        self.add_questions(&mut text, false);
        if with_answers {
            self.add_questions(&mut text, true);
        }
        if !Change::is_date(&self.current.reviewed) {
            text.push_str(
                "  no date: set `reviewed` to the day on which a person answered the questions\n",
            );
        }
        for row in &self.wrong_rows {
            let _ = writeln!(text, "  invalid row of `upstream`: {row}");
        }
        for name in &self.wrong_names {
            let _ = writeln!(text, "  invalid name of `most-used`: {name}");
        }
        if self.file.exists() {
            for difference in self.differences() {
                let _ = writeln!(text, "  out of date: {difference}");
            }
            for (kind, subject) in &self.dropped {
                let _ = writeln!(
                    text,
                    "  no longer asked, --write drops it: {kind}: {subject}"
                );
            }
        }
        text
    }

    fn each_question(&self) -> impl Iterator<Item = (&str, &str, &Question)> {
        self.current.questions.iter().flat_map(|(kind, questions)| {
            questions
                .iter()
                .map(|(subject, question)| (kind.as_str(), subject.as_str(), question))
        })
    }

    fn add_questions(&self, text: &mut String, answered: bool) {
        for (kind, asks) in KINDS {
            let mut questions = self
                .each_question()
                .filter(|(of, _, question)| of == kind && question.is_answered() == answered)
                .peekable();
            if questions.peek().is_none() {
                continue;
            }
            let state = if answered { "answered" } else { "unanswered" };
            let _ = writeln!(text, "  {state}: {kind}: {asks}");
            for (_, subject, question) in questions {
                let _ = writeln!(text, "    {subject}{}", shown_places(subject, question));
                if answered {
                    let _ = writeln!(text, "      {}: {}", question.answer, question.reason);
                }
            }
        }
    }

    /// Returns what differs between the file and the specification.
    fn differences(&self) -> Vec<String> {
        let (old, new) = (&self.file.record, &self.current);
        let mut found = Vec::new();
        let list = |names: &Vec<String>| format!("[{}]", names.join(", "));
        add_differences(
            "arguments",
            &old.arguments,
            &new.arguments,
            list,
            &mut found,
        );
        add_differences("lists", &old.lists, &new.lists, String::clone, &mut found);
        add_differences(
            "idempotency",
            &old.idempotency,
            &new.idempotency,
            String::clone,
            &mut found,
        );
        add_differences(
            "classes",
            &old.classes,
            &new.classes,
            String::clone,
            &mut found,
        );
        let marked = |places: &[String]| -> BTreeMap<String, ()> {
            places.iter().map(|place| (place.clone(), ())).collect()
        };
        add_differences(
            "sensitive",
            &marked(&old.sensitive),
            &marked(&new.sensitive),
            |()| "a secret".to_owned(),
            &mut found,
        );
        for (kind, questions) in &new.questions {
            let places = |questions: Option<&BTreeMap<String, Question>>| {
                let questions = questions.into_iter().flatten();
                questions
                    .map(|(subject, question)| (subject.clone(), question.places.clone()))
                    .collect::<BTreeMap<_, _>>()
            };
            let old = places(old.questions.get(kind));
            let new = places(Some(questions));
            let shown = |places: &Vec<String>| format!("in {} places", places.len());
            add_differences(kind, &old, &new, shown, &mut found);
        }
        if found.is_empty() && old != new {
            found.push("the order of its entries".to_owned());
        }
        found
    }
}

/// Returns the places of a question, unless its subject says the same.
fn shown_places(subject: &str, question: &Question) -> String {
    let places: Vec<&str> = question.places.iter().map(String::as_str).collect();
    if places == [subject] {
        return String::new();
    }
    let more = places.len().saturating_sub(MOST);
    let mut text = format!(": {}", places[..places.len() - more].join(", "));
    if more > 0 {
        let _ = write!(text, ", and {more} more");
    }
    text
}

/// Adds what differs between two maps.
fn add_differences<T: PartialEq>(
    section: &str,
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
    shown: impl Fn(&T) -> String,
    found: &mut Vec<String>,
) {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut lines = keys.into_iter().filter_map(|key| {
        let (old, new) = (old.get(key), new.get(key));
        let shown = |value: Option<&T>| value.map_or_else(|| "absent".to_owned(), &shown);
        (old != new).then(|| format!("{section}: {key}: was {}, is {}", shown(old), shown(new)))
    });
    found.extend(lines.by_ref().take(MOST));
    let more = lines.count();
    if more > 0 {
        found.push(format!("{section}: and {more} more"));
    }
}
