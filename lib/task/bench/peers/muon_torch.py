"""What `deno task verify optimizers` asks PyTorch: where Muon takes a matrix on given gradients.

Each line on standard input is a JSON question, each line on standard output its answer. Matrices are files of float32.
"""

import json
import sys

import numpy
import torch

BFLOAT16 = torch.bfloat16

print(json.dumps({"library": f"torch.optim.Muon of PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    file, shape = question["file"], question["shape"]
    weight = torch.nn.Parameter(torch.from_numpy(numpy.fromfile(f"{file}.start", numpy.float32)).reshape(shape))
    gradients = torch.from_numpy(numpy.fromfile(f"{file}.gradients", numpy.float32)).reshape([question["steps"], *shape])
    optimizer = torch.optim.Muon([weight], adjust_lr_fn=question["scale"], **question["settings"])
    # It iterates in bfloat16; taking that away leaves the rule alone to be compared.
    torch.bfloat16 = torch.float32 if question["exact"] else BFLOAT16
    for gradient in gradients:
        weight.grad = gradient.clone()
        optimizer.step()
    weight.detach().numpy().tofile(f"{file}.end")
    print(json.dumps({"end": f"{file}.end"}), flush=True)
