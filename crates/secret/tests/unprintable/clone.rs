use keyholder_secret::credential::Credential;
use keyholder_secret::token::{AccessToken, Key, RefreshToken};

fn needs<T: Clone>() {}

fn main() {
    needs::<AccessToken>();
    needs::<RefreshToken>();
    needs::<Key>();
    needs::<Credential>();
}
