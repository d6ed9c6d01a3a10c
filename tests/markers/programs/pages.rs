//! Reads lists in all ways.
//!
//! Expected: oos/2019-06-01/ListExecutions
//! Expected: oos/2019-06-01/ListTemplates
//! Expected: ram/2015-05-01/ListUsers

use alibabacloud_oos::{Client, Result};

fn main() -> Result<()> {
    let oos = Client::from_env()?;
    for page in oos.list_templates().by_page_blocking() {
        println!("{:?}", page?);
    }
    for execution in oos.list_executions().by_item_blocking() {
        println!("{:?}", execution?);
    }
    let ram = alibabacloud_ram::Client::from_env()?;
    println!("{:?}", ram.list_users().send_blocking()?);
    Ok(())
}
