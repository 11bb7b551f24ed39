//! ARN patterns: six segments, compared one by one, so that a wildcard never leaves its segment.
//!
//! The sixth segment is all that follows the fifth colon, colons included. AWS's page on `Resource` says of a `*`
//! at the end of a segment that it "can expand" over colons; what that means is an ARN that ends there
//! (`arn:aws:s3:*`), which is completed: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use crate::context::Context;
use crate::document::Version;
use crate::truth::Truth;
use crate::variables::{Template, Variable, Wildcards};

/// A pattern of `Resource`, `NotResource` or an ARN operator.
#[derive(Debug, Clone)]
pub(crate) enum ArnPattern {
    /// Six segments.
    Segments(Box<[Template; 6]>),
    /// Not an ARN: `*`, and what people write by mistake. Compared as one text.
    Whole(Template),
}

impl ArnPattern {
    /// A value of an ARN operator. What AWS does with a value of fewer than six segments is not documented; it is
    /// compared as one text here, so that `*` is every ARN.
    pub(crate) fn condition(text: &str, version: Version) -> Self {
        match Template::arn_segments(text, version) {
            [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)] => {
                Self::Segments(Box::new([a, b, c, d, e, f]))
            }
            _ => Self::Whole(Template::parse(text, version, Wildcards::Anywhere)),
        }
    }

    /// A pattern of a `Resource` element: an ARN with fewer than six segments is completed with `*`.
    pub(crate) fn resource(text: &str, version: Version) -> Self {
        let segments = Template::arn_segments(text, version);
        if segments.iter().all(Option::is_some) || text.starts_with("arn:") {
            let complete = segments.map(|segment| segment.unwrap_or_else(Template::everything));
            return Self::Segments(Box::new(complete));
        }
        Self::Whole(Template::parse(text, version, Wildcards::Anywhere))
    }

    /// Whether every text matches.
    pub(crate) fn is_everything(&self) -> bool {
        match self {
            ArnPattern::Segments(_) => false,
            ArnPattern::Whole(template) => template.is_everything(),
        }
    }

    /// The pattern of the resource's own part: the sixth segment, or the whole.
    pub(crate) fn last(&self) -> &Template {
        match self {
            ArnPattern::Segments(segments) => {
                let [.., last] = segments.as_ref();
                last
            }
            ArnPattern::Whole(template) => template,
        }
    }

    /// The variables in it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        let templates = match self {
            ArnPattern::Segments(segments) => segments.as_slice(),
            ArnPattern::Whole(template) => std::slice::from_ref(template),
        };
        templates.iter().flat_map(Template::variables)
    }

    /// Whether an ARN matches.
    pub(crate) fn matches(&self, text: &str, context: &impl Context) -> Truth {
        let segments = match self {
            ArnPattern::Whole(template) => return template.matches(text, context),
            ArnPattern::Segments(segments) => segments.as_slice(),
        };
        let mut parts = text.splitn(6, ':');
        let mut truth = Truth::True;
        for segment in segments {
            let Some(part) = parts.next() else {
                return Truth::False;
            };
            truth = truth.and(segment.matches(part, context));
            if truth == Truth::False {
                return truth;
            }
        }
        truth
    }
}
