//! `cargo xtask policy`: the RAM policy that allows given operations.

use std::path::PathBuf;

use alibabacloud_core::ram::Policy;
use alibabacloud_spec::{Operation, Ram, Service, find_specs};
use lexopt::prelude::*;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;

/// The text of `cargo xtask policy --help`.
pub const HELP: &str = "\
Print the RAM policy that allows given operations and nothing else.

Usage: cargo xtask policy --product CODE OPERATION... [options]

The policy contains * for each part of a resource that is not given. Actions that no page documents
are reported on standard error.

Options:
  --product CODE     use the operations of this product: oos
  --version VERSION  use this API version [default: the newest]
  --region REGION    allow the operations in this region only
  --account ID       allow the operations on resources of this account only
  --fill NAME=VALUE  allow the operations on resources of this name only: templateName=patch-* for
                     {#templateName}; can be given more than once
  --specs DIR        read specifications from DIR/<product>/<version>/openapi.yaml
                     [default: api-specs]
  -h, --help         print this help

Exit code 1 if there is no such operation.
";

#[derive(Debug, Default)]
struct PolicyOptions {
    product: String,
    version: Option<String>,
    specs: PathBuf,
    policy: Policy,
    operations: Vec<String>,
}

impl PolicyOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            specs: repository::default_specs(),
            ..Self::default()
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("product") => options.product = arguments.value()?.string()?,
                Long("version") => options.version = Some(arguments.value()?.string()?),
                Long("region") => {
                    options.policy = options.policy.region(arguments.value()?.string()?);
                }
                Long("account") => {
                    options.policy = options.policy.account(arguments.value()?.string()?);
                }
                Long("fill") => {
                    let pair = arguments.value()?.string()?;
                    let (name, value) = pair.split_once('=').ok_or_else(|| {
                        Failure::usage(format!("invalid --fill {pair:?}: expected NAME=VALUE"))
                    })?;
                    options.policy = options.policy.fill(name, value);
                }
                Long("specs") => options.specs = arguments.value()?.into(),
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(operation) => options.operations.push(operation.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.product.is_empty() {
            return Err(Failure::usage("no --product given"));
        }
        if options.operations.is_empty() {
            return Err(Failure::usage("no OPERATION given"));
        }
        Ok(options)
    }

    /// Returns the directory of the product version; without a version, the newest one.
    fn directory(&self) -> Result<PathBuf, Failure> {
        let place = self.specs.display();
        let found = find_specs(&self.specs)
            .map_err(|error| Failure::failed(format!("error: cannot list {place}: {error}")))?;
        let product = self.specs.join(&self.product);
        let mut versions = found.into_iter().filter(|dir| match &self.version {
            Some(version) => *dir == product.join(version),
            None => dir.parent() == Some(product.as_path()),
        });
        versions.next_back().ok_or_else(|| {
            let version = self.version.as_deref().unwrap_or("<version>");
            let path = product.join(version).join("openapi.yaml");
            Failure::failed(format!("error: no specification {}", path.display()))
        })
    }
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let mut options = PolicyOptions::parse(arguments)?;
    let service = Service::load(&options.directory()?).map_err(Failure::failed)?;
    let policy = std::mem::take(&mut options.policy);
    let text = document(&service, policy, &options.operations)?;
    for operation in options
        .operations
        .iter()
        .filter_map(|n| service.operation(n))
    {
        note(&service, operation);
    }
    println!("{text}");
    Ok(TaskStatus::Clean)
}

/// Returns the policy with the permissions of these operations, as JSON.
///
/// # Errors
/// Returns a failure with all names that are not operations.
pub fn document<N: AsRef<str>>(
    service: &Service,
    mut policy: Policy,
    operations: &[N],
) -> Result<String, Failure> {
    for operation in find(service, operations)? {
        policy = allow(policy, &service.permissions(operation));
    }
    Ok(policy.to_json())
}

/// Returns the operations by name; reports all unknown names at once.
fn find<'a, N: AsRef<str>>(
    service: &'a Service,
    names: &[N],
) -> Result<Vec<&'a Operation>, Failure> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for name in names.iter().map(AsRef::as_ref) {
        match service.operation(name) {
            Some(operation) => known.push(operation),
            None => unknown.push(name),
        }
    }
    if unknown.is_empty() {
        return Ok(known);
    }
    Err(Failure::failed(format!(
        "error: {} {} has no operation {}",
        service.code,
        service.version,
        unknown.join(", ")
    )))
}

/// Adds the permissions that an operation needs.
fn allow(mut policy: Policy, ram: &Ram) -> Policy {
    for action in &ram.actions {
        let arns = action
            .resources
            .iter()
            .map(|resource| resource.arn.as_str());
        policy = policy.allow_action(&action.action, arns);
        for dependent in &action.dependents {
            policy = policy.allow_action(dependent, []);
        }
    }
    policy
}

/// Reports the actions that no page documents.
fn note(service: &Service, operation: &Operation) {
    let ram = service.permissions(operation);
    for action in ram.actions.iter().filter(|_| ram.derived) {
        eprintln!(
            "note: {} is derived from the name of the operation; no page documents it",
            action.action
        );
    }
}
