//! The servers of the course beside those that people would use instead: measured, one by one, in rounds.

mod chart;
mod cold;
mod files;
mod http;
mod idle;
mod json;
mod lines;
mod machine;
mod measure;
mod process;
mod programs;
mod server;
mod soak;
mod table;
mod wrk;

use std::path::PathBuf;

use clap::{Arg, Args, Parser, Subcommand};

/// Measures the servers of the course beside others.
///
/// Every figure depends on the machine and on what else it does; compare the ratios of one run.
#[derive(Parser)]
#[command(name = "bench", subcommand_required = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Requests a second over HTTP, with wrk
    #[command(mut_arg("only", among(http::SERVERS)), mut_arg("scenario", among(http::scenarios())))]
    Http(Rounds),
    /// Lines of JSON a second
    #[command(mut_arg("only", among(json::SERVERS)), mut_arg("scenario", among(json::scenarios())))]
    Json(Rounds),
    /// A file of 1 GiB, as fast as it comes
    #[command(mut_arg("only", among(files::SERVERS)), mut_arg("scenario", among([files::SCENARIO])))]
    Files(Rounds),
    /// Memory for each connection that says nothing
    Idle(idle::Options),
    /// From an empty target directory to the first answer, and from an edit to the next one
    Build(cold::Options),
    /// Good, slow, broken and vanishing clients together, and what is left of the server afterwards
    Soak(soak::Options),
    /// A bar chart as SVG, made from what `http --save` or `json --save` wrote
    Chart(chart::Options),
}

/// How often, how long, and which.
#[derive(Args)]
pub struct Rounds {
    /// How often each server has its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long a turn lasts, in seconds
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Only these servers, besides the limit
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only this scenario; may be given several times
    #[arg(long)]
    scenario: Vec<String>,
    /// Where to keep every measurement, as JSON
    #[arg(long)]
    save: Option<PathBuf>,
}

impl Rounds {
    /// Whether a name was asked for, or nothing in particular was.
    pub fn wants(wanted: &[String], name: &str) -> bool {
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == name)
    }
}

/// Lets an argument be one of these names: a wrong one is refused, with this list, before anything is built.
fn among<const N: usize>(names: [&'static str; N]) -> impl FnOnce(Arg) -> Arg {
    move |argument| argument.value_parser(names)
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    machine::allow_many_descriptors()?;
    match cli.command {
        Command::Http(rounds) => http::run(&rounds),
        Command::Json(rounds) => json::run(&rounds),
        Command::Files(rounds) => files::run(&rounds),
        Command::Idle(options) => idle::run(&options),
        Command::Build(options) => cold::run(&options),
        Command::Soak(options) => soak::run(&options),
        Command::Chart(options) => chart::run(&options),
    }
}
