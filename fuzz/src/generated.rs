//! Checks of generated crates.

use alibabacloud_codegen::files::FileSet;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::collections::BTreeMap;
use syn::visit::{self, Visit};

/// What the text of a specification must not change in a generated file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Items, fields and variants; for `Cargo.toml` the paths of its keys.
    pub items: Vec<String>,
    /// Blocks in the documentation that rustdoc would compile.
    pub doctests: usize,
}

/// Returns the shape of each file.
///
/// # Panics
/// If a file cannot be parsed, or a doctest is not Rust.
pub fn shapes(files: &FileSet) -> BTreeMap<String, Shape> {
    let shape = |(path, text): (&str, &str)| {
        let shape = match path.rsplit('.').next() {
            Some("rs") => rust(path, text),
            Some("toml") => toml(path, text),
            _ => Shape::default(),
        };
        (path.to_owned(), shape)
    };
    files.iter().map(shape).collect()
}

fn toml(path: &str, text: &str) -> Shape {
    let mut shape = Shape::default();
    match text.parse::<toml::Table>() {
        Ok(table) => keys("", &table, &mut shape.items),
        Err(error) => panic!("{path}: {error}\n{text}"),
    }
    shape
}

fn keys(parent: &str, table: &toml::Table, found: &mut Vec<String>) {
    for (name, value) in table {
        let path = format!("{parent}/{name}");
        if let toml::Value::Table(table) = value {
            keys(&path, table, found);
        }
        found.push(path);
    }
}

fn rust(path: &str, text: &str) -> Shape {
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => panic!("{path}: {error}\n{text}"),
    };
    let mut reader = Reader::default();
    reader.document(&file.attrs);
    reader.visit_file(&file);
    reader.shape
}

#[derive(Default)]
struct Reader {
    shape: Shape,
}

impl Reader {
    fn add(&mut self, name: String, attributes: &[syn::Attribute]) {
        self.shape.items.push(name);
        self.document(attributes);
    }

    /// Reads the documentation of one item.
    fn document(&mut self, attributes: &[syn::Attribute]) {
        let mut lines = Vec::new();
        for attribute in attributes {
            let syn::Meta::NameValue(meta) = &attribute.meta else {
                continue;
            };
            if let (true, syn::Expr::Lit(text)) = (meta.path.is_ident("doc"), &meta.value) {
                if let syn::Lit::Str(text) = &text.lit {
                    lines.extend(text.value().split('\n').map(str::to_owned));
                }
            }
        }
        for block in doctests(&unindented(&lines)) {
            // A hidden line has a mark.
            let body: Vec<&str> = block.lines().map(shown).collect();
            let code = format!("fn main() {{ {}\n}}", body.join("\n"));
            if let Err(error) = syn::parse_file(&code) {
                panic!("a doctest is not Rust: {error}\n{block}");
            }
            self.shape.doctests += 1;
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let (attributes, name) = match item {
            syn::Item::Struct(item) => (&item.attrs, format!("struct {}", item.ident)),
            syn::Item::Enum(item) => (&item.attrs, format!("enum {}", item.ident)),
            syn::Item::Fn(item) => (&item.attrs, format!("fn {}", item.sig.ident)),
            syn::Item::Const(item) => (&item.attrs, format!("const {}", item.ident)),
            syn::Item::Static(item) => (&item.attrs, format!("static {}", item.ident)),
            syn::Item::Mod(item) => (&item.attrs, format!("mod {}", item.ident)),
            syn::Item::Trait(item) => (&item.attrs, format!("trait {}", item.ident)),
            syn::Item::Impl(item) => (&item.attrs, "impl".to_owned()),
            syn::Item::Type(item) => (&item.attrs, format!("type {}", item.ident)),
            syn::Item::Use(item) => (&item.attrs, "use".to_owned()),
            syn::Item::Macro(item) => (&item.attrs, "macro".to_owned()),
            _ => panic!("an item of a kind that is not generated"),
        };
        self.add(name, attributes);
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'a syn::ImplItem) {
        match item {
            syn::ImplItem::Const(item) => self.add(item.ident.to_string(), &item.attrs),
            syn::ImplItem::Fn(item) => self.add(item.sig.ident.to_string(), &item.attrs),
            syn::ImplItem::Type(item) => self.add(item.ident.to_string(), &item.attrs),
            _ => panic!("an item of a kind that is not generated"),
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_trait_item(&mut self, item: &'a syn::TraitItem) {
        match item {
            syn::TraitItem::Fn(item) => self.add(item.sig.ident.to_string(), &item.attrs),
            _ => panic!("an item of a kind that is not generated"),
        }
        visit::visit_trait_item(self, item);
    }

    fn visit_field(&mut self, field: &'a syn::Field) {
        let name = field.ident.as_ref().map(ToString::to_string);
        self.add(name.unwrap_or_default(), &field.attrs);
        visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'a syn::Variant) {
        self.add(variant.ident.to_string(), &variant.attrs);
        visit::visit_variant(self, variant);
    }
}

/// Returns a line of a doctest without the mark of a hidden one.
fn shown(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix("# ")
        .or(line.strip_prefix('#').filter(|rest| rest.is_empty()))
        .unwrap_or(line)
}

/// Removes the indentation that all lines have, as rustdoc does.
fn unindented(lines: &[String]) -> String {
    let indent = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let least = written.map(indent).min().unwrap_or(0);
    let lines = lines.iter().map(|line| line.get(least..).unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the blocks of a text that rustdoc would compile: indented ones, and fenced ones without
/// a tag that it does not know.
pub fn doctests(markdown: &str) -> Vec<String> {
    let (mut found, mut block) = (Vec::new(), None::<String>);
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let is_rust = match &kind {
                    CodeBlockKind::Indented => true,
                    CodeBlockKind::Fenced(tags) => is_rust(tags),
                };
                block = is_rust.then(String::new);
            }
            Event::End(TagEnd::CodeBlock) => found.extend(block.take()),
            Event::Text(text) => {
                if let Some(block) = &mut block {
                    block.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

fn is_rust(tags: &str) -> bool {
    const KNOWN: [&str; 8] = [
        "",
        "rust",
        "no_run",
        "ignore",
        "should_panic",
        "compile_fail",
        "test_harness",
        "standalone_crate",
    ];
    let mut tags = tags.split([',', ' ', '\t']);
    tags.all(|tag| KNOWN.contains(&tag) || tag.starts_with("edition") || tag.starts_with("ignore-"))
}
