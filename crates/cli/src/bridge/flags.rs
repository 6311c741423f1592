//! The command line of `keyholder bridge`, read as forgivingly as `mcp-remote` reads its own: what is unknown is named once on
//! stderr and ignored, since a host's configuration is often copied from elsewhere.

use keyholder_wire::hello::{BridgeOptions, Target};
use std::collections::VecDeque;
use std::ffi::OsString;

/// What a bridge was started for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Flags {
    pub(super) target: Target,
    pub(super) options: BridgeOptions,
    /// What was ignored, one sentence each.
    pub(super) warnings: Vec<String>,
}

/// What the command line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Parsed {
    Bridge(Box<Flags>),
    Help,
    /// It cannot be served; the sentence says why.
    Refused(String),
}

/// Reads what follows `keyholder bridge`.
pub(super) fn parse(arguments: impl Iterator<Item = OsString>) -> Parsed {
    let mut rest: VecDeque<String> = arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    let mut target = None;
    let mut options = BridgeOptions::default();
    let mut warnings = Vec::new();
    while let Some(argument) = rest.pop_front() {
        if argument == "-h" || argument == "--help" {
            return Parsed::Help;
        }
        let Some(flag) = argument.strip_prefix("--") else {
            if target.is_none() && !argument.starts_with('-') {
                target = Some(target_of(&argument));
            } else {
                // Not quoted: it may be the value of an unknown flag, and that a key.
                warnings.push("an argument after the server is ignored (Keyholder chooses its own port)".to_owned());
            }
            continue;
        };
        let (name, inline) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value.to_owned())));
        let mut value = || inline.clone().or_else(|| rest.pop_front());
        match name {
            "allow-http" => warnings.push("--allow-http is ignored: plain http is for this machine only".to_owned()),
            "client-credentials" => options.client_credentials = true,
            "client-metadata-url" => options.client_metadata_url = options.client_metadata_url.take().or_else(value),
            "disable-resource-parameter" => options.resource = Some(String::new()),
            "older-oauth" => options.older_discovery = Some(true),
            "resource" => options.resource = options.resource.take().or_else(value),
            "static-oauth-client-info" => {
                match value().as_deref().map(|value| value.strip_prefix('@').map(std::path::absolute)) {
                    Some(Some(Ok(path))) => {
                        options.static_oauth_client_info_file = Some(path.to_string_lossy().into_owned());
                    }
                    _ => return Parsed::Refused(INLINE_CLIENT.to_owned()),
                }
            }
            name if TAKES_VALUE.contains(&name) => {
                let _ = value();
                warnings.push(format!("--{name} is not supported and ignored"));
            }
            name => warnings.push(format!("--{name} is not known and ignored")),
        }
    }
    match target {
        Some(target) => Parsed::Bridge(Box::new(Flags { target, options, warnings })),
        None => Parsed::Refused("name a server or its address: keyholder bridge NAME[@ACCOUNT] | URL".to_owned()),
    }
}

/// `NAME`, `NAME@ACCOUNT` or an address. An account may itself contain an `@`, a server's name may not.
fn target_of(text: &str) -> Target {
    if text.contains("://") {
        return Target::Url { url: text.to_owned() };
    }
    match text.split_once('@') {
        Some((name, account)) => Target::Name { name: name.to_owned(), account: Some(account.to_owned()) },
        None => Target::Name { name: text.to_owned(), account: None },
    }
}

pub(super) const HELP: &str = "\
Serve one MCP server to the host app that starts this, over stdin and stdout.

Usage: keyholder bridge NAME[@ACCOUNT] | URL [flags]

Flags:
  --client-credentials                ask for tokens as the registered client itself, without a person
  --client-metadata-url URL           client id metadata document to sign in with
  --static-oauth-client-info @FILE    file with a registered client: {\"client_id\": ..., \"client_secret\": ...},
                                      or \"private_key_pem\" and \"key_id\" for one that signs
  --resource URI                      resource to ask for (RFC 8707); empty for none
  --older-oauth                       the server publishes no metadata (MCP 2025-03-26)

Flags of mcp-remote that are not listed are ignored, each with a line on stderr.

Example, in a host's configuration:
  {\"mcpServers\": {\"github\": {\"command\": \"/usr/bin/keyholder\", \"args\": [\"bridge\", \"github\"]}}}
";

const INLINE_CLIENT: &str = "--static-oauth-client-info takes @FILE, the file with the client's JSON: \
     what stands on a command line can be read by every program of this machine";

/// Flags of mcp-remote with a value, so that the value is not taken for a server.
const TAKES_VALUE: [&str; 16] = [
    "auth-success-url",
    "auth-timeout",
    "authorize-param",
    "body-timeout",
    "callback-path",
    "connect-timeout",
    "header",
    "header-file",
    "headers-timeout",
    "host",
    "ignore-tool",
    "ping-interval",
    "protocol",
    "static-oauth-client-metadata",
    "token-endpoint",
    "transport",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Parsed {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn bridge(line: &str) -> Flags {
        match read(line) {
            Parsed::Bridge(flags) => *flags,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_target_is_a_name_an_account_or_an_address() {
        assert_eq!(bridge("github").target, Target::Name { name: "github".into(), account: None });
        let account = Some("me@example.com".to_owned());
        assert_eq!(bridge("github@me@example.com").target, Target::Name { name: "github".into(), account });
        assert_eq!(bridge("https://x.example/mcp?a@b").target, Target::Url { url: "https://x.example/mcp?a@b".into() });
    }

    #[test]
    fn flags_of_mcp_remote_are_taken_or_named_and_ignored() {
        let flags = bridge(
            "--header Authorization:secret-value https://x.example 3334 --allow-http --debug --resource=https://r.example",
        );
        assert_eq!(flags.target, Target::Url { url: "https://x.example".into() });
        assert_eq!(flags.options.resource.as_deref(), Some("https://r.example"));
        assert_eq!(flags.warnings.len(), 4, "{:?}", flags.warnings);
        assert!(!flags.warnings.concat().contains("secret-value"), "a value may be a key (spec T-003)");
    }

    #[test]
    fn a_client_is_read_from_a_file_never_from_the_command_line() {
        let Parsed::Refused(sentence) = read("x --static-oauth-client-info {\"client_secret\":\"S3\"}") else {
            panic!("must be refused")
        };
        assert!(sentence.contains("@FILE") && !sentence.contains("S3"));
        let file = bridge("x --static-oauth-client-info @/etc/client.json").options.static_oauth_client_info_file;
        assert_eq!(file.as_deref(), Some("/etc/client.json"));
    }

    #[test]
    fn nothing_to_serve_is_refused() {
        assert!(matches!(read("--older-oauth"), Parsed::Refused(_)));
        assert_eq!(read("x --help"), Parsed::Help);
    }
}
