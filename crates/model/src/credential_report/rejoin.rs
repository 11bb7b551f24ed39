//! Rows with more columns than the header: a comma that nobody quoted.
//!
//! IAM allows commas in user names and paths, and says nowhere whether the credential report quotes them;
//! moto does not. A row that is read with its columns shifted would take one user's answer for another
//! question, so it is either put together beyond doubt or not used.
//!
//! What makes it certain: a user name has no colon, so the ARN begins at the first column that starts with
//! `arn:`; and it ends with `/` and the user's name.

use super::ROOT_NAME;

/// The columns of `record` as `header` counts them; `None` where that is not certain.
pub(super) fn rejoin(header: &csv::StringRecord, record: &csv::StringRecord) -> Option<csv::StringRecord> {
    if header.get(0) != Some("user") || header.get(1) != Some("arn") {
        return None;
    }
    let fields: Vec<&str> = record.iter().collect();
    let surplus = fields.len().checked_sub(header.len())?;
    let commas = fields
        .iter()
        .position(|field| field.starts_with("arn:"))?
        .checked_sub(1)?;
    let in_path = surplus.checked_sub(2 * commas)?;
    let user = fields.get(..=commas)?.join(",");
    // The longest first: what stands in a path is the user's to choose, what follows the ARN is not.
    (0..=in_path).rev().find_map(|more| {
        let end = 2 * (commas + 1) + more;
        let arn = fields.get(commas + 1..end)?.join(",");
        let own = is_arn_of(&arn, &user);
        let rest = fields.get(end..).filter(|_| own)?;
        with_tail(header, &user, &arn, rest)
    })
}

fn is_arn_of(arn: &str, user: &str) -> bool {
    if user == ROOT_NAME {
        return arn.ends_with(":root");
    }
    arn.strip_suffix(user).is_some_and(|rest| rest.ends_with('/'))
}

/// The row, when what is left over belongs to the one column of free text, the last.
fn with_tail(header: &csv::StringRecord, user: &str, arn: &str, rest: &[&str]) -> Option<csv::StringRecord> {
    let room = header.len().checked_sub(2)?;
    let mut row = csv::StringRecord::from(vec![user, arn]);
    if rest.len() == room {
        row.extend(rest);
        return Some(row);
    }
    let free_text = header.iter().next_back() == Some("additional_credentials_info");
    let (columns, text) = rest
        .split_at_checked(room.checked_sub(1)?)
        .filter(|_| free_text)?;
    row.extend(columns);
    row.push_field(&text.join(","));
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,password_enabled,mfa_active,additional_credentials_info";

    fn parse(line: &str) -> Option<Vec<String>> {
        let record = |text: &str| csv::StringRecord::from(text.split(',').collect::<Vec<_>>());
        let row = rejoin(&record(HEADER), &record(line))?;
        Some(row.iter().map(str::to_owned).collect())
    }

    #[test]
    fn a_comma_in_the_name_is_in_the_arn_as_well() {
        let row = parse("a,b,arn:aws:iam::1:user/a,b,true,false,").unwrap();
        assert_eq!(row, ["a,b", "arn:aws:iam::1:user/a,b", "true", "false", ""]);
    }

    #[test]
    fn a_comma_in_the_path_is_in_the_arn_alone() {
        let row = parse("a,arn:aws:iam::1:user/x,y/a,true,false,").unwrap();
        assert_eq!(row, ["a", "arn:aws:iam::1:user/x,y/a", "true", "false", ""]);
    }

    #[test]
    fn the_free_text_at_the_end_may_hold_commas() {
        let row = parse("a,b,arn:aws:iam::1:user/a,b,true,false,1 key, 2 certificates").unwrap();
        assert_eq!(row[4], "1 key, 2 certificates");
    }

    #[test]
    fn a_path_that_looks_like_columns_cannot_answer_for_its_user() {
        let row = parse("a,arn:aws:iam::1:user/a,false,true,/a,true,false,").unwrap();
        assert_eq!(
            row,
            ["a", "arn:aws:iam::1:user/a,false,true,/a", "true", "false", ""]
        );
    }

    #[test]
    fn a_row_that_is_not_certain_is_none() {
        assert_eq!(parse("a,b,arn:aws:iam::1:user/other,b,true,false,"), None);
        assert_eq!(parse("a,b,c,true,false,x,y"), None);
        assert_eq!(parse("arn:aws:iam::1:user/a,a,true,false,x,y"), None);
    }
}
