//! A model in a folder, as the library sentence-transformers saves it: `model.safetensors`, `config.json`,
//! `tokenizer.json` or `vocab.txt`, and what it says of pooling in `modules.json` and `1_Pooling/config.json`.

use super::bert::{Activation, Encoder, Pooling, Shape};
use super::weights::Weights;
use super::wordpiece::WordPiece;
use super::{About, Known, normalise};
use crate::config::EmbeddingModel;
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

/// Most pieces of a text, with those that begin and end it. What lies behind is not looked at: time grows with the
/// length, and a chunk tells in its first lines what it is about. A model that takes fewer has its own limit.
const MAX_PIECES: usize = 128;

/// A model in a folder.
#[derive(Debug)]
pub struct Folder {
    about: About,
    shape: Shape,
    activation: Activation,
    epsilon: f32,
    tokenizer: TokenizerText,
    /// Read when the first text is embedded: who only asks for the id does not wait for the weights.
    parts: OnceLock<Parts>,
    reading: Mutex<()>,
    pooling: Pooling,
    /// Its vectors are brought to unit length, as a module of it says.
    has_unit_length: bool,
    most: usize,
    /// What is put before a question, and before a passage.
    prompts: (String, String),
}

/// The large parts of a model.
#[derive(Debug)]
struct Parts {
    encoder: Encoder,
    pieces: WordPiece,
}

/// The file that says which pieces there are.
#[derive(Debug)]
enum TokenizerText {
    /// `tokenizer.json`.
    Json(String),
    /// `vocab.txt`, and whether letters become small ones.
    List(String, bool),
}

/// What is read of `config.json`.
#[derive(Deserialize)]
struct Config {
    model_type: Option<String>,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    vocab_size: usize,
    #[serde(default)]
    hidden_act: Option<String>,
    #[serde(default)]
    layer_norm_eps: Option<f32>,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

/// What is read of `1_Pooling/config.json`.
#[derive(Deserialize)]
struct PoolingFile {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
}

/// What is read of `sentence_bert_config.json`.
#[derive(Deserialize, Default)]
struct Sentences {
    max_seq_length: Option<usize>,
}

/// What is read of `tokenizer_config.json`.
#[derive(Deserialize, Default)]
struct Tokenizer {
    do_lower_case: Option<bool>,
}

/// What is read of `config_sentence_transformers.json`.
#[derive(Deserialize, Default)]
struct Prompts {
    #[serde(default)]
    prompts: BTreeMap<String, String>,
}

/// One of `modules.json`.
#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
}

impl Folder {
    /// Looks at a model. Of one that is known the weights are hashed only when their size or time is another one; one that
    /// is not known is read now, so that what is wrong with it is told before anything else is done.
    ///
    /// # Errors
    /// [`Kind::Usage`] when a file is missing or damaged, or the model is of a kind that is not known.
    pub(super) fn open(folder: &Path, known: &[Known]) -> Result<Self> {
        Self::try_open(folder, known)
            .with_context(|| format!("cannot use the model in {}", folder.display()))
            .kind(Kind::Usage)
            .hint("`vector.model_path` names a folder with a BERT model: model.safetensors, config.json, and tokenizer.json or vocab.txt")
    }

    fn try_open(folder: &Path, known: &[Known]) -> Result<Self> {
        let folder = folder.canonicalize()?;
        let mut identity = blake3::Hasher::new();
        let config: Config = parsed(&needed(&folder, "config.json", &mut identity)?, "config.json")?;
        let kind = config.model_type.as_deref().unwrap_or("bert");
        ensure!(kind == "bert", "its config.json says that it is of the kind {kind}; only bert is known");
        let position = config.position_embedding_type.as_deref().unwrap_or("absolute");
        ensure!(position == "absolute", "its places are of the kind {position}; only absolute is known");
        let activation = match config.hidden_act.as_deref().unwrap_or("gelu") {
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" => Activation::GeluTanh,
            "relu" => Activation::Relu,
            other => bail!("its activation {other} is not known; gelu, gelu_new and relu are"),
        };
        let tokenizer = read_tokenizer(&folder, &mut identity)?;
        let has_unit_length = read_modules(&folder, &mut identity)?;
        let pooling = read_pooling(&folder, &mut identity)?;
        let sentences: Sentences = optional(&folder, "sentence_bert_config.json", &mut identity)?;
        let most = sentences.max_seq_length.unwrap_or(MAX_PIECES);
        let most = most.min(config.max_position_embeddings).min(MAX_PIECES);
        ensure!(most >= 3, "it takes texts of {most} pieces only");
        let prompts: Prompts = optional(&folder, "config_sentence_transformers.json", &mut identity)?;
        let prompt = |names: &[&str]| names.iter().find_map(|&name| prompts.prompts.get(name).cloned());
        let prompts = (prompt(&["query"]), prompt(&["document", "passage"]));

        let file = folder.join("model.safetensors");
        let (stamp, hash) = hash_of(&file, &folder, known).context("cannot read its model.safetensors")?;
        identity.update(&hash);
        identity.update(&(MAX_PIECES as u64).to_le_bytes());
        let shape = Shape {
            hidden: config.hidden_size,
            intermediate: config.intermediate_size,
            layers: config.num_hidden_layers,
            heads: config.num_attention_heads,
            vocabulary: config.vocab_size,
            positions: config.max_position_embeddings,
        };
        let kind = EmbeddingModel::SentenceTransformers;
        let id = identity.finalize().to_hex();
        let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let about = About {
            id: format!("{}:{}", kind.name(), id.get(..32).unwrap_or_default()),
            kind,
            name,
            source: folder.to_string_lossy().into_owned(),
            dimension: config.hidden_size,
            stamp,
            hash,
        };
        let prompts = (prompts.0.unwrap_or_default(), prompts.1.unwrap_or_default());
        let model = Self {
            about,
            shape,
            activation,
            epsilon: config.layer_norm_eps.unwrap_or(1e-12),
            tokenizer,
            parts: OnceLock::new(),
            reading: Mutex::default(),
            pooling,
            has_unit_length,
            most,
            prompts,
        };
        if !known.iter().any(|known| known.id == model.about.id) {
            model.parts()?;
        }
        Ok(model)
    }

    /// The large parts, read once.
    fn parts(&self) -> Result<&Parts> {
        if let Some(parts) = self.parts.get() {
            return Ok(parts);
        }
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parts) = self.parts.get() {
            return Ok(parts);
        }
        let pieces = match &self.tokenizer {
            TokenizerText::Json(text) => WordPiece::from_json(text).context("cannot use its tokenizer.json"),
            TokenizerText::List(text, lower_case) => {
                WordPiece::from_list(text, *lower_case).context("cannot use its vocab.txt")
            }
        }?;
        let (n_pieces, vocabulary) = (pieces.n_pieces(), self.shape.vocabulary);
        ensure!(n_pieces <= vocabulary, "its tokenizer has {n_pieces} pieces, its model {vocabulary}");
        let file = Path::new(&self.about.source).join("model.safetensors");
        let encoder = Weights::open(&file)
            .and_then(|mut weights| Encoder::read(&mut weights, self.shape, self.activation, self.epsilon))
            .context("its model.safetensors does not hold the model")?;
        Ok(self.parts.get_or_init(|| Parts { encoder, pieces }))
    }

    /// What is to be known of it.
    pub(super) const fn about(&self) -> &About {
        &self.about
    }

    /// The vectors of passages.
    ///
    /// # Errors
    /// When tokenizer and model do not fit together.
    pub(super) fn passages(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        self.embed(texts, &self.prompts.1)
    }

    /// The vector of a question.
    ///
    /// # Errors
    /// When tokenizer and model do not fit together.
    pub(super) fn question(&self, text: &str) -> Result<Vec<f32>> {
        let vectors = self.embed(&[text], &self.prompts.0)?;
        vectors.into_iter().next().context("the model gave no vector")
    }

    fn embed(&self, texts: &[&str], prompt: &str) -> Result<Vec<Vec<f32>>> {
        let Parts { encoder, pieces } = self.parts()?;
        let cut = |text: &&str| {
            if prompt.is_empty() {
                pieces.pieces(text, self.most)
            } else {
                pieces.pieces(&format!("{prompt}{text}"), self.most)
            }
        };
        let texts: Vec<Vec<u32>> = texts.iter().map(cut).collect();
        let mut vectors = encoder.run(&texts, self.pooling)?;
        if self.has_unit_length {
            vectors.iter_mut().for_each(|vector| normalise(vector));
        }
        Ok(vectors)
    }
}

/// A file that there must be; what it says is part of the model's identity.
fn needed(folder: &Path, name: &str, identity: &mut blake3::Hasher) -> Result<String> {
    let text =
        std::fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read its {name}"))?;
    note(identity, name, &text);
    Ok(text)
}

/// A file that may be missing.
fn optional<T: DeserializeOwned + Default>(
    folder: &Path,
    name: &str,
    identity: &mut blake3::Hasher,
) -> Result<T> {
    if !folder.join(name).exists() {
        return Ok(T::default());
    }
    parsed(&needed(folder, name, identity)?, name)
}

fn note(identity: &mut blake3::Hasher, name: &str, text: &str) {
    for part in [name, text] {
        identity.update(&(part.len() as u64).to_le_bytes());
        identity.update(part.as_bytes());
    }
}

fn parsed<T: DeserializeOwned>(text: &str, name: &str) -> Result<T> {
    serde_json::from_str(text).with_context(|| format!("its {name} is not as expected"))
}

fn read_tokenizer(folder: &Path, identity: &mut blake3::Hasher) -> Result<TokenizerText> {
    if folder.join("tokenizer.json").exists() {
        return Ok(TokenizerText::Json(needed(folder, "tokenizer.json", identity)?));
    }
    ensure!(folder.join("vocab.txt").exists(), "it has neither tokenizer.json nor vocab.txt");
    let tokenizer: Tokenizer = optional(folder, "tokenizer_config.json", identity)?;
    let text = needed(folder, "vocab.txt", identity)?;
    Ok(TokenizerText::List(text, tokenizer.do_lower_case.unwrap_or(true)))
}

/// Looks whether all modules are known; tells whether one brings vectors to unit length.
fn read_modules(folder: &Path, identity: &mut blake3::Hasher) -> Result<bool> {
    let mut has_unit_length = false;
    if folder.join("modules.json").exists() {
        let modules: Vec<Module> = parsed(&needed(folder, "modules.json", identity)?, "modules.json")?;
        for module in modules {
            let name = module.kind.rsplit('.').next().unwrap_or_default();
            let is_known = matches!(name, "Transformer" | "Pooling" | "Normalize");
            ensure!(is_known, "it has a module {name}; Transformer, Pooling and Normalize are known");
            has_unit_length |= name == "Normalize";
        }
    }
    Ok(has_unit_length)
}

fn read_pooling(folder: &Path, identity: &mut blake3::Hasher) -> Result<Pooling> {
    let name = "1_Pooling/config.json";
    if !folder.join(name).exists() {
        return Ok(Pooling::Mean);
    }
    let file: PoolingFile = parsed(&needed(folder, name, identity)?, name)?;
    match (file.pooling_mode_mean_tokens, file.pooling_mode_cls_token) {
        (true, false) => Ok(Pooling::Mean),
        (false, true) => Ok(Pooling::First),
        _ => bail!("its {name} pools in another way than by the mean or by the first piece"),
    }
}

/// Size and time of a file, and the hash of what is in it.
fn hash_of(file: &Path, folder: &Path, known: &[Known]) -> Result<((u64, u64), [u8; 16])> {
    let meta = std::fs::metadata(file)?;
    let time = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let stamp = (meta.len(), u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    let source = folder.to_string_lossy();
    if let Some(same) = known.iter().find(|known| known.source == source && known.stamp == stamp) {
        return Ok((stamp, same.hash));
    }
    let mut hash = [0; 16];
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(file)?)?;
    hasher.finalize_xof().fill(&mut hash);
    Ok((stamp, hash))
}

#[cfg(test)]
mod tests {
    use super::Folder;
    use crate::embed::{About, normalise};
    use crate::error;
    use serde::Deserialize;
    use std::path::{Path, PathBuf};

    /// What an implementation of its own says of a text: see `fixtures/models/tiny/make.py`.
    #[derive(Deserialize)]
    struct Expected {
        text: String,
        ids: Vec<u32>,
        mean: Vec<f32>,
        first: Vec<f32>,
    }

    fn expected() -> Vec<Expected> {
        serde_json::from_str(include_str!("../../fixtures/models/tiny/expected.json")).unwrap()
    }

    fn tiny() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/models/tiny")
    }

    /// A copy of the fixture in which one file is another.
    fn with(name: &str, text: Option<&str>) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("1_Pooling")).unwrap();
        for each in ["config.json", "vocab.txt", "model.safetensors", "1_Pooling/config.json"] {
            std::fs::copy(tiny().join(each), dir.path().join(each)).unwrap();
        }
        match text {
            Some(text) => std::fs::write(dir.path().join(name), text).unwrap(),
            None => std::fs::remove_file(dir.path().join(name)).unwrap(),
        }
        dir
    }

    fn open(folder: &Path) -> Folder {
        Folder::open(folder, &[]).unwrap()
    }

    fn distance(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).fold(0.0, |largest, (a, b)| f32::max(largest, (a - b).abs()))
    }

    #[test]
    fn vectors_are_those_of_another_implementation() {
        let model = open(&tiny());
        let first = with("1_Pooling/config.json", Some(r#"{"pooling_mode_cls_token": true}"#));
        let first = open(first.path());
        for each in expected() {
            assert_eq!(model.parts().unwrap().pieces.pieces(&each.text, model.most), each.ids);
            for (model, expected) in [(&model, &each.mean), (&first, &each.first)] {
                let mut vector = model.question(&each.text).unwrap();
                normalise(&mut vector);
                assert!(distance(&vector, expected) < 1e-5, "{}", each.text);
            }
        }
        assert_ne!(model.about.id, first.about.id);
    }

    #[test]
    fn vectors_are_of_unit_length_where_a_module_says_so() {
        let modules = r#"[{"type": "a.Transformer"}, {"type": "a.Pooling"}, {"type": "a.Normalize"}]"#;
        let (plain, folder) = (open(&tiny()), with("modules.json", Some(modules)));
        let unit = open(folder.path());
        for text in ["user", "how is the password of a user checked"] {
            let (mut long, short) = (plain.question(text).unwrap(), unit.question(text).unwrap());
            let length = |vector: &[f32]| vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            assert!((length(&long) - 1.0).abs() > 0.1 && (length(&short) - 1.0).abs() < 1e-5);
            normalise(&mut long);
            assert!(distance(&long, &short) < 1e-6);
        }
        assert_ne!(plain.about.id, unit.about.id);
    }

    #[test]
    fn a_vector_does_not_depend_on_what_else_is_in_the_batch() {
        let model = open(&tiny());
        let expected = expected();
        let texts: Vec<&str> = expected.iter().map(|each| each.text.as_str()).cycle().take(70).collect();
        let together = model.passages(&texts).unwrap();
        for (text, vector) in texts.iter().zip(&together) {
            assert_eq!(&model.passages(&[text]).unwrap()[0], vector, "{text}");
        }
        let turned: Vec<&str> = texts.iter().rev().copied().collect();
        let turned = model.passages(&turned).unwrap();
        assert!(together.iter().rev().eq(&turned));
    }

    #[test]
    fn a_model_is_known_by_what_is_in_its_files() {
        let about = open(&tiny()).about;
        let same = with("config.json", Some(&std::fs::read_to_string(tiny().join("config.json")).unwrap()));
        assert_eq!(open(same.path()).about.id, about.id, "the place does not matter");
        let bytes = std::fs::read(tiny().join("model.safetensors")).unwrap();
        let other = tempfile::tempdir().unwrap();
        for each in ["config.json", "vocab.txt"] {
            std::fs::copy(tiny().join(each), other.path().join(each)).unwrap();
        }
        let mut changed = bytes;
        *changed.last_mut().unwrap() ^= 1;
        std::fs::write(other.path().join("model.safetensors"), changed).unwrap();
        assert_ne!(open(other.path()).about.hash, about.hash);
        // The hash of a file that has its known size and time is taken over.
        let lazy = Folder::open(&tiny(), std::slice::from_ref(&about)).unwrap();
        assert!(lazy.parts.get().is_none(), "a known model is read when it is needed");
        assert_eq!(lazy.question("user").unwrap(), open(&tiny()).question("user").unwrap());
        let known = About { hash: [7; 16], ..about.clone() };
        assert_eq!(Folder::open(&tiny(), &[known]).unwrap().about.hash, [7; 16]);
        let known = About { hash: [7; 16], stamp: (about.stamp.0, 1), ..about.clone() };
        assert_eq!(Folder::open(&tiny(), &[known]).unwrap().about.hash, about.hash);
    }

    #[test]
    fn prompts_and_limits_of_the_folder_are_kept() {
        let prompts = r#"{"prompts": {"query": "how is the ", "document": "draw "}}"#;
        let dir = with("config_sentence_transformers.json", Some(prompts));
        let (prompted, plain) = (open(dir.path()), open(&tiny()));
        assert_eq!(prompted.question("user").unwrap(), plain.question("how is the user").unwrap());
        assert_eq!(prompted.passages(&["user"]).unwrap(), plain.passages(&["draw user"]).unwrap());
        let dir = with("sentence_bert_config.json", Some(r#"{"max_seq_length": 4}"#));
        let short = open(dir.path());
        assert_eq!(short.question("user hash user").unwrap(), plain.question("user hash").unwrap());
    }

    #[test]
    fn what_is_missing_or_not_known_is_named() {
        let config = std::fs::read_to_string(tiny().join("config.json")).unwrap();
        for (name, text, wanted) in [
            ("config.json", None, "config.json"),
            ("config.json", Some("{"), "config.json"),
            ("config.json", Some(&*config.replace("\"bert\"", "\"roberta\"")), "roberta"),
            ("config.json", Some(&*config.replace("\"gelu\"", "\"silu\"")), "silu"),
            ("config.json", Some(&*config.replace("_layers\": 2", "_layers\": 3")), "encoder.layer.2"),
            ("config.json", Some(&*config.replace("_size\": 16", "_size\": 8")), "shape"),
            ("config.json", Some(&*config.replace("_heads\": 4", "_heads\": 3")), "heads"),
            ("model.safetensors", None, "model.safetensors"),
            ("model.safetensors", Some("no tensors"), "safetensors"),
            ("vocab.txt", None, "vocab.txt"),
            ("vocab.txt", Some("a\n"), "[UNK]"),
            ("tokenizer.json", Some(r#"{"model": {"type": "BPE", "vocab": {}}}"#), "BPE"),
            ("modules.json", Some(r#"[{"type": "sentence_transformers.models.Dense"}]"#), "Dense"),
            ("1_Pooling/config.json", Some(r#"{"pooling_mode_max_tokens": true}"#), "1_Pooling"),
        ] {
            let dir = with(name, text);
            let error = Folder::open(dir.path(), &[]).unwrap_err();
            let message = error::message(&error);
            assert!(message.contains(wanted), "{name}: {message}");
            assert_eq!(error::Kind::of(&error), error::Kind::Usage);
            assert!(error::hint(&error).is_some());
        }
    }
}
