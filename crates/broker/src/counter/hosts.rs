//! The host apps on this machine, with what makes each use a server. Nothing of theirs is read or written.

use super::parse_name;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::hosts::HostView;
use keyholder_hosts::{Around, Bridge, Disk, Host, Platform, look};
use keyholder_model::server::ServerName;
use std::path::PathBuf;

/// What stands in the place of a server's name where none is given.
const NO_NAME: &str = "NAME";

/// A server need not be known: the lines for one that is about to be added are wanted before it is.
pub(super) async fn list(server: Option<&str>) -> Result<Vec<HostView>, ConsoleError> {
    let server = parse_name(server.unwrap_or(NO_NAME))?;
    let program = program().map_err(|why| ConsoleError::new(Code::Internal).because(why))?;
    // Homes may be on slow disks, and no host waits for that.
    let looked = tokio::task::spawn_blocking(move || around_here(&program.to_string_lossy(), &server));
    looked.await.map_err(|_| ConsoleError::new(Code::Internal))
}

fn around_here(program: &str, server: &ServerName) -> Vec<HostView> {
    let lookup = |name: &str| std::env::var_os(name);
    let around = Around { platform: Platform::of(std::env::consts::OS), lookup: &lookup, files: &Disk };
    look(&around, Bridge { program, server }).into_iter().map(view).collect()
}

/// The `keyholder` that stands beside this program, where every installation has it.
fn program() -> Result<PathBuf, String> {
    let own =
        std::env::current_exe().map_err(|why| format!("where Keyholder\u{2019}s programs are is not known: {why}"))?;
    Ok(own.with_file_name(format!("keyholder{}", std::env::consts::EXE_SUFFIX)))
}

fn view(host: Host) -> HostView {
    HostView {
        id: host.id.to_owned(),
        name: host.name.to_owned(),
        found: host.found,
        config_file: host.config_file.map(|file| file.display().to_string()),
        snippet: host.snippet,
        command: host.command,
        restart: host.restart,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::House;
    use super::*;
    use keyholder_console::order::{Answer, Order};

    #[tokio::test]
    async fn every_app_is_shown_with_this_installations_own_program() {
        let mut house = House::new();
        let named = |name: &str| Some(name.to_owned());
        for (server, bridge) in [
            (named("notes"), "\"bridge\", \"notes\""),
            (named("not-added-yet"), "\"bridge\", \"not-added-yet\""),
            (None, "\"bridge\", \"NAME\""),
        ] {
            let Ok(Answer::Hosts(hosts)) = house.obeyed(Order::Hosts { server }).await else { panic!("no hosts") };
            let cursor = hosts.iter().find(|host| host.id == "cursor").unwrap();
            assert!(cursor.snippet.contains(bridge), "{}", cursor.snippet);
            let beside = std::env::current_exe().unwrap().with_file_name("keyholder").display().to_string();
            assert!(hosts.iter().all(|host| host.snippet.contains(&beside)), "{beside}");
        }
        let no_name = house.obeyed(Order::Hosts { server: named("a name; rm -rf /") }).await;
        assert_eq!(no_name.unwrap_err().code, Code::Invalid);
    }
}
