//! What the person says about a tool for every app: it runs, asks, or is as if it were not there.
//!
//! It is an ordinary rule among their answers, seen and taken away like one; here it is only put in the place of the one before.

use crate::answers::{self, IDLE_DAYS};
use crate::broker::Broker;
use crate::catalog::{self, Known};
use crate::counter::grants::find;
use crate::counter::imagined::Stood;
use crate::counter::rules;
use crate::counter::wish::Wish;
use crate::counter::{Giver, done, parse_account, refused};
use crate::site::Site;
use keyholder_audit::{Event, Note};
use keyholder_book::{Answered, Book, Place, Stand, ToolUse, Usage, tool_key};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_console::tools::ToolUse as Shown;
use keyholder_model::digest::Digest;
use keyholder_model::id::RuleId;
use keyholder_model::risk::{Label, Tier};
use keyholder_model::server::Account;
use keyholder_model::untrusted::visible;
use keyholder_policy::Effect;
use keyholder_policy::draft::{Draft, Manner};
use keyholder_settings::Server;
use std::sync::Arc;

/// A tool's name is taken up to this many bytes: what forbids is kept without a question.
const LONGEST_NAME: usize = 256;

/// A tool of an account, as an order names it.
pub(in crate::counter) struct Named {
    pub(in crate::counter) server: String,
    pub(in crate::counter) account: String,
    pub(in crate::counter) tool: String,
}

/// Where something is said about a tool.
struct Target {
    server: Server,
    account: Account,
    tool: String,
}

/// Says it, at once where that only lowers, after a yes where it may allow more.
pub(in crate::counter) async fn set(
    broker: &Arc<Broker>,
    giver: Giver<'_>,
    named: Named,
    usage: Option<Shown>,
) -> Result<Answer, ConsoleError> {
    let target = Target::read(broker, named)?;
    let Target { server, account, tool } = &target;
    let usage = usage.map(kept);
    let book = broker.book().await.map_err(|refusal| refused(&refusal, tool))?;
    let pinned = match usage {
        Some(ToolUse::Silent) => Some(target.definition(broker, &book)?),
        Some(ToolUse::Ask | ToolUse::Off) | None => None,
    };
    let before = book.usage(&target.key(), account).and_then(|rule| rule.usage.as_ref()).map(|usage| usage.what);
    let raises = raises(before, usage);
    if raises {
        let headline =
            format!("From now on the tool \u{201c}{}\u{201d} of {} {}", visible(tool), server.name, says(usage));
        let lines = [format!("with the account {account}"), format!("until now it {}", says(before))];
        let digest = pinned.map(|digest| digest.to_string()).unwrap_or_default();
        let bound = [server.name.as_str(), account.as_str(), tool, says(usage), &digest].map(str::as_bytes);
        Wish::order("set_tool_use", &headline, &lines, &bound)
            .at(&server.name, server.url.host(), account)
            .agree(broker, giver)
            .await?;
    }
    let rule = usage.map(|usage| target.rule(broker, &book, usage, pinned)).transpose()?;
    note(broker, &target, usage, rule.as_ref()).or_else(|why| if raises { Err(why) } else { Ok(()) })?;
    let replaced = broker.change_book(|book| book.set_usage(&target.key(), account, rule)).await;
    for id in replaced.map_err(|refusal| refused(&refusal, tool))? {
        rules::forget(broker, id);
    }
    for site in broker.registry.sites().iter().filter(|site| site.server == server.name) {
        broker.tools_may_have_changed(site);
    }
    Ok(done())
}

/// What the person said about a tool, as far as it counts for the tool as it is listed now.
pub(super) fn of(broker: &Broker, book: &Book, site: &Site, known: &Known) -> Option<Shown> {
    let rule = book.usage(&tool_key(&site.server, &known.definition.name), &site.account)?;
    let (now, monotonic) = (book.believe(broker.clock.now()), broker.clock.monotonic());
    let is_alive = broker.life_of(rule.id).is_none_or(|life| life.is_alive(now, monotonic));
    let is_pinned = rule.pinned.as_ref().is_none_or(|pinned| *pinned == known.definition.digest.to_string());
    let usage = rule.usage.as_ref()?;
    let is_here = usage.host.as_ref().is_none_or(|host| host == site.url.host());
    (is_alive && is_pinned && is_here).then_some(match usage.what {
        ToolUse::Ask => Shown::Ask,
        ToolUse::Off => Shown::Off,
        ToolUse::Silent => Shown::Silent,
    })
}

impl Target {
    fn read(broker: &Arc<Broker>, named: Named) -> Result<Self, ConsoleError> {
        let server = find(broker, &named.server)?;
        let account = parse_account(Some(&named.account))?.unwrap_or_default();
        if !(1..=LONGEST_NAME).contains(&named.tool.len()) {
            let why = format!("the name of a tool has 1 to {LONGEST_NAME} bytes here");
            return Err(ConsoleError::new(Code::Invalid).because(why));
        }
        Ok(Self { server, account, tool: named.tool })
    }

    fn key(&self) -> String {
        tool_key(&self.server.name, &self.tool)
    }

    /// The definition that may run without a question: one that the person agreed to, and that does not destroy.
    fn definition(&self, broker: &Broker, book: &Book) -> Result<Digest, ConsoleError> {
        let stood = Stood::of(broker, &self.server, &self.account, &self.tool);
        let no = |code, why: &str| Err(ConsoleError::new(code).about(self.key()).because(why));
        if stood.standing.tier == Tier::Destroy || stood.labels.has(Label::Destroys) {
            return no(Code::Denied, "a tool that destroys something cannot run without a question for every app");
        }
        let Some(known) = stood.known else {
            return no(
                Code::NotFound,
                "its server has not listed it since the broker started; let an app use the server first",
            );
        };
        let place = Place { url: &self.server.url, account: &self.account };
        match book.stand(place, &catalog::key(&known.definition), &known.definition.digest) {
            Stand::Admitted => Ok(known.definition.digest),
            Stand::Changed | Stand::New | Stand::Refused => {
                no(Code::Conflict, "its definition is held back until you have looked at it")
            }
        }
    }

    fn rule(
        &self,
        broker: &Broker,
        book: &Book,
        usage: ToolUse,
        pinned: Option<Digest>,
    ) -> Result<Answered, ConsoleError> {
        let draft = self.draft(usage, pinned);
        let text = draft.text();
        rules::check_room(book, text.len())?;
        Ok(Answered {
            id: RuleId::make(&*broker.clock, &*broker.rng),
            origin: format!(
                "you said for every app: the tool {} of {} (account {}) {}",
                self.tool,
                self.server.name,
                self.account,
                says(Some(usage))
            ),
            bound_to: answers::bound_to(&draft, &[]),
            tool: Some(self.key()),
            pinned: pinned.map(|pinned| pinned.to_string()),
            usage: Some(Usage { account: self.account.clone(), what: usage, host: draft.host.map(str::to_owned) }),
            made: book.believe(broker.clock.now()),
            expires: None,
            idle_days: (draft.effect == Effect::Permit).then_some(IDLE_DAYS),
            last_used: None,
            text,
        })
    }

    fn draft(&self, usage: ToolUse, pinned: Option<Digest>) -> Draft<'_> {
        // What forbids holds wherever the server of this name is.
        let forbids = Draft {
            account: Some(&self.account),
            tool: Some(&self.tool),
            ..Draft::of_every_app(Effect::Forbid, &self.server.name)
        };
        match usage {
            ToolUse::Ask => {
                Draft { manner: Manner::Unasked, reason: Some("You said that this tool asks each time."), ..forbids }
            }
            ToolUse::Off => Draft { reason: Some("You switched this tool off."), ..forbids },
            ToolUse::Silent => Draft {
                effect: Effect::Permit,
                host: Some(self.server.url.host()),
                pinned,
                // A call may destroy by its arguments: that asks all the same.
                most: Some(Tier::Send),
                ..forbids
            },
        }
    }
}

/// Whether a tool may do more after it than before.
fn raises(before: Option<ToolUse>, after: Option<ToolUse>) -> bool {
    match (before, after) {
        (_, Some(ToolUse::Off)) | (None | Some(ToolUse::Silent), None) => false,
        (before, Some(ToolUse::Ask)) => before == Some(ToolUse::Off),
        (_, Some(ToolUse::Silent)) | (Some(ToolUse::Ask | ToolUse::Off), None) => true,
    }
}

fn kept(usage: Shown) -> ToolUse {
    match usage {
        Shown::Ask => ToolUse::Ask,
        Shown::Off => ToolUse::Off,
        Shown::Silent => ToolUse::Silent,
    }
}

fn says(usage: Option<ToolUse>) -> &'static str {
    match usage {
        Some(ToolUse::Ask) => "asks before each call",
        Some(ToolUse::Off) => "is switched off",
        Some(ToolUse::Silent) => "runs without a question",
        None => "goes by your other rules",
    }
}

fn note(broker: &Broker, target: &Target, usage: Option<ToolUse>, rule: Option<&Answered>) -> Result<(), ConsoleError> {
    let rule = rule.map(|rule| format!(" (rule {})", rule.id)).unwrap_or_default();
    let reason = format!("for every app it {}{rule}", says(usage));
    let note = Note {
        server: Some(&target.server.name),
        account: Some(&target.account),
        tool: Some(&target.tool),
        decision: Some(if usage.is_some() { "add" } else { "remove" }),
        reason: Some(&reason),
        ..Note::of(Event::ChangeRule)
    };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))
}

#[cfg(test)]
mod tests;
