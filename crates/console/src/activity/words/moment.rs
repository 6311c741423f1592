//! Moments as a person names them. When they were is for whoever has a clock and a calendar to say.

use std::fmt;

/// A moment as a person names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Moment {
    /// So many minutes ago; how it was said is of no importance: `2d` is `48h`.
    Ago(u64),
    /// RFC 3339, as it was given.
    At(String),
    /// The beginning of a day of the person's own calendar: `2026-11-20`.
    Day(String),
}

impl Moment {
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some(minutes) = minutes(text) {
            return Some(Self::Ago(minutes));
        }
        let day = text.get(..10).filter(|day| is_day(day))?;
        match text.get(10..) {
            Some("") => Some(Self::Day(day.to_owned())),
            Some(time) if is_time(time) => Some(Self::At(text.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ago(minutes) => {
                let whole = |(_, length): &(u8, u64)| minutes % length == 0;
                let (unit, length) = UNITS.into_iter().find(whole).unwrap_or((b'm', 1));
                write!(f, "{}{}", minutes / length, char::from(unit))
            }
            Self::At(text) | Self::Day(text) => f.write_str(text),
        }
    }
}

/// In minutes, the longest first.
const UNITS: [(u8, u64); 4] = [(b'w', 10_080), (b'd', 1_440), (b'h', 60), (b'm', 1)];

/// How long ago `90m`, `12h`, `2d` or `4w` are.
fn minutes(text: &str) -> Option<u64> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let (_, length) = UNITS.into_iter().find(|(known, _)| [*known] == unit.as_bytes())?;
    // `parse` alone would take a sign. Longer ago than can be counted is as good as always.
    let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let most = u64::MAX / length;
    digits.then(|| count.parse().map_or(most, |count: u64| count.min(most)) * length)
}

/// Whether the calendar has this day.
fn is_day(text: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits(text.get(range)?);
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(5..7), part(8..10)) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' && (1..=days).contains(&day)
}

/// Whether it is the rest of a moment in RFC 3339: `T08:00:00.123+01:00`.
fn is_time(text: &str) -> bool {
    let clock = |text: &str| {
        let part = |range: std::ops::Range<usize>| digits(text.get(range)?);
        text.as_bytes().get(2) == Some(&b':')
            && part(0..2).is_some_and(|hour| hour < 24)
            && part(3..5).is_some_and(|minute| minute < 60)
    };
    let Some(rest) = text.strip_prefix(['T', 't']).filter(|rest| clock(rest)) else { return false };
    let second = |text: &str| text.strip_prefix(':').and_then(|text| digits(text.get(..2)?)).is_some_and(|it| it < 60);
    let Some(rest) = rest.get(5..).filter(|rest| second(rest)).and_then(|rest| rest.get(3..)) else { return false };
    let rest = match rest.strip_prefix('.') {
        None => rest,
        Some(rest) => {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            if !(1..=9).contains(&length) {
                return false;
            }
            &rest[length..]
        }
    };
    match rest.strip_prefix(['+', '-']) {
        Some(offset) => offset.len() == 5 && clock(offset),
        None => matches!(rest, "Z" | "z"),
    }
}

fn digits(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
