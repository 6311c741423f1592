//! `keyholder grants`, `login`, `logout` and `revoke`.

use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, moment, toned};
use keyholder_console::grants::{GrantState, GrantView, RevocationView, Upstream};

/// Sign-ins.
pub(super) fn list(grants: &[GrantView], output: Output) -> Exit {
    if grants.is_empty() {
        output.nothing("No sign-ins.");
        return Exit::Ok;
    }
    let rows: Vec<_> = grants
        .iter()
        .map(|grant| {
            vec![
                cell(&grant.server),
                cell(&grant.account),
                state(grant.state),
                cell(&grant.issuer),
                cell(grant.scopes.join(" ")),
                moment(&grant.obtained, output),
                grant.last_used.as_ref().map_or_else(|| cell("never"), |at| moment(at, output)),
            ]
        })
        .collect();
    output.table(&["SERVER", "ACCOUNT", "STATE", "ISSUER", "SCOPES", "SIGNED IN", "LAST USED"], &rows);
    Exit::Ok
}

/// What became of revoked sign-ins. One that may live on at its server is bad news.
pub(super) fn revoked(revocations: &[RevocationView], shown: bool, output: Output) -> Exit {
    if revocations.is_empty() && !shown {
        output.nothing("There was no sign-in.");
    }
    for one in revocations.iter().filter(|_| !shown) {
        let upstream = match one.upstream {
            Upstream::Confirmed => "revoked at the authorization server and deleted here",
            Upstream::Failed => {
                "deleted here; the authorization server did not confirm, so it may be valid there until it expires"
            }
            Upstream::NotAsked => "deleted here; the authorization server was not told",
            Upstream::Pending => {
                "out of use here; the authorization server cannot be reached and is told as soon as it can be (logout deletes at once)"
            }
            Upstream::NotOffered => "deleted here; the authorization server offers no revocation",
        };
        let bridges = match one.bridges {
            0 => String::new(),
            1 => "; one bridge cut".to_owned(),
            many => format!("; {many} bridges cut"),
        };
        output.line(&crate::plain::escape(&format!("{}@{}: {upstream}{bridges}", one.server, one.account)));
    }
    if revocations.iter().any(|one| matches!(one.upstream, Upstream::Failed | Upstream::Pending)) {
        Exit::Upstream
    } else {
        Exit::Ok
    }
}

fn state(state: GrantState) -> Cell {
    match state {
        GrantState::Active => toned("signed in", Tone::Good),
        GrantState::Lapsed => toned("lapsed", Tone::Warning),
        GrantState::Revoked => toned("revoked", Tone::Bad),
    }
}
