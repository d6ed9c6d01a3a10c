//! The specifications of this repository are valid.

use crate::support::Fixture;
use alibabacloud_spec::{Kind, Loader, Locator, Service, find_specs};
use std::path::{Path, PathBuf};

fn own_specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs");
    let specs = find_specs(&root).unwrap();
    assert!(
        !specs.is_empty(),
        "no specification under {}",
        root.display()
    );
    specs
}

#[test]
fn load_and_have_all_descriptions() {
    for dir in own_specs() {
        let loaded = Loader::new().lint(true).load(&dir);
        loaded.unwrap_or_else(|errors| panic!("{errors}"));
    }
}

#[test]
fn common_errors_are_added_to_those_of_a_service() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs");
    let common = Loader::new().lint(true).common_errors(&root);
    let common = common.unwrap_or_else(|errors| panic!("{errors}"));
    let system = |code: &str| common.iter().position(|error| error.code == code);
    let throttled = system("Throttling.User").unwrap();
    assert!(system("SignatureDoesNotMatch").is_some());

    let dir = Fixture::valid().write("common-errors");
    let mut service = Service::load(&dir).unwrap();
    let mut own = common[throttled].clone();
    own.description = "Buy fewer tickets.".to_owned();
    service.errors = vec![own];
    service.add_errors(&common);
    let of_code = |service: &Service| {
        let errors = service.errors.iter();
        let mut found = errors.filter(|error| error.code == "Throttling.User");
        (found.next().map(|e| e.description.clone()), found.count())
    };
    assert_eq!(
        of_code(&service),
        (Some("Buy fewer tickets.".to_owned()), 0)
    );
    assert_eq!(service.errors.len(), common.len());

    // A directory without the file has none, and a wrong file is reported with its place.
    assert_eq!(Loader::new().common_errors(&dir).unwrap(), []);
    std::fs::write(
        dir.join("common.yaml"),
        "x-acs-errors:\n  - cod: Throttling\n",
    )
    .unwrap();
    let errors = Loader::new().common_errors(&dir).unwrap_err().to_string();
    assert!(errors.contains("common.yaml:2:5"), "{errors}");
}

#[test]
fn the_version_of_the_crates_is_read() {
    let service = Service::load(&Fixture::valid().write("first-version")).unwrap();
    assert_eq!(service.crate_version(), "0.1.0");
    let fixture = Fixture::valid().replace(
        "crate: alibabacloud-tickets",
        "crate: alibabacloud-tickets\n  crate-version: 1.20.3",
    );
    let service = Service::load(&fixture.write("later-version")).unwrap();
    assert_eq!(service.crate_version(), "1.20.3");
}

#[test]
fn a_bundle_reads_as_its_directory() {
    for dir in own_specs() {
        let bundle = Service::bundle(&dir).unwrap();
        assert_eq!(
            Service::from_bundle(&bundle).unwrap(),
            Service::load(&dir).unwrap()
        );
    }
}

#[test]
fn chosen_names_are_read_and_items_are_located() {
    let fixture = Fixture::valid()
        .replace(
            "    - name: MaxResults\n",
            "    - name: MaxResults\n      x-acs-name: page_size\n",
        )
        .replace(
            "  operationId: SellTickets\n",
            "  operationId: SellTickets\n  x-acs-name: Sell\n",
        )
        .replace(
            "    Ticket:\n      type: object\n",
            "    Ticket:\n      type: object\n      x-acs-name: Pass\n",
        )
        .replace(
            "Id: { type: string,",
            "Id: { type: string, x-acs-name: key,",
        )
        .replace(
            "            Free: For sale.\n",
            "            Free: For sale.\n          x-acs-enum-names: { Void: Gone }\n",
        );
    let dir = fixture.write("chosen-names");
    let service = Service::load(&dir).unwrap();
    let sell = service.operation("SellTickets").unwrap();
    assert_eq!(sell.rust_name.as_deref(), Some("Sell"));
    let list = service.operation("ListTickets").unwrap();
    let size = list.parameter("MaxResults").unwrap();
    assert_eq!(size.schema.rust_name.as_deref(), Some("page_size"));
    let ticket = &service.schemas["Ticket"];
    assert_eq!(ticket.rust_name.as_deref(), Some("Pass"));
    let Kind::Object(fields) = &ticket.kind else {
        panic!("{ticket:?}")
    };
    assert_eq!(fields["Id"].schema.rust_name.as_deref(), Some("key"));
    let Kind::Enum(values) = &fields["State"].schema.kind else {
        panic!("{fields:?}")
    };
    let names: Vec<_> = values
        .iter()
        .map(|value| value.rust_name.as_deref())
        .collect();
    assert_eq!(names, [None, None, Some("Gone")]);

    let locator = Locator::open(&dir);
    let located = |place: &str| {
        let found = locator.locate(place)?;
        let file = dir.to_str().unwrap().replace('\\', "/");
        Some(found.strip_prefix(&format!("{file}/")).unwrap().to_owned())
    };
    for (place, expected) in [
        ("ListTickets", "operations/ListTickets.yaml:2:16"),
        ("ListTickets.ShowId", "operations/ListTickets.yaml:15:7"),
        (
            "ListTickets.MaxResults",
            "operations/ListTickets.yaml:20:13",
        ),
        ("ListTickets.Tickets", "operations/ListTickets.yaml:42:15"),
        (
            "ListTickets.Tickets[].Nowhere",
            "operations/ListTickets.yaml:42:15",
        ),
        ("Ticket.State", "openapi.yaml:52:9"),
        ("Ticket", "openapi.yaml:45:5"),
    ] {
        assert_eq!(located(place).as_deref(), Some(expected), "{place}");
    }
    assert_eq!(located("Nowhere"), None);
}
