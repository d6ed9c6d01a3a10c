//! The emulator accepts every operation of every specification from a client that loads it at run
//! time: with all parameters, and with the required ones.

use alibabacloud_dynamic::spec::{Kind, Operation, Pagination, Response};
use alibabacloud_dynamic::{Client, Credentials, Error, Service};
use alibabacloud_emulator::{Emulator, Key};
use sdk_tests::sample;
use serde_json::{Map, Value, json};
use std::path::Path;

#[tokio::test]
async fn every_operation_of_the_fixtures_is_accepted() {
    let specs = sdk_tests::repository().join("tests/fixtures/specs");
    for (name, operations) in [("fixture", 20), ("fixture-roa", 4)] {
        let directory = specs.join(name).join("2024-01-01");
        let service = Service::from_dir(&directory).unwrap();
        assert!(call_all(&service, &directory).await >= operations, "{name}");
    }
}

#[tokio::test]
async fn every_operation_of_the_built_in_services_is_accepted() {
    for path in sdk_tests::built_in_specs() {
        let service = Service::new(sdk_tests::built_in_spec(&path));
        assert!(call_all(&service, &path).await > 0, "{service}");
    }
}

/// Calls every operation of a service that clients can call; returns their number.
async fn call_all(service: &Service, specs: &Path) -> usize {
    let emulator = Emulator::builder().specs(specs).start().await.unwrap();
    let mut wrong = Vec::new();
    let operations = service.spec().operations.iter();
    let callable: Vec<&Operation> = operations.filter(|one| one.unsupported.is_none()).collect();
    for operation in &callable {
        for all in [true, false] {
            // An account of its own, since what another call has created decides on responses.
            let account = format!("{}-{all}", operation.name);
            emulator.add_key(Key::new(&account, "secret").account(&account));
            let key = Credentials::access_key(&account, "secret");
            let client = service.client(emulator.config().credentials(key)).unwrap();
            // Limits are checked as well: the emulator must not refuse what the specification
            // allows.
            let client = client.check_values(true);
            let parameters = parameters(service, operation, all);
            match call(&client, operation, parameters, all).await {
                Ok(()) => {}
                // The emulator keeps the state of this service, and the named resources do not
                // exist. It has then accepted the request itself.
                Err(error) if service.spec().code == "oos" && is_about_state(&error) => {}
                Err(error) => wrong.push(format!("{} (all: {all}): {error}", operation.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "{service}:\n{}", wrong.join("\n"));
    callable.len()
}

async fn call(
    client: &Client,
    operation: &Operation,
    parameters: Value,
    all: bool,
) -> Result<(), Error> {
    let request = client.call(&operation.name, parameters)?;
    request.preview()?;
    if matches!(operation.response, Response::Events(_)) {
        let mut events = request.send_stream().await?;
        return events.next().await.map_or(Ok(()), |event| event.map(drop));
    }
    // With all parameters, a list that is paged by token would also have page numbers.
    if operation.pagination.is_some() && !all {
        let page = request.by_page()?.next().await;
        return page.map_or(Ok(()), |page| page.map(drop));
    }
    request.send().await.map(drop)
}

fn is_about_state(error: &Error) -> bool {
    error
        .http_status()
        .is_some_and(|status| (400..500).contains(&status))
}

fn parameters(service: &Service, operation: &Operation, all: bool) -> Value {
    let spec = service.spec();
    let mut values = Map::new();
    for parameter in &operation.parameters {
        // A page token must come from a previous page.
        let is_token = matches!(
            &operation.pagination,
            Some(Pagination::Token { input, .. }) if *input == parameter.name
        );
        if is_token || !(all || parameter.required) {
            continue;
        }
        let value = match &spec.resolve(&parameter.schema).kind {
            _ if parameter.is_region() => json!("cn-hangzhou"),
            Kind::Binary => json!("AP8="),
            _ => sample::value(spec, &parameter.schema),
        };
        values.insert(parameter.name.clone(), value);
    }
    Value::Object(values)
}
