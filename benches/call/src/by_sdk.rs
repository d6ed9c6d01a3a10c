//! The call with the SDK.

use super::{Caller, Failure, ID, INSTANCE, Page, REGION, SECRET};
use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_oos::Client;
use std::future::Future;
use std::pin::Pin;

pub(crate) struct Sdk(Client);

impl Sdk {
    pub(crate) fn new(address: &str) -> Result<Self, Failure> {
        let transport = HyperClient::new(TransportConfig::new().no_proxy())?;
        let config = Config::new()
            .region(REGION)
            .endpoint(format!("http://{address}"))
            .credentials(Credentials::access_key(ID, SECRET))
            .http_client(transport);
        Ok(Self(Client::new(config)?))
    }
}

impl Caller for Sdk {
    fn call(&self, page: Page) -> Pin<Box<dyn Future<Output = Result<usize, Failure>> + '_>> {
        Box::pin(async move {
            let (requested, _) = page.sizes();
            let call = self
                .0
                .list_instance_package_states(INSTANCE)
                .max_results(requested);
            Ok(call.send().await?.package_states.len())
        })
    }
}
