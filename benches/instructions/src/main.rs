//! Does one kind of work repeatedly, for callgrind to count its instructions:
//! `instructions-bench NAME`. Without arguments, prints the names and how often each is done.
//!
//! `run.py` counts all of them and compares the counts with those in `bounds.tsv`; see
//! docs/benchmarks.md.

mod call;
mod decode;
mod emulator;
mod generate;
mod sign;

use std::error::Error;

type Failure = Box<dyn Error + Send + Sync>;

/// A kind of work.
struct Work {
    name: &'static str,
    /// How often it is done, which the count is divided by.
    times: u32,
    /// Prepares the work, and does it `times` times in [`counted_section`].
    run: fn(u32) -> Result<(), Failure>,
}

const ALL: [Work; 7] = [
    Work {
        name: "call-empty",
        times: 500,
        run: |times| call::run(times, 0),
    },
    Work {
        name: "call-50",
        times: 200,
        run: |times| call::run(times, 50),
    },
    Work {
        name: "sign-v1",
        times: 1_000,
        run: sign::v1,
    },
    Work {
        name: "sign-v3",
        times: 1_000,
        run: sign::v3,
    },
    Work {
        name: "decode-50",
        times: 200,
        run: decode::run,
    },
    Work {
        name: "generate-operation",
        times: generate::OPERATIONS,
        run: generate::run,
    },
    Work {
        name: "emulator-request",
        times: 500,
        run: emulator::run,
    },
];

fn main() -> Result<(), Failure> {
    match std::env::args().nth(1) {
        None => {
            for work in ALL {
                println!("{}\t{}", work.name, work.times);
            }
            Ok(())
        }
        Some(name) => {
            let work = ALL.iter().find(|work| work.name == name);
            let work = work.ok_or_else(|| format!("invalid NAME {name:?}: run without one"))?;
            (work.run)(work.times)
        }
    }
}

/// Runs what is counted: callgrind starts to count when this function is entered, and stops when it
/// is left. It is found by its name, so that it must be neither inlined nor generic.
#[inline(never)]
fn counted_section(work: &mut dyn FnMut() -> Result<(), Failure>) -> Result<(), Failure> {
    std::hint::black_box(work())
}

/// Returns a runtime on the current thread, so that all its tasks are counted.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

/// Returns a page of `ListInstancePackageStates`, of which two texts in each package have escapes.
fn page(packages: usize) -> String {
    const PACKAGE: &str = r#"{"TemplateId":"t-087b1e11072a40259f6f","TemplateName":"ACS-ECS-Docker-for-linux","TemplateVersion":"v3","TemplateVersionName":"Docker 24.0","TemplateCategory":"Package","UpdateTime":"2024-05-04T11:17:28Z","Description":"Runs containers\non the instance","Publisher":"Alibaba Cloud","Parameters":"{}","ConfigurationInfo":"{\"url\":\"https://example.com:8888\",\"username\":\"user\"}"}"#;
    let packages = vec![PACKAGE; packages].join(",");
    format!(
        r#"{{"RequestId":"1306108F-610C-40FD-AAD5-9DA7F1D07A13","MaxResults":"50","NextToken":"","PackageStates":[{packages}]}}"#
    )
}
