//! The counter: carries out a person's orders, checking the door through which they came.
//!
//! Through the side door, which any program of this user can open, authority can be looked at and lowered. What would raise it
//! becomes a question at the broker's own face (architecture, "four ways in").

mod activity;
mod approvals;
mod doctor;
mod grants;
mod rules;
mod servers;
mod status;
mod tools;

use crate::broker::Broker;
use crate::door::outbox::Outbox;
use crate::door::peer;
use crate::refusal::Refusal;
use interprocess::local_socket::tokio::Stream;
use keyholder_approval::{Brief, Offers, Question, Settled, Subject};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Ask, Handling, Order, OrderDoor, Receipt, Reply};
use keyholder_model::caller::Caller;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::server::{Account, ServerName};
use keyholder_wire::frame::{HEADER_BYTES, Header, Kind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// How long a person may take over an order that needs their yes.
const PERSONS_TIME: Duration = Duration::from_mins(5);

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
    let (outbox, writer) = Outbox::open(Arc::clone(&stream));
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
            Ok(order) => carry_out(&broker, &caller, order).await,
            Err(error) => Err(error),
        };
        let Ok(reply) = serde_json::to_vec(&Reply::from(outcome)) else { break };
        outbox.put(Kind::Result, header.sequence, reply);
    }
    drop(outbox);
    let _ = tokio::time::timeout(Duration::from_secs(2), writer).await;
}

pub(crate) use activity::verify as verify_log;

async fn carry_out(broker: &Arc<Broker>, caller: &Caller, order: Order) -> Result<Answer, ConsoleError> {
    tracing::debug!(order = order.name(), app = caller.app(), "an order");
    let handling = order.handling(OrderDoor::Side);
    if handling == Handling::Refuse {
        return Err(ConsoleError::face_only());
    }
    let asks_first = handling == Handling::AskFirst;
    match order {
        // These two ask in their own words: the address, and the consent to the sign-in itself.
        Order::AddServer(new) => servers::add(broker, caller, new).await,
        Order::Login { name, account } => grants::login(broker, caller, &name, account.as_deref()).await,
        order if asks_first => {
            agree(broker, caller, &order).await?;
            obey(broker, order).await
        }
        order => obey(broker, order).await,
    }
}

async fn obey(broker: &Arc<Broker>, order: Order) -> Result<Answer, ConsoleError> {
    match order {
        Order::AddServer(_) | Order::Login { .. } => Err(ConsoleError::new(Code::Internal)),
        Order::Approvals => Ok(Answer::Approvals(approvals::list(broker))),
        Order::Deny { question } => approvals::deny(broker, &question),
        Order::Doctor => Ok(Answer::Doctor(doctor::examine(broker).await)),
        Order::Grants => grants::list(broker).map(Answer::Grants),
        Order::Lock => {
            broker.lock().await;
            status::note_lock(broker, keyholder_audit::Event::Lock);
            Ok(done())
        }
        Order::Log(query) => activity::read(broker, &query).map(Answer::Log),
        Order::Logout { name, account } => grants::sign_out(broker, &name, account.as_deref()).await,
        Order::Pause { server } => servers::set_paused(broker, &server, keyholder_settings::Operation::Paused),
        Order::RemoveRule { rule } => rules::remove(broker, &rule).await,
        Order::RemoveServer { name } => servers::remove(broker, &name).await,
        Order::Resume { server } => servers::set_paused(broker, &server, keyholder_settings::Operation::Running),
        Order::Revoke { whose } => grants::revoke(broker, &whose).await,
        Order::Rules => Ok(Answer::Rules(rules::list(broker))),
        Order::Servers => servers::list(broker).map(Answer::Servers),
        Order::ShowServer { name } => servers::show(broker, &name).map(|view| Answer::Server(Box::new(view))),
        Order::Status => Ok(Answer::Status(Box::new(status::look(broker).await))),
        Order::Stop => {
            broker.stop();
            Ok(done())
        }
        Order::Unlock => {
            broker.unlock();
            status::note_lock(broker, keyholder_audit::Event::Unlock);
            Ok(done())
        }
        Order::AddRule { .. }
        | Order::Admit { .. }
        | Order::Attention
        | Order::ConfirmRules
        | Order::DenyAll { .. }
        | Order::Distrust { .. }
        | Order::Explain { .. }
        | Order::History { .. }
        | Order::Labels { .. }
        | Order::Mode
        | Order::Refuse { .. }
        | Order::ResetHistory { .. }
        | Order::ResumeAsking { .. }
        | Order::Review
        | Order::SetLabels { .. }
        | Order::SetMode { .. }
        | Order::ShowQuestion { .. }
        | Order::Simulate { .. }
        | Order::Trust { .. } => Err(ConsoleError::new(Code::Internal)),
        Order::Answer { .. } => Err(ConsoleError::face_only()),
        Order::VerifyLog => activity::verify(broker).await.map(Answer::VerifyLog),
    }
}

fn done() -> Answer {
    Answer::Done(Receipt::default())
}

/// Asks the person at the broker's own face whether an order that came through the side door is theirs.
async fn agree(broker: &Arc<Broker>, caller: &Caller, order: &Order) -> Result<(), ConsoleError> {
    let text = serde_json::to_string(order).unwrap_or_default();
    let question = Question {
        id: QuestionId::make(&*broker.clock, &*broker.rng),
        asked: broker.clock.now(),
        app: caller.app().to_owned(),
        app_path: caller.app_path().map(|path| path.to_string_lossy().into_owned()),
        ancestry: caller.ancestry(),
        server: server_of(order),
        host: String::new(),
        account: Account::default(),
        subject: Subject::Order { name: order.name().to_owned(), content: text.as_str().into() },
        brief: Brief::default(),
        offers: Offers::once_or_not(),
        rule: "the order came from a program, not from Keyholder\u{2019}s own window, and it would allow more than now"
            .to_owned(),
        request: Digest::of_parts(&[b"order", text.as_bytes()]),
        budget: PERSONS_TIME,
    };
    match broker.desk.ask(question, PERSONS_TIME).await {
        Settled::Answered(answer) if answer.allows() => Ok(()),
        Settled::Answered(_) => Err(ConsoleError::new(Code::Denied)),
        Settled::Nobody { why } => Err(ConsoleError::new(Code::NoFace).because(why)),
        Settled::StillOpen | Settled::Withdrawn => Err(ConsoleError::new(Code::TimedOut)),
    }
}

/// The server that an order is about; a name that no server has where it is about none.
fn server_of(order: &Order) -> ServerName {
    let name = match order {
        Order::Resume { server } => server.as_str(),
        _ => "keyholder",
    };
    name.parse().or_else(|_| "keyholder".parse()).unwrap_or_else(|_| unreachable!("a plain name parses"))
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
        _ => Code::Internal,
    };
    ConsoleError::new(code).because(why.to_string())
}
