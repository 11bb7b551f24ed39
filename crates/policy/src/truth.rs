//! Three-valued logic: what is certain, what is certainly not, and what depends on context that is not known.

/// Kleene's three truth values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// False whatever the unknown is.
    False,
    /// Depends on the unknown.
    Unknown,
    /// True whatever the unknown is.
    True,
}

impl Truth {
    /// True or false.
    #[must_use]
    pub fn of(value: bool) -> Self {
        if value { Truth::True } else { Truth::False }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The contrary.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }

    /// The same, or the contrary if `flip`.
    pub(crate) fn flip_if(self, flip: bool) -> Self {
        if flip { self.negate() } else { self }
    }

    /// Whether it may be true.
    #[must_use]
    pub fn possible(self) -> bool {
        self != Truth::False
    }
}
