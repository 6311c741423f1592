//! Composing what goes to a server, and naming it by its digest.

use crate::era::{Side, meta};
use crate::fault::{Code, Fault};
use crate::header;
use crate::members::{self, Members, Writer};
use crate::tool::ParameterHeader;
use bytes::Bytes;
use keyholder_model::digest::Digest;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One JSON-RPC object, ready to be sent. Made only here, so that [`digest`](Self::digest) names the bytes of
/// [`body`](Self::body).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outgoing {
    /// Our own id for a request; `None` for a notification or a response.
    pub id: Option<String>,
    /// The method; empty for a response.
    pub method: String,
    /// The value of `Mcp-Name`, encoded for a header.
    pub name: Option<String>,
    /// `Mcp-Param-<name>` headers with encoded values.
    pub parameters: Vec<(String, String)>,
    /// The exact bytes.
    pub body: Bytes,
    /// What a permit must name.
    pub digest: Digest,
}

/// Whose request it is: part of every digest, so that a permit for one server or account is none for another.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The server's name.
    pub server: &'a str,
    /// The account's label.
    pub account: &'a str,
}

/// What a request says about its sender, to a modern server.
#[derive(Debug, Clone, Copy)]
pub struct ModernMeta<'a> {
    /// The revision.
    pub version: &'a str,
    /// Exact text of an object.
    pub client_info: &'a str,
    /// Exact text of an object.
    pub capabilities: &'a str,
    /// The log level that a legacy host asked for.
    pub log_level: Option<&'a str>,
}

/// Where a request goes.
#[derive(Debug, Clone, Copy)]
pub enum Toward<'a> {
    /// A legacy server.
    Legacy,
    /// A modern server, and what it is told about us.
    Modern(ModernMeta<'a>),
}

/// A tool's name has at most 128 characters by the specification; servers that go beyond are borne up to here.
const MAX_TOOL_NAME: usize = 1024;

/// A tool call, cut out of a request's parameters.
#[derive(Debug)]
pub struct Call<'a> {
    /// The tool.
    pub tool: Cow<'a, str>,
    /// Exact text of the arguments object; `{}` where there was none.
    pub arguments: &'a str,
}

impl<'a> Call<'a> {
    /// Reads the parameters of `tools/call`.
    ///
    /// # Errors
    /// [`Code::InvalidParams`] without a tool name, or with arguments that are no object.
    pub fn read(params: Option<&'a RawValue>) -> Result<Self, Fault> {
        let members = params.map(|params| members::of(params.get())).transpose()?.unwrap_or_default();
        let name =
            members::find(&members, "name").and_then(|name| serde_json::from_str::<Cow<'_, str>>(name.get()).ok());
        let Some(tool) = name.filter(|name| !name.is_empty()) else {
            return Err(Fault::new(Code::InvalidParams, "a tool call needs the tool\u{2019}s name"));
        };
        if tool.len() > MAX_TOOL_NAME {
            return Err(Fault::new(Code::InvalidParams, "the tool\u{2019}s name is too long"));
        }
        let arguments = members::find(&members, "arguments").map_or("{}", RawValue::get);
        if !arguments.starts_with('{') {
            return Err(Fault::new(Code::InvalidParams, "a tool call\u{2019}s arguments must be an object"));
        }
        Ok(Self { tool: Cow::Owned(tool.into_owned()), arguments })
    }
}

/// The digest of a request: server, account, method and every parameter in exact bytes, but for `_meta` (ours to write) and
/// the two members of a multi-round retry (T-207: a retry of a permitted call is the same call).
///
/// # Errors
/// [`Code::InvalidParams`] if the parameters are no object.
pub fn digest(subject: Subject<'_>, method: &str, params: Option<&RawValue>) -> Result<Digest, Fault> {
    let members = params.map(|params| members::of(params.get())).transpose()?.unwrap_or_default();
    Ok(digest_of(subject, method, &members))
}

fn digest_of(subject: Subject<'_>, method: &str, members: &Members<'_>) -> Digest {
    let mut parts: Vec<&[u8]> = Vec::with_capacity(3 + 2 * members.len());
    parts.extend([subject.server.as_bytes(), subject.account.as_bytes(), method.as_bytes()]);
    for (key, value) in members {
        if !matches!(key.as_ref(), "_meta" | "inputResponses" | "requestState") {
            parts.push(key.as_bytes());
            parts.push(value.get().as_bytes());
        }
    }
    Digest::of_parts(&parts)
}

/// Composes requests and notifications for one server.
#[derive(Debug, Clone, Copy)]
pub struct Composer<'a> {
    /// Whose requests.
    pub subject: Subject<'a>,
    /// Which era the server speaks.
    pub toward: Toward<'a>,
}

impl Composer<'_> {
    /// A request. `id` is ours, never the host's (T-006). The host's `_meta` keeps what is not ours to say, and its progress
    /// token becomes our id (T-044, T-150).
    ///
    /// # Errors
    /// [`Code::InvalidParams`] if the parameters are no object.
    pub fn request(
        &self,
        id: &str,
        method: &str,
        params: Option<&RawValue>,
        headers: &[ParameterHeader],
        extra: &[(&str, &str)],
    ) -> Result<Outgoing, Fault> {
        self.compose(Some(id), method, params, headers, extra)
    }

    /// A notification.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub fn notification(&self, method: &str, params: Option<&RawValue>) -> Result<Outgoing, Fault> {
        self.compose(None, method, params, &[], &[])
    }

    fn compose(
        &self,
        id: Option<&str>,
        method: &str,
        params: Option<&RawValue>,
        headers: &[ParameterHeader],
        extra: &[(&str, &str)],
    ) -> Result<Outgoing, Fault> {
        let members = params.map(|params| members::of(params.get())).transpose()?.unwrap_or_default();
        let digest = digest_of(self.subject, method, &members);
        let length = params.map_or(2, |params| params.get().len());
        let mut composed = Writer::with_capacity(length + 512);
        for (key, value) in &members {
            let replaced = extra.iter().any(|(name, _)| name == key);
            if key != "_meta" && !replaced {
                composed.raw(key, value.get());
            }
        }
        for (key, json) in extra {
            composed.raw(key, json);
        }
        if let Some(meta) = self.meta(members::find(&members, "_meta"), id) {
            composed.raw("_meta", &meta);
        }
        let is_modern = matches!(self.toward, Toward::Modern(_));
        let has_params = params.is_some() || !extra.is_empty() || is_modern;
        let mut message = Writer::with_capacity(length + 640);
        message.string("jsonrpc", "2.0");
        if let Some(id) = id {
            message.string("id", id);
        }
        message.string("method", method);
        if has_params {
            message.raw("params", &composed.finish());
        }
        let parameters = if is_modern { parameter_headers(method, &members, headers)? } else { Vec::new() };
        Ok(Outgoing {
            id: id.map(str::to_owned),
            method: method.to_owned(),
            name: header_name(method, &members),
            parameters,
            body: message.finish().into(),
            digest,
        })
    }

    /// The `_meta` to send: what the host put there, without what only one era may say, with what the server's era needs.
    fn meta(&self, host: Option<&RawValue>, id: Option<&str>) -> Option<String> {
        let given = host.and_then(|meta| members::of(meta.get()).ok()).unwrap_or_default();
        if given.is_empty() && matches!(self.toward, Toward::Legacy) {
            return None;
        }
        let mut writer = Writer::with_capacity(512);
        let mut count = 0;
        for (key, value) in &given {
            match key.as_ref() {
                meta::PROTOCOL_VERSION | meta::CLIENT_CAPABILITIES | meta::CLIENT_INFO => continue,
                meta::LOG_LEVEL if matches!(self.toward, Toward::Legacy) => continue,
                "progressToken" => match id {
                    Some(id) => writer.string("progressToken", id),
                    None => continue,
                },
                other => writer.raw(other, value.get()),
            };
            count += 1;
        }
        let Toward::Modern(modern) = self.toward else { return (count > 0).then(|| writer.finish()) };
        writer.string(meta::PROTOCOL_VERSION, modern.version);
        writer.raw(meta::CLIENT_INFO, modern.client_info);
        writer.raw(meta::CLIENT_CAPABILITIES, modern.capabilities);
        let host_named_level = members::find(&given, meta::LOG_LEVEL).is_some();
        if let Some(level) = modern.log_level.filter(|_| !host_named_level) {
            writer.string(meta::LOG_LEVEL, level);
        }
        Some(writer.finish())
    }
}

/// A response to a request that a legacy server sent us. Its digest names the server, the account and the answer.
pub fn response(subject: Subject<'_>, server_id: &str, answer_key: &str, answer: &str) -> Outgoing {
    let mut message = Writer::with_capacity(answer.len() + 64);
    message.string("jsonrpc", "2.0");
    message.raw("id", server_id);
    message.raw(answer_key, answer);
    let body = message.finish();
    let digest =
        Digest::of_parts(&[subject.server.as_bytes(), subject.account.as_bytes(), b"response", body.as_bytes()]);
    Outgoing { id: None, method: String::new(), name: None, parameters: Vec::new(), body: body.into(), digest }
}

/// T-042: which parameter stands in `Mcp-Name`.
fn header_name(method: &str, members: &Members<'_>) -> Option<String> {
    let key = match method {
        "prompts/get" | "tools/call" => "name",
        "resources/read" => "uri",
        "tasks/cancel" | "tasks/get" | "tasks/update" => "taskId",
        _ => return None,
    };
    let text: String = serde_json::from_str(members::find(members, key)?.get()).ok()?;
    Some(header::encode(&text))
}

/// T-063, T-064: annotated arguments as headers, from the bytes that are sent.
fn parameter_headers(
    method: &str,
    members: &Members<'_>,
    headers: &[ParameterHeader],
) -> Result<Vec<(String, String)>, Fault> {
    if method != "tools/call" || headers.is_empty() {
        return Ok(Vec::new());
    }
    let Some(arguments) = members::find(members, "arguments") else { return Ok(Vec::new()) };
    let mut named = Vec::with_capacity(headers.len());
    for header in headers {
        if let Some(value) = header.value_in(arguments.get())? {
            named.push((format!("Mcp-Param-{}", header.name), header::encode(&value)));
        }
    }
    Ok(named)
}

/// Which side a [`Toward`] is.
impl Toward<'_> {
    /// The era.
    pub fn side(&self) -> Side {
        match self {
            Self::Legacy => Side::Legacy,
            Self::Modern(_) => Side::Modern,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject<'_> = Subject { server: "s", account: "default" };
    const MODERN: Toward<'_> = Toward::Modern(ModernMeta {
        version: "2026-07-28",
        client_info: r#"{"name":"keyholder","version":"0"}"#,
        capabilities: "{}",
        log_level: None,
    });

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn arguments_are_sent_byte_for_byte() {
        let params =
            raw(r#"{"name":"t","arguments":{ "n":9007199254740993, "x":1E+2, "s":"\u0041\/" },"x-new":[ 1 ]}"#);
        let sent = Composer { subject: SUBJECT, toward: Toward::Legacy }
            .request("k1", "tools/call", Some(&params), &[], &[])
            .unwrap();
        assert_eq!(
            sent.body,
            r#"{"jsonrpc":"2.0","id":"k1","method":"tools/call","params":{"name":"t","arguments":{ "n":9007199254740993, "x":1E+2, "s":"\u0041\/" },"x-new":[ 1 ]}}"#
        );
        assert_eq!(sent.name.as_deref(), Some("t"));
    }

    #[test]
    fn meta_is_merged_and_the_progress_token_is_ours() {
        let params = raw(
            r#"{"name":"t","_meta":{"progressToken":7,"vendor/x":{"a":1},"io.modelcontextprotocol/protocolVersion":"1999-01-01"}}"#,
        );
        let sent =
            Composer { subject: SUBJECT, toward: MODERN }.request("k2", "tools/call", Some(&params), &[], &[]).unwrap();
        let body = String::from_utf8(sent.body.to_vec()).unwrap();
        assert!(body.contains(r#""_meta":{"progressToken":"k2","vendor/x":{"a":1},"io.modelcontextprotocol/protocolVersion":"2026-07-28""#), "{body}");
        assert!(!body.contains("1999"));
        let sent = Composer { subject: SUBJECT, toward: Toward::Legacy }
            .request("k3", "tools/call", Some(&params), &[], &[])
            .unwrap();
        let body = String::from_utf8(sent.body.to_vec()).unwrap();
        assert!(body.ends_with(r#""_meta":{"progressToken":"k3","vendor/x":{"a":1}}}}"#), "{body}");
    }

    #[test]
    fn a_digest_changes_with_every_byte_that_matters_and_with_nothing_else() {
        let base = raw(r#"{"name":"t","arguments":{"a":1}}"#);
        let of = |subject, params: &RawValue| digest(subject, "tools/call", Some(params)).unwrap();
        let first = of(SUBJECT, &base);
        for other in [
            r#"{"name":"t","arguments":{"a":2}}"#,
            r#"{"name":"u","arguments":{"a":1}}"#,
            r#"{"name":"t","arguments":{"a":1.0}}"#,
            r#"{"name":"t","arguments":{"a":1},"x":1}"#,
        ] {
            assert_ne!(first, of(SUBJECT, &raw(other)), "{other}");
        }
        assert_ne!(first, of(Subject { server: "s2", account: "default" }, &base));
        assert_ne!(first, of(Subject { server: "s", account: "b" }, &base));
        assert_eq!(
            first,
            of(
                SUBJECT,
                &raw(
                    r#"{"name":"t","arguments":{"a":1},"_meta":{"progressToken":1},"inputResponses":{},"requestState":"x"}"#
                )
            )
        );
    }

    #[test]
    fn the_composed_request_has_the_digest_that_was_decided_on() {
        let params = raw(r#"{"name":"t","arguments":{"a":1},"_meta":{"progressToken":1}}"#);
        let sent = Composer { subject: SUBJECT, toward: MODERN }
            .request("k", "tools/call", Some(&params), &[], &[("inputResponses", "{}"), ("requestState", "\"s\"")])
            .unwrap();
        assert_eq!(sent.digest, digest(SUBJECT, "tools/call", Some(&params)).unwrap());
    }

    #[test]
    fn a_call_without_a_name_or_with_odd_arguments_is_refused() {
        for bad in ["{}", r#"{"name":1}"#, r#"{"name":""}"#, r#"{"name":"t","arguments":[]}"#] {
            assert!(Call::read(Some(&raw(bad))).is_err(), "{bad}");
        }
        assert_eq!(Call::read(Some(&raw(r#"{"name":"t"}"#))).unwrap().arguments, "{}");
        assert!(Call::read(None).is_err());
    }
}
