//! The registry of tasks: their names and help texts, and the function that runs each.

use crate::cli::{self, Task};
use crate::{
    add_product, changes, check, codegen, corpus, decisions, diff, docs_report, fmt, import,
    new_operation, policy, release,
};
use std::ffi::OsString;
use std::process::ExitCode;

/// All tasks, in the order of the overview.
pub static TASKS: &[Task] = &[
    Task {
        name: "codegen",
        about: "Generate the crates from the specifications",
        help: codegen::HELP,
        run: codegen::run,
    },
    Task {
        name: "add-product",
        about: "Add a service: import it, generate it, and list it everywhere",
        help: add_product::HELP,
        run: add_product::run,
    },
    Task {
        name: "import",
        about: "Create specifications from published metadata, or refresh them",
        help: import::HELP,
        run: import::run,
    },
    Task {
        name: "check",
        about: "Read the specifications and report all that is wrong with them",
        help: check::HELP,
        run: check::run,
    },
    Task {
        name: "fmt",
        about: "Bring the YAML files into the canonical form",
        help: fmt::HELP,
        run: fmt::run,
    },
    Task {
        name: "new-operation",
        about: "Add an operation to a specification",
        help: new_operation::HELP,
        run: new_operation::run,
    },
    Task {
        name: "diff",
        about: "Compare two versions of a specification and judge each change",
        help: diff::HELP,
        run: diff::run,
    },
    Task {
        name: "changes",
        about: "Write release notes from dated versions of the metadata",
        help: changes::HELP,
        run: changes::run,
    },
    Task {
        name: "decisions",
        about: "Compare the decisions of people with the specifications",
        help: decisions::HELP,
        run: decisions::run,
    },
    Task {
        name: "docs-report",
        about: "Report how much of each service has documentation",
        help: docs_report::HELP,
        run: docs_report::run,
    },
    Task {
        name: "corpus",
        about: "Import, generate and compile many products in a scratch workspace",
        help: corpus::HELP,
        run: corpus::run,
    },
    Task {
        name: "release",
        about: "Plan the release of the crates that changed, and publish them",
        help: release::HELP,
        run: release::run,
    },
    Task {
        name: "policy",
        about: "Print the RAM policy that allows given operations",
        help: policy::HELP,
        run: policy::run,
    },
];

/// Runs the task that the arguments name and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::main(TASKS, arguments)
}
