"""SciPy's sparse products, to be timed beside others by compare_products.ts.

Answers each line of its standard input with a line:

    load FOLDER ROWS COLS N      reads A (CSR) and the two right-hand sides
    time forward|transposed R    seconds of each of R products, in one line
    save forward|transposed FILE writes the product as f32, row by row

The products are what a user writes: csr @ B, and csr.T @ B, each giving a new array.
"""

import sys
import time

import numpy as np
import scipy
import scipy.sparse as sp


class Case:
    def __init__(self, folder, rows, cols, n):
        def read(name, kind):
            return np.fromfile(f"{folder}/{name}", dtype=kind)

        parts = (read("values", "<f4"), read("columns", "<i4"), read("offsets", "<i4"))
        self.a = sp.csr_matrix(parts, shape=(rows, cols))
        self.b = read("forward", "<f4").reshape(cols, n)
        self.d = read("transposed", "<f4").reshape(rows, n)

    def multiply(self, direction):
        return self.a @ self.b if direction == "forward" else self.a.T @ self.d

    def seconds(self, direction):
        start = time.perf_counter()
        self.multiply(direction)
        return time.perf_counter() - start


def main():
    print(f"SciPy {scipy.__version__}", flush=True)
    case = None
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "load":
            case = Case(rest[0], *map(int, rest[1:]))
            answer = "ok"
        elif verb == "time":
            answer = " ".join(f"{case.seconds(rest[0]):.9f}" for _ in range(int(rest[1])))
        else:
            case.multiply(rest[0]).tofile(rest[1])
            answer = "ok"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
