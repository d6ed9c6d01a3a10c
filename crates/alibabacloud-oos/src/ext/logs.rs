//! The log of an execution as it grows.

use crate::model::list_execution_logs::{ExecutionLog, ListExecutionLogsOutput};
use crate::{CallOptions, Client, Result};

/// The most lines that one page may hold.
const PAGE_SIZE: i32 = 100;

/// Reads each line once. The last page is read again and again, from the line where it ended before.
pub(super) struct LogReader<'a> {
    client: &'a Client,
    execution_id: &'a str,
    options: CallOptions,
    /// The last page that was seen; `None` for the first.
    token: Option<String>,
    /// How many lines of that page were given out.
    given: usize,
}

impl<'a> LogReader<'a> {
    pub(super) fn new(client: &'a Client, execution_id: &'a str, options: CallOptions) -> Self {
        Self {
            client,
            execution_id,
            options,
            token: None,
            given: 0,
        }
    }

    /// Gives out the lines that are new. Errors that may pass are left for the next time.
    pub(super) async fn read(
        &mut self,
        give: &mut (dyn FnMut(&ExecutionLog) + Send),
    ) -> Result<()> {
        loop {
            let page = match self.page().await {
                Ok(page) => page,
                Err(error) if error.is_retryable() => return Ok(()),
                Err(error) => return Err(error),
            };
            page.execution_logs
                .iter()
                .skip(self.given)
                .for_each(&mut *give);
            match page.next_token.filter(|token| !token.is_empty()) {
                Some(token) if self.token.as_ref() != Some(&token) => {
                    self.token = Some(token);
                    self.given = 0;
                }
                _ => {
                    self.given = self.given.max(page.execution_logs.len());
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
