//! What the resolver must know of the types of Kotlin's library: which passes for which, and what their members give.

use crate::lang::rules::subtype;

/// How a value of one library type passes where another is written; see [`crate::lang::Rules::passes`].
pub(super) fn passes(given: &str, wanted: &str) -> Option<i32> {
    let literal = matches!(given, "0" | "0.0");
    let given = match given {
        "\"\"" => "String",
        "''" => "Char",
        "0" => "Int",
        "0.0" => "Double",
        "true" => "Boolean",
        "[]" | "{}" => return Some(0),
        other => other,
    };
    if given == wanted {
        return Some(6);
    }
    if wanted == "Any" {
        return Some(1);
    }
    // A constant takes the type that is wanted; all else is converted by hand.
    if literal && is_number(wanted) {
        return Some(3);
    }
    if is_basic(given) || is_basic(wanted) {
        return supertypes(given).contains(&wanted).then_some(4);
    }
    subtype(given, wanted, supertypes)
}

fn is_number(name: &str) -> bool {
    matches!(
        name,
        "Byte" | "Short" | "Int" | "Long" | "Float" | "Double" | "UByte" | "UShort" | "UInt" | "ULong" | "Number"
    )
}

/// True for types that nothing else passes for.
pub(super) fn is_basic(name: &str) -> bool {
    (is_number(name) && name != "Number") || matches!(name, "String" | "Char" | "Boolean")
}

fn supertypes(name: &str) -> &'static [&'static str] {
    match name {
        "String" => &["CharSequence", "Comparable"],
        "Byte" | "Short" | "Int" | "Long" | "Float" | "Double" => &["Number", "Comparable"],
        "Char" | "Boolean" => &["Comparable"],
        "MutableList" | "ArrayList" => &["List", "MutableCollection"],
        "List" | "Set" | "MutableCollection" => &["Collection"],
        "MutableSet" | "HashSet" | "LinkedHashSet" => &["Set", "MutableCollection"],
        "Collection" => &["Iterable"],
        "MutableMap" | "HashMap" | "LinkedHashMap" => &["Map"],
        "StringBuilder" => &["CharSequence", "Appendable"],
        "Exception" | "Error" => &["Throwable"],
        "RuntimeException" => &["Exception"],
        "Throwable" => &[],
        _ if name.ends_with("Exception") => &["RuntimeException", "Exception"],
        _ if name.ends_with("Error") => &["Error"],
        _ => &[],
    }
}

/// The type that a member gives; `of` is empty for a receiver of which nothing is known.
pub(super) fn result(of: &str, member: &str) -> Option<&'static str> {
    Some(match (of, member) {
        (_, "toString" | "simpleName" | "qualifiedName" | "message") => "String",
        (
            "String" | "\"\"",
            "trim" | "substring" | "lowercase" | "uppercase" | "replace" | "removePrefix" | "removeSuffix" | "format"
            | "padStart" | "padEnd" | "trimIndent" | "trimMargin" | "plus" | "substringBefore" | "substringAfter",
        ) => "String",
        (_, "toInt" | "hashCode" | "size" | "length" | "indexOf" | "compareTo" | "ordinal") => "Int",
        (_, "toLong") => "Long",
        (_, "toDouble") => "Double",
        (_, "toFloat") => "Float",
        (_, "toByte") => "Byte",
        (_, "toShort") => "Short",
        (_, "toChar") => "Char",
        (_, "equals" | "isEmpty" | "isNotEmpty" | "contains" | "startsWith" | "endsWith" | "isBlank" | "hasNext") => {
            "Boolean"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_take_the_type_that_is_wanted_and_variables_do_not() {
        assert_eq!(passes("0", "Int"), Some(6));
        assert_eq!(passes("0", "Long"), Some(3));
        assert_eq!(passes("Int", "Long"), None);
        assert_eq!(passes("Int", "String"), None);
    }

    #[test]
    fn a_collection_passes_for_what_it_implements() {
        assert_eq!(passes("MutableList", "Iterable"), Some(3));
        assert_eq!(passes("String", "CharSequence"), Some(4));
        assert_eq!(passes("Bundle", "Uri"), Some(0));
    }
}
