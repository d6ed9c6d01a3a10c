//! Simplifies paths, imports and attributes of `syn`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ImplItem, Item, Meta, Token, TraitItem, UseTree};

/// One leaf of a `use`.
pub(super) struct Import {
    pub(super) segments: Vec<String>,
    /// The name in scope; `None` for `as _` and `*`.
    pub(super) name: Option<String>,
    pub(super) is_glob: bool,
    pub(super) line: usize,
}

/// Returns the leaves of a `use`.
pub(super) fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    collect_imports(tree, &mut Vec::new(), &mut found);
    found
}

fn collect_imports(tree: &UseTree, prefix: &mut Vec<String>, found: &mut Vec<Import>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            collect_imports(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Name(name) => found.push(leaf(prefix, &name.ident, Some(&name.ident))),
        UseTree::Rename(rename) => {
            let name = Some(&rename.rename).filter(|name| *name != "_");
            found.push(leaf(prefix, &rename.ident, name));
        }
        UseTree::Glob(glob) => found.push(Import {
            segments: prefix.clone(),
            name: None,
            is_glob: true,
            line: glob.star_token.spans[0].start().line,
        }),
        UseTree::Group(group) => {
            for tree in &group.items {
                collect_imports(tree, prefix, found);
            }
        }
    }
}

fn leaf(prefix: &[String], ident: &Ident, name: Option<&Ident>) -> Import {
    let mut segments = prefix.to_vec();
    let is_prefix = ident == "self" && !prefix.is_empty();
    if !is_prefix {
        segments.push(ident.to_string());
    }
    let name = name.and_then(|name| match name == "self" {
        true => segments.last().cloned(),
        false => Some(name.to_string()),
    });
    Import {
        segments,
        name,
        is_glob: false,
        line: ident.span().start().line,
    }
}

/// Returns the names of a path, without arguments.
pub(super) fn segments(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

/// Returns the paths in the tokens of a macro, each with its line.
pub(super) fn mentioned(tokens: &TokenStream) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    scan(tokens, &mut found);
    found
}

fn scan(tokens: &TokenStream, found: &mut Vec<(Vec<String>, usize)>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => scan(&group.stream(), found),
            TokenTree::Ident(first) if starts_path(&tokens[..at], first) => {
                at = scan_path(&tokens, at, Vec::new(), found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Returns whether a path can start with this name: not after `.`, `::`, `$` or a quote.
fn starts_path(before: &[TokenTree], first: &Ident) -> bool {
    match before.last() {
        Some(TokenTree::Punct(punct)) => match punct.as_char() {
            '.' => matches!(before, [.., TokenTree::Punct(dot), _] if dot.as_char() == '.'),
            ':' => !matches!(before, [.., TokenTree::Punct(colon), _] if colon.as_char() == ':'),
            '$' => first == "crate",
            '\'' => false,
            _ => true,
        },
        _ => true,
    }
}

/// Reads the path that starts at a name. Returns the index of the next token.
fn scan_path(
    tokens: &[TokenTree],
    mut at: usize,
    mut segments: Vec<String>,
    found: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let line = tokens[at].span().start().line;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) => segments.push(name.to_string()),
            // The braces of a `use`.
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                scan_group(&inner, &segments, found);
                return at + 1;
            }
            // A name that the caller of the macro passes: any item of that module.
            Some(TokenTree::Punct(punct)) if punct.as_char() == '$' => {
                segments.push("$".to_owned());
                break;
            }
            _ => break,
        }
        at += 1;
        let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        if !(is_colon(at) && is_colon(at + 1)) {
            break;
        }
        at += 2;
    }
    found.push((segments, line));
    at
}

fn scan_group(tokens: &[TokenTree], prefix: &[String], found: &mut Vec<(Vec<String>, usize)>) {
    let mut at = 0;
    while at < tokens.len() {
        at = match &tokens[at] {
            TokenTree::Ident(name) if name == "as" => at + 2,
            TokenTree::Ident(_) => scan_path(tokens, at, prefix.to_vec(), found),
            _ => at + 1,
        };
    }
}

/// Returns the value of `#[path = "..."]`.
pub(super) fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("path") => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        }
    })
}

/// Returns whether an item with these attributes exists only in tests.
pub(super) fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.is_ident("test") {
            return true;
        }
        let predicate = || attribute.parse_args::<Meta>().ok();
        path.is_ident("cfg") && predicate().and_then(|meta| evaluate(&meta)) == Some(false)
    })
}

/// Evaluates a `cfg` predicate outside of tests. `None` when it depends on something else.
fn evaluate(predicate: &Meta) -> Option<bool> {
    let parts = || -> Option<Vec<Option<bool>>> {
        let list = predicate.require_list().ok()?;
        let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        Some(parts.ok()?.iter().map(evaluate).collect())
    };
    let path = predicate.path();
    if path.is_ident("test") || path.is_ident("doctest") {
        Some(false)
    } else if path.is_ident("not") {
        parts()?.first().copied().flatten().map(|value| !value)
    } else if path.is_ident("all") {
        let parts = parts()?;
        let all_true = parts.iter().all(|part| *part == Some(true));
        let any_false = parts.contains(&Some(false));
        (any_false || all_true).then_some(!any_false)
    } else if path.is_ident("any") {
        let parts = parts()?;
        let any_true = parts.contains(&Some(true));
        let all_false = parts.iter().all(|part| *part == Some(false));
        (any_true || all_false).then_some(any_true)
    } else {
        None
    }
}

macro_rules! attributes_of {
    ($name:ident, $kind:ident: $($variant:ident)*) => {
        /// Returns the attributes of a node.
        pub(super) fn $name(node: &$kind) -> &[Attribute] {
            match node {
                $($kind::$variant(node) => &node.attrs,)*
                _ => &[],
            }
        }
    };
}

attributes_of!(item_attributes, Item: Const Enum ExternCrate Fn ForeignMod Impl Macro Mod Static
    Struct Trait TraitAlias Type Union Use);
attributes_of!(impl_item_attributes, ImplItem: Const Fn Type Macro);
attributes_of!(trait_item_attributes, TraitItem: Const Fn Type Macro);
attributes_of!(expr_attributes, Expr: Array Assign Async Await Binary Block Break Call Cast Closure
    Const Continue Field ForLoop Group If Index Infer Let Lit Loop Macro Match MethodCall Paren
    Path Range Reference Repeat Return Struct Try TryBlock Tuple Unary Unsafe While Yield);
