"""Text runs: a text as the hashes of its runs of three words, to find copies of it and texts that quote it."""

from array import array
from zlib import crc32

from attrs import frozen

from tradecore.engines.digest.text import runs

TEXT_RUNS = 12
"""The least runs of a text that is compared with others; a shorter one may be common to many items."""
_SKETCH = 8
_SIGNATURE_BITS = 2048


@frozen(eq=False)
class TextRuns:
    """The different runs of three words of a text, in little memory; none for a short text."""

    hashes: "array[int]"
    """32 bits for each run, ascending."""
    sketch: tuple[int, ...]
    """The smallest hashes: texts that share none of them are not compared."""
    signature: int
    """The bits that the hashes have modulo 2048; some have one in common."""

    @classmethod
    def of(cls, body: list[str]) -> "TextRuns":
        """The runs of the words of a text."""
        hashes = sorted(set(map(crc32, runs([word.encode("utf-8", "replace") for word in body]))))
        if len(hashes) < TEXT_RUNS:
            hashes = []
        signature = bytearray(_SIGNATURE_BITS // 8)
        for number in hashes:
            signature[number % _SIGNATURE_BITS >> 3] |= 1 << (number & 7)
        return cls(array("I", hashes), tuple(hashes[:_SKETCH]), int.from_bytes(signature, "little"))

    def similarity(self, other: "TextRuns", least: float) -> float:
        """The Jaccard similarity of the runs of two texts, from 0 to 1; 0 where it is less than `least`.

        Symmetric. Most texts that have little in common are told by their signatures.
        """
        both = len(self.hashes) + len(other.hashes)
        most = (self.signature & other.signature).bit_count() + self._collisions
        if not most or most / (both - most) < least:
            return 0.0
        common = self.shared_with(other)
        similarity = common / (both - common)
        return similarity if similarity >= least else 0.0

    def shared_with(self, other: "TextRuns") -> int:
        """How many runs two texts have in common."""
        return len(set(self.hashes).intersection(other.hashes))

    @property
    def _collisions(self) -> int:
        """How many more hashes than bits of the signature there are: so many more may be common than bits are."""
        return len(self.hashes) - self.signature.bit_count()
