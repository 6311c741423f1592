//! What the person knows better about tools and servers than Keyholder.

use crate::book::Book;
use crate::text;
use keyholder_model::risk::Labels;
use keyholder_model::server::ServerName;
use serde::{Deserialize, Serialize};

/// The labels of one tool, as the person set them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Labelled(#[serde(with = "text")] pub Labels);

/// Under which key a tool's labels stand. A server's name holds no `/`.
pub fn tool_key(server: &ServerName, tool: &str) -> String {
    format!("{server}/{tool}")
}

impl Book {
    /// The labels that the person set for a tool.
    pub fn labels(&self, server: &ServerName, tool: &str) -> Option<Labels> {
        self.labels.get(&tool_key(server, tool)).map(|labelled| labelled.0)
    }

    /// The person sets a tool's labels.
    pub fn set_labels(&mut self, server: &ServerName, tool: &str, labels: Labels) {
        self.labels.insert(tool_key(server, tool), Labelled(labels));
    }

    /// Whether the person trusts what a server says about its own tools, at this host.
    pub fn trusts(&self, server: &ServerName, host: &str) -> bool {
        self.trusted.get(server.as_str()).is_some_and(|trusted| trusted == host)
    }

    /// The person trusts a server at this host.
    pub fn trust(&mut self, server: &ServerName, host: &str) {
        self.trusted.insert(server.to_string(), host.to_owned());
    }

    /// And no longer.
    pub fn distrust(&mut self, server: &ServerName) {
        self.trusted.remove(server.as_str());
    }
}
