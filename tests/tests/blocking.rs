//! `send_blocking` of a generated operation: in a thread, and in every kind of runtime, where the
//! calling thread waits.

use alibabacloud_emulator::Emulator;
use alibabacloud_oos::Client;
use std::sync::mpsc;
use tokio::runtime::{Builder, Runtime};

/// An emulator in a runtime of its own, so that nothing of it stands still while a test waits.
struct Service {
    runtime: Runtime,
    emulator: Emulator,
}

impl Service {
    fn start() -> Self {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let emulator = runtime.block_on(Emulator::builder().start()).unwrap();
        Self { runtime, emulator }
    }

    fn client(&self) -> Client {
        Client::new(self.emulator.config()).unwrap()
    }
}

fn call(client: &Client) {
    let request = client.list_instance_package_states("i-emulator0000000001");
    let page = request.clone().send_blocking().unwrap();
    assert!(!page.package_states.is_empty());
    let items: Result<Vec<_>, _> = request.max_results(2).by_item_blocking().collect();
    assert_eq!(items.unwrap().len(), page.package_states.len());
}

#[test]
fn a_thread_without_a_runtime_can_block() {
    let service = Service::start();
    let client = service.client();
    std::thread::spawn(move || call(&client)).join().unwrap();
}

#[test]
fn a_task_of_a_runtime_with_many_threads_can_block() {
    let service = Service::start();
    let client = service.client();
    let task = service.runtime.spawn_blocking({
        let client = client.clone();
        move || call(&client)
    });
    service.runtime.block_on(task).unwrap();
    let mut builder = Builder::new_multi_thread();
    let other = builder.worker_threads(2).enable_all().build().unwrap();
    other
        .block_on(other.spawn(async move { call(&client) }))
        .unwrap();
}

/// There the other tasks wait too, as the documentation says, and go on behind it.
#[test]
fn the_only_thread_of_a_runtime_can_block() {
    let service = Service::start();
    let client = service.client();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, receiver) = mpsc::channel();
    runtime.block_on(async move {
        let waiting = tokio::spawn(async move { sender.send("another task") });
        call(&client);
        assert!(receiver.try_recv().is_err(), "nothing runs beside it");
        waiting.await.unwrap().unwrap();
        assert_eq!(receiver.try_recv(), Ok("another task"));
    });
}

#[test]
fn a_preview_of_a_generated_operation_hides_what_is_sensitive() {
    let service = Service::start();
    let request = service
        .client()
        .create_secret_parameter("password", "a-secret-value");
    let preview = request.preview().unwrap();
    let shown = format!(
        "{preview}\n{preview:?}\n{}\n{}\n{request:?}",
        preview.to_curl(),
        preview.to_aliyun_cli()
    );
    assert!(!shown.contains("a-secret-value"), "{shown}");
    let value = preview
        .query()
        .chain(preview.form())
        .find(|(name, _)| *name == "Value");
    assert_eq!(value, Some(("Value", "REDACTED")));
    assert!(shown.contains("Name=password"), "{shown}");
}
