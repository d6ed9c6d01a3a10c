//! Waits that do not succeed, on services that people wait for most.

use crate::{Kit, POLL, id};
use alibabacloud_core::ErrorKind;
use alibabacloud_core::waiter::Outcome;
use std::time::Duration;

#[tokio::test]
async fn a_command_that_is_stopped_is_a_failure() {
    let kit = Kit::new("ecs", "2014-05-26").await;
    let client = alibabacloud_ecs::Client::new(kit.config()).unwrap();
    let parameters = [
        ("InstanceId.1", "i-1"),
        ("Type", "RunShellScript"),
        ("CommandContent", "ZWNobyBoaQ=="),
    ];
    let invocation = id(&kit.call("RunCommand", &parameters).await, "InvokeId");
    kit.call("StopInvocation", &[("InvokeId", &invocation)])
        .await;
    let wait = client.wait_until_invocation_finished(&invocation);
    let outcome = wait.poll_interval(POLL).wait().await.unwrap();
    assert!(matches!(outcome, Outcome::Failure { .. }), "{outcome:?}");
    assert_eq!(outcome.state(), Some("Stopped"));
}

#[tokio::test]
async fn a_paused_instance_refresh_needs_attention_and_a_cancelled_one_failed() {
    let kit = Kit::new("ess", "2022-02-22").await;
    let client = alibabacloud_ess::Client::new(kit.config()).unwrap();
    let started = kit
        .call("StartInstanceRefresh", &[("ScalingGroupId", "asg-1")])
        .await;
    let task = id(&started, "InstanceRefreshTaskId");
    let both = [
        ("ScalingGroupId", "asg-1"),
        ("InstanceRefreshTaskId", task.as_str()),
    ];
    kit.call("SuspendInstanceRefresh", &both).await;
    let wait = client.wait_until_instance_refresh_finished(&task);
    let outcome = wait.stop_for_attention().wait().await.unwrap();
    assert!(matches!(outcome, Outcome::Attention { .. }), "{outcome:?}");
    kit.call("CancelInstanceRefresh", &both).await;
    let wait = client.wait_until_instance_refresh_finished(&task);
    let outcome = wait.poll_interval(POLL).wait().await.unwrap();
    assert_eq!(outcome.state(), Some("Cancelled"));
    assert!(!outcome.is_success());
}

#[tokio::test]
async fn an_instance_that_stays_stopped_is_waited_for_until_the_deadline() {
    let kit = Kit::new("ecs", "2014-05-26").await;
    let client = alibabacloud_ecs::Client::new(kit.config()).unwrap();
    let parameters = [("ImageId", "m-1"), ("InstanceType", "ecs.g7.large")];
    let instance = id(&kit.call("CreateInstance", &parameters).await, "InstanceId");
    let wait = client.wait_until_instance_running(&instance);
    let error = wait
        .deadline(Duration::from_secs(300))
        .wait()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    assert!(
        text.contains("the last state was Stopped after 300 s"),
        "{text}"
    );
}

#[tokio::test]
async fn an_instance_that_is_released_while_it_starts_is_an_error() {
    let kit = Kit::new("ecs", "2014-05-26").await;
    let client = alibabacloud_ecs::Client::new(kit.config()).unwrap();
    let parameters = [
        ("Amount", "2"),
        ("ImageId", "aliyun_3_x64_20G_alibase_20250117.vhd"),
        ("InstanceType", "ecs.g7.large"),
    ];
    let started = kit.call("RunInstances", &parameters).await;
    let ids = started["InstanceIdSets"]["InstanceIdSet"]
        .as_array()
        .unwrap();
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str().unwrap()).collect();
    kit.call("DeleteInstance", &[("InstanceId", ids[0])]).await;
    let error = client
        .wait_until_instance_running(&ids)
        .wait()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsuccessful);
    let text = error.to_string();
    assert!(
        text.contains(&format!("{} no longer known", ids[0])),
        "{text}"
    );
}

/// What no operation of the emulator leads to is set with a seed.
async fn seeded(kit: &Kit, kind: &str, id: &str, fields: &str) {
    let seed = format!("resources: [{{kind: {kind}, id: {id}, fields: {fields}}}]");
    kit.emulator.seed(&seed).unwrap();
}

#[tokio::test]
async fn resources_that_fail_are_failures_with_their_state() {
    let kit = Kit::new("ecs", "2014-05-26").await;
    let ecs = alibabacloud_ecs::Client::new(kit.config()).unwrap();
    seeded(&kit, "ecs/Snapshot", "s-1", "{Status: failed}").await;
    let outcome = ecs
        .wait_until_snapshot_completed("s-1")
        .wait()
        .await
        .unwrap();
    assert_eq!(
        (outcome.is_success(), outcome.state()),
        (false, Some("failed"))
    );
    seeded(&kit, "ecs/Image", "m-1", "{Status: CreateFailed}").await;
    let outcome = ecs.wait_until_image_available("m-1").wait().await.unwrap();
    let failed = (outcome.is_success(), outcome.state());
    assert_eq!(failed, (false, Some("CreateFailed")));

    let alb = alibabacloud_alb::Client::new(kit.config()).unwrap();
    let fields = "{LoadBalancerStatus: CreateFailed}";
    seeded(&kit, "alb/LoadBalancer", "alb-1", fields).await;
    let outcome = alb
        .wait_until_load_balancer_active("alb-1")
        .wait()
        .await
        .unwrap();
    assert!(matches!(outcome, Outcome::Failure { .. }), "{outcome:?}");

    let cs = alibabacloud_cs::Client::new(kit.config()).unwrap();
    seeded(&kit, "cs/Cluster", "c1", "{state: failed}").await;
    let outcome = cs.wait_until_cluster_running("c1").wait().await.unwrap();
    assert!(matches!(outcome, Outcome::Failure { .. }), "{outcome:?}");
    let error = outcome.success().unwrap_err();
    assert_eq!(error.to_string(), "ClusterRunning: ended in state failed");

    let rds = alibabacloud_rds::Client::new(kit.config()).unwrap();
    seeded(
        &kit,
        "rds/DBInstance",
        "rm-1",
        "{DBInstanceStatus: Deleting}",
    )
    .await;
    let outcome = rds
        .wait_until_db_instance_running("rm-1")
        .wait()
        .await
        .unwrap();
    assert_eq!(outcome.state(), Some("Deleting"));
    assert!(!outcome.is_success());
}
