//! Percent-encoding: what is whole is decoded once, what isn't is refused.

use part5_routing::uri::{BadEncoding, decode, form, pairs, segments};

#[test]
fn every_byte_can_be_encoded_in_either_case_and_comes_back() {
    for byte in 0..=0xFF {
        for text in [format!("a%{byte:02x}z"), format!("a%{byte:02X}z")] {
            assert_eq!(decode(text.as_bytes()), Ok(vec![b'a', byte, b'z']), "{text}");
        }
    }
}

#[test]
fn what_is_not_encoded_stays_as_it_is() {
    for text in ["", "abc", "+", "~-._!$&'()*,;=:@", "\u{e9}"] {
        assert_eq!(decode(text.as_bytes()), Ok(text.as_bytes().to_vec()), "{text}");
    }
}

#[test]
fn a_percent_sign_without_two_digits_is_refused_wherever_it_stands() {
    for text in ["%", "%4", "a%", "%4%31", "%%31", "%zz", "%4g", "%g4", "%+1", "% 1", "%\u{e9}"] {
        assert_eq!(decode(text.as_bytes()), Err(BadEncoding), "{text}");
    }
}

#[test]
fn a_text_is_decoded_once() {
    assert_eq!(decode(b"%2525"), Ok(b"%25".to_vec()));
    assert_eq!(decode(b"%252F"), Ok(b"%2F".to_vec()));
}

#[test]
fn a_path_is_cut_apart_before_it_is_decoded() {
    #[track_caller]
    fn check(path: &str, expected: &[&[u8]]) {
        assert_eq!(
            segments(path).as_deref(),
            Ok(&expected.iter().map(|s| s.to_vec()).collect::<Vec<_>>()[..]),
            "{path}"
        );
    }
    check("/", &[b""]);
    check("/a", &[b"a"]);
    check("/a/", &[b"a", b""]);
    check("//a", &[b"", b"a"]);
    check("/a%2Fb/c", &[b"a/b", b"c"]);
    check("/..%2f%2e%2E/..", &[b"../..", b".."]);
    check("/a+b;c=d", &[b"a+b;c=d"]);
    check("/%00%ff", &[b"\0\xff"]);
    assert_eq!(segments("/a/%"), Err(BadEncoding));
}

/// Text for bytes that are text.
fn shown(pairs: Result<part5_routing::uri::Pairs, BadEncoding>) -> Vec<(String, String)> {
    let text = |bytes| String::from_utf8(bytes).expect("it is text");
    pairs.expect("it is well encoded").into_iter().map(|(n, v)| (text(n), text(v))).collect()
}

#[test]
fn a_query_keeps_repeated_names_their_order_and_empty_values() {
    #[track_caller]
    fn check(query: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        assert_eq!(shown(pairs(query.as_bytes())), expected, "{query}");
    }
    check("", &[]);
    check("&&", &[]);
    check("a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]);
    check("a=&b&=c&=", &[("a", ""), ("b", ""), ("", "c"), ("", "")]);
    check("a=b=c", &[("a", "b=c")]);
    check("a%3Db=%26&c%26", &[("a=b", "&"), ("c&", "")]);
    check("a=1+2", &[("a", "1+2")]);
    check("a=?/", &[("a", "?/")]);
    for query in ["%", "a=%", "%zz=a", "a=b&c=%4"] {
        assert_eq!(pairs(query.as_bytes()), Err(BadEncoding), "{query}");
    }
}

#[test]
fn only_a_form_has_plus_signs_for_spaces() {
    let form = shown(form(b"a+b=c+%2B+d&e=%20"));
    assert_eq!(form, [("a b".into(), "c + d".into()), ("e".into(), " ".into())]);
}
