//! The host apps on this machine, with what makes each use a server. Nothing of theirs is read or written.

use super::grants::find;
use super::parse_name;
use crate::broker::Broker;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::hosts::HostView;
use keyholder_hosts::{Around, Bridge, Disk, Host, Platform, look};
use keyholder_model::server::ServerName;
use std::path::PathBuf;
use std::sync::Arc;

/// What stands in the place of a server's name where none is given.
const NO_NAME: &str = "NAME";

pub(super) async fn list(broker: &Arc<Broker>, server: Option<&str>) -> Result<Vec<HostView>, ConsoleError> {
    let server = match server {
        Some(name) => find(broker, name)?.name,
        None => parse_name(NO_NAME)?,
    };
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
        for (server, bridge) in [(Some("notes".to_owned()), "\"bridge\", \"notes\""), (None, "\"bridge\", \"NAME\"")] {
            let Ok(Answer::Hosts(hosts)) = house.obeyed(Order::Hosts { server }).await else { panic!("no hosts") };
            let cursor = hosts.iter().find(|host| host.id == "cursor").unwrap();
            assert!(cursor.snippet.contains(bridge), "{}", cursor.snippet);
            let beside = std::env::current_exe().unwrap().with_file_name("keyholder").display().to_string();
            assert!(hosts.iter().all(|host| host.snippet.contains(&beside)), "{beside}");
        }
        let unknown = house.obeyed(Order::Hosts { server: Some("other".to_owned()) }).await;
        assert_eq!(unknown.unwrap_err().code, Code::NotFound);
    }
}
