//! "What is this text near to?" Text to vectors.

mod bert;
mod endpoint;
mod folder;
mod likeness;
mod model;
mod quantise;
mod table;
mod weights;
mod wordpiece;

pub use likeness::Likeness;
pub use model::{About, Choice, Known, MAX_DIMENSION, Model, passage_text};
pub use quantise::{FINE_STEPS, Quantised, quantise};
pub use table::StaticTable;

use crate::text::{self, TermCount};
use anyhow::Result;

/// A chunk of a file as an embedder sees it.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'t> {
    /// The path of the file, with `/`.
    pub path: &'t str,
    /// The text of the chunk.
    pub text: &'t str,
    /// The terms of the text, by first occurrence.
    pub terms: &'t [TermCount<'t>],
}

/// Turns questions into vectors.
///
/// Vectors are as long as the model makes them, or all zero for text of which the embedder knows no word: whoever wants
/// a cosine brings them to unit length. The same input gives the same vector, whatever was embedded before.
pub trait Embedder: Send + Sync {
    /// Names the model and its version; vectors of different ids cannot be compared.
    fn id(&self) -> &str;

    /// Numbers of a vector.
    fn dimension(&self) -> usize;

    /// The vector of a question.
    ///
    /// # Errors
    /// When the model cannot be asked.
    fn embed_query(&self, query: &str) -> Result<Vec<f32>>;
}

/// The key under which the vector of a passage is kept: equal for equal text under an equal stem and directory.
#[must_use]
pub fn passage_key(embedder: &str, path: &str, text: &str) -> [u8; 16] {
    let (stem, dir) = stem_and_dir(path);
    let mut hasher = blake3::Hasher::new();
    for part in [embedder, stem, dir, text] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let mut key = [0; 16];
    hasher.finalize_xof().fill(&mut key);
    key
}

/// The file stem and the name of the directory that holds the file.
fn stem_and_dir(path: &str) -> (&str, &str) {
    let (stem, dirs) = text::path_words(path);
    (stem, dirs.rsplit('/').next().unwrap_or(""))
}

/// Makes a vector one unit long; zero stays zero.
pub fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in vector {
            *x /= length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{normalise, passage_key};

    #[test]
    fn a_key_follows_text_stem_and_directory_and_nothing_else_of_the_path() {
        let key = passage_key("m", "x/src/a.rs", "text");
        assert_eq!(key, passage_key("m", "y/src/a.py", "text"));
        assert_ne!(key, passage_key("m", "x/lib/a.rs", "text"));
        assert_ne!(key, passage_key("m", "x/src/b.rs", "text"));
        assert_ne!(key, passage_key("m", "x/src/a.rs", "texts"));
        assert_ne!(key, passage_key("n", "x/src/a.rs", "text"));
    }

    #[test]
    fn zero_stays_zero() {
        let mut zero = [0.0; 3];
        normalise(&mut zero);
        assert_eq!(zero, [0.0; 3]);
        let mut other = [3.0, 4.0];
        normalise(&mut other);
        assert_eq!(other, [0.6, 0.8]);
    }
}
