// A small lexer by family of languages: comments, strings, numbers, words. It colours; it does not understand.
//
// A language is a list of rules, tried in order where the last token ended, and its words. Every rule is linear in what
// it takes, and what no rule takes is text of its own, so any input ends.

const LINE = ["comment", /\/\/.*/y];
const HASH = ["comment", /#.*/y];
const DASHES = ["comment", /--.*/y];
const DOUBLE = ["string", /"(?:[^"\\\n]|\\[^])*"?/y];
const SINGLE = ["string", /'(?:[^'\\\n]|\\[^])*'?/y];
const LONG_DOUBLE = ["string", /"""[^]*?(?:"""|$(?![^]))/y];
const LONG_SINGLE = ["string", /'''[^]*?(?:'''|$(?![^]))/y];
const ACROSS_DOUBLE = ["string", /"(?:[^"\\]|\\[^])*"?/y];
const ACROSS_SINGLE = ["string", /'[^']*'?/y];
const CHAR = ["string", /'(?:[^'\\\n]|\\(?:u\{[^}\n]*\}|[^\n]))[^'\n]{0,7}?'/y];
const NUMBER = ["number", /(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\w*/y];
const PARTED = ["number", /(?:0[xXbB][\da-fA-F']+|\d(?:'?\d)*(?:\.\d(?:'?\d)*)?(?:[eE][+-]?\d+)?)\w*/y];
const WORD = ["word", /[\p{L}_$][\p{L}\p{N}_$]*/yu];
const AT = ["meta", /@[\p{L}_][\p{L}\p{N}_.]*/yu];
const VARIABLE = ["meta", /\$(?:[\p{L}_]\w*|\{[^}\n]*\})/yu];
const BLOCK = ["comment", flat("/*", "*/")];
const NESTED = ["comment", nested("/*", "*/")];
const DIRECTIVE = ["meta", /#[ \t]*[a-z]+(?:[ \t]*[<"][^>"\n]*[>"])?/y, "start"];

/** A stretch between two marks. */
function flat(open, close) {
  return (text, at) => {
    if (!text.startsWith(open, at)) return 0;
    const end = text.indexOf(close, at + open.length);
    return (end < 0 ? text.length : end + close.length) - at;
  };
}

/** The same where stretches lie in one another. */
function nested(open, close) {
  return (text, at) => {
    if (!text.startsWith(open, at)) return 0;
    let [depth, here] = [1, at + open.length];
    while (depth > 0) {
      const end = text.indexOf(close, here);
      if (end < 0) return text.length - at;
      const inner = text.indexOf(open, here);
      if (inner >= 0 && inner < end) [depth, here] = [depth + 1, inner + open.length];
      else [depth, here] = [depth - 1, end + close.length];
    }
    return here - at;
  };
}

const words = (text) => new Set(text.split(" "));

const C = "auto break case const continue default do else enum extern for goto if inline register restrict return signed sizeof static struct switch typedef union unsigned void volatile while bool char double float int long short size_t NULL true false";
const CPP = `${C} alignas alignof and catch class concept constexpr consteval constinit co_await co_return co_yield decltype delete explicit export final friend mutable namespace new noexcept not nullptr operator or override private protected public requires static_assert static_cast dynamic_cast reinterpret_cast const_cast template this throw try typename using virtual`;
const JAVA = "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for if implements import instanceof int interface long native new null package permits private protected public record return sealed short static strictfp super switch synchronized this throw throws transient true false try var void volatile while yield";
const CSHARP = "abstract as async await base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach get if implicit in init int interface internal is lock long namespace new null object operator out override params partial private protected public readonly record ref required return sbyte sealed set short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using value var virtual void volatile when where while yield";
const KOTLIN = "abstract actual annotation as break by catch class companion const constructor continue crossinline data do else enum expect external false final finally for fun get if import in infix init inline inner interface internal is it lateinit noinline null object open operator out override package private protected public reified return sealed set super suspend tailrec this throw true try typealias val value var vararg when where while";
const SCRIPT = "abstract any as asserts async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace never new null number object of override private protected public readonly return satisfies set static string super switch symbol this throw true try type typeof undefined unknown var void while with yield";
const RUST = "as async await break const continue crate dyn else enum extern false fn for if impl in let loop macro_rules match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64";
const PYTHON = "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self cls try type while with yield";
const GO = "any append bool break byte case chan const continue default defer else error fallthrough false float32 float64 for func go goto if import int int32 int64 interface len make map new nil package range return rune select string struct switch true type uint uint32 uint64 var";
const RUBY = "BEGIN END alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield require require_relative include extend attr_reader attr_writer attr_accessor private protected public";
const PHP = "abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends false final finally fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new null or print private protected public readonly require require_once return self static switch parent this throw trait true try unset use var void while yield int string bool float mixed";
const BASH = "if then else elif fi for while until do done case esac in function select time return local export declare readonly unset shift source exit break continue set trap eval exec";
const LUA = "and break do else elseif end false for function goto if in local nil not or repeat return self then true until while";
const SWIFT = "actor any as associatedtype async await break case catch class continue convenience default defer deinit didSet do else enum extension fallthrough false fileprivate final for func get guard if import in indirect init inout internal is lazy let mutating nil nonisolated open operator optional override private protocol public repeat required rethrows return self Self set some static struct subscript super switch throw throws true try typealias unowned var weak where while willSet";
const SCALA = "abstract case catch class def derives do else end enum export extends extension false final finally for forSome given if implicit import inline lazy match new null object opaque open override package private protected return sealed super then this throw trait true try type using val var while with yield";
const DART = "abstract as assert async await base break case catch class const continue covariant default deferred do dynamic else enum export extends extension external factory false final finally for get if implements import in interface is late library mixin new null on operator part required rethrow return sealed set show static super switch sync this throw true try typedef var void when while with yield int double bool String num";
const ELIXIR = "after alias and case catch cond def defdelegate defexception defguard defimpl defmacro defmacrop defmodule defp defprotocol defstruct do else end false fn for if import in nil not or quote raise receive require rescue super throw true try unless unquote use when with";
const HASKELL = "as case class data default deriving do else family forall foreign hiding if import in infix infixl infixr instance let mdo module newtype of pattern qualified rec then type where";
const OCAML = "and as assert begin class constraint do done downto else end exception external false for fun function functor if in include inherit initializer lazy let match method module mutable new nonrec object of open or private rec sig struct then to true try type val virtual when while with";
const ZIG = "addrspace align allowzero and anyframe anytype asm async await break callconv catch comptime const continue defer else enum errdefer error export extern false fn for if inline linksection noalias noinline nosuspend null opaque or orelse packed pub resume return struct suspend switch test threadlocal true try undefined union unreachable usingnamespace var void volatile while bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 type";
const PROTO = "syntax package import option message enum service rpc returns stream oneof map repeated optional required reserved extensions extend to max true false double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes public weak";
const SQL = "select from where and or not in is null as join left right inner outer full cross on group by order having limit offset insert into values update set delete create table view index drop alter add column primary key foreign references unique default check constraint distinct union all case when then else end exists between like begin commit rollback with returning";
const PERL = "my our local sub if elsif else unless while until for foreach do last next redo return package use no require and or not eq ne lt gt le ge cmp qw";
const R = "if else repeat while function for next break TRUE FALSE NULL NA Inf NaN in library require return";
const ERLANG = "after and andalso begin case catch cond div else end fun if let maybe not of or orelse receive rem try when xor";
const CLOJURE = "def defn defmacro defprotocol defrecord deftype fn if let loop recur do when cond case ns require import nil true false lambda define setq defun";
const MAKE = "if ifeq ifneq ifdef ifndef else endif include define endef export override FROM RUN CMD COPY ADD ENV ARG WORKDIR EXPOSE ENTRYPOINT USER VOLUME LABEL AS set function foreach endforeach endfunction resource variable module provider output data locals true false yes no on off null let inherit with rec in def load return for and or not import lambda pass elif while";

const CURLY = [LINE, BLOCK, LONG_DOUBLE, DOUBLE, CHAR, AT, NUMBER, WORD];
const CURLY_NESTED = [LINE, NESTED, LONG_DOUBLE, DOUBLE, CHAR, AT, NUMBER, WORD];
const C_RULES = [LINE, BLOCK, DIRECTIVE, ["string", /(?:u8|[uUL])?R"([^()\\\s]{0,16})\([^]*?(?:\)\1"|$(?![^]))/y], DOUBLE, CHAR, PARTED, WORD];
const REGEX = ["string", /\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.){0,99}\]){1,400}\/[a-z]*/y, "operand"];
const SCRIPT_RULES = [LINE, BLOCK, DOUBLE, SINGLE, ["string", /`(?:[^`\\]|\\[^])*`?/y], REGEX, AT, NUMBER, WORD];
const RUST_RULES = [LINE, NESTED, ["string", /b?r(#{0,8})"[^]*?(?:"\1|$(?![^]))/y], ["string", /[bc]?"(?:[^"\\]|\\[^])*"?/y], ["string", /b?'(?:[^'\\\n]|\\(?:u\{[^}\n]*\}|x[\da-fA-F]{2}|[^\n]))'/y], ["meta", /'[a-z_]\w*/y], ["meta", /#!?\[[^\]\n]*\]?/y], NUMBER, ["meta", /[a-z_]\w*!(?!=)/y], WORD];
const PYTHON_RULES = [HASH, ["string", /[rbfuRBFU]{0,2}("""|''')(?:[^\\]|\\[^])*?(?:\1|$(?![^]))/y], ["string", /[rbfuRBFU]{0,2}"(?:[^"\\\n]|\\[^])*"?/y], ["string", /[rbfuRBFU]{0,2}'(?:[^'\\\n]|\\[^])*'?/y], AT, NUMBER, WORD];
const HASHED = [HASH, LONG_DOUBLE, LONG_SINGLE, DOUBLE, SINGLE, VARIABLE, NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_-]*/yu]];
const SHELL = [["comment", /#.*/y, "apart"], ACROSS_DOUBLE, ACROSS_SINGLE, VARIABLE, ["meta", /\$[\d@*#?!$-]/y], NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_-]*/yu]];
const MARKUP = [["comment", flat("<!--", "-->")], ["word", /<\/?[\w:.-]+|\/?>/y], DOUBLE, ["meta", /&[#\w]{1,12};/y]];
const LISP = [["comment", /;.*/y], ACROSS_DOUBLE, ["meta", /[:'][\w*+!?<>=/-]+/y], NUMBER, ["word", /[\p{L}*+!?<>=/_-][\p{L}\p{N}*+!?<>=/_-]*/yu]];
const MARKDOWN = [["comment", flat("<!--", "-->")], ["string", /```[^]*?(?:\n```|$(?![^]))/y, "start"], ["keyword", /#{1,6} .*/y, "start"], ["string", /`[^`\n]+`/y], ["meta", /\]\([^)\n]*\)/y]];

const FAMILIES = [
  ["c", C_RULES, C],
  ["cpp", C_RULES, CPP],
  ["java groovy", CURLY, JAVA],
  ["csharp", [LINE, BLOCK, DIRECTIVE, LONG_DOUBLE, ["string", /\$?@\$?"(?:[^"]|"")*"?/y], ["string", /\$?"(?:[^"\\\n]|\\[^])*"?/y], CHAR, NUMBER, WORD], CSHARP],
  ["kotlin", CURLY_NESTED, KOTLIN],
  ["scala", CURLY_NESTED, SCALA],
  ["swift", CURLY_NESTED, SWIFT],
  ["dart", [LINE, NESTED, LONG_DOUBLE, LONG_SINGLE, DOUBLE, SINGLE, AT, NUMBER, WORD], DART],
  ["javascript typescript prisma graphql", SCRIPT_RULES, SCRIPT],
  ["rust", RUST_RULES, RUST],
  ["python starlark", PYTHON_RULES, PYTHON],
  ["go", [LINE, BLOCK, DOUBLE, ["string", /`[^`]*`?/y], CHAR, NUMBER, WORD], GO],
  ["ruby crystal", [["comment", /=begin\b[^]*?(?:\n=end|$(?![^]))/y, "start"], HASH, DOUBLE, SINGLE, ["meta", /:[\p{L}_]\w*[?!]?/yu, "apart"], ["meta", /@@?[\p{L}_]\w*/yu], NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_]*[?!]?/yu]], RUBY],
  ["php", [LINE, ["comment", /#(?!\[).*/y], BLOCK, ACROSS_DOUBLE, ["string", /'(?:[^'\\]|\\[^])*'?/y], VARIABLE, NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_]*/yu]], PHP],
  ["bash shell", SHELL, BASH],
  ["lua", [["comment", /--\[(=*)\[[^]*?(?:\]\1\]|$(?![^]))/y], DASHES, ["string", /\[(=*)\[[^]*?(?:\]\1\]|$(?![^]))/y], DOUBLE, SINGLE, NUMBER, WORD], LUA],
  ["elixir", [HASH, LONG_DOUBLE, LONG_SINGLE, DOUBLE, SINGLE, ["string", /~[a-zA-Z](?:"[^"\n]*"|\([^)\n]*\)|\/[^/\n]*\/|\[[^\]\n]*\]|\{[^}\n]*\})/y], ["meta", /:[\p{L}_]\w*[?!]?/yu, "apart"], AT, NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_]*[?!]?/yu]], ELIXIR],
  ["haskell cabal", [["meta", flat("{-#", "#-}")], ["comment", nested("{-", "-}")], ["comment", /--+(?![!#$%&*+./<=>?@\\^|~:]).*/y], DOUBLE, CHAR, NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_']*/yu]], HASKELL],
  ["ocaml ocaml-interface fsharp dune", [["comment", nested("(*", "*)")], LINE, ["string", /\{([a-z_]*)\|[^]*?(?:\|\1\}|$(?![^]))/y], ACROSS_DOUBLE, CHAR, NUMBER, ["word", /[\p{L}_][\p{L}\p{N}_']*/yu]], OCAML],
  ["zig zon", [LINE, ["string", /\\\\.*/y], DOUBLE, CHAR, AT, NUMBER, WORD], ZIG],
  ["protobuf thrift capnp flatbuffers avro", [LINE, BLOCK, HASH, DOUBLE, SINGLE, NUMBER, WORD], PROTO],
  ["json", [LINE, BLOCK, ["meta", /"(?:[^"\\\n]|\\[^])*"(?=\s{0,20}:)/y], DOUBLE, NUMBER, WORD], "true false null"],
  ["yaml toml ini hcl nix dockerfile make cmake meson ninja autoconf ignore rego", HASHED, MAKE],
  ["css scss less", [LINE, BLOCK, DOUBLE, SINGLE, ["meta", /[@$#.][\p{L}_-][\p{L}\p{N}_-]*/yu], NUMBER, ["word", /[\p{L}_-][\p{L}\p{N}_-]*/yu]], "important inherit initial none auto"],
  ["sql", [DASHES, BLOCK, ["string", /'(?:[^']|'')*'?/y], DOUBLE, NUMBER, WORD], SQL],
  ["html xml", MARKUP, ""],
  ["markdown restructuredtext asciidoc org text", MARKDOWN, ""],
  ["perl", [HASH, DOUBLE, SINGLE, ["meta", /[$@%][\p{L}_]\w*/yu], NUMBER, WORD], PERL],
  ["r julia nim awk tcl powershell", [HASH, DOUBLE, SINGLE, VARIABLE, NUMBER, WORD], R],
  ["erlang latex", [["comment", /%.*/y], DOUBLE, ["meta", /\\[a-zA-Z]+/y], NUMBER, WORD], ERLANG],
  ["lisp clojure", LISP, CLOJURE],
];

const LANGUAGES = new Map();
for (const [names, rules, text] of FAMILIES) {
  for (const name of names.split(" ")) {
    LANGUAGES.set(name, { rules, words: words(text), loose: name === "sql" });
  }
}

/** The names of languages that are coloured. */
export const known = [...LANGUAGES.keys()];

/** Longest text that is coloured, and longest line that is shown whole, in characters. */
const MAX_TEXT = 2_000_000;
export const MAX_LINE = 2_000;

const PLAIN = /[^\S\n]+|[^\p{L}\p{N}_$"'`/#@\-<>([{~\\:=%;&*+!?.\s]+|[^]/uy;

/** The lines of a text, each a list of `[class, text]`; together they are the text again. */
export function lines(text, language) {
  const grammar = LANGUAGES.get(language);
  const out = [[]];
  const add = (kind, piece) => {
    const parts = piece.split("\n");
    parts.forEach((part, at) => {
      if (at > 0) out.push([]);
      if (part === "") return;
      const line = out[out.length - 1];
      const last = line[line.length - 1];
      if (last && last[0] === kind && kind === "") last[1] += part;
      else line.push([kind, part]);
    });
  };
  if (!grammar || text.length > MAX_TEXT) {
    add("", text);
    return out;
  }
  let at = 0;
  // What stood before: some rules hold only at the start of a line, apart from a word, or where an operand is due.
  let before = "\n";
  while (at < text.length) {
    const [kind, length] = next(text, at, grammar, before);
    const piece = text.slice(at, at + length);
    add(kind === "word" ? named(piece, text, at + length, grammar) : kind, piece);
    at += length;
    if (/\n\s*$/.test(piece.slice(-200))) before = "\n";
    else if (/\S/.test(piece)) before = piece.trimEnd().slice(-12);
    else if (before !== "\n") before = `${before.trimEnd()} `;
  }
  return out;
}

function next(text, at, grammar, before) {
  for (const [kind, rule, where] of grammar.rules) {
    if (where === "start" && before !== "\n") continue;
    if (where === "apart" && /[\w)\]}:$]$/.test(before)) continue;
    if (where === "operand" && !/(?:[\n(,=:[!&|?{};+*%<>~^-]|=>|\b(?:return|typeof|case|in|of))\s?$/.test(before)) continue;
    let length;
    if (typeof rule === "function") {
      length = rule(text, at);
    } else {
      rule.lastIndex = at;
      length = rule.exec(text)?.[0].length ?? 0;
    }
    if (length > 0) return [kind, length];
  }
  PLAIN.lastIndex = at;
  return ["", PLAIN.exec(text)?.[0].length || 1];
}

/** What a word is: a keyword, a type by its first letter, something that is called, or nothing special. */
function named(word, text, end, grammar) {
  if (grammar.words.has(grammar.loose ? word.toLowerCase() : word)) return "keyword";
  if (/^\p{Lu}/u.test(word) && /\p{Ll}/u.test(word)) return "type";
  if (text[end] === "(") return "call";
  return "name";
}
