//! Credentials of programs in a browser or Node: from a callback, or none.

use super::task::reply;
use crate::credentials::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::time::BoxFuture;
use std::future::ready;
use tokio::sync::{mpsc, oneshot};
use wasm_bindgen_futures::spawn_local;

/// The result of a provider.
type Provided = Result<Credentials, CredentialsError>;

/// Credentials that a function of the program returns, such as one that asks the backend of a page
/// for temporary credentials of STS.
///
/// The function may keep and await values of JavaScript. It is called when there are no valid
/// credentials, and in the background before they expire: `Config::credentials` adds a
/// [`CachedProvider`](crate::credentials::CachedProvider). Set the expiry of temporary credentials
/// ([`Credentials::with_expiry`]), so that they are renewed in time. The chapter of the guide about
/// browsers has an example.
#[derive(Debug)]
pub struct CredentialsCallback {
    /// To the task that calls the function.
    requests: mpsc::UnboundedSender<oneshot::Sender<Provided>>,
}

impl CredentialsCallback {
    /// Creates a provider that calls `callback`, never twice at the same time.
    pub fn new(callback: impl AsyncFn() -> Provided + 'static) -> Self {
        let (requests, mut received) = mpsc::unbounded_channel::<oneshot::Sender<Provided>>();
        // The callback stays in a task of this thread, which ends with the provider.
        spawn_local(async move {
            while let Some(sender) = received.recv().await {
                reply(sender, callback()).await;
            }
        });
        Self { requests }
    }
}

impl ProvideCredentials for CredentialsCallback {
    fn name(&self) -> &str {
        "callback"
    }

    fn provide<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Provided> {
        Box::pin(async {
            let (sender, provided) = oneshot::channel();
            let panicked = || CredentialsError::new("the callback panicked");
            self.requests.send(sender).map_err(|_| panicked())?;
            let credentials = provided.await.map_err(|_| panicked())??;
            Ok(credentials.with_provider(self.name()))
        })
    }
}

/// The default credentials on this target: none, because there are no variables, files and
/// metadata service to search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoCredentials;

impl NoCredentials {
    pub(crate) fn new() -> Self {
        Self
    }
}

impl ProvideCredentials for NoCredentials {
    fn name(&self) -> &str {
        "none"
    }

    fn provide<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Provided> {
        Box::pin(ready(Err(CredentialsError::not_configured(
            "no credentials: this target has no environment to search; set a provider with \
             Config::credentials, such as wasm::CredentialsCallback",
        ))))
    }
}
