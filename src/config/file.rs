//! A file of settings as keys, values and lines.

use toml::de::{DeTable, DeValue};

/// A key that a file sets.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    /// Dotted, with its section.
    pub(super) path: String,
    /// Its value.
    pub(super) value: toml::Value,
    /// The line on which its name stands, from 1.
    pub(super) line: usize,
}

/// The keys of a file, in its order.
///
/// # Errors
/// The line on which it is no TOML, and why.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    let wrong = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        (line, error.message().to_owned())
    };
    let table: toml::Table = text.parse().map_err(wrong)?;
    let places = DeTable::parse(text).map_err(wrong)?;
    let mut entries = Vec::new();
    gather(&table, places.get_ref(), "", text, &mut entries);
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

/// The parser bounds how deep tables lie in each other.
fn gather(table: &toml::Table, places: &DeTable<'_>, prefix: &str, text: &str, out: &mut Vec<Entry>) {
    for (name, place) in places {
        let Some(value) = table.get(name.get_ref().as_ref()) else { continue };
        let name_at = name.span().start;
        let path = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        match (value, place.get_ref()) {
            (toml::Value::Table(inner), DeValue::Table(places)) => gather(inner, places, &path, text, out),
            (value, _) => out.push(Entry { path, value: value.clone(), line: line_at(text, name_at) }),
        }
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_with_its_line_however_it_is_written() {
        let text = "# a comment\n[server]\nport = 1 # c\n\n  host=\"x\"\n[parsing]\nlanguages = [\n \"go\",\n \"c\"\n]\n\
                    rust = { parse_tests = false,\n parse_examples = true }\npython.parse_stubs = false\n\
                    ignore_patterns = [\"\"\"\nport = 2\n\"\"\"]\n[ \"metrics\" ]\n\"enabled\" = true\n";
        let lines: Vec<(String, usize)> =
            entries(text).unwrap().into_iter().map(|entry| (entry.path, entry.line)).collect();
        let wanted = [
            ("server.port", 3),
            ("server.host", 5),
            ("parsing.languages", 7),
            ("parsing.rust.parse_tests", 11),
            ("parsing.rust.parse_examples", 12),
            ("parsing.python.parse_stubs", 13),
            ("parsing.ignore_patterns", 14),
            ("metrics.enabled", 18),
        ];
        assert_eq!(lines, wanted.map(|(path, line)| (path.to_owned(), line)));
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        assert_eq!(entries("[a]\nb = 1\nc = = 2\n").unwrap_err().0, 3);
        assert_eq!(entries("[a]\nb = 1\nb = 2\n").unwrap_err().0, 3);
        let deep = "a = ".to_owned() + &"[".repeat(100_000);
        assert_eq!(entries(&deep).unwrap_err().0, 1);
        assert_eq!(entries(""), Ok(Vec::new()));
    }
}
