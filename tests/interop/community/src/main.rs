//! Calls the emulator with `aliyun-openapi-core-rust-sdk`, a client of the community: RPC and ROA
//! with V1 signatures.

use aliyun_openapi_core_rust_sdk::client::error::Error;
use aliyun_openapi_core_rust_sdk::client::roa::ROAClient;
use aliyun_openapi_core_rust_sdk::client::rpc::RPClient;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const ID: &str = "interop";
const SECRET: &str = "interop-secret";
const OOS: &str = "2019-06-01";
const LIST: &str = "ListInstancePackageStates";
const INSTANCE: &str = "i-emulator0000000001";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A running emulator; stopped when it is dropped.
struct Emulator {
    child: Child,
    url: String,
}

impl Emulator {
    /// Starts the emulator with OOS and the ROA fixture.
    fn start() -> Result<Self> {
        let specs = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fixtures/specs/fixture-roa"
        );
        let mut child = Command::new(std::env::var("EMULATOR")?)
            // The client names neither action nor version of a ROA call, and another service has
            // the same paths.
            .args(["--listen", "127.0.0.1:0", "--service", "oos", "--specs", specs])
            .args(["--access-key-id", ID, "--access-key-secret", SECRET])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ");
        let url = url.ok_or("the emulator did not print its address")?.into();
        Ok(Self { child, url })
    }

    fn rpc(&self, secret: &str) -> RPClient {
        RPClient::new(ID, secret, self.url.as_str()).version(OOS)
    }

    fn roa(&self, secret: &str) -> ROAClient {
        ROAClient::new(ID, secret, self.url.as_str())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Fails when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Checks that a call fails with a code.
fn assert_refused<T>(result: std::result::Result<T, Error>, code: &str) {
    match result {
        Err(Error::InvalidResponse { error_code, .. }) => assert_eq!(error_code, code),
        Err(error) => panic!("{code} expected, not {error}"),
        Ok(_) => panic!("{code} expected, not a response"),
    }
}

/// Lists all packages, three per page; returns their names and the number of pages.
async fn list(emulator: &Emulator, method: &str) -> Result<(Vec<String>, usize)> {
    let (mut names, mut pages, mut token) = (Vec::new(), 0, String::new());
    loop {
        let mut query = vec![("InstanceId", INSTANCE), ("MaxResults", "3")];
        if !token.is_empty() {
            query.push(("NextToken", &token));
        }
        let request = emulator.rpc(SECRET).request(method, LIST).query(query);
        let page: Value = request.json().await?;
        let states = page["PackageStates"].as_array().ok_or("no packages")?;
        let name = |state: &Value| {
            state["TemplateName"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        names.extend(states.iter().map(name));
        pages += 1;
        match page["NextToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => return Ok((names, pages)),
        }
    }
}

async fn rpc(emulator: &Emulator) -> Result<()> {
    for method in ["GET", "POST"] {
        let (names, pages) = list(emulator, method).await?;
        assert_eq!((names.len(), pages), (7, 3));
        assert!(names.iter().any(|name| name == "ACS-ECS-Docker"));
    }
    let value = "a b+c*d~e/f%20 中文'\"&=?#";
    let name = format!("p-{}", std::process::id());
    let parameter = [
        ("Name", name.as_str()),
        ("Type", "String"),
        ("Value", value),
    ];
    let request = emulator.rpc(SECRET).post("CreateParameter");
    let created = request.query(parameter).text().await?;
    assert!(created.contains(&name), "{created}");
    let request = emulator.rpc(SECRET).get("GetParameter");
    let read: Value = request.query([("Name", name.as_str())]).json().await?;
    assert_eq!(read["Parameter"]["Value"], value);

    let instance = [("InstanceId", INSTANCE)];
    let wrong = emulator.rpc("wrong").post(LIST).query(instance);
    assert_refused(wrong.text().await, "SignatureDoesNotMatch");
    let missing = emulator.rpc(SECRET).post(LIST);
    assert_refused(missing.text().await, "MissingInstanceId");
    let unknown = emulator.rpc(SECRET).post("NoSuchOperation");
    assert_refused(unknown.text().await, "InvalidApi.NotFound");
    Ok(())
}

async fn roa(emulator: &Emulator) -> Result<()> {
    let get = |secret| emulator.roa(secret).get("/clusters/7");
    let described: Value = get(SECRET).query([("verbose", "true")]).json().await?;
    assert!(described["size"].is_i64(), "{described}");
    let empty: Value = get(SECRET).query([("verbose", "")]).json().await?;
    assert!(empty["size"].is_i64(), "{empty}");
    let json = [("Content-Type".to_owned(), "application/json".to_owned())];
    let body = json!({"name": "测试 α", "size": 3});
    let request = emulator.roa(SECRET).post("/clusters").header(json)?;
    let created: Value = request.body(body.to_string())?.json().await?;
    assert_eq!(created["name"], "测试 α");
    assert_refused(get("wrong").text().await, "SignatureDoesNotMatch");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let emulator = Emulator::start()?;
    rpc(&emulator).await?;
    roa(&emulator).await?;
    println!("7 packages on 3 pages, and ROA calls, with V1; errors have their codes");
    Ok(())
}
