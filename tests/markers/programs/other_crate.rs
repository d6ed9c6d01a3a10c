//! Calls operations through another crate, which has more functions than the program uses.
//!
//! Expected: oos/2019-06-01/CancelExecution
//! Expected: oos/2019-06-01/ListExecutionLogs
//! Expected: ram/2015-05-01/ListRoles
//! Unreachable: oos/2019-06-01/DeleteExecutions
//! Unreachable: ram/2015-05-01/DeleteRole

use alibabacloud_oos::{Client, Result};

fn main() -> Result<()> {
    let client = Client::from_env()?;
    for id in std::env::args().skip(1) {
        println!("{}", marker_helper::cancel(&client, &id)?);
        println!("{}", marker_helper::with_logs(&client, id.as_str(), |logs| logs.len())?);
    }
    println!("{}", marker_helper::roles()?);
    Ok(())
}
