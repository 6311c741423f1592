//! A small world in which every decision can be worked out by hand: two of each thing, and a reference of the decision that is as
//! naive as it can be (catalogue L14). The rules of the world are written as text and loaded through the public way.
//!
//! Used by the tests of the theorems and by the example `differential`; no part of the library.
#![allow(dead_code, reason = "each program that includes this uses a part of it")]
#![allow(missing_docs, unreachable_pub, reason = "a part of tests, which nobody else can reach")]

pub mod ask;
pub mod chance;
pub mod condition;
pub mod evaluator;
pub mod event;
pub mod load;
pub mod rule;
pub mod whole;
