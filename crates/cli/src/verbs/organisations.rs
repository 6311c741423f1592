//! `keyholder organisations …`

use super::servers::whole;
use crate::arguments::{AddOrganisation, OrganisationsVerb};
use crate::exit::Exit;
use crate::output::{Output, cell};
use keyholder_console::order::Order;
use keyholder_console::organisations::{NewOrganisation, OrganisationView};

/// The order that a command line gives.
pub(super) fn order(what: Option<OrganisationsVerb>) -> Result<Order, String> {
    Ok(match what {
        None => Order::Organisations,
        Some(OrganisationsVerb::Add(organisation)) => Order::AddOrganisation(Box::new(new(organisation)?)),
        Some(OrganisationsVerb::Rm { name }) => Order::RemoveOrganisation { name },
    })
}

fn new(organisation: AddOrganisation) -> Result<NewOrganisation, String> {
    Ok(NewOrganisation {
        name: organisation.name,
        issuer: organisation.issuer,
        client_id: organisation.client_id,
        client_secret_file: organisation.client_secret_file.as_deref().map(whole).transpose()?,
        client_key_file: organisation.client_key_file.as_deref().map(whole).transpose()?,
        client_key_id: organisation.client_key_id,
        id_token_file: whole(&organisation.id_token_file)?,
    })
}

/// The organisations.
pub(super) fn list(organisations: &[OrganisationView], output: Output) -> Exit {
    if organisations.is_empty() {
        output.nothing("No organisations. One that signs its people in once: keyholder organisations add --help");
        return Exit::Ok;
    }
    let row = |organisation: &OrganisationView| {
        vec![
            cell(&organisation.name),
            cell(&organisation.issuer),
            cell(&organisation.id_token),
            cell(organisation.servers.join(", ")),
        ]
    };
    output.table(&["NAME", "ISSUER", "ID TOKEN FROM", "SERVERS"], &organisations.iter().map(row).collect::<Vec<_>>());
    Exit::Ok
}
