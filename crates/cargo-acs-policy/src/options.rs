//! The options about a policy that `cargo acs-policy` and `cargo xtask policy` share.

use crate::check::PolicyDocument;
use crate::format::Format;
use crate::needs::Needs;
use crate::operation::OperationId;
use crate::permission::PermissionTable;
use crate::scan::LinkedOperations;
use alibabacloud_core::ram::{PermissionStatus, Policy};
use lexopt::{Parser, ValueExt};
use std::path::{Path, PathBuf};

/// Puts the help for these options between two texts.
#[doc(hidden)]
#[macro_export]
macro_rules! help_with_policy_options {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "  --region REGION    allow the operations in this region only\n",
            "  --account ID       allow the operations on resources of this account only\n",
            "  --fill NAME=VALUE  put VALUE into ARNs in place of {#NAME}: templateName=patch-*;\n",
            "                     can be given more than once\n",
            "  --resource ARN     allow the operations on this resource only, of those that contain\n",
            "                     it: acs:oos:*:*:template/patch-*; can be given more than once\n",
            "  --documented-only  leave out actions that are not documented\n",
            "  --format FORM      json, terraform or markdown [default: json]\n",
            "  --name NAME        name of the policy in Terraform [default: that of the program]\n",
            "  --check FILE       print no policy, and fail if the one in FILE does not allow what\n",
            "                     is needed\n",
            $after
        )
    };
}

/// What a policy contains, and in what form it is printed.
#[derive(Clone, Debug, Default)]
pub struct PolicyOptions {
    policy: Policy,
    documented_only: bool,
    format: Format,
    name: Option<String>,
    check: Option<PathBuf>,
}

/// What to print about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyReport {
    /// For standard output.
    pub text: String,
    /// Notes for standard error.
    pub notes: Vec<String>,
    /// What the checked document does not allow.
    pub missing: Vec<String>,
}

impl PolicyOptions {
    /// Reads an option by its long name. Returns whether it is one of these.
    ///
    /// # Errors
    /// If its value is missing or invalid.
    pub fn read(&mut self, name: &str, arguments: &mut Parser) -> Result<bool, lexopt::Error> {
        match name {
            "region" => self.change(|policy| Ok(policy.region(arguments.value()?.string()?)))?,
            "account" => self.change(|policy| Ok(policy.account(arguments.value()?.string()?)))?,
            "resource" => {
                self.change(|policy| Ok(policy.resource(arguments.value()?.string()?)))?
            }
            "fill" => {
                let pair = arguments.value()?.string()?;
                let Some((placeholder, value)) = pair.split_once('=') else {
                    return Err(format!("invalid --fill {pair:?}: expected NAME=VALUE").into());
                };
                self.change(|policy| Ok(policy.fill(placeholder, value)))?;
            }
            "documented-only" => self.documented_only = true,
            "format" => {
                let format = arguments.value()?.string()?;
                self.format = format.parse().map_err(|()| {
                    let expected = "expected json, terraform or markdown";
                    lexopt::Error::from(format!("invalid --format {format:?}: {expected}"))
                })?;
            }
            "name" => self.name = Some(arguments.value()?.string()?),
            "check" => self.check = Some(arguments.value()?.into()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn change(
        &mut self,
        change: impl FnOnce(Policy) -> Result<Policy, lexopt::Error>,
    ) -> Result<(), lexopt::Error> {
        self.policy = change(std::mem::take(&mut self.policy))?;
        Ok(())
    }

    /// Writes the policy for operations, or checks the document of `--check`. `program` is the
    /// default name.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn report(
        &self,
        table: &PermissionTable,
        operations: impl IntoIterator<Item = OperationId>,
        program: &str,
    ) -> Result<PolicyReport, String> {
        let needs = Needs::new(table, operations);
        let policy = needs.add_to(self.policy.clone(), !self.documented_only);
        let mut report = PolicyReport::default();
        for (operation, permission) in needs.with_status(PermissionStatus::Unknown) {
            let action = permission.actions.first();
            let action = action.map_or("", |action| &action.name);
            let note = permission.note.as_deref().unwrap_or_default();
            let text = format!("{action} is not documented for {operation}. {note}");
            report.notes.push(text.trim_end().to_owned());
        }
        match &self.check {
            None => {
                let name = self.name.as_deref().unwrap_or(program);
                report.text = self.format.write(&needs, &policy, name);
                report.notes.extend(too_long(&policy));
            }
            Some(file) => check(file, &policy, &mut report)?,
        }
        Ok(report)
    }
}

fn check(file: &Path, policy: &Policy, report: &mut PolicyReport) -> Result<(), String> {
    let place = file.display();
    let document = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read {place}: {error}"))
        .and_then(|text| {
            PolicyDocument::parse(&text)
                .map_err(|error| format!("{place} is not a policy document: {error}"))
        })?;
    let findings = document.check(policy);
    for what in findings.limited {
        let limits = "under a condition or on some resources";
        report
            .notes
            .push(format!("{place} allows {what} only {limits}"));
    }
    for action in findings.unneeded {
        report
            .notes
            .push(format!("{place} allows {action}, which is not needed"));
    }
    report.missing = findings
        .missing
        .into_iter()
        .map(|what| format!("{place} does not allow {what}"))
        .collect();
    Ok(())
}

/// The number of characters that RAM accepts in a custom policy.
const LONGEST_POLICY: usize = 6144;

fn too_long(policy: &Policy) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(&policy.to_json()).ok()?;
    let length = document.to_string().len();
    (length > LONGEST_POLICY).then(|| {
        format!(
            "the policy has {length} characters without blanks, and RAM accepts {LONGEST_POLICY}: \
             divide the statements among several policies"
        )
    })
}

/// Reads the operations of a program from its file.
///
/// # Errors
/// If the file cannot be read or has no marker.
pub fn read_program(file: &Path) -> Result<LinkedOperations, String> {
    let place = file.display();
    let program = std::fs::read(file).map_err(|error| format!("cannot read {place}: {error}"))?;
    let found = LinkedOperations::find(&program);
    if found.is_empty() {
        return Err(format!(
            "{place} contains no operation: expected a program, not a library, that calls \
             operations of these crates and is not compressed"
        ));
    }
    Ok(found)
}

/// Returns what the operations of a program do not include.
pub fn not_included(linked: &LinkedOperations) -> Vec<String> {
    let mut notes = Vec::new();
    if linked.calls_by_name {
        notes.push(
            "the program can call operations by name (`call_raw`), which its file does not list"
                .to_owned(),
        );
    }
    notes
}
