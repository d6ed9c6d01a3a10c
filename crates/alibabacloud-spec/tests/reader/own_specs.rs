//! The specifications of this repository are valid.

use crate::support::Fixture;
use alibabacloud_spec::{Glossary, Kind, Loader, Locator, Service, find_specs};
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
        // Glossaries describe the parameters and fields of most services.
        let has_glossary = !dir.ends_with("oos/2019-06-01");
        let loader = Loader::new().lint(true).accept_undescribed(has_glossary);
        let loaded = loader.load(&dir);
        loaded.unwrap_or_else(|errors| panic!("{errors}"));
    }
}

#[test]
fn own_glossaries_are_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs");
    for dir in own_specs().into_iter().chain([root]) {
        let glossary = Loader::new().glossary(&dir);
        glossary.unwrap_or_else(|errors| panic!("{errors}"));
    }
}

#[test]
fn a_glossary_is_read_with_the_places_of_its_names() {
    let dir = Fixture::valid().write("glossary");
    assert_eq!(
        Loader::new().glossary(&dir).unwrap(),
        Glossary::default(),
        "there is no file"
    );
    let file = dir.join("glossary.yaml");
    let text =
        "# Words\nterms:\n  RegionId: Where.\n  Disk.Status: >-\n    What\n    next.\nfields: {}\n";
    std::fs::write(&file, text).unwrap();
    let glossary = Loader::new().glossary(&dir).unwrap();
    assert!(glossary.file.ends_with("glossary/glossary.yaml"));
    let terms: Vec<_> = glossary
        .iter()
        .map(|(name, term)| (name, term.text.as_str(), term.position))
        .collect();
    assert_eq!(
        terms,
        [
            ("RegionId", "Where.", (3, 3)),
            ("Disk.Status", "What next.", (4, 3)),
        ]
    );
    // The service is as before.
    assert_eq!(
        Service::load(&dir),
        Service::load(&Fixture::valid().write("glossary-none"))
    );
}

#[test]
fn what_is_wrong_with_a_glossary_is_reported_with_its_place() {
    for (text, expected) in [
        ("term: {}\n", "1:1 unknown key `term` in the glossary"),
        (
            "terms: []\n",
            "1:8 expected a map for `terms`, found a list",
        ),
        ("terms:\n  A: x\n  A: y\n", "3:3 duplicate key `A`"),
        (
            "terms:\n  A: \" \"\n",
            "2:6 expected text, found empty text",
        ),
        ("terms:\n  A:\n", "2:4 expected text, found nothing"),
        ("terms:\n  A: 7\n", "2:6 expected text, found the number 7"),
        (
            "terms:\n  A..B: x\n",
            "2:3 invalid name `A..B`: expected `Name` or `Parent.Name`",
        ),
        (
            "terms:\n  A B: x\n",
            "2:3 invalid name `A B`: expected `Name` or `Parent.Name`",
        ),
    ] {
        let errors = Loader::new().glossary_from_yaml("glossary.yaml", text);
        let errors = errors.unwrap_err();
        let found: Vec<String> = errors
            .iter()
            .map(|error| {
                let (line, column) = error.position().unwrap_or_default();
                format!("{line}:{column} {}", error.message())
            })
            .collect();
        assert_eq!(found, [expected], "{text}");
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
        ("Ticket.State", "openapi.yaml:53:9"),
        ("Ticket", "openapi.yaml:46:5"),
    ] {
        assert_eq!(located(place).as_deref(), Some(expected), "{place}");
    }
    assert_eq!(located("Nowhere"), None);
}
