//! Files, locks, programs and variables of the real system.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

use alibabacloud_core::credentials::{Environment, FileLock, SystemEnvironment};
use std::io;
use std::path::Path;
use tempfile::TempDir;

fn directory_with(name: &str, contents: &str) -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join(name), contents).unwrap();
    directory
}

#[tokio::test]
async fn a_file_is_read_up_to_a_limit() {
    let directory = directory_with("f", "12345");
    let file = directory.path().join("f");
    assert_eq!(SystemEnvironment.read(&file, 5).await.unwrap(), b"12345");
    let error = SystemEnvironment.read(&file, 4).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    let error = SystemEnvironment
        .read(Path::new("/nowhere/f"), 4)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn a_staged_file_replaces_another_atomically() {
    let directory = directory_with("f", "old");
    let file = directory.path().join("f");
    let missing = SystemEnvironment.staged(&file, 100).await.unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    SystemEnvironment
        .stage(&file, b"first".to_vec())
        .await
        .unwrap();
    let staged = SystemEnvironment
        .stage(&file, b"new".to_vec())
        .await
        .unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"old");
    let (path, contents) = SystemEnvironment.staged(&file, 100).await.unwrap();
    assert_eq!(
        (path.as_path(), contents.as_slice()),
        (staged.as_path(), &b"new"[..])
    );
    SystemEnvironment.rename(&staged, &file).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"new");
    assert!(!staged.exists());
    SystemEnvironment.stage(&file, b"x".to_vec()).await.unwrap();
    SystemEnvironment.unstage(&file).await.unwrap();
    SystemEnvironment.unstage(&file).await.unwrap();
    assert!(!staged.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn other_work_of_the_runtime_continues_while_a_file_is_read() {
    // In a runtime of one thread: reading a pipe ends only when the other task has written to it.
    let directory = TempDir::new().unwrap();
    let pipe = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let read = SystemEnvironment.read(&pipe, 10);
    let write = async {
        tokio::task::yield_now().await;
        std::fs::write(&pipe, "x").unwrap();
    };
    let (contents, ()) = tokio::join!(read, write);
    assert_eq!(contents.unwrap(), b"x");
}

/// Locks a file, repeatedly if necessary: a process that another test is just starting holds copies
/// of open files, locks included, until its program runs.
async fn lock_eventually(file: &Path) -> FileLock {
    loop {
        if let Some(lock) = SystemEnvironment.try_lock(file).await.unwrap() {
            return lock;
        }
    }
}

#[tokio::test]
async fn a_lock_keeps_others_out_until_it_is_dropped() {
    let directory = directory_with("f", "");
    let file = directory.path().join("f");
    let lock = SystemEnvironment.try_lock(&file).await.unwrap();
    assert!(lock.is_some());
    assert!(SystemEnvironment.try_lock(&file).await.unwrap().is_none());
    drop(lock);
    lock_eventually(&file).await;
}

#[tokio::test]
async fn a_lock_stays_when_the_file_is_replaced() {
    let directory = directory_with("f", "");
    let file = directory.path().join("f");
    let lock = SystemEnvironment.try_lock(&file).await.unwrap();
    let staged = SystemEnvironment.stage(&file, Vec::new()).await.unwrap();
    SystemEnvironment.rename(&staged, &file).await.unwrap();
    assert!(SystemEnvironment.try_lock(&file).await.unwrap().is_none());
    drop(lock);
    lock_eventually(&file).await;
}

#[cfg(windows)]
#[tokio::test]
async fn a_program_is_run_with_a_path_and_words_of_windows() {
    let command = [
        r"C:\windows\system32\cmd.exe",
        "/c",
        "echo %COMSPEC% & exit 3",
    ];
    let command = command.map(str::to_owned);
    let output = SystemEnvironment.run(&command, 100).await.unwrap();
    assert!(
        output
            .stdout
            .to_ascii_lowercase()
            .ends_with(b"cmd.exe \r\n")
    );
    let outcome = (output.success, output.status.as_str());
    assert_eq!(outcome, (false, "exit code: 3"));
}

#[test]
fn files_can_be_read_without_a_runtime() {
    let directory = directory_with("f", "x");
    let file = directory.path().join("f");
    let mut read = SystemEnvironment.read(&file, 5);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match read.as_mut().poll(&mut context) {
        std::task::Poll::Ready(contents) => assert_eq!(contents.unwrap(), b"x"),
        std::task::Poll::Pending => panic!("it waits for a runtime"),
    }
}

/// A variable of the processes below.
const BAD_VARIABLE: &str = "SDK_TESTS_NOT_UNICODE";

#[test]
fn a_process_with_a_variable_that_is_not_unicode() {
    // Does nothing unless the test below runs it.
    if std::env::var_os(BAD_VARIABLE).is_some() {
        let value = SystemEnvironment.variable(BAD_VARIABLE);
        assert_eq!(value.as_deref(), Some("LTAI\u{fffd}"));
    }
    assert_eq!(SystemEnvironment.variable("SDK_TESTS_UNSET"), None);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_does_not_count_as_unset() {
    use std::os::unix::ffi::OsStrExt;
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_with_a_variable_that_is_not_unicode"])
        .env(BAD_VARIABLE, std::ffi::OsStr::from_bytes(b"LTAI\xff"))
        .status();
    assert!(run.unwrap().success());
}
