"""Makes the pictures of this folder: python make.py, with pillow and numpy, and avifenc 0.11 of libavif."""

import subprocess

import numpy as np
from PIL import Image, ImageDraw

rng = np.random.default_rng(7)
x, y = np.meshgrid(np.arange(256), np.arange(192))
grey = 60 + x // 4 + y // 5
picture = Image.fromarray(np.stack([grey, grey, grey], axis=2).astype(np.uint8))
draw = ImageDraw.Draw(picture)
for _ in range(40):
    left, top = (int(n) for n in rng.integers((0, 0), (240, 180)))
    wide, high = (int(n) for n in rng.integers(8, 50, 2))
    colour = tuple(int(n) for n in rng.integers(0, 256, 3))
    shape = draw.ellipse if rng.integers(2) else draw.rectangle
    shape([left, top, left + wide, top + high], fill=colour)
picture.save("picture.png", optimize=True)

SMALL = ["--min", "18", "--max", "28", "--speed", "2"]
for name, options in {
    "420": ["--yuv", "420", "--cicp", "1/13/6"],
    "422-limited": ["--yuv", "422", "--range", "limited", "--cicp", "1/13/1"],
    "444-10bit": ["--yuv", "444", "--depth", "10", "--cicp", "9/16/9"],
    "grey": ["--yuv", "400"],
    "grid": ["--yuv", "420", "--grid", "2x2"],
    "turned": ["--yuv", "420", "--irot", "1"],
    "mirrored": ["--yuv", "420", "--imir", "1"],
    "lossless": ["--lossless"],
}.items():
    options = options if name == "lossless" else SMALL + options
    subprocess.run(["avifenc", *options, "picture.png", f"{name}.avif"], check=True)
