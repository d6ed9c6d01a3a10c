//! `cargo acs-policy`: the least-privilege RAM policy of a program.

use cargo_acs_policy::{
    OperationId, PermissionTable, PolicyOptions, help_with_policy_options, not_included,
    read_program,
};
use lexopt::prelude::*;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = help_with_policy_options!(
    "\
Print the RAM policy that a program needs, from the operations in its file.

Usage: cargo acs-policy --binary FILE [PRODUCT:OPERATION...] [options]

The file can have any format, stripped or not, but must not be compressed. A release build with LTO
contains exactly the operations that the program can reach; other builds may contain more, never
less. Named operations are added, such as those that the program calls by name.

Not included: what is called in other ways than by the crates of the SDK, and what credentials need
by themselves, such as sts:AssumeRole of the caller that assumes a role.

Options:
  --binary FILE      read the operations of this program; can be given more than once
",
    "  --list             print the operations, and no policy
  -h, --help         print this help
  -V, --version      print the version

Exit code 1 if a file cannot be read or --check finds something missing, 2 if the command line is
wrong.
"
);

#[derive(Debug, Default)]
struct Options {
    binaries: Vec<PathBuf>,
    named: Vec<String>,
    list: bool,
    policy: PolicyOptions,
}

enum Command {
    Run(Options),
    Print(String),
}

fn main() -> ExitCode {
    let options = match parse() {
        Ok(Command::Run(options)) => options,
        Ok(Command::Print(text)) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\nsee `cargo acs-policy --help`");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Result<Command, lexopt::Error> {
    let mut arguments = std::env::args_os().peekable();
    let program = arguments.next().unwrap_or_default();
    // Cargo passes the name of the command.
    let rest = arguments.next_if(|argument| argument == "acs-policy");
    drop(rest);
    let mut parser = lexopt::Parser::from_iter(std::iter::once(program).chain(arguments));
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("binary") => options.binaries.push(parser.value()?.into()),
            Long("list") => options.list = true,
            Short('h') | Long("help") => return Ok(Command::Print(HELP.to_owned())),
            Short('V') | Long("version") => {
                let version = env!("CARGO_PKG_VERSION");
                return Ok(Command::Print(format!("cargo-acs-policy {version}\n")));
            }
            Long(name) => {
                let name = name.to_owned();
                if !options.policy.read(&name, &mut parser)? {
                    return Err(Long(&name).unexpected());
                }
            }
            Value(name) => options.named.push(name.string()?),
            other @ Short(_) => return Err(other.unexpected()),
        }
    }
    if options.binaries.is_empty() && options.named.is_empty() {
        return Err("no --binary given".into());
    }
    Ok(Command::Run(options))
}

fn run(options: &Options) -> Result<ExitCode, String> {
    let table = PermissionTable::built_in()?;
    let mut operations = BTreeSet::new();
    for file in &options.binaries {
        let linked = read_program(file)?;
        for note in not_included(&linked) {
            eprintln!("note: {note}: name them as PRODUCT:OPERATION");
        }
        operations.extend(linked.operations);
    }
    for name in &options.named {
        operations.extend(named(&table, name)?);
    }
    if options.list {
        let lines = operations.iter().map(|operation| format!("{operation}\n"));
        let _ = std::io::stdout().write_all(lines.collect::<String>().as_bytes());
        return Ok(ExitCode::SUCCESS);
    }
    let program = options
        .binaries
        .first()
        .and_then(|file| Path::file_stem(file));
    let program = program.map_or("program".into(), |name| name.to_string_lossy());
    let report = options.policy.report(&table, operations, &program)?;
    for note in &report.notes {
        eprintln!("note: {note}");
    }
    for missing in &report.missing {
        eprintln!("error: {missing}");
    }
    // A reader that closes the pipe early does not need the rest.
    let _ = std::io::stdout().write_all(report.text.as_bytes());
    Ok(if report.missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Returns the operations that `oos:GetTemplate` or `oos/2019-06-01/GetTemplate` names.
fn named(table: &PermissionTable, name: &str) -> Result<Vec<OperationId>, String> {
    if let Ok(operation) = name.parse() {
        return Ok(vec![operation]);
    }
    let found = name
        .split_once(':')
        .map(|(product, operation)| table.find(product, operation));
    found.filter(|found| !found.is_empty()).ok_or_else(|| {
        format!(
            "unknown operation {name:?}: expected PRODUCT:OPERATION of a known operation, or \
             PRODUCT/VERSION/OPERATION"
        )
    })
}
