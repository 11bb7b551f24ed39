//! The exceptions file: TOML, because its parser tells places and its dates are dates.

use std::ops::Range;

use jiff::civil::Date;
use serde::Deserialize;
use smol_str::SmolStr;
use toml::Spanned;
use toml::value::Datetime;

use super::{Entry, Exceptions, ExceptionsError, Target};
use crate::controls;
use crate::model::Exemption;
use crate::nearest::nearest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    exception: Vec<Spanned<Written>>,
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    account: Spanned<String>,
    user: Option<Spanned<String>>,
    resource: Option<Spanned<String>>,
    control: Option<Spanned<String>>,
    controls: Option<Spanned<Vec<Spanned<String>>>>,
    reason: Spanned<String>,
    owner: Spanned<String>,
    approved_by: Spanned<String>,
    expires: Spanned<Datetime>,
}

pub(super) fn parse(text: &str) -> Result<Exceptions, ExceptionsError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let place = error.span().unwrap_or(0..0);
        // The first line of the message; the rest would be a picture of the place.
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        wrong(message, FORM, place)
    })?;
    let entries = file
        .exception
        .into_iter()
        .zip(1..)
        .map(|(written, number)| entry(text, &written, number))
        .collect::<Result<_, _>>()?;
    Ok(Exceptions { entries })
}

const FORM: &str = "each [[exception]] has account, user or resource, control or controls, reason, owner, \
    approved_by, and expires as a date without quotes, such as 2027-03-31";

fn entry(text: &str, written: &Spanned<Written>, number: u32) -> Result<Entry, ExceptionsError> {
    let place = heading(text, written.span());
    let written = written.get_ref();
    let account = filled("account", &written.account)?;
    if account.bytes().all(|byte| byte.is_ascii_digit()) && account.len() != 12 {
        return Err(wrong(
            format!("`{account}` is not an account id"),
            "an account id has twelve digits; in place of it, give the account's name, or a pattern with *",
            written.account.span(),
        ));
    }
    let target = match (&written.user, &written.resource) {
        (Some(user), None) => Target::User(filled("user", user)?),
        (None, Some(resource)) => Target::Resource(filled("resource", resource)?),
        (Some(_), Some(resource)) => {
            return Err(wrong(
                "an exception is for a user or for a resource, not for both".to_owned(),
                "make two entries of it",
                resource.span(),
            ));
        }
        (None, None) => {
            return Err(wrong(
                "this exception names neither a user nor a resource".to_owned(),
                "add `user` or `resource`; if all of them are meant, say so: user = \"*\"",
                place,
            ));
        }
    };
    Ok(Entry {
        grants: Exemption {
            entry: number,
            reason: filled("reason", &written.reason)?,
            owner: filled("owner", &written.owner)?,
            approved_by: filled("approved_by", &written.approved_by)?,
            expires: date(&written.expires)?,
        },
        line: line(text, place.start),
        account,
        target,
        controls: controls(written, place)?,
    })
}

fn controls(written: &Written, place: Range<usize>) -> Result<Vec<SmolStr>, ExceptionsError> {
    match (&written.control, &written.controls) {
        (Some(one), None) => Ok(vec![control(one)?]),
        (None, Some(several)) if several.get_ref().is_empty() => Err(wrong(
            "`controls` is empty".to_owned(),
            "name the controls that the exception is for",
            several.span(),
        )),
        (None, Some(several)) => several.get_ref().iter().map(control).collect(),
        (Some(_), Some(several)) => Err(wrong(
            "`control` and `controls` stand side by side".to_owned(),
            "name all controls in `controls`",
            several.span(),
        )),
        (None, None) => Err(wrong(
            "this exception names no control".to_owned(),
            "add `control`, such as control = \"IAM.5\"",
            place,
        )),
    }
}

/// A control by its id. Patterns are not taken: an exception would grow with every new control.
fn control(written: &Spanned<String>) -> Result<SmolStr, ExceptionsError> {
    let word = written.get_ref().trim();
    if let Some(control) = controls::by_id(word) {
        return Ok(control.id.into());
    }
    let ids: Vec<&str> = controls::ALL.iter().map(|control| control.id).collect();
    let help = if word.contains('*') {
        "a pattern is not taken for a control; name each one in `controls`".to_owned()
    } else if let Some(near) = nearest(word, &ids) {
        format!("did you mean `{near}`?")
    } else {
        "`org-audit explain` lists the controls".to_owned()
    };
    Err(wrong(
        format!("there is no control `{word}`"),
        &help,
        written.span(),
    ))
}

fn date(written: &Spanned<Datetime>) -> Result<Date, ExceptionsError> {
    let refuse = |message: String| {
        wrong(
            message,
            "write the last day on which it applies, in UTC, such as expires = 2027-03-31",
            written.span(),
        )
    };
    let value = written.get_ref();
    let (Some(date), None, None) = (value.date, value.time, value.offset) else {
        return Err(refuse(format!("`{value}` is not a date alone")));
    };
    let number = |part: u8| i8::try_from(part).unwrap_or_default();
    i16::try_from(date.year)
        .ok()
        .and_then(|year| Date::new(year, number(date.month), number(date.day)).ok())
        .ok_or_else(|| refuse(format!("`{value}` is not a date")))
}

/// The text of a field that must say something.
fn filled(name: &str, written: &Spanned<String>) -> Result<String, ExceptionsError> {
    let text = written.get_ref().trim();
    if text.is_empty() {
        let help = "an assessor asks for account, reason, owner and approval of every exception";
        return Err(wrong(format!("`{name}` is empty"), help, written.span()));
    }
    Ok(text.to_owned())
}

fn wrong(message: String, help: &str, span: Range<usize>) -> ExceptionsError {
    ExceptionsError {
        message,
        help: help.to_owned(),
        span,
    }
}

/// The `[[exception]]` line of an entry: a whole table would be too much to underline.
fn heading(text: &str, table: Range<usize>) -> Range<usize> {
    let end = text
        .get(table.clone())
        .and_then(|body| body.find('\n'))
        .map_or(table.end, |length| table.start + length);
    table.start..end
}

fn line(text: &str, offset: usize) -> u32 {
    let before = text.get(..offset).unwrap_or_default();
    u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
}
