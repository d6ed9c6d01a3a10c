//! Draws fields of published metadata, to judge by hand what the rules for texts found in them.
//!
//! ```text
//! cargo run -p xtask --example text_facts -- FILE [--seed N] [--count N] [--missed]
//! ```
//!
//! Prints fields in which a rule found a fact, with the facts and the text; with `--missed`, fields
//! with a text in which no rule found one. `docs/import.md` has the results.

use alibabacloud_spec::{Kind, Response, Schema, Service};
use std::error::Error;
use std::fmt::Write as _;

/// The options of the command line.
struct Options {
    file: String,
    seed: u64,
    count: usize,
    missed: bool,
}

impl Options {
    fn parse() -> Result<Self, Box<dyn Error>> {
        let mut options = Options {
            file: String::new(),
            seed: 20_261_128,
            count: 60,
            missed: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or("missing value of an option");
            match argument.as_str() {
                "--seed" => options.seed = value()?.parse()?,
                "--count" => options.count = value()?.parse()?,
                "--missed" => options.missed = true,
                _ => options.file = argument,
            }
        }
        if options.file.is_empty() {
            return Err("missing FILE, an api-docs.json".into());
        }
        Ok(options)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse()?;
    let imported = xtask::import::read(&std::fs::read_to_string(&options.file)?);
    let service = imported.service.ok_or("the file was refused")?;
    let fields = fields(&service);
    let (fired, silent): (Vec<_>, Vec<_>) = fields
        .into_iter()
        .partition(|(_, schema, _)| !schema.from_text.is_empty());
    println!(
        "{} {}: a rule found a fact in {} fields, none in {}\n",
        service.code,
        service.version,
        fired.len(),
        silent.len()
    );
    let mut pool = if options.missed { silent } else { fired };
    let mut random = options.seed;
    for number in 0..options.count.min(pool.len()) {
        let rest = u64::try_from(pool.len() - number)?;
        let chosen = number + usize::try_from(split_mix(&mut random) % rest)?;
        pool.swap(number, chosen);
        let (path, schema, text) = &pool[number];
        println!("{}. {path}", number + 1);
        println!("   {}", facts(schema));
        println!("   {}\n", text.replace('\n', "\n   "));
    }
    Ok(())
}

/// Returns every field with a text: its path, its schema, and the text.
fn fields(service: &Service) -> Vec<(String, &Schema, &str)> {
    let mut fields = Vec::new();
    for operation in &service.operations {
        for parameter in &operation.parameters {
            let path = format!("{}?{}", operation.name, parameter.name);
            collect(path, &parameter.schema, &mut fields);
        }
        if let Response::Json(schema) | Response::Events(schema) = &operation.response {
            // Its text is that of the operation.
            let path = format!("{}!", operation.name);
            children(&path, schema, &mut fields);
        }
    }
    for (name, schema) in &service.schemas {
        collect(format!("#{name}"), schema, &mut fields);
    }
    fields
}

fn collect<'a>(path: String, schema: &'a Schema, fields: &mut Vec<(String, &'a Schema, &'a str)>) {
    children(&path, schema, fields);
    // The facts of a list are partly those of its elements.
    let inner = match &schema.kind {
        Kind::Array(inner) if schema.from_text.is_empty() && inner.description.is_empty() => inner,
        _ => schema,
    };
    if !schema.description.is_empty() {
        fields.push((path, inner, &schema.description));
    }
}

fn children<'a>(path: &str, schema: &'a Schema, fields: &mut Vec<(String, &'a Schema, &'a str)>) {
    match &schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => collect(format!("{path}[]"), inner, fields),
        Kind::Object(properties) => {
            for (name, property) in properties {
                collect(format!("{path}.{name}"), &property.schema, fields);
            }
        }
        _ => {}
    }
}

/// Returns the type, the rules and the facts of a schema in one line.
fn facts(schema: &Schema) -> String {
    let mut line = format!("{} {:?}", schema.kind.describe(), schema.from_text);
    if let Kind::Enum(values) = &schema.kind {
        let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
        let _ = write!(line, " values: {}", values.join(", "));
    }
    if !schema.values.is_empty() {
        let _ = write!(line, " values: {:?}", schema.values);
    }
    let numbers = [
        ("minimum", schema.minimum.map(|n| n.to_string())),
        ("maximum", schema.maximum.map(|n| n.to_string())),
        ("minLength", schema.min_length.map(|n| n.to_string())),
        ("maxLength", schema.max_length.map(|n| n.to_string())),
        ("minItems", schema.min_items.map(|n| n.to_string())),
        ("maxItems", schema.max_items.map(|n| n.to_string())),
        ("default", schema.default.as_ref().map(ToString::to_string)),
        ("unit", schema.unit.clone()),
        ("example", schema.example.as_ref().map(ToString::to_string)),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            let _ = write!(line, "; {name} {number}");
        }
    }
    line
}

/// Returns the next number of SplitMix64.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
