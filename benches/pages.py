#!/usr/bin/env python3
"""Time cutline and its peers on a folder of saved pages, side by side, each on one core; print ratios.

usage: benches/pages.py CUTLINE FOLDER [ROUNDS]

FOLDER holds .html files (or .html.gz, which are unpacked first). Every program gets the same files in one process, reads
them from the disk's cache, and is run ROUNDS times (default 3) in turn with the others:

  cutline extract   every page: article facts, pictures, captions, credits read as chains
  trafilatura       every page: main text and metadata
  resiliparse       every page: parse and main text, nothing else (where it is installed)

The figure that counts is pages a second of processor time: the machine may have other work. Start-up (loading modules,
word lists and the registry) is measured on an empty page and taken off for all.
Needs Python with: pip install trafilatura (and, if wanted, resiliparse)
"""
import gzip
import importlib.util
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

PEERS = {
    "trafilatura": """
import pathlib, sys, trafilatura
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    trafilatura.bare_extraction(path.read_bytes(), with_metadata=True, include_images=True)
""",
    "resiliparse": """
import pathlib, sys
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree
from resiliparse.extract.html2text import extract_plain_text
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    body = path.read_bytes()
    extract_plain_text(HTMLTree.parse_from_bytes(body, detect_encoding(body)), main_content=True)
""",
}


def processor_seconds(command):
    """Processor time of a command pinned to one core, and its peak memory in MB."""
    core = min(os.sched_getaffinity(0))
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ, RAYON_NUM_THREADS="1"),
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"cannot run {command[0]}: it ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    cutline, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as work:
        pages, empty = pathlib.Path(work, "pages"), pathlib.Path(work, "empty")
        pages.mkdir()
        empty.mkdir()
        (empty / "empty.html").write_text("<!doctype html><title>x</title><p>x</p>")
        size = 0
        for path in sorted(folder.iterdir()):
            body = path.read_bytes()
            if path.suffix == ".gz":
                body = gzip.decompress(body)
            if path.name.removesuffix(".gz").endswith((".html", ".htm")):
                (pages / path.name.removesuffix(".gz")).write_bytes(body)
                size += len(body)
        count = len(list(pages.iterdir()))
        programs = {"cutline extract": lambda at: [cutline, "extract", "--format", "jsonl", str(at)]}
        for name, code in PEERS.items():
            if importlib.util.find_spec(name):
                programs[name] = lambda at, code=code: [sys.executable, "-c", code, str(at)]
        taken = {name: [] for name in programs}
        memory = dict.fromkeys(programs, 0)
        idle = {name: min(processor_seconds(program(empty))[0] for _ in range(2)) for name, program in programs.items()}
        for _ in range(rounds):
            for name, program in programs.items():
                seconds, peak = processor_seconds(program(pages))
                taken[name].append(max(seconds - idle[name], 1e-6))
                memory[name] = max(memory[name], peak)
        print(f"{count} pages, {size / 1e6:.1f} MB, {rounds} rounds, one core, start-up taken off")
        own = statistics.median(taken["cutline extract"])
        for name, seconds in taken.items():
            rates = sorted(count / s for s in seconds)
            times = statistics.median(seconds) / own
            print(
                f"{name:16} {statistics.median(rates):8.1f} pages/s ({rates[0]:.1f} to {rates[-1]:.1f}), start-up {idle[name]:.2f} s,"
                f" peak {memory[name]:.0f} MB, cutline is {times:.1f} times as fast"
            )


if __name__ == "__main__":
    main()
