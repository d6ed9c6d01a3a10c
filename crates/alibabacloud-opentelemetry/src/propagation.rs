//! Sends the context of the span of a call with its requests.

use alibabacloud_core::interceptor::{HookError, Intercept, Outgoing};
use opentelemetry::Context;
use opentelemetry::global::get_text_map_propagator;
use opentelemetry::propagation::Injector;

/// Sets the headers that the global propagator injects.
#[derive(Debug)]
pub(crate) struct Propagate;

impl Intercept for Propagate {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        let mut headers = Headers::default();
        get_text_map_propagator(|propagator| {
            propagator.inject_context(&Context::current(), &mut headers);
        });
        for (name, value) in headers.0 {
            // The options of a call come first. A header that cannot be sent does not fail a call.
            if !value.is_empty() && request.header(&name).is_none() {
                let _ = request.set_header(&name, &value);
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Headers(Vec<(String, String)>);

impl Injector for Headers {
    fn set(&mut self, key: &str, value: String) {
        self.0.push((key.to_owned(), value));
    }
}
