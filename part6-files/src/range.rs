//! Which parts of a file a client asks for (RFC 9110 §14).
//!
//! In: the value of `Range`, and the length of the file. Out: spans of bytes. It refuses what would send
//! more than the whole file.

use std::ops::Range;

/// Most ranges in one request. A video player asks for one, a viewer of documents for a few.
const MOST_RANGES: usize = 16;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: there is no range, or none that this server takes.
    Whole,
    /// These parts, in the order asked for; none is empty, and there is at least one.
    Parts(Vec<Range<u64>>),
    /// Nothing that the file has: 416.
    Nothing,
}

/// What `value` asks for of a file of `length` bytes. What is malformed is ignored (RFC 9110 §14.2), and so
/// is what is asked for to make work: more than 16 ranges, or ranges that together are longer than the
/// file, which only overlapping ones can be (RFC 9110 §14.2, §17.15).
pub fn wanted(value: &[u8], length: u64) -> Wanted {
    let Some(specs) = specs(value) else { return Wanted::Whole };
    // The end of an empty file is all of it, and no Content-Range can say so (RFC 9110 §14.1.2, §14.4).
    let is_end_of_nothing = length == 0 && specs.iter().any(|spec| matches!(spec, Spec::Last(1..)));
    if is_end_of_nothing || !(1..=MOST_RANGES).contains(&specs.len()) {
        return Wanted::Whole;
    }
    let parts: Vec<_> = specs.into_iter().filter_map(|spec| spec.within(length)).collect();
    let total = parts.iter().try_fold(0u64, |sum, part| sum.checked_add(part.end - part.start));
    match total {
        Some(0) => Wanted::Nothing,
        Some(total) if total <= length => Wanted::Parts(parts),
        _ => Wanted::Whole,
    }
}

/// A range before the length is known.
#[derive(Debug, Clone, Copy)]
enum Spec {
    /// From a position, up to and with another one.
    From(u64, Option<u64>),
    /// The last so many bytes.
    Last(u64),
}

impl Spec {
    /// The part of a file of this length; `None` if it has no byte of it.
    fn within(self, length: u64) -> Option<Range<u64>> {
        let part = match self {
            Spec::From(first, last) => {
                first..last.map_or(length, |last| last.saturating_add(1).min(length))
            }
            Spec::Last(n) => length.saturating_sub(n)..length,
        };
        (!part.is_empty()).then_some(part)
    }
}

/// The members of `bytes=…`; `None` if anything in it is malformed, or the unit is another one.
fn specs(value: &[u8]) -> Option<Vec<Spec>> {
    let (unit, set) = value.split_at_checked(b"bytes=".len())?;
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return None;
    }
    let members = set.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    members.filter(|member| !member.is_empty()).map(spec).collect()
}

fn spec(member: &[u8]) -> Option<Spec> {
    let dash = member.iter().position(|&byte| byte == b'-')?;
    match (&member[..dash], &member[dash + 1..]) {
        (b"", last) => Some(Spec::Last(number(last)?)),
        (first, b"") => Some(Spec::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::From(first, Some(last)))
        }
    }
}

/// A number of digits. One that is too large is larger than any file.
fn number(digits: &[u8]) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let add =
        |number: u64, digit: &u8| number.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    is_number.then(|| digits.iter().fold(0, add))
}
