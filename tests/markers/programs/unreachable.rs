//! Has calls that nothing reaches: in a function that is not called, behind a constant, and in a
//! method of a type that is never created. One call depends on the arguments, and counts.
//!
//! Expected: oos/2019-06-01/GetTemplate
//! Expected: oos/2019-06-01/ListTemplates
//! Unreachable: oos/2019-06-01/CreateTemplate
//! Unreachable: oos/2019-06-01/DeleteTemplate
//! Unreachable: oos/2019-06-01/UpdateTemplate

use alibabacloud_oos::{Client, Result};

const MAY_CREATE: bool = false;

fn main() -> Result<()> {
    let client = Client::from_env()?;
    if MAY_CREATE {
        println!("{:?}", client.create_template("{}", "a").send_blocking()?);
    }
    if std::env::args().len() > 1 {
        println!("{:?}", client.get_template("a").send_blocking()?);
    }
    println!("{:?}", client.list_templates().send_blocking()?);
    Ok(())
}

#[allow(dead_code)]
fn delete(client: &Client) -> Result<()> {
    println!("{:?}", client.delete_template("a").send_blocking()?);
    Ok(())
}

#[allow(dead_code)]
struct Editor(Client);

#[allow(dead_code)]
impl Editor {
    fn edit(&self) -> Result<()> {
        println!("{:?}", self.0.update_template("a", "{}").send_blocking()?);
        Ok(())
    }
}
