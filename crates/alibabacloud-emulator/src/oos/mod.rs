//! Operation Orchestration Service: what keeps state, theme by theme.
//!
//! Handlers work on records, objects of fields by wire name; the gateway cuts an answer to the schema of its operation. So a record can hold all that
//! any operation shows of a thing, and types that differ between operations need no code.

mod applications;
mod call;
mod content;
mod executions;
mod machine;
mod ops_items;
mod packages;
mod parameters;
mod patch_baselines;
mod patches;
mod region;
mod settings;
mod state_configurations;
mod tags;
mod templates;

pub(crate) use call::{Call, Handler};
pub(crate) use region::Region;

use alibabacloud_spec::Service;

/// The code of an operation; `None` when its answer is made up from the schema.
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
