//! What an order does to authority, and what therefore may happen to it at which door (invariant 7).

use super::Order;
use crate::mode::AskMode;

/// What an order does to authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Authority {
    /// It takes some away; every door may.
    Lowers,
    /// It may give more: through a door with a name it becomes a question at the broker's own face.
    Raises,
    /// It changes nothing.
    Reads,
}

/// Through which door an order came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum OrderDoor {
    /// The face's channel, which only a process that the broker started has.
    Counter,
    /// The side door: a socket with a name, open to whatever runs as this user.
    Side,
}

/// What may happen to an order that came through a door.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Handling {
    /// It becomes a question at the broker's own face; without a face it is refused.
    AskFirst,
    /// It is carried out.
    CarryOut,
    /// It is refused with [`crate::error::ConsoleError::face_only`], whoever would say yes to it.
    Refuse,
}

impl Order {
    /// What it does to authority.
    ///
    /// An order whose content decides counts as what it is at worst. A broker that has looked may treat it as lowering:
    /// `AddRule` of rules that only refuse, `RemoveRule` of one that only allows, `SetLabels` that only adds,
    /// `SetToolUse` after which a tool may do less.
    pub const fn authority(&self) -> Authority {
        match self {
            Self::AddOrganisation(_)
            | Self::AddRule { .. }
            | Self::AddServer(_)
            | Self::Admit { .. }
            | Self::Answer { .. }
            | Self::AnswerListed { .. }
            | Self::ConfirmRules
            | Self::Edit { .. }
            | Self::Login { .. }
            | Self::OfferPattern { .. }
            | Self::Probe { .. }
            | Self::RemoveRule { .. }
            | Self::ResetHistory { .. }
            | Self::Resume { .. }
            | Self::ResumeAsking { .. }
            | Self::Seen { .. }
            | Self::Set(_)
            | Self::SetLabels { .. }
            | Self::SetToolUse { .. }
            | Self::ShowRaw { .. }
            | Self::SetMode { mode: AskMode::Balanced | AskMode::Learning }
            | Self::Trust { .. }
            | Self::Unlock => Authority::Raises,
            Self::Deny { .. }
            | Self::DenyAll { .. }
            | Self::Distrust { .. }
            | Self::Lock
            | Self::Logout { .. }
            | Self::Pause { .. }
            | Self::Refuse { .. }
            | Self::RemoveOrganisation { .. }
            | Self::RemoveServer { .. }
            | Self::Revoke { .. }
            | Self::SetMode { mode: AskMode::Careful }
            | Self::Stop => Authority::Lowers,
            Self::Approvals
            | Self::Attention
            | Self::Doctor
            | Self::Explain { .. }
            | Self::Grants
            | Self::History { .. }
            | Self::Hosts { .. }
            | Self::Labels { .. }
            | Self::Log(_)
            | Self::Mode
            | Self::Organisations
            | Self::Review
            | Self::Rules
            | Self::Servers
            | Self::ShowEntry { .. }
            | Self::ShowFace(_)
            | Self::ShowQuestion { .. }
            | Self::ShowServer { .. }
            | Self::Simulate { .. }
            | Self::Status
            | Self::Summary { .. }
            | Self::VerifyLog => Authority::Reads,
        }
    }

    /// Whether only the face gives it. A question about it at the side door would only be one more to press yes at.
    pub const fn is_the_faces_own(&self) -> bool {
        matches!(
            self,
            Self::Answer { .. }
                | Self::AnswerListed { .. }
                | Self::Edit { .. }
                | Self::OfferPattern { .. }
                | Self::Seen { .. }
                | Self::ShowRaw { .. }
        )
    }

    /// What may happen to it when it comes through this door.
    pub const fn handling(&self, door: OrderDoor) -> Handling {
        match (door, self.authority()) {
            (OrderDoor::Side, _) if self.is_the_faces_own() => Handling::Refuse,
            (OrderDoor::Side, Authority::Raises) => Handling::AskFirst,
            (OrderDoor::Counter, _) | (OrderDoor::Side, Authority::Lowers | Authority::Reads) => Handling::CarryOut,
        }
    }

    /// Its name on the wire and in the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddOrganisation(_) => "add_organisation",
            Self::AddRule { .. } => "add_rule",
            Self::AddServer(_) => "add_server",
            Self::Admit { .. } => "admit",
            Self::Answer { .. } => "answer",
            Self::AnswerListed { .. } => "answer_listed",
            Self::Approvals => "approvals",
            Self::Attention => "attention",
            Self::ConfirmRules => "confirm_rules",
            Self::Deny { .. } => "deny",
            Self::DenyAll { .. } => "deny_all",
            Self::Distrust { .. } => "distrust",
            Self::Doctor => "doctor",
            Self::Edit { .. } => "edit",
            Self::Explain { .. } => "explain",
            Self::Grants => "grants",
            Self::History { .. } => "history",
            Self::Hosts { .. } => "hosts",
            Self::Labels { .. } => "labels",
            Self::Lock => "lock",
            Self::Log(_) => "log",
            Self::Login { .. } => "login",
            Self::Logout { .. } => "logout",
            Self::Mode => "mode",
            Self::OfferPattern { .. } => "offer_pattern",
            Self::Organisations => "organisations",
            Self::Pause { .. } => "pause",
            Self::Probe { .. } => "probe",
            Self::Refuse { .. } => "refuse",
            Self::RemoveOrganisation { .. } => "remove_organisation",
            Self::RemoveRule { .. } => "remove_rule",
            Self::RemoveServer { .. } => "remove_server",
            Self::ResetHistory { .. } => "reset_history",
            Self::Resume { .. } => "resume",
            Self::ResumeAsking { .. } => "resume_asking",
            Self::Review => "review",
            Self::Revoke { .. } => "revoke",
            Self::Rules => "rules",
            Self::Servers => "servers",
            Self::Seen { .. } => "seen",
            Self::Set(_) => "set",
            Self::SetLabels { .. } => "set_labels",
            Self::SetMode { .. } => "set_mode",
            Self::SetToolUse { .. } => "set_tool_use",
            Self::ShowEntry { .. } => "show_entry",
            Self::ShowFace(_) => "show_face",
            Self::ShowQuestion { .. } => "show_question",
            Self::ShowRaw { .. } => "show_raw",
            Self::ShowServer { .. } => "show_server",
            Self::Simulate { .. } => "simulate",
            Self::Status => "status",
            Self::Stop => "stop",
            Self::Summary { .. } => "summary",
            Self::Trust { .. } => "trust",
            Self::Unlock => "unlock",
            Self::VerifyLog => "verify_log",
        }
    }
}
