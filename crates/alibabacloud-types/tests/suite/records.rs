//! `fields!` and `variants!` show and compare values as derives do.

use crate::model::{PackageState, Page, Rich, Status};
use alibabacloud_types::{JsonText, Sensitive, Value, fields};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

/// A record, and the same struct with derives.
macro_rules! twins {
    ($($item:tt)*) => {
        mod table {
            #[derive(Clone, Default)]
            $($item)*
            super::fields!(Twin {
                r#type: "Type",
                count: "Count",
                names: "Names",
                tags: "Tags",
                inner: "Inner",
            });
        }

        mod derived {
            #[derive(Clone, Debug, Default, PartialEq)]
            $($item)*
        }
    };
}

twins! {
    pub(super) struct Twin {
        pub(super) r#type: Option<String>,
        pub(super) count: Option<i32>,
        pub(super) names: Vec<String>,
        pub(super) tags: std::collections::BTreeMap<String, f64>,
        pub(super) inner: Option<Box<Twin>>,
    }
}

macro_rules! twin {
    ($module:ident) => {
        $module::Twin {
            r#type: Some("a \"quoted\" text".to_owned()),
            count: Some(-1),
            names: vec!["a".to_owned(), String::new()],
            tags: BTreeMap::from([("ratio".to_owned(), 0.5)]),
            inner: Some(Box::default()),
        }
    };
}

#[test]
fn records_are_shown_as_by_a_derive() {
    let (table, derived) = (twin!(table), twin!(derived));
    assert_eq!(format!("{table:?}"), format!("{derived:?}"));
    assert_eq!(format!("{table:#?}"), format!("{derived:#?}"));
}

#[test]
fn secrets_are_not_shown() {
    let package = PackageState {
        configuration_info: Some(Sensitive::new(JsonText::from("hunter2"))),
        ..PackageState::default()
    };
    let text = format!("{package:?}");
    assert!(
        text.contains("configuration_info: Some(Sensitive(**REDACTED**))"),
        "{text}"
    );
}

#[test]
fn records_are_equal_if_all_fields_are() {
    assert_eq!(twin!(table), twin!(table));
    let changes: [fn(&mut table::Twin); 9] = [
        |twin| twin.r#type = None,
        |twin| twin.r#type = Some(String::new()),
        |twin| twin.count = Some(0),
        |twin| twin.names.truncate(1),
        |twin| twin.names.push(String::new()),
        |twin| twin.tags.clear(),
        |twin| *twin.tags.entry("ratio".to_owned()).or_default() = f64::NAN,
        |twin| twin.tags = BTreeMap::from([("other".to_owned(), 0.5)]),
        |twin| twin.inner = Some(Box::new(twin.clone())),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut changed = twin!(table);
        change(&mut changed);
        assert_ne!(changed, twin!(table), "{index}");
        assert_ne!(twin!(table), changed, "{index}");
    }
    let mut not_a_number = twin!(table);
    not_a_number.tags.insert("ratio".to_owned(), f64::NAN);
    assert_ne!(not_a_number, not_a_number.clone());
}

#[test]
fn every_kind_of_field_is_compared() {
    let changes: [fn(&mut Rich); 7] = [
        |rich| rich.long = Some(1),
        |rich| rich.flag = Some(false),
        |rich| rich.status = Some(Status::Failed),
        |rich| rich.blob = Some(b"x".to_vec().into()),
        |rich| rich.any = Some(Value::Null),
        |rich| rich.children = Some(Vec::new()),
        |rich| rich.secret = Some(Sensitive::new(JsonText::from("s"))),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut changed = Rich::default();
        change(&mut changed);
        assert_ne!(changed, Rich::default(), "{index}");
        assert_eq!(changed, changed.clone(), "{index}");
    }
    assert_eq!(Page::default(), Page::default());
}

#[test]
fn enums_are_equal_if_their_texts_are() {
    let (known, spelled) = (Status::Running, Status::Unknown("Running".to_owned()));
    assert_eq!(known, spelled);
    let hasher = RandomState::new();
    assert_eq!(hasher.hash_one(&known), hasher.hash_one(&spelled));
    assert_ne!(known, Status::Failed);
    assert_ne!(
        Status::Unknown("a".to_owned()),
        Status::Unknown("b".to_owned())
    );
}
