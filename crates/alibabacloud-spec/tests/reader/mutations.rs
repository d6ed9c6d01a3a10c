//! No text makes the reader panic.

use crate::support::Fixture;
use alibabacloud_spec::{Loader, Service};

/// A small generator of numbers with a fixed course (xorshift64*).
struct Course(u64);

impl Course {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % limit.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Characters that mean something to YAML, and some that do not.
const CHARACTERS: &[char] = &[
    '{', '}', '[', ']', ':', ',', '-', '?', '*', '&', '!', '|', '>', '"', '\'', '%', '@', '#', ' ',
    '\t', '\n', '\\', '\0', 'a', '7', '\u{feff}', '中', '\u{2028}',
];

fn mutate_characters(text: &str, course: &mut Course) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=course.below(4) {
        let at = course.below(characters.len());
        match course.below(3) {
            0 => characters[at] = *course.pick(CHARACTERS),
            1 => characters.insert(at, *course.pick(CHARACTERS)),
            _ => {
                let end = (at + course.below(12)).min(characters.len());
                characters.drain(at..end);
            }
        }
    }
    characters.into_iter().collect()
}

/// Leaves the syntax alone and moves whole lines, so that the reader behind the parser is reached.
fn mutate_lines(text: &str, course: &mut Course) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=course.below(3) {
        let (a, b) = (course.below(lines.len()), course.below(lines.len()));
        match course.below(4) {
            0 => lines.swap(a, b),
            1 => drop(lines.remove(a)),
            2 => {
                // Another value behind the same key.
                let value = lines[b]
                    .split_once(": ")
                    .map_or("", |(_, value)| value)
                    .to_owned();
                if let Some((key, _)) = lines[a].split_once(": ") {
                    lines[a] = format!("{key}: {value}");
                }
            }
            _ => lines[a] = format!("  {}", lines[a]),
        }
    }
    lines.join("\n")
}

/// How many texts are tried: `ACS_MUTATIONS`, or enough for a quick run.
fn rounds() -> u32 {
    match std::env::var("ACS_MUTATIONS") {
        Ok(count) => count.parse().expect("ACS_MUTATIONS is a number"),
        Err(_) => 1_000,
    }
}

#[test]
fn no_mutation_makes_the_reader_panic() {
    let text = Fixture::sound().whole();
    let mut course = Course(0x5EED);
    let mut accepted = 0;
    for round in 0..rounds() {
        let mutated = if round % 2 == 0 {
            mutate_lines(&text, &mut course)
        } else {
            mutate_characters(&text, &mut course)
        };
        match Loader::new()
            .lint(round % 3 == 0)
            .from_yaml("mutated", &mutated)
        {
            Ok(_) => accepted += 1,
            Err(errors) => assert!(!errors.to_string().is_empty()),
        }
    }
    assert!(accepted > 0, "some mutations only touch words");
}

#[test]
fn the_whole_text_reads_as_its_files() {
    let fixture = Fixture::sound();
    let whole = Loader::new()
        .from_yaml("whole", &fixture.whole())
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(whole, Service::load(&fixture.write("whole")).unwrap());
}

#[test]
fn a_flood_of_errors_is_cut() {
    let keys: String = (0..5_000).map(|index| format!("key{index}: 0\n")).collect();
    let errors = Loader::new().from_yaml("flood", &keys).unwrap_err();
    assert_eq!(errors.count(), 1000);
    assert!(
        errors
            .to_string()
            .ends_with("the specification has 1000 errors or more")
    );
}
