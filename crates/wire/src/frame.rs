//! One frame: 4 bytes of payload length (big-endian), 1 byte of kind, 8 bytes of sequence (big-endian), then the payload.
//!
//! Lengths are checked against the kind's own ceiling before anything is read, and the buffer grows with what arrives, so that
//! a lying length costs nothing (catalogue case 111).

use std::io::{self, IoSlice, Read, Write};

/// Bytes of a header on the wire.
pub const HEADER_BYTES: usize = 13;

/// The longest line a host may send unless the settings say otherwise: 16 MiB (catalogue case 91).
pub const LINE_LIMIT: u32 = 16 << 20;

/// The longest line that can be relayed to a host: 80 MiB.
pub const MESSAGE_LIMIT: u32 = 80 << 20;

/// What a frame is. Each kind belongs to one door and one direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Kind {
    /// Broker to bridge: the answer to the line with this sequence; a raw MCP line without its line end. An empty one says that
    /// none will come: the host took its request back.
    Answer,
    /// Bridge to broker: the host has closed its end; what is under way is cancelled, nothing more will follow.
    Closing,
    /// Bridge to broker, first and once: [`crate::hello::Hello`] as JSON.
    Hello,
    /// Bridge to broker: a raw line of the host without its line end. Its sequence is unique in the bridge's life.
    Line,
    /// Broker to bridge: a raw MCP line that answers nothing: a notification, or a request of the server.
    Message,
    /// Broker to face: `console::news::News` as JSON.
    News,
    /// Command or face to broker: `console::order::Ask` as JSON.
    Order,
    /// Broker to bridge: one sentence why this bridge is not served; the broker closes the connection after it.
    Refused,
    /// Broker to command or face: `console::order::Reply` as JSON, under the sequence of its order.
    Result,
    /// Broker to bridge, first and once: [`crate::hello::Welcome`] as JSON.
    Welcome,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Answer,
        Self::Closing,
        Self::Hello,
        Self::Line,
        Self::Message,
        Self::News,
        Self::Order,
        Self::Refused,
        Self::Result,
        Self::Welcome,
    ];

    /// The byte on the wire.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Hello => 1,
            Self::Line => 2,
            Self::Closing => 3,
            Self::Welcome => 17,
            Self::Answer => 18,
            Self::Message => 19,
            Self::Refused => 20,
            Self::Order => 33,
            Self::Result => 49,
            Self::News => 50,
        }
    }

    /// The kind of a byte; none where no kind has it.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.byte() == byte)
    }

    /// The longest payload that this kind can have, in bytes. A broker whose settings ask for less checks that on top.
    pub const fn ceiling(self) -> u32 {
        match self {
            Self::Answer | Self::Message => MESSAGE_LIMIT,
            Self::Line => 64 << 20,
            Self::Result => 32 << 20,
            Self::Hello => 4 << 20,
            Self::Order => 1 << 20,
            Self::News | Self::Refused | Self::Welcome => 64 << 10,
            Self::Closing => 0,
        }
    }
}

/// What stands before each payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// What the payload is.
    pub kind: Kind,
    /// Which line or order it belongs to; 0 where it belongs to none.
    pub sequence: u64,
    /// Payload length in bytes.
    pub length: u32,
}

/// A frame that cannot be: the connection it came on is out of step and must be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No kind has this byte.
    #[error("frame of an unknown kind ({0})")]
    Kind(u8),
    /// The length is above the kind's ceiling, or above what a length can say.
    #[error("frame of {length} bytes, more than the {ceiling} that its kind may have")]
    TooLong {
        /// The length it claims.
        length: u64,
        /// What its kind allows.
        ceiling: u32,
    },
}

impl From<FrameError> for io::Error {
    fn from(error: FrameError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

impl Header {
    /// The header for this payload.
    ///
    /// # Errors
    /// [`FrameError::TooLong`] if the kind cannot carry it.
    pub fn of(kind: Kind, sequence: u64, payload: &[u8]) -> Result<Self, FrameError> {
        let ceiling = kind.ceiling();
        match u32::try_from(payload.len()) {
            Ok(length) if length <= ceiling => Ok(Self { kind, sequence, length }),
            _ => Err(FrameError::TooLong { length: payload.len() as u64, ceiling }),
        }
    }

    /// The 13 bytes on the wire.
    pub fn encode(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let (length, rest) = bytes.split_at_mut(4);
        let (kind, sequence) = rest.split_at_mut(1);
        length.copy_from_slice(&self.length.to_be_bytes());
        kind.copy_from_slice(&[self.kind.byte()]);
        sequence.copy_from_slice(&self.sequence.to_be_bytes());
        bytes
    }

    /// Reads the 13 bytes.
    ///
    /// # Errors
    /// [`FrameError`] for an unknown kind or a length above its ceiling.
    pub fn decode(bytes: [u8; HEADER_BYTES]) -> Result<Self, FrameError> {
        let [l0, l1, l2, l3, kind, sequence @ ..] = bytes;
        let kind = Kind::from_byte(kind).ok_or(FrameError::Kind(kind))?;
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        if length > kind.ceiling() {
            return Err(FrameError::TooLong { length: u64::from(length), ceiling: kind.ceiling() });
        }
        Ok(Self { kind, sequence: u64::from_be_bytes(sequence), length })
    }
}

/// Reads one frame; its payload replaces what `payload` held. None where the stream ends between two frames.
///
/// # Errors
/// What reading gives; `UnexpectedEof` where the stream ends inside a frame; `InvalidData` with a [`FrameError`].
pub fn read_frame(from: &mut impl Read, payload: &mut Vec<u8>) -> io::Result<Option<Header>> {
    payload.clear();
    let mut bytes = [0; HEADER_BYTES];
    if !fill_unless_ended(from, &mut bytes)? {
        return Ok(None);
    }
    let header = Header::decode(bytes)?;
    let length = header.length as usize;
    payload.reserve_exact(length.min(STEP));
    while payload.len() < length {
        let have = payload.len();
        // In steps, so that the memory used follows what arrived and not what was claimed.
        payload.resize(length.min(have + STEP), 0);
        if let Some(fresh) = payload.get_mut(have..) {
            from.read_exact(fresh)?;
        }
    }
    Ok(Some(header))
}

/// Writes one frame, header and payload in one call where the system takes both at once.
///
/// # Errors
/// What writing gives; `InvalidData` with a [`FrameError`] if the header does not belong to the payload.
pub fn write_frame(to: &mut impl Write, header: Header, payload: &[u8]) -> io::Result<()> {
    if header != Header::of(header.kind, header.sequence, payload)? {
        return Err(FrameError::TooLong { length: payload.len() as u64, ceiling: header.length }.into());
    }
    let head = header.encode();
    let mut slices = [IoSlice::new(&head), IoSlice::new(payload)];
    let mut rest = &mut slices[..];
    while rest.iter().any(|slice| !slice.is_empty()) {
        match to.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    to.flush()
}

/// Appends one frame to a buffer, for senders that put several into one write.
///
/// # Errors
/// [`FrameError::TooLong`] if the kind cannot carry the payload.
pub fn append_frame(buffer: &mut Vec<u8>, kind: Kind, sequence: u64, payload: &[u8]) -> Result<(), FrameError> {
    let header = Header::of(kind, sequence, payload)?;
    buffer.extend_from_slice(&header.encode());
    buffer.extend_from_slice(payload);
    Ok(())
}

/// Fills `bytes`; false where the stream ended before the first of them.
fn fill_unless_ended(from: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    loop {
        match from.read(bytes) {
            Ok(0) => return Ok(false),
            Ok(count) => {
                if let Some(rest) = bytes.get_mut(count..) {
                    from.read_exact(rest)?;
                }
                return Ok(true);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// How far a payload's buffer runs ahead of what has arrived.
const STEP: usize = 256 << 10;

#[cfg(test)]
mod tests;
