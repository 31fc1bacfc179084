"""The contract of `tradecore.ports.embeddings`: subclass `EmbeddingsSuite` and give a model."""

from math import isfinite

import pytest

from tradecore.ports.embeddings import Embeddings

_TEXTS = ("Chipmaker raises its outlook", "Rich harvest in the north", "Chipmaker raises its outlook", "")


class EmbeddingsSuite:
    """What every model of vectors promises. Give `embeddings`."""

    @pytest.fixture
    def embeddings(self) -> Embeddings:
        """The model."""
        raise NotImplementedError("Override the fixture embeddings; it returns Embeddings.")

    def test_its_name_is_provider_and_model(self, embeddings: Embeddings) -> None:
        provider, separator, model = embeddings.name.partition(":")
        assert (bool(provider), separator, bool(model)) == (True, ":", True)

    async def test_every_text_has_a_vector_of_finite_numbers_and_one_length(self, embeddings: Embeddings) -> None:
        vectors = await embeddings.embed(_TEXTS)
        assert len(vectors) == len(_TEXTS)
        assert len({len(vector) for vector in vectors}) == 1
        assert vectors[0]
        assert all(isfinite(number) for vector in vectors for number in vector)

    async def test_equal_texts_have_equal_vectors_and_others_have_others(self, embeddings: Embeddings) -> None:
        first, other, again, _ = await embeddings.embed(_TEXTS)
        assert first == again != other

    async def test_vectors_are_in_the_order_of_the_texts(self, embeddings: Embeddings) -> None:
        vectors = await embeddings.embed(_TEXTS)
        assert await embeddings.embed(_TEXTS[::-1]) == vectors[::-1]

    async def test_no_texts_have_no_vectors(self, embeddings: Embeddings) -> None:
        assert await embeddings.embed(()) == ()

    async def test_many_and_long_texts_and_any_characters_have_vectors(self, embeddings: Embeddings) -> None:
        texts = ["x" * 100_000, "\ud800", "\u0000", "株価が上昇", *(f"headline {number}" for number in range(300))]
        assert len(await embeddings.embed(texts)) == len(texts)
