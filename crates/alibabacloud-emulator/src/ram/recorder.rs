//! The permissions that calls needed, as the smallest policies that allow them.

use super::permission::CheckedCall;
use alibabacloud_core::ram::Policy;
use alibabacloud_spec::RamStatus;
use std::mem;

/// The permissions that calls needed.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// By operation: each action on all resources that it can be about.
    operations: Policy,
    /// By call: each action on the resources of the requests.
    resources: Policy,
}

impl Recorder {
    pub(crate) fn add(&mut self, call: CheckedCall<'_>) {
        let permissions = call.service.permissions(call.operation);
        let mut operations = mem::take(&mut self.operations);
        let mut resources = mem::take(&mut self.resources);
        if permissions.status == RamStatus::Unknown {
            for action in &permissions.actions {
                operations = operations.allow_undocumented_action(&action.action);
                resources = resources.allow_undocumented_action(&action.action);
            }
        } else {
            for action in &permissions.actions {
                let arns = action.resources.iter();
                let arns = arns.map(|resource| resource.arn.as_str());
                operations = operations.allow_action(&action.action, arns);
                for dependent in &action.dependents {
                    operations = operations.allow_action(dependent, []);
                }
            }
            for needed in call.needed() {
                let arns = needed.resources.iter().filter_map(|target| target.arn());
                resources = resources.allow_action(&needed.action, arns);
            }
        }
        self.operations = operations;
        self.resources = resources;
    }

    /// Returns the policy that allows the operations that were called, on all resources.
    pub(crate) fn policy(&self) -> String {
        self.operations.to_json()
    }

    /// Returns the policy that allows the calls and no other resources.
    pub(crate) fn policy_for_resources(&self) -> String {
        self.resources.to_json()
    }
}
