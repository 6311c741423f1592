//! Whole sign-ins against a scripted authorization server on loopback.

mod binding;
mod client;
mod discovery;
mod exchange;
mod fake;
mod listener;
mod machine;
mod redirects;
mod renewal;
mod sign_in;
