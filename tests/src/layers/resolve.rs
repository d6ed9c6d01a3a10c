//! Resolves paths to the files that define their items.

use super::graph::{Arrows, Occurrence};
use super::tree::{Crate, Definition, Mention};
use std::collections::BTreeSet;

/// The target of a path.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Target {
    Module(usize),
    /// An item, by the file that defines it.
    Item(String),
}

/// The names that are being looked up, to end circles of re-exports.
type Seen = BTreeSet<(usize, String, Part)>;

/// The position of a name in a path. A module and a function may have the same name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Part {
    /// Another name follows, so that a module takes precedence.
    Prefix,
    Last,
}

impl Crate {
    /// Returns which file imports from which.
    pub fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::default();
        for (id, module) in self.modules.iter().enumerate() {
            for mention in &module.mentions {
                for file in self.defining_files(id, mention) {
                    if file != module.file {
                        let occurrence = Occurrence {
                            line: mention.line,
                            item: mention.segments.join("::"),
                        };
                        arrows.add(&module.file, &file, occurrence);
                    }
                }
            }
        }
        arrows
    }

    fn defining_files(&self, module: usize, mention: &Mention) -> BTreeSet<String> {
        let targets = self.resolve(module, &mention.segments, &mut Seen::new());
        let mut files: BTreeSet<String> = targets
            .into_iter()
            .filter_map(|target| match target {
                Target::Item(file) => Some(file),
                // Only items count; a module alone does not.
                Target::Module(_) => None,
            })
            .collect();
        if let ([name], true, true) = (
            mention.segments.as_slice(),
            mention.is_macro_call,
            files.is_empty(),
        ) {
            // A macro in textual scope. Two macros of the same name cannot be distinguished.
            let defined = self.textual_macros.get(name);
            files.extend(
                defined
                    .filter(|files| files.len() == 1)
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
        }
        files
    }

    /// Returns the targets of a path in a module, or none for items of other crates.
    fn resolve(&self, module: usize, path: &[String], seen: &mut Seen) -> BTreeSet<Target> {
        let Some((first, rest)) = path.split_first() else {
            return BTreeSet::new();
        };
        let mut here = match first.as_str() {
            "crate" => BTreeSet::from([Target::Module(self.modules[module].root)]),
            "self" => BTreeSet::from([Target::Module(module)]),
            "super" => self.parent(module),
            name => self.first_name(module, name, part(rest), seen),
        };
        for (at, name) in rest.iter().enumerate() {
            let modules: Vec<usize> = here
                .iter()
                .filter_map(|target| match target {
                    Target::Module(module) => Some(*module),
                    Target::Item(_) => None,
                })
                .collect();
            if modules.is_empty() {
                // A variant or an associated item of the type that was found.
                break;
            }
            here = modules
                .into_iter()
                .flat_map(|module| match name.as_str() {
                    "super" => self.parent(module),
                    name => self.member_or_file(module, name, part(&rest[at + 1..]), seen),
                })
                .collect();
        }
        here
    }

    fn parent(&self, module: usize) -> BTreeSet<Target> {
        let parent = self.modules[module].parent;
        parent.map(Target::Module).into_iter().collect()
    }

    fn first_name(
        &self,
        module: usize,
        name: &str,
        part: Part,
        seen: &mut Seen,
    ) -> BTreeSet<Target> {
        let found = self.member(module, name, part, seen);
        let is_own_library = found.is_empty() && name == self.name;
        match self.library {
            Some(library) if is_own_library && self.modules[module].root != library => {
                BTreeSet::from([Target::Module(library)])
            }
            _ => found,
        }
    }

    /// Like `member`, but attributes an unknown name to the file: a macro may define it.
    fn member_or_file(
        &self,
        module: usize,
        name: &str,
        part: Part,
        seen: &mut Seen,
    ) -> BTreeSet<Target> {
        let found = self.member(module, name, part, seen);
        if found.is_empty() {
            return BTreeSet::from([Target::Item(self.modules[module].file.clone())]);
        }
        found
    }

    fn member(&self, module: usize, name: &str, part: Part, seen: &mut Seen) -> BTreeSet<Target> {
        let key = (module, name.to_owned(), part);
        if !seen.insert(key.clone()) {
            return BTreeSet::new();
        }
        let own = &self.modules[module];
        let mut found = BTreeSet::new();
        if let Some(definitions) = own.names.get(name) {
            let has_module = definitions
                .iter()
                .any(|definition| matches!(definition, Definition::Module(_)));
            for definition in definitions {
                let is_module = matches!(definition, Definition::Module(_));
                if part == Part::Prefix && has_module && !is_module {
                    continue;
                }
                found.extend(self.definition(module, definition, seen));
            }
        } else {
            for path in &own.globs {
                for target in self.resolve(module, path, seen) {
                    if let Target::Module(module) = target {
                        found.extend(self.member(module, name, part, seen));
                    }
                }
            }
        }
        seen.remove(&key);
        found
    }

    fn definition(
        &self,
        module: usize,
        definition: &Definition,
        seen: &mut Seen,
    ) -> BTreeSet<Target> {
        match definition {
            Definition::Item(file) => BTreeSet::from([Target::Item(file.clone())]),
            Definition::Module(module) => BTreeSet::from([Target::Module(*module)]),
            Definition::Import(path) => {
                let found = self.resolve(module, path, seen);
                if found.is_empty() {
                    // An item of another crate, which this file re-exports.
                    return BTreeSet::from([Target::Item(self.modules[module].file.clone())]);
                }
                found
            }
        }
    }
}

fn part(rest: &[String]) -> Part {
    if rest.is_empty() {
        Part::Last
    } else {
        Part::Prefix
    }
}
