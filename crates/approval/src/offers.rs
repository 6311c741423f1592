//! Which answers are on offer: the worse a call may be, the fewer of them last.

use crate::answer::{Answer, FEWEST_TIMES, MOST_TIMES};
use crate::minutes::Minutes;
use keyholder_model::risk::Tier;
use keyholder_model::untrusted::visible;

/// The answers to one question, narrowest first, the two kinds of no last. Nothing is chosen beforehand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offers {
    /// Each with what it means.
    pub choices: Vec<Choice>,
}

/// One answer on offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What is answered.
    pub answer: Answer,
    /// What it means, in words of ours; where it quotes an argument, that is already made visible.
    pub words: String,
    /// What it would have covered lately, where that is known.
    pub matched: Option<Matched>,
}

/// How many of the tool's recent calls a pattern would have covered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Matched {
    /// So many …
    pub hits: u32,
    /// … of so many.
    pub of: u32,
}

/// A pattern of arguments that a lasting yes may be bound to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferedPattern {
    /// What fits it: `only with channel “#ops”`, `only with exactly these arguments`.
    pub words: String,
    /// What it would have covered lately, where that is known.
    pub matched: Option<Matched>,
}

/// Whether the program that calls is known for sure (its signature, its path), or only by what it says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Identified {
    /// Anybody could say the same.
    No,
    /// It is that program.
    Yes,
}

/// So many patterns are offered at most: more are not read.
pub const MOST_PATTERNS: usize = 8;

impl Offers {
    /// The answers to a question about one call.
    ///
    /// The patterns come narrowest first, "exactly these arguments" among them, and are answered by their place in this list;
    /// those after the first [`MOST_PATTERNS`] are left out. A destroying call is never allowed for longer than a quarter of an
    /// hour, one that leaves the account never for the tool as a whole, and an unidentified program gets nothing that stays:
    /// whoever calls itself the same tomorrow would inherit it.
    pub fn for_tier(tier: Tier, patterns: &[OfferedPattern], caller_is_identified: Identified) -> Self {
        let mut choices = vec![plain(Answer::AllowOnce, "Just this call".to_owned())];
        let minutes = match tier {
            Tier::Look | Tier::Change | Tier::Send => {
                choices.extend(TIMES.map(|times| {
                    plain(Answer::AllowTimes(times), format!("This call and up to {} more of this tool", times - 1))
                }));
                MINUTES
            }
            Tier::Destroy => MINUTES_TO_DESTROY,
        };
        choices.extend(minutes.iter().filter_map(|minutes| {
            let minutes = Minutes::new(*minutes)?;
            Some(plain(Answer::AllowFor(minutes), format!("Every call of this tool for {minutes}")))
        }));
        if tier < Tier::Destroy {
            choices.push(plain(Answer::AllowUntilQuit, "Every call of this tool until the app quits".to_owned()));
        }
        if tier < Tier::Destroy && caller_is_identified == Identified::Yes {
            choices.extend((0_u8..).zip(patterns.iter().take(MOST_PATTERNS)).map(|(place, pattern)| Choice {
                answer: Answer::AllowAlwaysWith(place),
                words: format!("Always, {}", visible(&pattern.words)),
                matched: pattern.matched,
            }));
        }
        if tier < Tier::Send && caller_is_identified == Identified::Yes {
            choices.push(plain(Answer::AllowAlways, "Always for this tool".to_owned()));
        }
        choices.push(plain(Answer::Deny, "Not this call".to_owned()));
        choices.push(plain(Answer::DenyAndBlock, "Never; do not ask again".to_owned()));
        Self { choices }
    }

    /// The answers to everything that is not a call: once, or not.
    pub fn once_or_not() -> Self {
        let choices = vec![plain(Answer::AllowOnce, "Yes, this once".to_owned()), plain(Answer::Deny, "No".to_owned())];
        Self { choices }
    }

    /// Whether this answer may be given. A number smaller than an offered one is narrower, and so on offer too; a plain no always
    /// is.
    pub fn has(&self, answer: Answer) -> bool {
        let any = |fits: fn(Answer, Answer) -> bool| self.choices.iter().any(|choice| fits(choice.answer, answer));
        match answer {
            Answer::AllowFor(_) => any(|offered, given| match (offered, given) {
                (Answer::AllowFor(most), Answer::AllowFor(minutes)) => minutes <= most,
                _ => false,
            }),
            Answer::AllowTimes(times) => {
                (FEWEST_TIMES..=MOST_TIMES).contains(&times)
                    && any(|offered, given| match (offered, given) {
                        (Answer::AllowTimes(most), Answer::AllowTimes(times)) => times <= most,
                        _ => false,
                    })
            }
            Answer::Deny => true,
            Answer::AllowAlways
            | Answer::AllowAlwaysWith(_)
            | Answer::AllowOnce
            | Answer::AllowUntilQuit
            | Answer::DenyAndBlock => any(|offered, given| offered == given),
        }
    }
}

impl Default for Offers {
    fn default() -> Self {
        Self::once_or_not()
    }
}

fn plain(answer: Answer, words: String) -> Choice {
    Choice { answer, words, matched: None }
}

const TIMES: [u8; 2] = [5, MOST_TIMES];
const MINUTES: &[u16] = &[5, 15, 60, Minutes::MOST];
const MINUTES_TO_DESTROY: &[u16] = &[5, 15];

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(many: usize) -> Vec<OfferedPattern> {
        let pattern = |number| OfferedPattern {
            words: format!("only with channel \u{201c}{number}\u{202e}\u{201d}"),
            matched: Some(Matched { hits: 6, of: 40 }),
        };
        (0..many).map(pattern).collect()
    }

    fn minutes(minutes: u16) -> Answer {
        Answer::AllowFor(Minutes::new(minutes).unwrap())
    }

    #[test]
    fn the_worse_a_call_the_fewer_answers_last() {
        let offered = |tier| Offers::for_tier(tier, &patterns(1), Identified::Yes);
        for tier in [Tier::Look, Tier::Change] {
            for answer in [Answer::AllowAlways, Answer::AllowAlwaysWith(0), Answer::AllowUntilQuit, minutes(720)] {
                assert!(offered(tier).has(answer), "{tier}: {answer}");
            }
        }
        let send = offered(Tier::Send);
        assert!(!send.has(Answer::AllowAlways), "a tool that reaches others is never allowed as a whole");
        assert!(send.has(Answer::AllowAlwaysWith(0)) && !send.has(Answer::AllowAlwaysWith(1)));
        let destroy = offered(Tier::Destroy);
        let lasting = [Answer::AllowAlways, Answer::AllowAlwaysWith(0), Answer::AllowUntilQuit, Answer::AllowTimes(2)];
        assert!(!lasting.into_iter().any(|answer| destroy.has(answer)));
        assert!(destroy.has(Answer::AllowOnce) && destroy.has(minutes(15)) && !destroy.has(minutes(16)));
    }

    #[test]
    fn an_unidentified_program_gets_nothing_that_stays() {
        for tier in Tier::ALL {
            let offers = Offers::for_tier(tier, &patterns(3), Identified::No);
            assert!(!offers.has(Answer::AllowAlways) && !offers.has(Answer::AllowAlwaysWith(0)));
            assert!(offers.has(Answer::AllowOnce) && offers.has(minutes(5)));
        }
    }

    #[test]
    fn both_kinds_of_no_stand_last_and_the_single_yes_first() {
        for tier in Tier::ALL {
            let choices = Offers::for_tier(tier, &patterns(2), Identified::Yes).choices;
            assert_eq!(choices.first().map(|choice| choice.answer), Some(Answer::AllowOnce));
            assert!(choices.iter().rev().map(|choice| choice.answer).take(2).eq([Answer::DenyAndBlock, Answer::Deny]));
        }
    }

    #[test]
    fn what_is_no_call_is_allowed_once_or_not_at_all() {
        let offers = Offers::default();
        assert!(offers.has(Answer::AllowOnce) && offers.has(Answer::Deny));
        for answer in [Answer::AllowAlways, Answer::AllowTimes(2), minutes(1), Answer::DenyAndBlock] {
            assert!(!offers.has(answer), "{answer}");
        }
    }

    #[test]
    fn a_number_is_bounded_by_what_is_on_offer() {
        let offers = Offers::for_tier(Tier::Send, &[], Identified::Yes);
        assert!([2, 7, 50].into_iter().all(|times| offers.has(Answer::AllowTimes(times))));
        assert!([0, 1, 51, 255].into_iter().all(|times| !offers.has(Answer::AllowTimes(times))));
    }

    #[test]
    fn patterns_are_few_and_their_words_cannot_deceive() {
        let offers = Offers::for_tier(Tier::Change, &patterns(300), Identified::Yes);
        let lasting: Vec<_> = offers.choices.iter().filter(|choice| choice.matched.is_some()).collect();
        assert_eq!(lasting.len(), MOST_PATTERNS);
        assert_eq!(lasting[1].answer, Answer::AllowAlwaysWith(1));
        assert_eq!(lasting[1].words, "Always, only with channel \u{201c}1\\u202e\u{201d}");
    }
}
