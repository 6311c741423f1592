//! ring as the cryptography of `jsonwebtoken`.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::rand::SystemRandom;
use ring::signature::{
    self as ring_signature, EcdsaKeyPair, Ed25519KeyPair, RsaEncoding, RsaKeyPair, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use signature::{Error, Signer, Verifier};

/// Makes sure that `jsonwebtoken` signs and verifies with ring. Cheap: to be called before each use.
pub(crate) fn install() {
    // Whoever comes second finds the same one.
    let _ = PROVIDER.install_default();
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Signing::new(*algorithm, key)?)),
    verifier_factory: |algorithm, key| Ok(Box::new(Verifying::new(*algorithm, key)?)),
    // Thumbprints are made in `key`.
    key_utils: KeyUtils::new_unimplemented(),
};

/// What ring makes keys and signatures with.
#[allow(clippy::disallowed_methods, reason = "ring takes no other source")]
pub(crate) fn randomness() -> SystemRandom {
    SystemRandom::new()
}

struct Signing {
    algorithm: Algorithm,
    key: Pair,
}

enum Pair {
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
}

impl Signing {
    fn new(algorithm: Algorithm, key: &EncodingKey) -> Result<Self> {
        let bytes = key.as_bytes();
        let is_of = |family| (key.family() == family).then_some(()).ok_or(ErrorKind::InvalidKeyFormat);
        let key = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => {
                is_of(AlgorithmFamily::Ec)?;
                let curve = if algorithm == Algorithm::ES256 {
                    &ring_signature::ECDSA_P256_SHA256_FIXED_SIGNING
                } else {
                    &ring_signature::ECDSA_P384_SHA384_FIXED_SIGNING
                };
                let pair = EcdsaKeyPair::from_pkcs8(curve, bytes, &randomness());
                Pair::Ecdsa(Box::new(pair.map_err(|_| ErrorKind::InvalidEcdsaKey)?))
            }
            Algorithm::EdDSA => {
                is_of(AlgorithmFamily::Ed)?;
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes);
                Pair::Ed25519(Box::new(pair.map_err(|_| ErrorKind::InvalidEddsaKey)?))
            }
            Algorithm::RS256 | Algorithm::PS256 => {
                is_of(AlgorithmFamily::Rsa)?;
                let encoding: &'static dyn RsaEncoding = if algorithm == Algorithm::RS256 {
                    &ring_signature::RSA_PKCS1_SHA256
                } else {
                    &ring_signature::RSA_PSS_SHA256
                };
                let pair = RsaKeyPair::from_der(bytes).map_err(|_| ErrorKind::InvalidKeyFormat)?;
                Pair::Rsa(Box::new(pair), encoding)
            }
            _ => return Err(ErrorKind::InvalidAlgorithm.into()),
        };
        Ok(Self { algorithm, key })
    }
}

impl Signer<Vec<u8>> for Signing {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        match &self.key {
            Pair::Ecdsa(pair) => {
                let signed = pair.sign(&randomness(), message).map_err(|_| Error::new())?;
                Ok(signed.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Rsa(pair, encoding) => {
                let mut signed = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &randomness(), message, &mut signed).map_err(|_| Error::new())?;
                Ok(signed)
            }
        }
    }
}

impl JwtSigner for Signing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

struct Verifying {
    algorithm: Algorithm,
    by: By,
    key: DecodingKey,
}

#[derive(Clone, Copy)]
enum By {
    Point(&'static dyn VerificationAlgorithm),
    Rsa(&'static RsaParameters),
}

impl Verifying {
    fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self> {
        let (family, by) = match algorithm {
            Algorithm::ES256 => (AlgorithmFamily::Ec, By::Point(&ring_signature::ECDSA_P256_SHA256_FIXED)),
            Algorithm::ES384 => (AlgorithmFamily::Ec, By::Point(&ring_signature::ECDSA_P384_SHA384_FIXED)),
            Algorithm::EdDSA => (AlgorithmFamily::Ed, By::Point(&ring_signature::ED25519)),
            Algorithm::RS256 => (AlgorithmFamily::Rsa, By::Rsa(&ring_signature::RSA_PKCS1_2048_8192_SHA256)),
            Algorithm::RS384 => (AlgorithmFamily::Rsa, By::Rsa(&ring_signature::RSA_PKCS1_2048_8192_SHA384)),
            Algorithm::RS512 => (AlgorithmFamily::Rsa, By::Rsa(&ring_signature::RSA_PKCS1_2048_8192_SHA512)),
            Algorithm::PS256 => (AlgorithmFamily::Rsa, By::Rsa(&ring_signature::RSA_PSS_2048_8192_SHA256)),
            Algorithm::PS384 => (AlgorithmFamily::Rsa, By::Rsa(&ring_signature::RSA_PSS_2048_8192_SHA384)),
            Algorithm::PS512 => (AlgorithmFamily::Rsa, By::Rsa(&ring_signature::RSA_PSS_2048_8192_SHA512)),
            _ => return Err(ErrorKind::InvalidAlgorithm.into()),
        };
        if key.family() != family {
            return Err(ErrorKind::InvalidKeyFormat.into());
        }
        Ok(Self { algorithm, by, key: key.clone() })
    }
}

impl Verifier<Vec<u8>> for Verifying {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let checked = match (self.by, self.key.kind()) {
            (By::Point(algorithm), DecodingKeyKind::SecretOrDer(point)) => {
                UnparsedPublicKey::new(algorithm, point).verify(message, signature)
            }
            (By::Rsa(parameters), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            (By::Rsa(parameters), DecodingKeyKind::SecretOrDer(der)) => {
                UnparsedPublicKey::new(parameters, der).verify(message, signature)
            }
            (By::Point(_), DecodingKeyKind::RsaModulusExponent { .. }) => Err(ring::error::Unspecified),
        };
        checked.map_err(|_| Error::new())
    }
}

impl JwtVerifier for Verifying {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
