use keyholder_secret::credential::Credential;
use keyholder_secret::token::{AccessToken, Key, RefreshToken};

fn needs<T: serde::Serialize>() {}

fn main() {
    needs::<AccessToken>();
    needs::<RefreshToken>();
    needs::<Key>();
    needs::<Credential>();
}
