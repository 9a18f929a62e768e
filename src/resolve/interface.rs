//! Which look-ups answer differently after a file changed: what the other files' edges can see of a file.
//!
//! The body of a function is not seen from outside, but for what its returns and its variables' initialisers say of its
//! type. So an edit inside a body touches the edges of its own file alone.

use super::table::{LookUp, folder_of, name_of};
use crate::facts::{DefIx, Expr, ExprIx, FileFacts, LocalKind};
use crate::model::SymbolKind;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write as _;
use xxhash_rust::xxh3::xxh3_64;

/// Deepest expression that is looked into; the resolver goes no deeper.
const MAX_DEPTH: u32 = 40;

/// The hashes of the look-ups whose answers may differ between the old and the new facts of the file at `path`, sorted.
/// `None` stands for a file that is not there.
#[must_use]
pub fn changed_look_ups(path: &str, old: Option<&FileFacts>, new: Option<&FileFacts>) -> Vec<u64> {
    let mut changed: FxHashSet<u64> = FxHashSet::default();
    let (before, after) = (old.map(Seen::of).unwrap_or_default(), new.map(Seen::of).unwrap_or_default());
    differ(LookUp::Name, &before.names, &after.names, &mut changed);
    differ(LookUp::Impl, &before.impls, &after.impls, &mut changed);
    if before.imports != after.imports {
        changed.insert(LookUp::Imports.key(path));
    }
    if old.is_some() != new.is_some() {
        changed.insert(LookUp::Path.key(path));
        changed.insert(LookUp::Folder.key(folder_of(path)));
        changed.insert(LookUp::FileName.key(name_of(path)));
        changed.insert(LookUp::Imports.key(path));
        let mut folder = folder_of(path);
        while !folder.is_empty() {
            changed.insert(LookUp::FolderName.key(name_of(folder)));
            folder = folder_of(folder);
        }
    }
    let mut keys: Vec<u64> = changed.into_iter().collect();
    keys.sort_unstable();
    keys
}

fn differ(
    look_up: LookUp,
    a: &FxHashMap<String, u64>,
    b: &FxHashMap<String, u64>,
    changed: &mut FxHashSet<u64>,
) {
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort_unstable();
    names.dedup();
    changed
        .extend(names.into_iter().filter(|name| a.get(*name) != b.get(*name)).map(|name| look_up.key(name)));
}

/// What other files can see, as hashes.
#[derive(Default)]
struct Seen {
    /// For each name the hash of all its definitions here.
    names: FxHashMap<String, u64>,
    /// For each subtype name the hash of its impls here.
    impls: FxHashMap<String, u64>,
    /// All imports.
    imports: u64,
}

impl Seen {
    fn of(facts: &FileFacts) -> Self {
        let mut seen = Self::default();
        let file = format!("{} {}", facts.language, facts.str(facts.package));
        for (at, def) in facts.defs.iter().enumerate().skip(1) {
            let text = def_text(facts, u32::try_from(at).unwrap_or(0), &file);
            let hash = seen.names.entry(facts.str(def.name).to_owned()).or_insert(0);
            // The order among equals matters (overloads), so the hash is chained.
            *hash = hash.rotate_left(7) ^ xxh3_64(text.as_bytes());
        }
        for each in &facts.impls {
            let mut text = String::new();
            render(facts, each.ty, 0, &mut text);
            text.push_str(" : ");
            render(facts, each.of, 0, &mut text);
            let name = facts.last_name(each.ty).unwrap_or_default().to_owned();
            let hash = seen.impls.entry(name).or_insert(0);
            *hash = hash.rotate_left(7) ^ xxh3_64(text.as_bytes());
        }
        let mut imports = file;
        for each in &facts.imports {
            let _ = write!(
                imports,
                "\n{:?} {} {} {} {} {} {} {}",
                each.kind,
                facts.str(each.path),
                facts.str(each.name),
                facts.str(each.bound),
                each.scope == 0,
                owner_path(facts, each.scope),
                each.re_export,
                each.of_members
            );
        }
        for def in facts.defs.iter().filter(|def| def.flags.has(crate::facts::DefFlags::DEFAULT_EXPORT)) {
            let _ = write!(imports, "\ndefault {}", facts.str(def.name));
        }
        if facts.defs.iter().any(|def| def.flags.has(crate::facts::DefFlags::EXPORTED)) {
            imports.push_str("\nexports");
        }
        // Which namespaces are the project's own tells libraries from what is missing.
        for def in facts.defs.iter().filter(|def| def.parent == 0 && def.kind == SymbolKind::Module) {
            let _ = write!(imports, "\nin {}", facts.str(def.name));
        }
        seen.imports = xxh3_64(imports.as_bytes());
        seen
    }
}

/// All that linking sees of a definition.
fn def_text(facts: &FileFacts, at: DefIx, file: &str) -> String {
    let def = &facts.defs[at as usize];
    let mut text = String::with_capacity(128);
    let _ = write!(text, "{file} {:?} {} {:x} {} ", def.kind, def.slot, def.flags.0, def.required);
    text.push_str(&facts.path_of(at).join("."));
    for (_, option, on) in facts.conditions.iter().filter(|(def, ..)| *def == at) {
        let _ = write!(text, " if {} {on}", facts.str(*option));
    }
    for expr in [def.ty, def.init, def.receiver] {
        text.push('|');
        render(facts, expr, 0, &mut text);
    }
    for local in def.params.0..def.params.1 {
        text.push(',');
        if let Some(local) = facts.locals.get(local as usize) {
            render(facts, local.ty, 0, &mut text);
        }
    }
    for (role, expr) in &def.supers {
        let _ = write!(text, " {role:?} ");
        render(facts, *expr, 0, &mut text);
    }
    let rules = crate::lang::language(facts.language).rules;
    if def.supers.iter().any(|(_, of)| facts.last_name(*of).is_some_and(|name| rules.is_record_base(name))) {
        // Which field is which part.
        for field in facts.defs.iter().filter(|field| field.parent == at && field.declared_in == def.scope) {
            let _ = write!(text, " .{}", facts.str(field.name));
        }
    }
    for param in &def.type_params {
        let _ = write!(text, " <{}", facts.str(*param));
    }
    text
}

/// An expression as the resolver may see it from elsewhere: local bindings are replaced by what they are set to.
fn render(facts: &FileFacts, expr: ExprIx, depth: u32, out: &mut String) {
    if depth > MAX_DEPTH || out.len() > 20_000 {
        out.push('…');
        return;
    }
    let Some(node) = facts.exprs.get(expr as usize) else { return };
    if is_unknown(facts, expr, 0) {
        out.push('?');
        return;
    }
    let list = |mark: &str, parts: &[ExprIx], out: &mut String| {
        out.push_str(mark);
        for &part in parts {
            out.push(' ');
            render(facts, part, depth + 1, out);
        }
        out.push(')');
    };
    match node {
        Expr::Unknown => out.push('?'),
        Expr::Name { name, scope } => {
            let _ = write!(out, "{}@{}", facts.str(*name), owner_path(facts, *scope));
        }
        Expr::SelfRef { scope } => {
            let _ = write!(out, "self@{}", owner_path(facts, *scope));
        }
        Expr::SuperRef { scope } => {
            let _ = write!(out, "super@{}", owner_path(facts, *scope));
        }
        Expr::SelfType { scope } => {
            let _ = write!(out, "Self@{}", owner_path(facts, *scope));
        }
        Expr::Local(local) => {
            let Some(local) = facts.locals.get(*local as usize) else { return };
            let _ = write!(out, "%{:?} {} ", local.kind, facts.str(local.name));
            list("(", &[local.ty, local.init], out);
        }
        Expr::Def(def) => out.push_str(&facts.path_of(*def).join(".")),
        Expr::Member { base, name } => {
            list("(", &[*base], out);
            let _ = write!(out, ".{}", facts.str(*name));
        }
        Expr::Call { callee, args } => {
            list("call(", &[*callee], out);
            list("(", args, out);
        }
        Expr::New { ty, args } => {
            list("new(", &[*ty], out);
            list("(", args, out);
        }
        Expr::Typed { ty } => list("typed(", &[*ty], out),
        Expr::Element { base } => list("element(", &[*base], out),
        Expr::Unwrap { base } => list("unwrap(", &[*base], out),
        Expr::Lit(literal) => {
            let _ = write!(out, "{literal:?}");
        }
        Expr::Generic { base, args } => {
            list("generic(", &[*base], out);
            list("(", args, out);
        }
        Expr::Union(parts) => list("union(", parts, out),
        Expr::Tuple(parts) => list("tuple(", parts, out),
        Expr::Part { base, index } => {
            list("part(", &[*base], out);
            let _ = write!(out, "{index}");
        }
        Expr::Wrapped { base } => list("wrapped(", &[*base], out),
        Expr::MapOf { value } => list("map(", &[*value], out),
        Expr::Function { result } => list("fn(", &[*result], out),
        Expr::Named { name, value } => {
            let _ = write!(out, "{}=", facts.str(*name));
            list("(", &[*value], out);
        }
        Expr::FunctionType { params, result } => {
            list("fn(", &[*result], out);
            list("(", params, out);
        }
        Expr::ParamOf { of, index } => {
            list("param(", &[*of], out);
            let _ = write!(out, "{index}");
        }
        Expr::Object { members } => {
            for &(name, value) in members {
                let _ = write!(out, "{}:", facts.str(name));
                render(facts, value, depth + 1, out);
            }
        }
    }
}

/// True for what has no type as seen from elsewhere: what is made of a parameter whose type nobody wrote.
fn is_unknown(facts: &FileFacts, expr: ExprIx, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let unknown = |expr: ExprIx| is_unknown(facts, expr, depth + 1);
    match facts.exprs.get(expr as usize) {
        Some(Expr::Unknown) => true,
        Some(Expr::Local(local)) => facts
            .locals
            .get(*local as usize)
            .is_some_and(|local| local.kind != LocalKind::TypeParam && local.ty == 0 && unknown(local.init)),
        Some(
            Expr::Member { base, .. }
            | Expr::Element { base }
            | Expr::Unwrap { base }
            | Expr::Part { base, .. }
            | Expr::Call { callee: base, .. },
        ) => unknown(*base),
        Some(Expr::Union(parts)) => parts.iter().all(|&part| unknown(part)),
        _ => false,
    }
}

/// The definition in whose scope a name is looked up: what is declared there is found through names.
fn owner_path(facts: &FileFacts, scope: u32) -> String {
    let owner = facts.scopes.get(scope as usize).map_or(0, |scope| scope.owner);
    facts.path_of(owner).join(".")
}
