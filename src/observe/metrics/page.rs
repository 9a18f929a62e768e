//! The text format of Prometheus, version 0.0.4.

use super::{Family, Histogram};
use std::fmt::Write as _;

/// Metrics as text.
#[derive(Debug)]
pub struct Page {
    out: String,
    /// The family whose values follow; nothing when it is left out.
    family: Option<Family>,
    has_system: bool,
    has_custom: bool,
}

impl Page {
    /// Its content type.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// An empty page, which takes what the process takes, what CodeGraph does, or both.
    #[must_use]
    pub const fn new(has_system: bool, has_custom: bool) -> Self {
        Self { out: String::new(), family: None, has_system, has_custom }
    }

    /// True when values of a family are wanted.
    #[must_use]
    pub fn wants(&self, family: Family) -> bool {
        if family.is_system() { self.has_system } else { self.has_custom }
    }

    /// Begins a family; its values follow.
    pub fn begin(&mut self, family: Family) {
        self.family = Some(family).filter(|family| self.wants(*family));
        if self.family.is_some() {
            let (name, kind, doc) = (family.name(), family.kind().name(), family.doc().trim());
            let doc = doc.replace('\\', "\\\\").replace('\n', "\\n");
            let _ = write!(self.out, "# HELP {name} {doc}\n# TYPE {name} {kind}\n");
        }
    }

    /// A value of the family, with those of its labels.
    pub fn value(&mut self, labels: &[&str], value: f64) {
        if let Some(family) = self.family {
            self.sample(family, "", labels, None, value);
        }
    }

    /// A family with one value and no labels.
    pub fn one(&mut self, family: Family, value: f64) {
        self.begin(family);
        self.value(&[], value);
    }

    /// The values of a histogram of the family.
    pub fn histogram(&mut self, labels: &[&str], histogram: &Histogram) {
        let Some(family) = self.family else { return };
        let (ends, all) = histogram.cumulative();
        for (end, n) in ends {
            self.sample(family, "_bucket", labels, Some(&end.to_string()), n as f64);
        }
        self.sample(family, "_bucket", labels, Some("+Inf"), all as f64);
        self.sample(family, "_sum", labels, None, histogram.seconds());
        self.sample(family, "_count", labels, None, all as f64);
    }

    fn sample(&mut self, family: Family, suffix: &str, labels: &[&str], le: Option<&str>, value: f64) {
        debug_assert_eq!(family.labels().len(), labels.len(), "{family:?}");
        let named = family.labels().iter().copied().zip(labels.iter().copied());
        let _ = write!(self.out, "{}{suffix}", family.name());
        for (at, (name, value)) in named.chain(le.map(|le| ("le", le))).enumerate() {
            let _ = write!(self.out, "{}{name}=\"", if at == 0 { '{' } else { ',' });
            for c in value.chars() {
                match c {
                    '\\' => self.out.push_str("\\\\"),
                    '"' => self.out.push_str("\\\""),
                    '\n' => self.out.push_str("\\n"),
                    c => self.out.push(c),
                }
            }
            self.out.push('"');
        }
        if !labels.is_empty() || le.is_some() {
            self.out.push('}');
        }
        let _ = writeln!(self.out, " {value}");
    }

    /// The whole page.
    #[must_use]
    pub fn text(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_numbers_are_written_as_the_format_wants_them() {
        let mut page = Page::new(false, true);
        page.begin(Family::BuildInfo);
        page.value(&["a\\b\"c\nd", ""], 1.0);
        page.one(Family::ResidentMemory, 5.0);
        page.one(Family::DatabaseSize, 12_345_678_901.0);
        assert_eq!(
            page.text(),
            "# HELP codegraph_build_info Always 1; its labels tell what runs.\n\
             # TYPE codegraph_build_info gauge\n\
             codegraph_build_info{version=\"a\\\\b\\\"c\\nd\",revision=\"\"} 1\n\
             # HELP codegraph_database_size_bytes Size of the store on disk, its log of writes included.\n\
             # TYPE codegraph_database_size_bytes gauge\n\
             codegraph_database_size_bytes 12345678901\n"
        );
    }

    #[test]
    fn names_and_kinds_are_those_that_the_format_knows() {
        let mut names: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Family::ALL.len());
        for family in Family::ALL {
            let name = family.name();
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert_eq!(name.ends_with("_total"), family.kind() == super::super::Kind::Counter, "{name}");
            assert!(family.doc().ends_with('.'), "{name}");
        }
    }
}
