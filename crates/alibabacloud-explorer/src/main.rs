//! The Explorer as a program.

use alibabacloud_explorer::{Builder, Explorer, Target};
use lexopt::{Arg, Parser, ValueExt};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command as Process, ExitCode, Stdio};

const HELP: &str = "\
A local page to find, try and write code for the operations of Alibaba Cloud.

Usage: alibabacloud-explorer [OPTIONS]

Options:
  --specs PATH        Show the specifications in PATH in addition; repeatable
  --target TARGET     Select emulator or cloud at first [default: emulator]
  --region REGION     Set the region of calls that do not name one
  --allow-writes      Allow calls that change resources in the cloud, each after a confirmation;
                      without it, the page only reads from the cloud
  --deny PATTERN      Reject calls that match PATTERN, such as *:Delete*; repeatable
  --endpoint HOST     Send all calls to the cloud to HOST
  --seed FILE         Apply the seed in FILE (YAML) to the emulator at start; repeatable
  --state FILE        Keep the state of the emulator in FILE
  --port PORT         Listen on PORT of 127.0.0.1 [default: a free port]
  --open              Open the page in the browser
  -h, --help          Print help
  -V, --version       Print the version

The program prints the address of the page, which holds a token, and serves until it is interrupted.
Calls go to an emulator in the program, which needs no account, unless the page selects the cloud;
then they are made with the credentials of this machine.
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
            eprintln!("error: {error}\n\nSee alibabacloud-explorer --help.");
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
    specs: Vec<PathBuf>,
    target: Target,
    region: Option<String>,
    allow_writes: bool,
    deny: Vec<String>,
    endpoint: Option<String>,
    seeds: Vec<PathBuf>,
    state: Option<PathBuf>,
    port: u16,
    open: bool,
}

fn parse(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("specs") => options.specs.push(parser.value()?.into()),
            Arg::Long("target") => options.target = parser.value()?.parse()?,
            Arg::Long("region") => options.region = Some(parser.value()?.string()?),
            Arg::Long("allow-writes") => options.allow_writes = true,
            Arg::Long("deny") => options.deny.push(parser.value()?.string()?),
            Arg::Long("endpoint") => options.endpoint = Some(parser.value()?.string()?),
            Arg::Long("seed") => options.seeds.push(parser.value()?.into()),
            Arg::Long("state") => options.state = Some(parser.value()?.into()),
            Arg::Long("port") => options.port = parser.value()?.parse()?,
            Arg::Long("open") => options.open = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Print(HELP.to_owned())),
            Arg::Long("version") | Arg::Short('V') => {
                let version = env!("CARGO_PKG_VERSION");
                return Ok(Command::Print(format!("alibabacloud-explorer {version}\n")));
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve(Box::new(options)))
}

fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let open = options.open;
    let builder = builder(options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        let explorer = builder.bind().await?;
        // A script that reads the address may send a signal at once.
        let interruption = Interruption::listen()?;
        let mut out = std::io::stdout();
        // The server continues when the pipe is closed.
        let _ = writeln!(out, "{}", explorer.url()).and_then(|()| out.flush());
        if open {
            if let Err(error) = open_browser(&explorer.url_for_one_browser()?) {
                eprintln!("warning: cannot open the browser: {error}; open the address above");
            }
        }
        tokio::select! {
            result = explorer.serve() => Ok(result?),
            result = interruption.wait() => Ok(result?),
        }
    });
    // Specifications may still be being read.
    runtime.shutdown_background();
    result
}

fn builder(options: Options) -> Result<Builder, Box<dyn Error>> {
    let mut builder = Explorer::builder()
        .port(options.port)
        .target(options.target);
    for path in options.specs {
        builder = builder.specs(path);
    }
    if let Some(region) = options.region {
        builder = builder.region(region);
    }
    if options.allow_writes {
        builder = builder.allow_writes();
    }
    for pattern in options.deny {
        builder = builder.deny(pattern);
    }
    if let Some(endpoint) = options.endpoint {
        builder = builder.endpoint(endpoint);
    }
    for path in options.seeds {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read the seed {}: {error}", path.display()))?;
        builder = builder.seed(text);
    }
    if let Some(path) = options.state {
        builder = builder.state_file(path);
    }
    Ok(builder)
}

/// Opens an address with the program that the system has for that.
fn open_browser(url: &str) -> std::io::Result<()> {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    Process::new(program)
        .args(arguments)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
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
