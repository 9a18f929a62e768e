//! Edges: how two symbols relate, where that is written and how we know.

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($(#[$meta:meta])* $type:ident { $($(#[doc = $doc:literal])+ $variant:ident $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum $type { $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)* }

        impl $type {
            /// Every one, in the order of the enum; the index is the number on disk.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The printed name.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The one with this printed name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> { match name { $($name => Some(Self::$variant),)* _ => None } }
        }
    };
}

names! {
    /// How one symbol relates to another.
    EdgeKind {
        /// A container holds a definition.
        Contains "contains",
        /// A function calls a function, or constructs a type.
        Calls "calls",
        /// A file imports a file, a package or a symbol.
        Imports "imports",
        /// A type extends a type of its own kind.
        Extends "extends",
        /// A type implements an interface or trait.
        Implements "implements",
        /// A method overrides the method of a supertype.
        Overrides "overrides",
        /// A symbol reads, writes or names another one.
        References "references",
    }
}

names! {
    /// What a use of a name does with it.
    Role {
        /// Calls it.
        Call "call",
        /// Constructs it (`new T()`, `T {}`).
        New "new",
        /// Reads it, or passes it on without calling.
        Read "read",
        /// Assigns it.
        Write "write",
        /// Names it as a type.
        Type "type",
        /// Names it as a supertype that is extended.
        Extends "extends",
        /// Names it as an interface or trait that is implemented.
        Implements "implements",
        /// Names it as a decorator, attribute or annotation.
        Decorator "decorator",
        /// Imports it.
        Import "import",
    }
}

names! {
    /// How we know that an edge is there.
    Rule {
        /// The syntax says so: containment.
        Syntax "syntax",
        /// Found in an enclosing scope of the same file.
        Local "local",
        /// Found through an import.
        Import "import",
        /// Found through a re-export, perhaps under an alias.
        ReExport "re-export",
        /// Found in the same package, namespace or directory, visible without an import.
        Package "package",
        /// Found by a qualified name (`Type::f`, `module.f`).
        Qualified "qualified",
        /// A member of `self` or `this`.
        SelfMember "self",
        /// A member of `super` or `base`: no override stands in for it.
        SuperMember "super",
        /// A member that a supertype declares.
        Inherited "inherited",
        /// A member of a receiver whose type is written down.
        DeclaredType "declared-type",
        /// A member of a receiver whose type was inferred.
        InferredType "inferred-type",
        /// Written in the arguments of a macro.
        MacroArgument "macro-argument",
        /// Dispatched: an implementation of the method that is called.
        Dispatch "dispatch",
        /// Only the name matches: a guess.
        NameOnly "name-only",
        /// A type has all methods of an interface, without saying that it implements it.
        Structural "structural",
    }
}

names! {
    /// What makes a single edge less sure than the rule that made it.
    Doubt {
        /// Nothing.
        None "none",
        /// Several overloads take this many arguments; the types of the arguments tell this one.
        Overload "overload",
        /// A function stands in the file several times, by build options; the first one is taken.
        Build "build",
        /// Several methods have the same parameters (`const` or not); the first one is taken.
        Variant "variant",
        /// Several overloads fit alike; the first one is taken.
        Tie "tie",
        /// The value may be of several types, and this is what one of them gives.
        OneOf "one-of",
        /// Several definitions are as likely.
        Several "several",
    }
}

impl Rule {
    /// How sure an edge is that this rule made, when nothing speaks against it: how often that was right where a compiler
    /// tells. ARCHITECTURE.md has the same numbers beside what was measured.
    #[must_use]
    pub const fn confidence(self) -> Confidence {
        Confidence(match self {
            Self::Syntax => 100,
            Self::Local | Self::Import | Self::ReExport | Self::SuperMember => 99,
            Self::Package | Self::Qualified | Self::SelfMember => 98,
            Self::DeclaredType | Self::InferredType => 97,
            Self::MacroArgument => 95,
            Self::Inherited => 94,
            Self::Structural => 85,
            Self::Dispatch => 80,
            Self::NameOnly => 75,
        })
    }
}

impl Doubt {
    /// The most that an edge with this doubt is sure, whatever its rule.
    #[must_use]
    pub const fn most(self) -> Confidence {
        Confidence(match self {
            Self::None => 100,
            Self::Overload => 89,
            Self::Build => 86,
            Self::Variant => 60,
            Self::Tie => 55,
            Self::OneOf => 50,
            Self::Several => 35,
        })
    }
}

/// How sure an edge is, in percent; 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(pub u8);

impl Confidence {
    /// Edges below this are guesses: stored, counted, and shown only when asked for.
    pub const SHOWN: Self = Self(50);

    /// How sure an edge is that a rule made, with a doubt.
    #[must_use]
    pub const fn of(rule: Rule, doubt: Doubt) -> Self {
        let (Self(sure), Self(most)) = (rule.confidence(), doubt.most());
        Self(if sure < most { sure } else { most })
    }

    /// As a fraction, 0 to 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}
