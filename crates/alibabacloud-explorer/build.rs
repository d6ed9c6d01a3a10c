//! Writes the table of the files in `page`, which become part of the program.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let page = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("page");
    println!("cargo::rerun-if-changed={}", page.display());
    let mut names = Vec::new();
    let entries = page.is_dir().then(|| fs::read_dir(&page)).transpose()?;
    for entry in entries.into_iter().flatten() {
        let name = entry?.file_name();
        let name = name.to_str().ok_or("a file name is not UTF-8")?;
        names.push(name.to_owned());
    }
    names.sort();
    let mut table = String::from("&[\n");
    for name in names {
        let path = page.join(&name);
        let path = path.to_str().ok_or("the path of the crate is not UTF-8")?;
        writeln!(table, "    ({name:?}, include_str!({path:?})),")?;
    }
    table.push_str("]\n");
    let out = Path::new(&env::var("OUT_DIR")?).join("page.rs");
    Ok(fs::write(out, table)?)
}
