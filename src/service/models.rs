//! The embedding models that questions are asked with, opened when they are first needed.

use super::kept::{Kept, Limits};
use crate::config::keys::Performance;
use crate::config::{EmbeddingModel, keys};
use crate::embed::{Embedder, Model, StaticTable};
use crate::error;
use crate::store::{ProjectRow, View};
use crate::vector::{Space, model_of};
use anyhow::Result;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Models that are kept open besides the built-in one.
const MAX_OPEN: usize = 4;

/// Bytes of all vectors of questions that are kept.
pub(super) const MAX_KEPT_BYTES: usize = 32 << 20;

/// The vectors of questions, by the id of the model and the question.
type Vectors = Kept<(String, String), Vec<f32>>;

/// Models that are open, and what they made of questions.
pub struct Models {
    open: Mutex<Vec<Asked>>,
    vectors: Arc<Vectors>,
}

impl Default for Models {
    fn default() -> Self {
        Self::new(&Performance::default())
    }
}

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
    /// None yet.
    #[must_use]
    pub fn new(settings: &Performance) -> Self {
        let values = if settings.enable_query_cache { settings.query_cache_size } else { 0 };
        let values = usize::try_from(values).unwrap_or(usize::MAX);
        let limits = Limits { values, bytes: MAX_KEPT_BYTES, time: settings.query_cache_ttl.0 };
        Self { open: Mutex::default(), vectors: Arc::new(Kept::new(limits)) }
    }

    /// Drops what is too old to be used.
    pub fn purge(&self) {
        self.vectors.purge(Instant::now());
    }

    /// Drops what was made of questions.
    pub fn clear(&self) {
        self.vectors.clear();
    }

    /// How many vectors of questions are kept, and how many bytes they take.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        self.vectors.held()
    }

    /// How often the vector of a question was found, and how often not.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        self.vectors.counts()
    }

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
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = open.iter().find(|asked| asked.id == id) {
            return Ok(asked.clone());
        }
        let asked = ask(view, project, settings, &self.vectors)?;
        if asked.embedder.is_some() {
            open.truncate(MAX_OPEN - 1);
            open.insert(0, asked.clone());
        }
        Ok(asked)
    }
}

fn ask(view: &View, project: &ProjectRow, settings: &keys::Vector, vectors: &Arc<Vectors>) -> Result<Asked> {
    let about = Space::of(view, project)?.about;
    let known: Vec<_> = Space::all(view)?.into_iter().map(|space| space.about).collect();
    let wanted = Model::open(settings, &known, None);
    let asked = |embedder: Option<Model>, note| {
        let embedder = embedder
            .map(|model| Arc::new(Remembering { model, vectors: Arc::clone(vectors) }) as Arc<dyn Embedder>);
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

/// A model that remembers questions: one that is put to several projects, or again, is embedded once.
struct Remembering {
    model: Model,
    vectors: Arc<Vectors>,
}

impl Embedder for Remembering {
    fn id(&self) -> &str {
        self.model.id()
    }

    fn dimension(&self) -> usize {
        self.model.dimension()
    }

    fn embed_query(&self, query: &str) -> Result<Vec<f32>> {
        let key = (self.model.id().to_owned(), query.to_owned());
        if let Some(vector) = self.vectors.get(&key, Instant::now(), |_| true) {
            return Ok(vector);
        }
        let vector = self.model.embed_query(query)?;
        let bytes = size_of_val(vector.as_slice()) + 2 * (key.0.len() + key.1.len()) + 256;
        self.vectors.put(key, vector.clone(), bytes, Instant::now());
        Ok(vector)
    }
}
