//! Makes a world out of its description: the tree, the accounts, the policies.

use std::collections::HashMap;

use jiff::Timestamp;

use super::company::{self, Trait};
use super::model::{PasswordPolicy, Population};
use super::spec::Layout;
use super::{Account, AccountState, RoleSetup, RootMfa, RootSetup, Unit, World, WorldSpec, scps, users};
use crate::draw::{LOWER, below, draw, letters, pick};

/// How many accounts a team's OU has.
const TEAM_SIZE: usize = 25;
/// How many teams a division has.
const DIVISION_SIZE: usize = 20;

/// A place for an account, before it gets its particulars.
struct Seat {
    name: String,
    unit: Option<usize>,
    particular: Trait,
}

impl World {
    /// Makes the world that `spec` describes, with every date relative to `start`.
    #[must_use]
    pub fn build(spec: WorldSpec, start: Timestamp) -> Self {
        let epoch = Timestamp::from_second(start.as_second()).unwrap_or(start);
        let seed = spec.seed;
        let organization_id = format!("o-{}", letters(LOWER, draw(seed, &[1]), 10));
        let root_id = format!("r-{}", letters(LOWER, draw(seed, &[2]), 4));
        let mut tree = Tree {
            seed,
            units: Vec::new(),
            prefix: format!("{organization_id}/{root_id}/"),
            root: root_id.clone(),
        };
        let seats = match spec.layout {
            Layout::Company => tree.company(spec.accounts),
            Layout::Teams => tree.teams(spec.accounts),
        };
        let mut accounts: Vec<Account> = seats
            .into_iter()
            .enumerate()
            .map(|(index, seat)| account(&spec, epoch, index, seat))
            .collect();
        for account in &accounts {
            if let Some(unit) = account.unit.and_then(|unit| tree.units.get_mut(unit)) {
                unit.accounts.push(account.index);
            }
        }
        let outside = Seat {
            name: "standalone".to_owned(),
            unit: None,
            particular: Trait::Plain,
        };
        let outsider = account(&spec, epoch, accounts.len() + 1_000_000, outside);
        for (index, users) in &spec.explicit {
            if let Some(account) = accounts.get_mut(*index) {
                account.population = Population::Explicit(users.clone());
            }
        }
        let delegated = accounts
            .iter()
            .position(|a| a.name == company::DELEGATED)
            .unwrap_or(usize::from(accounts.len() > 1));
        let company = spec.layout == Layout::Company;
        let mut policies = scps::policies(company, seed, &organization_id, &tree.units, &accounts);
        policies.extend(scps::given(&spec, &tree.units, &accounts));
        let by_id: HashMap<String, usize> = accounts
            .iter()
            .map(|account| (account.id.clone(), account.index))
            .collect();
        Self {
            spec,
            epoch,
            organization_id,
            root_id,
            units: tree.units,
            policies,
            accounts,
            outsider,
            by_id,
            delegated,
        }
    }
}

struct Tree {
    seed: u64,
    units: Vec<Unit>,
    prefix: String,
    root: String,
}

impl Tree {
    fn add(&mut self, name: &str, parent: Option<usize>) -> usize {
        let index = self.units.len();
        let root = self.root.trim_start_matches("r-");
        let id = format!(
            "ou-{root}-{}",
            letters(LOWER, draw(self.seed, &[3, index as u64]), 8)
        );
        let above = parent.and_then(|parent| self.units.get_mut(parent));
        let path = match above {
            Some(above) => {
                above.children.push(index);
                format!("{}{id}/", above.path)
            }
            None => format!("{}{id}/", self.prefix),
        };
        self.units.push(Unit {
            id,
            name: name.to_owned(),
            parent,
            path,
            children: Vec::new(),
            accounts: Vec::new(),
        });
        index
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.units.iter().position(|unit| unit.name == name)
    }

    /// The company's own accounts, and as many more teams as were asked for.
    fn company(&mut self, accounts: usize) -> Vec<Seat> {
        for (name, parent) in company::UNITS {
            let parent = self.named(parent);
            self.add(name, parent);
        }
        let mut seats: Vec<Seat> = company::ACCOUNTS
            .iter()
            .take(accounts)
            .map(|(name, unit, particular)| Seat {
                name: (*name).to_owned(),
                unit: self.named(unit),
                particular: *particular,
            })
            .collect();
        let workloads = self.named("Workloads");
        let mut team = None;
        for extra in 0..accounts.saturating_sub(seats.len()) {
            if extra % TEAM_SIZE == 0 {
                team = Some(self.add(&format!("Team {:02}", extra / TEAM_SIZE + 1), workloads));
            }
            seats.push(Seat {
                name: extra_name(extra),
                unit: team,
                particular: Trait::Plain,
            });
        }
        seats
    }

    /// Divisions of teams of accounts, all alike.
    fn teams(&mut self, accounts: usize) -> Vec<Seat> {
        let mut seats = vec![Seat {
            name: "management".to_owned(),
            unit: None,
            particular: Trait::Plain,
        }];
        let workloads = self.add("Workloads", None);
        let (mut division, mut team) = (None, None);
        for member in 0..accounts.saturating_sub(1) {
            if member % (TEAM_SIZE * DIVISION_SIZE) == 0 {
                let number = member / (TEAM_SIZE * DIVISION_SIZE) + 1;
                division = Some(self.add(&format!("Division {number:02}"), Some(workloads)));
            }
            if member % TEAM_SIZE == 0 {
                team = Some(self.add(&format!("Team {:03}", member / TEAM_SIZE + 1), division));
            }
            seats.push(Seat {
                name: extra_name(member),
                unit: team,
                particular: Trait::Plain,
            });
        }
        seats
    }
}

fn extra_name(number: usize) -> String {
    let stage = pick(company::STAGES, number as u64).copied().unwrap_or_default();
    let subject = pick(company::SUBJECTS, (number / company::STAGES.len()) as u64)
        .copied()
        .unwrap_or_default();
    let round = number / (company::STAGES.len() * company::SUBJECTS.len());
    if round == 0 {
        format!("{subject}-{stage}")
    } else {
        format!("{subject}-{}-{stage}", round + 1)
    }
}

fn account(spec: &WorldSpec, epoch: Timestamp, index: usize, seat: Seat) -> Account {
    let number = |purpose: u64, bound: u64| below(draw(spec.seed, &[0xACC, index as u64, purpose]), bound);
    let company = spec.layout == Layout::Company;
    let (state, role, invited) = match seat.particular {
        Trait::State(state) => (state, RoleSetup::Trusting, false),
        Trait::Invited(role) => (AccountState::Active, role, true),
        Trait::Refusing => (AccountState::Active, RoleSetup::Refusing, false),
        Trait::Plain | Trait::NoUsers | Trait::Hostile | Trait::OldReport => (
            AccountState::Active,
            if index == 0 {
                RoleSetup::Missing
            } else {
                RoleSetup::Trusting
            },
            index == 0,
        ),
    };
    let population = if !spec.failing_users {
        Population::Passing
    } else if seat.particular == Trait::Hostile {
        Population::Hostile
    } else {
        Population::Mixed
    };
    let users = if seat.particular == Trait::NoUsers {
        0
    } else if company && spec.users > 1 {
        spec.users / 3 + usize_of(number(1, spec.users as u64))
    } else {
        spec.users
    };
    let polls = spec
        .report_polls
        .unwrap_or(u8::try_from(number(2, 3)).unwrap_or(0));
    Account {
        index,
        id: account_id(spec.seed, index),
        email: format!("aws+{}@example.com", mailbox(&seat.name, index)),
        name: seat.name,
        state,
        invited,
        joined: users::before(
            epoch,
            i64::try_from(86_400 * (1_700 + number(3, 1_000))).unwrap_or(0),
        ),
        unit: seat.unit,
        role,
        root: root_setup(company, index, number(4, 10)),
        password_policy: password_policy(number(5, 6)),
        population,
        users,
        report_polls: polls,
        has_old_report: seat.particular == Trait::OldReport,
        alias: (number(6, 2) == 0).then(|| format!("meridian-{index:05}")),
    }
}

fn usize_of(value: u64) -> usize {
    usize::try_from(value).unwrap_or(0)
}

/// Twelve digits, different for every index: the multiplier shares no factor with the modulus.
fn account_id(seed: u64, index: usize) -> String {
    const RANGE: u128 = 900_000_000_000;
    let offset = u128::from(draw(seed, &[0x1D]));
    let value = (index as u128 * 618_033_988_747 + offset) % RANGE + 100_000_000_000;
    format!("{value}")
}

fn mailbox(name: &str, index: usize) -> String {
    let letters: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    if letters == name {
        letters
    } else {
        format!("{}-{index}", letters.trim_matches('-'))
    }
}

/// Created accounts have no root credentials; older ones have what was once set up.
fn root_setup(company: bool, index: usize, draw: u64) -> RootSetup {
    let (password, mfa, access_key) = match (company, index, draw) {
        (_, 0, _) | (_, _, 4) => (true, RootMfa::Virtual, false),
        (true, _, 5) => (true, RootMfa::Hardware, false),
        (true, _, 6) => (true, RootMfa::None, false),
        (true, _, 7) => (true, RootMfa::Virtual, true),
        _ => (false, RootMfa::None, false),
    };
    RootSetup {
        password,
        mfa,
        access_key,
    }
}

fn password_policy(draw: u64) -> Option<PasswordPolicy> {
    let policy = |length, symbols, max_age, reuse| PasswordPolicy {
        length,
        symbols,
        numbers: true,
        upper: true,
        lower: true,
        max_age,
        reuse,
    };
    match draw {
        0 | 1 => None,
        2 => Some(policy(8, false, None, None)),
        3 => Some(policy(12, true, Some(180), Some(4))),
        _ => Some(policy(14, true, Some(90), Some(24))),
    }
}
