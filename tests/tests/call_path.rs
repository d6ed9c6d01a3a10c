//! The files that a request parameter and a response pass through, as `docs/architecture.md` lists
//! them.
//!
//! Each row of a table hands the parameter or the response to the next row, in the order of
//! execution. A function that only returns a finished value to its caller is not a row. The rules:
//!
//! - Every file has the function of its row.
//! - The files follow the order of `tests/layers`. The path of a request goes down twice: once per
//!   call from the typed call to the texts of the parameter, and once per attempt from the
//!   orchestrator to the transport. The path of a response goes up once, from the transport to the
//!   typed call, and then down once, into the decoder.
//! - A path has at most 12 files, and no file occurs in it again after it was left.

use sdk_tests::layers::Order;
use sdk_tests::repository;
use std::collections::HashSet;
use syn::visit::{self, Visit};

/// The maximum number of files of a path.
const MAX_FILES: usize = 12;
/// Where the second descent of a request begins.
const ORCHESTRATOR: &str = "crates/alibabacloud-core/src/orchestrator/mod.rs";
/// Where a response turns down.
const CALL: &str = "crates/alibabacloud-core/src/call.rs";
/// The crates of a path, lowest first.
const CRATES: [&str; 2] = [
    "crates/alibabacloud-types/src",
    "crates/alibabacloud-core/src",
];

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    number: usize,
    file: String,
    function: String,
}

/// The direction of a part of a path in the order of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

fn architecture() -> String {
    std::fs::read_to_string(repository().join("docs/architecture.md"))
        .expect("docs/architecture.md")
}

/// Returns the rows of the table under a heading.
fn table(text: &str, heading: &str) -> Vec<Row> {
    let section = text
        .split("\n## ")
        .find(|section| section.lines().next() == Some(heading))
        .unwrap_or_else(|| panic!("docs/architecture.md has no section \"{heading}\""));
    section.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let [_, number, file, function, ..] = *cells else {
        return None;
    };
    Some(Row {
        number: number.parse().ok()?,
        file: file.to_owned(),
        function: function.trim_matches('`').to_owned(),
    })
}

/// The position of a file in the orders of `tests/layers`: that of its crate, and that within the
/// crate.
fn position(orders: &[Order], file: &str) -> Result<(usize, usize), String> {
    let missing = || format!("{file} is not listed in tests/layers");
    let (level, root) = CRATES
        .iter()
        .enumerate()
        .find(|(_, root)| file.starts_with(*root))
        .ok_or_else(missing)?;
    let order = orders
        .iter()
        .find(|order| order.root == *root)
        .ok_or_else(missing)?;
    let name = file.get(root.len() + 1..).unwrap_or_default();
    let at = order.order.iter().position(|listed| listed == name);
    Ok((level, at.ok_or_else(missing)?))
}

fn orders() -> Vec<Order> {
    let directory = repository().join("tests/layers");
    std::fs::read_dir(directory)
        .expect("tests/layers")
        .map(|entry| Order::read(&entry.expect("a directory entry").path()).expect("an order"))
        .collect()
}

/// Returns what is wrong with a path. It turns at the first row of file `turn`.
fn problems(orders: &[Order], rows: &[Row], first: Direction, turn: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let mut previous: Option<(&Row, (usize, usize))> = None;
    let mut direction = first;
    for (index, row) in rows.iter().enumerate() {
        if row.number != index + 1 {
            problems.push(format!("row {} has number {}", index + 1, row.number));
        }
        let position = match position(orders, &row.file) {
            Ok(position) => position,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        // The second descent of a request begins with the turn, so nothing is compared with it.
        let begins = row.file == turn && first == Direction::Down;
        if let Some((before, at)) = previous.filter(|(before, _)| before.file != row.file) {
            let fits = match direction {
                Direction::Up => at < position,
                Direction::Down => at > position,
            };
            if !fits && !begins {
                problems.push(format!(
                    "{} follows {}, against the direction {direction:?}",
                    row.file, before.file
                ));
            }
            if !seen.insert(&row.file) {
                problems.push(format!("{} is entered again", row.file));
            }
        } else {
            seen.insert(&row.file);
        }
        if row.file == turn {
            direction = Direction::Down;
        }
        previous = Some((row, position));
    }
    if !seen.contains(&turn.to_owned()) {
        problems.push(format!("{turn} is missing"));
    }
    if seen.len() > MAX_FILES {
        problems.push(format!("{} files, more than {MAX_FILES}", seen.len()));
    }
    problems
}

/// The names of the functions of a file, without those of its tests.
#[derive(Default)]
struct Functions(HashSet<String>);

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.0.insert(function.sig.ident.to_string());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.0.insert(function.sig.ident.to_string());
        visit::visit_impl_item_fn(self, function);
    }
}

fn has_function(row: &Row) -> bool {
    let text = std::fs::read_to_string(repository().join(&row.file)).unwrap_or_default();
    let file = syn::parse_file(&text).expect("a Rust file");
    let mut functions = Functions::default();
    functions.visit_file(&file);
    functions.0.contains(&row.function)
}

#[track_caller]
fn check(heading: &str, first: Direction, turn: &str) {
    let rows = table(&architecture(), heading);
    assert!(!rows.is_empty(), "no rows under \"{heading}\"");
    let mut problems = problems(&orders(), &rows, first, turn);
    for row in rows.iter().filter(|row| !has_function(row)) {
        problems.push(format!("{} has no function `{}`", row.file, row.function));
    }
    assert!(
        problems.is_empty(),
        "\"{heading}\" in docs/architecture.md:\n{}",
        problems.join("\n")
    );
    let files: HashSet<_> = rows.iter().map(|row| &row.file).collect();
    println!("{heading}: {} rows, {} files", rows.len(), files.len());
}

#[test]
fn a_request_parameter_goes_down_once_per_call_and_once_per_attempt() {
    check("Path of a request parameter", Direction::Down, ORCHESTRATOR);
}

#[test]
fn a_response_goes_up_to_the_call_and_down_into_the_decoder() {
    check("Path of a response", Direction::Up, CALL);
}

/// The order and the paths of a small crate.
fn small(paths: &[&str], first: Direction, turn: &str) -> Vec<String> {
    let root = CRATES[1];
    let order = format!("root: {root}\norder: [a.rs, b.rs, c.rs, d.rs, e.rs]\n");
    let rows: Vec<_> = paths
        .iter()
        .enumerate()
        .map(|(index, file)| Row {
            number: index + 1,
            file: format!("{root}/{file}"),
            function: String::new(),
        })
        .collect();
    let orders = [Order::parse(&order).expect("an order")];
    problems(&orders, &rows, first, &format!("{root}/{turn}"))
}

#[test]
fn a_path_against_the_order_is_reported() {
    let down = |paths: &[&str]| small(paths, Direction::Down, "d.rs");
    assert!(down(&["e.rs", "b.rs", "d.rs", "a.rs"]).is_empty());
    assert_eq!(down(&["b.rs", "e.rs", "d.rs", "a.rs"]).len(), 1);
    assert_eq!(down(&["e.rs", "d.rs", "a.rs", "b.rs"]).len(), 1);
    let up = |paths: &[&str]| small(paths, Direction::Up, "e.rs");
    assert!(up(&["a.rs", "c.rs", "c.rs", "e.rs", "b.rs"]).is_empty());
    assert_eq!(up(&["c.rs", "a.rs", "e.rs", "b.rs"]).len(), 1);
    assert_eq!(up(&["a.rs", "e.rs", "b.rs", "c.rs"]).len(), 1);
}

#[test]
fn a_file_that_is_entered_again_a_missing_turn_and_an_unknown_file_are_reported() {
    let again = small(&["a.rs", "e.rs", "a.rs"], Direction::Up, "e.rs");
    assert!(again[0].ends_with("a.rs is entered again"), "{again:?}");
    let no_turn = small(&["a.rs", "b.rs"], Direction::Up, "e.rs");
    assert!(no_turn[0].ends_with("e.rs is missing"), "{no_turn:?}");
    let unknown = small(&["a.rs", "x.rs", "e.rs"], Direction::Up, "e.rs");
    assert!(unknown[0].contains("x.rs is not listed"), "{unknown:?}");
}
