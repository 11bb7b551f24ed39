//! "Did you mean …": the name that is nearest to a word.

/// The nearest of `names`, if it is near enough to be what was meant.
#[must_use]
pub fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 4);
    names
        .iter()
        .map(|name| (distance(&word, &name.to_ascii_lowercase()), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be added, removed or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut next = vec![above + 1];
        for (costs, also) in row.windows(2).zip(&other) {
            if let ([diagonal, up], Some(left)) = (costs, next.last()) {
                let replaced = diagonal + usize::from(letter != *also);
                next.push(replaced.min(up + 1).min(left + 1));
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_within_reason() {
        let names = ["IAM.5", "IAM.19", "scp-mfa-coverage"];
        assert_eq!(nearest("iam5", &names), Some("IAM.5"));
        assert_eq!(nearest("spc-mfa-coverage", &names), Some("scp-mfa-coverage"));
        assert_eq!(nearest("S3.1", &names), None);
    }

    #[test]
    fn the_distance_counts_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
