//! `cutline desk`: the local web page.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;

use super::args::Shared;
use super::exit::Exit;
use super::{input, limits, output, review};
use crate::desk::{self, Options};

/// Open the desk: a local web page to see findings and pictures, and decide
///
/// Listens to this machine alone unless --listen says otherwise, and then demands a token: it is in the address that is
/// printed. The page needs no network and no other program. It reads the archive, and writes decisions alone (`cutline
/// review` lists them); --read-only leaves out these, too. Ctrl-C ends it.
#[derive(Args, Clone, Debug)]
pub(super) struct DeskArgs {
    /// Address to listen to; anything but this machine's own demands a token
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Port to listen to; 0 takes a free one
    #[arg(long, default_value_t = 4567)]
    port: u16,
    /// Demand this token, on this machine too [default: where it is demanded, one that nobody can guess]
    #[arg(long, value_name = "TEXT", env = "CUTLINE_DESK_TOKEN", hide_env_values = true, value_parser = token)]
    token: Option<String>,
    /// A further name under which the desk is reached, as behind a proxy (can be repeated)
    #[arg(long, value_name = "HOST")]
    name: Vec<String>,
    /// Show everything, decide nothing
    #[arg(long)]
    read_only: bool,
    /// Who decides, where a visitor does not say
    #[arg(long, value_name = "NAME", env = "CUTLINE_REVIEWER")]
    reviewer: Option<String>,
}

/// A token goes into addresses and cookies, and must not be guessed.
fn token(text: &str) -> Result<String, String> {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain && text.len() >= 16 {
        Ok(text.to_owned())
    } else {
        Err("a token has at least 16 letters, digits, - or _".to_owned())
    }
}

pub(super) fn run(shared: &Shared, args: &DeskArgs) -> anyhow::Result<Exit> {
    // Where several may come in, each says who they are.
    let alone = args.listen.is_loopback();
    let options = Options {
        db: shared.db.clone(),
        listen: SocketAddr::new(args.listen, args.port),
        token: args.token.clone(),
        names: args.name.clone(),
        read_only: args.read_only,
        reviewer: args
            .reviewer
            .clone()
            .or_else(|| alone.then(review::user).flatten()),
        credits: input::credits(shared)?,
        outlets: input::outlets(shared)?,
        limits: limits::usual(),
    };
    desk::serve(options, &|address| {
        let mut out = anstream::stdout().lock();
        let db = output::escaped(&shared.db.display().to_string());
        let _ = writeln!(out, "The desk over {db} is at {address}");
        let _ = out.flush();
    })?;
    Ok(Exit::Fine)
}
