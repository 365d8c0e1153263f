"""RegMix's thirteen regressions by Python's lightgbm: what `bench mix` and `verify lightgbm` hold ours against.

Reads a JSON request from standard input (matrices, targets, LightGBM's parameters, rounds, patience) and prints the
predictions on the test rows, the rounds and the CPU-seconds of training and predicting.
"""

import json
import sys
import time

import lightgbm
import numpy as np

request = json.load(sys.stdin)
train_x, test_x = np.array(request["trainX"]), np.array(request["testX"])
train_y, test_y = (np.array(request[key]) for key in ("trainY", "testY"))
begin, predictions, rounds = time.process_time(), [], []
for target in range(len(train_y)):
    train = lightgbm.Dataset(train_x, train_y[target])
    test = lightgbm.Dataset(test_x, test_y[target], reference=train)
    booster = lightgbm.train(
        request["parameters"],
        train,
        num_boost_round=request["rounds"],
        valid_sets=[test],
        callbacks=[lightgbm.early_stopping(request["patience"], verbose=False)],
    )
    rounds.append(booster.best_iteration)
    predictions.append(booster.predict(test_x).tolist())
seconds = time.process_time() - begin
print(json.dumps({"version": lightgbm.__version__, "cpuSeconds": seconds, "rounds": rounds, "predictions": predictions}))
