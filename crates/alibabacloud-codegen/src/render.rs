//! Tokens to text: formatting, documentation, blank lines between items, and the file header.

use super::header::HEADER;
use super::markdown::is_invisible;
use super::wrap::{COLUMNS, fill, fits};
use proc_macro2::TokenStream;
use quote::quote;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write;

/// A part of a source file.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Items to format.
    Tokens(TokenStream),
    /// Formatted text, such as field tables, whose macros a formatter cannot format.
    Text(String),
}

/// The documentation of a file's items.
///
/// More than half of the output is documentation. As tokens, it would take most of the generator's
/// time. So it remains text: the tokens contain a marker, which is replaced once they are
/// formatted.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    blocks: RefCell<Vec<Vec<String>>>,
}

/// The start of a marker. Other documentation has a space instead of the `@`.
const MARKER: &str = "///@";

impl Docs {
    /// Adds the documentation of an item and returns its marker.
    pub(crate) fn block(&self, lines: &[String]) -> TokenStream {
        let mut blocks = self.blocks.borrow_mut();
        let marker = format!("@{}", blocks.len());
        blocks.push(lines.to_vec());
        quote!(#[doc = #marker])
    }

    /// Adds the documentation of an item, given as text, and returns its marker.
    pub(crate) fn text(&self, lines: &str) -> TokenStream {
        let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        self.block(&lines)
    }

    /// Applies a change to each documentation that was added so far.
    pub(crate) fn change(&mut self, change: impl FnMut(&mut Vec<String>)) {
        self.blocks.get_mut().iter_mut().for_each(change);
    }

    /// Writes the documentation that a line marks. Returns `false` if the line is not a marker.
    fn write(&self, line: &str, text: &mut String) -> bool {
        let comment = line.trim_start();
        let blocks = self.blocks.borrow();
        let block = comment
            .strip_prefix(MARKER)
            .and_then(|number| blocks.get(number.parse::<usize>().ok()?));
        let Some(block) = block else {
            return false;
        };
        let indent = &line[..line.len() - comment.len()];
        write_comment(text, indent, "///", block);
        true
    }
}

/// Writes lines of documentation as a comment, wrapped at [`COLUMNS`].
fn write_comment(text: &mut String, indent: &str, sign: &str, lines: &[String]) {
    let width = COLUMNS - indent.len() - sign.len() - 1;
    let filled;
    let lines = if lines.iter().all(|line| fits(line, width)) {
        lines
    } else {
        filled = fill(lines, width);
        &filled
    };
    for line in lines {
        text.push_str(indent);
        text.push_str(sign);
        if !line.is_empty() {
            text.push(' ');
            text.push_str(&in_comment(line));
        }
        text.push('\n');
    }
}

/// Returns a line without what would end the comment or show it in another order.
pub(crate) fn in_comment(line: &str) -> Cow<'_, str> {
    let is_plain = line.bytes().all(|b| (0x20..0x7f).contains(&b));
    if is_plain || !line.contains(is_invisible) {
        return Cow::Borrowed(line);
    }
    Cow::Owned(line.replace(is_invisible, " "))
}

/// A Rust source file.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Inner attributes, as source text.
    attributes: Vec<&'static str>,
    pieces: Vec<Piece>,
    /// Documentation of the items.
    pub(crate) docs: Docs,
}

impl Source {
    /// Returns an empty crate root. On docs.rs, its items are labeled with the features they need.
    pub(crate) fn crate_root() -> Self {
        Self {
            attributes: vec!["#![cfg_attr(docsrs, feature(doc_cfg))]"],
            ..Self::default()
        }
    }

    /// Adds items.
    pub(crate) fn tokens(&mut self, tokens: TokenStream) {
        if !tokens.is_empty() {
            self.pieces.push(Piece::Tokens(tokens));
        }
    }

    /// Adds formatted text.
    pub(crate) fn text(&mut self, text: String) {
        self.pieces.push(Piece::Text(text));
    }

    /// Returns the text of the file. `from` is the path of the specification, for the header;
    /// `docs` is the documentation of the module.
    ///
    /// # Errors
    ///
    /// If the tokens are not valid Rust, which is a bug in the generator.
    pub(crate) fn render(self, from: &str, docs: &[String]) -> Result<String, String> {
        let from = in_comment(from);
        let mut text = format!("{HEADER}. Do not edit.\n// Source: {from}\n");
        text.push_str("#![cfg_attr(rustfmt, rustfmt_skip)]\n");
        for attribute in self.attributes {
            let _ = writeln!(text, "{attribute}");
        }
        if !docs.is_empty() {
            text.push('\n');
        }
        write_comment(&mut text, "", "//!", docs);
        for piece in self.pieces {
            text.push('\n');
            match piece {
                Piece::Text(piece) => text.push_str(&piece),
                Piece::Tokens(tokens) => text.push_str(&format(tokens, &self.docs)?),
            }
        }
        Ok(text)
    }
}

/// Formats items, with blank lines between all of them but imports and modules.
fn format(tokens: TokenStream, docs: &Docs) -> Result<String, String> {
    // Moved in: with a second owner, every token would be copied.
    let file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    let mut text = String::new();
    let mut before: Option<bool> = None;
    for item in file.items {
        let short = matches!(item, syn::Item::Use(_) | syn::Item::Mod(_));
        if before.is_some_and(|before| !(before && short)) {
            text.push('\n');
        }
        before = Some(short);
        let one = syn::File {
            shebang: None,
            attrs: Vec::new(),
            items: vec![item],
        };
        finish(&prettyplease::unparse(&one), docs, &mut text);
    }
    Ok(text)
}

/// Replaces the markers of an item by documentation. Adds blank lines between the methods of an
/// `impl`, and between its types and its first method.
fn finish(item: &str, docs: &Docs, text: &mut String) {
    let (mut after_method, mut after_type) = (false, false);
    for line in item.lines() {
        let method_follows = after_type && !line.starts_with("    type ");
        if method_follows || (after_method && line.starts_with("    ")) {
            text.push('\n');
        }
        after_method = line == "    }";
        after_type = line.starts_with("    type ");
        if !docs.write(line, text) {
            text.push_str(line);
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_methods_are_spaced() {
        let mut source = Source::default();
        let docs = source.docs.text("A struct.\n\nOf two.");
        source.tokens(quote! {
            use a::B;
            use c::D;
            #docs
            struct S;
            impl T for S { type X = u8; fn one() {} fn two() { if true { x(); } else { y() } z() } }
        });
        source.text("fields!(S {});\n".to_owned());
        let text = source.render("x.yaml", &["Docs.".to_owned()]).unwrap();
        assert_eq!(
            text,
            "\
// @generated by `cargo xtask codegen`. Do not edit.
// Source: x.yaml
#![cfg_attr(rustfmt, rustfmt_skip)]

//! Docs.

use a::B;
use c::D;

/// A struct.
///
/// Of two.
struct S;

impl T for S {
    type X = u8;

    fn one() {}
    fn two() {
        if true {
            x();
        } else {
            y()
        }
        z()
    }
}

fields!(S {});
"
        );
    }

    #[test]
    fn comments_are_wrapped_at_their_indentation() {
        let line = "word ".repeat(20).trim_end().to_owned();
        let mut text = String::new();
        write_comment(&mut text, "", "///", std::slice::from_ref(&line));
        write_comment(&mut text, "    ", "///", &[line]);
        let lengths: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(lengths, [98, 8, 97, 17]);
    }

    #[test]
    fn tokens_that_are_not_rust_are_an_error() {
        let mut source = Source::default();
        source.tokens(quote!(struct struct));
        assert!(source.render("x.yaml", &[]).is_err());
    }
}
