//! What a journal gives back: every change, but for a last line that a kill has torn.

use std::fs;
use std::io::ErrorKind;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use part5_routing::journal::Journal;
use part5_routing::store::{Change, Store, User};
use tempfile::{TempDir, tempdir};

fn directory() -> (TempDir, PathBuf) {
    let directory = tempdir().expect("a directory for the test");
    let path = directory.path().join("users.jsonl");
    (directory, path)
}

fn user(id: u64, name: &str) -> User {
    User { id, name: name.into(), email: format!("{name}@example.com") }
}

fn changes() -> Vec<Change> {
    let odd = "\u{e9}\"\\\n\u{1f980}\u{0}";
    vec![
        Change::Put(user(1, "a")),
        Change::Put(user(2, odd)),
        Change::Delete(1),
        Change::Put(user(2, "c")),
    ]
}

fn replayed(path: &Path) -> std::io::Result<Vec<Change>> {
    let mut changes = Vec::new();
    Journal::open(path, |change| changes.push(change)).map(|_| changes)
}

fn written(path: &Path) -> Vec<u8> {
    let mut journal = Journal::open(path, |_| panic!("it is new")).expect("it can be made");
    changes().iter().for_each(|change| journal.append(change).expect("the disk has room"));
    fs::read(path).expect("it is there")
}

#[test]
fn every_change_comes_back_in_order() {
    let (_directory, path) = directory();
    let bytes = written(&path);
    assert_eq!(replayed(&path).expect("it is ours"), changes());
    assert_eq!(fs::read(&path).expect("it is there"), bytes);
    assert_eq!(bytes.iter().filter(|&&byte| byte == b'\n').count(), changes().len());
}

#[test]
fn a_file_cut_at_any_byte_loses_the_torn_line_alone_and_grows_again() {
    let (_directory, path) = directory();
    let bytes = written(&path);
    for cut in 0..bytes.len() {
        fs::write(&path, &bytes[..cut]).expect("the disk has room");
        let whole = bytes[..cut].iter().filter(|&&byte| byte == b'\n').count();
        let mut journal = Journal::open(&path, |_| {}).expect("it is ours");
        journal.append(&Change::Delete(9)).expect("the disk has room");
        drop(journal);
        let mut expected = changes();
        expected.truncate(whole);
        expected.push(Change::Delete(9));
        assert_eq!(replayed(&path).expect("it is ours"), expected, "cut at {cut}");
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_as_it_is() {
    let good = r#"{"put":{"id":1,"name":"a","email":"b"}}"#;
    for (bytes, told) in [
        ("hello".to_owned(), "line 1"),
        ("hello\n".into(), "line 1"),
        ("{\"a\":1}".into(), "line 1"),
        ("{\"put\":7".into(), "line 1"),
        (" ".repeat(100_000), "line 1"),
        (format!("{good}\nhello"), "line 2"),
        (format!("{good}\nhello\n{good}\n"), "line 2"),
        (format!("{good}\n\n"), "line 2"),
        (format!("{good}{good}\n"), "line 1"),
        (r#"{"put":{"id":1,"name":"a"}}"#.to_owned() + "\n", "email"),
        (r#"{"put":{"id":-1,"name":"a","email":"b"}}"#.to_owned() + "\n", "line 1"),
        (r#"{"put":{"id":1,"name":"a","email":"b","c":1}}"#.to_owned() + "\n", "unknown field"),
        (r#"{"drop":1}"#.to_owned() + "\n", "unknown variant"),
        ("\0".repeat(100_000), "line 1"),
        (r#"{"put":{"id":1,"name":""#.to_owned() + &"x".repeat(100_000), "line 1"),
    ] {
        let (_directory, path) = directory();
        fs::write(&path, &bytes).expect("the disk has room");
        let error = replayed(&path).expect_err(told);
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{bytes:.60}");
        assert!(error.to_string().contains(told), "{bytes:.60}: {error}");
        assert_eq!(fs::read(&path).expect("it is there"), bytes.as_bytes(), "{bytes:.60}");
    }
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let (directory, _) = directory();
    assert!(replayed(directory.path()).is_err());
    #[cfg(unix)]
    assert!(replayed(Path::new("/dev/null")).is_err());
}

#[test]
fn what_another_program_writes_stops_the_journal_before_it_is_mixed_up() {
    let (_directory, path) = directory();
    let mut journal = Journal::open(&path, |_| {}).expect("it can be made");
    journal.append(&Change::Put(user(1, "a"))).expect("the disk has room");
    let mut other = fs::File::options().append(true).open(&path).expect("it is there");
    other.write_all(b"{\"delete\":1}\n").expect("the disk has room");
    journal.append(&Change::Put(user(1, "b"))).expect_err("user 1 is gone by now");
    drop(journal);
    assert_eq!(replayed(&path).expect("it is ours").len(), 2);
}

#[test]
fn a_file_belongs_to_one_server_at_a_time() {
    let (_directory, path) = directory();
    let mut first = Journal::open(&path, |_| {}).expect("it can be made");
    first.append(&Change::Put(user(1, "a"))).expect("the disk has room");
    let before = fs::read(&path).expect("it is there");
    let torn = [&before[..], b"{\"put\":"].concat();
    fs::write(&path, &torn).expect("the disk has room");
    // What looks torn may be a line that the first one is writing.
    let error = Journal::open(&path, |_| {}).expect_err("it would give number 2 as well");
    assert_eq!(error.kind(), ErrorKind::ResourceBusy, "{error}");
    assert_eq!(fs::read(&path).expect("it is there"), torn);
    drop(first);
    assert_eq!(replayed(&path).expect("nobody has it any more").len(), 1);
}

#[test]
fn a_store_gives_every_number_once_also_after_a_restart_and_from_many_threads() {
    let (_directory, path) = directory();
    let store = Store::open(&path).expect("it can be made");
    let add = || store.add("a".into(), "b".into()).expect("the disk has room").id;
    let mut ids: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| (0..10).map(|_| add()).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    ids.sort_unstable();
    assert_eq!(ids, (1..=80).collect::<Vec<_>>());
    assert!(store.delete(80).expect("the disk has room"));
    assert!(!store.delete(80).expect("nothing to write"));
    let before = store.all();
    drop(store);
    let store = Store::open(&path).expect("it is ours");
    assert_eq!(store.all(), before);
    assert_eq!(store.add("a".into(), "b".into()).expect("the disk has room").id, 81);
}

#[test]
fn there_are_most_users_and_no_more() {
    let store = Store::default();
    let add = || store.add("a".into(), "b".into());
    (0..1000).for_each(|_| drop(add().expect("there is room")));
    assert_eq!(add().expect_err("one too many").kind(), ErrorKind::StorageFull);
    assert!(store.delete(1).expect("it is only in memory"));
    assert_eq!(add().expect("there is room again").id, 1001);
}

#[test]
fn a_change_that_is_not_stored_changes_nothing() {
    let (_directory, path) = directory();
    let store = Store::open(&path).expect("it can be made");
    let added = store.add("a".into(), "b".into()).expect("the disk has room");
    let bytes = fs::read(&path).expect("it is there");
    // Somebody else's byte: no append succeeds any more.
    fs::write(&path, [&bytes[..], b"x"].concat()).expect("the disk has room");
    store.add("c".into(), "d".into()).expect_err("the file is not ours alone");
    store.replace(User { name: "e".into(), ..added.clone() }).expect_err("as before");
    store.delete(added.id).expect_err("as before");
    assert_eq!(store.all(), std::slice::from_ref(&added));
    assert_eq!(store.find(added.id), Some(added));
    // Without that byte it goes on, and no number is left out.
    fs::write(&path, bytes).expect("the disk has room");
    assert_eq!(store.add("c".into(), "d".into()).expect("the disk has room").id, 2);
}
