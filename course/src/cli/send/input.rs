//! Where to send, and what: from arguments, a file, or standard input.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::net::IpAddr;

use anyhow::{Context, Result, bail, ensure};
use course::escape;
use course::schedule::MOST_BYTES;
use course::wire::host_port;

use super::{ADDRESS, Arguments};

/// The address and the bytes: either may be left out.
pub fn operands(arguments: &Arguments) -> Result<(&str, Option<Vec<u8>>)> {
    let (address, text) = match (&arguments.address, &arguments.bytes) {
        (Some(url), _) if url.starts_with("https://") => {
            bail!("{url} speaks TLS, and this sends bytes as they are: ask it with curl")
        }
        (Some(only), None) if host_port(only).is_none() => {
            ensure!(
                !lacks_port(only),
                "{only} has no port: an address is HOST:PORT, such as {ADDRESS}"
            );
            (ADDRESS, Some(only))
        }
        (Some(first), text) => match host_port(first) {
            Some(address) => (address, text.as_ref()),
            None => bail!(
                "{first:?} is no address: it is HOST:PORT, such as {ADDRESS}, and the bytes are one argument"
            ),
        },
        (None, _) => (ADDRESS, None),
    };
    ensure!(
        text.is_none() || arguments.file.is_none(),
        "the bytes come from an argument or from --file, not from both"
    );
    ensure!(text.is_none() || !arguments.talk, "--talk sends what is typed; leave the bytes out");
    Ok((address, text.map(|text| escape::unescape(text)).transpose()?))
}

fn lacks_port(text: &str) -> bool {
    text == "localhost" || text.parse::<IpAddr>().is_ok() || text.parse::<u16>().is_ok()
}

/// The bytes to send; `None` for what will be typed.
pub fn bytes(arguments: &Arguments, bytes: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
    if bytes.is_some() {
        return Ok(bytes);
    }
    if let Some(path) = &arguments.file {
        let bytes = fs::File::open(path).map_err(Into::into).and_then(limited);
        return bytes.map(Some).with_context(|| format!("cannot read {}", path.display()));
    }
    match io::stdin().is_terminal() {
        _ if arguments.talk => Ok(None),
        // Just an end, without bytes before it.
        true if arguments.half_close || arguments.reset => Ok(Some(Vec::new())),
        true => Ok(None),
        false => limited(io::stdin()).map(Some).context("cannot read standard input"),
    }
}

/// All of it, unless that is more than may be sent.
fn limited(input: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() <= MOST_BYTES, "there are more than {} MiB of it", MOST_BYTES >> 20);
    Ok(bytes)
}
