//! Which of several overloads a call means: first by the number of arguments, then by how their types fit the written
//! types of the parameters, then by which is the most specific.

use super::linker::{Candidate, Linker};
use super::table::Loc;
use super::value::{TypeRef, Value};
use crate::facts::{DefFlags, Expr, ExprIx, FileFacts, Literal};
use crate::lang::Rules;
use crate::model::{Doubt, FileId, SymbolKind};
use std::rc::Rc;

/// Deepest type inside a type that is compared.
const MAX_DEPTH: u32 = 8;
/// How well the very type fits.
const EXACT: i32 = 6;
/// How well a direct subtype fits; each further step takes one off, down to [`FAR`].
const SUBTYPE: i32 = 5;
/// How well a remote subtype fits.
const FAR: i32 = 2;
/// How well anything fits a type parameter.
const PARAMETER: i32 = 2;
/// What passing arguments one by one as the last parameter takes off.
const VARIADIC: i32 = 8;
/// How ill a type fits that is wrong, where types are not checked before a program runs.
const ILL: i32 = -3;

/// An argument.
enum Given {
    /// `null`: fits all but values without identity.
    Null,
    /// Anything else.
    Of(Value),
}

impl Linker<'_> {
    /// Those of several callables that fit the arguments best, and how doubtful that is; `types` counts the type
    /// arguments that are written.
    pub(super) fn overload(
        &self,
        file: FileId,
        args: &[ExprIx],
        argc: u8,
        types: usize,
        mut fits: Vec<Candidate>,
    ) -> (Vec<Candidate>, Doubt) {
        if fits.len() < 2 {
            return (fits, Doubt::None);
        }
        // Written type arguments are as many as the type parameters.
        let takes = |c: &Candidate| self.def(c.loc, |_, def| def.type_params.len()) == Some(types);
        if types > 0 && fits.iter().any(takes) {
            fits.retain(takes);
        }
        let locs: Vec<Loc> = fits.iter().map(|c| c.loc).collect();
        let by_argc = self.by_argc(argc, &locs);
        let fits: Vec<Candidate> = fits.into_iter().filter(|c| by_argc.contains(&c.loc)).collect();
        if fits.len() < 2 {
            return (fits, Doubt::None);
        }
        let Some(facts) = self.facts_of(file) else { return (fits, Doubt::None) };
        let given: Vec<Given> = args.iter().map(|&arg| self.argument(file, facts, arg)).collect();
        let scores: Vec<Option<i32>> = fits.iter().map(|c| self.fit(c, &given)).collect();
        let best = scores.iter().copied().max().flatten();
        let kept: Vec<Candidate> =
            fits.into_iter().zip(scores).filter(|(_, score)| *score == best).map(|(c, _)| c).collect();
        let kept = self.most_specific(kept);
        // Overloads of one type that fit alike: the first that is written.
        let same_type = |a: &Candidate, b: &Candidate| a.through == b.through && a.loc.file == b.loc.file;
        match kept.split_first() {
            Some((first, rest)) if rest.iter().all(|each| same_type(first, each)) => {
                let doubt = self.doubt_among(first, rest);
                (vec![first.clone()], doubt)
            }
            _ => (kept, Doubt::None),
        }
    }

    /// How doubtful it is that the first of several that fit alike is meant.
    fn doubt_among(&self, first: &Candidate, rest: &[Candidate]) -> Doubt {
        let is_alike = |each: &Candidate| {
            let n = |c: &Candidate| self.def(c.loc, |_, def| def.params.1 - def.params.0).unwrap_or(0);
            self.parameter_names(each.loc) == self.parameter_names(first.loc)
                && (0..n(first)).all(|at| self.parameter(each, at) == self.parameter(first, at))
        };
        if rest.is_empty() {
            Doubt::Overload
        } else if self.rules_of(first.loc.file).overloads_are_signatures() {
            Doubt::None
        } else if rest.iter().all(is_alike) {
            let is_function =
                self.def(first.loc, |facts, def| def.receiver == 0 && facts.is_top_level(def)) == Some(true);
            if is_function { Doubt::Build } else { Doubt::Variant }
        } else {
            Doubt::Tie
        }
    }

    fn argument(&self, file: FileId, facts: &FileFacts, arg: ExprIx) -> Given {
        match facts.exprs.get(arg as usize) {
            Some(Expr::Lit(Literal::Null)) => Given::Null,
            _ => Given::Of(self.eval(file, arg, None)),
        }
    }

    /// The written type of parameter `at` of a callable.
    fn parameter(&self, of: &Candidate, at: u32) -> Value {
        let Some(facts) = self.facts_of(of.loc.file) else { return Value::Unknown };
        let Some(def) = facts.defs.get(of.loc.def as usize) else { return Value::Unknown };
        match facts.locals.get((def.params.0 + at) as usize) {
            Some(local) if at < def.params.1 - def.params.0 => {
                self.eval_type(of.loc.file, local.ty, of.through.as_ref())
            }
            _ => Value::Unknown,
        }
    }

    /// How well arguments fit the parameters of a callable, higher is better; `None` when one surely does not.
    fn fit(&self, of: &Candidate, given: &[Given]) -> Option<i32> {
        let (n, variadic) =
            self.def(of.loc, |_, def| (def.params.1 - def.params.0, def.flags.has(DefFlags::VARIADIC)))?;
        let rules = self.rules_of(of.loc.file);
        let mut score = 0;
        let mut spread = variadic && given.len() < n as usize;
        for (at, each) in (0_u32..).zip(given) {
            let is_rest = variadic && at + 1 >= n;
            let wanted = self.parameter(of, if is_rest { n.saturating_sub(1) } else { at });
            let element = match &wanted {
                Value::Wrapped(inner) if is_rest => inner,
                _ => &wanted,
            };
            score += match each {
                Given::Null if rules.is_value_type(name_of(&wanted)) => return None,
                Given::Null => 0,
                Given::Of(value) if is_rest => {
                    let whole = (given.len() == n as usize).then(|| self.passes(rules, value, &wanted, 0));
                    match whole.flatten() {
                        Some(score) if matches!(value, Value::Wrapped(_)) => score,
                        _ => {
                            spread = true;
                            self.passes(rules, value, element, 0)?
                        }
                    }
                }
                Given::Of(value) => self.passes(rules, value, &wanted, 0)?,
            };
        }
        Some(if spread { score - VARIADIC } else { score })
    }

    /// Of callables that fit alike those whose parameters all fit the parameters of the others.
    fn most_specific(&self, kept: Vec<Candidate>) -> Vec<Candidate> {
        if kept.len() < 2 {
            return kept;
        }
        let narrower = |a: &Candidate, b: &Candidate| {
            let count = |c: &Candidate| self.def(c.loc, |_, def| def.params.1 - def.params.0).unwrap_or(0);
            let (n, m) = (count(a), count(b));
            let rules = self.rules_of(a.loc.file);
            n == m
                && (0..n).all(|at| {
                    let (given, wanted) = (self.parameter(a, at), self.parameter(b, at));
                    // A type parameter is wider than any type.
                    given == wanted
                        || (given != Value::Unknown
                            && self.passes(rules, &given, &wanted, 0).is_some_and(|s| s > 0))
                })
        };
        let best: Vec<Candidate> =
            kept.iter().filter(|a| kept.iter().all(|b| a.loc == b.loc || narrower(a, b))).cloned().collect();
        if best.is_empty() { kept } else { best }
    }

    /// How well a value can be passed where a type is wanted, higher is better; `None` when it surely cannot.
    pub(super) fn passes(&self, rules: &dyn Rules, given: &Value, wanted: &Value, depth: u32) -> Option<i32> {
        let wrong = if rules.types_are_checked() { None } else { Some(ILL) };
        if depth > MAX_DEPTH {
            return Some(0);
        }
        let is_array = rules.wrapped_is_array();
        match (given, wanted) {
            (
                Value::Unknown | Value::External(_) | Value::Module(_) | Value::Type(_) | Value::Tuple(_),
                _,
            ) => Some(0),
            (Value::Library { name, .. }, Value::Unknown) if rules.is_value_type(name) => Some(1),
            (_, Value::Unknown) => Some(PARAMETER),
            (
                _,
                Value::External(_)
                | Value::Module(_)
                | Value::Type(_)
                | Value::Tuple(_)
                | Value::Callable(..),
            ) => Some(0),
            (Value::Union(parts), _) => {
                let mut least = EXACT;
                for part in parts.iter() {
                    least = least.min(self.passes(rules, part, wanted, depth + 1)?);
                }
                Some(least)
            }
            (_, Value::Union(parts)) => {
                let each = parts.iter().filter_map(|part| self.passes(rules, given, part, depth + 1));
                each.max().or(wrong)
            }
            (Value::Wrapped(a), Value::Wrapped(b)) => self.elements_pass(rules, a, b, depth),
            (Value::Wrapped(_), Value::Library { name, .. }) if is_array => {
                rules.array_passes(name).or(wrong)
            }
            (Value::Wrapped(_), _) if is_array => wrong,
            (Value::Library { name, .. }, Value::Wrapped(_)) if is_array => {
                if &**name == "[]" {
                    Some(FAR)
                } else {
                    wrong
                }
            }
            (_, Value::Wrapped(_)) if is_array => wrong,
            (Value::Wrapped(a), _) => self.passes(rules, a, wanted, depth + 1),
            (_, Value::Wrapped(b)) => self.passes(rules, given, b, depth + 1),
            (Value::Function(..) | Value::Callable(..), Value::Library { name, .. }) => {
                if rules.is_value_type(name) { wrong } else { Some(FAR) }
            }
            (Value::Function(..) | Value::Callable(..), Value::Instance(of)) => match self.kind(of.loc) {
                SymbolKind::Class | SymbolKind::Struct | SymbolKind::Enum => wrong,
                _ => Some(FAR + 1),
            },
            (Value::Function(..) | Value::Callable(..), _) => Some(FAR + 1),
            (Value::Library { name, .. }, Value::Function(..)) if rules.is_value_type(name) => wrong,
            (_, Value::Function(..)) => Some(0),
            (Value::Instance(a), Value::Instance(b)) => self.distance(a, b.loc, 0).or(wrong),
            (Value::Instance(a), Value::Library { name, .. }) => {
                self.library_distance(rules, a, name, 0).or(wrong)
            }
            (Value::Library { name: a, .. }, Value::Library { name: b, .. }) => rules.passes(a, b).or(wrong),
            (Value::Library { .. }, Value::Instance(_)) => wrong,
            (Value::Map(_) | Value::Object(..), _) | (_, Value::Map(_) | Value::Object(..)) => Some(0),
        }
    }

    /// Arrays pass when their elements do, without conversion.
    fn elements_pass(&self, rules: &dyn Rules, a: &Rc<Value>, b: &Rc<Value>, depth: u32) -> Option<i32> {
        let (given, wanted) = (name_of(a), name_of(b));
        let is_value = rules.is_value_type(given) || rules.is_value_type(wanted);
        if rules.wrapped_is_array() && is_value && **a != Value::Unknown {
            // A type parameter never stands for a type without identity.
            return (given == wanted).then_some(EXACT);
        }
        self.passes(rules, a, b, depth + 1)
    }

    /// How well a value of a project's type fits a project's type.
    fn distance(&self, ty: &TypeRef, wanted: Loc, steps: i32) -> Option<i32> {
        if ty.loc == wanted || self.is_same_open_type(ty.loc, wanted) {
            return Some(if steps == 0 { EXACT } else { (SUBTYPE + 1 - steps).max(FAR) });
        }
        if steps > 8 {
            return None;
        }
        self.supers_of(ty).iter().filter_map(|of| self.distance(of, wanted, steps + 1)).max()
    }

    /// How well a value of a project's type fits a library's type: by the names of what it inherits.
    fn library_distance(&self, rules: &dyn Rules, ty: &TypeRef, wanted: &str, steps: i32) -> Option<i32> {
        if steps > 8 {
            return None;
        }
        if rules.is_root_type(wanted) {
            return Some(1);
        }
        let facts = self.facts_of(ty.loc.file)?;
        let def = facts.defs.get(ty.loc.def as usize)?;
        let mut best = None;
        for &(_, of) in &def.supers {
            let found = match self.eval_type(ty.loc.file, of, Some(ty)) {
                Value::Instance(of) if of.loc != ty.loc => {
                    self.library_distance(rules, &of, wanted, steps + 1)
                }
                Value::Library { name, .. } => match rules.passes(&name, wanted) {
                    Some(score) if score > 0 => Some((SUBTYPE - steps).max(FAR)),
                    // Of a library's type whose supertypes are not known anything may be.
                    other => other,
                },
                _ => None,
            };
            best = best.max(found);
        }
        best
    }
}

/// The name of a library's type; empty for all else.
fn name_of(value: &Value) -> &str {
    match value {
        Value::Library { name, .. } => name,
        _ => "",
    }
}
