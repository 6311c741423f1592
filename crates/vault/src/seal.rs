//! Sealing bytes under a key: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front.

use keyholder_model::clock::Rng;
use keyholder_secret::token::Key;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Seals. `about` is not hidden but bound: opening needs the same. A key seals far fewer than the 2³² messages that random nonces
/// allow.
pub(crate) fn seal(key: &Key, about: &[u8], plain: &[u8], rng: &dyn Rng) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    rng.fill(&mut nonce);
    let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    body.extend_from_slice(plain);
    cipher(key)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut *body).ok()?;
    Some([&nonce[..], &body].concat())
}

/// Opens, or `None` if a byte of it, the key or `about` is another.
pub(crate) fn open(key: &Key, about: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut body = Zeroizing::new(body.to_vec());
    let length =
        cipher(key)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(about), &mut body).ok()?.len();
    body.truncate(length);
    Some(body)
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    // EXPOSE: into the cipher of this process, which is dropped when the sealing or opening is done.
    UnboundKey::new(&AES_256_GCM, key.expose()).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::clock::FakeRng;

    #[test]
    fn what_was_sealed_opens_under_the_same_key_and_name_alone() {
        let (key, other) = (Key::new([7; 32]), Key::new([8; 32]));
        let sealed = seal(&key, b"name", b"content", &FakeRng::default()).unwrap();
        assert_eq!(open(&key, b"name", &sealed).unwrap().as_slice(), b"content");
        assert!(open(&other, b"name", &sealed).is_none());
        assert!(open(&key, b"other", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[at] ^= 1;
            assert!(open(&key, b"name", &forged).is_none(), "byte {at}");
            assert!(open(&key, b"name", &sealed[..at]).is_none(), "cut at {at}");
        }
    }
}
