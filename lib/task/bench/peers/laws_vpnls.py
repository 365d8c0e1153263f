"""Variable projection with a grid of exponents (2603.22339) in numpy: the peer of `bench laws` on IsoFLOP sweeps.

Reads a JSON request from standard input and prints a JSON answer. For every pair of exponents on a grid the law is linear in
E, A and B, which Huber's loss of the losses themselves fixes by reweighted least squares, ten rounds as its authors take;
all pairs of one alpha at a time. L-BFGS-B goes on from the best pair, its gradient by the envelope theorem.
"""

import json
import sys
import time

import numpy as np
from scipy.optimize import minimize

ROUNDS, RESOLUTION, LOW, HIGH = 10, 0.01, 0.05, 0.95


def huber(r, delta):
    size = np.abs(r)
    return np.where(size <= delta, 0.5 * r * r, delta * (size - 0.5 * delta))


def weights(r, delta):
    return delta / np.maximum(np.abs(r), delta)


def solve(design, target, delta, rounds):
    """E, A and B for designs (pairs, 3, runs), and the residuals they leave."""
    w = np.ones((design.shape[0], design.shape[2]))
    for _ in range(rounds + 1):
        weighed = design * w[:, None, :]
        gram = weighed @ design.transpose(0, 2, 1)
        linear = np.linalg.solve(gram, weighed @ target[:, None])[:, :, 0]
        rest = target - np.einsum("gk,gkn->gn", linear, design)
        w = weights(rest, delta)
    return linear, rest


def fit(request):
    log_n, log_d = (np.log(np.array(request[key]) / unit) for key, unit in (("params", 1e6), ("tokens", 1e9)))
    losses, delta = np.array(request["losses"]), request["delta"]
    grid = np.arange(LOW, HIGH + RESOLUTION / 2, RESOLUTION)
    amounts = np.exp(-grid[:, None] * log_d)
    ones = np.ones_like(amounts)
    best = (np.inf, None)
    for alpha in grid:
        sizes = np.broadcast_to(np.exp(-alpha * log_n), amounts.shape)
        linear, rest = solve(np.stack([ones, sizes, amounts], axis=1), losses, delta, ROUNDS)
        totals = np.where((linear > 0).all(axis=1), huber(rest, delta).sum(axis=1), np.inf)
        at = totals.argmin()
        if totals[at] < best[0]:
            best = (totals[at], np.array([alpha, grid[at]]))

    def objective(x):
        size, amount = np.exp(-x[0] * log_n), np.exp(-x[1] * log_d)
        (linear,), (rest,) = solve(np.stack([np.ones_like(size), size, amount])[None], losses, delta, 5 * ROUNDS)
        pull = np.clip(rest, -delta, delta)
        slopes = [linear[1] * pull.dot(log_n * size), linear[2] * pull.dot(log_d * amount)]
        return 1e4 * huber(rest, delta).sum(), 1e4 * np.array(slopes)

    end = minimize(objective, best[1], jac=True, method="L-BFGS-B", bounds=[(LOW, HIGH)] * 2)
    return min(best[0], end.fun / 1e4)


request = json.load(sys.stdin)
begin = time.process_time()
objectives = [fit(one) for one in request["sets"]]
print(json.dumps({"objectives": objectives, "cpuSeconds": time.process_time() - begin}))
