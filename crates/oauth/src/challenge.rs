//! What a protected resource answers when access is missing (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1).

use crate::untrusted::clip;
use keyholder_model::grant::ScopeSet;

/// Longest set of header values that is read, in bytes; more is no challenge.
const LONGEST: usize = 16 << 10;

/// The first well-formed `Bearer` or `DPoP` challenge of a response. All its texts are the server's word.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Challenge {
    /// Where the resource's metadata is (RFC 9728 §5.1), as sent; not yet vetted.
    pub resource_metadata: Option<String>,
    /// The scopes that the request would have needed.
    pub scope: Option<ScopeSet>,
    /// The error code: `invalid_token`, `insufficient_scope`, …; clipped.
    pub error: Option<String>,
    /// The server's explanation, clipped to 200 safe characters.
    pub error_description: Option<String>,
    /// The authentication that is asked for (RFC 9470 §3), clipped.
    pub acr_values: Option<String>,
    /// How old the sign-in may be, in seconds (RFC 9470 §3).
    pub max_age: Option<u64>,
    /// Whether a token is wanted that is bound to a key (RFC 9449 §7.1).
    pub wants_dpop: bool,
}

impl Challenge {
    /// Reads the values of all `WWW-Authenticate` fields of one response, in their order.
    ///
    /// A challenge in which a parameter occurs twice is passed over, as is everything after a syntax error within one value.
    pub fn parse(header_values: &[String]) -> Option<Self> {
        if header_values.iter().map(String::len).sum::<usize>() > LONGEST {
            return None;
        }
        header_values.iter().flat_map(|value| challenges(value)).find_map(Raw::read)
    }

    /// Whether a wider scope would help (RFC 6750 §3.1). A 403 without this is a plain refusal.
    pub fn is_insufficient_scope(&self) -> bool {
        self.error.as_deref() == Some("insufficient_scope")
    }
}

/// One challenge as it stood there.
struct Raw {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Raw {
    fn read(self) -> Option<Challenge> {
        let wants_dpop = self.scheme.eq_ignore_ascii_case("dpop");
        if !wants_dpop && !self.scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut challenge = Challenge { wants_dpop, ..Challenge::default() };
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &self.parameters {
            if seen.contains(&name.as_str()) {
                return None;
            }
            seen.push(name);
            match name.as_str() {
                "resource_metadata" => challenge.resource_metadata = Some(value.clone()),
                // Scopes that are no scopes cannot be asked for: the whole challenge is malformed then.
                "scope" => challenge.scope = Some(value.parse().ok()?).filter(|scopes: &ScopeSet| !scopes.is_empty()),
                "error" => challenge.error = Some(clip(value)),
                "error_description" => challenge.error_description = Some(clip(value)),
                "acr_values" => challenge.acr_values = Some(clip(value)),
                "max_age" => challenge.max_age = value.parse().ok(),
                _ => {}
            }
        }
        Some(challenge)
    }
}

/// All challenges of one field value, up to the first syntax error.
fn challenges(value: &str) -> Vec<Raw> {
    let mut scan = Scan { rest: value };
    let mut found: Vec<Raw> = Vec::new();
    loop {
        scan.skip_separators();
        if scan.rest.is_empty() {
            return found;
        }
        let Some(word) = scan.token() else { return found };
        let spaced = scan.skip_spaces();
        if scan.rest.starts_with('=') && !scan.is_token68_padding() {
            // `name = value`: a parameter of the challenge before it.
            scan.rest = &scan.rest[1..];
            scan.skip_spaces();
            let parameter = scan.value();
            match (parameter, found.last_mut()) {
                (Some(parameter), Some(last)) if scan.at_end_of_item() => {
                    last.parameters.push((word.to_ascii_lowercase(), parameter));
                }
                // What was read of a challenge that breaks off is not trusted either.
                _ => {
                    found.pop();
                    return found;
                }
            }
        } else {
            found.push(Raw { scheme: word.to_owned(), parameters: Vec::new() });
            if spaced {
                scan.skip_token68();
            }
        }
    }
}

struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn skip_separators(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
    }

    fn skip_spaces(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        self.rest.len() != before
    }

    /// RFC 9110 §5.6.2.
    fn token(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !is_token_char(c)).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!token.is_empty()).then_some(token)
    }

    /// A token or a quoted string (RFC 9110 §5.6.4).
    fn value(&mut self) -> Option<String> {
        let Some(quoted) = self.rest.strip_prefix('"') else { return self.token().map(str::to_owned) };
        let mut text = String::new();
        let mut characters = quoted.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.rest = &quoted[at + 1..];
                    return Some(text);
                }
                '\\' => text.push(characters.next()?.1),
                c if c.is_control() && c != '\t' => return None,
                c => text.push(c),
            }
        }
        None
    }

    fn at_end_of_item(&self) -> bool {
        let rest = self.rest.trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with(',')
    }

    /// `Negotiate abc==`: the equal signs are padding, not the beginning of a value.
    fn is_token68_padding(&self) -> bool {
        let after = self.rest.trim_start_matches('=').trim_start_matches([' ', '\t']);
        after.is_empty() || after.starts_with(',')
    }

    /// Passes over `token68` (RFC 9110 §11.2), which a Bearer challenge never has.
    fn skip_token68(&mut self) {
        let end = self.rest.find(|c: char| !is_token68_char(c)).unwrap_or(self.rest.len());
        let after = self.rest[end..].trim_start_matches('=');
        let ends = after.trim_start_matches([' ', '\t']);
        if end > 0 && (ends.is_empty() || ends.starts_with(',')) {
            self.rest = ends;
        }
    }
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

fn is_token68_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/".contains(c)
}

#[cfg(test)]
mod tests;
