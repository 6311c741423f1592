//! The counter: carries out a person's orders, checking the door through which they came.
//!
//! Through the side door, which any program of this user can open, authority can be looked at and lowered. What would raise it
//! becomes a question at the broker's own face (architecture, "four ways in").

mod activity;
mod approvals;
mod attention;
mod channel;
mod client_proof;
mod doctor;
mod explain;
mod face;
mod grants;
mod histories;
mod hosts;
mod imagined;
mod mode;
mod organisations;
mod probe;
mod reviews;
mod rules;
mod servers;
mod settings;
mod simulate;
mod status;
mod tools;
mod trust;
mod wish;

use crate::broker::Broker;
use crate::bulletin::Reader;
use crate::door::outbox::{Outbox, Shared};
use crate::door::peer;
use crate::refusal::Refusal;
use interprocess::local_socket::tokio::Stream;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::mode::AskMode;
use keyholder_console::news::Subject;
use keyholder_console::order::{Answer, Ask, Authority, Handling, Order, OrderDoor, Receipt, Reply};
use keyholder_console::servers::Verdict;
use keyholder_model::caller::Caller;
use keyholder_model::server::{Account, ServerName};
use keyholder_policy::Word;
use keyholder_wire::frame::{HEADER_BYTES, Header, Kind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// Who gives an order.
#[derive(Clone, Copy)]
pub(crate) enum Giver<'a> {
    /// The person, at the broker's own face.
    Face,
    /// A program, through the side door.
    Program(&'a Caller),
}

impl Giver<'_> {
    /// As whom it stands in questions and in the log.
    fn caller(self) -> Caller {
        match self {
            Self::Face => Caller::keyholder(),
            Self::Program(caller) => caller.clone(),
        }
    }

    /// Through which door they came.
    fn door(self) -> OrderDoor {
        match self {
            Self::Face => OrderDoor::Counter,
            Self::Program(_) => OrderDoor::Side,
        }
    }
}

/// Serves one `keyholder` command.
pub(crate) async fn serve(broker: Arc<Broker>, stream: Stream) {
    let caller = match peer::identify(&stream) {
        Ok(caller) => caller,
        Err(why) => {
            tracing::warn!(%why, "a command was turned away");
            return;
        }
    };
    let stream = Arc::new(stream);
    let (outbox, writer) = Outbox::open(Shared(Arc::clone(&stream)));
    let writer = tokio::spawn(writer);
    let mut reader = &*stream;
    let mut head = [0; HEADER_BYTES];
    while reader.read_exact(&mut head).await.is_ok() {
        let Ok(header) = Header::decode(head) else { break };
        if header.kind != Kind::Order {
            break;
        }
        let mut payload = vec![0; header.length as usize];
        if reader.read_exact(&mut payload).await.is_err() {
            break;
        }
        let outcome = match Ask::parse(&payload) {
            Ok(order) => carry_out(&broker, Giver::Program(&caller), order).await,
            Err(error) => Err(error),
        };
        let Some(reply) = written(&Reply::from(outcome)) else { break };
        outbox.put(Kind::Result, header.sequence, reply);
    }
    drop(outbox);
    let _ = tokio::time::timeout(Duration::from_secs(2), writer).await;
}

/// A reply as it is sent. Names and texts of servers may make one longer than it can be: then that is the reply.
fn written(reply: &Reply) -> Option<Vec<u8>> {
    let bytes = serde_json::to_vec(reply).ok()?;
    if bytes.len() <= Kind::Result.ceiling() as usize {
        return Some(bytes);
    }
    let why = "there is more to show than fits into one answer; ask for a part of it";
    serde_json::to_vec(&Reply::Error(ConsoleError::new(Code::Invalid).because(why))).ok()
}

impl Broker {
    /// Carries out an order that lowers authority or only reads, for a part of Keyholder that any program of the desktop can press:
    /// the tray.
    ///
    /// # Errors
    /// As for a command; [`ConsoleError::face_only`] for what would raise authority.
    pub async fn obey(self: &Arc<Self>, order: Order) -> Result<Answer, ConsoleError> {
        match order.authority() {
            Authority::Raises => Err(ConsoleError::face_only()),
            Authority::Lowers | Authority::Reads => carry_out(self, Giver::Face, order).await,
        }
    }

    /// Follows what changes of these subjects.
    pub fn follow(&self, subjects: &[Subject]) -> Reader {
        self.bulletin.read(subjects)
    }
}

pub(crate) use activity::verify as verify_log;

/// Carries an order out, or asks first, or refuses: as its door and its authority have it.
async fn carry_out(broker: &Arc<Broker>, giver: Giver<'_>, order: Order) -> Result<Answer, ConsoleError> {
    tracing::debug!(order = order.name(), door = ?giver.door(), "an order");
    let authority = order.authority();
    let outcome = match order.handling(giver.door()) {
        Handling::Refuse => Err(ConsoleError::face_only()),
        Handling::CarryOut if order.is_the_faces_own() => face::carry_out(broker, order),
        Handling::AskFirst | Handling::CarryOut if authority == Authority::Raises => raise(broker, giver, order).await,
        Handling::AskFirst | Handling::CarryOut => obey(broker, order).await,
    };
    if authority != Authority::Reads && outcome.is_ok() {
        broker.bulletin.post_all();
    }
    outcome
}

/// Orders that would raise authority. Each asks in its own words, and carries out what it showed; the few that turn out to lower
/// it are carried out at once.
async fn raise(broker: &Arc<Broker>, giver: Giver<'_>, order: Order) -> Result<Answer, ConsoleError> {
    match order {
        Order::AddOrganisation(new) => organisations::add(broker, giver, *new).await,
        Order::AddRule { text } => rules::add(broker, giver, text).await,
        Order::AddServer(new) => servers::add(broker, giver, *new).await,
        Order::Admit { review } => reviews::admit(broker, giver, &review).await,
        Order::ConfirmRules => rules::confirm(broker, giver).await,
        Order::Login { name, account } => grants::login(broker, giver, &name, account.as_deref()).await,
        Order::Probe { url } => probe::probe(broker, giver, &url).await,
        Order::RemoveRule { rule } => rules::remove(broker, giver, &rule).await,
        Order::ResetHistory { app } => histories::reset(broker, giver, &app).await,
        Order::Resume { server } => servers::resume(broker, giver, &server).await,
        Order::ResumeAsking { app } => attention::resume(broker, giver, &app).await,
        Order::Set(setting) => settings::set(broker, giver, setting).await,
        Order::SetLabels { server, tool, labels } => tools::set_labels(broker, giver, (&server, &tool), &labels).await,
        Order::SetMode { mode } => mode::set(broker, giver, mode).await,
        Order::SetToolUse { server, account, tool, usage } => {
            tools::set_use(broker, giver, tools::Named { server, account, tool }, usage).await
        }
        Order::Trust { server } => trust::trust(broker, giver, &server).await,
        Order::Unlock => status::unlock(broker, giver).await,
        // Whatever else raises authority has no question of its own yet, and so no way in.
        _ => Err(ConsoleError::new(Code::Internal)),
    }
}

/// Orders that lower authority, and those that change nothing.
async fn obey(broker: &Arc<Broker>, order: Order) -> Result<Answer, ConsoleError> {
    match order {
        Order::Approvals => Ok(Answer::Approvals(approvals::list(broker))),
        Order::Attention => Ok(Answer::Attention(attention::show(broker))),
        Order::Deny { question } => approvals::deny(broker, &question),
        Order::DenyAll { server } => approvals::deny_all(broker, &server),
        Order::Distrust { server } => trust::distrust(broker, &server).await,
        Order::Doctor => Ok(Answer::Doctor(doctor::examine(broker).await)),
        Order::Explain { call } => explain::explain(broker, &call).await,
        Order::Grants => grants::list(broker).map(Answer::Grants),
        Order::History { app } => Ok(Answer::Histories(histories::list(broker, app.as_deref()))),
        Order::Hosts { server } => hosts::list(server.as_deref()).await.map(Answer::Hosts),
        Order::Labels { server } => tools::list(broker, server.as_deref()).map(Answer::Tools),
        Order::Lock => status::lock(broker).await,
        Order::Log(query) => activity::read(broker, &query).await.map(Answer::Log),
        Order::Logout { name, account } => grants::sign_out(broker, &name, account.as_deref()).await,
        Order::Mode => mode::show(broker).await,
        Order::Organisations => Ok(Answer::Organisations(organisations::list(broker))),
        Order::Pause { server } => servers::set_paused(broker, &server, keyholder_settings::Operation::Paused),
        Order::Refuse { review } => reviews::refuse(broker, &review).await,
        Order::RemoveOrganisation { name } => organisations::remove(broker, &name).await,
        Order::RemoveServer { name } => servers::remove(broker, &name).await,
        Order::Review => Ok(Answer::Reviews(reviews::list(broker))),
        Order::Revoke { whose } => grants::revoke(broker, &whose).await,
        Order::Rules => Ok(rules::show(broker).await),
        Order::Servers => servers::list(broker).map(Answer::Servers),
        // The only mode that is no question: it asks about everything.
        Order::SetMode { mode: AskMode::Careful } => mode::be_careful(broker).await,
        Order::ShowEntry { number } => activity::show(broker, number).await.map(|entry| Answer::Entry(Box::new(entry))),
        Order::ShowFace(to) => face::show(broker, to),
        Order::ShowQuestion { question } => approvals::show(broker, &question),
        Order::ShowServer { name } => servers::show(broker, &name).map(|view| Answer::Server(Box::new(view))),
        Order::Simulate { since, text, replaces } => simulate::simulate(broker, &since, text, replaces).await,
        Order::Status => Ok(Answer::Status(Box::new(status::look(broker).await))),
        Order::Stop => {
            broker.stop();
            Ok(done())
        }
        Order::Summary { days } => activity::summarize(broker, days).await.map(|sum| Answer::Summary(Box::new(sum))),
        Order::VerifyLog => activity::verify(broker).await.map(Answer::VerifyLog),
        Order::AddOrganisation(_)
        | Order::AddRule { .. }
        | Order::AddServer(_)
        | Order::Admit { .. }
        | Order::Answer { .. }
        | Order::AnswerListed { .. }
        | Order::ConfirmRules
        | Order::Edit { .. }
        | Order::Login { .. }
        | Order::OfferPattern { .. }
        | Order::Probe { .. }
        | Order::RemoveRule { .. }
        | Order::ResetHistory { .. }
        | Order::Resume { .. }
        | Order::ResumeAsking { .. }
        | Order::Seen { .. }
        | Order::Set(_)
        | Order::SetLabels { .. }
        | Order::SetToolUse { .. }
        | Order::SetMode { .. }
        | Order::ShowRaw { .. }
        | Order::Trust { .. }
        | Order::Unlock => Err(ConsoleError::face_only()),
    }
}

fn done() -> Answer {
    Answer::Done(Receipt::default())
}

/// Done, and one sentence more.
fn said(note: String) -> Answer {
    Answer::Done(Receipt { note: Some(note) })
}

/// A verdict as it is shown.
fn word(word: Word) -> Verdict {
    match word {
        Word::Allow => Verdict::Allow,
        Word::Ask => Verdict::Ask,
        Word::Deny => Verdict::Deny,
    }
}

/// A server's name as given on a command line.
fn parse_name(name: &str) -> Result<ServerName, ConsoleError> {
    name.parse()
        .map_err(|why: keyholder_model::server::Refused| ConsoleError::new(Code::Invalid).because(why.to_string()))
}

/// An account's label as given on a command line.
fn parse_account(account: Option<&str>) -> Result<Option<Account>, ConsoleError> {
    let parse = |text: &str| {
        text.parse()
            .map_err(|why: keyholder_model::server::Refused| ConsoleError::new(Code::Invalid).because(why.to_string()))
    };
    account.map(parse).transpose()
}

/// An inner refusal in the words of the console.
fn refused(refusal: &Refusal, subject: &str) -> ConsoleError {
    let code = match refusal {
        Refusal::Declined | Refusal::Forbidden { .. } => Code::Denied,
        Refusal::Locked => Code::Locked,
        Refusal::Held | Refusal::Pending | Refusal::SigningIn | Refusal::Slow | Refusal::Withdrawn => Code::TimedOut,
        Refusal::SignedOut(_) => Code::SignInNeeded,
        Refusal::Unattended(_) => Code::NoFace,
        Refusal::Vault(_) => Code::Keychain,
        Refusal::AuthorizationServerDown(_) => Code::Network,
        Refusal::Oauth(error) if error.is_transient() => Code::Network,
        Refusal::Upstream(error) if error.is_network() => Code::Network,
        Refusal::Oauth(_) | Refusal::Upstream(_) => Code::Upstream,
        Refusal::Same(refusal) => return refused(refusal, subject),
        Refusal::Audit(_) | Refusal::Bad(_) | Refusal::Book(_) | Refusal::Paused => Code::Internal,
    };
    ConsoleError::new(code).about(subject).because(refusal.to_string())
}

/// A fault of the settings in the words of the console.
fn unsettled(why: &keyholder_settings::SettingsError) -> ConsoleError {
    use keyholder_settings::SettingsError;
    let code = match why {
        SettingsError::Config { .. } => Code::ConfigInvalid,
        SettingsError::Exists(_) | SettingsError::Busy { .. } => Code::Conflict,
        SettingsError::UnknownServer(_) => Code::NotFound,
        SettingsError::Value(_) => Code::Invalid,
        _ => Code::Internal,
    };
    ConsoleError::new(code).because(why.to_string())
}

#[cfg(test)]
mod tests;
