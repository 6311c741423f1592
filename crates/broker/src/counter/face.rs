//! The face's own orders: what it shows, and what the person answers. They reach here through the inherited channel alone.

use super::approvals::{self, read_choice};
use super::{done, parse_name};
use crate::answers::Pattern;
use crate::brief;
use crate::broker::Broker;
use keyholder_approval::{ApprovalError, BatchAnswer, Choice, Subject};
use keyholder_audit::{Event, Note};
use keyholder_console::approvals::{BoundToView, BoundView, GuardView, ListedChoice, ListedView, RawView, SettledView};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::news::Destination;
use keyholder_console::order::{Answer, Order};
use keyholder_excerpt::pattern::matches;
use keyholder_model::bound::{Bound, BoundTo};
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::untrusted::visible;
use std::sync::Arc;

/// So much of a question's exact text is shown.
const MOST_RAW: usize = 1 << 20;

/// Carries out an order that only the face gives. At once: what it says of the screen must count before what it says next.
pub(super) fn carry_out(broker: &Arc<Broker>, order: Order) -> Result<Answer, ConsoleError> {
    match order {
        Order::Answer { question, digest, choice } => answer(broker, &question, &digest, &choice),
        Order::AnswerListed { questions, choice } => Ok(answer_listed(broker, &questions, choice)),
        Order::Edit { question, digest, arguments } => edit(broker, &question, &digest, &arguments),
        Order::OfferPattern { question, bounds } => offer_pattern(broker, &question, bounds),
        Order::Seen { question } => {
            broker.desk.shown(parse(&question)?);
            tracing::debug!(question, "a question is in view");
            let millis = broker.desk.guard().duration().as_millis();
            Ok(Answer::Armed(GuardView { millis: u32::try_from(millis).unwrap_or(u32::MAX) }))
        }
        Order::ShowRaw { question } => raw(broker, &question),
        _ => Err(ConsoleError::new(Code::Internal)),
    }
}

/// Brings the window to the front. It raises nothing, so every door may ask for it.
pub(super) fn show(broker: &Broker, to: Destination) -> Result<Answer, ConsoleError> {
    // A name may come from a link, and so from anybody.
    to.server.as_deref().map(parse_name).transpose()?;
    broker.windows.show(to).map_err(|why| ConsoleError::new(Code::NoFace).because(why))?;
    Ok(done())
}

fn answer(broker: &Arc<Broker>, question: &str, digest: &str, choice: &str) -> Result<Answer, ConsoleError> {
    let id = parse(question)?;
    let shown = shown(question, digest)?;
    let answer = read_choice(choice).ok_or_else(|| {
        ConsoleError::new(Code::Invalid).about(question).because("that is no answer that Keyholder knows")
    })?;
    let outcome = if broker.desk.is_seen(id) {
        broker.answer(id, &shown, answer)
    } else {
        // It was never in view, so nobody can have read it.
        broker.desk.find(id).and(Err(ApprovalError::TooSoon(id)))
    };
    outcome.map(|()| done()).map_err(|why| refused(broker, id, &why))
}

fn answer_listed(broker: &Arc<Broker>, questions: &[ListedView], choice: ListedChoice) -> Answer {
    let answer = match choice {
        ListedChoice::AllowOnce => BatchAnswer::AllowOnce,
        ListedChoice::Deny => BatchAnswer::Deny,
    };
    let read = |listed: &ListedView| {
        let id = parse(&listed.question)?;
        let shown = shown(&listed.question, &listed.digest)?;
        if broker.desk.is_seen(id) { Ok((id, shown)) } else { Err(refused(broker, id, &ApprovalError::TooSoon(id))) }
    };
    let read: Vec<Result<(QuestionId, Digest), ConsoleError>> = questions.iter().map(read).collect();
    let listed: Vec<_> = read.iter().flatten().copied().collect();
    let mut outcomes = broker.answer_batch(&listed, answer).into_iter();
    let settled = questions.iter().zip(read).map(|(listed, read)| {
        let outcome = read.and_then(|(id, _)| match outcomes.next() {
            Some(outcome) => outcome.map_err(|why| refused(broker, id, &why)),
            None => Err(ConsoleError::new(Code::Internal)),
        });
        SettledView { question: listed.question.clone(), error: outcome.err() }
    });
    Answer::Settled(settled.collect())
}

/// Another call in the place of the one that waits: it is judged, shown and answered like any other.
fn edit(broker: &Broker, question: &str, digest: &str, arguments: &str) -> Result<Answer, ConsoleError> {
    let (id, shown) = (parse(question)?, shown(question, digest)?);
    let invalid = |why: &str| ConsoleError::new(Code::Invalid).about(question).because(why);
    let asked = broker.desk.find(id).map_err(|why| refused(broker, id, &why))?;
    if !matches!(asked.subject, Subject::Call { .. }) {
        return Err(invalid("only the arguments of a call can be changed"));
    }
    keyholder_mcp::members::of(arguments).map_err(|_| invalid("the arguments must be a JSON object"))?;
    keyholder_mcp::strict::check(arguments).map_err(|fault| invalid(&fault.message))?;
    let asked = broker.desk.edit(id, &shown, arguments.trim_ascii().into()).map_err(|why| refused(broker, id, &why))?;
    broker.offered.forget(id);
    let _ = broker.note(&Note {
        app: Some(&asked.app),
        server: Some(&asked.server),
        account: Some(&asked.account),
        tool: asked.tool(),
        decision: Some("edit the arguments"),
        ..Note::of(Event::Answer)
    });
    Ok(done())
}

/// A pattern of the person's own, beside those that were offered and under the same conditions.
fn offer_pattern(broker: &Broker, question: &str, bounds: Vec<BoundView>) -> Result<Answer, ConsoleError> {
    let id = parse(question)?;
    let invalid = |why: &str| ConsoleError::new(Code::Invalid).about(question).because(why);
    let asked = broker.desk.find(id).map_err(|why| refused(broker, id, &why))?;
    let Subject::Call { tool, arguments, .. } = &asked.subject else {
        return Err(invalid("only a call has arguments"));
    };
    let bindable = broker.offered.bindable(id);
    let bounds: Vec<Bound> = bounds.into_iter().map(bound).collect();
    let is_known = |bound: &Bound| bindable.iter().any(|one| one.exact.argument == bound.argument);
    if bounds.is_empty() || !bounds.iter().all(is_known) {
        return Err(invalid("a lasting yes cannot be bound to that"));
    }
    if matches(&bounds, arguments) != Some(true) {
        return Err(invalid("this very call would not fit"));
    }
    let pattern = Pattern::Bounds(bounds);
    let offered = brief::offered(&pattern, &brief::lately(broker, &asked.app, &asked.server, tool));
    let place =
        broker.offered.add_pattern(id, pattern).ok_or_else(|| invalid("there are too many patterns already"))?;
    let choice = Choice {
        answer: keyholder_approval::Answer::AllowAlwaysWith(place),
        words: format!("Always, {}", visible(&offered.words)),
        matched: offered.matched,
    };
    let view = approvals::choice(&choice);
    if !broker.desk.offer(id, choice) {
        return Err(refused(broker, id, &ApprovalError::Withdrawn(id)));
    }
    Ok(Answer::Choice(view))
}

fn bound(view: BoundView) -> Bound {
    let to = match view.to {
        BoundToView::Flag(value) => BoundTo::Flag(value),
        BoundToView::Prefix(text) => BoundTo::Prefix(text),
        BoundToView::Text(text) => BoundTo::Text(text),
        BoundToView::Whole(number) => BoundTo::Whole(number),
    };
    Bound { argument: view.argument, to }
}

fn raw(broker: &Broker, question: &str) -> Result<Answer, ConsoleError> {
    let found =
        broker.desk.find(parse(question)?).map_err(|why| ConsoleError::new(Code::NotFound).because(why.to_string()))?;
    let text = match &found.subject {
        Subject::Call { arguments: text, .. }
        | Subject::Answer { content: text, .. }
        | Subject::Order { content: text, .. }
        | Subject::Read { content: text, .. } => text.to_string(),
        Subject::Add { .. } | Subject::Admit { .. } | Subject::Connect { .. } => approvals::plain_text(&found),
    };
    let cut = text.floor_char_boundary(MOST_RAW);
    Ok(Answer::Raw(RawView { bytes: text.len() as u64, text: text[..cut].to_owned() }))
}

fn parse(question: &str) -> Result<QuestionId, ConsoleError> {
    question.parse().map_err(|_| ConsoleError::new(Code::NotFound).about(question))
}

fn shown(question: &str, digest: &str) -> Result<Digest, ConsoleError> {
    Digest::parse_hex(digest)
        .ok_or_else(|| ConsoleError::new(Code::Invalid).about(question).because("that is no digest"))
}

/// An answer that was not taken, on the record: too early, forged, or to what is not asked any more.
fn refused(broker: &Broker, id: QuestionId, why: &ApprovalError) -> ConsoleError {
    let sentence = why.to_string();
    let asked = broker.desk.find(id).ok();
    let _ = broker.note(&Note {
        app: asked.as_ref().map(|question| question.app.as_str()),
        server: asked.as_ref().map(|question| &question.server),
        tool: asked.as_ref().and_then(|question| question.tool()),
        decision: Some("deny"),
        reason: Some(&sentence),
        ..Note::of(Event::Refuse)
    });
    let code = match why {
        ApprovalError::AlreadyAnswered(_) | ApprovalError::Changed(_) => Code::Conflict,
        ApprovalError::Expired(_) | ApprovalError::Withdrawn(_) => Code::TimedOut,
        ApprovalError::NotOffered { .. } => Code::Denied,
        ApprovalError::TooSoon(_) => Code::TooSoon,
        ApprovalError::Unknown(_) => Code::NotFound,
    };
    ConsoleError::new(code).about(id.to_string()).because(sentence)
}
