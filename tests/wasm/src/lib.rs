//! A page that lists the packages of an instance, and what the tests of this target use besides.

/// The samples of the guide.
#[expect(dead_code, reason = "they are compiled only")]
mod guide {
    include!(concat!(env!("OUT_DIR"), "/guide.rs"));
}
mod transport;

use alibabacloud_oos::credentials::{Credentials, CredentialsError};
use alibabacloud_oos::retry::RetryConfig;
use alibabacloud_oos::types::Sensitive;
use alibabacloud_oos::wasm::CredentialsCallback;
use alibabacloud_oos::{CallOptions, Client, Config, Error};
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::time::{Duration, SystemTime};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A client of OOS.
#[wasm_bindgen]
pub struct Oos(Client);

#[wasm_bindgen]
impl Oos {
    /// Creates a client. `credentials` is a function that returns a promise of temporary
    /// credentials: `accessKeyId`, `accessKeySecret`, `securityToken`, `expiration` (a number, as
    /// `Date.now` has it).
    ///
    /// # Errors
    /// If the endpoint or the region is invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        endpoint: &str,
        region: &str,
        credentials: Option<Function>,
    ) -> Result<Oos, JsValue> {
        let mut config = Config::new().endpoint(endpoint).region(region);
        if let Some(function) = credentials {
            config = config.credentials(CredentialsCallback::new(async move || {
                let failed = || CredentialsError::new("the backend returned no credentials");
                let promise = function.call0(&JsValue::UNDEFINED).map_err(|_| failed())?;
                let issued = JsFuture::from(promise.unchecked_into::<Promise>()).await;
                let issued = issued.map_err(|_| failed())?;
                credentials_of(&issued).ok_or_else(failed)
            }));
        }
        Client::new(config)
            .map(Self)
            .map_err(|error| thrown(&error))
    }

    /// Returns the packages of an instance: objects with `name`, `version` and `publisher`.
    /// `pageSize` is the size of the pages that are read; `timeout` that of one attempt in
    /// milliseconds, without retries.
    ///
    /// # Errors
    /// An `Error` with `kind`, `code`, `attempts` and `requestId`.
    #[wasm_bindgen]
    pub async fn packages(
        &self,
        instance: String,
        page_size: Option<i32>,
        timeout: Option<u32>,
    ) -> Result<Array, JsValue> {
        let mut request = self.0.list_instance_package_states(instance);
        if let Some(size) = page_size {
            request = request.max_results(size);
        }
        let mut options = CallOptions::new();
        if let Some(millis) = timeout {
            let limit = Duration::from_millis(millis.into());
            options = options.attempt_timeout(limit).retry(RetryConfig::off());
        }
        let mut items = request.with_options(options).by_item();
        let packages = Array::new();
        while let Some(package) = items.next().await {
            let package = package.map_err(|error| thrown(&error))?;
            let row = Object::new();
            set(&row, "name", package.template_name);
            set(&row, "version", package.template_version);
            set(&row, "publisher", package.publisher);
            packages.push(&row);
        }
        Ok(packages)
    }
}

/// Returns temporary credentials, as the backend of a page does: it has the key of a user that may
/// assume a role, and the page has not.
///
/// # Errors
/// If the call fails.
#[wasm_bindgen(js_name = assumeRole)]
pub async fn assume_role(
    endpoint: String,
    id: String,
    secret: String,
    role: String,
) -> Result<Object, JsValue> {
    let config = Config::new()
        .endpoint(endpoint)
        .region("cn-hangzhou")
        .credentials(Credentials::access_key(id, secret));
    let client = alibabacloud_sts::Client::new(config).map_err(|error| thrown(&error))?;
    let call = client.assume_role(role, "page");
    let output = call.send().await.map_err(|error| thrown(&error))?;
    let issued = output.credentials.unwrap_or_default();
    let credentials = Object::new();
    set(&credentials, "accessKeyId", issued.access_key_id);
    let exposed = |secret: Option<Sensitive<String>>| secret.map(|secret| secret.expose().clone());
    set(
        &credentials,
        "accessKeySecret",
        exposed(issued.access_key_secret),
    );
    set(
        &credentials,
        "securityToken",
        exposed(issued.security_token),
    );
    let expiry = issued.expiration.and_then(|at| at.to_system_time().ok());
    let millis = expiry.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    set(
        &credentials,
        "expiration",
        millis.map(|since| since.as_millis() as f64),
    );
    Ok(credentials)
}

/// Reads what [`assume_role`] returns.
fn credentials_of(issued: &JsValue) -> Option<Credentials> {
    let field = |name: &str| Reflect::get(issued, &name.into()).ok();
    let text = |name: &str| field(name)?.as_string();
    let credentials = Credentials::sts(
        text("accessKeyId")?,
        text("accessKeySecret")?,
        text("securityToken")?,
    );
    let since = Duration::from_millis(field("expiration")?.as_f64()? as u64);
    Some(credentials.with_expiry(SystemTime::UNIX_EPOCH + since))
}

/// Returns an error of the SDK as one of JavaScript.
fn thrown(error: &Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    set(&thrown, "kind", Some(format!("{:?}", error.kind())));
    set(&thrown, "code", error.code().map(str::to_owned));
    set(&thrown, "attempts", Some(error.attempts()));
    set(&thrown, "requestId", error.request_id().map(str::to_owned));
    thrown.into()
}

fn set(object: &Object, name: &str, value: Option<impl Into<JsValue>>) {
    let value = value.map_or(JsValue::UNDEFINED, Into::into);
    // A new object can be changed.
    let _ = Reflect::set(object, &name.into(), &value);
}
