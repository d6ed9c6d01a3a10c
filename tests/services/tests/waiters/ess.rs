//! Auto Scaling.

use crate::{Kit, id, states};
use alibabacloud_ess::Client;

#[tokio::test]
async fn activities_end_and_groups_are_deleted() {
    let kit = Kit::new("ess", "2022-02-22").await;
    let client = Client::new(kit.config()).unwrap();
    let parameters = [("MinSize", "0"), ("MaxSize", "3")];
    let group = id(
        &kit.call("CreateScalingGroup", &parameters).await,
        "ScalingGroupId",
    );
    let parameters = [
        ("ScalingGroupId", group.as_str()),
        ("AdjustmentType", "QuantityChangeInCapacity"),
        ("AdjustmentValue", "1"),
    ];
    let activity = kit.call("ScaleWithAdjustment", &parameters).await;
    let activity = id(&activity, "ScalingActivityId");
    let finished = states(client.wait_until_scaling_activity_finished(&activity)).await;
    assert_eq!(finished, ["InProgress", "Successful"]);

    let refresh = kit.call("StartInstanceRefresh", &parameters[..1]).await;
    let refresh = id(&refresh, "InstanceRefreshTaskId");
    let finished = states(client.wait_until_instance_refresh_finished(&refresh)).await;
    assert_eq!(finished, ["Pending", "InProgress", "Successful"]);

    kit.call("DeleteScalingGroup", &parameters[..1]).await;
    let deleted = states(client.wait_until_scaling_group_deleted(&group)).await;
    assert_eq!(deleted, ["Deleting", "absent"]);
}
