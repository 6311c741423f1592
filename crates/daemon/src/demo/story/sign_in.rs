//! Steps 1 to 3: who takes part, the sign-in, and where the token went.

use super::{Story, make_sure};
use crate::demo::page;
use crate::demo::stage::SERVER;
use keyholder_console::grants::{GrantState, GrantView};
use keyholder_console::status::StatusView;
use serde::Deserialize;

/// `keyholder --json grants`.
#[derive(Deserialize)]
pub(super) struct Grants {
    pub(super) grants: Vec<GrantView>,
}

pub(super) async fn who_is_who(story: &Story<'_>) -> Result<(), String> {
    let stage = story.stage;
    page::headline(1, "Who is who");
    page::show(
        "host app",
        "The demo's own, in the place of Claude or Cursor. This program plays it, so it shows up as \u{201c}keyholderd\u{201d}.",
    );
    page::show("bridge", "keyholder, started by the host app. It relays, and holds nothing.");
    page::show("broker", &format!("keyholderd, process {}. It alone holds tokens, and asks you.", std::process::id()));
    page::show("MCP server", &format!("{} keeps a few notes.", stage.practice.server_url()));
    page::show("sign-in at", &format!("{}, the notes' authorization server.", stage.practice.issuer()));
    page::show("files", &format!("{}, until the demo ends.", stage.home().display()));
    page::blank();
    page::tell("All that the host app's configuration says about the server:");
    page::quote(&format!(r#""{SERVER}": {{ "command": "keyholder", "args": ["bridge", "{SERVER}"] }}"#));
    page::blank();
    let status: StatusView = stage.keyholder.read(&["status"]).await?;
    make_sure(status.pid == std::process::id(), "another broker answered")?;
    stage.person.reads().await;
    Ok(())
}

pub(super) async fn sign_in(story: &Story<'_>) -> Result<(), String> {
    let stage = story.stage;
    page::headline(2, "Signing in");
    page::tell(
        "The host app starts its bridge and asks which tools there are. The server wants a sign-in, so Keyholder asks you first, \
         before any browser opens.",
    );
    if !stage.person.is_scripted() {
        page::tell("Type yes and press Enter.");
    }
    let mut host = stage.host.lock().await;
    let title = host.initialize().await?;
    let tools = host.tools_with("list_notes").await?;
    stage.person.is_done_answering().await;
    for line in stage.visits.settle() {
        page::show("browser", &format!("the practice browser {line}"));
    }
    story.show_events();
    page::show("app gets", &format!("{title}: {}", tools.join(", ")));
    page::blank();
    let tally = stage.practice.tally();
    make_sure(tally.authorize_visits == 1 && tally.codes_redeemed == 1, "there was not exactly one sign-in")
}

pub(super) async fn where_the_token_is(story: &Story<'_>) -> Result<(), String> {
    let stage = story.stage;
    page::headline(3, "Where the token is");
    let status: StatusView = stage.keyholder.read(&["status"]).await?;
    match &stage.without_keychain {
        None => {
            make_sure(status.vault.kind == "keychain" && status.vault.usable, "the tokens are not in the keychain")?;
            page::tell(
                "In your operating system's keychain, in an item that goes away with the demo. The app and the bridge never see it. \
                 What Keyholder shows of a sign-in, to anyone, has no field for a token:",
            );
        }
        Some(why) => {
            make_sure(status.vault.kind == "memory", "the tokens are not in memory")?;
            page::tell(
                "In the broker's memory only: this machine has no keychain that works. Outside of this demo Keyholder would refuse to \
                 sign in; it puts no token into a plain file. What it shows of a sign-in, to anyone, has no field for a token:",
            );
            page::show("keychain", why);
            page::blank();
        }
    }
    let grants: Grants = stage.keyholder.read(&["grants"]).await?;
    let [grant] = grants.grants.as_slice() else { return Err("there is not exactly one sign-in".to_owned()) };
    make_sure(grant.state == GrantState::Active, "the sign-in is not active")?;
    page::show("server", &format!("{} (account {})", grant.server, grant.account));
    page::show("issuer", &grant.issuer);
    page::show("for", &grant.resource);
    page::show("scopes", &grant.scopes.join(", "));
    page::show("good until", grant.expires.as_deref().unwrap_or("the server says no"));
    page::blank();
    make_sure(grant.scopes == ["notes:read"], "the scope is not the least one")?;
    stage.person.reads().await;
    Ok(())
}
