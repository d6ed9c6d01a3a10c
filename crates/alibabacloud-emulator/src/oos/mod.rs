//! Operation Orchestration Service: what keeps state, theme by theme.
//!
//! Handlers work on records, objects of fields by wire name; the gateway cuts an answer to the schema of its operation. So a record can hold all that
//! any operation shows of a thing, and types that differ between operations need no code.

mod applications;
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

use crate::call::{Answer, Call};
use alibabacloud_spec::Service;

/// Code of an operation that keeps state.
pub(crate) type Handler = fn(&mut Call<'_>) -> Answer;

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

/// Operations of a theme with their code.
type Handlers = &'static [(&'static str, Handler)];
