//! One tool call, in order. This file is the product in one screen: everything that happens to a call happens in a line here.

use crate::brief;
use crate::catalog;
use crate::decide::{self, Decided, Matter};
use crate::exchange::{self, Answered, Parcel};
use crate::record;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::risk;
use crate::road;
use keyholder_book::tool_key;
use keyholder_mcp::outgoing::{self, Call};
use keyholder_policy::Action;
use std::sync::Arc;

/// Runs one `tools/call` and hands back the line for the host.
///
/// # Errors
/// [`Refusal`]: why the call did not run, or that nobody can tell whether it did.
pub(crate) async fn run(request: &Request) -> Result<String, Refusal> {
    let mut edited: Option<Request> = None;
    loop {
        let current = edited.as_ref().unwrap_or(request);
        match once(current).await? {
            Ran::Answered(line) => return Ok(line),
            // Another call, then: it goes down the line from the beginning, and the person is asked about it as it is now.
            Ran::Edited(arguments) => edited = Some(current.with_arguments(&arguments)?),
        }
    }
}

/// What came of one attempt.
enum Ran {
    /// The line for the host.
    Answered(String),
    /// Nothing was sent: the person changed the arguments.
    Edited(Arc<str>),
}

async fn once(request: &Request) -> Result<Ran, Refusal> {
    let session = &request.session;
    let (site, broker) = (&session.site, &session.broker);
    let budget = broker.approval_budget();

    // What is asked, in its exact bytes.
    let call = Call::read(request.params.as_deref())?;
    if call.tool == road::SIGN_IN_TOOL && site.catalog.tool(&call.tool).is_none() {
        return Ok(Ran::Answered(road::sign_in_state(request).await));
    }
    let digest = outgoing::digest(site.subject(), &request.method, request.params.as_deref())?;

    // A credential of ours in it goes nowhere, not even onto a screen (catalogue case 171).
    record::refuse_live_secrets(request)?;

    // Is the tool as the person agreed to it?
    let known = catalog::find(request, &call.tool, budget).await?;
    let known = known.as_deref();

    // How much harm can this very call do?
    let risk = risk::of_call(broker, site, known, &call);

    // May it run? The rules say; where they ask, the person does.
    let matter = Matter {
        caller: &session.caller,
        site,
        action: Action::Call {
            tool: &call.tool,
            arguments: call.arguments.as_bytes(),
            tier: risk.assessment.tier,
            labels: risk.labels,
            pinned: known.map(|known| known.definition.digest),
        },
        request: digest,
        budget: request.left_of(budget),
    };
    let deciding = decide::decide_editable(broker, &matter, |id, asked| {
        let call = brief::Call { tool: &call.tool, arguments: call.arguments, known, risk: &risk };
        brief::of_call(broker, &matter, &call, id, asked)
    });
    let permit = match request.while_telling(deciding).await? {
        Decided::Edited(arguments) => return Ok(Ran::Edited(arguments)),
        Decided::Permitted(permit) => permit,
    };

    // It is still the same tool, and a line to its server stands.
    session.line.get(session, request.left_of(budget)).await?;
    catalog::check_unchanged(session, known)?;

    // Written down before the first byte leaves; what it may bring back counts from here on.
    let entry = record::begin(request, Some(&call), digest, &permit, risk.on_record())?;
    broker.note_call(session.caller.app(), tool_key(&site.server, &call.tool), risk.labels, permit.reason());

    // Sent once, with the credential; relayed as it came.
    let headers = known.map_or(&[][..], |known| &known.headers);
    let outcome = exchange::deliver(request, permit, &Parcel { headers, budget }).await;

    // Written down how it ended.
    entry.close(&outcome);
    outcome.map(|answered: Answered| Ran::Answered(answered.line(request)))
}
