//! Prints how long the page takes to be there, and its search to show what was found. It asserts
//! nothing: times depend on the machine. `docs/benchmarks.md` has the command and the figures.

use browser_tests::Page;
use std::fmt::Write as _;

/// Each run has an Explorer and a browser of its own.
const RUNS: usize = 7;
/// How often the page is loaded in each.
const LOADS: usize = 5;
const QUERIES: [&str; 5] = [
    "DescribeInstances",
    "package state",
    "kubeconfig",
    "EntityNotExists",
    "oos:Start",
];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (mut paints, mut keys) = (Vec::new(), Vec::new());
    for run in 1..=RUNS {
        eprintln!("run {run} of {RUNS}");
        let page = Page::open(&[], (1280, 900)).await;
        // The first page of a new browser also waits for the browser.
        for _ in 0..LOADS {
            page.reload().await;
            let paint =
                "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
            paints.extend(page.script(paint).await.as_f64());
        }
        let loaded = "
            fetch('/api/start').then((response) => response.json())
                .then(({ loading }) => (window.loaded = !loading));
            return window.loaded === true";
        page.until("all specifications have been read", loaded)
            .await;
        for query in QUERIES {
            let times = page.script_until_done(&typing(query)).await;
            let times = times.as_array().into_iter().flatten();
            keys.extend(times.filter_map(serde_json::Value::as_f64));
        }
        page.close().await;
    }
    println!("| | samples | median, ms | 95 % are below, ms |\n|---|---|---|---|");
    println!("{}", row("first contentful paint", paints));
    println!("{}", row("key of a search", keys));
}

/// Returns a script that types a text key by key, and reports for each the milliseconds from the
/// event to the frame that shows what was found.
fn typing(query: &str) -> String {
    format!(
        "const field = document.querySelector('#search');
         const results = document.querySelector('.results');
         const type = (text) => {{
             field.value = text;
             field.dispatchEvent(new Event('input'));
         }};
         const typed = (text) => new Promise((resolve) => {{
             const begun = performance.now();
             const painted = new MessageChannel();
             painted.port1.onmessage = () => resolve(performance.now() - begun);
             const observer = new MutationObserver(() => {{
                 observer.disconnect();
                 // The message is delivered after the frame.
                 requestAnimationFrame(() => painted.port2.postMessage(0));
             }});
             observer.observe(results, {{ childList: true }});
             type(text);
         }});
         (async () => {{
             const times = [];
             for (let length = 1; length <= {length}; length += 1) {{
                 times.push(await typed({query:?}.slice(0, length)));
             }}
             type('');
             done(times);
         }})();",
        length = query.len()
    )
}

/// Returns a line of the table.
fn row(what: &str, mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let mut row = format!("| {what} | {} |", times.len());
    for percent in [50, 95] {
        let index = times.len() * percent / 100;
        let time = times.get(index).copied().unwrap_or(f64::NAN);
        // Writing to a string cannot fail.
        let _ = write!(row, " {time:.0} |");
    }
    row
}
