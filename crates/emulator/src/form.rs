//! The parameters of an AWS Query request (`Action=ListUsers&MaxItems=100&Filter.member.1=User`).

use percent_encoding::percent_decode_str;

use crate::error::ApiError;

/// Decoded parameters, in the order of arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pairs: Vec<(String, String)>,
}

impl Form {
    /// Parses the query string and the body, which may both carry parameters.
    pub fn parse(query: &str, body: &str) -> Self {
        let pairs = query
            .split('&')
            .chain(body.split('&'))
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(key), decode(value))
            })
            .collect();
        Self { pairs }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter that the operation cannot do without.
    pub fn require(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let lower = lower_first(name);
            ApiError::validation(format!(
                "1 validation error detected: Value null at '{lower}' failed to satisfy constraint: Member must \
                 not be null"
            ))
        })
    }

    /// A list parameter: `Name.member.1`, `Name.member.2`, ….
    pub fn list(&self, name: &str) -> Vec<&str> {
        let prefix = format!("{name}.member.");
        self.pairs
            .iter()
            .filter(|(key, _)| {
                key.strip_prefix(&prefix)
                    .is_some_and(|rest| rest.parse::<u32>().is_ok())
            })
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// One field of a list of structures: `Name.member.1.field`, `Name.member.2.field`, ….
    pub fn list_field(&self, name: &str, field: &str) -> Vec<&str> {
        let prefix = format!("{name}.member.");
        self.pairs
            .iter()
            .filter(|(key, _)| {
                key.strip_prefix(&prefix)
                    .and_then(|rest| rest.split_once('.'))
                    .is_some_and(|(_, name)| name == field)
            })
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// A number between two bounds, or the default when it is not there.
    pub fn number(&self, name: &str, default: usize, min: usize, max: usize) -> Result<usize, ApiError> {
        let Some(text) = self.get(name) else {
            return Ok(default);
        };
        let lower = lower_first(name);
        let value: usize = text.parse().map_err(|_| {
            ApiError::new(
                400,
                "MalformedInput",
                format!("Value '{text}' at '{lower}' is not a number"),
            )
        })?;
        let bound = if value < min {
            format!("greater than or equal to {min}")
        } else if value > max {
            format!("less than or equal to {max}")
        } else {
            return Ok(value);
        };
        Err(ApiError::validation(format!(
            "1 validation error detected: Value '{value}' at '{lower}' failed to satisfy constraint: Member must \
             have value {bound}"
        )))
    }
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map(|first| first.to_lowercase().chain(characters).collect())
        .unwrap_or_default()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_lists_are_collected() {
        let form = Form::parse(
            "",
            "Action=X&Name=a%2Bb+c&Filter.member.1=User&Filter.member.2=Group",
        );
        assert_eq!(form.get("Name"), Some("a+b c"));
        assert_eq!(form.list("Filter"), ["User", "Group"]);
    }

    #[test]
    fn a_number_outside_its_bounds_is_a_validation_error() {
        let form = Form::parse("", "MaxItems=1001");
        let error = form.number("MaxItems", 100, 1, 1000).unwrap_err();
        assert_eq!(error.code, "ValidationError");
        assert!(
            error.message.contains("less than or equal to 1000"),
            "{}",
            error.message
        );
    }
}
