//! Moments on the command line: how long ago, or as RFC 3339. The broker only ever hears RFC 3339.

use std::time::{SystemTime, UNIX_EPOCH};

/// The moment that a text names: `30d`, `12h` or `90m` ago, or a moment in RFC 3339, which is the broker's to check.
pub(crate) fn moment(text: &str) -> Result<String, String> {
    at(text, now())
}

fn at(text: &str, now: u64) -> Result<String, String> {
    if let Some(seconds) = seconds(text) {
        return Ok(rfc3339(now.saturating_sub(seconds)));
    }
    let looks_like_one = text.len() >= "2026-11-21T08:00:00Z".len() && text.as_bytes()[4] == b'-';
    if looks_like_one {
        return Ok(text.to_owned());
    }
    Err(format!("\u{201c}{text}\u{201d} is no moment: say how long ago, as 30d, 12h or 90m, or 2026-11-21T08:00:00Z"))
}

fn seconds(text: &str) -> Option<u64> {
    let unit = match text.as_bytes().last()? {
        b'd' => 86_400,
        b'h' => 3_600,
        b'm' => 60,
        _ => return None,
    };
    let count = &text[..text.len() - 1];
    // `parse` alone would take a sign.
    let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    // Longer ago than can be counted is as good as always.
    digits.then(|| count.parse().map_or(u64::MAX, |count: u64| count.saturating_mul(unit)))
}

/// RFC 3339 in UTC. By the civil calendar's 400-year eras, with years that begin in March, so that the leap day comes last.
fn rfc3339(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day % 3_600 / 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[allow(
    clippy::disallowed_methods,
    reason = "a door says what its person means by ago; the clock's crate would bring a cryptography library along"
)]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::{at, rfc3339};

    #[test]
    fn a_duration_is_counted_back_from_now() {
        let now = 1_795_248_000;
        for (text, moment) in [
            ("30d", "2026-10-22T08:00:00Z"),
            ("12h", "2026-11-20T20:00:00Z"),
            ("90m", "2026-11-21T06:30:00Z"),
            ("0m", "2026-11-21T08:00:00Z"),
            ("99999999999999999999d", "1970-01-01T00:00:00Z"),
            ("2026-11-01T00:00:00+01:00", "2026-11-01T00:00:00+01:00"),
        ] {
            assert_eq!(at(text, now).as_deref(), Ok(moment), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_with_examples() {
        for text in ["", "d", "-3d", "+3d", "3", "3w", "yesterday", "3.5h", "\u{e4}\u{f6}\u{fc}", "3\u{b5}d"] {
            assert!(at(text, 0).unwrap_err().contains("30d"), "{text}");
        }
    }

    #[test]
    fn leap_days_and_ends_of_years_are_named_right() {
        for (seconds, moment) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), moment);
        }
    }
}
