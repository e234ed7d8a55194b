//! The desk: a local web page over an archive, where an editor sees and decides.
//!
//! In: an archive's path and [`Options`]. Out: pages over HTTP until the process ends. Pages are made on the server and
//! work without script; everything they need is inside the program. The desk asks the archive through read-only
//! connections, and writes nothing but reviews. No path from a request touches the disk: things are asked for by ids.

mod assets;
mod audit;
mod check;
mod decide;
mod findings;
mod guard;
mod history;
mod layout;
mod photo;
mod picture;
mod request;
mod runs;
mod search;
mod state;
mod words;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};

use crate::archive::Archive;
use crate::credit::CreditReader;
use crate::error::{Error, Result};
use crate::parties::Outlets;
use crate::read::Limits;
use state::Desk;

/// What a form may hold.
const FORM_BYTES: usize = 256 << 10;

/// What a picture that is checked may hold, with its caption.
const UPLOAD_BYTES: usize = 64 << 20;

/// How a desk is run.
pub struct Options {
    /// The archive's file.
    pub db: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Who may come in: needed where others than this machine can reach the desk.
    pub token: Option<String>,
    /// Further names under which the desk is reached, as in a proxy's `desk.example`.
    pub names: Vec<String>,
    /// Nothing can be decided.
    pub read_only: bool,
    /// Who decides, where a visitor does not say.
    pub reviewer: Option<String>,
    /// Reads what is pasted.
    pub credits: CreditReader,
    /// For deriving again what a decision changes.
    pub outlets: Outlets,
    /// How much a picture may ask for.
    pub limits: Limits,
}

/// Listen, say where (`ready` gets the address to open), and answer until the process ends.
pub fn serve(mut options: Options, ready: &dyn Fn(&str)) -> Result<()> {
    let exposed = !options.listen.ip().is_loopback();
    if exposed && options.token.is_none() {
        options.token = Some(guard::secret()?);
    }
    // An archive that cannot be opened is said now, not on the first page.
    drop(Archive::read(&options.db)?);
    let failed = |source| Error::Io {
        doing: "listen for the desk on",
        path: options.listen.to_string().into(),
        source,
    };
    let listener = std::net::TcpListener::bind(options.listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let entry = options.token.as_ref().map_or_else(
        || format!("http://{address}/"),
        |token| format!("http://{address}/?token={token}"),
    );
    let listen = options.listen;
    let desk = Arc::new(Desk::new(options, address.port())?);
    runtime
        .block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            ready(&entry);
            axum::serve(listener, router(desk)).await
        })
        .map_err(|source| Error::Io {
            doing: "serve the desk on",
            path: listen.to_string().into(),
            source,
        })
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/findings", get(findings::page))
        .route("/flag/{id}", get(findings::open))
        .route("/picture/{id}", get(picture::page))
        .route("/use/{id}", get(picture::of_use))
        .route("/document/{id}", get(search::document))
        .route("/photo/{sha256}", get(photo::open))
        .route("/photo/{sha256}/{size}", get(photo::jpeg))
        .route("/search", get(search::page))
        .route(
            "/check",
            get(check::empty)
                .post(check::page)
                .layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        )
        .route("/audit", get(audit::page))
        .route("/audit/list", get(audit::list))
        .route("/audit/download/{format}", get(audit::download))
        .route("/decisions", get(history::page))
        .route("/ingest", get(runs::page))
        .route("/decide", post(decide::decide))
        .route("/undo", post(decide::undo))
        .route("/who", post(decide::who))
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::icon))
        .fallback(layout::nothing_here)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(desk.clone(), guard::guard))
        .with_state(desk)
}

async fn home(uri: Uri) -> axum::response::Response {
    let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    Redirect::to(&format!("/findings{query}")).into_response()
}
