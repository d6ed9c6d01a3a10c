//! Tests what becomes of upstream's texts in an import: nothing by default, Markdown on request.
#![cfg(test)]

mod support;

use alibabacloud_spec::{Loader, Service};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use xtask::corpus::product::from_text;
use xtask::import::report::Report;
use xtask::import::{self, ImportOptions, Missing, Texts};
use xtask::repository;

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// The specifications of one test; removed when the test ends.
struct Specs(PathBuf);

impl Specs {
    fn new(name: &str) -> Fallible<Self> {
        let path = std::env::temp_dir().join(format!("acs-texts-{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn import(&self, metadata: &str, texts: Texts) -> Fallible<Report> {
        let options = ImportOptions {
            specs: self.0.clone(),
            texts,
            crate_name: None,
            missing: Missing::Keep,
            skip_refused: true,
            dry_run: false,
        };
        import::put(import::read(metadata), &options).map_err(|e| format!("{e:?}").into())
    }

    fn main(&self) -> Fallible<String> {
        Ok(fs::read_to_string(
            self.0.join("foo/2020-01-01/openapi.yaml"),
        )?)
    }

    fn operation(&self) -> Fallible<String> {
        Ok(fs::read_to_string(
            self.0.join("foo/2020-01-01/operations/GetX.yaml"),
        )?)
    }

    fn service(&self) -> Fallible<Service> {
        Ok(Loader::new().load(&self.0.join("foo/2020-01-01"))?)
    }
}

impl Drop for Specs {
    fn drop(&mut self) {
        // A leftover directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns metadata with a text in every place that has one. `mark` is in all of them.
fn metadata(mark: &str, title: &str) -> Value {
    let text =
        |place: &str| format!("{mark} of the {place}.<br>See <a href=\"https://a.b\">this</a>.");
    json!({
        "info": { "style": "RPC", "product": "Foo", "version": "2020-01-01",
                  "title": title, "description": text("product") },
        "directories": [{ "title": title, "children": ["GetX"] }],
        "components": { "schemas": { "Shared": {
            "type": "object", "title": mark, "description": text("schema"),
            "properties": { "A": { "type": "string", "description": text("shared field") } },
        } } },
        "apis": { "GetX": {
            "title": mark, "summary": format!("{mark} in short."), "description": text("operation"),
            "methods": ["post"],
            "parameters": [
                { "name": "Mode", "in": "query", "schema": {
                    "type": "string", "description": text("parameter"), "enum": ["a", "b"],
                    "enumValueTitles": { "a": format!("{mark} a"), "b": format!("{mark} b") },
                    "default": "a", "example": "a" } },
                { "name": "Url", "in": "query", "schema": {
                    "type": "string", "title": mark, "isFileTransferUrl": true } },
                { "name": "Body", "in": "formData", "style": "json", "schema": {
                    "type": "object", "description": text("form"), "properties": {
                        "B": { "type": "array", "items": {
                            "type": "object", "description": text("item"),
                            "additionalProperties": { "type": "string", "description": text("map") } } },
                        "C": { "$ref": "#/components/schemas/Shared", "description": text("ref") } } } },
            ],
            "responses": { "200": { "description": text("response"), "schema": {
                "type": "object", "description": text("root"), "properties": {
                    "RequestId": { "type": "string", "description": text("field") } } } } },
            "errorCodes": { "404": [{ "errorCode": "NotFound", "errorMessage": text("message"),
                                      "description": text("error") }] },
        } },
        "endpoints": [{ "regionId": "cn-hangzhou", "endpoint": "foo.cn-hangzhou.aliyuncs.com" }],
    })
}

#[test]
fn no_text_of_the_metadata_enters_a_specification() -> Fallible {
    let specs = Specs::new("none")?;
    let metadata = metadata("Marked", "Foo Service").to_string();
    specs.import(&metadata, Texts::None)?;
    let (main, operation) = (specs.main()?, specs.operation()?);
    for text in [&main, &operation] {
        assert!(!text.contains("Marked"), "{text}");
        assert!(!text.contains("See"), "{text}");
    }
    // Names and facts stay, and what the importer itself says.
    let service = specs.service()?;
    assert_eq!(service.title, "Foo Service");
    assert_eq!(service.language, None);
    let get = service.operation("GetX").ok_or("no GetX")?;
    assert_eq!(get.tag.as_deref(), Some("Foo Service"));
    assert_eq!(get.errors[0].code, "NotFound");
    let url = get.parameter("Url").ok_or("no Url")?;
    let description = url.schema.description.as_str();
    assert_eq!(
        description,
        "Takes the URL of a file that the service can read."
    );
    assert!(operation.contains("enum:"), "{operation}");
    assert!(specs.import(&metadata, Texts::None)?.written.is_empty());
    Ok(())
}

#[test]
fn texts_that_people_wrote_stay() -> Fallible {
    let specs = Specs::new("own")?;
    specs.import(&metadata("Marked", "Foo Service").to_string(), Texts::None)?;
    let path = specs.0.join("foo/2020-01-01/operations/GetX.yaml");
    let text = fs::read_to_string(&path)?.replace(
        "  operationId: GetX\n",
        "  operationId: GetX\n  summary: Returns the X.\n",
    );
    fs::write(&path, text)?;
    let mut newer = metadata("Changed", "Foo Service");
    let added = json!({ "name": "New", "in": "query",
        "schema": { "type": "string", "description": "Changed text of a new parameter." } });
    if let Some(parameters) = newer["apis"]["GetX"]["parameters"].as_array_mut() {
        parameters.push(added);
    }
    specs.import(&newer.to_string(), Texts::None)?;
    let text = specs.operation()?;
    assert!(text.contains("summary: Returns the X."), "{text}");
    assert!(text.contains("name: New"), "{text}");
    assert!(!text.contains("Changed"), "{text}");
    Ok(())
}

#[test]
fn kept_texts_are_markdown_in_a_named_language() -> Fallible {
    for (mark, title, language) in [("Marked", "Foo", "en"), ("标记的文字", "负载均衡", "zh")]
    {
        let specs = Specs::new(&format!("keep-{language}"))?;
        let metadata = metadata(mark, title).to_string();
        specs.import(&metadata, Texts::Keep)?;
        let service = specs.service()?;
        assert_eq!(service.language.as_deref(), Some(language));
        assert!(
            specs
                .main()?
                .contains(&format!("x-acs-language: {language}"))
        );
        assert_eq!(service.title, title);
        let get = service.operation("GetX").ok_or("no GetX")?;
        assert_eq!(get.summary, format!("{mark} in short."));
        let mode = get.parameter("Mode").ok_or("no Mode")?;
        assert_eq!(
            mode.schema.description,
            format!("{mark} of the parameter.\n\nSee [this](https://a.b).")
        );
        assert!(specs.import(&metadata, Texts::Keep)?.written.is_empty());
        // Kept texts stay when the next import takes none.
        assert!(specs.import(&metadata, Texts::None)?.written.is_empty());
    }
    Ok(())
}

/// English documentation has no heading in another language.
#[test]
fn titles_in_other_languages_are_left_out() -> Fallible {
    let specs = Specs::new("titles")?;
    specs.import(&metadata("标记的文字", "负载均衡").to_string(), Texts::None)?;
    let service = specs.service()?;
    assert_eq!(service.title, "foo");
    assert!(service.tags.is_empty());
    assert_eq!(service.operation("GetX").and_then(|x| x.tag.clone()), None);
    let text = specs.main()? + &specs.operation()?;
    assert!(text.is_ascii(), "{text}");
    Ok(())
}

/// Documentation that follows from facts alone is complete, and has no empty comment.
#[test]
fn specifications_without_texts_are_generated() -> Fallible {
    let mut bare = metadata("", "Foo");
    remove_texts(&mut bare);
    let product = from_text("foo/2020-01-01".to_owned(), &bare.to_string());
    assert_eq!(product.failures, [] as [String; 0]);
    let all: String = product.files.iter().map(|(_, text)| text).collect();
    for expected in [
        "/// Known values: `a`, `b`.",
        "/// Used by [`GetXInput::mode`].",
        "/// Reads a resource.",
        "/// The service documents these error codes: `NotFound`.",
        "What `GetX` returns.",
    ] {
        assert!(all.contains(expected), "{expected}");
    }
    assert!(!all.contains("does not document `"));
    Ok(())
}

fn remove_texts(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in [
                "title",
                "summary",
                "description",
                "enumValueTitles",
                "errorMessage",
            ] {
                map.remove(key);
            }
            map.values_mut().for_each(remove_texts);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_texts),
        _ => {}
    }
}

#[test]
fn an_unknown_choice_is_an_error() -> Fallible {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["import", "x.json", "--texts", "all"])
        .current_dir(repository::root())
        .output()?;
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr)?;
    assert!(
        error.contains("invalid --texts \"all\": expected none or keep"),
        "{error}"
    );
    Ok(())
}

fn check(arguments: &[&std::path::Path]) -> Fallible<(Option<i32>, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["check", "--imported"])
        .args(arguments)
        .current_dir(repository::root())
        .output()?;
    Ok((output.status.code(), String::from_utf8(output.stderr)?))
}

#[test]
fn texts_in_other_languages_are_refused_with_their_line() -> Fallible {
    let specs = Specs::new("language")?;
    specs.import(&metadata("Marked", "Foo").to_string(), Texts::None)?;
    let directory = specs.0.join("foo/2020-01-01");
    assert_eq!(check(&[&directory])?, (Some(0), String::new()));
    let path = directory.join("operations/GetX.yaml");
    let written = fs::read_to_string(&path)?;
    let with = |line: &str| {
        written.replace(
            "  operationId: GetX\n",
            &format!("  operationId: GetX\n  {line}\n"),
        )
    };
    fs::write(&path, with("summary: 查询实例。"))?;
    let (code, error) = check(&[&directory])?;
    assert_eq!(code, Some(1));
    assert!(
        error.contains("the text is not in English: it has `查`"),
        "{error}"
    );
    assert!(error.contains("GetX.yaml:3"), "{error}");
    // Code and values can have any letters.
    fs::write(
        &path,
        with("summary: Returns `查询`.").replace("default: a", "default: 查"),
    )?;
    assert_eq!(check(&[&directory])?.0, Some(0));
    // A specification for private use names its language.
    fs::write(&path, with("summary: 查询实例。"))?;
    let main = directory.join("openapi.yaml");
    let text = fs::read_to_string(&main)?;
    let version = "  version: \"2020-01-01\"\n";
    fs::write(
        &main,
        text.replace(version, &format!("{version}  x-acs-language: zh\n")),
    )?;
    assert_eq!(check(&[&directory])?.0, Some(0));
    Ok(())
}

/// Tests the metadata of OOS, if it is there: `ACS_CORPUS_2025_DIR` has the published metadata.
#[test]
fn a_planted_sentence_of_upstreams_is_found() -> Fallible {
    let corpus = support::shared_data("corpus-2025-12", "ACS_CORPUS_2025_DIR");
    let Some(upstream) = corpus.map(|corpus| corpus.join("oos")) else {
        return Ok(());
    };
    let arguments = [std::path::Path::new("--upstream"), &upstream];
    let (code, error) = check(&arguments)?;
    assert_eq!(code, Some(0), "{error}");
    // The same texts with one of upstream's.
    let text = fs::read_to_string(upstream.join("2019-06-01/api-docs.json"))?;
    let sentence = long_sentence(&serde_json::from_str(&text)?).ok_or("no sentence")?;
    let specs = Specs::new("planted")?;
    specs.import(&metadata("Marked", "Foo").to_string(), Texts::None)?;
    let path = specs.0.join("foo/2020-01-01/operations/GetX.yaml");
    let summary = json!(format!("Our words. {sentence}"));
    let written = fs::read_to_string(&path)?;
    let planted = written.replace(
        "  operationId: GetX\n",
        &format!("  operationId: GetX\n  summary: {summary}\n"),
    );
    fs::write(&path, planted)?;
    let directory = specs.0.join("foo/2020-01-01");
    let (code, error) = check(&[arguments[0], arguments[1], &directory])?;
    assert_eq!(code, Some(1), "{sentence}");
    assert!(
        error.contains("a sentence equals one of upstream's"),
        "{error}"
    );
    assert!(error.contains("GetX.yaml:3"), "{error}");
    Ok(())
}

/// Returns a description of one sentence of more than ten words.
fn long_sentence(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("description").and_then(Value::as_str);
            let is_long = |text: &&str| {
                let dots = text.matches(['.', '\n', ';', '?', '!', '<']).count();
                dots == 1 && text.ends_with('.') && text.split_whitespace().count() > 12
            };
            own.filter(is_long)
                .map(str::to_owned)
                .or_else(|| map.values().find_map(long_sentence))
        }
        Value::Array(items) => items.iter().find_map(long_sentence),
        _ => None,
    }
}

/// Glossaries belong to people: an import neither reads nor writes them.
#[test]
fn an_import_leaves_glossaries_alone() -> Fallible {
    let specs = Specs::new("glossary")?;
    let metadata = metadata("Marked", "Foo Service").to_string();
    specs.import(&metadata, Texts::None)?;
    let (main, operation) = (specs.main()?, specs.operation()?);
    let text = "terms:\n  Mode: How fast it is.\n";
    let files = [
        specs.0.join("glossary.yaml"),
        specs.0.join("foo/2020-01-01/glossary.yaml"),
    ];
    for file in &files {
        fs::write(file, text)?;
    }
    specs.import(&metadata, Texts::None)?;
    for file in &files {
        assert_eq!(fs::read_to_string(file)?, text);
    }
    assert_eq!((specs.main()?, specs.operation()?), (main, operation));
    Ok(())
}
