//! Settings of the service for an account.

use crate::call::{Call, CallResult, Handlers};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[("GetServiceSettings", get), ("SetServiceSettings", set)];

const SETTINGS: &str = "settings";

fn get(call: &mut Call<'_>) -> CallResult {
    let record = call
        .region
        .resources
        .get(SETTINGS, SETTINGS)
        .cloned()
        .unwrap_or_default();
    Ok(json!({"ServiceSettings": [record]}))
}

fn set(call: &mut Call<'_>) -> CallResult {
    let mut record = call
        .region
        .resources
        .get(SETTINGS, SETTINGS)
        .cloned()
        .unwrap_or_default();
    call.copy_into(
        &mut record,
        &[
            "DeliveryOssEnabled",
            "DeliveryOssBucketName",
            "DeliveryOssKeyPrefix",
            "DeliverySlsEnabled",
            "DeliverySlsProjectName",
            "RdcEnterpriseId",
            "ServiceAccessRdEnabled",
        ],
    );
    if let Some(folders) = call.json("RdFolderIds") {
        record.insert("RdFolders".to_owned(), Value::from(folders.to_string()));
    }
    call.region
        .resources
        .put(SETTINGS, SETTINGS, record.clone());
    Ok(json!({"ServiceSettings": [record]}))
}
