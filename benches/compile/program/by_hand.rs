//! The call of `by_sdk.rs` with reqwest, serde, hmac and sha2 and no further dependency.

mod sign;

use serde::Deserialize;
use std::error::Error;

const HOST: &str = "oos.cn-hangzhou.aliyuncs.com";
const QUERY: &str = "InstanceId=i-bp1cpoexample0000000&MaxResults=50&RegionId=cn-hangzhou";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    package_states: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Package {
    template_name: Option<String>,
    template_version: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let mut request = http.post(format!("https://{HOST}/?{QUERY}"));
    for (name, value) in sign::headers(HOST, QUERY, "ListInstancePackageStates", "2019-06-01")? {
        request = request.header(name, value);
    }
    let response = request.send().await?;
    let page: Page = response.error_for_status()?.json().await?;
    for package in page.package_states {
        println!("{:?} {:?}", package.template_name, package.template_version);
    }
    Ok(())
}
