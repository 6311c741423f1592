//! JSON-RPC batches, which revision 2025-03-26 allowed (T-109).

use bytes::Bytes;
use serde_json::value::RawValue;

/// The messages of a batch, each exactly as it stands in the array; `None` if this is no array.
pub(crate) fn split(batch: &Bytes) -> Option<Vec<Bytes>> {
    let parts: Vec<&RawValue> = serde_json::from_slice(batch).ok()?;
    Some(parts.into_iter().map(|part| batch.slice_ref(part.get().as_bytes())).collect())
}

/// Whether a JSON text is an array.
pub(crate) fn is_batch(json: &[u8]) -> bool {
    json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_split_byte_for_byte() {
        let batch = Bytes::from_static(br#" [ {"id":1 , "result":{"n":1.10}},{"x":"],["} ] "#);
        let parts = split(&batch).unwrap();
        assert_eq!(parts, [&br#"{"id":1 , "result":{"n":1.10}}"#[..], br#"{"x":"],["}"#]);
        assert!(is_batch(&batch) && !is_batch(&parts[0]) && !is_batch(b""));
        assert_eq!(split(&Bytes::from_static(b"[{}")), None);
    }
}
