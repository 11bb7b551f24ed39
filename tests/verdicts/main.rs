//! From the wire to the verdict: worlds collected through the real SDK, judged by every control, and compared
//! with what was written down, with the exact evaluator, and with what the published policies do.

#![cfg(test)]
mod digest;
mod draws;
mod exemptions;
mod judged;
mod naive;
mod published;
mod published_scp;
mod random;
