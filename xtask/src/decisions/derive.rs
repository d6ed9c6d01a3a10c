//! The part of the record that repeats the specification.

use super::places::each_place;
use super::record::DecisionRecord;
use super::subject::Subject;
use crate::import::{class_name, class_of};
use alibabacloud_spec::Operation;

/// Derives the record from a specification.
pub(super) fn derive(subject: &Subject) -> DecisionRecord {
    let operations = || subject.service.operations.iter();
    let mut sensitive = Vec::new();
    each_place(&subject.service, &mut |place| {
        if place.schema.sensitive {
            sensitive.push(place.to_string());
        }
    });
    sensitive.sort();
    let lists = subject.lists.iter();
    DecisionRecord {
        arguments: operations()
            .map(|operation| (operation.name.clone(), operation.arguments.clone()))
            .collect(),
        lists: lists
            .map(|(name, paging)| (name.clone(), paging.line.clone()))
            .collect(),
        sensitive,
        idempotency: operations()
            .filter_map(|operation| Some((operation.name.clone(), operation.idempotency.clone()?)))
            .collect(),
        classes: operations()
            .filter(|operation| contradicts_verb(operation))
            .map(|operation| {
                let class = class_name(operation.class);
                (operation.name.clone(), class.to_owned())
            })
            .collect(),
        ..DecisionRecord::default()
    }
}

/// Returns whether an operation reads although its verb writes, or the other way round.
pub(super) fn contradicts_verb(operation: &Operation) -> bool {
    class_of(operation).is_read() != operation.class.is_read()
}
