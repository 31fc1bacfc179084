"""Options of the source of company figures at the SEC."""

import re

from pydantic import Field, field_validator

from tradecore_adapters.rows import Options

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class SecOptions(Options):
    """Who asks: the SEC refuses callers without a name and an e-mail address."""

    contact: str | None = Field(
        None,
        validation_alias="TRADECORE_CONTACT",
        description="your name and e-mail address, sent to the SEC with every request, as it demands",
    )

    @field_validator("contact")
    @classmethod
    def _has_an_address(cls, contact: str | None) -> str | None:
        if contact is None:
            return None
        contact = " ".join(contact.split())
        address = _ADDRESS.search(contact)
        # The SEC refuses addresses at which nobody reads.
        if address is None or contact == address[0] or "noreply" in contact.lower() or not contact.isascii():
            raise ValueError(
                "Write a name and an e-mail address at which you are reached, such as Ann Lee ann@lee.example"
            )
        return contact
