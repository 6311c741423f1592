//! Frames, whole and hostile (catalogue case 111).

use super::*;
use proptest::prelude::*;

fn kinds() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::ALL.to_vec())
}

proptest! {
    #[test]
    fn a_frame_reads_back_as_it_was_written(kind in kinds(), sequence: u64, payload in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let payload = if kind == Kind::Closing { Vec::new() } else { payload };
        let header = Header::of(kind, sequence, &payload).unwrap();
        let mut bytes = Vec::new();
        write_frame(&mut bytes, header, &payload).unwrap();
        let mut appended = Vec::new();
        append_frame(&mut appended, kind, sequence, &payload).unwrap();
        prop_assert_eq!(&bytes, &appended);

        let mut from = bytes.as_slice();
        let mut read = vec![7; 3];
        prop_assert_eq!(read_frame(&mut from, &mut read).unwrap(), Some(header));
        prop_assert_eq!(read, payload);
        prop_assert_eq!(read_frame(&mut from, &mut Vec::new()).unwrap(), None, "the stream ends between two frames");
    }

    #[test]
    fn a_truncated_frame_is_an_error_at_every_length(sequence: u64, payload in proptest::collection::vec(any::<u8>(), 1..200), cut: proptest::sample::Index) {
        let mut bytes = Vec::new();
        append_frame(&mut bytes, Kind::Line, sequence, &payload).unwrap();
        let cut = 1 + cut.index(bytes.len() - 1);
        let error = read_frame(&mut &bytes[..cut], &mut Vec::new()).unwrap_err();
        prop_assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut from = bytes.as_slice();
        let mut payload = Vec::new();
        while let Ok(Some(header)) = read_frame(&mut from, &mut payload) {
            prop_assert!(payload.len() <= header.kind.ceiling() as usize);
        }
    }
}

#[test]
fn a_lying_length_costs_no_memory() {
    let mut bytes = Header { kind: Kind::Answer, sequence: 1, length: MESSAGE_LIMIT }.encode().to_vec();
    bytes.extend_from_slice(b"little");
    let mut payload = Vec::new();
    assert_eq!(read_frame(&mut bytes.as_slice(), &mut payload).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    assert!(payload.capacity() <= 1 << 20, "{}", payload.capacity());
}

#[test]
fn a_length_above_the_ceiling_is_refused_before_reading() {
    for kind in Kind::ALL {
        let mut bytes = Header { kind, sequence: 0, length: 0 }.encode();
        bytes[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(matches!(Header::decode(bytes), Err(FrameError::TooLong { .. })), "{kind:?}");
        bytes[..4].copy_from_slice(&(kind.ceiling() + 1).to_be_bytes());
        assert!(matches!(Header::decode(bytes), Err(FrameError::TooLong { .. })), "{kind:?}");
    }
}

#[test]
fn an_unknown_kind_is_refused() {
    let known: Vec<u8> = Kind::ALL.into_iter().map(Kind::byte).collect();
    for byte in (0..=255_u8).filter(|byte| !known.contains(byte)) {
        let mut bytes = Header { kind: Kind::Line, sequence: 0, length: 0 }.encode();
        bytes[4] = byte;
        assert_eq!(Header::decode(bytes), Err(FrameError::Kind(byte)));
    }
    let mut distinct = known.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), known.len(), "two kinds share a byte");
}

#[test]
fn the_layout_is_fixed() {
    let header = Header { kind: Kind::Line, sequence: 0x0102_0304_0506_0708, length: 0x0000_0a0b };
    assert_eq!(header.encode(), [0, 0, 0x0a, 0x0b, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn a_header_that_belongs_to_another_payload_is_not_written() {
    let header = Header { kind: Kind::Line, sequence: 1, length: 9 };
    let mut bytes = Vec::new();
    assert!(write_frame(&mut bytes, header, b"four").is_err());
    assert!(bytes.is_empty());
    assert!(Header::of(Kind::Closing, 0, b"x").is_err());
}
