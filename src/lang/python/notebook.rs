//! Notebooks: the code of their cells as one text.

use serde_json::Value;

/// Most cells of one notebook that are read.
const MAX_CELLS: usize = 10_000;

/// The code of a notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notebook {
    /// The source of all code cells, one after the other, each ended by a newline. Lines that only IPython understands
    /// are turned into comments, so that places stay.
    pub source: String,
    /// For each code cell its first line in `source`, 0-based, and its number among all cells, counted from 1.
    pub starts: Vec<(u32, u32)>,
}

/// Reads a notebook (nbformat 3 and 4); `None` when the text is none. A notebook in another language than Python gives no
/// code.
#[must_use]
pub fn cells(json: &str) -> Option<Notebook> {
    let book: Value = serde_json::from_str(json).ok()?;
    let book = book.as_object()?;
    let cells = match (book.get("cells"), book.get("worksheets")) {
        (Some(cells), _) => cells.as_array()?,
        (None, Some(sheets)) => sheets.get(0)?.get("cells")?.as_array()?,
        (None, None) => return None,
    };
    let mut notebook = Notebook { source: String::new(), starts: Vec::new() };
    if !book.get("metadata").is_none_or(is_python) {
        return Some(notebook);
    }
    let mut line = 0;
    for (number, cell) in (1_u32..).zip(cells.iter().take(MAX_CELLS)) {
        if cell.get("cell_type").and_then(Value::as_str) != Some("code") {
            continue;
        }
        let Some(source) = cell.get("source").or_else(|| cell.get("input")).and_then(text_of) else { continue };
        notebook.starts.push((line, number));
        line += add_cell(&source, &mut notebook.source);
    }
    Some(notebook)
}

/// True when the metadata names Python, or no language at all.
fn is_python(metadata: &Value) -> bool {
    let info = metadata.get("language_info").and_then(|info| info.get("name"));
    let kernel = metadata.get("kernelspec").and_then(|kernel| kernel.get("language"));
    let name = info.or(kernel).and_then(Value::as_str);
    name.is_none_or(|name| {
        let name = name.to_ascii_lowercase();
        name.starts_with("python") || name.starts_with("ipython") || name == "sage"
    })
}

/// The source of a cell: one string, or its lines.
fn text_of(source: &Value) -> Option<String> {
    match source {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => Some(lines.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

/// Adds a cell's lines, with those commented out that are no Python; gives their number.
fn add_cell(source: &str, out: &mut String) -> u32 {
    let mut lines = 0;
    // `%%bash` and its like give the whole cell to another program; `%%time` and a few others run it as Python.
    let first = source.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim_start();
    let foreign = first.strip_prefix("%%").is_some_and(|magic| {
        let name = magic.split_whitespace().next().unwrap_or("");
        !matches!(name, "time" | "timeit" | "capture" | "prun" | "python" | "python3" | "ipytest")
    });
    let mut continues = false;
    for line in source.lines() {
        let head = line.trim_start();
        let is_magic = foreign
            || continues
            || head.starts_with(['%', '!', '?'])
            || (head.ends_with('?') && !head.starts_with('#') && is_help(head));
        if is_magic {
            // A line that goes on in the next one takes it along.
            continues = !foreign && line.ends_with('\\');
            blank(line, out);
        } else {
            continues = false;
            magic_value(line, out);
        }
        out.push('\n');
        lines += 1;
    }
    lines
}

/// A line as a statement that does nothing, at the same indentation.
fn blank(line: &str, out: &mut String) {
    let indent = line.len() - line.trim_start().len();
    out.push_str(line.get(..indent).unwrap_or(""));
    let rest = line.get(indent..).unwrap_or("");
    // In a block a comment alone would leave it empty.
    if indent > 0 && rest.len() >= 4 {
        out.push_str("pass");
        out.extend(std::iter::repeat_n(' ', rest.len() - 4));
    } else if !rest.is_empty() {
        out.push('#');
        out.push_str(rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or(""));
    }
}

/// `name = !command` and `name = %magic`: the value is unknown.
fn magic_value(line: &str, out: &mut String) {
    if let Some((target, value)) = line.split_once('=') {
        let shell = value.trim_start();
        let is_name = target.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ',' | ' '));
        if is_name && !target.trim().is_empty() && shell.starts_with(['!', '%']) {
            out.push_str(target);
            out.push_str("= None #");
            out.push_str(shell.get(1..).unwrap_or(""));
            return;
        }
    }
    out.push_str(line);
}

/// `name?`, `a.b??`: asks for help.
fn is_help(line: &str) -> bool {
    let name = line.trim_end().trim_end_matches('?');
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '%' | '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(cells: &str, metadata: &str) -> String {
        format!(r#"{{"cells": [{cells}], "metadata": {metadata}, "nbformat": 4}}"#)
    }

    #[test]
    fn code_cells_become_one_text_with_the_place_of_each() {
        let text = book(
            r##"{"cell_type": "markdown", "source": ["# Title"]},
               {"cell_type": "code", "source": ["import a\n", "a.f()"]},
               {"cell_type": "code", "source": "x = 1\ny = 2\n"},
               {"cell_type": "code", "source": []}"##,
            "{}",
        );
        let book = cells(&text).unwrap();
        assert_eq!(book.source, "import a\na.f()\nx = 1\ny = 2\n");
        assert_eq!(book.starts, [(0, 2), (2, 3), (4, 4)]);
    }

    #[test]
    fn lines_for_ipython_alone_are_taken_out_and_places_stay() {
        let text = book(
            r#"{"cell_type": "code", "source": "%matplotlib inline\n!pip install \\\n  x\nnames = !ls\nif a:\n    %time\nf?\nx = 5 % 3\n"}"#,
            "{}",
        );
        assert_eq!(
            cells(&text).unwrap().source,
            "#matplotlib inline\n#pip install \\\n  #\nnames = None #ls\nif a:\n    pass \n#?\nx = 5 % 3\n"
        );
    }

    #[test]
    fn a_cell_for_another_program_is_no_python_but_a_timed_one_is() {
        let text = book(
            r#"{"cell_type": "code", "source": "%%bash\nls x"}, {"cell_type": "code", "source": "%%time\nf()"}"#,
            "{}",
        );
        assert_eq!(cells(&text).unwrap().source, "#%bash\n#s x\n#%time\nf()\n");
    }

    #[test]
    fn only_python_notebooks_give_code() {
        let cell = r#"{"cell_type": "code", "source": "x <- 1"}"#;
        let r = cells(&book(cell, r#"{"language_info": {"name": "R"}}"#)).unwrap();
        assert_eq!((r.source.as_str(), r.starts.len()), ("", 0));
        let python = cells(&book(cell, r#"{"kernelspec": {"language": "python"}}"#)).unwrap();
        assert_eq!(python.starts, [(0, 1)]);
    }

    #[test]
    fn the_older_format_is_read_too() {
        let text = r#"{"worksheets": [{"cells": [{"cell_type": "code", "input": ["f()"]}]}], "nbformat": 3}"#;
        assert_eq!(cells(text).unwrap().source, "f()\n");
    }

    #[test]
    fn what_is_no_notebook_gives_nothing() {
        for text in ["", "{", "[]", "null", "{}", r#"{"cells": 3}"#, r#"{"worksheets": []}"#] {
            assert_eq!(cells(text), None, "{text}");
        }
        let odd = book(r#"3, {"cell_type": "code"}, {"cell_type": "code", "source": 7}"#, "[]");
        assert_eq!(cells(&odd).unwrap().source, "");
    }
}
