"""Pages of lists: what a page may be."""

from tradecore.model.errors import Invalid


def check_page(page: int, page_size: int, *, max_size: int) -> None:
    """Raises Invalid for a page below 1, or a page size out of 1..max_size."""
    if not 1 <= page_size <= max_size:
        raise Invalid.one("page_size", f"The limit is {page_size}; it must be 1 to {max_size}.")
    if page < 1:
        raise Invalid.one("page", f"The page is {page}; pages count from 1.")
