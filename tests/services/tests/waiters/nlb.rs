//! Network Load Balancer.

use crate::{Kit, id, states};
use alibabacloud_nlb::Client;

#[tokio::test]
async fn load_balancers_and_their_parts_become_available() {
    let kit = Kit::new("nlb", "2022-04-30").await;
    let client = Client::new(kit.config()).unwrap();
    let (vpc, vswitch) = kit.network().await;
    let parameters = [
        ("VpcId", vpc.as_str()),
        ("AddressType", "Internet"),
        ("ZoneMappings.1.VSwitchId", vswitch.as_str()),
        ("ZoneMappings.1.ZoneId", "cn-hangzhou-h"),
        ("ZoneMappings.2.VSwitchId", vswitch.as_str()),
        ("ZoneMappings.2.ZoneId", "cn-hangzhou-i"),
    ];
    let lb = id(
        &kit.call("CreateLoadBalancer", &parameters).await,
        "LoadbalancerId",
    );
    let active = states(client.wait_until_load_balancer_active(&lb)).await;
    assert_eq!(active, ["Provisioning", "Active"]);

    let parameters = [("ServerGroupName", "web"), ("VpcId", vpc.as_str())];
    let group = id(
        &kit.call("CreateServerGroup", &parameters).await,
        "ServerGroupId",
    );
    let available = states(client.wait_until_server_group_available(&group)).await;
    assert_eq!(available, ["Creating", "Available"]);

    let parameters = [
        ("LoadBalancerId", lb.as_str()),
        ("ListenerProtocol", "TCP"),
        ("ListenerPort", "80"),
        ("ServerGroupId", group.as_str()),
    ];
    let created = kit.call("CreateListener", &parameters).await;
    let (listener, job) = (id(&created, "ListenerId"), id(&created, "JobId"));
    let finished = states(client.wait_until_job_finished(&job)).await;
    assert_eq!(finished, ["Processing", "Succeeded"]);
    kit.call("StopListener", &[("ListenerId", &listener)]).await;
    kit.emulator.advance(std::time::Duration::from_secs(1));
    kit.call("StartListener", &[("ListenerId", &listener)])
        .await;
    let running = states(client.wait_until_listener_running(&listener)).await;
    assert_eq!(running, ["Starting", "Running"]);

    kit.call("DeleteLoadBalancer", &[("LoadBalancerId", &lb)])
        .await;
    let deleted = states(client.wait_until_load_balancer_deleted(&lb)).await;
    assert_eq!(deleted, ["Configuring", "absent"]);
}
