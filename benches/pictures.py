#!/usr/bin/env python3
"""A folder of photographs through cutline and its peers: files a second, and how many times as fast cutline is.

usage: benches/pictures.py [--cutline BINARY] [--threads N] [--rounds N] [--make N --work FOLDER] PHOTOS

PHOTOS is a folder of JPEGs; `--make N` first makes N JPEGs of 1 to 24 megapixels of them in `--work`, each another cut of
another photograph, so that no two are copies. Runs in turn, on the same cores (`--threads`, default all):
  cutline ingest                     walk, SHA-256, metadata, decoding, hashes, features, matching, flags, commit
  cutline ingest --no-features       the same without local features
  cutline ingest --no-pixels         metadata and hashes of bytes only
  cutline ingest, nothing changed    a second run over the same archive
and, where they are installed: exiftool -r -j; czkawka_cli image; Python imagehash (pHash of Pillow's decoding); and as
floors: reading every byte, `openssl dgst -sha256`, `find -printf`, libjpeg-turbo's decoding at one eighth (PyTurboJPEG; its
version 1 for libjpeg-turbo 2).
Peers in Python run in as many processes as there are threads. What is not installed is left out, by name.
"""
import argparse, glob, os, random, shutil, statistics, subprocess, sys, tempfile, time

HASH = """
import sys, multiprocessing as m, imagehash
from PIL import Image
def one(path):
    with Image.open(path) as image:
        return str(imagehash.phash(image))
with m.Pool(int(sys.argv[1])) as pool:
    print(len(pool.map(one, sys.stdin.read().split('\\n')[:-1], chunksize=8)))
"""
EIGHTH = """
import sys, multiprocessing as m
from turbojpeg import TurboJPEG, TJPF_GRAY
def one(path, turbo=TurboJPEG()):
    with open(path, 'rb') as file:
        return turbo.decode(file.read(), pixel_format=TJPF_GRAY, scaling_factor=(1, 8)).shape[0]
with m.Pool(int(sys.argv[1])) as pool:
    print(len(pool.map(one, sys.stdin.read().split('\\n')[:-1], chunksize=8)))
"""
READ = """
import sys, multiprocessing as m
def one(path):
    with open(path, 'rb') as file:
        return len(file.read())
with m.Pool(int(sys.argv[1])) as pool:
    print(sum(pool.map(one, sys.stdin.read().split('\\n')[:-1], chunksize=8)))
"""


def make(source, folder, count):
    """Cuts of the photographs, scaled to 1 to 24 megapixels: most small, as in a newsroom's folder; a fifth progressive."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    os.makedirs(folder, exist_ok=True)
    rnd = random.Random(1)
    photos = sorted(p for p in glob.glob(f"{source}/**/*", recursive=True) if p.lower().endswith((".jpg", ".jpeg")))
    for at in range(count):
        target = f"{folder}/{at:05}.jpg"
        if os.path.exists(target):
            continue
        with Image.open(photos[at % len(photos)]) as image:
            image = image.convert("RGB")
            side = rnd.uniform(0.4, 0.8)
            w, h = int(image.width * side), int(image.height * side)
            x, y = rnd.randrange(image.width - w + 1), rnd.randrange(image.height - h + 1)
            megapixels = rnd.choice([1, 1, 1, 2, 2, 3, 4, 6, 8, 12, 24])
            scale = (megapixels * 1e6 / (w * h)) ** 0.5
            image = image.resize((int(w * scale), int(h * scale)), box=(x, y, x + w, y + h))
            image.save(target, quality=rnd.choice([80, 85, 90]), progressive=rnd.random() < 0.2)


def run(command, files, threads):
    env = dict(os.environ, RAYON_NUM_THREADS=str(threads), OMP_NUM_THREADS="1")
    cores = set(sorted(os.sched_getaffinity(0))[:threads])
    start, before = time.time(), os.times()
    done = subprocess.run(command, input="\n".join(files) + "\n", text=True, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=env, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    wall, after = time.time() - start, os.times()
    if done.returncode not in (0, 3, 11):
        raise OSError(done.stderr.strip().split("\n")[-1][:100] or f"exit {done.returncode}")
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photos")
    options.add_argument("--cutline", default="target/release/cutline")
    options.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--make", type=int, default=0)
    options.add_argument("--work", default=None)
    given = options.parse_args()
    work = given.work or tempfile.mkdtemp()
    os.makedirs(work, exist_ok=True)
    photos = given.photos
    if given.make:
        photos = f"{work}/photos"
        make(given.photos, photos, given.make)
    files = sorted(p for p in glob.glob(f"{photos}/**/*", recursive=True) if os.path.isfile(p))
    size = sum(os.path.getsize(p) for p in files)
    print(f"{len(files)} files, {size / 1e6:.0f} MB, {given.threads} threads, {given.rounds} rounds")
    db, threads = f"{work}/bench.db", str(given.threads)
    ingest = [given.cutline, "--db", db, "ingest", photos]
    jobs = {
        "cutline": ingest,
        "cutline --no-features": ingest + ["--no-features"],
        "cutline --no-pixels": ingest + ["--no-pixels"],
        "cutline, unchanged": ingest + ["--no-pixels"],
        "exiftool -r -j": ["exiftool", "-r", "-j", "-q", photos],
        "czkawka_cli image": ["czkawka_cli", "image", "-d", photos, "-T", threads, "-H"],
        "imagehash": [sys.executable, "-c", HASH, threads],
        "libjpeg-turbo 1/8": [sys.executable, "-c", EIGHTH, threads],
        "read all bytes": [sys.executable, "-c", READ, threads],
        "openssl sha256": ["xargs", "-d", "\n", "-P", threads, "-n", "64", "openssl", "dgst", "-sha256"],
        "find -printf": ["find", photos, "-printf", "%s %T@\n"],
    }
    taken = {name: [] for name in jobs}
    missing = set()
    for _ in range(given.rounds):
        for name, command in jobs.items():
            if name in missing:
                continue
            if command[0] == given.cutline and name != "cutline, unchanged":
                for path in glob.glob(f"{db}*"):
                    os.remove(path)
            # czkawka keeps what it found from run to run.
            shutil.rmtree(os.path.expanduser("~/.cache/czkawka"), ignore_errors=True)
            try:
                taken[name].append(run(command, files, given.threads))
            except OSError as error:
                missing.add(name)
                print(f"left out: {name}: {error}")
    print(f"{'':24}{'files/s':>10}{'range':>18}{'cpu s':>9}")
    rate = {}
    for name, rounds in taken.items():
        if rounds:
            walls = sorted(wall for wall, _ in rounds)
            rate[name] = len(files) / statistics.median(walls)
            spread = f"{len(files) / walls[-1]:.0f} to {len(files) / walls[0]:.0f}"
            print(f"{name:24}{rate[name]:>10.0f}{spread:>18}{statistics.median(c for _, c in rounds):>9.1f}")
    for own, peer, goal in [
        ("cutline", "czkawka_cli image", "at least 2"), ("cutline", "imagehash", "at least 2.5"),
        ("cutline --no-features", "czkawka_cli image", "at least 7"), ("cutline --no-features", "imagehash", "at least 7"),
        ("cutline --no-features", "libjpeg-turbo 1/8", "at least 1"), ("cutline --no-pixels", "exiftool -r -j", "at least 3"),
        ("cutline --no-pixels", "openssl sha256", "at least 0.67"), ("cutline, unchanged", "find -printf", "at least 0.33"),
    ]:
        if own in rate and peer in rate:
            print(f"{own} is {rate[own] / rate[peer]:.2f} times as fast as {peer} (goal: {goal})")


if __name__ == "__main__":
    main()
