//! Measures a call on the loopback interface, by the SDK and by hand-written code; see `run.sh` and
//! docs/benchmarks.md.
//!
//!     call-bench serve                                  print the address and serve responses
//!     call-bench compare ADDRESS ROUNDS                 print CPU time per call of both, in turns
//!     call-bench sdk|hand ADDRESS PAGE AT_ONCE CALLS    print CPU time per call of one, in us
//!
//! PAGE is `empty` or `fifty`.

mod by_hand;
mod by_sdk;
mod server;

use cpu_time::ProcessTime;
use futures_util::future::try_join_all;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;

type Failure = Box<dyn Error + Send + Sync>;

const ID: &str = "LTAI5tExampleKey00000001";
const SECRET: &str = "exampleSecretOfThirtyCharacte";
const REGION: &str = "cn-hangzhou";
const INSTANCE: &str = "i-bp1cpoexample0000000";

/// Calls in one turn of a comparison.
const CALLS: usize = 8_192;

/// A client that makes calls. Returns the number of packages on the page, so that the response is
/// decoded.
trait Caller {
    fn call(&self, page: Page) -> Pin<Box<dyn Future<Output = Result<usize, Failure>> + '_>>;
}

/// The requested page.
#[derive(Clone, Copy)]
enum Page {
    Empty,
    Fifty,
}

impl Page {
    const ALL: [(&str, Self); 2] = [("empty", Self::Empty), ("fifty", Self::Fifty)];

    /// Returns the number of requested packages and the number in the response.
    const fn sizes(self) -> (i32, usize) {
        match self {
            Self::Empty => (1, 0),
            Self::Fifty => (50, 50),
        }
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve"] => server::serve(),
        ["compare", address, rounds] => compare(address.trim(), rounds.parse()?),
        [way @ ("sdk" | "hand"), address, page, at_once, calls] => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let caller = caller(way, address.trim())?;
            let page = Page::ALL.iter().find(|(name, _)| *name == page);
            let (_, page) = page.ok_or("invalid PAGE: expected empty or fifty")?;
            let (at_once, calls) = (at_once.parse()?, calls.parse()?);
            let time = runtime.block_on(timed(&*caller, *page, at_once, calls))?;
            println!("{time:.2}");
            Ok(())
        }
        _ => Err("usage: call-bench serve | compare ADDRESS ROUNDS | sdk|hand ADDRESS PAGE AT_ONCE CALLS".into()),
    }
}

fn caller(way: &str, address: &str) -> Result<Box<dyn Caller>, Failure> {
    Ok(match way {
        "sdk" => Box::new(by_sdk::Sdk::new(address)?),
        _ => Box::new(by_hand::Hand::new(address)?),
    })
}

/// Makes `calls` calls, `at_once` of them at a time.
async fn turn(
    caller: &dyn Caller,
    page: Page,
    at_once: usize,
    calls: usize,
) -> Result<(), Failure> {
    let (_, expected) = page.sizes();
    let sequence = || async {
        for _ in 0..calls / at_once {
            let packages = caller.call(page).await?;
            if packages != expected {
                return Err(format!("expected {expected} packages, found {packages}").into());
            }
        }
        Ok(())
    };
    try_join_all((0..at_once).map(|_| sequence()))
        .await
        .map(drop)
}

/// Compares both in turns, each turn in a separate process, because in one process they would share
/// heap and caches. Other load affects both; the ratio is the median over the turns.
fn compare(address: &str, rounds: usize) -> Result<(), Failure> {
    println!(
        "{:6} {:>8} {:>10} {:>10} {:>7}",
        "page", "at once", "SDK", "by hand", "ratio"
    );
    for at_once in ["1", "64"] {
        for (page, _) in Page::ALL {
            let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..rounds {
                let a = turn_of("sdk", address, page, at_once)?;
                let b = turn_of("hand", address, page, at_once)?;
                ours.push(a);
                theirs.push(b);
                ratios.push(a / b);
            }
            println!(
                "{page:6} {at_once:>8} {:>7.1} us {:>7.1} us {:>7.3}",
                median(&mut ours),
                median(&mut theirs),
                median(&mut ratios)
            );
        }
    }
    Ok(())
}

/// Returns the result of one turn in a separate process.
fn turn_of(way: &str, address: &str, page: &str, at_once: &str) -> Result<f64, Failure> {
    let calls = CALLS.to_string();
    let output = std::process::Command::new(std::env::current_exe()?)
        .args([way, address, page, at_once, &calls])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Returns the CPU time of this process per call of one turn, in microseconds, after a warm-up.
async fn timed(
    caller: &dyn Caller,
    page: Page,
    at_once: usize,
    calls: usize,
) -> Result<f64, Failure> {
    turn(caller, page, at_once, calls / 8).await?;
    let start = ProcessTime::now();
    turn(caller, page, at_once, calls).await?;
    Ok(start.elapsed().as_secs_f64() * 1e6 / calls as f64)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
