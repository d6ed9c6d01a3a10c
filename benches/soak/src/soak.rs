//! Concurrent calls with a fault in a tenth of the requests, and checks of their outcomes.
//!
//! Each worker writes to its own parameter and starts executions of its own template, one call at a
//! time, so that the number of executions of each write is known: from the version of the
//! parameter, and from the execution count of the template.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::{HttpClient, HttpRequest, Method};
use alibabacloud_core::metrics::{AttemptMetrics, CallMetrics, Metrics};
use alibabacloud_core::plumbing::{Pages, Paginated};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::transport::HyperClient;
use alibabacloud_core::{Config, Error, ErrorKind, Result};
use alibabacloud_oos::Client;
use alibabacloud_oos::model::create_parameter::Type;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Number of concurrent workers.
const WORKERS: usize = 64;

/// Number of updates of one parameter. The emulator keeps all versions, and each call copies them.
const VERSIONS: u64 = 100;

/// The operations whose lists come in pages of up to three items, three tenths of them empty. The
/// seed and the parameters of a list decide which.
const CUT_LISTS: [&str; 2] = ["ListInstancePackageStates", "ListGitRepositories"];

/// The packages of the instance in the emulator's seed.
const PACKAGES: [&str; 7] = [
    "ACS-ECS-BaoTa",
    "ACS-ECS-CloudMonitor",
    "ACS-ECS-Docker",
    "ACS-ECS-JavaRuntime",
    "ACS-ECS-Nginx",
    "ACS-ECS-Nodejs",
    "ACS-ECS-Python",
];

/// Number of repositories that the emulator makes up for any owner.
const REPOSITORIES: usize = 5;

/// The faults: ten kinds, each applied to 1.05 % of the requests without an earlier fault.
const FAULTS: [&str; 10] = [
    r#""kind":"latency","millis":20"#,
    r#""kind":"throttle""#,
    r#""kind":"throttle","retry_after_millis":10,"status":429"#,
    r#""kind":"error","status":500,"code":"InternalError""#,
    r#""kind":"error","status":503,"code":"ServiceUnavailable""#,
    r#""kind":"drop""#,
    r#""kind":"drop","executed":true"#,
    r#""kind":"reset""#,
    r#""kind":"truncate","bytes":20,"executed":true"#,
    r#""kind":"html","status":502"#,
];

const TEMPLATE: &str = r#"{"FormatVersion":"OOS-2019-06-01","Tasks":[{"Name":"pause","Action":"ACS::Sleep","Properties":{"Duration":"PT1S"}}]}"#;

/// A run.
pub(crate) struct Soak {
    url: String,
    tally: Arc<Tally>,
    client: Client,
}

impl Soak {
    /// Creates a run of `calls` calls to the emulator at `url`. With `memory`, also checks that the
    /// memory of this process does not grow.
    pub(crate) fn new(url: &str, id: &str, secret: &str, calls: u64, memory: bool) -> Result<Self> {
        let tally = Arc::new(Tally::new(calls, memory));
        let retry = RetryConfig::standard()
            .base_delay(Duration::from_millis(5))
            .throttling_base_delay(Duration::from_millis(10))
            .max_delay(Duration::from_millis(50));
        let config = Config::new()
            .endpoint(url)
            .region("cn-hangzhou")
            .credentials(Credentials::access_key(id, secret))
            .retry(retry)
            .metrics(Meter(tally.clone()));
        Ok(Self {
            url: url.to_owned(),
            tally,
            client: Client::new(config)?,
        })
    }

    /// Makes the calls, then counts executions again without faults.
    pub(crate) async fn run(self) -> Result<Report, Failure> {
        let mut workers = Vec::new();
        for number in 0..WORKERS {
            workers.push(Worker::new(&self.client, &self.tally, number).await?);
        }
        let before = self.tally.reported.load(Ordering::Relaxed);
        // Before the others: a fault that replaces the response ends the search for faults.
        for operation in CUT_LISTS {
            let fault = r#""kind":"pages","max_items":3,"holes":0.3,"seed":1"#;
            let body = format!(r#"{{{fault},"operation":"{operation}"}}"#);
            self.control(Method::Post, body).await?;
        }
        for (seed, fault) in FAULTS.iter().enumerate() {
            let body = format!(r#"{{{fault},"probability":0.0105,"seed":{seed}}}"#);
            self.control(Method::Post, body).await?;
        }
        let running: Vec<_> = workers
            .into_iter()
            .map(|worker| tokio::spawn(worker.run()))
            .collect();
        let mut workers = Vec::new();
        for worker in running {
            workers.push(worker.await?);
        }
        let reported = self.tally.reported.load(Ordering::Relaxed) - before;
        self.control(Method::Delete, String::new()).await?;
        for worker in &workers {
            worker.last_count().await?;
        }
        Ok(self.tally.report(reported))
    }

    /// Sets a fault, or removes all faults.
    async fn control(&self, method: Method, body: String) -> Result<(), Failure> {
        let mut request = HttpRequest::new(method, format!("{}/_emulator/faults", self.url));
        request.headers.set("content-type", "application/json");
        request.body = body.into();
        request.no_proxy = true;
        match HyperClient::default().send(request).await?.status {
            200 => Ok(()),
            status => Err(format!("the emulator rejected a fault with status {status}").into()),
        }
    }
}

/// A worker that makes one call at a time.
struct Worker {
    client: Client,
    tally: Arc<Tally>,
    /// The name of the template and prefix of the names of parameters.
    name: String,
    /// Number of updates so far, which selects the next parameter.
    updates: u64,
    /// The version of that parameter, which increases with each executed update.
    version: i64,
    /// Number of executions of the template.
    executions: i64,
}

impl Worker {
    async fn new(client: &Client, tally: &Arc<Tally>, number: usize) -> Result<Self> {
        let mut worker = Self {
            client: client.clone(),
            tally: tally.clone(),
            name: format!("soak-{number}"),
            updates: 0,
            version: 0,
            executions: 0,
        };
        for number in 0..=tally.calls / WORKERS as u64 / VERSIONS {
            let name = worker.parameter(number);
            client
                .create_parameter(name, Type::String, "0")
                .send()
                .await?;
        }
        client
            .create_template(&worker.name, TEMPLATE)
            .send()
            .await?;
        worker.version = worker.current_version().await?;
        worker.executions = worker.current_executions().await?;
        Ok(worker)
    }

    /// Of ten steps three update, one lists packages or repositories or, each fifth time, starts an
    /// execution, and six read. A list takes a call for each page.
    async fn run(mut self) -> Self {
        for round in 0_u64.. {
            if !self.tally.take() {
                break;
            }
            match round % 10 {
                0..3 => self.update().await,
                3 if round % 50 == 3 => self.execute().await,
                3 if round % 20 == 13 => self.list_repositories(round).await,
                3 => self.list_packages(round).await,
                _ => {
                    let read = self.current_version().await;
                    if let Some(version) = self.read(read) {
                        self.check(version == self.version, || {
                            format!("expected version {}, found {version}", self.version)
                        });
                    }
                }
            }
        }
        self
    }

    /// Lists with page tokens. A name that no package has makes it a list of its own.
    async fn list_packages(&self, round: u64) {
        let other = format!("{}-{round}", self.name);
        let request = self
            .client
            .list_instance_package_states("i-emulator0000000001")
            .template_names(PACKAGES.map(str::to_owned).into_iter().chain([other]));
        self.list(request, PACKAGES.len(), |package| package.template_name)
            .await;
    }

    /// Lists with page numbers.
    async fn list_repositories(&self, round: u64) {
        let owner = format!("{}-{round}", self.name);
        let request = self.client.list_git_repositories("github", owner);
        self.list(request, REPOSITORIES, |repository| {
            repository.repo_id.map(|id| id.to_string())
        })
        .await;
    }

    /// Reads all pages, resumes after each failed one, and checks that each item came once.
    async fn list<P: Paginated + Clone>(
        &self,
        request: P,
        expected: usize,
        name: impl Fn(P::Item) -> Option<String>,
    ) {
        let mut names = Vec::new();
        let mut pages = Pages::new(request.clone());
        let mut calls = 0;
        while let Some(page) = pages.next().await {
            calls += 1;
            if calls > 1 {
                self.tally.extra();
            }
            if let Some(page) = self.read(page) {
                names.extend(request.items(page).into_iter().filter_map(&name));
                continue;
            }
            let resumed = match pages.cursor().cloned() {
                Some(cursor) => Pages::new(request.clone()).resume(cursor),
                None => Ok(Pages::new(request.clone())),
            };
            match resumed {
                Ok(resumed) => pages = resumed,
                Err(error) => return self.tally.fail(format!("cannot resume: {error}")),
            }
        }
        let all = names.len();
        names.sort();
        names.dedup();
        self.check(
            (all, names.len(), pages.shortfall()) == (expected, expected, None),
            || {
                let lost = expected.saturating_sub(names.len());
                let doubled = all - names.len();
                format!("a list lost {lost} of {expected} items and doubled {doubled}")
            },
        );
        self.tally.listed(all);
    }

    fn parameter(&self, number: u64) -> String {
        format!("{}-{number}", self.name)
    }

    fn current_parameter(&self) -> String {
        self.parameter(self.updates / VERSIONS)
    }

    /// Makes a write without an idempotency token.
    async fn update(&mut self) {
        self.update_once().await;
        self.updates += 1;
        if self.updates % VERSIONS == 0 {
            self.version = 1;
        }
    }

    async fn update_once(&mut self) {
        let outcome = self
            .client
            .update_parameter(self.current_parameter(), "1")
            .send()
            .await;
        let outcome = outcome.map(|output| output.parameter.and_then(|p| p.parameter_version));
        match outcome {
            Ok(version) => {
                self.check(version == Some(self.version + 1), || {
                    format!(
                        "a successful update changed version {} to {version:?}",
                        self.version
                    )
                });
                self.version = version.unwrap_or(self.version + 1);
                self.tally.write(Executed::Yes, 1);
            }
            Err(error) => {
                let executed = self.executed(&error, false);
                let version = self.certain(Self::current_version).await;
                self.judge(executed, version - self.version, &error);
                self.version = version;
            }
        }
    }

    /// Makes a write with an idempotency token, which the client creates.
    async fn execute(&mut self) {
        let request = self.client.start_execution().template_name(&self.name);
        let outcome = request.send().await;
        let executions = self.certain(Self::current_executions).await;
        let times = executions - self.executions;
        self.executions = executions;
        match outcome {
            Ok(_) => {
                self.check(times == 1, || {
                    format!("a successful start was executed {times} times")
                });
                self.tally.write(Executed::Yes, times);
            }
            Err(error) => {
                let executed = self.executed(&error, true);
                self.judge(executed, times, &error);
            }
        }
    }

    /// Returns whether a failed write was executed, as its error reports it.
    fn executed(&self, error: &Error, has_token: bool) -> Executed {
        // A call with a token continues after an attempt of unknown outcome, so its last error does
        // not describe all attempts.
        let alone = !has_token || error.attempts() == 1;
        match outcome_of(error) {
            "throttled" | "not connected" if alone => Executed::No,
            _ => Executed::Unknown,
        }
    }

    fn judge(&self, executed: Executed, times: i64, error: &Error) {
        self.tally.outcome(outcome_of(error));
        self.check(outcome_of(error) != UNDEFINED, || {
            format!("unexpected outcome: {error}")
        });
        let most = if executed == Executed::Unknown { 1 } else { 0 };
        self.check((0..=most).contains(&times), || {
            format!("a failed write was executed {times} times: {error}")
        });
        self.tally.write(executed, times);
    }

    /// Counts the outcome of a read and returns its value.
    fn read<T>(&self, outcome: Result<T>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.tally.outcome("success");
                Some(value)
            }
            Err(error) => {
                let outcome = outcome_of(&error);
                self.tally.outcome(outcome);
                self.check(outcome != UNDEFINED, || {
                    format!("unexpected outcome: {error}")
                });
                None
            }
        }
    }

    /// Reads until it succeeds. Each read counts as a call, even above the requested number.
    async fn certain(&self, read: impl AsyncFn(&Self) -> Result<i64>) -> i64 {
        loop {
            self.tally.extra();
            let outcome = read(self).await;
            if let Some(value) = self.read(outcome) {
                return value;
            }
        }
    }

    /// Compares the counts after all calls, without faults.
    async fn last_count(&self) -> Result<()> {
        let (version, executions) = (
            self.current_version().await?,
            self.current_executions().await?,
        );
        self.check(
            (version, executions) == (self.version, self.executions),
            || {
                format!(
                    "{}: a write was executed after its call had ended",
                    self.name
                )
            },
        );
        Ok(())
    }

    async fn current_version(&self) -> Result<i64> {
        let output = self
            .client
            .get_parameter(self.current_parameter())
            .send()
            .await?;
        let version = output
            .parameter
            .and_then(|parameter| parameter.parameter_version);
        version.ok_or_else(|| Error::decode("a parameter without a version"))
    }

    async fn current_executions(&self) -> Result<i64> {
        let output = self
            .client
            .list_templates()
            .template_name(&self.name)
            .send()
            .await?;
        let mut templates = output.templates.into_iter();
        let ours = templates.find(|template| template.template_name.as_deref() == Some(&self.name));
        let count = ours.and_then(|template| template.total_execution_count);
        count.ok_or_else(|| Error::decode("a template without an execution count"))
    }

    fn check(&self, is_true: bool, message: impl FnOnce() -> String) {
        if !is_true {
            self.tally.fail(message());
        }
    }
}

/// What is known about a write.
#[derive(Clone, Copy, PartialEq)]
enum Executed {
    Yes,
    No,
    Unknown,
}

const UNDEFINED: &str = "undefined";

/// Returns the name of an outcome that the faults can cause.
fn outcome_of(error: &Error) -> &'static str {
    match (error.kind(), error.code()) {
        (ErrorKind::Service, _) if error.is_throttling() => "throttled",
        (ErrorKind::Service, Some("InternalError" | "ServiceUnavailable")) => "service error",
        (ErrorKind::Service, None) if error.http_status() == Some(502) => "proxy error page",
        (ErrorKind::Connect, _) => "not connected",
        (ErrorKind::Interrupted, _) => "interrupted",
        (ErrorKind::Timeout, _) => "timeout",
        _ => UNDEFINED,
    }
}

/// The counters of all workers.
struct Tally {
    /// Number of calls to make.
    calls: u64,
    /// Number of calls started.
    begun: AtomicU64,
    /// Number of calls and attempts that the client reports.
    reported: AtomicU64,
    attempts: AtomicU64,
    failed_attempts: AtomicU64,
    memory: Option<Mutex<Memory>>,
    sums: Mutex<Sums>,
}

#[derive(Default)]
struct Sums {
    outcomes: BTreeMap<&'static str, u64>,
    lists: u64,
    items: u64,
    writes: u64,
    not_done: u64,
    unknown: u64,
    unknown_executed: i64,
    executed: i64,
    failed_checks: Vec<String>,
}

/// Number of measurements of memory in a run.
const MEASUREMENTS: u64 = 1000;

/// Resident kilobytes, measured at equal intervals after the first twentieth of the calls.
#[derive(Clone, Default)]
struct Memory(Vec<u64>);

impl Memory {
    /// Returns the means of the four quarters.
    ///
    /// One value says little: at each moment some of the calls hold large buffers, and the
    /// allocator returns memory late.
    fn quarters(&self) -> Option<[u64; 4]> {
        let length = self.0.len() / 4;
        let mean = |quarter: usize| {
            let values = self.0.get(quarter * length..(quarter + 1) * length)?;
            values.iter().sum::<u64>().checked_div(length as u64)
        };
        Some([mean(0)?, mean(1)?, mean(2)?, mean(3)?])
    }
}

impl Tally {
    fn new(calls: u64, memory: bool) -> Self {
        Self {
            calls,
            begun: AtomicU64::new(0),
            reported: AtomicU64::new(0),
            attempts: AtomicU64::new(0),
            failed_attempts: AtomicU64::new(0),
            memory: memory.then(Mutex::default),
            sums: Mutex::default(),
        }
    }

    /// Starts a call, unless all have been started.
    fn take(&self) -> bool {
        let begun = self.begun.fetch_add(1, Ordering::Relaxed);
        if begun >= self.calls {
            self.begun.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        self.measure_memory(begun);
        true
    }

    /// Starts a call in addition to the requested number.
    fn extra(&self) {
        let begun = self.begun.fetch_add(1, Ordering::Relaxed);
        self.measure_memory(begun);
    }

    /// Measures memory at equal intervals.
    fn measure_memory(&self, begun: u64) {
        let part = (self.calls / MEASUREMENTS).max(1);
        let is_warm = begun >= self.calls / 20;
        if let (Some(memory), 0, true) = (&self.memory, begun % part, is_warm) {
            let resident = resident();
            locked(memory).0.push(resident);
        }
    }

    fn outcome(&self, name: &'static str) {
        *locked(&self.sums).outcomes.entry(name).or_default() += 1;
    }

    /// Counts a list that was read to its end, with this number of items.
    fn listed(&self, items: usize) {
        let mut sums = locked(&self.sums);
        sums.lists += 1;
        sums.items += items as u64;
    }

    fn write(&self, executed: Executed, times: i64) {
        let mut sums = locked(&self.sums);
        sums.writes += 1;
        sums.executed += times;
        match executed {
            Executed::Yes => *sums.outcomes.entry("success").or_default() += 1,
            Executed::No => sums.not_done += 1,
            Executed::Unknown => {
                sums.unknown += 1;
                sums.unknown_executed += times;
            }
        }
    }

    /// Stores a failed check, at most ten.
    fn fail(&self, message: String) {
        let failed_checks = &mut locked(&self.sums).failed_checks;
        if failed_checks.len() < 10 {
            failed_checks.push(message);
        }
    }

    fn report(&self, reported: u64) -> Report {
        let sums = std::mem::take(&mut *locked(&self.sums));
        let calls = self.begun.load(Ordering::Relaxed);
        let outcomes: u64 = sums.outcomes.values().sum();
        let mut failed_checks = sums.failed_checks;
        if (outcomes, reported) != (calls, calls) {
            failed_checks.push(format!(
                "{calls} calls have {outcomes} outcomes, and the client reports {reported}"
            ));
        }
        let done = sums.writes - sums.not_done - sums.unknown;
        if sums.executed != done as i64 + sums.unknown_executed {
            failed_checks.push(format!(
                "{} executions of {done} successful writes",
                sums.executed
            ));
        }
        if sums.lists == 0 {
            failed_checks.push("no list was read".to_owned());
        }
        if sums.unknown == 0
            || outcomes == sums.outcomes.get("success").copied().unwrap_or_default()
        {
            failed_checks.push("no fault had an effect".to_owned());
        }
        let memory = self.memory.as_ref().map(|memory| locked(memory).clone());
        let quarters = memory.as_ref().and_then(Memory::quarters);
        let is_flat =
            quarters.is_some_and(|[first, .., last]| first > 0 && last * 100 <= first * 105);
        if memory.is_some() && !is_flat {
            failed_checks.push(format!("memory grew, or is unknown: {quarters:?} kB"));
        }
        let most = memory.and_then(|memory| memory.0.into_iter().max());
        Report {
            calls,
            attempts: self.attempts.load(Ordering::Relaxed),
            failed_attempts: self.failed_attempts.load(Ordering::Relaxed),
            outcomes: sums.outcomes,
            lists: (sums.lists, sums.items),
            writes: (sums.writes, done, sums.not_done, sums.unknown),
            executions: (sums.executed, sums.unknown_executed),
            memory: quarters.zip(most),
            failed_checks,
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the resident memory of this process in kilobytes; 0 when it is unknown.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

/// A receiver of the client's metrics.
struct Meter(Arc<Tally>);

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}

impl Metrics for Meter {
    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        self.0.attempts.fetch_add(1, Ordering::Relaxed);
        if attempt.error.is_some() {
            self.0.failed_attempts.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn call(&self, _: &CallMetrics<'_>) {
        self.0.reported.fetch_add(1, Ordering::Relaxed);
    }
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Report {
    calls: u64,
    attempts: u64,
    failed_attempts: u64,
    outcomes: BTreeMap<&'static str, u64>,
    /// Number of lists, and of their items.
    lists: (u64, u64),
    /// Number of writes: all, successful, not executed, of unknown outcome.
    writes: (u64, u64, u64, u64),
    /// Number of executions: of all writes, and of those of unknown outcome.
    executions: (i64, i64),
    /// Resident kilobytes after the first twentieth of the calls: the means of the four quarters of
    /// the run, and the maximum.
    memory: Option<([u64; 4], u64)>,
    /// The failed checks, at most about ten.
    pub(crate) failed_checks: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "calls             {:>10}", self.calls)?;
        writeln!(
            f,
            "attempts          {:>10}, {} failed",
            self.attempts, self.failed_attempts
        )?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "  {outcome:<20} {count:>8}")?;
        }
        let (lists, items) = self.lists;
        writeln!(f, "lists             {lists:>10}: {items} items")?;
        let (all, done, not_done, unknown) = self.writes;
        let (executed, of_unknown) = self.executions;
        writeln!(
            f,
            "writes            {all:>10}: {done} successful, {not_done} rejected, {unknown} unknown"
        )?;
        writeln!(
            f,
            "executions        {executed:>10}, {of_unknown} of them of unknown writes"
        )?;
        match self.memory {
            Some(([first, second, third, last], most)) => writeln!(
                f,
                "resident kB       {first:>10}, {second}, {third}, {last} in the quarters of the run, \
                 {most} at most"
            ),
            None => Ok(()),
        }
    }
}
