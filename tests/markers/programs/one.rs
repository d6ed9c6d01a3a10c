//! Calls one operation.
//!
//! Expected: sts/2015-04-01/GetCallerIdentity

use alibabacloud_sts::{Client, Result};

fn main() -> Result<()> {
    let identity = Client::from_env()?.get_caller_identity().send_blocking()?;
    println!("{:?}", identity.account_id);
    Ok(())
}
