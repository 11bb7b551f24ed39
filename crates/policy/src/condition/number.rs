//! Numeric operators: integers and decimals.

use std::cmp::Ordering;

/// How two values are compared; negation is done by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// Whether the request's value stands to the policy's in this order.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Order::Equal => ordering.is_eq(),
            Order::Less => ordering.is_lt(),
            Order::LessOrEqual => ordering.is_le(),
            Order::Greater => ordering.is_gt(),
            Order::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The policy's values of a numeric operator.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    order: Order,
    values: Vec<Option<f64>>,
}

impl Numbers {
    pub(super) fn new(texts: &[&str], order: Order) -> Self {
        Self {
            order,
            values: texts.iter().map(|text| parse(text)).collect(),
        }
    }

    pub(super) fn match_any(&self, value: &str) -> bool {
        let Some(value) = parse(value) else {
            return false;
        };
        let compare = |other: &f64| {
            value
                .partial_cmp(other)
                .is_some_and(|ordering| self.order.holds(ordering))
        };
        self.values.iter().flatten().any(compare)
    }
}

/// Reads a decimal number; `inf` and `nan`, which Rust would read, are not numbers here.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    if text.bytes().all(numeric) {
        text.parse().ok()
    } else {
        None
    }
}
