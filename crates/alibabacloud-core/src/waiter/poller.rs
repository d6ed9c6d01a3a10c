//! The calls of a wait.

use crate::client::Client;
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::options::CallOptions;
use crate::orchestrator::{self, resolve::ResolvedCall};
use crate::response::Response;
use crate::response::output::read_output;
use alibabacloud_types::plumbing::{Field, Record};
use std::time::Duration;

/// The part of a waiter that does not depend on the type of the output.
pub(super) struct Poller {
    pub(super) client: Client,
    pub(super) operation: &'static Operation,
    /// The resource that the request names, for messages: ` of ExecutionId exec-1`.
    pub(super) target: String,
    pub(super) options: CallOptions,
    /// The name of the waiter, for messages: `ExecutionFinished`.
    pub(super) name: &'static str,
    pub(super) success_errors: &'static [&'static str],
    /// The parameter that should name resources and names none.
    pub(super) empty_parameter: Option<&'static str>,
}

impl Poller {
    /// Makes one call; `is_page` is whether all pages of the list are read.
    pub(super) async fn poll(&self, input: &dyn Record, is_page: bool) -> Result<Response<()>> {
        let (shared, options) = (self.client.shared(), &self.options);
        let call = ResolvedCall::from_operation(shared, self.operation, input, options, is_page);
        Ok(orchestrator::invoke(shared, call).await?.response)
    }

    pub(super) fn read<O: Field + Default>(&self, response: Response<()>) -> Result<O> {
        read_output(self.operation, response).map(Response::into_output)
    }

    /// Returns whether an error ends the wait with success.
    pub(super) fn is_success(&self, error: &Error) -> bool {
        error
            .code()
            .is_some_and(|code| self.success_errors.contains(&code))
    }

    /// Returns the error of resources that the service does not know, or no longer: those in
    /// `missing`, or the only one.
    pub(super) fn unknown(&self, missing: &[String], was_known: bool, absent: Duration) -> Error {
        let which = match missing {
            [] => String::new(),
            missing => format!("{} ", missing.join(", ")),
        };
        let seconds = absent.as_secs();
        let text = match was_known {
            false => format!(
                "{which}not known to the service after {seconds} s; check the ID and the region"
            ),
            true => format!(
                "{which}no longer known to the service for {seconds} s; it may have been deleted"
            ),
        };
        self.error(Error::unsuccessful, &text)
    }

    /// Checks that the request names a resource. Without one, the service would list all.
    ///
    /// # Errors
    /// If it names none.
    pub(super) fn check_target(&self) -> Result<()> {
        let Some(name) = self.empty_parameter else {
            return Ok(());
        };
        let text = format!("{name} is empty; pass at least one ID");
        Err(self.error(Error::invalid_input, &text))
    }

    /// Creates an error that names the waiter and the resource.
    pub(super) fn error(&self, create: fn(String) -> Error, text: &str) -> Error {
        create(format!("waiting for {}{}: {text}", self.name, self.target))
            .on(self.operation.qualified_name(), 0)
    }
}
