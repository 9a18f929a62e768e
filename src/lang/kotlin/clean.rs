//! Takes annotations out of a place where the grammar knows none: before the modifiers of a primary constructor that
//! begins a line of its own.
//!
//! ```kotlin
//! class ChannelResult<out T>
//! @PublishedApi internal constructor(val holder: Any?) { … }
//! ```
//!
//! Without them the grammar reads a class without a body, and everything that follows as an error.

/// What may stand between the annotations and `constructor`.
const MODIFIERS: [&str; 4] = ["internal", "private", "protected", "public"];

/// The text with such annotations overwritten with spaces, so that every offset stays as it is; `None` when there are
/// none.
pub(super) fn without_annotations(source: &str) -> Option<String> {
    let mut out: Option<Vec<u8>> = None;
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        if let Some(n) = annotations(line) {
            let text = out.get_or_insert_with(|| source.as_bytes().to_vec());
            if let Some(taken) = text.get_mut(start..start + n) {
                taken.fill(b' ');
            }
        }
        start += line.len();
    }
    out.and_then(|text| String::from_utf8(text).ok())
}

/// The bytes of a line up to the modifiers of a constructor, when nothing but annotations stands there.
fn annotations(line: &str) -> Option<usize> {
    let mut rest = line.trim_start();
    if !rest.starts_with('@') || !rest.contains("constructor") {
        return None;
    }
    while let Some(annotation) = rest.strip_prefix('@') {
        let end = annotation.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':')))?;
        let after = annotation.get(end..)?;
        let after = match after.strip_prefix('(') {
            Some(arguments) => arguments.split_once(')')?.1,
            None => after,
        };
        rest = after.trim_start();
    }
    let mut words = rest.split_whitespace();
    let modified = MODIFIERS.contains(&words.next()?);
    (modified && words.next()?.starts_with("constructor")).then(|| line.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::without_annotations;

    #[test]
    fn annotations_before_the_modifiers_of_a_constructor_go_and_offsets_stay() {
        let clean = |text: &str| without_annotations(text);
        let before = "class A\n@Inject internal constructor(x: Int)\n";
        assert_eq!(clean(before).as_deref(), Some("class A\n        internal constructor(x: Int)\n"));
        let before = "  @A(1) @b.C private constructor() {";
        let after = clean(before).expect("annotations");
        assert_eq!(after.trim_start(), "private constructor() {");
        assert_eq!(after.len(), before.len());
        for other in [
            "@Inject constructor(x: Int)",
            "class A @Inject internal constructor()",
            "@Deprecated fun constructor()",
            "@A(\nconstructor",
            "@",
            "",
        ] {
            assert_eq!(clean(other), None, "{other}");
        }
    }
}
