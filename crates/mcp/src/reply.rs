//! Composing what goes back to a host.

use crate::era::Side;
use crate::fault::Fault;
use crate::members::{self, Writer};
use serde_json::value::RawValue;

/// A response whose result is JSON text already.
pub fn result(id: &str, result: &str) -> String {
    let mut writer = Writer::with_capacity(result.len() + id.len() + 48);
    writer.string("jsonrpc", "2.0").raw("id", id).raw("result", result);
    writer.finish()
}

/// A response that hands on a server's error, exact text.
pub fn error_as_given(id: &str, error: &str) -> String {
    let mut writer = Writer::with_capacity(error.len() + id.len() + 48);
    writer.string("jsonrpc", "2.0").raw("id", id).raw("error", error);
    writer.finish()
}

/// A response that says what is wrong. `id` is exact text; `null` where the request had none that could be read.
pub fn fault(id: &str, fault: &Fault) -> String {
    error(id, i64::from(fault.code.number()), &fault.message, None)
}

/// An error response with optional `data` (JSON text).
pub fn error(id: &str, code: i64, message: &str, data: Option<&str>) -> String {
    let mut error = Writer::with_capacity(message.len() + 64);
    error.raw("code", &code.to_string()).string("message", message);
    if let Some(data) = data {
        error.raw("data", data);
    }
    error_as_given(id, &error.finish())
}

/// A tool's result that tells the model, in plain words, that the call did not run (D12): not a protocol error, so that the
/// model can go on with something else.
pub fn tool_refusal(id: &str, sentence: &str, host: Side) -> String {
    let mut content = Writer::with_capacity(sentence.len() + 48);
    content.string("type", "text").string("text", sentence);
    let mut outcome = Writer::with_capacity(sentence.len() + 96);
    if host == Side::Modern {
        outcome.string("resultType", "complete");
    }
    outcome.raw("content", &format!("[{}]", content.finish())).raw("isError", "true");
    result(id, &outcome.finish())
}

/// A notification.
pub fn notification(method: &str, params: Option<&str>) -> String {
    let mut writer = Writer::with_capacity(method.len() + params.map_or(0, str::len) + 48);
    writer.string("jsonrpc", "2.0").string("method", method);
    if let Some(params) = params {
        writer.raw("params", params);
    }
    writer.finish()
}

/// A request to the host, under an id of ours.
pub fn request(id: &str, method: &str, params: Option<&str>) -> String {
    let mut writer = Writer::with_capacity(method.len() + params.map_or(0, str::len) + 64);
    writer.string("jsonrpc", "2.0").string("id", id).string("method", method);
    if let Some(params) = params {
        writer.raw("params", params);
    }
    writer.finish()
}

/// The parameters of a progress notification with the host's own token in place of ours.
pub fn retoken(params: &RawValue, token: &str) -> Option<String> {
    let cut = members::of(params.get()).ok()?;
    members::find(&cut, "progressToken")?;
    let mut writer = Writer::with_capacity(params.get().len() + token.len());
    for (key, value) in &cut {
        writer.raw(key, if key == "progressToken" { token } else { value.get() });
    }
    Some(writer.finish())
}

/// As [`retoken`], for a host that was sent `before` steps of progress of our own: the server's steps are counted on from there,
/// since progress must only ever grow (T-150).
pub fn retoken_after(params: &RawValue, token: &str, before: u32) -> Option<String> {
    let cut = members::of(params.get()).ok()?;
    members::find(&cut, "progressToken")?;
    let mut writer = Writer::with_capacity(params.get().len() + token.len());
    for (key, value) in &cut {
        match key.as_ref() {
            "progressToken" => writer.raw(key, token),
            "progress" | "total" => {
                let number: f64 = serde_json::from_str(value.get()).ok()?;
                writer.raw(key, &(number + f64::from(before)).to_string())
            }
            _ => writer.raw(key, value.get()),
        };
    }
    Some(writer.finish())
}

/// A result that asks for more input before the call can finish (MCP 2026-07-28, multi-round requests).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputRequired {
    /// What is asked: the server's key, the method, exact text of the parameters.
    pub requests: Vec<(String, String, Option<String>)>,
    /// What must be handed back unread, exact text.
    pub state: Option<String>,
}

/// What a result says about itself (T-051).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultType {
    /// The answer.
    Complete,
    /// The server asks back.
    InputRequired(InputRequired),
    /// A kind that nobody here declared; it must not be taken for an answer.
    Unknown(String),
}

/// Reads the `resultType` of a modern server's result. Absent means complete.
pub fn result_type(result: &str) -> ResultType {
    // The common case of a legacy server costs one search, not a parse.
    if !result.contains("resultType") {
        return ResultType::Complete;
    }
    let Ok(members) = members::of(result) else { return ResultType::Complete };
    let Some(kind) = members::find(&members, "resultType") else { return ResultType::Complete };
    match crate::envelope::text_of(kind).as_deref() {
        Some("complete") => ResultType::Complete,
        Some("input_required") => {
            let asked = members::find(&members, "inputRequests")
                .and_then(|asked| members::of(asked.get()).ok())
                .unwrap_or_default();
            let requests = asked.iter().filter_map(|(key, request)| {
                let request = members::of(request.get()).ok()?;
                let method = crate::envelope::text_of(members::find(&request, "method")?)?;
                Some((key.to_string(), method, members::find(&request, "params").map(|params| params.get().to_owned())))
            });
            let state = members::find(&members, "requestState").map(|state| state.get().to_owned());
            ResultType::InputRequired(InputRequired { requests: requests.collect(), state })
        }
        other => ResultType::Unknown(other.unwrap_or_default().chars().take(40).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_result_that_the_model_can_read() {
        assert_eq!(
            tool_refusal("\"a\"", "No \u{201c}way\u{201d}.", Side::Legacy),
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"No \u{201c}way\u{201d}.\"}],\"isError\":true}}"
        );
        assert!(tool_refusal("1", "x", Side::Modern).contains(r#""resultType":"complete""#));
    }

    #[test]
    fn progress_gets_the_hosts_own_token_back() {
        let params = RawValue::from_string(r#"{"progressToken":"k9","progress":1,"total":2.50}"#.to_owned()).unwrap();
        assert_eq!(retoken(&params, "7").unwrap(), r#"{"progressToken":7,"progress":1,"total":2.50}"#);
    }

    #[test]
    fn progress_is_counted_on_from_our_own_steps() {
        let params =
            RawValue::from_string(r#"{"progressToken":"k9","progress":0.5,"total":2,"message":"x"}"#.to_owned())
                .unwrap();
        assert_eq!(
            retoken_after(&params, "7", 3).unwrap(),
            r#"{"progressToken":7,"progress":3.5,"total":5,"message":"x"}"#
        );
    }

    #[test]
    fn input_required_is_read_with_its_state_unread() {
        let text = r#"{"resultType":"input_required","requestState":"{\"a\":1}\u0041","inputRequests":{"k":{"method":"elicitation/create","params":{"m":1.0}}}}"#;
        let result = text;
        let ResultType::InputRequired(asked) = result_type(result) else { panic!() };
        assert_eq!(asked.state.as_deref(), Some(r#""{\"a\":1}\u0041""#));
        assert_eq!(
            asked.requests,
            [("k".to_owned(), "elicitation/create".to_owned(), Some(r#"{"m":1.0}"#.to_owned()))]
        );
        let plain = r#"{"content":[{"resultType":"x"}]}"#;
        assert_eq!(result_type(plain), ResultType::Complete);
        let odd = r#"{"resultType":"foo"}"#;
        assert_eq!(result_type(odd), ResultType::Unknown("foo".to_owned()));
    }
}
