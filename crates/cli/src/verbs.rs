//! The verbs for people: each gives one order through the side door and shows what came of it. Only wiring here.

mod approvals;
mod attention;
mod broker;
mod completions;
mod config;
mod demo;
mod explain;
mod grants;
mod hosts;
mod log;
mod mode;
mod organisations;
mod probe;
mod reviews;
mod rules;
mod servers;
mod simulate;
mod tools;

use crate::arguments::{ConfigVerb, LogVerb, OpenPlace, ReadLog, Verb};
use crate::exit::Exit;
use crate::output::{Output, complain};
use crate::side_door::{self, Failure, Waking};
use keyholder_console::envelope;
use keyholder_console::grants::Whose;
use keyholder_console::news::{Destination, Place};
use keyholder_console::order::{Answer, Handling, Order, OrderDoor};

/// Carries out a verb.
pub(crate) fn run(verb: Verb, output: Output) -> Exit {
    match verb {
        Verb::Bridge { rest } => crate::bridge::run(rest.into_iter().map(Into::into)),
        Verb::Completions { shell } => completions::print(shell),
        Verb::Config { what } => config::run(what.unwrap_or(ConfigVerb::Get { key: None }), output),
        Verb::Demo => demo::start(),
        Verb::Hosts { server } => hosts::run(server, output),
        Verb::Status => match side_door::give(Order::Status, Waking::Never) {
            Ok(answer) => show(&answer, output),
            Err(Failure::NotRunning(_)) => broker::say_not_running(output),
            Err(failure) => fail(&failure, output),
        },
        Verb::Stop => match side_door::give(Order::Stop, Waking::Never) {
            Ok(answer) => show(&answer, output),
            Err(Failure::NotRunning(_)) => Exit::Ok,
            Err(failure) => fail(&failure, output),
        },
        Verb::Log(ReadLog { what: Some(LogVerb::Export(wanted)), .. }) => log::export(&wanted, output),
        Verb::Rm { yes, ref name } if !yes => {
            match crate::output::confirm(&format!("Remove {name} and revoke its sign-ins?")) {
                Some(true) => give(Order::RemoveServer { name: name.clone() }, output),
                Some(false) => Exit::Denied,
                None => {
                    complain("there is no terminal to ask at: say --yes if you mean it");
                    Exit::Usage
                }
            }
        }
        verb => match order(verb) {
            Ok(order) => give(order, output),
            Err(sentence) => {
                complain(&sentence);
                Exit::Usage
            }
        },
    }
}

/// The order that a verb stands for.
fn order(verb: Verb) -> Result<Order, String> {
    Ok(match verb {
        Verb::Add(server) => Order::AddServer(Box::new(servers::new(server)?)),
        Verb::Approvals { what } => approvals::order(what.unwrap_or_default())?,
        Verb::Doctor => Order::Doctor,
        Verb::Grants => Order::Grants,
        Verb::Lock => Order::Lock,
        Verb::Log(read) => log::order(read)?,
        Verb::Login { target } => Order::Login { name: target.name, account: target.account },
        Verb::Logout { target } => Order::Logout { name: target.name, account: target.account },
        Verb::Ls => Order::Servers,
        Verb::Open { place, server } => Order::ShowFace(destination(place, server)?),
        Verb::Organisations { what } => organisations::order(what)?,
        Verb::Pause { server } => Order::Pause { server },
        Verb::Probe { url } => Order::Probe { url },
        Verb::Resume { server } => Order::Resume { server },
        Verb::Revoke { target, issuer, .. } => {
            let whose = match (target, issuer) {
                (Some(target), _) => Whose::Server { name: target.name, account: target.account },
                (None, Some(issuer)) => Whose::Issuer { issuer },
                (None, None) => Whose::All,
            };
            Order::Revoke { whose }
        }
        Verb::Rm { name, .. } => Order::RemoveServer { name },
        Verb::Rules { what } => rules::order(what.unwrap_or_default())?,
        Verb::Show { name } => Order::ShowServer { name },
        Verb::Tools(read) => tools::order(read)?,
        Verb::Unlock => Order::Unlock,
        Verb::Bridge { .. }
        | Verb::Completions { .. }
        | Verb::Config { .. }
        | Verb::Demo
        | Verb::Hosts { .. }
        | Verb::Status
        | Verb::Stop => {
            return Err("this verb gives no order".to_owned());
        }
    })
}

fn destination(place: OpenPlace, server: Option<String>) -> Result<Destination, String> {
    if server.is_some() && !matches!(place, OpenPlace::Connect | OpenPlace::Grants) {
        return Err("only \u{201c}connect\u{201d} and \u{201c}grants\u{201d} open a server".to_owned());
    }
    let place = match place {
        OpenPlace::Activity => Place::Activity,
        OpenPlace::Connect => Place::Connect,
        OpenPlace::Grants => Place::Grants,
        OpenPlace::Home => Place::Home,
        OpenPlace::Questions => Place::Questions,
        OpenPlace::Rules => Place::Rules,
        OpenPlace::Settings => Place::Settings,
    };
    Ok(Destination { place, server })
}

fn give(order: Order, output: Output) -> Exit {
    if order.handling(OrderDoor::Side) == Handling::AskFirst && output.terminal {
        // Not every such order: the broker may find that this one only lowers authority.
        complain("this may need your answer where Keyholder asks (its window, or the terminal of keyholderd)");
    }
    match side_door::give(order, Waking::IfNeeded) {
        Ok(answer) => show(&answer, output),
        Err(failure) => fail(&failure, output),
    }
}

/// Shows an answer; some answers are bad news, which the exit code says too.
fn show(answer: &Answer, output: Output) -> Exit {
    let shown = output.json(answer);
    match answer {
        Answer::Doctor(report) => broker::doctor(report, shown, output),
        Answer::Probe(probe) => probe::show(probe, shown, output),
        Answer::VerifyLog(report) => log::verify(report, shown, output),
        Answer::Revocations(revocations) => grants::revoked(revocations, shown, output),
        _ if shown => Exit::Ok,
        Answer::Approvals(questions) => approvals::list(questions, output),
        Answer::Attention(attention) => attention::show(attention, output),
        Answer::Done(receipt) => {
            output.line(&crate::plain::escape(receipt.note.as_deref().unwrap_or("Done.")));
            Exit::Ok
        }
        Answer::Explanation(explanation) => explain::show(explanation, output),
        Answer::Grants(grants) => grants::list(grants, output),
        Answer::Histories(histories) => attention::histories(histories, output),
        Answer::Entry(entry) => log::show(entry, output),
        Answer::Log(report) => log::list(report, output),
        Answer::Mode(mode) => mode::show(mode, output),
        Answer::Organisations(organisations) => organisations::list(organisations, output),
        Answer::Question(question) => approvals::show(question, output),
        // No order that comes here has such an answer.
        Answer::Armed(_) | Answer::Hosts(_) | Answer::Choice(_) | Answer::Raw(_) | Answer::Settled(_) => Exit::General,
        Answer::Reviews(reviews) => reviews::list(reviews, output),
        Answer::Rules(rules) => rules::list(rules, output),
        Answer::Server(server) => servers::show(server, output),
        Answer::Servers(servers) => servers::list(servers, output),
        Answer::Simulation(simulation) => simulate::show(simulation, output),
        Answer::Status(status) => broker::status(status, output),
        Answer::Summary(summary) => log::summary(summary, output),
        Answer::Tools(tools) => tools::list(tools, output),
    }
}

fn fail(failure: &Failure, output: Output) -> Exit {
    let (sentence, exit) = failure.explain();
    if let (Failure::Console(error), true) = (failure, output.json) {
        output.line(&envelope::of_error(error).to_string());
    } else {
        complain(&sentence);
    }
    exit
}
