#!/usr/bin/env python3
"""Build a web archive for the benchmark from a folder of saved pages and a folder of pictures.

usage: make_warc.py PAGES OUT.warc[.gz] [--pages N] [--bytes N] [--pictures FOLDER]

PAGES holds .html or .html.gz files; they are taken in turn, each copy under an address of its own, until there are N
pages (default 2,000) or the archive has N bytes. Every page is followed by a picture of the folder under the first
https address of an image that it names. A name that ends in .gz gives one gzip member a record. Standard library only.
"""
import argparse
import gzip
import os
import re
import sys


def record(kind, url, mime, body, number):
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\n\r\n".encode() + body
    day, second = 1 + number // 86400 % 28, number % 86400
    date = f"2024-06-{day:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pages_folder")
    parser.add_argument("out")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--bytes", type=int, default=0)
    parser.add_argument("--pictures", default=os.path.join(os.path.dirname(__file__), "..", "sample_media", "photos"))
    args = parser.parse_args()
    pages = []
    for name in sorted(os.listdir(args.pages_folder)):
        path = os.path.join(args.pages_folder, name)
        if name.endswith(".html.gz"):
            pages.append(gzip.open(path).read())
        elif name.endswith(".html"):
            pages.append(open(path, "rb").read())
    pictures = [
        open(os.path.join(args.pictures, name), "rb").read()
        for name in sorted(os.listdir(args.pictures))
        if name.endswith(".jpg") and not name.startswith(".")
    ]
    if not pages or not pictures:
        sys.exit("cannot build: no pages or no pictures in the folders")
    image = re.compile(rb"<img[^>]+src=[\"'](https://[^\"'\s>]+)", re.I)
    written = count = number = 0
    zipped = args.out.endswith(".gz")
    with open(args.out, "wb") as out:
        while (written < args.bytes) if args.bytes else (count < args.pages):
            page = pages[count % len(pages)]
            # A canonical address of its own, so that every copy is a document.
            copy = re.sub(rb"<link[^>]+rel=[\"']?canonical[^>]*>", b"", page, flags=re.I)
            copy = re.sub(rb"<meta[^>]+og:url[^>]*>", b"", copy, flags=re.I)
            records = [record("response", f"https://bench.example/{count}", "text/html", copy, number)]
            found = image.search(page)
            if found:
                picture = pictures[count % len(pictures)]
                url = found.group(1).decode("utf-8", "replace").replace("&amp;", "&")
                records.append(record("response", url, "image/jpeg", picture, number + 1))
            number += 2
            count += 1
            for one in records:
                one = gzip.compress(one, 6, mtime=0) if zipped else one
                written += len(one)
                out.write(one)
    print(f"{args.out}: {count} pages, {number} records at most, {written} bytes")


main()
