//! Symbols: what a definition is and what is shown of it.

use super::Place;
use serde::{Deserialize, Serialize};

macro_rules! symbol_kinds {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// What a definition is. The names are those that `--kind` takes and JSON shows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[repr(u8)]
        pub enum SymbolKind { $(#[doc = $doc] $variant,)* }

        impl SymbolKind {
            /// Every kind, in the order of the enum.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The printed name.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The kind of a printed name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> { match name { $($name => Some(Self::$variant),)* _ => None } }
        }
    };
}

symbol_kinds! {
    File "file" "A source file.",
    Module "module" "A module, namespace or package that is declared in code.",
    Class "class" "A class, object or record.",
    Struct "struct" "A struct or union.",
    Trait "trait" "A trait.",
    Interface "interface" "An interface, protocol or annotation type.",
    Enum "enum" "An enumeration.",
    EnumMember "enum-member" "A member (variant, constant) of an enumeration.",
    Function "function" "A free function.",
    Method "method" "A function that belongs to a type.",
    Constructor "constructor" "A function that makes a value of its type.",
    Field "field" "A field of a type.",
    Property "property" "A field with code behind it.",
    Constant "constant" "A constant outside functions.",
    Variable "variable" "A variable outside functions.",
    TypeAlias "type-alias" "Another name for a type; delegates too.",
    Macro "macro" "A macro.",
}

impl SymbolKind {
    /// True for what can be called by name: functions, methods, constructors, macros.
    #[must_use]
    pub const fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Constructor | Self::Macro)
    }

    /// True for what can be the type of a value and hold members.
    #[must_use]
    pub const fn is_type(self) -> bool {
        matches!(
            self,
            Self::Class | Self::Struct | Self::Trait | Self::Interface | Self::Enum | Self::TypeAlias
        )
    }

    /// True for what people describe in words when they look for code: callables, types, modules and properties. The
    /// names of other kinds (fields, variables, constants, members of enumerations) are found as text, and when they are
    /// asked for exactly.
    #[must_use]
    pub const fn is_landmark(self) -> bool {
        self.is_callable() || self.is_type() || matches!(self, Self::Module | Self::Property)
    }

    /// True for what holds a value: fields, properties, constants, variables, enum members.
    #[must_use]
    pub const fn is_value(self) -> bool {
        matches!(self, Self::Field | Self::Property | Self::Constant | Self::Variable | Self::EnumMember)
    }
}

/// Who may name a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everybody (also: exported).
    Public,
    /// The package, crate, module or assembly.
    #[default]
    Internal,
    /// The type and its subtypes.
    Protected,
    /// The type, file or scope alone.
    Private,
}

impl Visibility {
    /// The printed name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Protected => "protected",
            Self::Private => "private",
        }
    }
}

/// One definition as it is shown: a row of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Its own name.
    pub name: String,
    /// Name with its containers, in the language's spelling (`Type::method`, `pkg.Type.method`), without the file.
    pub qualified: String,
    /// Slot of the containing definition; 0 is the file.
    pub parent: u32,
    /// Where the name stands.
    pub place: Place,
    /// First line of the whole definition, 0-based, decorators and attributes included.
    pub start_line: u32,
    /// Last line of the whole definition, 0-based, inclusive.
    pub end_line: u32,
    /// The head of the definition on one line, at most 400 bytes.
    pub signature: String,
    /// The doc comment without its markers, at most 2,000 bytes.
    pub doc: String,
    /// Who may name it.
    pub visibility: Visibility,
    /// Facts as bits: see [`crate::facts::DefFlags`].
    pub flags: u32,
}
