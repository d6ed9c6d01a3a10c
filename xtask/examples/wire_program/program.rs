//! Sends each case through the operation that it names and prints the response.
//!
//! Takes the URL of the service as its argument and one case per line of standard input,
//! `{"operation", "input"}`, with values by wire name. Each line of standard output is
//! `{"output"}`, with all values by wire name again, or `{"error"}`.

mod operations;

use sdk::credentials::Credentials;
use sdk::retry::RetryConfig;
use sdk::{Client, Config};
use serde_json::{Value, json};

/// The output of a call as JSON.
type Outcome = Result<Value, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("no URL of the service given")?;
    let config = Config::new()
        .region("cn-hangzhou")
        .endpoint(url)
        .credentials(Credentials::access_key("interop", "interop-secret"))
        .retry(RetryConfig::off());
    let client = Client::new(config)?;
    for line in std::io::stdin().lines() {
        let case: Value = serde_json::from_str(&line?)?;
        let operation = case["operation"].as_str().unwrap_or_default();
        let result = match operations::call(&client, operation, case["input"].clone()).await {
            Ok(output) => json!({ "output": output }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        println!("{result}");
    }
    Ok(())
}
