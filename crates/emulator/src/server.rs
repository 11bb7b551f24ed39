//! The emulator as an HTTP server, on loopback only.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::emulator::Emulator;
use crate::paced::{Paced, ResetOnPurpose};
use crate::wire::{Delivery, Request, Response};

/// Starts servers.
#[derive(Debug, Clone, Copy)]
pub struct Server;

/// A server that runs until it is dropped or shut down.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    emulator: Arc<Emulator>,
    stop: watch::Sender<bool>,
    pub(crate) environment: Vec<(String, String)>,
}

impl Server {
    /// Listens on 127.0.0.1 (port 0 takes a free one) and answers with `emulator`, in tasks of the
    /// current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the port cannot be had.
    pub async fn start(emulator: Arc<Emulator>, port: u16) -> std::io::Result<Running> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let addr = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(accept(listener, Arc::clone(&emulator), stopped));
        Ok(Running {
            addr,
            emulator,
            stop,
            environment: Vec::new(),
        })
    }
}

impl Running {
    /// Where the server listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The endpoint to give to a client: `http://127.0.0.1:…`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The emulator that answers.
    #[must_use]
    pub fn emulator(&self) -> &Arc<Emulator> {
        &self.emulator
    }

    /// The variables that a client's environment needs, in the order to print them.
    #[must_use]
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Stops listening and ends the connections.
    pub fn shutdown(&self) {
        self.stop.send_replace(true);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown();
    }
}

async fn accept(listener: TcpListener, emulator: Arc<Emulator>, mut stopped: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&emulator), stopped.clone()));
            }
            // Out of file descriptors, mostly: give the connections that exist a moment to end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, emulator: Arc<Emulator>, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    if emulator.faults().may_reset() {
        // Closing then sends RST instead of FIN, which is what a client sees as "connection reset".
        let _ = stream.set_zero_linger();
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| answer(Arc::clone(&emulator), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        // A client's pool may keep a connection as long as it likes: one that ends while it is being
        // reused would look like a fault that nobody asked for.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error is the connection's end, wanted by a fault or by the client.
        _ = connection => {}
        _ = stopped.changed() => {}
    }
}

async fn answer(
    emulator: Arc<Emulator>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Paced>, ResetOnPurpose> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| ResetOnPurpose)?.to_bytes();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body,
    };
    let response = emulator.handle(&request);
    if !response.delay.is_zero() {
        tokio::time::sleep(response.delay).await;
    }
    if response.delivery == Delivery::Reset {
        return Err(ResetOnPurpose);
    }
    Ok(render(response))
}

fn render(response: Response) -> hyper::Response<Paced> {
    let mut rendered = hyper::Response::new(Paced::new(response.body, response.delivery));
    *rendered.status_mut() = hyper::StatusCode::from_u16(response.status).unwrap_or_default();
    for (name, value) in &response.headers {
        let name = hyper::header::HeaderName::from_bytes(name.as_bytes());
        let value = hyper::header::HeaderValue::from_str(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            rendered.headers_mut().append(name, value);
        }
    }
    rendered
}
