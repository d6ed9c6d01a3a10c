//! A call with the SDK whose transport returns a prepared response: everything but the network.

use super::{Failure, counted_section, page, runtime};
use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{Headers, HttpClient, HttpRequest, HttpResponse, TransportError};
use alibabacloud_core::time::BoxFuture;
use alibabacloud_oos::Client;

/// Returns the same page for each request.
#[derive(Debug)]
struct Prepared {
    headers: Headers,
    body: &'static [u8],
}

impl HttpClient for Prepared {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let response = HttpResponse::new(200, self.headers.clone(), self.body);
        Box::pin(async { Ok(response) })
    }
}

/// Requests a page of this many packages.
pub(super) fn run(times: u32, packages: usize) -> Result<(), Failure> {
    let mut headers = Headers::new();
    for (name, value) in [
        ("date", "Sat, 14 Mar 2026 15:09:26 GMT"),
        ("content-type", "application/json;charset=utf-8"),
        ("x-acs-request-id", "1306108F-610C-40FD-AAD5-9DA7F1D07A13"),
    ] {
        headers.append(name, value);
    }
    let transport = Prepared {
        headers,
        body: page(packages).leak().as_bytes(),
    };
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key(
            "LTAI5tExampleKey00000001",
            "exampleSecretOfThirtyCharacte",
        ))
        .http_client(transport);
    let client = Client::new(config)?;
    let runtime = runtime()?;
    let call = async |times| {
        for _ in 0..times {
            let call = client.list_instance_package_states("i-bp1cpoexample0000000");
            let found = call.max_results(50).send().await?.package_states.len();
            if found != packages {
                return Err(format!("expected {packages} packages, found {found}").into());
            }
        }
        Ok(())
    };
    runtime.block_on(call(10))?;
    counted_section(&mut || runtime.block_on(call(times)))
}
