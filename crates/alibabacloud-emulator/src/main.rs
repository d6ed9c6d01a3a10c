//! The emulator as a process, for tests in any language.

use alibabacloud_emulator::{
    Builder, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Emulator, Key, RamMode,
};
use lexopt::{Arg, Parser, ValueExt};
use std::error::Error;
use std::io::Write;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;
use tokio::runtime::Runtime;

const HELP: &str = "\
A local Alibaba Cloud for tests.

Usage: alibabacloud-emulator [OPTIONS]

Options:
  --listen ADDR               Listen on ADDR [default: 127.0.0.1:8080]; port 0 selects a free port
  --access-key-id ID          Accept the AccessKey ID [default: test]
  --access-key-secret SECRET  Set the secret of the AccessKey [default: secret]
  --control-token TOKEN       Require TOKEN in the header x-emulator-token of requests to
                              /_emulator; without it, only a loopback address has a control API
  --control-host NAME         Let requests to /_emulator use NAME for this host; repeatable
  --allow-origin ORIGIN       Let pages of ORIGIN, such as http://localhost:3000, call the services
                              from a browser; * for every origin; repeatable
  --region REGION             Set the region of calls that do not name one [default: cn-hangzhou]
  --service NAME              Serve this built-in service, such as oos, instead of all; repeatable
  --specs PATH                Serve the specifications in PATH in addition; repeatable
  --data FILE                 Keep all state in FILE; written before a change is acknowledged
  --ram FILE                  Enforce the permissions of the users, roles and policies in FILE
                              (YAML); repeatable
  --ram-mode MODE             Set whether permissions are enforced: off, record or enforce;
                              record prints the policy that the calls needed when the program ends
  --seed FILE                 Apply the seed in FILE (YAML) at start; repeatable
  --no-example-data           Omit the example instances i-emulator0000000001 and
                              i-bp1cpoxxxwxxxxxxxxxx
  --frozen-clock              Stop the clock of the services; only POST /_emulator/time moves it
  --rate-limits               Apply the limits of requests that the specifications have
  -h, --help                  Print help
  -V, --version               Print the version

The program prints the address that it listens on and the variables that make clients call it, and
serves until it is interrupted. Tests control it with HTTP requests under /_emulator: faults,
outcomes of tasks, time, seeds, request log. Bodies are JSON.
";

fn main() -> ExitCode {
    let options = match parse(Parser::from_env()) {
        Ok(Command::Serve(options)) => *options,
        Ok(Command::Print(text)) => {
            // A closed pipe is not an error.
            let _ = std::io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n\nSee alibabacloud-emulator --help.");
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

enum Command {
    Serve(Box<Options>),
    Print(String),
}

#[derive(Default)]
struct Options {
    listen: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    region: Option<String>,
    services: Vec<String>,
    specs: Vec<PathBuf>,
    data: Option<PathBuf>,
    seeds: Vec<PathBuf>,
    no_example_data: bool,
    frozen_clock: bool,
    rate_limits: bool,
    ram: Vec<PathBuf>,
    ram_mode: Option<RamMode>,
    control_token: Option<String>,
    control_hosts: Vec<String>,
    allowed_origins: Vec<String>,
}

fn parse(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("listen") => options.listen = Some(parser.value()?.string()?),
            Arg::Long("access-key-id") => options.access_key_id = Some(parser.value()?.string()?),
            Arg::Long("access-key-secret") => {
                options.access_key_secret = Some(parser.value()?.string()?);
            }
            Arg::Long("control-token") => options.control_token = Some(parser.value()?.string()?),
            Arg::Long("control-host") => options.control_hosts.push(parser.value()?.string()?),
            Arg::Long("allow-origin") => {
                options.allowed_origins.push(parser.value()?.string()?);
            }
            Arg::Long("region") => options.region = Some(parser.value()?.string()?),
            Arg::Long("service") => options.services.push(parser.value()?.string()?),
            Arg::Long("specs") => options.specs.push(parser.value()?.into()),
            Arg::Long("data") => options.data = Some(parser.value()?.into()),
            Arg::Long("ram") => options.ram.push(parser.value()?.into()),
            Arg::Long("ram-mode") => options.ram_mode = Some(parser.value()?.parse_with(mode)?),
            Arg::Long("seed") => options.seeds.push(parser.value()?.into()),
            Arg::Long("no-example-data") => options.no_example_data = true,
            Arg::Long("frozen-clock") => options.frozen_clock = true,
            Arg::Long("rate-limits") => options.rate_limits = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Print(HELP.to_owned())),
            Arg::Long("version") | Arg::Short('V') => {
                let version = env!("CARGO_PKG_VERSION");
                return Ok(Command::Print(format!("alibabacloud-emulator {version}\n")));
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve(Box::new(options)))
}

fn mode(text: &str) -> Result<RamMode, &'static str> {
    match text {
        "off" => Ok(RamMode::Off),
        "record" => Ok(RamMode::Record),
        "enforce" => Ok(RamMode::Enforce),
        _ => Err("expected off, record or enforce"),
    }
}

fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let builder = builder(options)?;
    runtime()?.block_on(async {
        let emulator = builder.start().await?;
        // A script that reads the address may send a signal at once.
        let interruption = Interruption::listen()?;
        announce(&emulator);
        interruption.wait().await?;
        if emulator.ram_mode() == RamMode::Record {
            // A closed pipe is not an error.
            let _ = writeln!(std::io::stdout(), "{}", emulator.needed_policy());
        }
        Ok(())
    })
}

/// Creates a runtime with a thread for every other processor: the clients usually run on the same
/// machine, and need the rest. With more threads than necessary a request costs more, because each
/// thread sleeps and wakes up more often, and because they take work from each other.
fn runtime() -> std::io::Result<Runtime> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut builder = match processors / 2 {
        0 | 1 => tokio::runtime::Builder::new_current_thread(),
        threads => {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(threads);
            builder
        }
    };
    builder.enable_all().build()
}

fn builder(options: Options) -> Result<Builder, Box<dyn Error>> {
    let id = options
        .access_key_id
        .unwrap_or_else(|| DEFAULT_ACCESS_KEY_ID.to_owned());
    let secret = options
        .access_key_secret
        .unwrap_or_else(|| DEFAULT_ACCESS_KEY_SECRET.to_owned());
    let listen = options
        .listen
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let mut builder = Emulator::builder().listen(listen).key(Key::new(id, secret));
    if let Some(region) = options.region {
        builder = builder.region(region);
    }
    if let Some(token) = options.control_token {
        builder = builder.control_token(token);
    }
    for name in options.control_hosts {
        builder = builder.control_host(name);
    }
    for origin in options.allowed_origins {
        builder = builder.allow_origin(origin);
    }
    for name in options.services {
        builder = builder.service(name);
    }
    for directory in options.specs {
        builder = builder.specs(directory);
    }
    if let Some(path) = options.data {
        builder = builder.data_file(path);
    }
    for path in options.seeds {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read the seed {}: {error}", path.display()))?;
        builder = builder.seed(text);
    }
    for path in options.ram {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read the RAM file {}: {error}", path.display()))?;
        builder = builder.ram(text);
    }
    if let Some(mode) = options.ram_mode {
        builder = builder.ram_mode(mode);
    }
    if options.no_example_data {
        builder = builder.without_example_data();
    }
    if options.frozen_clock {
        builder = builder.frozen_at(SystemTime::now());
    }
    if options.rate_limits {
        builder = builder.rate_limits();
    }
    Ok(builder)
}

/// Prints the address, for people and for waiting scripts, and what clients need.
fn announce(emulator: &Emulator) {
    if !emulator.address().ip().is_loopback() {
        let control = match emulator.is_control_closed() {
            true => "the control API is closed; set a token with --control-token to use it",
            false => "requests to the control API need the token",
        };
        eprintln!(
            "warning: other machines may reach {}, which is not a loopback address; {control}",
            emulator.address()
        );
    }
    let variables = [
        ("ENDPOINT", emulator.url()),
        ("REGION_ID", emulator.region().to_owned()),
        ("ACCESS_KEY_ID", emulator.access_key_id().to_owned()),
        ("ACCESS_KEY_SECRET", emulator.access_key_secret().to_owned()),
    ];
    let exports: String = variables
        .iter()
        .map(|(name, value)| format!("export ALIBABA_CLOUD_{name}={}\n", shell_word(value)))
        .collect();
    let text = format!(
        "listening on http://{}\naccess key id: {}\n\n# In a shell, so that clients call the emulator:\n{exports}",
        emulator.address(),
        emulator.access_key_id()
    );
    let mut out = std::io::stdout();
    // The server continues when the pipe is closed.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Quotes a text for a POSIX shell where that is necessary.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// SIGINT or SIGTERM on Unix, Ctrl-C elsewhere.
struct Interruption {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Interruption {
    fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            signals: [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
            ],
        })
    }

    #[cfg(unix)]
    async fn wait(self) -> std::io::Result<()> {
        let [mut interrupt, mut terminate] = self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    }

    #[cfg(not(unix))]
    async fn wait(self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
