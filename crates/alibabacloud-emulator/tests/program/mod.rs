//! The program of this crate, as a process.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "each test program uses a part of it"
)]

use crate::common::{OOS, Response, V3, send};
use alibabacloud_core::http::Headers;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running program; killed when a test ends early.
pub struct Program {
    pub child: Child,
    pub address: SocketAddr,
}

impl Program {
    pub fn start(options: &[&str]) -> Self {
        Self::of(command(options).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Waits until a process with a piped output listens.
    pub fn of(mut child: Child) -> Self {
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap_or_else(|| panic!("{line}"));
        let address = address.parse().unwrap();
        Self { child, address }
    }

    /// Kills the program as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn call(
        &self,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> std::io::Result<Response> {
        V3::new(action, OOS, parameters)
            .key("me", "mine")
            .sign()
            .send(self.address)
            .await
    }

    /// Creates a parameter. Returns the status of the response.
    pub async fn create(&self, name: &str, value: &str) -> u16 {
        let parameters = [("Name", name), ("Type", "String"), ("Value", value)];
        let response = self.call("CreateParameter", &parameters).await;
        response.unwrap().status
    }

    /// Reads a parameter. Returns the status of the response.
    pub async fn get(&self, name: &str) -> u16 {
        let response = self.call("GetParameter", &[("Name", name)]).await;
        response.unwrap().status
    }

    pub async fn control(&self, method: &str, path: &str, body: &str) -> Response {
        let mut headers = Headers::new();
        headers.set("host", "127.0.0.1");
        headers.set("content-type", "application/json");
        let target = format!("/_emulator{path}");
        send(self.address, method, &target, &headers, body.as_bytes())
            .await
            .unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails when the program has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alibabacloud-emulator"));
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--access-key-id",
        "me",
        "--access-key-secret",
        "mine",
    ]);
    command.args(options);
    command
}

/// Creates an empty directory for a test.
pub fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if directory.exists() {
        std::fs::remove_dir_all(&directory).unwrap();
    }
    std::fs::create_dir_all(&directory).unwrap();
    directory
}
