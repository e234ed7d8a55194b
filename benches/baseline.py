#!/usr/bin/env python3
"""What a few regular expressions do: find a credit line in English forms and split it at slashes and "via".

usage: baseline.py FILE.jsonl      (one JSON object with "text" a line)

The measure beside which `cargo bench --bench credits` stands: no registry, no chain, no dates, one language.
Standard library only.
"""
import json
import re
import sys
import time

FORMS = [
    re.compile(r"\((?:photo|foto|image|picture|file|file photo)?:?\s*(?P<credit>[^()]*(?:AP|AFP|Reuters|Getty|dpa|EPA|Xinhua|TASS)[^()]*)\)\s*\.?$", re.I),
    re.compile(r"(?:photo|foto|image|credit|source|bild|quelle)\s*:\s*(?P<credit>[^.]{2,120})$", re.I),
    re.compile(r"(?P<credit>(?:REUTERS|AP Photo|AFP|EPA(?:-EFE)?|Xinhua)\s*/\s*[^.]{2,60})$"),
    re.compile(r"(?P<credit>©\s*[^.]{2,80})$"),
]
SPLIT = re.compile(r"\s*(?:/|\bvia\b|,|\|)\s*")


def read(text):
    for form in FORMS:
        found = form.search(text)
        if found:
            return SPLIT.split(found.group("credit"))
    return []


def main():
    texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
    began, on_core = time.perf_counter(), time.process_time()
    count = found = 0
    while time.perf_counter() - began < 1:
        for text in texts:
            found += bool(read(text))
            count += 1
    seconds = time.process_time() - on_core
    print(f"{count / seconds:9.0f} captions a second, a credit found in {100 * found / count:.0f} %")


if __name__ == "__main__":
    main()
