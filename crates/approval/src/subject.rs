//! What would happen after a yes.

use std::sync::Arc;

/// What would happen after a yes. Texts of servers and hosts are given as they came and are hostile: a face must make control
/// and bidirectional characters visible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A server is added to the configuration.
    Add {
        /// Its address, as given.
        url: String,
        /// The name it would have.
        name: String,
    },
    /// A definition is taken in, new or changed: hosts and models read it as if it were instructions.
    Admit {
        /// What is defined: `tool`, `prompt` or `instructions`.
        kind: String,
        /// Its name.
        tool: String,
        /// What differs from the one that was admitted before, a line each; empty where it is new.
        difference: Vec<String>,
        /// What looks wrong about it, a sentence each.
        suspicions: Vec<String>,
    },
    /// The server's own question (elicitation, sampling, roots) is passed on and answered.
    Answer {
        /// Which kind of question: the MCP method.
        kind: String,
        /// Its exact JSON text.
        content: Arc<str>,
    },
    /// A tool is called.
    Call {
        /// The tool's name.
        tool: String,
        /// The exact JSON text of the arguments, as it will be sent.
        arguments: Arc<str>,
        /// What the server claims of the tool (annotations); never a reason to ask less (T-260).
        claims: String,
    },
    /// Keyholder signs in at an authorization server; consent comes before any browser opens.
    Connect {
        /// The authorization server's issuer, as published.
        issuer: String,
        /// What would be granted.
        scopes: Vec<String>,
        /// Which of these are new.
        new_scopes: Vec<String>,
        /// By what way.
        way: Way,
        /// The host on which the person will sign in; the one that gives the tokens, where nobody does.
        authorization_host: String,
        /// What is odd about it, one sentence each.
        warnings: Vec<String>,
    },
    /// An order that came through a door with a name, and that would raise authority (invariant 7).
    Order {
        /// The order's name.
        name: String,
        /// Its exact JSON text.
        content: Arc<str>,
    },
    /// A resource or a prompt is read, or a method that Keyholder does not know is passed on.
    Read {
        /// The MCP method.
        method: String,
        /// The exact JSON text of its parameters.
        content: Arc<str>,
    },
}

/// By what way tokens are come by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// The person signs in with a browser.
    Browser {
        /// Where the authorization server sends it back to.
        redirect: String,
    },
    /// Nobody signs in: Keyholder asks in its own name, now and whenever the tokens end.
    Itself {
        /// The client id.
        client: String,
        /// What it shows for it, such as the file that an assertion stands in.
        proof: String,
    },
}
