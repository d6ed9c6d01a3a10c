//! Lowers a specification to the IR. All decisions about the generated code are made here.

mod error_code;
pub(crate) mod example;
mod operation;
mod operation_docs;
mod operation_names;
mod pagination;
mod pair;
mod problem;
mod rules;
mod shared;
mod showcase;
mod types;
mod waiter;

use crate::markdown::{inline, link, markdown, one_line};
use crate::{ir, names};
use alibabacloud_spec::Service;
pub use problem::Problem;
use problem::Problems;
use shared::Shared;
use std::collections::BTreeMap;
use types::Module;

/// Lowers a service. `source` is the path of its specification, for the header of each file.
///
/// # Errors
///
/// Returns all name conflicts and everything else that cannot be expressed in Rust.
pub fn lower(service: &Service, source: &str) -> Result<ir::Service, Vec<Problem>> {
    match lower_with_problems(service, source) {
        (service, problems) if problems.is_empty() => Ok(service),
        (_, problems) => Err(problems),
    }
}

/// Lowers one operation of a service, by its index, as [`lower`] does; returns it with the types of
/// the module `shared`. Problems are not reported: code that shows a call is for a crate that has
/// been generated.
pub(crate) fn operation(
    service: &Service,
    index: usize,
) -> Option<(ir::Operation, Vec<ir::TypeDef>)> {
    let problems = Problems::default();
    let shared = Shared::new(service);
    let shared_types = shared_module(&shared, &problems);
    let names = operation_names::of(service, &problems)
        .into_iter()
        .nth(index)?;
    let spec = service.operations.get(index)?;
    let operation = operation::lower(service, spec, names, &shared, &shared_types, "", &problems);
    Some((operation, shared_types))
}

/// Returns what prevents generating code from a service, and the names that have stand-ins.
pub fn inspect(service: &Service) -> (Vec<Problem>, Vec<ir::StandIn>) {
    let (service, problems) = lower_with_problems(service, "");
    (problems, service.stand_ins)
}

fn lower_with_problems(service: &Service, source: &str) -> (ir::Service, Vec<Problem>) {
    let problems = Problems::default();
    let shared = Shared::new(service);
    let shared_types = shared_module(&shared, &problems);
    let operations: Vec<ir::Operation> = service
        .operations
        .iter()
        .zip(operation_names::of(service, &problems))
        .map(|(spec, names)| {
            operation::lower(
                service,
                spec,
                names,
                &shared,
                &shared_types,
                source,
                &problems,
            )
        })
        .collect();
    let waiters = waiter::lower(&service.waiters, &operations, &problems);
    let groups = groups(service);
    let first_call = showcase::choose(service, &groups, &operations);
    let errors = error_code::lower(service);
    let title = inline(&service.title);
    let (problems, stand_ins) = problems.into_inner();
    let service = ir::Service {
        first_call,
        source: source.to_owned(),
        crate_name: service.crate_name.clone(),
        crate_version: service.crate_version().to_owned(),
        code: service.code.clone(),
        version: service.version.clone(),
        plain_title: one_line(&service.title),
        title_and_version: format!("{title}, API version {}", inline(&service.version)),
        title,
        description: markdown(&service.description),
        docs_url: service.docs_url.as_deref().map(link),
        endpoints: endpoints(service),
        groups,
        shared: shared_types,
        errors,
        operations,
        rules: rules::lower(service),
        waiters,
        stand_ins,
    };
    (service, problems)
}

fn shared_module(shared: &Shared<'_>, problems: &Problems) -> Vec<ir::TypeDef> {
    let mut module = Module::new(shared, problems);
    for (key, name) in shared.type_names() {
        module.reserve(name);
        if names::pascal(key) != name && shared.schema(key).is_some_and(|s| s.rust_name.is_none()) {
            problems.stand_in(key, key, name, "another type has the name");
        }
    }
    for (key, schema) in shared.used() {
        module.shared_type(key, schema);
    }
    module.finish()
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

/// Groups operations by tag, in the order of the tags. Operations without a tag come last.
fn groups(service: &Service) -> Vec<ir::Group> {
    let of = |tag: Option<&str>| -> Vec<usize> {
        let operations = service.operations.iter().enumerate();
        operations
            .filter(|(_, operation)| operation.tag.as_deref() == tag)
            .map(|(index, _)| index)
            .collect()
    };
    let tagged = service.tags.iter().map(|tag| ir::Group {
        name: inline(&tag.name),
        description: inline(&tag.description),
        operations: of(Some(&tag.name)),
    });
    let others = ir::Group {
        name: if service.tags.is_empty() {
            "Operations"
        } else {
            "Other operations"
        }
        .to_owned(),
        description: String::new(),
        operations: of(None),
    };
    tagged
        .chain([others])
        .filter(|group| !group.operations.is_empty())
        .collect()
}
