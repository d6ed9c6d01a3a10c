//! Child processes: without a shell, without input, with bounded output, killed when the caller
//! stops waiting.
//!
//! Uses two threads instead of tokio's process support, which installs a signal handler in the
//! program and panics in a runtime without I/O.

use super::CommandOutput;
use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// The interval of checks whether a child that has closed its output has ended.
const EXIT_POLL: Duration = Duration::from_millis(5);

/// An event that the supervising thread waits for.
enum ChildEvent {
    /// The output has ended.
    Output(io::Result<Vec<u8>>),
    /// The caller stopped waiting.
    Cancelled,
}

/// Notifies the supervising thread when the future is dropped.
struct CancelOnDrop(mpsc::Sender<ChildEvent>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        // Without a receiver the child has already ended.
        let _ = self.0.send(ChildEvent::Cancelled);
    }
}

pub(super) async fn run(command: Vec<String>, limit: usize) -> io::Result<CommandOutput> {
    let (events, inbox) = mpsc::channel();
    let (sender, receiver) = oneshot::channel();
    let _cancel = CancelOnDrop(events.clone());
    spawn_thread("credentials process", move || {
        // Without a receiver the caller has stopped waiting.
        let _ = sender.send(supervise(&command, limit, events, &inbox));
    })?;
    receiver.await.map_err(io::Error::other)?
}

fn supervise(
    command: &[String],
    limit: usize,
    events: mpsc::Sender<ChildEvent>,
    inbox: &mpsc::Receiver<ChildEvent>,
) -> io::Result<CommandOutput> {
    let mut child = spawn(command)?;
    let result = follow(&mut child, limit, events, inbox);
    if result.is_err() {
        // Kills the child if it still runs, and waits for it so that no zombie remains.
        let _ = child.kill();
        let _ = child.wait();
    }
    result
}

fn spawn(command: &[String]) -> io::Result<Child> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the command is empty"))?;
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn follow(
    child: &mut Child,
    limit: usize,
    events: mpsc::Sender<ChildEvent>,
    inbox: &mpsc::Receiver<ChildEvent>,
) -> io::Result<CommandOutput> {
    let cancelled = || io::Error::from(io::ErrorKind::Interrupted);
    let stdout = child
        .stdout
        .take()
        .ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
    spawn_thread("credentials process output", move || {
        // Without a receiver the child was killed, and its output is not needed.
        let _ = events.send(ChildEvent::Output(read_output(stdout, limit)));
    })?;
    let Ok(ChildEvent::Output(output)) = inbox.recv() else {
        return Err(cancelled());
    };
    let output = output?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(CommandOutput::new(
                status.success(),
                status.to_string(),
                output,
            ));
        }
        if !matches!(
            inbox.recv_timeout(EXIT_POLL),
            Err(mpsc::RecvTimeoutError::Timeout)
        ) {
            return Err(cancelled());
        }
    }
}

fn read_output(stdout: ChildStdout, limit: usize) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    stdout.take(most).read_to_end(&mut output)?;
    if output.len() > limit {
        let message = format!("it printed more than {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(output)
}

fn spawn_thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
}
