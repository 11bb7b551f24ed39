//! The credential report: its life, its columns, its age.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Answer, Client, start, start_with};
use crate::{DeviceKind, UserSpec, WorldSpec};

/// The rows by user name, and each row by column.
fn rows(answer: &Answer) -> BTreeMap<String, BTreeMap<String, String>> {
    let bytes = STANDARD.decode(answer.one("Content")).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines().map(cells);
    let header = lines.next().unwrap();
    lines
        .map(|row| {
            assert_eq!(row.len(), header.len(), "{row:?}");
            (row[0].clone(), header.iter().cloned().zip(row).collect())
        })
        .collect()
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

fn report(session: &Client) -> BTreeMap<String, BTreeMap<String, String>> {
    session.iam("GenerateCredentialReport", &[]).ok();
    rows(&session.iam("GetCredentialReport", &[]).ok())
}

fn one_user() -> WorldSpec {
    WorldSpec::uniform()
        .accounts(2)
        .users_of(1, vec![UserSpec::new("alice").password()])
}

#[test]
fn there_is_no_report_until_somebody_asks_for_one() {
    let setup = start(one_user());
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    let answer = session.iam("GetCredentialReport", &[]);
    assert_eq!((answer.status, answer.code().as_str()), (410, "ReportNotPresent"));
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "STARTED"
    );
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "COMPLETE"
    );
    session.iam("GetCredentialReport", &[]).ok();
}

#[test]
fn a_report_that_takes_a_while_is_in_progress_until_it_is_complete() {
    let setup = start(one_user().report_polls(2));
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "STARTED"
    );
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "INPROGRESS"
    );
    let answer = session.iam("GetCredentialReport", &[]);
    assert_eq!((answer.status, answer.code().as_str()), (404, "ReportInProgress"));
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "COMPLETE"
    );
    session.iam("GetCredentialReport", &[]).ok();
}

#[test]
fn a_report_can_take_time_by_the_clock_or_never_end() {
    let setup = start_with(one_user(), &["report-takes=3s"]);
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    session.iam("GenerateCredentialReport", &[]).ok();
    assert_eq!(session.iam("GetCredentialReport", &[]).code(), "ReportInProgress");
    setup.clock.advance_seconds(3);
    session.iam("GetCredentialReport", &[]).ok();

    let setup = start_with(one_user(), &["report-never-completes"]);
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    session.iam("GenerateCredentialReport", &[]).ok();
    setup.clock.advance_seconds(3000);
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "INPROGRESS"
    );
    assert_eq!(session.iam("GetCredentialReport", &[]).code(), "ReportInProgress");
}

#[test]
fn a_report_is_made_at_most_every_four_hours() {
    let setup = start(one_user());
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    report(&session);
    let generated = || session.iam("GetCredentialReport", &[]).ok().one("GeneratedTime");
    let first = generated();
    setup.clock.advance_seconds(3500);
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "COMPLETE"
    );
    assert_eq!(generated(), first);

    setup.clock.advance_seconds(3 * 3600 + 101);
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    let answer = session.iam("GetCredentialReport", &[]);
    assert_eq!((answer.status, answer.code().as_str()), (410, "ReportExpired"));
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "STARTED"
    );
    assert_ne!(
        session.iam("GetCredentialReport", &[]).ok().one("GeneratedTime"),
        first
    );
}

#[test]
fn a_device_enrolled_after_the_report_shows_live_and_not_in_the_report() {
    let setup = start(one_user());
    let account = setup.emulator.world().accounts()[1].id.clone();
    let session = setup.member(&account);
    assert_eq!(report(&session)["alice"]["mfa_active"], "false");
    assert!(
        setup
            .emulator
            .enrol_device(&account, "alice", DeviceKind::Virtual)
    );
    assert_eq!(report(&session)["alice"]["mfa_active"], "false");
    assert_eq!(
        session
            .iam("ListMFADevices", &[("UserName", "alice")])
            .ok()
            .all("SerialNumber")
            .len(),
        1
    );
    let truth = &setup.emulator.expected_users(&account)[0];
    assert_eq!((truth.live.devices, truth.reported.devices), (1, 0));

    setup.clock.advance_seconds(4 * 3600);
    let session = setup.member(&account);
    assert_eq!(report(&session)["alice"]["mfa_active"], "true");
    assert!(setup.emulator.remove_devices(&account, "alice"));
    assert!(setup.emulator.set_password(&account, "alice", false));
    assert_eq!(report(&session)["alice"]["mfa_active"], "true");
    assert_eq!(
        session.iam("GetLoginProfile", &[("UserName", "alice")]).code(),
        "NoSuchEntity"
    );
    assert!(
        !setup
            .emulator
            .enrol_device(&account, "nobody", DeviceKind::Virtual)
    );
}

#[test]
fn the_demonstration_has_reports_that_are_older_than_the_truth_in_every_direction() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("payments-prod");
    let session = setup.member(&account);
    assert_eq!(
        session.iam("GenerateCredentialReport", &[]).ok().one("State"),
        "COMPLETE"
    );
    let reported = rows(&session.iam("GetCredentialReport", &[]).ok());
    let mut kinds = [0; 4];
    for user in setup.emulator.expected_users(&account) {
        let row = &reported[&user.name];
        assert_eq!(
            row["password_enabled"] == "true",
            user.reported.password,
            "{}",
            user.name
        );
        assert_eq!(
            row["mfa_active"] == "true",
            user.reported.devices > 0,
            "{}",
            user.name
        );
        kinds[0] += usize::from(user.live.devices > user.reported.devices);
        kinds[1] += usize::from(user.live.devices < user.reported.devices);
        kinds[2] += usize::from(!user.live.password && user.reported.password);
        kinds[3] += usize::from(user.live.password && !user.reported.password);
    }
    assert_eq!(kinds, [1, 1, 1, 1]);
}

#[test]
fn every_row_agrees_with_the_world_and_the_first_is_root() {
    let setup = start(WorldSpec::demo());
    for account in setup
        .emulator
        .world()
        .accounts()
        .iter()
        .filter(|account| account.name.ends_with("-dev"))
    {
        let session = setup.member(&account.id);
        while session.iam("GenerateCredentialReport", &[]).ok().one("State") != "COMPLETE" {}
        let answer = session.iam("GetCredentialReport", &[]).ok();
        let text = String::from_utf8(STANDARD.decode(answer.one("Content")).unwrap()).unwrap();
        assert!(text.lines().nth(1).unwrap().starts_with("<root_account>,"));
        assert!(
            text.lines()
                .next()
                .unwrap()
                .ends_with(",additional_credentials_info")
        );
        let rows = rows(&answer);
        let users = setup.emulator.expected_users(&account.id);
        assert_eq!(rows.len(), users.len() + 1);
        for user in users {
            let row = &rows[&user.name];
            assert_eq!(row["arn"], user.arn);
            assert_eq!(row["password_enabled"] == "true", user.reported.password);
            assert_eq!(row["mfa_active"] == "true", user.reported.devices > 0);
            let active = ["access_key_1_active", "access_key_2_active"]
                .iter()
                .filter(|key| row[**key] == "true");
            assert_eq!(active.count(), user.reported.active_keys);
        }
    }
}

#[test]
fn names_with_commas_keep_to_their_cell() {
    let setup = start(WorldSpec::demo());
    let session = setup.member(&setup.account_named("<script>alert(1)</script>"));
    assert!(report(&session).contains_key("a.b,c=d@e_f-g+h"));
}

#[test]
fn nothing_is_dated_after_the_start_or_before_the_user() {
    let setup = start(WorldSpec::demo());
    let session = setup.member(&setup.account_named("tracking-dev"));
    for (name, row) in report(&session) {
        for (column, value) in &row {
            if value.starts_with("20") && column != "password_next_rotation" {
                assert!(
                    value.as_str() <= "2026-03-01T12:00:00+00:00",
                    "{name} {column} {value}"
                );
                assert!(*value >= row["user_creation_time"], "{name} {column} {value}");
            }
        }
    }
}

#[test]
fn the_limit_on_reports_is_met_as_often_as_the_fault_says() {
    let setup = start_with(one_user(), &["report-limit-exceeded=2"]);
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    for _ in 0..2 {
        let answer = session.iam("GenerateCredentialReport", &[]);
        assert_eq!((answer.status, answer.code().as_str()), (409, "LimitExceeded"));
    }
    session.iam("GenerateCredentialReport", &[]).ok();
}
