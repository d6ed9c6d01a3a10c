//! The files of the page, which are part of the program.

/// The names and texts of the files in `page`, which the build script lists.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The types of files by the end of their name.
const TYPES: [(&str, &str); 4] = [
    (".html", "text/html; charset=utf-8"),
    (".css", "text/css; charset=utf-8"),
    (".js", "text/javascript; charset=utf-8"),
    (".svg", "image/svg+xml"),
];

/// A file of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) body: &'static str,
}

/// Returns the file at a path of the server. Only exact names exist, so that no path leads out of
/// the page.
pub(crate) fn find(path: &str) -> Option<Asset> {
    let name = match path.strip_prefix('/')? {
        "" => "index.html",
        name => name,
    };
    let (name, body) = FILES.iter().find(|(known, _)| *known == name)?;
    let (_, content_type) = TYPES.iter().find(|(end, _)| name.ends_with(end))?;
    Some(Asset { content_type, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_served_and_all_are_small() {
        let mut bytes = 0;
        for (name, body) in FILES {
            assert!(find(&format!("/{name}")).is_some(), "{name}");
            bytes += body.len();
        }
        assert!(find("/").is_some());
        assert!(bytes < 150_000, "{bytes}");
    }

    #[test]
    fn only_exact_names_exist() {
        for path in [
            "",
            "/index.html/",
            "/./index.html",
            "/page/index.html",
            "index.html",
            "/..",
        ] {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn no_file_turns_text_into_markup_or_code() {
        let forbidden = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "createContextualFragment",
            "srcdoc",
            "javascript:",
        ];
        for (name, body) in FILES {
            for word in forbidden {
                assert!(!body.contains(word), "{name}: {word}");
            }
        }
    }
}
