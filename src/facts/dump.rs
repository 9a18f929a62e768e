//! Facts as text, for snapshot tests of the walkers.

use super::{Expr, ExprIx, FileFacts};
use std::fmt::Write as _;

/// Renders definitions, imports, supertypes and uses, one a line, with 1-based lines.
#[must_use]
pub fn dump(facts: &FileFacts) -> String {
    let mut out = String::new();
    if !facts.package.is_empty() {
        let _ = writeln!(out, "package {}", facts.str(facts.package));
    }
    for (ix, def) in facts.defs.iter().enumerate().skip(1) {
        let path = facts.path_of(u32::try_from(ix).unwrap_or(0)).join(".");
        let params: Vec<String> = (def.params.0..def.params.1)
            .map(|p| {
                let local = &facts.locals[p as usize];
                let ty = if local.ty == 0 { String::new() } else { format!(": {}", expr(facts, local.ty)) };
                format!("{}{ty}", facts.str(local.name))
            })
            .collect();
        let _ = write!(
            out,
            "{} {path} {}:{}-{}",
            def.kind.name(),
            def.place.line + 1,
            def.start_line + 1,
            def.end_line + 1
        );
        let _ = write!(out, " {} {:#x}", def.visibility.name(), def.flags.0);
        if !params.is_empty() {
            let _ = write!(out, " ({})/{}", params.join(", "), def.required);
        }
        if def.ty != 0 {
            let _ = write!(out, " -> {}", expr(facts, def.ty));
        }
        if def.init != 0 {
            let _ = write!(out, " = {}", expr(facts, def.init));
        }
        for (role, ty) in &def.supers {
            let _ = write!(out, " {} {}", role.name(), expr(facts, *ty));
        }
        out.push('\n');
    }
    for import in &facts.imports {
        let _ = writeln!(
            out,
            "import {:?} path={} name={} bound={}{}",
            import.kind,
            facts.str(import.path),
            facts.str(import.name),
            facts.str(import.bound),
            if import.re_export { " re-export" } else { "" }
        );
    }
    for each in &facts.impls {
        let _ = writeln!(out, "{} {} by {}", each.role.name(), expr(facts, each.of), expr(facts, each.ty));
    }
    for each in &facts.uses {
        let owner = facts.path_of(each.owner).join(".");
        let argc = if each.argc == u8::MAX { String::new() } else { format!("/{}", each.argc) };
        let _ = writeln!(
            out,
            "{}:{} {} {}{argc} in {}{}",
            each.place.line + 1,
            each.place.column + 1,
            each.role.name(),
            expr(facts, each.expr),
            if owner.is_empty() { "<file>" } else { &owner },
            if each.in_macro { " macro" } else { "" }
        );
    }
    out
}

/// Renders an expression.
#[must_use]
pub fn expr(facts: &FileFacts, ix: ExprIx) -> String {
    let list = |args: &[ExprIx]| args.iter().map(|&arg| expr(facts, arg)).collect::<Vec<_>>().join(", ");
    match &facts.exprs[ix as usize] {
        Expr::Unknown => "?".to_owned(),
        Expr::Name { name, .. } => facts.str(*name).to_owned(),
        Expr::Local(local) => format!("%{}", facts.str(facts.locals[*local as usize].name)),
        Expr::Def(def) => format!("@{}", facts.path_of(*def).join(".")),
        Expr::SelfRef { .. } => "self".to_owned(),
        Expr::SuperRef { .. } => "super".to_owned(),
        Expr::SelfType { .. } => "Self".to_owned(),
        Expr::Member { base, name } => format!("{}.{}", expr(facts, *base), facts.str(*name)),
        Expr::Call { callee, args } => format!("{}({})", expr(facts, *callee), list(args)),
        Expr::New { ty, args } => format!("new {}({})", expr(facts, *ty), list(args)),
        Expr::Typed { ty } => format!("<{}>", expr(facts, *ty)),
        Expr::Element { base } => format!("{}[]", expr(facts, *base)),
        Expr::Unwrap { base } => format!("{}?", expr(facts, *base)),
        Expr::Lit(literal) => format!("{literal:?}").to_lowercase(),
        Expr::Generic { base, args } => format!("{}<{}>", expr(facts, *base), list(args)),
        Expr::Union(parts) => {
            format!("({})", parts.iter().map(|&p| expr(facts, p)).collect::<Vec<_>>().join(" | "))
        }
        Expr::Tuple(parts) => format!("({})", list(parts)),
        Expr::Part { base, index } => format!("{}.{index}", expr(facts, *base)),
        Expr::Wrapped { base } => format!("*{}", expr(facts, *base)),
        Expr::MapOf { value } => format!("map {}", expr(facts, *value)),
        Expr::Function { result } => format!("fn {}", expr(facts, *result)),
        Expr::Named { name, value } => format!("{}={}", facts.str(*name), expr(facts, *value)),
        Expr::FunctionType { params, result } => format!("fn({}) {}", list(params), expr(facts, *result)),
        Expr::ParamOf { of, index } => format!("{}({index})", expr(facts, *of)),
        Expr::Object { members } => {
            // Names alone: a member may refer back to its object.
            let names = members.iter().map(|(name, _)| if name.is_empty() { ".." } else { facts.str(*name) });
            format!("{{{}}}", names.collect::<Vec<_>>().join(", "))
        }
    }
}
