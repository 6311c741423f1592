//! Values of `Mcp-Name` and `Mcp-Param-*` headers (MCP 2026-07-28, Streamable HTTP, "Value Encoding").

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Encodes a text for a header: as it is where that is safe, else `=?base64?…?=`.
pub fn encode(text: &str) -> String {
    let visible = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let padded = text.starts_with(' ') || text.ends_with(' ');
    let looks_encoded = text.starts_with("=?base64?") && text.ends_with("?=");
    if visible && !padded && !looks_encoded {
        text.to_owned()
    } else {
        format!("=?base64?{}?=", BASE64_STANDARD.encode(text))
    }
}

/// Whether a text is a legal header name part (`1*tchar`, RFC 9110 §5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_values_are_encoded_as_the_specification_shows() {
        for (text, header) in [
            ("plain", "plain"),
            ("", ""),
            (" padded ", "=?base64?IHBhZGRlZCA=?="),
            ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
            ("Hello, \u{4e16}\u{754c}", "=?base64?SGVsbG8sIOS4lueVjA==?="),
            ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
        ] {
            assert_eq!(encode(text), header);
        }
    }
}
