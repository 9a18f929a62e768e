//! The model that turns text into vectors, by choice.

use super::endpoint::Endpoint;
use super::folder::Folder;
use super::{Embedder, StaticTable};
use crate::config::{EmbeddingModel, keys};
use crate::error::{Kind, ResultExt as _};
use crate::observe::Cancel;
use anyhow::{Result, bail};
use std::path::Path;
use std::sync::Arc;

/// Most numbers of a vector.
pub const MAX_DIMENSION: usize = 4_096;
/// Most texts that a model is given at once, whatever the setting says.
const MAX_BATCH: u64 = 2_048;
/// Requests to an endpoint that are on their way at the same time.
const PARALLEL_REQUESTS: usize = 4;

/// What is to be known of a model, and kept with its vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Names the model and its version; vectors of different ids cannot be compared.
    pub id: String,
    /// What kind of model it is.
    pub kind: EmbeddingModel,
    /// Its name, for people.
    pub name: String,
    /// The folder that it was read from, or the address where it is asked.
    pub source: String,
    /// Numbers of a vector.
    pub dimension: usize,
    /// Size and time of the file with its weights, when it is in a folder.
    pub stamp: (u64, u64),
    /// Hash of that file.
    pub hash: [u8; 16],
}

/// A model that embedded something before.
pub type Known = About;

impl About {
    /// The built-in table.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            id: StaticTable::ID.to_owned(),
            kind: EmbeddingModel::BuiltIn,
            name: String::new(),
            source: String::new(),
            dimension: StaticTable::builtin().dimension(),
            stamp: (0, 0),
            hash: [0; 16],
        }
    }
}

/// `sentence-transformers all-MiniLM-L6-v2`.
impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.name())?;
        if self.name.is_empty() { Ok(()) } else { write!(f, " {}", self.name) }
    }
}

/// A model that is ready to embed. Copies share it.
#[derive(Debug, Clone)]
pub enum Model {
    /// The table in the program. Embedding with it costs less than looking up whether a vector is there.
    BuiltIn,
    /// A model in a folder.
    Folder(Arc<Folder>),
    /// A model behind an address.
    Endpoint(Arc<Endpoint>),
}

/// A model, and what is to be told of how it was chosen.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The model.
    pub model: Model,
    /// Why it is not the one that the settings name.
    pub note: Option<String>,
}

impl Model {
    /// Opens the model that the settings name. `known` are the models that embedded something before. An endpoint of which
    /// nothing is known is asked how many numbers its vectors have, which `cancel` stops; without it, that is an error.
    ///
    /// # Errors
    /// [`Kind::Usage`] when a setting is missing, the model cannot be used, or `dimension` is not the model's.
    pub fn open(settings: &keys::Vector, known: &[Known], cancel: Option<&Cancel>) -> Result<Choice> {
        let just = |model| Choice { model, note: None };
        let choice = match settings.embedding_model {
            EmbeddingModel::BuiltIn => just(Self::BuiltIn),
            EmbeddingModel::SentenceTransformers => {
                let folder = Path::new(&settings.model_path);
                if !folder.is_dir() {
                    let why = match settings.model_path.as_str() {
                        "" => "vector.model_path is empty".to_owned(),
                        path => format!("vector.model_path: there is no folder `{path}`"),
                    };
                    let note = Some(format!("{why}; the built-in table is used instead"));
                    return Ok(Choice { model: Self::BuiltIn, note });
                }
                just(Self::folder(folder, known)?)
            }
            EmbeddingModel::Http => just(Self::Endpoint(Arc::new(Endpoint::open(settings, known, cancel)?))),
        };
        choice.model.check(settings.dimension)?;
        Ok(choice)
    }

    /// Looks whether the settings name a model that can be used; an endpoint is not asked. Gives what is odd about them.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn verify(settings: &keys::Vector) -> Result<Option<String>> {
        if settings.embedding_model == EmbeddingModel::Http {
            return Endpoint::verify(settings).map(|()| None);
        }
        Self::open(settings, &[], None).map(|choice| choice.note)
    }

    /// Opens a model that embedded something before, wherever the settings point now.
    ///
    /// # Errors
    /// When it is not there any more, or is another one now.
    pub fn reopen(about: &About, settings: &keys::Vector) -> Result<Self> {
        let model = match about.kind {
            EmbeddingModel::BuiltIn => Self::BuiltIn,
            EmbeddingModel::SentenceTransformers => {
                Self::folder(Path::new(&about.source), std::slice::from_ref(about))?
            }
            EmbeddingModel::Http => Self::Endpoint(Arc::new(Endpoint::reopen(about, settings)?)),
        };
        if model.id() != about.id {
            bail!("the model in {} is another one now", about.source);
        }
        Ok(model)
    }

    fn folder(folder: &Path, known: &[Known]) -> Result<Self> {
        Ok(Self::Folder(Arc::new(Folder::open(folder, known)?)))
    }

    fn check(&self, wanted: u64) -> Result<()> {
        let dimension = self.dimension();
        if wanted != 0 && wanted != dimension as u64 {
            let text =
                format!("vector.dimension is {wanted}, but a vector of the model has {dimension} numbers");
            return Err(anyhow::anyhow!(text))
                .kind(Kind::Usage)
                .hint("leave `vector.dimension` out, or choose another model");
        }
        if dimension == 0 || dimension > MAX_DIMENSION {
            let text =
                format!("a vector of the model has {dimension} numbers; 1 to {MAX_DIMENSION} can be kept");
            return Err(anyhow::anyhow!(text)).kind(Kind::Usage);
        }
        Ok(())
    }

    /// What is to be known of it.
    #[must_use]
    pub fn about(&self) -> About {
        match self {
            Self::BuiltIn => About::built_in(),
            Self::Folder(model) => model.about().clone(),
            Self::Endpoint(model) => model.about().clone(),
        }
    }

    /// True when it is worth while to look for a vector before it is made.
    #[must_use]
    pub const fn is_costly(&self) -> bool {
        !matches!(self, Self::BuiltIn)
    }

    /// The vectors of passages, in their order; nothing of the table, which takes terms.
    ///
    /// # Errors
    /// When the model cannot be asked, or `cancel` stops it.
    pub fn passages(&self, texts: &[&str], cancel: &Cancel) -> Result<Vec<Vec<f32>>> {
        match self {
            Self::BuiltIn => Ok(Vec::new()),
            Self::Folder(model) => model.passages(texts),
            Self::Endpoint(model) => model.passages(texts, cancel),
        }
    }

    /// How many texts it is given at once, and how many such batches are begun before what they gave is kept.
    #[must_use]
    pub fn batches(&self, settings: &keys::Vector) -> (usize, usize) {
        let size = usize::try_from(settings.batch_size.clamp(1, MAX_BATCH)).unwrap_or(1);
        let n = match self {
            // Enough that no thread waits for the longest.
            Self::BuiltIn | Self::Folder(_) => 4 * rayon::current_num_threads(),
            Self::Endpoint(_) => PARALLEL_REQUESTS,
        };
        (size, n)
    }
}

impl Embedder for Model {
    fn id(&self) -> &str {
        match self {
            Self::BuiltIn => StaticTable::ID,
            Self::Folder(model) => &model.about().id,
            Self::Endpoint(model) => &model.about().id,
        }
    }

    fn dimension(&self) -> usize {
        match self {
            Self::BuiltIn => StaticTable::builtin().dimension(),
            Self::Folder(model) => model.about().dimension,
            Self::Endpoint(model) => model.about().dimension,
        }
    }

    fn embed_query(&self, query: &str) -> Result<Vec<f32>> {
        match self {
            Self::BuiltIn => StaticTable::builtin().embed_query(query),
            Self::Folder(model) => model.question(query),
            Self::Endpoint(model) => model.question(query),
        }
    }
}

/// A chunk as a model reads it: where it stands, then its text.
#[must_use]
pub fn passage_text(path: &str, text: &str) -> String {
    let (stem, dir) = super::stem_and_dir(path);
    format!("{dir} {stem}\n{text}")
}
