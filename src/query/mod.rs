//! "Ask the graph." What the user typed becomes symbols, a walk over the edges becomes an answer. Everything is read
//! from one generation through [`crate::store::View`]; nothing is written.
//!
//! ```text
//! let answer = query::ask(snapshot.view(), &project, &Question::Callers { symbol, depth: 1 }, &Limits::default())?;
//! serde_json::to_writer(out, &answer)?;                                       // the documented JSON
//! draw::dot(&answer)                                                          // Some for graph answers
//! error.downcast_ref::<query::Ambiguous>()                                    // its choices, for a list or JSON
//! ```
//!
//! A symbol is given as [`locate`](self) reads it: a name (`f`, `T::f`, `T.f`), `path:line`, a path, or a printed
//! symbol ([`crate::model::Printed`]). Guesses (edges below [`crate::model::Confidence::SHOWN`]) are followed only with
//! [`Limits::include_guesses`].

pub mod answer;
pub mod cypher;
mod cycles;
pub mod draw;
mod explain;
mod external;
mod export;
mod graph;
mod locate;
mod path;
mod present;
mod questions;
mod steps;
mod structural;
mod unused;
mod walk;

pub use answer::Answer;
pub use cycles::Dependence;
pub use export::{EXPORT_VERSION, export};
pub use graph::shown_line;
pub use locate::{Ambiguous, Choice, Unknown};
pub use walk::Limits;

use crate::model::FileId;
use crate::store::{ProjectRow, View};
use anyhow::Result;
use graph::Graph;

/// A question to the graph of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Where is it defined? All that the name may mean.
    Definition {
        /// See [`locate`](self).
        symbol: String,
    },
    /// Where is it used, in whatever way?
    References {
        /// See [`locate`](self).
        symbol: String,
    },
    /// Who calls it? Calls through a method that it overrides are there with the rule `dispatch`.
    Callers {
        /// See [`locate`](self).
        symbol: String,
        /// Steps to follow, from 1.
        depth: u32,
    },
    /// What does it call? Of a type, module or file: what do the definitions in it call?
    Callees {
        /// See [`locate`](self).
        symbol: String,
        /// Steps to follow, from 1.
        depth: u32,
    },
    /// What implements, extends or overrides it, directly or not?
    Implementations {
        /// See [`locate`](self).
        symbol: String,
    },
    /// What is above and below it in the hierarchy of types, or of overrides?
    Hierarchy {
        /// See [`locate`](self).
        symbol: String,
    },
    /// What does a file import?
    Imports {
        /// Path of a file, its end, or a symbol in the file.
        file: String,
        /// Steps to follow, from 1.
        depth: u32,
    },
    /// Which files import a file, or a symbol?
    Importers {
        /// Path of a file, or a symbol.
        symbol: String,
        /// Steps to follow, from 1.
        depth: u32,
    },
    /// What may break when it changes? Everything that reaches it over calls, references and inheritance.
    Impact {
        /// See [`locate`](self).
        symbol: String,
        /// Steps to follow, from 1.
        depth: u32,
    },
    /// How does one symbol reach another? A shortest way over calls, else over any edge.
    Path {
        /// Where it starts.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// Why is there an edge from one symbol to another, or why not?
    Explain {
        /// Who uses.
        from: String,
        /// What is used.
        to: String,
    },
    /// What is in a file?
    Outline {
        /// Path of a file, its end, or a symbol in the file.
        file: String,
    },
    /// Which files depend on each other in a round?
    Cycles {
        /// What counts as depending.
        by: Dependence,
    },
    /// Which packages outside the project does it use?
    Dependencies {
        /// Path of a file or folder; empty for the whole project.
        within: String,
    },
    /// What does nothing reach? See [`answer::Unused`].
    Unused {
        /// Also what users of the project from outside may name.
        include_exports: bool,
    },
    /// How much is there?
    Stats,
}

/// The lines (0-based) that a typed `path:line` means, in a notebook `path:cell:line`; the end of a path may stand for
/// it, so there may be several. Nothing when it is no such thing, or no such file is indexed.
///
/// # Errors
/// When the store cannot be read.
pub fn lines(view: &View, project: &ProjectRow, typed: &str) -> Result<Option<Vec<(FileId, u32)>>> {
    locate::lines(&Graph::new(view, project), typed)
}

/// Answers a question.
///
/// # Errors
/// [`Unknown`] of kind not-found, [`Ambiguous`] of kind usage, what [`Limits::check`] says, or when the store cannot
/// be read.
pub fn ask(view: &View, project: &ProjectRow, question: &Question, limits: &Limits<'_>) -> Result<Answer> {
    let graph = Graph::new(view, project);
    questions::answer(&graph, project, question, limits)
}
