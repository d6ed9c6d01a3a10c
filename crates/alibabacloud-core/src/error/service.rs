//! What a service reports about a failed call.

use super::class::{ErrorClass, class_of};
use crate::ram::Statement;
use crate::text::escaped;
use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// An error that a service reports.
///
/// Convert it with `Error::from`, for instance to test code that handles errors:
///
/// ```
/// use alibabacloud_core::{Error, ServiceError};
///
/// let error = Error::from(ServiceError::new(400, "Throttling.User", "Slow down.").with_request_id("4A1B"));
/// assert!(error.is_throttling());
/// assert_eq!(error.to_string(), "400 Throttling.User: Slow down. (request ID 4A1B)");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "an error has no effect until it is returned or converted"]
pub struct ServiceError {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) recommend: Option<String>,
    pub(crate) access_denied: Option<AccessDenied>,
    pub(crate) retry_after: Option<Duration>,
}

impl ServiceError {
    /// Creates an error with an HTTP status, an error code and a message.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            code: Some(code.into()),
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// Returns the class of this error.
    pub(crate) fn class(&self) -> ErrorClass {
        class_of(
            self.status,
            self.code.as_deref(),
            self.retry_after.is_some(),
        )
    }

    /// Passes every text to `change`.
    #[cfg(feature = "client")]
    pub(crate) fn change_texts(&mut self, change: impl Fn(&mut String)) {
        let Self {
            status: _,
            code,
            message,
            request_id,
            recommend,
            access_denied,
            retry_after: _,
        } = self;
        for text in [code, message, request_id, recommend].into_iter().flatten() {
            change(text);
        }
        let Some(AccessDenied {
            auth_action,
            auth_principal_display_name,
            auth_principal_owner_id,
            auth_principal_type,
            auth_resource,
            no_permission_type,
            policy_type,
            encoded_diagnostic_message,
            needed: _,
        }) = access_denied
        else {
            return;
        };
        let details = [
            auth_action,
            auth_principal_display_name,
            auth_principal_owner_id,
            auth_principal_type,
            auth_resource,
            no_permission_type,
            policy_type,
            encoded_diagnostic_message,
        ];
        for text in details.into_iter().flatten() {
            change(text);
        }
    }

    /// Sets the request ID.
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Sets the URL of a page that explains the error.
    pub fn with_recommend(mut self, url: impl Into<String>) -> Self {
        self.recommend = Some(url.into());
        self
    }

    /// Sets the details of a denied permission.
    pub fn with_access_denied(mut self, detail: AccessDenied) -> Self {
        self.access_denied = Some(detail);
        self
    }

    /// Sets the delay after which the service asks to retry.
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }
}

/// Shortens the texts of the service.
impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4096;
        let shown = |text: &Option<String>| text.as_deref().map(|text| escaped(text, SHOWN));
        f.debug_struct("ServiceError")
            .field("status", &self.status)
            .field("code", &shown(&self.code))
            .field("message", &shown(&self.message))
            .field("request_id", &shown(&self.request_id))
            .field("recommend", &shown(&self.recommend))
            .field("access_denied", &self.access_denied)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

/// The permission that was missing (`AccessDeniedDetail` of a response).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessDenied {
    /// The denied RAM action: `oos:ListExecutions`.
    pub auth_action: Option<String>,
    /// The denied principal: a RAM user name, or `role:session`.
    pub auth_principal_display_name: Option<String>,
    /// The Alibaba Cloud account of the principal.
    pub auth_principal_owner_id: Option<String>,
    /// `SubUser`, `AssumedRoleUser`, `FederatedSSO` or another kind of principal.
    pub auth_principal_type: Option<String>,
    /// The resource that the action was checked on, as an ARN; `None` if the service does not
    /// report it.
    pub auth_resource: Option<String>,
    /// `ImplicitDeny` (no policy allows the action) or `ExplicitDeny` (a policy denies it).
    pub no_permission_type: Option<String>,
    /// The kind of policy that decided: `AccountLevelIdentityBasedPolicy`, `ControlPolicy` and
    /// others.
    pub policy_type: Option<String>,
    /// Input of the RAM operation `DecodeDiagnosticMessage`.
    pub encoded_diagnostic_message: Option<String>,
    /// What the request needed, by the documentation of the operation: the action on the resources
    /// that the request names. `None` if that is not documented, or the denied action is another.
    /// In ARNs, `*` takes the place of what neither the request nor the service names.
    pub needed: Option<Statement>,
}

impl AccessDenied {
    /// Returns whether a policy denies the action, so that a further permission cannot help.
    pub fn is_explicit_deny(&self) -> bool {
        self.no_permission_type.as_deref() == Some("ExplicitDeny")
    }

    /// Returns the RAM policy statement, as JSON, that would have allowed the call; `None` if the
    /// action is unknown or an explicit deny has to be removed instead.
    ///
    /// The resource is the one that the service reports, else those that the request
    /// [needed](Self::needed) by the documentation of the operation, else `*`.
    pub fn policy_statement(&self) -> Option<String> {
        if self.is_explicit_deny() {
            return None;
        }
        let needed = self.needed.as_ref();
        let reported = self.auth_action.as_deref().filter(|a| !a.is_empty());
        let action = reported.or_else(|| needed?.actions.first().map(String::as_str))?;
        let resource = match (&self.auth_resource, needed) {
            (Some(resource), _) => Value::from(resource.as_str()),
            (None, Some(needed)) => match needed.resources.as_slice() {
                [resource] => Value::from(resource.as_str()),
                resources => Value::from(resources),
            },
            (None, None) => Value::from("*"),
        };
        let action = Value::from(action);
        Some(format!(
            r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#
        ))
    }
}
