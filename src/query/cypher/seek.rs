//! How nodes are found: by label, by name, by file.

use super::super::external::PREFIX;
use super::{CodeGraph, Label, PROJECT, Property, node_of, symbol_of};
use crate::cypher::graph::EachNode;
use crate::cypher::{Flow, NodeId, PropertyId, Seek, SeekBy, Value};
use crate::model::{FileId, Printed, SymbolId, SymbolKind};
use anyhow::Result;
use rustc_hash::FxHashSet;
use std::ops::ControlFlow;

/// Names of a prefix that are counted before one is content with "many".
const MAX_COUNTED: usize = 1_000;
/// Kinds of nodes that are no definitions, as the property `kind` names them.
const PROJECT_KIND: &str = "project";
const EXTERNAL_KIND: &str = "external";

impl CodeGraph<'_> {
    pub(super) fn is_seekable(key: PropertyId, by: SeekBy) -> bool {
        let Some(property) = Property::of(key) else { return false };
        match by {
            SeekBy::Equality => matches!(
                property,
                Property::Name | Property::QualifiedName | Property::File | Property::Id | Property::Kind
            ),
            SeekBy::Prefix => matches!(property, Property::Name | Property::File),
        }
    }

    pub(super) fn rows(&self, seek: &Seek) -> u64 {
        let counts = &self.project.counts;
        match seek {
            Seek::All => counts.symbols + counts.files + counts.external.min(counts.symbols / 4) + 1,
            Seek::Id(_) => 1,
            Seek::Label(label) => Label::of(*label).map_or(0, |label| self.rows_of(label)),
            Seek::Property { label, key, value } => {
                let label = label.and_then(Label::of);
                match (Property::of(*key), value) {
                    (Some(Property::Name), Value::Str(name)) => {
                        let named = self.graph.view.symbols_named(self.graph.pid, name);
                        let fits = |kind| label.is_none_or(|label| label.has(kind));
                        named.map_or(0, |rows| rows.iter().filter(|row| fits(row.kind)).count() as u64).max(1)
                    }
                    (Some(Property::File), _) => counts.symbols / counts.files.max(1) + 1,
                    (Some(Property::Kind), Value::Str(kind)) => match SymbolKind::from_name(kind) {
                        Some(kind) => Label::of_kind(kind).first().map_or(0, |label| self.rows_of(*label)),
                        None => 1,
                    },
                    _ => 1,
                }
            }
            Seek::Prefix { key, prefix, .. } => match Property::of(*key) {
                Some(Property::Name) => {
                    let named = self.graph.view.symbols_prefixed(self.graph.pid, prefix, MAX_COUNTED);
                    match named.map_or(0, |rows| rows.len()) {
                        MAX_COUNTED => counts.symbols / 4,
                        n => n as u64 + 1,
                    }
                }
                _ => {
                    let files =
                        self.graph.view.paths(self.graph.pid, prefix).map_or(0, |paths| paths.len() as u64);
                    files * (counts.symbols / counts.files.max(1) + 1)
                }
            },
        }
    }

    fn rows_of(&self, label: Label) -> u64 {
        let counts = &self.project.counts;
        match label {
            Label::Project => 1,
            Label::File => counts.files,
            Label::External => counts.external.min(counts.symbols / 4) + 1,
            label => counts.symbols * label.percent() / 100 + 1,
        }
    }

    pub(super) fn seek(&self, seek: &Seek, each: EachNode<'_>) -> Result<Flow> {
        match seek {
            Seek::All => self.labelled(None, each),
            Seek::Label(label) => match Label::of(*label) {
                Some(label) => self.labelled(Some(label), each),
                None => Ok(ControlFlow::Continue(())),
            },
            Seek::Id(node) => {
                if self.is_there(*node)? {
                    each(*node)
                } else {
                    Ok(ControlFlow::Continue(()))
                }
            }
            Seek::Property { label, key, value } => {
                let Value::Str(value) = value else { return Ok(ControlFlow::Continue(())) };
                let label = label.and_then(Label::of);
                match Property::of(*key) {
                    Some(Property::Name) => self.named(label, &|name| name == &**value, value, each),
                    Some(Property::QualifiedName) => self.qualified(label, value, each),
                    Some(Property::File) => self.in_files(label, value, &|path| path == &**value, each),
                    Some(Property::Id) => self.printed_as(label, value, each),
                    Some(Property::Kind) => self.of_kind(label, value, each),
                    _ => Ok(ControlFlow::Continue(())),
                }
            }
            Seek::Prefix { label, key, prefix } => {
                let label = label.and_then(Label::of);
                match Property::of(*key) {
                    Some(Property::Name) => self.prefixed(label, prefix, each),
                    _ => self.in_files(label, prefix, &|path| path.starts_with(&**prefix), each),
                }
            }
        }
    }

    fn is_there(&self, node: NodeId) -> Result<bool> {
        let id = symbol_of(node);
        Ok(id == PROJECT || self.graph.symbol(id)?.is_some())
    }

    /// Gives a node if it has the label.
    fn give(&self, label: Option<Label>, id: SymbolId, kind: SymbolKind, each: EachNode<'_>) -> Result<Flow> {
        if label.is_none_or(|label| label.has(kind)) {
            self.last.set(Some((id, kind)));
            return each(node_of(id));
        }
        Ok(ControlFlow::Continue(()))
    }

    /// All nodes of a label, or all.
    fn labelled(&self, label: Option<Label>, each: EachNode<'_>) -> Result<Flow> {
        let wants = |other: Label| label.is_none_or(|label| label == other);
        if wants(Label::Project) && each(node_of(PROJECT))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if wants(Label::File) {
            for (_, file) in self.graph.view.paths(self.graph.pid, "")? {
                if each(node_of(SymbolId::of_file(file)))?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        if !matches!(label, Some(Label::Project | Label::File | Label::External)) {
            let mut flow = ControlFlow::Continue(());
            self.graph.view.kinds(self.graph.pid, |id, kind| {
                flow = self.give(label, id, kind, each)?;
                Ok(flow.is_continue())
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        if wants(Label::External) {
            return self.outside(&|_| true, each);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Names outside the project that are accepted, each once.
    fn outside(&self, accepts: &dyn Fn(&str) -> bool, each: EachNode<'_>) -> Result<Flow> {
        let mut flow = ControlFlow::Continue(());
        let mut last = String::new();
        self.graph.view.externals(self.graph.pid, "", |name, _, _, _| {
            if name != last {
                name.clone_into(&mut last);
                if accepts(name) {
                    flow = each(node_of(self.graph.external(name)))?;
                }
            }
            Ok(flow.is_continue())
        })?;
        Ok(flow)
    }

    /// Nodes whose name is accepted: definitions of the folded name, files by the last part of their path, and so on.
    fn named(
        &self,
        label: Option<Label>,
        accepts: &dyn Fn(&str) -> bool,
        name: &str,
        each: EachNode<'_>,
    ) -> Result<Flow> {
        for row in self.graph.view.symbols_named(self.graph.pid, name)? {
            if accepts(&row.name) && self.give(label, row.id, row.kind, each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.others_named(label, accepts, each)
    }

    fn prefixed(&self, label: Option<Label>, prefix: &str, each: EachNode<'_>) -> Result<Flow> {
        let accepts = |name: &str| name.starts_with(prefix);
        for row in self.graph.view.symbols_prefixed(self.graph.pid, prefix, usize::MAX)? {
            if accepts(&row.name) && self.give(label, row.id, row.kind, each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.others_named(label, &accepts, each)
    }

    /// What is no definition and has an accepted name.
    fn others_named(
        &self,
        label: Option<Label>,
        accepts: &dyn Fn(&str) -> bool,
        each: EachNode<'_>,
    ) -> Result<Flow> {
        let wants = |other: Label| label.is_none_or(|label| label == other);
        if wants(Label::Project) && accepts(&self.project.name) && each(node_of(PROJECT))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if wants(Label::File) {
            for (path, file) in self.graph.view.paths(self.graph.pid, "")? {
                let name = path.rsplit('/').next().unwrap_or_default();
                if accepts(name) && each(node_of(SymbolId::of_file(file)))?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        if wants(Label::External) {
            let last = |name: &str| name.rsplit(['.', ':', '/']).next().is_some_and(accepts);
            return self.outside(&last, each);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn qualified(&self, label: Option<Label>, value: &str, each: EachNode<'_>) -> Result<Flow> {
        // A name is the end of its qualified name, but may hold the sign that separates them.
        let mut names = vec![value];
        names.extend(value.match_indices(['.', ':']).filter_map(|(at, _)| value.get(at + 1..)));
        let mut seen: FxHashSet<SymbolId> = FxHashSet::default();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            for row in self.graph.view.symbols_named(self.graph.pid, name)? {
                if row.name == name
                    && self.symbol(row.id)?.qualified == value
                    && seen.insert(row.id)
                    && self.give(label, row.id, row.kind, each)?.is_break()
                {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        let wants = |other: Label| label.is_none_or(|label| label == other);
        if wants(Label::Project) && value == self.project.name && each(node_of(PROJECT))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if wants(Label::File)
            && let Some(file) = self.graph.view.file_at(self.graph.pid, value)?
            && each(node_of(SymbolId::of_file(file)))?.is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        if wants(Label::External) && self.is_outside(value)? {
            return each(node_of(self.graph.external(value)));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn is_outside(&self, name: &str) -> Result<bool> {
        let mut is = false;
        if !name.is_empty() {
            self.graph.view.externals(self.graph.pid, name, |found, _, _, _| {
                is |= found == name;
                Ok(!is)
            })?;
        }
        Ok(is)
    }

    /// Files whose path is accepted, and what is defined in them.
    fn in_files(
        &self,
        label: Option<Label>,
        prefix: &str,
        accepts: &dyn Fn(&str) -> bool,
        each: EachNode<'_>,
    ) -> Result<Flow> {
        let wants = |other: Label| label.is_none_or(|label| label == other);
        if wants(Label::Project) && accepts(&self.project.root) && each(node_of(PROJECT))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if matches!(label, Some(Label::Project | Label::External)) {
            return Ok(ControlFlow::Continue(()));
        }
        for (path, file) in self.graph.view.paths(self.graph.pid, prefix)? {
            if !accepts(&path) {
                continue;
            }
            if wants(Label::File) && each(node_of(SymbolId::of_file(file)))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if label != Some(Label::File) && self.in_file(label, file, each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn in_file(&self, label: Option<Label>, file: FileId, each: EachNode<'_>) -> Result<Flow> {
        for (id, symbol) in self.graph.view.symbols_of(self.graph.pid, file)? {
            if id.slot != 0 && self.give(label, id, symbol.kind, each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn printed_as(&self, label: Option<Label>, value: &str, each: EachNode<'_>) -> Result<Flow> {
        if let Some(name) = value.strip_prefix(PREFIX) {
            let wanted = label.is_none_or(|label| label == Label::External) && self.is_outside(name)?;
            return if wanted {
                each(node_of(self.graph.external(name)))
            } else {
                Ok(ControlFlow::Continue(()))
            };
        }
        if value == self.project.name && label.is_none_or(|label| label == Label::Project) {
            return each(node_of(PROJECT));
        }
        let printed = Printed::parse(value);
        let path = printed.as_ref().map_or(value, |printed| printed.path.as_str());
        let Some(file) = self.graph.view.file_at(self.graph.pid, path)? else {
            return Ok(ControlFlow::Continue(()));
        };
        let slot = match &printed {
            None => 0,
            Some(printed) => match printed.slot {
                Some(slot) => slot,
                // A name without its slot is no whole id.
                None => return Ok(ControlFlow::Continue(())),
            },
        };
        let id = SymbolId { file, slot };
        let is_its = self.is_there(node_of(id))? && self.printed(node_of(id))? == value;
        match self.graph.symbol(id)?.filter(|_| is_its) {
            Some(symbol) => self.give(label, id, symbol.kind, each),
            None => Ok(ControlFlow::Continue(())),
        }
    }

    fn of_kind(&self, label: Option<Label>, kind: &str, each: EachNode<'_>) -> Result<Flow> {
        let fits = |other: Label| label.is_none_or(|label| label == other);
        match (kind, SymbolKind::from_name(kind)) {
            (PROJECT_KIND, _) if fits(Label::Project) => each(node_of(PROJECT)),
            (EXTERNAL_KIND, _) if fits(Label::External) => self.labelled(Some(Label::External), each),
            (_, Some(SymbolKind::File)) if fits(Label::File) => self.labelled(Some(Label::File), each),
            (_, Some(wanted)) => {
                let mut flow = ControlFlow::Continue(());
                self.graph.view.kinds(self.graph.pid, |id, kind| {
                    if kind == wanted {
                        flow = self.give(label, id, kind, each)?;
                    }
                    Ok(flow.is_continue())
                })?;
                Ok(flow)
            }
            _ => Ok(ControlFlow::Continue(())),
        }
    }
}
