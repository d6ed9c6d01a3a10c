//! Virtual Private Cloud.

use crate::{Kit, id, states};
use alibabacloud_vpc::Client;

async fn kit() -> (Kit, Client) {
    let kit = Kit::new("vpc", "2016-04-28").await;
    let client = Client::new(kit.config()).unwrap();
    (kit, client)
}

#[tokio::test]
async fn a_network_is_created_and_deleted_in_order() {
    let (kit, client) = kit().await;
    let vpc = id(&kit.call("CreateVpc", &[]).await, "VpcId");
    let available = states(client.wait_until_vpc_available(&vpc)).await;
    assert_eq!(available, ["Pending", "Available"]);
    let parameters = [
        ("VpcId", vpc.as_str()),
        ("ZoneId", "cn-hangzhou-h"),
        ("CidrBlock", "172.16.0.0/24"),
    ];
    let vswitch = id(&kit.call("CreateVSwitch", &parameters).await, "VSwitchId");
    let available = states(client.wait_until_vswitch_available(&vswitch)).await;
    assert_eq!(available, ["Pending", "Available"]);
    let table = kit.call("CreateRouteTable", &[("VpcId", &vpc)]).await;
    let table = id(&table, "RouteTableId");
    let available = states(client.wait_until_route_table_available(&table)).await;
    assert_eq!(available, ["Pending", "Available"]);
    kit.call("DeleteRouteTable", &[("RouteTableId", &table)])
        .await;
    kit.call("DeleteVSwitch", &[("VSwitchId", &vswitch)]).await;
    let deleted = states(client.wait_until_vswitch_deleted(&vswitch)).await;
    assert_eq!(deleted, ["absent"]);
    kit.emulator.advance(std::time::Duration::from_secs(1));
    kit.call("DeleteVpc", &[("VpcId", &vpc)]).await;
    let deleted = states(client.wait_until_vpc_deleted(&vpc)).await;
    assert_eq!(deleted, ["absent"]);
}

#[tokio::test]
async fn an_eip_is_associated_and_released() {
    let (kit, client) = kit().await;
    let eip = id(&kit.call("AllocateEipAddress", &[]).await, "AllocationId");
    let available = states(client.wait_until_eip_available(&eip)).await;
    assert_eq!(available, ["Available"]);
    let both = [("AllocationId", eip.as_str()), ("InstanceId", "ngw-1")];
    kit.call("AssociateEipAddress", &both).await;
    let in_use = states(client.wait_until_eip_in_use(&eip)).await;
    assert_eq!(in_use, ["Associating", "InUse"]);
    kit.call("UnassociateEipAddress", &both).await;
    let available = states(client.wait_until_eip_available([&eip])).await;
    assert_eq!(available, ["Unassociating", "Available"]);
    kit.call("ReleaseEipAddress", &both[..1]).await;
    let released = states(client.wait_until_eip_released(&eip)).await;
    assert_eq!(released, ["Releasing", "absent"]);
}

#[tokio::test]
async fn gateways_and_their_entries_become_available() {
    let (kit, client) = kit().await;
    let (vpc, vswitch) = kit.network().await;
    let parameters = [("VpcId", vpc.as_str()), ("VSwitchId", vswitch.as_str())];
    let gateway = kit.call("CreateNatGateway", &parameters).await;
    let nat = id(&gateway, "NatGatewayId");
    let available = states(client.wait_until_nat_gateway_available(&nat)).await;
    assert_eq!(available, ["Creating", "Available"]);
    let snat = gateway["SnatTableIds"]["SnatTableId"][0].as_str().unwrap();
    let parameters = [
        ("SnatTableId", snat),
        ("SnatIp", "47.98.0.1"),
        ("SourceVSwitchId", &vswitch),
    ];
    let entry = id(
        &kit.call("CreateSnatEntry", &parameters).await,
        "SnatEntryId",
    );
    let available = states(client.wait_until_snat_entry_available(&entry)).await;
    assert_eq!(available, ["Pending", "Available"]);
    let forward = gateway["ForwardTableIds"]["ForwardTableId"][0]
        .as_str()
        .unwrap();
    let parameters = [
        ("ForwardTableId", forward),
        ("ExternalIp", "47.98.0.1"),
        ("ExternalPort", "80"),
        ("InternalIp", "172.16.0.5"),
        ("InternalPort", "8080"),
        ("IpProtocol", "TCP"),
    ];
    let entry = id(
        &kit.call("CreateForwardEntry", &parameters).await,
        "ForwardEntryId",
    );
    let available = states(client.wait_until_forward_entry_available(&entry)).await;
    assert_eq!(available, ["Pending", "Available"]);
    kit.call("DeleteNatGateway", &[("NatGatewayId", &nat)])
        .await;
    let deleted = states(client.wait_until_nat_gateway_deleted(&nat)).await;
    assert_eq!(deleted, ["Deleting", "absent"]);

    let parameters = [("VpcId", vpc.as_str()), ("Bandwidth", "10")];
    let vpn = id(
        &kit.call("CreateVpnGateway", &parameters).await,
        "VpnGatewayId",
    );
    let active = states(client.wait_until_vpn_gateway_active(&vpn)).await;
    assert_eq!(active, ["init", "provisioning", "active"]);
    kit.call("DeleteVpnGateway", &[("VpnGatewayId", &vpn)])
        .await;
    let deleted = states(client.wait_until_vpn_gateway_deleted(&vpn)).await;
    assert_eq!(deleted, ["deleting", "absent"]);
}
