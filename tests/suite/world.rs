//! A temporary folder with an archive in it, and the command run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rusqlite::Connection;
use serde_json::Value;

pub struct World {
    folder: tempfile::TempDir,
}

/// What a command left behind.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect()
    }

    /// The output, after checking the exit code.
    pub fn ok(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.out, self.err
        );
        self
    }
}

impl World {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A photo-like picture, different for each seed, as PNG.
    pub fn picture(&self, name: &str, seed: u32) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        pattern(seed, 256, 192).save(&path).unwrap();
        path
    }

    /// Run `cutline` in the folder, on its archive `a.db`.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_cutline"))
            .args(args)
            .current_dir(self.folder.path())
            .env("CUTLINE_DB", "a.db")
            .env_remove("CLICOLOR_FORCE")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Begin to run `cutline` in the folder, on `archive`.
    pub fn start(&self, archive: &str, args: &[&str]) -> std::process::Child {
        Command::new(env!("CARGO_BIN_EXE_cutline"))
            .args(args)
            .current_dir(self.folder.path())
            .env("CUTLINE_DB", archive)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub fn sql(&self) -> Connection {
        Connection::open(self.path("a.db")).unwrap()
    }

    /// Every row of every table that two archives are compared by, sorted.
    pub fn dump(&self) -> Vec<String> {
        self.dump_of("a.db")
    }

    /// The same of another archive in the folder.
    pub fn dump_of(&self, archive: &str) -> Vec<String> {
        let conn = Connection::open(self.path(archive)).unwrap();
        let mut tables = conn
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%' AND name <> 'runs'
                 AND name NOT LIKE 'sqlite%' ORDER BY name",
            )
            .unwrap();
        let names: Vec<String> = tables
            .query_map([], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let mut dump = Vec::new();
        for name in names {
            let mut rows = conn.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let columns = rows.column_count();
            let mut found: Vec<String> = rows
                .query_map([], |r| {
                    let cells: Vec<String> = (0..columns)
                        .map(|at| format!("{:?}", r.get::<_, rusqlite::types::Value>(at).unwrap()))
                        .collect();
                    Ok(format!("{name}: {}", cells.join(" | ")))
                })
                .unwrap()
                .map(Result::unwrap)
                .collect();
            found.sort();
            dump.extend(found);
        }
        dump
    }

    pub fn count(&self, what: &str) -> i64 {
        self.sql()
            .query_row(&format!("SELECT count(*) FROM {what}"), [], |r| r.get(0))
            .unwrap()
    }
}

/// A picture with structure at several scales, the same for the same seed.
pub fn pattern(seed: u32, width: u32, height: u32) -> image::RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f64::from(state % 1000) / 1000.0
    };
    let waves: Vec<[f64; 5]> = (0..12)
        .map(|_| {
            [
                random() * 9.0,
                random() * 9.0,
                random() * 6.3,
                random(),
                random(),
            ]
        })
        .collect();
    image::RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (
            f64::from(x) / f64::from(width),
            f64::from(y) / f64::from(height),
        );
        let channel = |shift: f64| {
            let sum: f64 = waves
                .iter()
                .map(|w| (w[0] * u * 6.3 + w[1] * v * 6.3 + w[2] + shift * w[4]).sin() * w[3])
                .sum();
            (128.0 + sum * 30.0).clamp(0.0, 255.0) as u8
        };
        image::Rgb([channel(0.0), channel(0.7), channel(1.9)])
    })
}

/// The project's folder.
pub fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The corpora beside the project; `None`, with a notice, where they are not there.
pub fn shared(name: &str) -> Option<PathBuf> {
    let beside = project("..").join("shared");
    let root = std::env::var_os("CUTLINE_SHARED").map_or(beside, PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        eprintln!("notice: skipped, {name} of the shared corpora is not beside this project");
        return None;
    }
    Some(path)
}

/// One archive of real pages and of the sample media, for every test that looks at all of what it says; `None`, with a
/// notice, where the pages are not there.
pub fn pages_and_samples() -> Option<&'static World> {
    static WORLD: OnceLock<Option<World>> = OnceLock::new();
    let made = WORLD.get_or_init(|| {
        let pages = shared("corpora/pages/html")?;
        let world = World::new();
        let media = project("sample_media");
        let ran = world.run(&["ingest", &pages.to_string_lossy(), &media.to_string_lossy()]);
        assert!([0, 3].contains(&ran.code), "{}", ran.err);
        Some(world)
    });
    made.as_ref()
}

/// A small generator, so that a failing run can be run again by its number.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// From 0 up to 1.
    pub fn part(&mut self) -> f64 {
        (self.next() % 10_000) as f64 / 10_000.0
    }

    pub fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() {
            None
        } else {
            all.get(self.below(all.len()))
        }
    }
}
