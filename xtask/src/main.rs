//! The command line of the maintainer tasks: `cargo xtask --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::tasks::main(std::env::args_os().skip(1))
}
