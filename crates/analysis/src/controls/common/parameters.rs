//! What the caller may set, by name: ages, lengths, tag keys.

use std::collections::BTreeMap;

use crate::nearest::nearest;

/// The parameters of all controls. The defaults are Security Hub's.
///
/// Security Hub lets its users change those of IAM.7, IAM.24 and IAM.25. The others are fixed there: with
/// another value the outcome is no longer what Security Hub would say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// IAM.3: the age in days above which an active access key fails.
    pub max_access_key_age_days: u32,
    /// IAM.8: from how many days without use a credential fails.
    pub unused_days_iam_8: u32,
    /// IAM.22: the same.
    pub unused_days_iam_22: u32,
    /// IAM.7: the least length of a password.
    pub password_min_length: u32,
    /// IAM.7: whether passwords need an upper-case letter.
    pub password_uppercase: bool,
    /// IAM.7: whether passwords need a lower-case letter.
    pub password_lowercase: bool,
    /// IAM.7: whether passwords need a digit.
    pub password_numbers: bool,
    /// IAM.7: whether passwords need a symbol.
    pub password_symbols: bool,
    /// IAM.7: how many former passwords must be refused at least; `None` does not look at it.
    pub password_reuse_prevention: Option<u32>,
    /// IAM.7: within how many days a password must expire; `None` does not look at it.
    pub password_max_age_days: Option<u32>,
    /// IAM.24 and IAM.25: tag keys that must be there; with none, any tag will do.
    pub required_tag_keys: Vec<String>,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            max_access_key_age_days: 90,
            unused_days_iam_8: 90,
            unused_days_iam_22: 45,
            password_min_length: 8,
            password_uppercase: true,
            password_lowercase: true,
            password_numbers: true,
            password_symbols: true,
            password_reuse_prevention: None,
            password_max_age_days: None,
            required_tag_keys: Vec::new(),
        }
    }
}

/// A parameter that cannot be set so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// Not `NAME=VALUE`.
    #[error("`{0}` is not a parameter and its value, such as `max-access-key-age-days=60`")]
    NotAnAssignment(String),
    /// No parameter has this name.
    #[error("no control has a parameter `{name}`{}", suggestion(.nearest.as_deref()))]
    UnknownName {
        /// What was asked for.
        name: String,
        /// The name that is nearest to it.
        nearest: Option<String>,
    },
    /// The value is not one of those that the parameter takes.
    #[error("`{value}` is not a value of `{name}`: it takes {takes}")]
    BadValue {
        /// Which parameter.
        name: String,
        /// What was given.
        value: String,
        /// What it takes.
        takes: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None => format!("; there are {}", NAMES.join(", ")),
    }
}

/// The longest age that makes sense, in days: ten years.
const LONGEST_AGE: u32 = 3_650;
/// The longest password that IAM takes.
const LONGEST_PASSWORD: u32 = 128;
/// The most former passwords that IAM remembers.
const MOST_REMEMBERED: u32 = 24;

/// The names, sorted.
pub const NAMES: [&str; 11] = [
    "max-access-key-age-days",
    "password-lowercase",
    "password-max-age-days",
    "password-min-length",
    "password-numbers",
    "password-reuse-prevention",
    "password-symbols",
    "password-uppercase",
    "required-tag-keys",
    "unused-days-iam-22",
    "unused-days-iam-8",
];

impl Parameters {
    /// Sets one parameter from `NAME=VALUE`.
    ///
    /// # Errors
    ///
    /// When there is no such parameter, or it does not take the value.
    pub fn assign(&mut self, assignment: &str) -> Result<(), ParameterError> {
        let Some((name, value)) = assignment.split_once('=') else {
            return Err(ParameterError::NotAnAssignment(assignment.to_owned()));
        };
        self.set(name.trim(), value.trim())
    }

    /// Sets one parameter.
    ///
    /// # Errors
    ///
    /// When there is no such parameter, or it does not take the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        match name {
            "max-access-key-age-days" => self.max_access_key_age_days = days(name, value)?,
            "unused-days-iam-8" => self.unused_days_iam_8 = days(name, value)?,
            "unused-days-iam-22" => self.unused_days_iam_22 = days(name, value)?,
            "password-min-length" => self.password_min_length = number(name, value, 1, LONGEST_PASSWORD)?,
            "password-uppercase" => self.password_uppercase = flag(name, value)?,
            "password-lowercase" => self.password_lowercase = flag(name, value)?,
            "password-numbers" => self.password_numbers = flag(name, value)?,
            "password-symbols" => self.password_symbols = flag(name, value)?,
            "password-reuse-prevention" => {
                self.password_reuse_prevention = optional(name, value, MOST_REMEMBERED)?;
            }
            "password-max-age-days" => self.password_max_age_days = optional(name, value, LONGEST_AGE)?,
            "required-tag-keys" => self.required_tag_keys = keys(value),
            _ => {
                return Err(ParameterError::UnknownName {
                    name: name.to_owned(),
                    nearest: nearest(name, &NAMES).map(str::to_owned),
                });
            }
        }
        Ok(())
    }

    /// Every parameter with its value, as [`Parameters::set`] takes it.
    #[must_use]
    pub fn values(&self) -> BTreeMap<&'static str, String> {
        let optional =
            |value: Option<u32>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        BTreeMap::from([
            (
                "max-access-key-age-days",
                self.max_access_key_age_days.to_string(),
            ),
            ("unused-days-iam-8", self.unused_days_iam_8.to_string()),
            ("unused-days-iam-22", self.unused_days_iam_22.to_string()),
            ("password-min-length", self.password_min_length.to_string()),
            ("password-uppercase", self.password_uppercase.to_string()),
            ("password-lowercase", self.password_lowercase.to_string()),
            ("password-numbers", self.password_numbers.to_string()),
            ("password-symbols", self.password_symbols.to_string()),
            (
                "password-reuse-prevention",
                optional(self.password_reuse_prevention),
            ),
            ("password-max-age-days", optional(self.password_max_age_days)),
            ("required-tag-keys", self.required_tag_keys.join(",")),
        ])
    }

    /// The parameters that are not at their default, so that the evidence can name them.
    #[must_use]
    pub fn changed(&self) -> BTreeMap<&'static str, String> {
        let defaults = Self::default().values();
        let mut values = self.values();
        values.retain(|name, value| defaults.get(name) != Some(value));
        values
    }
}

fn days(name: &str, value: &str) -> Result<u32, ParameterError> {
    number(name, value, 1, LONGEST_AGE)
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, ParameterError> {
    match value.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(bad(name, value, format!("a number from {least} to {most}"))),
    }
}

fn optional(name: &str, value: &str, most: u32) -> Result<Option<u32>, ParameterError> {
    if value == "none" {
        return Ok(None);
    }
    number(name, value, 1, most)
        .map(Some)
        .map_err(|_| bad(name, value, format!("`none` or a number from 1 to {most}")))
}

fn flag(name: &str, value: &str) -> Result<bool, ParameterError> {
    value
        .parse()
        .map_err(|_| bad(name, value, "`true` or `false`".to_owned()))
}

fn keys(value: &str) -> Vec<String> {
    let keys = value.split(',').map(str::trim).filter(|key| !key.is_empty());
    keys.map(str::to_owned).collect()
}

fn bad(name: &str, value: &str, takes: String) -> ParameterError {
    ParameterError::BadValue {
        name: name.to_owned(),
        value: value.to_owned(),
        takes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_can_be_set_to_what_it_is() {
        let defaults = Parameters::default();
        let names: Vec<&str> = defaults.values().keys().copied().collect();
        assert_eq!(names, NAMES);
        for (name, value) in defaults.values() {
            let mut parameters = Parameters::default();
            parameters.set(name, &value).unwrap();
            assert_eq!(parameters, defaults, "{name}");
        }
    }

    #[test]
    fn only_what_was_changed_is_named_in_the_evidence() {
        let mut parameters = Parameters::default();
        parameters.assign("max-access-key-age-days = 60").unwrap();
        parameters.assign("required-tag-keys=owner, team").unwrap();
        let changed: Vec<(&str, String)> = parameters.changed().into_iter().collect();
        assert_eq!(
            changed,
            [
                ("max-access-key-age-days", "60".to_owned()),
                ("required-tag-keys", "owner,team".to_owned())
            ]
        );
        assert!(Parameters::default().changed().is_empty());
    }

    #[test]
    fn a_wrong_name_or_value_is_told_with_what_is_right() {
        let error = |assignment: &str| Parameters::default().assign(assignment).unwrap_err().to_string();
        assert_eq!(
            error("max-acess-key-age-days=60"),
            "no control has a parameter `max-acess-key-age-days`; did you mean `max-access-key-age-days`?"
        );
        assert!(error("colour=red").contains("there are max-access-key-age-days, "));
        assert_eq!(
            error("password-min-length=900"),
            "`900` is not a value of `password-min-length`: it takes a number from 1 to 128"
        );
        assert_eq!(
            error("password-max-age-days=never"),
            "`never` is not a value of `password-max-age-days`: it takes `none` or a number from 1 to 3650"
        );
        assert!(error("password-symbols=yes").contains("`true` or `false`"));
        assert!(error("60").contains("is not a parameter and its value"));
    }
}
