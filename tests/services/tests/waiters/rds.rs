//! ApsaraDB RDS.

use crate::{Kit, id, states};
use alibabacloud_rds::Client;

#[tokio::test]
async fn an_instance_and_what_is_in_it_become_available() {
    let kit = Kit::new("rds", "2014-08-15").await;
    let client = Client::new(kit.config()).unwrap();
    let parameters = [
        ("Engine", "MySQL"),
        ("EngineVersion", "8.0"),
        ("DBInstanceClass", "mysql.n2.medium.1"),
        ("DBInstanceStorage", "20"),
        ("DBInstanceNetType", "Intranet"),
        ("SecurityIPList", "127.0.0.1"),
        ("PayType", "Postpaid"),
    ];
    let db = id(
        &kit.call("CreateDBInstance", &parameters).await,
        "DBInstanceId",
    );
    let running = states(client.wait_until_db_instance_running(&db)).await;
    assert_eq!(running, ["Creating", "Running"]);

    let parameters = [
        ("DBInstanceId", db.as_str()),
        ("AccountName", "app"),
        ("AccountPassword", "Secret-1234"),
    ];
    kit.call("CreateAccount", &parameters).await;
    let available = states(client.wait_until_account_available(&db, "app")).await;
    assert_eq!(available, ["Unavailable", "Available"]);
    let parameters = [
        ("DBInstanceId", db.as_str()),
        ("DBName", "shop"),
        ("CharacterSetName", "utf8mb4"),
    ];
    kit.call("CreateDatabase", &parameters).await;
    let running = states(client.wait_until_database_running(&db, "shop")).await;
    assert_eq!(running, ["Creating", "Running"]);

    let job = kit.call("CreateBackup", &[("DBInstanceId", &db)]).await;
    let job: i32 = id(&job, "BackupJobId").parse().unwrap();
    let finished = states(client.wait_until_backup_finished(&db, job)).await;
    assert_eq!(finished, ["NoStart", "Preparing", "Uploading", "Finished"]);

    kit.call("DeleteDBInstance", &[("DBInstanceId", &db)]).await;
    let deleted = states(client.wait_until_db_instance_deleted(&db)).await;
    assert_eq!(deleted, ["Deleting", "absent"]);
}
