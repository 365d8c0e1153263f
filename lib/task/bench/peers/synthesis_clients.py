"""Chats by a client in Python, so many in flight, all of them answered.

Arguments: asyncio (OpenAI's own client) or curator (bespokelabs-curator), the endpoint's address, requests, how many in flight.
One line of output: the library, how many answers came, CPU-seconds and seconds without the imports.
"""

import importlib.metadata
import importlib.util
import json
import os
import pathlib
import sys
import tempfile
import time

kind, url, requests, workers = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
out = os.dup(1)
os.dup2(2, 1)


def by_asyncio():
    import asyncio

    import openai

    async def ask_all():
        client = openai.AsyncOpenAI(base_url=url, api_key="none")
        gate = asyncio.Semaphore(workers)

        async def ask(i):
            async with gate:
                answer = await client.chat.completions.create(
                    model="limited",
                    messages=[{"role": "user", "content": f"page {i}"}],
                    max_tokens=10,
                    temperature=0,
                )
            return answer.choices[0].message.content

        return await asyncio.gather(*(ask(i) for i in range(requests)))

    return "openai", lambda: len(asyncio.run(ask_all()))


def by_curator():
    folder = tempfile.mkdtemp()
    # It would ask the network for an encoding that litellm has on board.
    litellm = pathlib.Path(importlib.util.find_spec("litellm").origin).parent
    os.environ.update(
        TELEMETRY_ENABLED="false",
        CURATOR_DISABLE_RICH_DISPLAY="1",
        CURATOR_CACHE_DIR=folder,
        HF_HOME=folder,
        HF_HUB_OFFLINE="1",
        OPENAI_API_KEY="none",
        TIKTOKEN_CACHE_DIR=str(litellm / "litellm_core_utils" / "tokenizers"),
    )
    from bespokelabs import curator

    class Echo(curator.LLM):
        def prompt(self, row):
            return row["text"]

        def parse(self, row, response):
            return {"text": response}

    def ask_all():
        model = Echo(
            model_name="limited",
            backend="openai",
            backend_params={
                "base_url": url,
                "api_key": "none",
                "max_requests_per_minute": 10**7,
                "max_tokens_per_minute": 10**9,
                "max_concurrent_requests": workers,
            },
            generation_params={"max_tokens": 10, "temperature": 0},
        )
        return len(model([{"text": f"page {i}"} for i in range(requests)]).dataset)

    return "bespokelabs-curator", ask_all


package, run = {"asyncio": by_asyncio, "curator": by_curator}[kind]()
start, cpu = time.monotonic(), time.process_time()
answered = run()
result = {
    "library": f"{package} {importlib.metadata.version(package)}",
    "answered": answered,
    "cpu": time.process_time() - cpu,
    "seconds": time.monotonic() - start,
}
os.write(out, (json.dumps(result) + "\n").encode())
os._exit(0)
