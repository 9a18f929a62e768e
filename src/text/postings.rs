//! Which terms stand where: what a file adds to the inverted index, and the codec of posting blocks.
//!
//! A *doc* is one version of one file, numbered upwards and never changed. A posting block of a term is a
//! concatenation of `(doc delta, entry length, entry)`, all varints; the first delta counts from the block's base. An
//! entry says in which chunks of the doc the term stands, how often, and how often in names that are defined there.
//! A name of one part is kept whole too ([`name_term`]), so that every definition is found by its exact name.
//! What ranking needs of every doc (path, language, lengths) is kept per doc in blocks of the same form.

use super::terms::MAX_WHOLE;
use super::{Lexicon, identifiers, split, varint};

/// Docs whose lengths are kept in one block.
pub const LENGTHS_DOCS: u32 = 256;
/// Weight of a type's name among the names of a file; other names weigh 1.
pub const TYPE_NAME_WEIGHT: u32 = 2;
/// How often the file stem counts in a chunk's text.
const STEM_WEIGHT: u32 = 2;
/// Directories above the file that count.
const N_DIRS: usize = 3;
/// Most occurrences of one term in a file stem that count.
const MAX_STEM_TF: u32 = 3;

/// The name of a symbol that is defined in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'t> {
    /// The chunk in which the definition starts.
    pub chunk: u32,
    /// Its own name.
    pub text: &'t str,
    /// How it counts.
    pub rank: NameRank,
}

/// How a name counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRank {
    /// The name of a type or module: its words count, twice in the file.
    Type,
    /// The name of other code that people describe in words: its words count.
    Plain,
    /// Any other name: it is found as a whole only, under its [`member_term`].
    Member,
    /// The name of code that began in an earlier chunk and goes on in this one: its parts count in the chunk, and it is
    /// no definition.
    Enclosing,
}

/// The file stem and the last three directories of a path with `/`, nearest directory last.
#[must_use]
pub fn path_words(path: &str) -> (&str, &str) {
    let (dirs, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = match file.rfind('.') {
        Some(dot) if dot > 0 && dot + 1 < file.len() => file.get(..dot).unwrap_or(file),
        _ => file,
    };
    let start = dirs.rmatch_indices('/').nth(N_DIRS - 1).map_or(0, |(slash, _)| slash + 1);
    (stem, dirs.get(start..).unwrap_or(dirs))
}

/// The term under which the definitions of a name are found, whatever its case: `=` and the identifier. `None` when the
/// name does not hold exactly one identifier.
///
/// Postings of such a term that count in names are exactly the definitions whose name folds to the same.
#[must_use]
pub fn name_term(name: &str) -> Option<String> {
    let mut all = identifiers(name);
    let identifier = all.next().filter(|_| all.next().is_none())?;
    (identifier.len() <= MAX_WHOLE).then(|| format!("={}", identifier.to_ascii_lowercase()))
}

/// As [`name_term`] for names that count as [`NameRank::Member`]: `.` and the identifier.
#[must_use]
pub fn member_term(name: &str) -> Option<String> {
    name_term(name).map(|term| term.replacen('=', ".", 1))
}

/// The [`name_term`] of a name of one part, of which the text has no such term.
fn single_name_term(name: &str) -> Option<String> {
    name_term(name).filter(|_| identifiers(name).flat_map(split).nth(1).is_none())
}

/// Lengths of one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChunkLengths {
    /// Terms of its text, the path left out.
    pub terms: u32,
    /// Terms of the names that are defined in it.
    pub names: u32,
}

/// What ranking needs of every doc: its path, its language, and its lengths in terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocLengths {
    /// The path, with `/`.
    pub path: String,
    /// Name of the language or kind of text.
    pub language: String,
    /// Each chunk.
    pub chunks: Vec<ChunkLengths>,
    /// Weights of the distinct terms of every name that is defined in the file.
    pub names: u32,
    /// Terms of the path: those of the stem twice.
    pub path_terms: u32,
    /// Terms of the file stem without whole identifiers, separated by blanks.
    pub stem: String,
    /// Terms of the last three directories without whole identifiers, separated by blanks.
    pub dirs: String,
}

impl DocLengths {
    /// Encodes them as an entry of a lengths block.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let words = self.path.len() + self.language.len() + self.stem.len() + self.dirs.len();
        let mut out = Vec::with_capacity(12 + 3 * self.chunks.len() + words);
        for text in [&self.path, &self.language, &self.stem, &self.dirs] {
            varint::put_bytes(&mut out, text.as_bytes());
        }
        varint::put(&mut out, self.names);
        varint::put(&mut out, self.path_terms);
        for chunk in &self.chunks {
            varint::put(&mut out, chunk.terms);
            varint::put(&mut out, chunk.names);
        }
        out
    }
}

/// [`DocLengths`] as they are stored, read in place.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocLengthsRef<'b> {
    /// See [`DocLengths::path`]; the bytes of a text, as all of them here.
    pub path: &'b [u8],
    /// See [`DocLengths::language`].
    pub language: &'b [u8],
    /// See [`DocLengths::names`].
    pub names: u32,
    /// See [`DocLengths::path_terms`].
    pub path_terms: u32,
    /// See [`DocLengths::stem`].
    pub stem: &'b [u8],
    /// See [`DocLengths::dirs`].
    pub dirs: &'b [u8],
    chunks: &'b [u8],
}

impl<'b> DocLengthsRef<'b> {
    /// Reads an entry of a lengths block; `None` when it is damaged.
    #[must_use]
    pub fn decode(mut entry: &'b [u8]) -> Option<Self> {
        let mut text = || varint::take_bytes(&mut entry);
        let (path, language, stem, dirs) = (text()?, text()?, text()?, text()?);
        let (names, path_terms) = (varint::take(&mut entry)?, varint::take(&mut entry)?);
        Some(Self { path, language, names, path_terms, stem, dirs, chunks: entry })
    }

    /// The lengths of each chunk.
    pub fn chunks(&self) -> impl Iterator<Item = ChunkLengths> + use<'b> {
        let mut rest = self.chunks;
        std::iter::from_fn(move || {
            Some(ChunkLengths { terms: varint::take(&mut rest)?, names: varint::take(&mut rest)? })
        })
    }
}

/// What the term stands for in one doc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'b> {
    /// Occurrences in the file stem, at most three.
    pub stem: u32,
    /// Occurrences in the last three directories.
    pub dirs: u32,
    /// Summed weights of the names defined in the file that hold the term: [`TYPE_NAME_WEIGHT`] for types, else 1.
    pub names: u32,
    occurrences: &'b [u8],
}

/// How often a term stands in one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// The chunk.
    pub chunk: u32,
    /// Times in its text.
    pub tf: u32,
    /// Times in the names that are defined in it.
    pub name_tf: u32,
}

impl<'b> Entry<'b> {
    /// Reads an entry; `None` when it is damaged.
    #[must_use]
    pub fn decode(mut bytes: &'b [u8]) -> Option<Self> {
        let head = varint::take(&mut bytes)?;
        let names = if head & 1 == 1 { varint::take(&mut bytes)? } else { 0 };
        Some(Self { stem: head >> 1 & 3, dirs: head >> 3, names, occurrences: bytes })
    }

    /// How often the path adds the term to every chunk of the doc.
    #[must_use]
    pub const fn path_tf(&self) -> u32 {
        self.stem * STEM_WEIGHT + self.dirs
    }

    /// The chunks in which it stands, upwards.
    pub fn occurrences(&self) -> impl Iterator<Item = Occurrence> + use<'b> {
        let mut rest = self.occurrences;
        let mut next = 0u32;
        std::iter::from_fn(move || {
            let head = varint::take(&mut rest)?;
            let chunk = next.checked_add(head >> 3)?;
            next = chunk.checked_add(1)?;
            let tf = match head & 3 {
                3 => varint::take(&mut rest)?.checked_add(3)?,
                small => small,
            };
            let name_tf = if head & 4 == 0 { 0 } else { varint::take(&mut rest)? };
            Some(Occurrence { chunk, tf, name_tf })
        })
    }
}

/// Appends one occurrence; `gap` is the number of chunks between the last one and this.
fn put_occurrence(out: &mut Vec<u8>, gap: u32, tf: u32, name_tf: u32) {
    varint::put(out, gap << 3 | u32::from(name_tf > 0) << 2 | tf.min(3));
    if tf >= 3 {
        varint::put(out, tf - 3);
    }
    if name_tf > 0 {
        varint::put(out, name_tf);
    }
}

/// Appends an entry to a block: `last` is the doc before it, or the block's base.
pub fn put_entry(block: &mut Vec<u8>, last: u32, doc: u32, entry: &[u8]) {
    varint::put(block, doc.saturating_sub(last));
    varint::put_bytes(block, entry);
}

/// The entries of a block with their docs; stops at the first damaged one.
pub fn entries(base: u32, block: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = block;
    let mut doc = base;
    std::iter::from_fn(move || {
        doc = doc.checked_add(varint::take(&mut rest)?)?;
        Some((doc, varint::take_bytes(&mut rest)?))
    })
}

/// What one file adds to the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileTerms {
    /// All terms, sorted, one after the other.
    terms: String,
    /// All entries in the same order.
    entries: Vec<u8>,
    /// Where each term and its entry end.
    ends: Vec<(u32, u32)>,
    /// The doc's lengths.
    pub lengths: DocLengths,
}

impl FileTerms {
    /// Every distinct term with its entry, sorted by term.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut from = (0, 0);
        self.ends.iter().map(move |&(term, entry)| {
            let (start, end) = (from, (term as usize, entry as usize));
            from = end;
            (
                self.terms.get(start.0..end.0).unwrap_or_default(),
                self.entries.get(start.1..end.1).unwrap_or_default(),
            )
        })
    }

    /// The number of distinct terms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when the file has no term at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Reads files into [`FileTerms`]; one per thread, used again for every file.
#[derive(Debug, Default)]
pub struct TermReader {
    lexicon: Lexicon,
    /// By term number: what the current chunk holds of it.
    counts: Vec<Counts>,
    /// The terms of the current chunk, by first occurrence.
    touched: Vec<u32>,
    /// By term number: its slot in the current file, or [`NO_SLOT`].
    slot_of: Vec<u32>,
    slots: Vec<Slot>,
    n_slots: usize,
}

const NO_SLOT: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tf: u32,
    name_tf: u32,
}

/// One term of the current file.
#[derive(Debug, Default)]
struct Slot {
    number: u32,
    stem: u32,
    dirs: u32,
    names: u32,
    next_chunk: u32,
    occurrences: Vec<u8>,
}

impl Slot {
    /// Makes it ready for another term; keeps its memory.
    fn reset(&mut self, number: u32) {
        let mut occurrences = std::mem::take(&mut self.occurrences);
        occurrences.clear();
        *self = Self { number, occurrences, ..Self::default() };
    }
}

/// A term of a chunk and how often it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermCount<'t> {
    /// The term.
    pub term: &'t str,
    /// Times in the chunk's text.
    pub tf: u32,
}

impl TermReader {
    /// An empty reader.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file: its path with `/`, the text of its chunks, and the names that are defined in it, sorted by
    /// chunk. `on_chunk` gets the terms of each chunk's text, by first occurrence. The language of the lengths is left
    /// empty.
    pub fn read(
        &mut self,
        path: &str,
        chunks: &[&str],
        names: &[Name<'_>],
        mut on_chunk: impl FnMut(usize, &[TermCount<'_>]),
    ) -> FileTerms {
        self.start();
        let mut lengths = DocLengths {
            path: path.to_owned(),
            chunks: Vec::with_capacity(chunks.len()),
            ..DocLengths::default()
        };
        let mut names_left = names;
        for (at, text) in chunks.iter().enumerate() {
            let number = narrow(at);
            let n = names_left.iter().take_while(|name| name.chunk <= number).count();
            let (here, rest) = names_left.split_at(n);
            names_left = rest;
            let mut chunk = ChunkLengths { terms: self.count_text(text), names: 0 };
            let in_text = self.touched.len();
            for name in here {
                chunk.names += self.count_name(name, &mut lengths.names);
            }
            lengths.chunks.push(chunk);
            let counts: Vec<TermCount<'_>> = self
                .touched
                .iter()
                .take(in_text)
                .map(|&number| TermCount {
                    term: self.lexicon.term(number),
                    tf: self.counts.get(number as usize).map_or(0, |counts| counts.tf),
                })
                .collect();
            on_chunk(at, &counts);
            self.close_chunk(number);
        }
        self.count_path(path, &mut lengths);
        self.finish(lengths)
    }

    fn start(&mut self) {
        if self.lexicon.tidy() {
            self.counts.clear();
            self.slot_of.clear();
        }
        self.n_slots = 0;
    }

    /// Counts the terms of a text into the current chunk; returns how many there are.
    fn count_text(&mut self, text: &str) -> u32 {
        let Self { lexicon, counts, touched, .. } = self;
        let mut n = 0;
        lexicon.read(text, &mut |number| {
            let at = number as usize;
            if at >= counts.len() {
                counts.resize(at + 1, Counts::default());
            }
            if let Some(count) = counts.get_mut(at) {
                if count.tf == 0 {
                    touched.push(number);
                }
                count.tf += 1;
                n += 1;
            }
        });
        n
    }

    /// Counts the terms of a name into the current chunk and the file; returns how many there are.
    fn count_name(&mut self, name: &Name<'_>, file_names: &mut u32) -> u32 {
        let weight = match name.rank {
            NameRank::Type => TYPE_NAME_WEIGHT,
            NameRank::Plain => 1,
            NameRank::Member => {
                if let Some(whole) = member_term(name.text) {
                    let number = self.lexicon.number(&whole);
                    self.count_in_name(number);
                }
                return 0;
            }
            NameRank::Enclosing => return self.count_enclosing(name.text),
        };
        if let Some(whole) = single_name_term(name.text) {
            let number = self.lexicon.number(&whole);
            self.count_in_name(number);
        }
        let numbers = self.numbers(name.text);
        for (at, &number) in numbers.iter().enumerate() {
            self.count_in_name(number);
            let is_first = numbers.get(..at).is_some_and(|before| !before.contains(&number));
            if is_first {
                *file_names += weight;
                self.slot(number).names += weight;
            }
        }
        narrow(numbers.len())
    }

    /// Counts the parts of a name that encloses the current chunk; returns how many there are. Whole identifiers stay
    /// out: a posting of one that counts in names is a definition.
    fn count_enclosing(&mut self, name: &str) -> u32 {
        let mut n = 0;
        for number in self.numbers(name) {
            if !self.lexicon.term(number).starts_with('=') {
                self.count_in_name(number);
                n += 1;
            }
        }
        n
    }

    /// Counts a term of a name into the current chunk.
    fn count_in_name(&mut self, number: u32) {
        let index = number as usize;
        if index >= self.counts.len() {
            self.counts.resize(index + 1, Counts::default());
        }
        if let Some(count) = self.counts.get_mut(index) {
            if count.tf == 0 && count.name_tf == 0 {
                self.touched.push(number);
            }
            count.name_tf += 1;
        }
    }

    fn count_path(&mut self, path: &str, lengths: &mut DocLengths) {
        let (stem, dirs) = path_words(path);
        for number in self.numbers(stem) {
            add_word(&mut lengths.stem, self.lexicon.term(number));
            let slot = self.slot(number);
            if slot.stem < MAX_STEM_TF {
                slot.stem += 1;
                lengths.path_terms += STEM_WEIGHT;
            }
        }
        for number in self.numbers(dirs) {
            add_word(&mut lengths.dirs, self.lexicon.term(number));
            self.slot(number).dirs += 1;
            lengths.path_terms += 1;
        }
    }

    fn numbers(&mut self, text: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        self.lexicon.read(text, &mut |number| numbers.push(number));
        numbers
    }

    /// Writes what the current chunk holds into the slots and clears it.
    fn close_chunk(&mut self, chunk: u32) {
        for at in 0..self.touched.len() {
            let Some(&number) = self.touched.get(at) else { break };
            let counts = self.counts.get_mut(number as usize).map(std::mem::take).unwrap_or_default();
            let slot = self.slot(number);
            let gap = chunk.saturating_sub(slot.next_chunk);
            put_occurrence(&mut slot.occurrences, gap, counts.tf, counts.name_tf);
            slot.next_chunk = chunk + 1;
        }
        self.touched.clear();
    }

    /// The slot of a term in the current file.
    fn slot(&mut self, number: u32) -> &mut Slot {
        let index = number as usize;
        if index >= self.slot_of.len() {
            self.slot_of.resize(index + 1, NO_SLOT);
        }
        let at = match self.slot_of.get_mut(index) {
            Some(at) if *at != NO_SLOT => *at as usize,
            entry => {
                let at = self.n_slots;
                self.n_slots += 1;
                if let Some(entry) = entry {
                    *entry = narrow(at);
                }
                if at == self.slots.len() {
                    self.slots.push(Slot::default());
                }
                self.slots[at].reset(number);
                at
            }
        };
        &mut self.slots[at]
    }

    /// Sorts the slots by term and joins them.
    fn finish(&mut self, lengths: DocLengths) -> FileTerms {
        let Self { lexicon, slot_of, slots, n_slots, .. } = self;
        let used = slots.get_mut(..*n_slots).unwrap_or_default();
        used.sort_unstable_by(|a, b| lexicon.term(a.number).cmp(lexicon.term(b.number)));
        let mut out = FileTerms { lengths, ..FileTerms::default() };
        out.ends.reserve(used.len());
        for slot in used {
            if let Some(at) = slot_of.get_mut(slot.number as usize) {
                *at = NO_SLOT;
            }
            out.terms.push_str(lexicon.term(slot.number));
            let has_names = u32::from(slot.names > 0);
            varint::put(&mut out.entries, slot.dirs << 3 | slot.stem << 1 | has_names);
            if slot.names > 0 {
                varint::put(&mut out.entries, slot.names);
            }
            out.entries.extend_from_slice(&slot.occurrences);
            out.ends.push((narrow(out.terms.len()), narrow(out.entries.len())));
        }
        out
    }
}

fn add_word(words: &mut String, term: &str) {
    if !term.starts_with('=') {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(term);
    }
}

/// Counts here stay below 2³²: files are limited to less.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{
        DocLengthsRef, Entry, FileTerms, Name, NameRank, Occurrence, TermReader, entries, member_term,
        name_term, path_words, put_entry,
    };
    use crate::text::terms;

    const CHUNKS: &[&str] =
        &["class HttpClient { get(url) }", "", "def get_all(urls): return get(get(get(get(urls))))"];

    fn read(path: &str) -> FileTerms {
        let names = [
            Name { chunk: 0, text: "HttpClient", rank: NameRank::Type },
            Name { chunk: 0, text: "get", rank: NameRank::Plain },
            Name { chunk: 2, text: "get_all", rank: NameRank::Plain },
            Name { chunk: 2, text: "maxSize", rank: NameRank::Member },
        ];
        TermReader::new().read(path, CHUNKS, &names, |_, _| {})
    }

    #[test]
    fn a_term_tells_its_chunks_its_names_and_its_place_in_the_path() {
        let file = read("src/net/http/http_client.py");
        let (_, bytes) = file.iter().find(|(term, _)| *term == "get").expect("a term of the text");
        let get = Entry::decode(bytes).expect("whole");
        assert_eq!((get.stem, get.dirs, get.names), (0, 0, 2));
        assert_eq!(
            get.occurrences().collect::<Vec<_>>(),
            [Occurrence { chunk: 0, tf: 1, name_tf: 1 }, Occurrence { chunk: 2, tf: 5, name_tf: 1 },]
        );
        let (_, bytes) = file.iter().find(|(term, _)| *term == "http").expect("a term of text and path");
        let http = Entry::decode(bytes).expect("whole");
        assert_eq!((http.stem, http.dirs, http.names, http.path_tf()), (1, 1, 2, 3));
        let (_, bytes) = file.iter().find(|(term, _)| *term == "=http_client").expect("a whole stem");
        assert_eq!(Entry::decode(bytes).expect("whole").occurrences().count(), 0);
    }

    #[test]
    fn every_definition_is_found_by_its_whole_name() {
        let file = read("a.py");
        let defined_in = |name: &str| {
            let term = name_term(name).expect("one identifier");
            let found = file.iter().find(|(each, _)| *each == term);
            let entry = found.and_then(|(_, bytes)| Entry::decode(bytes));
            let all = entry.into_iter().flat_map(|entry| entry.occurrences().collect::<Vec<_>>());
            all.filter(|each| each.name_tf > 0).map(|each| each.chunk).collect::<Vec<_>>()
        };
        assert_eq!(defined_in("httpclient"), [0]);
        assert_eq!(defined_in("GET"), [0], "not `get_all`, of which it is a part");
        assert_eq!(defined_in("get_all"), [2]);
        assert!(defined_in("url").is_empty() && defined_in("client").is_empty());
        assert!(defined_in("maxSize").is_empty());
        let members: Vec<&str> =
            file.iter().map(|(term, _)| term).filter(|term| term.starts_with('.')).collect();
        assert_eq!(members, [member_term("maxSize").expect("one identifier")]);
        assert!(!file.iter().any(|(term, _)| term == "max"), "its words are not those of the text");
        assert_eq!(name_term("a.b"), None);
        assert_eq!(name_term("=="), None);
        assert_eq!(name_term("valid?").as_deref(), Some("=valid"));
    }

    #[test]
    fn a_name_around_a_chunk_counts_by_its_parts_and_is_no_definition() {
        let name = |chunk, rank| Name { chunk, text: "HttpClient", rank };
        let names = [name(0, NameRank::Type), name(1, NameRank::Enclosing)];
        let file = TermReader::new().read("a.py", &["class HttpClient:", "    x = 1"], &names, |_, _| {});
        let in_names = |term: &str| {
            let found = file.iter().find(|(each, _)| *each == term);
            let entry = found.and_then(|(_, bytes)| Entry::decode(bytes)).expect("a term");
            let chunks = entry.occurrences().filter(|each| each.name_tf > 0).map(|each| each.chunk);
            (chunks.collect::<Vec<_>>(), entry.names)
        };
        assert_eq!(in_names("client"), (vec![0, 1], 2));
        assert_eq!(in_names("=httpclient"), (vec![0], 2));
        assert_eq!(file.lengths.chunks.iter().map(|chunk| chunk.names).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn lengths_count_the_terms_of_each_chunk_and_the_path() {
        let file = read("src/net/http/http_client.py");
        let mut n_terms = 0;
        terms(CHUNKS[0], &mut |_| n_terms += 1);
        assert_eq!(file.lengths.chunks.len(), CHUNKS.len());
        assert_eq!((file.lengths.chunks[0].terms, file.lengths.chunks[0].names), (n_terms, 4));
        assert_eq!(file.lengths.names, 2 * 3 + 1 + 3);
        assert_eq!(file.lengths.path_terms, 2 * 3 + 3);
        assert_eq!((file.lengths.stem.as_str(), file.lengths.dirs.as_str()), ("http client", "src net http"));
        let bytes = file.lengths.encode();
        let back = DocLengthsRef::decode(&bytes).expect("whole");
        assert_eq!(back.chunks().collect::<Vec<_>>(), file.lengths.chunks);
        assert_eq!((back.names, back.path_terms), (10, 9));
        assert_eq!((back.stem, back.dirs), (b"http client".as_slice(), b"src net http".as_slice()));
        assert_eq!((back.path, back.language), (b"src/net/http/http_client.py".as_slice(), b"".as_slice()));
    }

    #[test]
    fn a_reader_that_was_used_before_gives_the_same() {
        let mut reader = TermReader::new();
        let first = reader.read("a/b.rs", &["fn one() { two() }", "two two"], &[], |_, _| {});
        reader.read("x.py", CHUNKS, &[], |_, _| {});
        assert_eq!(reader.read("a/b.rs", &["fn one() { two() }", "two two"], &[], |_, _| {}), first);
        let sorted: Vec<&str> = first.iter().map(|(term, _)| term).collect();
        assert!(sorted.is_sorted(), "{sorted:?}");
    }

    #[test]
    fn each_chunk_tells_its_terms_in_the_order_of_the_text() {
        let mut seen = Vec::new();
        TermReader::new().read("a.rs", &["b a b", "c"], &[], |at, terms| {
            seen.push((
                at,
                terms.iter().map(|t| format!("{}{}", t.term, t.tf)).collect::<Vec<_>>().join(" "),
            ));
        });
        assert_eq!(seen, [(0, "b2 a1".to_owned()), (1, "c1".to_owned())]);
    }

    #[test]
    fn a_block_gives_its_docs_back() {
        let mut block = Vec::new();
        let mut last = 256;
        for (doc, entry) in [(256, b"x".as_slice()), (257, b""), (9_000, b"yz")] {
            put_entry(&mut block, last, doc, entry);
            last = doc;
        }
        let back: Vec<_> = entries(256, &block).collect();
        assert_eq!(back, [(256, b"x".as_slice()), (257, b""), (9_000, b"yz")]);
    }

    #[test]
    fn damaged_blocks_end_early() {
        let mut block = Vec::new();
        put_entry(&mut block, 0, 3, b"abc");
        put_entry(&mut block, 3, 4, b"def");
        block.pop();
        assert_eq!(entries(0, &block).count(), 1);
        assert_eq!(Entry::decode(&[]), None);
        assert!(DocLengthsRef::decode(&[1, 2, 200, 1]).is_none());
        let wild = Entry::decode(&[0, 0xff, 0xff, 0xff, 0xff, 0x0f]).expect("a head");
        assert!(wild.occurrences().count() <= 1);
    }

    #[test]
    fn path_words_are_the_stem_and_three_directories() {
        assert_eq!(path_words("a/b/c/d/file.test.ts"), ("file.test", "b/c/d"));
        assert_eq!(path_words("b/file"), ("file", "b"));
        assert_eq!(path_words(".bashrc"), (".bashrc", ""));
        assert_eq!(path_words(""), ("", ""));
    }
}
