"""The areas of use cases that make up the core."""

from collections import Counter
from typing import Any
from unittest.mock import sentinel

import pytest
from attrs import fields_dict

from tradecore.core import Tradecore

AREAS: tuple[Any, ...] = Tradecore.__bases__


def filled(area: Any) -> Any:
    return area(**{name: getattr(sentinel, f"{area.__name__}_{name}") for name in fields_dict(area)})


def test_each_use_case_belongs_to_one_area() -> None:
    areas_of = Counter(name for area in AREAS for name in fields_dict(area))

    assert set(areas_of) == set(fields_dict(Tradecore))
    assert set(areas_of.values()) == {1}


def test_the_core_has_the_use_cases_of_the_areas_it_is_made_of() -> None:
    areas = [filled(area) for area in AREAS]

    core = Tradecore.of(*areas)

    for area in areas:
        for name in fields_dict(type(area)):
            assert getattr(core, name) is getattr(area, name)


@pytest.mark.parametrize("missing", AREAS, ids=lambda area: area.__name__)
def test_an_area_that_is_missing_is_refused(missing: Any) -> None:
    with pytest.raises(TypeError, match=next(iter(fields_dict(missing)))):
        Tradecore.of(*(filled(area) for area in AREAS if area is not missing))
