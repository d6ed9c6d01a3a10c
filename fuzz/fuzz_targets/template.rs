//! No template and no seed makes the emulator fail: each is refused, or its executions run.

#![no_main]

use alibabacloud_core::{Client, Error};
use alibabacloud_fuzz::emulated::{RUNTIME, Shared, config};
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

static EMULATOR: Shared = Shared::new();

// A template, and after a NUL the parameters of an execution.
fuzz_target!(|input: &str| {
    let (template, parameters) = input.split_once('\0').unwrap_or((input, "{}"));
    let emulator = EMULATOR.emulator();
    if let Err(error) = emulator.seed(template) {
        assert!(!error.to_string().is_empty());
    }
    let client = Client::new(config(&emulator)).expect("the configuration is complete");
    let call = |operation: &str, parameters: &[(&str, &str)]| {
        let call = client.call_raw("oos", "2019-06-01", operation, parameters);
        check(RUNTIME.block_on(call.send()).map(drop));
    };
    let content = ("Content", template);
    call("ValidateTemplateContent", &[content]);
    call(
        "DeleteTemplate",
        &[("TemplateName", "fuzz"), ("AutoDeleteExecutions", "true")],
    );
    call("CreateTemplate", &[content, ("TemplateName", "fuzz")]);
    call("GetTemplate", &[("TemplateName", "fuzz")]);
    let parameters = ("Parameters", parameters);
    call("StartExecution", &[("TemplateName", "fuzz"), parameters]);
    emulator.advance(Duration::from_secs(3600));
    call("ListExecutions", &[("TemplateName", "fuzz")]);
    call("ListTaskExecutions", &[]);
});

fn check(result: Result<(), Error>) {
    if let Err(error) = result {
        // What is longer than a request may be is refused before it is sent.
        let status = error.http_status().unwrap_or(400);
        assert!((400..500).contains(&status), "{error}");
    }
}
