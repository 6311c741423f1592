//! `application/x-www-form-urlencoded`, strictly: a parameter that stands twice is an error (RFC 6749 §3.1, §3.2).

use std::collections::HashMap;

/// The parameters of a query or a form.
#[derive(Debug)]
pub(crate) struct Form(HashMap<String, String>);

impl Form {
    /// The parameters; none where one stands twice.
    pub(crate) fn parse(encoded: &[u8]) -> Option<Self> {
        let mut fields = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(fields))
    }

    /// A parameter that is there and not empty (an empty value counts as omitted: RFC 6749 §3.1).
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
