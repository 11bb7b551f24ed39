//! A short run of the fuzz targets' bodies on a fixed series of inputs; `fuzz/` runs them for as long as one likes.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../fuzz/bodies.rs"]
mod bodies;

/// A small generator (xorshift), so that every run tries the same.
struct Series(u64);

impl Series {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 24) as u8).collect()
    }

    fn text(&mut self, alphabet: &[&str], length: u64) -> String {
        let words = alphabet.len() as u64;
        (0..self.next() % length)
            .map(|_| alphabet[(self.next() % words) as usize])
            .collect()
    }
}

#[test]
fn the_parser_bears_pieces_of_policies_in_any_order() {
    const PIECES: [&str; 24] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "//",
        "\"Statement\":",
        "\"Effect\":",
        "\"Allow\"",
        "\"Action\":",
        "\"*\"",
        "\"Resource\":",
        "\"Condition\":",
        "\"Bool\":",
        "\"x:y\"",
        "true",
        "1.5e3",
        "null",
        "%7B",
        "é",
        " ",
    ];
    let mut series = Series(1);
    for _ in 0..20_000 {
        bodies::parser(&series.text(&PIECES, 24));
    }
}

#[test]
fn the_matcher_is_the_simple_one_on_short_texts() {
    let mut series = Series(2);
    for _ in 0..20_000 {
        let pattern = series.text(&["a", "b", "*", "?", "é"], 10);
        bodies::matcher(&pattern, &series.text(&["a", "b", "é"], 10));
    }
}

#[test]
fn reach_is_sound_on_a_series_of_policies() {
    let mut series = Series(3);
    for _ in 0..120 {
        bodies::reach_is_sound(&series.bytes(64));
    }
}
