//! The kinds of things that are noted, and the words under which they stand in the log.

/// What happened, for a [`Note`](crate::Note).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A new or changed tool was let in, or kept out.
    Admit,
    /// The person answered a question.
    Answer,
    /// A rule was added, changed or removed.
    ChangeRule,
    /// A server was added, changed or removed.
    ChangeServer,
    /// A setting was changed.
    ChangeSetting,
    /// The person confirmed the rules that are in force.
    ConfirmRules,
    /// A host app connected to a server.
    Connect,
    /// A host app's connection ended.
    Disconnect,
    /// The log was exported.
    Export,
    /// The person gave a tool its labels, or took them away.
    Label,
    /// The authorization server ended a grant.
    Lapse,
    /// Keyholder was locked.
    Lock,
    /// The way of asking was changed.
    Mode,
    /// A server was paused.
    Pause,
    /// An access token was renewed.
    Refresh,
    /// A request was refused.
    Refuse,
    /// What was learnt from past answers was forgotten.
    ResetHistory,
    /// A paused server was let run again.
    Resume,
    /// The person looked through what was decided without them.
    Review,
    /// A grant was taken back.
    Revoke,
    /// A server asked back: elicitation, sampling or roots.
    ServerRequest,
    /// The person signed in at an authorization server, or tried to.
    SignIn,
    /// The broker started.
    Start,
    /// The broker stopped.
    Stop,
    /// Something was found to have been tampered with.
    Tamper,
    /// Keyholder was unlocked.
    Unlock,
}

impl Event {
    /// All of them, in the order of their words.
    pub const ALL: [Self; 26] = [
        Self::Admit,
        Self::Answer,
        Self::ChangeRule,
        Self::ChangeServer,
        Self::ChangeSetting,
        Self::ConfirmRules,
        Self::Connect,
        Self::Disconnect,
        Self::Export,
        Self::Label,
        Self::Lapse,
        Self::Lock,
        Self::Mode,
        Self::Pause,
        Self::Refresh,
        Self::Refuse,
        Self::ResetHistory,
        Self::Resume,
        Self::Review,
        Self::Revoke,
        Self::ServerRequest,
        Self::SignIn,
        Self::Start,
        Self::Stop,
        Self::Tamper,
        Self::Unlock,
    ];

    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Answer => "answer",
            Self::ChangeRule => "change_rule",
            Self::ChangeServer => "change_server",
            Self::ChangeSetting => "change_setting",
            Self::ConfirmRules => "confirm_rules",
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Export => "export",
            Self::Label => "label",
            Self::Lapse => "lapse",
            Self::Lock => "lock",
            Self::Mode => "mode",
            Self::Pause => "pause",
            Self::Refresh => "refresh",
            Self::Refuse => "refuse",
            Self::ResetHistory => "reset_history",
            Self::Resume => "resume",
            Self::Review => "review",
            Self::Revoke => "revoke",
            Self::ServerRequest => "server_request",
            Self::SignIn => "sign_in",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Tamper => "tamper",
            Self::Unlock => "unlock",
        }
    }
}
