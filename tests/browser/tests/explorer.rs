//! What a person does with the Explorer, in headless Chromium. `.ci/browser` runs this.

use browser_tests::Page;
use serde_json::json;

const DESKTOP: (u32, u32) = (1280, 900);
const TELEPHONE: (u32, u32) = (390, 844);
const STATUS: &str = ".status-line .status";

#[tokio::test]
async fn it_opens_with_an_operation_that_the_first_click_calls() {
    let page = Page::open(&[], DESKTOP).await;
    assert_eq!(page.text("h1").await, "ListInstancePackageStates");
    let address = page.script("return location.href").await;
    assert!(!address.to_string().contains("token"), "{address}");
    page.click("Send").await;
    page.until(
        "a response",
        "return document.querySelector('.status') !== null",
    )
    .await;
    assert_eq!(page.text(STATUS).await, "200");
    assert!(page.text(".json-tree").await.contains("ACS-ECS-Docker"));
    page.picture("explorer.png").await;
    page.close().await;
}

#[tokio::test]
async fn every_operation_of_oos_renders_and_is_answered() {
    let page = Page::open(&[], DESKTOP).await;
    page.script("fetch('/api/services/oos/2019-06-01').then((r) => r.json()).then((s) => (window.service = s))").await;
    page.until("the operations", "return window.service !== undefined")
        .await;
    let names = page
        .script(
            "return service.groups.flatMap(({ operations }) => operations.map(({ name }) => name))",
        )
        .await;
    let names: Vec<String> = serde_json::from_value(names).expect("names");
    assert_eq!(names.len(), 104);
    let mut failures = Vec::new();
    for name in names {
        page.operation(&name).await;
        page.click("Fill example").await;
        page.send().await;
        // What the example names need not exist, so that the service may refuse it.
        let status = page.text(STATUS).await;
        if status
            .parse()
            .is_ok_and(|status: u16| status == 200 || (400..500).contains(&status))
        {
            page.until("the code", "return document.querySelector('.codes .code')?.textContent.includes('async fn') === true").await;
        } else {
            failures.push(format!(
                "{name}: {status} {}",
                page.text(".error-card").await
            ));
        }
        let problems = page.script("return [...document.querySelectorAll('.problem:not([hidden]), .problems:not([hidden])')].map((node) => node.textContent).join(' ')").await;
        if problems != json!("") {
            failures.push(format!("{name}: {problems}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    page.close().await;
}

#[tokio::test]
async fn pages_are_read_one_by_one_and_all_at_once() {
    let calls: String = (0..25)
        .map(|n| format!("  - CreateParameter: {{Name: p{n}, Type: String, Value: v}}\n"))
        .collect();
    let seed = concat!(env!("CARGO_TARGET_TMPDIR"), "/parameters.yaml");
    std::fs::write(seed, format!("calls:\n{calls}")).expect("the seed can be written");
    let page = Page::open(&["--seed", seed], DESKTOP).await;
    page.follow(r#"#/oos/2019-06-01/ListParameters?p={"MaxResults":10}"#)
        .await;
    page.until(
        "ListParameters",
        "return document.querySelector('h1')?.textContent === 'ListParameters'",
    )
    .await;
    page.send().await;
    let first = page.text(".json-tree").await;
    page.script("window.before = document.querySelector('.status-line')")
        .await;
    page.click("Next page").await;
    page.until("the next page", "const now = document.querySelector('.status-line'); return now !== null && now !== window.before").await;
    assert_eq!(page.text(STATUS).await, "200");
    assert_ne!(page.text(".json-tree").await, first);
    page.click("All pages").await;
    page.until("all pages", "return /\\d+ items on \\d+ pages/.test(document.querySelector('.response .tabpanel')?.textContent)").await;
    page.close().await;
}

#[tokio::test]
async fn faults_are_retried_before_the_eyes_of_the_user() {
    let page = Page::open(&[], DESKTOP).await;
    page.click("Faults").await;
    page.until("the controls", "return [...document.querySelectorAll('button')].some((node) => node.textContent === 'Inject')").await;
    page.click("Inject").await;
    page.until("the fault", "return document.querySelector('.faults-active')?.textContent.includes('Throttled × 2') === true").await;
    page.send().await;
    assert_eq!(page.text(STATUS).await, "200");
    let attempts = page
        .script("return document.querySelectorAll('.timeline li').length")
        .await;
    assert_eq!(attempts, json!(3));
    let timeline = page.text(".timeline").await;
    assert!(
        timeline.contains("retried: throttled") && timeline.contains("waited"),
        "{timeline}"
    );
    page.picture("explorer-retries.png").await;
    page.close().await;
}

#[tokio::test]
async fn an_error_explains_itself() {
    let page = Page::open(&[], DESKTOP).await;
    page.follow(r#"#/oos/2019-06-01/GetTemplate?p={"TemplateName":"none-of-this-name"}"#)
        .await;
    page.until(
        "GetTemplate",
        "return document.querySelector('h1')?.textContent === 'GetTemplate'",
    )
    .await;
    page.send().await;
    let card = page.text(".error-card").await;
    assert!(
        card.contains("EntityNotExists.Template") && card.contains("Meaning"),
        "{card}"
    );
    page.close().await;
}

#[tokio::test]
async fn links_have_parameters_but_no_secrets() {
    let page = Page::open(&[], DESKTOP).await;
    page.follow(r#"#/oos/2019-06-01/CreateSecretParameter?p={"Name":"database"}"#)
        .await;
    page.until(
        "CreateSecretParameter",
        "return document.querySelector('h1')?.textContent === 'CreateSecretParameter'",
    )
    .await;
    let typed = "
        const input = document.querySelector('input[type=password], .hidden-text');
        input.focus();
        return document.activeElement === input";
    assert_eq!(page.script(typed).await, json!(true));
    page.keys("hunter2").await;
    page.until(
        "the parameter in the code",
        "return document.querySelector('.codes .code')?.textContent.includes('database') === true",
    )
    .await;
    page.send().await;
    page.until(
        "the link",
        "return decodeURIComponent(location.hash).includes('database')",
    )
    .await;
    for place in [
        "location.href",
        "JSON.stringify(sessionStorage)",
        "JSON.stringify(localStorage)",
        "document.querySelector('.codes').textContent",
        "document.querySelector('#side').textContent",
    ] {
        let text = page.script(&format!("return {place}")).await.to_string();
        assert!(!text.contains("hunter2"), "{place}: {text}");
    }
    page.close().await;
}

#[tokio::test]
async fn the_interface_is_english_or_chinese() {
    let page = Page::open(&[], DESKTOP).await;
    assert_eq!(
        page.script("return document.documentElement.lang").await,
        json!("en")
    );
    page.click("中文").await;
    assert_eq!(
        page.script("return document.documentElement.lang").await,
        json!("zh-CN")
    );
    page.click("发送").await;
    page.until(
        "a response",
        "return document.querySelector('.status') !== null",
    )
    .await;
    page.reload().await;
    assert_eq!(page.text("#send").await, "发送");
    page.click("English").await;
    assert_eq!(page.text("#send").await, "Send");
    page.close().await;
}

#[tokio::test]
async fn everything_is_done_with_the_keyboard() {
    let page = Page::open(&[], DESKTOP).await;
    page.keys("/").await;
    page.keys("GetParameter").await;
    page.until("results", "return document.querySelector('[role=option][aria-selected=true] .op-name')?.textContent.startsWith('GetParameter') === true").await;
    page.keys("\u{e007}").await;
    page.until(
        "the operation",
        "return document.querySelector('h1')?.textContent.startsWith('GetParameter') === true",
    )
    .await;
    page.keys("\u{e00c}").await;
    let tab = "return document.querySelector('.codes [role=tab][aria-selected=true]').textContent";
    let first = page.script(tab).await;
    page.script("document.activeElement.blur()").await;
    page.keys("]").await;
    assert_ne!(page.script(tab).await, first);
    // The focus reaches the button that sends, and is visible everywhere on the way.
    page.script("document.querySelector('h1').closest('main').focus()")
        .await;
    for _ in 0..80 {
        page.keys("\u{e004}").await;
        let visible = "
            const node = document.activeElement;
            return node === document.body || getComputedStyle(node).outlineStyle !== 'none' || node.matches('[type=radio]')";
        let node = page
            .script("return document.activeElement.outerHTML.slice(0, 200)")
            .await;
        assert_eq!(page.script(visible).await, json!(true), "{node}");
        if page.script("return document.activeElement.id").await == json!("send") {
            page.close().await;
            return;
        }
    }
    panic!("the focus does not reach the button that sends");
}

#[tokio::test]
async fn nothing_scrolls_sideways_on_a_telephone() {
    let page = Page::open(&[], TELEPHONE).await;
    page.send().await;
    for column in ["Find", "Request", "Code", "Response"] {
        page.click(column).await;
        let width = page
            .script("return document.documentElement.scrollWidth")
            .await;
        assert_eq!(width, json!(390), "{column}");
    }
    page.picture("explorer-telephone.png").await;
    for fragment in [
        "#/emulator/log",
        "#/emulator/state",
        "#/history",
        "#/basket",
    ] {
        page.follow(fragment).await;
        page.until(
            fragment,
            "return document.querySelector('.page-body') !== null",
        )
        .await;
        let width = page
            .script("return document.documentElement.scrollWidth")
            .await;
        assert_eq!(width, json!(390), "{fragment}");
    }
    page.close().await;
}

#[tokio::test]
async fn axe_finds_nothing() {
    let page = Page::open(&[], DESKTOP).await;
    page.send().await;
    let mut found = Vec::new();
    for language in ["English", "Chinese"] {
        for theme in ["light", "dark"] {
            page.script(&format!(
                "document.documentElement.dataset.theme = '{theme}'"
            ))
            .await;
            page.operation("ListInstancePackageStates").await;
            let tabs = page
                .script("return document.querySelectorAll('.operation [role=tab]').length")
                .await;
            for tab in 0..tabs.as_u64().expect("a number") {
                page.script(&format!(
                    "document.querySelectorAll('.operation [role=tab]')[{tab}].click()"
                ))
                .await;
                found.extend(page.violations().await);
            }
            page.script("document.querySelectorAll('.operation [role=tab]')[0].click()")
                .await;
            for fragment in [
                "#/emulator/log",
                "#/emulator/state",
                "#/emulator/faults",
                "#/history",
                "#/basket",
            ] {
                page.follow(fragment).await;
                page.until(
                    fragment,
                    "return document.querySelector('.page-body') !== null",
                )
                .await;
                found.extend(page.violations().await);
            }
        }
        if language == "English" {
            page.operation("ListInstancePackageStates").await;
            page.click("中文").await;
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    page.close().await;
}

#[tokio::test]
async fn a_hostile_specification_stays_text() {
    let hostile = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../crates/alibabacloud-explorer/tests/hostile"
    );
    let page = Page::open(&["--specs", hostile], DESKTOP).await;
    page.script("window.alert = () => (window.attacked = true)")
        .await;
    page.follow("#/hostile/2024-01-01/GetAll").await;
    page.until(
        "GetAll",
        "return document.querySelector('h1')?.textContent === 'GetAll'",
    )
    .await;
    assert!(page.text(".op-head").await.contains('<'));
    page.click("Fill example").await;
    page.send().await;
    let tabs = page
        .script("return document.querySelectorAll('.operation [role=tab]').length")
        .await;
    for tab in 0..tabs.as_u64().expect("a number") {
        page.script(&format!(
            "document.querySelectorAll('.operation [role=tab]')[{tab}].click()"
        ))
        .await;
        let made = page.script("return document.querySelectorAll('main script, main img, main iframe, main svg script, main [onerror], main [onload]').length").await;
        assert_eq!(made, json!(0), "tab {tab}");
    }
    assert_eq!(
        page.script("return window.attacked === undefined").await,
        json!(true)
    );
    page.close().await;
}
