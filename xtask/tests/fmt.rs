//! Tests the canonical form of YAML: the task `fmt`, and that the importer writes it and touches
//! only the lines whose facts changed.
#![cfg(test)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use xtask::import::report::Report;
use xtask::import::{self, ImportOptions, Missing, Texts};
use xtask::{repository, yaml};

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A directory that is removed when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Fallible<Self> {
        let path = std::env::temp_dir().join(format!("acs-fmt-{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn write(&self, name: &str, text: &str) -> Fallible<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().ok_or("no parent")?)?;
        fs::write(&path, text)?;
        Ok(path)
    }

    fn import(&self, metadata: &str) -> Fallible<Report> {
        let options = ImportOptions {
            specs: self.0.clone(),
            texts: Texts::Keep,
            crate_name: None,
            missing: Missing::Keep,
            skip_refused: true,
            dry_run: false,
        };
        import::put(import::read(metadata), &options).map_err(|e| format!("{e:?}").into())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fmt(arguments: &[&Path]) -> Fallible<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("fmt").args(arguments);
    Ok(command.current_dir(repository::root()).output()?)
}

fn yaml_files(directory: &Path, found: &mut Vec<PathBuf>) -> Fallible {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            yaml_files(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// Checks every file below a directory; returns how many there are.
fn assert_canonical(directory: &Path) -> Fallible<usize> {
    let mut files = Vec::new();
    yaml_files(directory, &mut files)?;
    for file in &files {
        let text = fs::read_to_string(file)?;
        let place = file.display();
        assert_eq!(yaml::canonical(&text)?, text, "{place}");
    }
    Ok(files.len())
}

#[test]
fn the_specifications_are_in_the_canonical_form() -> Fallible {
    let check = Path::new("--check");
    let output = fmt(&[check])?;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for directory in ["api-specs", "tests/fixtures/specs"] {
        assert!(assert_canonical(&repository::root().join(directory))? > 5);
    }
    Ok(())
}

#[test]
fn a_file_is_reported_with_its_line_and_then_formatted() -> Fallible {
    let scratch = Scratch::new("task")?;
    let file = scratch.write("a/x.yaml", "a: 1\nb: [x, 'y z'] # why\n")?;
    let hidden = scratch.write(".b/x.yaml", "a: {b: 1}\n")?;
    let check = fmt(&[Path::new("--check"), &scratch.0])?;
    assert_eq!(check.status.code(), Some(1));
    let expected = format!("{}:2: not in the canonical form", file.display());
    let found = String::from_utf8(check.stdout)?;
    assert!(found.contains(&expected), "{found}");
    assert_eq!(fs::read_to_string(&file)?, "a: 1\nb: [x, 'y z'] # why\n");
    assert_eq!(fmt(&[&scratch.0])?.status.code(), Some(0));
    assert_eq!(
        fs::read_to_string(&file)?,
        "a: 1\nb: # why\n  - x\n  - y z\n"
    );
    assert_eq!(fs::read_to_string(hidden)?, "a: {b: 1}\n");
    let again = fmt(&[Path::new("--check"), &scratch.0])?;
    assert_eq!(again.status.code(), Some(0));
    Ok(())
}

#[test]
fn a_file_that_would_change_its_meaning_is_refused_with_its_place() -> Fallible {
    let cases = [
        ("a: 1\nb: &x 1\nc: *x\n", "2:4: anchors"),
        ("a: !t 1\n", "1:4: tags"),
        ("a: 1\na: 2\n", "2:1: duplicate key `a`"),
        ("a: 1\n---\nb: 1\n", "more than one document"),
        ("a: no\n", "1:4: `no` without quotes"),
        ("a: 2019-06-01\n", "1:4: `2019-06-01` without quotes"),
        ("a: 0x1f\n", "1:4: `0x1f` without quotes"),
        ("a: [1\n", "invalid YAML"),
        ("# only a comment\n", "the file is empty"),
        ("? [a, b]\n: c\n", "1:3: a key is not text"),
    ];
    let scratch = Scratch::new("refused")?;
    for (text, message) in cases {
        let file = scratch.write("x.yaml", text)?;
        let output = fmt(&[&file])?;
        assert_eq!(output.status.code(), Some(1), "{text:?}");
        let error = String::from_utf8(output.stderr)?;
        assert!(error.contains(message), "{text:?}: {error}");
        assert!(error.contains(&file.display().to_string()), "{error}");
        assert_eq!(fs::read_to_string(&file)?, text);
    }
    Ok(())
}

/// Comments in every place that YAML has for them.
#[test]
fn comments_stay_where_they_are() -> Fallible {
    let text = "\
# head

# second head
a: 1 # behind a
# above b
b: # behind b
  - name: X # behind X
    # above c
    c: | # behind c
      # text
      text
    # end of X
  # above Z
  - name: Z
  # end of b
# above d
d: >- # behind d
  long
# tail
";
    let formatted = text.replace("d: >- # behind d\n  long\n", "d: long # behind d\n");
    assert_eq!(yaml::canonical(text)?, formatted);
    let in_brackets = "a: [x, # one\n  # two\n  {k: v}, # three\n  # four\n] # five\n";
    assert_eq!(
        yaml::canonical(in_brackets)?,
        "a:\n  - x # one\n  # two\n  # three\n  - k: v\n  # four\n# five\n"
    );
    Ok(())
}

fn metadata(limit: u32, more: bool) -> String {
    let mut parameters = json!([
        { "name": "Name", "in": "query", "schema": { "type": "string" } },
        { "name": "MaxResults", "in": "query",
          "schema": { "type": "integer", "format": "int32", "minimum": "1", "maximum": limit.to_string() } },
    ]);
    if more {
        let added = json!({ "name": "Order", "in": "query", "schema": { "type": "boolean" } });
        if let Value::Array(parameters) = &mut parameters {
            parameters.insert(1, added);
        }
    }
    json!({
        "info": { "style": "RPC", "product": "Foo", "version": "2020-01-01" },
        "apis": { "GetX": {
            "methods": ["post", "get"],
            "parameters": parameters,
            "responses": { "200": { "schema": { "type": "object", "properties": {
                "RequestId": { "type": "string" },
                "Items": { "type": "array", "items": { "type": "object", "properties": {
                    "Id": { "type": "string" } } } },
            } } } },
        } },
        "endpoints": [{ "regionId": "cn-hangzhou", "endpoint": "foo.cn-hangzhou.aliyuncs.com" }],
    })
    .to_string()
}

/// What a person wrote in another way than the importer would stays, and so do its comments.
#[test]
fn an_import_touches_only_the_lines_whose_facts_changed() -> Fallible {
    let scratch = Scratch::new("lines")?;
    scratch.import(&metadata(50, false))?;
    let path = scratch.0.join("foo/2020-01-01/operations/GetX.yaml");
    let text = fs::read_to_string(&path)?;
    let edited = text
        .replace(
            "x-acs-class: get\n",
            "x-acs-class: get # reads\n  # chosen by hand\n  x-acs-arguments: []\n",
        )
        .replace(
            "      schema:\n        type: integer\n",
            "      # as measured\n      schema: # a number\n        type: integer # small\n",
        )
        .replace("RequestId:\n", "RequestId: # the request\n");
    let edited = yaml::canonical(&edited)?;
    assert_eq!(edited.matches('#').count(), 6, "{edited}");
    fs::write(&path, &edited)?;
    // The same facts: nothing is written.
    assert_eq!(
        scratch.import(&metadata(50, false))?.written,
        [] as [String; 0]
    );
    assert_eq!(fs::read_to_string(&path)?, edited);
    // One fact changes: one line changes.
    scratch.import(&metadata(100, false))?;
    let expected = edited.replace("maximum: 50", "maximum: 100");
    assert_ne!(expected, edited);
    assert_eq!(fs::read_to_string(&path)?, expected);
    // A parameter is added: its lines are added.
    scratch.import(&metadata(100, true))?;
    let after = fs::read_to_string(&path)?;
    let added: Vec<&str> = after
        .lines()
        .filter(|line| !expected.contains(line))
        .collect();
    assert_eq!(added, ["    - name: Order", "        type: boolean"]);
    assert_eq!(after.lines().count(), expected.lines().count() + 4);
    assert_eq!(yaml::canonical(&after)?, after);
    Ok(())
}

/// Tests a few products that have most constructs; `ACS_CORPUS_DIR` has the published metadata.
#[test]
fn imports_of_published_metadata_are_canonical() -> Fallible {
    assert_corpus("ACS_CORPUS_DIR", "corpus", &["sts", "ram", "devs"])?;
    assert_corpus(
        "ACS_CORPUS_2025_DIR",
        "corpus-2025-12",
        &["sts", "alb", "devs"],
    )
}

fn assert_corpus(variable: &str, name: &str, products: &[&str]) -> Fallible {
    let Some(directory) = support::shared_data(name, variable) else {
        return Ok(());
    };
    let scratch = Scratch::new(name)?;
    let products: Vec<String> = products.iter().map(|name| (*name).to_owned()).collect();
    let files = xtask::corpus::find(&directory, &products).map_err(|e| format!("{e:?}"))?;
    for file in files {
        scratch.import(&fs::read_to_string(&file)?)?;
    }
    assert!(assert_canonical(&scratch.0)? > 50);
    Ok(())
}
