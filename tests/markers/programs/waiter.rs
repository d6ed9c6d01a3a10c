//! Starts work and waits for it; the waiter calls an operation that is not named here.
//!
//! Expected: oos/2019-06-01/ListExecutions
//! Expected: oos/2019-06-01/StartExecution

use alibabacloud_oos::{Client, Result};

fn main() -> Result<()> {
    let client = Client::from_env()?;
    let started = client.start_execution().template_name("patch").send_blocking()?;
    println!("{started:?}");
    let execution = client.wait_until_execution_finished("exec-1").wait_blocking()?;
    println!("{execution:?}");
    Ok(())
}
