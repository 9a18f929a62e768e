//! Takes macros out of places where the grammar knows no macros (`class EXPORT Name {`, `API int f(void);`,
//! `int x GUARDED_BY(m);`): they are overwritten with spaces, so that every offset stays as it is.
//!
//! Only names in capitals are touched, and only where nothing but a macro makes sense. Where the branches of a
//! conditional do not open and close the same brackets (`#if A`, `if (a) {`, `#else`, `if (b) {`, `#endif`), all but
//! one are overwritten too.

/// A piece of the source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An identifier, keyword or number in the place of one.
    Word,
    /// A name in capitals.
    Capitals,
    /// One byte of punctuation.
    Mark(u8),
    /// A preprocessor line.
    Line,
    /// A string, a character, a number.
    Literal,
}

#[derive(Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// Words after which a declaration goes on or starts.
const OPENERS: &[&str] = &[
    "class",
    "constexpr",
    "enum",
    "explicit",
    "extern",
    "friend",
    "inline",
    "namespace",
    "private",
    "protected",
    "public",
    "static",
    "struct",
    "template",
    "typedef",
    "union",
    "using",
    "virtual",
];
const PRIMITIVES: &[&str] = &[
    "auto", "bool", "char", "double", "float", "int", "int16_t", "int32_t", "int64_t", "int8_t", "long",
    "short", "signed", "size_t", "ssize_t", "uint16_t", "uint32_t", "uint64_t", "uint8_t", "unsigned",
    "void",
];
const KEYWORDS: &[&str] = &[
    "and",
    "break",
    "case",
    "catch",
    "class",
    "co_return",
    "co_yield",
    "const",
    "const_cast",
    "constexpr",
    "continue",
    "default",
    "delete",
    "do",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "extern",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "namespace",
    "new",
    "not",
    "operator",
    "or",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "return",
    "sizeof",
    "static",
    "static_cast",
    "struct",
    "switch",
    "template",
    "throw",
    "try",
    "typedef",
    "typename",
    "union",
    "using",
    "virtual",
    "volatile",
    "while",
];

struct Scan<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    /// For each bracket the index of its partner; else its own.
    partner: Vec<usize>,
}

/// The source without the macros that get in the grammar's way, of the same length; `None` when there are none.
///
/// With `flatten` the lines of all conditionals go too and their branches stay, one after the other: for files in
/// which they cut statements into pieces.
pub(super) fn without_macros(source: &str, flatten: bool) -> Option<String> {
    let mut scan = Scan::new(source);
    let mut blank = scan.broken_branches(flatten);
    let mut skip = 0;
    for at in 0..scan.tokens.len() {
        if at < skip {
            continue;
        }
        if let Some(close) = scan.wrapped_parameters(at) {
            blank.push((scan.tokens[at].start, scan.tokens[at + 1].end));
            blank.push((scan.tokens[close].start, scan.tokens[close].end));
            skip = at + 2;
        } else if scan.kind(at) == Some(Kind::Capitals)
            && let Some(last) = scan.intruder(at)
        {
            blank.push((scan.tokens[at].start, scan.tokens[last].end));
            // What comes next stands where the macro stood.
            if scan.starts(at) {
                scan.tokens[last].kind = Kind::Line;
            }
            skip = last + 1;
        }
    }
    if blank.is_empty() {
        return None;
    }
    let mut bytes = source.as_bytes().to_vec();
    for (start, end) in blank {
        for byte in &mut bytes[start..end] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).ok()
}

impl<'s> Scan<'s> {
    fn new(source: &'s str) -> Self {
        let tokens = tokens(source);
        let mut partner: Vec<usize> = (0..tokens.len()).collect();
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Mark(b'(') => open.push(at),
                Kind::Mark(b')') => {
                    if let Some(first) = open.pop() {
                        partner[first] = at;
                        partner[at] = first;
                    }
                }
                Kind::Mark(b'{' | b'}') => open.clear(),
                _ => {}
            }
        }
        Self { source, tokens, partner }
    }

    /// The bytes of conditionals whose branches do not balance: the directives, and every branch but one. With
    /// `flatten` the directives of the others too.
    fn broken_branches(&self, flatten: bool) -> Vec<(usize, usize)> {
        struct Branch {
            line: usize,
            depth: i32,
            lowest: i32,
        }
        let mut blank = Vec::new();
        let mut open: Vec<Vec<Branch>> = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let step = match token.kind {
                Kind::Mark(b'{' | b'(') => 1,
                Kind::Mark(b'}' | b')') => -1,
                Kind::Line => 0,
                _ => continue,
            };
            if step != 0 {
                if let Some(branch) = open.last_mut().and_then(|group| group.last_mut()) {
                    branch.depth += step;
                    branch.lowest = branch.lowest.min(branch.depth);
                }
                continue;
            }
            let directive = self.text(at).trim_start_matches('#').trim_start();
            if directive.starts_with("if") {
                open.push(vec![Branch { line: at, depth: 0, lowest: 0 }]);
            } else if directive.starts_with("el") {
                if let Some(group) = open.last_mut() {
                    group.push(Branch { line: at, depth: 0, lowest: 0 });
                }
            } else if directive.starts_with("endif")
                && let Some(group) = open.pop()
            {
                let broken =
                    group.len() > 1 && group.iter().any(|branch| branch.depth != 0 || branch.lowest < 0);
                let mut condition = self.text(group[0].line).trim_start_matches('#').split_whitespace();
                let never = condition.next() == Some("if") && condition.next() == Some("0");
                let never = never && condition.next().is_none_or(|next| next.starts_with('/'));
                if never && !broken {
                    // What no compiler reads.
                    let next = group.get(1).map_or(at, |next| next.line);
                    blank.push((self.tokens[group[0].line].end, self.tokens[next].start));
                }
                let kept = usize::from(broken && never);
                if group.len() == 1 && group[0].depth != 0 && self.text(group[0].line).contains("__cplusplus")
                {
                    // `extern "C" {` for C++ compilers, or its end.
                    blank.push((self.tokens[group[0].line].start, token.end));
                    continue;
                }
                if broken {
                    for (n, branch) in group.iter().enumerate() {
                        let next = group.get(n + 1).map_or(at, |next| next.line);
                        let end =
                            if n == kept { self.tokens[branch.line].end } else { self.tokens[next].start };
                        blank.push((self.tokens[branch.line].start, end));
                    }
                    blank.push((token.start, token.end));
                } else if flatten && !self.is_guard(group[0].line) {
                    let lines = group.iter().map(|branch| &self.tokens[branch.line]).chain([token]);
                    blank.extend(lines.map(|line| (line.start, line.end)));
                }
                let (depth, lowest) = (group[kept].depth, group[kept].lowest);
                if let Some(outer) = open.last_mut().and_then(|group| group.last_mut()) {
                    outer.lowest = outer.lowest.min(outer.depth + lowest);
                    outer.depth += depth;
                }
            }
        }
        blank
    }

    /// True for the first line of the guard of a header: `#ifndef X`, `#define X`.
    fn is_guard(&self, line: usize) -> bool {
        let words = |at: usize| {
            let mut words = self.text(at).trim_start_matches('#').split_whitespace();
            (words.next(), words.next())
        };
        let (first, second) = (words(line), words(line + 1));
        first.0 == Some("ifndef") && second.0 == Some("define") && first.1 == second.1
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn mark(&self, at: usize) -> u8 {
        match self.kind(at) {
            Some(Kind::Mark(mark)) => mark,
            _ => 0,
        }
    }

    fn text(&self, at: usize) -> &'s str {
        self.tokens.get(at).map_or("", |token| self.source.get(token.start..token.end).unwrap_or(""))
    }

    fn word(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Word | Kind::Capitals))
    }

    fn one_of(&self, at: usize, words: &[&str]) -> bool {
        self.kind(at) == Some(Kind::Word) && words.binary_search(&self.text(at)).is_ok()
    }

    /// A word that can name a type or a thing.
    fn name(&self, at: usize) -> bool {
        self.word(at) && !self.one_of(at, KEYWORDS)
    }

    /// True when a statement or declaration starts at `at`.
    fn starts(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        match self.mark(before) {
            b';' | b'{' | b'}' => true,
            b':' => at >= 2 && matches!(self.text(at - 2), "public" | "private" | "protected" | "slots"),
            _ => {
                self.kind(before) == Some(Kind::Line)
                    || (matches!(self.text(before), "static" | "extern" | "inline" | "virtual" | "friend")
                        && self.starts(before))
            }
        }
    }

    /// The index after a path with template arguments (`a::b<c>`).
    fn after_path(&self, at: usize) -> usize {
        let mut next = at + 1;
        for _ in 0..16 {
            if self.mark(next) == b'<' {
                let mut depth = 0_usize;
                let limit = next + 64;
                while next < limit {
                    match self.mark(next) {
                        b'<' => depth += 1,
                        b'>' => depth -= 1,
                        b';' | b'{' | b'}' => return next,
                        _ => {}
                    }
                    next += 1;
                    if depth == 0 {
                        break;
                    }
                }
            } else if self.mark(next) == b':' && self.mark(next + 1) == b':' && self.word(next + 2) {
                next += 3;
            } else {
                break;
            }
        }
        next
    }

    /// `int f MACRO((int a));`: the closing bracket of the macro, which kept parameters from old compilers.
    fn wrapped_parameters(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1)?;
        let brackets = self.mark(at + 1) == b'(' && self.mark(at + 2) == b'(';
        if !brackets || !self.word(at) || !self.name(before) || self.starts(at) {
            return None;
        }
        if self.text(at).bytes().any(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let (inner, close) = (self.partner[at + 2], self.partner[at + 1]);
        (inner > at + 2 && close == inner + 1 && matches!(self.mark(close + 1), b';' | b'{')).then_some(close)
    }

    /// The last token of a macro that starts at `at` and does not belong to the language's grammar.
    fn intruder(&self, at: usize) -> Option<usize> {
        let (last, next) = match self.mark(at + 1) {
            b'(' if self.partner[at + 1] > at + 1 => (self.partner[at + 1], self.partner[at + 1] + 1),
            _ => (at, at + 1),
        };
        let before = at.wrapping_sub(1);
        if matches!(self.text(before), "class" | "struct" | "union") {
            return self.before_type_name(before, next).then_some(last);
        }
        if self.starts(at) {
            return self.leading(at, last, next).then_some(last);
        }
        (self.middle(at, before, last, next) || self.trailing(at, before, last, next)).then_some(last)
    }

    /// `class MACRO Name {`.
    fn before_type_name(&self, before: usize, next: usize) -> bool {
        if !self.name(next) {
            return false;
        }
        let after = self.after_path(next);
        match self.mark(after) {
            b'{' => true,
            b':' => self.mark(after + 1) != b':',
            b';' => self.text(before) == "class",
            _ => self.text(after) == "final",
        }
    }

    /// `MACRO int f(void);`, `MACRO class Name`, `MACRO` alone before a declaration.
    fn leading(&self, at: usize, last: usize, next: usize) -> bool {
        let mut after = next;
        for _ in 0..16 {
            if self.kind(after) != Some(Kind::Capitals) {
                break;
            }
            after = if self.mark(after + 1) == b'(' { self.partner[after + 1] + 1 } else { after + 1 };
        }
        if self.one_of(after, OPENERS) || (self.kind(next) == Some(Kind::Capitals) && self.alone(at, last)) {
            return true;
        }
        let called = last > at;
        let before = at.wrapping_sub(1);
        if !called
            && at > 0
            && matches!(self.mark(before), b'}' | b';')
            && (matches!(self.kind(next), None | Some(Kind::Line)) || self.mark(next) == b'}')
        {
            return true;
        }
        if called {
            return false;
        }
        if self.one_of(next, PRIMITIVES) {
            return true;
        }
        let mut ty = next;
        if matches!(self.text(ty), "const" | "volatile") {
            ty += 1;
        }
        if !self.name(ty) || (self.kind(ty) == Some(Kind::Capitals) && self.mark(ty + 2) == b'(') {
            return false;
        }
        let after = self.after_path(ty);
        match self.mark(after) {
            b'*' | b'&' => self.word(after + 1) || matches!(self.mark(after + 1), b'(' | b'*'),
            _ => self.name(after) || (self.text(after) == "const" && self.mark(after + 1) == b'*'),
        }
    }

    /// True when nothing else stands on the lines of these tokens.
    fn alone(&self, at: usize, last: usize) -> bool {
        let gap = |from: usize, to: usize| self.source.get(from..to).is_some_and(|gap| gap.contains('\n'));
        let before = at.checked_sub(1).map_or(0, |before| self.tokens[before].end);
        let after = self.tokens.get(last + 1).map_or(self.source.len(), |next| next.start);
        (at == 0 || gap(before, self.tokens[at].start)) && gap(self.tokens[last].end, after)
    }

    /// `void MACRO f(`: between the type and the name.
    fn middle(&self, at: usize, before: usize, last: usize, next: usize) -> bool {
        let typed = self.name(before)
            || self.one_of(before, PRIMITIVES)
            || matches!(self.mark(before), b'*' | b'&' | b'>');
        typed
            && last == at
            && (self.name(next) || self.mark(next) == b'~')
            && self.mark(self.after_path(next)) == b'('
            && self.starts_declaration(before)
    }

    /// True when the tokens back to the start of the statement are those of a type.
    fn starts_declaration(&self, at: usize) -> bool {
        let mut first = at;
        for _ in 0..24 {
            if self.starts(first) {
                return !matches!(self.text(first), "return" | "else" | "case" | "throw" | "goto" | "delete");
            }
            if !(self.word(first) || matches!(self.mark(first), b'*' | b'&' | b'<' | b'>' | b':' | b',')) {
                return false;
            }
            first -= 1;
        }
        false
    }

    /// `int x MACRO(y);`, `void f() MACRO {`.
    fn trailing(&self, at: usize, before: usize, last: usize, next: usize) -> bool {
        let ends = matches!(self.mark(next), b';' | b'{' | b'=')
            || (self.mark(next) == b':' && self.mark(next + 1) != b':')
            || matches!(self.text(next), "const" | "override" | "final" | "noexcept")
            || (self.kind(next) == Some(Kind::Capitals) && matches!(self.mark(before), b')'));
        if !ends || at < 2 {
            return false;
        }
        if matches!(self.text(before), "const" | "override" | "final" | "noexcept") {
            return self.mark(before - 1) == b')';
        }
        if self.mark(before) == b')' {
            let open = self.partner[before];
            let Some(name) = open.checked_sub(1).filter(|_| open < before) else { return false };
            if !self.name(name) || self.kind(name) == Some(Kind::Capitals) || name == 0 {
                return false;
            }
            let typed = self.name(name - 1)
                || self.one_of(name - 1, PRIMITIVES)
                || matches!(self.mark(name - 1), b'*' | b'&' | b'>' | b'~' | b':');
            return typed || (self.mark(next) == b'{' && self.starts(name));
        }
        // A field or variable.
        last > at
            && self.name(before)
            && self.kind(before) == Some(Kind::Word)
            && !self.one_of(before, PRIMITIVES)
            && (self.kind(before - 1) == Some(Kind::Word) && !self.one_of(before - 1, KEYWORDS)
                || matches!(self.mark(before - 1), b'*' | b'&' | b'>'))
            && self.starts_declaration(before - 1)
    }
}

fn tokens(source: &str) -> Vec<Token> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::with_capacity(bytes.len() / 5);
    let mut at = 0;
    let mut line_start = true;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let kind = match byte {
            b'\n' => {
                line_start = true;
                at += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\\' => {
                at += 1;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at =
                    memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |end| at + 2 + end + 2);
                continue;
            }
            b'#' if line_start => {
                at = end_of_line(bytes, at);
                Kind::Line
            }
            b'"' if at > 0 && bytes[at - 1] == b'R' => {
                at = end_of_raw(bytes, at);
                Kind::Literal
            }
            b'"' | b'\'' => {
                at = end_of_quote(bytes, at);
                Kind::Literal
            }
            b'0'..=b'9' => {
                while bytes
                    .get(at)
                    .is_some_and(|&c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'\'' | b'_'))
                {
                    at += 1;
                }
                Kind::Literal
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => {
                let mut capitals = !byte.is_ascii_lowercase() && byte < 0x80;
                while let Some(&c) =
                    bytes.get(at).filter(|&&c| c.is_ascii_alphanumeric() || c == b'_' || c >= 0x80)
                {
                    capitals &= !c.is_ascii_lowercase() && c < 0x80;
                    at += 1;
                }
                if capitals && at - start > 2 { Kind::Capitals } else { Kind::Word }
            }
            mark => {
                at += 1;
                Kind::Mark(mark)
            }
        };
        line_start = false;
        tokens.push(Token { kind, start, end: at });
    }
    tokens
}

/// The end of a line; a backslash at its end makes it go on.
fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..]).map(|end| at + end) {
        let before = bytes[at..end].iter().rev().find(|&&c| c != b'\r');
        if before != Some(&b'\\') {
            return end;
        }
        at = end + 1;
    }
    bytes.len()
}

/// The end of a string or character; it does not go past the line.
fn end_of_quote(bytes: &[u8], from: usize) -> usize {
    let quote = bytes[from];
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of a raw string: `R"x(…)x"`.
fn end_of_raw(bytes: &[u8], from: usize) -> usize {
    let rest = &bytes[from + 1..];
    let Some(open) = rest.iter().take(18).position(|&c| c == b'(') else { return end_of_quote(bytes, from) };
    let mut close = vec![b')'];
    close.extend_from_slice(&rest[..open]);
    close.push(b'"');
    memchr::memmem::find(&rest[open..], &close).map_or(bytes.len(), |end| from + 1 + open + end + close.len())
}
