//! Classic Load Balancer.

use crate::{Kit, id, states};
use alibabacloud_slb::Client;

#[tokio::test]
async fn load_balancers_become_active_and_are_deleted() {
    let kit = Kit::new("slb", "2014-05-15").await;
    let client = Client::new(kit.config()).unwrap();
    let lb = id(&kit.call("CreateLoadBalancer", &[]).await, "LoadBalancerId");
    let active = states(client.wait_until_load_balancer_active(&lb)).await;
    assert_eq!(active, ["inactive", "active"]);
    kit.call("DeleteLoadBalancer", &[("LoadBalancerId", &lb)])
        .await;
    let deleted = states(client.wait_until_load_balancer_deleted(&lb)).await;
    assert_eq!(deleted, ["inactive", "absent"]);
}
