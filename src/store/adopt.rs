//! One project of a store, taken over into another: into one that is there, or as a store of its own.

use super::schema::{DocRow, Family, Key, ProjectRow, Table, VectorBase, u32_at};
use super::view::{View, decode, embedding_key};
use super::{AboutRow, Changes, Store, check};
use crate::error::{Kind, ResultExt as _};
use crate::model::ProjectId;
use crate::observe::Cancel;
use anyhow::Result;
use rayon::slice::ParallelSliceMut as _;
use std::path::Path;
use std::time::Duration;

/// Bytes of rows that are gathered before they are written.
const GATHERED_BYTES: usize = 64 << 20;

/// A project by its name.
///
/// # Errors
/// [`Kind::Usage`] with the names of those that are there when it is none of them.
pub fn named(view: &View, name: &str) -> Result<ProjectRow> {
    if let Some(project) = view.project(name)? {
        return Ok(project);
    }
    let names: Vec<String> = view.projects()?.into_iter().map(|project| project.name).collect();
    Err(anyhow::anyhow!("there is no project `{name}`"))
        .kind(Kind::Usage)
        .hint(format!("its projects are {}", names.join(", ")))
}

/// Replaces a project, or adds it, by that of another store, and publishes the result. All rows are held against each
/// other first. The project's vector file is not taken over: it is derived. Returns the project's record.
///
/// # Errors
/// [`Kind::Usage`] when the other store has no such project; [`Kind::Corrupt`] when it is damaged: this one then stays as
/// it is.
pub fn adopt(store: &mut Store, from: &View, name: &str, cancel: &Cancel) -> Result<ProjectRow> {
    let old = named(from, name)?;
    let pid = match store.view().project(name)? {
        Some(there) => {
            store.clear_project(there.pid())?;
            there.pid()
        }
        None => store.new_project(),
    };
    let generation = store.next_generation();
    let project = ProjectRow {
        id: pid.0,
        generation,
        vectors: VectorBase {
            file: format!("{generation:012}.vec"),
            docs: old.next_doc,
            metric: old.vectors.metric.clone(),
        },
        ..old.clone()
    };
    let model = model(store, from, &old.model)?;
    take(store, from, (&old, &project), model, cancel)?;
    Ok(project)
}

/// Writes a project as a store of its own into a data folder that is new, and publishes it there. It has the rows of its
/// ranges under the numbers that they have, its record, what is told of it, and of what projects share the record of its
/// model and the embeddings of its living docs. Nothing else decides what it holds: its state is that of the project's last
/// commit, so a project that has not changed gives the same rows, whatever was written of others since.
///
/// # Errors
/// As [`adopt`].
pub fn excerpt(from: &View, name: &str, data: &Path, cancel: &Cancel) -> Result<()> {
    let project = named(from, name)?;
    let mut store = Store::open(data, "backup", Duration::ZERO)?;
    store.go_on_from(project.generation.saturating_sub(1), project.pid());
    let model = from.models()?.into_iter().find(|row| row.id == project.model);
    if let Some(row) = &model {
        store.put_model(row)?;
    }
    let model = model.map_or(super::schema::BUILT_IN_MODEL, |row| row.number);
    take(&mut store, from, (&project, &project), model, cancel)
}

/// Copies the rows of a project, holds them against each other and publishes them.
fn take(
    store: &mut Store,
    from: &View,
    (old, new): (&ProjectRow, &ProjectRow),
    model: u16,
    cancel: &Cancel,
) -> Result<()> {
    let wanted = rows(store, from, old, new.pid(), cancel)?;
    vectors(store, from, &wanted, (from.model_number(&old.model)?, model), cancel)?;
    store.put_project(new)?;
    let about = from.about(&old.name)?;
    if about != AboutRow::default() {
        store.put_about(&new.name, &about)?;
    }
    let faults = check::project(store.view(), new, model, cancel)?;
    if let Some(first) = faults.told.first() {
        return Err(anyhow::anyhow!("the project {} is damaged: {first}", old.name)).kind(Kind::Corrupt);
    }
    cancel.check()?;
    store.commit()?;
    Ok(())
}

/// Copies all rows under another number. Gives the hashes of the embeddings that they want, sorted.
fn rows(
    store: &mut Store,
    from: &View,
    old: &ProjectRow,
    new: ProjectId,
    cancel: &Cancel,
) -> Result<Vec<[u8; 16]>> {
    let mut wanted = Vec::new();
    let docs = Key::new(old.pid(), Table::Docs).0;
    let mut changes = Changes::default();
    for family in [Family::Graph, Family::Text] {
        check::sweep(from, family, &old.id.to_be_bytes(), cancel, |key, value| {
            let mut renamed = new.0.to_be_bytes().to_vec();
            renamed.extend_from_slice(key.get(4..).unwrap_or_default());
            changes.put(family, &Key(renamed), value);
            if key.starts_with(&docs) && old.dead_docs.binary_search(&u32_at(key, docs.len())).is_err() {
                let doc: DocRow = decode(value)?;
                wanted.extend(doc.chunks.iter().map(|chunk| chunk.embedding));
            }
            if changes.len_bytes() >= GATHERED_BYTES {
                store.write(&[std::mem::take(&mut changes)])?;
            }
            Ok(())
        })?;
    }
    store.write(&[changes])?;
    wanted.par_sort_unstable();
    wanted.dedup();
    Ok(wanted)
}

/// The number of a model in this store; its record comes along when it is new here.
fn model(store: &mut Store, from: &View, id: &str) -> Result<u16> {
    let Some(mut row) = from.models()?.into_iter().find(|row| row.id == id) else {
        return store.view().model_number(id);
    };
    let all = store.view().models()?;
    if let Some(known) = all.iter().find(|known| known.id == id) {
        return Ok(known.number);
    }
    let last = all.iter().map(|known| known.number).max().unwrap_or(super::schema::BUILT_IN_MODEL);
    row.number = last.saturating_add(1);
    store.put_model(&row)?;
    Ok(row.number)
}

/// Copies the embeddings that are not here yet.
fn vectors(
    store: &mut Store,
    from: &View,
    wanted: &[[u8; 16]],
    (old, new): (u16, u16),
    cancel: &Cancel,
) -> Result<()> {
    let mut is_here = vec![false; wanted.len()];
    let here = store.view().clone();
    here.embeddings(new, wanted, cancel, |at, _| {
        is_here.get_mut(at).into_iter().for_each(|is_here| *is_here = true);
        Ok(())
    })?;
    let missing: Vec<[u8; 16]> =
        wanted.iter().zip(&is_here).filter(|(_, is_here)| !**is_here).map(|(hash, _)| *hash).collect();
    let mut changes = Changes::default();
    from.embeddings(old, &missing, cancel, |at, vector| {
        if let Some(hash) = missing.get(at) {
            changes.put(Family::Embeddings, &Key(embedding_key(new, hash)), vector);
        }
        if changes.len_bytes() >= GATHERED_BYTES {
            store.write(&[std::mem::take(&mut changes)])?;
        }
        Ok(())
    })?;
    store.write(&[changes])
}
