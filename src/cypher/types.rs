//! What is known of an expression's type before it runs.

use super::value::Value;

/// A set of types, and for lists the set of types of their elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    kinds: u16,
    elements: u16,
}

macro_rules! types {
    ($($(#[doc = $doc:literal])+ $name:ident $bit:literal $text:literal,)*) => {
        impl Type {
            $($(#[doc = $doc])+ pub const $name: Self = Self { kinds: 1 << $bit, elements: ALL };)*

            const NAMES: &[(u16, &str)] = &[$((1 << $bit, $text),)*];
        }
    };
}

const ALL: u16 = u16::MAX;

types! {
    /// Null.
    NULL 0 "null",
    /// A truth value.
    BOOL 1 "a boolean",
    /// A whole number.
    INT 2 "an integer",
    /// A float.
    FLOAT 3 "a float",
    /// A string.
    STR 4 "a string",
    /// A list of anything.
    LIST 5 "a list",
    /// A map.
    MAP 6 "a map",
    /// A node.
    NODE 7 "a node",
    /// A relationship.
    REL 8 "a relationship",
    /// A path.
    PATH 9 "a path",
    /// A date, a time, or both.
    TEMPORAL 10 "a point in time",
    /// A duration.
    DURATION 11 "a duration",
}

impl Type {
    /// Anything.
    pub const ANY: Self = Self { kinds: ALL, elements: ALL };
    /// A number.
    pub const NUMBER: Self = Self::INT.or(Self::FLOAT);

    /// The type of a value.
    #[must_use]
    pub const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOL,
            Value::Int(_) => Self::INT,
            Value::Float(_) => Self::FLOAT,
            Value::Str(_) => Self::STR,
            Value::List(_) => Self::LIST,
            Value::Map(_) => Self::MAP,
            Value::Node(_) => Self::NODE,
            Value::Rel(_) => Self::REL,
            Value::Path(_) => Self::PATH,
            Value::Instant(_) => Self::TEMPORAL,
            Value::Duration(_) => Self::DURATION,
        }
    }

    /// One or the other.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        let elements = match (self.may_be(Self::LIST), other.may_be(Self::LIST)) {
            (true, true) => self.elements | other.elements,
            (true, false) => self.elements,
            _ => other.elements,
        };
        Self { kinds: self.kinds | other.kinds, elements }
    }

    /// A list of such elements.
    #[must_use]
    pub const fn list_of(elements: Self) -> Self {
        Self { kinds: Self::LIST.kinds, elements: elements.kinds }
    }

    /// The type of the elements, if it is a list.
    #[must_use]
    pub const fn element(self) -> Self {
        if self.may_be(Self::LIST) { Self { kinds: self.elements, elements: ALL } } else { Self::ANY }
    }

    /// False when no value of this type is one of the other.
    #[must_use]
    pub const fn may_be(self, other: Self) -> bool {
        self.kinds & other.kinds != 0
    }

    /// True when every value of this type is one of the other.
    #[must_use]
    pub const fn is(self, other: Self) -> bool {
        self.kinds & !other.kinds == 0
    }

    /// True when it may be null, or be of the other type.
    #[must_use]
    pub const fn fits(self, other: Self) -> bool {
        self.may_be(other.or(Self::NULL))
    }

    /// What messages call it.
    #[must_use]
    pub fn name(self) -> String {
        if self.kinds == ALL {
            return "anything".to_owned();
        }
        let names: Vec<&str> =
            Self::NAMES.iter().filter(|(bit, _)| self.kinds & bit != 0).map(|(_, name)| *name).collect();
        names.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn a_type_fits_where_it_may_be_right() {
        assert!(Type::INT.fits(Type::NUMBER));
        assert!(Type::NULL.fits(Type::NODE));
        assert!(Type::ANY.fits(Type::NODE));
        assert!(!Type::INT.fits(Type::STR.or(Type::LIST)));
        assert!(!Type::list_of(Type::STR).element().fits(Type::NUMBER));
        assert_eq!(Type::INT.or(Type::NODE).name(), "an integer or a node");
    }
}
