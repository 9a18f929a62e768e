//! What the graph of code looks like to openCypher: one table each for labels, relationship types and properties.

use crate::cypher::graph::Names;
use crate::cypher::{LabelId, PropertyId, Schema, TypeId};
use crate::model::{EdgeKind, SymbolKind};
use serde::Serialize;

/// A label, a relationship type or a property, as it is documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Term {
    /// How it is written in a query.
    pub name: &'static str,
    /// What it means, without a full stop.
    pub doc: &'static str,
}

macro_rules! terms {
    ($(#[doc = $all:literal])+ $vis:vis $enum:ident $number:ident $place:literal:
     $($variant:ident $name:literal $doc:literal,)*) => {
        $(#[doc = $all])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u16)]
        $vis enum $enum { $(#[doc = $doc] $variant,)* }

        impl $enum {
            /// The documented terms, in order.
            pub const TERMS: &[Term] = &[$(Term { name: $name, doc: $doc },)*];
            const ALL: &[Self] = &[$(Self::$variant,)*];

            #[doc = $place]
            #[must_use]
            pub const fn id(self) -> $number {
                $number(self as u16)
            }

            /// How it is written in a query.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The one at a place of the schema.
            pub(super) fn of($number(place): $number) -> Option<Self> {
                Self::ALL.get(usize::from(place)).copied()
            }
        }
    };
}

terms! {
    /// Labels of nodes.
    pub Label LabelId "Its place among the labels of the schema.":
    Symbol "Symbol" "every definition; each has a label of its kind too",
    Project "Project" "the project that is asked",
    File "File" "a file",
    Module "Module" "a module, namespace or package that is declared in code",
    Class "Class" "a class, object or record",
    Struct "Struct" "a struct or union",
    Trait "Trait" "a trait",
    Interface "Interface" "an interface, protocol or annotation type",
    Enum "Enum" "an enumeration",
    EnumMember "EnumMember" "a member of an enumeration",
    Function "Function" "a free function",
    Method "Method" "a function that belongs to a type; constructors too",
    Constructor "Constructor" "a method that makes a value of its type",
    Field "Field" "a field of a type; properties too",
    Property "Property" "a field with code behind it",
    Constant "Constant" "a constant outside functions",
    Variable "Variable" "a variable outside functions",
    TypeAlias "TypeAlias" "another name for a type",
    Macro "Macro" "a macro",
    External "External" "something outside the project that it uses, by its full name",
}

terms! {
    /// Types of relationships. Between two nodes there is at most one of each type each way.
    pub Type TypeId "Its place among the types of the schema.":
    Contains "CONTAINS" "the project holds a file, a file a definition, a definition its members",
    Calls "CALLS" "a function, or what else holds the code, calls or constructs; an override that may be called instead too",
    Imports "IMPORTS" "a file imports a file, a symbol or something outside the project",
    Extends "EXTENDS" "a type extends a type of its own kind",
    Implements "IMPLEMENTS" "a type implements an interface or trait, also by having its methods where that is enough",
    Overrides "OVERRIDES" "a method overrides the method of a supertype",
    References "REFERENCES" "a definition reads, writes or names another one",
}

terms! {
    /// Properties of nodes and relationships.
    pub Property PropertyId "Its place among the properties of the schema.":
    Name "name" "of nodes: the name alone; of a file the last part of its path",
    QualifiedName "qualified_name" "of nodes: the name with its containers; of a file its path",
    Kind "kind" "of nodes: `function`, `method`, `constructor` and so on",
    File "file" "of nodes: the path of the file; of relationships: the file of the first place",
    Line "line" "of nodes: the line of the name; of relationships: of the first place; from 1",
    Column "column" "of nodes: where in the line the name stands; of relationships: where the use stands at the first place; in bytes, from 1",
    EndLine "end_line" "of nodes: the last line",
    Signature "signature" "of definitions: the head on one line",
    Doc "doc" "of definitions: the comment that documents it",
    Visibility "visibility" "of definitions: `public`, `internal`, `protected` or `private`",
    Language "language" "of files and definitions: the language",
    IsTest "is_test" "of files and definitions: true for test code",
    Id "id" "of nodes: what `codegraph query callers` and the like take, exactly",
    Rule "rule" "of relationships: how we know of it",
    Confidence "confidence" "of relationships: how sure it is, from 0 to 1",
    Places "places" "of relationships: in how many places it is written",
}

/// The schema of every project.
pub(super) fn schema() -> Schema {
    let names = |terms: &[Term]| {
        let mut names = Names::default();
        for term in terms {
            names.intern(term.name);
        }
        names
    };
    Schema {
        labels: names(Label::TERMS),
        types: names(Type::TERMS),
        properties: names(Property::TERMS),
        is_strict: true,
    }
}

impl Label {
    /// The labels of a definition, besides [`Label::Symbol`].
    pub(super) const fn of_kind(kind: SymbolKind) -> &'static [Self] {
        match kind {
            SymbolKind::File => &[Self::File],
            SymbolKind::Module => &[Self::Module],
            SymbolKind::Class => &[Self::Class],
            SymbolKind::Struct => &[Self::Struct],
            SymbolKind::Trait => &[Self::Trait],
            SymbolKind::Interface => &[Self::Interface],
            SymbolKind::Enum => &[Self::Enum],
            SymbolKind::EnumMember => &[Self::EnumMember],
            SymbolKind::Function => &[Self::Function],
            SymbolKind::Method => &[Self::Method],
            SymbolKind::Constructor => &[Self::Method, Self::Constructor],
            SymbolKind::Field => &[Self::Field],
            SymbolKind::Property => &[Self::Field, Self::Property],
            SymbolKind::Constant => &[Self::Constant],
            SymbolKind::Variable => &[Self::Variable],
            SymbolKind::TypeAlias => &[Self::TypeAlias],
            SymbolKind::Macro => &[Self::Macro],
        }
    }

    /// True when a definition of a kind has the label.
    pub(super) fn has(self, kind: SymbolKind) -> bool {
        (self == Self::Symbol && kind != SymbolKind::File) || Self::of_kind(kind).contains(&self)
    }

    /// About how many of a hundred definitions have it: as in the repositories that the benchmarks use.
    pub(super) const fn percent(self) -> u64 {
        match self {
            Self::Symbol => 100,
            Self::Method => 40,
            Self::Function | Self::Field => 20,
            Self::Class | Self::Constant | Self::Variable | Self::Constructor => 8,
            Self::Struct | Self::EnumMember => 5,
            Self::Module | Self::Interface | Self::Property | Self::Macro => 2,
            Self::Trait | Self::Enum | Self::TypeAlias => 1,
            Self::Project | Self::File | Self::External => 0,
        }
    }
}

impl Type {
    /// The edges that it stands for.
    pub(super) const fn edge(self) -> EdgeKind {
        match self {
            Self::Contains => EdgeKind::Contains,
            Self::Calls => EdgeKind::Calls,
            Self::Imports => EdgeKind::Imports,
            Self::Extends => EdgeKind::Extends,
            Self::Implements => EdgeKind::Implements,
            Self::Overrides => EdgeKind::Overrides,
            Self::References => EdgeKind::References,
        }
    }

    /// About how many there are for each definition.
    pub(super) const fn each(self) -> f64 {
        match self {
            Self::Contains => 1.0,
            Self::Calls => 2.0,
            Self::References => 2.0,
            Self::Imports | Self::Overrides => 0.1,
            Self::Extends | Self::Implements => 0.05,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, Property, Type, schema};
    use crate::model::{EdgeKind, SymbolKind};

    #[test]
    fn every_kind_and_every_edge_is_there() {
        for &kind in SymbolKind::ALL {
            assert!(!Label::of_kind(kind).is_empty(), "{}", kind.name());
            assert_eq!(Label::Symbol.has(kind), kind != SymbolKind::File);
        }
        for kind in EdgeKind::ALL {
            assert_eq!(Type::ALL.iter().filter(|each| each.edge() == *kind).count(), 1, "{}", kind.name());
            let name = kind.name().to_uppercase();
            assert!(Type::TERMS.iter().any(|term| term.name == name), "{name}");
        }
    }

    #[test]
    fn names_have_the_places_that_the_tables_say() {
        let schema = schema();
        assert_eq!(schema.labels.find("Method"), Some(Label::Method.id().0));
        assert_eq!(schema.types.find("CALLS"), Some(Type::Calls.id().0));
        assert_eq!(schema.properties.find("places"), Some(Property::Places.id().0));
        for (all, terms) in [
            (&schema.labels, Label::TERMS),
            (&schema.types, Type::TERMS),
            (&schema.properties, Property::TERMS),
        ] {
            assert_eq!(all.all().len(), terms.len());
        }
    }
}
