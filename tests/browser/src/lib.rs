//! An Explorer, a browser, and what a person does with both.
//!
//! `ACS_EXPLORER` is the path of the program, `ACS_AXE` that of `axe.min.js`; `.ci/browser` sets
//! both. The program of this package measures the page.

use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long something may take to appear, in a browser on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that ends with its value.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and returns what `find` finds in the lines of its output.
fn start(
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
    find: impl Fn(&str) -> Option<String>,
) -> (Process, String) {
    let child = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("cannot start {program}: {error}"));
    let output = child.stdout.take().expect("the output is piped");
    let process = Process(child);
    let mut lines = BufReader::new(output).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| find(&line));
    // A program that writes more must not wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    (
        process,
        found.unwrap_or_else(|| panic!("{program} has ended")),
    )
}

/// A page of an Explorer in a browser of its own.
#[derive(Debug)]
pub struct Page {
    client: Client,
    /// The address with the start token.
    pub address: String,
    _processes: [Process; 2],
}

impl Page {
    /// Opens the page of an Explorer that is started with these arguments.
    pub async fn open(arguments: &[&str], size: (u32, u32)) -> Self {
        Self::open_with(arguments, &[], size).await
    }

    /// Opens the page of an Explorer that is started with these arguments and variables of the
    /// environment.
    pub async fn open_with(
        arguments: &[&str],
        variables: &[(&str, &str)],
        (width, height): (u32, u32),
    ) -> Self {
        let program =
            std::env::var("ACS_EXPLORER").expect("ACS_EXPLORER is the path of the Explorer");
        let (explorer, address) = start(&program, arguments, variables, |line| {
            line.starts_with("http://").then(|| line.to_owned())
        });
        let (driver, port) = start("chromedriver", &["--port=0"], &[], |line| {
            let port = line
                .split("successfully on port ")
                .nth(1)?
                .trim_end_matches('.');
            port.parse::<u16>().ok().map(|port| port.to_string())
        });
        let options = json!({
            "args": ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en-US", format!("--window-size={width},{height}")],
        });
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the browser starts");
        let page = Self {
            client,
            address,
            _processes: [explorer, driver],
        };
        page.resize(width, height).await;
        page.client
            .goto(&page.address)
            .await
            .expect("the page opens");
        page.until(
            "the operation is open",
            "return document.querySelector('#send') !== null",
        )
        .await;
        page
    }

    /// Sets the size of what the page can use, in pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        // A window cannot be as narrow as a telephone, its content can.
        let metrics = json!({
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false},
        });
        self.client
            .issue_cmd(DevTools(metrics))
            .await
            .expect("the size is set");
    }

    /// Runs JavaScript in the page.
    pub async fn script(&self, script: &str) -> Value {
        self.run(script, Vec::new()).await
    }

    async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let result = self.client.execute(script, arguments).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Runs JavaScript that calls `done` with its result.
    pub async fn script_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1];\n{script}");
        let result = self.client.execute_async(&script, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script returns true.
    pub async fn until(&self, what: &str, script: &str) {
        let begun = Instant::now();
        while self.script(script).await != json!(true) {
            assert!(
                begun.elapsed() < PATIENCE,
                "not within {PATIENCE:?}: {what}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Opens a link within the page.
    pub async fn follow(&self, fragment: &str) {
        self.run("location.hash = arguments[0]", vec![json!(fragment)])
            .await;
    }

    /// Opens an operation of OOS.
    pub async fn operation(&self, name: &str) {
        self.follow(&format!("#/oos/2019-06-01/{name}")).await;
        let script = format!("return document.querySelector('h1')?.textContent === {name:?}");
        self.until(name, &script).await;
    }

    /// Clicks the first visible button, link or fold with this text.
    pub async fn click(&self, text: &str) {
        let script = "
            const found = [...document.querySelectorAll('button, a, summary, label')]
                .find((node) => node.textContent.trim() === arguments[0] && node.checkVisibility());
            if (!found) return false;
            found.click();
            return true;";
        assert_eq!(
            self.run(script, vec![json!(text)]).await,
            json!(true),
            "nothing says {text:?}"
        );
    }

    /// Sends keys to what has the focus.
    pub async fn keys(&self, keys: &str) {
        let element = self
            .client
            .active_element()
            .await
            .expect("something has the focus");
        element.send_keys(keys).await.expect("keys are accepted");
    }

    /// Sends the call with the keyboard, and waits for its response.
    pub async fn send(&self) {
        self.script("window.before = document.querySelector('.status-line')")
            .await;
        // The body has the focus if nothing else has it.
        let body = self
            .client
            .find(Locator::Css("body"))
            .await
            .expect("there is a body");
        let keys = format!("{}{}", Key::Control, Key::Enter);
        body.send_keys(&keys).await.expect("keys are accepted");
        self.until(
            "a response",
            "const now = document.querySelector('.status-line');
             return now !== null && now !== window.before && !document.querySelector('#send').textContent.includes('…')",
        )
        .await;
    }

    /// Returns the text of the first node of a selector; empty if there is none.
    pub async fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.textContent ?? ''";
        let text = self.run(script, vec![json!(selector)]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Returns the violations that axe finds, one line each.
    pub async fn violations(&self) -> Vec<String> {
        let path = std::env::var("ACS_AXE").expect("ACS_AXE is the path of axe.min.js");
        let axe = std::fs::read_to_string(path).expect("axe can be read");
        self.script(&axe).await;
        let script = "
            axe.run().then(({ violations }) => done(violations.map(({ id, nodes }) =>
                `${id}: ${nodes.map(({ html, any }) => `${html} (${any[0]?.message ?? ''})`).join('; ')}`)));";
        let found = self.script_until_done(script).await;
        serde_json::from_value(found).expect("axe returns texts")
    }

    /// Loads the page again, as a person does.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads");
        self.until(
            "the operation is open",
            "return document.querySelector('#send') !== null",
        )
        .await;
    }

    /// Writes a picture of the page into the directory `ACS_SCREENSHOTS`, if that is set.
    pub async fn picture(&self, name: &str) {
        if let Some(directory) = std::env::var_os("ACS_SCREENSHOTS") {
            let png = self.client.screenshot().await.expect("there is a picture");
            let path = std::path::Path::new(&directory).join(name);
            std::fs::write(path, png).expect("the picture can be written");
        }
    }

    /// Ends the browser.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }
}

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct DevTools(Value);

impl fantoccini::wd::WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}
