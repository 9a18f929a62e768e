//! What the tests of the languages share.

use super::rules::ManifestKey;
use super::{Language, Tree};
use crate::facts::{Builder, DefFlags, DefText, FileFacts, dump::dump};

/// What a file gives, as if it lay at this path.
pub(super) fn facts(language: &Language, path: &str, source: &str) -> (FileFacts, Vec<DefText>) {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&(language.grammar)()).unwrap();
    let tree = parser.parse(source, None).unwrap();
    let mut b = Builder::new(0, source, path, (language.is_test_path)(path));
    (language.walk)(&mut b, tree.root_node());
    b.finish()
}

/// What a file gives, as text.
pub(super) fn walked(language: &Language, path: &str, source: &str) -> String {
    dump(&facts(language, path, source).0)
}

/// One line a definition: line of the name, kind, qualified name, lines, visibility and flags, each as it is shown.
pub(super) fn symbols(language: &Language, path: &str, source: &str) -> String {
    let (facts, _) = facts(language, path, source);
    let flags = [
        (DefFlags::STATIC, "static"),
        (DefFlags::ABSTRACT, "abstract"),
        (DefFlags::OVERRIDE, "override"),
        (DefFlags::EXTENSION, "extension"),
        (DefFlags::DECORATED, "decorated"),
        (DefFlags::DECLARATION, "declaration"),
        (DefFlags::NESTED, "nested"),
        (DefFlags::TEST, "test"),
    ];
    let mut text = String::new();
    for (at, def) in (0..).zip(&facts.defs).skip(1) {
        let start = source[def.place.byte as usize..].split('\n').next().unwrap();
        let name = facts.str(def.name);
        assert!(start.starts_with(name) || name.starts_with('$'), "{name} at {start}");
        let column = source[..def.place.byte as usize].rsplit('\n').next().unwrap().len();
        assert_eq!(def.place.column as usize, column, "{name}");
        let qualified = facts.path_of(at).join(language.separator);
        let lines = format!("{}-{}", def.start_line + 1, def.end_line + 1);
        let line = def.place.line + 1;
        text.push_str(&format!("{line} {} {qualified} {lines} {}", def.kind.name(), def.visibility.name()));
        for (_, flag) in flags.iter().filter(|(flag, _)| def.flags.has(*flag)) {
            text.push(' ');
            text.push_str(flag);
        }
        text.push('\n');
    }
    text
}

/// Signature and documentation of the definition of this name; `texts` are those that [`facts`] gives.
pub(super) fn text_of<'a>(facts: &FileFacts, texts: &'a [DefText], name: &str) -> (&'a str, &'a str) {
    let at = (1..facts.defs.len()).find(|&at| facts.str(facts.defs[at].name) == name).expect(name);
    (&texts[at].signature, &texts[at].doc)
}

/// A project that is only lists.
#[derive(Default)]
pub(super) struct Files {
    /// The paths of its files.
    pub(super) paths: &'static [&'static str],
    /// Folders, and the packages that their files declare.
    pub(super) packages: &'static [(&'static str, &'static str)],
    /// Folders of manifests, and what these state.
    pub(super) manifests: &'static [(&'static str, ManifestKey, &'static str)],
}

impl Files {
    /// Files without manifests.
    pub(super) const fn at(paths: &'static [&'static str]) -> Self {
        Self { paths, packages: &[], manifests: &[] }
    }

    fn which(&self, is_wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let parts = |path: &'static str| path.rsplit_once('/').unwrap_or(("", path));
        let paths = self.paths.iter().filter(|path| {
            let (folder, file) = parts(path);
            is_wanted(folder, file)
        });
        paths.map(|path| (*path).to_owned()).collect()
    }
}

impl Tree for Files {
    fn has(&self, path: &str) -> bool {
        self.paths.contains(&path)
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        self.which(|at, _| at == folder)
    }

    fn named(&self, file_name: &str) -> Vec<String> {
        self.which(|_, file| file == file_name)
    }

    fn folders_named(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }

    fn packages_in(&self, folder: &str) -> Vec<String> {
        self.packages
            .iter()
            .filter(|(at, _)| *at == folder)
            .map(|(_, package)| (*package).to_owned())
            .collect()
    }

    fn manifest(&self, path: &str, key: ManifestKey) -> Option<(String, String)> {
        let is_above = |folder: &str| folder.is_empty() || path.starts_with(&format!("{folder}/"));
        let above = self.manifests(key).into_iter().filter(|(folder, _)| is_above(folder));
        above.max_by_key(|(folder, _)| folder.len())
    }

    fn manifests(&self, key: ManifestKey) -> Vec<(String, String)> {
        let stating = self.manifests.iter().filter(|(_, stated, _)| *stated == key);
        stating.map(|(folder, _, value)| ((*folder).to_owned(), (*value).to_owned())).collect()
    }
}
