//! The figures that the course promises; other tests change those that would take too long.

use std::time::Duration;

use part4_keepalive::limits::Limits;

#[test]
fn the_program_has_the_deadlines_and_sizes_that_the_course_promises() {
    let limits = Limits::default();
    let minute = Duration::from_secs(60);
    assert_eq!(limits.first_byte_time, minute);
    assert_eq!(limits.next_request_time, Duration::from_secs(5));
    assert_eq!((limits.head_time, limits.body_time), (minute, minute));
    assert_eq!(limits.write_stall_time, minute);
    assert_eq!((limits.drain_bytes, limits.drain_time), (8 << 20, Duration::from_secs(2)));
    assert_eq!(limits.output_bytes, 64 << 10);
}
