//! `keyholder tools`.

use super::rules::verdict;
use crate::arguments::{ReadTools, ToolsVerb, UseWord};
use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, moment, toned};
use keyholder_console::order::Order;
use keyholder_console::tools::{LabelSource, ToolState, ToolUse, ToolView};

/// What the one account of a server is called where nobody named it.
const ONLY_ACCOUNT: &str = "default";

/// The order that a verb stands for.
pub(super) fn order(read: ReadTools) -> Result<Order, String> {
    // Not left to the parser: told that the two exclude each other, it takes the verb after `--json` for a server's name.
    if let (Some(server), Some(_)) = (&read.server, &read.what) {
        return Err(format!("say either a verb or the server {server} to list"));
    }
    Ok(match read.what {
        None => Order::Labels { server: read.server },
        Some(ToolsVerb::Admit { review }) => Order::Admit { review: review.join(" ") },
        Some(ToolsVerb::Distrust { server }) => Order::Distrust { server },
        Some(ToolsVerb::Label { server, tool, labels, none: _ }) => Order::SetLabels { server, tool, labels },
        Some(ToolsVerb::Ls { server }) => Order::Labels { server },
        Some(ToolsVerb::Refuse { review }) => Order::Refuse { review: review.join(" ") },
        Some(ToolsVerb::Review) => Order::Review,
        Some(ToolsVerb::Trust { server }) => Order::Trust { server },
        Some(ToolsVerb::Use { server, tool, usage }) => Order::SetToolUse {
            server: server.name,
            account: server.account.unwrap_or_else(|| ONLY_ACCOUNT.to_owned()),
            tool,
            usage: match usage {
                UseWord::Ask => Some(ToolUse::Ask),
                UseWord::Off => Some(ToolUse::Off),
                UseWord::Rules => None,
                UseWord::Silent => Some(ToolUse::Silent),
            },
        },
    })
}

/// Tools with their tiers and labels.
pub(super) fn list(tools: &[ToolView], output: Output) -> Exit {
    if tools.is_empty() {
        output.nothing("No tools: none is known before the first connection to its server.");
        return Exit::Ok;
    }
    let rows: Vec<_> = tools
        .iter()
        .map(|tool| {
            let labels = tool.labels.join(" ");
            vec![
                cell(match tool.account.as_str() {
                    ONLY_ACCOUNT => tool.server.clone(),
                    account => format!("{}@{account}", tool.server),
                }),
                cell(&tool.name),
                tier(&tool.tier),
                maybe((!labels.is_empty()).then_some(labels)),
                cell(match tool.labels_from {
                    LabelSource::Person => "you",
                    LabelSource::Proposed => "proposed",
                }),
                tool.verdict.map_or_else(|| cell("-"), verdict),
                cell(short_digest(&tool.digest)),
                match tool.state {
                    ToolState::Admitted => cell("admitted"),
                    ToolState::Pending => toned("held back", Tone::Warning),
                },
                cell(tool.uses.to_string()),
                tool.last_used.as_ref().map_or_else(|| cell("never"), |at| moment(at, output)),
            ]
        })
        .collect();
    let headings = ["SERVER", "TOOL", "TIER", "LABELS", "LABELS BY", "CALLS", "DIGEST", "STATE", "USES", "LAST USED"];
    output.table(&headings, &rows);
    if output.terminal && tools.iter().any(|tool| tool.state == ToolState::Pending) {
        output.line("Look at what is held back: keyholder tools review");
    }
    Exit::Ok
}

/// How much harm a call can do.
pub(super) fn tier(word: &str) -> Cell {
    let tone = match word {
        "look" | "change" => Tone::Plain,
        "send" => Tone::Warning,
        _ => Tone::Bad,
    };
    toned(word, tone)
}

/// So much of a digest as a person compares.
pub(super) fn short_digest(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
