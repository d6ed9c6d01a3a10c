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
        // The parameters are checked a moment after they were filled in.
        page.until(
            &format!("{name} without problems"),
            "return document.querySelector('.problem:not([hidden]), .problems:not([hidden])') === null",
        )
        .await;
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
async fn the_form_and_its_json_are_in_step() {
    let page = Page::open(&[], DESKTOP).await;
    page.follow("#/oos/2019-06-01/StartExecution").await;
    page.until(
        "StartExecution",
        "return document.querySelector('h1')?.textContent === 'StartExecution'",
    )
    .await;
    page.click("JSON").await;
    let typed = r#"
        const field = document.querySelector('.form textarea');
        field.value = JSON.stringify({TemplateName: 'web', Tags: {a: 'b'}, MaxResults: 1, Mode: 7});
        field.dispatchEvent(new Event('input'));
        return true"#;
    page.script(typed).await;
    page.click("Form").await;
    let values = "return [...document.querySelectorAll('.form input:not([type=radio])')].map((node) => node.value).join()";
    let values = page.script(values).await.to_string();
    assert!(values.contains("web,"), "{values}");
    assert!(values.contains("a,b"), "{values}");
    // What the form has no field for, and a value of another type, are reported and kept.
    page.until(
        "the problems",
        "return document.querySelector('.problems')?.textContent.includes('MaxResults') === true
            && document.querySelector('[aria-invalid=true]') !== null",
    )
    .await;
    page.click("JSON").await;
    let text = page
        .script("return document.querySelector('.form textarea').value")
        .await
        .to_string();
    for part in ["MaxResults", "Mode", "7", "web"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    page.close().await;
}

#[tokio::test]
async fn a_signature_that_does_not_match_is_explained() {
    let page = Page::open(&[], DESKTOP).await;
    page.click("Request").await;
    page.until(
        "the canonical request",
        "window.canonical = [...document.querySelectorAll('.part')]
            .find((part) => part.querySelector('h2')?.textContent === 'Canonical request')
            ?.querySelector('code').textContent;
         return window.canonical !== undefined",
    )
    .await;
    page.script(
        "document.querySelector('#signature-message').value =
            'Specified signature does not match. server string to sign is:'
            + window.canonical.replace('x-acs-version:2019', 'x-acs-version:2020')",
    )
    .await;
    page.click("Find the first difference").await;
    page.until(
        "the difference",
        "return document.querySelectorAll('.difference').length === 2",
    )
    .await;
    assert_eq!(
        page.text(".difference").await.trim(),
        "x-acs-version:2019-06-01"
    );
    assert_eq!(page.text(".difference mark").await, "1");
    assert!(
        page.text("[aria-live] .problem")
            .await
            .contains("column 17"),
        "{}",
        page.text("[aria-live] .problem").await
    );
    page.close().await;
}

#[tokio::test]
async fn the_same_call_is_compared_on_both_targets() {
    // The emulator of another Explorer takes the place of the cloud.
    let other = Page::open(&[], DESKTOP).await;
    let address = other
        .script_until_done(
            "fetch('/api/start').then((response) => response.json())
                .then(({ targets }) => done(targets.emulator.url))",
        )
        .await;
    let address = address.as_str().expect("the emulator listens");
    let variables = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "test"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
        ("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou"),
    ];
    let arguments = ["--target", "cloud", "--endpoint", address, "--allow-writes"];
    let page = Page::open_with(&arguments, &variables, DESKTOP).await;
    let band = page.text("#band").await;
    assert!(
        band.contains("CLOUD") && band.contains("writes allowed"),
        "{band}"
    );
    page.click("Send to both").await;
    page.until(
        "the comparison",
        "return document.querySelectorAll('.side .status.good').length === 2",
    )
    .await;
    let difference = page.text(".diff").await;
    assert!(difference.contains("REDACTED"), "{difference}");

    // A write is sent after its name was typed.
    page.follow(r##"#/oos/2019-06-01/CreateParameter?p={"Name":"a","Type":"String","Value":"v"}"##)
        .await;
    page.until(
        "CreateParameter",
        "return document.querySelector('h1')?.textContent === 'CreateParameter'",
    )
    .await;
    page.click("Send to the cloud").await;
    page.until(
        "the question",
        "return document.activeElement?.id === 'confirm-name'",
    )
    .await;
    page.keys("CreateParam\u{e007}").await;
    assert_eq!(
        page.script("return document.querySelector('dialog') !== null")
            .await,
        json!(true)
    );
    page.keys("eter\u{e007}").await;
    page.until(
        "the response",
        "return document.querySelector('.response .target-cloud') !== null && document.querySelector('.status.good') !== null && document.querySelector('dialog') === null",
    )
    .await;
    page.follow("#/basket").await;
    page.until(
        "the policy",
        "return document.querySelector('.page-body .code')?.textContent.includes('parameter/a') === true",
    )
    .await;
    page.close().await;
    other.close().await;
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
    // The services have their titles before they have been read.
    assert!(
        page.text(".services")
            .await
            .contains("Elastic Compute Service"),
        "{}",
        page.text(".services").await
    );
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
