//! The same call for many targets, such as all regions or all accounts.

use crate::time::BoxFuture;
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs `call` for each target, at most `limit` at a time (0 counts as 1).
///
/// The targets are whatever the calls differ in: region IDs, clients of several accounts,
/// identifiers. A call that fails does not stop the others. Nothing runs before the stream is
/// polled, and dropping it cancels the calls that have not ended. All calls run in the task that
/// polls the stream, so `call` may borrow.
///
/// # Examples
/// ```
/// # async fn example(client: alibabacloud_core::Client) {
/// use alibabacloud_core::{CallOptions, fan_out};
///
/// let regions = ["cn-hangzhou", "cn-beijing", "eu-central-1"];
/// let results = fan_out(regions, 2, |region| {
///     let call = client.call_raw("oos", "2019-06-01", "ListTemplates", &[]);
///     call.with_options(CallOptions::new().region(region)).send()
/// });
/// let results = results.collect().await;
/// for (region, templates) in &results.values {
///     println!("{region}: {}", templates.output());
/// }
/// for (region, error) in &results.errors {
///     eprintln!("{region}: {error}");
/// }
/// # }
/// ```
pub fn fan_out<'a, I, C, F, V, E>(
    targets: I,
    limit: usize,
    mut call: C,
) -> FanOut<'a, I::Item, V, E>
where
    I: IntoIterator,
    I::IntoIter: Send + 'a,
    I::Item: Clone + 'a,
    C: FnMut(I::Item) -> F + Send + 'a,
    F: Future<Output = Result<V, E>> + Send + 'a,
{
    let calls = targets
        .into_iter()
        .enumerate()
        .map(move |(index, target)| Running {
            index,
            target: target.clone(),
            call: Box::pin(call(target)),
        });
    FanOut {
        waiting: Some(Box::new(calls)),
        running: Vec::new(),
        limit: limit.max(1),
    }
}

/// The results of [`fan_out`], each with its target, in the order in which the calls end. A
/// [`Stream`]; without stream utilities, call [`FanOut::next`] or [`FanOut::collect`].
#[must_use = "nothing runs before `next` or `collect` is called or the stream is polled"]
pub struct FanOut<'a, T, V, E> {
    /// The calls that have not begun; `None` after the last.
    waiting: Option<Box<dyn Iterator<Item = Running<'a, T, V, E>> + Send + 'a>>,
    running: Vec<Running<'a, T, V, E>>,
    limit: usize,
}

/// A call that has begun.
struct Running<'a, T, V, E> {
    /// The position of its target.
    index: usize,
    target: T,
    call: BoxFuture<'a, Result<V, E>>,
}

/// All results of [`fan_out`], in the order of the targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FanOutResults<T, V, E> {
    /// The outputs of the calls that succeeded.
    pub values: Vec<(T, V)>,
    /// The errors of the calls that failed.
    pub errors: Vec<(T, E)>,
}

impl<T, V, E> FanOut<'_, T, V, E> {
    /// Returns the next result; `None` after the last. Cancelling the future loses no result.
    pub async fn next(&mut self) -> Option<(T, Result<V, E>)> {
        poll_fn(|context| self.poll_result(context))
            .await
            .map(|(_, target, result)| (target, result))
    }

    /// Waits for all calls, and returns what succeeded and what failed.
    pub async fn collect(mut self) -> FanOutResults<T, V, E> {
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        while let Some((index, target, result)) = poll_fn(|context| self.poll_result(context)).await
        {
            match result {
                Ok(value) => values.push((index, (target, value))),
                Err(error) => errors.push((index, (target, error))),
            }
        }
        values.sort_by_key(|(index, _)| *index);
        errors.sort_by_key(|(index, _)| *index);
        FanOutResults {
            values: values.into_iter().map(|(_, value)| value).collect(),
            errors: errors.into_iter().map(|(_, error)| error).collect(),
        }
    }

    /// Polls every call that runs, the oldest first: with a handful of calls, each waiting for a
    /// server, that costs less than a waker for each.
    #[expect(
        clippy::type_complexity,
        reason = "a name would be used in this file only"
    )]
    fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, T, Result<V, E>)>> {
        while self.running.len() < self.limit {
            match self.waiting.as_mut().and_then(Iterator::next) {
                Some(call) => self.running.push(call),
                None => {
                    self.waiting = None;
                    break;
                }
            }
        }
        for position in 0..self.running.len() {
            let Some(running) = self.running.get_mut(position) else {
                break;
            };
            if let Poll::Ready(result) = running.call.as_mut().poll(context) {
                let Running { index, target, .. } = self.running.remove(position);
                return Poll::Ready(Some((index, target, result)));
            }
        }
        match self.running.is_empty() {
            true => Poll::Ready(None),
            false => Poll::Pending,
        }
    }
}

// Its fields are never pinned: the calls are in boxes.
impl<T, V, E> Unpin for FanOut<'_, T, V, E> {}

impl<T, V, E> Stream for FanOut<'_, T, V, E> {
    type Item = (T, Result<V, E>);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let result = self.get_mut().poll_result(context);
        result.map(|result| result.map(|(_, target, result)| (target, result)))
    }
}

impl<T: fmt::Debug, V, E> fmt::Debug for FanOut<'_, T, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let running: Vec<_> = self.running.iter().map(|running| &running.target).collect();
        f.debug_struct("FanOut")
            .field("running", &running)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
