//! One server, started for one turn and ended after it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, process};

use anyhow::{Context, bail, ensure};

use crate::machine::{SERVER_CORE, pinned};
use crate::process::{Usage, usage};
use crate::programs::{Listens, Program};

/// How long a server may take to start.
const START: Duration = Duration::from_secs(20);

/// A running server. It ends when this is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What is asked for over HTTP.
    pub target: &'static str,
}

impl Server {
    /// Starts a server on its core, and waits until it accepts connections. Its log goes to a file, which
    /// is what a log costs.
    pub fn start(program: &Program) -> anyhow::Result<Server> {
        let name = program.command[0].to_str().context("a path that is no text")?;
        let mut command = pinned(SERVER_CORE, name);
        command.args(&program.command[1..]);
        let mut server = Server::run(command, program.name, program.listens)?;
        server.target = program.target;
        Ok(server)
    }

    /// Starts any command.
    pub fn run(mut command: Command, name: &str, listens: Listens) -> anyhow::Result<Server> {
        let scratch = scratch()?;
        let log = File::create(scratch.join(format!("{name}.log")))?;
        command.stdin(Stdio::null()).stderr(log).stdout(Stdio::piped());
        let told = match listens {
            Listens::AsItSays => None,
            Listens::AsNginx => {
                let port = free_port()?;
                command.args(["-p".as_ref(), scratch.as_os_str(), "-c".as_ref()]);
                command.arg(nginx_configuration(port)?);
                Some(SocketAddr::from(([127, 0, 0, 1], port)))
            }
        };
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let address = match told {
            Some(address) => Ok(address),
            None => first_line(&mut child),
        };
        let server = match address {
            Ok(address) => Server { child, address, target: "/" },
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error.context(format!("{name} does not say where it listens")));
            }
        };
        server.wait_for_it(name)?;
        Ok(server)
    }

    /// What it has used.
    pub fn usage(&self) -> Option<Usage> {
        usage(self.child.id())
    }

    fn wait_for_it(&self, name: &str) -> anyhow::Result<()> {
        let end = Instant::now() + START;
        while let Err(error) = TcpStream::connect(self.address) {
            ensure!(Instant::now() < end, "{name} does not accept: {error}");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for result in [self.child.kill(), self.child.wait().map(drop)] {
            if let Err(error) = result {
                eprintln!("cannot end a server: {error}");
            }
        }
    }
}

/// Where logs, sockets and configurations of this run go.
pub fn scratch() -> anyhow::Result<PathBuf> {
    let path = env::temp_dir().join(format!("bench-{}", process::id()));
    fs::create_dir_all(&path)?;
    Ok(path)
}

fn first_line(child: &mut Child) -> anyhow::Result<SocketAddr> {
    let output = child.stdout.take().context("its output is ours")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    match line.trim_end().rsplit_once([' ', '/']) {
        Some((_, address)) => Ok(address.parse()?),
        None => bail!("it says {line:?}"),
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// One process, so that all it uses is seen; no log, as is usual where nginx has to be fast.
fn nginx_configuration(port: u16) -> anyhow::Result<PathBuf> {
    let path = scratch()?.join("nginx.conf");
    let text = format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr;
        worker_rlimit_nofile 20000;
        events {{ worker_connections 18000; }}
        http {{
            access_log off; keepalive_requests 1000000000; default_type 'text/plain; charset=utf-8';
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server {{
                listen 127.0.0.1:{port} backlog=4096;
                location / {{ return 200 'Hello, World!'; }}
                location /static/ {{ root .; sendfile on; }}
            }}
        }}"
    );
    fs::write(&path, text)?;
    Ok(path)
}
