//! What operations of RAM change: users, groups, roles, policies and keys that a program creates
//! apply to later calls.

use super::directory::{Directory, Name};
use super::policy::{MAX_POLICY, Policy};
use crate::keys::{Key, Keys};
use alibabacloud_spec::values;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A call of RAM.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RamCall<'a> {
    pub(crate) operation: &'a str,
    pub(crate) account: &'a str,
    pub(crate) parameters: &'a Map<String, Value>,
}

impl RamCall<'_> {
    /// Checks the policy document of a call before it takes effect.
    ///
    /// # Errors
    ///
    /// Describes why the document is invalid, as the end of a sentence.
    pub(crate) fn check(self) -> Result<(), String> {
        match self.operation {
            "CreatePolicy" | "CreatePolicyVersion" => {
                Policy::parse(&self.text("PolicyDocument"), MAX_POLICY).map(drop)
            }
            "CreateRole" => Policy::parse_trust(&self.text("AssumeRolePolicyDocument")).map(drop),
            "UpdateRole" if self.parameters.contains_key("NewAssumeRolePolicyDocument") => {
                Policy::parse_trust(&self.text("NewAssumeRolePolicyDocument")).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Makes the change of a call that succeeded with this response.
    pub(crate) fn follow(self, body: &Value, directory: &mut Directory, keys: &mut Keys) {
        let field = |pointer: &str| body.pointer(pointer).map(values::text);
        match self.operation {
            "CreateUser" => {
                let user = directory.user(self.name("UserName"));
                if let Some(id) = field("/User/UserId") {
                    user.id = id;
                }
            }
            "UpdateUser" if self.parameters.contains_key("NewUserName") => {
                directory.rename_user(&self.name("UserName"), self.name("NewUserName"));
            }
            "DeleteUser" => directory.remove_user(&self.name("UserName")),
            "CreateAccessKey" => {
                let id = field("/AccessKey/AccessKeyId");
                let secret = field("/AccessKey/AccessKeySecret");
                if let (Some(id), Some(secret)) = (id, secret) {
                    keys.add(Key::new(id.as_str(), secret).account(self.account));
                    // Without a user, it is a key of the account.
                    if self.parameters.contains_key("UserName") {
                        directory.give_key(&id, self.name("UserName"));
                    }
                }
            }
            "UpdateAccessKey" => {
                let is_active = self.text("Status") != "Inactive";
                keys.set_active(&self.text("UserAccessKeyId"), is_active);
            }
            "DeleteAccessKey" => keys.remove(&self.text("UserAccessKeyId")),
            "CreateGroup" => {
                directory.groups.entry(self.name("GroupName")).or_default();
            }
            "UpdateGroup" if self.parameters.contains_key("NewGroupName") => {
                directory.rename_group(&self.name("GroupName"), &self.name("NewGroupName"));
            }
            "DeleteGroup" => {
                directory.groups.remove(&self.name("GroupName"));
            }
            "AddUserToGroup" => {
                let user = directory.user(self.name("UserName"));
                user.groups.insert(self.text("GroupName"));
            }
            "RemoveUserFromGroup" => {
                let user = directory.user(self.name("UserName"));
                user.groups.remove(&self.text("GroupName"));
            }
            "CreateRole" => {
                let role = directory.role(self.name("RoleName"));
                if let Some(id) = field("/Role/RoleId") {
                    role.id = id;
                }
                role.trust = self.trust("AssumeRolePolicyDocument");
            }
            "UpdateRole" if self.parameters.contains_key("NewAssumeRolePolicyDocument") => {
                let trust = self.trust("NewAssumeRolePolicyDocument");
                directory.role(self.name("RoleName")).trust = trust;
            }
            "DeleteRole" => {
                directory.roles.remove(&self.name("RoleName"));
            }
            "CreatePolicy" => self.set_policy(directory),
            "CreatePolicyVersion" if self.text("SetAsDefault") == "true" => {
                self.set_policy(directory);
            }
            "DeletePolicy" => directory.remove_policy(&self.name("PolicyName")),
            "AttachPolicyToUser" | "AttachPolicyToGroup" | "AttachPolicyToRole" => {
                let policy = self.text("PolicyName");
                self.attached(directory).insert(policy);
            }
            "DetachPolicyFromUser" | "DetachPolicyFromGroup" | "DetachPolicyFromRole" => {
                let policy = self.text("PolicyName");
                self.attached(directory).remove(&policy);
            }
            _ => {}
        }
    }

    fn text(self, parameter: &str) -> String {
        let value = self.parameters.get(parameter);
        value.map(values::text).unwrap_or_default()
    }

    fn name(self, parameter: &str) -> Name {
        (self.account.to_owned(), self.text(parameter))
    }

    /// Returns the names of the policies of the user, group or role that the call names.
    fn attached(self, directory: &mut Directory) -> &mut BTreeSet<String> {
        if self.parameters.contains_key("UserName") {
            &mut directory.user(self.name("UserName")).policies
        } else if self.parameters.contains_key("RoleName") {
            &mut directory.role(self.name("RoleName")).policies
        } else {
            directory.groups.entry(self.name("GroupName")).or_default()
        }
    }

    fn set_policy(self, directory: &mut Directory) {
        // While permissions are not enforced, a document is not checked. An invalid one allows
        // nothing.
        let policy = Policy::parse(&self.text("PolicyDocument"), MAX_POLICY);
        directory.add_policy(self.name("PolicyName"), policy.unwrap_or_default());
    }

    fn trust(self, parameter: &str) -> Option<Arc<Policy>> {
        let policy = Policy::parse_trust(&self.text(parameter));
        Some(Arc::new(policy.unwrap_or_default()))
    }
}
