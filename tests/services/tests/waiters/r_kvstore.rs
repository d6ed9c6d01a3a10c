//! Tair (Redis OSS-compatible).

use crate::{Kit, id, states};
use alibabacloud_r_kvstore::Client;

#[tokio::test]
async fn an_instance_and_what_is_in_it_become_available() {
    let kit = Kit::new("r-kvstore", "2015-01-01").await;
    let client = Client::new(kit.config()).unwrap();
    let redis = id(&kit.call("CreateInstance", &[]).await, "InstanceId");
    let normal = states(client.wait_until_instance_normal(&redis)).await;
    assert_eq!(normal, ["Creating", "Normal"]);

    let parameters = [
        ("InstanceId", redis.as_str()),
        ("AccountName", "app"),
        ("AccountPassword", "Secret-1234"),
    ];
    kit.call("CreateAccount", &parameters).await;
    let available = states(client.wait_until_account_available(&redis, "app")).await;
    assert_eq!(available, ["Unavailable", "Available"]);

    let job = kit.call("CreateBackup", &[("InstanceId", &redis)]).await;
    let finished = client.wait_until_backup_finished(&redis, id(&job, "BackupJobID"));
    let finished = states(finished).await;
    assert_eq!(finished, ["NoStart", "Preparing", "Uploading", "Finished"]);

    kit.call("DeleteInstance", &[("InstanceId", &redis)]).await;
    let deleted = states(client.wait_until_instance_deleted(&redis)).await;
    assert_eq!(deleted, ["Changing", "absent"]);
}
