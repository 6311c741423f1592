//! What is so at the moment of a request, as Cedar's context: only what some rule reads.

use crate::arguments::{self, Inspection};
use crate::entities::{Unbuildable, text, words};
use crate::facts::{Action, Change, Facts, Rates};
use crate::reads::{ARGUMENTS, Reads};
use cedar_policy::{Context, RestrictedExpression};

/// The context of one request, and whether it shows all there is. `open`: whether a bare permit is in force.
pub(crate) fn context(facts: &Facts<'_>, reads: &Reads, open: bool) -> Result<(Context, Inspection), Unbuildable> {
    let mut pairs = Pairs { reads, pairs: Vec::with_capacity(12) };
    let mut inspection = Inspection::Complete;
    match facts.action {
        Action::Admit { change, suspicious, .. } => {
            pairs.add("change", || text(change.as_str()));
            pairs.add("suspicious", || RestrictedExpression::new_bool(suspicious));
        }
        Action::Answer { kind } => pairs.add("kind", || text(kind)),
        Action::Call { arguments, tier, .. } => {
            if reads.has(ARGUMENTS) {
                let record = arguments::to_cedar(arguments, reads.arguments());
                inspection = if record.is_some() { Inspection::Complete } else { Inspection::Impossible };
                let empty = || RestrictedExpression::new_record([]).map_err(|_| Unbuildable);
                let record = record.map_or_else(empty, Ok)?;
                pairs.add(ARGUMENTS, || record);
            } else {
                inspection = arguments::inspect(arguments);
            }
            pairs.add("uninspectable", || RestrictedExpression::new_bool(inspection == Inspection::Impossible));
            pairs.add("arguments_digest", || text(&arguments::canonical_digest(arguments).unwrap_or_default()));
            pairs.add("tier", || RestrictedExpression::new_long(tier.as_number().into()));
            let moment = facts.situation;
            pairs.add("first_use", || RestrictedExpression::new_bool(moment.first_use));
            pairs.add("calls", || rates(moment.calls));
            pairs.add("unasked", || rates(moment.unasked));
            pairs.add("unasked_destroying", || RestrictedExpression::new_long(moment.unasked_destroying.into()));
            pairs.add("unasked_sending", || RestrictedExpression::new_long(moment.unasked_sending.into()));
        }
        Action::Connect { issuer, scopes } => {
            if let Some(issuer) = issuer {
                pairs.add("issuer", || text(issuer));
            }
            pairs.add("scopes", || RestrictedExpression::new_set(scopes.iter().map(text)));
        }
        Action::Read { method, uri } => {
            pairs.add("method", || text(method));
            if let Some(uri) = uri {
                pairs.add("uri", || text(uri));
            }
        }
    }
    add_moment(&mut pairs, facts, open);
    Ok((Context::from_pairs(pairs.pairs).map_err(|_| Unbuildable)?, inspection))
}

/// What every action's context has.
fn add_moment(pairs: &mut Pairs<'_>, facts: &Facts<'_>, open: bool) {
    let moment = facts.situation;
    // A moment that has no RFC 3339 form makes an expression that fails: a rule that reads it counts against the request.
    pairs.add("now", || RestrictedExpression::new_datetime(moment.at.to_string()));
    pairs.add("hour", || RestrictedExpression::new_long(moment.hour.into()));
    pairs.add("weekday", || RestrictedExpression::new_long(moment.weekday.into()));
    if let Some(locked) = moment.screen_locked {
        pairs.add("screen_locked", || RestrictedExpression::new_bool(locked));
    }
    pairs.add("mode", || text(moment.mode.as_str()));
    pairs.add("open", || RestrictedExpression::new_bool(open));
    pairs.add("seen", || words(moment.seen));
}

struct Pairs<'a> {
    reads: &'a Reads,
    pairs: Vec<(String, RestrictedExpression)>,
}

impl Pairs<'_> {
    fn add(&mut self, name: &str, value: impl FnOnce() -> RestrictedExpression) {
        if self.reads.has(name) {
            self.pairs.push((name.to_owned(), value()));
        }
    }
}

fn rates(rates: Rates) -> RestrictedExpression {
    let long = |count: u32| RestrictedExpression::new_long(count.into());
    let fields = [("minute", rates.minute), ("hour", rates.hour), ("day", rates.day)];
    RestrictedExpression::new_record(fields.map(|(name, count)| (name.to_owned(), long(count))))
        .unwrap_or_else(|_| text("the names of a record of rates differ"))
}

impl Change {
    /// The word in rules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
        }
    }
}
