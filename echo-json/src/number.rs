//! Numbers as JSON writes them: integers exactly, all others as floats.
//!
//! In: the text of a JSON value. Out: a number that can be added and written, never a rounded integer.

use std::fmt;

use crate::error::RequestError;

/// A JSON number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Written without fraction and exponent.
    Integer(i128),
    /// Always finite: JSON can't write another.
    Float(f64),
}

impl Number {
    /// Reads the text of a JSON value.
    ///
    /// Errors: `NotANumber`, `OutOfRange`, with the field's name.
    pub fn parse(field: &'static str, json: &str) -> Result<Number, RequestError> {
        if !json.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err(RequestError::NotANumber(field));
        }
        // What would not be JSON, such as `+5` or `inf`, doesn't get here.
        let number = match json.parse() {
            Ok(number) => Some(Number::Integer(number)),
            Err(_) if json.contains(['.', 'e', 'E']) => json.parse().ok().and_then(finite),
            Err(_) => None,
        };
        number.ok_or(RequestError::OutOfRange(field))
    }

    /// The sum; an integer if both are, of 64 bits at the most.
    ///
    /// Errors: `ResultOutOfRange`.
    pub fn plus(self, other: Number) -> Result<Number, RequestError> {
        let sum = match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => {
                a.checked_add(b).filter(|sum| i64::try_from(*sum).is_ok()).map(Number::Integer)
            }
            (a, b) => finite(a.to_float() + b.to_float()),
        };
        sum.ok_or(RequestError::ResultOutOfRange)
    }

    fn to_float(self) -> f64 {
        match self {
            Number::Integer(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

fn finite(number: f64) -> Option<Number> {
    number.is_finite().then_some(Number::Float(number))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Integer(number) => write!(f, "{number}"),
            // The shortest text that reads as the same number: 0.1, 3.0, 1e300.
            Number::Float(number) => write!(f, "{number:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;
    use crate::error::RequestError::{self, *};

    #[track_caller]
    fn check(a: &str, b: &str, expected: Result<&str, RequestError>) {
        let sum = Number::parse("a", a).and_then(|a| a.plus(Number::parse("b", b)?));
        assert_eq!(sum.map(|sum| sum.to_string()), expected.map(str::to_string));
    }

    #[test]
    fn integers_are_exact() {
        check("10", "20", Ok("30"));
        check("-0", "0", Ok("0"));
        check("9007199254740993", "0", Ok("9007199254740993"));
        check("9223372036854775806", "1", Ok("9223372036854775807"));
        check("9223372036854775807", "1", Err(ResultOutOfRange));
        check("-9223372036854775808", "-1", Err(ResultOutOfRange));
        check("36893488147419103232", "-36893488147419103231", Ok("1"));
        let most = i128::MAX.to_string();
        check(&most, &most, Err(ResultOutOfRange));
        check(&(most + "0"), "1", Err(OutOfRange("a")));
    }

    #[test]
    fn the_rest_are_finite_floats() {
        check("0.1", "0.2", Ok("0.30000000000000004"));
        check("1.5", "1.5", Ok("3.0"));
        check("1E2", "-1", Ok("99.0"));
        check("1e300", "1", Ok("1e300"));
        check("1e308", "1e308", Err(ResultOutOfRange));
        check("1", "-1e999", Err(OutOfRange("b")));
    }

    #[test]
    fn strings_are_no_numbers() {
        for value in ["\"1\"", "null", "true", "[1]", "{}"] {
            check(value, "1", Err(NotANumber("a")));
        }
    }
}
