//! A reader of Gherkin, as far as the TCK writes it: a feature with scenarios, outlines with their examples, steps with
//! a doc string or a table, tags, comments, a background.

/// A feature file.
#[derive(Debug, PartialEq)]
pub struct Feature {
    pub name: String,
    pub scenarios: Vec<Scenario>,
}

/// One scenario that can be run: outlines are there once for each example, with the background's steps before theirs.
#[derive(Debug, PartialEq)]
pub struct Scenario {
    pub name: String,
    /// Number of the example from 1 on; 0 when it is no outline.
    pub example: usize,
    /// Without the at sign: those of the scenario and of its examples.
    pub tags: Vec<String>,
    pub steps: Vec<Step>,
    /// Line of the scenario in the file, from 1 on.
    pub line: usize,
}

/// One step, without its keyword.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub text: String,
    pub argument: Argument,
}

/// What stands below a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    None,
    Text(String),
    Table(Vec<Vec<String>>),
}

/// A scenario or outline as it is written.
struct Written {
    name: String,
    tags: Vec<String>,
    line: usize,
    steps: Vec<Step>,
    is_outline: bool,
    examples: Vec<Examples>,
}

struct Examples {
    tags: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Which table a row of cells belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Description,
    Background,
    Steps,
    Examples,
}

/// Reads a feature file.
///
/// # Errors
/// The line number and what is wrong with the line.
pub fn read(text: &str) -> Result<Feature, String> {
    let mut reader = Reader::default();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let line = line.trim();
        let number = at + 1;
        if let Some(mark) = ["\"\"\"", "```"].into_iter().find(|mark| line.starts_with(mark)) {
            let indent = text.lines().nth(at).map_or(0, |line| line.len() - line.trim_start().len());
            let mut content: Vec<&str> = Vec::new();
            loop {
                let Some((_, line)) = lines.next() else {
                    return Err(format!("{number}: doc string without an end"));
                };
                if line.trim() == mark {
                    break;
                }
                let blank = line.len() - line.trim_start().len();
                content.push(line.get(blank.min(indent)..).unwrap_or(line));
            }
            reader.argument(Argument::Text(content.join("\n"))).map_err(|why| format!("{number}: {why}"))?;
        } else {
            reader.line(line, number).map_err(|why| format!("{number}: {why}"))?;
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    name: Option<String>,
    tags: Vec<String>,
    background: Vec<Step>,
    written: Vec<Written>,
    place: Option<Place>,
}

impl Reader {
    fn line(&mut self, line: &str, number: usize) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line.starts_with('@') {
            self.tags.extend(line.split_whitespace().map(|tag| tag.trim_start_matches('@').to_owned()));
            return Ok(());
        }
        if line.starts_with('|') {
            return self.row(cells(line)?);
        }
        if let Some((keyword, name)) = line.split_once(':') {
            let name = name.trim().to_owned();
            match keyword {
                "Feature" => {
                    self.name = Some(name);
                    self.tags.clear();
                    self.place = Some(Place::Description);
                    return Ok(());
                }
                "Background" => {
                    self.place = Some(Place::Background);
                    return Ok(());
                }
                "Scenario" | "Example" | "Scenario Outline" | "Scenario Template" => {
                    let tags = std::mem::take(&mut self.tags);
                    let is_outline = keyword.starts_with("Scenario ");
                    let (steps, examples) = (Vec::new(), Vec::new());
                    self.written.push(Written { name, tags, line: number, steps, is_outline, examples });
                    self.place = Some(Place::Steps);
                    return Ok(());
                }
                "Examples" | "Scenarios" => {
                    let tags = std::mem::take(&mut self.tags);
                    let last = self.written.last_mut().filter(|last| last.is_outline);
                    last.ok_or("examples without an outline")?
                        .examples
                        .push(Examples { tags, rows: Vec::new() });
                    self.place = Some(Place::Examples);
                    return Ok(());
                }
                _ => {}
            }
        }
        let step = ["Given ", "When ", "Then ", "And ", "But ", "* "]
            .into_iter()
            .find_map(|keyword| line.strip_prefix(keyword))
            .map(|text| Step { text: text.trim().to_owned(), argument: Argument::None });
        match (self.place, step) {
            (Some(Place::Steps), Some(step)) => {
                self.written.last_mut().ok_or("a step without a scenario")?.steps.push(step);
            }
            (Some(Place::Background), Some(step)) => self.background.push(step),
            (Some(Place::Description), _) => {}
            _ => return Err(format!("neither a step nor a keyword: {line}")),
        }
        Ok(())
    }

    fn steps(&mut self) -> Option<&mut Vec<Step>> {
        match self.place? {
            Place::Background => Some(&mut self.background),
            Place::Steps => self.written.last_mut().map(|last| &mut last.steps),
            Place::Description | Place::Examples => None,
        }
    }

    fn argument(&mut self, argument: Argument) -> Result<(), String> {
        let step = self.steps().and_then(|steps| steps.last_mut()).ok_or("nothing that it belongs to")?;
        if step.argument != Argument::None {
            return Err("the step has an argument already".to_owned());
        }
        step.argument = argument;
        Ok(())
    }

    fn row(&mut self, cells: Vec<String>) -> Result<(), String> {
        let rows = if self.place == Some(Place::Examples) {
            let examples = self.written.last_mut().and_then(|last| last.examples.last_mut());
            &mut examples.ok_or("a row without examples")?.rows
        } else {
            let step = self.steps().and_then(|steps| steps.last_mut()).ok_or("a row without a step")?;
            if step.argument == Argument::None {
                step.argument = Argument::Table(Vec::new());
            }
            let Argument::Table(rows) = &mut step.argument else {
                return Err("a table below a doc string".to_owned());
            };
            rows
        };
        if rows.first().is_some_and(|first| first.len() != cells.len()) {
            return Err("a row with another number of cells than the first".to_owned());
        }
        rows.push(cells);
        Ok(())
    }

    fn finish(self) -> Result<Feature, String> {
        let name = self.name.ok_or("no feature")?;
        let mut scenarios = Vec::new();
        for written in self.written {
            let steps: Vec<Step> = self.background.iter().chain(&written.steps).cloned().collect();
            let (name, line, mut tags) = (written.name, written.line, written.tags);
            if !written.is_outline {
                scenarios.push(Scenario { name, example: 0, tags, steps, line });
                continue;
            }
            let mut example = 0;
            for examples in written.examples {
                let Some((head, rows)) = examples.rows.split_first() else {
                    return Err(format!("{line}: examples without a row"));
                };
                tags.extend(examples.tags.iter().cloned());
                for row in rows {
                    example += 1;
                    let filled = |text: &str| {
                        head.iter().zip(row).fold(text.to_owned(), |text, (name, value)| {
                            text.replace(&format!("<{name}>"), value)
                        })
                    };
                    let steps = steps.iter().map(|step| step.filled(&filled)).collect();
                    let name = filled(&name);
                    scenarios.push(Scenario { name, example, tags: tags.clone(), steps, line });
                }
            }
        }
        Ok(Feature { name, scenarios })
    }
}

impl Step {
    fn filled(&self, filled: &impl Fn(&str) -> String) -> Self {
        let argument = match &self.argument {
            Argument::None => Argument::None,
            Argument::Text(text) => Argument::Text(filled(text)),
            Argument::Table(rows) => Argument::Table(
                rows.iter().map(|row| row.iter().map(|cell| filled(cell)).collect()).collect(),
            ),
        };
        Self { text: filled(&self.text), argument }
    }
}

/// The cells of a row: `\|`, `\\` and `\n` stand for a bar, a backslash and a line break.
fn cells(line: &str) -> Result<Vec<String>, String> {
    let inside = line.strip_prefix('|').ok_or("a row begins with a bar")?;
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => cells.push(std::mem::take(&mut cell)),
            '\\' => match chars.next() {
                Some('n') => cell.push('\n'),
                Some(escaped @ ('|' | '\\')) => cell.push(escaped),
                Some(other) => cell.extend(['\\', other]),
                None => cell.push('\\'),
            },
            other => cell.push(other),
        }
    }
    if !cell.trim().is_empty() {
        return Err("a row ends with a bar".to_owned());
    }
    // Only blanks around a cell are no part of it: a line break that was written as an escape is.
    Ok(cells.iter().map(|cell| cell.trim_matches([' ', '\t']).to_owned()).collect())
}

#[test]
fn a_feature_is_read_with_background_doc_strings_and_tables() {
    let text = "# comment\n@whole\nFeature: F1 - first\n\n  Free text: ignored\n\n  Background:\n    Given a graph\n\n  \
                @one @two\n  Scenario: [1] A name\n    When executing query:\n      \"\"\"\n      RETURN '#'\n        \
                AS x\n      \"\"\"\n    Then the result should be, in order:\n      | x   |\n      | '#' |\n";
    let feature = read(text).unwrap();
    assert_eq!(feature.name, "F1 - first");
    let [scenario] = &feature.scenarios[..] else { panic!("{feature:?}") };
    assert_eq!((scenario.name.as_str(), scenario.example, scenario.line), ("[1] A name", 0, 11));
    assert_eq!(scenario.tags, ["one", "two"]);
    let texts: Vec<&str> = scenario.steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts, ["a graph", "executing query:", "the result should be, in order:"]);
    assert_eq!(scenario.steps[1].argument, Argument::Text("RETURN '#'\n  AS x".to_owned()));
    let table = vec![vec!["x".to_owned()], vec!["'#'".to_owned()]];
    assert_eq!(scenario.steps[2].argument, Argument::Table(table));
}

#[test]
fn an_outline_is_there_once_for_each_example_with_the_values_in_texts_doc_strings_and_tables() {
    let text = "Feature: F\r\n  Scenario Outline: Take <a>\r\n    When run <b>:\r\n      \"\"\"\r\n      <a><b>\r\n      \
                \"\"\"\r\n    Then is:\r\n      | <b> |\r\n\r\n    Examples:\r\n      | a | b |\r\n      | 1 | x |\r\n\
                \r\n    @late\r\n    Examples: more\r\n      | a | b |\r\n      | 2 | < |\r\n";
    let feature = read(text).unwrap();
    let names: Vec<(&str, usize)> =
        feature.scenarios.iter().map(|each| (each.name.as_str(), each.example)).collect();
    assert_eq!(names, [("Take 1", 1), ("Take 2", 2)]);
    assert_eq!(feature.scenarios[0].tags, Vec::<String>::new());
    assert_eq!(feature.scenarios[1].tags, ["late"]);
    let last = &feature.scenarios[1].steps;
    assert_eq!((last[0].text.as_str(), &last[0].argument), ("run <:", &Argument::Text("2<".to_owned())));
    assert_eq!(last[1].argument, Argument::Table(vec![vec!["<".to_owned()]]));
}

#[test]
fn cells_keep_escaped_bars_and_unknown_escapes() {
    assert_eq!(cells(r"| a\|b |  | '\\' | \'\n |").unwrap(), ["a|b", "", r"'\'", "\\'\n"]);
    assert_eq!(cells("| open"), Err("a row ends with a bar".to_owned()));
}

#[test]
fn what_is_out_of_place_is_told_with_its_line() {
    assert_eq!(read("Scenario: x").unwrap_err(), "no feature");
    assert_eq!(read("Feature: x\nScenario: y\nwhat").unwrap_err(), "3: neither a step nor a keyword: what");
    assert_eq!(read("Feature: x\nScenario: y\nGiven a\n\"\"\"").unwrap_err(), "4: doc string without an end");
    let uneven = "Feature: x\nScenario: y\nGiven a\n| 1 | 2 |\n| 1 |";
    assert_eq!(read(uneven).unwrap_err(), "5: a row with another number of cells than the first");
    assert_eq!(read("Feature: x\nScenario: y\nExamples:\n").unwrap_err(), "3: examples without an outline");
}
