//! What is found in one call.

use keyholder_model::risk::Tier;

/// How dangerous one call is, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// At least the tool's own.
    pub tier: Tier,
    /// What was found in the arguments, each kind once an argument, at most [`Assessment::MOST`] of them.
    pub findings: Vec<Finding>,
}

impl Assessment {
    /// Findings that are kept. The tier counts all of them.
    pub const MOST: usize = 16;
}

/// One reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The argument in which it stands: escaped, redacted, at most 80 characters. Nothing where it concerns all of them.
    pub argument: Option<String>,
    /// One sentence for a person, ours but for the argument's name.
    pub sentence: String,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FindingKind {
    /// Money.
    Amount,
    /// A command or code that will be run.
    Command,
    /// Someone who receives it.
    Destination,
    /// Safeguards are to be passed over.
    Force,
    /// A web address that leads elsewhere, or is not what it looks like.
    Link,
    /// A file outside the person's own, or one that holds keys.
    Path,
    /// Rights are given away, or something is made public.
    Permission,
    /// Something that looks like a secret.
    Secret,
    /// A database statement that changes or destroys.
    Statement,
    /// Not all of the arguments could be looked through.
    Unread,
}
