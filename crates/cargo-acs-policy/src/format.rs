//! The forms of a policy: JSON for RAM, Terraform, and Markdown for people.

use crate::needs::Needs;
use crate::permission::Permission;
use alibabacloud_core::ram::{PermissionStatus, Policy};
use std::fmt::Write as _;
use std::str::FromStr;

/// A form of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The document that RAM takes.
    #[default]
    Json,
    /// A data source and a resource of the provider `alicloud`.
    Terraform,
    /// The operations with their permissions and sources, and the document.
    Markdown,
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "json" => Ok(Self::Json),
            "terraform" => Ok(Self::Terraform),
            "markdown" => Ok(Self::Markdown),
            _ => Err(()),
        }
    }
}

impl Format {
    /// Writes a policy with the operations that need it. `name` is that of the policy in RAM.
    pub fn write(self, needs: &Needs, policy: &Policy, name: &str) -> String {
        match self {
            Self::Json => format!("{}\n", policy.to_json()),
            Self::Terraform => policy.to_terraform(name),
            Self::Markdown => markdown(needs, policy),
        }
    }
}

fn markdown(needs: &Needs, policy: &Policy) -> String {
    let mut text = String::from("# Permissions\n");
    for (status, title) in [
        (PermissionStatus::Documented, "Documented"),
        (PermissionStatus::NotNeeded, "No permission needed"),
        (PermissionStatus::Unknown, "Not documented"),
    ] {
        let mut operations = needs.with_status(status).peekable();
        if operations.peek().is_none() {
            continue;
        }
        let _ = write!(text, "\n## {title}\n\n");
        if status == PermissionStatus::Unknown {
            text.push_str(
                "The actions follow from the names of the operations. The service can check other \
                 actions, or none.\n\n",
            );
        }
        text.push_str("| Operation | Action | Resources | Condition keys | Source |\n");
        text.push_str("|---|---|---|---|---|\n");
        for (operation, permission) in operations {
            rows(&mut text, &operation.to_string(), permission);
        }
    }
    let _ = write!(text, "\n## Policy\n\n```json\n{}\n```\n", policy.to_json());
    text
}

/// Writes the rows of an operation: one for each action, and for each that it depends on.
fn rows(text: &mut String, operation: &str, permission: &Permission) {
    let source = match (&permission.page, &permission.note) {
        (Some((page, read)), None) => format!("<{page}>, read on {read}"),
        (Some((page, read)), Some(note)) => format!("{note} <{page}>, read on {read}"),
        (None, Some(note)) => note.clone(),
        (None, None) if permission.status == PermissionStatus::Documented => {
            "published metadata".to_owned()
        }
        (None, None) => String::new(),
    };
    if permission.actions.is_empty() {
        let _ = writeln!(text, "| `{operation}` | none | | | {source} |");
    }
    for action in &permission.actions {
        let resources = match action.resources.as_slice() {
            [] => "`*`".to_owned(),
            resources => codes(resources),
        };
        let _ = writeln!(
            text,
            "| `{operation}` | `{}` | {resources} | {} | {source} |",
            action.name,
            codes(&action.conditions)
        );
        for dependent in &action.dependents {
            let _ = writeln!(text, "| `{operation}` | `{dependent}` | `*` | | {source} |");
        }
    }
}

fn codes(texts: &[String]) -> String {
    let codes: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    codes.join(", ")
}
