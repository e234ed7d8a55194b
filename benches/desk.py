#!/usr/bin/env python3
"""The desk over a large archive: how long its pages take while many read and an ingest writes, beside bare SQL.

usage: benches/desk.py [--cutline BINARY] [--photos N] [--readers N] [--seconds S] [--keep ARCHIVE]

Makes an archive of N photos and N appearances (default 1,000,000): one real ingest of generated pages and pictures, whose
rows are copied with new keys, so that rows are as wide as real ones. Then, twice for S seconds (default 60), R readers
(default 32) ask as fast as they can while one `cutline ingest` after the other adds a page: first the desk's pages over
HTTP, then SQLite (Python's sqlite3, one open connection a reader) for the rows that these pages show, with plain SQL.
Prints the 95th percentile of each and their ratio. Needs nothing but Python and a release build of cutline.
"""
import argparse, http.client, os, random, re, shutil, sqlite3, statistics, struct, subprocess, tempfile, threading, time, zlib

CREDITS = ["Ana Example/Reuters", "KCNA via Reuters", "Photo: Max Mustermann/AP", "Photo: Reuters", "City of Exampleton"]
HEADLINE = "Harbour opens"


def png(path, seed, credit, day, width=160, height=120):
    """A picture of its own, with a credit and a description embedded."""
    rnd = random.Random(seed)
    base = [[rnd.randrange(256) for _ in range(9)] for _ in range(7)]
    rows = bytearray()
    for y in range(height):
        top, ty = int(y / height * 6), y / height * 6 % 1
        rows.append(0)
        for x in range(width):
            left, tx = int(x / width * 8), x / width * 8 % 1
            upper = base[top][left] * (1 - tx) + base[top][left + 1] * tx
            lower = base[top + 1][left] * (1 - tx) + base[top + 1][left + 1] * tx
            rows.append(int(upper * (1 - ty) + lower * ty))
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'photoshop:Credit="{credit}" photoshop:DateCreated="2024-06-{day:02}"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f'Leaders meet at the new pier in the old harbour, {day} June 2024.</rdf:li></rdf:Alt></dc:description></rdf:Description>'
        '</rdf:RDF></x:xmpmeta>'
    )

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)))
        file.write(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp.encode()))
        file.write(chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def page(folder, name, number, outlet, day):
    """A page with five pictures saved beside it."""
    os.makedirs(f"{folder}/pictures", exist_ok=True)
    figures = ""
    for n, credit in enumerate(CREDITS):
        picture = f"pictures/{name}-{n}.png"
        png(f"{folder}/{picture}", number * len(CREDITS) + n, credit.removeprefix("Photo: "), day)
        figures += (
            f'<figure><img src="{picture}" alt=""><figcaption>Leaders meet at the new pier in the old harbour and look at the '
            f"boats that came in at noon, {day} June 2024. ({credit})</figcaption></figure>"
        )
    with open(f"{folder}/{name}.html", "w") as file:
        file.write(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{HEADLINE}</title>'
            f'<link rel="canonical" href="https://{outlet}.example/{name}"><meta property="og:site_name" content="{outlet}">'
            f'<meta property="article:published_time" content="2024-06-{day:02}T08:00:00Z"></head><body><article><h1>{HEADLINE}</h1>'
            f"{figures}<p>The harbour opened on Tuesday after three years of work.</p></article></body></html>"
        )


def fill(cutline, db, folder, photos):
    """One real ingest, its rows copied with new keys until there are enough."""
    for day in range(1, 21):
        page(f"{folder}/in", f"story-{day}", day, "outlet-0", day)
    subprocess.run([cutline, "--db", db, "ingest", f"{folder}/in"], check=True, stdout=subprocess.DEVNULL)
    begun = time.time()
    con = sqlite3.connect(db)
    con.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;")
    real = con.execute("SELECT count(*) FROM photos").fetchone()[0]
    copies = max(photos // real - 1, 1)
    step = 4_000_000_000_000_000_000 // copies

    def key(column):
        return f"((x.{column} >> 1) + k.k * {step})"

    def public(column):
        # An id as it is printed: its kind, and the key in hexadecimal.
        return f"CASE WHEN x.{column} LIKE '____________________' THEN substr(x.{column}, 1, 4) || printf('%016x', (unhexed(substr(x.{column}, 5)) >> 1) + k.k * {step}) ELSE x.{column} || k.k END"

    con.create_function("unhexed", 1, lambda text: struct.unpack(">q", bytes.fromhex(text))[0], deterministic=True)
    outlet = "1001 + k.k % 1000"
    keys = {
        "photos": ["id"], "files": ["id", "photo_id"], "metadata": ["photo_id"], "documents": ["id"],
        "captures": ["id", "document_id", "file_id"], "appearances": ["id", "document_id"],
        "appearance_versions": ["id", "appearance_id"], "appearance_captures": ["appearance_id", "capture_id", "version_id"],
        "appearance_images": ["appearance_id"], "credits": ["id", "appearance_id", "photo_id"], "credit_parties": ["credit_id"],
        "credit_creators": ["credit_id"], "caption_dates": ["credit_id"], "pictures": ["id", "representative"],
        "picture_photos": ["photo_id", "picture_id"], "matches": ["appearance_id", "photo_id"], "origins": ["subject"],
        "flags": [], "flag_uses": ["use", "picture_id"], "facts": ["document_id", "appearance_id", "picture_id"],
    }
    day = "printf('20%02d-%02d-%02d', 18 + k.k % 7, 1 + k.k % 12, 1 + k.k % 28)"
    changed = {
        ("photos", "sha256"): "lower(hex(randomblob(32)))", ("photos", "coded"): "NULL",
        ("files", "path"): "replace(x.path, 'story', 'story-' || k.k)",
        ("documents", "key"): "x.key || '?' || k.k", ("documents", "url"): "x.url || '?' || k.k",
        ("documents", "outlet_id"): outlet, ("documents", "published"): f"{day} || 'T08:00:00Z'",
        ("facts", "outlet_id"): outlet, ("facts", "month"): f"substr({day}, 1, 7)",
        ("appearances", "text"): "x.text || ' Berth' || (k.k % 5000)",
        ("origins", "case_key"): public("case_key"),
        ("flags", "id"): "printf('%08x', k.k) || substr(x.id, 1, 8)", ("flags", "subject_id"): public("subject_id"),
        ("flags", "case_key"): public("case_key"), ("flags", "subject_name"): "replace(x.subject_name, 'story', 'story-' || k.k)",
        ("flag_uses", "flag"): "printf('%08x', k.k) || substr(x.flag, 1, 8)", ("flag_uses", "day"): day,
        ("flag_uses", "outlet_id"): outlet,
        ("flag_uses", "sort"): f"x.sort / 100000000 * 100000000 + 99999999 - CAST(replace({day}, '-', '') AS INTEGER)",
    }
    con.execute(
        f"CREATE TEMP TABLE k AS WITH RECURSIVE c(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c WHERE k < {copies}) SELECT k FROM c"
    )
    con.execute(
        "INSERT INTO outlets (id, key, name, domain) SELECT 1000 + k, 'outlet-' || k || '.example', 'Outlet ' || k, "
        "'outlet-' || k || '.example' FROM k WHERE k <= 1000"
    )
    for table, own in keys.items():
        columns = [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
        values = [changed.get((table, c)) or (key(c) if c in own else f"x.{c}") for c in columns]
        con.execute(f"CREATE TEMP TABLE x AS SELECT * FROM main.{table}")
        con.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM k, temp.x x")
        con.execute("DROP TABLE temp.x")
    for table, columns, word in (
        ("appearances_fts", "caption, credit, title", "x.caption || ' Berth' || (k.k % 5000), x.credit, x.title"),
        ("photos_fts", "description, credit, names", "x.description, x.credit, x.names"),
    ):
        con.execute(f"CREATE TEMP TABLE x AS SELECT rowid AS id, * FROM main.{table}")
        con.execute(f"INSERT INTO main.{table} (rowid, {columns}) SELECT {key('id')}, {word} FROM k, temp.x x")
        con.execute("DROP TABLE temp.x")
    con.commit()
    con.executescript("ANALYZE; PRAGMA journal_mode = WAL;")
    print(f"filled in {time.time() - begun:.0f} s")


def plain(con, what, rnd, picture):
    """The rows that a page shows, as plain SQL has them."""
    shown = (
        "SELECT f.*, a.text, d.title, d.published, o.name, c.credit_line, m.photo_id FROM ({}) u JOIN flags f ON f.id = u.flag "
        "LEFT JOIN appearances a ON a.id = u.use LEFT JOIN documents d ON d.id = a.document_id LEFT JOIN outlets o ON o.id = d.outlet_id "
        "LEFT JOIN credits c ON c.appearance_id = a.id LEFT JOIN matches m ON m.appearance_id = a.id"
    )
    if what in ("findings", "filtered"):
        where = "1"
        if what == "filtered":
            where = f"use IN (SELECT rowid FROM appearances_fts WHERE appearances_fts MATCH 'berth{rnd.randrange(5000)}')"
        rows = con.execute(shown.format(f"SELECT flag, use FROM flag_uses WHERE {where} ORDER BY sort, flag LIMIT 50")).fetchall()
        for column in ("sort / 100000000", "rule", "level", "parties", "outlet_id", "distributor", "labels"):
            rows += con.execute(f"SELECT {column}, count(DISTINCT flag) FROM flag_uses WHERE {where} GROUP BY 1").fetchall()
        return rows
    if what == "search":
        return con.execute(
            "SELECT a.*, d.title, d.published, o.name, c.credit_line FROM appearances_fts x JOIN appearances a ON a.id = x.rowid "
            "JOIN documents d ON d.id = a.document_id LEFT JOIN outlets o ON o.id = d.outlet_id LEFT JOIN credits c ON c.appearance_id = a.id "
            f"WHERE appearances_fts MATCH 'berth{rnd.randrange(5000)}' ORDER BY x.rank LIMIT 100"
        ).fetchall()
    if what == "picture":
        rows = con.execute(
            "SELECT p.*, i.path FROM picture_photos c JOIN photos p ON p.id = c.photo_id LEFT JOIN inputs i ON i.photo_id = p.id "
            "WHERE c.picture_id = ?", [picture]).fetchall()
        rows += con.execute(
            "SELECT e.* FROM picture_photos c JOIN metadata e ON e.photo_id = c.photo_id WHERE c.picture_id = ?", [picture]).fetchall()
        rows += con.execute(
            "SELECT a.*, d.*, o.*, r.*, m.* FROM picture_photos c JOIN matches m ON m.photo_id = c.photo_id JOIN appearances a ON "
            "a.id = m.appearance_id JOIN documents d ON d.id = a.document_id LEFT JOIN outlets o ON o.id = d.outlet_id LEFT JOIN "
            "credits r ON r.appearance_id = a.id WHERE c.picture_id = ?", [picture]).fetchall()
        return rows + con.execute(
            "SELECT f.* FROM flag_uses u JOIN flags f ON f.id = u.flag WHERE u.picture_id = ?", [picture]).fetchall()
    return con.execute(
        "SELECT outlet_id, count(DISTINCT document_id), count(*), count(DISTINCT picture_id), sum(credited), "
        "sum(level IS NOT NULL AND confidence = 'sure'), sum(confidence = 'possible') FROM facts GROUP BY 1 ORDER BY 3 DESC"
    ).fetchall()


ADDRESSES = {
    "findings": lambda rnd, picture: "/findings",
    "filtered": lambda rnd, picture: f"/findings?q=berth{rnd.randrange(5000)}",
    "search": lambda rnd, picture: f"/search?q=berth{rnd.randrange(5000)}",
    "picture": lambda rnd, picture: f"/picture/pic-{picture:016x}",
    "audit": lambda rnd, picture: "/audit",
}


def crowd(args, ask):
    """Many readers asking for everything in turn; seconds that each took."""
    took, until, wrong = {what: [] for what in ADDRESSES}, time.time() + args.seconds, []

    def reader(n):
        rnd = random.Random(n)
        state = None
        while time.time() < until:
            what = rnd.choice(list(ADDRESSES))
            begun = time.time()
            try:
                state = ask(state, what, rnd, rnd.choice(args.pictures))
            except Exception as error:  # a reader that fails is a result, too
                wrong.append(f"{what}: {error}")
                return
            took[what].append(time.time() - begun)

    def writer():
        n = 0
        while time.time() < until:
            n += 1
            folder = f"{args.folder}/more-{os.getpid()}-{begun:.0f}-{n}"
            page(folder, f"added-{begun:.0f}-{n}", 100_000 + n, "outlet-0", 1 + n % 28)
            subprocess.run([args.cutline, "--db", args.db, "ingest", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            written.append(n)

    begun, written = time.time(), []
    threads = [threading.Thread(target=reader, args=(n,)) for n in range(args.readers)] + [threading.Thread(target=writer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in sorted(set(wrong))[:3]:
        print(f"  a reader failed: {error}")
    return took, len(written)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--cutline", default=f"{here}/../target/release/cutline")
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--keep", help="the archive: made where it is not there, and left")
    args = parser.parse_args()
    args.folder = tempfile.mkdtemp()
    args.db = args.keep or f"{args.folder}/a.db"
    try:
        if not os.path.exists(args.db):
            fill(args.cutline, args.db, args.folder, args.photos)
        con = sqlite3.connect(f"file:{args.db}?mode=ro", uri=True)
        photos, uses, flags = (con.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("photos", "appearances", "flags"))
        args.pictures = [row[0] for row in con.execute("SELECT id FROM pictures LIMIT 20000")]
        con.close()
        print(f"{photos} photos, {uses} appearances, {flags} findings, {os.path.getsize(args.db) >> 20} MB; {args.readers} readers, "
              f"{args.seconds:.0f} s each")
        desk = subprocess.Popen([args.cutline, "--db", args.db, "desk", "--port", "0"], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        port = None
        while port is None:
            line = desk.stdout.readline()
            if not line:
                raise SystemExit("the desk did not start")
            found = re.search(r"127\.0\.0\.1:(\d+)", line)
            port = found and int(found[1])

        def over_http(connection, what, rnd, picture):
            connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            connection.request("GET", ADDRESSES[what](rnd, picture))
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or len(body) < 1000:
                raise RuntimeError(f"{answer.status}, {len(body)} bytes")
            return connection

        by_desk, pages = crowd(args, over_http)
        desk.terminate()
        desk.wait()

        def by_sql(con, what, rnd, picture):
            con = con or sqlite3.connect(f"file:{args.db}?mode=ro", uri=True, timeout=60)
            plain(con, what, rnd, picture)
            return con

        by_hand, pages_too = crowd(args, by_sql)
        print(f"pages ingested meanwhile: {pages} and {pages_too}")
        print(f"{'page':10} {'desk p50':>10} {'desk p95':>10} {'SQL p50':>10} {'SQL p95':>10} {'p95 ratio':>10} {'asked':>13}")
        for what in ADDRESSES:
            row = []
            for took in (by_desk[what], by_hand[what]):
                took = sorted(took) or [float("nan")]
                row += [statistics.median(took), took[min(len(took) - 1, len(took) * 95 // 100)]]
            print(f"{what:10} " + " ".join(f"{t * 1e3:7.0f} ms" for t in row)
                  + f" {row[1] / row[3]:10.2f} {len(by_desk[what]):6}/{len(by_hand[what])}")
    finally:
        shutil.rmtree(args.folder, ignore_errors=True)


main()
