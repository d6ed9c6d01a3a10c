//! The caller of an operation.

/// The authenticated caller of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Caller {
    /// The account whose resources the caller sees.
    pub(crate) account: String,
    /// The AccessKey ID, `anonymous`, `bearer` or `seed`.
    pub(crate) name: String,
    /// Whose key it is, if the emulator was told.
    pub(crate) principal: Option<Principal>,
}

impl Caller {
    /// Returns what page tokens of the caller are bound to.
    pub(crate) fn page_scope(&self, region_id: &str) -> String {
        [self.account.as_str(), "/", region_id].concat()
    }
}

/// Whose key signs a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Principal {
    /// The account itself, which may do everything.
    Account,
    User {
        name: String,
        id: String,
    },
    /// A role that was assumed, under the name of a session.
    RoleSession {
        role: String,
        role_id: String,
        session: String,
    },
}

impl Principal {
    /// Returns the ARN, as `GetCallerIdentity` does.
    pub(crate) fn arn(&self, account: &str) -> String {
        match self {
            Self::Account => format!("acs:ram::{account}:root"),
            Self::User { name, .. } => format!("acs:ram::{account}:user/{name}"),
            Self::RoleSession { role, session, .. } => {
                format!("acs:ram::{account}:assumed-role/{role}/{session}")
            }
        }
    }

    /// Returns the ARN that trust policies name: of a session, that of its role.
    pub(crate) fn trusted_arn(&self, account: &str) -> String {
        match self {
            Self::RoleSession { role, .. } => format!("acs:ram::{account}:role/{role}"),
            other => other.arn(account),
        }
    }
}
