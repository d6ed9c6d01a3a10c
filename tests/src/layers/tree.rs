//! The module tree of a crate: the names of each module, and the paths in its source.

use super::paths::{self, mentioned};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// The modules of a crate.
#[derive(Debug, Default)]
pub struct Crate {
    /// The name of the library in paths of the binary.
    pub(super) name: String,
    /// The root module of the library, if there is one.
    pub(super) library: Option<usize>,
    pub(super) modules: Vec<Module>,
    /// The files that define a `macro_rules!` which is not exported, by its name.
    pub(super) textual_macros: BTreeMap<String, BTreeSet<String>>,
    /// The files that define each type or trait outside of tests, by its name.
    pub types: BTreeMap<String, Vec<String>>,
    /// Every source file that is compiled without `cfg(test)`.
    pub files: BTreeSet<String>,
    /// Every source file that only tests compile.
    pub test_files: BTreeSet<String>,
    /// Every source file that no `mod` declaration reaches.
    pub orphans: BTreeSet<String>,
}

/// A module: a file, or a block `mod name { .. }` within one.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) file: String,
    pub(super) parent: Option<usize>,
    pub(super) root: usize,
    pub(super) names: BTreeMap<String, Vec<Definition>>,
    /// The paths of `use path::*`.
    pub(super) globs: Vec<Vec<String>>,
    pub(super) mentions: Vec<Mention>,
}

/// The meaning of a name in a module.
#[derive(Clone, Debug)]
pub(super) enum Definition {
    /// An item that this file defines.
    Item(String),
    Module(usize),
    /// The path of a `use`.
    Import(Vec<String>),
}

/// A path in the source.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    pub(super) is_macro_call: bool,
}

impl Crate {
    /// Reads the sources in a directory: `lib.rs`, `main.rs`, `bin/*.rs` and their modules.
    ///
    /// # Errors
    /// When a file cannot be read or parsed, or a module has no file.
    pub fn read(root: &Path) -> Result<Self, String> {
        let mut tree = Self {
            name: crate_name(root),
            ..Self::default()
        };
        let all = rust_files(root)?;
        for file in &all {
            let directory = Path::new(file).parent().unwrap_or(Path::new(""));
            let is_root = file == "lib.rs" || file == "main.rs" || directory == Path::new("bin");
            if is_root {
                let module = tree.add_module(file, None);
                if file == "lib.rs" {
                    tree.library = Some(module);
                }
                Reader::read_file(&mut tree, root, module, file, false)?;
            }
        }
        tree.test_files = tree.test_files.difference(&tree.files).cloned().collect();
        tree.orphans = all
            .into_iter()
            .filter(|file| !tree.files.contains(file) && !tree.test_files.contains(file))
            .collect();
        Ok(tree)
    }

    fn add_module(&mut self, file: &str, parent: Option<usize>) -> usize {
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            root: parent.map_or(id, |parent| self.modules[parent].root),
            names: BTreeMap::new(),
            globs: Vec::new(),
            mentions: Vec::new(),
        });
        id
    }

    fn define(&mut self, module: usize, name: impl ToString, definition: Definition) {
        let names = &mut self.modules[module].names;
        names.entry(name.to_string()).or_default().push(definition);
    }
}

/// Returns the name of the package of `root`, in the form of a Rust path.
fn crate_name(root: &Path) -> String {
    let manifest = root.parent().unwrap_or(root).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap_or_default();
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = \""))
        .unwrap_or_default();
    name.trim_end_matches('"').replace('-', "_")
}

/// Returns the Rust files below a directory, relative to it, with `/` between their parts.
fn rust_files(root: &Path) -> Result<BTreeSet<String>, String> {
    let mut files = BTreeSet::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = std::fs::read_dir(&directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.insert(slashed(path.strip_prefix(root).unwrap_or(&path)));
            }
        }
    }
    Ok(files)
}

/// Writes a relative path with `/` and without `..`.
fn slashed(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                parts.pop();
            }
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// A reader of one file and of the files of its modules.
struct Reader<'a> {
    tree: &'a mut Crate,
    root: &'a Path,
    file: String,
    module: usize,
    /// The directory of child modules.
    children: PathBuf,
    /// Whether the module is a block in the file.
    is_block: bool,
    /// The number of enclosing function bodies.
    depth: usize,
    /// Whether only tests compile the file: only its `mod` declarations are read.
    only_tests: bool,
    error: Option<String>,
}

impl<'a> Reader<'a> {
    fn read_file(
        tree: &'a mut Crate,
        root: &'a Path,
        module: usize,
        file: &str,
        only_tests: bool,
    ) -> Result<(), String> {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let parsed = syn::parse_file(&text).map_err(|error| {
            let line = error.span().start().line;
            format!("{}:{line}: {error}", path.display())
        })?;
        let files = match only_tests {
            true => &mut tree.test_files,
            false => &mut tree.files,
        };
        files.insert(file.to_owned());
        let path = Path::new(file);
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let stem = path.file_stem().unwrap_or_default();
        let owns_directory = stem == "mod" || tree.modules[module].parent.is_none();
        let mut reader = Reader {
            tree,
            root,
            file: file.to_owned(),
            module,
            children: if owns_directory {
                directory
            } else {
                directory.join(stem)
            },
            is_block: false,
            depth: 0,
            only_tests,
            error: None,
        };
        for item in &parsed.items {
            reader.visit_item(item);
        }
        reader.error.map_or(Ok(()), Err)
    }

    fn define(&mut self, name: impl ToString) {
        if self.depth == 0 {
            let definition = Definition::Item(self.file.clone());
            self.tree.define(self.module, name, definition);
        }
    }

    fn define_type(&mut self, name: &syn::Ident) {
        let files = self.tree.types.entry(name.to_string()).or_default();
        files.push(self.file.clone());
        self.define(name);
    }

    fn mention(&mut self, segments: Vec<String>, line: usize, is_macro_call: bool) {
        self.tree.modules[self.module].mentions.push(Mention {
            segments,
            line,
            is_macro_call,
        });
    }

    fn mention_tokens(&mut self, tokens: &proc_macro2::TokenStream) {
        for (segments, line) in mentioned(tokens) {
            self.mention(segments, line, false);
        }
    }

    /// Returns whether the file may hold re-exports that are not imports.
    fn is_facade(&self) -> bool {
        matches!(file_name(&self.file), "lib.rs" | "mod.rs")
    }

    fn child_file(&self, item: &syn::ItemMod) -> Result<String, String> {
        let name = item.ident.to_string();
        let name = name.trim_start_matches("r#");
        let candidates = match paths::path_attribute(&item.attrs) {
            // Within a block the path is relative to the block's directory.
            Some(given) if self.is_block => vec![self.children.join(given)],
            Some(given) => vec![Path::new(&self.file).with_file_name(given)],
            None => vec![
                self.children.join(format!("{name}.rs")),
                self.children.join(name).join("mod.rs"),
            ],
        };
        let found = candidates
            .iter()
            .find(|path| self.root.join(path).is_file());
        found.map(|path| slashed(path)).ok_or_else(|| {
            let line = item.ident.span().start().line;
            format!("{}:{line}: module `{name}` has no file", self.file)
        })
    }

    fn read_block(&mut self, item: &syn::ItemMod, content: &[syn::Item]) {
        let module = self.tree.add_module(&self.file, Some(self.module));
        let definition = Definition::Module(module);
        self.tree.define(self.module, &item.ident, definition);
        let children = self.children.join(item.ident.to_string());
        let outer_module = std::mem::replace(&mut self.module, module);
        let outer_children = std::mem::replace(&mut self.children, children);
        let outer_is_block = std::mem::replace(&mut self.is_block, true);
        for item in content {
            self.visit_item(item);
        }
        self.module = outer_module;
        self.children = outer_children;
        self.is_block = outer_is_block;
    }

    fn read_child(&mut self, item: &syn::ItemMod, only_tests: bool) -> Result<(), String> {
        let file = self.child_file(item)?;
        let module = self.tree.add_module(&file, Some(self.module));
        if !only_tests {
            let definition = Definition::Module(module);
            self.tree.define(self.module, &item.ident, definition);
        }
        Reader::read_file(self.tree, self.root, module, &file, only_tests)
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if let syn::Item::Mod(item) = item {
            return self.visit_item_mod(item);
        }
        if self.only_tests || paths::is_test_only(paths::item_attributes(item)) {
            return;
        }
        match item {
            syn::Item::Const(item) => self.define(&item.ident),
            syn::Item::Enum(item) => self.define_type(&item.ident),
            syn::Item::Fn(item) => self.define(&item.sig.ident),
            syn::Item::Static(item) => self.define(&item.ident),
            syn::Item::Struct(item) => self.define_type(&item.ident),
            syn::Item::Trait(item) => self.define_type(&item.ident),
            syn::Item::TraitAlias(item) => self.define(&item.ident),
            syn::Item::Type(item) => self.define(&item.ident),
            syn::Item::Union(item) => self.define_type(&item.ident),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let only_tests = self.only_tests || paths::is_test_only(&item.attrs);
        match &item.content {
            Some((_, content)) if !only_tests => self.read_block(item, content),
            // A block of tests: only its `mod` declarations are read.
            Some((_, content)) => {
                let outer = std::mem::replace(&mut self.only_tests, true);
                self.read_block(item, content);
                self.only_tests = outer;
            }
            None => {
                if let Err(error) = self.read_child(item, only_tests) {
                    self.error.get_or_insert(error);
                }
            }
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_some() {
            return;
        }
        let is_private = matches!(item.vis, syn::Visibility::Inherited);
        for import in paths::imports(&item.tree) {
            match import.name {
                Some(name) => {
                    let definition = Definition::Import(import.segments.clone());
                    self.tree.define(self.module, name, definition);
                }
                None if import.is_glob => {
                    let globs = &mut self.tree.modules[self.module].globs;
                    globs.push(import.segments.clone());
                }
                None => {}
            }
            if is_private || !self.is_facade() {
                self.mention(import.segments, import.line, false);
            }
        }
    }

    fn visit_item_extern_crate(&mut self, _: &'ast syn::ItemExternCrate) {}

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let Some(name) = &item.ident else {
            return visit::visit_item_macro(self, item);
        };
        let is_exported = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"));
        if is_exported {
            let root = self.tree.modules[self.module].root;
            let definition = Definition::Item(self.file.clone());
            self.tree.define(root, name, definition);
        } else {
            self.define(name);
        }
        let files = self.tree.textual_macros.entry(name.to_string());
        files.or_default().insert(self.file.clone());
        self.mention_tokens(&item.mac.tokens);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        if item.path.leading_colon.is_none() {
            let line = item.path.span().start().line;
            self.mention(paths::segments(&item.path), line, true);
        }
        // The tokens of `quote!` are code of another crate.
        if !item.path.is_ident("quote") {
            self.mention_tokens(&item.tokens);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let line = path.span().start().line;
            self.mention(paths::segments(path), line, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.depth += 1;
        visit::visit_block(self, block);
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        if !paths::is_test_only(paths::expr_attributes(expr)) {
            visit::visit_expr(self, expr);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !paths::is_test_only(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_stmt_macro(&mut self, statement: &'ast syn::StmtMacro) {
        if !paths::is_test_only(&statement.attrs) {
            visit::visit_stmt_macro(self, statement);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        if !paths::is_test_only(paths::impl_item_attributes(item)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        if !paths::is_test_only(paths::trait_item_attributes(item)) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !paths::is_test_only(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if !paths::is_test_only(&field.attrs) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !paths::is_test_only(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !paths::is_test_only(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }
}
