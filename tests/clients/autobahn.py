"""Run the Autobahn cases against a server and print `[case, whether it passed, close code]` of each, as JSON: `URL`.

A program of its own, since kosoku leaves stand-ins for other packages behind where it has run.
"""

import asyncio
import json
import sys

from kosoku import FailureError, run_fuzzingclient

COMPRESSED = ["12.*", "13.*"]
"""The server compresses nothing."""


async def main(url: str) -> None:
    try:
        results = await run_fuzzingclient(url, exclude_cases=COMPRESSED, concurrency=4)
    except FailureError as failed:
        results = failed.results
    print(json.dumps([(case.case_id, case.passed, case.remote_close_code) for case in results]))


asyncio.run(main(sys.argv[1]))
