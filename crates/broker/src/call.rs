//! One tool call, in order. This file is the product in one screen: everything that happens to a call happens in a line here.

use crate::decide::{self, Matter};
use crate::exchange::{self, Answered, Parcel};
use crate::record;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::road;
use keyholder_approval::Subject;
use keyholder_mcp::outgoing::{self, Call};
use keyholder_policy::Action;

/// Runs one `tools/call` and hands back the line for the host.
///
/// # Errors
/// [`Refusal`]: why the call did not run, or that nobody can tell whether it did.
pub(crate) async fn run(request: &Request) -> Result<String, Refusal> {
    let session = &request.session;
    let (site, broker) = (&session.site, &session.broker);
    let budget = broker.approval_budget();

    // What is asked, in its exact bytes.
    let call = Call::read(request.params.as_deref())?;
    if call.tool == road::SIGN_IN_TOOL && site.tool(&call.tool).is_none() {
        return Ok(road::sign_in_state(request).await);
    }
    let digest = outgoing::digest(site.subject(), &request.method, request.params.as_deref())?;

    // A credential of ours in it goes nowhere, not even onto a screen (catalogue case 171).
    record::refuse_live_secrets(request)?;

    // May it run? The rules say; where they ask, the person does.
    let tool = site.tool(&call.tool);
    let matter = Matter {
        caller: &session.caller,
        site,
        action: Action::Call { tool: &call.tool, arguments: call.arguments.as_bytes() },
        request: digest,
        budget: request.left_of(budget),
    };
    let deciding = decide::decide(broker, &matter, || Subject::Call {
        tool: call.tool.clone().into_owned(),
        arguments: call.arguments.into(),
        claims: tool.as_ref().and_then(|tool| tool.annotations.clone()).unwrap_or_default(),
    });
    let permit = request.while_telling(deciding).await?;

    // Which arguments the server wants in headers as well.
    let headers = road::headers_for(request, &call.tool, budget).await?;

    // Written down before the first byte leaves.
    let entry = record::begin(request, Some(&call), digest, &permit)?;

    // Sent once, with the credential; relayed as it came.
    let parcel = Parcel { headers: &headers, budget };
    let outcome = exchange::deliver(request, permit, &parcel).await;

    // Written down how it ended.
    entry.close(&outcome);
    outcome.map(|answered: Answered| answered.line(request))
}
