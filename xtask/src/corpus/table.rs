//! The result of a run, for people and for programs.

use super::cargo::CheckResult;
use super::product::GeneratedProduct;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// The result of one product.
#[derive(Debug)]
pub(super) struct CorpusRow {
    /// What was imported and generated, or why not.
    pub product: GeneratedProduct,
    /// What cargo reported, if it ran.
    pub check: Option<CheckResult>,
}

impl CorpusRow {
    /// Returns whether nothing is wrong with the product.
    pub(super) fn is_clean(&self) -> bool {
        let compiled = self
            .check
            .as_ref()
            .is_none_or(|checked| checked.errors.is_empty() && checked.warnings.is_empty());
        self.product.failures.is_empty() && compiled
    }
}

/// The totals of a run.
#[derive(Debug)]
pub(super) struct Summary {
    products: usize,
    clean: usize,
    operations: usize,
    generated: usize,
    unsupported: usize,
    types: usize,
    lines: usize,
    warnings: usize,
    failures: usize,
    /// Processor time of import and of generation, over all threads.
    import: Duration,
    generate: Duration,
    /// The printing part of generation, in a benchmark.
    printing: Option<Duration>,
    /// Wall time of import and generation.
    made: Duration,
    check: Duration,
}

impl Summary {
    pub(super) fn new(rows: &[CorpusRow], made: Duration, printing: Option<Duration>) -> Self {
        let checks = || rows.iter().filter_map(|row| row.check.as_ref());
        Self {
            products: rows.len(),
            clean: rows.iter().filter(|row| row.is_clean()).count(),
            operations: rows.iter().map(|row| row.product.operations).sum(),
            generated: rows.iter().map(|row| row.product.generated).sum(),
            unsupported: rows.iter().map(|row| row.product.unsupported.len()).sum(),
            types: rows.iter().map(|row| row.product.types).sum(),
            lines: rows.iter().map(|row| row.product.lines).sum(),
            warnings: checks().map(|check| check.warnings.len()).sum(),
            failures: rows.iter().map(failures).sum(),
            import: rows.iter().map(|row| row.product.import).sum(),
            generate: rows.iter().map(|row| row.product.generate).sum(),
            printing,
            made,
            check: checks().map(|check| check.elapsed).sum(),
        }
    }

    /// Returns a line per product with its problems, and the totals.
    pub(super) fn to_text(&self, rows: &[CorpusRow]) -> String {
        let mut text = format!(
            "{:<34}{:>6}{:>7}{:>7}{:>9}{:>8}{:>10}{:>8}{:>6}{:>7}\n",
            "product",
            "ops",
            "types*",
            "types",
            "lines",
            "import",
            "generate",
            "check",
            "warn",
            "failed"
        );
        for row in rows {
            self.write_row(row, &mut text);
        }
        let _ = writeln!(
            text,
            "\n{} of {} products clean; {} operations: {} generated, {} with types only (*)",
            self.clean, self.products, self.operations, self.generated, self.unsupported
        );
        let _ = writeln!(
            text,
            "{} types, {} lines, {} warnings, {} failures",
            self.types, self.lines, self.warnings, self.failures
        );
        let _ = writeln!(
            text,
            "import {:.2} s and generation {:.2} s of processor time ({:.2} s wall): {:.0} operations and {:.0} lines per second",
            self.import.as_secs_f64(),
            self.generate.as_secs_f64(),
            self.made.as_secs_f64(),
            self.per_second(self.operations),
            self.per_second(self.lines),
        );
        if let Some(printing) = self.printing {
            let share = printing.as_secs_f64() / self.generate.as_secs_f64().max(f64::MIN_POSITIVE);
            let _ = writeln!(text, "printing takes {:.0} % of generation", share * 100.0);
        }
        if !self.check.is_zero() {
            let _ = writeln!(text, "compilation {:.0} s", self.check.as_secs_f64());
        }
        text
    }

    fn write_row(&self, row: &CorpusRow, text: &mut String) {
        let product = &row.product;
        let (check, warnings) = match &row.check {
            Some(check) => (
                format!("{:.1}s", check.elapsed.as_secs_f64()),
                check.warnings.len(),
            ),
            None => ("-".to_owned(), 0),
        };
        let _ = writeln!(
            text,
            "{:<34}{:>6}{:>7}{:>7}{:>9}{:>6}ms{:>8}ms{:>8}{:>6}{:>7}",
            product.label,
            product.operations,
            product.unsupported.len(),
            product.types,
            product.lines,
            product.import.as_millis(),
            product.generate.as_millis(),
            check,
            warnings,
            failures(row),
        );
        for problem in problems(row) {
            for line in problem.trim_end().lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }

    /// Returns a count per second of processor time for import and generation.
    fn per_second(&self, count: usize) -> f64 {
        let seconds = (self.import + self.generate).as_secs_f64();
        // Counts are small enough for a float to be exact.
        count as f64 / seconds.max(f64::MIN_POSITIVE)
    }

    pub(super) fn to_json(&self, rows: &[CorpusRow]) -> Value {
        json!({
            "products": self.products,
            "clean": self.clean,
            "operations": self.operations,
            "generated": self.generated,
            "unsupported": self.unsupported,
            "types": self.types,
            "lines": self.lines,
            "warnings": self.warnings,
            "failures": self.failures,
            "importSeconds": self.import.as_secs_f64(),
            "generateSeconds": self.generate.as_secs_f64(),
            "printingSeconds": self.printing.map(|time| time.as_secs_f64()),
            "makeWallSeconds": self.made.as_secs_f64(),
            "checkSeconds": self.check.as_secs_f64(),
            "operationsPerSecond": self.per_second(self.operations),
            "linesPerSecond": self.per_second(self.lines),
            "rows": rows.iter().map(row_json).collect::<Value>(),
        })
    }
}

fn row_json(row: &CorpusRow) -> Value {
    let product = &row.product;
    json!({
        "product": product.label,
        "operations": product.operations,
        "generated": product.generated,
        "unsupported": product.unsupported.iter().map(|(operation, reason)| json!({
            "operation": operation,
            "reason": reason,
        })).collect::<Value>(),
        "types": product.types,
        "lines": product.lines,
        "importSeconds": product.import.as_secs_f64(),
        "generateSeconds": product.generate.as_secs_f64(),
        "checkSeconds": row.check.as_ref().map(|check| check.elapsed.as_secs_f64()),
        "warnings": row.check.as_ref().map_or(&[][..], |check| &check.warnings),
        "failures": product.failures.iter().chain(row.check.iter().flat_map(|check| &check.errors)).collect::<Vec<_>>(),
        "clean": row.is_clean(),
    })
}

fn failures(row: &CorpusRow) -> usize {
    row.product.failures.len() + row.check.as_ref().map_or(0, |check| check.errors.len())
}

/// Returns the problems of a product, at most a few of each kind.
fn problems(row: &CorpusRow) -> Vec<&str> {
    const SHOWN: usize = 5;
    let mut problems: Vec<&str> = row
        .product
        .failures
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    if let Some(check) = &row.check {
        problems.extend(check.errors.iter().take(SHOWN).map(String::as_str));
        problems.extend(check.warnings.iter().take(SHOWN).map(String::as_str));
    }
    problems
}
