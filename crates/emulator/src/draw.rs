//! Deterministic pseudo-randomness: every draw is a pure function of the seed and of what is drawn
//! for, so that user 57 of account 9,000 is the same however and whenever it is asked for.

/// Mixes a seed with the coordinates of one draw (splitmix64's finalizer over each of them).
pub(crate) fn draw(seed: u64, coordinates: &[u64]) -> u64 {
    coordinates
        .iter()
        .fold(finalize(seed ^ 0x9e37_79b9_7f4a_7c15), |state, value| {
            finalize(state.rotate_left(23) ^ value.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        })
}

fn finalize(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A number for a text, so that a text can be a coordinate (FNV-1a).
pub(crate) fn of_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A number below `bound`; 0 when `bound` is 0.
pub(crate) fn below(value: u64, bound: u64) -> u64 {
    value.checked_rem(bound).unwrap_or(0)
}

/// The item of a list that a draw points at.
pub(crate) fn pick<T>(items: &[T], value: u64) -> Option<&T> {
    let index = usize::try_from(below(value, items.len() as u64)).unwrap_or(0);
    items.get(index)
}

/// `length` characters of `alphabet`, decided by `value`.
pub(crate) fn letters(alphabet: &[u8], value: u64, length: usize) -> String {
    let mut text = String::with_capacity(length);
    for position in 0..length {
        if let Some(letter) = pick(alphabet, draw(value, &[position as u64])) {
            text.push(char::from(*letter));
        }
    }
    text
}

/// The alphabet of IAM's unique identifiers.
pub(crate) const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of Organizations' identifiers.
pub(crate) const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_coordinates_give_the_same_draw_and_others_another() {
        assert_eq!(draw(1, &[2, 3]), draw(1, &[2, 3]));
        assert_ne!(draw(1, &[2, 3]), draw(1, &[3, 2]));
        assert_ne!(draw(1, &[2, 3]), draw(2, &[2, 3]));
    }

    #[test]
    fn letters_come_from_the_alphabet_and_have_the_length() {
        let text = letters(BASE32, 7, 16);
        assert_eq!(text.len(), 16);
        assert!(text.bytes().all(|byte| BASE32.contains(&byte)));
    }
}
