//! Makes a million calls with faults against an emulator in a separate process; see
//! docs/benchmarks.md.
//!
//!     soak EMULATOR [CALLS]
//!
//! `EMULATOR` is the program, built from `crates/alibabacloud-emulator`. Exits with status 1 when a
//! check fails.

mod soak;

use soak::{Failure, Soak};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

/// With fewer calls, memory use has not settled after the first twentieth of them.
const ENOUGH_FOR_MEMORY: u64 = 200_000;

fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("usage: soak EMULATOR [CALLS]")?;
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
    for check in &report.failed_checks {
        println!("failed: {check}");
    }
    Ok(match report.failed_checks.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The process of the emulator, which ends with this program.
struct Process(Child);

impl Process {
    fn start(program: &str) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped());
        Ok(Self(command.spawn()?))
    }

    /// Returns the URL from the first line of its output.
    fn url(&mut self) -> Result<String, Failure> {
        let output = self.0.stdout.take().ok_or("the emulator has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ");
        Ok(url.ok_or("the emulator did not print its URL")?.to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
