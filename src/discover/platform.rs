//! Everything that is not the same on every system, and nothing else. In: paths and file types. Out: what the system
//! says of them. A system without an answer says "not known", never something wrong.

use std::fs::{File, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What tells a file from another that is put in its place: device and inode. `None` where the
/// system does not say.
pub fn identity(found: &Metadata) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some((found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        None
    }
}

/// Whether files can be made in a folder; `true` where the system does not say.
pub fn is_writable(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        true
    }
}

/// Whether a folder lies on a file system that is mounted read-only; `false` where the system does not say.
pub fn is_mounted_read_only(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        rustix::fs::statvfs(folder)
            .is_ok_and(|found| found.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

/// When a file was last written, renamed or otherwise changed in its folder; `None` where the system does not say.
pub fn changed(found: &Metadata) -> Option<SystemTime> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        use std::time::{Duration, UNIX_EPOCH};
        let seconds = Duration::from_secs(u64::try_from(found.ctime()).ok()?);
        let more = Duration::from_nanos(u64::try_from(found.ctime_nsec()).ok()?);
        UNIX_EPOCH.checked_add(seconds + more)
    }
    #[cfg(not(unix))]
    {
        found.created().ok()
    }
}

/// How many names (hard links) a file has; 1 where the system does not say.
pub fn names(found: &Metadata) -> u64 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        found.nlink()
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        1
    }
}

/// Open a file for reading without following a link in its last part and without waiting for a pipe's writer.
#[cfg(unix)]
pub fn open_regular(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// Open a file for reading; links are refused by a look beforehand.
#[cfg(not(unix))]
pub fn open_regular(path: &Path) -> io::Result<File> {
    if std::fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::other("it is a link"));
    }
    File::open(path)
}

/// Bound the memory of this process: more is refused by the system. Does nothing where the system cannot.
pub fn limit_memory(bytes: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = |bytes| Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        };
        let _ = setrlimit(Resource::As, limit(bytes));
        // A worker that is stopped leaves nothing behind.
        let _ = setrlimit(Resource::Core, limit(0));
    }
    #[cfg(not(unix))]
    {
        let _ = bytes;
    }
}

/// End this process when it has run for so many seconds of a core. Does nothing where the system cannot.
pub fn limit_time(seconds: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = Rlimit {
            current: Some(seconds),
            maximum: Some(seconds),
        };
        let _ = setrlimit(Resource::Cpu, limit);
    }
    #[cfg(not(unix))]
    {
        let _ = seconds;
    }
}

/// Whether opening was refused because the last part of the path is a link.
pub fn is_link_refused(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// The kind word of what is neither a regular file nor a folder.
pub fn special(kind: &FileType) -> Option<&'static str> {
    if kind.is_file() || kind.is_dir() {
        return None;
    }
    if kind.is_symlink() {
        return Some("symlink");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Some("pipe");
        }
        if kind.is_socket() {
            return Some("socket");
        }
    }
    Some("device")
}

/// A relative path as raw bytes with `/` between its parts.
pub fn slashed(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in path.components() {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(part.as_os_str().as_encoded_bytes());
    }
    bytes
}

/// The name of the network file system under `path` (or under its nearest folder that exists), or `None` where it is
/// local or not known. SQLite's WAL does not work on network file systems.
#[cfg(target_os = "linux")]
pub fn network_file_system(path: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    let existing = absolute.ancestors().find(|p| p.exists())?;
    let kind = rustix::fs::statfs(existing).ok()?.f_type as u64 & 0xffff_ffff;
    // Magic numbers of the kernel's linux/magic.h and of the file systems' own headers.
    let name = match kind {
        0x6969 => "NFS",
        0x517b | 0xfe53_4d42 | 0xff53_4d42 => "SMB",
        0x0102_1997 => "9P",
        0x00c3_6400 => "Ceph",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x0bd0_0bd0 => "Lustre",
        0x564c => "NCP",
        0x6573_5546 => return fuse(existing),
        _ => return None,
    };
    Some(name.to_owned())
}

/// Not known on this system.
#[cfg(not(target_os = "linux"))]
pub fn network_file_system(_path: &Path) -> Option<String> {
    None
}

/// A FUSE file system is a network one if the mount table names one of the well-known programs.
#[cfg(target_os = "linux")]
fn fuse(path: &Path) -> Option<String> {
    let path = std::fs::canonicalize(path).ok()?;
    let table = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    fuse_in(&table, &path)
}

#[cfg(target_os = "linux")]
fn fuse_in(table: &str, path: &Path) -> Option<String> {
    const REMOTE: [&str; 12] = [
        "sshfs",
        "rclone",
        "s3fs",
        "gcsfuse",
        "davfs",
        "glusterfs",
        "curlftpfs",
        "gvfsd-fuse",
        "goofys",
        "smbnetfs",
        "moosefs",
        "juicefs",
    ];
    let mut best: Option<(usize, &str)> = None;
    for line in table.lines() {
        let Some((left, right)) = line.split_once(" - ") else {
            continue;
        };
        let Some(point) = left.split(' ').nth(4) else {
            continue;
        };
        let point = point.replace("\\040", " ");
        let kind = right.split(' ').next().unwrap_or_default();
        if path.starts_with(&point) && best.is_none_or(|(length, _)| point.len() >= length) {
            best = Some((point.len(), kind));
        }
    }
    let kind = best?.1;
    let program = kind.strip_prefix("fuse.").unwrap_or(kind);
    REMOTE
        .iter()
        .any(|name| program.starts_with(name))
        .then(|| program.to_owned())
}

/// The path of a stored name, from its raw bytes with `/` between the parts.
#[cfg(unix)]
pub fn path_from(relative: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(relative)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "x").unwrap();
        std::os::unix::fs::symlink("a", dir.path().join("b")).unwrap();
        assert!(open_regular(&dir.path().join("a")).is_ok());
        let error = open_regular(&dir.path().join("b")).unwrap_err();
        assert!(is_link_refused(&error));
    }

    #[test]
    fn a_local_folder_is_no_network_file_system_even_where_the_file_is_not_there_yet() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(
            network_file_system(&dir.path().join("new/archive.db")),
            None
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_mount_table_tells_a_remote_fuse_from_a_local_one() {
        let table = "1 0 0:1 / / rw - ext4 /dev/sda rw\n\
                     2 1 0:2 / /mnt/my\\040share rw - fuse.sshfs desk:/ rw\n\
                     3 1 0:3 / /mnt/disk rw - fuseblk /dev/sdb rw\n";
        let kind = |path: &str| fuse_in(table, Path::new(path));
        assert_eq!(kind("/mnt/my share/a").as_deref(), Some("sshfs"));
        assert_eq!(kind("/mnt/disk/a"), None);
    }
}

/// The path of a stored name; `None` where it is not UTF-8, which paths of this system cannot hold.
#[cfg(not(unix))]
pub fn path_from(relative: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(relative).ok().map(PathBuf::from)
}
