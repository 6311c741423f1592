//! The host's lines: UTF-8 JSON, one message each, ended by `\n` (MCP stdio transport).

use std::io::{self, BufRead, BufReader, Read};

/// Reads lines of bounded length.
pub(super) struct Lines<R: Read> {
    from: BufReader<R>,
    limit: usize,
    at_start: bool,
}

/// What was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Input {
    /// A blank line, to be ignored. It is told, so that nobody waits for what follows it with something in hand.
    Blank,
    /// The host closed its end.
    End,
    /// A line stands in the buffer, without its line end.
    Line,
    /// A line was longer than the limit, and was discarded up to its end.
    TooLong,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(from: R, limit: usize) -> Self {
        Self { from: BufReader::with_capacity(BUFFER, from), limit, at_start: true }
    }

    /// Reads the next line into `line`. A last line without an end counts (catalogue case 90).
    ///
    /// # Errors
    /// What reading gives.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Input> {
        line.clear();
        if line.capacity() > KEEP {
            // One long line must not make the bridge large for good.
            *line = Vec::new();
        }
        let ceiling = self.limit as u64 + 2;
        let read = self.from.by_ref().take(ceiling).read_until(b'\n', line)?;
        if read == 0 {
            return Ok(Input::End);
        }
        let ended = line.last() == Some(&b'\n');
        trim_end(line);
        if std::mem::take(&mut self.at_start) && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        if line.len() > self.limit {
            if !ended {
                self.from.skip_until(b'\n')?;
            }
            *line = Vec::new();
            return Ok(Input::TooLong);
        }
        Ok(if line.iter().all(u8::is_ascii_whitespace) { Input::Blank } else { Input::Line })
    }

    /// Whether another whole line has arrived already, so that it can go into the same write.
    pub(super) fn has_more(&self) -> bool {
        self.from.buffer().contains(&b'\n')
    }
}

/// Takes `\n` or `\r\n` off the end (spec T-004).
fn trim_end(line: &mut Vec<u8>) {
    if line.pop_if(|byte| *byte == b'\n').is_some() {
        let _ = line.pop_if(|byte| *byte == b'\r');
    }
}

const BUFFER: usize = 32 << 10;
const KEEP: usize = 64 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], limit: usize) -> Vec<String> {
        let mut lines = Lines::new(bytes, limit);
        let mut line = Vec::new();
        let mut found = Vec::new();
        loop {
            match lines.next(&mut line).unwrap() {
                Input::Blank => {}
                Input::End => return found,
                Input::Line => found.push(String::from_utf8(line.clone()).unwrap()),
                Input::TooLong => found.push("<too long>".to_owned()),
            }
        }
    }

    #[test]
    fn line_ends_blank_lines_and_a_byte_order_mark_are_tolerated() {
        assert_eq!(all(b"\xef\xbb\xbf{}\r\n\n \t\r\n[]\n1", 100), ["{}", "[]", "1"]);
        assert_eq!(all(b"", 100), [""; 0]);
        assert_eq!(
            all(b"{\r}\n\xef\xbb\xbf{}\n", 100),
            ["{\r}", "\u{feff}{}"],
            "a lone CR and a later mark are left alone"
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_discarded_and_the_next_one_read() {
        assert_eq!(all(b"12345\n123456\n1\n", 5), ["12345", "<too long>", "1"]);
        assert_eq!(all(b"12345\r\n1234567890", 5), ["12345", "<too long>"]);
        assert_eq!(all(b"1234567\n\n1\n", 5), ["<too long>", "1"]);
    }

    #[test]
    fn an_endless_line_costs_no_more_than_the_limit() {
        let endless = io::repeat(b'x').take(64 << 20);
        let mut lines = Lines::new(endless, 1 << 20);
        let mut line = Vec::new();
        assert_eq!(lines.next(&mut line).unwrap(), Input::TooLong);
        assert_eq!(line.capacity(), 0, "nothing of it is kept");
        assert_eq!(lines.next(&mut line).unwrap(), Input::End);
    }
}
