//! Which requests a client has sent, read leniently from its bytes: the whole ones, and what is missing to the last.
//!
//! It judges nothing: bytes that only a strict server refuses still count as the request they were meant to be.

/// The requests in a client's bytes.
#[derive(Debug, Default, PartialEq)]
pub struct Requests {
    /// The methods of the whole requests, in order.
    pub methods: Vec<String>,
    /// What is missing to a request after them.
    pub missing: Missing,
}

/// What is still to be sent after the last whole request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Missing {
    /// Nothing: no request has been begun.
    #[default]
    Nothing,
    /// The end of a request line.
    LineEnd,
    /// The empty line that ends the head.
    EmptyLine,
    /// The rest of a body of known length.
    Body {
        /// Bytes that were sent.
        have: u64,
        /// Bytes that Content-Length announced.
        of: u64,
    },
    /// The last chunk, or the empty line after it.
    Chunks,
    /// Nobody can say: these bytes begin no HTTP request.
    NotHttp,
}

impl Requests {
    /// Reads a client's bytes from the first one on.
    pub fn read(sent: &[u8]) -> Requests {
        let mut requests = Requests::default();
        let mut rest = sent;
        loop {
            rest = skip_empty_lines(rest);
            match request(rest) {
                Ok((method, after)) => {
                    requests.methods.push(method);
                    rest = after;
                }
                Err(missing) => {
                    requests.missing = missing;
                    return requests;
                }
            }
        }
    }
}

fn skip_empty_lines(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b"\r\n").or(bytes.strip_prefix(b"\n")) {
        bytes = rest;
    }
    bytes
}

/// One request's method, and the bytes after it.
fn request(bytes: &[u8]) -> Result<(String, &[u8]), Missing> {
    if bytes.is_empty() {
        return Err(Missing::Nothing);
    }
    let (first, mut rest) = line(bytes).ok_or(Missing::LineEnd)?;
    let method = method(&first).ok_or(Missing::NotHttp)?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let (field, after) = line(rest).ok_or(Missing::EmptyLine)?;
        rest = after;
        if field.is_empty() {
            break;
        }
        let Some((name, value)) = field.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "transfer-encoding" => chunked = value.to_ascii_lowercase().contains("chunked"),
            _ => {}
        }
    }
    let after = if chunked { after_chunks(rest)? } else { after_body(rest, length)? };
    Ok((method, after))
}

fn method(line: &str) -> Option<String> {
    let (method, rest) = line.split_once(' ')?;
    let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_graphic());
    (is_method && rest.contains("HTTP/")).then(|| method.to_owned())
}

fn after_body(bytes: &[u8], length: u64) -> Result<&[u8], Missing> {
    let have = bytes.len() as u64;
    match usize::try_from(length) {
        Ok(length) if length <= bytes.len() => Ok(&bytes[length..]),
        _ => Err(Missing::Body { have, of: length }),
    }
}

fn after_chunks(mut bytes: &[u8]) -> Result<&[u8], Missing> {
    loop {
        let (size, data) = line(bytes).ok_or(Missing::Chunks)?;
        let size = size.split(';').next().unwrap_or_default().trim();
        // What is no size will be refused, and then nothing after it is a request.
        let Ok(size) = usize::from_str_radix(size, 16) else { return Ok(&[]) };
        bytes = data;
        if size == 0 {
            break;
        }
        bytes = data.get(size..).and_then(|after| line(after)).ok_or(Missing::Chunks)?.1;
    }
    loop {
        let (trailer, after) = line(bytes).ok_or(Missing::Chunks)?;
        if trailer.is_empty() {
            return Ok(after);
        }
        bytes = after;
    }
}

/// A line without its end, as text, and the bytes after it.
fn line(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = bytes.iter().position(|&b| b == b'\n')?;
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    Some((String::from_utf8_lossy(line).into_owned(), &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sent: &str, methods: &[&str], missing: Missing) {
        let requests = Requests::read(sent.as_bytes());
        assert_eq!(requests.methods, methods, "{sent:?}");
        assert_eq!(requests.missing, missing, "{sent:?}");
    }

    #[test]
    fn what_is_missing_is_named() {
        check("", &[], Missing::Nothing);
        check("\r\n\r\n", &[], Missing::Nothing);
        check("GET / HT", &[], Missing::LineEnd);
        check("GET / HTTP/1.1\r\nHost: a\r\n", &[], Missing::EmptyLine);
        check("GET / HTTP/1.1\r\nHost: a\r\n\r\n", &["GET"], Missing::Nothing);
        check("{\"type\":\"ping\"}\n", &[], Missing::NotHttp);
        check("hello\r\n", &[], Missing::NotHttp);
        let body = Missing::Body { have: 2, of: 5 };
        check("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab", &[], body);
    }

    #[test]
    fn chunks_end_with_the_last_one_and_an_empty_line() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for cut in ["", "5", "5\r\nab", "5;x=y\r\nabcde", "5\r\nabcde\r\n0\r\n", "0\r\nA: b\r\n"] {
            check(&format!("{head}{cut}"), &[], Missing::Chunks);
        }
        check(&format!("{head}5\r\nabcde\r\n0\r\n\r\nGET"), &["POST"], Missing::LineEnd);
        check(&format!("{head}zz\r\nGET / HTTP/1.1\r\n\r\n"), &["POST"], Missing::Nothing);
    }

    #[test]
    fn requests_follow_each_other() {
        let two = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcHEAD / HTTP/1.0\n\n";
        check(two, &["POST", "HEAD"], Missing::Nothing);
    }
}
