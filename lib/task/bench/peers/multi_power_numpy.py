"""The multi-power law in numpy, learning rates rebuilt from the curves' names: errors of given parameters on each curve."""

import json
import sys

import numpy as np

PEAK, FLOOR, WARMUP = 3e-4, 3e-5, 2160


def rates(name):
    shape, *numbers = name.split("_")
    total = 16000 if shape == "wsdcon" else int(numbers[-1])
    eta = np.full(total, PEAK)
    step = np.arange(total)
    if shape == "cosine":
        eta = FLOOR + 0.5 * (PEAK - FLOOR) * (1 + np.cos(np.pi * (step - WARMUP) / (total - WARMUP)))
    elif shape == "wsdcon":
        eta[8000:] = int(numbers[0]) * 1e-5
    elif shape in ("wsd", "wsdld"):
        turn = int(numbers[0])
        x = (step[turn:] - turn) / (total - turn)
        eta[turn:] = PEAK * (FLOOR / PEAK) ** x if shape == "wsd" else PEAK + (FLOOR - PEAK) * x
    eta[:WARMUP] = np.linspace(0, PEAK, WARMUP)
    return eta


def predict(eta, steps, p):
    area = np.cumsum(eta)
    drop = eta[:-1] - eta[1:]
    out = []
    for t in steps:
        k = np.arange(1, t + 1)
        keep = drop[:t] != 0
        k = k[keep]
        forward = area[t] - area[k - 1]
        gain = drop[:t][keep] * (1 - (1 + p["C"] * eta[k] ** -p["gamma"] * forward) ** -p["beta"])
        out.append(p["L0"] + p["A"] * area[t] ** -p["alpha"] - p["B"] * gain.sum())
    return np.array(out)


def errors(curve, p):
    loss = np.array(curve["losses"])
    error = np.abs(predict(rates(curve["name"]), curve["steps"], p) - loss)
    return {
        "R2": 1 - (error**2).sum() / ((loss - loss.mean()) ** 2).sum(),
        "MAE": error.mean(),
        "RMSE": np.sqrt((error**2).mean()),
        "PredE": (error / loss).mean(),
        "WorstE": (error / loss).max(),
    }


request = json.load(sys.stdin)
json.dump([errors(curve, request["parameters"]) for curve in request["curves"]], sys.stdout)
