//! What no server may die of: no descriptor for another connection, no memory for another thread.
//!
//! Only Linux lets us change the limits of a process that runs, and tells what it does.

use std::fs;
use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use course::launch::Server;
use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::client::{A_WHILE, Client, PARTS, SOON, bare, logged, start};

const NO_THREAD: &str = "no thread can be started for it";

/// A program that accepts connections, what to ask it, and how its answer begins.
struct Program {
    name: &'static str,
    request: String,
    answer: &'static str,
}

fn programs() -> impl Iterator<Item = Program> {
    let get = |target| format!("GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    let answer = "HTTP/1.1 200 OK\r\n";
    // From part 6 on `/` is a file, for which there must be a descriptor.
    let page = |name| if name < "part6-files" { "/" } else { "/users" };
    let parts = PARTS.map(|name| Program { name, request: get(page(name)), answer });
    let request = "{\"type\": \"GREETING\", \"name\": \"Ann\"}\n".to_owned();
    let echo = Program { name: "echo-json", request, answer: "{\"status\":\"OK\"" };
    parts.into_iter().chain([echo])
}

impl Program {
    /// Whether a client that asks is answered.
    #[track_caller]
    fn serves(&self, mut client: Client) -> bool {
        client.send(&self.request).half_close();
        client.ended().received.starts_with(self.answer.as_bytes())
    }

    /// The server serves again, if need be after some tries: what was short comes back little by little.
    #[track_caller]
    fn check_serves_again(&self, server: &Server) {
        let began = Instant::now();
        while !self.serves(Client::of(server)) {
            assert!(began.elapsed() < SOON, "{} doesn't recover", self.name);
        }
    }
}

fn limit(server: &mut Server, resource: Resource, most: u64) {
    let process = i32::try_from(server.process().id()).ok().and_then(Pid::from_raw);
    let limits = Rlimit { current: Some(most), maximum: Some(most) };
    prlimit(process, resource, limits).expect("the process is ours");
}

/// What Linux tells of a server's process.
fn told(server: &mut Server, file: &str) -> String {
    let path = format!("/proc/{}/{file}", server.process().id());
    fs::read_to_string(path).expect("it runs")
}

/// The time for which a server has kept a processor busy.
fn busy(server: &mut Server) -> Duration {
    let stat = told(server, "stat");
    let (_, fields) = stat.rsplit_once(") ").expect("its name stands in parentheses");
    // Behind the name: eleven others, then the time in the program, then that in the kernel for it.
    let times = fields.split(' ').skip(11).take(2);
    let ticks: u64 = times.map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
    Duration::from_secs(ticks) / u32::try_from(clock_ticks_per_second()).expect("a hundred or so")
}

/// Its address space, in bytes.
fn size(server: &mut Server) -> u64 {
    let status = told(server, "status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let number = line.expect("Linux tells").trim().trim_end_matches(" kB");
    number.parse::<u64>().expect("a number") << 10
}

#[test]
fn a_server_without_descriptors_says_so_waits_and_serves_again() {
    for program in programs() {
        let mut server = start(program.name);
        limit(&mut server, Resource::Nofile, 64);
        let early = Client::of(&server);
        let connections: Vec<_> = (0..70).map(|_| bare(server.address())).collect();
        logged(&server, "warning: cannot accept a connection");
        let before = busy(&mut server);
        // What must not happen is no event that could be waited for.
        thread::sleep(A_WHILE);
        let busy = busy(&mut server) - before;
        assert!(busy < A_WHILE / 8, "{} tries without a pause: busy for {busy:?}", program.name);
        assert!(program.serves(early), "{} forgets whom it has accepted", program.name);
        drop(connections);
        program.check_serves_again(&server);
    }
}

#[test]
fn a_server_without_memory_for_a_thread_says_so_closes_and_serves_again() {
    // Part 7 lets the others wait; its own tests have that.
    for program in programs().filter(|program| program.name != "part7-production") {
        let mut server = start(program.name);
        program.check_serves_again(&server);
        // Room for some threads, not for many: each wants its stack as address space.
        let most = size(&mut server) + (32 << 20);
        limit(&mut server, Resource::As, most);
        let mut connections = Vec::new();
        while server.log().count(NO_THREAD) == 0 {
            assert!(connections.len() < 500, "{} starts 500 threads in 32 MiB", program.name);
            connections.push(bare(server.address()));
            logged(&server, &format!("#{} opened", connections.len() + 1));
        }
        let line = logged(&server, NO_THREAD);
        // Number 1 was the client that was served.
        let mut numbered = connections.iter_mut().zip(2..);
        let refused = numbered.find(|(_, number)| line.contains(&format!("#{number} closed")));
        let (refused, _) = refused.expect("it is one of ours");
        assert_eq!(refused.read(&mut [0]).expect("it is closed in good order"), 0);
        drop(connections);
        program.check_serves_again(&server);
    }
}
