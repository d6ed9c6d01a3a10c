//! Container Registry.

use crate::{Kit, id, states};
use alibabacloud_core::test_util::{MockClient, MockResponse};
use alibabacloud_cr::Client;

const INSTANCE: &str = "cri-emulator00000001";

#[tokio::test]
async fn images_are_built_and_scanned() {
    let kit = Kit::new("cr", "2018-12-01").await;
    let client = Client::new(kit.config()).unwrap();
    let running = states(client.wait_until_instance_running(INSTANCE)).await;
    assert_eq!(running, ["RUNNING"]);

    let parameters = [
        ("InstanceId", INSTANCE),
        ("RepoId", "crr-1"),
        ("BuildRuleId", "crbr-1"),
    ];
    let build = kit.call("CreateBuildRecordByRule", &parameters).await;
    let build = id(&build, "BuildRecordId");
    let finished = client.wait_until_repo_build_finished(INSTANCE, "crr-1", &build);
    assert_eq!(states(finished).await, ["PENDING", "BUILDING", "SUCCESS"]);

    let parameters = [
        ("InstanceId", INSTANCE),
        ("RepoId", "crr-1"),
        ("Tag", "1.0"),
    ];
    kit.call("CreateRepoTagScanTask", &parameters).await;
    let scanned = client.wait_until_repo_tag_scanned(INSTANCE, "crr-1", "1.0");
    assert_eq!(states(scanned).await, ["SCANNING", "COMPLETE"]);
}

// No operation starts such a build, so the emulator has none.
#[tokio::test]
async fn artifacts_are_built() {
    let responses = ["PENDING", "BUILDING", "SUCCESS"]
        .map(|state| MockResponse::json(200, format!(r#"{{"TaskStatus":"{state}"}}"#)));
    let kit = Kit::new("cr", "2018-12-01").await;
    let client = Client::new(kit.config().http_client(MockClient::new(responses))).unwrap();
    let built = client.wait_until_artifact_build_finished(INSTANCE, "i2a-1");
    assert_eq!(states(built).await, ["PENDING", "BUILDING", "SUCCESS"]);
}
