#!/usr/bin/env python3
"""Makes captures/ anew from the photographs beside it: a web archive, a packed one, and a page in one file.

usage: python3 make_captures.py      (in sample_media; needs Pillow)

Newspaper, pages and texts are invented; the photographs and their credits are true.
"""
import base64
import gzip
import hashlib
import io
import json
import quopri
import zipfile

from PIL import Image

SITE = "https://www.harbour-ledger.example"


def picture(name, width):
    image = Image.open(f"photos/{name}").convert("RGB")
    image = image.resize((width, image.height * width // image.width))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return out.getvalue()


def page(path, title, date, src, alt, caption, credit, body):
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{title} | The Harbour Ledger</title>
<link rel="canonical" href="{SITE}{path}"><meta property="og:type" content="article">
<meta property="og:site_name" content="The Harbour Ledger"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="{date}"></head>
<body><header><a href="/">The Harbour Ledger</a></header><main><article><h1>{title}</h1>
<figure><img src="{src}" alt="{alt}"><figcaption><span class="caption">{caption}</span> <span class="credit">{credit}</span></figcaption></figure>
<p>{body}</p></article></main></body></html>
""".encode()


def record(kind, url, date, body=b"", mime="text/html; charset=utf-8", status="200 OK", headers="", payload=None):
    http = f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{headers}\r\n".encode() + body
    digest = base64.b32encode(hashlib.sha1(body if payload is None else payload).digest()).decode()
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Payload-Digest: sha1:{digest}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", mtime=0)


BRIDGE = picture("bridge.jpg", 480)
CLOCK = picture("wall-clock.jpg", 400)
STREAM = picture("stream.jpg", 400)

bridge = {
    credit: page("/town/old-bridge", "The old bridge is open again", "2025-05-02T07:00:00Z", "/img/2025/bridge.jpg",
                 "Cables of a bridge over water", "Steel cables of a bridge cross above wide water.", credit,
                 "After two years of work the old bridge carries cyclists again, and the ferry runs half as often.")
    for credit in ("Photo: Sander Klootwijk", "Photo: Sander Klootwijk, CC BY-SA 4.0")
}
first, second = bridge.values()
crawl = [
    record("response", f"{SITE}/town/old-bridge", "2025-05-03T09:00:00Z", first),
    record("response", f"{SITE}/img/2025/bridge.jpg", "2025-05-03T09:00:01Z", status="301 Moved Permanently",
           headers=f"Location: {SITE}/media/bridge-480.jpg\r\n"),
    record("response", f"{SITE}/media/bridge-480.jpg", "2025-05-03T09:00:02Z", BRIDGE, "image/jpeg"),
    record("response", f"{SITE}/town/old-brige", "2025-05-03T09:00:03Z", b"<html><title>Page not found</title></html>",
           status="404 Not Found"),
    record("response", f"{SITE}/consent?next=/town/old-bridge", "2025-06-01T09:00:00Z",
           b"<!DOCTYPE html><html lang=en><title>Your privacy choices</title><body><h1>Your privacy choices</h1>"
           b"<p>We and our partners store cookies.</p><button>Accept all</button></body></html>"),
    record("response", f"{SITE}/town/old-bridge", "2025-06-01T09:00:10Z", second),
    record("revisit", f"{SITE}/media/bridge-480.jpg", "2025-06-01T09:00:11Z", mime="image/jpeg", payload=BRIDGE),
]
with open("captures/ledger-crawl.warc.gz", "wb") as out:
    out.write(b"".join(crawl))

clock = page("/town/pier-clock", "The clock on the pier runs again", "2025-07-01T07:00:00Z", "/media/clock.jpg",
             "The face of a wall clock", "The face of a wall clock, lit from the side.", "Photo: Peter Nerlich, CC BY-SA 4.0",
             "It had stood still at ten to two since the storm of the winter before last.")
warc = record("response", f"{SITE}/town/pier-clock", "2025-07-02T09:00:00Z", clock) + record(
    "response", f"{SITE}/media/clock.jpg", "2025-07-02T09:00:01Z", CLOCK, "image/jpeg")
with zipfile.ZipFile("captures/ledger-clock.wacz", "w", zipfile.ZIP_STORED) as wacz:
    def put(name, data):
        wacz.writestr(zipfile.ZipInfo(name, (2025, 7, 2, 9, 0, 0)), data)
    put("archive/data.warc.gz", warc)
    put("datapackage.json", json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": [
        {"name": "data.warc.gz", "path": "archive/data.warc.gz", "bytes": len(warc),
         "hash": "sha256:" + hashlib.sha256(warc).hexdigest()}]}))

stream = page("/walks/stream", "A walk up the stream", "2025-08-01T07:00:00Z", "/media/stream.jpg",
              "A stream over rocks", "A stream runs over rocks through a wood.", "Photo: Aitzol Berasategi, CC BY 4.0",
              "The path begins behind the mill and takes an hour, two with children.")
parts = [
    ("text/html", "quoted-printable", f"{SITE}/walks/stream", quopri.encodestring(stream).replace(b"\n", b"\r\n")),
    ("image/jpeg", "base64", f"{SITE}/media/stream.jpg", base64.encodebytes(STREAM).replace(b"\n", b"\r\n")),
]
mark = "----MultipartBoundary--harbour----"
with open("captures/ledger-stream.mhtml", "wb") as out:
    out.write((
        f"From: <Saved by a browser>\r\nSnapshot-Content-Location: {SITE}/walks/stream\r\nSubject: A walk up the stream\r\n"
        "Date: Sat, 2 Aug 2025 09:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        f"\ttype=\"text/html\";\r\n\tboundary=\"{mark}\"\r\n\r\n\r\n").encode())
    for mime, coding, url, body in parts:
        out.write((f"--{mark}\r\nContent-Type: {mime}\r\nContent-Transfer-Encoding: {coding}\r\n"
                   f"Content-Location: {url}\r\n\r\n").encode() + body + b"\r\n")
    out.write(f"--{mark}--\r\n".encode())
