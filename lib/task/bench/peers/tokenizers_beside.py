"""Tokenizers of a shape trained, and what they make of texts; run by `deno task verify tokenizers`.

Reads a JSON request from standard input: `json` (the content of a tokenizer.json; where its model has no vocabulary it is
trained), `train` (texts for that, and the size of the vocabulary), `texts`, and `decode` (lists of numbers in [0, 1), which
stand for ids).
Prints the version, the tokenizer.json, the ids of each text without and with special tokens, and the texts of ids.
"""

import json
import sys

import tokenizers
from tokenizers import Tokenizer, pre_tokenizers, trainers

request = json.load(sys.stdin)
shape = request["json"]
if not shape["model"].get("vocab"):
    flags = {key: value for key, value in shape["model"].items() if key not in ("vocab", "merges")}
    added = shape.get("added_tokens", [])
    prefix = flags.get("continuing_subword_prefix") or ""
    special = [token["content"] for token in added]
    if flags.get("byte_fallback"):
        special += [f"<0x{byte:02X}>" for byte in range(256) if byte not in request.get("bytesLeftOut", [])]
    byte_level = "ByteLevel" in json.dumps(shape.get("pre_tokenizer"))
    trainer = trainers.BpeTrainer(
        vocab_size=request["train"]["size"],
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if byte_level else [],
        limit_alphabet=request["train"].get("alphabet", 400),
        show_progress=False,
        **({"continuing_subword_prefix": prefix} if prefix else {}),
    )
    bare = {**shape, "added_tokens": [], "post_processor": None}
    bare["model"] = {"type": "BPE", "vocab": {}, "merges": []}
    if prefix:
        bare["model"]["continuing_subword_prefix"] = prefix
    learner = Tokenizer.from_str(json.dumps(bare))
    learner.train_from_iterator(request["train"]["texts"], trainer)
    learnt = json.loads(learner.to_str())["model"]
    shape["model"] = {**flags, "type": "BPE", "vocab": learnt["vocab"], "merges": learnt["merges"]}
    for token in added:
        token["id"] = learnt["vocab"][token["content"]]

tokenizer = Tokenizer.from_str(json.dumps(shape))
tokenizer.no_truncation()
tokenizer.no_padding()
size = max(tokenizer.get_vocab().values()) + 1
encode = lambda special: [tokenizer.encode(text, add_special_tokens=special).ids for text in request["texts"]]
ids = encode(False)
drawn = [[int(share * size) for share in shares] for shares in request["decode"]]
print(json.dumps({
    "version": tokenizers.__version__,
    "json": shape,
    "ids": ids,
    "special": encode(True),
    "decoded": [tokenizer.decode(one) for one in ids],
    "drawn": drawn,
    "drawnDecoded": [tokenizer.decode(one) for one in drawn],
}))
