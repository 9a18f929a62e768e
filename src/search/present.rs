//! What is shown: which lines and which symbol stand for a chunk.

use super::corpus::Corpus;
use super::rank::Scored;
use super::{Hit, Request, Source};
use crate::store::{DocRow, SymbolRow};
use anyhow::Result;

/// Most lines of a hit.
pub(super) const MAX_LINES: u32 = 60;
/// Most lines between a hit and a symbol whose comment is in it.
const MAX_COMMENT: u32 = 60;

/// The hits of an answer, best first.
pub(super) fn hits(
    source: &dyn Source,
    scored: Vec<Scored>,
    corpus: &Corpus,
    request: &Request<'_>,
) -> Result<Vec<Hit>> {
    let mut hits: Vec<Hit> = Vec::new();
    for each in scored {
        if hits.len() >= request.limit {
            break;
        }
        let Some(doc) = source.doc(corpus.doc(each.position))? else { continue };
        let index = each.chunk - corpus.chunks(each.position).start;
        let Some(hit) = hit(each, index, &doc, request) else { continue };
        let is_double = hits.iter().any(|other| {
            other.file == hit.file && other.start_line == hit.start_line && other.end_line == hit.end_line
        });
        if admits(request, hit.symbol.as_ref()) && !is_double {
            hits.push(hit);
        }
    }
    Ok(hits)
}

/// What the kinds and the wish for no tests say of a symbol.
pub(super) fn admits(request: &Request<'_>, symbol: Option<&SymbolRow>) -> bool {
    let kinds = &request.filters.kinds;
    (kinds.is_empty() || symbol.is_some_and(|symbol| kinds.contains(&symbol.kind)))
        && !symbol.is_some_and(|symbol| request.filters.not_kinds.contains(&symbol.kind))
        && !(request.filters.no_tests && symbol.is_some_and(|symbol| symbol.is_test))
}

fn hit(scored: Scored, index: usize, doc: &DocRow, request: &Request<'_>) -> Option<Hit> {
    let chunk = doc.chunks.get(index)?;
    let at = |index: Option<usize>| index.and_then(|index| doc.symbols.get(index));
    let exact = at(scored.exact);
    let enclosing = enclosing(doc, chunk.start_line, chunk.end_line);
    let symbol = exact.or(at(scored.best)).or(enclosing);
    let (start, end) = match exact {
        // A person who asks for a name wants to see it from its start.
        // What else stands around a chunk that was asked for by its text may be just what is not wanted.
        _ if !request.patterns.is_empty() => (chunk.start_line, chunk.end_line),
        Some(symbol) => (symbol.start_line, symbol.end_line.min(symbol.start_line + MAX_LINES - 1)),
        None => lines(chunk.start_line, chunk.end_line, symbol),
    };
    Some(Hit {
        start_line: start + 1,
        end_line: end.max(start) + 1,
        score: scored.score,
        symbol: symbol.cloned(),
        choices: if exact.is_some() { Vec::new() } else { choices(request, doc, (start, end), symbol) },
        is_exact: exact.is_some(),
        parts: scored.parts(),
        ..Hit::of(doc)
    })
}

/// The lines of a chunk, and those of its symbol as far as there is room for all of them.
fn lines(start: u32, end: u32, symbol: Option<&SymbolRow>) -> (u32, u32) {
    let end = end.min(start + MAX_LINES - 1);
    let Some(symbol) = symbol else { return (start, end) };
    let whole = (start.min(symbol.start_line), end.max(symbol.end_line));
    if whole.1 - whole.0 < MAX_LINES { whole } else { (start, end) }
}

/// The symbols that may stand for some lines, as far as they are admitted: ranked ones, and the one that stands for
/// the chunk so far.
fn choices(
    request: &Request<'_>,
    doc: &DocRow,
    (start, end): (u32, u32),
    so_far: Option<&SymbolRow>,
) -> Vec<SymbolRow> {
    let is_choice = |symbol: &&SymbolRow| {
        symbol.start_line <= end + MAX_COMMENT
            && symbol.end_line >= start
            && (symbol.kind.is_landmark()
                || request.filters.kinds.contains(&symbol.kind)
                || so_far.is_some_and(|so_far| std::ptr::eq(*symbol, so_far)))
            && admits(request, Some(symbol))
    };
    doc.symbols.iter().filter(is_choice).cloned().collect()
}

/// The innermost symbol that holds all the lines.
pub(super) fn enclosing(doc: &DocRow, start: u32, end: u32) -> Option<&SymbolRow> {
    doc.symbols
        .iter()
        .filter(|symbol| symbol.start_line <= start && symbol.end_line >= end)
        .min_by_key(|symbol| symbol.end_line - symbol.start_line)
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::model::SymbolKind;
    use crate::store::SymbolRow;

    fn symbol(start_line: u32, end_line: u32) -> SymbolRow {
        SymbolRow {
            slot: 1,
            kind: SymbolKind::Function,
            name: "f".to_owned(),
            container: String::new(),
            chunk: 0,
            start_line,
            end_line,
            is_test: false,
        }
    }

    #[test]
    fn a_chunk_grows_to_its_symbol_when_that_is_small() {
        assert_eq!(lines(10, 20, None), (10, 20));
        assert_eq!(lines(10, 20, Some(&symbol(15, 30))), (10, 30));
        assert_eq!(lines(10, 20, Some(&symbol(5, 18))), (5, 20));
        assert_eq!(lines(10, 20, Some(&symbol(0, 100))), (10, 20));
        assert_eq!(lines(10, 500, None), (10, 69));
    }
}
