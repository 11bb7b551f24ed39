//! A body that comes as a fault wants it: in pieces, or cut off. Both fronts send their bodies this way.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::wire::Delivery;

/// The connection is to end without an answer, or in the middle of one.
#[derive(Debug, thiserror::Error)]
#[error("the connection was reset on purpose")]
pub(crate) struct ResetOnPurpose;

/// A body that comes as a fault wants it: in pieces, or cut off.
pub(crate) struct Paced {
    rest: Bytes,
    declared: u64,
    left_until_cut: Option<usize>,
    chunk: usize,
    pause: Duration,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Paced {
    pub fn new(body: Bytes, delivery: Delivery) -> Self {
        let (chunk, pause) = match delivery {
            Delivery::Slow { chunk, pause } => (chunk.max(1), pause),
            Delivery::Whole | Delivery::Reset | Delivery::Cut { .. } => (usize::MAX, Duration::ZERO),
        };
        let left_until_cut = match delivery {
            Delivery::Cut { after } => Some(after),
            Delivery::Whole | Delivery::Reset | Delivery::Slow { .. } => None,
        };
        let sleep = (!pause.is_zero()).then(|| Box::pin(tokio::time::sleep(pause)));
        Self {
            declared: body.len() as u64,
            rest: body,
            left_until_cut,
            chunk,
            pause,
            sleep,
        }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = ResetOnPurpose;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ResetOnPurpose>>> {
        if let Some(sleep) = self.sleep.as_mut() {
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let pause = self.pause;
            self.sleep = Some(Box::pin(tokio::time::sleep(pause)));
        }
        if let Some(left) = self.left_until_cut {
            if left == 0 {
                return Poll::Ready(Some(Err(ResetOnPurpose)));
            }
            self.left_until_cut = Some(0);
            // Long enough for the first part to leave before the connection ends.
            self.pause = Duration::from_millis(5);
            self.sleep = Some(Box::pin(tokio::time::sleep(self.pause)));
            let left = left.min(self.rest.len());
            return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(left)))));
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let size = self.chunk.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(size)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.left_until_cut.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        // Asked once, before the first frame: it becomes the content-length.
        SizeHint::with_exact(self.declared)
    }
}
