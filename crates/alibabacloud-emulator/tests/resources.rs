//! The resources that operations of the services create, read, change and delete.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]
#![cfg(all(feature = "ecs", feature = "vpc"))]

mod common;

use alibabacloud_emulator::Emulator;
use common::{Response, V3};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

const ECS: &str = "2014-05-26";
const VPC: &str = "2016-04-28";

async fn start() -> Emulator {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_500_966);
    Emulator::builder().frozen_at(at).start().await.unwrap()
}

/// Calls an operation in the region `cn-hangzhou`, unless the parameters name another.
async fn call(
    emulator: &Emulator,
    version: &str,
    action: &str,
    parameters: &[(&str, &str)],
) -> Response {
    let mut parameters = parameters.to_vec();
    if !parameters.iter().any(|(name, _)| *name == "RegionId") {
        parameters.push(("RegionId", "cn-hangzhou"));
    }
    let request = V3::new(action, version, &parameters).sign();
    request.send(emulator.address()).await.unwrap()
}

/// Calls an operation that must succeed.
async fn ok(
    emulator: &Emulator,
    version: &str,
    action: &str,
    parameters: &[(&str, &str)],
) -> Value {
    let response = call(emulator, version, action, parameters).await;
    assert_eq!(response.status, 200, "{action}: {}", response.body);
    response.json()
}

/// Calls an operation that must fail; returns the status and the code.
async fn refused(
    emulator: &Emulator,
    version: &str,
    action: &str,
    parameters: &[(&str, &str)],
) -> (u16, String) {
    let response = call(emulator, version, action, parameters).await;
    (response.status, response.code())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

/// Returns the values of a field of all instances.
async fn instances(emulator: &Emulator, parameters: &[(&str, &str)], field: &str) -> Vec<Value> {
    let body = ok(emulator, ECS, "DescribeInstances", parameters).await;
    let instances = body["Instances"]["Instance"].as_array().unwrap();
    instances.iter().map(|one| one[field].clone()).collect()
}

#[tokio::test]
async fn an_instance_advances_with_the_clock() {
    let emulator = start().await;
    let created = ok(
        &emulator,
        ECS,
        "RunInstances",
        &[
            ("Amount", "2"),
            ("ImageId", "aliyun_3_x64_20G_alibase_20250117.vhd"),
            ("InstanceType", "ecs.r7.large"),
            ("InstanceName", "web"),
            ("Tag.1.Key", "team"),
            ("Tag.1.Value", "blue"),
            ("DataDisk.1.Size", "100"),
        ],
    )
    .await;
    let ids = created["InstanceIdSets"]["InstanceIdSet"]
        .as_array()
        .unwrap();
    let (first, second) = (text(&ids[0]), text(&ids[1]));
    assert!(first.starts_with("i-") && first != second, "{created}");
    for (millis, status) in [(0, "Pending"), (500, "Starting"), (1000, "Running")] {
        emulator.advance(Duration::from_millis(millis));
        assert_eq!(instances(&emulator, &[], "Status").await, [status, status]);
    }
    let one = [("InstanceIds", &*json!([first]).to_string())];
    for (field, expected) in [
        ("InstanceId", json!(first)),
        ("InstanceName", json!("web")),
        ("InstanceType", json!("ecs.r7.large")),
        ("Cpu", json!(2)),
        ("Memory", json!(16384)),
        ("RegionId", json!("cn-hangzhou")),
        ("ZoneId", json!("cn-hangzhou-h")),
        ("OSType", json!("linux")),
        ("CreationTime", json!("2026-03-14T15:09:26Z")),
        (
            "Tags",
            json!({"Tag": [{"TagKey": "team", "TagValue": "blue"}]}),
        ),
        ("OperationLocks", json!({"LockReason": []})),
    ] {
        assert_eq!(
            instances(&emulator, &one, field).await,
            [expected],
            "{field}"
        );
    }

    let twice = [("InstanceId.1", first), ("InstanceId.2", first)];
    let stopped = ok(&emulator, ECS, "StopInstances", &twice).await;
    assert_eq!(
        stopped["InstanceResponses"]["InstanceResponse"],
        json!([{
            "InstanceId": first, "Code": "200", "Message": "success",
            "PreviousStatus": "Running", "CurrentStatus": "Stopping",
        }])
    );
    let twice = refused(&emulator, ECS, "StopInstance", &[("InstanceId", first)]).await;
    assert_eq!(twice, (403, "IncorrectInstanceStatus".to_owned()));
    emulator.advance(Duration::from_secs(1));
    let stopped = [("Status", "Stopped")];
    assert_eq!(instances(&emulator, &stopped, "InstanceId").await, [first]);
    ok(&emulator, ECS, "DeleteInstance", &[("InstanceId", first)]).await;
    emulator.advance(Duration::from_secs(1));
    assert_eq!(instances(&emulator, &[], "InstanceId").await, [second]);
    let gone = refused(&emulator, ECS, "StartInstance", &[("InstanceId", first)]).await;
    assert_eq!(gone, (404, "InvalidInstanceId.NotFound".to_owned()));
    let running = refused(&emulator, ECS, "DeleteInstance", &[("InstanceId", second)]).await;
    assert_eq!(running, (403, "IncorrectInstanceStatus".to_owned()));
    let force = [("InstanceId", second), ("Force", "true")];
    ok(&emulator, ECS, "DeleteInstance", &force).await;
    emulator.advance(Duration::from_secs(1));
    assert!(instances(&emulator, &[], "InstanceId").await.is_empty());
}

#[tokio::test]
async fn responses_are_synthetic_until_a_resource_is_created() {
    let emulator = start().await;
    let synthetic = instances(&emulator, &[], "InstanceId").await;
    assert!(!synthetic.is_empty());
    ok(&emulator, ECS, "StopInstance", &[("InstanceId", "i-any")]).await;
    let dry_run = [("InstanceType", "ecs.g7.large"), ("DryRun", "true")];
    ok(&emulator, ECS, "CreateInstance", &dry_run).await;
    assert_eq!(instances(&emulator, &[], "InstanceId").await, synthetic);
    let created = [("InstanceType", "ecs.g7.large")];
    let created = ok(&emulator, ECS, "CreateInstance", &created).await;
    assert_eq!(
        instances(&emulator, &[], "InstanceId").await,
        [created["InstanceId"].clone()]
    );
    // In another region, and of another account, nothing was created.
    let beijing = [("RegionId", "cn-beijing")];
    assert_eq!(
        instances(&emulator, &beijing, "InstanceId").await,
        synthetic
    );
    let none = [("InstanceIds", r#"["i-any"]"#)];
    assert!(instances(&emulator, &none, "InstanceId").await.is_empty());
}

#[tokio::test]
async fn disks_come_and_go_with_their_instance() {
    let emulator = start().await;
    let parameters = [
        ("InstanceType", "ecs.g7.large"),
        ("SystemDisk.Size", "60"),
        ("SystemDisk.Category", "cloud_ssd"),
        ("DataDisk.1.Size", "100"),
        ("DataDisk.1.DeleteWithInstance", "false"),
    ];
    let instance = ok(&emulator, ECS, "CreateInstance", &parameters).await;
    let instance = text(&instance["InstanceId"]);
    let disks = |body: Value| body["Disks"]["Disk"].as_array().unwrap().clone();
    let of_instance = [("InstanceId", instance)];
    let found = disks(ok(&emulator, ECS, "DescribeDisks", &of_instance).await);
    let mut shown: Vec<_> = found
        .iter()
        .map(|disk| json!([disk["Type"], disk["Size"], disk["Category"], disk["Status"]]))
        .collect();
    shown.sort_by_key(Value::to_string);
    assert_eq!(
        shown,
        [
            json!(["data", 100, "cloud_essd", "In_use"]),
            json!(["system", 60, "cloud_ssd", "In_use"])
        ]
    );
    let own = ok(
        &emulator,
        ECS,
        "CreateDisk",
        &[("Size", "20"), ("ClientToken", "t")],
    )
    .await;
    let again = ok(
        &emulator,
        ECS,
        "CreateDisk",
        &[("Size", "20"), ("ClientToken", "t")],
    )
    .await;
    assert_eq!(own["DiskId"], again["DiskId"]);
    let other = refused(
        &emulator,
        ECS,
        "CreateDisk",
        &[("Size", "30"), ("ClientToken", "t")],
    );
    assert_eq!(other.await.1, "IdempotentParameterMismatch");
    let own = text(&own["DiskId"]);
    emulator.advance(Duration::from_millis(500));
    let attach = [("DiskId", own), ("InstanceId", instance)];
    let unknown = [("DiskId", own), ("InstanceId", "i-none")];
    let unknown = refused(&emulator, ECS, "AttachDisk", &unknown).await;
    assert_eq!(unknown, (404, "InvalidInstanceId.NotFound".to_owned()));
    ok(&emulator, ECS, "AttachDisk", &attach).await;
    emulator.advance(Duration::from_millis(500));
    let attached = refused(&emulator, ECS, "DeleteDisk", &[("DiskId", own)]).await;
    assert_eq!(attached, (403, "IncorrectDiskStatus".to_owned()));
    ok(&emulator, ECS, "DetachDisk", &attach).await;
    emulator.advance(Duration::from_millis(500));
    ok(
        &emulator,
        ECS,
        "ResizeDisk",
        &[("DiskId", own), ("NewSize", "80")],
    )
    .await;
    let available = [("Status", "Available")];
    let found = disks(ok(&emulator, ECS, "DescribeDisks", &available).await);
    assert_eq!(
        (&found[0]["DiskId"], &found[0]["Size"]),
        (&json!(own), &json!(80))
    );
    let snapshot = ok(&emulator, ECS, "CreateSnapshot", &[("DiskId", own)]).await;
    let of_disk = [("DiskId", own)];
    for status in ["progressing", "accomplished"] {
        let body = ok(&emulator, ECS, "DescribeSnapshots", &of_disk).await;
        let found = &body["Snapshots"]["Snapshot"][0];
        assert_eq!(found["SnapshotId"], snapshot["SnapshotId"]);
        assert_eq!(
            (&found["Status"], &found["SourceDiskSize"]),
            (&json!(status), &json!("80"))
        );
        emulator.advance(Duration::from_secs(1));
    }
    ok(&emulator, ECS, "DeleteDisk", &[("DiskId", own)]).await;
    ok(
        &emulator,
        ECS,
        "DeleteInstance",
        &[("InstanceId", instance)],
    )
    .await;
    emulator.advance(Duration::from_secs(1));
    let left = disks(ok(&emulator, ECS, "DescribeDisks", &[]).await);
    let left = left
        .iter()
        .map(|disk| json!([disk["Size"], disk["Status"], disk["InstanceId"]]));
    assert_eq!(left.collect::<Vec<_>>(), [json!([100, "Available", ""])]);
}

#[tokio::test]
async fn a_vpc_with_vswitches_is_not_deleted() {
    let emulator = start().await;
    let vpc = ok(&emulator, VPC, "CreateVpc", &[("VpcName", "net")]).await;
    let vpc = text(&vpc["VpcId"]);
    let status = |body: &Value| body["Vpcs"]["Vpc"][0]["Status"].clone();
    let vpcs = ok(&emulator, VPC, "DescribeVpcs", &[("VpcName", "net")]).await;
    assert_eq!(status(&vpcs), "Pending");
    emulator.advance(Duration::from_secs(1));
    let parameters = |vpc| {
        [
            ("VpcId", vpc),
            ("ZoneId", "cn-hangzhou-k"),
            ("CidrBlock", "10.0.0.0/24"),
        ]
    };
    let none = refused(&emulator, VPC, "CreateVSwitch", &parameters("vpc-none")).await;
    assert_eq!(none, (404, "InvalidVpcId.NotFound".to_owned()));
    let vswitch = ok(&emulator, VPC, "CreateVSwitch", &parameters(vpc)).await;
    let vswitch = text(&vswitch["VSwitchId"]);
    let shown = ok(&emulator, VPC, "DescribeVpcAttribute", &[("VpcId", vpc)]).await;
    assert_eq!(shown["VSwitchIds"], json!({"VSwitchId": [vswitch]}));
    let used = refused(&emulator, VPC, "DeleteVpc", &[("VpcId", vpc)]).await;
    assert_eq!(used, (400, "DependencyViolation.VSwitch".to_owned()));

    let group = ok(&emulator, ECS, "CreateSecurityGroup", &[("VpcId", vpc)]).await;
    let group = text(&group["SecurityGroupId"]);
    let rule = [
        ("SecurityGroupId", group),
        ("Permissions.1.IpProtocol", "TCP"),
        ("Permissions.1.PortRange", "22/22"),
        ("Permissions.1.SourceCidrIp", "10.0.0.0/8"),
    ];
    ok(&emulator, ECS, "AuthorizeSecurityGroup", &rule).await;
    let of_group = [("SecurityGroupId", group)];
    let shown = ok(&emulator, ECS, "DescribeSecurityGroupAttribute", &of_group).await;
    assert_eq!(
        (&shown["VpcId"], &shown["SecurityGroupId"]),
        (&json!(vpc), &json!(group))
    );
    let rules = shown["Permissions"]["Permission"].as_array().unwrap();
    assert_eq!((rules.len(), &rules[0]["PortRange"]), (1, &json!("22/22")));

    emulator.advance(Duration::from_secs(1));
    let parameters = [
        ("InstanceType", "ecs.g7.large"),
        ("VSwitchId", vswitch),
        ("SecurityGroupId", group),
    ];
    let instance = ok(&emulator, ECS, "CreateInstance", &parameters).await;
    let instance = text(&instance["InstanceId"]);
    let shown = instances(&emulator, &[("VpcId", vpc)], "VpcAttributes").await;
    assert_eq!(
        (&shown[0]["VpcId"], &shown[0]["VSwitchId"]),
        (&json!(vpc), &json!(vswitch))
    );
    let used = refused(&emulator, VPC, "DeleteVSwitch", &[("VSwitchId", vswitch)]).await;
    assert_eq!(used, (400, "DependencyViolation".to_owned()));
    let used = refused(
        &emulator,
        ECS,
        "DeleteSecurityGroup",
        &[("SecurityGroupId", group)],
    )
    .await;
    assert_eq!(used, (403, "DependencyViolation".to_owned()));
    emulator.advance(Duration::from_secs(1));
    ok(
        &emulator,
        ECS,
        "DeleteInstance",
        &[("InstanceId", instance)],
    )
    .await;
    emulator.advance(Duration::from_secs(1));
    assert!(instances(&emulator, &[], "InstanceId").await.is_empty());
    ok(
        &emulator,
        ECS,
        "DeleteSecurityGroup",
        &[("SecurityGroupId", group)],
    )
    .await;
    ok(&emulator, VPC, "DeleteVSwitch", &[("VSwitchId", vswitch)]).await;
    ok(&emulator, VPC, "DeleteVpc", &[("VpcId", vpc)]).await;
}

#[tokio::test]
async fn resources_are_found_by_their_tags() {
    let emulator = start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let body = ok(
            &emulator,
            ECS,
            "CreateInstance",
            &[("InstanceType", "ecs.g7.large")],
        )
        .await;
        ids.push(text(&body["InstanceId"]).to_owned());
    }
    let tag = [
        ("ResourceType", "instance"),
        ("ResourceId.1", &*ids[0]),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    ok(&emulator, ECS, "TagResources", &tag).await;
    let blue = [("Tag.1.Key", "team"), ("Tag.1.Value", "blue")];
    assert_eq!(instances(&emulator, &blue, "InstanceId").await, [&*ids[0]]);
    let listed = ok(
        &emulator,
        ECS,
        "ListTagResources",
        &[("ResourceType", "instance")],
    )
    .await;
    assert_eq!(
        listed["TagResources"]["TagResource"],
        json!([{
            "ResourceType": "instance", "ResourceId": ids[0], "TagKey": "team", "TagValue": "blue",
        }])
    );
    let unknown = [
        ("ResourceType", "instance"),
        ("ResourceId.1", "i-none"),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    let unknown = refused(&emulator, ECS, "TagResources", &unknown).await;
    assert_eq!(unknown, (404, "InvalidInstanceId.NotFound".to_owned()));
    let untag = [
        ("ResourceType", "instance"),
        ("ResourceId.1", &*ids[0]),
        ("TagKey.1", "team"),
    ];
    ok(&emulator, ECS, "UntagResources", &untag).await;
    assert!(instances(&emulator, &blue, "InstanceId").await.is_empty());
}

#[tokio::test]
async fn lists_of_resources_have_pages() {
    let emulator = start().await;
    let parameters = [("InstanceType", "ecs.g7.large"), ("Amount", "25")];
    let created = ok(&emulator, ECS, "RunInstances", &parameters).await;
    let mut created = created["InstanceIdSets"]["InstanceIdSet"]
        .as_array()
        .unwrap()
        .clone();
    created.reverse();
    let (mut by_token, mut token) = (Vec::new(), String::new());
    loop {
        let parameters = [("MaxResults", "10"), ("NextToken", &*token)];
        let body = ok(&emulator, ECS, "DescribeInstances", &parameters).await;
        assert_eq!(body["TotalCount"], 25);
        let items = body["Instances"]["Instance"].as_array().unwrap().clone();
        by_token.extend(items.into_iter().map(|one| one["InstanceId"].clone()));
        match body["NextToken"].as_str() {
            Some(next) if !next.is_empty() => next.clone_into(&mut token),
            _ => break,
        }
    }
    assert_eq!(by_token, created);
    let mut by_number = Vec::new();
    for page in ["1", "2", "3"] {
        let page = [("PageNumber", page), ("PageSize", "10")];
        by_number.extend(instances(&emulator, &page, "InstanceId").await);
    }
    assert_eq!(by_number, created);
}

#[tokio::test]
async fn resources_stay_in_the_data_file() {
    let directory = tempdir();
    let file = directory.join("data.json");
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_500_966);
    let start = || Emulator::builder().frozen_at(at).data_file(&file).start();
    let emulator = start().await.unwrap();
    let created = ok(
        &emulator,
        ECS,
        "RunInstances",
        &[("InstanceType", "ecs.g7.large")],
    )
    .await;
    drop(emulator);
    let emulator = start().await.unwrap();
    emulator.advance(Duration::from_secs(2));
    let ids = created["InstanceIdSets"]["InstanceIdSet"]
        .as_array()
        .unwrap();
    assert_eq!(&instances(&emulator, &[], "InstanceId").await, ids);
    assert_eq!(instances(&emulator, &[], "Status").await, ["Running"]);
    drop(emulator);
    std::fs::remove_dir_all(directory).unwrap();
}

fn tempdir() -> std::path::PathBuf {
    let name = format!("emulator-resources-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

#[tokio::test]
async fn a_seed_adds_and_changes_resources() {
    let emulator = start().await;
    let created = ok(&emulator, ECS, "CreateSnapshot", &[("DiskId", "d-1")]).await;
    let id = text(&created["SnapshotId"]);
    let seed = format!(
        "resources:
          - {{kind: ecs/Snapshot, id: {id}, fields: {{Status: failed}}}}
          - {{kind: ecs/Instance, id: i-1, fields: {{Status: Running, VpcAttributes.VpcId: vpc-1}}}}"
    );
    emulator.seed(&seed).unwrap();
    emulator.advance(Duration::from_secs(60));
    let shown = ok(&emulator, ECS, "DescribeSnapshots", &[]).await;
    let shown = &shown["Snapshots"]["Snapshot"][0];
    let expected = (json!(id), json!("failed"), json!("d-1"));
    assert_eq!(
        (
            &shown["SnapshotId"],
            &shown["Status"],
            &shown["SourceDiskId"]
        ),
        (&expected.0, &expected.1, &expected.2)
    );
    let found = instances(&emulator, &[("VpcId", "vpc-1")], "InstanceId").await;
    assert_eq!(found, ["i-1"]);
    ok(&emulator, ECS, "StopInstance", &[("InstanceId", "i-1")]).await;
    let why = emulator
        .seed("resources: [{kind: ecs/Dsk, id: d-1}]")
        .unwrap_err();
    assert_eq!(
        why.to_string(),
        "cannot set ecs/Dsk d-1 of the seed: there is no kind ecs/Dsk of resources; did you mean `ecs/Disk`?"
    );
}

#[tokio::test]
async fn images_and_types_to_choose_from_exist() {
    let emulator = start().await;
    let images = ok(
        &emulator,
        ECS,
        "DescribeImages",
        &[
            ("ImageOwnerAlias", "system"),
            ("OSType", "linux"),
            ("Architecture", "x86_64"),
        ],
    )
    .await;
    let images = images["Images"]["Image"].as_array().unwrap();
    assert_eq!(images.len(), 2, "{images:?}");
    let types = ok(
        &emulator,
        ECS,
        "DescribeInstanceTypes",
        &[("CpuArchitectures.1", "X86")],
    )
    .await;
    let types = types["InstanceTypes"]["InstanceType"].as_array().unwrap();
    assert_eq!(types.len(), 4, "{types:?}");
    let zones = [
        ("DestinationResource", "InstanceType"),
        ("ZoneId", "cn-hangzhou-i"),
    ];
    let zones = ok(&emulator, ECS, "DescribeAvailableResource", &zones).await;
    let zones = zones["AvailableZones"]["AvailableZone"].as_array().unwrap();
    assert_eq!(
        (zones.len(), &zones[0]["ZoneId"]),
        (1, &json!("cn-hangzhou-i"))
    );
    let resources = &zones[0]["AvailableResources"]["AvailableResource"][0];
    let first = &resources["SupportedResources"]["SupportedResource"][0]["Value"];
    let parameters = [
        ("ImageId", text(&images[0]["ImageId"])),
        ("InstanceType", text(first)),
        ("ZoneId", text(&zones[0]["ZoneId"])),
    ];
    ok(&emulator, ECS, "RunInstances", &parameters).await;
    let zone = instances(&emulator, &[], "ZoneId").await;
    assert_eq!(zone, ["cn-hangzhou-i"]);
    // An image of one's own is listed beside those of the service.
    let instance = instances(&emulator, &[], "InstanceId").await;
    let parameters = [("InstanceId", text(&instance[0])), ("ImageName", "own")];
    ok(&emulator, ECS, "CreateImage", &parameters).await;
    for (owner, count) in [("self", 1), ("system", 4)] {
        let body = ok(
            &emulator,
            ECS,
            "DescribeImages",
            &[("ImageOwnerAlias", owner)],
        )
        .await;
        assert_eq!(body["TotalCount"], count, "{owner}");
    }
}
