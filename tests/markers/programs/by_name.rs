//! Calls operations by name, which have no marker of their own.
//!
//! Expected: raw
//! Expected: oos/2019-06-01/GetTemplate

use alibabacloud_oos::{Client, Result};

fn main() -> Result<()> {
    let client = Client::from_env()?;
    println!("{:?}", client.call_raw("ListNewThings", &[]).send_blocking()?);
    println!("{:?}", client.get_template("a").send_blocking()?);
    Ok(())
}
