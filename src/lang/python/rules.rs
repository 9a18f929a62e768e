//! How names are found across files.

use crate::facts::ImportKind;
use crate::lang::rules::{Asker, ManifestKey, joined};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The rules.
pub(super) static RULES: PythonRules = PythonRules;

/// The rules of Python.
pub(super) struct PythonRules;

/// Most folders above a file that are tried as the root of its imports.
const MAX_ROOTS: usize = 24;

impl Rules for PythonRules {
    fn target(&self, _kind: ImportKind, path: &str, _name: &str, from: &str, tree: &dyn Tree) -> Target {
        let found = match path.find(|c| c != '.') {
            Some(0) => absolute(path, from, tree),
            dots => relative(path, dots.unwrap_or(path.len()), from, tree),
        };
        match found {
            Some(file) => Target::Files { files: vec![file], rest: Vec::new() },
            None => Target::External,
        }
    }

    fn submodule(&self, path: &str, name: &str) -> Option<String> {
        Some(if path.is_empty() || path.ends_with('.') { format!("{path}{name}") } else { format!("{path}.{name}") })
    }

    fn external_name(&self, _kind: ImportKind, path: &str, name: &str, _asker: &Asker<'_>) -> Option<Printable> {
        let package = path.split('.').next().filter(|package| !package.is_empty())?;
        Some(Printable::new(joined(path, ".", name), package.len()))
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::None
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        true
    }

    fn is_builtin(&self, name: &str) -> bool {
        BUILTINS.binary_search(&name).is_ok()
    }

    fn call_member(&self) -> Option<&'static str> {
        Some("__call__")
    }

    fn element_members(&self) -> &'static [(&'static str, bool)] {
        &[
            ("__next__", true),
            ("__iter__", false),
            ("__getitem__", true),
            ("__anext__", true),
            ("__aiter__", false),
        ]
    }

    fn is_record_base(&self, type_name: &str) -> bool {
        type_name == "NamedTuple"
    }

    fn infers_parameters(&self) -> bool {
        true
    }

    fn import_reads(&self) -> bool {
        true
    }

    fn wildcard_takes(&self, name: &str, listed: Option<bool>) -> bool {
        listed.unwrap_or(!name.starts_with('_'))
    }

    fn is_linear(&self) -> bool {
        true
    }

    fn type_of_types(&self, type_name: &str) -> bool {
        matches!(type_name, "type" | "Type")
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        use Through::{Argument, Around, Pairs, Same};
        Some(match method {
            "get" | "pop" | "setdefault" | "__getitem__" if is_map(type_name) => Argument(1),
            "values" if is_map(type_name) => Around("[]", 1),
            "items" if is_map(type_name) => Pairs("[]"),
            "copy" | "__enter__" if is_map(type_name) => Same,
            "pop" | "popleft" | "__getitem__" | "__next__" if is_sequence(type_name) => Argument(0),
            "copy" | "union" | "intersection" | "difference" | "__iter__" | "__aiter__" | "__add__" | "__or__"
            | "__mul__"
                if is_sequence(type_name) =>
            {
                Same
            }
            // A generator that `@contextmanager` decorates.
            "__enter__" | "__aenter__" if is_iterator(type_name) => Argument(0),
            "send" | "__anext__" if is_iterator(type_name) => Argument(0),
            "__enter__" | "__aenter__"
                if matches!(type_name, "ContextManager" | "AbstractContextManager" | "AsyncContextManager") =>
            {
                Argument(0)
            }
            "result" | "get" if matches!(type_name, "Future" | "Task" | "Queue" | "ContextVar") => Argument(0),
            _ => return None,
        })
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        if is_map(type_name) {
            Some(1)
        } else if is_sequence(type_name) || is_iterator(type_name) {
            Some(0)
        } else {
            None
        }
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Awaitable" | "Future" | "Task" => Some(0),
            "Coroutine" => Some(2),
            _ => None,
        }
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

/// The file of a module below a folder: the module itself, or its package.
fn module(folder: &str, parts: &str, tree: &dyn Tree) -> Option<String> {
    let base = parts.replace('.', "/");
    let base = match (folder.is_empty(), base.is_empty()) {
        (true, _) => base,
        (false, true) => folder.to_owned(),
        (false, false) => format!("{folder}/{base}"),
    };
    let package = |ending: &str| {
        if base.is_empty() { format!("__init__.{ending}") } else { format!("{base}/__init__.{ending}") }
    };
    // A package goes before a module of its name, an implementation before its stub.
    let candidates = [package("py"), format!("{base}.py"), format!("{base}.pyi"), package("pyi")];
    candidates.into_iter().filter(|path| !path.starts_with('.')).find(|path| tree.has(path))
}

/// `.a.b` with `dots` dots, as written in the file `from`.
fn relative(path: &str, dots: usize, from: &str, tree: &dyn Tree) -> Option<String> {
    let mut folder = parent(from)?;
    for _ in 1..dots {
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder).unwrap_or("");
    }
    module(folder, path.get(dots..).unwrap_or(""), tree)
}

/// `a.b`, as written in the file `from`: below the folder that holds its outermost package, then below the folders
/// above, then below the folders that manifests name, last by the name of the outermost package alone.
fn absolute(path: &str, from: &str, tree: &dyn Tree) -> Option<String> {
    let mut folder = parent(from)?;
    // Inside a package the folder of the file is no place to import from.
    while is_package(folder, tree) && !folder.is_empty() {
        folder = parent(folder).unwrap_or("");
    }
    let mut roots: Vec<String> = Vec::new();
    let mut add = |root: String| {
        if !roots.contains(&root) {
            roots.push(root);
        }
    };
    for _ in 0..MAX_ROOTS {
        add(folder.to_owned());
        if folder.is_empty() {
            break;
        }
        folder = parent(folder).unwrap_or("");
    }
    for (folder, sources) in tree.manifests(ManifestKey::PythonSources) {
        for source in sources.lines() {
            add(if folder.is_empty() { source.to_owned() } else { format!("{folder}/{source}") });
        }
    }
    add("src".to_owned());
    add("lib".to_owned());
    if let Some(found) = roots.iter().find_map(|root| module(root, path, tree)) {
        return Some(found);
    }
    let outer = path.split('.').next().unwrap_or(path);
    let mut packages = tree.folders_named(outer);
    packages.retain(|package| {
        is_package(package, tree) && !parent(package).is_some_and(|above| is_package(above, tree))
    });
    match packages.as_slice() {
        [one] => module(parent(one).unwrap_or(""), path, tree),
        _ => None,
    }
}

fn is_package(folder: &str, tree: &dyn Tree) -> bool {
    let file = if folder.is_empty() { "__init__.py".to_owned() } else { format!("{folder}/__init__.py") };
    tree.has(&file)
}

/// The folder of a path; `None` for the root itself.
fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    Some(path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn is_map(type_name: &str) -> bool {
    matches!(
        type_name,
        "dict" | "Dict" | "{}" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict" | "OrderedDict"
            | "ChainMap" | "WeakValueDictionary" | "WeakKeyDictionary" | "MappingProxyType"
    )
}

fn is_sequence(type_name: &str) -> bool {
    matches!(
        type_name,
        "list" | "List" | "[]" | "set" | "Set" | "frozenset" | "FrozenSet" | "tuple" | "Tuple" | "Sequence"
            | "MutableSequence" | "Collection" | "Iterable" | "AbstractSet" | "MutableSet" | "deque" | "Deque"
            | "KeysView" | "ValuesView" | "WeakSet" | "AsyncIterable" | "Reversible" | "Container"
    )
}

fn is_iterator(type_name: &str) -> bool {
    matches!(type_name, "Iterator" | "Generator" | "AsyncIterator" | "AsyncGenerator")
}

/// Names that need no import. Sorted.
#[rustfmt::skip]
static BUILTINS: &[&str] = &[
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup",
    "BlockingIOError", "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError",
    "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError",
    "DeprecationWarning", "EOFError", "Ellipsis", "EncodingWarning", "EnvironmentError", "Exception",
    "ExceptionGroup", "False", "FileExistsError", "FileNotFoundError", "FloatingPointError", "FutureWarning",
    "GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError",
    "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError",
    "ModuleNotFoundError", "NameError", "None", "NotADirectoryError", "NotImplemented", "NotImplementedError",
    "OSError", "OverflowError", "PendingDeprecationWarning", "PermissionError", "ProcessLookupError",
    "PythonFinalizationError", "RecursionError", "ReferenceError", "ResourceWarning", "RuntimeError",
    "RuntimeWarning", "StopAsyncIteration", "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError",
    "SystemExit", "TabError", "TimeoutError", "True", "TypeError", "UnboundLocalError", "UnicodeDecodeError",
    "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning",
    "ValueError", "Warning", "WindowsError", "ZeroDivisionError", "__builtins__", "__debug__", "__doc__",
    "__file__", "__import__", "__loader__", "__name__", "__package__", "__path__", "__spec__", "abs", "aiter",
    "all", "anext", "any", "ascii", "basestring", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable",
    "chr", "classmethod", "compile", "complex", "copyright", "credits", "delattr", "dict", "dir", "divmod",
    "enumerate", "eval", "exec", "exit", "filter", "float", "format", "frozenset", "getattr", "globals",
    "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance", "issubclass", "iter", "len",
    "license", "list", "locals", "long", "map", "max", "memoryview", "min", "next", "object", "oct", "open",
    "ord", "pow", "print", "property", "quit", "range", "raw_input", "repr", "reveal_type", "reversed", "round",
    "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "unichr",
    "unicode", "vars", "xrange", "zip",
];

/// Methods of the builtin types and of common libraries: a call on an unknown receiver is none of the project's. Sorted.
#[rustfmt::skip]
static COMMON: &[&str] = &[
    "BOOLEAN_STATES", "DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError",
    "InternalError", "NONSPACECRE", "NotSupportedError", "OPEN_METH", "OPTCRE", "OPTCRE_NV", "OperationalError",
    "ProgrammingError", "SECTCRE", "VERSION", "Warning", "absolute", "accept", "acquire", "acquire_lock", "add",
    "addClassCleanup", "addCleanup", "addFilter", "addHandler", "addTypeEqualityFunc", "add_all",
    "add_argument", "add_argument_group", "add_done_callback", "add_header", "add_mutually_exclusive_group",
    "add_note", "add_reader", "add_section", "add_signal_handler", "add_subparsers", "add_writer", "addfile",
    "adjusted", "all", "anchor", "annotate", "append", "appendleft", "apply", "args", "arraysize", "as_bytes",
    "as_integer_ratio", "as_posix", "as_string", "as_tuple", "as_uri", "assertAlmostEqual",
    "assertAlmostEquals", "assertCountEqual", "assertDictContainsSubset", "assertDictEqual", "assertEqual",
    "assertEquals", "assertFalse", "assertGreater", "assertGreaterEqual", "assertIn", "assertIs",
    "assertIsInstance", "assertIsNone", "assertIsNot", "assertIsNotNone", "assertLess", "assertLessEqual",
    "assertListEqual", "assertLogs", "assertMultiLineEqual", "assertNoLogs", "assertNotAlmostEqual",
    "assertNotAlmostEquals", "assertNotEqual", "assertNotEquals", "assertNotIn", "assertNotIsInstance",
    "assertNotRegex", "assertNotRegexpMatches", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp",
    "assertRegex", "assertRegexpMatches", "assertSequenceEqual", "assertSetEqual", "assertTrue",
    "assertTupleEqual", "assertWarns", "assertWarnsRegex", "assert_", "assert_any_call", "assert_called",
    "assert_called_once", "assert_called_once_with", "assert_called_with", "assert_has_calls",
    "assert_not_called", "astimezone", "astype", "at_eof", "attach", "attach_mock", "attrib", "auto_open",
    "backup", "backward", "begin", "betavariate", "bind", "bind_partial", "bit_count", "bit_length", "blobopen",
    "block_size", "buffer", "buffer_info", "byteswap", "bz2open", "c_contiguous", "callHandlers", "call_args",
    "call_args_list", "call_at", "call_count", "call_exception_handler", "call_later", "call_soon",
    "call_soon_threadsafe", "callback", "called", "can_write_eof", "cancel", "cancelled", "cancelling",
    "canonical", "capitalize", "casefold", "cast", "center", "chmod", "choice", "choices", "chown", "cipher",
    "clear", "close", "closed", "combine", "comment", "commit", "communicate", "compare", "compare_signal",
    "compare_total", "compare_total_mag", "compression", "configure_mock", "conjugate", "connect",
    "connect_accepted_socket", "connect_ex", "connect_read_pipe", "connect_write_pipe", "connection", "context",
    "contiguous", "convert_arg_line_to_args", "converter", "converters", "copy", "copy_abs", "copy_negate",
    "copy_sign", "count", "countTestCases", "cpu", "cr_await", "cr_code", "cr_frame", "cr_origin", "cr_running",
    "cr_suspended", "create", "createLock", "create_aggregate", "create_collation", "create_connection",
    "create_datagram_endpoint", "create_function", "create_future", "create_server", "create_task",
    "create_unix_connection", "create_unix_server", "create_window_function", "critical", "ctime", "cuda",
    "cursor", "cwd", "daemon", "date", "day", "days", "debug", "debuglevel", "decode", "default",
    "defaultTestResult", "default_exception_handler", "default_factory", "default_msec_format", "default_port",
    "default_time_format", "defaults", "del_param", "delete", "denominator", "dereference", "description",
    "deserialize", "detach", "difference", "difference_update", "digest", "digest_size", "discard",
    "doClassCleanups", "doCleanups", "do_handshake", "done", "dot", "drain", "drive", "dropna", "dst", "dup",
    "elements", "emit", "empty", "encode", "encoding", "end", "endheaders", "endpos", "endswith",
    "enterClassContext", "enterContext", "enter_context", "error", "errorlevel", "errors", "exception",
    "exclude", "execute", "executemany", "executescript", "exists", "exit", "exp", "expand", "expandtabs",
    "expanduser", "expovariate", "extend", "extendleft", "extract", "extractall", "extractfile",
    "extraction_filter", "f_contiguous", "fail", "failIf", "failIfAlmostEqual", "failIfEqual", "failUnless",
    "failUnlessAlmostEqual", "failUnlessEqual", "failUnlessRaises", "failureException", "family", "fatal",
    "feed_data", "feed_eof", "fetchall", "fetchmany", "fetchone", "fileno", "fileobject", "fillna", "filter",
    "find", "findCaller", "findall", "finditer", "findtext", "first", "flags", "flush", "fma", "fold", "format",
    "formatException", "formatMessage", "formatStack", "formatTime", "format_help", "format_map",
    "format_usage", "fp", "from_bytes", "from_callable", "from_float", "frombytes", "fromfile", "fromhex",
    "fromisocalendar", "fromisoformat", "fromkeys", "fromlist", "fromordinal", "fromtimestamp", "fromunicode",
    "full", "fullmatch", "gammavariate", "gauss", "get", "getChild", "getEffectiveLevel", "getName", "get_all",
    "get_boundary", "get_channel_binding", "get_charset", "get_charsets", "get_content_charset",
    "get_content_disposition", "get_content_maintype", "get_content_subtype", "get_content_type", "get_coro",
    "get_debug", "get_default", "get_default_type", "get_exception_handler", "get_extra_info", "get_filename",
    "get_inheritable", "get_loop", "get_name", "get_nowait", "get_or_create", "get_param", "get_params",
    "get_payload", "get_stack", "get_task_factory", "get_unixfrom", "getaddrinfo", "getblocking", "getboolean",
    "getbuffer", "getcode", "getfloat", "getheader", "getheaders", "getinfo", "getint", "getlimit", "getmember",
    "getmembers", "getnameinfo", "getnames", "getpeercert", "getpeername", "getrandbits", "getresponse",
    "getroot", "getsockname", "getsockopt", "getstate", "gettarinfo", "gettimeout", "geturl", "getvalue",
    "gi_code", "gi_frame", "gi_running", "gi_suspended", "gi_yieldfrom", "glob", "group", "groupby",
    "groupdict", "groupindex", "groups", "gzopen", "handle", "handleError", "hardlink_to", "hasHandlers",
    "has_option", "has_section", "head", "hex", "hexdigest", "home", "hour", "id", "ident", "ignore_zeros",
    "iloc", "imag", "in_transaction", "index", "indices", "info", "infolist", "insert", "interrupt",
    "intersection", "intersection_update", "isDaemon", "isEnabledFor", "isSet", "is_absolute", "is_alive",
    "is_block_device", "is_canonical", "is_char_device", "is_closed", "is_closing", "is_dir", "is_fifo",
    "is_file", "is_finite", "is_infinite", "is_integer", "is_mount", "is_multipart", "is_nan", "is_normal",
    "is_qnan", "is_relative_to", "is_reserved", "is_running", "is_set", "is_signed", "is_snan", "is_socket",
    "is_subnormal", "is_symlink", "is_zero", "isalnum", "isalpha", "isascii", "isatty", "isclosed", "isdecimal",
    "isdigit", "isdisjoint", "isidentifier", "islower", "isnumeric", "isocalendar", "isoformat",
    "isolation_level", "isoweekday", "isprintable", "isspace", "issubset", "issuperset", "istitle", "isupper",
    "item", "item_separator", "items", "itemsize", "iter", "iter_unpack", "iterdir", "iterdump", "iterencode",
    "iterfind", "itertext", "join", "joinpath", "key_separator", "keys", "kill", "lastgroup", "lastindex",
    "lastrowid", "lchmod", "line_buffering", "link_to", "list", "listen", "ljust", "ln", "loc", "locked",
    "locked_lock", "log", "log10", "logb", "logical_and", "logical_invert", "logical_or", "logical_xor",
    "lognormvariate", "longMessage", "lower", "lstat", "lstrip", "makeRecord", "makedev", "makedir",
    "makeelement", "makefifo", "makefile", "makelink", "maketrans", "makeunknown", "manager", "map", "match",
    "max", "maxDiff", "max_mag", "maxlen", "maxsize", "mean", "merge", "microsecond", "microseconds", "min",
    "min_mag", "minute", "mkdir", "mock_add_spec", "mock_calls", "mode", "month", "most_common", "move_to_end",
    "name", "namelist", "native_id", "nbytes", "ndim", "new_child", "newlines", "next", "next_minus",
    "next_plus", "next_toward", "normalize", "normalvariate", "notify", "notifyAll", "notify_all", "now",
    "number_class", "numerator", "obj", "objects", "one", "open", "options", "optionxform", "order_by", "owner",
    "pack", "pack_into", "parameters", "parent", "parents", "paretovariate", "parse", "parse_args",
    "parse_intermixed_args", "parse_known_args", "parse_known_intermixed_args", "partition", "parts", "patch",
    "pattern", "peek", "pending", "poll", "pop", "pop_all", "popitem", "popleft", "pos", "post", "print_help",
    "print_stack", "print_usage", "printdir", "proto", "push", "put", "put_nowait", "putheader", "putrequest",
    "qsize", "quantize", "query", "radix", "raise_for_status", "randbytes", "randint", "random", "randrange",
    "raw", "raw_items", "re", "read", "read1", "read_bytes", "read_dict", "read_file", "read_string",
    "read_text", "readable", "readall", "readexactly", "readfp", "readinto", "readinto1", "readline",
    "readlines", "readlink", "readonly", "readuntil", "real", "reconfigure", "recv", "recv_into", "recvfrom",
    "recvfrom_into", "recvmsg", "recvmsg_into", "register", "regs", "relative_to", "release", "release_lock",
    "remainder_near", "remove", "removeFilter", "removeHandler", "remove_done_callback", "remove_option",
    "remove_reader", "remove_section", "remove_signal_handler", "remove_writer", "removeprefix", "removesuffix",
    "rename", "render", "replace", "replace_header", "request", "reset_mock", "reshape", "resolution",
    "resolve", "response_class", "result", "return_annotation", "return_value", "reverse", "rfind", "rglob",
    "rindex", "rjust", "rmdir", "rollback", "root", "rotate", "row_factory", "rowcount", "rpartition", "rsplit",
    "rstrip", "run", "run_forever", "run_in_executor", "run_until_complete", "running", "same_quantum",
    "samefile", "sample", "save", "scalar", "scalars", "scaleb", "scanner", "search", "second", "seconds",
    "sections", "seed", "seek", "seekable", "selected_alpn_protocol", "selected_npn_protocol", "send",
    "send_signal", "sendall", "sendfile", "sendmsg", "sendmsg_afalg", "sendto", "serialize", "session",
    "session_reused", "set", "setDaemon", "setFormatter", "setLevel", "setName", "setUp", "setUpClass",
    "set_authorizer", "set_boundary", "set_charset", "set_debug", "set_debuglevel", "set_default_executor",
    "set_default_type", "set_defaults", "set_exception", "set_exception_handler", "set_inheritable", "set_name",
    "set_param", "set_payload", "set_progress_handler", "set_raw", "set_result", "set_running_or_notify_cancel",
    "set_task_factory", "set_trace_callback", "set_transport", "set_tunnel", "set_type", "set_unixfrom",
    "setblocking", "setdefault", "setinputsizes", "setlimit", "setoutputsize", "setpassword", "setsockopt",
    "setstate", "settimeout", "shape", "shared_ciphers", "shift", "shortDescription", "shuffle", "shutdown",
    "shutdown_asyncgens", "shutdown_default_executor", "side_effect", "size", "skipTest", "sock_accept",
    "sock_connect", "sock_recv", "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into", "sock_sendall",
    "sock_sendfile", "sock_sendto", "sort", "span", "split", "splitlines", "sqrt", "squeeze", "start",
    "start_tls", "startswith", "stat", "std", "stem", "step", "stop", "strftime", "strides", "string", "strip",
    "strptime", "sub", "subTest", "submit", "subn", "suboffsets", "subprocess_exec", "subprocess_shell",
    "subtract", "suffix", "suffixes", "sum", "swapcase", "symlink_to", "symmetric_difference",
    "symmetric_difference_update", "tag", "tail", "tarinfo", "taropen", "task_done", "tearDown",
    "tearDownClass", "tell", "terminate", "testzip", "text", "text_factory", "throw", "time", "timeout",
    "timestamp", "timetuple", "timetz", "title", "to_bytes", "to_eng_string", "to_integral",
    "to_integral_exact", "to_integral_value", "tobytes", "today", "tofile", "tolist", "toordinal", "toreadonly",
    "total", "total_changes", "total_seconds", "touch", "tounicode", "translate", "transport", "transpose",
    "triangular", "truncate", "type", "typecode", "tzinfo", "tzname", "uncancel", "uniform", "union",
    "universal_newlines", "unlink", "unpack", "unpack_from", "unwrap", "update", "upper", "usesTime",
    "utcfromtimestamp", "utcnow", "utcoffset", "utctimetuple", "utime", "values", "values_list",
    "verify_client_post_handshake", "version", "vonmisesvariate", "wait", "wait_closed", "wait_for", "walk",
    "warn", "warning", "weekday", "weibullvariate", "with_name", "with_stem", "with_suffix", "with_traceback",
    "writable", "write", "write_bytes", "write_c14n", "write_eof", "write_text", "write_through", "writelines",
    "writestr", "xzopen", "year", "zero_grad", "zfill",
];
