//! The heads that are parsed: what little a head needs, and what a browser sends.

/// 35 bytes.
#[allow(dead_code, reason = "not every benchmark asks for both")]
pub const SMALL: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// 722 bytes, 15 fields.
pub const BROWSER: &[u8] = b"GET /an/ordinary/page?with=a&query=string HTTP/1.1\r\n\
    Host: www.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n\
    Accept-Language: en-GB,en;q=0.7,de;q=0.3\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\n\
    Connection: keep-alive\r\n\
    Referer: https://www.example.com/another/page/with/some/longer/path\r\n\
    Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=necessary; seen=4,8,15,16; lastseen=170000\r\n\
    Upgrade-Insecure-Requests: 1\r\n\
    Sec-Fetch-Dest: document\r\n\
    Sec-Fetch-Mode: navigate\r\n\
    Sec-Fetch-Site: same-origin\r\n\
    Sec-Fetch-User: ?1\r\n\
    Cache-Control: max-age=0\r\n\
    Priority: u=0, i\r\n\r\n";
