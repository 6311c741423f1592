//! The two eras of MCP, and what differs between them at the edges of a message.
//!
//! *Legacy* is 2025-11-25 and earlier: a handshake (`initialize`), then a session. *Modern* is 2026-07-28: no handshake; each
//! request says in `_meta` which revision it speaks and what the client can do.

use crate::members::{self, Writer};
use serde_json::value::RawValue;

/// The modern revision that Keyholder speaks.
pub const MODERN: &str = "2026-07-28";

/// The legacy revisions that Keyholder speaks, newest first.
pub const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// Request metadata of the modern era (MCP 2026-07-28, "`_meta`").
pub mod meta {
    /// The revision of this request.
    pub const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
    /// What the client can do.
    pub const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
    /// Who the client says it is.
    pub const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
    /// Which log messages the client wants with this request.
    pub const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";
    /// Who the server says it is, in results.
    pub const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";
}

/// Which era one side of the bridge speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Side {
    /// 2025-11-25 and earlier.
    Legacy,
    /// 2026-07-28.
    Modern,
}

/// The legacy revision to answer an `initialize` with: the one asked for if it is known, else the newest (T-024).
pub fn negotiate(asked: &str) -> &'static str {
    LEGACY.into_iter().find(|version| *version == asked).unwrap_or(LEGACY[0])
}

/// Methods whose results carry caching hints in the modern era.
pub fn is_cacheable(method: &str) -> bool {
    matches!(
        method,
        "server/discover"
            | "tools/list"
            | "prompts/list"
            | "resources/list"
            | "resources/templates/list"
            | "resources/read"
    )
}

/// A result for a host of one era that a server of another era gave. Everything else inside stays as it is.
pub fn translate_result(result: &str, method: &str, from: Side, to: Side) -> Option<String> {
    match (from, to) {
        (Side::Modern, Side::Legacy) => downgrade(result),
        (Side::Legacy, Side::Modern) => upgrade(result, method),
        _ => None,
    }
}

/// T-147: what a legacy host does not know is taken away.
fn downgrade(result: &str) -> Option<String> {
    let members = members::of(result).ok()?;
    let mut writer = Writer::with_capacity(result.len());
    for (key, value) in members {
        match key.as_ref() {
            "resultType" | "ttlMs" | "cacheScope" => {}
            "_meta" => {
                if let Some(rest) = without_server_info(value) {
                    writer.raw("_meta", &rest);
                }
            }
            other => {
                writer.raw(other, value.get());
            }
        }
    }
    Some(writer.finish())
}

fn without_server_info(meta: &RawValue) -> Option<String> {
    let members = members::of(meta.get()).ok()?;
    let mut writer = Writer::with_capacity(meta.get().len());
    let mut kept = 0;
    for (key, value) in members.iter().filter(|(key, _)| key != meta::SERVER_INFO) {
        writer.raw(key, value.get());
        kept += 1;
    }
    (kept > 0).then(|| writer.finish())
}

/// T-172: what a modern host insists on is added.
fn upgrade(result: &str, method: &str) -> Option<String> {
    let members = members::of(result).ok()?;
    let mut writer = Writer::with_capacity(result.len() + 80);
    if members::find(&members, "resultType").is_none() {
        writer.string("resultType", "complete");
    }
    for (key, value) in &members {
        writer.raw(key, value.get());
    }
    if is_cacheable(method) {
        if members::find(&members, "ttlMs").is_none() {
            writer.raw("ttlMs", "0");
        }
        if members::find(&members, "cacheScope").is_none() {
            writer.string("cacheScope", "private");
        }
    }
    Some(writer.finish())
}

/// The members of a greeting (`InitializeResult` or `DiscoverResult`) that the other era needs too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// What the server can do, exact text of an object.
    pub capabilities: String,
    /// Who it says it is, exact text of an object.
    pub server_info: String,
    /// Its instructions for the model, exact text of a JSON string.
    pub instructions: Option<String>,
}

/// A server's instructions are passed on up to this many bytes.
const MAX_INSTRUCTIONS: usize = 64 << 10;

impl Greeting {
    /// Reads either kind of greeting.
    pub fn read(result: &str) -> Option<Self> {
        let members = members::of(result).ok()?;
        let object = |key: &str| members::find(&members, key).map(RawValue::get).filter(|text| text.starts_with('{'));
        let meta_info = members::find(&members, "_meta")
            .and_then(|meta| members::of(meta.get()).ok())
            .and_then(|meta| members::find(&meta, meta::SERVER_INFO).map(|info| info.get().to_owned()));
        let instructions = members::find(&members, "instructions").map(RawValue::get);
        Some(Self {
            capabilities: object("capabilities").unwrap_or("{}").to_owned(),
            server_info: meta_info
                .or_else(|| object("serverInfo").map(str::to_owned))
                .unwrap_or_else(|| r#"{"name":"unnamed","version":"0"}"#.to_owned()),
            instructions: instructions
                .filter(|text| text.starts_with('"') && text.len() <= MAX_INSTRUCTIONS)
                .map(str::to_owned),
        })
    }

    /// As the answer to `initialize` (T-140). Tools may change behind the host's back (a sign-in reveals them), so that is
    /// always announced.
    pub fn initialize_result(&self, version: &str) -> String {
        let mut writer = Writer::with_capacity(512);
        writer.string("protocolVersion", version);
        writer.raw("capabilities", &self.legacy_capabilities());
        writer.raw("serverInfo", &self.server_info);
        if let Some(instructions) = &self.instructions {
            writer.raw("instructions", instructions);
        }
        writer.finish()
    }

    /// As the answer to `server/discover` (T-022).
    pub fn discover_result(&self) -> String {
        let versions: Vec<String> = std::iter::once(MODERN).chain(LEGACY).map(members::quote).collect();
        let mut info = Writer::with_capacity(self.server_info.len() + 48);
        info.raw(meta::SERVER_INFO, &self.server_info);
        let mut writer = Writer::with_capacity(640);
        writer.string("resultType", "complete");
        writer.raw("supportedVersions", &format!("[{}]", versions.join(",")));
        writer.raw("capabilities", &self.capabilities);
        if let Some(instructions) = &self.instructions {
            writer.raw("instructions", instructions);
        }
        writer.raw("ttlMs", "0");
        writer.string("cacheScope", "private");
        writer.raw("_meta", &info.finish());
        writer.finish()
    }

    fn legacy_capabilities(&self) -> String {
        let Ok(members) = members::of(&self.capabilities) else { return "{}".to_owned() };
        let mut writer = Writer::with_capacity(self.capabilities.len() + 24);
        for (key, value) in members {
            if key == "tools" {
                writer.raw("tools", r#"{"listChanged":true}"#);
            } else {
                writer.raw(&key, value.get());
            }
        }
        writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legacy_host_sees_no_modern_members() {
        let result = r#"{"resultType":"complete","tools":[{"n":1.10}],"ttlMs":5,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{},"x":1}}"#;
        let told = translate_result(result, "tools/list", Side::Modern, Side::Legacy).unwrap();
        assert_eq!(told, r#"{"tools":[{"n":1.10}],"_meta":{"x":1}}"#);
    }

    #[test]
    fn a_modern_host_gets_the_hints_that_it_insists_on() {
        let told = translate_result(r#"{"tools":[]}"#, "tools/list", Side::Legacy, Side::Modern).unwrap();
        assert_eq!(told, r#"{"resultType":"complete","tools":[],"ttlMs":0,"cacheScope":"private"}"#);
        let told = translate_result(r#"{"content":[]}"#, "tools/call", Side::Legacy, Side::Modern).unwrap();
        assert_eq!(told, r#"{"resultType":"complete","content":[]}"#);
    }

    #[test]
    fn the_same_era_is_left_alone() {
        assert_eq!(translate_result("{}", "ping", Side::Modern, Side::Modern), None);
    }

    #[test]
    fn greetings_are_read_from_both_eras_and_told_to_both() {
        let discovered = r#"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"x":{"y":1}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"2"}},"instructions":"be \"kind\"","ttlMs":0,"cacheScope":"private"}"#;
        let greeting = Greeting::read(discovered).unwrap();
        assert_eq!(
            greeting.initialize_result("2025-06-18"),
            r#"{"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true},"x":{"y":1}},"serverInfo":{"name":"s","version":"2"},"instructions":"be \"kind\""}"#
        );
        let initialized = greeting.initialize_result("2025-11-25");
        assert_eq!(Greeting::read(&initialized).unwrap().server_info, greeting.server_info);
        assert!(greeting.discover_result().contains(r#""supportedVersions":["2026-07-28","2025-11-25""#));
    }

    #[test]
    fn an_unknown_version_is_answered_with_the_newest_legacy_one() {
        assert_eq!(negotiate("2025-03-26"), "2025-03-26");
        assert_eq!(negotiate("2026-07-28"), "2025-11-25");
        assert_eq!(negotiate("1999-01-01"), "2025-11-25");
    }
}
