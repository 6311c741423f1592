//! Architecture, invariant 2: what would show, pass on or copy a secret by accident does not compile.

#[test]
fn a_secret_cannot_be_printed_serialised_dereferenced_or_cloned() {
    trybuild::TestCases::new().compile_fail("tests/unprintable/*.rs");
}

#[test]
fn debug_of_a_credential_shows_no_secret() {
    use keyholder_secret::credential::{Client, ClientAuthentication, ClientKey, Credential, Renewal, Tokens};
    use keyholder_secret::token::{AccessToken, ClientSecret, Key, PrivateKey, RefreshToken};
    let credential = Credential {
        issuer: "https://as.example".parse().unwrap(),
        resource: "https://mcp.example".parse().unwrap(),
        token_endpoint: "https://as.example/token".to_owned(),
        revocation_endpoint: None,
        sends_resource: true,
        client: Client {
            id: "keyholder".to_owned(),
            secret: Some(ClientSecret::new("KHCANARY-client".to_owned()).unwrap()),
            key: Some(ClientKey { pem: PrivateKey::new("KHCANARY-key".to_owned()).unwrap(), id: None }),
            authentication: ClientAuthentication::ClientSecretPost,
            management: None,
        },
        tokens: Tokens {
            access: AccessToken::new("KHCANARY-access".to_owned()).unwrap(),
            refresh: Some(RefreshToken::new("KHCANARY-refresh".to_owned()).unwrap()),
            expires: None,
            scopes: "read".parse().unwrap(),
        },
        renewal: Renewal::RefreshToken,
        dpop_key: Some(PrivateKey::new("KHCANARY".to_owned()).unwrap()),
    };
    assert!(!format!("{credential:?} {credential:#?} {:?}", Key::new([75; 32])).contains("KHCANARY"));
    assert_eq!(format!("{:?}", Key::new([75; 32])), "<key>");
}
