//! What the resolver must know of the types of Java's library: which passes for which, and what their methods give.

use crate::lang::rules::subtype;

/// How a value of one library type passes where another is written; see [`crate::lang::Rules::passes`].
pub(super) fn passes(given: &str, wanted: &str) -> Option<i32> {
    let given = match given {
        "\"\"" => "String",
        "''" => "char",
        "0" => "int",
        "0.0" => "double",
        "true" => "boolean",
        // An array without a written type.
        "[]" => return Some(0),
        other => other,
    };
    if given == wanted {
        return Some(6);
    }
    match (is_primitive(given), is_primitive(wanted)) {
        (true, true) => widened(given, wanted),
        (true, false) => boxed(given, wanted),
        (false, true) => match box_of(wanted) == given {
            true => Some(2),
            false => widened(unboxed(given)?, wanted).map(|_| 1),
        },
        (false, false) if wanted == "Object" => Some(1),
        (false, false) => class_passes(given, wanted),
    }
}

/// True for the types whose values are no objects.
pub(super) fn is_primitive(name: &str) -> bool {
    matches!(name, "byte" | "short" | "int" | "long" | "float" | "double" | "char" | "boolean")
}

fn widened(given: &str, wanted: &str) -> Option<i32> {
    let wider: &[&str] = match given {
        "byte" => &["short", "int", "long", "float", "double"],
        "short" | "char" => &["int", "long", "float", "double"],
        "int" => &["long", "float", "double"],
        "long" => &["float", "double"],
        "float" => &["double"],
        _ => &[],
    };
    let steps = wider.iter().position(|each| *each == wanted)?;
    Some(if steps == 0 { 5 } else { 4 })
}

fn boxed(given: &str, wanted: &str) -> Option<i32> {
    if box_of(given) == wanted {
        return Some(2);
    }
    match wanted {
        "Object" | "Comparable" | "Serializable" => Some(1),
        "Number" if !matches!(given, "char" | "boolean") => Some(1),
        _ => None,
    }
}

fn box_of(primitive: &str) -> &'static str {
    match primitive {
        "byte" => "Byte",
        "short" => "Short",
        "int" => "Integer",
        "long" => "Long",
        "float" => "Float",
        "double" => "Double",
        "char" => "Character",
        "boolean" => "Boolean",
        _ => "",
    }
}

fn unboxed(name: &str) -> Option<&'static str> {
    Some(match name {
        "Byte" => "byte",
        "Short" => "short",
        "Integer" => "int",
        "Long" => "long",
        "Float" => "float",
        "Double" => "double",
        "Character" => "char",
        "Boolean" => "boolean",
        _ => return None,
    })
}

/// Subtypes among the library's classes: by what is listed, and by what the names say of exceptions.
fn class_passes(given: &str, wanted: &str) -> Option<i32> {
    // Nothing but itself passes for a final class.
    subtype(given, wanted, supertypes).filter(|&fit| fit > 0 || !(is_final(wanted) || is_final(given)))
}

fn is_final(name: &str) -> bool {
    unboxed(name).is_some() || matches!(name, "String" | "StringBuilder" | "StringBuffer" | "Class" | "Optional")
}

fn supertypes(name: &str) -> &'static [&'static str] {
    match name {
        "String" => &["CharSequence", "Comparable", "Serializable"],
        "StringBuilder" | "StringBuffer" => &["CharSequence", "Appendable", "Serializable"],
        "CharBuffer" => &["CharSequence", "Appendable", "Readable", "Comparable"],
        "Byte" | "Short" | "Integer" | "Long" | "Float" | "Double" => &["Number", "Comparable", "Serializable"],
        "BigInteger" | "BigDecimal" | "AtomicInteger" | "AtomicLong" => &["Number", "Comparable", "Serializable"],
        "Character" | "Boolean" => &["Comparable", "Serializable"],
        "Class" => &["Type", "GenericDeclaration", "AnnotatedElement", "Serializable"],
        "ParameterizedType" | "GenericArrayType" | "WildcardType" => &["Type"],
        "TypeVariable" => &["Type", "AnnotatedElement"],
        "Method" | "Constructor" => &["Executable"],
        "Executable" => &["AccessibleObject", "Member", "GenericDeclaration"],
        "Field" => &["AccessibleObject", "Member"],
        "AccessibleObject" => &["AnnotatedElement"],
        "List" | "Set" | "Queue" => &["Collection"],
        "Deque" => &["Queue"],
        "SortedSet" => &["Set"],
        "NavigableSet" => &["SortedSet"],
        "Collection" => &["Iterable"],
        "ArrayList" | "CopyOnWriteArrayList" | "Vector" => &["List", "RandomAccess", "Serializable"],
        "Stack" => &["Vector"],
        "LinkedList" => &["List", "Deque"],
        "ArrayDeque" => &["Deque"],
        "PriorityQueue" => &["Queue"],
        "HashSet" | "EnumSet" => &["Set", "Serializable"],
        "LinkedHashSet" => &["HashSet"],
        "TreeSet" => &["NavigableSet"],
        "SortedMap" | "ConcurrentMap" | "HashMap" | "EnumMap" | "WeakHashMap" | "IdentityHashMap" | "Hashtable" => {
            &["Map"]
        }
        "NavigableMap" => &["SortedMap"],
        "LinkedHashMap" => &["HashMap"],
        "TreeMap" => &["NavigableMap"],
        "ConcurrentHashMap" => &["ConcurrentMap"],
        "Properties" => &["Hashtable"],
        "ListIterator" => &["Iterator"],
        "InputStream" | "Reader" => &["Closeable"],
        "FileInputStream" | "ByteArrayInputStream" | "FilterInputStream" | "ObjectInputStream" => &["InputStream"],
        "BufferedInputStream" | "DataInputStream" => &["FilterInputStream"],
        "OutputStream" => &["Closeable", "Flushable"],
        "FileOutputStream" | "ByteArrayOutputStream" | "FilterOutputStream" | "ObjectOutputStream" => &["OutputStream"],
        "PrintStream" => &["FilterOutputStream", "Appendable"],
        "BufferedOutputStream" | "DataOutputStream" => &["FilterOutputStream"],
        "InputStreamReader" | "BufferedReader" | "StringReader" | "CharArrayReader" => &["Reader"],
        "FileReader" => &["InputStreamReader"],
        "Writer" => &["Appendable", "Closeable", "Flushable"],
        "PrintWriter" | "StringWriter" | "BufferedWriter" | "OutputStreamWriter" => &["Writer"],
        "FileWriter" => &["OutputStreamWriter"],
        "Closeable" => &["AutoCloseable"],
        "File" | "URI" | "UUID" | "Locale" | "URL" => &["Comparable", "Serializable"],
        "Path" => &["Comparable", "Iterable", "Watchable"],
        "Date" => &["Comparable", "Serializable", "Cloneable"],
        "GregorianCalendar" => &["Calendar"],
        "Calendar" => &["Comparable", "Serializable", "Cloneable"],
        "SimpleDateFormat" => &["DateFormat"],
        "DateFormat" | "NumberFormat" | "MessageFormat" => &["Format"],
        "DecimalFormat" => &["NumberFormat"],
        "RuntimeException" => &["Exception"],
        "Exception" | "Error" => &["Throwable"],
        _ if name.ends_with("Exception") => &["RuntimeException", "IOException", "Exception"],
        _ if name.ends_with("Error") => &["Error"],
        _ => &[],
    }
}

/// The type that a method gives; `of` is empty for a receiver of which nothing is known.
pub(super) fn result(of: &str, method: &str) -> Option<&'static str> {
    Some(match (of, method) {
        ("Boolean" | "Byte" | "Short" | "Integer" | "Long" | "Float" | "Double" | "Character" | "String", "valueOf") => {
            match of {
                "Boolean" => "Boolean",
                "Byte" => "Byte",
                "Short" => "Short",
                "Integer" => "Integer",
                "Long" => "Long",
                "Float" => "Float",
                "Double" => "Double",
                "Character" => "Character",
                _ => "String",
            }
        }
        ("StringBuilder", "append" | "insert" | "delete" | "deleteCharAt" | "reverse" | "replace") => "StringBuilder",
        ("StringBuffer", "append" | "insert" | "delete" | "deleteCharAt" | "reverse" | "replace") => "StringBuffer",
        (
            "String" | "\"\"",
            "trim" | "substring" | "toLowerCase" | "toUpperCase" | "replace" | "replaceAll" | "replaceFirst" | "concat"
            | "intern" | "repeat" | "strip" | "format" | "join",
        )
        | ("StringBuilder" | "StringBuffer" | "Matcher" | "Scanner", "substring" | "group" | "nextLine")
        | ("Objects" | "Arrays" | "Integer" | "Long" | "Boolean" | "Character" | "Double", "toString" | "toHexString")
        | ("Class", "getName" | "getSimpleName" | "getCanonicalName" | "getTypeName" | "getPackageName")
        | ("Method" | "Field" | "Constructor" | "Member" | "Package" | "Enum" | "Thread" | "File" | "Path", "getName")
        | ("File", "getPath" | "getAbsolutePath" | "getParent")
        | ("System", "getProperty" | "getenv" | "lineSeparator")
        | ("BufferedReader", "readLine")
        | (_, "toString" | "getMessage" | "getLocalizedMessage" | "getSimpleName" | "getCanonicalName") => "String",
        ("String" | "\"\"" | "StringBuilder" | "StringBuffer" | "CharSequence", "charAt") | ("Character", "charValue") => {
            "char"
        }
        ("Character", "toUpperCase" | "toLowerCase" | "toTitleCase") => "char",
        ("Integer", "parseInt" | "intValue" | "compare" | "signum" | "bitCount")
        | ("Math", "round" | "floorMod" | "floorDiv")
        | ("Array" | "Character", "getLength" | "getNumericValue")
        | ("Random", "nextInt")
        | ("Calendar" | "AtomicInteger", "get" | "getActualMaximum" | "incrementAndGet" | "getAndIncrement")
        | (
            "String" | "\"\"" | "StringBuilder" | "StringBuffer" | "List" | "CharSequence",
            "indexOf" | "lastIndexOf" | "compareToIgnoreCase",
        )
        | ("Matcher", "start" | "end")
        | (_, "length" | "size" | "hashCode" | "compareTo" | "ordinal" | "intValue" | "compare") => "int",
        ("Long", "parseLong" | "longValue") | ("System", "currentTimeMillis" | "nanoTime") => "long",
        ("Date" | "Calendar", "getTimeInMillis") | ("Date", "getTime") | (_, "longValue") => "long",
        ("Calendar", "getTime") => "Date",
        ("Calendar" | "GregorianCalendar", "getInstance") => "Calendar",
        ("Calendar" | "TimeZone", "getTimeZone" | "getDefault") => "TimeZone",
        ("Locale", "getDefault") => "Locale",
        ("Double", "parseDouble" | "doubleValue") | (_, "doubleValue") => "double",
        ("Math", "sqrt" | "pow" | "floor" | "ceil" | "random" | "log" | "exp") => "double",
        ("Float", "parseFloat" | "floatValue") | (_, "floatValue") => "float",
        (_, "shortValue") => "short",
        (_, "byteValue") => "byte",
        (_, "charValue") => "char",
        (
            _,
            "equals" | "isEmpty" | "equalsIgnoreCase" | "startsWith" | "endsWith" | "hasNext" | "containsKey"
            | "booleanValue" | "isInstance" | "isAssignableFrom" | "isPrimitive" | "isArray" | "isInterface" | "matches",
        )
        | ("Boolean", "parseBoolean")
        | ("Character", "isDigit" | "isLetter" | "isWhitespace" | "isUpperCase" | "isLowerCase") => "boolean",
        ("Class", "getComponentType" | "getSuperclass" | "getEnclosingClass" | "forName") | (_, "getClass") => "Class",
        ("File", "toPath") | ("Paths" | "Path", "get" | "of" | "resolve") => "Path",
        ("Path", "toFile") => "File",
        ("Files", "newInputStream") => "InputStream",
        ("Files", "newBufferedReader") => "BufferedReader",
        ("Files", "newOutputStream") => "OutputStream",
        ("ResultSet", "getMetaData") => "ResultSetMetaData",
        (_, "printStackTrace") => return None,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_very_type_fits_better_than_a_wider_one_and_that_better_than_a_box() {
        assert!(passes("int", "int") > passes("int", "long"));
        assert!(passes("int", "long") > passes("int", "double"));
        assert!(passes("int", "double") > passes("int", "Integer"));
        assert!(passes("int", "Integer") > passes("int", "Object"));
        assert_eq!(passes("long", "int"), None);
        assert_eq!(passes("boolean", "int"), None);
    }

    #[test]
    fn a_class_passes_for_its_supertypes_and_for_no_other() {
        assert!(passes("\"\"", "CharSequence") > passes("\"\"", "Object"));
        assert_eq!(passes("String", "Number"), None);
        assert_eq!(passes("ArrayList", "Iterable"), Some(3));
        assert_eq!(passes("Unheard", "Of"), Some(0));
        assert_eq!(passes("Unheard", "String"), None);
    }

    #[test]
    fn methods_of_every_object_give_what_they_give() {
        assert_eq!(result("", "toString"), Some("String"));
        assert_eq!(result("Character", "valueOf"), Some("Character"));
        assert_eq!(result("Unheard", "of"), None);
    }
}
