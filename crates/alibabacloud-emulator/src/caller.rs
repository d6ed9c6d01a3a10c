//! The caller of an operation.

/// The authenticated caller of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Caller {
    /// The account whose resources the caller sees.
    pub(crate) account: String,
    /// The AccessKey ID, `anonymous`, `bearer` or `seed`.
    pub(crate) name: String,
}

impl Caller {
    /// Returns what page tokens of the caller are bound to.
    pub(crate) fn page_scope(&self, region_id: &str) -> String {
        format!("{}/{region_id}", self.account)
    }
}
