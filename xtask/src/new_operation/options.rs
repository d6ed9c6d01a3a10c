//! The command line of `cargo xtask new-operation`.

use crate::cli::{Arguments, Failure, invalid_value};
use crate::import::class_name;
use alibabacloud_spec::OperationClass;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

/// Methods of requests.
const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options"];

/// All classes.
const CLASSES: &[OperationClass] = &[
    OperationClass::Get,
    OperationClass::List,
    OperationClass::Create,
    OperationClass::Update,
    OperationClass::Delete,
    OperationClass::Action,
];

/// What the command line says about the operation.
#[derive(Debug, Default)]
pub(super) struct OperationOptions {
    pub(super) name: String,
    pub(super) product: String,
    pub(super) version: Option<String>,
    pub(super) class: Option<OperationClass>,
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) arguments: Vec<String>,
    pub(super) parameters: Vec<String>,
    pub(super) specs: Option<PathBuf>,
    pub(super) dry_run: bool,
}

impl OperationOptions {
    pub(super) fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("product") => options.product = arguments.value()?.string()?,
                Long("version") => options.version = Some(arguments.value()?.string()?),
                Long("class") => options.class = Some(class(&arguments.value()?)?),
                Long("method") => options.method = Some(method(&arguments.value()?)?),
                Long("path") => options.path = Some(arguments.value()?.string()?),
                Long("tag") => options.tag = Some(arguments.value()?.string()?),
                Long("summary") => options.summary = Some(arguments.value()?.string()?),
                Long("argument") => options.arguments.push(arguments.value()?.string()?),
                Long("parameter") => options.parameters.push(arguments.value()?.string()?),
                Long("specs") => options.specs = Some(arguments.value()?.into()),
                Long("dry-run") => options.dry_run = true,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(name) if options.name.is_empty() => options.name = name.string()?,
                other => return Err(other.unexpected().into()),
            }
        }
        if options.name.is_empty() {
            return Err(Failure::usage("no NAME given"));
        }
        if options.product.is_empty() {
            return Err(Failure::usage("no --product given"));
        }
        let name = &options.name;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Err(Failure::usage(format!(
                "invalid name {name:?}: expected letters, digits and `_`, such as ListInstances"
            )));
        }
        Ok(options)
    }
}

fn class(text: &OsString) -> Result<OperationClass, Failure> {
    let found = CLASSES.iter().find(|class| *text == *class_name(**class));
    let expected = "get, list, create, update, delete or action";
    found
        .copied()
        .ok_or_else(|| invalid_value("--class", text, expected))
}

fn method(text: &OsString) -> Result<String, Failure> {
    let lower = text.to_string_lossy().to_ascii_lowercase();
    if METHODS.contains(&lower.as_str()) {
        return Ok(lower);
    }
    Err(invalid_value("--method", text, &METHODS.join(", ")))
}
