//! A rule of the small world: its text, and when it matches.

use super::condition::{Condition, digest_of};
use super::event::{ACTIONS, APPS, Event, GROUPS, HOSTS, INSTANCES, PERSONS, SERVERS, TOOLS, account, pin, server};
use keyholder_model::bound::Bound;
use keyholder_policy::Effect;
use keyholder_policy::draft::Draft;

/// A rule in its simplest form. Two with the same text are the same rule.
#[derive(Clone, PartialEq, Debug)]
pub struct Simple {
    pub forbids: bool,
    pub who: Who,
    /// Bits by the places in [`ACTIONS`]; none means any.
    pub actions: Option<u16>,
    pub resource: Where,
    /// All must hold; `true`: an `unless`.
    pub conditions: Vec<(bool, Condition)>,
    /// Whether the text is made by [`Draft`].
    pub is_drafted: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Who {
    Anybody,
    App(usize),
    Apps,
    PersonsApps(usize),
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Where {
    Anything,
    InGroup(usize),
    InServer(usize),
    Server(usize),
    Servers,
    Tool(usize, usize),
    Tools,
}

pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_default())
}

impl Simple {
    pub fn text(&self) -> String {
        if self.is_drafted { self.drafted() } else { self.written() }
    }

    fn written(&self) -> String {
        let principal = match self.who {
            Who::Anybody => String::new(),
            Who::App(app) => format!(" == App::{}", quoted(APPS[app])),
            Who::Apps => " is App".to_owned(),
            Who::PersonsApps(person) => format!(" in Person::{}", quoted(PERSONS[person])),
        };
        let action = self.actions.map_or(String::new(), |bits| {
            let chosen = ACTIONS.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
            let names: Vec<_> = chosen.map(|(_, name)| format!("Action::\"{name}\"")).collect();
            if let [one] = &names[..] { format!(" == {one}") } else { format!(" in [{}]", names.join(", ")) }
        });
        let resource = match self.resource {
            Where::Anything => String::new(),
            Where::InGroup(group) => format!(" in Group::{}", quoted(GROUPS[group])),
            Where::InServer(server) => format!(" in Server::{}", quoted(SERVERS[server])),
            Where::Server(server) => format!(" == Server::{}", quoted(SERVERS[server])),
            Where::Servers => " is Server".to_owned(),
            Where::Tool(server, tool) => {
                format!(" == Tool::{}", quoted(&format!("{}/{}", SERVERS[server], TOOLS[tool])))
            }
            Where::Tools => " is Tool".to_owned(),
        };
        let effect = if self.forbids { "forbid" } else { "permit" };
        let said = |(is_unless, condition): &(bool, Condition)| {
            format!(" {} {{ {} }}", if *is_unless { "unless" } else { "when" }, condition.text())
        };
        let conditions = self.conditions.iter().map(said).collect::<Vec<_>>().concat();
        format!("{effect}(principal{principal}, action{action}, resource{resource}){conditions};\n")
    }

    fn drafted(&self) -> String {
        let (Who::App(app), Where::InServer(place) | Where::Tool(place, _)) = (self.who, self.resource) else {
            return self.written();
        };
        let effect = if self.forbids { Effect::Forbid } else { Effect::Permit };
        let (mut bounds, mut digest) = (Vec::new(), String::new());
        for (_, condition) in &self.conditions {
            match condition {
                Condition::Bound(argument, to) => {
                    bounds.push(Bound { argument: (*argument).to_owned(), to: to.clone() });
                }
                Condition::Digest(class) => digest = digest_of(*class),
                _ => {}
            }
        }
        let mut draft = Draft::of(effect, APPS[app], server(place));
        draft.bounds = &bounds;
        if let Where::Tool(_, tool) = self.resource {
            draft.tool = Some(TOOLS[tool]);
        }
        for (_, condition) in &self.conditions {
            match condition {
                Condition::Account(place) => draft.account = Some(account(*place)),
                Condition::Digest(_) => draft.arguments = Some(&digest),
                Condition::Host(place) => draft.host = Some(HOSTS[*place]),
                Condition::Instance(place) => draft.instance = Some(INSTANCES[*place]),
                Condition::Pinned(place) => draft.pinned = Some(pin(*place)),
                _ => {}
            }
        }
        draft.text()
    }

    /// Whether any event at all has such an action on such a resource; a rule where none has is refused.
    pub fn can_match(&self) -> bool {
        // Actions on tools: call and admit.
        let (tools, servers) = (0b00_1100_0011, 0b11_0011_1100);
        let actions = self.actions.unwrap_or(tools | servers);
        match self.resource {
            Where::Anything | Where::InGroup(_) | Where::InServer(_) => true,
            Where::Server(_) | Where::Servers => actions & servers != 0,
            Where::Tool(..) | Where::Tools => actions & tools != 0,
        }
    }

    /// Whether it is `permit(principal, action, resource);`.
    pub fn is_bare(&self) -> bool {
        let is_anything = self.who == Who::Anybody && self.actions.is_none() && self.resource == Where::Anything;
        !self.forbids
            && is_anything
            && self.conditions.iter().all(|(is_unless, one)| !is_unless && *one == Condition::Always)
    }

    /// Whether it matches this action; none where that cannot be said.
    pub fn matches(&self, action: usize, event: &Event, is_open: bool) -> Option<bool> {
        let party = &event.party;
        let by = match self.who {
            Who::Anybody | Who::Apps => true,
            Who::App(app) => app == party.app,
            Who::PersonsApps(person) => person == party.person,
        };
        let on = match self.resource {
            Where::Anything => true,
            Where::InGroup(group) => party.group == Some(group),
            Where::InServer(server) => server == party.server,
            Where::Server(server) => server == party.server && event.tool().is_none(),
            Where::Servers => event.tool().is_none(),
            Where::Tool(server, tool) => server == party.server && event.tool() == Some(tool),
            Where::Tools => event.tool().is_some(),
        };
        if !by || !on || self.actions.is_some_and(|bits| bits >> action & 1 == 0) {
            return Some(false);
        }
        for (is_unless, condition) in &self.conditions {
            if condition.holds(event, is_open)? == *is_unless {
                return Some(false);
            }
        }
        Some(true)
    }
}
