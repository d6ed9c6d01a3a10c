//! Every waiter of every service, on the emulator. A sleep of the client advances the clock of the
//! emulator by as much, so resources change while the waiters wait, and no test takes real time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

mod alb;
mod cr;
mod cs;
mod dysmsapi;
mod ecs;
mod ess;
mod kms;
mod nlb;
mod outcomes;
mod r_kvstore;
mod rds;
mod slb;
mod vpc;

use alibabacloud_codegen::names::waiter_method;
use alibabacloud_core::http::Method;
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::time::{BoxFuture, Time};
use alibabacloud_core::waiter::{Waiter, WaiterStatus};
use alibabacloud_core::{Client, Config};
use alibabacloud_emulator::Emulator;
use alibabacloud_spec::Service;
use alibabacloud_types::plumbing::Field;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Short, so that no state of the emulator is missed.
const POLL: Duration = Duration::from_millis(100);

/// A clock that advances that of the emulator.
#[derive(Debug)]
struct SharedClock {
    manual: ManualTime,
    emulator: Arc<Emulator>,
}

impl Time for SharedClock {
    fn now(&self) -> SystemTime {
        self.manual.now()
    }

    fn elapsed(&self) -> Duration {
        self.manual.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.emulator.advance(duration);
        self.manual.sleep(duration)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.manual.deadline(duration)
    }
}

/// An emulator, and a client that creates resources in it.
struct Kit {
    emulator: Arc<Emulator>,
    client: Client,
    product: &'static str,
    version: &'static str,
}

impl Kit {
    async fn new(product: &'static str, version: &'static str) -> Self {
        let frozen = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let emulator = Emulator::builder().frozen_at(frozen).start().await;
        let emulator = emulator.expect("an emulator");
        let client = Client::new(emulator.config()).expect("a client");
        Self {
            emulator: Arc::new(emulator),
            client,
            product,
            version,
        }
    }

    /// Returns the configuration of the client with the waiters.
    fn config(&self) -> Config {
        // The emulator compares timestamps of signatures with the real time.
        let manual = ManualTime::starting_at(SystemTime::now());
        let emulator = self.emulator.clone();
        self.emulator
            .config()
            .time(SharedClock { manual, emulator })
    }

    /// Calls an operation of the service.
    async fn call(&self, operation: &str, parameters: &[(&str, &str)]) -> Value {
        self.call_other(self.product, self.version, operation, parameters)
            .await
    }

    /// Calls an operation of another service.
    async fn call_other(
        &self,
        product: &str,
        version: &str,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Value {
        let mut parameters = parameters.to_vec();
        parameters.push(("RegionId", self.emulator.region()));
        let call = self
            .client
            .call_raw(product, version, operation, &parameters);
        call.send().await.expect(operation).into_output()
    }

    /// Calls a ROA operation of the service.
    async fn call_roa(&self, operation: &str, method: Method, path: &str, body: Value) -> Value {
        let call = self
            .client
            .call_raw_roa(self.product, self.version, operation, method, path, &[])
            .json_body(&body);
        call.send().await.expect(operation).into_output()
    }

    /// Creates a VPC with a vSwitch; returns their IDs.
    async fn network(&self) -> (String, String) {
        const VPC: &str = "2016-04-28";
        let vpc = id(
            &self.call_other("vpc", VPC, "CreateVpc", &[]).await,
            "VpcId",
        );
        self.emulator.advance(Duration::from_secs(1));
        let parameters = [
            ("VpcId", vpc.as_str()),
            ("ZoneId", "cn-hangzhou-h"),
            ("CidrBlock", "172.16.0.0/24"),
        ];
        let created = self.call_other("vpc", VPC, "CreateVSwitch", &parameters);
        let vswitch = id(&created.await, "VSwitchId");
        self.emulator.advance(Duration::from_secs(1));
        (vpc, vswitch)
    }
}

/// Returns a field of a response that is text.
fn id(response: &Value, field: &str) -> String {
    let found = response[field].as_str();
    found
        .unwrap_or_else(|| panic!("{field} of {response}"))
        .to_owned()
}

/// Waits for success; returns the states on the way, `absent` for none.
async fn states<O>(wait: Waiter<O>) -> Vec<String>
where
    O: Field + Default + Send + 'static,
{
    let mut states = wait.poll_interval(POLL).states();
    let mut seen: Vec<String> = Vec::new();
    let mut last = WaiterStatus::Pending;
    while let Some(progress) = states.next().await {
        let progress = progress.expect("a response");
        last = progress.status();
        let state = progress.state().unwrap_or("absent");
        if seen.last().is_none_or(|seen| seen != state) {
            seen.push(state.to_owned());
        }
    }
    assert_eq!(last, WaiterStatus::Success, "{seen:?}");
    seen
}

#[test]
fn every_waiter_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut missing = Vec::new();
    let mut tested = BTreeSet::new();
    for product in root.join("api-specs").read_dir().unwrap() {
        let product = product.unwrap().path();
        let versions = product.read_dir().into_iter().flatten();
        for version in versions {
            let version = version.unwrap().path();
            if !version.join("openapi.yaml").is_file() {
                continue;
            }
            let service = Service::load(&version).unwrap();
            // The waiters of oos have tests in its crate.
            if service.waiters.is_empty() || service.code == "oos" {
                continue;
            }
            let name = format!("{}.rs", service.code.replace('-', "_"));
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/waiters")
                .join(name);
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for waiter in &service.waiters {
                let method = waiter_method(&waiter.name);
                if !text.contains(&format!(".{method}(")) {
                    missing.push(format!("{}: {method}", service.code));
                }
            }
            tested.insert(service.code);
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert_eq!(tested.len(), 12, "{tested:?}");
}
