//! Specification to IR: where every decision about the generated code is made.

mod example;
mod operation;
mod operation_docs;
mod paging;
mod shared;
mod types;
mod waiting;

use crate::codegen::ir;
use crate::codegen::{docs, names};
use alibabacloud_spec::{ErrorCode, Service};
use shared::Shared;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use types::Module;

/// Something that cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Operation and field: `ListTemplates.Send`.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Collects everything that is wrong, so that a maintainer sees it at once.
#[derive(Debug, Default)]
struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    fn add(&self, place: &str, message: String) {
        self.0.borrow_mut().push(Problem {
            place: place.to_owned(),
            message,
        });
    }
}

/// Makes every decision about a service. `source` is where its specification lies, for the header of each file.
///
/// # Errors
/// All names that clash and everything else that has no form in Rust.
pub fn lower(service: &Service, source: &str) -> Result<ir::Service, Vec<Problem>> {
    let problems = Problems::default();
    let shared = Shared::new(service);
    let shared_types = shared_module(&shared, &problems);
    let operations: Vec<ir::Operation> = service
        .operations
        .iter()
        .map(|spec| operation::lower(service, spec, &shared, &shared_types, source, &problems))
        .collect();
    let waiters = waiting::lower(&service.waiters, &operations, &problems);
    check_operation_names(&operations, &waiters, &problems);
    let groups = groups(service);
    let shown = shown(service, &groups, &operations);
    let lowered = ir::Service {
        shown,
        source: source.to_owned(),
        crate_name: service.crate_name.clone(),
        code: service.code.clone(),
        version: service.version.clone(),
        title: service.title.trim().to_owned(),
        description: docs::markdown(&service.description),
        docs_url: service.docs_url.clone(),
        endpoints: endpoints(service),
        groups,
        shared: shared_types,
        errors: error_codes(service),
        operations,
        waiters,
    };
    let problems = problems.0.into_inner();
    if problems.is_empty() {
        Ok(lowered)
    } else {
        Err(problems)
    }
}

/// The operation for the first page: one that lists with an example that somebody wrote, else one that lists, else any. Themes
/// come in the order of their importance.
fn shown(service: &Service, groups: &[ir::Group], operations: &[ir::Operation]) -> Option<usize> {
    let usable = || {
        let all = groups.iter().flat_map(|group| group.operations.iter());
        all.copied()
            .filter(|&i| !operations[i].deprecated && operations[i].unsupported.is_none())
    };
    let paged = |i: &usize| operations[*i].pagination.is_some();
    usable()
        .find(|i| paged(i) && service.operations[*i].example.is_some())
        .or_else(|| usable().find(paged))
        .or_else(|| usable().next())
}

fn shared_module(shared: &Shared<'_>, problems: &Problems) -> Vec<ir::TypeDef> {
    let mut module = Module::new(shared, problems);
    for name in shared.type_names() {
        module.reserve(name);
    }
    for (key, schema) in shared.used() {
        module.shared_type(key, schema);
    }
    module.finish()
}

/// Modules, builders and methods of the client must be distinct, and leave the client's own words alone.
fn check_operation_names(
    operations: &[ir::Operation],
    waiters: &[ir::Waiter],
    problems: &Problems,
) {
    let mut modules: BTreeMap<&str, &str> = BTreeMap::new();
    let mut builders: BTreeMap<&str, &str> = BTreeMap::new();
    for operation in operations {
        if names::CLIENT_WORDS.contains(&operation.module.as_str())
            || operation.module == "shared"
            || waiters
                .iter()
                .any(|waiter| waiter.method == operation.module)
        {
            problems.add(
                &operation.name,
                format!(
                    "the name `{}` has another use in generated crates",
                    operation.module
                ),
            );
        }
        let earlier = [
            modules.insert(&operation.module, &operation.name),
            builders.insert(&operation.builder, &operation.name),
        ];
        if let Some(other) = earlier.into_iter().flatten().next() {
            problems.add(
                &operation.name,
                format!("has the same name in Rust as the operation `{other}`"),
            );
        }
    }
}

fn endpoints(service: &Service) -> ir::Endpoints {
    let sorted = |table: &indexmap::IndexMap<String, String>| {
        let sorted: BTreeMap<_, _> = table.iter().collect();
        sorted
            .into_iter()
            .map(|(region, host)| (region.clone(), host.clone()))
            .collect()
    };
    ir::Endpoints {
        regional: service.endpoints.regional,
        public: sorted(&service.endpoints.public),
        vpc: sorted(&service.endpoints.vpc),
    }
}

/// Operations by theme, in the order of the themes; those without one come last.
fn groups(service: &Service) -> Vec<ir::Group> {
    let of = |tag: Option<&str>| -> Vec<usize> {
        let operations = service.operations.iter().enumerate();
        operations
            .filter(|(_, operation)| operation.tag.as_deref() == tag)
            .map(|(index, _)| index)
            .collect()
    };
    let themes = service.tags.iter().map(|tag| ir::Group {
        name: docs::inline(&tag.name),
        description: docs::inline(&tag.description),
        operations: of(Some(&tag.name)),
    });
    let others = ir::Group {
        name: if service.tags.is_empty() {
            "Operations"
        } else {
            "Others"
        }
        .to_owned(),
        description: String::new(),
        operations: of(None),
    };
    themes
        .chain([others])
        .filter(|group| !group.operations.is_empty())
        .collect()
}

/// The documented codes of the product and its operations, once each. Patterns such as `InvalidParameter.%s` are no codes.
fn error_codes(service: &Service) -> Vec<ir::ErrorCode> {
    let mut codes: BTreeMap<&str, (&ErrorCode, BTreeSet<&str>)> = BTreeMap::new();
    for error in &service.errors {
        codes.entry(&error.code).or_insert((error, BTreeSet::new()));
    }
    for operation in &service.operations {
        for error in &operation.errors {
            let known = codes.entry(&error.code).or_insert((error, BTreeSet::new()));
            known.1.insert(&operation.name);
        }
    }
    codes.retain(|code, _| is_error_code(code));
    let wires: Vec<&str> = codes.keys().copied().collect();
    let constants = names::distinct(&wires, names::screaming);
    let predicates = names::predicates(&constants);
    codes
        .into_values()
        .zip(constants.into_iter().zip(predicates))
        .map(|((error, operations), (constant, predicate))| {
            let shared = service.errors.iter().any(|e| e.code == error.code);
            ir::ErrorCode {
                constant,
                predicate,
                shared,
                code: error.code.clone(),
                docs: error_code_docs(error, shared, &operations),
            }
        })
        .collect()
}

/// Whether the module of error codes has some that any operation can answer with.
fn shares_error_codes(service: &Service) -> bool {
    service
        .errors
        .iter()
        .any(|error| is_error_code(&error.code))
}

fn is_error_code(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_alphabetic())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b))
}

/// Operations that a code is documented for are named up to this number; beyond it the list says nothing.
const NAMED_OPERATIONS: usize = 5;

fn error_code_docs(error: &ErrorCode, shared: bool, operations: &BTreeSet<&str>) -> Vec<String> {
    let mut lines = docs::markdown(&error.description);
    if lines.is_empty() {
        lines.push(format!("{}.", docs::code(&error.code)));
    }
    let mut facts = Vec::new();
    facts.extend(error.status.map(|status| format!("HTTP status {status}.")));
    if shared {
        facts.push("Any operation can answer with it.".to_owned());
    } else if (1..=NAMED_OPERATIONS).contains(&operations.len()) {
        let names: Vec<String> = operations.iter().map(|name| docs::code(name)).collect();
        facts.push(format!("Documented for {}.", names.join(", ")));
    }
    if !facts.is_empty() {
        lines.extend([String::new(), facts.join(" ")]);
    }
    lines
}
