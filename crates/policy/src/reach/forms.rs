//! The forms that resources have: what a resource type's ARNs look like for one session.

use super::automaton::Automaton;
use super::session::Session;
use crate::actions::ActionList;
use crate::arn::ArnPattern;
use crate::context::Context;
use crate::pattern::Atom;
use crate::truth::Truth;
use crate::variables::Template;

/// A form of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Form {
    /// A resource type of the list.
    Type(u16),
    /// The resource `*`, of actions that have none.
    Star,
    /// Any ARN at all, for actions that are not in the list.
    Any,
}

/// What all resources of a form have in common, for a first look at patterns.
pub(super) struct Shape {
    /// The first five segments, where they are fixed.
    header: [Option<String>; 5],
    /// What the sixth segment begins with.
    head: String,
    /// Whether the shape says anything at all.
    known: bool,
}

impl Shape {
    /// Whether a pattern may match some resource of the form; `false` is certain.
    pub(super) fn may_match(&self, pattern: &ArnPattern, session: &Session) -> bool {
        let ArnPattern::Segments(segments) = pattern else {
            return true;
        };
        if !self.known {
            return true;
        }
        let fits = |(template, fixed): (&Template, &Option<String>)| {
            fixed
                .as_ref()
                .is_none_or(|fixed| template.matches(fixed, session).possible())
        };
        let last = pattern.last().head();
        segments.templates.iter().zip(&self.header).all(fits)
            && (last.starts_with(&self.head) || self.head.starts_with(last))
    }

    /// Whether no resource of the form that a pattern matches is anybody's but the caller's: an IAM user's ARN under the
    /// caller's own name, whatever the path, or under what no user can be called. `true` is certain.
    pub(super) fn matches_nobody_else(&self, pattern: &ArnPattern, session: &Session) -> bool {
        let [_, _, service, _, account] = &self.header;
        let own_users = self.known
            && self.head == "user/"
            && service.as_deref() == Some("iam")
            && account.as_deref() == Some(session.caller().account());
        let (true, ArnPattern::Segments(segments)) = (own_users, pattern) else {
            return false;
        };
        let [.., last] = &segments.templates;
        let names_caller = last.resolve(session, |resolved| {
            let text = resolved.text().filter(|_| !resolved.unknown);
            let name = text
                .as_deref()
                .and_then(|text| text.strip_prefix("user/")?.rsplit('/').next());
            Truth::of(name.is_some_and(|name| name == session.name() || is_no_name(name)))
        });
        names_caller == Truth::True
    }

    /// Whether the form's resources always belong to the session's account, or name no account.
    pub(super) fn has_free_account(&self) -> bool {
        let [.., account] = &self.header;
        self.known && account.is_none()
    }
}

/// Whether no user and no device can be called this: their alphabet is `[\w+=,.@-]`.
pub(super) fn is_no_name(text: &str) -> bool {
    let in_names = |character: char| character.is_alphanumeric() || "_+=,.@-".contains(character);
    text.is_empty() || !text.chars().all(in_names)
}

/// Whether an ARN is that of an IAM user by what no user can be called.
pub(super) fn is_nobody(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next(), parts.nth(2));
    let path = resource.and_then(|resource| resource.strip_prefix("user/"));
    let name = path.and_then(|path| path.rsplit('/').next());
    service == Some("iam") && name.is_some_and(is_no_name)
}

/// The name that stands for "somebody or something else".
pub(super) const SOMETHING: &str = "example";
/// What is used when the caller's own name is taken.
const SOMETHING_ELSE: &str = "another-example";

impl Form {
    /// All texts of this form as an automaton. `foreign`: of any account, not just the session's own.
    pub(super) fn automaton(self, session: &Session, foreign: bool) -> Automaton {
        let mut out = Automaton::default();
        match self {
            Form::Star => out.text("*"),
            Form::Any => {
                out.text("arn:");
                out.star(None);
            }
            Form::Type(kind) => {
                let mut colons = 0;
                for token in tokens(template(kind)) {
                    match token {
                        Token::Partition => out.text(session.partition()),
                        Token::Account if foreign => out.star(Some(':')),
                        Token::Account => out.text(session.caller().account()),
                        Token::Region => out.star(Some(':')),
                        Token::Bucket => out.star(Some('/')),
                        Token::Star => out.star((colons < 5).then_some(':')),
                        Token::Char(c) => {
                            colons += usize::from(c == ':');
                            out.text(c.encode_utf8(&mut [0; 4]));
                        }
                    }
                }
            }
        }
        out
    }

    /// What all texts of this form have in common.
    pub(super) fn shape(self, session: &Session, foreign: bool) -> Shape {
        let Form::Type(kind) = self else {
            return Shape {
                header: [const { None }; 5],
                head: String::new(),
                known: false,
            };
        };
        // Managed policies may be AWS's own, which belong to the account `aws`.
        let foreign = foreign || template(kind).ends_with(":policy/*");
        let mut segments = template(kind).splitn(6, ':');
        let header = std::array::from_fn(|_| match segments.next().unwrap_or_default() {
            "%P" => Some(session.partition().to_owned()),
            "%A" if !foreign => Some(session.caller().account().to_owned()),
            segment if segment.contains(['%', '*']) => None,
            segment => Some(segment.to_owned()),
        });
        let last = segments.next().unwrap_or_default();
        let fixed = last.find(['%', '*']).unwrap_or(last.len());
        Shape {
            header,
            head: last.get(..fixed).unwrap_or_default().to_owned(),
            known: true,
        }
    }

    /// A resource of this form as one would write it: the caller's own where there is one.
    pub(super) fn typical(self, session: &Session) -> String {
        self.instance(session, session.name())
    }

    /// A resource of this form that is not the caller's own.
    pub(super) fn other(self, session: &Session) -> String {
        self.instance(session, something(session))
    }

    fn instance(self, session: &Session, name: &str) -> String {
        let kind = match self {
            Form::Star => return "*".to_owned(),
            Form::Any => return format!("arn:{}:new:::{}", session.partition(), something(session)),
            Form::Type(kind) => kind,
        };
        let template = template(kind);
        // Other services have users too, which are not the caller.
        let of_iam = template.starts_with("arn:%P:iam:");
        let is_user = of_iam && template.ends_with(":user/*");
        if is_user && name == session.name() && session.caller().arn().contains(":user/") {
            return session.caller().arn().to_owned();
        }
        let named = is_user || of_iam && template.ends_with(":mfa/*");
        let filler = if named { name } else { something(session) };
        let mut out = String::new();
        for token in tokens(template) {
            match token {
                Token::Partition => out.push_str(session.partition()),
                Token::Account => out.push_str(session.caller().account()),
                Token::Region => out.push_str("us-east-1"),
                Token::Bucket | Token::Star => out.push_str(filler),
                Token::Char(c) => out.push(c),
            }
        }
        out
    }
}

pub(super) fn something(session: &Session) -> &'static str {
    if session.name() == SOMETHING {
        SOMETHING_ELSE
    } else {
        SOMETHING
    }
}

fn template(kind: u16) -> &'static str {
    ActionList::embedded()
        .resource_types
        .get(usize::from(kind))
        .map(String::as_str)
        .unwrap_or_default()
}

/// Whether the resources of a type always belong to the account that asks: what calls of IAM act on, but for AWS's own
/// policies. STS speaks of IAM's roles too, and of those of other accounts: assuming them is what they are for.
pub(super) fn is_account_bound(form: Form) -> bool {
    match form {
        Form::Type(kind) => {
            ActionList::embedded().iam_types.contains(&kind) && !template(kind).ends_with(":policy/*")
        }
        Form::Star | Form::Any => true,
    }
}

enum Token {
    Partition,
    Region,
    Account,
    Bucket,
    Star,
    Char(char),
}

fn tokens(template: &str) -> impl Iterator<Item = Token> + '_ {
    let mut chars = template.chars().peekable();
    std::iter::from_fn(move || {
        let c = chars.next()?;
        if c == '*' {
            return Some(Token::Star);
        }
        let token = match (c, chars.peek()) {
            ('%', Some('P')) => Token::Partition,
            ('%', Some('R')) => Token::Region,
            ('%', Some('A')) => Token::Account,
            ('%', Some('B')) => Token::Bucket,
            _ => return Some(Token::Char(c)),
        };
        chars.next();
        Some(token)
    })
}

/// A pattern of a policy as an automaton, and whether a match of it is certain; `None`: it matches nothing.
pub(super) fn pattern(pattern: &ArnPattern, context: &impl Context) -> Option<(Automaton, Truth)> {
    let mut out = Automaton::default();
    let mut certain = Truth::True;
    let (templates, header) = match pattern {
        ArnPattern::Segments(segments) => {
            if segments.vague {
                certain = context.undocumented(true);
            }
            (segments.templates.as_slice(), 5)
        }
        ArnPattern::Whole(template) => (std::slice::from_ref(template), 0),
    };
    for (index, template) in templates.iter().enumerate() {
        if index > 0 {
            out.text(":");
        }
        let resolved = template.resolve(context, |resolved| {
            if resolved.unknown {
                certain = Truth::Unknown;
            }
            out.atoms(&resolved.atoms, index < header);
            Truth::True
        });
        if resolved == Truth::False {
            return None;
        }
    }
    Some((out, certain))
}

/// A text that a pattern matches and that looks like the form, as far as a glance tells.
pub(super) fn sample(pattern: &ArnPattern, form: &str, session: &Session) -> Option<String> {
    let ArnPattern::Segments(segments) = pattern else {
        return None;
    };
    let mut parts = Vec::with_capacity(6);
    for (template, typical) in segments.templates.iter().zip(form.splitn(6, ':')) {
        if template.is_everything() {
            parts.push(typical.to_owned());
            continue;
        }
        let mut part = String::new();
        let resolved = template.resolve(session, |resolved| {
            for atom in &resolved.atoms {
                part.push_str(match atom {
                    Atom::Literal(text) => text,
                    Atom::One => "x",
                    Atom::Star => something(session),
                });
            }
            Truth::True
        });
        if resolved == Truth::False {
            return None;
        }
        parts.push(part);
    }
    (parts.len() == 6).then(|| parts.join(":"))
}
