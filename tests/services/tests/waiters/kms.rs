//! Key Management Service.

use crate::{Kit, states};
use alibabacloud_kms::Client;

#[tokio::test]
async fn an_instance_is_connected() {
    let kit = Kit::new("kms", "2016-01-20").await;
    let client = Client::new(kit.config()).unwrap();
    let parameters = [
        ("KmsInstanceId", "kst-hzz1"),
        ("VpcId", "vpc-1"),
        ("ZoneIds", "cn-hangzhou-h,cn-hangzhou-i"),
        ("VSwitchIds", "vsw-1"),
        ("KMProvider", "Aliyun"),
    ];
    kit.call("ConnectKmsInstance", &parameters).await;
    let connected = states(client.wait_until_kms_instance_connected("kst-hzz1")).await;
    assert_eq!(connected, ["Connecting", "Connected"]);
}
