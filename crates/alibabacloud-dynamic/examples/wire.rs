//! Sends each case through the operation that it names and prints the response, as the programs do
//! that `tests/interop` writes for generated crates. The scripts there compare what both send.
//!
//! Takes the directory of a specification and the URL of the service, and one case per line of
//! standard input, `{"operation", "input"}`. Each line of standard output is `{"output"}` or
//! `{"error"}`.

use alibabacloud_dynamic::credentials::Credentials;
use alibabacloud_dynamic::retry::RetryConfig;
use alibabacloud_dynamic::{Client, Config, Result, Service};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [specification, url] = arguments.as_slice() else {
        return Err("usage: wire SPEC URL".into());
    };
    let config = Config::new()
        .region("cn-hangzhou")
        .endpoint(url)
        .credentials(Credentials::access_key("interop", "interop-secret"))
        .retry(RetryConfig::off());
    let client = Service::from_dir(specification)?.client(config)?;
    for line in std::io::stdin().lines() {
        let result = match call(&client, serde_json::from_str(&line?)?).await {
            Ok(output) => json!({ "output": output }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        println!("{result}");
    }
    Ok(())
}

async fn call(client: &Client, mut case: Value) -> Result<Value> {
    let input = case["input"].take();
    let operation = case["operation"].as_str().unwrap_or_default();
    client.call(operation, input)?.send().await
}
