//! "What does one file say by itself?" The summary that a language's walker makes of a syntax tree: definitions,
//! scopes, local bindings, imports, expressions and uses, with nothing resolved across files.
//!
//! A summary is a pure function of the file's bytes. Names are interned per file ([`Strings`]), everything else is
//! flat vectors with 32-bit indices, so a summary is small, cheap to write and read, and has no lifetime.

mod brief;
mod builder;
#[cfg(test)]
pub mod dump;
mod strings;

pub use brief::{Brief, hash_of};
pub use builder::{Builder, DefSpec, place_of};
pub use strings::{Sid, Strings};

use crate::model::{Place, Role, Span, SymbolKind, Visibility};
use serde::{Deserialize, Serialize};

/// Index of a definition in [`FileFacts::defs`]; 0 is the file.
pub type DefIx = u32;
/// Index of a scope in [`FileFacts::scopes`]; 0 is the file's.
pub type ScopeIx = u32;
/// Index of a local binding in [`FileFacts::locals`].
pub type LocalIx = u32;
/// Index of an expression in [`FileFacts::exprs`]; 0 is [`Expr::Unknown`].
pub type ExprIx = u32;

/// "No index": for optional scopes.
pub const NONE: u32 = u32::MAX;

/// The name of the subtype of an [`Impl`] that holds for every type (`impl<T> Trait for T`); its type argument is the type
/// parameter, whose bound says for which.
pub const ANY_TYPE: &str = "*";

/// The name of the [`LocalKind::Receiver`] of a lambda whose receiver is not named: bare names in the lambda may mean its
/// members.
pub const IMPLICIT: &str = "this";

/// The index of the last parameter, in [`Expr::ParamOf`].
pub const LAST: u32 = u32::MAX;
/// The index of the receiver of a function type, in [`Expr::ParamOf`].
pub const RECEIVER: u32 = u32::MAX - 1;

/// Bits that a definition carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DefFlags(pub u32);

impl DefFlags {
    /// Belongs to the type, not to an instance (`static`, a Rust function without `self`, a Python `@staticmethod`).
    pub const STATIC: u32 = 1;
    /// Has no body and wants one elsewhere (abstract and interface methods, trait methods without default).
    pub const ABSTRACT: u32 = 1 << 1;
    /// Test code: `#[test]`, `test_*`, `*_test.go`, `@Test`, a file in a test folder.
    pub const TEST: u32 = 1 << 2;
    /// Declaration only: a prototype, a forward declaration, `mod x;`, an `extern`, a type stub.
    pub const DECLARATION: u32 = 1 << 3;
    /// Says that it overrides (`override`, `@Override`).
    pub const OVERRIDE: u32 = 1 << 4;
    /// An extension: called on its receiver type but written outside it (Kotlin, C#).
    pub const EXTENSION: u32 = 1 << 5;
    /// Asynchronous or a generator: the declared return type is wrapped when called.
    pub const ASYNC: u32 = 1 << 6;
    /// The module's default export (`export default`, `module.exports = f`).
    pub const DEFAULT_EXPORT: u32 = 1 << 7;
    /// Carries a decorator, attribute or annotation that may register it somewhere.
    pub const DECORATED: u32 = 1 << 8;
    /// Takes any number of arguments.
    pub const VARIADIC: u32 = 1 << 9;
    /// Read like a field although it has code (`@property`, getters).
    pub const ACCESSOR: u32 = 1 << 10;
    /// Written in an `impl Trait for Type` block.
    pub const TRAIT_IMPL: u32 = 1 << 11;
    /// An entry point: `main`, an exported C symbol, `#[no_mangle]`.
    pub const ENTRY: u32 = 1 << 12;
    /// Exported from its module (`export`, `pub`, listed in `__all__`).
    pub const EXPORTED: u32 = 1 << 13;
    /// Defined inside a function body: reachable from there only.
    pub const NESTED: u32 = 1 << 14;
    /// A C or C++ definition with internal linkage (`static` at file level, anonymous namespace).
    pub const FILE_LOCAL: u32 = 1 << 15;
    /// A type alias that makes a type of its own, with its own methods (Go `type A B`, as opposed to `type A = B`).
    pub const DISTINCT: u32 = 1 << 16;
    /// One part of a type; others may stand elsewhere and share its members (C# `partial`).
    pub const PART: u32 = 1 << 17;
    /// A field that comes into being by assignment, without a declaration (`this.x = …` in JavaScript).
    pub const IMPLICIT: u32 = 1 << 18;

    /// True when all bits of `mask` are set.
    #[must_use]
    pub const fn has(self, mask: u32) -> bool {
        self.0 & mask == mask
    }

    /// Sets or clears the bits of `mask`.
    pub const fn set(&mut self, mask: u32, on: bool) {
        if on {
            self.0 |= mask;
        } else {
            self.0 &= !mask;
        }
    }
}

/// One definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Def {
    /// What it is.
    pub kind: SymbolKind,
    /// Its own name; never empty, except for anonymous types, which the walker names after their place.
    pub name: Sid,
    /// Slot, given by [`Builder::finish`].
    pub slot: u32,
    /// The definition that contains it. For a method written outside its type (Go, Rust `impl`, C++ `T::f`,
    /// Kotlin and C# extensions) this is the syntactic container and [`Def::receiver`] names the type.
    pub parent: DefIx,
    /// The scope in which its name is declared.
    pub declared_in: ScopeIx,
    /// The scope that its own body opens, or [`NONE`].
    pub scope: ScopeIx,
    /// Where its name stands.
    pub place: Place,
    /// The whole definition, with decorators and attributes.
    pub span: Span,
    /// Line of `span.start`, 0-based.
    pub start_line: u32,
    /// Line of `span.end`, 0-based.
    pub end_line: u32,
    /// Who may name it.
    pub visibility: Visibility,
    /// See [`DefFlags`].
    pub flags: DefFlags,
    /// Type expression: what a callable returns, what a field, constant or variable holds, what an alias stands for.
    pub ty: ExprIx,
    /// Initialiser of a field, constant or variable; for a callable without a declared type, a [`Expr::Union`] of what
    /// it returns (leave 0 when there is nothing to infer); for a type whose values are called, the function type.
    pub init: ExprIx,
    /// Type expression of the receiver, for a method written outside its type; else 0.
    pub receiver: ExprIx,
    /// Parameters as locals of the callable's scope: `params.0 .. params.1`; `self`, `cls` and Go receivers left out.
    pub params: (LocalIx, LocalIx),
    /// Parameters that a caller must pass; at most 255.
    pub required: u8,
    /// Supertypes: `(Role::Extends or Role::Implements, type expression)`.
    pub supers: Vec<(Role, ExprIx)>,
    /// Names of the type parameters, in order.
    pub type_params: Vec<Sid>,
}

/// What kind of scope it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The file's (module level).
    File,
    /// A module or namespace body.
    Module,
    /// The body of a type: members live here.
    Type,
    /// A function, method or lambda with its parameters.
    Function,
    /// A block inside a function.
    Block,
}

/// A lexical scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The enclosing scope; [`NONE`] for the file's.
    pub parent: ScopeIx,
    /// Kind.
    pub kind: ScopeKind,
    /// The innermost definition that it belongs to.
    pub owner: DefIx,
}

/// What kind of local binding it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LocalKind {
    /// A parameter of a function or lambda.
    Param,
    /// A variable of a function body: `init` is what it is set to.
    Variable,
    /// A variable that takes each element of `init` in turn (`for x in init`).
    Element,
    /// A type parameter; `ty` is its bound.
    TypeParam,
    /// The receiver (`self`, `this` under another name, Go's receiver variable).
    Receiver,
    /// A name bound by a pattern, whose type nobody wrote.
    Pattern,
}

/// A binding that is no symbol: parameters and variables of functions, type parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Local {
    /// Name.
    pub name: Sid,
    /// Scope that holds it.
    pub scope: ScopeIx,
    /// Byte from which it is visible; 0 for hoisted ones.
    pub from: u32,
    /// Kind.
    pub kind: LocalKind,
    /// Type expression, or 0.
    pub ty: ExprIx,
    /// Initialiser, or 0. For a default parameter the default value.
    pub init: ExprIx,
}

/// Literals whose type matters to overloads and member calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Literal {
    /// Text.
    Str,
    /// A character.
    Char,
    /// An integer.
    Int,
    /// A floating point number.
    Float,
    /// True or false.
    Bool,
    /// Null, nil, None.
    Null,
    /// A list, array, slice, vector, set or tuple display.
    List,
    /// A map, dictionary or object literal.
    Map,
}

/// An expression or type expression, as far as names and types need it.
///
/// The same variants serve values and types: `Vec<Foo>` is `Generic {base: Name(Vec), args: [Name(Foo)]}`, and
/// whether a name means a type or a value comes out of what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expr {
    /// Nothing known: arithmetic, comparisons, unsupported syntax.
    Unknown,
    /// A bare name, looked up from `scope` outwards. Local bindings are turned into [`Expr::Local`] by
    /// [`Builder::finish`].
    Name {
        /// The name.
        name: Sid,
        /// Where the look-up starts.
        scope: ScopeIx,
    },
    /// A local binding.
    Local(LocalIx),
    /// A definition of this file, known without a look-up.
    Def(DefIx),
    /// `self`, `this` (the innermost enclosing type, or the receiver type of the enclosing method).
    SelfRef {
        /// Where it stands.
        scope: ScopeIx,
    },
    /// `super`, `base` (the supertypes of what [`Expr::SelfRef`] would be).
    SuperRef {
        /// Where it stands.
        scope: ScopeIx,
    },
    /// The type itself that encloses: Rust `Self`, Python `cls`, PHP-like `static`.
    SelfType {
        /// Where it stands.
        scope: ScopeIx,
    },
    /// `base.name`, `base::name`, `base->name`.
    Member {
        /// What it is taken from.
        base: ExprIx,
        /// The member's name.
        name: Sid,
    },
    /// The result of calling `callee`.
    Call {
        /// What is called.
        callee: ExprIx,
        /// Arguments in order (0 where nothing is known); receivers left out.
        args: Vec<ExprIx>,
    },
    /// A new value of type `ty` (`new T(..)`, `T {..}`, composite literals).
    New {
        /// Type expression.
        ty: ExprIx,
        /// Constructor arguments, as in [`Expr::Call`].
        args: Vec<ExprIx>,
    },
    /// A value of the type `ty`: casts, `as`, annotated expressions.
    Typed {
        /// Type expression.
        ty: ExprIx,
    },
    /// One element of `base`: indexing, iteration.
    Element {
        /// What is indexed.
        base: ExprIx,
    },
    /// What `base` wraps or promises: `await e`, `e?`, `e!!`, `*e`, `.unwrap()`.
    Unwrap {
        /// The wrapper.
        base: ExprIx,
    },
    /// A literal.
    Lit(Literal),
    /// A generic type with arguments.
    Generic {
        /// The generic type.
        base: ExprIx,
        /// Its arguments.
        args: Vec<ExprIx>,
    },
    /// One of several: conditional expressions, union types, the returns of a function.
    Union(Vec<ExprIx>),
    /// Several at once: tuples, multiple results.
    Tuple(Vec<ExprIx>),
    /// Part `index` of a tuple: destructuring.
    Part {
        /// The tuple.
        base: ExprIx,
        /// Which part.
        index: u32,
    },
    /// A pointer, reference, array, slice, list or optional of `base`, written with syntax instead of a name
    /// (`*T`, `&T`, `[]T`, `T[]`, `T?`). Members are looked up through it; an element of it is `base`.
    Wrapped {
        /// What is wrapped.
        base: ExprIx,
    },
    /// A map type written with syntax (`map[K]V`): an element of it is `value`.
    MapOf {
        /// Type of the values.
        value: ExprIx,
    },
    /// A function type or lambda: calling it gives `result`.
    Function {
        /// Its result: type expression or body expression.
        result: ExprIx,
    },
    /// An argument that is passed by name; stands only among the arguments of a call, and under the name [`IMPLICIT`] as
    /// the first parameter of a function type that has a receiver.
    Named {
        /// The parameter's name.
        name: Sid,
        /// The argument.
        value: ExprIx,
    },
    /// A function type whose parameters are told, so that a lambda in its place knows the types of its own.
    FunctionType {
        /// Type expressions of the parameters; 0 where nothing is known.
        params: Vec<ExprIx>,
        /// Type expression of the result.
        result: ExprIx,
    },
    /// What parameter `index` of the callable or function type `of` takes.
    ParamOf {
        /// The callable, function type or type with a constructor.
        of: ExprIx,
        /// Which parameter; [`LAST`] for the last one, [`RECEIVER`] for what the function type has as its receiver.
        index: u32,
    },
    /// An object literal or object type without a name: its members in order, later ones win. A member without a name
    /// is an object whose members are spread into it.
    Object {
        /// Names and values.
        members: Vec<(Sid, ExprIx)>,
    },
}

/// One use of a name: what will become an edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The name or member expression that is used.
    pub expr: ExprIx,
    /// What is done with it.
    pub role: Role,
    /// The innermost definition that encloses it; the edge starts there.
    pub owner: DefIx,
    /// Where the name (the last segment) stands.
    pub place: Place,
    /// Arguments passed, for calls; [`Use::UNKNOWN_ARGS`] when spread or not a call.
    pub argc: u8,
    /// Written in the arguments of a macro.
    pub in_macro: bool,
    /// For calls: the argument expressions are those of this [`Expr::Call`] or [`Expr::New`], or 0.
    pub call: ExprIx,
}

impl Use {
    /// The number of arguments is not known.
    pub const UNKNOWN_ARGS: u8 = u8::MAX;
}

/// What an import statement brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImportKind {
    /// A module, package or namespace object is bound (`import a.b`, `import * as x`, Go imports).
    Module,
    /// One symbol (or submodule) of a module is bound (`from a import b`, `use a::b`, `import a.B`).
    Symbol,
    /// All public names of a module (`from a import *`, `use a::*`, `import a.*`, `using A`, `export * from`).
    Wildcard,
    /// A file is included as it is (`#include`).
    Include,
    /// The module's default export is bound (`import x from "./y"`, `const x = require("./y")`).
    Default,
    /// Imported for its effect; nothing is bound.
    Effect,
    /// A name from which paths in code start (`crate`, `super`): it binds the module of `path`, and imports nothing.
    Root,
}

/// One imported name (a statement that imports three names gives three).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Kind.
    pub kind: ImportKind,
    /// The module as written, in the language's own spelling: `a.b`, `..pkg`, `./x`, `crate::a::b`, `<stdio.h>` with its
    /// brackets (a quoted include without quotes), `github.com/x/y`.
    pub path: Sid,
    /// The symbol's name in that module, for [`ImportKind::Symbol`]; else empty.
    pub name: Sid,
    /// The name it is bound to here; empty when nothing is bound. `import a.b.c` in Python binds `a`.
    pub bound: Sid,
    /// Scope in which it is bound.
    pub scope: ScopeIx,
    /// Others can import it from here (`pub use`, `export … from`, names of an `__init__.py`, `using` in a header).
    pub re_export: bool,
    /// Static import of members (Java `import static`, C# `using static`).
    pub of_members: bool,
    /// Where the path or name stands.
    pub place: Place,
}

/// A supertype written apart from its type: Rust's `impl Trait for Type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impl {
    /// Type expression of the subtype.
    pub ty: ExprIx,
    /// Type expression of the supertype.
    pub of: ExprIx,
    /// [`Role::Implements`] or [`Role::Extends`].
    pub role: Role,
    /// Where the supertype is written.
    pub place: Place,
}

/// Something worth telling about a file that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// The grammar could not make sense of a place.
    Syntax {
        /// Line, 0-based.
        line: u32,
    },
    /// Nested deeper than the walker goes; what lies below is left out.
    TooDeep {
        /// Line, 0-based.
        line: u32,
    },
    /// The parser ran out of its time; only the text is indexed.
    TimedOut,
    /// Bytes that are not UTF-8 were replaced.
    Encoding,
}

/// All that one file says before any other file is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileFacts {
    /// Index into [`crate::lang::LANGUAGES`].
    pub language: u8,
    /// The names.
    pub strings: Strings,
    /// The declared package, namespace or module of the whole file (Java, Kotlin, Go, a C# file-scoped namespace), dotted
    /// as written; empty when there is none.
    pub package: Sid,
    /// Definitions, containers before their contents; 0 is the file.
    pub defs: Vec<Def>,
    /// Scopes; 0 is the file's.
    pub scopes: Vec<Scope>,
    /// Local bindings.
    pub locals: Vec<Local>,
    /// Imports in order.
    pub imports: Vec<Import>,
    /// Expressions; 0 is unknown.
    pub exprs: Vec<Expr>,
    /// Uses in order of their place.
    pub uses: Vec<Use>,
    /// Supertypes that are written apart from their type.
    pub impls: Vec<Impl>,
    /// What was noticed.
    pub problems: Vec<Problem>,
    /// Definitions that are part of the program only when an option of the build is on (or off): definition, name of
    /// the option, on; in order.
    pub conditions: Vec<(DefIx, Sid, bool)>,
}

/// What is shown of a definition but not needed to link: kept apart so that linking holds less memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DefText {
    /// The head on one line.
    pub signature: String,
    /// The doc comment without its markers.
    pub doc: String,
}

impl FileFacts {
    /// The text of a name.
    #[must_use]
    pub fn str(&self, sid: Sid) -> &str {
        self.strings.get(sid)
    }

    /// Names of the containers and of `def` itself, outermost first, the file left out.
    #[must_use]
    pub fn path_of(&self, def: DefIx) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = def;
        while at != 0 {
            let def = &self.defs[at as usize];
            names.push(self.str(def.name));
            if let Some(receiver) = self.receiver_name(at) {
                names.push(receiver);
            }
            at = def.parent;
        }
        names.reverse();
        names
    }

    /// The last name of the receiver type of a method that is written outside its type.
    #[must_use]
    pub fn receiver_name(&self, def: DefIx) -> Option<&str> {
        self.last_name(self.defs[def as usize].receiver)
    }

    /// The last written name of a type expression, through wrappers and generics.
    #[must_use]
    pub fn last_name(&self, expr: ExprIx) -> Option<&str> {
        let mut at = expr;
        loop {
            match self.exprs.get(at as usize)? {
                Expr::Name { name, .. } | Expr::Member { name, .. } => return Some(self.str(*name)),
                Expr::Local(local) => return Some(self.str(self.locals[*local as usize].name)),
                Expr::Def(def) => return Some(self.str(self.defs[*def as usize].name)),
                Expr::Wrapped { base } | Expr::Generic { base, .. } | Expr::Typed { ty: base } => at = *base,
                _ => return None,
            }
        }
    }
}
