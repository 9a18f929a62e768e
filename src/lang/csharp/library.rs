//! What the resolver must know of the types of .NET's library: which passes for which, and what their members give.

use crate::lang::rules::subtype;

/// The namespace of a well-known type of .NET's library.
pub(super) fn namespace_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "Action" | "Activator" | "AppDomain" | "ArgumentException" | "ArgumentNullException"
        | "ArgumentOutOfRangeException" | "Array" | "Attribute" | "AttributeUsage" | "AttributeUsageAttribute"
        | "BitConverter" | "Buffer" | "Console" | "Convert" | "DateTime" | "DateTimeKind" | "DateTimeOffset"
        | "Delegate" | "Enum" | "Environment" | "EventArgs" | "EventHandler" | "Exception" | "Flags" | "FormatException"
        | "Func" | "GC" | "Guid" | "IAsyncDisposable" | "ICloneable" | "IComparable" | "IConvertible" | "IDisposable"
        | "IEquatable" | "IFormatProvider" | "IFormattable" | "IServiceProvider" | "IndexOutOfRangeException"
        | "InvalidCastException" | "InvalidOperationException" | "Lazy" | "Math" | "MemoryExtensions"
        | "NotImplementedException" | "NotSupportedException" | "NullReferenceException" | "Nullable"
        | "ObjectDisposedException" | "Obsolete" | "ObsoleteAttribute" | "OperationCanceledException"
        | "OverflowException" | "Predicate" | "Progress" | "Random" | "ReadOnlySpan" | "ReadOnlyMemory" | "Serializable"
        | "Span" | "StringComparer" | "StringComparison" | "StringSplitOptions" | "TimeSpan" | "TimeZoneInfo"
        | "TimeoutException" | "Tuple" | "Type" | "TypeCode" | "UnauthorizedAccessException" | "Uri" | "UriBuilder"
        | "UriKind" | "ValueTuple" | "ValueType" | "Version" | "WeakReference" => "System",
        "ArrayList" | "Hashtable" | "ICollection" | "IDictionary" | "IEnumerable" | "IEnumerator" | "IList" => {
            return None;
        }
        "Comparer" | "Dictionary" | "EqualityComparer" | "HashSet" | "IAsyncEnumerable" | "IComparer"
        | "IEqualityComparer" | "IReadOnlyCollection" | "IReadOnlyDictionary" | "IReadOnlyList" | "ISet"
        | "KeyNotFoundException" | "KeyValuePair" | "LinkedList" | "LinkedListNode" | "List" | "Queue"
        | "SortedDictionary" | "SortedList" | "SortedSet" | "Stack" => "System.Collections.Generic",
        "BlockingCollection" | "ConcurrentBag" | "ConcurrentDictionary" | "ConcurrentQueue" | "ConcurrentStack" => {
            "System.Collections.Concurrent"
        }
        "BinaryReader" | "BinaryWriter" | "Directory" | "DirectoryInfo" | "EndOfStreamException" | "File"
        | "FileAccess" | "FileInfo" | "FileMode" | "FileNotFoundException" | "FileShare" | "FileStream" | "IOException"
        | "MemoryStream" | "Path" | "SearchOption" | "SeekOrigin" | "Stream" | "StreamReader" | "StreamWriter"
        | "StringReader" | "StringWriter" | "TextReader" | "TextWriter" => "System.IO",
        "Enumerable" | "IGrouping" | "ILookup" | "IOrderedEnumerable" | "IOrderedQueryable" | "IQueryable"
        | "Queryable" => "System.Linq",
        "HttpClient" | "HttpContent" | "HttpMessageHandler" | "HttpMethod" | "HttpRequestException"
        | "HttpRequestMessage" | "HttpResponseMessage" | "StringContent" => "System.Net.Http",
        "Assembly" | "BindingFlags" | "ConstructorInfo" | "FieldInfo" | "ICustomAttributeProvider" | "MemberInfo"
        | "MethodBase" | "MethodInfo" | "ParameterInfo" | "PropertyInfo" | "TargetInvocationException" => {
            "System.Reflection"
        }
        "Encoder" | "Decoder" | "Encoding" | "StringBuilder" | "UTF8Encoding" => "System.Text",
        "JsonSerializer" | "JsonSerializerOptions" => "System.Text.Json",
        "Capture" | "Match" | "MatchCollection" | "MatchEvaluator" | "Regex" | "RegexOptions" => {
            "System.Text.RegularExpressions"
        }
        "AutoResetEvent" | "CancellationToken" | "CancellationTokenSource" | "Interlocked" | "ManualResetEvent"
        | "ManualResetEventSlim" | "Monitor" | "Mutex" | "ReaderWriterLockSlim" | "Semaphore" | "SemaphoreSlim"
        | "SpinWait" | "Thread" | "ThreadLocal" | "ThreadPool" | "Timeout" | "Volatile" => "System.Threading",
        "Parallel" | "Task" | "TaskCompletionSource" | "TaskFactory" | "TaskScheduler" | "ValueTask" => {
            "System.Threading.Tasks"
        }
        _ => return None,
    })
}

/// How a value of one library type passes where another is written; see [`crate::lang::Rules::passes`].
pub(super) fn passes(given: &str, wanted: &str) -> Option<i32> {
    if given == "[]" || given == "{}" {
        return Some(0);
    }
    let (given, wanted) = (keyword(given), keyword(wanted));
    if given == wanted {
        return Some(6);
    }
    match (is_value(given), is_value(wanted)) {
        (true, true) => widened(given, wanted),
        (true, false) => match wanted {
            "object" | "ValueType" | "IComparable" | "IConvertible" | "IFormattable" | "IEquatable" => Some(1),
            _ => None,
        },
        (false, true) => None,
        (false, false) if wanted == "object" => Some(1),
        (false, false) => class_passes(given, wanted),
    }
}

/// The keyword for a type that has one, or the type of a literal.
fn keyword(name: &str) -> &str {
    match name {
        "\"\"" | "String" => "string",
        "''" | "Char" => "char",
        "0" | "Int32" => "int",
        "0.0" | "Double" => "double",
        "true" | "Boolean" => "bool",
        "Object" => "object",
        "Int64" => "long",
        "UInt32" => "uint",
        "UInt64" => "ulong",
        "Int16" => "short",
        "UInt16" => "ushort",
        "Byte" => "byte",
        "SByte" => "sbyte",
        "Single" => "float",
        "Decimal" => "decimal",
        other => other,
    }
}

/// True for types whose values are never null.
pub(super) fn is_value(name: &str) -> bool {
    let name = keyword(name);
    is_number(name)
        || matches!(
            name,
            "bool" | "DateTime" | "DateTimeOffset" | "TimeSpan" | "Guid" | "IntPtr" | "UIntPtr" | "KeyValuePair" | "Color"
                | "Point" | "Size" | "Rectangle" | "BigInteger" | "nint" | "nuint"
        )
}

fn is_number(name: &str) -> bool {
    matches!(
        name,
        "sbyte" | "byte" | "short" | "ushort" | "int" | "uint" | "long" | "ulong" | "char" | "float" | "double"
            | "decimal"
    )
}

fn widened(given: &str, wanted: &str) -> Option<i32> {
    let wider: &[&str] = match given {
        "sbyte" => &["short", "int", "long", "float", "double", "decimal"],
        "byte" => &["short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
        "short" => &["int", "long", "float", "double", "decimal"],
        "ushort" | "char" => &["ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
        // A constant that is small enough passes for the smaller ones too.
        "int" => {
            &["long", "float", "double", "decimal", "uint", "ulong", "short", "ushort", "byte", "sbyte"]
        }
        "uint" => &["long", "ulong", "float", "double", "decimal"],
        "long" | "ulong" => &["float", "double", "decimal"],
        "float" => &["double"],
        _ => &[],
    };
    let steps = wider.iter().position(|each| *each == wanted)?;
    Some(match steps {
        0 => 5,
        1..4 => 4,
        _ => 2,
    })
}

fn class_passes(given: &str, wanted: &str) -> Option<i32> {
    // Nothing but itself passes for a string.
    subtype(given, wanted, supertypes).filter(|&fit| fit > 0 || (wanted != "string" && given != "string"))
}

fn supertypes(name: &str) -> &'static [&'static str] {
    match name {
        "string" => &["IEnumerable", "IComparable", "IConvertible", "ICloneable", "IEquatable"],
        "List" | "Collection" | "ObservableCollection" => &["IList", "IReadOnlyList"],
        "IList" | "ISet" => &["ICollection"],
        "IReadOnlyList" => &["IReadOnlyCollection"],
        "ICollection" | "IReadOnlyCollection" | "IQueryable" | "IOrderedEnumerable" | "ILookup" => &["IEnumerable"],
        "HashSet" | "SortedSet" => &["ISet"],
        "Queue" | "Stack" | "LinkedList" | "ArrayList" | "StringCollection" => &["ICollection"],
        "Dictionary" | "SortedDictionary" | "ConcurrentDictionary" | "SortedList" => &["IDictionary"],
        "IDictionary" => &["ICollection"],
        "Type" | "TypeInfo" => &["MemberInfo"],
        "FieldInfo" | "PropertyInfo" | "EventInfo" | "MethodBase" => &["MemberInfo"],
        "MethodInfo" | "ConstructorInfo" => &["MethodBase"],
        "MemberInfo" => &["ICustomAttributeProvider"],
        "FileStream" | "MemoryStream" | "CryptoStream" | "GZipStream" | "BufferedStream" | "NetworkStream" => &["Stream"],
        "Stream" => &["IDisposable"],
        "StreamReader" | "StringReader" => &["TextReader"],
        "StreamWriter" | "StringWriter" => &["TextWriter"],
        "TextReader" | "TextWriter" | "BinaryReader" | "BinaryWriter" => &["IDisposable"],
        "XmlElement" | "XmlDocument" | "XmlAttribute" | "XmlText" => &["XmlNode"],
        "XElement" | "XDocument" => &["XContainer"],
        "XContainer" | "XText" | "XComment" => &["XNode"],
        "XNode" | "XAttribute" => &["XObject"],
        "Form" => &["ContainerControl"],
        "ContainerControl" | "UserControl" | "Panel" => &["Control"],
        "TextBox" | "RichTextBox" => &["TextBoxBase"],
        "Button" | "CheckBox" | "RadioButton" => &["ButtonBase"],
        "ComboBox" | "ListBox" => &["ListControl"],
        "TextBoxBase" | "ButtonBase" | "ListControl" | "Label" | "ListView" | "TreeView" | "PictureBox" | "ToolStrip"
        | "TabControl" | "ProgressBar" | "NumericUpDown" | "DateTimePicker" | "GroupBox" => &["Control"],
        "ToolStripMenuItem" | "ToolStripDropDownButton" => &["ToolStripDropDownItem"],
        "ToolStripDropDownItem" | "ToolStripButton" | "ToolStripComboBox" | "ToolStripSeparator" => &["ToolStripItem"],
        "ContextMenuStrip" | "MenuStrip" | "StatusStrip" => &["ToolStrip"],
        "Bitmap" => &["Image"],
        "Exception" => &[],
        _ if name.ends_with("Exception") => &["Exception"],
        _ => &[],
    }
}

/// How well an array passes where a library's type is written.
pub(super) fn array_passes(wanted: &str) -> Option<i32> {
    match wanted {
        "IList" | "IReadOnlyList" | "Array" => Some(5),
        "ICollection" | "IReadOnlyCollection" => Some(4),
        "IEnumerable" => Some(3),
        "object" | "Object" | "ICloneable" => Some(1),
        _ => None,
    }
}

/// The type that a method or property gives; `of` is empty for a receiver of which nothing is known.
pub(super) fn result(of: &str, member: &str) -> Option<&'static str> {
    Some(match (keyword(of), member) {
        (
            "string",
            "Trim" | "TrimStart" | "TrimEnd" | "Substring" | "Replace" | "ToLower" | "ToUpper" | "ToLowerInvariant"
            | "ToUpperInvariant" | "Format" | "Join" | "Concat" | "Insert" | "Remove" | "PadLeft" | "PadRight" | "Empty"
            | "Normalize",
        )
        | ("Path", "Combine" | "GetFileName" | "GetDirectoryName" | "GetExtension" | "GetFullPath" | "GetTempPath")
        | ("File" | "TextReader" | "StreamReader", "ReadAllText" | "ReadToEnd" | "ReadLine")
        | ("Environment", "NewLine" | "MachineName" | "UserName")
        | ("Type" | "MemberInfo" | "PropertyInfo" | "FieldInfo" | "MethodInfo" | "Assembly", "Name" | "FullName")
        | ("XmlNode" | "XmlElement" | "XmlAttribute" | "XmlReader", "InnerText" | "Name" | "LocalName" | "InnerXml")
        | ("Encoding", "GetString")
        | (_, "ToString" | "Message" | "ToBase64String") => "string",
        ("string" | "StringBuilder", "Length" | "IndexOf" | "LastIndexOf" | "IndexOfAny") => "int",
        ("Array" | "List" | "IList" | "ICollection" | "Dictionary" | "HashSet", "Count" | "Length" | "IndexOf") => "int",
        (_, "GetHashCode" | "CompareTo") => "int",
        ("StringBuilder", "Append" | "AppendLine" | "AppendFormat" | "Insert" | "Remove" | "Replace") => "StringBuilder",
        (_, "Equals" | "Contains" | "StartsWith" | "EndsWith" | "ContainsKey" | "IsNullOrEmpty" | "MoveNext") => "bool",
        (_, "GetType" | "GetGenericTypeDefinition" | "GetElementType") => "Type",
        (
            "PropertyInfo" | "FieldInfo" | "MemberInfo" | "MethodInfo" | "Type" | "ParameterInfo",
            "PropertyType" | "FieldType" | "DeclaringType" | "ReturnType" | "BaseType" | "ParameterType",
        ) => "Type",
        ("Type", "GetMethod") => "MethodInfo",
        ("Type", "GetProperty") => "PropertyInfo",
        ("Type", "GetField") => "FieldInfo",
        ("Type", "GetConstructor") => "ConstructorInfo",
        ("Type", "Assembly") => "Assembly",
        ("DateTime", "Now" | "UtcNow" | "Today" | "ToUniversalTime" | "ToLocalTime" | "AddDays" | "Parse") => "DateTime",
        ("CultureInfo", "InvariantCulture" | "CurrentCulture") => "CultureInfo",
        ("Encoding", "UTF8" | "ASCII" | "Unicode" | "Default") => "Encoding",
        ("XmlNode" | "XmlElement" | "XmlDocument", "FirstChild" | "NextSibling" | "ParentNode" | "SelectSingleNode") => {
            "XmlNode"
        }
        ("XmlDocument", "DocumentElement" | "CreateElement") => "XmlElement",
        ("int" | "long" | "double" | "float" | "decimal" | "byte" | "short" | "uint" | "ulong" | "bool" | "char", _)
            if matches!(member, "Parse" | "MaxValue" | "MinValue") =>
        {
            match keyword(of) {
                "int" => "int",
                "long" => "long",
                "double" => "double",
                "float" => "float",
                "decimal" => "decimal",
                "byte" => "byte",
                "short" => "short",
                "uint" => "uint",
                "ulong" => "ulong",
                "bool" => "bool",
                _ => "char",
            }
        }
        ("Convert", "ToInt32") => "int",
        ("Convert", "ToInt64") => "long",
        ("Convert", "ToDouble") => "double",
        ("Convert", "ToBoolean") => "bool",
        ("File", "OpenRead" | "Open" | "Create") => "FileStream",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_names_of_one_type_are_one_type() {
        assert_eq!(passes("String", "string"), Some(6));
        assert_eq!(passes("0", "Int32"), Some(6));
        assert_eq!(passes("\"\"", "object"), Some(1));
    }

    #[test]
    fn numbers_widen_and_nothing_passes_for_a_string() {
        assert!(passes("int", "long") > passes("int", "object"));
        assert_eq!(passes("int", "string"), None);
        assert_eq!(passes("double", "int"), None);
        assert_eq!(passes("Unheard", "string"), None);
    }

    #[test]
    fn a_collection_passes_for_what_it_implements() {
        assert_eq!(passes("List", "IEnumerable"), Some(3));
        assert_eq!(passes("Type", "MemberInfo"), Some(5));
        assert_eq!(passes("List", "Type"), None);
    }
}
