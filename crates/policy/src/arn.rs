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
    Segments(Box<Segments>),
    /// Not an ARN: `*`, and what people write by mistake. Compared as one text.
    Whole(Template),
}

/// The six segments of an ARN pattern.
#[derive(Debug, Clone)]
pub(crate) struct Segments {
    pub(crate) templates: [Template; 6],
    /// Whether a wildcard stands in the resource type, as in `arn:aws:iam::*:u*`. AWS's page on `Resource` says that it
    /// cannot, and not what happens if it does.
    pub(crate) vague: bool,
}

impl ArnPattern {
    /// A value of an ARN operator. What AWS does with a value of fewer than six segments is not documented; it is
    /// compared as one text here, so that `*` is every ARN.
    pub(crate) fn condition(text: &str, version: Version) -> Self {
        match Template::arn_segments(text, version) {
            [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)] => Self::Segments(Box::new(Segments {
                templates: [a, b, c, d, e, f],
                vague: false,
            })),
            _ => Self::Whole(Template::parse(text, version, Wildcards::Anywhere)),
        }
    }

    /// A pattern of a `Resource` element: an ARN with fewer than six segments is completed with `*`.
    pub(crate) fn resource(text: &str, version: Version) -> Self {
        let segments = Template::arn_segments(text, version);
        if segments.iter().all(Option::is_some) || text.starts_with("arn:") {
            let complete = segments.map(|segment| segment.unwrap_or_else(Template::everything));
            return Self::Segments(Box::new(Segments {
                templates: complete,
                vague: has_vague_type(text),
            }));
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
                let [.., last] = &segments.templates;
                last
            }
            ArnPattern::Whole(template) => template,
        }
    }

    /// The variables in it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        let templates = match self {
            ArnPattern::Segments(segments) => segments.templates.as_slice(),
            ArnPattern::Whole(template) => std::slice::from_ref(template),
        };
        templates.iter().flat_map(Template::variables)
    }

    /// Whether ARNs match of which only the beginning is known, up to somewhere in the sixth segment.
    pub(crate) fn matches_beginning(&self, beginning: &str, context: &impl Context) -> Truth {
        let [known @ .., last] = match self {
            ArnPattern::Whole(template) => return template.matches_beginning(beginning, false, context),
            ArnPattern::Segments(segments) => &segments.templates,
        };
        let mut parts = beginning.splitn(6, ':');
        let of_known = known.iter().fold(Truth::True, |truth, segment| {
            let part = parts.next();
            truth.and(part.map_or(Truth::False, |part| segment.matches(part, context)))
        });
        let rest = parts.next();
        of_known.and(rest.map_or(Truth::False, |rest| last.matches_beginning(rest, false, context)))
    }

    /// Whether an ARN matches.
    pub(crate) fn matches(&self, text: &str, context: &impl Context) -> Truth {
        let Segments { templates, vague } = match self {
            ArnPattern::Whole(template) => return template.matches(text, context),
            ArnPattern::Segments(segments) => segments.as_ref(),
        };
        let mut parts = text.splitn(6, ':');
        let mut truth = Truth::True;
        for segment in templates {
            let Some(part) = parts.next() else {
                return Truth::False;
            };
            truth = truth.and(segment.matches(part, context));
            if truth == Truth::False {
                return truth;
            }
        }
        if *vague {
            truth.and(context.undocumented(true))
        } else {
            truth
        }
    }
}

/// IAM's own resources all have a type before the first slash, so a wildcard there is one in the type.
fn has_vague_type(text: &str) -> bool {
    let mut parts = text.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next(), parts.nth(2).unwrap_or_default());
    let kind = resource.split('/').next().unwrap_or_default();
    service == Some("iam") && resource != "*" && kind.contains(['*', '?'])
}
