//! The engine's speed: exact evaluations, reach cold and cached, users of a large account.
//!
//! `cargo bench -p org-audit-policy`; `cargo xtask bench policy` adds the comparison with other engines.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark fails by panicking"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use org_audit_policy::reach::{ReachCache, Session, SessionKind, User, reach, verdict};
use org_audit_policy::{Caller, Policy, PolicySet, Request, RequestContext, ScpChain, evaluate};
use std::hint::black_box;
use std::sync::Arc;

const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const LONG_FORM: &str = include_str!("../tests/fixtures/long-form.json");
const REGIONS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Regions","Effect":"Deny",
    "NotAction":["iam:*","sts:*","organizations:*","support:*","cloudfront:*","route53:*"],"Resource":"*",
    "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}}]}"#;

/// An administrator's, a developer's and a reader's documents, with SCPs above them.
fn sets() -> Vec<Arc<PolicySet>> {
    let parse = |text: &str| Arc::new(Policy::parse(text).unwrap());
    let (full, long, regions) = (parse(ADMINISTRATOR), parse(LONG_FORM), parse(REGIONS));
    let chain = ScpChain::new(&[vec![Arc::clone(&full), regions], vec![Arc::clone(&full)]]);
    let services = ["s3", "ec2", "lambda", "dynamodb", "sqs", "sns", "kms", "logs"];
    (0..40)
        .map(|index: usize| {
            let service = services[index % services.len()];
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":[
                    {{"Effect":"Allow","Action":["{service}:Get*","{service}:List*","{service}:Describe*"],"Resource":"*"}},
                    {{"Effect":"Allow","Action":"{service}:*","Resource":"arn:aws:{service}:*:*:team-{index}/*"}},
                    {{"Effect":"Deny","Action":"{service}:Delete*","Resource":"arn:aws:{service}:*:*:team-{index}/keep*"}}]}}"#
            );
            let own = if index.is_multiple_of(10) { Arc::clone(&full) } else { parse(&text) };
            let set = PolicySet::builder().identity(own).identity(Arc::clone(&long)).scp_chain(chain.clone());
            Arc::new(set.build())
        })
        .collect()
}

fn request(action: &str, resource: &str) -> Request {
    let context = RequestContext::new()
        .with("aws:PrincipalArn", "arn:aws:iam::111122223333:user/bob")
        .with("aws:username", "bob")
        .with("aws:PrincipalAccount", "111122223333")
        .with("aws:SourceIp", "203.0.113.7")
        .with("aws:RequestedRegion", "eu-west-1")
        .with("aws:MultiFactorAuthPresent", "false");
    let caller = Caller::new("arn:aws:iam::111122223333:user/bob", "111122223333");
    Request::new(caller, action, resource).context(context)
}

fn exact(c: &mut Criterion) {
    let sets = sets();
    let requests = [
        request("s3:GetObject", "arn:aws:s3:::team-8/report.csv"),
        request("iam:EnableMFADevice", "arn:aws:iam::111122223333:user/bob"),
        request(
            "ec2:RunInstances",
            "arn:aws:ec2:eu-west-1:111122223333:instance/*",
        ),
        request(
            "iam:CreateVirtualMFADevice",
            "arn:aws:iam::111122223333:mfa/phone",
        ),
    ];
    let mut group = c.benchmark_group("exact");
    group.throughput(Throughput::Elements((sets.len() * requests.len()) as u64));
    group.bench_function("evaluations", |b| {
        b.iter(|| {
            for set in &sets {
                for request in &requests {
                    black_box(evaluate(set, request));
                }
            }
        });
    });
    group.finish();
}

fn cold_and_warm_reach(c: &mut Criterion) {
    let session = Arc::new(Session::user(SessionKind::Key, "aws", "111122223333", "/", "bob"));
    let mfa = Arc::new(Session::user(SessionKind::Mfa, "aws", "111122223333", "/", "bob"));
    let mut group = c.benchmark_group("reach");
    group.bench_function("cold: parse, prepare and reach", |b| {
        b.iter_batched(
            || (),
            |()| {
                let parse = |text: &str| Arc::new(Policy::parse(text).unwrap());
                let set = PolicySet::builder()
                    .identity(parse(ADMINISTRATOR))
                    .identity(parse(LONG_FORM));
                reach(&Arc::new(set.build()), &session)
            },
            BatchSize::SmallInput,
        );
    });
    let sets = sets();
    group.bench_function("prepared", |b| {
        b.iter(|| {
            for set in &sets {
                black_box(reach(set, &session));
            }
        });
    });
    group.bench_function("verdict", |b| {
        let (own, with) = (reach(&sets[1], &session), reach(&sets[1], &mfa));
        b.iter(|| verdict(&own, &with));
    });
    group.finish();
}

fn users(c: &mut Criterion) {
    let sets = sets();
    let names: Vec<String> = (0..5000).map(|index| format!("user-{index}")).collect();
    let mut group = c.benchmark_group("users");
    group.throughput(Throughput::Elements(names.len() as u64));
    group.bench_function("5,000 users, 40 policy sets, console and key", |b| {
        b.iter(|| {
            let mut cache = ReachCache::new();
            for (index, name) in names.iter().enumerate() {
                let user = User {
                    partition: "aws",
                    account: "111122223333",
                    path: "/",
                    name,
                };
                let set = &sets[index % sets.len()];
                black_box(cache.user(set, SessionKind::Console, user));
                black_box(cache.user(set, SessionKind::Key, user));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, exact, cold_and_warm_reach, users);
criterion_main!(benches);
