#!/usr/bin/env bash
# cutline and its peers on one web archive, side by side, each on one core; prints pages a second, peak memory, ratios.
#
# usage: benches/peers.sh PAGES_FOLDER [PAGES] [WORK_FOLDER]
#
# Builds cutline (release) and an archive of PAGES pages (default 2,000) with pictures, and runs
#   cutline extract              every page: article facts, pictures, captions, credits read as chains; pictures' metadata
#   warcio + trafilatura         every page: main text and metadata
#   fastwarc + resiliparse       every page: parse and main text, nothing else
# Needs Python with: pip install warcio trafilatura fastwarc resiliparse
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
pages=${1:?usage: benches/peers.sh PAGES_FOLDER [PAGES] [WORK_FOLDER]}
count=${2:-2000}
work=${3:-$(mktemp -d)}
mkdir -p "$work"
cargo build --release --locked --manifest-path "$here/../Cargo.toml" --quiet
cutline=${CARGO_TARGET_DIR:-$here/../target}/release/cutline
python3 "$here/make_warc.py" "$pages" "$work/bench.warc.gz" --pages "$count"
python3 "$here/peers.py" "$cutline" "$work/bench.warc.gz"
