//! The embedding models that questions are asked with, opened when they are first needed.

use crate::config::{EmbeddingModel, keys};
use crate::embed::{Embedder, Model, StaticTable};
use crate::error;
use crate::store::{ProjectRow, View};
use crate::vector::{Space, model_of};
use anyhow::Result;
use std::sync::{Arc, Mutex, PoisonError};

/// Models that are kept open besides the built-in one.
const MAX_OPEN: usize = 4;

/// Models that are open.
#[derive(Default)]
pub struct Models(Mutex<Vec<Asked>>);

/// How a project's questions become vectors.
#[derive(Clone)]
pub struct Asked {
    /// Id of the project's model.
    id: String,
    /// The model; none when it cannot be had.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// What is odd about it.
    pub note: Option<String>,
}

impl Models {
    /// The model with which a project was embedded, whatever the settings name now: vectors of different models never
    /// meet. When the settings name another one, or it cannot be had, there is a note.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of_project(&self, view: &View, project: &ProjectRow, settings: &keys::Vector) -> Result<Asked> {
        let id = model_of(project);
        if id == StaticTable::ID && settings.embedding_model == EmbeddingModel::BuiltIn {
            let embedder: Arc<dyn Embedder> = Arc::new(Model::BuiltIn);
            return Ok(Asked { id: id.to_owned(), embedder: Some(embedder), note: None });
        }
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = open.iter().find(|asked| asked.id == id) {
            return Ok(asked.clone());
        }
        let asked = ask(view, project, settings)?;
        if asked.embedder.is_some() {
            open.truncate(MAX_OPEN - 1);
            open.insert(0, asked.clone());
        }
        Ok(asked)
    }
}

fn ask(view: &View, project: &ProjectRow, settings: &keys::Vector) -> Result<Asked> {
    let about = Space::of(view, project)?.about;
    let known: Vec<_> = Space::all(view)?.into_iter().map(|space| space.about).collect();
    let wanted = Model::open(settings, &known, None);
    let asked = |embedder: Option<Model>, note| {
        let embedder = embedder.map(|model| Arc::new(Remembering::new(model)) as Arc<dyn Embedder>);
        Asked { id: about.id.clone(), embedder, note }
    };
    let other = match wanted {
        Ok(choice) if choice.model.id() == about.id => {
            return Ok(asked(Some(choice.model), choice.note));
        }
        Ok(choice) => choice.note.unwrap_or_else(|| format!("the settings name {}", choice.model.about())),
        Err(error) => error::message(&error),
    };
    let name = &project.name;
    let anew = "`codegraph index` embeds it anew";
    Ok(match Model::reopen(&about, settings) {
        Ok(model) => {
            let note = format!("the index of {name} was made with {about}, which is used: {other}; {anew}");
            asked(Some(model), Some(note))
        }
        Err(error) => {
            let why = error::message(&error);
            let note = format!(
                "the index of {name} was made with {about}, which cannot be used ({why}), so the answer comes from \
                 words alone: {other}; {anew}"
            );
            asked(None, Some(note))
        }
    })
}

/// A model that remembers the last question: one that is put to several projects, or again, is embedded once.
struct Remembering {
    model: Model,
    last: Mutex<Option<(String, Vec<f32>)>>,
}

impl Remembering {
    const fn new(model: Model) -> Self {
        Self { model, last: Mutex::new(None) }
    }
}

impl Embedder for Remembering {
    fn id(&self) -> &str {
        self.model.id()
    }

    fn dimension(&self) -> usize {
        self.model.dimension()
    }

    fn embed_query(&self, query: &str) -> Result<Vec<f32>> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, vector)) = last().as_ref().filter(|(question, _)| question == query) {
            return Ok(vector.clone());
        }
        let vector = self.model.embed_query(query)?;
        *last() = Some((query.to_owned(), vector.clone()));
        Ok(vector)
    }
}
