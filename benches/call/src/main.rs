//! A call on the loopback interface, by the SDK and by a program written by hand; see `run.sh` and docs/benchmarks.md.
//!
//!     call-bench serve                                  prints the address and answers
//!     call-bench compare ADDRESS ROUNDS                 CPU time per call of both, by turns
//!     call-bench sdk|hand ADDRESS PAGE AT_ONCE CALLS    CPU time per call of one, in microseconds; PAGE is empty or fifty

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

/// Something that makes calls. Gives the number of packages on the page, so that nothing is left out.
trait Caller {
    fn call(&self, page: Page) -> Pin<Box<dyn Future<Output = Result<usize, Failure>> + '_>>;
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Page {
    Empty,
    Fifty,
}

impl Page {
    const ALL: [(&str, Self); 2] = [("empty", Self::Empty), ("fifty", Self::Fifty)];

    /// The packages asked for, and those that come.
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
            let (_, page) = page.ok_or("PAGE is empty or fifty")?;
            let (at_once, calls) = (at_once.parse()?, calls.parse()?);
            let time = runtime.block_on(timed(&*caller, *page, at_once, calls))?;
            println!("{time:.2}");
            Ok(())
        }
        _ => Err("serve | compare ADDRESS ROUNDS | sdk|hand ADDRESS PAGE AT_ONCE CALLS".into()),
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
    let lane = || async {
        for _ in 0..calls / at_once {
            let packages = caller.call(page).await?;
            if packages != expected {
                return Err(format!("{packages} packages in place of {expected}").into());
            }
        }
        Ok(())
    };
    try_join_all((0..at_once).map(|_| lane())).await.map(drop)
}

/// Both by turns, each turn in a process of its own: in one process the heap and the caches of one would be the other's burden. What
/// else the machine does hits both; the ratio is the median of those of the turns.
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

/// What a process of its own prints for one turn.
fn turn_of(way: &str, address: &str, page: &str, at_once: &str) -> Result<f64, Failure> {
    let calls = CALLS.to_string();
    let output = std::process::Command::new(std::env::current_exe()?)
        .args([way, address, page, at_once, &calls])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// CPU time of this process per call of one turn, in microseconds. Connections are made and caches are warm before.
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
