//! JSON lines with tokio and serde_json, as one would write it: buffered lines, a tagged enum, a flush
//! when no further line has come.

use std::env;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "UPPERCASE")]
enum Request {
    Greeting { name: String },
    Sum { a: i64, b: i64 },
    Echo { payload: Value },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Response {
    Greeting { status: &'static str, reply: String },
    Sum { status: &'static str, result: i64 },
    Echo { status: &'static str, payload: Value },
    Error { status: &'static str, message: String },
}

fn main() -> Result<(), Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<(), Error> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:3001".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            if let Err(error) = answer_all(stream).await {
                eprintln!("{error}");
            }
        });
    }
}

async fn answer_all(mut stream: TcpStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let (reader, writer) = stream.split();
    let (mut reader, mut writer) = (BufReader::new(reader), BufWriter::new(writer));
    let mut line = String::new();
    while reader.read_line(&mut line).await? > 0 {
        let mut answer = serde_json::to_vec(&answer(&line))?;
        answer.push(b'\n');
        writer.write_all(&answer).await?;
        if reader.buffer().is_empty() {
            writer.flush().await?;
        }
        line.clear();
    }
    Ok(())
}

fn answer(line: &str) -> Response {
    match serde_json::from_str(line) {
        Ok(Request::Greeting { name }) => {
            Response::Greeting { status: "OK", reply: format!("Hello, {name}!") }
        }
        Ok(Request::Sum { a, b }) => match a.checked_add(b) {
            Some(result) => Response::Sum { status: "OK", result },
            None => Response::Error { status: "ERROR", message: "Overflow".into() },
        },
        Ok(Request::Echo { payload }) => Response::Echo { status: "OK", payload },
        Err(error) => Response::Error { status: "ERROR", message: error.to_string() },
    }
}
