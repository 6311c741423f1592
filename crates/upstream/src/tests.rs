//! The wire, against servers on loopback that do exactly what a script says.

mod fake;
mod greeting;
mod sending;
