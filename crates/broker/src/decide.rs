//! Steps 5 and 6 of the line: the rules decide; where they ask, the person answers; only then is there a permit.

use crate::broker::Broker;
use crate::refusal::Refusal;
use crate::site::Site;
use keyholder_approval::{Answer, Question, Settled, Subject};
use keyholder_model::caller::Caller;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::permit::Permit;
use keyholder_policy::{Action, Facts, Verdict};
use std::time::Duration;

/// What is to be decided.
pub(crate) struct Matter<'a> {
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// Of whom.
    pub(crate) site: &'a Site,
    /// What.
    pub(crate) action: Action<'a>,
    /// The digest of the exact bytes.
    pub(crate) request: Digest,
    /// How long the host waits.
    pub(crate) budget: Duration,
}

/// Decides. `subject` is only made if the person must be asked.
///
/// # Errors
/// [`Refusal`] without a permit; each is in the log already.
pub(crate) async fn decide(
    broker: &Broker,
    matter: &Matter<'_>,
    subject: impl FnOnce() -> Subject,
) -> Result<Permit, Refusal> {
    let path = matter.caller.app_path().map(|path| path.to_string_lossy().into_owned());
    let facts = Facts {
        app: matter.caller.app(),
        app_path: path.as_deref(),
        server: &matter.site.server,
        host: matter.site.url.host(),
        account: &matter.site.account,
        action: matter.action,
        request: matter.request,
    };
    let asked = match broker.policy.decide(&facts) {
        Verdict::Allow(permit) => return Ok(permit),
        Verdict::Deny(denial) => return Err(Refusal::Forbidden { rule: denial.rule, sentence: denial.sentence }),
        Verdict::Ask(asked) => asked,
    };
    let question = Question {
        id: QuestionId::make(&*broker.clock, &*broker.rng),
        asked: broker.clock.now(),
        app: facts.app.to_owned(),
        app_path: path.clone(),
        ancestry: matter.caller.ancestry(),
        server: matter.site.server.clone(),
        host: matter.site.url.host().to_owned(),
        account: matter.site.account.clone(),
        subject: subject(),
        rule: asked.why().to_owned(),
        request: matter.request,
        budget: matter.budget,
    };
    let settled = broker.desk.ask(question, matter.budget).await;
    // The rules may have changed while the person was thinking: a new "no" wins (catalogue case 189).
    if let Verdict::Deny(denial) = broker.policy.decide(&facts) {
        return Err(Refusal::Forbidden { rule: denial.rule, sentence: denial.sentence });
    }
    match settled {
        Settled::Answered(answer @ (Answer::AllowAlways | Answer::AllowOnce)) => Ok(asked.settle(answer.as_str())),
        Settled::Answered(Answer::Deny | Answer::DenyAndBlock) => Err(Refusal::Declined),
        Settled::Nobody { why } => Err(Refusal::Unattended(why)),
        Settled::StillOpen => Err(Refusal::Pending),
        Settled::Withdrawn => Err(Refusal::Withdrawn),
    }
}
