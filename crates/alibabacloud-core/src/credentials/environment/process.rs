//! A child process: no shell, no input, bounded output, killed when nobody waits any more.
//!
//! Two threads instead of tokio's process support, which installs a signal handler in the program and panics in a runtime without I/O.

use super::CommandOutput;
use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// How often a child that has closed its output is asked whether it has ended.
const EXIT_POLL: Duration = Duration::from_millis(5);

/// What the thread that minds the child waits for.
enum Event {
    /// The output has ended.
    Output(io::Result<Vec<u8>>),
    /// The caller is gone.
    Cancelled,
}

/// Tells the minding thread when the future is dropped.
struct CancelOnDrop(mpsc::Sender<Event>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        // No receiver: the child has ended already.
        let _ = self.0.send(Event::Cancelled);
    }
}

pub(super) async fn run(command: Vec<String>, limit: usize) -> io::Result<CommandOutput> {
    let (events, inbox) = mpsc::channel();
    let (answer, answered) = oneshot::channel();
    let _cancel = CancelOnDrop(events.clone());
    spawn_thread("credentials process", move || {
        // Nobody to tell: the caller is gone.
        let _ = answer.send(mind(&command, limit, events, &inbox));
    })?;
    answered.await.map_err(io::Error::other)?
}

fn mind(
    command: &[String],
    limit: usize,
    events: mpsc::Sender<Event>,
    inbox: &mpsc::Receiver<Event>,
) -> io::Result<CommandOutput> {
    let mut child = spawn(command)?;
    let result = follow(&mut child, limit, events, inbox);
    if result.is_err() {
        // Already ended is fine; it is waited for so that no zombie stays.
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
    events: mpsc::Sender<Event>,
    inbox: &mpsc::Receiver<Event>,
) -> io::Result<CommandOutput> {
    let cancelled = || io::Error::from(io::ErrorKind::Interrupted);
    let stdout = child
        .stdout
        .take()
        .ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
    spawn_thread("credentials process output", move || {
        // No receiver: the child was killed, and its output with it.
        let _ = events.send(Event::Output(read_output(stdout, limit)));
    })?;
    let Ok(Event::Output(output)) = inbox.recv() else {
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
