"""Sparse network inference with SciPy's CSR product, to be timed beside others.

Reads the folder that compare_network.ts writes, then answers each line of its standard input with
one run and a line of JSON: {"seconds": ..., "survivors": [...]}.

Inputs go through in blocks of as many as was fastest on some of them, and after every layer the
inputs that are dead are dropped: what a careful user of SciPy would write. SciPy uses one core.
"""

import json
import sys
import time

import numpy as np
import scipy
import scipy.sparse as sp

BLOCKS = (256, 1024, 4096)
TRIED = 8192


def load_csr(path):
    matrix = sp.load_npz(path).tocsr()
    parts = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_matrix(parts, shape=matrix.shape)


def infer(layers, bias, ceiling, inputs, block):
    survivors = []
    for begin in range(0, inputs.shape[0], block):
        features = inputs[begin : begin + block].T.toarray()
        ids = np.arange(begin, begin + features.shape[1])
        for weights in layers:
            features = weights @ features
            features += bias
            np.clip(features, 0, ceiling, out=features)
            alive = features.any(axis=0)
            if not alive.all():
                features = np.ascontiguousarray(features[:, alive])
                ids = ids[alive]
            if len(ids) == 0:
                break
        survivors.extend(ids.tolist())
    return survivors


def main(folder):
    with open(f"{folder}/network.json", encoding="utf-8") as file:
        network = json.load(file)
    layers = [load_csr(f"{folder}/layer{l}.npz") for l in range(network["layers"])]
    inputs = load_csr(f"{folder}/inputs.npz")
    bias = np.float32(network["bias"])
    ceiling = np.float32(network["ceiling"])

    def timed(some, block):
        start = time.perf_counter()
        survivors = infer(layers, bias, ceiling, some, block)
        return time.perf_counter() - start, survivors

    # One after the other in every round, so that a busy moment does not choose.
    rounds = [[timed(inputs[:TRIED], block)[0] for block in BLOCKS] for _ in range(3)]
    best = min(zip(map(min, zip(*rounds)), BLOCKS))[1]
    print(json.dumps({"scipy": scipy.__version__, "block": best}), flush=True)
    for _ in sys.stdin:
        seconds, survivors = timed(inputs, best)
        print(json.dumps({"seconds": seconds, "survivors": survivors}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
