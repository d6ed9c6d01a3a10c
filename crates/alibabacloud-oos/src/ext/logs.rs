//! Reads the log of an execution while it grows.

use crate::model::list_execution_logs::{ExecutionLog, ListExecutionLogsOutput};
use crate::{CallOptions, Client, Error, Result};
use std::collections::HashSet;
use std::time::Duration;

/// Maximum number of lines per page.
const PAGE_SIZE: i32 = 100;

/// How long the log of a new execution may be unknown to the service.
const LATE_INDEX: Duration = Duration::from_secs(10);

/// Reads each line once. It reads the last page repeatedly and skips the lines already delivered.
pub(super) struct LogReader<'a> {
    client: &'a Client,
    execution_id: &'a str,
    options: CallOptions,
    /// Token of the last page read; `None` for the first page.
    token: Option<String>,
    /// Number of lines of that page already delivered.
    delivered: usize,
    /// Whether a page was read, so that the log exists.
    is_known: bool,
}

impl<'a> LogReader<'a> {
    pub(super) fn new(client: &'a Client, execution_id: &'a str, options: CallOptions) -> Self {
        Self {
            client,
            execution_id,
            options,
            token: None,
            delivered: 0,
            is_known: false,
        }
    }

    /// Passes new lines to the callback. After a retryable error, the next call reads them.
    /// `elapsed` is the time since the start.
    pub(super) async fn read(
        &mut self,
        callback: &mut (dyn FnMut(&ExecutionLog) + Send),
        elapsed: Duration,
    ) -> Result<()> {
        let mut tokens = HashSet::new();
        loop {
            let page = match self.page().await {
                Ok(page) => page,
                Err(error) if error.is_retryable() => return Ok(()),
                Err(error) if error.is_not_found() && elapsed < LATE_INDEX && !self.is_known => {
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            self.is_known = true;
            page.execution_logs
                .iter()
                .skip(self.delivered)
                .for_each(&mut *callback);
            match page.next_token.filter(|token| !token.is_empty()) {
                Some(token) if self.token.as_ref() != Some(&token) => {
                    if !tokens.insert(token.clone()) {
                        return Err(Error::decode(format!(
                            "the service returned page token {token:?} of the log twice"
                        )));
                    }
                    self.token = Some(token);
                    self.delivered = 0;
                }
                _ => {
                    self.delivered = self.delivered.max(page.execution_logs.len());
                    return Ok(());
                }
            }
        }
    }

    async fn page(&self) -> Result<ListExecutionLogsOutput> {
        let mut request = self
            .client
            .list_execution_logs(self.execution_id)
            .max_results(PAGE_SIZE)
            .with_options(self.options.clone());
        if let Some(token) = &self.token {
            request = request.next_token(token);
        }
        request.send().await
    }
}
