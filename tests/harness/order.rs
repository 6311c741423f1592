//! A person at a command line: `keyholder VERB --json`, and what came of it.

use std::os::unix::net::UnixStream;

use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use serde_json::Value;

use crate::House;

/// What a command answered.
#[derive(Debug)]
pub struct Told {
    /// The exit code.
    pub code: i32,
    /// What stood on stdout, `null` where that is no JSON.
    pub json: Value,
    /// What stood on stdout and stderr.
    pub text: String,
}

impl House {
    /// Gives an order and reads its answer as scripts do.
    pub fn order(&self, arguments: &[&str]) -> Told {
        let mut all = arguments.to_vec();
        all.push("--json");
        let output = self.keyholder(&all);
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        Told {
            code: output.status.code().expect("a command ends by itself"),
            json: serde_json::from_str(&stdout).unwrap_or(Value::Null),
            text: format!("{stdout}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// What a command says on stderr to a person.
    pub fn keyholder_says(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.keyholder(arguments).stderr).into_owned()
    }

    /// Speaks through the side door by hand, as any program of this user can: one frame there, one back.
    ///
    /// # Panics
    /// If the door does not answer.
    pub fn console(&self, order: &Value) -> Value {
        let order = order.to_string();
        let mut door = UnixStream::connect(self.home.console_socket()).expect("a broker runs");
        let header = Header::of(Kind::Order, 1, order.as_bytes()).expect("an order is short");
        write_frame(&mut door, header, order.as_bytes()).expect("the door is open");
        let mut reply = Vec::new();
        read_frame(&mut door, &mut reply).expect("the door answers");
        serde_json::from_slice(&reply).expect("the answer is JSON")
    }

    /// The log's entries of one kind, newest first.
    ///
    /// # Panics
    /// If the log cannot be read.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let told = self.order(&["log", "--limit", "1000"]);
        let entries = told.json["entries"].as_array().unwrap_or_else(|| panic!("the log cannot be read: {told:?}"));
        entries.iter().filter(|entry| entry["kind"] == kind).cloned().collect()
    }

    /// Whether the log has an entry of this kind that says this somewhere.
    pub fn log_says(&self, kind: &str, what: &str) -> bool {
        self.log(kind).iter().any(|entry| entry.to_string().to_lowercase().contains(&what.to_lowercase()))
    }

    /// Checks the log's chain.
    ///
    /// # Panics
    /// If it is broken.
    pub fn verify_log(&self) {
        let told = self.order(&["log", "verify"]);
        assert_eq!(told.code, 0, "{told:?}");
        assert_eq!(told.json["intact"], true, "{told:?}");
    }
}
