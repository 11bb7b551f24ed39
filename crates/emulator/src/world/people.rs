//! Names of people and machines.

const FIRST: &[&str] = &[
    "ada", "aisha", "akira", "alice", "amara", "ana", "anders", "anika", "ben", "bruno", "carla", "carlos",
    "chen", "chloe", "daniel", "david", "diego", "elena", "emma", "erik", "fatima", "felix", "grace", "hana",
    "hassan", "hugo", "ines", "ingrid", "ivan", "james", "jonas", "julia", "kai", "karin", "kenji", "lara",
    "leo", "lena", "liam", "lin", "lucia", "malik", "maria", "marta", "mateo", "maya", "mei", "mia", "mina",
    "nadia", "nina", "noah", "nora", "olga", "omar", "oscar", "pablo", "paula", "petra", "priya", "rafael",
    "rosa", "sara", "tomas",
];

const LAST: &[&str] = &[
    "abe",
    "adeyemi",
    "ahmed",
    "almeida",
    "andersson",
    "bauer",
    "becker",
    "bianchi",
    "brown",
    "castro",
    "chen",
    "cohen",
    "costa",
    "dias",
    "diallo",
    "dubois",
    "eriksen",
    "evans",
    "fernandez",
    "fischer",
    "fontaine",
    "garcia",
    "gomez",
    "gupta",
    "haas",
    "hansen",
    "hoffmann",
    "ito",
    "ivanova",
    "jansen",
    "jensen",
    "johnson",
    "kaya",
    "keller",
    "khan",
    "kim",
    "klein",
    "kovacs",
    "kowalski",
    "kumar",
    "larsen",
    "laurent",
    "lee",
    "lopez",
    "maier",
    "marino",
    "martin",
    "mbeki",
    "meyer",
    "mori",
    "moreau",
    "murphy",
    "nakamura",
    "nguyen",
    "novak",
    "okafor",
    "olsen",
    "patel",
    "perez",
    "petrov",
    "reyes",
    "ricci",
    "rossi",
    "sato",
    "schmidt",
    "silva",
    "singh",
    "smith",
    "tanaka",
    "torres",
    "vargas",
    "vogel",
    "walsh",
    "weber",
    "williams",
    "wong",
    "yamada",
    "yilmaz",
    "young",
    "zhang",
];

const MACHINES: &[&str] = &[
    "svc-backup",
    "svc-billing-export",
    "svc-deploy",
    "svc-etl",
    "svc-grafana",
    "svc-jenkins",
    "svc-mailer",
    "svc-metrics",
    "svc-mirror",
    "svc-monitoring",
    "svc-reports",
    "svc-scanner",
    "svc-sync",
    "svc-terraform",
    "svc-uploader",
    "svc-webhook",
];

/// The name of person number `index` of an account: no two of the first 5,120 are the same.
pub(crate) fn person(index: u64, salt: u64) -> String {
    let people = (FIRST.len() * LAST.len()) as u64;
    // 2,477 shares no factor with 5,120, so this visits every pair once before it repeats.
    let place = (index.wrapping_mul(2477).wrapping_add(salt % people)) % people;
    let first = FIRST
        .get((place / LAST.len() as u64) as usize)
        .copied()
        .unwrap_or("user");
    let last = LAST
        .get((place % LAST.len() as u64) as usize)
        .copied()
        .unwrap_or("name");
    let round = index / people;
    if round == 0 {
        format!("{first}.{last}")
    } else {
        format!("{first}.{last}.{round}")
    }
}

/// The name of machine number `index` of an account.
pub(crate) fn machine(index: u64) -> String {
    let name = MACHINES
        .get((index % MACHINES.len() as u64) as usize)
        .copied()
        .unwrap_or("svc");
    let round = index / MACHINES.len() as u64;
    if round == 0 {
        name.to_owned()
    } else {
        format!("{name}-{}", round + 1)
    }
}

/// Names within IAM's alphabet (`[\w+=,.@-]`) that a spreadsheet would take for a formula, and other
/// unpleasant ones. The last has 64 characters, IAM's limit.
pub(crate) const HOSTILE: &[&str] = &[
    "=cmd+calc",
    "+31-20-555-0100",
    "@SUM=1+1",
    "-2+3=cmd",
    "a.b,c=d@e_f-g+h",
    "..",
    "alice@example.com",
    "Administrator",
    "--output",
    "user-name-of-sixty-four-characters-which-is-the-limit-of-iam-064",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn five_thousand_people_of_an_account_have_five_thousand_names() {
        let names: BTreeSet<String> = (0..5000).map(|index| person(index, 77)).collect();
        assert_eq!(names.len(), 5000);
    }

    #[test]
    fn hostile_names_keep_to_the_alphabet_and_length_of_iam() {
        for name in HOSTILE {
            assert!(name.len() <= 64, "{name}");
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
            assert!(name.chars().all(allowed), "{name}");
        }
        assert_eq!(HOSTILE.last().map(|name| name.len()), Some(64));
    }
}
