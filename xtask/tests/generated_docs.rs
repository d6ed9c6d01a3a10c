//! No text of a specification becomes code: every block of generated documentation is read by a
//! parser of CommonMark, and rustdoc compiles only the generator's own examples.
#![cfg(test)]

mod support;

use alibabacloud_codegen::emit::{Dependencies, Layout};
use alibabacloud_codegen::files::FileSet;
use alibabacloud_codegen::find;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::fs;
use std::path::{Path, PathBuf};
use xtask::codegen::generate_all;
use xtask::corpus::product::{GeneratedProduct, from_file, from_text};
use xtask::repository::root;

/// The word that the hostile metadata has in all code of its texts.
const MARK: &str = "REACHED";

fn hostile() -> GeneratedProduct {
    from_file(&root().join("xtask/tests/corpus/hostile/2024-01-01/api-docs.json"))
}

/// Returns the blocks of documentation in a Rust file, without the comment signs.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block = String::new();
    for line in text.lines() {
        let line = line.trim_start();
        let docs = ["///", "//!"].iter().find_map(|s| line.strip_prefix(s));
        match docs {
            Some(docs) => {
                block.push_str(docs.strip_prefix(' ').unwrap_or(docs));
                block.push('\n');
            }
            None if !block.is_empty() => blocks.push(std::mem::take(&mut block)),
            None => {}
        }
    }
    blocks.extend(Some(block).filter(|block| !block.is_empty()));
    blocks
}

/// Returns the code blocks of a document: the language (`None` for an indented one) and the code.
fn code_blocks(text: &str) -> Vec<(Option<String>, String)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut found = Vec::new();
    let mut open: Option<(Option<String>, String)> = None;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => Some(language.to_string()),
                    CodeBlockKind::Indented => None,
                };
                open = Some((language, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => found.extend(open.take()),
            Event::Text(text) => {
                if let Some((_, code)) = &mut open {
                    code.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns whether code that rustdoc compiles is an example of the generator: it starts as they do,
/// and has texts of the specification only in literals.
fn is_example(language: &str, code: &str) -> bool {
    let start = match language {
        "no_run" | "rust,no_run" => ["# use ", "use ", "# #![allow(deprecated)]\n"],
        "" => [
            "# fn main() -> Result<(), ",
            "use ",
            "# fn main() -> Result<(), ",
        ],
        _ => return false,
    };
    let starts = start.iter().any(|start| code.starts_with(start));
    let rust: String = code
        .lines()
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n");
    starts
        && rust
            .parse()
            .is_ok_and(|tokens: proc_macro2::TokenStream| !names_mark(tokens))
}

fn names_mark(tokens: proc_macro2::TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Group(group) => names_mark(group.stream()),
        proc_macro2::TokenTree::Ident(ident) => ident == MARK,
        _ => false,
    })
}

/// Checks a document; `ours` is how many examples it can have.
fn check_document(place: &str, text: &str, ours: usize) {
    let mut examples = 0;
    for (language, code) in code_blocks(text) {
        match language.as_deref() {
            Some("text" | "sh") => {}
            Some(language) if is_example(language, &code) => examples += 1,
            _ => panic!("{place}: a code block of {language:?}:\n{code}\nin\n{text}"),
        }
    }
    assert!(examples <= ours, "{place}: {examples} examples in\n{text}");
}

/// Checks all files; returns the number of blocks.
fn check_files(label: &str, files: &FileSet) -> usize {
    let mut count = 0;
    for (path, text) in files.iter() {
        let place = format!("{label}: {path}");
        let strange = text.chars().find(|&c| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(strange, None, "{place}");
        if path.ends_with(".md") {
            check_document(&place, text, 1);
            count += 1;
        } else if path.ends_with(".rs") {
            let parsed = syn::parse_file(text);
            assert!(parsed.is_ok(), "{place}: {:?}", parsed.err());
            for block in blocks(text) {
                check_document(&place, &block, 1);
                count += 1;
            }
        }
    }
    count
}

#[test]
fn documentation_of_the_repository_runs_only_examples() {
    for (specs, least) in [("tests/fixtures/specs", 100), ("api-specs", 1000)] {
        let found = find(&root().join(specs), &[]).unwrap();
        let layout = Layout {
            dependencies: Dependencies::Workspace,
            publish: false,
            extended: Default::default(),
        };
        let files = generate_all(&found, &layout).unwrap();
        assert!(check_files(specs, &files) > least, "{specs}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let product = hostile();
    assert_eq!(product.failures, [""; 0]);
    assert_eq!(product.generated, product.operations);
    assert!(check_files("hostile", &product.files) > 1000);
    for (path, text) in product
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs"))
    {
        let file = syn::parse_file(text).unwrap();
        let items = file.items.iter().filter(|item| match item {
            syn::Item::Macro(item) => item.mac.path.is_ident(MARK),
            _ => false,
        });
        assert_eq!(items.count(), 0, "{path}");
    }
    let name = "alibabacloud-hostile";
    for manifest in [
        format!("{name}/Cargo.toml"),
        format!("{name}-model/Cargo.toml"),
    ] {
        let (_, text) = product.files.iter().find(|(p, _)| *p == manifest).unwrap();
        let lines = text.lines().filter(|line| line.contains(MARK));
        assert!(
            lines
                .clone()
                .all(|line| line.starts_with("description = \"")),
            "{text}"
        );
        assert_eq!(lines.count(), 1, "{text}");
        assert!(!text.contains("\\u{"), "{text}");
    }
    let files: Vec<&str> = product.files.iter().map(|(path, _)| path).collect();
    for reserved in [
        "lib", "main", "con", "nul", "aux", "prn", "com1", "lpt9", "mod",
    ] {
        let file = format!("{name}/src/operation/{reserved}_.rs");
        assert!(files.contains(&file.as_str()), "{file}");
        let model = format!("{name}-model/src/{reserved}_.rs");
        assert!(files.contains(&model.as_str()), "{model}");
    }
}

/// Returns the directories of published metadata that are there.
fn corpora() -> Vec<PathBuf> {
    [
        ("corpus", "ACS_CORPUS_DIR"),
        ("corpus-2025-12", "ACS_CORPUS_2025_DIR"),
    ]
    .into_iter()
    .filter_map(|(name, variable)| support::shared_data(name, variable))
    .collect()
}

fn metadata_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            metadata_files(&path, found);
        } else if path.ends_with("api-docs.json") {
            found.push(path);
        }
    }
}

/// All products take minutes without optimization; a share changes with the day of the year.
#[test]
fn documentation_of_published_metadata_runs_only_examples() {
    let corpora = corpora();
    if corpora.is_empty() {
        return;
    }
    let mut files = Vec::new();
    for corpus in &corpora {
        metadata_files(corpus, &mut files);
    }
    files.sort();
    let now = std::time::SystemTime::now();
    let seconds = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let day = usize::try_from(seconds / 86400).unwrap();
    let all = std::env::var_os("ACS_CORPUS_ALL").is_some();
    let share = if all { 1 } else { 48 };
    for file in files.iter().skip(day % share).step_by(share) {
        let product = from_file(file);
        check_files(&product.label, &product.files);
    }
}

/// Texts made of the parts that containers, fences and code consist of.
#[test]
fn random_texts_stay_texts() {
    const PARTS: &[&str] = &[
        "```",
        "~~~",
        "````",
        "`",
        "> ",
        ">",
        "- ",
        "* ",
        "1. ",
        "12) ",
        "    ",
        "  ",
        "\n",
        "\n",
        "\n\n",
        "\t",
        "\\",
        "<",
        "[",
        "](",
        ")",
        "|",
        "# ",
        "===",
        "---",
        "text",
        "REACHED();",
        "rust",
        " ",
        "<!--",
        "-->",
        "&#96;",
        "+ ",
        "\r",
        "\u{202e}",
        ":",
        "{",
        "word word word ",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let mut text = || {
        let length = 1 + next(24);
        let parts: Vec<&str> = (0..length).map(|_| PARTS[next(PARTS.len())]).collect();
        parts.concat()
    };
    for round in 0..60 {
        let mut apis = serde_json::Map::new();
        for number in 0..4 {
            let parameter = serde_json::json!({
                "name": "P", "in": "query",
                "schema": {
                    "type": "string", "description": text(), "required": true, "example": text(),
                    "enum": ["a", text().trim()], "enumValueTitles": { "a": text() },
                },
            });
            let response = serde_json::json!({
                "type": "object", "description": text(),
                "properties": { "F": { "type": "string", "description": text() } },
            });
            let operation = serde_json::json!({
                "summary": text(), "title": text(), "description": text(), "methods": ["post"],
                "parameters": [parameter], "responses": { "200": { "schema": response } },
                "errorCodes": { "400": [{ "errorCode": "E", "errorMessage": text() }] },
            });
            apis.insert(format!("Op{number}"), operation);
        }
        let metadata = serde_json::json!({
            "info": { "style": "RPC", "product": "Odd", "version": "1", "title": text(), "description": text() },
            "directories": [{ "title": text(), "children": ["Op0"] }],
            "apis": apis,
            "endpoints": [],
        });
        let metadata = metadata.to_string();
        let product = from_text(format!("round {round}"), &metadata);
        assert_eq!(product.failures, [""; 0], "{metadata}");
        check_files(&product.label, &product.files);
    }
}
