//! Application Load Balancer.

use crate::{Kit, id, states};
use alibabacloud_alb::Client;

#[tokio::test]
async fn load_balancers_and_their_parts_become_available() {
    let kit = Kit::new("alb", "2020-06-16").await;
    let client = Client::new(kit.config()).unwrap();
    let (vpc, vswitch) = kit.network().await;
    let parameters = [
        ("VpcId", vpc.as_str()),
        ("AddressType", "Internet"),
        ("LoadBalancerEdition", "Standard"),
        ("LoadBalancerBillingConfig.PayType", "PostPay"),
        ("ZoneMappings.1.VSwitchId", vswitch.as_str()),
        ("ZoneMappings.1.ZoneId", "cn-hangzhou-h"),
        ("ZoneMappings.2.VSwitchId", vswitch.as_str()),
        ("ZoneMappings.2.ZoneId", "cn-hangzhou-i"),
    ];
    let lb = id(
        &kit.call("CreateLoadBalancer", &parameters).await,
        "LoadBalancerId",
    );
    let active = states(client.wait_until_load_balancer_active(&lb)).await;
    assert_eq!(active, ["Provisioning", "Active"]);

    let parameters = [
        ("ServerGroupName", "web"),
        ("HealthCheckConfig.HealthCheckEnabled", "false"),
    ];
    let group = id(
        &kit.call("CreateServerGroup", &parameters).await,
        "ServerGroupId",
    );
    let available = states(client.wait_until_server_group_available(&group)).await;
    assert_eq!(available, ["Creating", "Available"]);

    let parameters = [
        ("LoadBalancerId", lb.as_str()),
        ("ListenerProtocol", "HTTP"),
        ("ListenerPort", "80"),
        ("DefaultActions.1.Type", "ForwardGroup"),
        (
            "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId",
            group.as_str(),
        ),
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
    assert_eq!(running, ["Configuring", "Running"]);

    let parameters = [
        ("ListenerId", listener.as_str()),
        ("RuleName", "api"),
        ("Priority", "1"),
        ("RuleConditions.1.Type", "Path"),
        ("RuleConditions.1.PathConfig.Values.1", "/api"),
        ("RuleActions.1.Type", "ForwardGroup"),
        ("RuleActions.1.Order", "1"),
    ];
    let rule = id(&kit.call("CreateRule", &parameters).await, "RuleId");
    let available = states(client.wait_until_rule_available(&rule)).await;
    assert_eq!(available, ["Provisioning", "Available"]);

    kit.call("DeleteLoadBalancer", &[("LoadBalancerId", &lb)])
        .await;
    let deleted = states(client.wait_until_load_balancer_deleted(&lb)).await;
    assert_eq!(deleted, ["Configuring", "absent"]);
}
