"""Builds the documentation as a site, from the pages as they are in the repository: `make docs`.

The README is the first page. Links to files that are no pages lead to the repository. Needs Zensical, which is not
among the development packages (90 MB): `make docs` runs it with uv, in an environment of its own.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = "https://github.com/tradecore/tradecore/blob/main"
# Inline links and images, without those in code.
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_CODE = re.compile(r"(^```.*?^```|`[^`\n]*`)", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Build the site into the folder of the argument; the exit code of the generator."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "site").resolve()
    with TemporaryDirectory(prefix="tradecore-site-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "docs", folder / "docs")
        for page, text in pages().items():
            (folder / "docs" / page).write_text(text, "utf-8")
        (folder / "zensical.toml").write_text(configuration(), "utf-8")
        built = subprocess.run(["zensical", "build", "--strict"], cwd=folder)
        if not built.returncode:
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(folder / "site", target)
            print(f"wrote {target}")
        return built.returncode


def pages() -> dict[str, str]:
    """The text of every page of the site by its path below docs/, with links that lead somewhere there."""
    found = {"index.md": _linked(ROOT / "README.md", "")}
    for path in sorted((ROOT / "docs").rglob("*.md")):
        page = path.relative_to(ROOT / "docs")
        found[page.as_posix()] = _linked(path, page.parent.as_posix())
    return found


def configuration() -> str:
    """The text of zensical.toml with the decision records, which are listed by their folder."""
    records = [f'"decisions/{path.name}"' for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    text = (ROOT / "zensical.toml").read_text("utf-8").rstrip().removesuffix("]")
    return f'{text}    {{ "Decisions" = [{", ".join(records)}] }},\n]\n'


def navigation() -> list[str]:
    """The pages of the site in their order."""
    listed: list[str] = []

    def collect(entries: object) -> None:
        if isinstance(entries, str):
            listed.append(entries)
        elif isinstance(entries, list | dict):
            for entry in entries.values() if isinstance(entries, dict) else entries:
                collect(entry)

    collect(tomllib.loads(configuration())["project"]["nav"])
    return listed


def _linked(path: Path, folder: str) -> str:
    """The text of a page in a folder of the site, its links rewritten."""

    def rewrite(link: re.Match[str]) -> str:
        address, _, anchor = link[2].partition("#")
        if not address or "://" in address or address.startswith("mailto:"):
            return link[0]
        target = (path.parent / address).resolve()
        place = target.relative_to(ROOT)
        if place.parts[0] == "docs" and target.is_file():
            address = os.path.relpath(place, Path("docs") / folder)
        elif place.as_posix() == "README.md":
            address = os.path.relpath("index.md", folder or ".")
        else:
            address = f"{REPOSITORY}/{place.as_posix()}"
        return f"{link[1]}{address}{'#' if anchor else ''}{anchor}{link[3]}"

    parts = _CODE.split(path.read_text("utf-8"))
    return "".join(part if n % 2 else _LINK.sub(rewrite, part) for n, part in enumerate(parts))


if __name__ == "__main__":
    sys.exit(main())
