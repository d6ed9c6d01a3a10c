//! The resources of services whose files do more than advance through states.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]
#![cfg(all(feature = "dysmsapi", feature = "kms", feature = "rds"))]

mod common;

use alibabacloud_emulator::Emulator;
use common::V3;
use serde_json::Value;
use std::time::{Duration, SystemTime};

struct Service {
    emulator: Emulator,
    version: &'static str,
}

impl Service {
    async fn start(version: &'static str) -> Self {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_500_966);
        let emulator = Emulator::builder().frozen_at(at).start().await.unwrap();
        Self { emulator, version }
    }

    /// Calls an operation that must succeed.
    async fn ok(&self, action: &str, parameters: &[(&str, &str)]) -> Value {
        let mut parameters = parameters.to_vec();
        parameters.push(("RegionId", "cn-hangzhou"));
        let request = V3::new(action, self.version, &parameters).sign();
        let response = request.send(self.emulator.address()).await.unwrap();
        assert_eq!(response.status, 200, "{action}: {}", response.body);
        response.json()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_key_has_versions_aliases_and_a_rotation() {
    let kms = Service::start("2016-01-20").await;
    let created = kms.ok("CreateKey", &[("Description", "orders")]).await;
    let metadata = &created["KeyMetadata"];
    assert_eq!(metadata["KeyState"], "Enabled");
    let (key, first) = (
        text(&metadata["KeyId"]),
        text(&metadata["PrimaryKeyVersion"]),
    );
    let id = [("KeyId", key.as_str())];

    let version = kms.ok("CreateKeyVersion", &id).await;
    let second = text(&version["KeyVersion"]["KeyVersionId"]);
    let versions = kms.ok("ListKeyVersions", &id).await;
    let versions = versions["KeyVersions"]["KeyVersion"].as_array().unwrap();
    let mut ids: Vec<String> = versions
        .iter()
        .map(|one| text(&one["KeyVersionId"]))
        .collect();
    ids.sort();
    let mut expected = vec![first, second];
    expected.sort();
    assert_eq!(ids, expected);

    let alias = [("KeyId", key.as_str()), ("AliasName", "alias/orders")];
    kms.ok("CreateAlias", &alias).await;
    let aliases = kms.ok("ListAliasesByKeyId", &id).await;
    assert_eq!(aliases["Aliases"]["Alias"][0]["AliasName"], "alias/orders");

    let rotation = [
        ("KeyId", key.as_str()),
        ("EnableAutomaticRotation", "true"),
        ("RotationInterval", "30d"),
    ];
    kms.ok("UpdateRotationPolicy", &rotation).await;
    let shown = kms.ok("DescribeKey", &id).await;
    assert_eq!(shown["KeyMetadata"]["AutomaticRotation"], "Enabled");
    assert_eq!(shown["KeyMetadata"]["RotationInterval"], "30d");

    kms.ok("DisableKey", &id).await;
    let shown = kms.ok("DescribeKey", &id).await;
    assert_eq!(shown["KeyMetadata"]["KeyState"], "Disabled");
    let deletion = [("KeyId", key.as_str()), ("PendingWindowInDays", "7")];
    kms.ok("ScheduleKeyDeletion", &deletion).await;
    let shown = kms.ok("DescribeKey", &id).await;
    assert_eq!(shown["KeyMetadata"]["KeyState"], "PendingDeletion");
}

#[tokio::test]
async fn a_message_that_was_sent_is_found_by_its_number() {
    let sms = Service::start("2017-05-25").await;
    let message = [
        ("PhoneNumbers", "13800000000"),
        ("SignName", "Example"),
        ("TemplateCode", "SMS_1"),
    ];
    let sent = sms.ok("SendSms", &message).await;
    assert_eq!(sent["Code"], "OK");
    let query = [
        ("PhoneNumber", "13800000000"),
        ("SendDate", "20260314"),
        ("PageSize", "10"),
        ("CurrentPage", "1"),
    ];
    let status = |details: Value| {
        let details = details["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
            .as_array()
            .cloned();
        let details = details.unwrap_or_default();
        details
            .iter()
            .map(|one| one["SendStatus"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(status(sms.ok("QuerySendDetails", &query).await), ["1"]);
    sms.emulator.advance(Duration::from_secs(2));
    assert_eq!(status(sms.ok("QuerySendDetails", &query).await), ["3"]);
    let other = [("PhoneNumber", "13900000000"), query[1], query[2], query[3]];
    assert!(status(sms.ok("QuerySendDetails", &other).await).is_empty());
}

#[tokio::test]
async fn a_backup_and_its_job_are_listed() {
    let rds = Service::start("2014-08-15").await;
    let instance = [
        ("Engine", "MySQL"),
        ("EngineVersion", "8.0"),
        ("DBInstanceClass", "mysql.n2.medium.1"),
        ("DBInstanceStorage", "20"),
        ("DBInstanceNetType", "Intranet"),
        ("SecurityIPList", "127.0.0.1"),
        ("PayType", "Postpaid"),
    ];
    let created = rds.ok("CreateDBInstance", &instance).await;
    let id = text(&created["DBInstanceId"]);
    let id = [("DBInstanceId", id.as_str())];
    let job = rds.ok("CreateBackup", &id).await;
    rds.emulator.advance(Duration::from_secs(5));
    let jobs = rds.ok("DescribeBackupTasks", &id).await;
    let listed = &jobs["Items"]["BackupJob"][0];
    assert_eq!(text(&listed["BackupJobId"]), text(&job["BackupJobId"]));
    assert_eq!(listed["BackupStatus"], "Finished");
    let backups = rds.ok("DescribeBackups", &id).await;
    let backup = &backups["Items"]["Backup"];
    assert_eq!(backup.as_array().map(Vec::len), Some(1));
    assert_eq!(backup[0]["BackupStatus"], "Success");
    assert_eq!(backup[0]["BackupId"], listed["BackupId"]);
    let backup = [id[0], ("BackupId", backup[0]["BackupId"].as_str().unwrap())];
    rds.ok("DeleteBackup", &backup).await;
    let backups = rds.ok("DescribeBackups", &id).await;
    assert_eq!(backups["Items"]["Backup"].as_array().map(Vec::len), Some(0));
}
