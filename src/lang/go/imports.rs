//! Import declarations.
//!
//! An import without an alias binds the name that the package declares, which stands in other files. It is guessed from
//! the path, and of several guesses the one is taken that the file uses: Go allows no import that is not used.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::facts::{Import, ImportKind, place_of};
use crate::model::Place;
use tree_sitter::Node;

/// An import that is not bound yet.
pub(super) struct Imported<'s> {
    path: &'s str,
    /// The alias; empty when none is written.
    alias: &'s str,
    kind: ImportKind,
    place: Place,
}

impl<'s> Walker<'_, 's> {
    pub(super) fn import_declaration(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "import_spec" => self.import_spec(child),
                "import_spec_list" => self.import_declaration(child),
                _ => {}
            }
        }
    }

    fn import_spec(&mut self, node: Node<'_>) {
        let Some(written) = node.field("path") else { return };
        let path = self.b.text(written).trim_matches(['"', '`']);
        if path.is_empty() {
            return;
        }
        let alias = node.field("name");
        let kind = match alias.map(|alias| alias.kind()) {
            Some("dot") => ImportKind::Wildcard,
            Some("blank_identifier") => ImportKind::Effect,
            _ => ImportKind::Module,
        };
        let alias = alias.map_or("", |alias| self.b.text(alias));
        let kind = if alias == "_" { ImportKind::Effect } else { kind };
        let alias = if kind == ImportKind::Module { alias } else { "" };
        self.imports.push(Imported { path, alias, kind, place: place_of(written) });
    }

    /// Binds all imports of the file.
    pub(super) fn bind_imports(&mut self) {
        let imports = std::mem::take(&mut self.imports);
        let mut bound: Vec<String> = Vec::with_capacity(imports.len());
        for each in &imports {
            bound.push(match (each.kind, each.alias) {
                (ImportKind::Module, "") => self.package_name(each.path),
                (ImportKind::Module, alias) => alias.to_owned(),
                _ => String::new(),
            });
        }
        for (each, bound) in imports.iter().zip(&bound) {
            let import = Import {
                kind: each.kind,
                path: self.b.intern(each.path),
                name: crate::facts::Sid::EMPTY,
                bound: self.b.intern_owned(bound),
                scope: 0,
                re_export: false,
                of_members: false,
                place: each.place,
            };
            self.b.import(import);
        }
    }

    /// The name that an import without an alias binds: the first guess that the file uses.
    fn package_name(&self, path: &str) -> String {
        let guesses = guesses(path);
        let used = guesses.iter().find(|guess| self.qualifiers.contains(guess.as_str()));
        used.or_else(|| guesses.first()).cloned().unwrap_or_default()
    }
}

/// What the package at a path may be called, most likely first.
fn guesses(path: &str) -> Vec<String> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let Some(last) = segments.pop() else { return Vec::new() };
    let mut guesses: Vec<String> = Vec::new();
    if is_version(last)
        && let Some(before) = segments.pop()
    {
        of_segment(before, &mut guesses);
    }
    of_segment(last, &mut guesses);
    guesses
}

/// `yaml.v3`, `go-yaml`, `yaml-go`, `client_golang`: what is left without the trimmings, then each part.
fn of_segment(segment: &str, guesses: &mut Vec<String>) {
    let mut add = |name: &str| {
        let name = name.replace(['-', '.'], "");
        if !name.is_empty() && !guesses.contains(&name) {
            guesses.push(name);
        }
    };
    let plain = segment.rsplit_once('.').filter(|(_, version)| is_version(version)).map_or(segment, |(name, _)| name);
    let inner = plain.strip_prefix("go-").or_else(|| plain.strip_prefix("go.")).unwrap_or(plain);
    let inner = inner.strip_suffix("-go").or_else(|| inner.strip_suffix(".go")).unwrap_or(inner);
    let inner = inner.strip_suffix("-golang").unwrap_or(inner);
    add(inner);
    add(plain);
    add(&plain.replace(['-', '.'], "_"));
    for part in plain.rsplit(['-', '.', '_']) {
        add(part);
    }
    add(plain.strip_prefix("go").unwrap_or(plain));
}

/// `v2`, `v10`.
pub(super) fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::guesses;

    #[test]
    fn a_package_is_named_by_its_path_without_version_and_trimmings() {
        let first = |path: &str| guesses(path).swap_remove(0);
        assert_eq!(first("net/http"), "http");
        assert_eq!(first("gopkg.in/yaml.v3"), "yaml");
        assert_eq!(first("github.com/urfave/cli/v2"), "cli");
        assert_eq!(first("github.com/mattn/go-sqlite3"), "sqlite3");
        assert_eq!(first("github.com/nats-io/nats.go"), "nats");
        assert!(guesses("k8s.io/api/core/v1").contains(&"v1".to_owned()));
        assert!(guesses("github.com/google/go-cmp/cmp").contains(&"cmp".to_owned()));
        assert!(guesses("example.com/my-fancy-pkg").contains(&"pkg".to_owned()));
    }
}
