//! A file imports only from files below it. The order of each crate's files is in `tests/layers`.

use sdk_tests::layers::{Order, Report, check};
use sdk_tests::repository;

#[test]
fn every_file_imports_only_from_files_below_it() {
    let directory = repository().join("tests/layers");
    let mut names: Vec<String> = std::fs::read_dir(&directory)
        .expect("tests/layers")
        .map(|entry| entry.expect("a directory entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "{}: no order", directory.display());
    let mut failed = Vec::new();
    for name in names {
        let name = format!("tests/layers/{name}");
        let order = Order::read(&repository().join(&name));
        match order.and_then(|order| check(repository(), &name, &order)) {
            Ok(report) if report.problems.is_empty() => println!("{report}"),
            Ok(report) => failed.push(report.to_string()),
            Err(error) => failed.push(error),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn every_hand_written_crate_has_an_order() {
    let crates = std::fs::read_dir(repository().join("crates")).expect("crates");
    let mut roots: Vec<String> = crates
        .map(|entry| entry.expect("a directory entry").path().join("src"))
        .filter(|root| {
            let library = std::fs::read_to_string(root.join("lib.rs"));
            !library.expect("lib.rs").contains("@generated")
        })
        .map(|root| {
            let relative = root.strip_prefix(repository()).expect("a crate");
            relative.to_string_lossy().replace('\\', "/")
        })
        .collect();
    roots.push("xtask/src".to_owned());
    roots.sort();
    let entries = std::fs::read_dir(repository().join("tests/layers")).expect("tests/layers");
    let mut ordered: Vec<String> = entries
        .map(|entry| Order::read(&entry.expect("a directory entry").path()).expect("an order"))
        .map(|order| order.root)
        .collect();
    ordered.sort();
    assert_eq!(ordered, roots);
}

/// A crate in a temporary directory.
struct Sources {
    directory: tempfile::TempDir,
}

impl Sources {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let manifest = "[package]\nname = \"a-crate\"\n";
        std::fs::write(directory.path().join("Cargo.toml"), manifest).expect("a manifest");
        for (file, text) in files {
            let path = directory.path().join("src").join(file);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
            std::fs::write(path, text).expect("a source file");
        }
        Self { directory }
    }

    /// Checks the sources against an order: its files and, after `exceptions:`, the pairs.
    fn check(&self, order: &str) -> Report {
        let (files, exceptions) = order.split_once(" exceptions: ").unwrap_or((order, "[]"));
        let files = files.split_whitespace().collect::<Vec<_>>().join(", ");
        let order = format!("root: src\norder: [{files}]\nexceptions: {exceptions}\n");
        let order = Order::parse(&order).expect("an order");
        check(self.directory.path(), "order.yaml", &order).expect("sources that can be read")
    }
}

#[track_caller]
fn assert_fits(report: &Report, files: usize, arrows: usize) {
    assert!(report.problems.is_empty(), "{report}");
    assert_eq!((report.files, report.arrows), (files, arrows), "{report}");
}

#[track_caller]
fn assert_problem(report: &Report, expected: &[&str]) {
    assert_eq!(report.problems.len(), 1, "{report}");
    for text in expected {
        assert!(report.problems[0].contains(text), "{text:?} in:\n{report}");
    }
}

#[test]
fn two_types_of_one_name_are_found() {
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a.rs", "struct State;"),
        (
            "b.rs",
            "enum State {}\n#[cfg(test)] mod tests { struct State; }",
        ),
    ]);
    let report = sources.check("a.rs b.rs lib.rs");
    assert_problem(
        &report,
        &["the type `State` is defined 2 times, in a.rs, b.rs"],
    );
}

#[test]
fn an_upward_use_fails_and_the_message_names_both_files_the_line_the_item_and_the_fix() {
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a.rs", "pub struct A;\n"),
        ("b.rs", "//! B.\n\nuse crate::a::A;\n\npub struct B(A);\n"),
    ]);
    assert_fits(&sources.check("a.rs b.rs lib.rs"), 3, 1);
    let report = sources.check("b.rs a.rs lib.rs");
    assert_problem(
        &report,
        &[
            "src/b.rs:3: imports `crate::a::A`, which a.rs defines, above b.rs in order.yaml",
            "fix: a.rs does not import from b.rs, so reorder: list a.rs, and what it imports from, \
             before b.rs",
        ],
    );
    let text = report.to_string();
    assert!(
        text.contains("order:\n  - a.rs\n  - b.rs\n  - lib.rs"),
        "{text}"
    );
}

#[test]
fn a_circle_is_named_with_its_arrows() {
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "use crate::c::C;\npub struct A;\n"),
        ("b.rs", "use crate::a::A;\npub struct B;\n"),
        ("c.rs", "use crate::b::B;\npub struct C;\n"),
    ]);
    let report = sources.check("a.rs b.rs c.rs lib.rs");
    assert_problem(
        &report,
        &["circle a.rs -> c.rs -> b.rs -> a.rs", "move the item down"],
    );
    let text = report.to_string();
    assert!(
        text.contains("circle of 3 files") && text.contains("up a.rs -> c.rs 1:crate::c::C\n"),
        "{text}"
    );
}

#[test]
fn an_item_counts_for_the_file_that_defines_it() {
    let lib = "mod a;\nmod b;\nmod facade;\npub(crate) use facade::A;\n";
    for facade in ["pub(crate) use crate::a::A;", "pub(crate) use crate::a::*;"] {
        for b in [
            "use crate::facade::A;",
            "use super::facade::{self, A as Renamed};",
            "use crate::facade; fn f() -> facade::A { todo!() }",
            "use crate::A;",
            "fn f() { let _ = crate::facade::A::new(); }",
            "impl Trait for Vec<crate::facade::A> {}",
        ] {
            let sources = Sources::new(&[
                ("lib.rs", lib),
                ("a.rs", "pub(crate) struct A;"),
                ("b.rs", b),
                ("facade/mod.rs", facade),
            ]);
            assert_fits(&sources.check("a.rs b.rs facade/mod.rs lib.rs"), 4, 1);
            let report = sources.check("b.rs a.rs facade/mod.rs lib.rs");
            assert_problem(&report, &["which a.rs defines"]);
        }
    }
}

#[test]
fn a_path_in_the_tokens_of_a_macro_counts() {
    for b in [
        "fn f() { println!(\"{}\", crate::a::A); }",
        "macro_rules! m { ($x:ident) => { $crate::a::$x }; }",
        "m! { use crate::a::{A, self}; }",
        "fn f() { matches!(x, super::a::A { .. }) }",
        "fn f() { crate::a_macro!() }",
        "fn f() { a_macro!() }",
        "use crate::a; fn f() { vec![(1, a::A::new())] }",
    ] {
        let sources = Sources::new(&[
            ("lib.rs", "#[macro_use]\nmod a;\nmod b;\n"),
            (
                "a.rs",
                "pub struct A;\n#[macro_export]\nmacro_rules! a_macro { () => {}; }",
            ),
            ("b.rs", b),
        ]);
        let report = sources.check("b.rs a.rs lib.rs");
        assert_problem(&report, &["src/b.rs:1: ", "which a.rs defines"]);
        assert_fits(&sources.check("a.rs b.rs lib.rs"), 3, 1);
    }
    for no_paths in [
        "fn f() { format!(\"{}\", x.a, y::a::A, self.a(), 'a', \"crate::a::A\") }",
        "fn f() { quote!(use crate::a::A;) }",
    ] {
        let sources = Sources::new(&[
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "pub struct A;"),
            ("b.rs", no_paths),
        ]);
        assert_fits(&sources.check("b.rs a.rs lib.rs"), 3, 0);
    }
}

#[test]
fn a_path_through_parents_and_children_counts() {
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a.rs", "pub struct A;"),
        ("b/mod.rs", "mod c;\nuse c::d::D;\nuse self::c::C;"),
        ("b/c/mod.rs", "pub mod d;\npub struct C;"),
        (
            "b/c/d.rs",
            "mod inner { use super::super::super::super::a::A; }\npub struct D(super::C);",
        ),
    ]);
    let fits = "a.rs b/c/mod.rs b/c/d.rs b/mod.rs lib.rs";
    assert_fits(&sources.check(fits), 5, 4);
    let report = sources.check("b/c/mod.rs b/c/d.rs a.rs b/mod.rs lib.rs");
    assert_problem(
        &report,
        &["src/b/c/d.rs:1: imports `super::super::super::super::a::A`"],
    );
    let report = sources.check("a.rs b/c/mod.rs b/mod.rs b/c/d.rs lib.rs");
    assert_problem(&report, &["src/b/mod.rs:2: imports `c::d::D`"]);
}

#[test]
fn a_module_and_a_function_of_the_same_name_are_distinguished() {
    let sources = Sources::new(&[
        ("lib.rs", "mod facade;\nmod b;\n"),
        ("facade/mod.rs", "mod wipe;\npub use wipe::wipe;"),
        ("facade/wipe.rs", "pub fn wipe() {}"),
        ("b.rs", "use crate::facade::wipe;\nfn f() { wipe() }"),
    ]);
    assert_fits(
        &sources.check("facade/wipe.rs b.rs facade/mod.rs lib.rs"),
        4,
        1,
    );
}

#[test]
fn tests_do_not_count() {
    let b = "
        #[cfg(test)] use crate::a::A;
        #[cfg(all(test, feature = \"x\"))] use crate::a::A;
        #[cfg(test)] mod tests { use crate::a::A; }
        #[cfg(test)] mod more_tests;
        #[test] fn f() { crate::a::A; }
        struct S { #[cfg(test)] field: crate::a::A }
        impl S { #[cfg(test)] fn f() { crate::a::A; } }
        fn f() { #[cfg(test)] let a = crate::a::A; #[cfg(test)] { crate::a::A; } }
    ";
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a.rs", "pub struct A;"),
        ("b.rs", b),
        ("b/more_tests.rs", "mod deeper;\nuse crate::a::A;"),
        ("b/more_tests/deeper.rs", "use crate::a::A;"),
    ]);
    assert_fits(&sources.check("b.rs a.rs lib.rs"), 3, 0);
    let report = sources.check("b.rs b/more_tests.rs a.rs lib.rs");
    assert_problem(&report, &["b/more_tests.rs is compiled for tests only"]);
    for counts in ["any(test, feature = \"x\")", "not(test)", "feature = \"x\""] {
        let b = format!("#[cfg({counts})] use crate::a::A;");
        let sources = Sources::new(&[
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "pub struct A;"),
            ("b.rs", &b),
        ]);
        assert_problem(&sources.check("b.rs a.rs lib.rs"), &["`crate::a::A`"]);
    }
}

#[test]
fn modules_by_path_and_by_configuration_are_followed() {
    let lib = "
        #[cfg(unix)] mod platform;
        #[cfg(not(unix))] #[path = \"elsewhere/other.rs\"] mod platform;
        mod user;
    ";
    let sources = Sources::new(&[
        ("lib.rs", lib),
        ("platform.rs", "pub fn lock() {}"),
        ("elsewhere/other.rs", "pub fn lock() {}"),
        ("user.rs", "fn f() { crate::platform::lock(); }"),
    ]);
    let fits = "platform.rs elsewhere/other.rs user.rs lib.rs";
    assert_fits(&sources.check(fits), 4, 2);
    let report = sources.check("platform.rs user.rs elsewhere/other.rs lib.rs");
    assert_problem(&report, &["which elsewhere/other.rs defines"]);
}

#[test]
fn a_program_reaches_its_library_by_name() {
    let sources = Sources::new(&[
        ("lib.rs", "pub mod a;"),
        ("a.rs", "pub struct A;"),
        ("main.rs", "use a_crate::a::A;\nfn main() { A; }"),
    ]);
    assert_fits(&sources.check("a.rs lib.rs main.rs"), 3, 1);
    let report = sources.check("main.rs a.rs lib.rs");
    assert_problem(&report, &["src/main.rs:1: imports `a_crate::a::A`"]);
}

#[test]
fn re_exports_and_module_declarations_are_not_imports() {
    let sources = Sources::new(&[
        ("lib.rs", "pub mod a;\nmod b;\npub use b::B;"),
        ("a.rs", "pub(in crate::b) struct A;\npub use crate::b::B;"),
        ("b.rs", "use crate::a;\npub struct B;"),
    ]);
    // Only the re-export outside of lib.rs and mod.rs counts.
    assert_fits(&sources.check("lib.rs b.rs a.rs"), 3, 1);
}

#[test]
fn the_order_must_list_every_file_once() {
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a.rs", "pub struct A;"),
        ("b.rs", "use crate::a::A;"),
    ]);
    let missing = sources.check("a.rs lib.rs");
    assert_problem(
        &missing,
        &["files of src are missing; add each to `order`", ": b.rs"],
    );
    let gone = sources.check("a.rs b.rs c.rs lib.rs");
    assert_problem(&gone, &["src/c.rs does not exist"]);
    let twice = sources.check("a.rs b.rs a.rs lib.rs");
    assert!(
        twice.problems[0].contains("a.rs is listed twice"),
        "{twice}"
    );
    let sources = Sources::new(&[("lib.rs", ""), ("a.rs", "")]);
    let orphan = sources.check("lib.rs");
    assert_problem(
        &orphan,
        &["src/a.rs: no `mod` declaration reaches this file"],
    );
}

#[test]
fn an_exception_needs_a_reason_and_an_import_that_exists() {
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a.rs", "use crate::b::B;\npub struct A;"),
        ("b.rs", "use crate::a::A;\npub struct B;"),
    ]);
    let report = sources
        .check("a.rs b.rs lib.rs exceptions: [{from: a.rs, to: b.rs, reason: \"they are one\"}]");
    assert_fits(&report, 3, 2);
    assert_eq!(report.exceptions, 1);
    let report = sources.check("a.rs b.rs lib.rs exceptions: [{from: a.rs, to: b.rs}]");
    assert_problem(&report, &["from a.rs to b.rs has no reason"]);
    let sources = Sources::new(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a.rs", "pub struct A;"),
        ("b.rs", "use crate::a::A;"),
    ]);
    let report =
        sources.check("a.rs b.rs lib.rs exceptions: [{from: a.rs, to: b.rs, reason: why}]");
    assert_problem(&report, &["a.rs no longer imports from b.rs"]);
    let report =
        sources.check("a.rs b.rs lib.rs exceptions: [{from: b.rs, to: a.rs, reason: why}]");
    assert_problem(&report, &["a.rs comes before b.rs", "not needed"]);
}
