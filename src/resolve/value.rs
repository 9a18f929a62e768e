//! What an expression stands for, as far as the resolver knows.

use super::table::Loc;
use crate::facts::ExprIx;
use crate::model::FileId;
use std::rc::Rc;

/// A type of the project with its type arguments. While the types of a generic callable are evaluated, the callable
/// stands in the place of the type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeRef {
    /// The definition.
    pub loc: Loc,
    /// Arguments, as instances; may be fewer than the parameters.
    pub args: Rc<[Value]>,
    /// For a generic callable the type through which it was reached.
    pub outer: Option<Rc<TypeRef>>,
}

impl TypeRef {
    /// A type without arguments.
    #[must_use]
    pub fn plain(loc: Loc) -> Self {
        Self { loc, args: Rc::new([]), outer: None }
    }
}

/// A module, package or namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Module {
    /// Files that together are the module.
    Files(Vec<FileId>),
    /// A declared package or namespace, dotted.
    Package(String),
    /// A namespace definition of one file (inline module, namespace block).
    Inline(Loc),
}

/// Where something that belongs to a library is written: its printable name is made from that expression when it is
/// asked for. What is written in two places is the same all the same, so any two are equal.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The file.
    pub file: FileId,
    /// The name, member or type expression; 0 when nobody knows.
    pub expr: ExprIx,
}

impl Written {
    /// Nobody knows where.
    pub const NOWHERE: Self = Self { file: FileId(0), expr: 0 };
}

impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known.
    Unknown,
    /// Something outside the project.
    External(Written),
    /// A module.
    Module(Rc<Module>),
    /// A type itself.
    Type(TypeRef),
    /// A value of a type.
    Instance(TypeRef),
    /// A function, method, macro or constructor of the project, and the type through which it was reached.
    Callable(Loc, Option<TypeRef>),
    /// A library's type (or a value of it) by its written name: `Vec<Foo>`.
    Library {
        /// Last written name.
        name: Rc<str>,
        /// Type arguments.
        args: Rc<[Value]>,
        /// A value of the type, not the type.
        instance: bool,
        /// Where the type is written.
        at: Written,
    },
    /// A pointer, reference, array or optional written with syntax.
    Wrapped(Rc<Value>),
    /// A map written with syntax; holds the values' type.
    Map(Rc<Value>),
    /// Several at once.
    Tuple(Rc<[Value]>),
    /// One of several.
    Union(Rc<[Value]>),
    /// A lambda or function type: calling it gives that expression of that file, or the result of that
    /// [`Expr::FunctionType`](crate::facts::Expr::FunctionType).
    Function(FileId, ExprIx),
    /// The object literal or object type that is that expression of that file.
    Object(FileId, ExprIx),
}

impl Value {
    /// Turns a type into a value of it; leaves other things alone.
    #[must_use]
    pub fn into_instance(self) -> Self {
        match self {
            Self::Type(ty) => Self::Instance(ty),
            Self::Library { name, args, at, .. } => Self::Library { name, args, instance: true, at },
            Self::Wrapped(inner) => Self::Wrapped(Rc::new((*inner).clone().into_instance())),
            Self::Map(inner) => Self::Map(Rc::new((*inner).clone().into_instance())),
            Self::Union(parts) => Self::Union(parts.iter().cloned().map(Self::into_instance).collect()),
            Self::Tuple(parts) => Self::Tuple(parts.iter().cloned().map(Self::into_instance).collect()),
            other => other,
        }
    }

    /// What a variable holds that is set to this value: a type stays a type, alone or among others.
    #[must_use]
    pub fn held(self) -> Self {
        match self {
            Self::Type(_) | Self::Tuple(_) | Self::Union(_) | Self::Map(_) => self,
            other => other.into_instance(),
        }
    }

    /// One of several: nothing-known parts are left out, a single one stands for itself.
    #[must_use]
    pub fn one_of(parts: Vec<Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        let mut external = None;
        for part in parts {
            match part {
                Self::Unknown => {}
                Self::External(at) => external = external.filter(|at: &Written| at.expr != 0).or(Some(at)),
                Self::Union(inner) => {
                    for each in inner.iter() {
                        if !kept.contains(each) {
                            kept.push(each.clone());
                        }
                    }
                }
                other => {
                    if !kept.contains(&other) {
                        kept.push(other);
                    }
                }
            }
        }
        match (kept.len(), external) {
            (0, Some(at)) => Self::External(at),
            (0, None) => Self::Unknown,
            (1, _) => kept.swap_remove(0),
            _ => Self::Union(kept.into()),
        }
    }
}
