"""A digest edited by a model behind a server with OpenAI's API, and what is left of it when the server fails."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from example_digest import edited_example
from model_vendors import Body, FakeVendors, text_of
from tradecore_app import open_tradecore


def headlines(folder: Path) -> str:
    moment = datetime.now(UTC) - timedelta(minutes=20)
    rows = [
        {"title": "Halvard fined $12 million by court in Ohio", "url": "https://a.example/1"},
        {"title": "Quillon opens data centre in Quebec", "url": "https://a.example/2"},
    ]
    file = folder / "wire.jsonl"
    file.write_text("\n".join(json.dumps({**row, "published_at": moment.isoformat()}) for row in rows), "utf-8")
    return f"file:{file}"


def edit(body: Body) -> str:
    """Writes sentences around fences; one states a figure that no item has."""
    text = text_of(body)
    if "lines" in text and "Story 1" not in text:
        return '{"lines": [{"text": "A court fined Halvard, and Quillon opens a data centre.", "stories": [1, 2]}]}'
    stories = []
    for number, title in re.findall(r"Story (\d)\n- [^:]+: (.*)", text):
        amount = "$12 million" if "Halvard" in title else "$9 billion"
        stories.append(
            {
                "number": int(number),
                "happened": f"{title.split(' ')[0]} is in the news.",
                "matters": f"It is about {amount}.",
                "category": "Regulation & Legal",
                "importance": 4,
            }
        )
    return f"Sure!\n```json\n{json.dumps({'stories': stories})}\n```"


@pytest.mark.parametrize("fault", [None, 401])
async def test_a_model_edits_a_digest_and_a_failing_one_leaves_extracts(tmp_path: Path, fault: int | None) -> None:
    async with (
        FakeVendors(answer=edit, always=fault).serving() as vendors,
        open_tradecore(
            data=tmp_path,
            store="memory:",
            news=headlines(tmp_path),
            digest_model="openai:editor-1",
            openai_api_key=vendors.key,
            openai_base_url=f"{vendors.url}/v1",
            model_seconds=2,
        ) as desk,
    ):
        await desk.core.gather_news()
        markdown = (await desk.digest(24, "me")).markdown
    assert "Halvard fined $12 million by court in Ohio" in markdown
    assert "$9 billion" not in markdown
    if fault is None:
        assert "Halvard is in the news. It is about $12 million." in markdown
        assert "- A court fined Halvard, and Quillon opens a data centre. [" in markdown
        assert "Edited by openai:editor-1: 2 stories, held to the items." in markdown
    else:
        assert "Edited by" not in markdown
        assert "openai:editor-1 edited no story; the report has extracts of the items." in markdown


async def test_the_documented_example_is_what_the_editor_makes_of_its_sentences() -> None:
    page = (Path(__file__).parents[3] / "docs/example-digest.md").read_text("utf-8")
    assert f"```markdown\n{await edited_example()}```" in page
