//! Tests mutated metadata: importer and generator accept it or refuse it with a path, and never
//! panic.
//!
//! `ACS_MUTATIONS` sets the number of documents (default 10,000), `ACS_CORPUS_DIR` the directory of
//! published metadata.

mod support;

use std::fs;
use std::panic::catch_unwind;
use xtask::corpus::product::from_text;
use xtask::import::json::Json;
use xtask::import::{self, ImportOptions, Missing, Texts};
use xtask::repository;

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// SplitMix64: the same seed gives the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Texts that break careless handling of text.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "Self",
    "self",
    "crate",
    "type",
    "$ref",
    "日本",
    "a\u{0}b",
    "a\nb",
    "\u{202e}x",
    "{",
    "}",
    "{a}",
    "/",
    "/{a}/{a}",
    "..",
    "../../x",
    "[]",
    "-1",
    "1e999",
    "9223372036854775808",
    "true",
    "string",
    "array",
    "object",
    "any",
    "integer",
    "int32",
    "query",
    "body",
    "formData",
    "path",
    "header",
    "host",
    "json",
    "flat",
    "repeatList",
    "simple",
    "struct",
    "RPC",
    "ROA",
    "OSS",
    "get",
    "PATCH",
    "200",
    "2XX",
    "\"",
    "'",
    "`",
    "*/",
    "//",
    "#",
    "]]",
    "<b>",
    "r#type",
    "_",
    "__",
    "0",
    "ß",
    "İ",
    "é́",
    "#/components/schemas/Item",
    "#/components/schemas/",
    "NextToken",
    "PageNumber",
    "ClientToken",
    "Success",
    "Send",
    "PreView",
    "2024-05-01",
    "null",
    "~",
    "- a",
    "a: b",
    "a #b",
    "%s",
    "Client",
    "String",
    "Option",
    "Vec",
    "Result",
    "None",
    "Some",
];

fn scalar(random: &mut Random) -> Json {
    match random.below(6) {
        0 => Json::Null,
        1 => Json::Bool(random.below(2) == 0),
        2 => Json::Number((random.next() as i64).into()),
        3 => Json::Array(Vec::new()),
        4 => Json::Object(Vec::new()),
        _ => Json::String((*random.pick(TEXTS)).to_owned()),
    }
}

fn count(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(entries) => entries.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

/// Returns the node at a position, counted in the order of the document.
fn node<'a>(json: &'a mut Json, position: &mut usize) -> Option<&'a mut Json> {
    if *position == 0 {
        return Some(json);
    }
    *position -= 1;
    match json {
        Json::Array(items) => items.iter_mut().find_map(|item| node(item, position)),
        Json::Object(entries) => entries
            .iter_mut()
            .find_map(|(_, value)| node(value, position)),
        _ => None,
    }
}

fn any_node<'a>(json: &'a mut Json, random: &mut Random) -> &'a mut Json {
    let mut position = random.below(count(json));
    match node(json, &mut position) {
        Some(found) => found,
        None => unreachable!("positions are counted"),
    }
}

/// Changes one node: flips, drops, swaps, doubles, wraps or renames it.
fn mutate(json: &mut Json, random: &mut Random) {
    match random.below(8) {
        0 => *any_node(json, random) = scalar(random),
        1 => {
            let other = any_node(json, random).clone();
            // A copy of another node, unless the document would grow without end.
            if count(&other) < 200 {
                *any_node(json, random) = other;
            }
        }
        2 => {
            let node = any_node(json, random);
            *node = Json::Array(vec![std::mem::replace(node, Json::Null)]);
        }
        3 => {
            let node = any_node(json, random);
            if let Json::String(text) = node {
                *text = (*random.pick(TEXTS)).to_owned();
            }
        }
        _ => change_children(any_node(json, random), random),
    }
}

fn change_children(json: &mut Json, random: &mut Random) {
    match json {
        Json::Array(items) if !items.is_empty() => {
            let (a, b) = (random.below(items.len()), random.below(items.len()));
            match random.below(3) {
                0 => drop(items.remove(a)),
                1 => items.swap(a, b),
                _ => items.push(items[a].clone()),
            }
        }
        Json::Object(entries) if !entries.is_empty() => {
            let (a, b) = (random.below(entries.len()), random.below(entries.len()));
            match random.below(5) {
                0 => drop(entries.remove(a)),
                1 => {
                    let value = entries[a].1.clone();
                    entries[a].1 = std::mem::replace(&mut entries[b].1, value);
                }
                2 => entries[a].0 = (*random.pick(TEXTS)).to_owned(),
                3 => {
                    let double = entries[a].clone();
                    entries.push(double);
                }
                _ => entries[a].1 = scalar(random),
            }
        }
        other => *other = scalar(random),
    }
}

/// Writes JSON text, including repeated keys.
fn write(json: &Json, out: &mut String) {
    match json {
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&serde_json::Value::from(key.as_str()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_value().to_string()),
    }
}

/// Returns a document per operation, with the rest of the metadata: small, so that many can be
/// tried.
fn excerpts(text: &str) -> Fallible<Vec<Json>> {
    let document = Json::parse(text)?;
    let Some(Json::Object(apis)) = document.get("apis") else {
        return Ok(Vec::new());
    };
    let Json::Object(entries) = &document else {
        return Ok(Vec::new());
    };
    let with = |api: &(String, Json)| {
        let entries = entries.iter().map(|(key, value)| {
            let value = match key.as_str() {
                "apis" => Json::Object(vec![api.clone()]),
                _ => value.clone(),
            };
            (key.clone(), value)
        });
        Json::Object(entries.collect())
    };
    Ok(apis.iter().map(with).collect())
}

fn fixtures() -> Fallible<Vec<Json>> {
    let directory = repository::root().join("xtask/tests/metadata");
    let mut all = Vec::new();
    for entry in fs::read_dir(directory)? {
        all.extend(excerpts(&fs::read_to_string(entry?.path())?)?);
    }
    Ok(all)
}

/// Returns some operations of every product of the corpus; none if it is not there.
fn corpus() -> Fallible<Vec<Json>> {
    let Some(directory) = support::shared_data("corpus", "ACS_CORPUS_DIR") else {
        return Ok(Vec::new());
    };
    let mut random = Random(7);
    let mut all = Vec::new();
    let files = xtask::corpus::find(&directory, &[]).map_err(|failure| format!("{failure:?}"))?;
    for file in files {
        // The largest documents take a hundred times as long as small ones.
        if fs::metadata(&file)?.len() > 300_000 {
            continue;
        }
        let operations = excerpts(&fs::read_to_string(file)?)?;
        let small = |json: &&Json| count(json) < 1_500;
        let mut some: Vec<Json> = operations.iter().filter(small).cloned().collect();
        while some.len() > 4 {
            some.swap_remove(random.below(some.len()));
        }
        all.extend(some);
    }
    Ok(all)
}

fn mutations() -> Fallible<u64> {
    match std::env::var("ACS_MUTATIONS") {
        Ok(count) => Ok(count.parse()?),
        Err(_) => Ok(10_000),
    }
}

fn mutated(documents: &[Json], seed: u64) -> String {
    let mut random = Random(seed);
    let mut document = random.pick(documents).clone();
    for _ in 0..=random.below(4) {
        mutate(&mut document, &mut random);
    }
    let mut text = String::new();
    write(&document, &mut text);
    text
}

#[test]
fn mutated_metadata_never_panics_importer_or_generator() -> Fallible {
    let mut documents = fixtures()?;
    // Half of the documents are the fixtures, whatever the size of the corpus.
    let corpus = corpus()?;
    let copies = corpus.len() / documents.len().max(1);
    let own = documents.clone();
    documents.extend(own.iter().cycle().take(copies * own.len()).cloned());
    documents.extend(corpus);
    let total = mutations()?;
    let (mut generated, mut refused) = (0_u64, 0_u64);
    for seed in 0..total {
        let text = mutated(&documents, seed);
        let result = catch_unwind(|| from_text("mutated/1".to_owned(), &text));
        let Ok(product) = result else {
            panic!("seed {seed} panics with {text}")
        };
        let places = product
            .failures
            .iter()
            .all(|failure| failure.contains(": "));
        assert!(
            places,
            "seed {seed} is refused without a path: {:?}",
            product.failures
        );
        if product.failures.is_empty() {
            generated += 1;
        } else {
            refused += 1;
        }
    }
    println!("{total} documents: {generated} generated, {refused} refused");
    assert!(
        total < 100 || (generated > 0 && refused > 0),
        "only one of the two outcomes occurred"
    );
    Ok(())
}

/// Whatever the importer accepts, it writes as a valid specification with the same content.
#[test]
fn mutated_metadata_results_in_valid_specifications_or_none() -> Fallible {
    let documents = fixtures()?;
    let specs = std::env::temp_dir().join(format!("acs-mutated-{}", std::process::id()));
    let options = ImportOptions {
        specs: specs.clone(),
        texts: Texts::Keep,
        crate_name: None,
        missing: Missing::Keep,
        skip_refused: true,
        dry_run: false,
    };
    for seed in 0..mutations()? / 20 {
        let text = mutated(&documents, seed);
        let report = import::put(import::read(&text), &options)
            .map_err(|failure| format!("seed {seed}: {failure:?}"))?;
        let unreadable = report.refusals.iter().find(|refusal| {
            refusal
                .message
                .contains("the resulting specification is invalid")
        });
        assert!(unreadable.is_none(), "seed {seed}: {unreadable:?}\n{text}");
        if specs.exists() {
            fs::remove_dir_all(&specs)?;
        }
    }
    Ok(())
}
