"""Metrics as the field's programs have them, for the same odd inputs.

Standard input holds {"metric": [[arguments], ...]}; the answer is {"libraries": {metric: name}, "scores": {metric: [value, ...]}}.
What a program raises on is "error". `sets` and texts are as JSON has them.
"""

import contextlib
import importlib
import json
import math
import re
import string
import sys
from collections import Counter

import lm_eval
import numpy as np
import scipy
import scipy.stats
from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters import build_filter_ensemble
from lm_eval.tasks.drop import utils as drop
from lm_eval.tasks.hendrycks_math import utils as hendrycks
from lm_eval.tasks.minerva_math import utils as minerva
from rouge_score.rouge_scorer import RougeScorer

torchmetrics = importlib.import_module("torchmetrics.functional.text.squad")

LM_EVAL = f"lm-eval {lm_eval.__version__}"


def squad(prediction, answers):
    """As version 2's script: answers that normalise to nothing count only where there are no others."""
    golds = [answer for answer in answers if torchmetrics._normalize_text(answer)] or [""]
    return [
        max(float(torchmetrics._compute_exact_match_score(prediction, gold)) for gold in golds),
        max(float(torchmetrics._compute_f1_score(prediction, gold)) for gold in golds),
    ]


def trivia_words(text):
    """What TriviaQA's script makes of a text, in Python's own words and spaces."""
    marks = set(string.punctuation + "‘’´`")
    bare = "".join(" " if sign in marks else sign for sign in text.replace("_", " ").lower())
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def trivia(prediction, answers):
    given = trivia_words(prediction)

    def f1(gold):
        same = sum((Counter(given) & Counter(gold)).values())
        if same == 0:
            return 0
        precision, recall = same / len(given), same / len(gold)
        return 2 * precision * recall / (precision + recall)

    golds = [trivia_words(answer) for answer in answers]
    return [max(int(given == gold) for gold in golds), max(f1(gold) for gold in golds)]


def drop_scores(prediction, answers):
    # A list of answers is one that lists its spans.
    scores = [(0.0, 0.0)]
    for answer in answers:
        spans = (answer,) if isinstance(answer, str) else tuple(answer)
        exact, f1 = drop.get_metrics(prediction, spans)
        if spans[0].strip():
            scores.append((exact, float(f1)))
    return [max(exact for exact, _ in scores), max(f1 for _, f1 in scores)]


def exact(prediction, answers, options):
    return max(
        float(exact_match_hf_evaluate([prediction], [answer], **options)["exact_match"]) for answer in answers
    )


def rouge(prediction, references, stemmed):
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stemmed)
    found = scorer.score_multi(references, prediction)
    return [[score.precision, score.recall, score.fmeasure] for score in found.values()]


def filtered(steps):
    ensemble = build_filter_ensemble("one", steps)

    def find(text):
        class Instance:
            resps = [text]
            doc = {}
            filtered_resps = {}

        instance = Instance()
        instance.filtered_resps = {}
        ensemble.apply([instance])
        return instance.filtered_resps["one"]

    return find


STRICT = filtered([["regex", {"regex_pattern": r"#### (\-?[0-9\.\,]+)"}], ["take_first", None]])
FLEXIBLE = filtered(
    [["regex", {"regex_pattern": r"(-?[$0-9.,]{2,})|(-?[0-9]+)", "group_select": -1}], ["take_first", None]]
)
BBH = filtered([["regex", {"regex_pattern": r"(?<=the answer is )(.*)(?=.)"}], ["take_first", None]])
IGNORED = [",", "\\$", "(?s).*#### ", "\\.$"]


def gsm8k(text, gold):
    return [exact(find(text), [gold], {"ignore_case": True, "regexes_to_ignore": IGNORED}) for find in (STRICT, FLEXIBLE)]


def pass_at_k(samples, correct, k):
    if samples - correct < k:
        return 1.0
    return float(1 - np.prod(1 - k / np.arange(samples - correct + 1, samples + 1)))


def choices(logs, texts, gold):
    """As `process_results` of lm-eval: the first of those that tie."""
    lengths = np.array([float(len(text)) for text in texts])
    sizes = np.array([float(len(text.encode())) for text in texts])
    logs = np.array(logs)
    return [int(np.argmax(each) == gold) for each in (logs, logs / lengths, logs / sizes)]


METRICS = {
    "SQuAD": (squad, "torchmetrics"),
    "TriviaQA": (trivia, "Python's str and re"),
    "DROP": (drop_scores, LM_EVAL),
    "exact match": (exact, LM_EVAL),
    "ROUGE": (rouge, "rouge_score"),
    "MATH, Hendrycks": (hendrycks.is_equiv, LM_EVAL),
    "MATH, boxed": (
        lambda text: (lambda found: None if found is None else hendrycks.remove_boxed(found))(
            hendrycks.last_boxed_only_string(text)
        ),
        LM_EVAL,
    ),
    "MATH, Minerva's spelling": (minerva.normalize_final_answer, LM_EVAL),
    "MATH, Minerva's answer": (
        lambda text: (lambda found: None if found == "[invalidanswer]" else found)(minerva.get_unnormalized_answer(text)),
        LM_EVAL,
    ),
    "MATH, Minerva": (
        lambda a, b: bool(minerva.is_equiv(minerva.normalize_final_answer(a), minerva.normalize_final_answer(b))),
        f"{LM_EVAL} with sympy",
    ),
    "GSM8K": (gsm8k, LM_EVAL),
    "BBH": (lambda text, gold: exact(BBH(text), [gold], {}), LM_EVAL),
    "pass@k": (pass_at_k, "human-eval's formula by NumPy"),
    "choices": (choices, "lm-eval's formula by NumPy"),
    "signs": (lambda up, down: float(scipy.stats.binomtest(up, up + down).pvalue), f"scipy {scipy.__version__}"),
    "Wilson": (
        lambda right, n: list(scipy.stats.binomtest(right, n).proportion_ci(method="wilson")),
        f"scipy {scipy.__version__}",
    ),
    "Spearman": (lambda a, b: float(scipy.stats.spearmanr(a, b).statistic), f"scipy {scipy.__version__}"),
}


def value(function, arguments):
    try:
        found = function(*arguments)
    except Exception:  # noqa: BLE001
        return "error"
    return None if isinstance(found, float) and math.isnan(found) else found


def plain(found):
    return found.item() if isinstance(found, np.generic) else str(found)


given = json.load(sys.stdin)
with contextlib.redirect_stdout(sys.stderr):
    scores = {name: [value(METRICS[name][0], arguments) for arguments in cases] for name, cases in given.items()}
json.dump({"libraries": {name: METRICS[name][1] for name in given}, "scores": scores}, sys.stdout, default=plain)
