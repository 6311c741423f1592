use super::*;
use proptest::prelude::*;

/// All events, the last id and the delay.
type Parsed = (Vec<Event>, Option<Bytes>, Option<Duration>);

/// All events of a stream given in pieces, with the id and the delay at its end.
fn parse(pieces: &[&[u8]], limit: usize) -> Result<Parsed, TooLarge> {
    let mut parser = Parser::new(limit);
    let mut events = Vec::new();
    for piece in pieces {
        parser.feed(Bytes::copy_from_slice(piece));
        while let Some(event) = parser.next()? {
            events.push(event);
        }
    }
    Ok((events, parser.last_id().cloned(), parser.retry()))
}

/// The standard's own steps, on the whole stream at once.
fn naive(stream: &[u8]) -> Parsed {
    let stream = stream.strip_prefix(BYTE_ORDER_MARK).unwrap_or(stream);
    let mut lines: Vec<Vec<u8>> = vec![vec![]];
    let mut bytes = stream.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if_eq(&b'\n');
                lines.push(vec![]);
            }
            b'\n' => lines.push(vec![]),
            other => lines.last_mut().unwrap().push(other),
        }
    }
    lines.pop();
    let (mut events, mut data, mut kind) = (vec![], None::<Vec<u8>>, vec![]);
    let (mut pending, mut last, mut retry) = (None, None, None);
    for line in lines {
        if line.is_empty() {
            last = pending.take().or(last);
            let is_message = kind.is_empty() || kind == b"message";
            events.extend(data.take().map(|data| Event { is_message, data: data.into() }));
            kind.clear();
            continue;
        }
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (&line[..], &b""[..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => match &mut data {
                None => data = Some(value.to_vec()),
                Some(lines) => {
                    lines.push(b'\n');
                    lines.extend_from_slice(value);
                }
            },
            b"event" => kind = value.to_vec(),
            b"id" if !value.contains(&0) => pending = Some(Bytes::copy_from_slice(value)),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                retry = Some(Duration::from_millis(std::str::from_utf8(value).unwrap().parse().unwrap_or(u64::MAX)));
            }
            _ => {}
        }
    }
    (events, last, retry)
}

fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "data: {\"a\":1}",
        "data:x",
        "data",
        "data:",
        "data:  two spaces",
        ": keep-alive",
        ":",
        "event: message",
        "event: other",
        "event",
        "id: 7",
        "id:",
        "id: a\0b",
        "retry: 50",
        "retry: soon",
        "retry: 99999999999999999999",
        "unknown: y",
        " data: z",
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\n\n",
        "\r\r",
        "\n\r",
        "\u{feff}",
        "\u{e9}\u{4e16}",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #[test]
    fn every_split_of_a_stream_gives_the_same_events(
        begins_with_mark in any::<bool>(), stream in fragments(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)
    ) {
        let stream = if begins_with_mark { [BYTE_ORDER_MARK, &stream].concat() } else { stream };
        let expected = naive(&stream);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        places.extend([0, stream.len()]);
        places.sort_unstable();
        let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        prop_assert_eq!(parse(&pieces, 1 << 20).unwrap(), expected.clone());
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        prop_assert_eq!(parse(&bytes, 1 << 20).unwrap(), expected);
    }
}

#[test]
fn a_priming_event_sets_the_id_and_the_delay() {
    let (events, id, retry) = parse(&[b"id: e1\nretry: 500\ndata:\n\n"], 99).unwrap();
    assert_eq!(events, [Event { is_message: true, data: Bytes::new() }]);
    assert_eq!((id, retry), (Some("e1".into()), Some(Duration::from_millis(500))));
}

#[test]
fn an_event_above_the_limit_ends_the_stream() {
    assert_eq!(parse(&[&[b'a'; 101]], 100), Err(TooLarge), "a line without end");
    let many_lines = "data: 0123456789\n".repeat(20);
    assert_eq!(parse(&[many_lines.as_bytes()], 100), Err(TooLarge));
    let comments = ": keep-alive\n".repeat(1000);
    assert!(parse(&[comments.as_bytes()], 100).is_ok(), "comments are not kept");
}

#[test]
fn what_lies_within_one_chunk_is_not_copied() {
    let chunk = Bytes::from_static(b"data: {\"a\":1}\n\n");
    let mut parser = Parser::new(100);
    parser.feed(chunk.clone());
    let event = parser.next().unwrap().unwrap();
    assert_eq!(event.data.as_ptr(), chunk[6..].as_ptr());
}

#[test]
fn the_rest_at_a_clean_end_is_offered() {
    let mut parser = Parser::new(100);
    parser.feed(Bytes::from_static(b"data: {\"id\":1}"));
    assert_eq!(parser.next(), Ok(None));
    assert_eq!(parser.finish().unwrap().data, "{\"id\":1}");
}
