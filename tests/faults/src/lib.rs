//! A file system over SQLite's own that fails when it is told to, and can tell afterwards what it was asked to write.
//!
//! Nothing of it is in the product. [`install`] makes it the file system of every connection that this process opens
//! from then on; until it is armed it only passes things on.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::ptr;
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

use libsqlite3_sys as ffi;

/// What was asked for that changes a file, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Bytes at a place.
    Write {
        file: String,
        at: u64,
        bytes: Vec<u8>,
    },
    /// A new length.
    Truncate { file: String, length: u64 },
    /// What was written before is on the disk from here on.
    Sync { file: String },
    /// The file is gone.
    Delete { file: String },
}

#[derive(Debug, Default)]
struct State {
    armed: bool,
    calls: u64,
    fail_at: u64,
    on: bool,
    fired: bool,
    log: Option<Vec<Op>>,
}

static STATE: Mutex<State> = Mutex::new(State {
    armed: false,
    calls: 0,
    fail_at: 0,
    on: false,
    fired: false,
    log: None,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on the `call`-th call fails, and, where `on`, every one after it.
pub fn arm(call: u64, on: bool) {
    *state() = State {
        armed: true,
        fail_at: call,
        on,
        ..State::default()
    };
}

/// No call fails any more. How many calls there were, and whether one failed.
pub fn disarm() -> (u64, bool) {
    let mut state = state();
    state.armed = false;
    (state.calls, state.fired)
}

/// Write down from now on what is written.
pub fn record() {
    state().log = Some(Vec::new());
}

/// What was written since [`record`].
pub fn recorded() -> Vec<Op> {
    state().log.take().unwrap_or_default()
}

/// Whether this call is to fail.
fn fails() -> bool {
    let mut state = state();
    if !state.armed {
        return false;
    }
    state.calls += 1;
    let fails = state.calls == state.fail_at || (state.on && state.calls > state.fail_at);
    state.fired |= fails;
    fails
}

fn note(op: impl FnOnce() -> Op) {
    if let Some(log) = &mut state().log {
        log.push(op());
    }
}

/// What SQLite holds of an open file. The real file's own part lies behind it.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    name: *mut String,
}

struct Real(*mut ffi::sqlite3_vfs);
// SAFETY: SQLite's file systems live as long as the process and may be used from every thread.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

static REAL: OnceLock<Real> = OnceLock::new();

fn real_vfs() -> *mut ffi::sqlite3_vfs {
    REAL.get().map_or(ptr::null_mut(), |real| real.0)
}

/// Make this the file system of connections that are opened from now on.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default file system is there once SQLite is initialised, and is copied whole; the copy is never freed.
        unsafe {
            ffi::sqlite3_initialize();
            let real = ffi::sqlite3_vfs_find(ptr::null());
            assert!(!real.is_null(), "SQLite has a file system");
            let _ = REAL.set(Real(real));
            let mut shim = *real;
            shim.pNext = ptr::null_mut();
            shim.zName = c"faults".as_ptr();
            shim.szOsFile = (size_of::<File>() as c_int) + (*real).szOsFile;
            shim.xOpen = Some(open);
            shim.xDelete = Some(delete);
            let registered = ffi::sqlite3_vfs_register(Box::leak(Box::new(shim)), 1);
            assert_eq!(registered, ffi::SQLITE_OK);
        }
    });
}

/// The real file behind ours.
unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `open` was given room for both, ours first.
    unsafe { file.cast::<File>().add(1).cast() }
}

unsafe fn methods(file: *mut ffi::sqlite3_file) -> &'static ffi::sqlite3_io_methods {
    // SAFETY: the real file is open as long as ours is, and its methods are constants.
    unsafe { &*(*real(file)).pMethods }
}

unsafe fn name(file: *mut ffi::sqlite3_file) -> String {
    // SAFETY: set by `open`, freed by `close`.
    unsafe { (*(*file.cast::<File>()).name).clone() }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for `szOsFile` bytes, and a path that ends in NUL or none.
    unsafe {
        (*file).pMethods = ptr::null();
        if fails() {
            return ffi::SQLITE_CANTOPEN;
        }
        let inner = real(file);
        let vfs = real_vfs();
        let Some(xopen) = (*vfs).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let done = xopen(vfs, path, inner, flags, out);
        if done != ffi::SQLITE_OK {
            return done;
        }
        let named = if path.is_null() {
            String::new()
        } else {
            CStr::from_ptr(path).to_string_lossy().into_owned()
        };
        (*file.cast::<File>()).name = Box::into_raw(Box::new(named));
        (*file).pMethods = &raw const METHODS;
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, path: *const c_char, sync: c_int) -> c_int {
    // SAFETY: the path ends in NUL; the real file system is there.
    unsafe {
        if fails() {
            return ffi::SQLITE_IOERR_DELETE;
        }
        let vfs = real_vfs();
        let done = (*vfs)
            .xDelete
            .map_or(ffi::SQLITE_ERROR, |x| x(vfs, path, sync));
        if done == ffi::SQLITE_OK {
            let file = CStr::from_ptr(path).to_string_lossy().into_owned();
            note(|| Op::Delete { file });
        }
        done
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes each file once.
    unsafe {
        drop(Box::from_raw((*file.cast::<File>()).name));
        let close = methods(file).xClose;
        let done = close.map_or(ffi::SQLITE_ERROR, |x| x(real(file)));
        (*file).pMethods = ptr::null();
        done
    }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    to: *mut c_void,
    n: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_READ;
    }
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xRead
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), to, n, at))
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    n: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    if fails() {
        // A disk that is full and one that is broken fail alike, and are told apart by the caller.
        return if at % 2 == 0 {
            ffi::SQLITE_FULL
        } else {
            ffi::SQLITE_IOERR_WRITE
        };
    }
    // SAFETY: passed on as it came; SQLite gives `n` bytes.
    unsafe {
        let done = methods(file)
            .xWrite
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), from, n, at));
        if done == ffi::SQLITE_OK {
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), n as usize).to_vec();
            let file = name(file);
            note(|| Op::Write {
                file,
                at: at as u64,
                bytes,
            });
        }
        done
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: ffi::sqlite3_int64) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    // SAFETY: passed on as it came.
    unsafe {
        let done = methods(file)
            .xTruncate
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), length));
        if done == ffi::SQLITE_OK {
            let file = name(file);
            note(|| Op::Truncate {
                file,
                length: length as u64,
            });
        }
        done
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    // SAFETY: passed on as it came.
    unsafe {
        let done = methods(file)
            .xSync
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), flags));
        if done == ffi::SQLITE_OK {
            let file = name(file);
            note(|| Op::Sync { file });
        }
        done
    }
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, to: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xFileSize
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), to))
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_LOCK;
    }
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xLock
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), level))
    }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xUnlock
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), level))
    }
}

unsafe extern "C" fn reserved(file: *mut ffi::sqlite3_file, to: *mut c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xCheckReservedLock
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), to))
    }
}

unsafe extern "C" fn control(file: *mut ffi::sqlite3_file, op: c_int, with: *mut c_void) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xFileControl
            .map_or(ffi::SQLITE_NOTFOUND, |x| x(real(file), op, with))
    }
}

unsafe extern "C" fn sector(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { methods(file).xSectorSize.map_or(4096, |x| x(real(file))) }
}

/// Nothing is promised of the device: no atomic writes, no order.
unsafe extern "C" fn device(_: *mut ffi::sqlite3_file) -> c_int {
    0
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    bytes: c_int,
    extend: c_int,
    to: *mut *mut c_void,
) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    // SAFETY: passed on as it came.
    unsafe {
        methods(file).xShmMap.map_or(ffi::SQLITE_ERROR, |x| {
            x(real(file), region, bytes, extend, to)
        })
    }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    at: c_int,
    n: c_int,
    flags: c_int,
) -> c_int {
    if flags & ffi::SQLITE_SHM_LOCK != 0 && fails() {
        return ffi::SQLITE_IOERR_SHMLOCK;
    }
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xShmLock
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), at, n, flags))
    }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: passed on as it came.
    unsafe {
        if let Some(barrier) = methods(file).xShmBarrier {
            barrier(real(file));
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        methods(file)
            .xShmUnmap
            .map_or(ffi::SQLITE_ERROR, |x| x(real(file), delete))
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(device),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
