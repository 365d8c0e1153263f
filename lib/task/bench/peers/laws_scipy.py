"""The fits of `bench laws` by scipy's L-BFGS-B with analytic gradients: what a careful Python user would write.

Reads a JSON request from standard input and prints a JSON answer; run by `deno task bench laws --peers`. Numpy arrays are
laid out once, every objective call is vectorised, and objectives are scaled so that the tolerances bite. Starts and
resamples stop at a relative decrease of 1e-9, as ours do; the best start is polished to 1e-13.
"""

import json
import sys
import time

import numpy as np
from scipy.optimize import minimize

DELTA, SCALE = 1e-3, 1e4


def huber(r):
    psi = np.clip(r, -DELTA, DELTA)
    return psi * (r - 0.5 * psi), psi


def solve(objective, start, bounds=None, tolerance=1e-9, maxiter=1000):
    options = {"maxiter": maxiter, "maxfun": 4 * maxiter, "ftol": tolerance, "gtol": 1e-8}
    return minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)


def share_at_best(fits):
    """How many starts ended within a millionth of the best."""
    best = min(fit.fun for fit in fits)
    return sum(bool(fit.fun <= best * (1 + 1e-6)) for fit in fits)


def chinchilla(request):
    log_n, log_d, log_l = (np.log(np.array(request[key])) for key in ("params", "tokens", "losses"))

    def objective(x, weights):
        e, a, b, alpha, beta = x
        irreducible, size, data = np.exp(e), np.exp(a - alpha * log_n), np.exp(b - beta * log_d)
        loss = irreducible + size + data
        value, psi = huber(np.log(loss) - log_l)
        if weights is not None:
            psi *= weights
            value *= weights
        psi *= SCALE / loss
        s, d = psi * size, psi * data
        return SCALE * value.sum(), np.array(
            [irreducible * psi.sum(), s.sum(), d.sum(), -s.dot(log_n), -d.dot(log_d)]
        )

    begin = time.process_time()
    with np.errstate(over="ignore", invalid="ignore"):
        fits = [solve(lambda x: objective(x, None), np.array(start)) for start in request["starts"]]
    best = solve(lambda x: objective(x, None), min(fits, key=lambda fit: fit.fun).x, tolerance=1e-13)
    middle = time.process_time()
    totals = [solve(lambda x: objective(x, w), best.x).fun / SCALE for w in np.array(request["resamples"], float)]
    return {
        "fit": {"objective": best.fun / SCALE, "cpuSeconds": middle - begin, "atBest": share_at_best(fits)},
        "bootstrap": {"objective": float(np.mean(totals)), "cpuSeconds": time.process_time() - middle},
    }


class MultiPower:
    """The multi-power law on curves, laid out as flat pairs of a measured step and an earlier learning-rate change."""

    def __init__(self, curves):
        rows, gaps, drops, rates, firsts, count = [], [], [], [], [], 0
        for curve in curves:
            forward, before, drop, rate = (np.array(curve[key]) for key in ("forward", "before", "drop", "logRate"))
            for s, blocks in zip(forward, curve["blocksUntil"]):
                firsts.append(count)
                count += blocks
                gaps.append(s - before[:blocks])
                drops.append(drop[:blocks])
                rates.append(rate[:blocks])
        self.gap, self.drop, self.rate = np.concatenate(gaps), np.concatenate(drops), np.concatenate(rates)
        self.first = np.array(firsts)
        self.log_s = np.log(np.concatenate([curve["forward"] for curve in curves]))
        self.log_l = np.log(np.concatenate([curve["losses"] for curve in curves]))

    def __call__(self, x):
        l0, a, alpha, b, c, beta = np.exp(x[:6])
        gamma = x[6]
        scaled = c * np.exp(-gamma * self.rate) * self.gap
        log = np.log1p(scaled)
        left = np.exp(-beta * log)
        kept = self.drop * left
        slope = beta * kept * scaled / (1 + scaled)
        total = lambda values: np.add.reduceat(values, self.first)
        gain, by_beta, by_scale, by_gamma = total(self.drop - kept), total(kept * log), total(slope), total(slope * self.rate)
        power = a * np.exp(-alpha * self.log_s)
        loss = l0 + power - b * gain
        if not np.all(loss > 0):
            return np.inf, np.zeros(7)
        value, psi = huber(np.log(loss) - self.log_l)
        psi = SCALE * psi / loss
        return SCALE * value.sum(), np.array([
            l0 * psi.sum(), np.dot(psi, power), -alpha * np.dot(psi, power * self.log_s), -b * np.dot(psi, gain),
            -b * np.dot(psi, by_scale), -b * beta * np.dot(psi, by_beta), b * np.dot(psi, by_gamma),
        ])


def multi_power(request):
    coarse, fine = MultiPower(request["coarse"]), MultiPower(request["fine"])
    begin = time.process_time()
    bounds = [tuple(pair) for pair in request["bounds"]]
    fits = [solve(coarse, np.array(start), bounds) for start in request["starts"]]
    best = solve(fine, min(fits, key=lambda fit: fit.fun).x, bounds, 1e-13, 60)
    return {
        "objective": best.fun / SCALE,
        "cpuSeconds": time.process_time() - begin,
        "atBest": share_at_best(fits),
    }


request = json.load(sys.stdin)
print(json.dumps({"chinchilla": chinchilla(request["chinchilla"]), "multiPower": multi_power(request["multiPower"])}))
