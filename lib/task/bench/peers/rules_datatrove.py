"""Judges texts by datatrove's filters at their defaults, and replaces e-mail and IP addresses by its formatter."""
import json
import sys

from datatrove.data import Document
from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.pipeline.formatters import PIIFormatter

texts = json.load(sys.stdin)["texts"]
filters = {
    "gopher-quality": GopherQualityFilter(),
    "gopher-repetition": GopherRepetitionFilter(),
    "c4": C4QualityFilter(),
    "fineweb": FineWebQualityFilter(),
}
answer = {}
for name, rule in filters.items():
    answer[name] = []
    for at, text in enumerate(texts):
        # A filter may change the text.
        document = Document(text=text, id=str(at))
        result = rule.filter(document)
        keep, reason = result if isinstance(result, tuple) else (result, "")
        answer[name].append({"keep": bool(keep), "reason": reason, "text": document.text if keep else ""})
formatter = PIIFormatter(
    email_replacement="|||EMAIL_ADDRESS|||", ip_replacement="|||IP_ADDRESS|||"
)
answer["personal-data"] = [
    {"keep": True, "reason": "", "text": formatter.format(text)} for text in texts
]
print(json.dumps(answer))
