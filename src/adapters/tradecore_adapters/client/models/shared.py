"""What responses about several resources share."""

from typing import Literal

import msgspec

Action = Literal["BUY", "SELL", "HOLD"]


class Pagination(msgspec.Struct, frozen=True, rename="camel"):
    """The position of a page; pages count from 1."""

    total: int
    page: int
    page_size: int
    has_next: bool
