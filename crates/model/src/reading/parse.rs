//! Reading a [`Reading`] back.
//!
//! What serde derives for a tagged enum first keeps everything in a form of its own, because the tag may come last.
//! The fields of the three kinds have different names, so none of that is needed, and a snapshot is mostly readings.
//! A field that is missing is an error, also where the value may be nothing: "there is none" must have been read.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use smol_str::SmolStr;

use super::{Failure, Reading};

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Read,
    Unreadable,
    NotAsked,
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Status,
    At,
    Requests,
    Value,
    Failure,
    Reason,
    #[serde(other)]
    Other,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Reading<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Reading<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reading")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reading<T>, A::Error> {
        let mut status: Option<Status> = None;
        let mut at: Option<Timestamp> = None;
        let mut requests: Option<Vec<SmolStr>> = None;
        let mut value: Option<T> = None;
        let mut failure: Option<Failure> = None;
        let mut reason: Option<String> = None;
        while let Some(field) = map.next_key()? {
            match field {
                Field::Status => once(&mut map, &mut status, "status")?,
                Field::At => once(&mut map, &mut at, "at")?,
                Field::Requests => once(&mut map, &mut requests, "requests")?,
                Field::Value => once(&mut map, &mut value, "value")?,
                Field::Failure => once(&mut map, &mut failure, "failure")?,
                Field::Reason => once(&mut map, &mut reason, "reason")?,
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(match needed(status, "status")? {
            Status::Read => Reading::Read {
                at: needed(at, "at")?,
                requests: needed(requests, "requests")?,
                value: needed(value, "value")?,
            },
            Status::Unreadable => Reading::Unreadable {
                at: needed(at, "at")?,
                failure: needed(failure, "failure")?,
            },
            Status::NotAsked => Reading::NotAsked {
                reason: needed(reason, "reason")?,
            },
        })
    }
}

fn once<'de, A: MapAccess<'de>, V: Deserialize<'de>>(
    map: &mut A,
    slot: &mut Option<V>,
    name: &'static str,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

fn needed<V, E: Error>(value: Option<V>, name: &'static str) -> Result<V, E> {
    value.ok_or_else(|| E::missing_field(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FailureKind;

    fn back<T: serde::Serialize + serde::de::DeserializeOwned>(reading: &Reading<T>) -> Reading<T> {
        serde_json::from_str(&serde_json::to_string(reading).unwrap()).unwrap()
    }

    #[test]
    fn each_kind_is_read_back_as_it_was_written() {
        let at = Timestamp::UNIX_EPOCH;
        let requests = vec!["id".into()];
        let read = Reading::Read {
            at,
            requests,
            value: Some(7),
        };
        let failure = Failure::new(FailureKind::AccessDenied, "iam:GetUser", "no");
        let unreadable = Reading::<Option<i32>>::Unreadable { at, failure };
        let reason = "nobody asked".to_owned();
        let not_asked = Reading::<Option<i32>>::NotAsked { reason };
        for reading in [read, unreadable, not_asked] {
            assert_eq!(back(&reading), reading);
        }
    }

    #[test]
    fn the_status_may_come_last_and_what_is_not_known_is_passed_over() {
        let text =
            r#"{"value": 1, "new": [{}], "requests": [], "at": "1970-01-01T00:00:00Z", "status": "read"}"#;
        let reading: Reading<i32> = serde_json::from_str(text).unwrap();
        assert_eq!(reading.value(), Some(&1));
    }

    #[test]
    fn a_value_that_is_missing_is_not_taken_for_nothing() {
        let parse = |text: &str| serde_json::from_str::<Reading<Option<i32>>>(text);
        let whole = r#"{"status": "read", "at": "1970-01-01T00:00:00Z", "requests": [], "value": null}"#;
        assert_eq!(parse(whole).unwrap().value(), Some(&None));
        for missing in [
            r#", "value": null"#,
            r#""status": "read", "#,
            r#", "requests": []"#,
        ] {
            assert!(parse(&whole.replace(missing, "")).is_err(), "{missing}");
        }
        let twice = whole.replace('}', r#", "value": 1}"#);
        assert!(parse(&twice).is_err());
    }
}
