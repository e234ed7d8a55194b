#!/usr/bin/env python3
"""One drawn picture as a JPEG in every form that cutline reads by its coefficients, and in some that it leaves to the decoding
library; beside each, the luma at an eighth of its size as libjpeg-turbo's djpeg makes it.

usage: tests/jpeg/make.py      (needs cjpeg and djpeg of libjpeg-turbo, in Debian libjpeg-turbo-progs)
"""
import math, os, random, subprocess

WIDTH, HEIGHT = 117, 91
FORMS = {
    "444": ["-sample", "1x1"],
    "422": ["-sample", "2x1"],
    "420": ["-sample", "2x2"],
    "440": ["-sample", "1x2"],
    "411": ["-sample", "4x1"],
    "grey": ["-grayscale"],
    "optimised": ["-optimize", "-quality", "30"],
    "best": ["-quality", "100", "-sample", "1x1"],
    "restarts": ["-restart", "3B"],
    "restarts-rows": ["-restart", "1", "-optimize"],
    "scans": ["-scans", "scans.txt"],
    "progressive": ["-progressive"],
    "progressive-grey": ["-progressive", "-grayscale"],
    "progressive-restarts": ["-progressive", "-restart", "2B"],
    # Left to the library.
    "rgb": ["-rgb"],
    "arithmetic": ["-arithmetic"],
}
# Each component in a scan of its own, luma last.
SCANS = "1;\n2;\n0;\n"


def picture():
    """Slopes, edges, a ring and noise."""
    noise = random.Random(5)
    rows = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            ring = 90 * math.sin(math.hypot(x - 70, y - 30) / 5)
            block = 80 if 20 < x < 50 and 40 < y < 75 else 0
            for part in (2 * x, 3 * y, x + y):
                rows.append(max(0, min(255, int(part % 256 / 2 + ring / 2 + 60 + block + noise.uniform(-15, 15)))))
    return b"P6\n%d %d\n255\n" % (WIDTH, HEIGHT) + bytes(rows)


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    with open("scans.txt", "w") as file:
        file.write(SCANS)
    for name, options in FORMS.items():
        quality = [] if "-quality" in options else ["-quality", "75"]
        made = subprocess.run(["cjpeg", *quality, *options], input=picture(), capture_output=True, check=True).stdout
        with open(f"{name}.jpg", "wb") as file:
            file.write(made)
        if name in ("rgb", "arithmetic"):
            continue
        eighth = subprocess.run(["djpeg", "-scale", "1/8", "-grayscale"], input=made, capture_output=True, check=True)
        with open(f"{name}.pgm", "wb") as file:
            file.write(eighth.stdout)
    os.remove("scans.txt")


main()
