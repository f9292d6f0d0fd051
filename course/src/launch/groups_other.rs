//! On Windows Ctrl-C reaches every process of the console; a process tree is ended by taskkill.

use std::io;
use std::process::{Child, Command, Stdio};

pub fn spawn(command: &mut Command) -> anyhow::Result<Child> {
    Ok(command.spawn()?)
}

pub fn tell_to_stop(_: &Child, _: bool) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn end(child: &mut Child) {
    let id = child.id().to_string();
    let mut taskkill = Command::new("taskkill");
    taskkill.args(["/T", "/F", "/PID", &id]).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(e) = taskkill.status() {
        anstream::eprintln!("cannot end process {id}: {e}");
    }
}
