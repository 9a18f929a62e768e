//! One walker for the languages of which symbols are known, but no uses yet: driven by a [`Shape`] a language.
//!
//! A shape says which nodes of the syntax tree define something, and where the name stands; what a language writes in
//! no such form is read by a small function of its own. The walk goes over the tree without recursion, so that only
//! definitions inside definitions count as nesting.

use super::Fields as _;
use super::rules::{Asker, PackageScope, Printable, Rules, Target, Tree};
use crate::facts::{Builder, DefFlags, DefIx, DefSpec, Expr, ImportKind, ScopeKind, Sid};
use crate::model::{SymbolKind, Visibility};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;
use tree_sitter::Node;

/// How a language's syntax tree tells its definitions.
pub(super) struct Shape {
    /// Kinds of nodes, and what they mean.
    pub(super) nodes: &'static [(&'static str, Means)],
    /// Kinds of nodes inside a definition that stand before it: they are no part of its signature.
    pub(super) attributes: &'static [&'static str],
    /// Fields that hold a body, or kinds of children that are one: the signature ends where it starts.
    pub(super) bodies: &'static [&'static str],
    /// How comments are written.
    pub(super) comments: &'static Comments,
    /// What the modifiers of a definition, its name and its surroundings say.
    pub(super) refine: for<'t> fn(&Walk<'_, '_>, Node<'t>, &str, &mut Head),
    /// What each node of the grammar means: a place in `nodes` and 1, by the number of its kind.
    pub(super) by_number: OnceLock<Vec<u8>>,
}

/// How a language writes comments.
pub(super) struct Comments {
    /// What a comment starts with that documents what follows; none: every comment does.
    pub(super) docs: &'static [&'static str],
    /// A comment of another start belongs to the documentation above it.
    pub(super) go_on: bool,
    /// A comment behind a definition documents it.
    pub(super) trail: bool,
    /// What lines of a comment start with, longest first.
    pub(super) starts: &'static [&'static str],
    /// What a comment ends with.
    pub(super) ends: &'static [&'static str],
}

impl Comments {
    /// `/** … */` documents.
    pub(super) const BLOCKS: Self =
        Self { docs: &["/**"], go_on: false, trail: false, starts: &["/**", "*/", "*"], ends: &["*/"] };
    /// `/// …` and `/** … */` document.
    pub(super) const LINES_AND_BLOCKS: Self =
        Self { docs: &["///", "/**"], starts: &["///", "/**", "*/", "*"], ..Self::BLOCKS };
}

/// What a node means.
pub(super) enum Means {
    /// It defines something with the name in this field.
    Def(SymbolKind, &'static str),
    /// It defines something with the first child of this kind as its name.
    Child(SymbolKind, &'static str),
    /// Every child of a kind defines something: in this field of the child, else as the child itself.
    Each(SymbolKind, &'static str, &'static str),
    /// A comment.
    Comment,
    /// A function of the language reads it.
    Read(for<'t> fn(&mut Walk<'_, '_>, Node<'t>) -> Next),
}

/// Where a walk goes after a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// To what the node contains.
    Into,
    /// To what follows.
    Over,
    /// To what the node contains, which belongs to this definition.
    Inside(DefIx),
    /// To what the node contains, which are members of a type: they have these flags and, where it is not empty, this
    /// container.
    Among(u32, String),
}

/// What a definition is, before its modifiers are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// What it is.
    pub(super) kind: SymbolKind,
    /// Who may name it.
    pub(super) visibility: Visibility,
    /// See [`DefFlags`].
    pub(super) flags: u32,
}

/// A definition that a walk has met.
#[derive(Clone, Copy)]
pub(super) struct New<'t, 'n> {
    /// What it is.
    pub(super) kind: SymbolKind,
    /// The whole of it.
    pub(super) whole: Node<'t>,
    /// The node that its name is part of.
    pub(super) at: Node<'t>,
    /// Its name.
    pub(super) name: &'n str,
    /// The container that is written with its name, else empty.
    pub(super) container: &'n str,
    /// Where its body starts, when that is in no field of the whole.
    pub(super) body: Option<Node<'t>>,
}

impl<'t, 'n> New<'t, 'n> {
    /// A definition whose name stands at a node.
    pub(super) const fn named(kind: SymbolKind, whole: Node<'t>, at: Node<'t>, name: &'n str) -> Self {
        Self { kind, whole, at, name, container: "", body: None }
    }

    /// The same, with the container that is written with its name.
    pub(super) const fn within(self, container: &'n str) -> Self {
        Self { container, ..self }
    }

    /// The same, with a body that is in no field of the whole.
    pub(super) const fn before(self, body: Option<Node<'t>>) -> Self {
        Self { body, ..self }
    }
}

/// What surrounds a node.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The definition, for a frame that is one.
    pub(super) def: Option<DefIx>,
    /// How deep in the tree its node is.
    depth: usize,
    /// Who may name what stands in it and says nothing.
    pub(super) visibility: Visibility,
    /// Flags of what stands in it.
    pub(super) flags: u32,
    /// Container of what stands in it; empty when it is the definition.
    container: String,
    /// The last definition in it.
    last: Option<DefIx>,
    /// Definitions that may be written in several pieces, by name and a number that tells namesakes apart.
    pieces: FxHashMap<(Sid, u32), DefIx>,
    /// How many types without a name it has.
    n_anonymous: u32,
}

/// A run of comments, one below the other.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    bytes: (usize, usize),
    rows: (usize, usize),
    is_doc: bool,
}

/// What stands before a definition and belongs to it.
#[derive(Debug, Clone, Copy)]
struct Lead {
    byte: usize,
    rows: (usize, usize),
}

/// The state of a walk.
pub(super) struct Walk<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    shape: &'static Shape,
    frames: Vec<Frame>,
    run: Option<Run>,
    lead: Option<Lead>,
    /// The last definition without a comment, and the row in which it ends.
    bare: Option<(DefIx, usize)>,
    /// Documentation for the next definition that is no comment.
    pub(super) doc: Option<String>,
    /// Who may name the next definition.
    pub(super) once: Option<Visibility>,
    /// A node that was read with the one around it.
    read: usize,
    /// The names that the file lists as those which others may use; `None` when it keeps no list.
    pub(super) exports: Option<Vec<&'s str>>,
}

/// Walks a file.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>, shape: &'static Shape) {
    let means = shape.by_number.get_or_init(|| {
        let grammar = root.language();
        let number = |id: usize| {
            let name = u16::try_from(id).ok().and_then(|id| grammar.node_kind_for_id(id)).unwrap_or("");
            shape.nodes.iter().position(|(kind, _)| *kind == name).map_or(0, |at| at + 1)
        };
        (0..grammar.node_kind_count()).map(|id| u8::try_from(number(id)).unwrap_or(0)).collect()
    });
    let mut walk = Walk {
        b,
        shape,
        frames: vec![Frame::new(Some(0), 0)],
        run: None,
        lead: None,
        bare: None,
        doc: None,
        once: None,
        read: 0,
        exports: None,
    };
    let mut cursor = root.walk();
    let mut depth = 0;
    loop {
        let node = cursor.node();
        let number = means.get(usize::from(node.kind_id())).copied().unwrap_or(0);
        let means =
            usize::from(number).checked_sub(1).and_then(|at| shape.nodes.get(at)).filter(|_| node.is_named());
        let goes_in = match means.map_or(Next::Into, |(_, means)| walk.meet(node, means)) {
            Next::Into => true,
            Next::Over => false,
            Next::Inside(def) => {
                walk.open(node, def, depth);
                true
            }
            Next::Among(flags, container) => {
                walk.frames.push(Frame { flags, container, ..Frame::new(None, depth) });
                true
            }
        };
        if goes_in && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        loop {
            walk.close(depth);
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return;
            }
            depth -= 1;
        }
    }
}

impl Frame {
    fn new(def: Option<DefIx>, depth: usize) -> Self {
        Self {
            def,
            depth,
            visibility: Visibility::Public,
            flags: 0,
            container: String::new(),
            last: None,
            pieces: FxHashMap::default(),
            n_anonymous: 0,
        }
    }
}

impl<'s> Walk<'_, 's> {
    // ---- for languages -----------------------------------------------------------------------------------------

    /// The text of a node.
    pub(super) fn text(&self, node: Node<'_>) -> &'s str {
        self.b.text(node)
    }

    /// What surrounds the node that is met.
    pub(super) fn frame(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// As [`Walk::frame`], to change it.
    pub(super) fn frame_mut(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// What the definition around the node that is met is; a file at the top.
    pub(super) fn container(&self) -> SymbolKind {
        self.b.def(self.b.owner()).kind
    }

    /// True in a type, and where what is met belongs to one: see [`Next::Among`].
    pub(super) fn in_type(&self) -> bool {
        self.container().is_type() || self.frame().is_some_and(|frame| frame.def.is_none())
    }

    /// True where a definition is no symbol of its own because it is a variable of a function or initialiser.
    pub(super) fn is_local(&self, kind: SymbolKind) -> bool {
        let container = self.container();
        kind.is_value() && !self.in_type() && (container.is_callable() || container.is_value())
    }

    /// Says that the last definition may go on elsewhere: see [`Walk::again`].
    pub(super) fn may_go_on(&mut self, number: u32) {
        if let Some(frame) = self.frames.last_mut()
            && let Some(def) = frame.last
        {
            frame.pieces.insert((self.b.def(def).name, number), def);
        }
    }

    /// True when a definition of this name that may go on is in the same frame.
    pub(super) fn is_known(&mut self, name: &str) -> bool {
        let name = self.b.intern_owned(name);
        self.frame().is_some_and(|frame| frame.pieces.contains_key(&(name, 0)))
    }

    /// The definition of this name and number in the same frame, of which `node` is a further piece. It comes to reach to
    /// the end of the piece when nothing else was defined in between.
    pub(super) fn again(&mut self, name: &str, number: u32, node: Node<'_>) -> Option<DefIx> {
        let name = self.b.intern_owned(name);
        let frame = self.frames.last()?;
        let def = *frame.pieces.get(&(name, number))?;
        let last = self.b.def(frame.last?).span.start;
        if self.b.def(def).span.start == last {
            self.b.extend(def, node);
            self.end(def, node);
        }
        Some(def)
    }

    /// Says that a node was read with the one around it, so that only what it contains is looked at.
    pub(super) fn is_read(&mut self, node: Node<'_>) {
        self.read = node.id();
    }

    /// Adds a definition; `None` when it has no name or is a variable of a function.
    pub(super) fn define(&mut self, new: New<'_, '_>) -> Option<DefIx> {
        if self.is_local(new.kind) { None } else { self.define_any(new) }
    }

    /// Adds what the parameters of a constructor define in its type.
    pub(super) fn define_in_type(&mut self, new: New<'_, '_>) {
        let constructor = self.b.def(self.b.owner());
        let (parent, declared_in) = (constructor.parent, constructor.declared_in);
        if constructor.kind == SymbolKind::Constructor
            && let Some(def) = self.define_any(new)
        {
            let def = self.b.def_mut(def);
            (def.parent, def.declared_in) = (parent, declared_in);
            def.flags.set(DefFlags::NESTED, false);
        }
    }

    fn define_any(&mut self, new: New<'_, '_>) -> Option<DefIx> {
        let name = new.name.trim();
        if name.is_empty() {
            return None;
        }
        let frame = self.frames.last()?;
        let (visibility, flags) = (self.once.take().unwrap_or(frame.visibility), frame.flags);
        let container =
            if new.container.is_empty() { frame.container.clone() } else { new.container.to_owned() };
        let is_member = new.kind == SymbolKind::Function && self.in_type();
        let kind = if is_member { SymbolKind::Method } else { new.kind };
        let flags = if kind.is_type() { flags & !DefFlags::EXTENSION } else { flags };
        let mut head = Head { kind, visibility, flags };
        (self.shape.refine)(self, new.whole, name, &mut head);
        let Head { kind, visibility, flags } = head;
        let spec = DefSpec { kind, name: new.at, whole: new.whole, body: None, visibility, flags };
        let n_before = self.b.defs().len();
        let def = self.b.define_named(name, spec);
        if self.b.defs().len() == n_before {
            return None;
        }
        self.end(def, new.whole);
        let within = self.text(new.at).find(name).and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        let place = &mut self.b.def_mut(def).place;
        place.byte += within;
        place.column += within;
        if !container.is_empty() {
            let (name, scope) = (self.b.intern_owned(&container), self.b.scope());
            self.b.def_mut(def).receiver = self.b.expr(Expr::Name { name, scope }, new.at);
        }
        let signature = self.signature(new);
        self.b.signature(def, &signature);
        self.attach(def, new.whole);
        if let Some(frame) = self.frames.last_mut() {
            frame.last = Some(def);
        }
        Some(def)
    }

    /// Adds a definition and goes into it; over it when it is none.
    pub(super) fn define_inside(&mut self, new: New<'_, '_>) -> Next {
        self.define(new).map_or(Next::Into, Next::Inside)
    }

    /// A type without a name, named by its place among those of its container.
    pub(super) fn anonymous(&mut self, kind: SymbolKind, node: Node<'_>) -> Next {
        let Some(frame) = self.frames.last_mut() else { return Next::Into };
        frame.n_anonymous += 1;
        let name = format!("${}", frame.n_anonymous);
        self.define_inside(New::named(kind, node, node, &name))
    }

    // ---- the walk ----------------------------------------------------------------------------------------------

    fn meet(&mut self, node: Node<'_>, means: &Means) -> Next {
        match *means {
            Means::Comment => {
                self.comment(node);
                Next::Over
            }
            Means::Def(kind, field) => match node.field(field) {
                Some(at) => {
                    let name = self.text(at);
                    self.define_inside(New::named(kind, node, at, name))
                }
                None => Next::Into,
            },
            Means::Child(kind, name) => match child(node, &[name]) {
                Some(at) => self.define_inside(New::named(kind, node, at, self.text(at))),
                None => Next::Into,
            },
            Means::Each(kind, element, field) => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| child.kind() == element) {
                    let at = child.field(field).or_else(|| child.named_child(0)).unwrap_or(child);
                    let name = self.text(at).trim_start_matches('$');
                    self.define(New::named(kind, node, at, name));
                }
                Next::Into
            }
            Means::Read(_) if self.read == node.id() => Next::Into,
            Means::Read(read) => read(self, node),
        }
    }

    /// Lets a definition end with the last letter of its node: where indentation ends a block, some grammars let it reach
    /// to what follows.
    fn end(&mut self, def: DefIx, node: Node<'_>) {
        let text = self.text(node);
        let blank = text.get(text.trim_end().len()..).unwrap_or("");
        let rows = blank.bytes().filter(|&byte| byte == b'\n').count();
        if rows > 0 {
            let row = node.end_position().row - rows;
            let def = self.b.def_mut(def);
            def.span.end -= u32::try_from(blank.len()).unwrap_or(0);
            def.end_line = u32::try_from(row).unwrap_or(u32::MAX);
        }
    }

    fn open(&mut self, node: Node<'_>, def: DefIx, depth: usize) {
        if !self.b.descend(node) {
            return;
        }
        let kind = self.b.def(def).kind;
        let scope = match kind {
            SymbolKind::Module => ScopeKind::Module,
            _ if kind.is_type() => ScopeKind::Type,
            _ if kind.is_callable() => ScopeKind::Function,
            _ => ScopeKind::Block,
        };
        self.b.enter(def, scope);
        self.frames.push(Frame::new(Some(def), depth));
    }

    /// Closes what was opened at this depth: the walk leaves that node.
    fn close(&mut self, depth: usize) {
        while self.frames.len() > 1 && self.frames.last().is_some_and(|frame| frame.depth >= depth) {
            if self.frames.pop().is_some_and(|frame| frame.def.is_some()) {
                self.b.leave();
                self.b.ascend();
            }
        }
    }

    /// The head of a definition: from behind its attributes to its body or the first comment in it.
    fn signature(&self, new: New<'_, '_>) -> String {
        let whole = new.whole;
        let body = new.body.or_else(|| {
            self.shape.bodies.iter().find_map(|body| whole.field(body).or_else(|| child(whole, &[body])))
        });
        let mut start = whole.start_byte();
        let mut end = body.map_or(whole.end_byte(), |body| body.start_byte());
        let (mut cursor, mut inner) = (whole.walk(), whole.walk());
        let first = whole.child(0).unwrap_or(whole);
        for child in first.children(&mut inner).chain(whole.children(&mut cursor)) {
            if self.shape.attributes.contains(&child.kind()) && child.start_byte() == start {
                start = child.end_byte();
                let rest = self.b.source().get(start..end).unwrap_or("");
                start += rest.len() - rest.trim_start().len();
            } else if self.is_comment(child) && child.start_byte() > new.at.end_byte() {
                end = end.min(child.start_byte());
            }
        }
        let mut text = self.b.source().get(start..end).unwrap_or("").trim_end();
        let tails = ["=", "{", ";", ":", ",", "do", "where", "is", "begin", "end"];
        while let Some(head) = tails.iter().find_map(|tail| {
            let head = text.strip_suffix(tail)?;
            let is_own_word = !tail.starts_with(char::is_alphabetic) || head.ends_with(char::is_whitespace);
            is_own_word.then_some(head)
        }) {
            text = head.trim_end();
        }
        text.to_owned()
    }

    fn is_comment(&self, node: Node<'_>) -> bool {
        let kind = node.kind();
        self.shape.nodes.iter().any(|(name, means)| matches!(means, Means::Comment) && *name == kind)
    }

    // ---- what stands before a definition -----------------------------------------------------------------------

    fn comment(&mut self, node: Node<'_>) {
        let how = self.shape.comments;
        let text = self.text(node);
        let rows = (node.start_position().row, last_row(node));
        let bytes = node.byte_range();
        let before = self.b.source().get(..bytes.start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        if !line.trim().is_empty() {
            if let Some((def, row)) = self.bare.take()
                && how.trail
                && row == rows.0
            {
                self.b.doc(def, &how.clean(text));
            }
            return;
        }
        let is_doc = how.docs.is_empty() || how.docs.iter().any(|start| text.starts_with(start));
        let is_line = rows.0 == rows.1;
        if let Some(run) = &mut self.run
            && run.rows.1 + 1 == rows.0
        {
            if run.is_doc && !is_doc {
                run.rows.1 = rows.1;
                if how.go_on && is_line {
                    run.bytes.1 = bytes.end;
                }
                return;
            }
            if run.is_doc == is_doc && is_line {
                (run.rows.1, run.bytes.1) = (rows.1, bytes.end);
                return;
            }
        }
        self.run = Some(Run { bytes: (bytes.start, bytes.end), rows, is_doc });
    }

    /// Notes what belongs to the next definition.
    pub(super) fn leads(&mut self, node: Node<'_>) {
        let rows = (node.start_position().row, last_row(node));
        match &mut self.lead {
            Some(lead) if lead.rows.1 + 1 >= rows.0 => lead.rows.1 = rows.1,
            _ => self.lead = Some(Lead { byte: node.start_byte(), rows }),
        }
    }

    /// Gives a definition what stands before it.
    fn attach(&mut self, def: DefIx, node: Node<'_>) {
        let mut row = node.start_position().row;
        let run = self.run.take();
        let touches = |rows: (usize, usize), row: usize| rows.1 <= row && rows.1 + 1 >= row;
        if let Some(run) = run.filter(|run| touches(run.rows, row)) {
            row = run.rows.0;
        }
        if let Some(lead) = self.lead.take().filter(|lead| touches(lead.rows, row)) {
            let def = self.b.def_mut(def);
            def.span.start = u32::try_from(lead.byte).unwrap_or(u32::MAX);
            def.start_line = u32::try_from(lead.rows.0).unwrap_or(u32::MAX);
            row = lead.rows.0;
        }
        let row = row.min(node.start_position().row);
        let comment = run.filter(|run| run.is_doc && (touches(run.rows, row) || run.rows.0 == row));
        let doc = self.doc.take().or_else(|| {
            let text = self.b.source().get(comment?.bytes.0..comment?.bytes.1)?;
            Some(self.shape.comments.clean(text))
        });
        match doc {
            Some(doc) => self.b.doc(def, &doc),
            None => self.bare = Some((def, last_row(node))),
        }
    }
}

impl Comments {
    /// Takes the markers off a comment, and lines that are drawn.
    fn clean(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let line = line.trim();
            let bare = self.starts.iter().find_map(|start| line.strip_prefix(start)).unwrap_or(line);
            let bare =
                self.ends.iter().find_map(|end| bare.trim_end().strip_suffix(end)).unwrap_or(bare).trim();
            let is_drawn = bare.len() > 2 && bare.chars().all(|c| c.is_ascii_punctuation());
            if is_drawn
                || line.starts_with("#!")
                || (bare.is_empty() && (out.is_empty() || out.ends_with("\n\n")))
            {
                continue;
            }
            out.push_str(bare);
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// Last row of a node: one that ends in column 0 does not reach into that row.
fn last_row(node: Node<'_>) -> usize {
    let end = node.end_position();
    if end.column == 0 && end.row > node.start_position().row { end.row - 1 } else { end.row }
}

/// True when a node has a direct child of a kind, named or not.
pub(super) fn has(node: Node<'_>, kind: &str) -> bool {
    child(node, &[kind]).is_some()
}

/// The first direct child of one of these kinds.
pub(super) fn child<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| kinds.contains(&child.kind()))
}

/// True when a folder of a path has one of these names.
pub(super) fn in_folder(path: &str, names: &[&str]) -> bool {
    path.rsplit_once('/').is_some_and(|(folder, _)| folder.split('/').any(|part| names.contains(&part)))
}

/// The name of a file without folders and endings.
pub(super) fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file)
}

/// Rules of the languages without uses: nothing is looked up.
pub(super) struct NoRules;

impl Rules for NoRules {
    fn target(&self, _: ImportKind, _: &str, _: &str, _: &str, _: &dyn Tree) -> Target {
        Target::External
    }

    fn submodule(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn external_name(&self, _: ImportKind, _: &str, _: &str, _: &Asker<'_>) -> Option<Printable> {
        None
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::None
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        false
    }

    fn common_methods(&self) -> &'static [&'static str] {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Problem;
    use crate::lang::LANGUAGES;
    use crate::lang::testing::{facts, symbols};

    #[test]
    fn definitions_inside_definitions_end_in_a_problem_and_no_overflow() {
        for (name, open, close) in [("ruby", "module A\n", "end\n"), ("scala", "object A {\n", "}\n")] {
            let language = LANGUAGES.iter().find(|language| language.name == name).unwrap();
            let (facts, _) = facts(language, "x", &format!("{}{}", open.repeat(3_000), close.repeat(3_000)));
            assert!(
                facts.problems.iter().any(|problem| matches!(problem, Problem::TooDeep { .. })),
                "{name}"
            );
            assert_eq!(facts.defs.len(), 3_001, "{name}");
        }
    }

    #[test]
    fn every_prefix_of_a_file_gives_symbols_whose_names_are_written() {
        for language in LANGUAGES.iter().filter(|language| !language.has_uses) {
            // The folder is called as the language is, or as its files end.
            let folder = [language.name, language.extensions[0]]
                .map(|name| format!("{}/fixtures/{name}/walk", env!("CARGO_MANIFEST_DIR")))
                .into_iter()
                .find(|folder| std::path::Path::new(folder).exists())
                .unwrap();
            let mut n_defs = 0;
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "symbols") {
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap();
                for end in (0..source.len()).step_by(7).filter(|&end| source.is_char_boundary(end)) {
                    symbols(language, "x", &source[..end]);
                }
                n_defs += facts(language, "x", &source).0.defs.len();
            }
            assert!(n_defs > 10, "{}", language.name);
        }
    }
}
