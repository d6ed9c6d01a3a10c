//! No text makes the reader panic.

use crate::support::Fixture;
use alibabacloud_spec::{Loader, Service};

/// A small random number generator with a fixed seed (xorshift64*).
struct Random(u64);

impl Random {
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

/// Characters with a meaning in YAML, and others.
const CHARACTERS: &[char] = &[
    '{', '}', '[', ']', ':', ',', '-', '?', '*', '&', '!', '|', '>', '"', '\'', '%', '@', '#', ' ',
    '\t', '\n', '\\', '\0', 'a', '7', '\u{feff}', '中', '\u{2028}',
];

fn mutate_characters(text: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(characters.len());
        match random.below(3) {
            0 => characters[at] = *random.pick(CHARACTERS),
            1 => characters.insert(at, *random.pick(CHARACTERS)),
            _ => {
                let end = (at + random.below(12)).min(characters.len());
                characters.drain(at..end);
            }
        }
    }
    characters.into_iter().collect()
}

/// Moves whole lines and keeps the syntax valid, so that the text passes the parser.
fn mutate_lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        let (a, b) = (random.below(lines.len()), random.below(lines.len()));
        match random.below(4) {
            0 => lines.swap(a, b),
            1 => drop(lines.remove(a)),
            2 => {
                // Another value for the same key.
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

/// Returns the number of mutations: `ACS_MUTATIONS`, or enough for a quick run.
fn rounds() -> u32 {
    match std::env::var("ACS_MUTATIONS") {
        Ok(count) => count.parse().expect("ACS_MUTATIONS is a number"),
        Err(_) => 1_000,
    }
}

#[test]
fn no_mutation_makes_the_reader_panic() {
    let text = Fixture::valid().whole();
    let mut random = Random(0x5EED);
    let mut accepted = 0;
    for round in 0..rounds() {
        let mutated = if round % 2 == 0 {
            mutate_lines(&text, &mut random)
        } else {
            mutate_characters(&text, &mut random)
        };
        match Loader::new()
            .lint(round % 3 == 0)
            .from_yaml("mutated", &mutated)
        {
            Ok(_) => accepted += 1,
            Err(errors) => assert!(!errors.to_string().is_empty()),
        }
    }
    assert!(accepted > 0, "some mutations only change words");
}

#[test]
fn the_whole_text_reads_as_its_files() {
    let fixture = Fixture::valid();
    let whole = Loader::new()
        .from_yaml("whole", &fixture.whole())
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(whole, Service::load(&fixture.write("whole")).unwrap());
}

#[test]
fn the_number_of_errors_is_limited() {
    let keys: String = (0..5_000).map(|index| format!("key{index}: 0\n")).collect();
    let errors = Loader::new().from_yaml("flood", &keys).unwrap_err();
    assert_eq!(errors.count(), 1000);
    assert!(
        errors
            .to_string()
            .ends_with("the specification has 1000 errors or more")
    );
}
