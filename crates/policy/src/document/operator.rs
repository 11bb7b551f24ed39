//! Condition operators: a comparison, a set qualifier, and `…IfExists`.

use std::fmt;

/// `ForAllValues:` or `ForAnyValue:` in front of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Qualifier {
    /// Every value of the request must match; true when there is none.
    ForAllValues,
    /// At least one value of the request must match; false when there is none.
    ForAnyValue,
}

macro_rules! operator_bases {
    ($($name:ident $doc:literal),* $(,)?) => {
        /// The comparison that an operator makes, without qualifier and `IfExists`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum OperatorBase {
            $(#[doc = $doc] $name,)*
        }

        impl OperatorBase {
            /// All comparisons, in the order of AWS's page.
            pub const ALL: &'static [OperatorBase] = &[$(OperatorBase::$name,)*];

            /// The name as AWS writes it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(OperatorBase::$name => stringify!($name),)*
                }
            }
        }
    };
}

operator_bases! {
    StringEquals "Equal, by case.",
    StringNotEquals "Not equal, by case.",
    StringEqualsIgnoreCase "Equal, whatever the case.",
    StringNotEqualsIgnoreCase "Not equal, whatever the case.",
    StringLike "Matches a pattern with `*` and `?`, by case.",
    StringNotLike "Does not match a pattern with `*` and `?`, by case.",
    NumericEquals "Equal numbers.",
    NumericNotEquals "Unequal numbers.",
    NumericLessThan "Less than.",
    NumericLessThanEquals "Less than or equal.",
    NumericGreaterThan "Greater than.",
    NumericGreaterThanEquals "Greater than or equal.",
    DateEquals "The same instant.",
    DateNotEquals "Another instant.",
    DateLessThan "Before.",
    DateLessThanEquals "Before or at.",
    DateGreaterThan "After.",
    DateGreaterThanEquals "At or after.",
    Bool "`true` or `false`.",
    BinaryEquals "Equal bytes, both sides in Base64.",
    IpAddress "An address in a range.",
    NotIpAddress "An address outside of a range.",
    ArnEquals "The same as `ArnLike`.",
    ArnNotEquals "The same as `ArnNotLike`.",
    ArnLike "Each of the six segments of the ARN matches its pattern.",
    ArnNotLike "Some segment of the ARN does not match its pattern.",
    Null "`true`: the key is absent; `false`: it is there.",
}

impl OperatorBase {
    /// Whether the operator is true for what does *not* match; such an operator is true on an absent key.
    #[must_use]
    pub fn is_negated(self) -> bool {
        use OperatorBase as O;
        matches!(
            self,
            O::StringNotEquals
                | O::StringNotEqualsIgnoreCase
                | O::StringNotLike
                | O::NumericNotEquals
                | O::DateNotEquals
                | O::NotIpAddress
                | O::ArnNotEquals
                | O::ArnNotLike
        )
    }

    /// Whether policy variables are replaced in this operator's values: string and ARN operators only.
    #[must_use]
    pub fn takes_variables(self) -> bool {
        use OperatorBase as O;
        matches!(
            self,
            O::StringEquals
                | O::StringNotEquals
                | O::StringEqualsIgnoreCase
                | O::StringNotEqualsIgnoreCase
                | O::StringLike
                | O::StringNotLike
                | O::ArnEquals
                | O::ArnNotEquals
                | O::ArnLike
                | O::ArnNotLike
        )
    }
}

/// A condition operator as it stands in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`, if given.
    pub qualifier: Option<Qualifier>,
    /// The comparison.
    pub base: OperatorBase,
    /// Whether the name ends in `IfExists`.
    pub if_exists: bool,
}

impl Operator {
    /// Reads an operator's name. Case does not matter.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (qualifier, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Some(Qualifier::ForAllValues), rest),
            Some(("foranyvalue", rest)) => (Some(Qualifier::ForAnyValue), rest),
            Some(_) => return None,
            None => (None, lower.as_str()),
        };
        let (rest, if_exists) = match rest.strip_suffix("ifexists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let base = OperatorBase::ALL
            .iter()
            .copied()
            .find(|base| base.name().eq_ignore_ascii_case(rest))?;
        Some(Self {
            qualifier,
            base,
            if_exists,
        })
    }

    /// The nearest operator's name for one that is not known.
    #[must_use]
    pub(super) fn nearest(name: &str) -> Option<String> {
        let rest = name.rsplit(':').next().unwrap_or(name);
        let candidates = OperatorBase::ALL
            .iter()
            .flat_map(|b| [b.name().to_owned(), format!("{}IfExists", b.name())]);
        crate::nearest::nearest(rest, candidates)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.qualifier {
            Some(Qualifier::ForAllValues) => f.write_str("ForAllValues:")?,
            Some(Qualifier::ForAnyValue) => f.write_str("ForAnyValue:")?,
            None => {}
        }
        f.write_str(self.base.name())?;
        if self.if_exists {
            f.write_str("IfExists")
        } else {
            Ok(())
        }
    }
}
