//! Why there is an edge, or why not: its places, the rule that made it, and what else has that name.

use super::answer::{Answer, Because, Explanation, Rejected};
use super::graph::Graph;
use super::locate::{self, Target};
use super::present::{definition, printed, site};
use super::walk::{Limits, Step};
use crate::lang;
use crate::model::{Confidence, Rule, SymbolId};
use crate::store::FileRow;
use crate::store::view::is_in;
use anyhow::Result;
use rustc_hash::FxHashSet;

/// Most definitions of the same name that are listed.
const MAX_REJECTED: usize = 20;

pub(super) fn explain(graph: &Graph<'_>, from: &str, to: &str, limits: &Limits<'_>) -> Result<Answer> {
    let (start, end) = (locate::one(graph, from)?, locate::one(graph, to)?);
    let steps = steps_of(graph, &start, limits)?;
    let mut direct: FxHashSet<SymbolId> = end.ids.iter().copied().collect();
    let mut above: FxHashSet<SymbolId> = FxHashSet::default();
    for &id in &end.ids {
        direct.extend(graph.constructors(id)?);
        above.extend(graph.overridden(id, 0)?);
    }
    let mut edges = Vec::new();
    for step in &steps {
        let is_direct = direct.contains(&step.next) || is_in_external(graph, &end, step.next);
        if !is_direct && !above.contains(&step.next) {
            continue;
        }
        let Confidence(dispatch) = Rule::Dispatch.confidence();
        let (rule, confidence, through) = if is_direct {
            (step.rule, step.confidence, None)
        } else {
            (Rule::Dispatch, step.confidence.min(dispatch), Some(printed(graph, step.next)?))
        };
        edges.push(Because {
            edge: step.kind,
            role: step.role,
            rule,
            because: because(rule).to_owned(),
            confidence: Confidence(confidence).fraction(),
            guess: confidence < Confidence::SHOWN.0,
            site: site(graph, step.site, step.line, Some(step.column))?,
            through,
        });
    }
    edges.sort_by(|a, b| a.site.cmp(&b.site).then_with(|| b.confidence.total_cmp(&a.confidence)));
    edges.truncate(limits.max_results);
    let rejected = rejected(graph, &start, &end, &direct, &steps)?;
    let links = graph.links(start.first().file)?;
    let name = &end.symbol.name;
    let unresolved =
        links.row.unresolved.iter().find(|(each, _)| each == name).map_or(0, |(_, count)| *count);
    Ok(Answer::Explanation(Explanation {
        from: printed(graph, start.first())?,
        to: printed(graph, end.first())?,
        results: edges,
        rejected,
        symbols_only: graph.symbols_only(&[start.first(), end.first()])?,
        unresolved,
    }))
}

/// True for something outside the project that is in what was asked for.
fn is_in_external(graph: &Graph<'_>, end: &Target, used: SymbolId) -> bool {
    let outer = graph.external_name(end.first());
    outer.zip(graph.external_name(used)).is_some_and(|(outer, name)| is_in(&name, &outer))
}

/// The uses in a target and all that is in it, guesses too.
fn steps_of(graph: &Graph<'_>, target: &Target, limits: &Limits<'_>) -> Result<Vec<Step>> {
    let mut sources = target.ids.clone();
    for &id in &target.ids {
        sources.extend(graph.contents(id)?);
    }
    let mut steps: Vec<Step> = Vec::new();
    for id in sources {
        (limits.check)()?;
        steps.extend(graph.acts(id)?);
        steps.extend(graph.outbound(id)?);
        steps.extend(graph.external_acts(id)?);
        steps.extend(graph.external_outbound(id)?);
    }
    steps.sort_unstable();
    steps.dedup();
    Ok(steps)
}

/// Other definitions of the target's name, and why none of the uses is shown as one of theirs.
fn rejected(
    graph: &Graph<'_>,
    start: &Target,
    end: &Target,
    direct: &FxHashSet<SymbolId>,
    steps: &[Step],
) -> Result<Vec<Rejected>> {
    let family = |row: Option<&FileRow>| {
        row.filter(|row| row.language != FileRow::TEXT).map(|row| lang::family(row.language))
    };
    let here = family(graph.file(start.first().file)?.as_deref());
    let mut rejected = Vec::new();
    for row in graph.view.symbols_named(graph.pid, &end.symbol.name)? {
        if rejected.len() >= MAX_REJECTED {
            break;
        }
        if row.name != end.symbol.name || direct.contains(&row.id) {
            continue;
        }
        let used = steps.iter().filter(|step| step.next == row.id).max_by_key(|step| step.confidence);
        let why = match used {
            Some(step) if step.confidence >= Confidence::SHOWN.0 => {
                format!("it is used too, by the rule `{}`", step.rule.name())
            }
            Some(step) => format!("a guess: confidence {}", Confidence(step.confidence).fraction()),
            None if family(graph.file(row.id.file)?.as_deref()) != here => "another language".to_owned(),
            None => "no rule leads to it".to_owned(),
        };
        if let Some(definition) = definition(graph, row.id)? {
            rejected.push(Rejected {
                symbol: definition.symbol,
                id: definition.id,
                kind: definition.kind,
                path: definition.path,
                line: definition.line,
                why,
            });
        }
    }
    rejected.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(rejected)
}

/// What a rule says, in a sentence.
const fn because(rule: Rule) -> &'static str {
    match rule {
        Rule::Syntax => "the syntax says so",
        Rule::Local => "the name is declared in an enclosing scope of the same file",
        Rule::Import => "the name is imported",
        Rule::ReExport => "the name is imported from a file that re-exports it",
        Rule::Package => "the name is visible in the same package, namespace or folder",
        Rule::Qualified => "the name is qualified by what holds it",
        Rule::SelfMember => "it is a member of the enclosing type",
        Rule::SuperMember => "it is a member of what the enclosing type inherits from",
        Rule::Inherited => "it is a member that a supertype declares",
        Rule::DeclaredType => "it is a member of the receiver's written type",
        Rule::InferredType => "it is a member of the receiver's type, which was inferred",
        Rule::MacroArgument => "it stands in the arguments of a macro",
        Rule::Dispatch => "it overrides the method that is used, and may be called in its place",
        Rule::Structural => "it has all methods of the interface",
        Rule::NameOnly => "it is the only method of that name; the receiver's type is not known",
    }
}
