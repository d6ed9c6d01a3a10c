//! Where do my credentials come from? Walks the default chain and prints what each source said.
//!
//! ```text
//! cargo run -p alibabacloud-core --example explain_credentials
//! ```

use alibabacloud_core::credentials::{DefaultChain, ProviderContext};
use alibabacloud_core::time::TokioTime;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use std::process::ExitCode;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let http = HyperClient::new(TransportConfig::new())?;
    let context = ProviderContext::new(Arc::new(http), Arc::new(TokioTime::new()));
    let explanation = DefaultChain::new().explain(&context).await;
    println!("{explanation}");
    Ok(match explanation.identity {
        Some(_) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    })
}
