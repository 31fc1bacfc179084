"""Fuzzes what reads text of strangers, guided by coverage: feeds, answers of models, markup in news and reports.

    make fuzz                                     # every target for a minute
    make fuzz ARGS="--seconds 300"                # every target for five minutes
    make fuzz ARGS="--target feed CRASH_FILE"     # once more with an input that was found

A target fails by an exception that it does not document, by text that it promises not to return, and by taking longer
than five seconds. The input is then in a file whose name is printed. Runs on Linux, with atheris.
"""

import subprocess
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

import atheris

_SECONDS_OF_AN_INPUT = 5
# The first input of each target.
_SEEDS = {
    "feed": b"<rss version='2.0'><channel><item><title>T</title><summary>&lt;b&gt;</summary></item></channel></rss>",
    "answer": b'<think>so</think> ```json\n{"action": "BUY", "confidence": 7.5, reasons: [\'a\', "b",]}\n```',
    "markup": "<p>Up &amp; <b>away</b> &lt;script&gt; <![CDATA[x]]> https://a.example ’s</p>".encode(),
    "report": b"# T\n\n[a](javascript:x) ![b](data:text/html,x) <script>x</script>\n\n* `c` **d**\n\n> e\n",
}


def main() -> int:
    """Run the targets one after the other, each in a process of its own; 1 if any of them failed."""
    parser = ArgumentParser(prog="make fuzz", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long to fuzz each target")
    parser.add_argument("--target", choices=[*_SEEDS], help="this one only")
    parser.add_argument("inputs", nargs="*", type=Path, help="inputs to run in place of fuzzing; they need --target")
    arguments = parser.parse_args()
    if arguments.inputs and not arguments.target:
        parser.error("inputs need --target")
    if arguments.inputs:
        from fuzz_targets import TARGETS

        for path in arguments.inputs:
            TARGETS[arguments.target](path.read_bytes())
        return 0
    chosen = [arguments.target] if arguments.target else [*_SEEDS]
    return max([_fuzz_in_process(name, arguments.seconds) for name in chosen])


def _fuzz_in_process(name: str, seconds: int) -> int:
    with tempfile.TemporaryDirectory() as corpus:
        (Path(corpus) / "seed").write_bytes(_SEEDS[name])
        process = subprocess.run(
            [
                sys.executable, __file__, "fuzz target", name, corpus, f"-max_total_time={seconds}", "-max_len=2000",
                f"-timeout={_SECONDS_OF_AN_INPUT}", "-seed=20241010", "-verbosity=0", "-print_final_stats=1",
                f"-artifact_prefix={Path(tempfile.gettempdir()) / f'tradecore-fuzz-{name}-'}",
            ],
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    runs = next((line.split()[-1] for line in process.stderr.splitlines() if "number_of_executed_units" in line), "?")
    print(
        f"{name}: {runs} inputs in {seconds} s, {'nothing found' if process.returncode == 0 else 'FAILED'}", flush=True
    )
    if process.returncode:
        print(process.stdout[-3000:] + process.stderr[-3000:])
    return int(process.returncode != 0)


def _fuzz(name: str, options: list[str]) -> None:
    """Fuzz one target until its time is up, which ends the process."""
    with atheris.instrument_imports(include=["tradecore", "tradecore_adapters", "markdown_it", "feedparser"]):
        from fuzz_targets import TARGETS
    atheris.Setup([__file__, *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["fuzz target"]:
        _fuzz(sys.argv[2], sys.argv[3:])
    else:
        raise SystemExit(main())
