use keyholder_secret::credential::Credential;
use keyholder_secret::token::{AccessToken, Key, RefreshToken};

fn needs<T: std::fmt::Display>() {}

fn main() {
    needs::<AccessToken>();
    needs::<RefreshToken>();
    needs::<Key>();
    needs::<Credential>();
}
