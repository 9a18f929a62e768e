//! The compressions of archives, as streams: zstd, from the library that RocksDB brings along, and gzip.

use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use zstd_safe::{CCtx, DCtx, InBuffer, OutBuffer};

/// Level of zstd: most of what is stored is compressed already.
const ZSTD_LEVEL: i32 = 3;
/// Level of gzip.
const GZIP_LEVEL: u32 = 6;
/// Bytes of a zstd writer's buffer.
const BUFFER_BYTES: usize = 1 << 17;

/// A compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Zstd,
    Gzip,
}

impl Method {
    /// The one that the name of a file asks for.
    pub(super) fn of_name(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if ends(&[".tar.zst", ".tzst"]) {
            Ok(Self::Zstd)
        } else if ends(&[".tar.gz", ".tgz"]) {
            Ok(Self::Gzip)
        } else {
            Err(anyhow::anyhow!("the name of an archive ends in .tar.zst or .tar.gz"))
                .kind(Kind::Usage)
                .hint("name it, for example, `codegraph.tar.zst`")
        }
    }
}

/// Compresses what is written.
pub(super) enum Writer<W: Write> {
    Zstd { to: W, context: CCtx<'static>, buffer: Vec<u8> },
    Gzip(GzEncoder<W>),
}

impl<W: Write> Writer<W> {
    pub(super) fn new(method: Method, to: W) -> Result<Self> {
        match method {
            Method::Gzip => Ok(Self::Gzip(GzEncoder::new(to, flate2::Compression::new(GZIP_LEVEL)))),
            Method::Zstd => {
                let mut context = CCtx::try_create().context("there is no memory for zstd")?;
                context.init(ZSTD_LEVEL).map_err(told)?;
                Ok(Self::Zstd { to, context, buffer: vec![0; BUFFER_BYTES] })
            }
        }
    }

    /// Writes what is left.
    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Gzip(gzip) => gzip.finish()?.flush()?,
            Self::Zstd { mut to, mut context, mut buffer } => loop {
                let mut out = OutBuffer::around(buffer.as_mut_slice());
                let left = context.end_stream(&mut out).map_err(told)?;
                to.write_all(out.as_slice())?;
                if left == 0 {
                    to.flush()?;
                    break;
                }
            },
        }
        Ok(())
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(gzip) => gzip.write(bytes),
            Self::Zstd { to, context, buffer } => {
                let mut input = InBuffer::around(bytes);
                while input.pos() < bytes.len() {
                    let mut out = OutBuffer::around(buffer.as_mut_slice());
                    context.compress_stream(&mut out, &mut input).map_err(told)?;
                    to.write_all(out.as_slice())?;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Gzip(gzip) => gzip.flush(),
            Self::Zstd { to, .. } => to.flush(),
        }
    }
}

/// Gives back what was compressed. An end that comes early is an error.
pub(super) enum Reader<R: BufRead> {
    Zstd { from: R, context: DCtx<'static>, is_open: bool, has_more: bool },
    Gzip(GzDecoder<R>),
}

impl<R: BufRead> Reader<R> {
    /// Tells the compression by the first bytes.
    pub(super) fn open(mut from: R) -> Result<Self> {
        let start = from.fill_buf()?;
        if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let context = DCtx::try_create().context("there is no memory for zstd")?;
            Ok(Self::Zstd { from, context, is_open: true, has_more: false })
        } else if start.starts_with(&[0x1f, 0x8b]) {
            Ok(Self::Gzip(GzDecoder::new(from)))
        } else {
            anyhow::bail!("it is neither compressed by zstd nor by gzip")
        }
    }
}

impl<R: BufRead> Read for Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(gzip) => gzip.read(out),
            Self::Zstd { from, context, is_open, has_more } => loop {
                let input = from.fill_buf()?;
                if input.is_empty() && !*has_more {
                    return if *is_open { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(0) };
                }
                let mut input = InBuffer::around(input);
                let mut given = OutBuffer::around(&mut *out);
                *is_open = context.decompress_stream(&mut given, &mut input).map_err(told)? != 0;
                let n = given.pos();
                *has_more = n == out.len();
                let read = input.pos();
                from.consume(read);
                if n > 0 || out.is_empty() {
                    return Ok(n);
                }
            },
        }
    }
}

fn told(code: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("zstd: {}", zstd_safe::get_error_name(code)))
}

#[cfg(test)]
mod tests {
    use super::{Method, Reader, Writer};
    use std::io::{BufReader, Read as _, Write as _};

    fn squeezed(method: Method, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = Writer::new(method, &mut out).unwrap();
        for part in bytes.chunks(70_001) {
            writer.write_all(part).unwrap();
        }
        writer.finish().unwrap();
        out
    }

    fn back(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        Reader::open(BufReader::with_capacity(1_000, bytes))?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn what_was_compressed_comes_back_and_a_cut_is_an_error() {
        let noise =
            (0..300_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<u8>>();
        for method in [Method::Zstd, Method::Gzip] {
            for bytes in [&noise[..], &[0; 1_000_000], b"x", b""] {
                let squeezed = squeezed(method, bytes);
                assert_eq!(back(&squeezed).unwrap(), bytes, "{method:?}");
                for cut in [0, 1, 3, squeezed.len() / 2, squeezed.len() - 1] {
                    assert!(back(&squeezed[..cut]).is_err(), "{method:?} {} cut at {cut}", bytes.len());
                }
            }
        }
    }

    #[test]
    fn the_name_tells_the_compression_and_nothing_else_passes() {
        for (name, method) in [
            ("a.tar.zst", Method::Zstd),
            ("A.TZST", Method::Zstd),
            ("a.tar.gz", Method::Gzip),
            ("a.tgz", Method::Gzip),
        ] {
            assert_eq!(Method::of_name(name.as_ref()).unwrap(), method);
        }
        assert!(Method::of_name("a.zip".as_ref()).is_err());
    }
}
