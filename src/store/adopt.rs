//! One project of another store, taken over into this one.

use super::schema::{DocRow, Family, Key, ProjectRow, Table, VectorBase};
use super::view::{View, decode, embedding_key};
use super::{Changes, Store, check};
use crate::error::{Kind, ResultExt as _};
use crate::model::ProjectId;
use crate::observe::Cancel;
use anyhow::Result;
use std::collections::BTreeSet;

/// Bytes of rows that are gathered before they are written.
const GATHERED_BYTES: usize = 64 << 20;

/// Replaces a project, or adds it, by that of another store, and publishes the result. All rows are held against each
/// other first. The project's vector file is not taken over: it is derived. Returns the project's record.
///
/// # Errors
/// [`Kind::Usage`] when the other store has no such project; [`Kind::Corrupt`] when it is damaged: this one then stays as
/// it is.
pub fn adopt(store: &mut Store, from: &View, name: &str, cancel: &Cancel) -> Result<ProjectRow> {
    let Some(old) = from.project(name)? else {
        let names: Vec<String> = from.projects()?.into_iter().map(|project| project.name).collect();
        return Err(anyhow::anyhow!("there is no project `{name}` in it"))
            .kind(Kind::Usage)
            .hint(format!("its projects are {}", names.join(", ")));
    };
    let pid = match store.view().project(name)? {
        Some(there) => {
            store.clear_project(there.pid())?;
            there.pid()
        }
        None => store.new_project(),
    };
    let embeddings = rows(store, from, old.pid(), pid, &old.dead_docs, cancel)?;
    let numbers = (from.model_number(&old.model)?, model(store, from, &old.model)?);
    vectors(store, from, &embeddings, numbers, cancel)?;
    let generation = store.next_generation();
    let project = ProjectRow {
        id: pid.0,
        generation,
        vectors: VectorBase {
            file: format!("{generation:012}.vec"),
            docs: old.next_doc,
            metric: old.vectors.metric.clone(),
        },
        ..old
    };
    store.put_project(&project)?;
    let faults = check::project(store.view(), &project, numbers.1, cancel)?;
    if let Some(first) = faults.told.first() {
        return Err(anyhow::anyhow!("the project {name} is damaged: {first}")).kind(Kind::Corrupt);
    }
    cancel.check()?;
    store.commit()?;
    Ok(project)
}

/// Copies all rows under another number. Gives the hashes of the embeddings that they want.
fn rows(
    store: &mut Store,
    from: &View,
    old: ProjectId,
    new: ProjectId,
    dead: &[u32],
    cancel: &Cancel,
) -> Result<BTreeSet<[u8; 16]>> {
    let mut wanted = BTreeSet::new();
    let docs = Key::new(old, Table::Docs).0;
    let mut changes = Changes::default();
    for family in [Family::Graph, Family::Text] {
        from.scan(family, &old.0.to_be_bytes(), |key, value| {
            let mut renamed = new.0.to_be_bytes().to_vec();
            renamed.extend_from_slice(key.get(4..).unwrap_or_default());
            changes.put(family, &Key(renamed), value);
            if key.starts_with(&docs) && dead.binary_search(&super::schema::u32_at(key, docs.len())).is_err()
            {
                let doc: DocRow = decode(value)?;
                wanted.extend(doc.chunks.iter().map(|chunk| chunk.embedding));
            }
            if changes.len_bytes() >= GATHERED_BYTES {
                cancel.check()?;
                store.write(&[std::mem::take(&mut changes)])?;
            }
            Ok(true)
        })?;
    }
    store.write(&[changes])?;
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
    wanted: &BTreeSet<[u8; 16]>,
    (old, new): (u16, u16),
    cancel: &Cancel,
) -> Result<()> {
    let mut changes = Changes::default();
    for hash in wanted {
        if store.view().has_embedding(new, hash)? {
            continue;
        }
        if let Some(vector) = from.embedding(old, hash)? {
            changes.put(Family::Embeddings, &Key(embedding_key(new, hash)), &vector);
        }
        if changes.len_bytes() >= GATHERED_BYTES {
            cancel.check()?;
            store.write(&[std::mem::take(&mut changes)])?;
        }
    }
    store.write(&[changes])
}
