//! Container Service for Kubernetes.

use crate::{Kit, id, states};
use alibabacloud_core::http::Method;
use alibabacloud_cs::Client;
use serde_json::json;

#[tokio::test]
async fn a_cluster_and_its_node_pools_become_available() {
    let kit = Kit::new("cs", "2015-12-15").await;
    let client = Client::new(kit.config()).unwrap();
    let body = json!({ "name": "demo", "region_id": "cn-hangzhou" });
    let created = kit
        .call_roa("CreateCluster", Method::Post, "/clusters", body)
        .await;
    let (cluster, task) = (id(&created, "cluster_id"), id(&created, "task_id"));
    let running = states(client.wait_until_cluster_running(&cluster)).await;
    assert_eq!(running, ["initial", "running"]);

    let path = format!("/clusters/{cluster}/nodepools");
    let body = json!({ "nodepool_info": { "name": "workers" }, "count": 2 });
    let created = kit
        .call_roa("CreateClusterNodePool", Method::Post, &path, body)
        .await;
    let (pool, task_of_pool) = (id(&created, "nodepool_id"), id(&created, "task_id"));
    let finished = states(client.wait_until_task_finished(task_of_pool)).await;
    assert_eq!(finished, ["running", "success"]);
    let finished = states(client.wait_until_task_finished(task)).await;
    assert_eq!(finished, ["success"]);

    let path = format!("/clusters/{cluster}/nodepools/{pool}");
    let scaling = json!({ "count": 3 });
    kit.call_roa("ScaleClusterNodePool", Method::Post, &path, scaling)
        .await;
    let active = states(client.wait_until_node_pool_active(&cluster, &pool)).await;
    assert_eq!(active, ["scaling", "active"]);
    kit.call_roa("DeleteClusterNodepool", Method::Delete, &path, json!({}))
        .await;
    let deleted = states(client.wait_until_node_pool_deleted(&cluster, &pool)).await;
    assert_eq!(deleted, ["deleting", "absent"]);

    let path = format!("/clusters/{cluster}");
    kit.call_roa("DeleteCluster", Method::Delete, &path, json!({}))
        .await;
    let deleted = states(client.wait_until_cluster_deleted(&cluster)).await;
    assert_eq!(deleted, ["deleting", "absent"]);
}
