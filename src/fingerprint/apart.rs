//! Decoding in a process of its own: for AVIF, whose decoder ends the process that it runs in where it finds a fault of
//! its own.
//!
//! In: a picture's bytes. Out: its pixels, or the problem to record of it. The process is this program again, told by
//! [`DECODER`] to [`serve`]: it gets the bytes on standard input, and answers with a line of JSON and the samples. So the
//! bytes that were hashed are those that are decoded, wherever they lay. It decodes one picture, under limits on memory
//! and time, and nothing of what it says is believed before it is compared with what a picture may have.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use image::DynamicImage;
use serde::{Deserialize, Serialize};

use super::avif;
use super::decode::{MAX_DECODED_BYTES, check_size};
use crate::model::{Problem, Reason};
use crate::read::{Apart, Limits};

/// Set for processes that decode, which then [`serve`]; their arguments are limits as `NAME=VALUE`.
pub const DECODER: &str = "CUTLINE_DECODER";
/// The exit code of a process in which the decoder gave up.
pub const GAVE_UP: i32 = 70;

/// Limits that the process has to know.
const TOLD: [&str; 6] = [
    "photo-bytes",
    "records",
    "pixels",
    "side",
    "seconds",
    "memory",
];
/// A longer first line is no answer.
const LONGEST_HEAD: u64 = 4_096;

/// What comes before the samples.
#[derive(Serialize, Deserialize)]
struct Head {
    width: u32,
    height: u32,
    /// Samples of a pixel: 1, or 3 for red, green and blue.
    channels: u8,
    /// Bits of a sample: 8 or 16.
    bits: u8,
}

/// The pixels, as stored.
pub(super) fn pixels(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Problem> {
    match &limits.apart {
        Apart::Nowhere => Err(Problem::new(
            Reason::Unsupported,
            "cannot decode the picture: AVIF is decoded in processes of its own alone, and there is none here; its \
             metadata is read, and copies are known by equal bytes or an equal coded picture",
        )),
        Apart::Here => avif::pixels(bytes, limits),
        Apart::In(program) => {
            avif::refused(bytes, limits)?;
            ask(program, bytes, limits)
        }
    }
}

fn ask(program: &Path, bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Problem> {
    let told = |name: &&str| Some(format!("{name}={}", limits.get(name)?));
    let started = Command::new(program)
        .args(TOLD.iter().filter_map(told))
        .env(DECODER, "true")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let unusable = |error: &dyn std::fmt::Display| {
        Problem::new(
            Reason::Unreadable,
            format!("cannot decode the picture: no process could be started for it ({error})"),
        )
    };
    let mut process = started.map_err(|e| unusable(&e))?;
    let (Some(mut question), Some(answer)) = (process.stdin.take(), process.stdout.take()) else {
        return Err(unusable(&"it has no pipes"));
    };
    let patience = Duration::from_secs(limits.seconds.max(1));
    let (send, came) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Where it does not listen, it does not answer either.
            let _ = question.write_all(bytes);
            drop(question);
            let _ = send.send(heard(answer, limits));
        });
        let came = came.recv_timeout(patience);
        // Whoever answered has nothing more to do; the others end here, and with them the thread.
        let _ = process.kill();
        let how = process.wait();
        match came {
            Ok(Some(answer)) => answer,
            Err(RecvTimeoutError::Timeout) => Err(Problem::new(
                Reason::MaxTime,
                format!(
                    "cannot decode the picture: decoding it took more than the limit of {} seconds",
                    patience.as_secs()
                ),
            )),
            Ok(None) | Err(RecvTimeoutError::Disconnected) => Err(ended(how, limits)),
        }
    })
}

/// The problem of a picture that ended the process.
fn ended(how: io::Result<ExitStatus>, limits: &Limits) -> Problem {
    let how = match how {
        Ok(status) if status.code() == Some(GAVE_UP) => {
            return super::decode::gave_up();
        }
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    Problem::new(
        Reason::MaxMemory,
        format!(
            "cannot decode the picture: decoding it ended the process for it ({how}), most likely for want of memory, of \
             which it may have {} bytes",
            limits.memory
        ),
    )
}

/// The answer; `None` where it is none, or breaks off.
fn heard(answer: impl Read, limits: &Limits) -> Option<Result<DynamicImage, Problem>> {
    let mut answer = BufReader::with_capacity(1 << 16, answer);
    let mut line = Vec::new();
    answer
        .by_ref()
        .take(LONGEST_HEAD)
        .read_until(b'\n', &mut line)
        .ok()?;
    let head = match serde_json::from_slice::<Result<Head, Problem>>(&line).ok()? {
        Ok(head) => head,
        Err(problem) => return Some(Err(problem)),
    };
    check_size(head.width, head.height, limits).ok()?;
    let count = u64::from(head.width) * u64::from(head.height) * u64::from(head.channels);
    if count * u64::from(head.bits / 8) > MAX_DECODED_BYTES {
        return None;
    }
    let (size, channels) = ((head.width, head.height), usize::from(head.channels));
    let picture = match head.bits {
        8 => avif::picture(size, channels, narrow(answer, count)?),
        16 => avif::picture(size, channels, wide(answer, count)?),
        _ => None,
    };
    picture.map(Ok)
}

fn narrow(answer: impl Read, count: u64) -> Option<Vec<u8>> {
    let mut samples = Vec::new();
    answer.take(count).read_to_end(&mut samples).ok()?;
    (samples.len() as u64 == count).then_some(samples)
}

fn wide(mut answer: impl Read, count: u64) -> Option<Vec<u16>> {
    let mut samples = vec![0; usize::try_from(count).ok()?];
    let mut piece = vec![0; 1 << 16];
    for samples in samples.chunks_mut(1 << 15) {
        let piece = piece.get_mut(..samples.len() * 2)?;
        answer.read_exact(piece).ok()?;
        for (sample, bytes) in samples.iter_mut().zip(piece.as_chunks::<2>().0) {
            *sample = u16::from_le_bytes(*bytes);
        }
    }
    Some(samples)
}

/// Be such a process: decode what stands in `question`, and answer. Limits on the process are the caller's.
pub fn serve(question: impl Read, mut answer: impl Write, limits: &Limits) -> io::Result<()> {
    let mut bytes = Vec::new();
    question.take(limits.photo_bytes).read_to_end(&mut bytes)?;
    let mut say = |head: Result<Head, Problem>| {
        serde_json::to_writer(&mut answer, &head)?;
        answer.write_all(b"\n")
    };
    let picture = match avif::pixels(&bytes, limits) {
        Ok(picture) => picture,
        Err(problem) => {
            say(Err(problem))?;
            return answer.flush();
        }
    };
    let head = |channels, bits| {
        Ok(Head {
            width: picture.width(),
            height: picture.height(),
            channels,
            bits,
        })
    };
    match &picture {
        DynamicImage::ImageLuma8(p) => say(head(1, 8)).and_then(|()| answer.write_all(p.as_raw())),
        DynamicImage::ImageRgb8(p) => say(head(3, 8)).and_then(|()| answer.write_all(p.as_raw())),
        DynamicImage::ImageLuma16(p) => {
            say(head(1, 16)).and_then(|()| send(answer.by_ref(), p.as_raw()))
        }
        DynamicImage::ImageRgb16(p) => {
            say(head(3, 16)).and_then(|()| send(answer.by_ref(), p.as_raw()))
        }
        // The decoder makes no others.
        _ => Ok(()),
    }?;
    answer.flush()
}

fn send(mut answer: impl Write, samples: &[u16]) -> io::Result<()> {
    for samples in samples.chunks(1 << 15) {
        let piece: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        answer.write_all(&piece)?;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// What is made of a program that does this instead of decoding.
    fn asked(script: &str) -> Result<DynamicImage, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
        let limits = Limits {
            seconds: 1,
            pixels: 100,
            ..Limits::default()
        };
        // A program that another test's new process still holds open is busy for a moment.
        loop {
            match ask(&program, &vec![7; 300_000], &limits) {
                Err(p) if p.text.contains("busy") => {}
                answer => return answer,
            }
        }
    }

    fn reason(script: &str) -> Option<Reason> {
        asked(script).err().map(|problem| problem.reason)
    }

    #[test]
    fn an_answer_is_believed_within_what_a_picture_may_have() {
        let head = |width, channels, bits| {
            format!(
                r#"echo '{{"Ok":{{"width":{width},"height":1,"channels":{channels},"bits":{bits}}}}}'; printf abcdefgh"#
            )
        };
        let picture = asked(&head(2, 1, 16)).unwrap();
        assert_eq!(picture.to_luma16().as_raw(), &[0x6261, 0x6463]);
        assert_eq!(asked(&head(2, 3, 8)).unwrap().to_rgb8().as_raw(), b"abcdef");
        for wrong in [head(101, 1, 8), head(9, 1, 8), head(2, 2, 8), head(2, 1, 0)] {
            assert_eq!(reason(&wrong), Some(Reason::MaxMemory), "{wrong}");
        }
        let said = r#"echo '{"Err":{"reason":"damaged","text":"cannot decode it"}}'"#;
        assert_eq!(asked(said).unwrap_err().text, "cannot decode it");
    }

    #[test]
    fn what_ends_or_hangs_is_a_problem() {
        assert_eq!(reason("exit 70"), Some(Reason::Damaged));
        assert_eq!(reason("kill -ABRT $$"), Some(Reason::MaxMemory));
        assert_eq!(reason("exec sleep 100"), Some(Reason::MaxTime));
        assert_eq!(reason("exec cat"), Some(Reason::MaxTime));
        assert_eq!(reason("echo nonsense"), Some(Reason::MaxMemory));
        let missing = ask(Path::new("/nowhere/cutline"), b"", &Limits::default());
        assert_eq!(missing.unwrap_err().reason, Reason::Unreadable);
    }
}
