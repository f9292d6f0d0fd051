//! The mistakes of learners' servers, each with a switch.

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    Silent,
    Floods,
    NotHttp,
    ClosesAtOnce,
    ResetsAtOnce,
    OneRead,
    ForgetsPieces,
    WaitsForEof,
    IgnoresLength,
    AnswersBeforeBody,
    LengthTooLong,
    LengthTooShort,
    NoFraming,
    ForgetsPipelined,
    OutOfOrder,
    ClosesAlways,
    NeverCloses,
    BodyOnHead,
    BareLf,
    LenientLength,
    LengthAndCoding,
    SplitsUtf8,
    CaseSensitive,
    OneAtATime,
    /// No fault: a pool of threads, as the Rust book's last server has.
    FourAtATime,
    /// No fault: an echo that begins while the body still arrives.
    EchoesAtOnce,
    /// No fault: it knows GET and HEAD, and no HTTP/1.0; whatever else there is, it says so and closes.
    GetOnly,
    SlowClientHolds,
    DiesOnClose,
    DiesOnBadBytes,
    NoContinue,
    GarbageServed,
    Quadratic,
    StateLeaks,
    LengthByMethod,
    NoChunks,
    CloseIsAWord,
    TimeoutEachRead,
}
