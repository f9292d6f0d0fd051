//! Each reply is read whole, cut at every byte, and byte by byte.

use super::*;

const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: v\r\n\r\n";

/// Reads `text` whole, cut at every byte, and byte by byte: always the same result.
#[track_caller]
fn read(methods: &[&str], text: &str, ended: bool) -> ReplyReader {
    let whole = ReplyReader::read(methods, text.as_bytes(), ended);
    let same = |other: &ReplyReader| {
        assert_eq!(other.replies(), whole.replies());
        assert_eq!(other.wrong(), whole.wrong());
        assert_eq!(other.awaiting(), whole.awaiting());
    };
    for cut in 0..=text.len() {
        let mut reader = ReplyReader::new(methods);
        reader.push(&text.as_bytes()[..cut]);
        reader.push(&text.as_bytes()[cut..]);
        if ended {
            reader.end();
        }
        same(&reader);
    }
    let mut reader = ReplyReader::new(methods);
    text.bytes().for_each(|b| reader.push(&[b]));
    if ended {
        reader.end();
    }
    same(&reader);
    whole
}

#[test]
fn each_framing_ends_the_body_where_it_says() {
    let rows: &[(&str, &str, bool, Framing, &str)] = &[
        ("GET", HELLO, false, Framing::Length(5), "hello"),
        ("GET", CHUNKED, false, Framing::Chunked, "hello"),
        ("GET", "HTTP/1.0 200 OK\r\n\r\nhello", true, Framing::Close, "hello"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, Framing::Without, ""),
        ("GET", "HTTP/1.1 204 \r\n\r\n", false, Framing::Without, ""),
        ("GET", "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", false, Framing::Without, ""),
    ];
    for (method, text, ended, framing, body) in rows {
        let reader = read(&[method], text, *ended);
        assert_eq!(reader.wrong(), None, "{text:?}");
        let [reply] = reader.replies() else { panic!("{text:?} is one reply") };
        assert_eq!((reply.framing, reply.body.as_slice()), (*framing, body.as_bytes()));
        assert_eq!(reply.span, 0..text.len());
    }
    assert_eq!(read(&["GET"], CHUNKED, false).replies()[0].trailers[0].name, "T");
}

#[test]
fn the_last_reply_of_a_connection_says_so_by_word_or_by_version() {
    let says_close = |head: &str| {
        let text = format!("{head}Content-Length: 0\r\n\r\n");
        read(&["GET"], &text, false).replies()[0].says_close()
    };
    assert!(!says_close("HTTP/1.1 200 OK\r\n"));
    assert!(says_close("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n"));
    assert!(says_close("HTTP/1.0 200 OK\r\n"));
    assert!(!says_close("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"));
}

#[test]
fn every_proper_prefix_is_incomplete() {
    for text in [HELLO, CHUNKED] {
        for cut in 0..text.len() {
            let reader = ReplyReader::read(&["GET"], &text.as_bytes()[..cut], false);
            assert!(reader.needs_more(), "{:?}", &text[..cut]);
        }
    }
}

#[test]
fn replies_follow_each_other_and_interim_ones_belong_to_the_next() {
    let text = format!("HTTP/1.1 100 Continue\r\n\r\n{HELLO}{CHUNKED}");
    let reader = read(&["POST", "GET"], &text, false);
    assert_eq!(reader.wrong(), None);
    assert_eq!(reader.replies()[0].interim, [100]);
    assert_eq!(reader.replies()[0].span.start, 0);
    assert_eq!(reader.replies()[1].span.end, text.len());
}

#[test]
fn the_first_wrong_byte_is_found() {
    use Mistake::*;
    let rows: &[(&str, &str, usize, Mistake)] = &[
        ("GET", "hello", 0, NotHttp),
        ("GET", "HTTP/2 200\r\n", 5, NotHttp),
        ("GET", "HTTP/1.1  200 OK\r\n", 9, StatusLine),
        ("GET", "HTTP/1.1 200\r\n", 12, StatusLine),
        ("GET", "HTTP/1.1 20 OK\r\n", 11, StatusLine),
        ("GET", "HTTP/1.1 600 OK\r\n", 9, StatusLine),
        ("GET", "HTTP/1.1 200 OK\n", 15, BareLf),
        ("GET", "HTTP/1.1 200 OK\r\nA: b\n", 21, BareLf),
        ("GET", "HTTP/1.1 200 OK\r\nA: b\rc\r\n", 21, BareCr),
        ("GET", "HTTP/1.1 200 OK\r\nA : b\r\n", 18, FieldName),
        ("GET", "HTTP/1.1 200 OK\r\n: b\r\n", 17, FieldName),
        ("GET", "HTTP/1.1 200 OK\r\nno colon\r\n", 19, FieldName),
        ("GET", "HTTP/1.1 200 OK\r\nA: \0\r\n", 20, FieldValue),
        ("GET", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", 23, Fold),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n", 17, Length),
        ("GET", "HTTP/1.1 204 x\r\nContent-Length: 0\r\n", 16, FramingWithoutBody),
        ("GET", "HTTP/1.1 200 x\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 35, TwoLengths),
        (
            "GET",
            "HTTP/1.1 200 x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            35,
            LengthAndCoding,
        ),
        ("GET", "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n", 46, ChunkSize),
        ("GET", "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n", 50, ChunkEnd),
        ("GET", "HTTP/1.1 101 x\r\n\r\n", 9, Switch),
        ("GET", "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nab", 38, Extra),
        ("HEAD", "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\na", 37, BodyNotAllowed),
        ("GET", "HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\nab", 39, Ended),
    ];
    for (method, text, at, why) in rows {
        let reader = read(&[method], text, true);
        assert_eq!(reader.wrong(), Some(Wrong { at: *at, why: *why }), "{text:?}");
    }
}

#[test]
fn what_is_missing_is_told() {
    let rows = [
        ("", Awaiting::Reply),
        ("HTTP", Awaiting::StatusLine),
        ("HTTP/1.1 200 OK\r\n", Awaiting::Fields),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", Awaiting::Body { have: 3, of: 5 }),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nh", Awaiting::Chunks),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", Awaiting::Trailers),
        ("HTTP/1.1 200 OK\r\n\r\nhello", Awaiting::Close),
    ];
    for (text, awaiting) in rows {
        assert_eq!(read(&["GET"], text, false).awaiting(), awaiting, "{text:?}");
    }
}
