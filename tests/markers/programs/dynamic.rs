//! Calls operations behind `dyn` and function pointers; one implementation is never created.
//!
//! Expected: oos/2019-06-01/ListActions
//! Expected: oos/2019-06-01/ListTagKeys
//! Expected: sts/2015-04-01/AssumeRole
//! Unreachable: oos/2019-06-01/ListTagValues

use alibabacloud_oos::{Client, Result};

trait Job {
    fn run(&self, client: &Client) -> Result<String>;
}

struct Actions;
struct Keys;
#[allow(dead_code)]
struct Values;

impl Job for Actions {
    fn run(&self, client: &Client) -> Result<String> {
        Ok(format!("{:?}", client.list_actions().send_blocking()?))
    }
}

impl Job for Keys {
    fn run(&self, client: &Client) -> Result<String> {
        Ok(format!("{:?}", client.list_tag_keys().send_blocking()?))
    }
}

impl Job for Values {
    fn run(&self, client: &Client) -> Result<String> {
        Ok(format!("{:?}", client.list_tag_values().send_blocking()?))
    }
}

fn assume(arn: &str) -> Result<String> {
    let client = alibabacloud_sts::Client::from_env()?;
    let role = client.assume_role(arn, "session").send_blocking()?;
    Ok(format!("{:?}", role.request_id))
}

type Assume = fn(&str) -> Result<String>;

fn main() -> Result<()> {
    let client = Client::from_env()?;
    let jobs: Vec<Box<dyn Job>> = match std::env::args().len() {
        1 => vec![Box::new(Actions)],
        _ => vec![Box::new(Actions), Box::new(Keys)],
    };
    for job in &jobs {
        println!("{}", job.run(&client)?);
    }
    let functions: &[(&str, Assume)] = &[("assume", assume)];
    for argument in std::env::args() {
        for (_, function) in functions.iter().filter(|(name, _)| *name == argument) {
            println!("{}", function(&argument)?);
        }
    }
    Ok(())
}
