//! Functions that call operations, for the program `other_crate`.

use alibabacloud_oos::{Client, Result};

pub fn cancel(client: &Client, id: &str) -> Result<String> {
    Ok(format!("{:?}", client.cancel_execution(id).send_blocking()?))
}

pub fn delete(client: &Client, id: &str) -> Result<String> {
    Ok(format!("{:?}", client.delete_executions([id]).send_blocking()?))
}

pub fn with_logs<T>(client: &Client, id: impl Into<String>, f: impl Fn(&str) -> T) -> Result<T> {
    let logs = client.list_execution_logs(id).send_blocking()?;
    Ok(f(&format!("{logs:?}")))
}

pub fn roles() -> Result<String> {
    let client = alibabacloud_ram::Client::from_env()?;
    Ok(format!("{:?}", client.list_roles().send_blocking()?))
}

pub fn delete_role(name: &str) -> Result<String> {
    let client = alibabacloud_ram::Client::from_env()?;
    Ok(format!("{:?}", client.delete_role(name).send_blocking()?))
}
