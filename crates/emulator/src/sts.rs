//! AWS Security Token Service.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::access::{Identity, Resource, Session};
use crate::document::Document;
use crate::draw::{BASE32, draw, letters};
use crate::emulator::Context;
use crate::error::ApiError;
use crate::form::Form;
use crate::route::{Call, Input, Service};
use crate::world::{Account, DEFAULT_ROLE, RoleSetup, catalogue};
use crate::xml::Xml;

/// The plain-text limit of session policies.
const SESSION_POLICY_LIMIT: usize = 2048;
/// The longest session by role chaining, in seconds.
const CHAINED_LIMIT: usize = 3600;

/// The operations of STS that the emulator has.
pub(crate) const OPERATIONS: &[&str] = &["AssumeRole", "GetCallerIdentity", "GetSessionToken"];

pub(crate) fn answer(context: &Context<'_>, call: &Call, form: &Form) -> Result<String, ApiError> {
    match call.operation.as_str() {
        "AssumeRole" => assume_role(context, form),
        "GetCallerIdentity" => Ok(get_caller_identity(context)),
        "GetSessionToken" => get_session_token(context, form),
        _ => Err(call.unknown_operation()),
    }
}

/// The account that an `AssumeRole` leads into: the call is counted there.
pub(crate) fn target_account(call: &Call) -> Option<String> {
    match &call.input {
        Input::Form(form) if call.service == Service::Sts && call.operation == "AssumeRole" => {
            RoleArn::parse(form.get("RoleArn")?).map(|arn| arn.account.to_owned())
        }
        Input::Form(_) | Input::Json(_) => None,
    }
}

fn get_caller_identity(context: &Context<'_>) -> String {
    let mut xml = Xml::new();
    xml.text("Arn", &context.caller.arn);
    xml.text("UserId", &context.caller.user_id);
    xml.text("Account", &context.account().id);
    xml.finish()
}

struct RoleArn<'a> {
    account: &'a str,
    path: &'a str,
    name: &'a str,
}

impl<'a> RoleArn<'a> {
    fn parse(arn: &'a str) -> Option<Self> {
        let rest = arn.strip_prefix("arn:aws:iam::")?;
        let (account, resource) = rest.split_once(':')?;
        let role = resource.strip_prefix("role")?;
        let slash = role.rfind('/')?;
        let (path, name) = role.split_at_checked(slash + 1)?;
        (account.len() == 12 && !name.is_empty()).then_some(Self { account, path, name })
    }
}

fn assume_role(context: &Context<'_>, form: &Form) -> Result<String, ApiError> {
    let role_arn = form.require("RoleArn")?;
    let session_name = form.require("RoleSessionName")?;
    check_session_name(session_name)?;
    let arn =
        RoleArn::parse(role_arn).ok_or_else(|| ApiError::validation(format!("{role_arn} is invalid")))?;
    let seconds = form.number("DurationSeconds", 3600, 900, 43_200)?;
    let policies = session_policies(context, form)?;
    context.caller.authorize(
        context.world,
        Service::Sts,
        "sts:AssumeRole",
        &Resource::of(role_arn),
    )?;
    let account = admitted(context, form, role_arn, &arn)?;
    check_duration(context, seconds)?;

    let role_id = format!(
        "AROA{}",
        letters(
            BASE32,
            draw(context.world.spec.seed, &[0x72, account.index as u64, 0]),
            17
        )
    );
    let issued = Issued::new(context, seconds);
    let session = Session {
        account: account.id.clone(),
        secret: issued.secret,
        token: issued.token,
        arn: format!(
            "arn:aws:sts::{}:assumed-role/{}/{session_name}",
            account.id, arn.name
        ),
        user_id: format!("{role_id}:{session_name}"),
        principal_arn: role_arn.to_owned(),
        is_role: true,
        expires: issued.expires,
        identity: if arn.name == DEFAULT_ROLE {
            Identity::Administrator
        } else {
            Identity::SecurityAudit
        },
        session_policies: policies,
    };
    let mut xml = Xml::new();
    xml.element("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", &session.user_id);
        xml.text("Arn", &session.arn);
    });
    write_credentials(&mut xml, &issued.access_key, &session);
    let plain = form.get("Policy").map_or(0, str::len);
    xml.value(
        "SessionTokenUtilization",
        (plain * 100 / SESSION_POLICY_LIMIT).max(3),
    );
    context.emulator.live.add_session(issued.access_key, session);
    Ok(xml.finish())
}

/// New temporary credentials, decided by the seed and the request's number.
struct Issued {
    access_key: String,
    secret: String,
    token: String,
    expires: Timestamp,
}

impl Issued {
    fn new(context: &Context<'_>, seconds: usize) -> Self {
        const SECRET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let key = draw(context.world.spec.seed, &[0x5E55, context.number]);
        let lifetime = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(3600));
        let expires = context.now.checked_add(lifetime).unwrap_or(context.now);
        Self {
            access_key: format!("ASIA{}", letters(BASE32, draw(key, &[2]), 16)),
            secret: letters(SECRET, key, 40),
            token: format!("FwoGZXIvYXdzEXAMPLE{}", letters(BASE32, draw(key, &[1]), 200)),
            // AWS writes whole seconds, and means them.
            expires: Timestamp::from_second(expires.as_second()).unwrap_or(expires),
        }
    }
}

/// The account that lets the caller in. Like AWS, the refusal does not tell a missing role from one
/// that does not trust the caller.
fn admitted<'w>(
    context: &Context<'w>,
    form: &Form,
    role_arn: &str,
    arn: &RoleArn<'_>,
) -> Result<&'w Account, ApiError> {
    let refused = |action: &str, reason: &str| {
        ApiError::access_denied(
            Service::Sts,
            format!(
                "User: {} is not authorized to perform: {action} on resource: {role_arn}{reason}",
                context.caller.arn
            ),
        )
    };
    let world = context.world;
    let spec = &world.spec;
    let account = world
        .account(arn.account)
        .ok_or_else(|| refused("sts:AssumeRole", ""))?;
    let exists = account.role != RoleSetup::Missing && arn.name == spec.role && arn.path == spec.role_path;
    let trusts = account.role == RoleSetup::Trusting
        && world.trusted_accounts().contains(&context.account().id.as_str());
    let external = spec.external_id.is_none() || spec.external_id.as_deref() == form.get("ExternalId");
    if !(account.state.is_usable() && exists && trusts && external && world.is_member(account)) {
        return Err(refused("sts:AssumeRole", ""));
    }
    if let Some(reason) = context
        .caller
        .resource_control(world, account, "sts:AssumeRole", role_arn)
    {
        return Err(refused("sts:AssumeRole", &format!(" {reason}")));
    }
    if context.faults().denies_assume_role(&account.id) {
        return Err(refused("sts:AssumeRole", ""));
    }
    // The roles' trust policies allow sts:AssumeRole and nothing else.
    if form.get("SourceIdentity").is_some() {
        return Err(refused("sts:SetSourceIdentity", ""));
    }
    if form.get("Tags.member.1.Key").is_some() {
        return Err(refused("sts:TagSession", ""));
    }
    Ok(account)
}

fn check_session_name(name: &str) -> Result<(), ApiError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    if (2..=64).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [\\w+=,.@-]*"
    )))
}

fn check_duration(context: &Context<'_>, seconds: usize) -> Result<(), ApiError> {
    if context.caller.is_role() && seconds > CHAINED_LIMIT {
        return Err(ApiError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if seconds > usize::try_from(context.world.spec.max_session).unwrap_or(CHAINED_LIMIT) {
        return Err(ApiError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(())
}

fn session_policies(context: &Context<'_>, form: &Form) -> Result<Vec<Arc<Document>>, ApiError> {
    let mut documents = Vec::new();
    if let Some(text) = form.get("Policy") {
        if text.len() > SESSION_POLICY_LIMIT {
            return Err(ApiError::validation(format!(
                "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have \
                 length less than or equal to {SESSION_POLICY_LIMIT}"
            )));
        }
        if context.faults().packed_policy_too_large() {
            return Err(ApiError::new(
                400,
                "PackedPolicyTooLarge",
                "Packed policy consumes 132% of allotted space, please use smaller policy.",
            ));
        }
        let document = Document::parse(text).ok_or_else(|| {
            ApiError::new(
                400,
                "MalformedPolicyDocument",
                "This policy contains invalid Json",
            )
        })?;
        documents.push(Arc::new(document));
    }
    for arn in form.list_field("PolicyArns", "arn") {
        let managed = catalogue::by_arn(arn).ok_or_else(|| {
            ApiError::validation(format!("{arn} is not an attachable policy of this account"))
        })?;
        documents.extend(Document::parse(managed.document).map(Arc::new));
    }
    Ok(documents)
}

fn get_session_token(context: &Context<'_>, form: &Form) -> Result<String, ApiError> {
    if context.caller.session.is_some() {
        return Err(ApiError::access_denied(
            Service::Sts,
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    if form.get("TokenCode").is_some() {
        return Err(ApiError::access_denied(
            Service::Sts,
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        ));
    }
    let seconds = form.number("DurationSeconds", 43_200, 900, 129_600)?;
    let issued = Issued::new(context, seconds);
    let session = Session {
        account: context.account().id.clone(),
        secret: issued.secret,
        token: issued.token,
        arn: context.caller.arn.clone(),
        user_id: context.caller.user_id.clone(),
        principal_arn: context.caller.principal_arn.clone(),
        is_role: false,
        expires: issued.expires,
        identity: context.caller.identity,
        session_policies: Vec::new(),
    };
    let mut xml = Xml::new();
    write_credentials(&mut xml, &issued.access_key, &session);
    context.emulator.live.add_session(issued.access_key, session);
    Ok(xml.finish())
}

fn write_credentials(xml: &mut Xml, access_key: &str, session: &Session) {
    xml.element("Credentials", |xml| {
        xml.text("AccessKeyId", access_key);
        xml.text("SecretAccessKey", &session.secret);
        xml.text("SessionToken", &session.token);
        xml.value("Expiration", session.expires);
    });
}
