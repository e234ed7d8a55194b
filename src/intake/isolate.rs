//! Reading inputs in worker processes first, for folders that nobody trusts.
//!
//! In: an input that lies in a folder with a [`MARKER`], or any where the run was told so. Out: nothing where a worker
//! came through it, else the problem to record of it. A worker is this program
//! again, with the same options and limits on its memory; it reads the input as the run would, and throws away what it
//! read. Only then does the run read it itself: what ends a process (memory that runs out, a stack that overflows, an
//! endless loop) ends a worker, which is started anew, and the file is named. This guards the run; it is no sandbox.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Context, Place, container, read_found};
use crate::discover::{Found, Input, platform};
use crate::error::{Error, Result};
use crate::model::{Problem, Reason};

/// A part of an input was read; more come.
const GOES_ON: u8 = b'.';
/// An input was read.
const DONE: u8 = b'!';
/// Set for workers, which then [`serve`].
pub const WORKER: &str = "CUTLINE_WORKER";
/// A file of this name in a folder says that nobody trusts what lies in and below it.
pub const MARKER: &str = ".cutline-untrusted";
/// A worker may take so long to start.
const START: Duration = Duration::from_mins(1);

/// Worker processes, as many as read at a time; each is started when it is first needed.
#[derive(Debug)]
pub struct Workers {
    command: (PathBuf, Vec<OsString>),
    patience: Duration,
    memory: u64,
    everywhere: bool,
    idle: Mutex<Vec<Worker>>,
    /// Folders that inputs came from, and whether they are marked.
    folders: Mutex<BTreeMap<PathBuf, bool>>,
}

#[derive(Debug)]
struct Worker {
    process: Child,
    ask: ChildStdin,
    answers: Receiver<u8>,
}

impl Workers {
    /// Workers that run `program` with `arguments`; it is to call [`serve`] where [`WORKER`] is set. They read what lies
    /// in marked folders, or `everywhere`.
    pub fn new(
        program: PathBuf,
        arguments: Vec<OsString>,
        everywhere: bool,
        cx: &Context<'_>,
    ) -> Self {
        Self {
            command: (program, arguments),
            everywhere,
            folders: Mutex::default(),
            patience: Duration::from_secs(cx.limits.seconds.max(1)),
            memory: cx.limits.memory,
            idle: Mutex::default(),
        }
    }

    /// Whether an input is to be read here first: the folder that it lies in, or one above that, is marked. Folders
    /// above the paths of the run count too, so that a share that cannot be written to is marked where it is mounted.
    fn wants(&self, input: &Input) -> bool {
        if self.everywhere {
            return true;
        }
        let Some(folder) = input.path.parent() else {
            return false;
        };
        let known = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(marked) = known().get(folder) {
            return *marked;
        }
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let whole = here.canonicalize();
        let whole = whole.as_deref().unwrap_or(here);
        let marked = whole
            .ancestors()
            .any(|f| f.join(MARKER).symlink_metadata().is_ok());
        let mut known = known();
        // The walk leaves a folder for good: those of a million are not kept.
        if known.len() > 1_000 {
            known.clear();
        }
        known.insert(folder.to_owned(), marked);
        marked
    }

    /// Have a worker read this input, where it is to. The problem, where it did not come through.
    pub fn try_reading(&self, input: &Input) -> Option<Problem> {
        if !self.wants(input) {
            return None;
        }
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let one = idle().pop();
        let mut worker = match one.map_or_else(|| self.start(), Ok) {
            Ok(worker) => worker,
            Err(error) => {
                return Some(Problem::new(
                    Reason::Unreadable,
                    format!(
                        "cannot read this file: no worker process could be started for it ({error})"
                    ),
                ));
            }
        };
        let problem = self.wait(&mut worker, input);
        if problem.is_none() {
            idle().push(worker);
        }
        problem
    }

    fn start(&self) -> io::Result<Worker> {
        let mut process = Command::new(&self.command.0)
            .args(&self.command.1)
            // One input at a time, on one core: the run has its own threads.
            .env("RAYON_NUM_THREADS", "1")
            .env(WORKER, "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(ask), Some(mut out)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let (send, answers) = channel();
        std::thread::spawn(move || {
            let mut byte = [0];
            while out.read_exact(&mut byte).is_ok() && send.send(byte[0]).is_ok() {}
        });
        let mut worker = Worker {
            process,
            ask,
            answers,
        };
        if worker.answers.recv_timeout(START) == Ok(DONE) {
            return Ok(worker);
        }
        worker.end();
        Err(io::Error::other(
            "it does not answer; give it more with --limit memory=BYTES",
        ))
    }

    fn wait(&self, worker: &mut Worker, input: &Input) -> Option<Problem> {
        let mut question = input.path.as_os_str().as_encoded_bytes().to_vec();
        question.push(0);
        question.extend_from_slice(input.given.as_os_str().as_encoded_bytes());
        question.push(0);
        // Where it does not listen, it does not answer either.
        let _ = worker
            .ask
            .write_all(&question)
            .and_then(|()| worker.ask.flush());
        loop {
            match worker.answers.recv_timeout(self.patience) {
                Ok(GOES_ON) => {}
                Ok(_) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    worker.end();
                    return Some(Problem::new(
                        Reason::MaxTime,
                        format!(
                            "cannot read this file: reading it took more than the limit of {} seconds",
                            self.patience.as_secs()
                        ),
                    ));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let how = worker.end();
                    return Some(Problem::new(
                        Reason::MaxMemory,
                        format!(
                            "cannot read this file: reading it ended the worker process ({how}), most likely for want of \
                             memory, of which it may have {} bytes",
                            self.memory
                        ),
                    ));
                }
            }
        }
    }
}

impl Worker {
    /// Stop it; how it ended, in the system's words.
    fn end(&mut self) -> String {
        let _ = self.process.kill();
        match self.process.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Be a worker: read what standard input names, one input after the other, and answer on standard output.
pub fn serve(cx: &Context<'_>) -> Result<()> {
    platform::limit_memory(cx.limits.memory);
    let failed = |source| Error::Io {
        doing: "answer",
        path: "the run that asked".into(),
        source,
    };
    let mut questions = BufReader::new(io::stdin().lock());
    let mut answers = io::stdout().lock();
    let mut answer = |byte: u8| answers.write_all(&[byte]).and_then(|()| answers.flush());
    answer(DONE).map_err(failed)?;
    let mut next = || -> io::Result<Option<PathBuf>> {
        let mut name = Vec::new();
        questions.read_until(0, &mut name)?;
        Ok((name.pop() == Some(0))
            .then(|| platform::path_from(&name))
            .flatten())
    };
    while let (Some(path), Some(given)) = (next().map_err(failed)?, next().map_err(failed)?) {
        let input = Input {
            root: String::new(),
            display: String::new(),
            relative: Vec::new(),
            bytes: 0,
            modified: None,
            given,
            path,
        };
        let place = Place {
            root_id: 0,
            path: String::new(),
            path_raw: None,
        };
        let found = Found::File(input.clone());
        if read_found(&found, &place, cx).is_none() {
            container::read(&input, &place, cx, &mut |_| {
                // Where nobody listens any more, the next question does not come.
                let _ = answer(GOES_ON);
            });
        }
        answer(DONE).map_err(failed)?;
    }
    Ok(())
}
