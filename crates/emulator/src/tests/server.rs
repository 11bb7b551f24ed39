//! The HTTP front, with a client that knows nothing but bytes.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::start_with;
use crate::{Request, ServeOptions, Server, Service, WorldSpec, serve};

/// Sends requests over one connection; what came back until it closed, or the error.
async fn talk(faults: &[&str], requests: usize) -> std::io::Result<String> {
    let setup = start_with(WorldSpec::uniform(), faults);
    let running = Server::start(Arc::clone(&setup.emulator), 0).await?;
    let mut stream = TcpStream::connect(running.addr()).await?;
    let mut received = Vec::new();
    for number in 0..requests {
        let body = "Action=ListUsers&Version=2010-05-08".to_owned();
        let request = setup.management().signed(Service::Iam, &[], body);
        stream
            .write_all(bytes(&request, number + 1 == requests).as_bytes())
            .await?;
    }
    stream.read_to_end(&mut received).await?;
    Ok(String::from_utf8_lossy(&received).into_owned())
}

fn bytes(request: &Request, last: bool) -> String {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.path);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if last {
        text.push_str("connection: close\r\n");
    }
    text.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
    text + std::str::from_utf8(&request.body).unwrap()
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let received = talk(&[], 3).await.unwrap();
    assert_eq!(received.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(received.matches("</ListUsersResponse>").count(), 3);
}

#[tokio::test]
async fn latency_is_slept() {
    let before = std::time::Instant::now();
    talk(&["latency=60ms"], 2).await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_reset_gives_no_answer() {
    let received = talk(&["reset=100%"], 1).await;
    assert!(received.map_or_else(
        |error| error.kind() == std::io::ErrorKind::ConnectionReset,
        |text| text.is_empty()
    ));
}

#[tokio::test]
async fn a_cut_body_is_shorter_than_promised() {
    let received = talk(&["cut=100%"], 1).await.unwrap_or_default();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    assert!(body.len() < length.parse::<usize>().unwrap());
}

#[tokio::test]
async fn a_slow_body_arrives_whole() {
    let received = talk(&["slow-body=1ms"], 1).await.unwrap();
    assert!(received.ends_with("</ListUsersResponse>"));
}

#[tokio::test]
async fn the_counters_can_be_read_and_reset_without_a_signature() {
    let setup = start_with(WorldSpec::uniform(), &[]);
    setup.management().iam("ListUsers", &[]).ok();
    let running = Server::start(Arc::clone(&setup.emulator), 0).await.unwrap();
    let ask = async |method: &str| {
        let mut stream = TcpStream::connect(running.addr()).await.unwrap();
        let request = format!("{method} /_org-audit/calls HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut received = String::new();
        stream.read_to_string(&mut received).await.unwrap();
        received
    };
    assert!(ask("GET").await.contains(r#""iam:ListUsers":1"#));
    assert!(ask("DELETE").await.starts_with("HTTP/1.1 204"));
    assert!(ask("GET").await.contains(r#""total":0"#));
}

#[tokio::test]
async fn serving_says_what_to_set_and_stops_when_told() {
    let clock = super::TestClock::new();
    let running = serve(ServeOptions::default(), Arc::new(move || clock.now()))
        .await
        .unwrap();
    let names: Vec<&str> = running
        .environment()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL",
        ]
    );
    assert!(running.addr().ip().is_loopback());
    running.shutdown();
    for _ in 0..100 {
        if TcpStream::connect(running.addr()).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still listening");
}
