use super::*;
use crate::address::Address;
use std::sync::Mutex;

/// Gives its answers one after the other.
struct Scripted(Mutex<Vec<Vec<IpAddr>>>);

impl Lookup for Scripted {
    fn lookup(&self, _: &str) -> Addresses {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.is_empty() { Err(io::Error::other("no such name")) } else { Ok(answers.remove(0)) };
        Box::pin(async move { answer })
    }
}

fn resolver(answers: &[&[[u8; 4]]]) -> Resolver {
    let answers = answers.iter().map(|answer| answer.iter().map(|ip| IpAddr::from(*ip)).collect()).collect();
    Resolver::new(Arc::new(Reach::public()), Arc::new(Scripted(Mutex::new(answers))), Some("proxy.corp".into()))
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_public_part_is_dialled() {
    let resolver = resolver(&[&[[127, 0, 0, 1], [1, 1, 1, 1], [10, 0, 0, 1]]]);
    assert_eq!(resolver.dialable("mixed.example").await.unwrap(), vec![IpAddr::from([1, 1, 1, 1])]);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_judged_each_time() {
    let resolver = resolver(&[&[[1, 1, 1, 1]], &[[127, 0, 0, 1]]]);
    assert!(resolver.dialable("rebind.example").await.is_ok());
    assert!(matches!(resolver.dialable("rebind.example").await, Err(Unresolved::Forbidden(_))));
}

#[tokio::test]
async fn localhost_is_never_asked_of_a_resolver() {
    let reach = Reach::public().and(&Address::parse("http://localhost/").unwrap());
    let lookup = Scripted(Mutex::new(vec![vec![IpAddr::from([6, 6, 6, 6])]]));
    let resolver = Resolver::new(Arc::new(reach), Arc::new(lookup), None);
    assert!(resolver.dialable("app.localhost").await.unwrap().iter().all(IpAddr::is_loopback));
}

#[tokio::test]
async fn the_proxy_may_be_private_and_what_is_behind_it_may_not() {
    let inside = || resolver(&[&[[10, 0, 0, 8]]]);
    assert!(inside().dialable("proxy.corp").await.is_ok());
    assert!(inside().vet_for_proxy("metadata.example").await.is_err());
    let unknown = || resolver(&[]);
    assert!(unknown().vet_for_proxy("mcp.example.com").await.is_ok(), "only the proxy knows outside names");
    for local in ["intranet", "db.internal", "printer.local."] {
        assert!(unknown().vet_for_proxy(local).await.is_err(), "{local}");
    }
}

#[tokio::test]
async fn a_name_without_address_is_not_dialled() {
    assert!(matches!(resolver(&[&[]]).dialable("empty.example").await, Err(Unresolved::Unknown(_))));
    assert!(matches!(resolver(&[]).dialable("gone.example").await, Err(Unresolved::Unknown(_))));
}
