//! A million calls with faults against an emulator in a process of its own; see docs/benchmarks.md.
//!
//!     soak EMULATOR [CALLS]
//!
//! `EMULATOR` is the program, built from `crates/alibabacloud-emulator`. Ends with status 1 when a statement is false.

mod soak;

use soak::{Failure, Soak};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

/// Below this many calls the memory of a process has not settled after the first twentieth of them.
const ENOUGH_FOR_MEMORY: u64 = 200_000;

fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("soak EMULATOR [CALLS]")?;
    let calls = arguments
        .next()
        .map_or(Ok(1_000_000), |text| text.parse())?;
    let mut emulator = Process::start(&program)?;
    let url = emulator.url()?;
    let start = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let soak = Soak::new(&url, "test", "secret", calls, calls >= ENOUGH_FOR_MEMORY)?;
    let report = runtime.block_on(soak.run())?;
    println!(
        "{report}seconds           {:>10}",
        start.elapsed().as_secs()
    );
    for statement in &report.false_statements {
        println!("false: {statement}");
    }
    Ok(match report.false_statements.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The emulator, ended with this program.
struct Process(Child);

impl Process {
    fn start(program: &str) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped());
        Ok(Self(command.spawn()?))
    }

    /// Where it listens: its first line.
    fn url(&mut self) -> Result<String, Failure> {
        let output = self.0.stdout.take().ok_or("the emulator has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ");
        Ok(url
            .ok_or("the emulator does not say where it listens")?
            .to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
