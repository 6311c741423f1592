//! What the vault promises, over each place for items. The real keychain has its own file.

#[cfg(target_os = "linux")]
mod secret_service;

use crate::disk;
use crate::items::Items;
use crate::memory::Memory;
use crate::{KeyName, Kind, Namespace, NoteName, Vault, VaultError};
use keyholder_model::clock::{FakeClock, SystemRng, Timestamp};
use keyholder_model::id::GrantId;
use keyholder_model::server::ServerName;
use keyholder_secret::credential::{Client, ClientAuthentication, ClientKey, Credential, Management, Renewal, Tokens};
use keyholder_secret::token::{AccessToken, ClientSecret, Passphrase, PrivateKey, RefreshToken, RegistrationToken};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use zeroize::Zeroizing;

pub(crate) const CANARY: &str = "KHCANARY";

/// A credential whose secrets all hold the canary, told apart by `mark`.
pub(crate) fn credential(mark: &str) -> Credential {
    Credential {
        issuer: "https://as.example".parse().unwrap(),
        resource: "https://mcp.example/mcp".parse().unwrap(),
        token_endpoint: "https://as.example/token".to_owned(),
        revocation_endpoint: Some("https://as.example/revoke".to_owned()),
        sends_resource: true,
        client: Client {
            id: "keyholder".to_owned(),
            secret: Some(ClientSecret::new(format!("{CANARY}-client-{mark}")).unwrap()),
            key: Some(ClientKey {
                pem: PrivateKey::new(format!("{CANARY}-key-{mark}\n")).unwrap(),
                id: Some("k1".to_owned()),
            }),
            authentication: ClientAuthentication::ClientSecretBasic,
            management: Some(Management {
                uri: "https://as.example/register/1".to_owned(),
                token: RegistrationToken::new(format!("{CANARY}-registration-{mark}")).unwrap(),
            }),
        },
        tokens: Tokens {
            access: AccessToken::new(format!("{CANARY}-access-{mark}")).unwrap(),
            refresh: Some(RefreshToken::new(format!("{CANARY}-refresh-\"\\-{mark}")).unwrap()),
            expires: Some(Timestamp::from_millis(1_795_500_000_123)),
            scopes: "read write".parse().unwrap(),
        },
        renewal: Renewal::ClientCredentials,
        dpop_key: Some(PrivateKey::new(format!("{CANARY}-dpop-{mark}")).unwrap()),
    }
}

/// One that no item of Windows could hold.
pub(crate) fn large(mark: &str) -> Credential {
    let mut large = credential(mark);
    large.tokens.access = AccessToken::new(format!("{CANARY}-{mark}-{}", "j".repeat(4000))).unwrap();
    large
}

pub(crate) fn grant() -> GrantId {
    GrantId::make(&FakeClock::at(Timestamp::from_millis(1_795_500_000_123)), &SystemRng)
}

/// Whether the vault holds exactly this for the grant.
pub(crate) async fn holds(vault: &Vault, grant: GrantId, wanted: &Credential) -> bool {
    let held = vault.get(grant).await.unwrap().expect("a credential is held");
    crate::record::write(&held).unwrap() == crate::record::write(wanted).unwrap()
}

/// The promises that hold wherever the items live.
pub(crate) async fn keeps_its_promises(vault: &Vault) {
    let (one, two) = (grant(), grant());
    assert!(vault.get(one).await.unwrap().is_none());
    vault.put(one, &credential("1")).await.unwrap();
    vault.put(two, &credential("2")).await.unwrap();
    assert!(holds(vault, one, &credential("1")).await);
    vault.put(one, &credential("renewed")).await.unwrap();
    assert!(holds(vault, one, &credential("renewed")).await, "updated in place");
    vault.delete(one).await.unwrap();
    vault.delete(one).await.expect("gone is fine");
    assert!(vault.get(one).await.unwrap().is_none());
    assert!(holds(vault, two, &credential("2")).await, "another grant is untouched");

    let key = vault.key(KeyName::RulePins).await.unwrap();
    assert_eq!(vault.key(KeyName::RulePins).await.unwrap().expose(), key.expose(), "made once");
    assert_ne!(vault.key(KeyName::AuditAnchor).await.unwrap().expose(), key.expose());

    keeps_what_proves_a_client(vault).await;

    assert_eq!(vault.note(NoteName::AuditAnchor).await.unwrap(), None);
    vault.set_note(NoteName::AuditAnchor, b"\0 entry 7 \xff").await.unwrap();
    vault.set_note(NoteName::AuditAnchor, b"\0 entry 8 \xff").await.unwrap();
    assert_eq!(vault.note(NoteName::AuditAnchor).await.unwrap().unwrap(), b"\0 entry 8 \xff");
    assert!(vault.set_note(NoteName::AuditAnchor, &[0; 1025]).await.is_err());
    keeps_the_book(vault).await;
    vault.probe(&FakeClock::at(Timestamp::from_millis(0))).await.unwrap();
}

/// The promises about a client's secret and key, wherever they live.
async fn keeps_what_proves_a_client(vault: &Vault) {
    let (server, other): (ServerName, ServerName) = ("machine".parse().unwrap(), "other".parse().unwrap());
    let secret = ClientSecret::new(format!("{CANARY}-secret")).unwrap();
    let key = PrivateKey::new(format!("-----BEGIN\n{CANARY}-key\n-----END")).unwrap();
    vault.put_client_secret(&server, &secret).await.unwrap();
    vault.put_client_key(&server, &key).await.unwrap();
    assert!(vault.client_secret(&server).await.unwrap().unwrap().matches(secret.expose().as_bytes()));
    assert!(vault.client_key(&server).await.unwrap().unwrap().matches(key.expose().as_bytes()));
    assert!(vault.client_secret(&other).await.unwrap().is_none());
    assert!(vault.client_key(&other).await.unwrap().is_none());
    vault.delete_client(&other).await.expect("nothing stored is no error");
    vault.delete_client(&server).await.unwrap();
    assert!(vault.client_secret(&server).await.unwrap().is_none());
    assert!(vault.client_key(&server).await.unwrap().is_none());
}

/// The promises about the rule book, wherever the items live.
async fn keeps_the_book(vault: &Vault) {
    assert!(vault.book().await.unwrap().is_none());
    let large = format!("{CANARY}{}", "rule ".repeat(100_000)).into_bytes();
    for book in [&b""[..], b"\0 small \xff", &large, b"small again", &large[..99_999], &large] {
        vault.set_book(book).await.unwrap();
        assert!(*vault.book().await.unwrap().unwrap() == *book, "{} bytes", book.len());
    }
    let refused = vault.set_book(&vec![b'x'; Vault::LARGEST_BOOK + 1]).await;
    assert!(matches!(refused, Err(VaultError::Refused { .. })));
    assert!(*vault.book().await.unwrap().unwrap() == *large, "what was there stays");
    let kept = grant();
    vault.put(kept, &credential("beside the book")).await.unwrap();
    vault.remove_own_items().await.unwrap();
    assert!(vault.book().await.unwrap().is_none(), "removed with the vault's own items");
    vault.set_book(&large).await.unwrap();
    assert!(*vault.book().await.unwrap().unwrap() == *large);
    assert!(holds(vault, kept, &credential("beside the book")).await);
}

/// No file below the folder holds a secret.
pub(crate) fn no_file_shows_a_secret(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            no_file_shows_a_secret(&path);
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let shows = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
            assert!(!shows, "{} shows a secret", path.display());
        }
    }
}

async fn open(kind: Kind, home: &Path) -> Result<Vault, VaultError> {
    Vault::open(kind, Namespace::of_home(home), home.join("sealed"), Arc::new(SystemRng)).await
}

fn file(home: &Path, passphrase: &str) -> Kind {
    Kind::File { path: home.join("vault"), passphrase: Passphrase::new(passphrase.to_owned()).unwrap() }
}

/// A keychain in memory with Windows' limit, and ways to misbehave.
#[derive(Default)]
pub(crate) struct Limited {
    items: Memory,
    garbles: bool,
}

impl Items for Limited {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.items.read(name)
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), VaultError> {
        assert!(value.len() <= 2560, "Windows would refuse this");
        if self.garbles { self.items.write(name, b"another value") } else { self.items.write(name, value) }
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.items.remove(name)
    }

    fn limit(&self) -> Option<usize> {
        Some(2560)
    }
}

fn limited(home: &TempDir) -> Vault {
    Vault::over(Arc::new(Limited::default()), home.path().join("sealed"), Arc::new(SystemRng))
}

#[tokio::test]
async fn memory_keeps_the_promises() {
    let home = TempDir::new().unwrap();
    let vault = open(Kind::Memory, home.path()).await.unwrap();
    assert_eq!(vault.kind_name(), "memory");
    keeps_its_promises(&vault).await;
}

#[tokio::test]
async fn a_sealed_file_keeps_the_promises_and_its_content_to_itself() {
    let home = TempDir::new().unwrap();
    let vault = open(file(home.path(), "right horse"), home.path()).await.unwrap();
    keeps_its_promises(&vault).await;
    let kept = grant();
    vault.put(kept, &large("1")).await.unwrap();
    let again = open(file(home.path(), "right horse"), home.path()).await.unwrap();
    assert!(holds(&again, kept, &large("1")).await);
    no_file_shows_a_secret(home.path());
}

#[tokio::test]
async fn a_wrong_passphrase_opens_nothing() {
    let home = TempDir::new().unwrap();
    open(file(home.path(), "right horse"), home.path()).await.unwrap();
    let refused = open(file(home.path(), "wrong horse"), home.path()).await.unwrap_err();
    assert_eq!(refused, VaultError::Passphrase);
}

#[tokio::test]
async fn a_changed_sealed_file_is_refused() {
    let home = TempDir::new().unwrap();
    let vault = open(file(home.path(), "right horse"), home.path()).await.unwrap();
    vault.put(grant(), &credential("1")).await.unwrap();
    let path = home.path().join("vault");
    let good = fs::read_to_string(&path).unwrap();
    let last = good.trim_end().len() - 8;
    let flipped = if good.as_bytes()[last] == b'A' { "B" } else { "A" };
    let forged = format!("{}{flipped}{}", &good[..last], &good[last + 1..]);
    for bad in [forged.as_str(), &good[..good.len() / 2], "", "PASSWORD=x\n"] {
        disk::replace(&path, bad.as_bytes()).unwrap();
        let refused = open(file(home.path(), "right horse"), home.path()).await.unwrap_err();
        assert!(matches!(refused, VaultError::Damaged { .. }), "{refused:?}");
        assert!(vault.get(grant()).await.is_err(), "noticed while it is open, too");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_sealed_file_that_others_could_touch_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let home = TempDir::new().unwrap();
    let path = home.path().join("vault");
    open(file(home.path(), "right horse"), home.path()).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = open(file(home.path(), "right horse"), home.path()).await.unwrap_err();
    assert!(matches!(refused, VaultError::Unsafe { .. }), "{refused:?}");

    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(&path, home.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(home.path().join("elsewhere"), &path).unwrap();
    let refused = open(file(home.path(), "right horse"), home.path()).await.unwrap_err();
    assert!(matches!(refused, VaultError::Unsafe { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_record_too_large_for_an_item_is_sealed_in_a_file() {
    let home = TempDir::new().unwrap();
    let (vault, grant) = (limited(&home), grant());
    vault.put(grant, &large("1")).await.unwrap();
    vault.put(grant, &large("2")).await.unwrap();
    assert!(holds(&vault, grant, &large("2")).await);
    assert_eq!(fs::read_dir(home.path().join("sealed")).unwrap().count(), 1, "one file a grant, nothing left over");
    no_file_shows_a_secret(home.path());

    vault.put(grant, &credential("small again")).await.unwrap();
    assert!(holds(&vault, grant, &credential("small again")).await);
    assert_eq!(fs::read_dir(home.path().join("sealed")).unwrap().count(), 0);
    vault.put(grant, &large("3")).await.unwrap();
    vault.delete(grant).await.unwrap();
    assert_eq!(fs::read_dir(home.path().join("sealed")).unwrap().count(), 0, "nothing outlives the grant");
}

#[tokio::test]
async fn a_sealed_record_that_was_put_back_or_changed_is_noticed() {
    let home = TempDir::new().unwrap();
    let (vault, grant) = (limited(&home), grant());
    let path = home.path().join("sealed").join(format!("{grant}.sealed"));
    vault.put(grant, &large("1")).await.unwrap();
    let older = fs::read(&path).unwrap();
    vault.put(grant, &large("2")).await.unwrap();
    let mut changed = fs::read(&path).unwrap();
    changed[40] ^= 1;
    for bad in [older, changed, Vec::new()] {
        disk::replace(&path, &bad).unwrap();
        assert!(matches!(vault.get(grant).await, Err(VaultError::Damaged { .. })));
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(vault.get(grant).await, Err(VaultError::Damaged { .. })));
}

/// A rule book too large to stand in an item.
pub(crate) fn thick(mark: &str) -> Vec<u8> {
    format!("{CANARY} {mark} {}", "rule ".repeat(10_000)).into_bytes()
}

#[tokio::test]
async fn an_older_rule_book_put_back_or_deleted_is_damage_and_never_no_book() {
    for kind in [Kind::Memory, Kind::Keychain] {
        let home = TempDir::new().unwrap();
        // In the place of the keychain, one with the strictest limit; and the sealed file, which has a burden only.
        let vault = match kind {
            Kind::Keychain => limited(&home),
            _ => open(file(home.path(), "right horse"), home.path()).await.unwrap(),
        };
        let path = home.path().join("sealed").join("rule-book.sealed");
        vault.set_book(&thick("1")).await.unwrap();
        let older = fs::read(&path).unwrap();
        vault.set_book(&thick("2")).await.unwrap();
        assert_eq!(*vault.book().await.unwrap().unwrap(), thick("2"));
        assert_eq!(fs::read_dir(home.path().join("sealed")).unwrap().count(), 1, "nothing left over");
        no_file_shows_a_secret(home.path());
        let newest = fs::read(&path).unwrap();
        let mut changed = newest.clone();
        changed[40] ^= 1;
        for bad in [older, changed, Vec::new()] {
            disk::replace(&path, &bad).unwrap();
            let why = vault.book().await.unwrap_err();
            assert!(matches!(why, VaultError::Damaged { .. }), "{why:?}");
            assert!(why.to_string().contains("confirm them again"), "{why}");
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(vault.book().await, Err(VaultError::Damaged { .. })));
        vault.set_book(b"small").await.expect("a new book mends it");
        disk::replace(&path, &newest).unwrap();
        assert_eq!(vault.book().await.unwrap().unwrap().as_slice(), b"small", "the item is what counts");
    }
}

#[tokio::test]
async fn a_sealed_rule_book_without_its_key_is_damage() {
    let home = TempDir::new().unwrap();
    let items = Arc::new(Limited::default());
    let vault = Vault::over(Arc::clone(&items) as Arc<dyn Items>, home.path().join("sealed"), Arc::new(SystemRng));
    vault.set_book(&thick("1")).await.unwrap();
    items.remove("key-sealing").unwrap();
    assert!(matches!(vault.book().await, Err(VaultError::Damaged { .. })));
}

#[tokio::test]
async fn a_rule_book_in_memory_leaves_no_file() {
    let home = TempDir::new().unwrap();
    let vault = open(Kind::Memory, home.path()).await.unwrap();
    let largest = vec![7; Vault::LARGEST_BOOK];
    vault.set_book(&largest).await.unwrap();
    assert!(*vault.book().await.unwrap().unwrap() == *largest);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_passphrase_file_put_back_from_an_older_copy_is_not_noticed() {
    // Not a promise: what docs/security-model.md says is not promised, held here so that the page stays true.
    let home = TempDir::new().unwrap();
    let vault = open(file(home.path(), "right horse"), home.path()).await.unwrap();
    vault.set_book(b"older").await.unwrap();
    let older = fs::read(home.path().join("vault")).unwrap();
    vault.set_book(b"newer").await.unwrap();
    disk::replace(&home.path().join("vault"), &older).unwrap();
    assert_eq!(vault.book().await.unwrap().unwrap().as_slice(), b"older");
}

#[tokio::test]
async fn a_write_cut_off_between_file_and_item_loses_neither_credential() {
    let home = TempDir::new().unwrap();
    let (vault, grant) = (limited(&home), grant());
    let present = home.path().join("sealed").join(format!("{grant}.sealed"));
    let next = home.path().join("sealed").join(format!("{grant}.next.sealed"));
    vault.put(grant, &large("1")).await.unwrap();
    let old = fs::read(&present).unwrap();
    // The next file was written; the item was not yet changed.
    disk::replace(&next, b"anything").unwrap();
    assert!(holds(&vault, grant, &large("1")).await);
    // The item was changed; the file had not yet taken its place.
    vault.put(grant, &large("2")).await.unwrap();
    fs::rename(&present, &next).unwrap();
    disk::replace(&present, &old).unwrap();
    assert!(holds(&vault, grant, &large("2")).await);
}

#[tokio::test]
async fn a_write_that_reads_back_differently_is_an_error() {
    let home = TempDir::new().unwrap();
    let garbling = Limited { garbles: true, ..Limited::default() };
    let vault = Vault::over(Arc::new(garbling), home.path().to_owned(), Arc::new(SystemRng));
    for credential in [credential("1"), large("1")] {
        assert!(matches!(vault.put(grant(), &credential).await, Err(VaultError::Differs { .. })));
    }
}

#[test]
fn each_home_has_its_own_items() {
    let (one, two) = (Namespace::of_home(Path::new("/home/a")), Namespace::of_home(Path::new("/home/b")));
    assert_ne!(one, two);
    assert_ne!(one, Namespace::standard());
    assert!(one.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.'));
}
