"""Fits RidgeCV, which leaves one out in closed form, and predicts; the strength goes by the same names as here."""
import json
import sys

import numpy as np
from sklearn.linear_model import RidgeCV

asked = json.load(sys.stdin)
model = RidgeCV(alphas=asked["ridges"]).fit(np.array(asked["train"]), np.array(asked["labels"]))
print(json.dumps({"ridge": float(model.alpha_), "scores": model.predict(np.array(asked["test"])).tolist()}))
