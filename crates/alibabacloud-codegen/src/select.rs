//! Parts of a service: some of its operations, and what they need.

use alibabacloud_spec::{Service, did_you_mean};
use std::collections::BTreeSet;

/// The operations to generate code for; without names, all of them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    names: BTreeSet<String>,
    /// The operations of all services, for suggestions.
    known: BTreeSet<String>,
}

impl Selection {
    /// Creates a selection of the operations with these names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self {
            names: names.into_iter().collect(),
            known: BTreeSet::new(),
        }
    }

    /// Removes all other operations from a service, and the waiters that poll one of them. Types
    /// that nothing else uses are not generated. Returns whether an operation is left.
    pub fn apply(&mut self, service: &mut Service) -> bool {
        if self.names.is_empty() {
            return true;
        }
        let names = service.operations.iter().map(|o| o.name.clone());
        self.known.extend(names);
        let selected = &self.names;
        service.operations.retain(|o| selected.contains(&o.name));
        service.waiters.retain(|w| selected.contains(&w.operation));
        !service.operations.is_empty()
    }

    /// Returns a message for each name that no service has, once all services have been seen.
    pub fn unknown(&self) -> Vec<String> {
        let missing = self.names.difference(&self.known);
        let message = |name: &String| {
            let known = self.known.iter().map(String::as_str);
            match did_you_mean(name, known) {
                Some(hint) => format!("no specification has the operation `{name}`; {hint}"),
                None => format!("no specification has the operation `{name}`"),
            }
        };
        missing.map(message).collect()
    }
}
