//! How clients behave, whatever protocol they speak.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// No answer takes this long, not even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Most bytes of content in a good request: many reads long.
const LONGEST: usize = 100_000;

/// What clients of a protocol say and expect.
pub struct Protocol {
    /// A request chosen at random, with at most so many bytes of content.
    pub good: fn(&mut fastrand::Rng, usize) -> Vec<u8>,
    /// Reads one answer and says whether it is the one to this request.
    pub is_answer: fn(&[u8], &mut dyn BufRead) -> io::Result<bool>,
    /// What must be refused.
    pub broken: &'static [&'static [u8]],
    /// What a refusal begins with, each of them right.
    pub refusals: &'static [&'static [u8]],
}

/// One client, again and again.
pub struct Client<'a> {
    protocol: &'a Protocol,
    habit: Habit,
    seed: u64,
}

#[derive(Debug, Clone, Copy)]
enum Habit {
    /// Many requests on a connection, up to 16 at once.
    Good,
    /// A request byte by byte, with pauses.
    Slow,
    /// Something that has to be refused.
    Broken,
    /// Gone in the middle of a request, with FIN or with RST.
    Vanishing,
    /// Requests without end, and never a read.
    Deaf,
    /// Says nothing.
    Silent,
}

/// What came of it all.
#[derive(Debug, Default)]
pub struct Count {
    good: AtomicU64,
    slow: AtomicU64,
    refused: AtomicU64,
    vanished: AtomicU64,
    deaf: AtomicU64,
    silent: AtomicU64,
    unanswered: AtomicU64,
}

impl Protocol {
    /// All clients of a soak.
    pub fn clients(&self) -> Vec<Client<'_>> {
        let habits = [
            (Habit::Good, 4),
            (Habit::Slow, 8),
            (Habit::Broken, 4),
            (Habit::Vanishing, 6),
            (Habit::Deaf, 2),
            (Habit::Silent, 8),
        ];
        let all = habits.iter().flat_map(|(habit, count)| vec![*habit; *count]);
        let client = |(seed, habit)| Client { protocol: self, habit, seed: seed as u64 };
        all.enumerate().map(client).collect()
    }
}

impl Client<'_> {
    /// Behaves as it does until it is over.
    pub fn run(&self, address: SocketAddr, is_over: &AtomicBool, count: &Count) {
        let mut random = fastrand::Rng::with_seed(self.seed);
        while !is_over.load(Ordering::Relaxed) {
            let (counter, result) = match self.habit {
                Habit::Good => (&count.good, self.good(address, &mut random)),
                Habit::Slow => (&count.slow, self.slow(address, &mut random)),
                Habit::Broken => (&count.refused, self.broken(address, &mut random)),
                Habit::Vanishing => (&count.vanished, self.vanish(address, &mut random)),
                Habit::Deaf => (&count.deaf, self.deaf(address, &mut random)),
                Habit::Silent => (&count.silent, silent(address, &mut random)),
            };
            match result {
                Ok(n) => counter.fetch_add(n, Ordering::Relaxed),
                Err(error) => {
                    eprintln!("{:?}: {error}", self.habit);
                    count.unanswered.fetch_add(1, Ordering::Relaxed)
                }
            };
        }
    }

    fn good(&self, address: SocketAddr, random: &mut fastrand::Rng) -> io::Result<u64> {
        let stream = connect(address)?;
        let mut answers = BufReader::new(&stream);
        let mut answered = 0;
        for _ in 0..random.u64(1..20) {
            // Many small ones, or a large one: a client that writes much and doesn't read meanwhile waits
            // for a server that waits for it.
            let (count, longest) =
                if random.bool() { (random.usize(1..=16), 1000) } else { (1, LONGEST) };
            let requests: Vec<_> =
                (0..count).map(|_| (self.protocol.good)(random, longest)).collect();
            (&stream).write_all(&requests.concat())?;
            for request in &requests {
                self.expect(request, &mut answers)?;
            }
            answered += requests.len() as u64;
        }
        Ok(answered)
    }

    fn slow(&self, address: SocketAddr, random: &mut fastrand::Rng) -> io::Result<u64> {
        let mut stream = connect(address)?;
        let request = (self.protocol.good)(random, 500);
        let piece = random.usize(1..=1 + request.len() / 40);
        for piece in request.chunks(piece) {
            stream.write_all(piece)?;
            thread::sleep(Duration::from_millis(random.u64(1..20)));
        }
        self.expect(&request, &mut BufReader::new(stream))?;
        Ok(1)
    }

    fn broken(&self, address: SocketAddr, random: &mut fastrand::Rng) -> io::Result<u64> {
        let mut stream = connect(address)?;
        let broken = random.choice(self.protocol.broken).expect("there are some");
        stream.write_all(broken)?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let is_refused = self.protocol.refusals.iter().any(|refusal| answer.starts_with(refusal));
        wrong_unless(is_refused, broken, &answer)?;
        Ok(1)
    }

    fn vanish(&self, address: SocketAddr, random: &mut fastrand::Rng) -> io::Result<u64> {
        let mut stream = connect(address)?;
        let request = (self.protocol.good)(random, LONGEST);
        stream.write_all(&request[..random.usize(0..=request.len())])?;
        if random.bool() {
            reset_at_close(&stream)?;
        }
        Ok(1)
    }

    fn deaf(&self, address: SocketAddr, random: &mut fastrand::Rng) -> io::Result<u64> {
        let mut stream = connect(address)?;
        stream.set_write_timeout(Some(Duration::from_millis(300)))?;
        let requests = (self.protocol.good)(random, 1000).repeat(16);
        // Until the server has stopped reading, as it has to.
        for _ in 0..10_000 {
            if stream.write_all(&requests).is_err() {
                break;
            }
        }
        reset_at_close(&stream)?;
        Ok(1)
    }

    fn expect(&self, request: &[u8], answers: &mut impl BufRead) -> io::Result<()> {
        let is_answer = (self.protocol.is_answer)(request, answers)?;
        wrong_unless(is_answer, request, b"something else")
    }
}

fn silent(address: SocketAddr, random: &mut fastrand::Rng) -> io::Result<u64> {
    let stream = connect(address)?;
    thread::sleep(Duration::from_millis(random.u64(10..2000)));
    drop(stream);
    Ok(1)
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn reset_at_close(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

fn wrong_unless(is_right: bool, request: &[u8], answer: &[u8]) -> io::Result<()> {
    let shown = |bytes: &[u8]| bytes[..bytes.len().min(80)].escape_ascii().to_string();
    match is_right {
        true => Ok(()),
        false => Err(io::Error::other(format!("{} got {}", shown(request), shown(answer)))),
    }
}

impl Count {
    /// What should not be so.
    pub fn complaints(&self) -> Vec<String> {
        match self.unanswered.load(Ordering::Relaxed) {
            0 => Vec::new(),
            n => vec![format!("{n} clients didn't get what they should have")],
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("good requests, answered", &self.good),
            ("slow ones, answered", &self.slow),
            ("broken ones, refused", &self.refused),
            ("clients that vanished", &self.vanished),
            ("that never read", &self.deaf),
            ("that said nothing", &self.silent),
            ("that didn't get what they should have", &self.unanswered),
        ];
        writeln!(f, "| clients | |\n|---|--:|")?;
        for (name, number) in rows {
            writeln!(f, "| {name} | {} |", number.load(Ordering::Relaxed))?;
        }
        Ok(())
    }
}
