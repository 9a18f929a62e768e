//! Types written in JSDoc comments, which is how JavaScript says them.

use super::walk::Walker;
use crate::facts::{Expr, ExprIx, Literal, ScopeIx};
use tree_sitter::Node;

/// Deepest nesting of a type in a comment.
const MAX_NESTING: u32 = 16;

impl Walker<'_, '_> {
    fn doc_text(&self, doc: Option<(usize, usize)>) -> &str {
        if self.typed {
            return "";
        }
        doc.and_then(|(start, end)| self.b.source().get(start..end)).unwrap_or("")
    }

    /// `@type {T}`.
    pub(super) fn doc_type(&mut self, doc: Option<(usize, usize)>, at: Node<'_>) -> ExprIx {
        let written = tag(self.doc_text(doc), &["@type"], None).map(str::to_owned);
        self.doc_expr(written, at)
    }

    /// `@param {T} name`.
    pub(super) fn doc_param(&mut self, doc: Option<(usize, usize)>, name: &str, at: Node<'_>) -> ExprIx {
        let written = tag(self.doc_text(doc), &["@param", "@arg", "@argument"], Some(name)).map(str::to_owned);
        self.doc_expr(written, at)
    }

    /// `@returns {T}`.
    pub(super) fn doc_returns(&mut self, doc: Option<(usize, usize)>, at: Node<'_>) -> ExprIx {
        let written = tag(self.doc_text(doc), &["@returns", "@return"], None).map(str::to_owned);
        self.doc_expr(written, at)
    }

    fn doc_expr(&mut self, written: Option<String>, at: Node<'_>) -> ExprIx {
        let Some(written) = written else { return 0 };
        let scope = self.b.scope();
        let mut reader = Reader { rest: &written, scope, at };
        self.doc_union(&mut reader, 0)
    }

    fn doc_union(&mut self, reader: &mut Reader<'_, '_>, depth: u32) -> ExprIx {
        let mut parts = Vec::new();
        loop {
            parts.push(self.doc_one(reader, depth));
            if !reader.eat("|") {
                break;
            }
        }
        self.b.union(parts)
    }

    fn doc_one(&mut self, reader: &mut Reader<'_, '_>, depth: u32) -> ExprIx {
        if depth > MAX_NESTING {
            return 0;
        }
        while reader.eat("?") || reader.eat("!") || reader.eat("...") {}
        let mut ty = if reader.eat("(") {
            let inner = self.doc_union(reader, depth + 1);
            reader.eat(")");
            inner
        } else if reader.skip_braces() || reader.skip_text() {
            0
        } else {
            let path = reader.path();
            self.doc_path(&path, reader)
        };
        loop {
            if reader.eat("[]") {
                ty = self.generic("Array", vec![ty], reader.at);
            } else if reader.eat(".<") || reader.eat("<") {
                let mut args = vec![self.doc_union(reader, depth + 1)];
                while reader.eat(",") {
                    args.push(self.doc_union(reader, depth + 1));
                }
                reader.eat(">");
                ty = match *self.b.expr_at(ty) {
                    Expr::Name { name, .. } if matches!(self.b.str(name), "Partial" | "Readonly" | "Required") => {
                        args.first().copied().unwrap_or(0)
                    }
                    Expr::Name { name, .. } if matches!(self.b.str(name), "Record" | "Object") => {
                        match args.get(1) {
                            Some(&value) if value != 0 => self.b.expr(Expr::MapOf { value }, reader.at),
                            _ => 0,
                        }
                    }
                    _ if ty == 0 => 0,
                    _ => self.b.expr(Expr::Generic { base: ty, args }, reader.at),
                };
            } else if !reader.eat("=") {
                return ty;
            }
        }
    }

    fn doc_path(&mut self, path: &str, reader: &Reader<'_, '_>) -> ExprIx {
        match path {
            "string" | "String" => self.b.literal(Literal::Str, reader.at),
            "number" | "Number" => self.b.literal(Literal::Int, reader.at),
            "boolean" | "Boolean" => self.b.literal(Literal::Bool, reader.at),
            "" | "*" | "any" | "unknown" | "void" | "null" | "undefined" | "Object" | "object" | "never"
            | "function" => 0,
            _ => {
                let mut ty = 0;
                for part in path.split('.') {
                    let name = self.b.intern_owned(part);
                    ty = if ty == 0 {
                        self.b.expr(Expr::Name { name, scope: reader.scope }, reader.at)
                    } else {
                        self.b.expr(Expr::Member { base: ty, name }, reader.at)
                    };
                }
                ty
            }
        }
    }
}

/// Reads a type expression from its text.
struct Reader<'t, 'n> {
    rest: &'t str,
    scope: ScopeIx,
    at: Node<'n>,
}

impl Reader<'_, '_> {
    fn eat(&mut self, token: &str) -> bool {
        let trimmed = self.rest.trim_start();
        match trimmed.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A dotted name; `import("x").T` and other things that are no names of the file give the empty path.
    fn path(&mut self) -> String {
        let trimmed = self.rest.trim_start();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '~' | '*');
        let end = trimmed
            .char_indices()
            .find(|&(at, c)| {
                let joins = c == '.' && trimmed.get(at + 1..).is_some_and(|after| after.starts_with(is_part));
                !is_part(c) && !joins
            })
            .map_or(trimmed.len(), |(at, _)| at);
        let (path, rest) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
        if rest.starts_with('(') {
            // `import("x").T`, `function(a): b`: nothing that a name of this file means.
            self.rest = "";
            return String::new();
        }
        self.rest = if path.is_empty() { "" } else { rest };
        path.to_owned()
    }

    fn skip_braces(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        if !trimmed.starts_with('{') {
            return false;
        }
        let mut depth = 0_i32;
        for (at, c) in trimmed.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.rest = trimmed.get(at + 1..).unwrap_or("");
                return true;
            }
        }
        self.rest = "";
        true
    }

    fn skip_text(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        let Some(quote) = trimmed.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { return false };
        let end = trimmed.get(1..).and_then(|inside| inside.find(quote)).map_or(trimmed.len(), |at| at + 2);
        self.rest = trimmed.get(end..).unwrap_or("");
        true
    }
}

/// The text between the braces of the first of these tags, if any; with a name the tag must be about that name.
fn tag<'t>(doc: &'t str, tags: &[&str], name: Option<&str>) -> Option<&'t str> {
    let mut from = 0;
    while let Some(found) = doc.get(from..)?.find('@') {
        let at = from + found;
        from = at + 1;
        let rest = doc.get(at..)?;
        let Some(after) = tags.iter().find_map(|tag| rest.strip_prefix(tag)) else { continue };
        let Some(body) = after.trim_start().strip_prefix('{').filter(|_| !after.starts_with(char::is_alphanumeric))
        else {
            continue;
        };
        let mut depth = 1_i32;
        let end = body.char_indices().find_map(|(at, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(at)
        })?;
        let (written, described) = body.split_at_checked(end)?;
        let Some(wanted) = name else { return Some(written) };
        let about = described.get(1..)?.trim_start().trim_start_matches('[');
        let is_end = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
        if about.split(is_end).next() == Some(wanted) {
            return Some(written);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn a_tag_is_found_by_its_name() {
        let doc = "/**\n * Adds.\n * @param {Foo} a one\n * @param {Bar<{x: 1}>} [b=2] two\n * @returns {Baz}\n */";
        assert_eq!(tag(doc, &["@param"], Some("a")), Some("Foo"));
        assert_eq!(tag(doc, &["@param"], Some("b")), Some("Bar<{x: 1}>"));
        assert_eq!(tag(doc, &["@param"], Some("c")), None);
        assert_eq!(tag(doc, &["@returns", "@return"], None), Some("Baz"));
        assert_eq!(tag("/** @typedef {X} Y */", &["@type"], None), None);
    }
}
