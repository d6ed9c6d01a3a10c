//! Elastic Compute Service.

use crate::{Kit, id, states};
use alibabacloud_ecs::Client;

async fn kit() -> (Kit, Client) {
    let kit = Kit::new("ecs", "2014-05-26").await;
    let client = Client::new(kit.config()).unwrap();
    (kit, client)
}

async fn instances(kit: &Kit, amount: &str) -> Vec<String> {
    let parameters = [
        ("Amount", amount),
        ("ImageId", "aliyun_3_x64_20G_alibase_20250117.vhd"),
        ("InstanceType", "ecs.g7.large"),
    ];
    let started = kit.call("RunInstances", &parameters).await;
    let ids = started["InstanceIdSets"]["InstanceIdSet"]
        .as_array()
        .unwrap();
    ids.iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn instances_run_stop_and_are_deleted() {
    let (kit, client) = kit().await;
    let ids = instances(&kit, "3").await;
    let running = states(client.wait_until_instance_running(&ids)).await;
    assert_eq!(running, ["Pending", "Starting", "Running"]);
    let online = states(client.wait_until_cloud_assistant_online(&ids)).await;
    assert_eq!(online, ["true"]);
    for id in &ids {
        kit.call("StopInstance", &[("InstanceId", id)]).await;
    }
    let stopped = states(client.wait_until_instance_stopped(&ids)).await;
    assert_eq!(stopped, ["Stopping", "Stopped"]);
    for id in &ids {
        kit.call("DeleteInstance", &[("InstanceId", id)]).await;
    }
    let deleted = states(client.wait_until_instance_deleted(&ids)).await;
    assert_eq!(deleted, ["Stopped", "absent"]);
}

#[tokio::test]
async fn disks_are_attached_and_copied() {
    let (kit, client) = kit().await;
    let instance = instances(&kit, "1").await.remove(0);
    states(client.wait_until_instance_running(&instance)).await;
    let parameters = [("ZoneId", "cn-hangzhou-h"), ("Size", "40")];
    let disk = id(&kit.call("CreateDisk", &parameters).await, "DiskId");
    let available = states(client.wait_until_disk_available(&disk)).await;
    assert_eq!(available, ["Creating", "Available"]);

    let both = [("InstanceId", instance.as_str()), ("DiskId", disk.as_str())];
    kit.call("AttachDisk", &both).await;
    let in_use = states(client.wait_until_disk_in_use(&disk)).await;
    assert_eq!(in_use, ["Attaching", "In_use"]);

    let snapshot = kit.call("CreateSnapshot", &[("DiskId", &disk)]).await;
    let snapshot = id(&snapshot, "SnapshotId");
    let completed = states(client.wait_until_snapshot_completed(&snapshot)).await;
    assert_eq!(completed, ["progressing", "accomplished"]);
    let image = kit.call("CreateImage", &[("SnapshotId", &snapshot)]).await;
    let image = id(&image, "ImageId");
    let available = states(client.wait_until_image_available(&image)).await;
    assert_eq!(available, ["Creating", "Available"]);
    let parameters = [("ImageId", image.as_str()), ("OSSBucket", "backups")];
    let task = id(&kit.call("ExportImage", &parameters).await, "TaskId");
    let finished = states(client.wait_until_task_finished(&task)).await;
    assert_eq!(finished, ["Processing", "Finished"]);

    kit.call("DetachDisk", &both).await;
    let available = states(client.wait_until_disk_available(&disk)).await;
    assert_eq!(available, ["Detaching", "Available"]);
    kit.call("DeleteDisk", &[("DiskId", &disk)]).await;
    let deleted = states(client.wait_until_disk_deleted(&disk)).await;
    assert_eq!(deleted, ["absent"]);
}

#[tokio::test]
async fn network_interfaces_are_attached() {
    let (kit, client) = kit().await;
    let (vpc, vswitch) = kit.network().await;
    let group = kit.call("CreateSecurityGroup", &[("VpcId", &vpc)]).await;
    let group = id(&group, "SecurityGroupId");
    let instance = instances(&kit, "1").await.remove(0);
    let parameters = [
        ("VSwitchId", vswitch.as_str()),
        ("SecurityGroupId", group.as_str()),
    ];
    let interface = kit.call("CreateNetworkInterface", &parameters).await;
    let interface = id(&interface, "NetworkInterfaceId");
    let available = states(client.wait_until_network_interface_available(&interface)).await;
    assert_eq!(available, ["Available"]);
    let both = [
        ("InstanceId", instance.as_str()),
        ("NetworkInterfaceId", interface.as_str()),
    ];
    kit.call("AttachNetworkInterface", &both).await;
    let in_use = states(client.wait_until_network_interface_in_use(&interface)).await;
    assert_eq!(in_use, ["Attaching", "InUse"]);
    kit.call("DetachNetworkInterface", &both).await;
    let available = states(client.wait_until_network_interface_available(&interface)).await;
    assert_eq!(available, ["Detaching", "Available"]);
    kit.call("DeleteNetworkInterface", &both[1..]).await;
    let deleted = states(client.wait_until_network_interface_deleted(&interface)).await;
    assert_eq!(deleted, ["Deleting", "absent"]);
}

#[tokio::test]
async fn commands_and_files_reach_instances() {
    let (kit, client) = kit().await;
    let instance = instances(&kit, "1").await.remove(0);
    let parameters = [
        ("InstanceId.1", instance.as_str()),
        ("Type", "RunShellScript"),
        ("CommandContent", "ZWNobyBoaQ=="),
    ];
    let invocation = id(&kit.call("RunCommand", &parameters).await, "InvokeId");
    let finished = states(client.wait_until_invocation_finished(&invocation)).await;
    assert_eq!(finished, ["Pending", "Running", "Success"]);
    let parameters = [
        ("InstanceId.1", instance.as_str()),
        ("Name", "motd"),
        ("TargetDir", "/etc"),
        ("Content", "aGk="),
    ];
    let invocation = id(&kit.call("SendFile", &parameters).await, "InvokeId");
    let sent = states(client.wait_until_file_sent(&invocation)).await;
    assert_eq!(sent, ["Pending", "Running", "Success"]);
}
