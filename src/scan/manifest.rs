//! What manifests say that matters to imports: names of packages, roots of sources, path maps. Pure functions of text.

use crate::lang::rules::ManifestKey;
use serde_json::Value;

/// Most features of one crate that are followed.
const MAX_FEATURES: usize = 1000;
/// Most path maps of one `tsconfig.json`.
const MAX_PATHS: usize = 200;

/// True for the file names that [`read`] knows.
#[must_use]
pub fn is_manifest(name: &str) -> bool {
    matches!(name, "Cargo.toml" | "go.mod" | "package.json" | "pyproject.toml" | "setup.cfg")
        || (name.starts_with("tsconfig") && name.ends_with(".json"))
        || name == "jsconfig.json"
}

/// What a manifest states; nothing when it is damaged.
#[must_use]
pub fn read(name: &str, text: &str) -> Vec<(ManifestKey, String)> {
    match name {
        "Cargo.toml" => cargo(text),
        "go.mod" => go_mod(text),
        "package.json" => package_json(text),
        "pyproject.toml" => pyproject(text),
        "setup.cfg" => setup_cfg(text),
        // Only the configuration that editors read: variants for builds repeat or narrow it.
        "tsconfig.json" | "jsconfig.json" => tsconfig(text),
        _ => Vec::new(),
    }
}

fn cargo(text: &str) -> Vec<(ManifestKey, String)> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let name = |section: &str| Some(table.get(section)?.get("name")?.as_str()?.replace('-', "_"));
    let mut stated =
        vec![(ManifestKey::CrateName, name("lib").or_else(|| name("package")).unwrap_or_default())];
    if let Some(features) = table.get("features").and_then(toml::Value::as_table) {
        stated.push((ManifestKey::CrateFeatures, default_features(features).join("\n")));
    }
    stated
}

/// The features that `default` turns on, directly or through others, sorted.
fn default_features(features: &toml::Table) -> Vec<String> {
    let mut on: Vec<String> = Vec::new();
    let mut left = vec!["default".to_owned()];
    while let Some(feature) = left.pop() {
        if on.len() >= MAX_FEATURES || on.contains(&feature) {
            continue;
        }
        let turned_on = features.get(&feature).and_then(toml::Value::as_array);
        left.extend(turned_on.into_iter().flatten().filter_map(|each| Some(each.as_str()?.to_owned())));
        on.push(feature);
    }
    on.sort_unstable();
    on
}

fn go_mod(text: &str) -> Vec<(ManifestKey, String)> {
    let module = text.lines().find_map(|line| line.trim().strip_prefix("module "));
    let clean = |module: &str| module.split("//").next().unwrap_or("").trim().trim_matches('"').to_owned();
    module.map(|module| (ManifestKey::GoModule, clean(module))).into_iter().collect()
}

fn package_json(text: &str) -> Vec<(ManifestKey, String)> {
    let Ok(json) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let of = |key: &str| json.get(key).and_then(Value::as_str);
    let Some(name) = of("name") else { return Vec::new() };
    let mut stated = vec![(ManifestKey::NpmName, name.to_owned())];
    if let Some(main) = of("source").or_else(|| of("module")).or_else(|| of("main")) {
        stated.push((ManifestKey::NpmMain, main.trim_start_matches("./").to_owned()));
    }
    stated
}

fn tsconfig(text: &str) -> Vec<(ManifestKey, String)> {
    let Ok(json) = serde_json::from_str::<Value>(&plain_json(text)) else { return Vec::new() };
    let Some(options) = json.get("compilerOptions") else { return Vec::new() };
    let base = options.get("baseUrl").and_then(Value::as_str);
    let mut stated = Vec::new();
    if let Some(base) = base {
        stated.push((ManifestKey::TsBaseUrl, base.trim_start_matches("./").trim_end_matches('/').to_owned()));
    }
    if let Some(paths) = options.get("paths").and_then(Value::as_object) {
        let first = |targets: &Value| targets.get(0).and_then(Value::as_str).map(str::to_owned);
        let lines: Vec<String> = paths
            .iter()
            .take(MAX_PATHS)
            .filter_map(|(pattern, targets)| Some(format!("{pattern}={}", first(targets)?)))
            .collect();
        stated.push((ManifestKey::TsPaths, lines.join("\n")));
    }
    stated
}

fn pyproject(text: &str) -> Vec<(ManifestKey, String)> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let setuptools = table.get("tool").and_then(|tool| tool.get("setuptools"));
    let mut folders: Vec<String> = Vec::new();
    let mut add = |value: Option<&toml::Value>| match value {
        Some(toml::Value::String(folder)) => folders.push(folder.clone()),
        Some(toml::Value::Array(list)) => {
            folders.extend(list.iter().filter_map(|v| v.as_str().map(str::to_owned)))
        }
        _ => {}
    };
    add(setuptools.and_then(|s| s.get("package-dir")?.get("")));
    add(setuptools.and_then(|s| s.get("packages")?.get("find")?.get("where")));
    add(table.get("tool").and_then(|tool| tool.get("hatch")?.get("build")?.get("sources")));
    let poetry = table.get("tool").and_then(|tool| tool.get("poetry")?.get("packages")?.as_array());
    for package in poetry.into_iter().flatten() {
        add(package.get("from"));
    }
    sources(folders)
}

fn setup_cfg(text: &str) -> Vec<(ManifestKey, String)> {
    let where_line =
        text.lines().find_map(|line| line.trim().strip_prefix("where")?.trim().strip_prefix('='));
    sources(where_line.map(|folder| folder.trim().to_owned()).into_iter().collect())
}

fn sources(mut folders: Vec<String>) -> Vec<(ManifestKey, String)> {
    for folder in &mut folders {
        *folder = folder.trim_start_matches("./").trim_matches('/').to_owned();
    }
    folders.retain(|folder| !folder.is_empty() && folder != ".");
    folders.dedup();
    if folders.is_empty() { Vec::new() } else { vec![(ManifestKey::PythonSources, folders.join("\n"))] }
}

/// JSON without comments and trailing commas, which TypeScript's configuration allows.
fn plain_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut in_string = false;
    while let Some(c) = chars.next() {
        match (in_string, c, chars.peek()) {
            (true, '\\', Some(_)) => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            (_, '"', _) => in_string = !in_string,
            (false, '/', Some('/')) => {
                chars.by_ref().take_while(|&c| c != '\n').for_each(drop);
                continue;
            }
            (false, '/', Some('*')) => {
                let mut last = ' ';
                chars
                    .by_ref()
                    .skip(1)
                    .take_while(|&c| !(std::mem::replace(&mut last, c) == '*' && c == '/'))
                    .for_each(drop);
                continue;
            }
            (false, '}' | ']', _) => {
                let end = out.trim_end().len();
                if out.get(..end).is_some_and(|head| head.ends_with(',')) {
                    out.truncate(end - 1);
                }
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manifest_states_what_imports_need() {
        let cargo = "[package]\nname = \"my-crate\"\n";
        assert_eq!(read("Cargo.toml", cargo), [(ManifestKey::CrateName, "my_crate".to_owned())]);
        let features = "[package]\nname = \"a\"\n[features]\ndefault = [\"x\"]\nx = [\"dep:y\", \"z\"]\nz = []\nw = []\n";
        assert_eq!(
            read("Cargo.toml", features)[1],
            (ManifestKey::CrateFeatures, "default\ndep:y\nx\nz".to_owned())
        );
        assert_eq!(read("Cargo.toml", "[workspace]\n"), [(ManifestKey::CrateName, String::new())]);
        assert_eq!(
            read("go.mod", "// c\nmodule example.com/x/v2 // note\n\ngo 1.22\n"),
            [(ManifestKey::GoModule, "example.com/x/v2".to_owned())]
        );
        assert_eq!(
            read("package.json", r#"{"name": "@a/b", "main": "./src/index.ts"}"#),
            [(ManifestKey::NpmName, "@a/b".to_owned()), (ManifestKey::NpmMain, "src/index.ts".to_owned())]
        );
        assert_eq!(
            read("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = [\"src\"]\n"),
            [(ManifestKey::PythonSources, "src".to_owned())]
        );
        assert_eq!(
            read("setup.cfg", "[options.packages.find]\nwhere = lib\n"),
            [(ManifestKey::PythonSources, "lib".to_owned())]
        );
    }

    #[test]
    fn a_tsconfig_may_hold_comments_and_trailing_commas() {
        let text = "{ // c\n \"compilerOptions\": { /* x */ \"baseUrl\": \"./src\", \"paths\": { \"@/*\": [\"app/*\",], }, }, }";
        assert_eq!(
            read("tsconfig.json", text),
            [(ManifestKey::TsBaseUrl, "src".to_owned()), (ManifestKey::TsPaths, "@/*=app/*".to_owned())]
        );
    }

    #[test]
    fn damaged_manifests_state_nothing() {
        for name in ["Cargo.toml", "go.mod", "package.json", "tsconfig.json", "pyproject.toml", "setup.cfg"] {
            assert_eq!(read(name, "{[,\"\\"), [], "{name}");
        }
    }
}
