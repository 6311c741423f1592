//! Who the person is to the system: the name by which rules may speak of them.

/// Longer names are not the system's.
const LONGEST: usize = 256;

/// The name that the session gives, else the system's number for the account. `environment` looks up one variable.
///
/// A name for rules and for showing, and no proof: whoever starts the broker sets its environment, and owns its rules as well.
pub(crate) fn name(environment: impl Fn(&str) -> Option<String>) -> String {
    let is_name = |name: &String| !name.is_empty() && name.len() <= LONGEST && !name.contains(char::is_control);
    NAMED_IN.iter().filter_map(|variable| environment(variable)).find(is_name).unwrap_or_else(number)
}

#[cfg(unix)]
const NAMED_IN: [&str; 2] = ["USER", "LOGNAME"];

#[cfg(not(unix))]
const NAMED_IN: [&str; 1] = ["USERNAME"];

#[cfg(unix)]
fn number() -> String {
    rustix::process::getuid().as_raw().to_string()
}

/// There is no number that a person would know.
#[cfg(not(unix))]
fn number() -> String {
    "user".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_has_a_name_even_where_the_session_gives_none() {
        assert_eq!(name(|variable| (variable == NAMED_IN[0]).then(|| "ana".to_owned())), "ana");
        for unfit in ["", "a\nb", &"x".repeat(LONGEST + 1)] {
            assert_eq!(name(|_| Some(unfit.to_owned())), number());
        }
        assert_eq!(name(|_| None), number());
        assert!(!number().is_empty());
    }
}
