#!/usr/bin/env python3
"""What FAISS's exact binary indexes take for the hashes and queries of `cargo bench --bench search -- COUNT --dump FILE`.

usage: benches/search_faiss.py FILE      (needs faiss-cpu and numpy); one thread
"""
import sys, time

import faiss, numpy

QUERIES, DISTANCE = 500, 31


def main():
    faiss.omp_set_num_threads(1)
    rows = numpy.fromfile(sys.argv[1], dtype=numpy.uint8).reshape(-1, 32)
    hashes, queries = rows[:-QUERIES], rows[-QUERIES:]
    multi = faiss.IndexBinaryMultiHash(256, 16, 16)
    # One changed bit in one of 16 parts of 16: the same candidates as cutline's.
    multi.nflip = 1
    for name, index, asked in (("BinaryFlat", faiss.IndexBinaryFlat(256), 20), ("BinaryMultiHash", multi, QUERIES)):
        start = time.time()
        index.add(hashes)
        built = time.time() - start
        start = time.time()
        limits, _, _ = index.range_search(queries[:asked], DISTANCE + 1)
        taken = (time.time() - start) / asked
        print(f"{name}: {len(hashes)} hashes, built in {built:.2f} s, query {taken * 1e3:.3f} ms, {limits[asked]} found for {asked}")


main()
