//! Calls operations in generic functions, for two of three types.
//!
//! Expected: ram/2015-05-01/GetGroup
//! Expected: ram/2015-05-01/GetUser
//! Unreachable: ram/2015-05-01/GetRole

use alibabacloud_ram::{Client, Result};

trait Look {
    fn look(client: &Client, name: &str) -> Result<String>;
}

struct User;
struct Group;
#[allow(dead_code)]
struct Role;

impl Look for User {
    fn look(client: &Client, name: &str) -> Result<String> {
        Ok(format!("{:?}", client.get_user(name).send_blocking()?))
    }
}

impl Look for Group {
    fn look(client: &Client, name: &str) -> Result<String> {
        Ok(format!("{:?}", client.get_group(name).send_blocking()?))
    }
}

impl Look for Role {
    fn look(client: &Client, name: &str) -> Result<String> {
        Ok(format!("{:?}", client.get_role(name).send_blocking()?))
    }
}

fn print<L: Look>(client: &Client, names: impl Iterator<Item = String>) -> Result<()> {
    for name in names {
        println!("{}", L::look(client, &name)?);
    }
    Ok(())
}

fn main() -> Result<()> {
    let client = Client::from_env()?;
    print::<User>(&client, std::env::args())?;
    print::<Group>(&client, std::env::args())
}
