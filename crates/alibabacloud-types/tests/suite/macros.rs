//! The macros work whatever the service names its types and fields.

/// Types named like those of the standard library, in a module where nothing is in scope.
mod hostile {
    #![no_implicit_prelude]

    #[derive(::std::clone::Clone, ::std::default::Default)]
    pub(super) struct Option {
        pub(super) r#type: ::std::option::Option<::std::string::String>,
        pub(super) some: ::std::option::Option<String>,
        pub(super) result: ::std::vec::Vec<Result>,
        pub(super) name: ::std::option::Option<::std::boxed::Box<Option>>,
        pub(super) visitor: ::std::option::Option<i64>,
    }
    ::alibabacloud_types::fields!(Option {
        r#type: "Type",
        some: "Some",
        result: "Result",
        name: "Name",
        visitor: "Visitor",
    });

    #[derive(::std::clone::Clone, ::std::default::Default)]
    pub(super) struct String {}
    ::alibabacloud_types::fields!(String {});

    #[derive(
        ::std::clone::Clone, ::std::fmt::Debug, ::std::default::Default, ::std::cmp::PartialEq,
    )]
    pub(super) struct Default {
        pub(super) r#type: ::std::option::Option<::std::string::String>,
        pub(super) value:
            ::std::option::Option<::alibabacloud_types::Sensitive<::std::string::String>>,
        pub(super) deprecated_key: ::std::option::Option<::std::string::String>,
    }
    ::alibabacloud_types::pair!(Default { r#type, value });

    #[derive(
        ::std::clone::Clone, ::std::fmt::Debug, ::std::default::Default, ::std::cmp::PartialEq,
    )]
    pub(super) struct Into {
        pub(super) key: ::std::option::Option<::std::string::String>,
        pub(super) values: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    }
    ::alibabacloud_types::pair!(Into { key, values[] });

    #[derive(::std::clone::Clone, ::std::fmt::Debug)]
    pub(super) enum Result {
        Ok,
        Err,
        Default,
        Unknown(::std::string::String),
    }
    ::alibabacloud_types::variants!(Result {
        Ok: "ok",
        Err: "err",
        Default: "default"
    });

    #[derive(::std::clone::Clone, ::std::fmt::Debug)]
    pub(super) enum Vec {
        Unknown(::std::string::String),
    }
    ::alibabacloud_types::variants!(Vec {});

    #[derive(::std::clone::Clone, ::std::fmt::Debug)]
    pub(super) enum From {
        False,
        True,
        Unknown(::std::string::String),
    }
    ::alibabacloud_types::variants!(From {
        False: "False",
        True: "True"
    });
    ::alibabacloud_types::boolean!(From { True, False });
}

use alibabacloud_types::plumbing::{Field, Record, decode, write_json};

#[test]
fn names_of_the_standard_library_are_free() {
    let json =
        r#"{"Type":"t","Some":{},"Result":["ok","new"],"Name":{"Result":["default"],"Visitor":1}}"#;
    let mut value = hostile::Option::default();
    decode(json.as_bytes(), &mut value).unwrap();
    assert_eq!(
        value.result,
        [hostile::Result::Ok, hostile::Result::from("new")]
    );
    let mut out = String::new();
    write_json(value.value(), &mut out).unwrap();
    assert_eq!(out, json);
}

#[test]
fn pairs_set_the_key_and_the_value_and_nothing_else() {
    let pair = hostile::Default::from(("env", "prod".to_owned()));
    assert_eq!(pair.r#type.as_deref(), Some("env"));
    assert_eq!(pair.value.unwrap().expose(), "prod");
    assert_eq!(pair.deprecated_key, None);
    let pair = hostile::Into::from(("zone", ["a", "b"]));
    assert_eq!(pair.key.as_deref(), Some("zone"));
    assert_eq!(pair.values.unwrap(), ["a", "b"]);
}

#[test]
fn a_bool_is_the_value_of_its_name() {
    assert_eq!(hostile::From::from(true).as_str(), "True");
    assert_eq!(hostile::From::from(false).as_str(), "False");
    assert_eq!(hostile::From::from("true").as_str(), "true");
}

#[test]
fn empty_tables_work() {
    let mut nothing = hostile::String::default();
    decode(br#"{"Unheard": 1}"#, &mut nothing).unwrap();
    assert!(nothing.field("Unheard").is_none());
    let nothing: &dyn Record = &nothing;
    nothing.visit(&mut |name, _| panic!("{name}"));
    assert_eq!(hostile::Vec::from("x").as_str(), "x");
    assert!(hostile::Vec::VALUES.is_empty());
}

#[test]
fn fields_are_visited_in_the_order_of_the_table() {
    let mut names = Vec::new();
    let record: &dyn Record = &hostile::Option::default();
    record.visit(&mut |name, _| names.push(name));
    assert_eq!(names, ["Type", "Some", "Result", "Name", "Visitor"]);
}
