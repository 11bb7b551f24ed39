//! Which controls are judged.

use std::fmt;

use super::control::{Assess, Control};
use crate::controls::{ALL, by_id};
use crate::nearest::nearest;

/// The controls that are judged, in the order of [`ALL`].
///
/// IAM.5 is always among them: its outcome stands with every user.
#[derive(Clone)]
pub struct Selection {
    controls: Vec<&'static Control>,
}

impl Default for Selection {
    fn default() -> Self {
        Self::of(|control| control.default)
    }
}

/// A list of controls that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// Nothing is named.
    #[error("no control is named; name some, such as `IAM.5,IAM.19`, or `default`, or `all`")]
    Empty,
    /// There is no such control.
    #[error("there is no control `{id}`{}", suggestion(*.nearest))]
    UnknownControl {
        /// What was asked for.
        id: String,
        /// The id that is nearest to it.
        nearest: Option<&'static str>,
    },
}

fn suggestion(nearest: Option<&'static str>) -> String {
    match nearest {
        Some(id) => format!("; did you mean `{id}`?"),
        None => "; `org-audit explain` lists them".to_owned(),
    }
}

impl Selection {
    /// Reads a list such as `IAM.5,IAM.19`, `default,IAM.3` or `all`. Capital letters do not matter.
    ///
    /// # Errors
    ///
    /// When the list is empty or names something that is not a control.
    pub fn parse(list: &str) -> Result<Self, SelectionError> {
        let words: Vec<&str> = list
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return Err(SelectionError::Empty);
        }
        let (mut every, mut default, mut named) = (false, false, Vec::new());
        for word in words {
            match word.to_ascii_lowercase().as_str() {
                "all" => every = true,
                "default" => default = true,
                _ => named.push(find(word)?.id),
            }
        }
        Ok(Self::of(|control| {
            every || (default && control.default) || named.contains(&control.id)
        }))
    }

    /// Every control.
    #[must_use]
    pub fn all() -> Self {
        Self::of(|_| true)
    }

    fn of(wanted: impl Fn(&Control) -> bool) -> Self {
        let always = |control: &Control| matches!(control.assess, Assess::WithUsers);
        let controls = ALL.iter().copied();
        Self {
            controls: controls
                .filter(|control| always(control) || wanted(control))
                .collect(),
        }
    }

    /// The controls.
    pub fn iter(&self) -> impl Iterator<Item = &'static Control> + '_ {
        self.controls.iter().copied()
    }

    /// Their ids, for the evidence.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.iter().map(|control| control.id)
    }

    /// Whether some control looks at the account's roles, which are not read otherwise.
    #[must_use]
    pub fn needs_roles(&self) -> bool {
        self.iter().any(|control| control.needs_roles)
    }
}

fn find(word: &str) -> Result<&'static Control, SelectionError> {
    by_id(word).ok_or_else(|| {
        let mut words: Vec<&'static str> = ALL.iter().map(|control| control.id).collect();
        words.extend(["all", "default"]);
        SelectionError::UnknownControl {
            id: word.chars().take(64).collect(),
            nearest: nearest(word, &words),
        }
    })
}

impl fmt::Debug for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.ids().eq(other.ids())
    }
}

impl Eq for Selection {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: &str) -> Vec<&'static str> {
        Selection::parse(list).unwrap().ids().collect()
    }

    #[test]
    fn controls_are_named_by_their_ids_in_any_order_and_case() {
        assert_eq!(ids("iam.19, IAM.5"), ["IAM.5", "IAM.19"]);
        assert_eq!(ids("IAM.19,IAM.19"), ["IAM.5", "IAM.19"]);
    }

    #[test]
    fn iam_5_is_always_judged() {
        assert_eq!(ids("IAM.3"), ["IAM.3", "IAM.5"]);
    }

    #[test]
    fn all_and_default_may_stand_with_others() {
        assert_eq!(ids("all").len(), ALL.len());
        assert_eq!(Selection::parse("default"), Ok(Selection::default()));
        let more = ids("default,IAM.3");
        assert!(more.contains(&"IAM.3") && more.contains(&"IAM.9"), "{more:?}");
    }

    #[test]
    fn an_unknown_control_is_told_with_the_nearest() {
        let error = |list: &str| Selection::parse(list).unwrap_err().to_string();
        assert_eq!(error("IAM5"), "there is no control `IAM5`; did you mean `IAM.5`?");
        assert_eq!(
            error("scp-coverage-mfa"),
            "there is no control `scp-coverage-mfa`; `org-audit explain` lists them"
        );
        assert!(error(" , ").starts_with("no control is named"));
    }

    #[test]
    fn roles_are_needed_only_by_the_controls_that_look_at_them() {
        assert!(!Selection::default().needs_roles());
        assert!(Selection::parse("IAM.24").unwrap().needs_roles());
    }
}
