//! Users, groups, roles, policies and keys that the store has: those that operations of RAM created
//! in an earlier run, and those of a seed.

use super::directory::{Directory, Name};
use super::policy::{MAX_POLICY, Policy};
use crate::keys::{Key, Keys};
use crate::store::record::{Record, Table, Tables};
use alibabacloud_spec::values;
use std::sync::Arc;

/// What an account has in RAM.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredRam<'a> {
    pub(crate) account: &'a str,
    pub(crate) tables: &'a Tables,
}

impl StoredRam<'_> {
    /// Adds everything to the directory, and the keys to those that are accepted. What is there
    /// already has the values of the store afterwards.
    pub(crate) fn restore(self, directory: &mut Directory, keys: &mut Keys) {
        for user in self.records("User") {
            let known = directory.user(self.name(user, "UserName"));
            if let Some(id) = text(user, "UserId") {
                known.id = id;
            }
        }
        for group in self.records("Group") {
            let name = self.name(group, "GroupName");
            directory.groups.entry(name).or_default();
        }
        for role in self.records("Role") {
            let known = directory.role(self.name(role, "RoleName"));
            if let Some(id) = text(role, "RoleId") {
                known.id = id;
            }
            // An invalid document lets nobody assume the role.
            let trust = text(role, "AssumeRolePolicyDocument");
            let trust = trust.map(|document| Policy::parse_trust(&document).unwrap_or_default());
            known.trust = trust.map(Arc::new);
        }
        for member in self.records("GroupMember") {
            if let Some(group) = text(member, "GroupName") {
                let user = directory.user(self.name(member, "UserName"));
                user.groups.insert(group);
            }
        }
        self.restore_policies(directory);
        for key in self.records("AccessKey") {
            let (id, secret) = (text(key, "AccessKeyId"), text(key, "AccessKeySecret"));
            let (Some(id), Some(secret)) = (id, secret) else {
                continue;
            };
            keys.add(Key::new(id.as_str(), secret).account(self.account));
            let status = text(key, "Status");
            keys.set_active(&id, status.as_deref() != Some("Inactive"));
            if text(key, "UserName").is_some() {
                directory.give_key(&id, self.name(key, "UserName"));
            }
        }
    }

    /// Adds the default versions of policies, and what they are attached to.
    pub(crate) fn restore_policies(self, directory: &mut Directory) {
        for policy in self.records("Policy") {
            // The content of system policies is that of the directory.
            if text(policy, "PolicyType").as_deref() == Some("System") {
                continue;
            }
            let default = text(policy, "DefaultVersion");
            let own = |field: &str| text(policy, field);
            let mut versions = self.records("PolicyVersion");
            let version = versions.find(|version| {
                text(version, "PolicyName") == own("PolicyName")
                    && text(version, "VersionId") == default
            });
            let document = version.and_then(|version| text(version, "PolicyDocument"));
            let Some(document) = document.or_else(|| own("PolicyDocument")) else {
                continue;
            };
            // An invalid document allows nothing.
            let parsed = Policy::parse(&document, MAX_POLICY).unwrap_or_default();
            directory.add_policy(self.name(policy, "PolicyName"), parsed);
        }
        for attached in self.records("UserPolicy") {
            let user = directory.user(self.name(attached, "UserName"));
            user.policies.extend(text(attached, "PolicyName"));
        }
        for attached in self.records("GroupPolicy") {
            let group = directory.groups.entry(self.name(attached, "GroupName"));
            group.or_default().extend(text(attached, "PolicyName"));
        }
        for attached in self.records("RolePolicy") {
            let role = directory.role(self.name(attached, "RoleName"));
            role.policies.extend(text(attached, "PolicyName"));
        }
    }

    fn records(&self, kind: &str) -> impl Iterator<Item = &Record> {
        let table = self.tables.existing(&format!("ram/{kind}"));
        table
            .into_iter()
            .flat_map(Table::values)
            .map(|stored| &**stored)
    }

    fn name(&self, record: &Record, field: &str) -> Name {
        let name = text(record, field).unwrap_or_default();
        (self.account.to_owned(), name)
    }
}

/// Returns the text of a field; `None` if it is empty.
fn text(record: &Record, field: &str) -> Option<String> {
    let text = values::text(record.get(field)?);
    (!text.is_empty()).then_some(text)
}
