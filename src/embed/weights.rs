//! Reading a safetensors file: the length of a head (u64, little-endian), the head as JSON, then the numbers.

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Most bytes of a head; the format's own limit.
const MAX_HEAD: u64 = 100_000_000;
/// The names of a model's tensors may begin with the model's own.
const PREFIXES: [&str; 2] = ["", "bert."];
/// Bytes that are read and turned into numbers at once.
const STEP: usize = 1 << 16;

/// Tensors in a file.
#[derive(Debug)]
pub(super) struct Weights {
    file: BufReader<File>,
    /// Where the numbers begin.
    start: u64,
    /// Bytes of the numbers.
    length: u64,
    tensors: BTreeMap<String, Tensor>,
}

#[derive(Debug, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

/// How a number is written.
#[derive(Clone, Copy)]
enum Kind {
    F32,
    F16,
    Bf16,
}

impl Weights {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no such file.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        let total = file.metadata()?.len();
        let mut file = BufReader::with_capacity(STEP, file);
        let mut length = [0; 8];
        file.read_exact(&mut length).context("it is no safetensors file: it ends in its head")?;
        let length = u64::from_le_bytes(length);
        ensure!(length <= MAX_HEAD && 8 + length <= total, "it is no safetensors file: its head is too long");
        let mut head = Vec::new();
        (&mut file).take(length).read_to_end(&mut head)?;
        let head: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&head).context("it is no safetensors file: its head is no JSON")?;
        let mut tensors = BTreeMap::new();
        for (name, value) in head {
            if name != "__metadata__" {
                let tensor = serde_json::from_value(value);
                tensors.insert(name, tensor.context("its head does not describe tensors")?);
            }
        }
        Ok(Self { file, start: 8 + length, length: total - 8 - length, tensors })
    }

    /// The numbers of a tensor, row by row. `shape` says how many there are in each direction, where that is known.
    ///
    /// # Errors
    /// When there is no such tensor, it has another shape, or its numbers are of another kind or not there.
    pub(super) fn read(&mut self, name: &str, shape: &[Option<usize>]) -> Result<Vec<f32>> {
        let mut full = PREFIXES.iter().map(|prefix| format!("{prefix}{name}"));
        let tensor = full.find_map(|name| self.tensors.get(&name));
        let tensor = tensor.with_context(|| format!("it has no tensor {name}"))?;
        let is_wanted = |(&n, wanted): (&usize, &Option<usize>)| wanted.is_none_or(|wanted| wanted == n);
        ensure!(
            tensor.shape.len() == shape.len() && tensor.shape.iter().zip(shape).all(is_wanted),
            "its tensor {name} is of the shape {:?}, which is not what config.json says",
            tensor.shape
        );
        let (kind, width) = match tensor.dtype.as_str() {
            "F32" => (Kind::F32, 4),
            "F16" => (Kind::F16, 2),
            "BF16" => (Kind::Bf16, 2),
            other => {
                bail!("the numbers of its tensor {name} are of the kind {other}; F32, F16 and BF16 are known")
            }
        };
        let (from, to) = tensor.data_offsets;
        let n = tensor.shape.iter().try_fold(width, |n: u64, &each| n.checked_mul(each as u64));
        let is_there = from <= to && to <= self.length && n == Some(to - from);
        ensure!(is_there, "its tensor {name} does not lie in the file");
        self.file.seek(SeekFrom::Start(self.start + from))?;
        let mut numbers = Vec::with_capacity(usize::try_from((to - from) / width)?);
        let mut bytes = vec![0; STEP];
        let mut left = to - from;
        while left > 0 {
            let now = usize::try_from(left.min(STEP as u64))?;
            let bytes = bytes.get_mut(..now).unwrap_or_default();
            self.file.read_exact(bytes)?;
            decode(kind, bytes, &mut numbers);
            left -= now as u64;
        }
        Ok(numbers)
    }
}

fn decode(kind: Kind, bytes: &[u8], numbers: &mut Vec<f32>) {
    match kind {
        Kind::F32 => numbers.extend(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))),
        Kind::F16 => numbers.extend(bytes.as_chunks().0.iter().map(|bytes| half(u16::from_le_bytes(*bytes)))),
        Kind::Bf16 => {
            let wide = |bytes: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*bytes)) << 16);
            numbers.extend(bytes.as_chunks().0.iter().map(wide));
        }
    }
}

/// A number of 16 bits (IEEE 754: 1 of sign, 5 of exponent, 10 of fraction).
fn half(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (bits >> 15, (bits >> 10) & 31, f32::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(i32::from(exponent) - 25),
    };
    if sign == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::{Weights, half};

    fn file(head: &str, numbers: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("w");
        let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(numbers);
        std::fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    #[test]
    fn numbers_of_three_kinds_are_read_under_both_names() {
        let head = r#"{"__metadata__": {"format": "pt"},
            "a": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},
            "bert.b": {"dtype": "F16", "shape": [2], "data_offsets": [8, 12]},
            "c": {"dtype": "BF16", "shape": [1], "data_offsets": [12, 14]}}"#;
        let mut numbers: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        numbers.extend([0x00, 0x3e, 0x00, 0xc0, 0x40, 0x40]);
        let (_dir, path) = file(head, &numbers);
        let mut weights = Weights::open(&path).unwrap();
        assert_eq!(weights.read("a", &[Some(1), Some(2)]).unwrap(), [1.5, -2.0]);
        assert_eq!(weights.read("b", &[None]).unwrap(), [1.5, -2.0]);
        assert_eq!(weights.read("c", &[Some(1)]).unwrap(), [3.0]);
        let error = |weights: &mut Weights, name: &str, n: usize| {
            weights.read(name, &[Some(n)]).unwrap_err().to_string()
        };
        assert!(error(&mut weights, "d", 1).contains("no tensor d"));
        assert!(error(&mut weights, "b", 3).contains("[2]"));
    }

    #[test]
    fn damaged_files_are_errors() {
        for head in [
            "",
            "{",
            "[]",
            r#"{"a": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [18446744073709551615], "data_offsets": [0, 8]}}"#,
            r#"{"a": 1}"#,
        ] {
            let (_dir, path) = file(head, &[0; 8]);
            let read = Weights::open(&path).and_then(|mut weights| weights.read("a", &[None]));
            assert!(read.is_err(), "{head}");
        }
        let (_dir, path) = file("{}", &[]);
        std::fs::write(&path, [255; 12]).unwrap();
        assert!(Weights::open(&path).is_err());
        std::fs::write(&path, [1]).unwrap();
        assert!(Weights::open(&path).is_err());
    }

    #[test]
    fn halves_are_those_of_the_standard() {
        for (bits, wanted) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65_504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits), wanted);
        }
        assert!(half(0x7e00).is_nan());
    }
}
