//! What is signed here is verified here, and what others would slip in is not.

use crate::{Algorithm, Expected, Proven, SigningKey, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_secret::token::{AccessToken, PrivateKey};
use serde_json::{Value, json};
use url::Url;

const ISSUER: &str = "https://id.example";
const CLIENT: &str = "keyholder";

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_pem(&SigningKey::generate().unwrap()).unwrap()
}

fn seconds() -> i64 {
    now().as_millis() / 1000
}

fn claims() -> Value {
    let at = seconds();
    json!({ "iss": ISSUER, "aud": CLIENT, "sub": "24400320", "exp": at + 300, "iat": at, "nonce": "n-0S6", "email": "ana@example.com" })
}

fn keys(of: &[(&SigningKey, &str)]) -> JwkSet {
    let named = |(key, id): &(&SigningKey, &str)| {
        let mut public = key.public().clone();
        public["kid"] = json!(id);
        public
    };
    serde_json::from_value(json!({ "keys": of.iter().map(named).collect::<Vec<_>>() })).unwrap()
}

fn expected() -> Expected<'static> {
    Expected { issuer: ISSUER, audience: CLIENT, nonce: Some("n-0S6"), now: now() }
}

fn with(change: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn why_not(key: &SigningKey, claims: &Value) -> String {
    let token = key.sign(Some("JWT"), Some("k"), false, claims).unwrap();
    verify(&token, &keys(&[(key, "k")]), &expected()).unwrap_err().to_string()
}

#[test]
fn an_id_token_is_believed_for_what_it_says() {
    let (key, other) = (key(), key());
    let token = key.sign(Some("JWT"), Some("k"), false, &claims()).unwrap();
    let found = verify(&token, &keys(&[(&other, "old"), (&key, "k")]), &expected()).unwrap();
    assert_eq!((found.subject.as_str(), found.known_as.as_deref()), ("24400320", Some("ana@example.com")));
    let unnamed = key.sign(None, None, false, &claims()).unwrap();
    assert!(verify(&unnamed, &keys(&[(&other, "old"), (&key, "k")]), &expected()).is_ok(), "each key is tried");
}

#[test]
fn an_id_token_of_or_for_anybody_else_is_not() {
    let (mine, other) = (key(), key());
    let token = other.sign(None, Some("k"), false, &claims()).unwrap();
    assert!(verify(&token, &keys(&[(&mine, "k")]), &expected()).is_err(), "another key");
    let token = mine.sign(None, Some("x"), false, &claims()).unwrap();
    assert!(verify(&token, &keys(&[(&mine, "k")]), &expected()).is_err(), "a key that is not published");
    let at = seconds();
    for (change, why) in [
        (json!({ "iss": "https://id.example/" }), "no key of its issuer"),
        (json!({ "aud": ["other"] }), "no key of its issuer"),
        (json!({ "aud": null }), "no key of its issuer"),
        (json!({ "azp": "other" }), "somebody else"),
        (json!({ "nonce": "n-0S7" }), "this sign-in"),
        (json!({ "nonce": null }), "this sign-in"),
        (json!({ "exp": at - 121 }), "over"),
        (json!({ "exp": "4000000000" }), "no key of its issuer"),
        (json!({ "iat": at + 121 }), "future"),
        (json!({ "nbf": at + 121 }), "future"),
        (json!({ "iat": at - 24 * 3600 - 1 }), "old"),
        (json!({ "sub": "" }), "nobody"),
        (json!({ "sub": "x".repeat(256) }), "nobody"),
    ] {
        let found = why_not(&mine, &with(&change));
        assert!(found.contains(why), "{change}: {found}");
    }
}

#[test]
fn a_signature_that_anybody_could_make_is_none() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let key = key();
    let token = key.sign(None, None, false, &claims()).unwrap();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let [_, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let changed = part(with(&json!({ "sub": "1" })));
    for forged in [
        format!("{}.{body}.", part(json!({ "alg": "none" }))),
        format!("{}.{body}.{signature}", part(json!({ "alg": "HS256" }))),
        format!("{}.{body}.{signature}", part(json!({ "alg": "RS256" }))),
        format!("{}.{changed}.{signature}", part(json!({ "alg": "ES256" }))),
        format!("{}.{body}.{}", part(json!({ "alg": "ES256" })), URL_SAFE_NO_PAD.encode([0; 64])),
        format!("{}.{body}", part(json!({ "alg": "ES256" }))),
        String::new(),
    ] {
        assert!(verify(&forged, &keys(&[(&key, "k")]), &expected()).is_err(), "{forged}");
    }
    // A key that the token brings along is nobody's.
    let other = self::key();
    let brought = other.sign(None, None, true, &claims()).unwrap();
    assert!(verify(&brought, &keys(&[(&key, "k")]), &expected()).is_err());
}

#[test]
fn a_key_shows_its_public_half_and_nothing_else() {
    let key = key();
    assert_eq!(key.algorithm(), Algorithm::Es256);
    let names: Vec<_> = key.public().as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["crv", "kty", "x", "y"]);
    assert_eq!(format!("{key:?}"), "SigningKey { algorithm: Es256, .. }");
    let token = key.sign(Some("dpop+jwt"), None, true, &json!({ "jti": "1" })).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("dpop+jwt"));
    assert_eq!(serde_json::to_value(header.jwk).unwrap()["x"], key.public()["x"]);
}

/// RFC 7638 §3.1 and RFC 8037 appendix A.
#[test]
fn thumbprints_are_those_of_the_rfcs() {
    // RFC 8410 §7: the private key of RFC 8037's appendix A in PKCS #8.
    let der = [
        &[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20][..],
        &base64_url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"),
    ]
    .concat();
    let key = SigningKey::from_pem(&pem(&der)).unwrap();
    assert_eq!(key.algorithm(), Algorithm::EdDsa);
    assert_eq!(key.public()["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let token = key.sign(None, Some("k"), false, &claims()).unwrap();
    assert!(verify(&token, &keys(&[(&key, "k")]), &expected()).is_ok());
}

#[test]
fn what_is_no_key_is_refused_without_repeating_it() {
    for text in ["KHCANARY", "-----BEGIN PRIVATE KEY-----\nKHCANARY\n-----END PRIVATE KEY-----\n"] {
        let why = SigningKey::from_pem(&PrivateKey::new(text.to_owned()).unwrap()).unwrap_err().to_string();
        assert!(!why.contains("KHCANARY"));
    }
}

fn base64_url(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn pem(der: &[u8]) -> PrivateKey {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    PrivateKey::new(format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")).unwrap()
}

#[test]
fn an_rsa_key_signs_and_is_known_by_modulus_and_exponent() {
    let pem = PrivateKey::new(include_str!("rsa_for_tests.pem").trim_end().to_owned()).unwrap();
    let key = SigningKey::from_pem(&pem).unwrap();
    assert_eq!(
        (key.algorithm(), key.public()["kty"].as_str(), key.public()["e"].as_str()),
        (Algorithm::Rs256, Some("RSA"), Some("AQAB"))
    );
    let token = key.sign(Some("JWT"), Some("k"), false, &claims()).unwrap();
    assert_eq!(verify(&token, &keys(&[(&key, "k")]), &expected()).unwrap().subject, "24400320");
}

/// The claims and the header of a token, without a look at its signature.
fn opened(token: &str) -> (Value, Value) {
    let part = |at: usize| URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap();
    (serde_json::from_slice(&part(0)).unwrap(), serde_json::from_slice(&part(1)).unwrap())
}

#[test]
fn a_proof_is_for_one_request_and_shows_the_key_without_its_secret_half() {
    let (key, clock, rng) = (key(), FakeClock::at(now()), FakeRng::default());
    let target = Url::parse("https://mcp.example/mcp?key=1#x").unwrap();
    let token = AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".to_owned()).unwrap();
    let proven = Proven { method: "POST", target: &target, token: Some(&token), nonce: Some("n1") };
    let proof = key.prove(proven, &clock, &rng).unwrap();
    let (header, claims) = opened(&proof);
    assert_eq!(header, json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key.public() }));
    assert!(header["jwk"].get("d").is_none());
    assert_eq!((claims["htm"].as_str(), claims["htu"].as_str()), (Some("POST"), Some("https://mcp.example/mcp")));
    assert_eq!((claims["iat"].as_i64(), claims["nonce"].as_str()), (Some(seconds()), Some("n1")));
    // The example of RFC 9449 §7.1 has this digest for this token.
    assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    assert!(!proof.contains("Kz~8"));

    let plain = Proven { token: None, nonce: None, ..proven };
    let (_, bare) = opened(&key.prove(plain, &clock, &rng).unwrap());
    assert!(bare.get("ath").is_none() && bare.get("nonce").is_none());
    assert_ne!(bare["jti"], claims["jti"], "each is new");
}
