//! Tokens to text: formatting, documentation, blank lines between items, and the file header.

use super::header::HEADER;
use super::markdown::is_invisible;
use super::wrap::{COLUMNS, fill, fits};
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use quote::quote;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write;

/// A part of a source file.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Items to format.
    Tokens(TokenStream),
    /// Formatted text, such as field tables, whose macros a formatter cannot format. The lines can
    /// be markers of documentation.
    Text(String),
}

/// The longest line that the formatter writes. Items of which there are thousands are written as
/// text, as the formatter would write them: to parse and print their tokens took most of the
/// generator's time. Items that have longer lines remain tokens.
const WIDTH: usize = 89;

/// Returns a line if the formatter would not break it.
pub(crate) fn line(text: String) -> Option<String> {
    (text.chars().count() <= WIDTH).then_some(text)
}

/// Returns a line that ends with a list in parentheses and with `end`. A list that does not fit has
/// a line per element, as the formatter writes it; `None` if such a line is too long as well.
pub(crate) fn list(start: &str, elements: &[String], end: &str) -> Option<String> {
    let joined = elements.join(", ");
    if let Some(line) = line(format!("{start}({joined}){end}")) {
        return Some(line);
    }
    let indent = &start[..start.len() - start.trim_start().len()];
    let mut text = format!("{start}(\n");
    for element in elements {
        text.push_str(&line(format!("{indent}    {element},"))?);
        text.push('\n');
    }
    text.push_str(&format!("{indent}){end}"));
    Some(text)
}

/// Returns a field with an array of texts or other expressions, but not numbers, as the formatter
/// writes it: on a line if it fits, else with a line per element, which is not broken.
pub(crate) fn array(start: &str, elements: &[String]) -> String {
    if let Some(line) = line(format!("{start}&[{}],", elements.join(", "))) {
        return line + "\n";
    }
    let indent = &start[..start.len() - start.trim_start().len()];
    let mut text = format!("{start}&[\n");
    for element in elements {
        let _ = writeln!(text, "{indent}    {element},");
    }
    text + indent + "],\n"
}

/// Returns the import of names, as the formatter writes it; nothing without names.
pub(crate) fn import(path: &str, names: &[&str]) -> String {
    import_by("use", path, names)
}

/// Returns the public import of names, as the formatter writes it; nothing without names.
pub(crate) fn public_import(path: &str, names: &[&str]) -> String {
    import_by("pub use", path, names)
}

fn import_by(keyword: &str, path: &str, names: &[&str]) -> String {
    if let [name] = names {
        return format!("{keyword} {path}::{name};\n");
    }
    if names.is_empty() {
        return String::new();
    }
    if let Some(line) = line(format!("{keyword} {path}::{{{}}};", names.join(", "))) {
        return line + "\n";
    }
    let mut text = format!("{keyword} {path}::{{");
    let mut width = WIDTH;
    for (index, name) in names.iter().enumerate() {
        // With the blank before it and the comma, of which the formatter leaves out the last.
        let more = name.chars().count() + 2;
        let last = usize::from(index + 1 == names.len());
        if width + more - last > WIDTH {
            text.push_str("\n   ");
            width = 3;
        }
        width += more;
        text.push(' ');
        text.push_str(name);
        text.push(',');
    }
    text.push_str("\n};\n");
    text
}

/// Returns the tokens of source text, for the formatter. There are none if the text is not Rust,
/// which is a bug in the generator; what contains them is not Rust either then.
pub(crate) fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_default()
}

/// Returns tokens of a type or of a simple expression as text; `None` if the formatter could write
/// them in another way.
pub(crate) fn inline(tokens: TokenStream) -> Option<String> {
    let mut text = String::new();
    push_inline(tokens, &mut text).then_some(text)
}

fn push_inline(tokens: TokenStream, text: &mut String) -> bool {
    let (mut after_word, mut in_parameters) = (false, false);
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if is_word && after_word {
            text.push(' ');
        }
        after_word = is_word;
        match token {
            TokenTree::Ident(ident) => drop(write!(text, "{ident}")),
            TokenTree::Literal(literal) => drop(write!(text, "{literal}")),
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' => text.push_str(", "),
                '=' => text.push_str(" = "),
                sign @ (':' | '<' | '>' | '.' | '&' | '?') => text.push(sign),
                // A closure: its parameters are between two of them.
                '|' => {
                    text.push_str(if in_parameters { "| " } else { "|" });
                    in_parameters = !in_parameters;
                }
                _ => return false,
            },
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                text.push('(');
                if !push_inline(group.stream(), text) {
                    return false;
                }
                text.push(')');
            }
            TokenTree::Group(_) => return false,
        }
    }
    true
}

/// The documentation of a file's items.
///
/// More than half of the output is documentation. As tokens, it would take most of the generator's
/// time. So it remains text: the tokens contain a marker, which is replaced once they are
/// formatted.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    blocks: RefCell<Vec<Vec<String>>>,
    /// Methods that are text.
    items: RefCell<Vec<String>>,
}

/// The start of a marker. Other documentation has a space instead of the `@`.
const MARKER: &str = "///@";

/// The start of the line that marks methods which are text.
const METHODS_MARKER: &str = "    text_of!(";

impl Docs {
    /// Adds the documentation of an item and returns its marker.
    pub(crate) fn block(&self, lines: &[String]) -> TokenStream {
        let marker = format!("@{}", self.add(lines.to_vec()));
        quote!(#[doc = #marker])
    }

    /// Adds the documentation of an item that is text and returns the line that marks it.
    pub(crate) fn line(&self, lines: &[String]) -> String {
        format!("{MARKER}{}", self.add(lines.to_vec()))
    }

    /// Adds methods that are text, each with its indentation, and returns the item of an `impl`
    /// that marks their place.
    pub(crate) fn methods(&self, methods: &[String]) -> TokenStream {
        let mut items = self.items.borrow_mut();
        let number = Literal::usize_unsuffixed(items.len());
        items.push(methods.join("\n"));
        quote!(text_of!(#number);)
    }

    fn add(&self, lines: Vec<String>) -> usize {
        let mut blocks = self.blocks.borrow_mut();
        blocks.push(lines);
        blocks.len() - 1
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

    /// Writes text, with documentation in place of the lines that mark it.
    fn write_text(&self, source: &str, text: &mut String) {
        for line in source.lines() {
            if !self.write(line, text) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }

    /// Writes the methods that a line marks. Returns `false` if the line is not a marker.
    fn write_methods(&self, line: &str, text: &mut String) -> bool {
        let number = line.strip_prefix(METHODS_MARKER);
        let number = number.and_then(|rest| rest.strip_suffix(");"));
        let items = self.items.borrow();
        let item = number.and_then(|number| items.get(number.parse::<usize>().ok()?));
        if let Some(item) = item {
            self.write_text(item, text);
        }
        item.is_some()
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
                Piece::Text(piece) => self.docs.write_text(&piece, &mut text),
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
        after_method = line == "    }" || line.starts_with(METHODS_MARKER);
        after_type = line.starts_with("    type ");
        if !docs.write(line, text) && !docs.write_methods(line, text) {
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

    /// Returns what the formatter makes of an item.
    fn formatted(item: &str) -> String {
        prettyplease::unparse(&syn::parse_file(item).unwrap())
    }

    #[test]
    fn lists_and_imports_are_written_as_by_the_formatter() {
        let mut broken = 0;
        for length in 1..60 {
            let name = "a".repeat(length);
            let arguments = ["mut self".to_owned(), format!("{name}: impl Into<String>")];
            let function = list("    pub fn set", &arguments, " -> Self {").unwrap();
            let text = format!("impl S {{\n{function}\n        self\n    }}\n}}\n");
            assert_eq!(text, formatted(&text), "{length}");
            broken += usize::from(function.contains('\n'));
            let names = ["self as model", &name, "B", &name, "Ccc", &name];
            for text in [
                import("crate::model", &names),
                public_import("model", &names),
            ] {
                assert_eq!(text, formatted(&text), "{length}");
            }
        }
        assert!((10..50).contains(&broken), "{broken}");
        for length in 1..90 {
            let texts = ["a".repeat(length), "\"b\"\n".repeat(length / 9)];
            let texts = texts.map(|text| format!("{text:?}"));
            let array = array("    a: ", &texts);
            let text = format!("static S: S = S {{\n{array}    b: \"{:-<60}\",\n}};\n", "");
            assert_eq!(text, formatted(&text), "{length}");
        }
        let long = vec!["a".repeat(90)];
        assert_eq!(list("    f", &long, ";"), None);
        assert_eq!(import("a::b", &["C"]), "use a::b::C;\n");
        assert_eq!(import("a::b", &[]), "");
    }

    #[test]
    fn types_and_expressions_are_written_in_a_line() {
        for text in [
            "impl IntoIterator<Item = (impl Into<String>, model::Value)>",
            "Option<BTreeMap<String, Vec<i32>>>",
            "value.into_iter().map(|(key, value)| (key.into(), Sensitive::new(value))).collect()",
            "cursor.into_page()?",
            "r#type",
        ] {
            let tokens: TokenStream = text.parse().unwrap();
            assert_eq!(inline(tokens).as_deref(), Some(text));
        }
        for text in ["a + b", "[u8; 2]", "{ x }", "!x"] {
            assert_eq!(inline(text.parse().unwrap()), None, "{text}");
        }
    }

    #[test]
    fn methods_that_are_text_are_spaced_as_others() {
        let mut source = Source::default();
        let docs = source.docs.line(&["Does it.".to_owned()]);
        let method = format!("    {docs}\n    fn two() {{}}\n");
        let more = "    fn three() {\n        x()\n    }\n".to_owned();
        let methods = source.docs.methods(&[method, more]);
        source.tokens(quote! {
            impl S { fn one() { x() } #methods fn four() {} }
        });
        let text = source.render("x.yaml", &[]).unwrap();
        let (_, text) = text.split_once("\n\n").unwrap();
        assert_eq!(
            text,
            "\
impl S {
    fn one() {
        x()
    }

    /// Does it.
    fn two() {}

    fn three() {
        x()
    }

    fn four() {}
}
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
