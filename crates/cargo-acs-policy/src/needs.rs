//! What a program needs: its operations with their permissions, and the policy that allows them.

use crate::operation::OperationId;
use crate::permission::{Permission, PermissionTable};
use alibabacloud_core::ram::{PermissionStatus, Policy};
use std::collections::BTreeMap;

/// The operations of a program with their permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    operations: BTreeMap<OperationId, Permission>,
}

impl Needs {
    /// Looks up the permissions of operations.
    pub fn new(table: &PermissionTable, operations: impl IntoIterator<Item = OperationId>) -> Self {
        let operations = operations.into_iter().map(|operation| {
            let permission = table.permission(&operation);
            (operation, permission)
        });
        Self {
            operations: operations.collect(),
        }
    }

    /// Returns the operations with a permission of this status, sorted.
    pub fn with_status(
        &self,
        status: PermissionStatus,
    ) -> impl Iterator<Item = (&OperationId, &Permission)> {
        let operations = self.operations.iter();
        operations.filter(move |(_, permission)| permission.status == status)
    }

    /// Returns the number of operations by product and version, sorted.
    pub fn counts(&self) -> BTreeMap<(&str, &str), usize> {
        let mut counts = BTreeMap::new();
        for operation in self.operations.keys() {
            let service = (operation.product.as_str(), operation.version.as_str());
            *counts.entry(service).or_default() += 1;
        }
        counts
    }

    /// Adds the permissions to a policy; those that are not documented only on request.
    pub fn add_to(&self, mut policy: Policy, with_undocumented: bool) -> Policy {
        for permission in self.operations.values() {
            for action in &permission.actions {
                if permission.status == PermissionStatus::Documented {
                    let resources = action.resources.iter().map(String::as_str);
                    policy = policy.allow_action(&action.name, resources);
                    for dependent in &action.dependents {
                        policy = policy.allow_action(dependent, []);
                    }
                } else if with_undocumented {
                    policy = policy.allow_undocumented_action(&action.name);
                }
            }
        }
        policy
    }
}
