//! THE list of operations, and what a surface can do with each.

use super::{Answer, Context, Format, request, schema};
use anyhow::Result;
use clap::{ArgMatches, Args, Command};
use serde::Serialize;
use serde_json::Value;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Where an operation hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// By itself.
    Top,
    /// Below `query`.
    Query,
    /// Below `config`.
    Config,
    /// Below `backup`, which is an operation itself.
    Backup,
}

impl Group {
    /// Every group that is a command.
    pub const ALL: [Self; 3] = [Self::Query, Self::Config, Self::Backup];

    /// Its command and what that is for; nothing for the top.
    #[must_use]
    pub const fn command(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Top => None,
            Self::Query => Some(("query", "Ask the graph: a question by its name, or a query in openCypher")),
            Self::Config => Some(("config", "Show and check the settings")),
            Self::Backup => Some(("backup", "Keep the index")),
        }
    }
}

/// What an operation does to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Reads a published generation.
    Read,
    /// Writes the store.
    Write,
    /// Writes copies of what was published, beside the store.
    Keep,
    /// Tells or changes what only an operator may.
    Admin,
}

/// A door to operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// The command line.
    Cli,
    /// The HTTP daemon.
    Http,
}

/// An operation: its fields are the request, its doc comment is the help at every surface.
pub trait Operation: Args + Serialize + 'static {
    /// Its name at every surface.
    const NAME: &'static str;
    /// Where it hangs.
    const GROUP: Group = Group::Top;
    /// What it does to the store.
    const EFFECT: Effect = Effect::Read;
    /// Where it can be asked for.
    const SURFACES: &'static [Surface] = &[Surface::Cli, Surface::Http];
    /// Forms of its answer; the first is the usual one.
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json];
    /// A daemon does it as a job, since it writes or may take long.
    const IS_JOB: bool = matches!(Self::EFFECT, Effect::Write | Effect::Keep);
    /// Its answer.
    type Response: Answer + 'static;

    /// Runs it.
    ///
    /// # Errors
    /// As each operation says.
    fn run(self, cx: &Context) -> Result<Self::Response>;

    /// The request as bodies that mean the same wherever they are run, one for each answer; nothing when only the process
    /// that was asked can do it.
    ///
    /// # Errors
    /// When it asks for what is not there.
    fn apart(&self, cx: &Context) -> Result<Option<Vec<Value>>> {
        let _ = cx;
        Ok(Some(vec![serde_json::to_value(self)?]))
    }

    /// The answer that JSON of it is. Only operations that are done as jobs need it.
    ///
    /// # Errors
    /// When it is none.
    fn told(answer: Value) -> Result<Self::Response> {
        anyhow::bail!("`{}` is not told of in JSON: {answer}", Self::NAME)
    }
}

/// An [`Operation`] of any type, ready to run.
pub trait Request {
    /// Runs it.
    ///
    /// # Errors
    /// As the operation.
    fn run(self: Box<Self>, cx: &Context) -> Result<Box<dyn Answer>>;

    /// The request as a JSON body, defaults filled in.
    ///
    /// # Errors
    /// When a path in it is no text.
    fn json(&self) -> Result<Value>;

    /// As [`Operation::apart`].
    ///
    /// # Errors
    /// As [`Operation::apart`].
    fn apart(&self, cx: &Context) -> Result<Option<Vec<Value>>>;
}

impl<O: Operation> Request for O {
    fn run(self: Box<Self>, cx: &Context) -> Result<Box<dyn Answer>> {
        Ok(Box::new(Operation::run(*self, cx)?))
    }

    fn json(&self) -> Result<Value> {
        Ok(serde_json::to_value(self)?)
    }

    fn apart(&self, cx: &Context) -> Result<Option<Vec<Value>>> {
        Operation::apart(self, cx)
    }
}

/// An operation as surfaces see it.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Where it hangs.
    pub group: Group,
    /// What it does to the store.
    pub effect: Effect,
    /// Where it can be asked for.
    pub surfaces: &'static [Surface],
    /// A daemon does it as a job.
    pub is_job: bool,
    /// Forms of its answer; the first is the usual one.
    pub formats: &'static [Format],
    augment: fn(Command) -> Command,
    read: fn(&ArgMatches) -> Result<Box<dyn Request>, clap::Error>,
    told: fn(Value) -> Result<Box<dyn Answer>>,
    /// The command that bodies are held against: making it takes longer than using it.
    of_bodies: OnceLock<Mutex<Command>>,
}

impl Entry {
    const fn of<O: Operation>() -> Self {
        Self {
            name: O::NAME,
            group: O::GROUP,
            effect: O::EFFECT,
            surfaces: O::SURFACES,
            is_job: O::IS_JOB,
            formats: O::FORMATS,
            augment: O::augment_args,
            read: |matches| Ok(Box::new(O::from_arg_matches(matches)?)),
            told: |answer| Ok(Box::new(O::told(answer)?)),
            of_bodies: OnceLock::new(),
        }
    }

    /// Where the daemon answers it, to a `POST`.
    #[must_use]
    pub fn path(&self) -> String {
        match self.group.command() {
            Some((group, _)) => format!("/api/v1/{group}/{}", self.name),
            None => format!("/api/v1/{}", self.name),
        }
    }

    /// Its arguments as a clap command, without what a surface adds.
    #[must_use]
    pub fn command(&self) -> Command {
        (self.augment)(Command::new(self.name))
    }

    /// The JSON Schema of its request.
    #[must_use]
    pub fn schema(&self) -> Value {
        schema::of(&self.command())
    }

    /// The same with the ranges of numbers.
    #[must_use]
    pub fn strict_schema(&self) -> Value {
        schema::strict(&self.command())
    }

    /// The request that parsed arguments spell.
    ///
    /// # Errors
    /// When the arguments are not those of [`Entry::command`].
    pub fn from_args(&self, matches: &ArgMatches) -> Result<Box<dyn Request>> {
        Ok((self.read)(matches)?)
    }

    /// As [`Operation::told`].
    ///
    /// # Errors
    /// As [`Operation::told`].
    pub fn told(&self, answer: Value) -> Result<Box<dyn Answer>> {
        (self.told)(answer)
    }

    /// The request that a JSON body spells.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with clap's words when the body is not valid.
    pub fn from_json(&self, body: &Value) -> Result<Box<dyn Request>> {
        let command = self.of_bodies.get_or_init(|| Mutex::new(request::of_bodies(self.command())));
        let mut command = command.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = request::matches(&mut command, body)?;
        drop(command);
        self.from_args(&matches)
    }
}

macro_rules! operations {
    ($($operation:ty,)*) => {
        /// Every operation, in the order of `--help`.
        pub static OPERATIONS: &[Entry] = &ENTRIES;

        static ENTRIES: [Entry; [$(<$operation as Operation>::NAME,)*].len()] =
            [$(Entry::of::<$operation>(),)*];
    };
}

operations![
    super::index::Index,
    super::search::Search,
    super::similar::Similar,
    super::source::Source,
    super::questions::Definition,
    super::questions::References,
    super::questions::Callers,
    super::questions::Callees,
    super::questions::Implementations,
    super::questions::Hierarchy,
    super::questions::Imports,
    super::questions::Importers,
    super::questions::Impact,
    super::questions::Way,
    super::questions::Explain,
    super::questions::Outline,
    super::questions::Cycles,
    super::questions::Dependencies,
    super::questions::Unused,
    super::questions::Stats,
    super::cypher::Cypher,
    super::cypher::Schema,
    super::export::Export,
    super::verify::Verify,
    super::status::Status,
    super::remove::Remove,
    super::upkeep::Vectors,
    super::upkeep::Compact,
    super::backup::Create,
    super::backup::List,
    super::backup::Verify,
    super::backup::Prune,
    super::backup::Restore,
    super::doctor::Doctor,
    super::settings::Show,
    super::settings::Check,
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A body that gives every argument a value of its own; of two that exclude each other, the first.
    fn sample(entry: &Entry, word: &str) -> Value {
        let (command, schema) = (entry.command(), entry.schema());
        let mut body = serde_json::Map::new();
        for (name, property) in schema["properties"].as_object().unwrap() {
            let arg = |name: &str| command.get_arguments().find(|arg| arg.get_id() == name).unwrap();
            let excludes = |one: &str, other: &str| {
                command.get_arg_conflicts_with(arg(one)).iter().any(|arg| arg.get_id() == other)
            };
            if body.keys().any(|other| excludes(name, other) || excludes(other, name)) {
                continue;
            }
            let one = |property: &Value| match (property["type"].as_str().unwrap(), &property["enum"]) {
                ("boolean", _) => json!(true),
                ("integer", _) => json!(7),
                (_, Value::Array(choices)) => choices[choices.len() / 2].clone(),
                _ => json!(word),
            };
            let value = match property["type"].as_str().unwrap() {
                "array" => json!([one(&property["items"]), one(&property["items"])]),
                _ => one(property),
            };
            body.insert(name.clone(), value);
        }
        Value::Object(body)
    }

    #[test]
    fn a_request_as_a_body_and_back_is_the_same_for_every_operation() {
        for entry in OPERATIONS {
            entry.command().debug_assert();
            for word in
                ["plain", "two words", "-x", "--limit=3", "a=b", "line\nbreak", "grüße", "--", "src/**/*.rs"]
            {
                let body = sample(entry, word);
                let request =
                    entry.from_json(&body).unwrap_or_else(|e| panic!("{} {body}: {e:#}", entry.name));
                let printed = request.json().unwrap();
                for (name, value) in body.as_object().unwrap() {
                    assert_eq!(&printed[name], value, "{} {name}", entry.name);
                }
                assert_eq!(entry.from_json(&printed).unwrap().json().unwrap(), printed, "{}", entry.name);
            }
        }
    }

    #[test]
    fn unknown_fields_and_wrong_types_are_refused_with_the_fields_name() {
        for entry in OPERATIONS {
            let error = entry.from_json(&json!({"no_such_field": 1})).err().unwrap();
            assert!(crate::error::message(&error).contains("no_such_field"), "{error:#}");
            for body in [json!([]), json!("x"), json!(3)] {
                assert!(entry.from_json(&body).is_err(), "{}", entry.name);
            }
            let schema = entry.schema();
            for (name, property) in schema["properties"].as_object().unwrap() {
                let mut body = json!({});
                body[name] = if property["type"] == "boolean" { json!("true") } else { json!({"a": 1}) };
                let error = crate::error::message(&entry.from_json(&body).err().unwrap());
                assert!(error.contains(name.as_str()), "{}: {error}", entry.name);
            }
        }
    }

    #[test]
    fn what_is_required_is_said_by_the_schema_and_by_clap() {
        for entry in OPERATIONS {
            let required = entry.schema()["required"].as_array().unwrap().len();
            assert_eq!(entry.from_json(&json!({})).is_err(), required > 0, "{}", entry.name);
        }
    }

    #[test]
    fn every_argument_is_explained_and_no_name_is_taken_twice() {
        let mut names: Vec<_> = OPERATIONS.iter().map(|entry| (entry.group as u8, entry.name)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), OPERATIONS.len());
        for entry in OPERATIONS {
            let command = entry.command();
            assert!(command.get_about().is_some(), "{}", entry.name);
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty() && !help.ends_with('.'), "{} {}", entry.name, arg.get_id());
            }
        }
    }
}
