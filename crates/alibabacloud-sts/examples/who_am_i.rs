//! Prints the identity of the calls of a program: account, user or role, AccessKey and endpoint.
//!
//! With credentials in the environment or a profile, it asks the real service. Otherwise, or with
//! `--emulator`, it starts an in-process emulator and asks that.
//!
//! ```text
//! cargo run -p alibabacloud-sts --example who_am_i [--emulator]
//! ```

use alibabacloud_emulator::Emulator;
use alibabacloud_sts::credentials::{
    CallerIdentity, Credentials, DefaultChain, ProviderChain, ProviderContext,
};
use alibabacloud_sts::time::TokioTime;
use alibabacloud_sts::transport::{HyperClient, TransportConfig};
use alibabacloud_sts::{Client, Config};
use std::error::Error;
use std::io::{Write, stdout};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut use_emulator = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--emulator" => use_emulator = true,
            unknown => return Err(format!("unknown argument {unknown}").into()),
        }
    }
    let http = HyperClient::new(TransportConfig::new())?;
    let context = ProviderContext::new(Arc::new(http), Arc::new(TokioTime::new()));
    if !use_emulator {
        // What a client of `Config::from_env` signs its calls with.
        let explanation = DefaultChain::new().explain(&context).await;
        if let Some(identity) = explanation.identity {
            return who_am_i(&Client::from_env()?, &identity).await;
        }
    }
    let emulator = Emulator::start().await?;
    writeln!(
        stdout(),
        "No credentials, or --emulator: using an emulator at {}.\n",
        emulator.url()
    )?;
    let credentials =
        Credentials::access_key(emulator.access_key_id(), emulator.access_key_secret());
    let chain = ProviderChain::new("emulator").then(credentials);
    let identity = chain.explain(&context).await.identity;
    let identity = identity.ok_or("the emulator has no credentials")?;
    let config: Config = emulator.config();
    who_am_i(&Client::new(config)?, &identity).await
}

/// Asks the service who calls it, and prints that beside what the client knows itself.
async fn who_am_i(client: &Client, identity: &CallerIdentity) -> Result<(), Box<dyn Error>> {
    let request = client.get_caller_identity();
    // The address is known before anything is sent.
    let preview = request.preview()?;
    let endpoint = preview.url().split("/?").next().unwrap_or_default();
    let caller = request.send().await?;

    let unknown = || "unknown".to_owned();
    let rows = [
        ("account", caller.account_id.unwrap_or_else(unknown)),
        (
            "identity",
            caller
                .identity_type
                .map_or_else(unknown, |kind| kind.to_string()),
        ),
        ("ARN", caller.arn.unwrap_or_else(unknown)),
        // Users have a user ID, roles a role ID, and the root of an account neither.
        (
            "ID",
            caller.user_id.or(caller.role_id).unwrap_or_else(unknown),
        ),
        (
            "key",
            // The middle is masked. Bearer tokens and anonymous calls have no key.
            identity
                .access_key_id
                .clone()
                .unwrap_or_else(|| "none".to_owned()),
        ),
        ("from", identity.provider.clone()),
        ("endpoint", endpoint.to_owned()),
    ];
    let mut out = stdout().lock();
    for (name, value) in rows {
        writeln!(out, "{name:<9} {value}")?;
    }
    Ok(())
}
