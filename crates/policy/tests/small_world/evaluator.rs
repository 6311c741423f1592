//! The whole of the decision, as simply as it can be said.

use super::condition::Condition;
use super::event::Event;
use super::load::World;
use super::rule::{Simple, Where, Who};
use keyholder_model::asking::AskMode;
use keyholder_model::risk::Label;

/// The reference, with what it remembers of the remembered rules.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Names, rules, and the place among the remembered ones; the strongest layer first.
    pub rules: Vec<(String, Simple, Option<usize>)>,
    lives: Vec<Living>,
    /// The most that the wall clock was ahead of the other one, in milliseconds.
    ahead: i64,
}

#[derive(Clone, Debug)]
struct Living {
    limits: keyholder_policy::Limits,
    left: Option<u32>,
    rested: i64,
}

/// What must come out, and the names of which one must be given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    pub word: &'static str,
    pub names: Vec<String>,
}

enum Ruling {
    Forbidden(Vec<String>),
    Permitted(usize),
    Silent,
}

impl Reference {
    pub fn of(world: &World) -> Self {
        let mut rules = Vec::new();
        let managed = world.managed.iter().enumerate().filter(|(_, rule)| rule.forbids);
        rules.extend(managed.map(|(place, rule)| (format!("managed m.cedar/r{place}"), rule.clone(), None)));
        rules.extend(persons(world));
        let remembered = world.remembered.iter().enumerate();
        rules.extend(remembered.map(|(place, kept)| (format!("remembered {place}"), kept.rule.clone(), Some(place))));
        rules.extend(shipped());
        let living = |kept: &super::load::Kept| Living {
            limits: kept.limits,
            left: kept.limits.uses,
            rested: super::event::START.as_millis(),
        };
        Self { rules, lives: world.remembered.iter().map(living).collect(), ahead: i64::MIN }
    }

    /// What must be decided; what is used is used.
    pub fn decide(&mut self, event: &Event) -> Expected {
        self.ahead = self.ahead.max(event.situation.at.as_millis() - monotonic(event));
        let now = self.ahead + monotonic(event);
        let (expected, user) = self.expect(event);
        if let Some(life) = user.and_then(|place| self.rules[place].2).map(|life| &mut self.lives[life]) {
            life.left = life.left.map(|left| left - 1);
            life.rested = life.rested.max(now);
        }
        expected
    }

    /// What must be decided, and the place of the rule that is used for it.
    fn expect(&self, event: &Event) -> (Expected, Option<usize>) {
        let attended = event.kind.place();
        let say = |word, names| (Expected { word, names }, None);
        let permitting = match self.ruling(attended, event) {
            Ruling::Forbidden(names) => return say("deny", names),
            Ruling::Silent => return say("deny", vec!["none".to_owned()]),
            Ruling::Permitted(place) => self.rules[place].0.clone(),
        };
        match self.ruling(attended + 1, event) {
            Ruling::Forbidden(names) => say("ask", names),
            Ruling::Silent => say("ask", vec![permitting]),
            Ruling::Permitted(place) => {
                let names = vec![self.rules[place].0.clone()];
                if event.arguments().is_some_and(|arguments| arguments.cedar.is_none()) {
                    return say("ask", names);
                }
                (Expected { word: "allow", names }, Some(place))
            }
        }
    }

    fn ruling(&self, action: usize, event: &Event) -> Ruling {
        let is_open = self.is_open(event);
        let (mut forbidding, mut broken, mut permitting) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (name, rule, life)) in
            self.rules.iter().enumerate().filter(|(place, _)| self.is_alive(*place, event))
        {
            let is_counted = life.is_some_and(|life| self.lives[life].limits.uses.is_some());
            match (rule.forbids, rule.matches(action, event, is_open)) {
                (_, Some(false)) | (false, None) => {}
                (true, Some(true)) => forbidding.push((is_counted, place)),
                (true, None) => broken.push(name.clone()),
                (false, Some(true)) => permitting.push((is_counted, place)),
            }
        }
        match (forbidding.iter().min(), permitting.iter().min()) {
            (Some((_, place)), _) => Ruling::Forbidden(vec![self.rules[*place].0.clone()]),
            (None, _) if !broken.is_empty() => Ruling::Forbidden(broken),
            (None, Some((_, place))) => Ruling::Permitted(*place),
            (None, None) => Ruling::Silent,
        }
    }

    pub fn is_open(&self, event: &Event) -> bool {
        self.rules.iter().enumerate().any(|(place, (_, rule, _))| rule.is_bare() && self.is_alive(place, event))
    }

    pub fn is_alive(&self, place: usize, event: &Event) -> bool {
        let Some(life) = self.rules[place].2.map(|life| &self.lives[life]) else { return true };
        let ahead = self.ahead.max(event.situation.at.as_millis() - monotonic(event));
        let now = ahead + monotonic(event);
        let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let is_over = life.limits.expires.is_some_and(|expires| now >= expires.as_millis())
            || life.limits.ends.is_some_and(|ends| event.situation.monotonic >= ends)
            || life.limits.idle.is_some_and(|idle| now - life.rested >= millis(idle))
            || life.left == Some(0);
        !is_over
    }
}

fn monotonic(event: &Event) -> i64 {
    i64::try_from(event.situation.monotonic.as_millis()).unwrap_or(i64::MAX)
}

/// The person's rules in force: forbids as soon as they are written and until their end is confirmed, permits when they are both.
fn persons(world: &World) -> Vec<(String, Simple, Option<usize>)> {
    // The two files, one after the other.
    let filed = || {
        let all = world.person.iter().enumerate();
        all.clone().filter(|(place, _)| place % 2 == 0).chain(all.filter(|(place, _)| place % 2 == 1))
    };
    let file = |place: usize| if place.is_multiple_of(2) { "even.cedar" } else { "odd.cedar" };
    let was_confirmed = |rule: &Simple| filed().any(|(_, one)| one.is_confirmed && one.rule.text() == rule.text());
    let is_written = |rule: &Simple| filed().any(|(_, one)| one.is_written && one.rule.text() == rule.text());
    let in_force =
        filed().filter(|(_, one)| one.is_written && (one.rule.forbids || !world.is_pinned || was_confirmed(&one.rule)));
    let mut rules: Vec<_> =
        in_force.map(|(place, one)| (format!("{}/r{place}", file(place)), one.rule.clone(), None)).collect();
    let withdrawn =
        filed().filter(|(_, one)| world.is_pinned && one.is_confirmed && one.rule.forbids && !is_written(&one.rule));
    rules.extend(withdrawn.enumerate().map(|(number, (place, one))| {
        (format!("withdrawn {} {}/r{place}", file(place), number + 1), one.rule.clone(), None)
    }));
    rules
}

/// The rules that Keyholder ships, said once more.
fn shipped() -> Vec<(String, Simple, Option<usize>)> {
    let rule = |name: &str, forbids, actions, conditions: &[(bool, Condition)]| {
        let (who, resource) = (Who::Anybody, Where::Anything);
        let simple = Simple {
            forbids,
            who,
            actions: Some(actions),
            resource,
            conditions: conditions.to_vec(),
            is_drafted: false,
        };
        (name.to_owned(), simple, None)
    };
    let (when, unless) = (|one| (false, one), |one| (true, one));
    let (does, seen) = (Condition::Does, Condition::Seen);
    let closed = || unless(Condition::Open);
    vec![
        rule("asking/look", false, 2, &[when(Condition::TierIs(0)), unless(Condition::Mode(AskMode::Careful))]),
        rule("asking/learning", false, 2, &[when(Condition::Mode(AskMode::Learning)), unless(Condition::TierFrom(2))]),
        rule(
            "quantities/destroying",
            true,
            2,
            &[closed(), when(does(Label::Destroys)), when(Condition::Destroying(10))],
        ),
        rule("quantities/sending", true, 2, &[closed(), when(does(Label::SendsOutward)), when(Condition::Sending(30))]),
        rule(
            "quantities/changing",
            true,
            2,
            &[closed(), when(Condition::TierFrom(1)), when(Condition::UnaskedHour(200))],
        ),
        rule(
            "sequences/outward",
            true,
            2,
            &[
                closed(),
                when(does(Label::SendsOutward)),
                when(seen(Label::ReadsPrivate)),
                when(seen(Label::SeesUntrusted)),
            ],
        ),
        rule("starter/connect", false, 1 << 4, &[]),
        rule("starter/call", false, 1, &[]),
        rule("starter/read", false, 0b1100, &[]),
        rule("starter/admit", false, 1 << 6, &[]),
        rule("starter/answer", false, 1 << 8, &[]),
    ]
}
