//! `cargo xtask policy`: the RAM policy that allows given operations, or those of a program.

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use alibabacloud_core::ram::{PermissionStatus, Policy};
use alibabacloud_spec::{Operation, RamStatus, Service, find_specs};
use cargo_acs_policy::{
    Action, Needs, OperationId, Permission, PermissionTable, PolicyOptions, ServicePermissions,
    help_with_policy_options, not_included, read_program,
};
use lexopt::prelude::*;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask policy --help`.
pub const HELP: &str = help_with_policy_options!(
    "\
Print the RAM policy that allows given operations, or those of a program, and nothing else.

Usage: cargo xtask policy --product CODE OPERATION... [options]
       cargo xtask policy --binary FILE [options]

The policy contains * for each part of a resource that is not given. Actions that are not documented
come last, and are reported on standard error. `cargo acs-policy` does the same for programs without
a clone of this repository.

Options:
  --product CODE     use the operations of this product: oos
  --version VERSION  use this API version [default: the newest]
  --binary FILE      use the operations that this program can call
",
    "  --specs DIR        read specifications from DIR/<product>/<version>/openapi.yaml
                     [default: api-specs]
  -h, --help         print this help

Exit code 1 if there is no such operation, or --check finds something missing.
"
);

#[derive(Debug, Default)]
struct TaskOptions {
    product: String,
    version: Option<String>,
    binary: Option<PathBuf>,
    specs: PathBuf,
    policy: PolicyOptions,
    operations: Vec<String>,
}

impl TaskOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            specs: repository::default_specs(),
            ..Self::default()
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("product") => options.product = arguments.value()?.string()?,
                Long("version") => options.version = Some(arguments.value()?.string()?),
                Long("binary") => options.binary = Some(arguments.value()?.into()),
                Long("specs") => options.specs = arguments.value()?.into(),
                Short('h') | Long("help") => return Err(Failure::Help),
                Long(name) => {
                    let name = name.to_owned();
                    if !options.policy.read(&name, &mut arguments)? {
                        return Err(Long(&name).unexpected().into());
                    }
                }
                Value(operation) => options.operations.push(operation.string()?),
                other @ Short(_) => return Err(other.unexpected().into()),
            }
        }
        if options.binary.is_some() {
            return Ok(options);
        }
        if options.product.is_empty() {
            return Err(Failure::usage("no --product given"));
        }
        if options.operations.is_empty() {
            return Err(Failure::usage("no OPERATION given"));
        }
        Ok(options)
    }

    /// Returns the services that the operations are from, and the operations.
    fn operations(&self) -> Result<(Vec<Service>, BTreeSet<OperationId>), Failure> {
        let Some(binary) = &self.binary else {
            let directory = self.directory()?;
            let service = Service::load(&directory).map_err(Failure::failed)?;
            let operations = find(&service, &self.operations)?;
            let operations = operations.into_iter().map(|o| id(&service, o)).collect();
            return Ok((vec![service], operations));
        };
        let linked = read_program(binary).map_err(|e| Failure::failed(format!("error: {e}")))?;
        for note in not_included(&linked) {
            eprintln!("note: {note}");
        }
        let versions: BTreeSet<PathBuf> = linked
            .operations
            .iter()
            .map(|operation| self.specs.join(&operation.product).join(&operation.version))
            .collect();
        let known = versions.iter().filter(|directory| directory.is_dir());
        let services: Result<Vec<Service>, _> = known.map(|path| Service::load(path)).collect();
        Ok((services.map_err(Failure::failed)?, linked.operations))
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
    let options = TaskOptions::parse(arguments)?;
    let (services, operations) = options.operations()?;
    let table = PermissionTable::new(services.iter().map(service_permissions).collect());
    let program = options.binary.as_deref().and_then(Path::file_stem);
    let program = program.map_or("policy".into(), |name| name.to_string_lossy());
    let report = options.policy.report(&table, operations, &program);
    let report = report.map_err(|error| Failure::failed(format!("error: {error}")))?;
    for note in &report.notes {
        eprintln!("note: {note}");
    }
    for missing in &report.missing {
        eprintln!("error: {missing}");
    }
    // A reader that closes the pipe early does not need the rest.
    let _ = std::io::stdout().write_all(report.text.as_bytes());
    Ok(if report.missing.is_empty() {
        TaskStatus::Clean
    } else {
        TaskStatus::Findings
    })
}

/// Returns the policy with the permissions of these operations, as JSON.
///
/// # Errors
/// Returns a failure with all names that are not operations.
pub fn document<N: AsRef<str>>(
    service: &Service,
    policy: Policy,
    operations: &[N],
) -> Result<String, Failure> {
    let operations = find(service, operations)?;
    let table = PermissionTable::new(vec![service_permissions(service)]);
    let needs = Needs::new(&table, operations.into_iter().map(|o| id(service, o)));
    Ok(needs.add_to(policy, true).to_json())
}

/// Returns the permissions of all operations of a service that a client can call.
pub fn service_permissions(service: &Service) -> ServicePermissions {
    let callable = service
        .operations
        .iter()
        .filter(|o| o.unsupported.is_none());
    ServicePermissions {
        product: service.code.clone(),
        version: service.version.clone(),
        ram_code: service.ram_code().to_owned(),
        operations: callable
            .map(|operation| (operation.name.clone(), permission(service, operation)))
            .collect(),
    }
}

fn permission(service: &Service, operation: &Operation) -> Permission {
    let ram = service.permissions(operation);
    let actions = ram.actions.iter().map(|action| Action {
        name: action.action.clone(),
        resources: action.resources.iter().map(|r| r.arn.clone()).collect(),
        conditions: action.conditions.clone(),
        dependents: action.dependents.clone(),
    });
    Permission {
        status: match ram.status {
            RamStatus::Documented => PermissionStatus::Documented,
            RamStatus::None => PermissionStatus::NotNeeded,
            RamStatus::Unknown => PermissionStatus::Unknown,
        },
        actions: actions.collect(),
        page: ram
            .page
            .as_ref()
            .map(|page| (page.url.clone(), page.read.clone())),
        note: ram.note.clone(),
    }
}

fn id(service: &Service, operation: &Operation) -> OperationId {
    OperationId {
        product: service.code.clone(),
        version: service.version.clone(),
        name: operation.name.clone(),
    }
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
