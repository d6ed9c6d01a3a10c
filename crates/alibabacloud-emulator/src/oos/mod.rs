//! Operation Orchestration Service (OOS): the operations that keep state, one file per theme.
//!
//! Handlers work on records, which hold the fields of a resource by wire name. The gateway reduces
//! a response to the schema of its operation. So a record can hold all fields that any operation
//! shows of a resource, and field types that differ between operations need no code.

mod applications;
mod content;
mod executions;
mod machine;
mod ops_items;
mod packages;
mod parameters;
mod patch_baselines;
mod patches;
mod settings;
mod state_configurations;
mod tags;
mod templates;

pub(crate) use machine::Execution;
pub(crate) use packages::add_example;
pub(crate) use tags::of_resource as tags_of;

use crate::call::Handler;
use alibabacloud_spec::Service;

/// Returns the code of an operation; `None` when its response is synthetic.
pub(crate) fn handler(service: &Service, operation: &str) -> Option<Handler> {
    if service.code != "oos" || service.version != "2019-06-01" {
        return None;
    }
    let themes = [
        applications::HANDLERS,
        executions::HANDLERS,
        ops_items::HANDLERS,
        packages::HANDLERS,
        parameters::HANDLERS,
        patch_baselines::HANDLERS,
        patches::HANDLERS,
        settings::HANDLERS,
        state_configurations::HANDLERS,
        tags::HANDLERS,
        templates::HANDLERS,
    ];
    let mut all = themes.into_iter().flatten();
    all.find(|(name, _)| *name == operation)
        .map(|(_, handler)| *handler)
}
