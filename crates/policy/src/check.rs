//! A rules text, looked at before it becomes anybody's rule.

use crate::error::{Problem, Weight};
use crate::parse::{self, Rule};
use crate::rule::{Effect, OnArguments, Origin};
use crate::sources::{self, MOST_BYTES, MOST_RULES};
use std::path::PathBuf;

/// What the rules of a text do where they match, in their order; nothing for a text without rules.
///
/// Read with the parser, the checks and the bounds that rules files are read with: a text that passes here is not what closes
/// everything later.
///
/// # Errors
/// The first [`Problem`], with its line; its file is `the text`.
pub fn check(text: &str) -> Result<Vec<Effect>, Problem> {
    let problem = |message: String| Problem { file: PLACE.to_owned(), line: None, message, weight: Weight::Closes };
    if text.len() as u64 > MOST_BYTES {
        return Err(problem("it is larger than 1 MiB".to_owned()));
    }
    let (rules, problems) = read(text).map_err(problem)?;
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem);
    }
    if rules.len() > MOST_RULES {
        return Err(problem(format!("there are more than {MOST_RULES} rules")));
    }
    Ok(rules.iter().map(Rule::effect).collect())
}

/// Whether some rule of a text looks at a call's arguments. What cannot be read may.
pub fn on_arguments(text: &str) -> OnArguments {
    let is_free = |rule: &Rule| rule.reads.on_arguments() == OnArguments::Free;
    match read(text) {
        Ok((rules, problems)) if problems.is_empty() && rules.iter().all(is_free) => OnArguments::Free,
        Ok(_) | Err(_) => OnArguments::Bound,
    }
}

fn read(text: &str) -> Result<(Vec<Rule>, Vec<Problem>), String> {
    sources::with_stack(|| {
        let (mut names, mut rules, mut problems) = (parse::Names::default(), Vec::new(), Vec::new());
        parse::parse(text, PLACE, PLACE, &Origin::Person(PathBuf::from(PLACE)), &mut names, &mut rules, &mut problems);
        (rules, problems)
    })
}

const PLACE: &str = "the text";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_rules_of_a_text_do_is_known_in_their_order() {
        let text =
            "forbid (principal, action, resource) when { false };\n@id(\"x\")\npermit (principal, action, resource);";
        assert_eq!(check(text).unwrap(), [Effect::Forbid, Effect::Permit]);
        assert_eq!(check("// nothing\n").unwrap(), []);
    }

    #[test]
    fn whether_arguments_matter_is_read_and_not_guessed() {
        let when = |condition: &str| format!("permit (principal, action, resource) when {{ {condition} }};");
        for bound in ["context.arguments has n", "context.arguments_digest == \"x\"", "context.uninspectable"] {
            assert_eq!(on_arguments(&when(bound)), OnArguments::Bound, "{bound}");
        }
        for free in ["context.tier <= 2", "resource.name == \"context.arguments\"", "true // context.arguments\n"] {
            assert_eq!(on_arguments(&when(free)), OnArguments::Free, "{free}");
        }
        assert_eq!(on_arguments("nonsense"), OnArguments::Bound);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line() {
        let broken = check("forbid (principal, action, resource);\npermit (principal;").unwrap_err();
        assert_eq!((broken.file.as_str(), broken.line), ("the text", Some(2)));
        let unknown = check("forbid (principal, action == Action::\"cal\", resource);").unwrap_err();
        assert_eq!(unknown.line, Some(1));
        assert!(
            check(&format!(
                "permit (principal, action, resource) when {{ {}true{} }};",
                "(".repeat(60),
                ")".repeat(60)
            ))
            .is_err()
        );
        assert!(check(&" ".repeat(1 + (1 << 20))).is_err());
    }
}
