//! Conditions: one file per operator family, and the rules that all of them share.
//!
//! Semantics:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
//! All lines of a block must hold; of several values in the policy one must match (for a negated operator:
//! none may).

mod binary;
mod boolean;
mod date;
mod ip;
mod number;
mod string;

use crate::arn::ArnPattern;
use crate::context::{Context, ContextValue, Lookup};
use crate::document::{Condition, Operator, OperatorBase, Qualifier, Version};
use crate::truth::Truth;
use crate::variables::{Template, Variable};
use smol_str::SmolStr;

/// A condition with its values read once.
#[derive(Debug, Clone)]
pub(crate) struct PreparedCondition {
    /// In lower case.
    pub(crate) key: SmolStr,
    /// As the policy writes it.
    pub(crate) key_text: SmolStr,
    operator: Operator,
    values: Values,
}

/// The policy's values, as the operator family reads them. `None` in a list is a value that cannot be read and
/// so matches nothing.
#[derive(Debug, Clone)]
enum Values {
    Text(string::Texts),
    Number(number::Numbers),
    Date(date::Dates),
    Bool(Vec<Option<bool>>),
    Binary(Vec<Option<Vec<u8>>>),
    Ip(Vec<Option<ip::Range>>),
    Arn(Vec<ArnPattern>),
    Null(Vec<Option<bool>>),
}

impl PreparedCondition {
    pub(crate) fn new(condition: &Condition, version: Version) -> Self {
        let operator = condition.operator();
        let texts: Vec<&str> = condition.values().iter().map(|value| value.as_str()).collect();
        Self {
            key: SmolStr::new(condition.key().to_ascii_lowercase()),
            key_text: SmolStr::new(condition.key().as_str()),
            operator,
            values: read_values(operator.base, &texts, version),
        }
    }

    /// The variables in its values.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        let (texts, arns) = self.patterns().unwrap_or_default();
        let texts = texts.iter().flat_map(|template| template.variables());
        let arns = arns.iter().flat_map(ArnPattern::variables);
        texts.chain(arns)
    }

    /// The values of string operators and those of ARN operators. `Null` compares with none; `None` for operators that
    /// read their values as something else.
    pub(crate) fn patterns(&self) -> Option<(&[Template], &[ArnPattern])> {
        match &self.values {
            Values::Text(texts) => Some((texts.templates(), &[])),
            Values::Arn(patterns) => Some((&[], patterns)),
            Values::Null(_) => Some((&[], &[])),
            Values::Number(_) | Values::Date(_) | Values::Bool(_) | Values::Binary(_) | Values::Ip(_) => None,
        }
    }

    /// Whether the condition holds.
    pub(crate) fn holds(&self, context: &impl Context) -> Truth {
        let lookup = context.lookup(&self.key);
        if let Values::Null(values) = &self.values {
            return null(values, lookup);
        }
        if let Some(beginning) = context.beginning(&self.key) {
            return self.compare_beginning(beginning, context);
        }
        match lookup {
            Lookup::Value(value) if !value.values().is_empty() => self.compare(value, context),
            Lookup::Value(_) | Lookup::Absent => self.on_absent(context),
            Lookup::Present => self.on_present(),
            Lookup::Unknown => match (self.on_absent(context), self.on_present()) {
                (absent, present) if absent == present => absent,
                _ => Truth::Unknown,
            },
        }
    }

    /// The documented results for a key that is not in the request.
    fn on_absent(&self, context: &impl Context) -> Truth {
        match self.operator.qualifier {
            Some(Qualifier::ForAllValues) => Truth::True,
            // `ForAnyValue` says false and `IfExists` says true; which of them wins is not documented.
            Some(Qualifier::ForAnyValue) if self.operator.if_exists => context.undocumented(true),
            Some(Qualifier::ForAnyValue) => Truth::False,
            None => Truth::of(self.operator.if_exists || self.operator.base.is_negated()),
        }
    }

    /// The result for a key that is there with a value that is not known.
    fn on_present(&self) -> Truth {
        let any_text = matches!(&self.values, Values::Text(texts) if texts.match_everything());
        if any_text && self.operator.qualifier.is_none() {
            return Truth::of(!self.operator.base.is_negated());
        }
        Truth::Unknown
    }

    /// The result for a single value of which only the beginning is known.
    fn compare_beginning(&self, beginning: &str, context: &impl Context) -> Truth {
        if self.variables().any(Variable::is_of_user) {
            return Truth::Unknown;
        }
        let matched = match &self.values {
            Values::Text(texts) => texts.match_any_beginning(beginning, context),
            Values::Arn(patterns) => patterns.iter().fold(Truth::False, |truth, pattern| {
                truth.or(pattern.matches_beginning(beginning, context))
            }),
            Values::Number(_)
            | Values::Date(_)
            | Values::Bool(_)
            | Values::Binary(_)
            | Values::Ip(_)
            | Values::Null(_) => Truth::Unknown,
        };
        matched.flip_if(self.operator.base.is_negated())
    }

    fn compare(&self, value: &ContextValue, context: &impl Context) -> Truth {
        let negated = self.operator.base.is_negated();
        let mut each = value
            .values()
            .iter()
            .map(|v| self.values.match_any(v, context).flip_if(negated));
        let no_content = || value.values().iter().all(|v| v.is_empty());
        match (self.operator.qualifier, value) {
            (None, ContextValue::Single(_)) => each.next().unwrap_or(Truth::False),
            (None, ContextValue::Multi(values)) => {
                // A multivalued key needs a set operator; what happens without one is not documented.
                let start = Truth::of(negated);
                let result = each.fold(start, if negated { Truth::and } else { Truth::or });
                if result == Truth::Unknown || values.len() == 1 {
                    return result;
                }
                context.undocumented(result == Truth::True)
            }
            (Some(Qualifier::ForAllValues), _) if no_content() => Truth::True,
            (Some(Qualifier::ForAllValues), _) => each.fold(Truth::True, Truth::and),
            (Some(Qualifier::ForAnyValue), _) if no_content() => Truth::False,
            (Some(Qualifier::ForAnyValue), _) => each.fold(Truth::False, Truth::or),
        }
    }
}

impl Values {
    /// Whether a value of the request matches one of the policy's, the operator's negation aside.
    fn match_any(&self, value: &str, context: &impl Context) -> Truth {
        match self {
            Values::Text(texts) => texts.match_any(value, context),
            Values::Number(numbers) => Truth::of(numbers.match_any(value)),
            Values::Date(dates) => Truth::of(dates.match_any(value)),
            Values::Bool(values) => Truth::of(boolean::match_any(values, value)),
            Values::Binary(values) => Truth::of(binary::match_any(values, value)),
            Values::Ip(ranges) => Truth::of(ip::match_any(ranges, value)),
            Values::Arn(patterns) => patterns.iter().fold(Truth::False, |truth, pattern| {
                truth.or(pattern.matches(value, context))
            }),
            Values::Null(_) => Truth::False,
        }
    }
}

fn read_values(base: OperatorBase, texts: &[&str], version: Version) -> Values {
    use OperatorBase as O;
    match base {
        O::StringEquals | O::StringNotEquals => {
            Values::Text(string::Texts::new(texts, version, string::Mode::Equal))
        }
        O::StringEqualsIgnoreCase | O::StringNotEqualsIgnoreCase => Values::Text(string::Texts::new(
            texts,
            version,
            string::Mode::EqualIgnoringCase,
        )),
        O::StringLike | O::StringNotLike => {
            Values::Text(string::Texts::new(texts, version, string::Mode::Like))
        }
        O::NumericEquals | O::NumericNotEquals => number(texts, number::Order::Equal),
        O::NumericLessThan => number(texts, number::Order::Less),
        O::NumericLessThanEquals => number(texts, number::Order::LessOrEqual),
        O::NumericGreaterThan => number(texts, number::Order::Greater),
        O::NumericGreaterThanEquals => number(texts, number::Order::GreaterOrEqual),
        O::DateEquals | O::DateNotEquals => date(texts, number::Order::Equal),
        O::DateLessThan => date(texts, number::Order::Less),
        O::DateLessThanEquals => date(texts, number::Order::LessOrEqual),
        O::DateGreaterThan => date(texts, number::Order::Greater),
        O::DateGreaterThanEquals => date(texts, number::Order::GreaterOrEqual),
        O::Bool => Values::Bool(texts.iter().map(|text| boolean::parse(text)).collect()),
        O::Null => Values::Null(texts.iter().map(|text| boolean::parse(text)).collect()),
        O::BinaryEquals => Values::Binary(texts.iter().map(|text| binary::decode(text)).collect()),
        O::IpAddress | O::NotIpAddress => {
            Values::Ip(texts.iter().map(|text| ip::Range::parse(text)).collect())
        }
        O::ArnEquals | O::ArnLike | O::ArnNotEquals | O::ArnNotLike => Values::Arn(
            texts
                .iter()
                .map(|text| ArnPattern::condition(text, version))
                .collect(),
        ),
    }
}

fn number(texts: &[&str], order: number::Order) -> Values {
    Values::Number(number::Numbers::new(texts, order))
}

fn date(texts: &[&str], order: number::Order) -> Values {
    Values::Date(date::Dates::new(texts, order))
}

/// `Null`: `true` asks for absence, `false` for presence. A list without values counts as absent.
fn null(values: &[Option<bool>], lookup: Lookup<'_>) -> Truth {
    let wants = |absent: bool| values.contains(&Some(absent));
    let absent = match lookup {
        Lookup::Value(value) => value.values().is_empty(),
        Lookup::Absent => true,
        Lookup::Present => false,
        Lookup::Unknown if wants(true) == wants(false) => return Truth::of(wants(true)),
        Lookup::Unknown => return Truth::Unknown,
    };
    Truth::of(wants(absent))
}
