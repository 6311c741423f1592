//! The short road: everything a host may ask that is no tool call.

use crate::call;
use crate::catalog;
use crate::decide::{self, Matter, Shown};
use crate::exchange::{self, Answered, Parcel};
use crate::record;
use crate::refusal::Refusal;
use crate::request::Request;
use keyholder_approval::Subject;
use keyholder_audit::Risk;
use keyholder_mcp::definition::DefinitionKind;
use keyholder_mcp::era::{Greeting, Side};
use keyholder_mcp::fault::{Code, Fault};
use keyholder_mcp::outgoing;
use keyholder_mcp::reply;
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_policy::{Action, Upkeep};
use keyholder_upstream::UpstreamError;
use serde_json::value::RawValue;
use std::time::Duration;

/// How long the opening message may wait for the server (T-028, H-003: less than two seconds; Claude Code gives
/// `server/discover` three, and then takes the server for one of an older era).
const OPENING: Duration = Duration::from_millis(1800);

/// How long a listing may wait for the server and a sign-in (H-003: less than six seconds; `claude mcp list` waits five).
const LISTING: Duration = Duration::from_millis(4500);

/// How long a read may take in all.
const READING: Duration = Duration::from_mins(2);

/// No method of the specification is nearly as long.
const MAX_METHOD: usize = 256;

/// The one tool that is shown while nobody has signed in.
pub(crate) const SIGN_IN_TOOL: &str = "keyholder_sign_in";

/// Answers one request of a host, always with exactly one line.
pub(crate) async fn take(request: &Request) -> String {
    match walk(request).await {
        Ok(line) => line,
        Err(refusal) => {
            // Hosts try methods that are not there as a matter of course; that is no refusal worth remembering.
            if !matches!(&refusal, Refusal::Bad(fault) if fault.code == Code::MethodNotFound) {
                record::refused(request, &refusal);
            }
            refusal.line(&request.id, &request.method, request.side, request.session.site.server.as_str())
        }
    }
}

async fn walk(request: &Request) -> Result<String, Refusal> {
    let session = &request.session;
    match (request.method.as_str(), request.side) {
        ("ping", Side::Legacy) => return Ok(reply::result(&request.id, "{}")),
        ("initialize", _) => return initialize(request).await,
        ("server/discover", _) => return discover(request).await,
        _ => {}
    }
    if session.broker.is_locked() {
        return Err(Refusal::Locked);
    }
    if session.site.is_paused() {
        return Err(Refusal::Paused);
    }
    match (request.method.as_str(), request.side) {
        ("tools/call", _) => call::run(request).await,
        ("tools/list", _) => list_tools(request).await,
        ("prompts/list", _) => list(request, DefinitionKind::Prompt, r#"{"prompts":[]}"#).await,
        ("resources/list", _) => list(request, DefinitionKind::Resource, r#"{"resources":[]}"#).await,
        ("resources/templates/list", _) => {
            list(request, DefinitionKind::ResourceTemplate, r#"{"resourceTemplates":[]}"#).await
        }
        ("logging/setLevel", Side::Legacy) => set_level(request).await,
        // Gone from the modern era, or not translated yet.
        (
            "ping" | "logging/setLevel" | "resources/subscribe" | "resources/unsubscribe" | "subscriptions/listen",
            Side::Modern,
        ) => Err(not_found(request)),
        (method, _) if !method.contains('/') || method.len() > MAX_METHOD => Err(not_found(request)),
        _ => read(request).await,
    }
}

fn not_found(request: &Request) -> Refusal {
    let shown: String = request.method.chars().take(80).flat_map(char::escape_debug).collect();
    Refusal::Bad(Fault::new(Code::MethodNotFound, format!("\u{201c}{shown}\u{201d} is not available here")))
}

async fn initialize(request: &Request) -> Result<String, Refusal> {
    let greeting = greeting(request).await?;
    Ok(reply::result(&request.id, &greeting.initialize_result(&request.session.host().version)))
}

async fn discover(request: &Request) -> Result<String, Refusal> {
    Ok(reply::result(&request.id, &greeting(request).await?.discover_result()))
}

/// What the server said about itself; while it cannot be reached, or nobody has signed in yet, what any server might say:
/// a host that was told "no" here would not ask again.
async fn greeting(request: &Request) -> Result<Greeting, Refusal> {
    let session = &request.session;
    let unknown = || Greeting {
        capabilities: r#"{"tools":{"listChanged":true},"resources":{},"prompts":{}}"#.to_owned(),
        server_info: crate::line::CLIENT_INFO.to_owned(),
        instructions: None,
    };
    if session.broker.is_locked() || session.site.is_paused() {
        return Ok(unknown());
    }
    let left = request.left_of(OPENING);
    match tokio::time::timeout(left, session.line.get(session, left)).await {
        Ok(Ok(connected)) => {
            let mut greeting = connected.greeting.clone();
            if let Some(instructions) = greeting.instructions.take() {
                greeting.instructions = catalog::screen_instructions(session, &instructions).await;
            }
            Ok(greeting)
        }
        Ok(Err(refusal)) if refusal.is_for_good() => Err(refusal),
        Ok(Err(refusal)) => {
            tracing::info!(server = %session.site.server, why = %refusal, "greeted the host without the server");
            Ok(unknown())
        }
        Err(_) => Ok(unknown()),
    }
}

/// Sends a listing as upkeep: no rule speaks of it.
pub(crate) async fn send_listing(request: &Request) -> Result<Answered, Refusal> {
    let session = &request.session;
    let digest = outgoing::digest(session.site.subject(), &request.method, request.params.as_deref())?;
    let parcel = Parcel { headers: &[], budget: LISTING };
    let upkeep = Upkeep::of_method(&request.method).ok_or_else(|| not_found(request))?;
    let send = async {
        let permit = session.broker.policy.routine(digest, upkeep);
        match exchange::deliver(request, permit, &parcel).await {
            // The server forgot the session: a list can be asked for again (T-103).
            Err(Refusal::Upstream(UpstreamError::SessionLost)) => {
                let permit = session.broker.policy.routine(digest, upkeep);
                exchange::deliver(request, permit, &parcel).await
            }
            other => other,
        }
    };
    match tokio::time::timeout(LISTING, send).await {
        Ok(answered) => answered,
        Err(_) if session.site.access.sign_in.is_going() => Err(Refusal::SigningIn),
        Err(_) => Err(Refusal::Slow),
    }
}

async fn list_tools(request: &Request) -> Result<String, Refusal> {
    match list(request, DefinitionKind::Tool, r#"{"tools":[]}"#).await {
        Err(refusal) if refusal.is_about_signing_in() => Ok(reduced_list(request, &refusal)),
        other => other,
    }
}

/// A truthful list for a host that would not wait: one tool that says what is missing (T-028).
fn reduced_list(request: &Request, refusal: &Refusal) -> String {
    let text = refusal.sentence(request.session.site.server.as_str());
    let tool = format!(
        r#"{{"name":"{SIGN_IN_TOOL}","description":{},"inputSchema":{{"type":"object"}},"annotations":{{"readOnlyHint":true}}}}"#,
        keyholder_mcp::members::quote(&format!("Tells whether the user has signed in to this server. {text}"))
    );
    let hints =
        if request.side == Side::Modern { r#","resultType":"complete","ttlMs":0,"cacheScope":"private""# } else { "" };
    reply::result(&request.id, &format!(r#"{{"tools":[{tool}]{hints}}}"#))
}

/// The answer to the one tool of [`reduced_list`].
pub(crate) async fn sign_in_state(request: &Request) -> String {
    let session = &request.session;
    let budget = request.left_of(OPENING);
    let text = match tokio::time::timeout(budget, session.line.get(session, budget)).await {
        Ok(Ok(_)) => "The user is signed in. List the tools again.".to_owned(),
        Ok(Err(refusal)) => refusal.sentence(session.site.server.as_str()),
        Err(_) => Refusal::SigningIn.sentence(session.site.server.as_str()),
    };
    if session.line.standing().is_some() {
        session.tell_tools_changed();
    }
    let kind = if request.side == Side::Modern { r#""resultType":"complete","# } else { "" };
    let text = keyholder_mcp::members::quote(&text);
    reply::result(&request.id, &format!(r#"{{{kind}"content":[{{"type":"text","text":{text}}}]}}"#))
}

/// One page of a list, as the person agreed to it.
async fn list(request: &Request, kind: DefinitionKind, empty: &str) -> Result<String, Refusal> {
    let is_of_tools = kind == DefinitionKind::Tool;
    let answered = match send_listing(request).await {
        Err(refusal) if !is_of_tools && refusal.is_about_signing_in() => return Ok(empty_list(request, empty)),
        other => other?,
    };
    // Hosts list what a server never announced; an error would show as a fault (H-008).
    if !is_of_tools && answered.error_code() == Some(-32601) {
        return Ok(empty_list(request, empty));
    }
    let Some(result) = answered.result() else { return Ok(answered.line(request)) };
    match catalog::screen(request, kind, result, LISTING).await? {
        None => Ok(answered.line(request)),
        Some(shown) => Ok(answered.with_result(&shown).line(request)),
    }
}

fn empty_list(request: &Request, empty: &str) -> String {
    let hints = r#","resultType":"complete","ttlMs":0,"cacheScope":"private"}"#;
    match request.side {
        Side::Legacy => reply::result(&request.id, empty),
        Side::Modern => reply::result(&request.id, &format!("{}{hints}", empty.trim_end_matches('}'))),
    }
}

/// A resource, a prompt or a completion; or a method that nobody here knows: one decision, one entry, passed on.
///
/// What is unknown may do anything at the server, so it is decided on like a tool of that name, which asks unless a rule says
/// otherwise (invariant 10). No tool can have such a name: a method has a slash in it.
async fn read(request: &Request) -> Result<String, Refusal> {
    let session = &request.session;
    let (site, broker) = (&session.site, &session.broker);
    let digest = outgoing::digest(site.subject(), &request.method, request.params.as_deref())?;
    record::refuse_live_secrets(request)?;
    catalog::check_prompt(request)?;
    let uri = request.text("uri").or_else(|| request.text("name"));
    let params = request.params.as_deref().map_or("{}", RawValue::get);
    let budget = broker.approval_budget();
    let (method, is_read) = (request.method.as_str(), is_read(&request.method));
    let matter = Matter {
        caller: &session.caller,
        site,
        action: if is_read {
            Action::Read { method, uri: uri.as_deref() }
        } else {
            let labels = Labels::NONE.with(Label::SeesUntrusted);
            Action::Call { tool: method, arguments: params.as_bytes(), tier: Tier::Send, labels, pinned: None }
        },
        request: digest,
        budget: request.left_of(budget),
    };
    let deciding = decide::decide(broker, &matter, |_, _| {
        Shown::plain(if is_read {
            Subject::Read { method: method.to_owned(), content: params.into() }
        } else {
            Subject::Call { tool: method.to_owned(), arguments: params.into(), claims: String::new() }
        })
    });
    let permit = request.while_telling(deciding).await?;
    let entry = record::begin(request, None, digest, &permit, Risk::default())?;
    let parcel = Parcel { headers: &[], budget: READING };
    let outcome = exchange::deliver(request, permit, &parcel).await;
    entry.close(&outcome);
    outcome.map(|answered| answered.line(request))
}

/// Methods of the specification that only read.
fn is_read(method: &str) -> bool {
    matches!(
        method,
        "completion/complete" | "prompts/get" | "resources/read" | "resources/subscribe" | "resources/unsubscribe"
    )
}

/// A legacy host's log level: handed on to a legacy server, remembered for a modern one (T-141).
async fn set_level(request: &Request) -> Result<String, Refusal> {
    if let Some(level) = request.text("level") {
        request.session.set_log_level(level);
    }
    let connected = request.session.line.get(&request.session, LISTING).await?;
    if connected.side == Side::Modern {
        return Ok(reply::result(&request.id, "{}"));
    }
    Ok(send_listing(request).await?.line(request))
}
