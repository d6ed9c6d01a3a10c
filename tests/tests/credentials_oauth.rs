//! OAuth profiles: tokens that can be used only once, and a file that other programs share.

use alibabacloud_core::credentials::{
    CachedProvider, CliProfileProvider, CommandOutput, Credentials, Environment, FileLock,
    MemoryEnvironment, ProvideCredentials, ProviderContext, SystemEnvironment,
};
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::time::{BoxFuture, TokioTime};
use alibabacloud_emulator::identity::{
    IdentityFault, IdentityRequest, IdentityServer, IdentityService, Login,
};
use sdk_tests::credentials::{Reroute, context, server};
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const HOUR: Duration = Duration::from_secs(3600);
const CONFIG: &str = "/home/me/.aliyun/config.json";
/// The staged file of [`MemoryEnvironment`].
const STAGED: &str = "/home/me/.aliyun/config.json.staged";
/// The variable with the task of a child process: see [`a_process_of_its_own`].
const CHILD: &str = "SDK_TESTS_OAUTH_CHILD";

/// A realistic file: with another profile first, irregular formatting, non-ASCII characters,
/// escapes, unknown fields.
fn config(login: &Login, access_token_expire: u64) -> String {
    format!(
        "{{\n\t\"current\": \"oauth\",\n\t\"profiles\": [\n\t\t{{ \"name\":\"other\",\"mode\":\"AK\",\
         \"access_key_id\":\"kept\" , \"access_key_secret\":\"a\\u0026b\" }},\n\t\t{{\n\t\t\t\"name\": \"oauth\",\n\
         \t\t\t\"mode\": \"OAuth\",\n\t\t\t\"note\": \"名 \\\"x\\\" }}\",\n\t\t\t\"oauth_access_token\": \"{}\",\n\
         \t\t\t\"oauth_refresh_token\": \"{}\",\n\t\t\t\"oauth_access_token_expire\": {access_token_expire},\n\
         \t\t\t\"oauth_site_type\": \"CN\",\n\t\t\t\"region_id\": \"cn-hangzhou\"\n\t\t}}\n\t],\n\t\"meta_path\": \"\"\n}}\n\n",
        login.access_token, login.refresh_token
    )
}

/// A server, and an environment in memory whose profile has just been logged in.
struct Case {
    time: ManualTime,
    server: IdentityServer,
    machine: MemoryEnvironment,
    context: ProviderContext,
}

impl Case {
    async fn new(access_token_expire: u64) -> Self {
        let time = ManualTime::new();
        let server = server(IdentityServer::builder(), &time).await;
        let login = server.log_in(24 * HOUR);
        let machine = MemoryEnvironment::new()
            .with_home("/home/me")
            .with_file(CONFIG, config(&login, access_token_expire));
        Self {
            context: context(Reroute::to(&server), &time, machine.clone()),
            time,
            server,
            machine,
        }
    }

    async fn provide(&self) -> Result<Credentials, String> {
        let provided = CliProfileProvider::new().provide(&self.context).await;
        provided.map_err(|error| error.to_string())
    }

    fn file(&self) -> String {
        String::from_utf8(self.machine.file(CONFIG).unwrap()).unwrap()
    }

    fn paths(&self) -> Vec<String> {
        let path = |request: IdentityRequest| request.path;
        self.server.requests().into_iter().map(path).collect()
    }
}

fn profile(file: &str) -> Value {
    let parsed: Value = serde_json::from_str(file).expect("valid JSON");
    parsed["profiles"][1].clone()
}

#[tokio::test]
async fn a_refresh_changes_its_fields_and_no_other_byte() {
    let case = Case::new(1).await;
    let before = case.file();
    let old = profile(&before);
    let found = case.provide().await.unwrap();
    assert_eq!(case.paths(), ["/v1/token", "/v1/exchange"]);
    let after = case.file();
    let new = profile(&after);
    // The old file with new values in the fields that must change, and the new fields after the
    // last one, formatted like it.
    let mut expected = before
        .replace(
            old["oauth_access_token"].as_str().unwrap(),
            new["oauth_access_token"].as_str().unwrap(),
        )
        .replace(
            old["oauth_refresh_token"].as_str().unwrap(),
            new["oauth_refresh_token"].as_str().unwrap(),
        )
        .replace(
            "\"oauth_access_token_expire\": 1,",
            &format!(
                "\"oauth_access_token_expire\": {},",
                new["oauth_access_token_expire"]
            ),
        );
    let mut added = String::from("\"region_id\": \"cn-hangzhou\"");
    for name in [
        "access_key_id",
        "access_key_secret",
        "sts_token",
        "sts_expiration",
    ] {
        added.push_str(&format!(",\n\t\t\t\"{name}\": {}", new[name]));
    }
    expected = expected.replace("\"region_id\": \"cn-hangzhou\"", &added);
    assert_eq!(after, expected);
    assert_ne!(old["oauth_access_token"], new["oauth_access_token"]);
    assert_eq!(
        new["oauth_refresh_token"].as_str(),
        case.server.refresh_token().as_deref()
    );
    assert_eq!(new["access_key_id"].as_str(), found.access_key_id());
    assert_eq!(case.machine.file(STAGED), None);
}

#[tokio::test]
async fn a_second_refresh_changes_only_values() {
    let case = Case::new(1).await;
    case.provide().await.unwrap();
    let first = case.file();
    case.time.advance(HOUR);
    case.provide().await.unwrap();
    let second = case.file();
    let names = |text: &str| {
        let strip = |line: &str| line.split(": ").next().unwrap().to_owned();
        text.lines().map(strip).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), names(&second));
    assert_ne!(first, second);
}

#[tokio::test]
async fn credentials_in_the_profile_are_used_until_15_minutes_before_they_expire() {
    let case = Case::new(1).await;
    let first = case.provide().await.unwrap();
    case.time.advance(HOUR - Duration::from_secs(901));
    let kept = case.provide().await.unwrap();
    assert_eq!(first.access_key_id(), kept.access_key_id());
    assert_eq!(first.expiry(), kept.expiry());
    assert_eq!(case.paths().len(), 2);
    case.time.advance(Duration::from_secs(2));
    let second = case.provide().await.unwrap();
    assert_ne!(first.access_key_id(), second.access_key_id());
}

#[tokio::test]
async fn an_access_token_that_lasts_is_not_refreshed() {
    let case = Case::new(4_102_444_800).await;
    let refresh_token = case.server.refresh_token();
    case.provide().await.unwrap();
    assert_eq!(case.paths(), ["/v1/exchange"]);
    assert_eq!(case.server.refresh_token(), refresh_token);
}

#[tokio::test]
async fn saved_credentials_outlive_an_outage_of_the_service() {
    let case = Case::new(1).await;
    let first = case.provide().await.unwrap();
    case.time.advance(HOUR - Duration::from_secs(60));
    let outage = || {
        for _ in 0..3 {
            case.server.inject(
                IdentityService::OAuth,
                IdentityFault::Error {
                    status: 500,
                    code: "InternalError".to_owned(),
                },
            );
        }
    };
    outage();
    let kept = case.provide().await.unwrap();
    assert_eq!(first.access_key_id(), kept.access_key_id());
    case.time.advance(Duration::from_secs(60));
    outage();
    let error = case.provide().await.unwrap_err();
    assert!(error.contains("500 InternalError"), "{error}");
}

#[tokio::test]
async fn credentials_that_a_service_rejected_are_not_read_from_the_file_again() {
    let case = Case::new(1).await;
    let cache = CachedProvider::new(CliProfileProvider::new());
    let first = cache.provide(&case.context).await.unwrap();
    cache.invalidate(&first);
    let second = cache.provide(&case.context).await.unwrap();
    assert_ne!(first.access_key_id(), second.access_key_id());
    assert_eq!(case.paths(), ["/v1/token", "/v1/exchange", "/v1/exchange"]);
}

#[tokio::test]
async fn an_invalid_login_asks_for_a_new_one_and_changes_nothing() {
    let case = Case::new(1).await;
    let before = case.file();
    case.server.log_in(HOUR);
    let error = case.provide().await.unwrap_err();
    assert!(error.contains("400 invalid_grant"), "{error}");
    assert!(
        error.contains("aliyun configure --mode OAuth --profile oauth"),
        "{error}"
    );
    assert!(!error.contains("emulated-refresh-token"), "{error}");
    assert_eq!(case.file(), before);
    assert_eq!(case.machine.file(STAGED), None);
}

#[tokio::test]
async fn no_token_is_requested_that_could_not_be_saved() {
    let case = Case::new(1).await;
    let before = case.file();
    let _ = case
        .machine
        .clone()
        .with_broken_file(STAGED, io::ErrorKind::PermissionDenied);
    let error = case.provide().await.unwrap_err();
    assert!(error.contains("cannot be saved to"), "{error}");
    assert!(case.paths().is_empty());
    assert_eq!(case.file(), before);
}

#[tokio::test]
async fn a_lock_of_another_process_is_awaited_but_not_forever() {
    let case = Case::new(1).await;
    let lock = case.machine.try_lock(Path::new(CONFIG)).await.unwrap();
    let error = case.provide().await.unwrap_err();
    assert!(
        error.contains("another process has held the lock for 30 s"),
        "{error}"
    );
    assert!(case.paths().is_empty());
    drop(lock);
    case.provide().await.unwrap();
}

#[tokio::test]
async fn without_the_lock_a_lasting_access_token_is_used_and_nothing_written() {
    let case = Case::new(4_102_444_800).await;
    let before = case.file();
    let lock = case.machine.try_lock(Path::new(CONFIG)).await.unwrap();
    case.provide().await.unwrap();
    assert_eq!(case.file(), before);
    drop(lock);
}

#[tokio::test]
async fn a_staged_file_of_another_origin_is_not_used() {
    for staged in [
        "",
        "{",
        r#"{"current":"oauth","profiles":[]}"#,
        r#"{"profiles":[{"name":"oauth","mode":"OAuth","oauth_site_type":"CN","oauth_refresh_token":"x","oauth_access_token_expire":9999999999}]}"#,
    ] {
        let case = Case::new(1).await;
        case.machine.set_file(STAGED, staged);
        case.provide().await.unwrap();
        assert_eq!(case.paths(), ["/v1/token", "/v1/exchange"], "{staged}");
        let token = case.server.refresh_token();
        let file = profile(&case.file());
        assert_eq!(file["oauth_refresh_token"].as_str(), token.as_deref());
        assert_eq!(case.machine.file(STAGED), None);
    }
}

#[tokio::test]
async fn changes_of_others_to_the_file_during_a_request_are_preserved() {
    let case = Case::new(4_102_444_800).await;
    case.server
        .inject(IdentityService::OAuth, IdentityFault::NoResponse);
    let context = case.context.clone();
    let waiting = tokio::spawn(async move { CliProfileProvider::new().provide(&context).await });
    case.server.wait_for_requests(1).await;
    let changed = case.file().replace("cn-hangzhou", "cn-beijing");
    case.machine.set_file(CONFIG, changed);
    // The silent request times out, and the next one gets a response.
    case.time.advance(Duration::from_secs(10));
    let found = waiting.await.unwrap().unwrap();
    let file = profile(&case.file());
    assert_eq!(file["region_id"], "cn-beijing");
    assert_eq!(file["access_key_id"].as_str(), found.access_key_id());
}

/// A directory on disk with a profile that has just been logged in.
struct Disk {
    server: IdentityServer,
    directory: TempDir,
}

impl Disk {
    async fn new() -> Self {
        let server = IdentityServer::start().await.unwrap();
        let directory = TempDir::new().unwrap();
        let disk = Self { server, directory };
        std::fs::write(disk.path(), config(&disk.server.log_in(HOUR), 1)).unwrap();
        disk
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("config.json")
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    async fn provide(&self) -> Credentials {
        let context = ProviderContext::new(
            Arc::new(Reroute::to(&self.server)),
            Arc::new(TokioTime::new()),
        );
        let provider = CliProfileProvider::new().profile("oauth").file(self.path());
        provider.provide(&context).await.unwrap()
    }

    /// Starts [`a_process_of_its_own`] with a task.
    fn child(&self, task: &str) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_process_of_its_own", "--nocapture"])
            .env(
                CHILD,
                format!("{task} {} {}", self.server.url(), self.path().display()),
            )
            .spawn()
            .unwrap()
    }

    /// Returns the names of the files in the directory, except the lock, which remains.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let name = |entry: io::Result<std::fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.retain(|name| !name.ends_with("-lock"));
        names.sort();
        names
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_private_and_a_link_to_it_remains_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let disk = Disk::new().await;
    let real = disk.directory.path().join("real.json");
    std::fs::rename(disk.path(), &real).unwrap();
    std::os::unix::fs::symlink("real.json", disk.path()).unwrap();
    disk.provide().await;
    assert!(std::fs::symlink_metadata(disk.path()).unwrap().is_symlink());
    let mode = std::fs::metadata(&real).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(disk.names(), ["config.json", "real.json"]);
    assert!(profile(&disk.file())["sts_token"].is_string());
}

/// Waits in the background, so that the server can respond to the child in the meantime.
async fn ended(mut child: Child) -> bool {
    let waiting = tokio::task::spawn_blocking(move || child.wait().unwrap().success());
    waiting.await.unwrap()
}

#[tokio::test]
async fn a_kill_between_write_and_rename_loses_nothing() {
    let disk = Disk::new().await;
    let before = disk.file();
    assert!(!ended(disk.child("abort")).await, "the child was killed");
    assert_eq!(disk.file(), before, "the file is as it was");
    assert_eq!(disk.names().len(), 2, "the written file is beside it");
    // The old refresh token has been used; the new one is only in the staged file.
    let refreshes = |disk: &Disk| {
        let requests = disk.server.requests();
        requests.iter().filter(|r| r.path == "/v1/token").count()
    };
    assert_eq!(refreshes(&disk), 1);
    disk.provide().await;
    assert_eq!(refreshes(&disk), 1, "its tokens were found");
    let file = profile(&disk.file());
    let token = disk.server.refresh_token();
    assert_eq!(file["oauth_refresh_token"].as_str(), token.as_deref());
    assert_eq!(disk.names(), ["config.json"]);
}

#[tokio::test]
async fn processes_that_refresh_at_once_use_one_token_and_leave_a_valid_file() {
    let disk = Disk::new().await;
    let children: Vec<_> = (0..4).map(|_| disk.child("provide")).collect();
    for child in children {
        assert!(ended(child).await, "every process has credentials");
    }
    let requests = disk.server.requests();
    let asked = |path| requests.iter().filter(|r| r.path == path).count();
    assert_eq!((asked("/v1/token"), asked("/v1/exchange")), (1, 1));
    let file = profile(&disk.file());
    let token = disk.server.refresh_token();
    assert_eq!(file["oauth_refresh_token"].as_str(), token.as_deref());
    assert_eq!(disk.names(), ["config.json"]);
}

/// Runs a task in a child process that another test starts, with the task in a variable. Does
/// nothing without one.
#[tokio::test]
async fn a_process_of_its_own() {
    let Ok(task) = std::env::var(CHILD) else {
        return;
    };
    let [task, url, path] = task.splitn(3, ' ').collect::<Vec<_>>()[..] else {
        panic!("a task, a URL and a path");
    };
    let environment: Arc<dyn Environment> = match task {
        "abort" => Arc::new(AbortsBeforeRename),
        _ => Arc::new(SystemEnvironment),
    };
    let context = ProviderContext::new(Arc::new(Reroute::to_url(url)), Arc::new(TokioTime::new()))
        .with_environment(environment);
    let provider = CliProfileProvider::new().profile("oauth").file(path);
    provider.provide(&context).await.unwrap();
}

/// The system environment, in which the process is killed before a file is moved into place.
#[derive(Debug)]
struct AbortsBeforeRename;

impl Environment for AbortsBeforeRename {
    fn variable(&self, name: &str) -> Option<String> {
        SystemEnvironment.variable(name)
    }

    fn read<'a>(&'a self, path: &'a Path, limit: usize) -> BoxFuture<'a, io::Result<Vec<u8>>> {
        SystemEnvironment.read(path, limit)
    }

    fn stage<'a>(
        &'a self,
        path: &'a Path,
        contents: Vec<u8>,
    ) -> BoxFuture<'a, io::Result<PathBuf>> {
        SystemEnvironment.stage(path, contents)
    }

    fn staged<'a>(
        &'a self,
        path: &'a Path,
        limit: usize,
    ) -> BoxFuture<'a, io::Result<(PathBuf, Vec<u8>)>> {
        SystemEnvironment.staged(path, limit)
    }

    fn unstage<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<()>> {
        SystemEnvironment.unstage(path)
    }

    fn rename<'a>(&'a self, _: &'a Path, _: &'a Path) -> BoxFuture<'a, io::Result<()>> {
        std::process::abort()
    }

    fn try_lock<'a>(&'a self, path: &'a Path) -> BoxFuture<'a, io::Result<Option<FileLock>>> {
        SystemEnvironment.try_lock(path)
    }

    fn run<'a>(
        &'a self,
        command: &'a [String],
        limit: usize,
    ) -> BoxFuture<'a, io::Result<CommandOutput>> {
        SystemEnvironment.run(command, limit)
    }
}
