use keyholder_secret::credential::Credential;
use keyholder_secret::token::{AccessToken, Key, RefreshToken};

fn needs<T: std::ops::Deref>() {}

fn main() {
    needs::<AccessToken>();
    needs::<RefreshToken>();
    needs::<Key>();
    needs::<Credential>();
}
