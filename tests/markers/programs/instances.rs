//! Calls operations of a big service, and two of other services.
//!
//! Expected: ecs/2014-05-26/CreateSnapshot
//! Expected: ecs/2014-05-26/DescribeDisks
//! Expected: ecs/2014-05-26/DescribeInstances
//! Expected: ecs/2014-05-26/RunInstances
//! Expected: oos/2019-06-01/ListExecutions
//! Expected: sts/2015-04-01/GetCallerIdentity

use alibabacloud_ecs::{Client, Result};

fn main() -> Result<()> {
    let client = Client::from_env()?;
    for instance in client.describe_instances().by_item_blocking() {
        println!("{:?}", instance?);
    }
    println!("{:?}", client.run_instances().amount(1).send_blocking()?);
    println!("{:?}", client.describe_disks().send_blocking()?);
    println!("{:?}", client.create_snapshot("d-1").send_blocking()?);
    let sts = alibabacloud_sts::Client::from_env()?;
    println!("{:?}", sts.get_caller_identity().send_blocking()?);
    let oos = alibabacloud_oos::Client::from_env()?;
    println!("{:?}", oos.list_executions().send_blocking()?);
    Ok(())
}
