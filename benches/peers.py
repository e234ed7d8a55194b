#!/usr/bin/env python3
"""Run cutline and its peers on one web archive, each in a process of its own on one core, three times, in turn.

usage: peers.py CUTLINE ARCHIVE.warc.gz      (benches/peers.sh calls it)

Prints for each the median of pages a second, its range, the peak memory, and how many times faster cutline is.
"""
import os
import statistics
import subprocess
import sys
import time

PEERS = {
    "warcio + trafilatura": """
import sys
from warcio.archiveiterator import ArchiveIterator
import trafilatura
n = 0
with open(sys.argv[1], 'rb') as stream:
    for record in ArchiveIterator(stream):
        if record.rec_type == 'response' and 'html' in (record.http_headers.get_header('Content-Type') or ''):
            trafilatura.bare_extraction(record.content_stream().read(), with_metadata=True, include_images=True)
            n += 1
print(n)
""",
    "fastwarc + resiliparse": """
import sys
from fastwarc.warc import ArchiveIterator, WarcRecordType
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree
from resiliparse.extract.html2text import extract_plain_text
n = 0
for record in ArchiveIterator(open(sys.argv[1], 'rb'), record_types=WarcRecordType.response):
    if 'html' in (record.http_content_type or ''):
        body = record.reader.read()
        tree = HTMLTree.parse_from_bytes(body, detect_encoding(body))
        extract_plain_text(tree, main_content=True)
        n += 1
print(n)
""",
}


def run(command, env):
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env,
                               preexec_fn=lambda: os.sched_setaffinity(0, {0}))
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    return time.time() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, status, out


def main():
    cutline, archive = sys.argv[1:3]
    env = dict(os.environ, RAYON_NUM_THREADS="1")
    commands = {"cutline extract": [cutline, "extract", archive, "--format", "jsonl"]}
    commands.update({name: [sys.executable, "-c", code, archive] for name, code in PEERS.items()})
    rounds = int(os.environ.get("ROUNDS", "3"))
    taken = {name: [] for name in commands}
    pages, memory = 0, {}
    for _ in range(rounds):
        for name, command in commands.items():
            wall, cpu, rss, status, out = run(command, env)
            if status not in (0, 3 << 8):
                print(f"{name}: could not run (exit {status >> 8}); left out")
                continue
            if name != "cutline extract":
                pages = int(out)
            taken[name].append(cpu)
            memory[name] = max(memory.get(name, 0), rss)
            print(f"  {name:24} {wall:8.2f} s wall {cpu:8.2f} s cpu {rss:7.0f} MB", flush=True)
    own = statistics.median(taken["cutline extract"])
    print(f"\n{pages} pages; cpu seconds on one core, median of {rounds} (range)")
    for name, all_taken in taken.items():
        if not all_taken or not pages:
            continue
        middle = statistics.median(all_taken)
        print(f"{name:24} {pages / middle:9.1f} pages/s  ({pages / max(all_taken):.1f} to {pages / min(all_taken):.1f})"
              f"  peak {memory[name]:6.0f} MB  cutline is {middle / own:6.2f} times as fast")


main()
