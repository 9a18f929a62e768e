//! In which space the vectors of a project lie: vectors of different models never meet.

use crate::config::{EmbeddingModel, Metric};
use crate::embed::{About, StaticTable};
use crate::store::{ModelRow, ProjectRow, View};
use anyhow::{Context as _, Result};

/// A model as the store numbers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// The model's number in keys.
    pub number: u16,
    /// What is known of the model.
    pub about: About,
}

/// Id of the model that a project was embedded with: projects of which the record says nothing are older than the choice.
#[must_use]
pub fn model_of(project: &ProjectRow) -> &str {
    if project.model.is_empty() { StaticTable::ID } else { &project.model }
}

/// The metric with which a project was indexed.
#[must_use]
pub fn metric_of(project: &ProjectRow) -> Metric {
    Metric::named(&project.vectors.metric).unwrap_or(Metric::Cosine)
}

impl Space {
    /// The space of a project's vectors.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the project's model.
    pub fn of(view: &View, project: &ProjectRow) -> Result<Self> {
        let id = model_of(project);
        if id == StaticTable::ID {
            return Ok(Self { number: StaticTable::NUMBER, about: About::built_in() });
        }
        let all = Self::all(view)?;
        let own = all.into_iter().find(|space| space.about.id == id);
        own.with_context(|| format!("the store does not know the model {id}"))
    }

    /// The spaces of all models but the built-in one that embedded something before, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(view: &View) -> Result<Vec<Self>> {
        Ok(view.models()?.into_iter().map(Self::from).collect())
    }

    /// The space of a model: the one that it has, else one that is free.
    ///
    /// # Errors
    /// When the store cannot be read, or all numbers are taken.
    pub fn for_model(view: &View, about: About) -> Result<Self> {
        if about.kind == EmbeddingModel::BuiltIn {
            return Ok(Self { number: StaticTable::NUMBER, about });
        }
        let all = Self::all(view)?;
        if let Some(own) = all.iter().find(|space| space.about.id == about.id) {
            return Ok(Self { number: own.number, about });
        }
        let last = all.iter().map(|space| space.number).max().unwrap_or(StaticTable::NUMBER);
        let number = last.checked_add(1).context("the store knows as many models as it can")?;
        Ok(Self { number, about })
    }

    /// The record of the model; none of the built-in one.
    #[must_use]
    pub fn row(&self) -> Option<ModelRow> {
        let about = &self.about;
        (about.kind != EmbeddingModel::BuiltIn).then(|| ModelRow {
            number: self.number,
            id: about.id.clone(),
            kind: about.kind.name().to_owned(),
            name: about.name.clone(),
            source: about.source.clone(),
            dimension: u32::try_from(about.dimension).unwrap_or(u32::MAX),
            stamp: about.stamp,
            hash: about.hash,
        })
    }
}

impl From<ModelRow> for Space {
    fn from(row: ModelRow) -> Self {
        let is_http = row.kind == EmbeddingModel::Http.name();
        let kind = if is_http { EmbeddingModel::Http } else { EmbeddingModel::SentenceTransformers };
        let about = About {
            id: row.id,
            kind,
            name: row.name,
            source: row.source,
            dimension: row.dimension as usize,
            stamp: row.stamp,
            hash: row.hash,
        };
        Self { number: row.number, about }
    }
}
