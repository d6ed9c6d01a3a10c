//! The transport and the clock alone, for tests of streams and timers.

use alibabacloud_core::http::{HttpClient, HttpRequest, Method};
use alibabacloud_core::time::Time;
use alibabacloud_core::wasm::{FetchClient, JsTime};
use js_sys::{Array, Error, Function, Uint8Array};
use std::time::{Duration, SystemTime};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Requests `url`, calls `received` with each chunk of the body, and returns the status. Drops the
/// rest of the body after `most` chunks.
///
/// # Errors
/// Its `message` is the text of the transport's error, and `name` its kind.
#[wasm_bindgen]
pub async fn download(url: String, most: u32, received: Function) -> Result<u16, JsValue> {
    let failed = |error: alibabacloud_core::http::TransportError| {
        let thrown = Error::new(&error.to_string());
        thrown.set_name(&format!("{:?}", error.kind()));
        JsValue::from(thrown)
    };
    let request = HttpRequest::new(Method::Get, url);
    let mut response = FetchClient::new().send(request).await.map_err(failed)?;
    for _ in 0..most {
        let Some(chunk) = response.body.next_chunk().await else {
            break;
        };
        let bytes = Uint8Array::from(&*chunk.map_err(failed)?);
        received.call1(&JsValue::UNDEFINED, &bytes)?;
    }
    Ok(response.status)
}

/// Sleeps, and returns the wall clock before and after in milliseconds, and the time between by
/// the clock that never decreases.
#[wasm_bindgen]
pub async fn sleep(millis: u32) -> Array {
    let time = JsTime::new();
    let wall = || {
        let since = time.now().duration_since(SystemTime::UNIX_EPOCH);
        JsValue::from(since.unwrap_or_default().as_millis() as f64)
    };
    let (before, started) = (wall(), time.elapsed());
    time.sleep(Duration::from_millis(millis.into())).await;
    let elapsed = time.elapsed().saturating_sub(started);
    Array::of3(
        &before,
        &wall(),
        &JsValue::from(elapsed.as_secs_f64() * 1000.0),
    )
}
