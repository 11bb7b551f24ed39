//! Pages and their tokens. A token is opaque to a client and bound to the request that it continues:
//! one that was made for another operation, account or parent is refused, as AWS refuses it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::draw::{draw, of_text};

/// Where a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub offset: usize,
    /// The empty page in front of this offset was already sent.
    pub after_empty_page: bool,
}

impl Position {
    pub const START: Self = Self {
        offset: 0,
        after_empty_page: false,
    };

    /// The token for this position of the list that `scope` names.
    pub fn token(self, scope: &str) -> String {
        let flag = u8::from(self.after_empty_page);
        let check = check(self, scope);
        URL_SAFE_NO_PAD.encode(format!("{}.{flag}.{check:016x}", self.offset))
    }

    /// Reads a token of the list that `scope` names; `None` when it is not one.
    pub fn parse(token: &str, scope: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.splitn(3, '.');
        let offset = parts.next()?.parse().ok()?;
        let after_empty_page = match parts.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        let position = Self {
            offset,
            after_empty_page,
        };
        let given = u64::from_str_radix(parts.next()?, 16).ok()?;
        (given == check(position, scope)).then_some(position)
    }
}

fn check(position: Position, scope: &str) -> u64 {
    draw(
        of_text(scope),
        &[position.offset as u64, u64::from(position.after_empty_page)],
    )
}

/// The items of one page and the offset of the next, when there is one.
pub(crate) fn page<T>(items: &[T], offset: usize, size: usize) -> (&[T], Option<usize>) {
    let start = offset.min(items.len());
    let end = start.saturating_add(size).min(items.len());
    (
        items.get(start..end).unwrap_or_default(),
        (end < items.len()).then_some(end),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_of_another_list_is_refused() {
        let token = Position {
            offset: 20,
            after_empty_page: false,
        }
        .token("ListAccounts");
        assert!(Position::parse(&token, "ListAccounts").is_some());
        assert!(Position::parse(&token, "ListRoots").is_none());
        assert!(Position::parse("nonsense", "ListAccounts").is_none());
    }

    proptest! {
        #[test]
        fn the_pages_of_a_list_are_the_list(items in proptest::collection::vec(any::<u16>(), 0..200), size in 1usize..50) {
            let mut all = Vec::new();
            let mut next = Some(0);
            while let Some(offset) = next {
                let (part, following) = page(&items, offset, size);
                prop_assert!(part.len() <= size);
                all.extend_from_slice(part);
                next = following;
            }
            prop_assert_eq!(all, items);
        }
    }
}
