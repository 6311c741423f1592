//! Which stretches of the log can hold a word in their arguments at all.
//!
//! Of each block of entries it is kept which groups of three bytes stand in their arguments, in one case, as a Bloom filter with
//! one hash: what it does not have is not there, what it has may be. Sixteen bytes an entry, where the arguments take hundreds.

use crate::query::Folded;
use crate::read::Span;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashSet;

/// What a block's entries hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hint(Box<[u8; BYTES]>);

impl Hint {
    fn empty() -> Self {
        Self(Box::new([0; BYTES]))
    }

    /// The hint of a block; none where there is none that can be read.
    fn of(db: &Connection, block: i64) -> rusqlite::Result<Option<Self>> {
        let mut find = db.prepare_cached("SELECT bits FROM hint WHERE block = ?1")?;
        let bits: Option<Option<Box<[u8; BYTES]>>> =
            find.query_one([block], |row| Ok(row.get_ref(0)?.as_blob().ok().and_then(whole))).optional()?;
        Ok(bits.flatten().map(Self))
    }

    fn add(&mut self, word: &Folded) {
        for place in places(word) {
            self.0[place / 8] |= 1 << (place % 8);
        }
    }

    fn may_hold(&self, word: &Folded) -> bool {
        holds(&*self.0, word)
    }
}

/// Writes hints, while the list takes up rows in their order.
pub(crate) struct Writer<'a> {
    db: &'a Connection,
    open: Option<(i64, Hint)>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(db: &'a Connection) -> Self {
        Self { db, open: None }
    }

    /// An entry with these arguments.
    pub(crate) fn add(&mut self, sequence: i64, arguments: &str) -> rusqlite::Result<()> {
        let block = block_of(sequence);
        if self.open.as_ref().is_none_or(|(open, _)| *open != block) {
            self.write()?;
            self.open = Some((block, Hint::of(self.db, block)?.unwrap_or_else(Hint::empty)));
        }
        if let Some((_, hint)) = &mut self.open {
            hint.add(&Folded::of(arguments));
        }
        Ok(())
    }

    /// What is not written yet.
    pub(crate) fn write(&mut self) -> rusqlite::Result<()> {
        let Some((block, hint)) = self.open.take() else { return Ok(()) };
        let mut write = self.db.prepare_cached("INSERT OR REPLACE INTO hint (block, bits) VALUES (?1, ?2)")?;
        write.execute((block, &hint.0[..])).map(drop)
    }
}

/// Reads hints beside rows, to compare them.
#[derive(Default)]
pub(crate) struct Reader(Option<(i64, Option<Hint>)>);

impl Reader {
    /// Whether the hints say that an entry with these arguments may be there. They may be written while this goes on.
    pub(crate) fn know(&mut self, db: &Connection, sequence: i64, arguments: &str) -> rusqlite::Result<bool> {
        let (block, word) = (block_of(sequence), Folded::of(arguments));
        let knows = |known: &Option<(i64, Option<Hint>)>| matches!(known, Some((of, Some(hint))) if *of == block && hint.may_hold(&word));
        if !knows(&self.0) {
            self.0 = Some((block, Hint::of(db, block)?));
        }
        Ok(knows(&self.0))
    }
}

/// The blocks of a stretch none of whose entries holds this word.
pub(crate) fn without(db: &Connection, span: &Span, word: &Folded) -> rusqlite::Result<HashSet<i64>> {
    let mut blocks = HashSet::new();
    if word.as_str().len() < GROUP {
        return Ok(blocks);
    }
    let mut find = db.prepare_cached("SELECT block, bits FROM hint WHERE block >= ?1 AND block <= ?2")?;
    let mut rows = find.query((block_of(span.start), block_of(span.end)))?;
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_blob().is_ok_and(|bits| bits.len() == BYTES && !holds(bits, word)) {
            blocks.insert(row.get(0)?);
        }
    }
    Ok(blocks)
}

/// The block of an entry.
pub(crate) const fn block_of(sequence: i64) -> i64 {
    sequence.div_euclid(BLOCK)
}

fn holds(bits: &[u8], word: &Folded) -> bool {
    places(word).all(|place| bits.get(place / 8).is_some_and(|byte| byte & (1 << (place % 8)) != 0))
}

/// Where the groups of a text stand in the bits.
fn places(text: &Folded) -> impl Iterator<Item = usize> + '_ {
    text.as_str().as_bytes().windows(GROUP).map(|group| {
        let number = group.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        // Multiplicative hashing: the upper bits of the product are well mixed (Knuth, TAOCP 6.4).
        (number.wrapping_mul(0x9e37_79b1) >> (u32::BITS - PLACES.ilog2())) as usize % PLACES
    })
}

fn whole(bits: &[u8]) -> Option<Box<[u8; BYTES]>> {
    bits.try_into().ok().map(Box::new)
}

/// Bytes of a group.
const GROUP: usize = 3;

/// Entries of a block. Frozen with the schema.
const BLOCK: i64 = if cfg!(test) { 4 } else { 64 };

/// Of a block: long arguments of 64 entries fill a third of the bits, and five letters leave one block in twenty. Frozen too.
const BYTES: usize = 1024;
const PLACES: usize = 8 * BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Folded {
        Folded::of(text)
    }

    #[test]
    fn what_stands_in_the_arguments_is_never_denied() {
        let texts =
            ["{\"to\":\"Ana\",\"text\":\"Gr\u{fc}\u{df}e\"}", "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}", "ab", ""];
        let mut hint = Hint::empty();
        for text in texts {
            hint.add(&folded(text));
        }
        for text in texts {
            let text = folded(text);
            let ends: Vec<usize> = (0..=text.as_str().len()).filter(|at| text.as_str().is_char_boundary(*at)).collect();
            for from in &ends {
                for to in ends.iter().filter(|to| from <= to) {
                    assert!(hint.may_hold(&folded(&text.as_str()[*from..*to])), "{text:?} {from} {to}");
                }
            }
        }
        assert!(hint.may_hold(&folded("ANA")) && !hint.may_hold(&folded("xylophone")));
    }

    #[test]
    fn few_blocks_are_read_in_vain() {
        let mut hint = Hint::empty();
        for entry in 0..64_i64 {
            let words: Vec<String> =
                (0..12).map(|word| format!("{:06x}", (entry * 7919 + word) * 104_729 % 0xff_ffff)).collect();
            hint.add(&folded(&format!("{{\"id\":{entry},\"text\":\"status of the invoice: {}\"}}", words.join(" "))));
        }
        let words = ["xylophone", "harbour", "payroll", "zebra", "kubernetes", "budget", "quarterly", "oscar"];
        let vain = words.iter().filter(|word| hint.may_hold(&folded(word))).count();
        assert!(vain <= 1, "{vain} of {}", words.len());
    }
}
